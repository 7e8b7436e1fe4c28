"""Curated tables: a row of CSV becomes one record with its evidence, or a reject that says where and why.

The columns are the fields of the record's class, then `source, status, locator, says, note` (and `bearing` where a
table needs it); columns that no row must fill may be left out. A row is what one source states about one record.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from rdflib import URIRef

from graph.collect import FileRead, Item, Located, Reject
from graph.dates import Stated
from graph.model import Attribution, Provision, Reply, Source, Statement
from graph.record import Evidence, Record, Spec, coded
from graph.terms import thing
from loaders.controls import control_in

EVIDENCE_COLUMNS = ("source", "status", "locator", "says", "note")
RECOLLECTION = Source(
    id="editors-recollection",
    title="Editors' recollection",
    source_kind=coded("source-kind", "other"),
)
_SAID_IN_PUBLIC = (Attribution, Reply, Statement)
_ADDRESS = re.compile(r"https?://[^/?#]")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


class CellError(ValueError):
    """A cell that cannot be read, with its column."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def columns(cls: type[Record]) -> tuple[str, ...]:
    """Return the columns of a class's table, evidence apart."""
    own = tuple(name for name, spec in cls.specs().items() if spec.in_table)
    return ("id", *own) if "id" in cls.__dataclass_fields__ else own


def read(file: str, content: bytes, cls: type[Record], sources: Mapping[str, Source]) -> Iterator[Item]:
    """Yield a record or a reject for each row of a table of records of one class."""
    expected = columns(cls) + (() if cls is Source else EVIDENCE_COLUMNS)
    begins, rows = 1, 0
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader, [])
        if problem := _header_problem(header, expected, _may_be_absent(cls)):
            yield Reject(file, 1, "header", problem, is_row=False)
            return
        begins = reader.line_num + 1
        for row in reader:
            if row:
                rows += 1
                yield from _read_row(file, begins, header, row, cls, sources)
            begins = reader.line_num + 1
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        yield Reject(file, line, "-", f"not UTF-8 (byte {error.start}); save the table as UTF-8", is_row=False)
    except csv.Error as error:
        reason = f"broken CSV: {error}; nothing from this line on was read"
        yield Reject(file, begins, "-", reason, is_row=False)
    yield FileRead(file, rows)


def _may_be_absent(cls: type[Record]) -> set[str]:
    """Return the columns that a table need not have: those that no row must fill."""
    return {name for name, spec in cls.specs().items() if not spec.required}


def _header_problem(header: list[str], expected: tuple[str, ...], optional: set[str]) -> str:
    missing = [name for name in expected if name not in header and name not in optional]
    unknown = [name for name in header if name not in (*expected, "bearing", "note")]
    if len(set(header)) < len(header):
        return f"a column stands twice; expected {expected}"
    return f"columns missing: {missing}, not known: {unknown}; expected {expected}" if missing or unknown else ""


def _read_row(
    file: str, line: int, header: list[str], row: list[str], cls: type[Record], sources: Mapping[str, Source]
) -> Iterator[Item]:
    if len(row) != len(header):
        yield Reject(file, line, "-", f"the row has {len(row)} cells and the header {len(header)}")
        return
    cells = dict.fromkeys(columns(cls), "") | {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    try:
        for name, cell in cells.items():
            _must_be_text(name, cell)
        values = _values(cells, cls)
        if cls is Source:
            yield Located(file, line, cls(**values))
            return
        evidence = _evidence(cells, cls, sources)
        provisions = []
        for name, spec in cls.specs().items():
            if "provision" in spec.kinds and "#" in cells[name]:
                provision = _provision(cells[name], name, spec)
                values[name] = provision.iri
                provisions.append(provision)
        yield Located(file, line, cls(**values, evidence=(evidence,)), tuple(provisions))
    except CellError as error:
        yield Reject(file, line, error.column, str(error))
    except ValueError as error:
        yield Reject(file, line, "id", str(error))


def _must_be_text(column: str, cell: str) -> None:
    if control := control_in(cell):
        raise CellError(column, f"the cell holds the control character {control}; remove it")


def _values(cells: Mapping[str, str], cls: type[Record]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "id" in cls.__dataclass_fields__:
        if not cells["id"]:
            raise CellError("id", "an id is needed")
        thing(cls.kind, cells["id"])
        values["id"] = cells["id"]
    for name, spec in cls.specs().items():
        if spec.in_table and cells[name]:
            values[name] = _cell(name, cells[name], spec)
        elif spec.required:
            raise CellError(name, "a value is needed")
    return values


def _cell(name: str, cell: str, spec: Spec) -> Any:
    read_one = _READERS[spec.shape]
    try:
        if not spec.many:
            return read_one(cell, spec)
        parts = [part.strip() for part in cell.split(";")]
        return tuple(dict.fromkeys(read_one(part, spec) for part in parts if part))
    except ValueError as error:
        raise CellError(name, str(error)) from None


def _reference(cell: str, spec: Spec) -> URIRef:
    cell = cell.partition("#")[0] if "provision" in spec.kinds else cell
    kind, slash, name = cell.partition("/")
    if not slash:
        kind, name = spec.kinds[0], cell
    if kind not in spec.kinds:
        raise ValueError(f"{cell!r} is a {kind}, but one of {', '.join(spec.kinds)} is asked for")
    return thing(kind, name)


def _code(cell: str, spec: Spec) -> URIRef:
    thing("code", cell)
    return coded(spec.scheme, cell)


def _address(cell: str, spec: Spec) -> URIRef:
    try:
        ox.NamedNode(cell)
    except ValueError:
        well_formed = False
    else:
        well_formed = _ADDRESS.match(cell) is not None
    if not well_formed:
        raise ValueError(f"{cell!r} is not a web address; it must begin with https:// and hold no spaces")
    return URIRef(cell)


_READERS: dict[str, Callable[[str, Spec], Any]] = {
    "reference": _reference,
    "code": _code,
    "address": _address,
    "text": lambda cell, spec: cell,
    "date": lambda cell, spec: Stated.parse(cell),
    "integer": lambda cell, spec: _integer(cell),
    "amount": lambda cell, spec: _amount(cell),
}


def _amount(cell: str) -> Decimal:
    if not _NUMBER.fullmatch(cell):
        raise ValueError(f"{cell!r} is not a number; write it in digits, with a point where it has decimals")
    return Decimal(cell)


def _integer(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit():
        raise ValueError(f"{cell!r} is not a whole number")
    return int(cell)


def _provision(cell: str, column: str, spec: Spec) -> Provision:
    document, _, paragraph = cell.partition("#")
    if not paragraph.strip():
        raise CellError(column, f"{cell!r} names no paragraph after the #")
    return Provision(provision_of=_reference(document, spec), paragraph=paragraph.strip())


def _evidence(cells: Mapping[str, str], cls: type[Record], sources: Mapping[str, Source]) -> Evidence:
    """Apply the rules on evidence: what `checked` needs, and that a source of rank 5 is only a lead."""
    status, name = cells["status"], cells["source"]
    if status not in ("checked", "reported", "unchecked"):
        raise CellError("status", f"{status!r} is not one of checked, reported, unchecked")
    if not name and status != "unchecked":
        raise CellError("source", f"a {status} row needs a source")
    source = sources.get(name) if name else RECOLLECTION
    if source is None:
        raise CellError("source", f"sources.csv has no source {name!r}")
    if source.rank == 5:
        if status != "unchecked":
            raise CellError("status", f"the source {name!r} has rank 5, so the row can only be unchecked")
        source = RECOLLECTION
    bearing = cells.get("bearing") or "supports"
    if bearing not in ("supports", "contradicts"):
        raise CellError("bearing", f"{bearing!r} is not one of supports, contradicts")
    if status == "checked":
        must_be_checkable(cells, cls, source)
    recalled = source is RECOLLECTION  # a recollection has no place and no words, those of a lead stay in the table
    return Evidence(
        source=source.iri,
        verification=status,
        bearing=bearing,
        locator=None if recalled else cells["locator"] or None,
        says=None if recalled else cells["says"] or None,
        note=cells["note"] or None,
    )


def must_be_checkable(cells: Mapping[str, str], cls: type[Record], source: Source) -> None:
    """Raise CellError where a row says `checked` and does not have what MODEL asks of that."""
    ranks = (1, 2, 4) if issubclass(cls, _SAID_IN_PUBLIC) else (1, 2)
    if source.rank not in ranks:
        allowed = " or ".join(map(str, ranks))
        reason = f"checked needs a source of rank {allowed}; {source.id!r} has rank {source.rank}"
        raise CellError("status", reason)
    for column in ("locator", "says"):
        if not cells[column]:
            raise CellError(column, "a checked row says where in the source, and what the source says")
    if source.opened is None:
        raise CellError("source", f"a checked row needs the day its source {source.id!r} was opened")
