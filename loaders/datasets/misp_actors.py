"""Threat actors of the MISP galaxy: each as itself, save where a number of ATT&CK says that we have it already.

An actor's identity is MISP's UUID, for names change there with each edition. Two main names that are the same do not
make one actor but a cluster of two, as a judgement of the editors. The country that MISP writes and the sponsor that
the Council on Foreign Relations names are two assessments by two speakers. Victims are left out: the lists mix states,
bodies and firms, and do not say whose view they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from rdflib import URIRef

from graph.collect import Item, Located, OutOfScope
from graph.model import Assessment, Cluster, ThreatActor
from graph.record import coded
from graph.terms import ID
from loaders.datasets.misp_clusters import Entry, Says, Unusable, located
from loaders.known import Known
from loaders.spelling import key
from loaders.threat_actors import ThreatActors, further

MISP, CFR = ID["organisation/misp"], ID["organisation/cfr"]
EDITORS = ID["organisation/cybergov-editors"]
KEYS = ("country", "synonyms", "cfr-suspected-state-sponsor", "refs")
COUNTRY, SPONSOR = "country", "cfr-suspected-state-sponsor"
NO_ACTOR = "classified by MISP as a campaign or an operation only, and not as an actor"
ONE_PERSON = "stands for one person and no group; persons are not recorded"

# By MISP's own text, or because one person was charged or arrested under the name.
_PERSONS = frozenset(
    (
        *("BelialDemon", "Bignosa", "ByteToBreach", "Fxmsp", "GhostR", "Gnosticplayers", "Hagga", "HikkI-Chan"),
        *("IntelBroker", "Nam3L3ss", "Natohub", "Nexus Zeta", "Saad Tycoon", "Sp1d3r", "Threat Actor 888", "USDoD"),
        "ZOMBIE SPIDER",
    )
)
_HANDLES = frozenset(("badbullz", "badbullzvenom", "happyyongzi"))  # of persons, among the synonyms of groups
_NUMBER = re.compile(r"G[0-9]{4}")
_PAGE = re.compile(r"https?://attack\.mitre\.org/(?:wiki/Group|groups)/(G[0-9]{4})/?")


def threat_actors(entries: Iterable[Entry], known: Known, says: Says) -> Iterator[Item]:
    """Yield an actor for each entry that is one, with who names which country for it."""
    actors = ThreatActors(known.of(ThreatActor))
    listed = list(entries)
    found = {entry.uuid: _same(entry, actors) for entry in listed}
    several = Counter(actor for actor in found.values() if actor)
    reader = _Reader(
        known, actors, {uuid: actor for uuid, actor in found.items() if actor and several[actor] == 1}, says
    )
    for entry in listed:
        yield located(entry, reader.item)


class _Reader:
    """Makes records of entries, once it is known which actors they are."""

    def __init__(self, known: Known, actors: ThreatActors, found: dict[str, URIRef], says: Says) -> None:
        self._known, self._actors, self._found, self._says = known, actors, found, says

    def item(self, entry: Entry) -> Item:
        """Return what becomes of an entry."""
        if set(entry.texts("threat-actor-classification")) & {"campaign", "operation"}:
            return OutOfScope(entry.file, entry.line, NO_ACTOR)
        if entry.value in _PERSONS:
            return OutOfScope(entry.file, entry.line, ONE_PERSON)
        actor = self._actor(entry)
        beside = (*self._assessments(entry, actor.iri), *self._cluster(entry, actor))
        return Located(entry.file, entry.line, actor, beside)

    def _actor(self, entry: Entry) -> ThreatActor:
        ours = self._actors.record(self._found[entry.uuid]) if entry.uuid in self._found else None
        name = ours.name if ours else entry.value
        synonyms = [text for text in entry.texts("synonyms") if not _NUMBER.fullmatch(text) and text not in _HANDLES]
        try:
            aliases = further([entry.value, *synonyms], beside=name)
        except ValueError as error:
            raise Unusable("synonyms", error) from error
        evidence = self._says(f"threat-actor {entry.uuid}", _note(entry, ours))
        actor_id = ours.id if ours else f"misp-{entry.uuid}"
        return ThreatActor(id=actor_id, name=name, aliases=aliases, evidence=(evidence,))

    def _cluster(self, entry: Entry, actor: ThreatActor) -> Iterator[Cluster]:
        """Yield the judgement that an actor of MISP's own is the one of ours with the same main name.

        It is a weak one, since names are given anew for other activity; what the two have in common is the name.
        """
        named = (self._actors.record(found) for found in self._actors.candidates(entry.value))
        same = [ours for ours in named if key(ours.name) == key(entry.value) and not ours.id.startswith("misp-")]
        if len(same) != 1 or same[0].iri == actor.iri or self._known.get(EDITORS) is None:
            return
        yield Cluster(
            id=f"misp-{entry.uuid}",
            name=f"{actor.name} in the MISP galaxy and {same[0].name}",
            records=(same[0].iri, actor.iri),
            asserter=EDITORS,
            justification="Both go by this main name, and no identifier tells whether they are one",
            confidence=coded("confidence", "low"),
            evidence=(self._says(f"threat-actor {entry.uuid}", None),),
        )

    def _assessments(self, entry: Entry, actor: URIRef) -> Iterator[Assessment]:
        confidence = entry.text("attribution-confidence")
        note = f"attribution-confidence: {confidence}" if confidence and confidence.isdecimal() else None
        for assessor, column in ((MISP, COUNTRY), (CFR, SPONSOR)):
            for text in entry.texts(column):
                if _is_unknown(text):
                    continue
                try:
                    state = self._known.state(text)
                except ValueError as error:
                    raise Unusable(column, error) from error
                evidence = self._says(f"threat-actor {entry.uuid}, {column}", note if assessor == MISP else None)
                yield Assessment(assessor=assessor, subject=actor, country=state, evidence=(evidence,))


def _is_unknown(text: str) -> bool:
    return text.strip() in ("", "Unknown")


def _note(entry: Entry, ours: ThreatActor | None) -> str | None:
    """Say what of an entry has no place in a record, and which country is stated to be unknown."""
    others = sorted(_numbers(entry) - {ours.attack_id if ours else None})
    notes = [f"Gives the ATT&CK group {', '.join(others)}{' as well' if ours else ''}"] if others else []
    for column in (COUNTRY, SPONSOR):
        notes += [
            f"{column} is written as {text.strip() or 'empty'}" for text in entry.texts(column) if _is_unknown(text)
        ]
    return "; ".join(notes) or None


def _numbers(entry: Entry) -> set[str]:
    """Return the numbers of ATT&CK that an entry has among its synonyms, or as pages in its references."""
    pages = (page for text in entry.texts("refs") if (page := _PAGE.fullmatch(text.strip())))
    return {text for text in entry.texts("synonyms") if _NUMBER.fullmatch(text)} | {page[1] for page in pages}


def _same(entry: Entry, actors: ThreatActors) -> URIRef | None:
    """Return the actor that an entry is by identifiers: by a number of ATT&CK, or ATT&CK's UUID, that it gives.

    Of several it is the one that goes by the entry's own name. A single number counts by itself where it stands among
    the synonyms; a mere reference or likeness counts with the name only.
    """
    try:
        numbers = _numbers(entry)
        names = {number for number in entry.texts("synonyms") if _NUMBER.fullmatch(number)}
    except Unusable:
        return None  # which is reported when the entry is read
    alike = [str(one.get("dest-uuid")) for one in entry.related if one.get("type") == "similar"]
    stated = {actor for number in numbers for actor in actors.with_attack_id(number)}
    near = stated | {actor for uuid in alike for actor in actors.with_stix_id(uuid)}
    by_name = {actor for actor in near if key(actors.record(actor).name) == key(entry.value)}
    if len(by_name) == 1:
        return by_name.pop()
    return next(iter(stated)) if len(numbers) == len(stated) == 1 and names == numbers else None
