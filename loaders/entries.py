"""JSON lists of others: their objects one by one with the line each begins on, and what is wrong with the list.

A key that no object has is a fault of the file, for it will have been renamed; so is one that nobody has told the
loader about. An object that lacks a key others have, or holds something else than words in it, is a reject.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.collect import FileRead, Reject
from loaders.controls import control_in
from loaders.structured import Malformed, read_json

_OPENING, _GAP = re.compile(r"\s*\[\s*"), re.compile(r"\s*,?\s*")


@dataclass(frozen=True)
class Entry:
    """An object of the list with its place; only words are kept, and nothing stands for no value."""

    file: str
    line: int
    words: dict[str, str]

    def __getitem__(self, key: str) -> str:
        """Return the words under a key, blanks at their ends apart; empty where there are none."""
        return self.words.get(key, "").strip()

    def reject(self, key: str, reason: object) -> Reject:
        """Return this object as one that made no claim."""
        return Reject(self.file, self.line, key, str(reason))


@dataclass(frozen=True)
class Keys:
    """The keys of the objects: those each must have, those read where they are, and those known and left unread."""

    needed: Sequence[str]
    optional: Sequence[str] = ()
    unread: Sequence[str] = ()


def entries(file: str, content: bytes, keys: Keys) -> Iterator[Entry | Reject | FileRead]:
    """Yield the objects of a list, faults as rejects, and at the end the count of objects, whatever became of them."""
    try:
        held = read_json(content)
    except Malformed as fault:
        yield fault.reject(file, is_row=False)
        return
    if not isinstance(held, list):
        yield Reject(file, 1, "-", "the file holds no list of objects", is_row=False)
        return
    faults = list(_faults(file, held, keys))
    yield from faults
    if held and any(fault.column in keys.needed for fault in faults):
        return
    for line, one in zip(lines_of(content), held, strict=True):
        yield _entry(file, line, one, keys)
    yield FileRead(file, len(held))


def _faults(file: str, held: list[Any], keys: Keys) -> Iterator[Reject]:
    present = dict.fromkeys(str(key) for one in held if isinstance(one, dict) for key in one)
    unknown = [key for key in present if key not in (*keys.needed, *keys.optional, *keys.unread)]
    for key in keys.needed:
        if held and key not in present:
            near = difflib.get_close_matches(key, unknown, n=1, cutoff=0.6)
            hint = f"; is it the key {near[0]!r}?" if near else ""
            yield Reject(file, 1, key, f"no object has the key {key!r}{hint}", is_row=False)
    for key in unknown:
        yield Reject(file, 1, key, f"the key {key!r} is not known and was not read", is_row=False)


def _entry(file: str, line: int, one: object, keys: Keys) -> Entry | Reject:
    if not isinstance(one, dict):
        return Reject(file, line, "-", "this is no object with keys and values")
    words: dict[str, str] = {}
    for key in (*keys.needed, *keys.optional):
        value = one.get(key)
        if key in keys.needed and key not in one:
            return Reject(file, line, key, f"the key {key!r} is missing")
        if value is None:
            continue
        if not isinstance(value, str):
            return Reject(file, line, key, f"{value!r} is no text"[:200])
        if control := control_in(value):
            return Reject(file, line, key, f"the value holds the control character {control}")
        words[key] = value
    return Entry(file, line, words)


def lines_of(content: bytes) -> Iterator[int]:
    """Yield the line that each member of a list begins on."""
    text, decode = content.decode("utf-8-sig"), json.JSONDecoder().raw_decode
    gap, place, line = _OPENING, 0, 1
    while found := gap.match(text, place):
        line += found[0].count("\n")
        if text[found.end() : found.end() + 1] in ("]", ""):
            return
        yield line
        _, place = decode(text, found.end())
        line += text.count("\n", found.end(), place)
        gap = _GAP
