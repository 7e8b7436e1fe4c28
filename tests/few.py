"""A few curated tables in tests, read anew each time: much quicker than a copy of all of them."""

from __future__ import annotations

from graph.collect import Collection
from loaders import curated


def few(*names: str) -> Collection:
    """Return what the curated tables of these names state."""
    collection = Collection()
    loaders = {loader.name: loader for loader in curated.loaders()}
    for name in names:
        collection.read(loaders[name])
    return collection
