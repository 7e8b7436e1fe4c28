"""Answers kept in memory for whoever asks the same again: as many as fit; those longest not asked for go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from webapp.protocol import Asked

LARGEST = 16  # parts of all the room, of which one answer may take one: a download does not drive out all pages
BESIDE = 500  # bytes, about, that an answer takes beside what is counted

Key = tuple[str, str, str | None]  # of the request, the coding, the languages where they matter


@dataclass(frozen=True)
class Sent:
    """A whole answer as it was sent, and the query that the request brought, for the log."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    asked: Asked | None = None

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        said = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + said + len(self.asked.query if self.asked else "") + BESIDE


class Kept:
    """Answers by what was asked, of one snapshot and of releases, in a number of bytes; threads may share it."""

    def __init__(self, most: int) -> None:
        self._most, self._size, self._snapshot = most, 0, ""
        self._answers: OrderedDict[Key, Sent] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """How many bytes the answers take."""
        return self._size

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Key) -> Sent | None:
        """Return an answer, if it is kept."""
        with self._lock:
            if found := self._answers.get(key):
                self._answers.move_to_end(key)
            return found

    def put(self, key: Key, answer: Sent) -> None:
        """Keep an answer, if there is room for one of its size."""
        if answer.size * LARGEST > self._most:
            return
        with self._lock:
            if old := self._answers.pop(key, None):
                self._size -= old.size
            self._answers[key] = answer
            self._size += answer.size
            while self._size > self._most:
                self._size -= self._answers.popitem(last=False)[1].size

    def move_to(self, snapshot: str) -> None:
        """Forget everything if another snapshot is served than the last time."""
        if snapshot != self._snapshot:
            with self._lock:
                self._snapshot = snapshot
                self._answers.clear()
                self._size = 0
