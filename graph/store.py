"""The store: a snapshot's statements in Oxigraph. It is a cache; the N-Quads are the truth."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from graph.snapshot import Snapshot


def load_store(snapshot: Snapshot, path: Path) -> None:
    """Make a store of a snapshot's statements at a path where there is none yet, and put it in order for reading."""
    store = ox.Store(str(path))
    store.bulk_load(path=str(snapshot.statements), format=ox.RdfFormat.N_QUADS)
    store.bulk_load(path=str(snapshot.merged), format=ox.RdfFormat.N_TRIPLES)
    store.optimize()
    store.flush()
    del store


class InMemory:
    """Answers questions of our own from statements of which there is no snapshot yet."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        """Take in statements as lines of N-Triples; the same one may come again."""
        self._store = ox.Store()
        self._store.bulk_load(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)

    def select(self, query: str) -> bytes:
        """Return SPARQL JSON results; raise TypeError where the query is no SELECT."""
        answer = self._store.query(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise TypeError("The query is not a SELECT query")
        written: bytes = answer.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[assignment]
        return written
