"""Derived statements: superclasses, date bounds, names of claims, disputes, and shortcuts as of the data date.

Nothing here is a source's own. Everything lands in one graph, so that a reader can tell what was stated from what
was concluded.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from datetime import date

from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from graph.collect import Collection, Entry
from graph.dates import Stated
from graph.model import Acceptance, Membership, TreatyAction
from graph.record import Record, Triple, coded
from graph.terms import CG, GRAPH

DERIVED = GRAPH["derived"]

BOUNDS: dict[URIRef, tuple[URIRef | None, URIRef | None]] = {
    CG.start: (CG.startNotBefore, CG.startNotAfter),
    CG.founded: (CG.startNotBefore, CG.startNotAfter),
    CG.disclosed: (CG.disclosedNotBefore, CG.disclosedNotAfter),
    CG.end: (CG.endNotBefore, CG.endNotAfter),
    CG.date: (CG.dateNotBefore, CG.dateNotAfter),
    CG.effectiveFrom: (CG.effectiveNotBefore, CG.effectiveNotAfter),
    CG.stillSoOn: (CG.stillSoNotBefore, None),
    CG.completeFrom: (None, CG.completeFromNotAfter),
    CG.completeTo: (CG.completeToNotBefore, None),
}
_MEMBERS = {coded("membership-role", role) for role in ("member", "participating-state", "founding-member")}
_GONE = {
    coded("membership-role", role) for role in ("suspended", "expelled", "withdrawn-notified", "withdrawn-effective")
}
_LEFT = {coded("membership-role", role) for role in ("expelled", "withdrawn-effective")}
_NOT_IN = _GONE | {coded("membership-role", "invited")}
_CONSENT = {
    coded("treaty-action", action) for action in ("ratification", "acceptance", "approval", "accession", "succession")
}
_ACCEPTING = {
    coded("acceptance-mode", mode) for mode in ("treaty-consent", "national-reaffirmation", "subscription", "signed")
}


def superclasses(ontology: Graph) -> dict[URIRef, set[URIRef]]:
    """Return for each of our classes all of our classes above it."""
    ours = [cls for cls in ontology.subjects(RDFS.subClassOf) if isinstance(cls, URIRef) and cls in CG]
    return {
        cls: {
            above
            for above in ontology.transitive_objects(cls, RDFS.subClassOf)
            if isinstance(above, URIRef) and above != cls and above in CG
        }
        for cls in ours
    }


def derive(collection: Collection, ontology: Graph, codes: Graph, on: date) -> Iterator[Triple]:
    """Yield all derived statements about a collection, as of a day."""
    above = superclasses(ontology)
    names = Names(collection, codes)
    for iri, entry in collection.entries.items():
        for cls in entry.types:
            for broader in above.get(cls, ()):
                yield iri, RDF.type, broader
        yield from _bounds(iri, entry.record)
        if entry.record.wording:
            yield iri, RDFS.label, Literal(names.of(iri), lang="en")
        if entry.disputed:
            yield iri, CG.disputed, Literal("true", datatype=XSD.boolean)
    for node, name in _names_of_evidence(collection, names).items():
        yield node, RDFS.label, Literal(name, lang="en")
    for concept, label in codes.subject_objects(SKOS.prefLabel):
        if isinstance(concept, URIRef) and isinstance(label, Literal):
            yield concept, RDFS.label, label
    yield from _shortcuts(collection, on)


def _bounds(iri: URIRef, record: Record) -> Iterator[Triple]:
    for _, spec, value in record.values():
        if isinstance(value, Stated) and spec.predicate in BOUNDS:
            for predicate, day in zip(BOUNDS[spec.predicate], value.bounds(), strict=True):
                if predicate is not None:
                    yield iri, predicate, Literal(day.isoformat(), datatype=XSD.date)


class Names:
    """English names for everything: the thing's own, the code's, or the wording of a claim by its parts."""

    def __init__(self, collection: Collection, codes: Graph) -> None:
        self._entries = collection.entries
        self._codes: Mapping[URIRef, str] = {
            concept: str(label)
            for concept, label in codes.subject_objects(SKOS.prefLabel)
            if isinstance(concept, URIRef) and isinstance(label, Literal) and label.language == "en"
        }

    def of(self, iri: URIRef) -> str:
        """Return the name of a thing, code or claim; the end of its IRI where it has none."""
        if iri in self._codes:
            return self._codes[iri]
        entry = self._entries.get(iri)
        if entry is None:
            return iri.rsplit("/", 1)[-1]
        return self._worded(entry) if entry.record.wording else str(getattr(entry.record, "name", iri))

    def short(self, iri: URIRef) -> str:
        """Return the abbreviation of a thing, or its name where it has none."""
        entry = self._entries.get(iri)
        return str((entry and getattr(entry.record, "abbreviation", None)) or self.of(iri))

    def _worded(self, entry: Entry) -> str:
        record = entry.record
        fields = [name for _, name, _, _ in string.Formatter().parse(record.wording) if name]
        parts = {name: self._part(getattr(record, name)) for name in fields}
        return record.wording.format(**parts)

    def _part(self, value: object) -> str:
        if isinstance(value, URIRef):
            return self.of(value)
        return "not stated" if value is None else str(value)


def _names_of_evidence(collection: Collection, names: Names) -> dict[URIRef, str]:
    """Return a name for each piece of evidence: what it is on, which many claims may share, and its source."""
    found = {}
    for iri, entry in collection.entries.items():
        shared = (getattr(entry.record, name) for name in entry.record.shared_evidence)
        about = ", ".join(map(names.of, shared)) or names.of(iri)
        for node, (_, evidence, _) in entry.evidence.items():
            found[node] = f"Evidence on {about}, from {names.of(evidence.source)}"
    return found


def _shortcuts(collection: Collection, on: date) -> Iterator[Triple]:
    """Yield the shortcuts from claims that nothing contradicts and that hold on the day whichever source is right."""
    entries = [entry for entry in collection.entries.values() if not entry.contradicted]
    memberships = [entry.record for entry in entries if isinstance(entry.record, Membership) and _holds(entry, on)]
    departures = [m for m in memberships if m.role in _LEFT and _begun(m.start, on)]
    for membership in memberships:
        if membership.role in _NOT_IN or any(_ends(leaving, membership) for leaving in departures):
            continue
        yield membership.member, CG.participatesIn, membership.forum
        if membership.role in _MEMBERS:
            yield membership.member, CG.memberOf, membership.forum
    for entry in entries:
        record = entry.record
        if isinstance(record, Acceptance) and record.mode in _ACCEPTING and _holds(entry, on):
            yield record.actor, CG.hasAccepted, record.accepted
    yield from _parties([e.record for e in entries if isinstance(e.record, TreatyAction) and _holds(e, on)], on)


def _holds(entry: Entry, on: date) -> bool:
    """Tell whether a claim is neither over nor still to come, by every source and by the preferred values."""
    return all(_open(record, on) for record in (entry.record, *entry.stated))


def _parties(actions: list[TreatyAction], on: date) -> Iterator[Triple]:
    """Yield who is party to what: only from entry into force for that state, and until a withdrawal."""
    withdrawal = coded("treaty-action", "withdrawal")
    gone = {(a.actor, a.treaty) for a in actions if a.action == withdrawal and _begun(a.effective or a.date, on)}
    for action in actions:
        consented = action.action in _CONSENT and action.effective is not None
        if consented and _begun(action.effective, on) and (action.actor, action.treaty) not in gone:
            yield action.actor, CG.partyTo, action.treaty


def _open(record: Record, on: date) -> bool:
    """Tell whether a claim is not known to be over or still to come."""
    if isinstance(record, Membership):
        to_come = record.start is not None and record.start.bounds().first > on
        return not to_come and not _over(record.end, on)
    if isinstance(record, TreatyAction):
        return _begun(record.effective, on)
    return not (isinstance(record, Acceptance) and _over(record.end, on))


def _ends(leaving: Membership, record: Membership) -> bool:
    """Tell whether a departure came after the start of a membership of the same actor in the same forum."""
    if (leaving.forum, leaving.member) != (record.forum, record.member):
        return False
    return leaving.start is None or record.start is None or leaving.start.bounds().last >= record.start.bounds().first


def _begun(stated: Stated | None, on: date) -> bool:
    return stated is None or stated.bounds().last <= on


def _over(end: Stated | None, on: date) -> bool:
    """Tell whether an end may have passed; its own day still counts, as in the queries."""
    return end is not None and end.bounds().first < on
