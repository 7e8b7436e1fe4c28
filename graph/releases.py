"""Releases: snapshots with a name of their own, `YYYY.MM` or `YYYY.MM.n`, kept for ever.

A release holds what can't be made again: the statements compressed, the manifest, the counts, the search index and the
network. Its store can be made from the statements, so that is a cache, checked against the manifest when it is made.
Run as a script, this module makes the store of one release; servers do so, for it takes a processor for a while.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import re
import shutil
import sys
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import IO, Any

from graph.errors import CyberGovError
from graph.nquads import write_sorted
from graph.snapshot import UNFINISHED, DamagedSnapshot, Snapshot, alone, current, sha256, snapshots
from graph.store import load_store
from graph.terms import ID

STATEMENTS = "dumps/statements.nq.gz"
KEPT = (STATEMENTS, "dumps/statements.nq.zst", "void.ttl", "search.sqlite", "network.json")
STORES = 4  # that lie ready; those of other releases are made anew when they are asked
_NAME = re.compile(r"([0-9]{4})\.(0[1-9]|1[0-2])(?:\.([1-9][0-9]{0,3}))?")
_HASH = re.compile(r"[0-9a-f]{16}")
_NOTE = "release.json"
_HELD, _MADE = ".held", ".made"  # locks beside a store: of who asks it, and of who makes it
_SHOWN = 10


class ReleaseRefused(CyberGovError):
    """What is asked for can't become a release."""

    exit_code = 2


class UnknownRelease(CyberGovError):
    """There is no release of that name."""

    status = 404
    exit_code = 3

    def __init__(self, name: str, there: list[str]) -> None:
        listed = f"There are: {', '.join(there)}." if there else "There is none yet."
        super().__init__(f"There is no release {name[:40]!r}. {listed}")


@dataclass(frozen=True)
class Release(Snapshot):
    """A snapshot that was given a name; its folder has neither store nor unpacked statements."""

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def id(self) -> str:
        return str(self.note()["snapshot"])

    @property
    def order(self) -> tuple[int, ...]:
        """What releases are sorted by: 2026.9 comes before 2026.10, and 2026.10 before 2026.10.1."""
        return tuple(map(int, self.name.split(".")))

    def note(self) -> dict[str, Any]:
        """Return its name, its snapshot and when it was released."""
        return _read_note(self.path)

    def verify(self) -> None:
        """Compare every kept file with the manifest's sha256; raise DamagedSnapshot at the first that differs."""
        files = self.manifest()["files"]
        for name in KEPT:
            path = self.path / name
            if not path.is_file() or sha256(path) != files[name]["sha256"]:
                raise DamagedSnapshot(f"{name} of release {self.name} is missing or was changed. Restore it.")


@lru_cache(maxsize=256)
def _read_note(path: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads((path / _NOTE).read_text())
    except (OSError, ValueError) as error:
        raise DamagedSnapshot(f"The note of release {path.name} can't be read: {error}. Restore it.") from None
    return note


def releases(home: Path) -> list[Release]:
    """Return all releases, oldest first."""
    folder = home / "releases"
    if not folder.is_dir():
        return []
    found = (Release(path.resolve()) for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return sorted((one for one in found if (one.path / _NOTE).is_file()), key=lambda one: one.order)


def find(home: Path, name: str) -> Snapshot:
    """Return a release by its name, or a release or a kept public snapshot by its whole id."""
    named = Release(home.resolve() / "releases" / name) if _NAME.fullmatch(name) else None
    if named and (named.path / _NOTE).is_file():
        return named
    there = releases(home)
    for release in reversed(there):
        if name == release.id:
            return release
    for path in snapshots(home) if _HASH.fullmatch(name) else ():
        if path.name == name and Snapshot(path).manifest()["public"]:
            return Snapshot(path.resolve())
    raise UnknownRelease(name, [release.name for release in there])


# Making one


def release(home: Path, name: str | None, given_up: Container[str], today: date) -> tuple[Release, bool]:
    """Make a release of the current snapshot and return it; whether it is new comes with it.

    Without a name it is this month's next free one, if the snapshot has none yet. `given_up` are the identifiers that
    may be gone since the release before.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise ReleaseRefused(f"{name!r} is no name of a release; it must be like {today:%Y.%m} or {today:%Y.%m}.1.")
    with alone(home):
        snapshot, there = current(home), {one.name: one for one in releases(home)}
        same = [one for one in there.values() if one.id == snapshot.id]
        if name is None and same:
            return same[-1], False
        name = name or _next_free(there, today)
        if name in there:
            return _unchanged(there[name], snapshot), False
        _must_be_fit(snapshot, list(there.values()), given_up)
        return _write(home / "releases", name, snapshot), True


def _next_free(there: Container[str], today: date) -> str:
    month = f"{today:%Y.%m}"
    return next(name for n in count() if (name := f"{month}.{n}" if n else month) not in there)


def _unchanged(release: Release, snapshot: Snapshot) -> Release:
    if release.id != snapshot.id:
        raise ReleaseRefused(
            f"Release {release.name} is snapshot {release.id} and stays so; the current one is {snapshot.id}. "
            "Give it another name."
        )
    return release


def _must_be_fit(snapshot: Snapshot, there: list[Release], given_up: Container[str]) -> None:
    manifest = snapshot.manifest()
    if not manifest["public"]:
        raise ReleaseRefused(f"Snapshot {snapshot.id} is private; only a public one can be released.")
    if missing := [name for name in KEPT if name not in manifest["files"]]:
        raise ReleaseRefused(f"Snapshot {snapshot.id} has no {missing[0]}, for it is of an older version. Build again.")
    snapshot.verify()
    last = max(there, key=lambda one: one.order, default=None)
    gone = sorted(_identifiers(last) - _identifiers(snapshot)) if last else []
    if last and (lost := [iri for iri in gone if iri not in given_up]):
        shown = "".join(f"\n  {iri}" for iri in lost[:_SHOWN])
        more = f"\n  ... and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        raise ReleaseRefused(
            f"{len(lost)} identifiers of release {last.name} are gone without a row in retired.csv. "
            f"Say there what became of them:{shown}{more}"
        )


def _identifiers(snapshot: Snapshot) -> set[str]:
    """Return the identifiers of all things that a snapshot states something of."""
    begins = f"<{ID}".encode()
    with gzip.open(snapshot.path / STATEMENTS) as lines:
        return {line[1 : line.index(b">")].decode() for line in lines if line.startswith(begins)}


def _write(folder: Path, name: str, snapshot: Snapshot) -> Release:
    """Copy what is kept and give it its name in one step; what a killed try left is swept away."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"*{UNFINISHED}"):
        shutil.rmtree(left)
    fresh = folder / f"{name}{UNFINISHED}"
    note = {"release": name, "snapshot": snapshot.id, "released": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        (fresh / "dumps").mkdir(parents=True)
        for kept in (*KEPT, "manifest.json"):
            shutil.copyfile(snapshot.path / kept, fresh / kept)
        (fresh / _NOTE).write_text(json.dumps(note, indent=1) + "\n")
        Release(fresh).verify()
        for path in (*fresh.rglob("*"), fresh):
            _see_it_written(path)
        fresh.rename(folder / name)
        _see_it_written(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Release((folder / name).resolve())


def _see_it_written(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


# The store of one, made from its statements


def store_of(home: Path, snapshot: Snapshot) -> Path:
    """Return where the store is, or is to be: a release has it in the cache, by the hash of its statements."""
    if isinstance(snapshot, Release):
        return (home / "cache" / "releases").resolve() / snapshot.id
    return snapshot.store


def hold(store: Path) -> IO[str] | None:
    """Keep a store from being swept away until what is returned is closed; None where it isn't there, or not yet."""
    store.parent.mkdir(parents=True, exist_ok=True)
    lock = store.with_suffix(_HELD).open("a")
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if (store / "CURRENT").is_file():
            os.utime(store)
            return lock
    lock.close()
    return None


@contextmanager
def opened(home: Path, snapshot: Snapshot) -> Iterator[Path]:
    """Give the store of a release or snapshot, made first if need be."""
    if not isinstance(snapshot, Release):
        yield snapshot.store
        return
    store = store_of(home, snapshot)
    while not (lock := hold(store)):
        restore(home, snapshot)
    with lock:
        yield store


def restore(home: Path, release: Release) -> None:
    """Make the store of a release if it isn't there; whoever else wants it waits for that."""
    store = store_of(home, release)
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.with_suffix(_MADE).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (store / "CURRENT").is_file():
            return
        fresh = store.with_suffix(UNFINISHED)
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir()
            _unpack(release, Snapshot(fresh))
            load_store(Snapshot(fresh), fresh / "store")
            (fresh / "store").rename(store)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    _sweep(store.parent, store)


def _unpack(release: Release, out: Snapshot) -> None:
    """Write the statements of a release, with and without their graphs, and see that they are those of its manifest."""
    files = release.manifest()["files"]
    with gzip.open(release.path / STATEMENTS) as packed, out.statements.open("wb") as unpacked:
        try:
            shutil.copyfileobj(packed, unpacked, 1 << 20)
        except (EOFError, gzip.BadGzipFile) as error:
            raise DamagedSnapshot(f"{STATEMENTS} of release {release.name} was changed: {error}. Restore it.") from None
    with out.statements.open("rb") as lines:
        write_sorted((line[: line.rindex(b" <")] + b" .\n" for line in lines), out.merged)
    for path in (out.statements, out.merged):
        if sha256(path) != files[path.name]["sha256"]:
            raise DamagedSnapshot(f"The statements of release {release.name} were changed. Restore {STATEMENTS}.")


def _sweep(folder: Path, newest: Path) -> None:
    """Remove the stores that were not opened for longest, beyond a few, and half ones; none that somebody holds."""
    others = sorted((path for path in folder.iterdir() if path.is_dir() and path != newest), key=_last_opened)
    half = [path for path in others if path.suffix == UNFINISHED]
    whole = [path for path in others if path.suffix != UNFINISHED]
    for store in whole[: max(0, len(whole) - STORES + 1)]:
        with store.with_suffix(_HELD).open("a") as lock, suppress(BlockingIOError, FileNotFoundError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            half.append(store.rename(store.with_suffix(UNFINISHED)))
    for left in half:
        with left.with_suffix(_MADE).open("a") as lock, suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)


def _last_opened(store: Path) -> float:
    try:
        return store.stat().st_mtime
    except OSError:  # somebody else sweeps too
        return 0.0


def main(home: Path, name: str) -> int:
    """Make the store of a release; print what went wrong in a sentence."""
    try:
        wanted = find(home, name)
        if isinstance(wanted, Release):
            restore(home, wanted)
    except CyberGovError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"{error.strerror or error}: {error.filename or home}. Free space or check the path.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
