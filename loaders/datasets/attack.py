"""MITRE ATT&CK: groups as threat actors and campaigns as operations, by the numbers that MITRE gives them.

The files are STIX 2 bundles, of one object each or of many; STIX is JSON, and three kinds of object are read, so they
are read as JSON. That a campaign is MITRE's judgement to be some group's is in relationships. The model has assessments
of countries only and cannot hold that, so they are out of scope and not among the files that are fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Cluster, Operation, Organisation, ThreatActor
from graph.record import Evidence, Record, coded
from graph.terms import ID
from loaders.dataset import DataSet, Files, Options, Origin, again
from loaders.datasets.attack_stix import NUMBERS, Unusable, aliases_of, objects_of, reference, text, time
from loaders.known import Known
from loaders.structured import Malformed, read_json
from loaders.threat_actors import ThreatActors, further, printed

WITHDRAWN = "withdrawn by ATT&CK (revoked or deprecated): its number stands for nothing any more"
OTHER_KIND = "no group and no campaign: techniques, software and terms of use are not in this graph"
GROUP_OF_CAMPAIGN = "a campaign said to be a group's: the model has assessments of countries only"
OTHER_RELATION = "a relation that is not between a campaign and a group"
EDITORS = ID["organisation/cybergov-editors"]
_NOT_SO = {
    ("C0059", "2004-10-01T04:00:00.000Z"): "dates the first sight to October 2004, and in its text to October 2024"
}


@dataclass(frozen=True)
class SameOperation:
    """The editors' judgement that a campaign is an operation in our tables."""

    operation: str
    why: str
    confidence: str


SAME = {
    "C0024": SameOperation("solarwinds", "Both are the compromise of the updates of SolarWinds Orion", "high"),
    "C0030": SameOperation("triton-malware", "Both are the use of Triton against an industrial plant in 2017", "high"),
    "C0038": SameOperation(
        "albania-government-systems-july-2022",
        "Both begin with the entry of May 2021 into Albanian government networks and include July 2022; "
        "the campaign takes in the attack of September 2022 as well",
        "medium",
    ),
}


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a threat actor for each group and an operation for each campaign that ATT&CK has not withdrawn."""
    reader = _Reader(known)
    for file in sorted(files):
        try:
            objects = objects_of(read_json(files[file]))
        except Malformed as error:
            yield error.reject(file)
            yield FileRead(file, 1)
            continue
        for number, entry in enumerate(objects, start=1):
            yield reader.item(file, number, entry)
        yield FileRead(file, len(objects))


class _Reader:
    """Makes records of objects, by what was known before the first of them."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._actors = ThreatActors(known.of(ThreatActor))
        self._operations = {name: operation for operation in known.of(Operation) for name in operation.identifier}
        self._seen: set[str] = set()

    def item(self, file: str, line: int, entry: Any) -> Item:
        """Return what becomes of an object; its line is its place in the bundle."""
        try:
            kind, stix = text(entry, "type"), text(entry, "id")
            if stix in self._seen:
                raise Unusable("id", f"the object {stix} stands twice")
            self._seen.add(stix)
            if rule := _rule(kind, entry):
                return OutOfScope(file, line, rule)
            record, *beside = self._records(kind, entry)
        except Unusable as error:
            return Reject(file, line, error.column, str(error))
        return Located(file, line, record, tuple(beside))

    def _records(self, kind: str, entry: dict[str, Any]) -> tuple[Record, ...]:
        if kind == "identity":
            return (_organisation(entry),)
        number, page = reference(kind, entry)
        try:
            name = printed(text(entry, "name"))
            aliases = further([name, *aliases_of(entry)], beside="")
        except ValueError as error:
            raise Unusable(getattr(error, "column", "aliases"), error) from error
        evidence = DATASET.evidence(f"{number}, {text(entry, 'id')}")
        if kind == "intrusion-set":
            return (self._actor(number, page, name, aliases, evidence),)
        return self._operation(number, page, name, aliases, evidence, entry)

    def _actor(self, number: str, page: URIRef, name: str, aliases: tuple[str, ...], evidence: Evidence) -> ThreatActor:
        ours = self._actors.with_attack_id(number)
        known = (
            self._actors.record(ours[0]) if len(ours) == 1 else ThreatActor(id=f"attack-{number.lower()}", name=name)
        )
        names = further(aliases, beside=known.name)
        return again(known, evidence, aliases=names, same_as=(page,), attack_id=number)

    def _operation(
        self,
        number: str,
        page: URIRef,
        name: str,
        aliases: tuple[str, ...],
        evidence: Evidence,
        entry: dict[str, Any],
    ) -> tuple[Record, ...]:
        identifier = f"ATT&CK {number}"
        name = f"ATT&CK campaign {number}" if name == number else name
        known = self._operations.get(identifier) or Operation(id=f"attack-{number.lower()}", name=name)
        times, notes = {}, []
        for field, column in (("start", "first_seen"), ("end", "last_seen")):
            if doubt := _NOT_SO.get((number, str(entry.get(column)))):
                notes.append(f"ATT&CK {doubt}; the date was left out")
            else:
                times[field] = time(entry, column)
        operation = again(
            known,
            replace(evidence, note="; ".join(notes) or None),
            aliases=further((alias for alias in aliases if alias != number), beside=known.name),
            same_as=(page,),
            identifier=(identifier,),
            **times,
        )
        return (operation, *self._cluster(number, operation))

    def _cluster(self, number: str, operation: Operation) -> Iterator[Cluster]:
        same = SAME.get(number)
        ours = ID[f"operation/{same.operation}"] if same else operation.iri
        if same is None or ours == operation.iri or not (self._known.get(ours) and self._known.get(EDITORS)):
            return
        yield Cluster(
            id=f"attack-{number.lower()}",
            name=f"{operation.name} (ATT&CK {number}) and its entry in our tables",
            records=(ours, operation.iri),
            asserter=EDITORS,
            justification=same.why,
            confidence=coded("confidence", same.confidence),
            evidence=(DATASET.evidence(number),),
        )


def _rule(kind: str, entry: dict[str, Any]) -> str | None:
    """Return the rule that leaves an object out, if one does."""
    if kind == "relationship":
        return GROUP_OF_CAMPAIGN if entry.get("relationship_type") == "attributed-to" else OTHER_RELATION
    if kind not in (*NUMBERS, "identity"):
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
    wanted=tuple(f"enterprise-attack/{kind}/*.json" for kind in ("intrusion-set", "campaign", "identity")),
    origins=(
        Origin(
            address="https://codeload.github.com/mitre/cti/tar.gz/421deacb77191b38bdd1bf63268954e93da91365",
            name="",
            is_archive=True,
        ),
    ),
    digest="a3c077fdf3d3d7e4bf0e85b8adeaf4e3332bb08d821bba94d416d08e05f7359b",
    parse=parse,
)
