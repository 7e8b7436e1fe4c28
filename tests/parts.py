"""Parts of the curated tables, for tests that need few of them: read once, and each test given a copy of its own."""

from __future__ import annotations

import dataclasses
from functools import cache

from graph.collect import Collection
from loaders import curated


@cache
def _read(names: tuple[str, ...]) -> Collection:
    collection = Collection()
    for loader in curated.loaders():
        if loader.name in ("sources", *names):
            collection.read(loader)
    return collection


def tables(*names: str) -> Collection:
    """Return what some tables state. Records are frozen, so only what holds them is copied."""
    known, copied = _read(names), Collection()
    for iri, entry in known.entries.items():
        held = {"evidence": dict(entry.evidence), "types": dict(entry.types), "added": dict(entry.added)}
        copied.entries[iri] = dataclasses.replace(entry, **held)
    return copied
