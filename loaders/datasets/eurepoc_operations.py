"""Incidents of EuRepoC: operations with their targets, whom the data set names behind them, and what was done.

An operation is called by its targets and its time unless the data set has a name for it that is one (`eurepoc_names`):
no name here may speak of guilt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field

from rdflib import URIRef

from graph.collect import Located
from graph.dates import Stated
from graph.model import Assessment, Cluster, Operation, Response
from graph.record import Evidence, Record, coded
from graph.terms import thing
from loaders.dataset import again
from loaders.datasets.eurepoc_actors import Actors
from loaders.datasets.eurepoc_codes import RESPONSES, SECTORS
from loaders.datasets.eurepoc_names import NAMES
from loaders.datasets.eurepoc_rows import Answer, Incident
from loaders.known import Known
from loaders.operations import Operations

OWN = "eurepoc-"  # what ids of this data set's own records begin with
ASSESSOR, EDITORS = thing("organisation", "eurepoc"), thing("organisation", "cybergov-editors")


@dataclass
class Landscape:
    """What was known before the data set is read, and how a row of it is cited."""

    known: Known
    evidence: Callable[[str, str | None], Evidence]
    actors: Actors = field(init=False)

    def __post_init__(self) -> None:
        self.actors = Actors(self.known)
        others = [operation for operation in self.known.of(Operation) if not operation.id.startswith(OWN)]
        self.operations = Operations(others)
        self.responses = [response for response in self.known.of(Response) if not response.id.startswith(OWN)]

    def operation(self, number: str) -> Operation | None:
        """Return the operation that carries the number of an incident already."""
        found = self.operations.identified(identifier(number))
        own = self.known.get(thing("operation", f"{OWN}{number}"))
        return found or (own if isinstance(own, Operation) else None)


@dataclass(frozen=True)
class Incidents:
    """The incidents that were read: their operations by number, and whom the data set settles on as initiators."""

    operations: dict[str, Operation]
    named: Container[tuple[str, str]]  # incident and country, where a row of the file of attributions has them
    settled: set[tuple[str, URIRef]] = field(default_factory=set)


def identifier(number: str) -> str:
    """Return the number of an incident as operations carry it."""
    return f"EuRepoC {number}"


def called(operation: Operation) -> str:
    """Return what an operation is called in the names of acts: its number, where its name is a description with it."""
    return next((number for number in operation.identifier if operation.name.endswith(f"({number})")), operation.name)


def located(incident: Incident, landscape: Landscape, incidents: Incidents) -> Located:
    """Return the operation of an incident and what its row says beside; raise UnknownName for a country of nobody."""
    operation, beside = _operation(incident, landscape)
    incidents.operations[incident.number] = operation
    beside += _assessments(incident, operation, landscape, incidents)
    beside += _responses(incident, operation, landscape)
    return Located(incident.row.file, incident.row.line, operation, tuple(beside))


def _operation(incident: Incident, landscape: Landscape) -> tuple[Operation, list[Record]]:
    known = landscape.operations.identified(identifier(incident.number))
    targets = [landscape.actors.target(word) for word in incident.receivers]
    hit = tuple(dict.fromkeys(target for target in targets if isinstance(target, URIRef)))
    sectors = tuple(dict.fromkeys(SECTORS[pair] for pair in incident.categories if pair in SECTORS))
    same = "Taken as this operation, which carries the number" if known is not None else None
    notes = ". ".join(filter(None, (same, _left_out(incident, landscape))))
    evidence = landscape.evidence(f"incident {incident.number}", notes or None)
    start, end = incident.start, _end(incident)
    if known is not None:
        parts = sum(name.startswith("EuRepoC ") for name in known.identifier) > 1
        dates = {} if parts else {"start": start, "end": end}
        numbers = (identifier(incident.number),)
        return again(known, evidence, targets=hit, sectors=sectors, identifier=numbers, **dates), []
    operation = Operation(
        id=f"{OWN}{incident.number}",
        name=_name(incident, hit, landscape),
        start=start,
        end=end,
        targets=hit,
        sectors=sectors,
        identifier=(identifier(incident.number),),
        evidence=(evidence,),
    )
    return operation, list(_clusters(incident, operation, landscape))


def _end(incident: Incident) -> Stated | None:
    """Return the end, unless it lies before the start: such dates are faults of the data set."""
    start, end = incident.start, incident.end
    if start is not None and end is not None and end.bounds().last < start.bounds().first:
        return None
    return end


def _left_out(incident: Incident, landscape: Landscape) -> str | None:
    """Say what of the row is no statement here, in the data set's own values."""
    said = []
    nobody = [word for word in incident.receivers if not isinstance(landscape.actors.target(word), URIRef)]
    if nobody:
        said.append(f"receivers that are no state or known body: {', '.join(nobody)}")
    wider = dict.fromkeys(" / ".join(filter(None, pair)) for pair in incident.categories if pair not in SECTORS)
    if any(wider):
        said.append(f"categories without a sector here: {', '.join(filter(None, wider))}")
    if incident.end is not None and _end(incident) is None:
        said.append(f"an end ({incident.end}) before the start")
    kinds = sum(answer.kind not in RESPONSES for answer in incident.answers)
    if kinds or incident.unaligned:
        told = f"responses of a kind that has no code here ({kinds}), or in columns out of step ({incident.unaligned})"
        said.append(told)
    return f"Left out: {'; '.join(said)}" if said else None


def _name(incident: Incident, targets: tuple[URIRef, ...], landscape: Landscape) -> str:
    if incident.title in NAMES:
        return incident.title
    names = [landscape.actors.name(target) for target in targets]
    against = f" against targets in {_listed(names)}" if names else ""
    when = f", {incident.start}" if incident.start else ""
    return f"Operation{against}{when} ({identifier(incident.number)})"


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]}, {names[1]} and {len(names) - 2} others"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _clusters(incident: Incident, operation: Operation, landscape: Landscape) -> Iterator[Cluster]:
    for likeness in landscape.operations.like(incident.title, operation):
        yield Cluster(
            id=f"{operation.id}-{likeness.operation.id}",
            name=f"{likeness.operation.name}, and {identifier(incident.number)}",
            records=(likeness.operation.iri, operation.iri),
            asserter=EDITORS,
            justification=likeness.reason,
            confidence=coded("confidence", likeness.confidence),
            evidence=(landscape.evidence(f"incident {incident.number}", None),),
        )


def _assessments(
    incident: Incident, operation: Operation, landscape: Landscape, incidents: Incidents
) -> Iterator[Assessment]:
    """Yield those of initiators whom no attribution names; the others come from there, with the attributions."""
    evidence = landscape.evidence(f"incident {incident.number}, initiator", None)
    for word in incident.initiators:
        country = landscape.actors.state(word)
        if not isinstance(country, URIRef):
            continue
        incidents.settled.add((incident.number, country))
        if (incident.number, word) not in incidents.named:
            yield Assessment(assessor=ASSESSOR, subject=operation.iri, country=country, evidence=(evidence,))


def _responses(incident: Incident, operation: Operation, landscape: Landscape) -> Iterator[Response]:
    """Yield the responses of a kind that is known, by an actor that is known; several of one kind are numbered."""
    seen: Counter[str] = Counter()
    for answer in incident.answers:
        kind, authority = RESPONSES.get(answer.kind), landscape.actors.speaker(answer.authority)
        if kind is None or not isinstance(authority, URIRef):
            continue
        base = f"{OWN}{incident.number}-{authority.rsplit('/', 1)[-1].lower()}-{kind.rsplit('/', 1)[-1]}"
        seen[base] += 1
        number = f"-{seen[base]}" if seen[base] > 1 else ""
        place = f"incident {incident.number}, {answer.family} responses"
        known = _same_response(answer, kind, authority, operation, landscape)
        if known is not None:
            why = "Taken as this response: kind, actor, operation and day agree"
            yield again(known, landscape.evidence(place, why), date=answer.date)
            continue
        name = f"{landscape.actors.name(authority)}, {kind.rsplit('/', 1)[-1]}: {called(operation)}"
        yield Response(
            id=f"{base}{number}",
            name=name,
            response_kind=kind,
            authority=authority,
            operations=(operation.iri,),
            date=answer.date,
            evidence=(landscape.evidence(place, None),),
        )


def _same_response(
    answer: Answer, kind: URIRef, authority: URIRef, operation: Operation, landscape: Landscape
) -> Response | None:
    """Return the one known response of that kind by that actor, on that day, to that operation."""
    found = [
        known
        for known in landscape.responses
        if (known.response_kind, known.authority, known.date) == (kind, authority, answer.date)
        and operation.iri in known.operations
    ]
    return found[0] if len(found) == 1 and answer.date is not None else None
