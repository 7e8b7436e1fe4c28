"""What changed between two snapshots, read off their sorted statements side by side."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph.snapshot import Snapshot
from graph.terms import ID


@dataclass
class Changes:
    """Subjects that came, went or changed, with the statements added to and removed from each."""

    added: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    came: set[str] = field(default_factory=set)
    went: set[str] = field(default_factory=set)

    @property
    def changed(self) -> set[str]:
        """Subjects that are in both snapshots and not the same."""
        return (set(self.added) | set(self.removed)) - self.came - self.went

    def by_kind(self, subjects: set[str]) -> dict[str, int]:
        """Count subjects by kind."""
        return dict(sorted(Counter(s.removeprefix(ID).split("/")[0] for s in subjects).items()))


def compare(old: Snapshot, new: Snapshot) -> Changes:
    """Return what differs; both files are sorted, so one pass is enough and memory holds only the differences."""
    changes = Changes()
    common: set[str] = set()
    pending: tuple[str, str] | None = None
    for text, side in heapq.merge(_lines(old.merged, "-"), _lines(new.merged, "+")):
        if pending is None:
            pending = (text, side)
        elif pending[0] == text:
            common.add(_subject(text))
            pending = None
        else:
            _note(changes, *pending)
            pending = (text, side)
    if pending:
        _note(changes, *pending)
    changes.came = set(changes.added) - set(changes.removed) - common
    changes.went = set(changes.removed) - set(changes.added) - common
    return changes


def _note(changes: Changes, text: str, side: str) -> None:
    (changes.added if side == "+" else changes.removed)[_subject(text)].append(text)


def _lines(path: Path, side: str) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        for text in file:
            yield text, side


def _subject(text: str) -> str:
    return text[1 : text.index(">")]
