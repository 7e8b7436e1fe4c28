"""Data sets in tests: read as a build reads them, from small files, or from the real ones where they lie beside."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from graph.collect import Account, Collection, Entry
from loaders import curated
from loaders.dataset import DataSet, Options

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared(*parts: str) -> Path:
    """Return a file or folder of the real data; skip the test where it is not at hand."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real data set {'/'.join(parts)} is not beside the project")
    return path


def folder(root: Path) -> dict[str, bytes]:
    """Return the files of a folder by their names within it."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


_landscape = cache(curated.landscape)


def landscape() -> Collection:
    """Return what the curated tables state, as a collection of its own that a test may add to."""
    return copied(_landscape())


def copied(collection: Collection) -> Collection:
    """Return a collection with containers of its own; records and evidence never change and are shared."""
    made = copy.copy(collection)
    made.entries = {iri: _own(entry) for iri, entry in collection.entries.items()}
    made.rejects, made.passed_over = list(collection.rejects), list(collection.passed_over)
    made.accounts = copy.deepcopy(collection.accounts)
    made._evidence_owners = dict(collection._evidence_owners)
    return made


def _own(entry: Entry) -> Entry:
    own = copy.copy(entry)
    own.evidence, own.types, own.added = dict(entry.evidence), dict(entry.types), dict(entry.added)
    return own


def read(
    dataset: DataSet, files: Mapping[str, bytes], collection: Collection | None = None, *, everything: bool = False
) -> tuple[Collection, Account]:
    """Read a data set into a collection (by default that of the curated tables) and return both."""
    collection = landscape() if collection is None else collection
    return collection, collection.read(dataset.loader(files, Options(everything=everything)))
