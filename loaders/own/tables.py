"""Rows of a table become statements, as its CSVW description says: which column is which property of what."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from csvw.metadata import Column, Table

from loaders.own.cells import Cell, Line, Sheet, columns
from loaders.own.grammar import TYPE
from loaders.own.mapping import property_of, whole
from loaders.own.statements import BadRow, Content, Given, Row, Subject, Unusable

_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, Warning)


def read(sheet: Sheet, table: Table) -> Content:
    """Return what the rows state; a row with a cell that its description does not allow is a bad one."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # csvw warns of what it lets pass
        rows = [row if isinstance(row, BadRow) else _row(row, n, table) for n, row in enumerate(sheet.rows, start=1)]
    rows = list(_with_keys_once(rows, table))
    return Content(tuple(rows), len(sheet.rows), sheet.faults)


def _row(line: Line, number: int, table: Table) -> Row | BadRow:
    try:
        values = {column.header: _values(line.cells[column.header], column) for column in columns(table)}
        variables = {name: ",".join(one.text for one in given) for name, given in values.items() if given}
        variables |= {"_row": str(number), "_sourceRow": str(line.line)}
        subjects: dict[str, Subject] = {}
        for column in table.tableSchema.columns:
            predicate = property_of(column)
            if column.suppressOutput or not predicate:
                continue
            name = _expanded(column.inherit("aboutUrl"), variables, column) or f"#row-{line.line}"
            subject = subjects.setdefault(name, Subject(name, line.line))
            given = _stated(column, values.get(column.header, []), variables)
            subject.statements += [(predicate, one) for one in given]
    except Unusable as error:
        return BadRow(line.line, error.column, str(error))
    said = [subject for subject in subjects.values() if any(predicate != TYPE for predicate, _ in subject.statements)]
    return Row(line.line, _key(number, variables, table), tuple(said))


def _values(cell: Cell, column: Column) -> list[Given]:
    """Return the values of a cell as its description reads it; none where it is null."""
    if cell.parts is not None:
        return [given for part in cell.parts for given in _values(part, column)]
    if cell.datatype:
        return [Given(cell.text, cell.place, datatype=cell.datatype)]
    try:
        found = column.read(cell.text)
    except _FAULTS as error:
        raise Unusable(cell.place, f"{cell.text!r} is not what the description allows: {error}") from None
    datatype = column.inherit("datatype")
    kind = str(datatype.base or "") if datatype else ""
    values = found if isinstance(found, list) else [found]
    return [
        Given(_written(one, kind), cell.place, language=_language(column), datatype=kind)
        for one in values
        if one not in (None, "")
    ]


def _language(column: Column) -> str:
    """Return the language of a column, its own or that of its table; csvw hands down only what has no default."""
    holder: Any = column
    while holder is not None:
        if getattr(holder, "lang", "und") != "und":
            return str(holder.lang)
        holder = getattr(holder, "_parent", None)
    return ""


def _written(value: Any, kind: str) -> str:
    """Return a value as XML Schema writes it, so that the format of the table is behind us."""
    if isinstance(value, bool):
        return str(value).lower()
    if kind == "date":
        return str(value.date().isoformat()) if hasattr(value, "date") else str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if hasattr(value, "unsplit"):  # an anyURI
        return str(value.unsplit())
    return f"{value:f}" if type(value).__name__ == "Decimal" else str(value)


def _stated(column: Column, values: list[Given], variables: Mapping[str, str]) -> Iterator[Given]:
    """Yield what a column states: its cell, or its template filled; a virtual one may hold a fixed value."""
    template = column.inherit("valueUrl")
    if column.virtual:
        if template is None:
            yield from _values(Cell("", column.header), column)
        elif all(name in variables for name in template.variable_names):
            yield Given(_expanded(template, variables, column), column.header, is_name=True)
        return
    for given in values:
        if template is None:
            yield given
        else:
            name = _expanded(template, {**variables, column.header: given.text}, column)
            yield Given(name, given.place, is_name=True)


def _expanded(template: Any, variables: Mapping[str, str], column: Column) -> str:
    if template is None:
        return ""
    missing = [name for name in template.variable_names if name not in variables and name != "_name"]
    if missing:
        raise Unusable(missing[0], f"the cell is empty, and {template} is made with it")
    return whole(str(template.expand(**variables, _name=column.header)))


def _key(number: int, variables: Mapping[str, str], table: Table) -> str:
    """Return how evidence names a row: by its primary key, else by its number among the rows."""
    keys = [variables.get(name, "") for name in table.tableSchema.primaryKey or []]
    return f"row {', '.join(keys)}" if any(keys) else f"row {number}"


def _with_keys_once(rows: list[Row | BadRow], table: Table) -> Iterator[Row | BadRow]:
    """Yield the rows, those whose primary key an earlier one has as bad ones."""
    keys = table.tableSchema.primaryKey
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Row) and keys and (first := seen.setdefault(row.key, row.line)) != row.line:
            yield BadRow(row.line, ", ".join(keys), f"the primary key is that of line {first}")
        else:
            yield row
