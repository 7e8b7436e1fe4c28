"""Reading one source straight to lines of N-Quads, for sources with more claims than a collection should hold.

What is new is written as it comes and forgotten; only what must be merged, since the tables or another row state it
too, goes into a collection. The lines are those that the collection alone would make, in the order of the source.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager

from rdflib import RDF, URIRef

from graph.collect import TOLD_EVERY, Account, Collection, Entry, Item, Loader, Located
from graph.nquads import line, written
from graph.record import Evidence, Record, Spec, Value, term
from graph.terms import CG

Put = Callable[[bytes], object]
Told = Callable[[int], None]

MOST_TEXTS = 100_000
_TYPE, _EVIDENCE = written(RDF.type), written(CG.evidence)


def stream(
    loader: Loader,
    before: Callable[[], Collection],
    opened: Callable[[], AbstractContextManager[Put]],
    told: Told | None = None,
) -> Collection:
    """Write what a source states in its own graph, each line once; return the collection of what was merged.

    The account stands there. `before` gives what was collected before, anew each time, and `opened` the place to write
    to, from its beginning: where a row states again what was written already, all is read once more, and that merged.
    """
    to_merge: frozenset[int] = frozenset()
    while True:
        with opened() as put:
            reading = _Reading(loader, before(), put, to_merge, told)
            reading.run()
        if reading.again <= to_merge:
            return reading.collection
        to_merge |= reading.again


class _Reading:
    """One reading of a source.

    Of an identifier that was written the hash is kept. Should two have the same, both are merged, which does no harm.
    """

    def __init__(
        self, loader: Loader, collection: Collection, put: Put, to_merge: frozenset[int], told: Told | None
    ) -> None:
        self.collection = collection
        self.again: set[int] = set()  # what was written, and should have been merged
        self._loader, self._put, self._to_merge, self._told = loader, put, to_merge, told
        self._end = f" {written(loader.graph)} .\n"
        self._account = collection.accounts.setdefault(loader.name, Account())
        self._rows = 0
        self._seen: set[int] = set()
        self._owners: dict[int, Hashable] = {}  # of evidence: what it is evidence for
        self._own(collection.entries.values())
        self._shared: dict[Hashable, tuple[Evidence, str]] = {}
        self._evidence_lines: set[bytes] = set()
        self._texts: dict[tuple[URIRef, str | None, Value], str] = {}

    def run(self) -> None:
        """Read to the end, and write."""
        self.collection.read(dataclasses.replace(self._loader, load=self._merged), self._told)
        self.again |= self._own(self.collection.entries.values())
        for quad in self.collection.quads():
            if quad[3] == self._loader.graph and (whole := line(*quad)) not in self._evidence_lines:
                self._put(whole)

    def _merged(self, collection: Collection) -> Iterator[Item]:
        """Yield what the collection is to take, and write the rest."""
        for item in self._loader.load(collection):
            if not isinstance(item, Located) or not self._is_written(item):
                yield item

    def _is_written(self, item: Located) -> bool:
        """Write the records of a row, unless one of them is known or does not fit."""
        records = (*item.beside, item.record)
        try:
            names = [record.iri for record in records]
        except ValueError:  # it will be rejected
            return False
        if not self._is_new(names):
            return False
        if not self._write_sharing(names[0], records) and not self._write(item, records):
            return False
        self._seen.update(map(hash, names))
        self._account.claims += item.is_row
        for record in records:
            self._account.made[record.kind] += 1
        self._rows += 1
        if self._told is not None and self._rows % TOLD_EVERY == 0:
            self._told(self._account.rows)
        return True

    def _is_new(self, names: list[URIRef]) -> bool:
        """Tell whether none of the records has come before, nor will again; remember those already written."""
        is_new = len(names) == 1 or len(set(names)) == len(names)
        for name in names:
            hashed = hash(name)
            if hashed in self._seen:
                self.again.add(hashed)
                is_new = False
            elif hashed in self._to_merge or name in self.collection.entries:
                is_new = False
        return is_new

    def _write_sharing(self, name: URIRef, records: tuple[Record, ...]) -> bool:
        """Write a record whose evidence stands there already, which most records of a large source are."""
        record = records[0]
        if len(records) > 1 or not record.shared_evidence or len(record.evidence) != 1:
            return False
        evidence, node = self._shared.get(_owner(record, record.evidence[0]), (None, ""))
        if evidence is not record.evidence[0] and evidence != record.evidence[0]:
            return False
        said = [self._said(spec, value) for _, spec, value in record.values()]
        said += [f"{_TYPE} {written(cls)}" for cls in record.types]
        said.append(f"{_EVIDENCE} {node}")
        between = f"{self._end}<{name}> "
        self._put(f"<{name}> {between.join(said)}{self._end}".encode())
        return True

    def _said(self, spec: Spec, value: Value) -> str:
        """Return predicate and object; a large source has the same few many times."""
        known = self._texts.get((spec.predicate, spec.language, value))
        if known is None:
            known = f"{written(spec.predicate)} {written(term(value, spec))}"
            if len(self._texts) < MOST_TEXTS:
                self._texts[spec.predicate, spec.language, value] = known
        return known

    def _write(self, item: Located, records: tuple[Record, ...]) -> bool:
        """Write records as a collection of their own has them."""
        alone = Collection()
        try:
            for record in records:
                alone.add(dataclasses.replace(item, record=record), self._loader.graph)
        except ValueError:
            return False
        if any(entry.disputed for entry in alone.entries.values()):  # which who reads the collection is to see
            return False
        clashes = self._own(alone.entries.values())
        self.again |= clashes
        nodes = {hash(node) for entry in alone.entries.values() for node in entry.evidence}
        if clashes or not nodes.isdisjoint(self._to_merge):
            return False
        for quad in alone.quads():
            self._put_once(line(*quad), is_shared=quad[0] not in alone.entries)
        for entry in alone.entries.values():
            for node, (_, evidence, record) in entry.evidence.items():
                if record.shared_evidence:
                    self._shared[_owner(record, evidence)] = evidence, written(node)
        return True

    def _put_once(self, whole: bytes, *, is_shared: bool) -> None:
        """Write a line; one about evidence may come again with another record."""
        if is_shared and whole in self._evidence_lines:
            return
        if is_shared:
            self._evidence_lines.add(whole)
        self._put(whole)

    def _own(self, entries: Iterable[Entry]) -> set[int]:
        """Remember what evidence is evidence for; return that of which two have made the same identifier."""
        clashes = set()
        for entry in entries:
            for node, (_, evidence, record) in entry.evidence.items():
                owner = _owner(record, evidence)
                if self._owners.setdefault(hash(node), owner) != owner:
                    clashes.add(hash(node))
        return clashes


def _owner(record: Record, evidence: Evidence) -> Hashable:
    """Return what evidence is for: a record, or all those that share it."""
    if not record.shared_evidence:
        return record.iri
    return *(getattr(record, name) for name in record.shared_evidence), evidence.source
