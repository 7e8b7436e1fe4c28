"""Tables in XLSX workbooks: values and not formulas, each with its cell, dates no more precise than they are shown.

What cannot be read faithfully is refused with its cell: a formula without a stored value, an error, merged cells.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from csvw.metadata import Table
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from loaders.own.cells import Cell, Line, Sheet, by_place, matched
from loaders.own.statements import MOST_ROWS, BadRow, NotUsable
from loaders.own.texts import dialect_of

MOST_UNPACKED = 200_000_000
MOST_PARTS = 5_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_FAULTS = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    OSError,
    AttributeError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
)


def read(file: str, content: bytes, table: Table, sheet: str = "") -> Sheet:
    """Return the rows of one sheet: the one that is named, or the only one that is not hidden."""
    try:
        _must_be_harmless(file, content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that hold no values
            with (
                closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as values,
                closing(load_workbook(io.BytesIO(content), read_only=True)) as formulas,
            ):
                name = _sheet_name(file, values, sheet)
                merged = _merged(values, values[name])
                rows = list(_rows(file, values[name], formulas[name]))
    except NotUsable:
        raise
    except _FAULTS as error:
        reason = f"{file} is no readable XLSX workbook ({error}); is it whole, and not protected or an older .xls?"
        raise NotUsable(reason) from None
    return _read(rows, merged, table)


def _must_be_harmless(file: str, content: bytes) -> None:
    """Refuse what unpacks to much more than a table, and XML that declares entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise NotUsable(f"{file} unpacks to more than {MOST_UNPACKED // 1_000_000} MB; it is not read.")
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as opened:
                    if b"<!DOCTYPE" in opened.read().replace(b"\0", b"").upper():
                        raise NotUsable(f"{file} declares a DOCTYPE in {part.filename}; it is not read.")


def _sheet_name(file: str, book: Any, wanted: str) -> str:
    names = [sheet.title for sheet in book.worksheets]
    shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if wanted:
        if wanted not in names:
            raise NotUsable(f"{file} has no sheet {wanted!r}; there are: {', '.join(names)}.")
        return wanted
    if len(shown) != 1:
        raise NotUsable(
            f"{file} has {len(shown)} sheets that are not hidden ({', '.join(shown)}); say which by --sheet."
        )
    return str(shown[0])


def _merged(book: Any, sheet: Any) -> list[tuple[int, str]]:
    """Return the last row and the name of each range of merged cells; openpyxl passes over them here."""
    with book._archive.open(sheet._worksheet_path) as opened:
        ranges = [match.decode() for match in _MERGED.findall(opened.read())]
    return [(int(range_boundaries(each)[3] or 0), each) for each in ranges]


def _rows(file: str, values: Any, formulas: Any) -> Iterator[tuple[int, list[Cell | str]]]:
    """Yield each row with its number; a cell that cannot be used is the reason why."""
    values.reset_dimensions()  # what a file says of its size need not be so
    formulas.reset_dimensions()
    for number, (row, written) in enumerate(zip(values.iter_rows(), formulas.iter_rows(), strict=True), start=1):
        if number > MOST_ROWS:
            raise NotUsable(f"{file} has more than {MOST_ROWS} rows; split it.")
        pairs = enumerate(zip(row, written, strict=True), start=1)
        yield number, [_cell(value, formula, f"{get_column_letter(n)}{number}") for n, (value, formula) in pairs]


def _cell(cell: Any, written: Any, place: str) -> Cell | str:
    value = cell.value
    if value is None:
        if written.data_type == "f":
            return f"{place}: the formula has no stored value; open the file in a spreadsheet and save it"
        return Cell("", place)
    if cell.data_type == "e":
        return f"{place}: the cell holds the error {value}"
    match value:
        case bool():
            return Cell(str(value).lower(), place, "boolean")
        case int():
            return Cell(str(value), place, "integer")
        case float():
            whole = value.is_integer() and abs(value) < 1e15
            return (
                Cell(str(int(value)), place, "integer")
                if whole
                else Cell(f"{Decimal(repr(value)):f}", place, "decimal")
            )
        case datetime() | date():
            return _date(value, str(cell.number_format), place)
        case str():
            return Cell(value, place)
    return f"{place}: a {type(value).__name__} is neither text, number nor date"


def _date(value: date, shown: str, place: str) -> Cell:
    """Return a date as precise as the cell shows it: a cell that shows 2016 holds 1 January 2016."""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) != (0, 0, 0):
        return Cell(value.isoformat(), place, "dateTime")
    letters = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|;.*', "", shown).lower()
    iso = value.strftime("%Y-%m-%d").zfill(10)
    if "y" not in letters or "d" in letters:
        return Cell(iso, place, "date")
    return Cell(iso[:7], place, "gYearMonth") if "m" in letters else Cell(iso[:4], place, "gYear")


def _read(rows: list[tuple[int, list[Cell | str]]], merged: list[tuple[int, str]], table: Table) -> Sheet:
    dialect = dialect_of(table)
    filled = [
        (n, cells[dialect.skipColumns :]) for n, cells in rows if n > dialect.skipRows and any(map(_is_filled, cells))
    ]
    first, cells = next(iter(filled), (dialect.skipRows + 1, []))
    faults = [
        BadRow(last, name, f"the cells {name} are merged, so it is not known which of them a value is for; part them")
        for last, name in merged
        if last >= first
    ]
    has_header = dialect.header and dialect.headerRowCount > 0
    if has_header:
        titles = [cell.text.strip() if isinstance(cell, Cell) else cell for cell in cells]
        names, more = matched(titles, table, first)
    else:
        names, more = by_place(max((len(each) for _, each in filled), default=0), table, first)
    if faults or more:
        return Sheet(faults=(*faults, *more))
    return Sheet(tuple(_line(number, names, each) for number, each in filled[has_header:]))


def _is_filled(cell: Cell | str) -> bool:
    return isinstance(cell, str) or bool(cell.text.strip())


def _line(number: int, names: list[str | None], cells: list[Cell | str]) -> Line | BadRow:
    found: dict[str, Cell] = {name: Cell("", name) for name in names if name is not None}
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            where, _, reason = cell.partition(": ")
            return BadRow(number, where, reason)
        name = names[place] if place < len(names) else None
        if name is not None:
            found[name] = cell
        elif cell.text.strip():
            return BadRow(number, cell.place, f"the cell {cell.place} is filled, and its column has no name")
    return Line(number, found)
