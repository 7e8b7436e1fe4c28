"""Collecting: records from every loader become one set of claims, each once, with all its evidence.

The first row that states a claim gives its preferred values; later rows of the same identity add evidence, fill
what the first left open, and where they disagree the claim is disputed. Nothing is dropped in silence.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rdflib import RDF, Literal, URIRef
from rdflib.term import Identifier

from graph.dates import Stated
from graph.errors import CyberGovError
from graph.record import Evidence, Record, Spec, Value, coded, term
from graph.terms import CG, GRAPH, ID, SKOS, VOCAB, thing

Quad = tuple[URIRef, URIRef, Identifier, URIRef]

CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
TOLD_EVERY = 10_000  # rows
_STATED = {CG.start: CG.statedStart, CG.end: CG.statedEnd, CG.date: CG.statedDate}


@dataclass(frozen=True)
class Reject:
    """A row that made no claim, or a fault of a whole file that is no row: where it stands and why."""

    file: str
    line: int
    column: str
    reason: str
    is_row: bool = True

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.column}: {self.reason}"


@dataclass(frozen=True)
class Located:
    """A record with the place it was read from, and the records that the same row made beside it (a provision).

    A source's own register entry comes from no row.
    """

    file: str
    line: int
    record: Record
    beside: tuple[Record, ...] = ()
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


@dataclass(frozen=True)
class FileRead:
    """A file was read to its end and held so many rows, by the count of whatever read it."""

    file: str
    rows: int


Item = Located | Reject | OutOfScope | FileRead


class Unbalanced(CyberGovError):
    """Rows of a source went nowhere, or came from nowhere: a fault of its loader."""

    exit_code = 2

    def __init__(self, name: str, read: int, account: Account) -> None:
        super().__init__(
            f"The loader {name} read {read} rows and accounts for {account.rows} ({account.claims} claims, "
            f"{account.evidence} evidence, {account.out_of_scope.total()} out of scope, {account.rejects} rejects); "
            "mend the loader, for a row is lost or counted twice."
        )


@dataclass(frozen=True)
class Loader:
    """A source as a loader presents it: what it says about itself, and its rows.

    `load` is given what was collected before, to resolve names against. A strict one fails a build at any reject.
    """

    name: str
    title: str
    load: Callable[[Collection], Iterable[Item]]
    licence: URIRef = CC_BY
    redistributable: bool = True
    strict: bool = True
    citation: str = ""
    publisher: str = ""

    @property
    def graph(self) -> URIRef:
        """The named graph that holds what this source states."""
        return GRAPH[f"source/{self.name}"]


@dataclass
class Account:
    """Where a source's rows went: rows = claims + evidence + out of scope + rejects.

    `claims` and `evidence` count rows: those that made anything new, and those that only added evidence. `made` counts
    what came out, by kind, and `files` the rows that each file held; `faults` are those of files as a whole.
    """

    claims: int = 0
    evidence: int = 0
    out_of_scope: Counter[str] = field(default_factory=Counter)
    rejects: int = 0
    faults: int = 0
    made: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return self.claims + self.evidence + self.out_of_scope.total() + self.rejects


@dataclass
class Entry:
    """One claim or thing with everything stated about it so far.

    `types` and `added` say which source's graph a class, or a value that the first row did not have, belongs in.
    """

    record: Record
    graph: URIRef
    located: Located
    evidence: dict[URIRef, tuple[URIRef, Evidence, Record]] = field(default_factory=dict)
    types: dict[URIRef, URIRef] = field(default_factory=dict)
    added: dict[tuple[str, Value], URIRef] = field(default_factory=dict)
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
        self.rejects: list[Reject] = []  # of strict loaders: a build must not go on
        self.passed_over: list[Reject] = []  # of the others
        self.accounts: dict[str, Account] = {}
        self._evidence_owners: dict[URIRef, tuple[tuple[str, ...], Located]] = {}

    def read(self, loader: Loader, told: Callable[[int], None] | None = None) -> Account:
        """Take in all rows of a loader and return their account; tell how many rows are done, now and then.

        Raise Unbalanced where the loader says how many rows its files hold and does not account for each.
        """
        account = self.accounts.setdefault(loader.name, Account())
        for item in loader.load(self):
            self._take(item, loader, account)
            if told is not None and account.rows % TOLD_EVERY == 0:
                told(account.rows)
        if account.files and account.files.total() != account.rows:
            raise Unbalanced(loader.name, account.files.total(), account)
        return account

    def _take(self, item: Item, loader: Loader, account: Account) -> None:
        match item:
            case FileRead():
                account.files[item.file] += item.rows
            case OutOfScope():
                account.out_of_scope[item.rule] += 1
            case Reject():
                self._refuse(item, loader, account)
            case Located():
                self._take_records(item, loader, account)

    def _refuse(self, reject: Reject, loader: Loader, account: Account) -> None:
        (self.rejects if loader.strict else self.passed_over).append(reject)
        account.rejects += reject.is_row
        account.faults += not reject.is_row

    def _take_records(self, item: Located, loader: Loader, account: Account) -> None:
        before = len(self.entries)
        try:
            for record in (*item.beside, item.record):
                self._must_fit(record)
            for record in (*item.beside, item.record):
                account.made[record.kind] += self.add(dataclasses.replace(item, record=record), loader.graph)
        except ValueError as error:
            self._refuse(Reject(item.file, item.line, "id", str(error), item.is_row), loader, account)
            return
        if item.is_row and len(self.entries) > before:
            account.claims += 1
        elif item.is_row:
            account.evidence += 1

    def _must_fit(self, record: Record) -> None:
        known = self.entries.get(record.iri)
        if known is not None:
            _must_be_the_same(known, record)

    def add(self, item: Located, graph: URIRef) -> bool:
        """Take in one record; tell whether it is new. Raise ValueError where two identities share one slug."""
        record = item.record
        known = self.entries.get(record.iri)
        if known is None:
            entry = Entry(record, graph, item, types=dict.fromkeys(record.types, graph))
            entry.disputed = any(e.bearing == "contradicts" for e in record.evidence)
            self.entries[record.iri] = entry
        else:
            _must_be_the_same(known, record)
            _merge(known, record, graph)
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
        if shared and iri in entry.evidence:
            return  # another loader reads the same source: whose it was, it stays
        while iri in entry.evidence:
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
            for name, spec, value in entry.record.values():
                yield iri, spec.predicate, term(value, spec), entry.added.get((name, value), entry.graph)
            for cls, graph in entry.types.items():
                yield iri, RDF.type, cls, graph
            for node, (graph, evidence, stated) in entry.evidence.items():
                yield iri, CG.evidence, node, graph
                yield from _evidence_quads(node, graph, evidence, stated, entry.record)


def _must_be_the_same(known: Entry, record: Record) -> None:
    mine = [str(v) for _, spec, v in known.record.values() if spec.key]
    theirs = [str(v) for _, spec, v in record.values() if spec.key]
    if type(known.record) is not type(record) or mine != theirs:
        other = known.located.place
        raise ValueError(f"two different records would share the identifier {record.iri} (the other: {other})")


def _merge(entry: Entry, later: Record, graph: URIRef) -> None:
    for cls in later.types:
        entry.types.setdefault(cls, graph)
    contradicts = any(e.bearing == "contradicts" for e in later.evidence)
    entry.disputed = entry.disputed or contradicts
    filled: dict[str, Any] = {}
    for name, spec in later.specs().items():
        ours, theirs = getattr(entry.record, name), getattr(later, name)
        if theirs in (None, ()):
            continue
        if spec.additive and not contradicts:
            theirs = (*ours, *(value for value in theirs if value not in ours))
            if theirs != ours:
                filled[name] = theirs
        elif ours in (None, ()) or _is_later(spec, ours, theirs):
            if not contradicts:
                filled[name] = theirs
        elif not _agree(spec, ours, theirs):
            entry.disputed = True
    if filled:
        _fill(entry, filled, graph)


def _fill(entry: Entry, filled: Mapping[str, Any], graph: URIRef) -> None:
    """Give an entry further values, and remember whose they are."""
    had = {(name, value) for name, _, value in entry.record.values()}
    entry.record = dataclasses.replace(entry.record, **filled)
    if graph != entry.graph:
        entry.added.update({(name, v): graph for name, _, v in entry.record.values() if (name, v) not in had})


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
