"""MITRE ATT&CK: groups as threat actors and campaigns as operations, by the numbers that MITRE gives them.

The files are STIX 2 bundles, of one object each or of many; STIX is JSON, and four kinds of object are read, so they
are read as JSON. That a campaign is a group's is MITRE's assessment; it names a group and no state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Assessment, Cluster, Operation, Organisation, ThreatActor
from graph.record import Evidence, Record, coded
from graph.terms import ID
from loaders.dataset import DataSet, Files, Options, Origin, again
from loaders.datasets.attack_stix import (
    ENDS,
    NUMBERS,
    RELATIONS,
    Unusable,
    aliases_of,
    objects_of,
    reference,
    text,
    time,
)
from loaders.known import Known
from loaders.structured import Malformed, read_json
from loaders.threat_actors import ThreatActors, further, printed

WITHDRAWN = "withdrawn by ATT&CK (revoked or deprecated): its number stands for nothing any more"
OTHER_KIND = "no group and no campaign: techniques, software and terms of use are not in this graph"
OTHER_RELATION = "a relation other than that of a campaign to its group"
EDITORS, MITRE = ID["organisation/cybergov-editors"], ID["organisation/mitre"]
_NOT_SO = {
    ("C0059", "2004-10-01T04:00:00.000Z"): "dates the first sight to October 2004, and in its text to October 2024"
}


@dataclass(frozen=True)
class Same:
    """The editors' judgement that a campaign or group is one in our tables, which do not give its number."""

    ours: str
    why: str
    confidence: str


SAME = {
    "C0024": Same("operation/solarwinds", "Both are the compromise of the updates of SolarWinds Orion", "high"),
    "C0030": Same("operation/triton-malware", "Both are the use of Triton against an industrial plant in 2017", "high"),
    "C0038": Same(
        "operation/albania-government-systems-july-2022",
        "Both begin with the entry of May 2021 into Albanian government networks and include July 2022; "
        "the campaign takes in the attack of September 2022 as well",
        "medium",
    ),
    "G0027": Same("threat-actor/apt27", "Each goes by the other's main name, APT27 and Threat Group-3390", "high"),
}


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a threat actor for each group and an operation for each campaign that ATT&CK has not withdrawn."""
    reader, relations = _Reader(known), []
    for file in sorted(files):
        try:
            objects = objects_of(read_json(files[file]))
        except Malformed as error:
            yield error.reject(file)
            yield FileRead(file, 1)
            continue
        for number, entry in enumerate(objects, start=1):
            if isinstance(entry, dict) and entry.get("type") == "relationship":
                relations.append((file, number, entry))
            else:
                yield reader.item(file, number, entry)
        yield FileRead(file, len(objects))
    for place in relations:
        yield reader.item(*place)


class _Reader:
    """Makes records of objects, by what was known before the first of them."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._actors = ThreatActors(known.of(ThreatActor))
        self._operations = {name: operation for operation in known.of(Operation) for name in operation.identifier}
        self._seen: set[str] = set()
        self._made: dict[str, URIRef | None] = {}  # by STIX identifier; None for what was left out

    def item(self, file: str, line: int, entry: Any) -> Item:
        """Return what becomes of an object; its line is its place in the bundle."""
        try:
            kind, stix = text(entry, "type"), text(entry, "id")
            if stix in self._seen:
                raise Unusable("id", f"the object {stix} stands twice")
            self._seen.add(stix)
            if rule := _rule(kind, entry) or self._rule_of_relation(kind, entry):
                self._made[stix] = None
                return OutOfScope(file, line, rule)
            record, *beside = self._records(kind, entry)
        except Unusable as error:
            return Reject(file, line, error.column, str(error))
        self._made[stix] = record.iri
        return Located(file, line, record, tuple(beside))

    def _records(self, kind: str, entry: dict[str, Any]) -> tuple[Record, ...]:
        if kind == "identity":
            return (_organisation(entry),)
        if kind == "relationship":
            return (self._assessment(entry),)
        number, page = reference(kind, entry)
        try:
            name = printed(text(entry, "name"))
            aliases = further([name, *aliases_of(entry)], beside="")
        except ValueError as error:
            raise Unusable(getattr(error, "column", "aliases"), error) from error
        evidence = DATASET.evidence(f"{number}, {text(entry, 'id')}")
        made = self._actor if kind == "intrusion-set" else self._operation
        record = made(_Named(number, page, name, aliases, evidence), entry)
        return (record, *self._cluster(number, record))

    def _rule_of_relation(self, kind: str, entry: dict[str, Any]) -> str | None:
        ends = [self._made.get(text(entry, end), entry) for end in ENDS] if kind == "relationship" else []
        return WITHDRAWN if None in ends else None

    def _assessment(self, entry: dict[str, Any]) -> Assessment:
        operation, group = (self._end(entry, *end) for end in zip(ENDS, ("operation", "threat-actor"), strict=True))
        return Assessment(
            assessor=MITRE, subject=operation, group=group, evidence=(DATASET.evidence(text(entry, "id")),)
        )

    def _end(self, entry: dict[str, Any], end: str, kind: str) -> URIRef:
        found = self._made.get(text(entry, end))
        if found is None or not found.startswith(ID[f"{kind}/"]):
            raise Unusable(end, f"{entry[end]!r:.80} is no {kind} among the objects that were read")
        return found

    def _actor(self, named: _Named, entry: dict[str, Any]) -> ThreatActor:
        ours = self._actors.with_attack_id(named.number)
        own = ThreatActor(id=f"attack-{named.number.lower()}", name=named.name)
        known = self._actors.record(ours[0]) if len(ours) == 1 else own
        aliases = further(named.aliases, beside=known.name)
        return again(known, named.evidence, aliases=aliases, same_as=(named.page,), attack_id=named.number)

    def _operation(self, named: _Named, entry: dict[str, Any]) -> Operation:
        number, identifier = named.number, f"ATT&CK {named.number}"
        name = f"ATT&CK campaign {number}" if named.name == number else named.name
        known = self._operations.get(identifier) or Operation(id=f"attack-{number.lower()}", name=name)
        times, notes = {}, []
        for field, column in (("start", "first_seen"), ("end", "last_seen")):
            if doubt := _NOT_SO.get((number, str(entry.get(column)))):
                notes.append(f"ATT&CK {doubt}; the date was left out")
            else:
                times[field] = time(entry, column)
        aliases = further((alias for alias in named.aliases if alias != number), beside=known.name)
        evidence = replace(named.evidence, note="; ".join(notes) or None)
        return again(known, evidence, aliases=aliases, same_as=(named.page,), identifier=(identifier,), **times)

    def _cluster(self, number: str, record: Operation | ThreatActor) -> Iterator[Cluster]:
        same = SAME.get(number)
        ours = ID[same.ours] if same else record.iri
        if same is None or ours == record.iri or not (self._known.get(ours) and self._known.get(EDITORS)):
            return
        yield Cluster(
            id=f"attack-{number.lower()}",
            name=f"{record.name} (ATT&CK {number}) and its entry in our tables",
            records=(ours, record.iri),
            asserter=EDITORS,
            justification=same.why,
            confidence=coded("confidence", same.confidence),
            evidence=(DATASET.evidence(number),),
        )


@dataclass(frozen=True)
class _Named:
    """What groups and campaigns have in common."""

    number: str
    page: URIRef
    name: str
    aliases: tuple[str, ...]
    evidence: Evidence


def _rule(kind: str, entry: dict[str, Any]) -> str | None:
    """Return the rule that leaves an object out, if one does."""
    if kind == "relationship" and entry.get("relationship_type") != "attributed-to":
        return OTHER_RELATION
    if kind not in (*NUMBERS, "identity", "relationship"):
        return OTHER_KIND
    return WITHDRAWN if entry.get("revoked") is True or entry.get("x_mitre_deprecated") is True else None


def _organisation(entry: dict[str, Any]) -> Organisation:
    if entry.get("identity_class") != "organization":
        raise Unusable("identity_class", "an identity should be an organisation; persons are not recorded")
    try:
        name = printed(text(entry, "name"))
    except ValueError as error:
        raise Unusable("name", error) from error
    if "MITRE" not in name:
        raise Unusable("name", f"the publisher of ATT&CK is MITRE, and not {name!r}")
    return Organisation(
        id="mitre",
        name=name,
        aliases=("MITRE",),
        organisation_kind=coded("organisation-kind", "company"),
        evidence=(DATASET.evidence(text(entry, "id")),),
    )


DATASET = DataSet(
    name="attack",
    title="MITRE ATT&CK Enterprise",
    publisher="MITRE",
    address="https://attack.mitre.org/groups/",
    version="18.1",
    licence=URIRef("https://github.com/mitre/cti/blob/421deacb77191b38bdd1bf63268954e93da91365/LICENSE.txt"),
    redistributable=True,
    citation="MITRE ATT&CK Enterprise, version 18.1: names, numbers and dates of groups and campaigns. "
    "MITRE lets ATT&CK be used without charge, also in trade, where its notice goes along: © 2025 The MITRE "
    "Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.",
    published="2025-11-13",
    wanted=(
        *(f"enterprise-attack/{kind}/*.json" for kind in ("intrusion-set", "campaign", "identity")),
        *(f"enterprise-attack/relationship/relationship--{uuid}.json" for uuid in RELATIONS),
    ),
    origins=(
        Origin(
            address="https://codeload.github.com/mitre/cti/tar.gz/421deacb77191b38bdd1bf63268954e93da91365",
            name="",
            is_archive=True,
        ),
    ),
    digest="d6e31da1e39e08c907b9b15c4bf1963b59f3757384c561df31cb7ac7e0d1e81a",
    parse=parse,
)
