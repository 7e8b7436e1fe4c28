"""Which data sets there are, ours by hand and those of plug-ins; and those whose files are here, as a build reads them.

A plug-in is an installed package with an entry point in the group `cybergov.sources` that names a `DataSet`, or an
iterable of them. What a source states goes into the graph of its own name: no record can say otherwise, and a name is
given once.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection as Names
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from graph.collect import Loader
from graph.errors import CyberGovError
from loaders.archives import NoFiles
from loaders.cache import cached_files
from loaders.curated import TABLES
from loaders.dataset import DataSet, Options
from loaders.datasets import (
    attack,
    country_codes,
    disclosure_programmes,
    eurepoc,
    factbook,
    internacia,
    misp,
    national_strategies,
    paris_call,
    sanctions_programmes,
    unga_library,
    unga_unvotes,
    unga_wide,
    vdem,
    wikidata,
)

# In the order in which they are read: a later one is resolved against what the earlier ones stated.
DATASETS: tuple[DataSet, ...] = (
    country_codes.DATASET,
    wikidata.DATASET,
    internacia.DATASET,
    factbook.DATASET,
    vdem.DATASET,
    paris_call.DATASET,
    national_strategies.DATASET,
    sanctions_programmes.DATASET,
    disclosure_programmes.DATASET,
    unga_library.DATASET,
    unga_unvotes.DATASET,
    unga_wide.DATASET,
    attack.DATASET,
    misp.DATASET,
    eurepoc.DATASET,
    eurepoc.DATASET_1_3,
)

GROUP = "cybergov.sources"
OURS = (*TABLES, "sources", "retired")  # names of graphs and files that the curated tables have
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class BadPlugIn(CyberGovError):
    """A plug-in that gives no data set, or one that may not come in."""

    def __init__(self, plug_in: EntryPoint, reason: str) -> None:
        package = f" of the package {plug_in.dist.name}" if plug_in.dist else ""
        super().__init__(
            f"The plug-in {plug_in.name} ({plug_in.value}){package} cannot be used: {reason}. Mend it or uninstall it."
        )


class UnknownDataSet(CyberGovError):
    """A name that no data set has."""

    exit_code = 2

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = list(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"Nearest: {', '.join(near)}." if near else f"There are: {', '.join(names)}."
        super().__init__(f"There is no data set {name!r}. {hint} `cybergov sources` lists all.")


def datasets() -> tuple[DataSet, ...]:
    """Return all data sets, ours first; raise BadPlugIn where a plug-in gives what cannot be used."""
    found = list(DATASETS)
    owners = dict.fromkeys(OURS, "a curated table") | {one.name: "a data set of this program" for one in DATASETS}
    for plug_in in sorted(entry_points(group=GROUP), key=lambda one: (one.name, one.value)):
        for dataset in _given(plug_in):
            if not _NAME.fullmatch(dataset.name):
                raise BadPlugIn(plug_in, f"{dataset.name!r} is no name: small letters, digits, single hyphens")
            if dataset.name.replace("-", "_") in owners or dataset.name in owners:
                owner = owners.get(dataset.name) or owners[dataset.name.replace("-", "_")]
                raise BadPlugIn(plug_in, f"the name {dataset.name!r} belongs to {owner}")
            owners[dataset.name] = f"the plug-in {plug_in.name}"
            found.append(dataset)
    return tuple(found)


def find(name: str) -> DataSet:
    """Return the data set with a name; raise UnknownDataSet with the nearest names."""
    known = {dataset.name: dataset for dataset in datasets()}
    if name not in known:
        raise UnknownDataSet(name, known)
    return known[name]


def loaders(home: Path, *, everything: Names[str] = (), strict: bool = False) -> tuple[Loader, ...]:
    """Return a loader for each data set whose files are here, in the order of the list.

    Of those named in `everything` also what their rules of scope leave out by default is read.
    """
    here = [(dataset, files) for dataset in datasets() if (files := cached_files(dataset, home)) is not None]
    for name in everything:
        if find(name).name not in {dataset.name for dataset, _ in here}:
            raise NoFiles(f"The files of {name} are not here; run `cybergov fetch {name}` first.")
    return tuple(
        dataset.loader(files, Options(everything=dataset.name in everything), strict=strict) for dataset, files in here
    )


def _given(plug_in: EntryPoint) -> list[DataSet]:
    """Return what a plug-in gives. A class derived from DataSet could name another graph, and so is none."""
    try:
        given = plug_in.load()
        several = [given] if isinstance(given, DataSet) else list(given)
    except (Exception, SystemExit) as error:  # whatever somebody else's code raises
        raise BadPlugIn(plug_in, f"it does not load ({type(error).__name__}: {error})") from error
    if not several or not all(type(one) is DataSet for one in several):
        raise BadPlugIn(plug_in, "it gives no DataSet, nor an iterable of them")
    return several
