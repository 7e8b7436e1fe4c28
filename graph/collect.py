"""Collecting: records from every loader become one set of claims, each once, with all its evidence.

The first row that states a claim gives its preferred values; later rows of the same identity add evidence, fill
what the first left open, and where they disagree the claim is disputed. Nothing is dropped in silence.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from rdflib import RDF, Literal, URIRef
from rdflib.term import Identifier

from graph.dates import Stated
from graph.record import Evidence, Record, Spec, coded, term
from graph.terms import CG, GRAPH, ID, SKOS, VOCAB, thing

Quad = tuple[URIRef, URIRef, Identifier, URIRef]

CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
_STATED = {CG.start: CG.statedStart, CG.end: CG.statedEnd, CG.date: CG.statedDate}


@dataclass(frozen=True)
class Reject:
    """A row that made no claim: where it stands and why."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.column}: {self.reason}"


@dataclass(frozen=True)
class Located:
    """A record with the place it was read from. A record made beside a row's own (a provision) is no row."""

    file: str
    line: int
    record: Record
    is_row: bool = True

    @property
    def place(self) -> str:
        """Where it was read, for people."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class OutOfScope:
    """A row left out by a rule that is stated."""

    file: str
    line: int
    rule: str


Item = Located | Reject | OutOfScope


@dataclass(frozen=True)
class Loader:
    """A source as a loader presents it: what it says about itself, and its rows."""

    name: str
    title: str
    load: Callable[[], Iterable[Item]]
    licence: URIRef = CC_BY
    redistributable: bool = True

    @property
    def graph(self) -> URIRef:
        """The named graph that holds what this source states."""
        return GRAPH[f"source/{self.name}"]


@dataclass
class Account:
    """Where a source's rows went: rows = claims + evidence + out of scope + rejects."""

    claims: int = 0
    evidence: int = 0
    out_of_scope: Counter[str] = field(default_factory=Counter)
    rejects: int = 0

    @property
    def rows(self) -> int:
        return self.claims + self.evidence + self.out_of_scope.total() + self.rejects


@dataclass
class Entry:
    """One claim or thing with everything stated about it so far."""

    record: Record
    graph: URIRef
    located: Located
    evidence: dict[URIRef, tuple[URIRef, Evidence, Record]] = field(default_factory=dict)
    types: set[URIRef] = field(default_factory=set)
    disputed: bool = False

    @property
    def contradicted(self) -> bool:
        """Tell whether some evidence speaks against the claim itself, not only for another date or value."""
        return any(evidence.bearing == "contradicts" for _, evidence, _ in self.evidence.values())

    @property
    def verification(self) -> str:
        """How the best evidence was checked: checked before reported before unchecked, as the alphabet has it."""
        return min(evidence.verification for _, evidence, _ in self.evidence.values())

    @property
    def stated(self) -> list[Record]:
        """The claim as each source states it."""
        return [stated for _, _, stated in self.evidence.values()]


class Collection:
    """All records of a build, merged by identity."""

    def __init__(self) -> None:
        self.entries: dict[URIRef, Entry] = {}
        self.rejects: list[Reject] = []
        self.accounts: dict[str, Account] = {}
        self._evidence_owners: dict[URIRef, tuple[tuple[str, ...], Located]] = {}

    def read(self, loader: Loader) -> Account:
        """Take in all rows of a loader and return their account."""
        account = self.accounts.setdefault(loader.name, Account())
        for item in loader.load():
            if isinstance(item, Reject):
                self.rejects.append(item)
                account.rejects += 1
            elif isinstance(item, OutOfScope):
                account.out_of_scope[item.rule] += 1
            else:
                self._take(item, loader, account)
        return account

    def _take(self, item: Located, loader: Loader, account: Account) -> None:
        try:
            is_new = self.add(item, loader.graph)
        except ValueError as error:
            self.rejects.append(Reject(item.file, item.line, "id", str(error)))
            account.rejects += item.is_row
            return
        if item.is_row and is_new:
            account.claims += 1
        elif item.is_row:
            account.evidence += 1

    def add(self, item: Located, graph: URIRef) -> bool:
        """Take in one record; tell whether it is new. Raise ValueError where two identities share one slug."""
        record = item.record
        known = self.entries.get(record.iri)
        if known is None:
            entry = Entry(record, graph, item, types=set(record.types))
            entry.disputed = any(e.bearing == "contradicts" for e in record.evidence)
            self.entries[record.iri] = entry
        else:
            _must_be_the_same(known, item)
            _merge(known, record)
            entry = known
        for evidence in record.evidence:
            self._add_evidence(entry, item, evidence, graph)
        return known is None

    def _add_evidence(self, entry: Entry, item: Located, evidence: Evidence, graph: URIRef) -> None:
        record = item.record
        shared = bool(record.shared_evidence)
        parts = [getattr(record, name).rsplit("/", 1)[-1] for name in record.shared_evidence]
        base = "-".join([record.kind, *(parts or [record.slug]), evidence.source.rsplit("/", 1)[-1]])
        iri, number = thing("evidence", base), 1
        while iri in entry.evidence and not shared:
            if entry.evidence[iri][1:] == (evidence, record):
                return  # the same row again
            number += 1
            iri = thing("evidence", f"{base}-{number}")
        about = (*parts, evidence.source) if shared else (entry.record.iri,)
        owner, first = self._evidence_owners.setdefault(iri, (about, item))
        if owner != about:
            raise ValueError(f"two pieces of evidence would share the identifier {iri} (the other: {first.place})")
        entry.evidence[iri] = (graph, evidence, record)

    def dangling(self, declared: frozenset[URIRef]) -> Iterator[Reject]:
        """Yield a reject for every reference to a thing or code that nothing declares, with the nearest ids."""
        for entry in self.entries.values():
            for name, spec, value in entry.record.values():
                if not isinstance(value, URIRef) or value in self.entries or value in declared:
                    continue
                if spec.shape in ("reference", "code"):
                    where = entry.located
                    yield Reject(where.file, where.line, name, self._unknown(value, spec, declared))

    def _unknown(self, value: URIRef, spec: Spec, declared: frozenset[URIRef]) -> str:
        base = ID if spec.shape == "reference" else VOCAB[spec.scheme + "/"]
        known: Iterable[URIRef] = self.entries if spec.shape == "reference" else declared
        names = [str(iri).removeprefix(base) for iri in known if iri.startswith(base)]
        short = str(value).removeprefix(base)
        near = difflib.get_close_matches(short, names, n=3, cutoff=0.6)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        return f"nothing has the id {short!r}{hint}"

    def quads(self) -> Iterator[Quad]:
        """Yield every statement with the graph of the source that made it."""
        for iri, entry in self.entries.items():
            for subject, predicate, value in entry.record.triples():
                yield subject, predicate, value, entry.graph
            for cls in entry.types:
                yield iri, RDF.type, cls, entry.graph
            for node, (graph, evidence, stated) in entry.evidence.items():
                yield iri, CG.evidence, node, graph
                yield from _evidence_quads(node, graph, evidence, stated, entry.record)


def _must_be_the_same(known: Entry, item: Located) -> None:
    record = item.record
    mine = [str(v) for _, spec, v in known.record.values() if spec.key]
    theirs = [str(v) for _, spec, v in record.values() if spec.key]
    if type(known.record) is not type(record) or mine != theirs:
        other = known.located.place
        raise ValueError(f"two different records would share the identifier {record.iri} (the other: {other})")


def _merge(entry: Entry, later: Record) -> None:
    entry.types.update(later.types)
    contradicts = any(e.bearing == "contradicts" for e in later.evidence)
    entry.disputed = entry.disputed or contradicts
    filled: dict[str, Any] = {}
    for name, spec in later.specs().items():
        ours, theirs = getattr(entry.record, name), getattr(later, name)
        if theirs in (None, ()):
            continue
        if ours in (None, ()) or _is_later(spec, ours, theirs):
            if not contradicts:
                filled[name] = theirs
        elif not _agree(spec, ours, theirs):
            entry.disputed = True
    if filled:
        entry.record = dataclasses.replace(entry.record, **filled)


def _is_later(spec: Spec, ours: object, theirs: object) -> bool:
    """Tell whether a later row knows of a later day on which something was still so."""
    still = spec.predicate == CG.stillSoOn and isinstance(ours, Stated) and isinstance(theirs, Stated)
    return still and theirs.bounds().first > ours.bounds().first  # type: ignore[attr-defined]


def _agree(spec: Spec, ours: object, theirs: object) -> bool:
    """Tell whether two statements of one field can both hold; words may differ, dates, codes and numbers not."""
    if isinstance(ours, Stated) and isinstance(theirs, Stated):
        return spec.predicate == CG.stillSoOn or ours.agrees_with(theirs)
    if spec.shape in ("code", "integer") and not spec.many:
        return ours == theirs
    return True


def _evidence_quads(
    node: URIRef, graph: URIRef, evidence: Evidence, stated: Record, preferred: Record
) -> Iterator[Quad]:
    yield node, RDF.type, CG.Evidence, graph
    yield node, CG.source, evidence.source, graph
    yield node, CG.verification, coded("verification", evidence.verification), graph
    yield node, CG.bearing, coded("bearing", evidence.bearing), graph
    if evidence.locator:
        yield node, CG.locator, Literal(evidence.locator), graph
    if evidence.says:
        yield node, CG.says, Literal(evidence.says, lang="en"), graph
    if evidence.note:
        yield node, SKOS.editorialNote, Literal(evidence.note, lang="en"), graph
    if stated.shared_evidence:
        return
    for name, spec, value in stated.values():
        if spec.predicate in _STATED and isinstance(value, Stated):
            yield node, _STATED[spec.predicate], value.literal(), graph
        elif spec.shape in ("code", "integer") and not spec.many and value != getattr(preferred, name):
            yield node, CG.statedValue, Literal(f"{name}: {_shown(term(value, spec))}"), graph


def _shown(value: Identifier) -> str:
    return value.rsplit("/", 1)[-1] if isinstance(value, URIRef) else str(value)
