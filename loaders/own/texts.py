"""Tables in text: CSV and the like in any dialect that the description names, and JSON as an array of objects."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from csvw.metadata import Dialect, Table

from loaders.entries import lines_of
from loaders.own.cells import Cell, Line, Sheet, by_place, columns, matched
from loaders.own.grammar import nearest
from loaders.own.statements import MOST_ROWS, BadRow, NotUsable
from loaders.structured import Malformed, read_json


def dialect_of(table: Table) -> Dialect:
    """Return the dialect of a table, its own or that of its group."""
    group = table._parent
    found: Dialect = table.dialect or (group.dialect if group is not None else None) or Dialect()
    return found


def read_delimited(file: str, content: bytes, table: Table, *, delimiter: str = ",") -> Sheet:
    """Return the rows of delimited text; the delimiter is that of files of this kind where no dialect is described."""
    dialect = dialect_of(table)
    form = dialect.as_python_formatting_parameters()
    if dialect.delimiter == Dialect().delimiter:
        form["delimiter"] = delimiter
    if dialect.quoteChar is None:
        form["quoting"] = csv.QUOTE_NONE
    begins = 1
    rows: list[tuple[int, list[str]]] = []
    try:
        reader = csv.reader(io.StringIO(_text(file, content, dialect), newline=""), **form)
        for cells in reader:
            rows.append((begins, cells))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS + dialect.skipRows + 1:
                raise NotUsable(f"{file} has more than {MOST_ROWS} rows; split it.")
    except (csv.Error, TypeError) as error:
        raise NotUsable(f"{file}:{begins}: broken CSV: {error}; is the file whole, and the dialect right?") from None
    return _sheet([row for row in rows[dialect.skipRows :] if not _is_comment(row[1], dialect)], table, dialect)


def _text(file: str, content: bytes, dialect: Dialect) -> str:
    encoding = dialect.python_encoding
    try:
        return content.decode("utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding)
    except (UnicodeError, LookupError) as error:
        where = getattr(error, "start", 0)
        line = content[:where].count(b"\n") + 1
        raise NotUsable(
            f"{file}:{line}: not {encoding} (byte {where}); save it as UTF-8, or name its encoding in the dialect."
        ) from None


def _is_comment(cells: list[str], dialect: Dialect) -> bool:
    return bool(cells and dialect.commentPrefix and cells[0].startswith(dialect.commentPrefix))


def _sheet(rows: list[tuple[int, list[str]]], table: Table, dialect: Dialect) -> Sheet:
    cut = [(line, [dialect.trimmer(cell) for cell in cells[dialect.skipColumns :]]) for line, cells in rows]
    has_header = dialect.header and dialect.headerRowCount > 0
    first = next(iter(cut), (1, []))
    if has_header:
        names, faults = matched([title.strip() for title in first[1]], table, first[0])
    else:
        names, faults = by_place(len(first[1]), table, first[0])
    if faults:
        return Sheet(faults=tuple(faults))
    return Sheet(tuple(_line(line, names, cells) for line, cells in cut[has_header:] if cells))


def _line(line: int, names: list[str | None], cells: list[str]) -> Line | BadRow:
    if len(cells) != len(names):
        last = names[min(len(cells), len(names)) - 1] or "-"
        return BadRow(line, last, f"the row has {len(cells)} cells and the header {len(names)}; is the file whole?")
    pairs = zip(names, cells, strict=True)
    return Line(line, {name: Cell(text, name) for name, text in pairs if name is not None})


def read_objects(file: str, content: bytes, table: Table) -> Sheet:
    """Return the objects of a JSON array as rows; a key that is not there is an empty cell."""
    try:
        data = read_json(content)
    except Malformed as error:
        raise NotUsable(f"{file}:{error.line}: {error.column}: {error}.") from None
    if not isinstance(data, list):
        raise NotUsable(f"{file} should be an array of objects, one a row; with a JSON-LD context it may be anything.")
    if len(data) > MOST_ROWS:
        raise NotUsable(f"{file} has more than {MOST_ROWS} rows; split it.")
    known = {title: column.header for column in columns(table) for title in _keys_of(column)}
    return Sheet(tuple(_object(each, line, known) for each, line in zip(data, lines_of(content), strict=True)))


def _object(data: Any, line: int, known: dict[str, str]) -> Line | BadRow:
    if not isinstance(data, dict):
        return BadRow(line, "-", f"a row should be an object with the columns as keys, and is {json.dumps(data)[:40]}")
    cells = {name: Cell("", name) for name in known.values()}
    for key, value in data.items():
        if key not in known:
            return BadRow(line, key, f"the key {key!r} is not described{nearest(key, known)}")
        cell = _value(value, known[key])
        if cell is None:
            return BadRow(line, key, "a value should be text, a number, true, false, null, or a list of these")
        cells[known[key]] = cell
    return Line(line, cells)


def _value(value: Any, name: str) -> Cell | None:
    if isinstance(value, list):
        parts = [_value(one, name) for one in value if one is not None]
        whole = tuple(part for part in parts if part is not None and part.parts is None)
        return Cell("", name, parts=whole) if len(whole) == len(parts) else None
    match value:
        case None:
            return Cell("", name)
        case bool():
            return Cell(str(value).lower(), name, "boolean")
        case int():
            return Cell(str(value), name, "integer")
        case float():
            return Cell(f"{Decimal(repr(value)):f}", name, "decimal")
        case str():
            return Cell(value, name)
    return None


def _keys_of(column: Any) -> Iterator[str]:
    yield column.header
    for titles in (column.titles or {}).values():
        yield from titles
