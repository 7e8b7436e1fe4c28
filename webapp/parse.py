"""`cybergov parse NAME`: one data set read alone, with its account, its rejects and, if asked for, its N-Quads."""

from __future__ import annotations

import argparse
import gzip
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from io import BufferedWriter, RawIOBase
from pathlib import Path
from typing import TextIO, cast

from rdflib import URIRef
from tqdm import tqdm

from graph.collect import Account, Entry, Reject
from graph.errors import CyberGovError
from graph.stream import Put, stream
from loaders import curated
from loaders.archives import NoFiles
from loaders.cache import cached_files
from loaders.dataset import DataSet, Files, Options
from loaders.local import local_files
from loaders.registry import find
from webapp.settings import Settings

log = logging.getLogger(__name__)

SHOWN = 100  # rejects and disputed claims
SUFFIXES = (".nq", ".nq.gz")
COMPRESSION = 6
BUFFER = 1 << 20
LOGGED_EVERY = 100_000  # rows


class ParseRefused(CyberGovError):
    """What was asked for cannot be done so, or a strict reading had rejects."""

    exit_code = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("parse", help="read one data set alone and say what becomes of its rows")
    command.add_argument("name", help="name of the data set, as in `cybergov sources`")
    command.add_argument("--from", dest="path", type=Path, help="file, folder or archive (default: what was fetched)")
    command.add_argument("--all", action="store_true", help="also what its rules of scope leave out by default")
    command.add_argument("--out", type=Path, help="file for the claims as N-Quads: FILE.nq or FILE.nq.gz")
    command.add_argument("--strict", action="store_true", help="fail where there is a reject, and write nothing")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Read, write and tell."""
    dataset = find(options.name)
    if options.out is not None and not options.out.name.endswith(SUFFIXES):
        raise ParseRefused(f"{options.out} is to hold N-Quads; give it a name that ends in {' or '.join(SUFFIXES)}.")
    files = _files(dataset, options.path, settings.home)
    loader = dataset.loader(files, Options(everything=options.all))
    begun = time.perf_counter()
    with _written(options.out) as opened, Rows(dataset.name, sys.stderr) as told:
        collection = stream(loader, curated.landscape, opened, told)
        account = collection.accounts[loader.name]
        faults = account.rejects + account.faults
        _print_account(dataset, account)
        _print_rejects([*collection.rejects, *collection.passed_over])
        if options.strict and faults:
            raise ParseRefused(f"{dataset.name} has {faults} rejects, and nothing was written; mend what they name.")
    _print_disputed([entry for entry in collection.entries.values() if _is_disputed(entry, loader.graph)])
    log.info("%.1f s", time.perf_counter() - begun)
    if options.out is not None:
        print(f"What {dataset.name} states is in {options.out}.")
    return 0


def _files(dataset: DataSet, path: Path | None, home: Path) -> Files:
    found = cached_files(dataset, home) if path is None else local_files(dataset, path)
    if found is None:
        name = dataset.name
        raise NoFiles(f"The files of {name} are not here; run `cybergov fetch {name}`, or give --from PATH.")
    return found


@contextmanager
def _written(path: Path | None) -> Iterator[Callable[[], AbstractContextManager[Put]]]:
    """Give what opens a file for lines, which takes the place of the old one only if all goes well."""
    if path is None:
        yield lambda: nullcontext(len)  # which does nothing to a line
        return
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield lambda: _opened(part, is_packed=path.suffix == ".gz")
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, *, is_packed: bool) -> Iterator[Put]:
    """Open a file anew; a packed one holds no name and no time, so that the same claims are the same bytes."""
    with path.open("wb", buffering=BUFFER) as file:
        if not is_packed:
            yield file.write
            return
        with gzip.GzipFile("", "wb", COMPRESSION, file, mtime=0) as packed:
            buffered = BufferedWriter(cast(RawIOBase, packed), BUFFER)
            yield buffered.write
            buffered.flush()


def _print_account(dataset: DataSet, account: Account) -> None:
    print(f"{dataset.title} ({dataset.name}, {dataset.version})")
    print(
        f"{account.rows} rows = {account.claims} claims + {account.evidence} evidence"
        f" + {account.out_of_scope.total()} out of scope + {account.rejects} rejects"
    )
    for rule, number in account.out_of_scope.most_common():
        print(f"  {number:>9} out of scope: {rule}")
    for kind, number in sorted(account.made.items()):
        if number:
            print(f"  {number:>9} new: {kind}")


def _print_rejects(rejects: Sequence[Reject]) -> None:
    for reject in rejects[:SHOWN]:
        print(reject)
    if len(rejects) > SHOWN:
        print(f"... and {len(rejects) - SHOWN} more rejects")


def _print_disputed(entries: Sequence[Entry]) -> None:
    """Say where the data set and what was known before do not agree."""
    for entry in entries[:SHOWN]:
        print(f"disputed: {entry.record.iri}")
    if len(entries) > SHOWN:
        print(f"... and {len(entries) - SHOWN} more disputed")


def _is_disputed(entry: Entry, graph: URIRef) -> bool:
    return entry.disputed and any(stated_in == graph for stated_in, _, _ in entry.evidence.values())


class Rows:
    """Shows how many rows are read: a bar on a terminal, log lines elsewhere."""

    def __init__(self, name: str, out: TextIO) -> None:
        self._name, self._told, self._is_bar = name, 0, out.isatty()
        self._bar = tqdm(desc=name, file=out, disable=not self._is_bar, leave=False, unit=" rows", unit_scale=True)

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, rows: int) -> None:
        """Say how many rows are done; where all is read once more, the count begins anew."""
        if self._is_bar:
            self._bar.n = rows
            self._bar.refresh()
        elif not self._told <= rows < self._told + LOGGED_EVERY:
            self._told = rows
            log.info("%s: %d rows", self._name, rows)
