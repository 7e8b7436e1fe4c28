"""A cluster file of the MISP galaxy: its entries with their places, or what is wrong with it, with the key at fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graph.collect import FileRead, Item, Reject
from graph.record import Evidence
from loaders.structured import Malformed, read_json
from loaders.threat_actors import printed

Says = Callable[[str, str | None], Evidence]  # the evidence that an entry is, by its locator and a note

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WRITTEN = re.compile(rb'"uuid"\s*:\s*"([^"\\]*)"')


class Unusable(ValueError):
    """An entry, or a whole file, that cannot be used, with the key that is to blame."""

    def __init__(self, column: str, reason: object) -> None:
        super().__init__(str(reason))
        self.column = column


@dataclass(frozen=True)
class Entry:
    """An entry of a cluster."""

    file: str
    line: int
    uuid: str
    value: str
    meta: dict[str, Any]
    related: tuple[dict[str, Any], ...]

    def texts(self, key: str) -> tuple[str, ...]:
        """Return what stands under a key, one text or a list of them; nothing where there is no such key."""
        value = self.meta.get(key, [])
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in listed):
            raise Unusable(key, f"{key!r} should hold text or a list of texts")
        return tuple(listed)

    def text(self, key: str) -> str | None:
        """Return the one text under a key, empty or not; None where there is no such key."""
        found = self.texts(key)
        if len(found) > 1:
            raise Unusable(key, f"{key!r} should hold one text and holds {len(found)}")
        return found[0] if found else None


def entries(file: str, content: bytes, kind: str, keys: Sequence[str]) -> Iterator[Entry | Reject | FileRead]:
    """Yield the entries of a cluster of a kind, entries that cannot be used as rejects, and at the end their count.

    Every entry may leave every key of its `meta` out. So one of `keys` that no entry has is a fault of the file: it was
    given another name, and all that it says would be lost in silence.
    """
    try:
        values = _values(read_json(content), kind, keys)
    except Malformed as error:
        yield error.reject(file, is_row=False)
        return
    except Unusable as error:
        yield Reject(file, 1, error.column, str(error), is_row=False)
        return
    lines = _lines(content)
    seen: set[str] = set()
    for value in values:
        uuid = value.get("uuid") if isinstance(value, dict) else None
        line = lines.get(str(uuid), 1)
        try:
            entry = _entry(file, line, value)
            if entry.uuid in seen:
                raise Unusable("uuid", f"the entry {entry.uuid} stands twice")
            seen.add(entry.uuid)
            yield entry
        except Unusable as error:
            yield Reject(file, line, error.column, str(error))
    yield FileRead(file, len(values))


def located(entry: Entry, made: Callable[[Entry], Item]) -> Item:
    """Return what is made of an entry, or a reject where it cannot be used."""
    try:
        return made(entry)
    except Unusable as error:
        return Reject(entry.file, entry.line, error.column, str(error))


def _values(cluster: Any, kind: str, keys: Sequence[str]) -> list[Any]:
    if not isinstance(cluster, dict) or cluster.get("type") != kind:
        raise Unusable("type", f"not a cluster of the type {kind!r}")
    values = cluster.get("values")
    if not isinstance(values, list) or not values:
        raise Unusable("values", "the cluster has no list of 'values'")
    metas = [value["meta"] for value in values if isinstance(value, dict) and isinstance(value.get("meta"), dict)]
    for key in keys:
        if not any(key in meta for meta in metas):
            raise Unusable(key, f"no entry has the key {key!r}; was it given another name?")
    return values


def _entry(file: str, line: int, value: Any) -> Entry:
    if not isinstance(value, dict):
        raise Unusable("values", "an entry should be an object")
    uuid, meta, related = value.get("uuid"), value.get("meta", {}), value.get("related", [])
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid):
        raise Unusable("uuid", f"{uuid!r:.60} is no UUID in small letters")
    if not isinstance(meta, dict):
        raise Unusable("meta", "'meta' should be an object")
    if not isinstance(related, list) or not all(isinstance(one, dict) for one in related):
        raise Unusable("related", "'related' should be a list of objects")
    try:
        return Entry(file, line, uuid, printed(value.get("value")), meta, tuple(related))
    except ValueError as error:
        raise Unusable("value", error) from error


def _lines(content: bytes) -> dict[str, int]:
    """Return on which line the UUID of each entry stands."""
    lines: dict[str, int] = {}
    line, at = 1, 0
    for written in _WRITTEN.finditer(content):
        line += content.count(b"\n", at, written.start())
        at = written.start()
        lines.setdefault(written[1].decode("utf-8", "replace"), line)
    return lines
