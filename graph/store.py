"""The store: a snapshot's statements in Oxigraph. It is a cache; the N-Quads are the truth."""

from __future__ import annotations

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
