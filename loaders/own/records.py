"""Subjects become records of the model with their evidence, or are refused with the place and the reason.

An act or thing keeps the identifier it is given; a claim's comes from what it says, so whatever name it has here is
replaced by that. A record that names something nobody has made is refused, and so is what rests on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Person, Provision, Source
from graph.record import Evidence, Record, Spec, coded
from graph.terms import CG, ID, slug, thing
from loaders.dataset import again
from loaders.own import grammar
from loaders.own.evidence import Support, Supports, evidence_of
from loaders.own.grammar import TYPE, class_of, field_of, short
from loaders.own.links import without_loose_ends
from loaders.own.names import Landscape
from loaders.own.statements import BadRow, Content, Given, Row, Subject, Unusable
from loaders.own.values import Reader

LEAD = "a source of rank 5 is a lead and is not published"
_EVIDENCE = str(CG.Evidence)

Codes = frozenset[URIRef]


class Records:
    """The records of one contribution. Codes are held against the lists where these are given."""

    def __init__(self, own: Source, content: Content, known: Landscape, codes: Codes | None = None) -> None:
        self._own = own
        self._content = content
        self._known = known
        self._codes = codes
        self._subjects = {s.name: s for row in content.rows if isinstance(row, Row) for s in row.subjects}
        self._reader = Reader(known, self._identifier)
        self._supports = Supports(own, known, self._reader, self._source)
        everyone = [*self._subjects.values(), *content.evidence]
        self._evidence = {given.text for subject in everyone for given in evidence_of(subject)}
        self._subjects.update((subject.name, subject) for subject in content.evidence)
        self._plain = Evidence(source=own.iri, verification="reported")
        self._named: dict[str, URIRef | None] = {}  # None while its own name is being found

    def items(self, file: str) -> Iterator[Item]:
        """Yield what becomes of each row."""
        yield from (
            Reject(file, fault.line, fault.column, fault.reason, is_row=False) for fault in self._content.faults
        )
        if not self._content.faults:
            made = [self._item(file, row) for row in self._content.rows]
            kept = without_loose_ends([item for item, _ in made], self._known)
            for item, (_, rest) in zip(kept, made, strict=True):
                yield item
                if isinstance(item, Located):
                    yield from rest
            yield FileRead(file, self._content.rows_read)

    def _item(self, file: str, row: Row | BadRow) -> tuple[Item, list[Located]]:
        """Return what becomes of a row, and what else it states of the same claims by other evidence."""
        if isinstance(row, BadRow):
            return Reject(file, row.line, row.column, row.reason), []
        try:
            made = [record for subject in row.subjects for record in self._records(subject, row)]
        except Unusable as error:
            return Reject(file, row.line, error.column, str(error)), []
        if not made:
            return Reject(file, row.line, row.key, "this says nothing of a thing or a claim"), []
        if all(isinstance(record, Source) and record.rank == 5 for record in made):
            return OutOfScope(file, row.line, LEAD), []
        main = next((record for record in made if not isinstance(record, Source | Provision)), made[0])
        made.remove(main)
        seen = {main.iri}
        beside: list[Record] = []
        others: list[Record] = []
        for record in made:  # a row that says the same thing twice over is two statements of one thing
            (others if record.iri in seen else beside).append(record)
            seen.add(record.iri)
        rest = [Located(file, row.line, record, is_row=False) for record in others]
        return Located(file, row.line, main, tuple(beside)), rest

    def _records(self, subject: Subject, row: Row) -> Iterator[Record]:
        """Yield the records of one subject: what its evidence brings first, itself as each piece of evidence has it."""
        if subject.name in self._evidence:
            return
        types = [given.text for given in subject.of(TYPE)]
        if _EVIDENCE in types:
            raise Unusable(short(subject.name), "this evidence is of nothing; name it by cg:evidence")
        cls = class_of(types, short(subject.name))
        values, said = self._values(subject, cls)
        record = self._made(subject, cls, values)
        _must_have_types(record, types, subject)
        if isinstance(record, Person) and not record.public_function and self._known.get(record.iri) is None:
            raise Unusable("cg:publicFunction", "a person is in the graph for a public function only; say which")
        if isinstance(record, Source | Provision):  # these are there for others to name, and rest on nothing
            yield record
            return
        yield from self._provisions(subject, cls)
        for support in self._support(subject, cls, said, row):
            if support.source is not None:
                yield support.source
            stated, evidence = self._kept(self._as_stated(record, support), support.evidence)
            shared = cls.shared_evidence and self._known.has_evidence(record.iri, evidence.source)
            yield dataclasses.replace(stated, evidence=() if shared else (evidence,))  # it stays its first owner's

    def _support(self, subject: Subject, cls: type[Record], said: list[tuple[str, Given]], row: Row) -> list[Support]:
        """Return the evidence: what stands on the subject itself, or what it names; what agrees with it first."""
        found = [self._supports.read(said, cls, row.key)] if said else []
        for given in evidence_of(subject):
            node = self._subjects.get(given.text)
            if node is None:
                raise Unusable(given.place, f"the evidence {short(given.text)} is not in this contribution")
            statements = [(p, g) for p, g in node.statements if p != TYPE]
            found.append(self._supports.read(statements, cls, row.key))
        found.sort(key=lambda support: bool(support.stated))
        return found or [self._supports.read([], cls, row.key)]

    def _values(self, subject: Subject, cls: type[Record]) -> tuple[dict[str, Any], list[tuple[str, Given]]]:
        """Return the values of the fields, and what is left for the evidence."""
        values: dict[str, Any] = {}
        said = []
        for predicate, given in subject.statements:
            if predicate in (TYPE, str(CG.evidence)):
                continue
            found = field_of(cls, predicate, given)
            if found is None and (cls in (Source, Provision) or not grammar.is_term(cls, predicate)):
                raise Unusable(given.place, grammar.unknown(cls, predicate))
            if found is None:
                said.append((predicate, given))
                continue
            name, spec = found
            provision = self._provision(given, spec)
            value = provision.iri if provision else self._reader.read(given, spec)
            self._must_be_a_code(value, given, spec.scheme)
            if spec.many:
                values[name] = tuple(dict.fromkeys((*values.get(name, ()), value)))
            elif values.setdefault(name, value) != value:
                raise Unusable(given.place, f"there is room for one {short(predicate)}, and here are several")
        return values, said

    def _made(self, subject: Subject, cls: type[Record], values: dict[str, Any]) -> Record:
        if "id" in cls.__dataclass_fields__:
            values = {"id": _id(subject, cls), **values}
        missing = [name for name, spec in cls.specs().items() if spec.required and name not in values]
        keys = [name for name in missing if cls.specs()[name].key]
        if keys:
            raise Unusable(short(str(cls.specs()[keys[0]].predicate)), _needed(cls, keys[0]))
        everything: dict[str, Any] = values | dict.fromkeys(missing)
        record = cls(**everything)
        known = self._known.get(record.iri)
        if known is not None and type(known) is not cls:
            raise Unusable(short(subject.name), f"{short(record.iri)} is known as a {short(str(type(known).cls))}")
        if missing and known is None:
            raise Unusable(short(str(cls.specs()[missing[0]].predicate)), _needed(cls, missing[0]))
        if subject.name.startswith(ID) and subject.name != str(record.iri):
            reason = f"by what it says this is {short(record.iri)}; give it that identifier, or none"
            raise Unusable(short(subject.name), reason)
        if known is None:
            return record
        stated = {name: value for name, value in values.items() if name != "id"}
        return dataclasses.replace(again(known, self._plain, **stated), evidence=())

    def _kept(self, record: Record, evidence: Evidence) -> tuple[Record, Evidence]:
        """Leave a known record its own day on which it was still so: another one is told in a note of the evidence."""
        had, has = (getattr(each, "still", None) for each in (self._known.get(record.iri), record))
        if had is None or has is None or has == had:
            return record, evidence
        note = "; ".join(filter(None, (evidence.note, f"still so on {has}")))
        return _without_still(record), dataclasses.replace(evidence, note=note)

    def _as_stated(self, record: Record, support: Support) -> Record:
        """Return the record with the dates that its evidence states otherwise."""
        changed = {}
        for predicate, given in support.stated.items():
            found = field_of(type(record), str(predicate), given)
            if found is None:
                raise Unusable(given.place, grammar.unknown(type(record), str(predicate)))
            changed[found[0]] = self._reader.read(given, found[1])
        return dataclasses.replace(record, **changed)

    def _provisions(self, subject: Subject, cls: type[Record]) -> Iterator[Provision]:
        """Yield the paragraphs that a subject names."""
        for predicate, given in subject.statements:
            found = field_of(cls, predicate, given)
            if found and (provision := self._provision(given, found[1])):
                yield provision

    def _provision(self, given: Given, spec: Spec) -> Provision | None:
        """Return the paragraph that is named as `document#paragraph`."""
        document, sharp, paragraph = given.text.partition("#")
        if not sharp or given.is_name or "provision" not in spec.kinds:
            return None
        if not slug(paragraph):
            raise Unusable(given.place, f"{given.text!r} names no paragraph after the #")
        whole = self._reader.read(dataclasses.replace(given, text=document), spec)
        return Provision(provision_of=whole, paragraph=paragraph.strip())

    def _identifier(self, name: str) -> URIRef | None:
        """Return the identifier of a subject of this contribution by its name here, or None where there is none."""
        subject = self._subjects.get(name)
        if subject is None:
            return None
        if name in self._named:
            if (found := self._named[name]) is None:
                raise Unusable(short(name), "it is named by itself; give it an identifier")
            return found
        self._named[name] = None
        try:
            cls = class_of([given.text for given in subject.of(TYPE)], short(name))
            found = self._made(subject, cls, self._values(subject, cls)[0]).iri
        except BaseException:
            del self._named[name]
            raise
        self._named[name] = found
        return found

    def _source(self, iri: URIRef) -> Source | None:
        """Return a source of the register, or one that the contribution describes."""
        found = self._known.get(iri)
        if found is None and (subject := self._subjects.get(str(iri))) is not None:
            found = self._made(subject, Source, self._values(subject, Source)[0])
        return found if isinstance(found, Source) else None

    def _must_be_a_code(self, value: object, given: Given, scheme: str) -> None:
        if scheme and self._codes is not None and value not in self._codes:
            base = coded(scheme, "")
            known = [code.removeprefix(base) for code in self._codes if code.startswith(base)]
            hint = (
                grammar.nearest(short(str(value)).rpartition("/")[2], known)
                or f"; there are: {', '.join(sorted(known))}"
            )
            raise Unusable(given.place, f"the code list {scheme} has no {short(str(value))}{hint}")


def _without_still(record: Record) -> Record:
    changed: dict[str, Any] = {"still": None}
    return dataclasses.replace(record, **changed)


def _id(subject: Subject, cls: type[Record]) -> str:
    base = ID[f"{cls.kind}/"]
    if not subject.name.startswith(base):
        reason = f"it needs an identifier of its own: {base} and letters, digits and single hyphens"
        raise Unusable(short(subject.name), reason)
    try:
        return thing(cls.kind, subject.name.removeprefix(base)).removeprefix(base)
    except ValueError as error:
        raise Unusable(short(subject.name), error) from None


def _needed(cls: type[Record], name: str) -> str:
    return f"a {short(str(cls.cls))} needs {short(str(cls.specs()[name].predicate))}, and there is none"


def _must_have_types(record: Record, types: list[str], subject: Subject) -> None:
    for iri in types:
        if iri != str(record.cls) and URIRef(iri) not in record.types:
            reason = (
                f"by what it says this is a {', '.join(short(str(each)) for each in record.types)}, no {short(iri)}"
            )
            raise Unusable(short(subject.name), reason)
