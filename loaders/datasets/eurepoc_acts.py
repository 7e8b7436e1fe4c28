"""EuRepoC's file of attributions: official acts that it reports, and whom it names behind an operation.

A row is one act and one initiator, so an act has as many rows as speakers, organs and initiators multiply to. An
official act known from here alone is reported by another and attributes to nobody by itself; the country that the data
set names is its own assessment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import URIRef

from graph.collect import Item, Located, OutOfScope
from graph.model import Assessment, Attribution, Cluster, Operation
from graph.record import Evidence, Record, coded
from graph.terms import slug
from loaders.dataset import again
from loaders.datasets import eurepoc_codes as codes
from loaders.datasets.eurepoc_actors import CODED_UNKNOWN, NO_STATE, NOT_STATED
from loaders.datasets.eurepoc_operations import ASSESSOR, EDITORS, OWN, Incidents, Landscape, called
from loaders.datasets.eurepoc_rows import Attributed, BadCell
from loaders.known import UnknownName
from loaders.operations import Acts
from loaders.resolve import AmbiguousNameError

NO_ATTRIBUTION = "no attribution is coded for the incident"
RULES = {
    NOT_STATED: "the data set does not code whom the attribution names, or that a state made it",
    CODED_UNKNOWN: "the data set codes as unknown whom the attribution names",
    NO_STATE: "the attribution names a region, a territory or a body, and no state",
}
_LOCAL = re.compile("|".join(codes.LOCAL_OFFICES))


@dataclass(frozen=True)
class Told:
    """A row with what it names: the operation, the country of the initiator, and the speaker of an official act."""

    row: Attributed
    operation: Operation
    countries: tuple[URIRef, ...]
    reason: str  # why there is no country, or nothing
    speaker: URIRef | None
    kind: str | None  # of the official act; none where the words of the type do not tell


@dataclass
class Attributions:
    """All rows of the file, so that those of one act, and those that name one country, can be taken together."""

    landscape: Landscape
    incidents: Incidents
    columns: Mapping[str, str]  # by what they mean

    def __post_init__(self) -> None:
        known = self.landscape.known.of(Attribution)
        self._known = Acts([act for act in known if not act.id.startswith(OWN)])
        self._named: defaultdict[tuple[str, URIRef], list[Attributed]] = defaultdict(list)
        self._types: defaultdict[tuple[URIRef, URIRef], list[str]] = defaultdict(list)
        self._acts: defaultdict[tuple[str, URIRef], list[Told]] = defaultdict(list)
        self._fits: defaultdict[URIRef, set[str]] = defaultdict(set)

    def take(self, row: Attributed) -> Told:
        """Remember a row; raise BadCell or UnknownName where it cannot be used."""
        told = self._told(row)
        for country in told.countries:
            self._named[row.incident, country].append(row)
            self._types[told.operation.iri, country] += _types(row)
        if told.speaker is not None:
            self._acts[row.number, told.speaker].append(told)
        return told

    def settle(self) -> None:
        """Note which known act each act fits, once all rows are in: two that fit one act are neither of them it."""
        for (number, _), rows in self._acts.items():
            act = self._same(rows)
            if act is not None:
                self._fits[act.iri].add(number)

    def item(self, told: Told) -> Item:
        """Return what became of a row: its assessments and its act, or why there is neither."""
        records: list[Record] = [self._assessment(told, country) for country in told.countries]
        if told.speaker is not None:
            records += self._act(told.row.number, told.speaker)
        place = told.row.row.file, told.row.row.line
        if not records:
            return OutOfScope(*place, told.reason)
        return Located(*place, records[0], tuple(records[1:]))

    def _told(self, row: Attributed) -> Told:
        operation = self.incidents.operations.get(row.incident) or self.landscape.operation(row.incident)
        if operation is None:
            raise BadCell(self.columns["attributed incident"], f"no incident {row.incident} was read")
        if row.type and row.type not in codes.TYPES:
            raise BadCell(
                self.columns["attribution type"], f"{row.type[:60]!r} is no type of attribution that is known"
            )
        found = [self._country(word) for word in row.countries]
        countries = tuple(country for country in found if isinstance(country, URIRef))
        if not row.number:
            return Told(row, operation, (), NO_ATTRIBUTION, None, None)
        reason = next((RULES[why] for why in found if not isinstance(why, URIRef)), "")
        speaker, kind = self._speaker(row, countries)
        told = Told(row, operation, countries, reason, speaker, kind)
        if speaker is not None and kind is None and self._known.same(speaker, operation.iri, row.date, None) is None:
            return Told(row, operation, countries, reason, None, None)
        return told

    def _country(self, word: str) -> URIRef | str:
        try:
            return self.landscape.actors.state(word)
        except (UnknownName, AmbiguousNameError) as error:
            raise BadCell(self.columns["attributed countries"], str(error)) from None

    def _speaker(self, row: Attributed, named: Iterable[URIRef]) -> tuple[URIRef | None, str | None]:
        """Return the state or body whose official act a row tells of, with its kind; or nobody."""
        try:
            speaker = self.landscape.actors.speaker(row.speaker)
        except (UnknownName, AmbiguousNameError) as error:
            raise BadCell(self.columns["speaker"], str(error)) from None
        if not isinstance(speaker, URIRef) or speaker in named or not _names_somebody(row, named):
            return None, None
        kind = _kind(row)
        by_state = row.basis in codes.BY_A_STATE
        if _LOCAL.search(row.actor):
            return None, None
        if kind is None:
            return (speaker, None) if by_state and row.type == codes.DIRECT else (None, None)
        if by_state or (row.basis == codes.BY_THIRD_PARTY and kind != "technical"):
            return speaker, kind
        return None, None

    def _assessment(self, told: Told, country: URIRef) -> Assessment:
        rows = self._named[told.row.incident, country]
        numbers = list(dict.fromkeys(row.number for row in rows))
        kinds = list(dict.fromkeys(codes.INITIATORS[row.category] for row in rows if row.category in codes.INITIATORS))
        word = "attribution" if len(numbers) == 1 else "attributions"
        notes = [f"Initiator coded as {'; as '.join(kinds)}"] if kinds else []
        incident = told.row.incident
        if incident in self.incidents.operations and (incident, country) not in self.incidents.settled:
            notes.append("Named by an attribution, and not the initiator on whom the data set settles")
        types = dict.fromkeys(self._types[told.operation.iri, country])
        return Assessment(
            assessor=ASSESSOR,
            subject=told.operation.iri,
            country=country,
            attribution_types=tuple(coded("eurepoc-attribution-type", type_) for type_ in types),
            evidence=(self._cited(f"incident {incident}, {word} {', '.join(numbers)}", notes),),
        )

    def _cited(self, locator: str, notes: list[str]) -> Evidence:
        return self.landscape.evidence(locator, ". ".join(notes) or None)

    def _same(self, rows: list[Told]) -> Attribution | None:
        first = rows[0]
        assert first.speaker is not None
        return self._known.same(first.speaker, first.operation.iri, first.row.date, _code(_first_kind(rows)))

    def _act(self, number: str, speaker: URIRef) -> Iterator[Record]:
        """Yield the act, which may be a known one; or a new one, with its likeness to a known one as a judgement."""
        rows = self._acts[number, speaker]
        first, kind = rows[0], _first_kind(rows)
        why = "Taken as this act: speaker, operation and day agree, and no other act here fits"
        evidence = self.landscape.evidence(f"incident {first.row.incident}, attribution {number}", why)
        known = self._same(rows)
        if known is not None and (len(self._fits[known.iri]) == 1 or kind is None):
            yield again(known, evidence, date=first.row.date)
            return
        if kind is None:
            return
        act = self._new(rows, speaker, kind)
        yield act
        near = known or self._known.near(speaker, first.operation.iri, first.row.date, _code(kind))
        if near is not None:
            yield self._cluster(act, near, number)

    def _new(self, rows: list[Told], speaker: URIRef, kind: str) -> Attribution:
        row, operation = rows[0].row, rows[0].operation
        names = filter(None, (self.landscape.actors.public_name(told.row.initiator) for told in rows))
        when = f", {row.date}" if row.date else ""
        name = self.landscape.actors.name(speaker)
        return Attribution(
            id=f"{OWN}{row.number}-{slug(speaker.rsplit('/', 1)[-1])}",
            name=f"{name} on {called(operation)}{when}, as EuRepoC reports",
            date=row.date,
            speaker=speaker,
            operations=(operation.iri,),
            attribution_kind=coded("attribution-kind", kind),
            stance=coded("attribution-stance", "reported-by-another"),
            named="; ".join(dict.fromkeys(names)) or None,
            evidence=(self.landscape.evidence(f"incident {row.incident}, attribution {row.number}", None),),
        )

    def _cluster(self, act: Attribution, near: Attribution, number: str) -> Cluster:
        if act.date == near.date:
            why = "Speaker, operation and day agree, and the data set has several acts of that day."
        else:
            why = (
                f"Speaker and operation agree; the data set has the date {act.date}, and the other record {near.date}."
            )
        return Cluster(
            id=f"{act.id}-{near.id}",
            name=f"{near.name}, and EuRepoC attribution {number}",
            records=(near.iri, act.iri),
            asserter=EDITORS,
            justification=why,
            confidence=coded("confidence", "medium"),
            evidence=act.evidence,
        )


def _names_somebody(row: Attributed, countries: Iterable[URIRef]) -> bool:
    return any(True for _ in countries) or row.initiator not in ("", codes.UNKNOWN)


def _types(row: Attributed) -> list[str]:
    if row.type == codes.DIRECT and row.basis == codes.CONFIRMS:
        return ["self"]
    return list(codes.TYPES.get(row.type, ((), None))[0])


def _kind(row: Attributed) -> str | None:
    kind = codes.TYPES.get(row.type, ((), None))[1]
    if kind == "legal" and any(name in row.actor for name in codes.LISTING_AUTHORITIES):
        return "administrative-listing"
    return kind


def _first_kind(rows: list[Told]) -> str | None:
    kinds = {told.kind for told in rows}
    return next((kind for kind in codes.KIND_ORDER if kind in kinds), None)


def _code(kind: str | None) -> URIRef | None:
    return coded("attribution-kind", kind) if kind else None
