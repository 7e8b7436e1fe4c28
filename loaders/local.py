"""Files of a data set that somebody has already: what a loader wants of a file, a folder or an archive."""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from posixpath import basename, dirname

from loaders.archives import MOST_FILES, NoFiles, is_archive, opened
from loaders.cache import Kept, alone, fresh
from loaders.dataset import DataSet, Files

MOST_BYTES = 1 << 30  # of the wanted files of an archive, which are read at once
SHOWN = 5


class MissingFiles(NoFiles):
    """What was given holds none of the files that a loader wants, or not all."""

    def __init__(self, dataset: DataSet, path: Path, missing: Sequence[str], *, some: bool) -> None:
        names = ", ".join(missing[:SHOWN]) + (f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else "")
        if some:
            text = f"{path} lacks files of {dataset.name}: {names}; put all of them in one folder and give that."
        else:
            text = (
                f"{path} holds no file of {dataset.name}; looked for {names} there and in the folders directly below."
            )
        super().__init__(text)


class LocalFiles(Mapping[str, bytes]):
    """Files by their names in the data set, in the order of these names, each read when it is asked for."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(sorted(paths.items()))

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def local_files(dataset: DataSet, path: Path) -> Files:
    """Return the wanted files of a data set from a file, a folder (the data set's or the one above) or an archive.

    Raise MissingFiles where none is there, or one lacks that is fetched too. What else a loader would read if it were
    there may be missing: the loader knows.
    """
    if path.is_dir():
        names = _found(dataset, path, list(_names(path)))
        return LocalFiles({name: path / within for name, within in names.items()})
    if not path.exists():
        raise NoFiles(f"There is no file or folder {path}; give the path of the files of {dataset.name}.")
    if name := _named_alike(dataset, path.name):
        return _alone(dataset, path, name)
    if is_archive(path):
        return _from_archive(dataset, path)
    literal = [name for name in dataset.wanted if not _is_pattern(name)]
    if len(dataset.wanted) == len(literal) == 1:  # there is only one thing that it can be, whatever it is called
        return _alone(dataset, path, literal[0])
    raise MissingFiles(dataset, path, dataset.wanted, some=False)


def take(dataset: DataSet, home: Path, files: Files, origin: str) -> Kept:
    """Put files into the cache as if they had been fetched, whether or not they are the pinned ones."""
    with alone(dataset, home) as folder, fresh(dataset, folder) as coming:
        for name in files:
            coming.add(name, io.BytesIO(files[name]), origin)
        return coming.publish()


def is_wanted(dataset: DataSet, name: str) -> bool:
    """Tell whether a loader reads a file, by its name in the data set."""
    return any(fnmatchcase(name, pattern) for pattern in dataset.wanted)


def _is_pattern(name: str) -> bool:
    return any(character in name for character in "*?[")


def _names(root: Path) -> Iterator[str]:
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name != ".git")
        count += len(files)
        if count > MOST_FILES:
            raise NoFiles(f"{root} holds more than {MOST_FILES:,} files; give the folder of the data set itself.")
        for name in sorted(files):
            yield (Path(folder) / name).relative_to(root).as_posix()


def _found(dataset: DataSet, path: Path, names: Sequence[str]) -> dict[str, str]:
    """Return the wanted files by their names in the data set, from wherever most of them lie together."""
    best: dict[str, str] = {}
    for prefix in _prefixes(dataset, names):
        within = {name.removeprefix(prefix): name for name in names if name.startswith(prefix)}
        here = {name: whole for name, whole in within.items() if is_wanted(dataset, name)}
        if len(_unmatched(dataset.wanted, here)) < len(_unmatched(dataset.wanted, best)):
            best = here
    _must_be_enough(dataset, path, best)
    return best


def _prefixes(dataset: DataSet, names: Sequence[str]) -> list[str]:
    """Return where the data set's own folder may begin: here, in a folder here, or where its archive has it."""
    tops = sorted({name.split("/", 1)[0] + "/" for name in names if "/" in name})
    inner = ["", *(f"{origin.name.strip('/')}/" for origin in dataset.origins if origin.is_archive and origin.name)]
    return [top + within for top in ("", *tops) for within in inner]


def _must_be_enough(dataset: DataSet, path: Path, names: Collection[str]) -> None:
    if not names:
        raise MissingFiles(dataset, path, dataset.wanted, some=False)
    archived = any(origin.is_archive for origin in dataset.origins)
    fetched = [origin.name for origin in dataset.origins if not origin.is_archive]
    if missing := _unmatched(dataset.wanted if archived else fetched, names):
        raise MissingFiles(dataset, path, missing, some=True)


def _unmatched(patterns: Iterable[str], names: Collection[str]) -> list[str]:
    return [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in names)]


def _named_alike(dataset: DataSet, given: str) -> str:
    """Return the name in the data set of a file that stands alone, by the last part of its name; or nothing."""
    for pattern in dataset.wanted:
        if fnmatchcase(given, basename(pattern)) and not _is_pattern(dirname(pattern)):
            return f"{dirname(pattern)}/{given}".lstrip("/")
    return ""


def _alone(dataset: DataSet, path: Path, name: str) -> Files:
    _must_be_enough(dataset, path, [name])
    return LocalFiles({name: path})


def _from_archive(dataset: DataSet, path: Path) -> Files:
    with opened(path, str(path)) as members:
        by_name = {member.name: member for member in members}
        content: dict[str, bytes] = {}
        names = {within: name for name, within in _found(dataset, path, list(by_name)).items()}
        if sum(by_name[within].size for within in names) > MOST_BYTES:
            raise NoFiles(f"{path} holds more than {MOST_BYTES >> 20:,} megabytes; unpack it and give the folder.")
        for member in members:  # in the order of the archive, since a packed one cannot go back
            if member.name in names:
                with member.content() as file:
                    content[names[member.name]] = file.read()
        return dict(sorted(content.items()))
