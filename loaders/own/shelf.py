"""The contributions that were taken: each whole in a folder of its own, put there and removed in one step.

`contributions/NAME` is a link to a folder that never changes; taking another version moves the link.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection as Several
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.collect import Loader
from graph.errors import CyberGovError
from graph.snapshot import alone
from graph.terms import GRAPH

if TYPE_CHECKING:
    from loaders.own.contribution import Contribution

_FOLDER, _KEPT = "contributions", ".kept"
_MANIFEST, _REPORT = "contribution.json", "report.txt"


class NoContribution(CyberGovError):
    """There is none of that name."""

    exit_code = 2


class NameTaken(CyberGovError):
    """Something else has that name."""

    exit_code = 2


class DamagedContribution(CyberGovError):
    """A file of a contribution is not what was taken."""

    exit_code = 5


@dataclass(frozen=True)
class Taken:
    """A contribution that was taken, with what is said of it."""

    name: str
    facts: dict[str, Any]
    path: Path

    def contribution(self) -> Contribution:
        """Return it as it was given; raise DamagedContribution where it is not that any more."""
        from loaders.own.contribution import Contribution  # what it reads with takes long to load

        try:
            content, meta = ((self.path / kind).read_bytes() for kind in ("data", "description"))
        except OSError as error:
            raise self._damaged(str(error)) from None
        found = Contribution(self.facts["file"], content, self.facts["meta_file"], meta, self.facts["sheet"])
        if found.sha256 != self.facts["sha256"]:
            raise self._damaged("its files were changed")
        return found

    def _damaged(self, why: str) -> DamagedContribution:
        return DamagedContribution(
            f"The contribution {self.name} is damaged ({why}). Withdraw it (`cybergov load --withdraw {self.name}`) "
            "and load it again."
        )


def contributions(home: Path) -> tuple[Loader, ...]:
    """Return a loader for each contribution that was taken, for a build to read after all else."""
    taken = shelf(home)
    graphs = frozenset(GRAPH[f"source/{each.name}"] for each in taken)
    return tuple(each.contribution().loader(graphs) for each in taken)


def shelf(home: Path) -> list[Taken]:
    """Return the contributions that were taken, by name."""
    folder = home / _FOLDER
    if not folder.exists():
        return []
    return [_taken(link) for link in sorted(folder.iterdir()) if link.is_symlink() and not link.name.startswith(".")]


def must_be_free(name: str, others: Several[str]) -> None:
    """Raise NameTaken where a table or data set has the name, for they would share a graph."""
    if name in others:
        raise NameTaken(f"{name!r} is the name of a source of this graph; give the contribution another dc:identifier.")


def take(home: Path, contribution: Contribution, report: str, *, replace: bool = False) -> bool:
    """Keep a contribution; tell whether that changed anything. Raise NameTaken where another version has its name."""
    name = contribution.name
    with alone(home):
        folder = home / _FOLDER
        link, kept = folder / name, folder / _KEPT / f"{name}-{contribution.sha256[:16]}"
        if link.is_symlink():
            if _taken(link).facts.get("sha256") == contribution.sha256:
                return False
            if not replace:
                raise NameTaken(f"{name!r} was taken before with other content; --replace puts this in its place.")
        fresh = kept.with_name(f"{os.getpid()}.unfinished")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        _write(fresh, contribution, report)
        shutil.rmtree(kept, ignore_errors=True)
        fresh.rename(kept)
        moved = folder / f".{name}.new"
        moved.unlink(missing_ok=True)
        moved.symlink_to(Path(_KEPT) / kept.name)
        moved.replace(link)
        _sweep(folder)
    return True


def withdraw(home: Path, name: str) -> None:
    """Remove a contribution whole; raise NoContribution where there is none."""
    link = home / _FOLDER / name
    if name not in {each.name for each in shelf(home)}:
        there = ", ".join(each.name for each in shelf(home)) or "none"
        raise NoContribution(f"There is no contribution {name!r}. There are: {there}.")
    with alone(home):
        link.unlink()
        _sweep(home / _FOLDER)


def _write(folder: Path, contribution: Contribution, report: str) -> None:
    said = contribution.description
    facts = {
        "file": contribution.file,
        "meta_file": contribution.meta_file,
        "sheet": contribution.sheet,
        "sha256": contribution.sha256,
        "title": said.title,
        "publisher": said.publisher,
        "licence": str(said.licence),
        "redistributable": said.redistributable,
    }
    parts = {
        "data": contribution.content,
        "description": contribution.meta,
        _REPORT: report.encode(),
        _MANIFEST: json.dumps(facts, indent=1, ensure_ascii=False).encode(),
    }
    for name, content in parts.items():
        with (folder / name).open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())


def _taken(link: Path) -> Taken:
    try:
        facts = json.loads((link / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        facts = {}
    needed = {"file", "meta_file", "sheet", "sha256", "title", "publisher", "licence", "redistributable"}
    return Taken(link.name, facts if needed <= facts.keys() else dict.fromkeys(needed, ""), link)


def _sweep(folder: Path) -> None:
    """Remove what no link leads to: old versions, and what a killed process left behind."""
    used = {os.readlink(link).rpartition("/")[2] for link in folder.iterdir() if link.is_symlink()}
    for path in (folder / _KEPT).iterdir():
        if path.name not in used:
            shutil.rmtree(path)
