"""Delimited files of others: rows by their columns' names, and what is wrong with a file in words that name a column.

The order of columns means nothing. One that is missing or stands twice is a fault of the file, and so is one that
nobody has told the loader about, for what it holds would be lost in silence.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from graph.collect import FileRead, Reject
from loaders.controls import control_in


@dataclass(frozen=True)
class Layout:
    """The columns of a kind of file: those read, those known and left unread (patterns), and those that stand twice."""

    read: Sequence[str]
    unread: Sequence[str] = ()
    optional: Sequence[str] = ()  # read where they are
    repeated: Sequence[str] = ()  # allowed to stand more than once: the cells are joined by `;`
    delimiter: str = ","


@dataclass(frozen=True)
class Row:
    """A row with its place; its line is the one it begins on."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell as it stands, blanks at its ends apart; an optional column that is not there is empty."""
        return self.cells.get(column, "").strip()

    def reject(self, column: str, reason: object) -> Reject:
        """Return this row as one that made no claim."""
        return Reject(self.file, self.line, column, str(reason))


def rows(file: str, content: bytes, layout: Layout) -> Iterator[Row | Reject | FileRead]:
    """Yield the rows of a file, faults as rejects, and at the end the count of rows, whatever became of them."""
    begins, count = 1, 0
    try:
        reader = csv.reader(io.StringIO(_text(content), newline=""), delimiter=layout.delimiter, strict=True)
        header = [name.strip() for name in next(reader, [])]
        faults = list(_faults(header, layout))
        yield from (Reject(file, 1, column, reason, is_row=False) for column, reason, _ in faults)
        if any(grave for _, _, grave in faults):
            return
        begins = reader.line_num + 1
        for cells in reader:
            if cells:
                count += 1
                yield _row(file, begins, header, cells)
            begins = reader.line_num + 1
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reason = f"not UTF-8 (byte {error.start}); nothing of the file was read; save it as UTF-8"
        yield Reject(file, line, "-", reason, is_row=False)
    except csv.Error as error:
        reason = f"broken CSV: {error}; nothing from this line on was read; is the file whole?"
        yield Reject(file, begins, "-", reason, is_row=False)
    yield FileRead(file, count)


def _text(content: bytes) -> str:
    """Decode as a whole, so that a file in another encoding is refused before its first row is used."""
    return content.decode("utf-8-sig")


def _row(file: str, line: int, header: list[str], cells: list[str]) -> Row | Reject:
    if len(cells) != len(header):
        last = header[min(len(cells), len(header)) - 1]
        reason = f"the row has {len(cells)} cells and the header {len(header)}; is the file whole?"
        return Reject(file, line, last, reason)
    joined: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=True):
        if control := control_in(cell):
            return Reject(file, line, name, f"the cell holds the control character {control}")
        joined[name] = f"{joined[name]};{cell}" if name in joined else cell
    return Row(file, line, joined)


def _faults(header: list[str], layout: Layout) -> Iterator[tuple[str, str, bool]]:
    """Yield column, reason, and whether the file cannot be read for it."""
    if not any(header):
        yield "header", "the file is empty: its first line should name the columns", True
        return
    known = (*layout.read, *layout.optional)
    unknown = [name for name in header if name not in known and not _is_unread(name, layout)]
    for name in layout.read:
        if name not in header:
            near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.6)
            hint = f"; is it the column {near[0]!r}?" if near else ""
            yield name, f"the column {name!r} is missing{hint}", True
    for name, number in Counter(header).items():
        if number > 1 and name not in layout.repeated:
            yield name, f"the column {name!r} stands {number} times", name in known
    for name in dict.fromkeys(unknown):
        yield name, f"the column {name!r} is not known and was not read", False


def _is_unread(name: str, layout: Layout) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in layout.unread)
