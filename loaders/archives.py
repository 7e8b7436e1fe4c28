"""Archives of data sets: which files are in a tar or zip, and their bytes, without letting it write where it likes."""

from __future__ import annotations

import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO

from graph.errors import CyberGovError

MOST_BYTES = 1 << 32  # of an archive when unpacked, wanted or not
MOST_FILES = 500_000
ZIP = b"PK\x03\x04"
LONGEST_PART = 255  # bytes of one part of a name, as file systems have it


class NoFiles(CyberGovError):
    """The files of a data set are not to be had, or not as they should be."""

    exit_code = 8


class BadArchive(NoFiles):
    """An archive that is broken, or that nobody should unpack."""

    def __init__(self, archive: str, reason: str) -> None:
        super().__init__(f"The archive {archive} cannot be used: {reason}; get it again from its publisher.")


@dataclass(frozen=True)
class Member:
    """A file in an archive, or a link or device under its name."""

    archive: str
    name: str
    size: int
    opener: Callable[[], IO[bytes]] | None  # of a file only

    def content(self) -> IO[bytes]:
        """Open the file; raise BadArchive where it is none."""
        if self.opener is None:
            raise BadArchive(self.archive, f"{self.name} in it is a link or a device and no file")
        return self.opener()


def is_safe(name: str) -> bool:
    """Tell whether a name leads to a place below the folder it is put in, on any system."""
    parts = name.split("/")
    odd = any(part in ("", ".", "..") or len(part.encode("utf-8", "replace")) > LONGEST_PART for part in parts)
    return name.isprintable() and not odd and not any(character in name for character in "\\:")


def escapes(name: str) -> bool:
    """Tell whether a name leads out of the folder it is put in."""
    return name.startswith("/") or ".." in name.split("/") or "\0" in name


def is_archive(path: Path) -> bool:
    """Tell whether a file is a zip or a tar, by its content."""
    with path.open("rb") as file:
        if file.read(len(ZIP)) == ZIP:
            return True
    try:
        return tarfile.is_tarfile(path)
    except (EOFError, zlib.error):  # begins as a packed file and ends too soon
        return True


@contextmanager
def opened(path: Path, called: str) -> Iterator[list[Member]]:
    """Give the files of an archive, in its order, under their names below its one top folder where it has one.

    Raise BadArchive, also while its files are read: where it is broken, too large, or has names that lead elsewhere.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(len(ZIP)) == ZIP
            file.seek(0)
            if is_zip:
                with zipfile.ZipFile(file) as packed:
                    infos = [info for info in packed.infolist() if not info.is_dir()]
                    yield _checked([_of_zip(packed, info, called) for info in infos], called)
            else:
                with tarfile.open(fileobj=file) as tar:
                    yield _checked(list(_of_tar(tar, called)), called)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError) as error:
        raise BadArchive(called, f"it is broken or cut off ({error})") from None
    except OSError as error:
        if error.errno is not None:  # of the system, such as a full disk
            raise
        raise BadArchive(called, f"it is broken or cut off ({error})") from None


def _of_zip(packed: zipfile.ZipFile, info: zipfile.ZipInfo, called: str) -> Member:
    kind = info.external_attr >> 28  # as Unix has it; 0 where the archive was made elsewhere
    return Member(called, info.filename, info.file_size, partial(packed.open, info) if kind in (0, 8) else None)


def _of_tar(tar: tarfile.TarFile, called: str) -> Iterator[Member]:
    """Read on from header to header; an archive that unpacks to too much is given up before all of it is unpacked."""
    size = 0
    for info in tar:
        if info.isdir():
            continue
        size += info.size
        if size > MOST_BYTES:
            raise _too_large(called)
        is_file = info.isreg() and not info.issparse()
        yield Member(called, info.name, info.size, partial(_open, tar, info) if is_file else None)
    assert tar.fileobj is not None, "it is open"
    tar.fileobj.seek(tar.offset)
    if tar.fileobj.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):  # the reader takes a missing end for the end
        raise BadArchive(called, "it is broken or cut off (its end mark is missing)")


def _open(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(info)
    assert file is not None, "only regular files are opened"
    return file


def _checked(members: Sequence[Member], called: str) -> list[Member]:
    if sum(member.size for member in members) > MOST_BYTES:
        raise _too_large(called)
    if len(members) > MOST_FILES:
        raise BadArchive(called, f"it holds more than {MOST_FILES:,} files")
    for member in members:
        if escapes(member.name):
            raise BadArchive(called, f"it holds a file with the name {member.name[:200]!r}, which leads elsewhere")
    names = [member.name.removeprefix("./") for member in members]
    if len({name.split("/", 1)[0] for name in names}) == 1 and all("/" in name for name in names):
        names = [name.split("/", 1)[1] for name in names]
    return [replace(member, name=name) for member, name in zip(members, names, strict=True)]


def _too_large(called: str) -> BadArchive:
    return BadArchive(called, f"it unpacks to more than {MOST_BYTES >> 20:,} megabytes")
