"""The cells of a table, whatever file it is in: by the names of their columns, each with its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csvw.metadata import Column, Table

from loaders.own.grammar import nearest
from loaders.own.statements import BadRow

MOST_COLUMNS = 1_000


@dataclass(frozen=True)
class Cell:
    """One cell: its text, its place for people, and the datatype where the file itself knows one (XLSX, JSON).

    `parts` are the values of a list that the file itself parts (JSON).
    """

    text: str
    place: str
    datatype: str = ""
    parts: tuple[Cell, ...] | None = None


@dataclass(frozen=True)
class Line:
    """A row as it stands in the file, by the descriptions' names of its columns."""

    line: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Sheet:
    """All rows of a table; `faults` are those of the whole."""

    rows: tuple[Line | BadRow, ...] = ()
    faults: tuple[BadRow, ...] = ()


def columns(table: Table) -> list[Column]:
    """Return the columns that stand in the file."""
    return [column for column in table.tableSchema.columns if not column.virtual]


def matched(header: Sequence[str], table: Table, line: int) -> tuple[list[str | None], list[BadRow]]:
    """Return the description's name of each column of a header, or None, and what is wrong with it."""
    described = columns(table)
    known = {title: column.header for column in described for title in _titles(column)}
    names = [known.get(title) for title in header]
    last = max((n for n, title in enumerate(header) if title), default=-1)
    return names[: last + 1], list(_faults(list(header[: last + 1]), names, described, known, line))


def by_place(count: int, table: Table, line: int) -> tuple[list[str | None], list[BadRow]]:
    """Return the names of the columns of a file that has no header."""
    names = [column.header for column in columns(table)]
    if count == len(names):
        return list(names), []
    return [], [BadRow(line, "header", f"the file has {count} columns and the description {len(names)}")]


def _faults(
    header: list[str], names: list[str | None], described: list[Column], known: dict[str, str], line: int
) -> Iterator[BadRow]:
    if not header:
        yield BadRow(line, "header", "the file is empty: there is no row of column names where one is expected")
        return
    if len(header) > MOST_COLUMNS:
        yield BadRow(line, "header", f"there are more than {MOST_COLUMNS} columns")
        return
    unread = [title for title, name in zip(header, names, strict=False) if name is None]
    if len(header) == 1 and len(described) > 1 and (sign := next((s for s in ";\t|," if s in header[0]), "")):
        yield BadRow(
            line, "header", f"there is one column, {header[0]!r}; is the delimiter {sign!r}? Say so in the dialect"
        )
        return
    for column in described:
        if column.header not in names:
            reason = f"the column {column.header!r} is missing{nearest(column.header, unread)}"
            yield BadRow(line, column.header, reason)
    for title, number in Counter(filter(None, names[: len(header)])).items():
        if number > 1:
            yield BadRow(line, str(title), f"the column {title!r} stands {number} times")
    for title in dict.fromkeys(unread):
        hint = nearest(title, known)
        reason = f"the column {title!r} is not described{hint}; describe it, with suppressOutput to leave it out"
        yield BadRow(line, title or "header", reason)


def _titles(column: Column) -> Iterator[str]:
    yield column.header
    for titles in (column.titles or {}).values():
        yield from titles
