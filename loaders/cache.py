"""The files of data sets on this machine: which are here, whether they are whole, and whether they are the pinned ones.

    HOME/sources/NAME/fetched.json   what is here, from where and since when; replaced last and in one step
    HOME/sources/NAME/files-N/       the files it speaks of
    HOME/sources/NAME/part/          what a broken download left behind, to be resumed

So whatever fails while files come leaves the ones before in use, and a file that was changed since is noticed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from loaders.archives import NoFiles, is_safe
from loaders.dataset import DataSet, Files

log = logging.getLogger(__name__)

FACTS = "fetched.json"
PART = "part"


class DamagedFiles(NoFiles):
    """A file of a data set is gone, or is not what it was when it came."""

    def __init__(self, dataset: str, what: str) -> None:
        super().__init__(f"{what} since it was fetched; run `cybergov fetch {dataset}` to have it again.")


class Busy(NoFiles):
    """The same data set is being fetched by another process."""


@dataclass(frozen=True)
class KeptFile:
    """What is known of one file."""

    sha256: str
    bytes: int
    origin: str  # the address or path it came from


@dataclass(frozen=True)
class Kept:
    """What is here of a data set."""

    dataset: str
    version: str  # of the data set as this program knew it then
    since: str
    pinned: bool  # whether these are the very files that this program was made for
    folder: str
    files: Mapping[str, KeptFile]

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each file."""
        return {name: file.sha256 for name, file in self.files.items()}


class KeptFiles(Mapping[str, bytes]):
    """The files as a loader reads them: by name, in the order of names, each held against its hash when it is read."""

    def __init__(self, root: Path, kept: Kept) -> None:
        self._root, self._kept = root, kept

    def __getitem__(self, name: str) -> bytes:
        stated = self._kept.files[name]
        path = self._root / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise DamagedFiles(self._kept.dataset, f"{path} is gone") from None
        if hashlib.sha256(content).hexdigest() != stated.sha256:
            raise DamagedFiles(self._kept.dataset, f"{path} was changed")
        return content

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._kept.files))

    def __len__(self) -> int:
        return len(self._kept.files)


def digest(files: Files) -> str:
    """Return what pins a folder of files: the sha256 of the lines `HASH  NAME`, in the order of the names.

    The lines are those of `sha256sum`, so for names without blanks `sha256sum $(ls) | sha256sum` gives the same,
    where the letters are put in order as in the locale C.
    """
    return digest_of({name: hashlib.sha256(files[name]).hexdigest() for name in files})


def digest_of(hashes: Mapping[str, str]) -> str:
    """Return the same of files whose hashes are known."""
    return hashlib.sha256("".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode()).hexdigest()


def is_pinned(dataset: DataSet, hashes: Mapping[str, str]) -> bool:
    """Tell whether files, by their hashes, are the very ones that this version of the data set names."""
    if dataset.digest:
        return digest_of(hashes) == dataset.digest
    return bool(hashes) and hashes == {origin.name: origin.sha256 for origin in dataset.origins}


def folder_of(dataset: DataSet, home: Path) -> Path:
    """Return where everything of a data set lies."""
    return home / "sources" / dataset.name


def kept(dataset: DataSet, home: Path) -> Kept | None:
    """Return what is here of a data set, or None; raise DamagedFiles where the note of it cannot be read."""
    path = folder_of(dataset, home) / FACTS
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        files = {name: KeptFile(**one) for name, one in facts.pop("files").items()}
        return Kept(**facts, files=files)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DamagedFiles(dataset.name, f"{path} was changed") from None


def cached_files(dataset: DataSet, home: Path) -> Files | None:
    """Return the files of a data set that are here, or None; they are read, and held against their hashes, when asked.

    Raise DamagedFiles where one is gone, since a data set must not shrink in silence.
    """
    here = kept(dataset, home)
    if here is None:
        return None
    root = folder_of(dataset, home) / here.folder
    for name in here.files:
        if not (root / name).is_file():
            raise DamagedFiles(dataset.name, f"{root / name} is gone")
    return KeptFiles(root, here)


def whole(dataset: DataSet, home: Path) -> Kept | None:
    """Return what is here of a data set if every file is what it was when it came; else say so, and return None."""
    try:
        digest(cached_files(dataset, home) or {})  # which reads every file
        return kept(dataset, home)
    except DamagedFiles as error:
        log.warning("%s", error)
        return None


@contextmanager
def alone(dataset: DataSet, home: Path) -> Iterator[Path]:
    """Give the folder of a data set to one process at a time; raise Busy where another one has it."""
    folder = folder_of(dataset, home)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"{dataset.name} is being fetched by another process; wait for it.") from None
        yield folder


class Fresh:
    """A new set of files, on its way to take the place of the old one."""

    def __init__(self, dataset: DataSet, folder: Path) -> None:
        self._dataset, self._folder = dataset, folder
        numbers = [int(path.name[6:]) for path in folder.glob("files-*") if path.name[6:].isdigit()]
        self._root = folder / f"files-{max(numbers, default=0) + 1}"
        self._root.mkdir()
        self._files: dict[str, KeptFile] = {}

    @property
    def hashes(self) -> dict[str, str]:
        """What came so far."""
        return {name: file.sha256 for name, file in self._files.items()}

    @property
    def pinned(self) -> bool:
        return is_pinned(self._dataset, self.hashes)

    def add(self, name: str, content: IO[bytes], origin: str) -> None:
        """Write one file and see that it reaches the disk; raise NoFiles where its name cannot be used."""
        if not is_safe(name):
            raise NoFiles(
                f"{self._dataset.name} has a file {name[:200]!r}, a name that leads elsewhere; tell its makers."
            )
        if name in self._files:
            raise NoFiles(f"{self._dataset.name} has two files with the name {name!r} in {origin}; keep one of them.")
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        hashed, size = hashlib.sha256(), 0
        with path.open("xb") as out:
            while piece := content.read(1 << 18):
                hashed.update(piece)
                size += out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        self._files[name] = KeptFile(hashed.hexdigest(), size, origin)

    def publish(self) -> Kept:
        """Put these files in the place of the old ones, in one step, and sweep away what is no longer used."""
        since = datetime.now(UTC).isoformat(timespec="seconds")
        files = {name: self._files[name] for name in sorted(self._files)}
        facts = Kept(self._dataset.name, self._dataset.version, since, self.pinned, self._root.name, files)
        note = self._folder / f"{FACTS}.new"
        with note.open("w", encoding="utf-8") as out:
            json.dump(asdict(facts), out, indent=1, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        note.replace(self._folder / FACTS)
        for left in (*self._folder.glob("files-*"), self._folder / PART):
            if left != self._root:
                shutil.rmtree(left, ignore_errors=True)
        return facts

    def discard(self) -> None:
        """Take away what came."""
        shutil.rmtree(self._root, ignore_errors=True)


@contextmanager
def fresh(dataset: DataSet, folder: Path) -> Iterator[Fresh]:
    """Give an empty set of files to fill and publish; take it away again if that fails."""
    coming = Fresh(dataset, folder)
    try:
        yield coming
    except BaseException:
        coming.discard()
        raise
