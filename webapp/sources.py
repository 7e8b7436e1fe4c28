"""The commands `fetch` and `sources`: which data sets there are, and how their files come here."""

from __future__ import annotations

import argparse
import logging
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

from rdflib import URIRef
from tqdm import tqdm

from graph.errors import CyberGovError
from graph.terms import BASE
from loaders import curated, registry
from loaders.archives import NoFiles
from loaders.cache import DamagedFiles, Kept, cached_files, is_pinned, kept
from loaders.dataset import DataSet
from loaders.datasets import wikidata
from loaders.endpoint import Endpoint
from loaders.fetch import fetch
from loaders.known import Known
from loaders.local import local_files, take
from webapp.settings import Settings

log = logging.getLogger(__name__)

SECONDS = 5.0  # between two lines of the log on how far a file is


class WrongChoice(CyberGovError):
    """The command was given what does not go together."""

    exit_code = 2


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands."""
    command = commands.add_parser("fetch", help="bring the files of data sets here, for the next build to read")
    command.add_argument("names", nargs="*", metavar="NAME", help="data set, as in `cybergov sources`")
    command.add_argument("--all-known", action="store_true", help="every data set there is")
    command.add_argument(
        "--from", dest="path", type=Path, metavar="PATH", help="file, folder or archive that is here already"
    )
    command.set_defaults(run=_fetch)

    command = commands.add_parser(
        "sources", help="list the data sets: version, licence, and whether their files are here"
    )
    command.set_defaults(run=_sources)


def _fetch(options: argparse.Namespace, settings: Settings) -> int:
    if bool(options.names) == options.all_known:
        raise WrongChoice("Name the data sets to fetch, or give --all-known; `cybergov sources` lists them.")
    chosen = registry.datasets() if options.all_known else [registry.find(name) for name in options.names]
    failures = []
    for dataset in dict.fromkeys(chosen):
        try:
            _say(dataset, _bring(dataset, options.path, settings))
        except CyberGovError as error:
            failures.append(error)
            if len(chosen) > 1:
                print(f"cybergov: {error}", file=sys.stderr)
    if failures and len(chosen) > 1:
        raise NoFiles(f"{len(failures)} of {len(chosen)} data sets were not fetched; the others are here.")
    if failures:
        raise failures[0]
    return 0


def _bring(dataset: DataSet, path: Path | None, settings: Settings) -> Kept:
    if path is not None:
        return take(dataset, settings.home, local_files(dataset, path), str(path.resolve()))
    if dataset is wikidata.DATASET:
        return _collect(dataset, settings)
    with Bar(dataset.name, sys.stderr) as bar:
        return fetch(dataset, settings.home, bar)


def _collect(dataset: DataSet, settings: Settings) -> Kept:
    """Ask Wikidata's query service for what is known here already, and keep its answers."""
    if not settings.contact:
        raise WrongChoice("Set CYBERGOV_CONTACT to an address of yours first: Wikidata wants to know who asks.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "answers"
        wikidata.collect(Endpoint(wikidata.SERVICE, settings.contact), folder, Known(curated.landscape()))
        return take(dataset, settings.home, local_files(dataset, folder), wikidata.SERVICE)


def _say(dataset: DataSet, here: Kept) -> None:
    number = "1 file" if len(here.files) == 1 else f"{len(here.files)} files"
    size = sum(file.bytes for file in here.files.values())
    print(f"{dataset.name}: {number}, {size:,} bytes are here; the next build reads them.")
    if _has_pin(dataset) and not here.pinned:
        print(
            f"cybergov: these are not the files of version {dataset.version} that {dataset.name} was made for; "
            "what is read from them is given out as that version all the same.",
            file=sys.stderr,
        )


def _sources(options: argparse.Namespace, settings: Settings) -> int:
    lines = [("name", "version", "licence", "public", "files", "title")]
    for dataset in registry.datasets():
        public = "yes" if dataset.redistributable else "no"
        here = _state(dataset, settings.home)
        lines.append((dataset.name, dataset.version, licence(dataset.licence), public, here, dataset.title))
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    for *cells, title in lines:
        print(*(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)), title, sep="  ")
    return 0


def _state(dataset: DataSet, home: Path) -> str:
    try:
        cached_files(dataset, home)
        here = kept(dataset, home)
    except DamagedFiles:
        return "damaged"
    if here is None:
        return "-"
    if not _has_pin(dataset):
        return "here"
    return "pinned" if is_pinned(dataset, here.hashes) else "others"


def _has_pin(dataset: DataSet) -> bool:
    """Tell whether it is said which files are the right ones, so that others can be told from them."""
    return bool(dataset.digest or dataset.origins)


_LICENCES = (
    (r"creativecommons\.org/licenses/([a-z-]+)/([\d.]+)/?", "CC {} {}"),
    (r"creativecommons\.org/publicdomain/zero/([\d.]+)/?", "CC0 {}"),
    (r"opendatacommons\.org/licenses/([a-z]+)/(\d+)-(\d+)/?", "{} {}.{}"),
    (r"spdx\.org/licenses/([\w.-]+?)(?:\.html)?", "{}"),
)


def licence(address: URIRef) -> str:
    """Return how people call a licence; of terms that somebody wrote for the purpose, whose site has them."""
    if address.startswith(BASE["licence/"]):
        return address.removeprefix(BASE["licence/"]).replace("-", " ")
    _, _, rest = address.partition("://")
    for pattern, words in _LICENCES:
        if found := re.fullmatch(pattern, rest):
            named = (part.upper() if part.islower() and part.isascii() else part for part in found.groups())
            return words.format(*named)
    return f"terms at {rest.split('/', 1)[0]}"


class Bar:
    """Shows how many bytes of a data set came: a bar on a terminal, log lines elsewhere."""

    def __init__(self, name: str, out: TextIO) -> None:
        self._name, self._told = name, time.monotonic()
        self._bar = tqdm(
            desc=name, file=out, disable=not out.isatty(), leave=False, unit="B", unit_scale=True, unit_divisor=1000
        )

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, done: int, total: int) -> None:
        """Say how far it is."""
        self._bar.total = total or None
        self._bar.update(done - self._bar.n)
        if time.monotonic() - self._told > SECONDS:
            self._told = time.monotonic()
            log.info("%s: %s of %s bytes", self._name, f"{done:,}", f"{total:,}" if total else "unknown")
