"""Small tables for tests: rows as dictionaries, everything not given left empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from graph.collect import Collection, FileRead, Item, Loader, Located, Reject
from graph.model import Source
from graph.record import Record, coded
from graph.terms import GRAPH
from loaders.curated import TABLES
from loaders.table import EVIDENCE_COLUMNS, columns, read

EACH_GRAPH = GRAPH["source/test"]


def source(name: str, rank: int | None, opened: object = None) -> Source:
    return Source(id=name, title=name, rank=rank, source_kind=coded("source-kind", "official-page"), opened=opened)


def written(cls: type[Record], *rows: Mapping[str, str]) -> bytes:
    """Return a table as its file holds it; a row without a status is unchecked."""
    header = [*columns(cls), *(() if cls is Source else EVIDENCE_COLUMNS)]
    header += [name for name in dict.fromkeys(name for row in rows for name in row) if name not in header]
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="")
    writer.writeheader()
    writer.writerows(row if cls is Source else {"status": "unchecked", **row} for row in rows)
    return out.getvalue().encode()


def items(cls: type[Record], *rows: Mapping[str, str], sources: Mapping[str, Source] | None = None) -> list[Item]:
    return rows_of(read("test.csv", written(cls, *rows), cls, sources or {}))


def rows_of(found: Iterable[Item]) -> list[Item]:
    """Return what was made of rows, without the count of those read."""
    return [item for item in found if not isinstance(item, FileRead)]


def only_reject(found: list[Item]) -> Reject:
    (reject,) = found
    assert isinstance(reject, Reject)
    return reject


def record(cls: type[Record], row: Mapping[str, str], sources: Mapping[str, Source] | None = None) -> Record:
    """Return what one row makes."""
    located = items(cls, row, sources=sources)[-1]
    assert isinstance(located, Located), located
    return located.record


def collected(
    *tables: tuple[type[Record], Mapping[str, str]], sources: Mapping[str, Source] | None = None
) -> Collection:
    """Return a collection of rows, each given with its class, read in that order."""
    collection = Collection()
    for number, (cls, row) in enumerate(tables, 2):
        found = list(read(f"{cls.kind}-{number}.csv", written(cls, row), cls, sources or {}))
        collection.read(Loader(f"t{number}", "Test", lambda _, found=found: found))  # type: ignore[misc]
    return collection


def write_folder(folder: Path, **tables: list[dict[str, str]]) -> Path:
    """Write tables by name into a folder, as `loaders/curated` has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        cls = Source if name == "sources" else TABLES[name][0]
        (folder / f"{name}.csv").write_bytes(written(cls, *rows))
    return folder
