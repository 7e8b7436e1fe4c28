"""What a contribution says its statements rest on: a source of ours, one of its own, or the contribution itself."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rdflib import URIRef

from graph.model import Source
from graph.record import Evidence, Record, coded
from graph.terms import CG, ID, VOCAB
from loaders.own.grammar import EVIDENCE, SOURCE, STATED, short
from loaders.own.names import Landscape
from loaders.own.statements import Given, Subject, Unusable
from loaders.own.values import Reader, address
from loaders.table import CellError
from loaders.table import must_be_checkable as must_be_checkable

_LEAD = 5  # a source of this rank is not published as evidence
_WORDS = ("locator", "says", "note")


@dataclass(frozen=True)
class Support:
    """One piece of evidence, the source it brings with it, and what it states otherwise than its claim."""

    evidence: Evidence
    source: Source | None = None
    stated: dict[URIRef, Given] = field(default_factory=dict)


class Supports:
    """Reads evidence; `own` is the contribution as a source."""

    def __init__(self, own: Source, known: Landscape, reader: Reader, source_of: Callable[[URIRef], Source | None]):
        self._own = own
        self._known = known
        self._reader = reader
        self._source_of = source_of

    def read(self, said: list[tuple[str, Given]], cls: type[Record], key: str) -> Support:
        """Return what the statements of one piece of evidence come to; raise Unusable."""
        cells: dict[str, Given] = {}
        stated: dict[URIRef, Given] = {}
        for predicate, given in said:
            name = EVIDENCE.get(predicate) or SOURCE.get(predicate)
            if predicate in STATED:
                stated[STATED[predicate]] = given
            elif predicate == str(CG.statedValue):
                stated.update([_other_value(given, cls)])
            elif name is None:
                raise Unusable(given.place, f"{short(predicate)} is no property of evidence")
            elif cells.setdefault(name, given) != given:
                raise Unusable(given.place, f"evidence has one {short(predicate)}, and here are several; split it")
        source, is_new = self._source(cells)
        return Support(
            self._evidence(cells, source, cls, key), source if is_new and source.rank != _LEAD else None, stated
        )

    def _source(self, cells: dict[str, Given]) -> tuple[Source, bool]:
        described = {name: given for name, given in cells.items() if name in SOURCE.values()}
        named = cells.get("source")
        if named is not None and (found := self._named(named)) is not None:
            if described:
                given = next(iter(described.values()))
                raise Unusable(given.place, f"{found.id!r} is in the register of sources; leave its description out")
            return found, False
        if named is not None:
            described["address"] = named
        if not described:
            return self._own, False
        if "address" not in described:
            raise Unusable(next(iter(described.values())).place, "a source needs its address (cg:sourceAddress)")
        where = self._reader.read(described["address"], Source.specs()["address"])
        if (known := self._known.of_address(where)) is not None:
            return known, False
        values = {name: self._reader.read(given, Source.specs()[name]) for name, given in described.items()}
        if "source_kind" not in values:
            raise Unusable(described["address"].place, "the source is new: say of which kind it is (cg:sourceKind)")
        name = self._own.id.removeprefix("contribution-")
        return Source(id=f"{name}-{hashlib.sha256(where.encode()).hexdigest()[:10]}", **values), True

    def _named(self, given: Given) -> Source | None:
        """Return the source that is named, or None where it is a web address of one that is not known."""
        written = given.text.strip()
        if not written.startswith(ID["source/"]) and written.startswith(("https://", "http://")):
            return self._known.of_address(self._address(given))
        iri = URIRef(written) if given.is_name or written.startswith(ID) else None
        try:
            iri = iri or self._known.meant(written, ("source",))
        except ValueError as error:
            raise Unusable(given.place, error) from None
        found = self._source_of(iri) if iri is not None else None
        if found is None:
            hint = self._known.hint(written, ("source",))
            raise Unusable(given.place, f"no source is called {short(written)!r}{hint}; or give its web address")
        return found

    def _address(self, given: Given) -> URIRef:
        try:
            return address(given.text.strip())
        except ValueError as error:
            raise Unusable(given.place, error) from None

    def _evidence(self, cells: dict[str, Given], source: Source, cls: type[Record], key: str) -> Evidence:
        status = self._code(cells, "status", "verification", ("checked", "reported", "unchecked"), "reported")
        bearing = self._code(cells, "bearing", "bearing", ("supports", "contradicts"), "supports")
        words = {name: self._words(cells.get(name)) for name in _WORDS}
        if source.rank == _LEAD:
            if status != "unchecked":
                place = cells["status"].place if "status" in cells else cells["source"].place
                raise Unusable(place, "a source of rank 5 is a lead: with it a row can only be unchecked")
            source, words = self._own, words | {"locator": None, "says": None}
        if status == "checked":
            try:
                texts = {name: text or "" for name, text in words.items()}
                must_be_checkable(texts, cls, source)
            except CellError as error:
                place = cells[error.column].place if error.column in cells else cells["status"].place
                raise Unusable(place, error) from None
        if source == self._own and not cls.shared_evidence:
            words["locator"] = words["locator"] or key
        return Evidence(source=source.iri, verification=status, bearing=bearing, **words)

    def _code(self, cells: dict[str, Given], name: str, scheme: str, codes: tuple[str, ...], default: str) -> str:
        given = cells.get(name)
        if given is None:
            return default
        written = given.text.strip().removeprefix(VOCAB[f"{scheme}/"])
        if written not in codes:
            raise Unusable(given.place, f"{short(given.text)!r} is not one of {', '.join(codes)}")
        return written

    def _words(self, given: Given | None) -> str | None:
        if given is None or not given.text.strip():
            return None
        words: Any = self._reader.read(given, Source.specs()["publisher"])
        return str(words)


def _other_value(given: Given, cls: type[Record]) -> tuple[URIRef, Given]:
    """Return the property and the value of what is written as `role: member`."""
    name, colon, value = given.text.partition(":")
    if not colon or name not in cls.specs():
        raise Unusable(given.place, f"{given.text!r} is not a field of a {short(str(cls.cls))}, a colon and its value")
    return cls.specs()[name].predicate, dataclasses.replace(given, text=value.strip())


def own_source(name: str, about: dict[str, Any]) -> Source:
    """Return the contribution itself as evidence names it: a data set of peers."""
    return Source(id=f"contribution-{name}", rank=3, source_kind=coded("source-kind", "data-set"), **about)


def evidence_of(subject: Subject) -> list[Given]:
    """Return the names of the evidence that a subject says it has."""
    return subject.of(str(CG.evidence))
