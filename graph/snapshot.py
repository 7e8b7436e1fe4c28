"""Snapshots: immutable directories, one of which is current; a build fills a new one and switches at the end.

A snapshot is named by the hash of its statements. `current` is a symbolic link, moved in one step, so that a
reader sees the old snapshot or the new one and never a part of either.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import CyberGovError

KEPT = 3
UNFINISHED = ".unfinished"


class NoSnapshot(CyberGovError):
    """There is nothing to serve yet."""

    status = 503
    exit_code = 3


class BuildRunning(CyberGovError):
    """Another build holds the lock."""

    exit_code = 4


class DamagedSnapshot(CyberGovError):
    """A file of a snapshot is not what its manifest says."""

    status = 503
    exit_code = 5


@dataclass(frozen=True)
class Snapshot:
    """One build on disk."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def statements(self) -> Path:
        """All statements with their graphs, as sorted N-Quads."""
        return self.path / "statements.nq"

    @property
    def merged(self) -> Path:
        """The same statements once each, without graphs: the content of the default graph."""
        return self.path / "merged.nt"

    @property
    def store(self) -> Path:
        return self.path / "store"

    @property
    def search(self) -> Path:
        return self.path / "search.sqlite"

    @property
    def network(self) -> Path:
        return self.path / "network.json"

    @property
    def void(self) -> Path:
        """Counts and parts of the data set, in VoID."""
        return self.path / "void.ttl"

    @property
    def dumps(self) -> Path:
        """The statements as files to take away; only a public build has them."""
        return self.path / "dumps"

    def manifest(self) -> dict[str, Any]:
        """Return the manifest; raise DamagedSnapshot where it cannot be read."""
        try:
            manifest: dict[str, Any] = json.loads((self.path / "manifest.json").read_text())
        except (OSError, ValueError) as error:
            raise DamagedSnapshot(f"The manifest of snapshot {self.id} cannot be read: {error}. Build again.") from None
        return manifest

    def verify(self) -> None:
        """Compare every file with the manifest's sha256; raise DamagedSnapshot at the first that differs."""
        for name, stated in self.manifest()["files"].items():
            path = self.path / name
            if not path.exists() or sha256(path) != stated["sha256"]:
                raise DamagedSnapshot(f"{name} of snapshot {self.id} is missing or was changed. Build again.")


def current(home: Path) -> Snapshot:
    """Return the snapshot that is served; raise NoSnapshot before the first build."""
    link = home / "current"
    if not link.exists():
        raise NoSnapshot("There is no snapshot yet. Run `cybergov build` first.")
    return Snapshot(link.resolve())


def find(home: Path, name: str) -> Snapshot:
    """Return a kept snapshot by `current` or by the beginning of its id."""
    if name == "current":
        return current(home)
    found = [path for path in snapshots(home) if path.name.startswith(name)]
    if len(found) != 1:
        kept = ", ".join(path.name for path in snapshots(home)) or "none"
        raise NoSnapshot(f"{len(found)} snapshots begin with {name!r}. Kept are: {kept}.")
    return Snapshot(found[0])


def snapshots(home: Path) -> list[Path]:
    """Return the finished snapshots, oldest first."""
    folder = home / "snapshots"
    if not folder.exists():
        return []
    finished = [path for path in folder.iterdir() if path.suffix != UNFINISHED and (path / "manifest.json").exists()]
    return sorted(finished, key=lambda path: (path / "manifest.json").stat().st_mtime)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Let nobody else build or release here meanwhile; raise BuildRunning where somebody does so now."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunning(
                "Another build is running here, or a release is being made. Wait for it, or use a home of its own."
            ) from None
        yield


@contextmanager
def new_snapshot(home: Path) -> Iterator[Path]:
    """Give a fresh directory to fill, alone; sweep away what killed builds left behind, and this one if it fails."""
    folder = home / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    with alone(home):
        for left in folder.glob(f"*{UNFINISHED}"):
            shutil.rmtree(left)
        fresh = folder / f"{os.getpid()}{UNFINISHED}"
        fresh.mkdir()
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def publish(home: Path, fresh: Path, name: str) -> Snapshot:
    """Give a filled directory its name and make it current, in two atomic steps; keep the last few snapshots."""
    final = home / "snapshots" / name
    if not final.exists():
        fresh.rename(final)
    elif _are_alike(Snapshot(final), Snapshot(fresh)):
        shutil.rmtree(fresh)
        os.utime(final / "manifest.json")
    else:
        aside = final.rename(final.with_suffix(UNFINISHED))
        fresh.rename(final)
        shutil.rmtree(aside)
    link = home / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("snapshots") / name)
    link.replace(home / "current")
    for old in snapshots(home)[:-KEPT]:
        if old != final:
            shutil.rmtree(old.rename(old.with_suffix(UNFINISHED)))
    return Snapshot(final)


def _are_alike(old: Snapshot, new: Snapshot) -> bool:
    """Tell whether a snapshot of the same statements is whole and has the same index; the store's files may differ."""

    def besides_store(snapshot: Snapshot) -> dict[str, str]:
        files = snapshot.manifest()["files"].items()
        return {name: facts["sha256"] for name, facts in files if not name.startswith("store/")}

    try:
        old.verify()
    except DamagedSnapshot:
        return False
    return besides_store(old) == besides_store(new)


def write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    """Write the manifest with the hash and size of every file, and see that all of it reaches the disk."""
    files = {
        str(path.relative_to(folder)): {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    path = folder / "manifest.json"
    with path.open("w") as out:
        json.dump({**facts, "files": files}, out, indent=1, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())


def sha256(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
