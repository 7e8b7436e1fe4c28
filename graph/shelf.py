"""The shelf: old releases, opened when they are asked, and closed when nobody asks them any more.

To open one can take a while, for its store may have to be made first: in a process of its own, while whoever asks is
told to come back. So many are open at once and no more; the one that was asked longest ago makes room.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graph.engine import Answer, Engine, EngineBusy, LocalEngine, StoreMissing
from graph.errors import CyberGovError
from graph.releases import Release, hold, store_of
from graph.snapshot import Snapshot

log = logging.getLogger(__name__)

RETRY_AFTER = 3
_ROOT = Path(__file__).resolve().parents[1]


class BeingOpened(EngineBusy):
    """The store of a release is being made."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Release {name} is being opened, which takes some seconds; try again in {RETRY_AFTER}.", RETRY_AFTER
        )


class ShelfFull(EngineBusy):
    """As many releases as may be open are, and all are being asked."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Old releases are being asked, as many as may be open at once: {most}; try again in a moment, or take the "
            "statements of the release as a file.",
            RETRY_AFTER,
        )


class CannotBeOpened(CyberGovError):
    """The store of a release could not be made."""

    status = 503
    exit_code = 5


@dataclass
class _Opened:
    """A release that is open: its engines by role, who is asking now, and when somebody asked last."""

    store: Path
    lock: IO[str] | None
    engines: dict[str, LocalEngine] = field(default_factory=dict)
    askers: int = 0
    asked: float = field(default_factory=time.monotonic)

    def close(self) -> None:
        for engine in self.engines.values():
            engine.close()
        if self.lock:
            self.lock.close()


class Shelf:
    """Opens at most `most` releases at once and closes each after `idle` seconds without a query.

    `make` gives an engine for a role on a store; each role of each release has one, made when it is first asked.
    """

    def __init__(self, home: Path, make: Callable[[str, Path], LocalEngine], *, most: int, idle: float) -> None:
        self._home, self._make, self._most, self._idle = home.resolve(), make, most, idle
        self._changed = threading.Condition()
        self._open: dict[str, _Opened] = {}
        self._restoring = ""
        self._failed: dict[str, str] = {}
        self._watched = False

    def open(self) -> list[str]:
        """Return the ids of the snapshots that are open."""
        with self._changed:
            return list(self._open)

    def close(self) -> None:
        """Close all that are open."""
        with self._changed:
            opened = [self._open.pop(name) for name in list(self._open)]
            self._changed.notify_all()
        for one in opened:
            one.close()

    @contextlib.contextmanager
    def lend(self, snapshot: Snapshot, role: str) -> Iterator[Engine]:
        """Give the engine of a role on a release or a kept snapshot; raise BeingOpened or ShelfFull where none is."""
        with self._changed:
            opened = self._open.get(snapshot.id) or self._take_down(snapshot)
            opened.askers += 1
        try:
            yield self._engine(opened, role)
        except StoreMissing:
            self._drop(snapshot.id, opened)
            raise
        finally:
            with self._changed:
                opened.askers -= 1
                opened.asked = time.monotonic()

    def _engine(self, opened: _Opened, role: str) -> LocalEngine:
        with self._changed:
            if role not in opened.engines:
                opened.engines[role] = self._make(role, opened.store)
            return opened.engines[role]

    def _drop(self, name: str, opened: _Opened) -> None:
        """Close a release whose store has gone; the next who asks has it made anew."""
        with self._changed:
            if self._open.get(name) is opened:
                del self._open[name]
        opened.close()

    # The lock is held by the caller of these.

    def _take_down(self, snapshot: Snapshot) -> _Opened:
        store, lock = store_of(self._home, snapshot), None
        if isinstance(snapshot, Release):
            lock = hold(store)
            if not lock:
                self._have_restored(snapshot)
                raise BeingOpened(snapshot.name)
        try:
            self._make_room()
        except ShelfFull:
            if lock:
                lock.close()
            raise
        opened = self._open[snapshot.id] = _Opened(store, lock)
        if not self._watched:
            self._watched = True
            threading.Thread(target=self._watch, name="shelf", daemon=True).start()
        return opened

    def _make_room(self) -> None:
        if len(self._open) < self._most:
            return
        idle = [name for name, opened in self._open.items() if not opened.askers]
        if not idle:
            raise ShelfFull(self._most)
        self._open.pop(min(idle, key=lambda name: self._open[name].asked)).close()

    def _have_restored(self, release: Release) -> None:
        """Begin to make the store of a release, unless one is being made; say once what went wrong the last time."""
        if self._restoring:
            return
        if why := self._failed.pop(release.id, ""):
            raise CannotBeOpened(f"Release {release.name} can't be opened. {why}")
        self._restoring = release.id
        threading.Thread(target=self._restore, args=(release,), name="restoring", daemon=True).start()

    # Threads of its own

    def _restore(self, release: Release) -> None:
        begun, command = time.monotonic(), [sys.executable, "-m", "graph.releases", str(self._home), release.name]
        done = subprocess.run(command, cwd=_ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        with self._changed:
            self._restoring = ""
            if done.returncode:
                lines = done.stderr.strip().splitlines() or [f"It ended with code {done.returncode}."]
                self._failed[release.id] = lines[-1]
                log.error("release %s can't be opened: %s", release.name, done.stderr.strip())
            else:
                log.info("release %s was made ready in %.1f s", release.name, time.monotonic() - begun)

    def _watch(self) -> None:
        """Close what nobody asks, as long as anything is open."""
        while True:
            with self._changed:
                now = time.monotonic()
                last = {name: now if opened.askers else opened.asked for name, opened in self._open.items()}
                closing = [self._open.pop(name) for name, asked in last.items() if asked + self._idle <= now]
                if not self._open and not closing:
                    self._watched = False
                    return
                if not closing:
                    self._changed.wait(min(last.values()) + self._idle - now)
            for opened in closing:
                opened.close()


class ShelvedEngine(Engine):
    """Answers on a release, which is opened for that if it isn't open."""

    def __init__(self, shelf: Shelf, snapshot: Snapshot, role: str) -> None:
        self._shelf, self._snapshot, self._role = shelf, snapshot, role

    def answer(self, query: str, **options: Any) -> Answer:
        """Answer a query of any form; see `Engine.answer`."""
        with self._shelf.lend(self._snapshot, self._role) as engine:
            return engine.answer(query, **options)
