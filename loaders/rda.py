"""Data frames of R (.rda): the columns of a table, with faults told by the name of a column.

What R's `save` writes is read here as far as a data frame of plain columns needs, in formats 2 and 3. `rdata` reads
all of R, one object for each cell, and so takes half a minute and 700 megabytes for the votes; this takes seconds.
A test holds both to the same cells.
"""

from __future__ import annotations

import bz2
import difflib
import gzip
import io
import lzma
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

Cell = str | int | float | None

MOST_BYTES = 1 << 29  # of a table when unpacked
DEEPEST = 20
_PACKED: tuple[tuple[bytes, Callable[[io.BytesIO], Any]], ...] = (
    (b"BZh", bz2.BZ2File),
    (b"\x1f\x8b", lambda packed: gzip.GzipFile(fileobj=packed)),
    (b"\xfd7zXZ", lzma.LZMAFile),
)
_NA = -(1 << 31)
_LATIN_1 = 1 << 14  # of the flags of a text
_SYMBOL, _LIST, _TEXT, _LOGICAL, _INTEGER, _REAL, _TEXTS, _VECTOR = 1, 2, 9, 10, 13, 14, 16, 19
_NULL, _REFERENCE = (0, 254), 255


class BrokenFrame(ValueError):
    """A file that holds no such table, or not the whole of it; `column` is where."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True)
class Frame:
    """A table: its columns by name, all of one length; a cell that R holds to be missing is None."""

    columns: dict[str, Sequence[Cell]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, column: str) -> Sequence[Cell]:
        return self.columns[column]


def frame(content: bytes, name: str, read: Sequence[str], unread: Sequence[str] = ()) -> Frame:
    """Return a table of a file by its name in R; raise BrokenFrame where it or one of its columns is not there."""
    reader = _Reader(_unpacked(content))
    found = dict(reader.objects())
    if name not in found:
        raise BrokenFrame("-", f"there is no object {name!r} in the file; it holds {', '.join(found) or 'none'}")
    table = found[name]
    names = table.attributes.get("names") if isinstance(table, _Value) else None
    if not isinstance(names, _Value) or not isinstance(table.cells, list) or len(names.cells) != len(table.cells):
        raise BrokenFrame("-", f"the object {name!r} is no data frame")
    _must_have([str(column) for column in names.cells], read, unread)
    columns = {str(key): _cells(column, str(key)) for key, column in zip(names.cells, table.cells, strict=True)}
    for key, cells in columns.items():
        if len(cells) != len(columns[read[0]]):
            raise BrokenFrame(key, f"the column {key!r} has {len(cells)} cells and {read[0]!r} {len(columns[read[0]])}")
    return Frame(columns)


@dataclass
class _Value:
    cells: Sequence[Any]
    attributes: dict[str, Any] = field(default_factory=dict)


def _unpacked(content: bytes) -> bytes:
    packed: Any = io.BytesIO(content)
    for magic, opened in _PACKED:
        if content.startswith(magic):
            packed = opened(packed)
    try:
        plain: bytes = packed.read(MOST_BYTES + 1)
    except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
        raise BrokenFrame("-", f"it cannot be unpacked ({error}); is the file whole?") from error
    if len(plain) > MOST_BYTES:
        raise BrokenFrame("-", f"unpacked it is larger than {MOST_BYTES >> 20} megabytes")
    if plain[:7] not in (b"RDX2\nX\n", b"RDX3\nX\n"):
        raise BrokenFrame("-", "this is no file of R's save() in its binary format")
    return plain


def _must_have(names: list[str], read: Sequence[str], unread: Sequence[str]) -> None:
    unknown = [name for name in names if name not in (*read, *unread)]
    for name in read:
        if name not in names:
            near = difflib.get_close_matches(name, unknown, n=1, cutoff=0.6)
            hint = f"; is it the column {near[0]!r}?" if near else ""
            raise BrokenFrame(name, f"the column {name!r} is missing{hint}")
    for name, number in Counter(names).items():
        if number > 1:
            raise BrokenFrame(name, f"the column {name!r} stands {number} times")
    if unknown:
        raise BrokenFrame(unknown[0], f"the column {unknown[0]!r} is not known; what it holds would be lost")


def _cells(column: Any, name: str) -> Sequence[Cell]:
    """Return the cells of a column; those of a factor as the words they stand for."""
    if not isinstance(column, _Value):
        raise BrokenFrame(name, f"the column {name!r} holds no plain cells")
    levels = column.attributes.get("levels")
    if levels is None:
        return [None if cell == _NA else cell for cell in column.cells]
    words = dict(enumerate(levels.cells, start=1))
    if unknown := set(column.cells) - {_NA, *words}:
        raise BrokenFrame(name, f"the column {name!r} has the level {min(unknown)} and names only {len(words)}")
    return [words.get(cell) for cell in column.cells]


class _Reader:
    """Reads the objects one after the other, each as a value with its attributes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 7
        self._symbols: list[str] = []

    def objects(self) -> list[tuple[str, Any]]:
        """Return what was saved, by name."""
        form = self._integer()
        self._at += 8  # the versions of R that wrote it and that can read it
        if form == 3:
            self._bytes(self._integer())  # the encoding of the writer, which each text names for itself
        elif form != 2:
            raise BrokenFrame("-", f"it is in format {form} of R's save(); save it anew with version = 2")
        found = self._item(0)
        return list(found.items()) if isinstance(found, dict) else []

    def _item(self, depth: int) -> Any:
        flags = self._integer()
        kind = flags & 0xFF
        if depth > DEEPEST:
            raise BrokenFrame("-", "it is nested deeper than a table is")
        if kind in _NULL:
            return None
        if kind == _REFERENCE:
            return self._referred(flags >> 8 or self._integer())
        if kind == _SYMBOL:
            self._symbols.append(str(self._item(depth + 1)))
            return self._symbols[-1]
        if kind == _LIST:
            return self._pairs(flags, depth)
        if kind == _TEXT:
            return self._text(flags)
        value = _Value(self._vector(kind, depth))
        if flags & 0x200:
            value.attributes = self._item(depth + 1) or {}
        return value

    def _referred(self, number: int) -> str:
        if not 0 < number <= len(self._symbols):
            raise BrokenFrame("-", "it refers to a name that it does not hold; is the file whole?")
        return self._symbols[number - 1]

    def _pairs(self, flags: int, depth: int) -> dict[str, Any]:
        """Read a list of pairs, which R writes as a chain."""
        pairs: dict[str, Any] = {}
        while flags & 0xFF == _LIST:
            if flags & 0x200:
                self._item(depth + 1)
            tag = self._item(depth + 1) if flags & 0x400 else ""
            pairs[str(tag)] = self._item(depth + 1)
            flags = self._integer()
        if flags & 0xFF not in _NULL:
            self._unknown(flags & 0xFF)
        return pairs

    def _vector(self, kind: int, depth: int) -> Sequence[Any]:
        if kind not in (_LOGICAL, _INTEGER, _REAL, _TEXTS, _VECTOR):
            self._unknown(kind)
        length = self._integer()
        if not 0 <= length <= len(self._data):
            raise BrokenFrame("-", f"it claims a column of {length} cells; is the file whole?")
        if kind == _TEXTS:
            return self._texts(length)
        if kind == _VECTOR:
            return [self._item(depth + 1) for _ in range(length)]
        numbers = array("d" if kind == _REAL else "i")
        numbers.frombytes(self._bytes(length * numbers.itemsize))
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def _texts(self, length: int) -> list[str | None]:
        """Read many texts, of which most stand there many times."""
        data, at = self._data, self._at
        known: dict[bytes, str] = {}
        texts: list[str | None] = []
        for _ in range(length):
            size = int.from_bytes(data[at + 4 : at + 8], "big", signed=True)
            text = known.get(data[at : at + 8 + size]) if size >= 0 else None
            if text is None:
                self._at = at
                flags = self._integer()
                if flags & 0xFF != _TEXT:
                    self._unknown(flags & 0xFF)
                text = self._text(flags)
                if text is not None:
                    known[data[at : self._at]] = text
            texts.append(text)
            at += 8 + max(size, 0)
        self._at = at
        return texts

    def _text(self, flags: int) -> str | None:
        size = self._integer()
        if size < 0:
            return None
        try:
            return self._bytes(size).decode("latin-1" if flags & _LATIN_1 else "utf-8")
        except UnicodeDecodeError as error:
            raise BrokenFrame("-", f"a text in it is not UTF-8 (byte {self._at - size + error.start})") from error

    def _integer(self) -> int:
        return int.from_bytes(self._bytes(4), "big", signed=True)

    def _bytes(self, number: int) -> bytes:
        found = self._data[self._at : self._at + number]
        if number < 0 or len(found) < number:
            raise BrokenFrame("-", "it ends in the middle of its table; is the file whole?")
        self._at += number
        return found

    def _unknown(self, kind: int) -> NoReturn:
        raise BrokenFrame("-", f"it holds what no plain table does (type {kind} of R); save it anew with version = 2")
