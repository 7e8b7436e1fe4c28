"""The command `cybergov load`: try somebody's own table or RDF, take it, list what was taken, withdraw it."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.build import Recipe
from loaders import registry
from loaders.own.shelf import must_be_free, shelf, take, withdraw
from loaders.own.statements import MOST_BYTES, NotUsable
from webapp.settings import Settings

if TYPE_CHECKING:
    from loaders.own.contribution import Contribution


def add_to(commands: Any) -> None:
    """Add the command to those of `cybergov`."""
    command = commands.add_parser("load", help="try your own table or RDF: what it would add; --take keeps it")
    command.add_argument("file", type=Path, nargs="?", help="CSV, TSV, XLSX, JSON, or RDF in any notation")
    command.add_argument("--describe", type=Path, metavar="META", help="CSVW metadata, or a JSON-LD context")
    command.add_argument("--sheet", default="", help="sheet of a workbook (default: the only one that is not hidden)")
    what = command.add_mutually_exclusive_group()
    what.add_argument("--take", action="store_true", help="keep it for builds, if nothing in it is refused")
    what.add_argument("--withdraw", metavar="NAME", help="remove a contribution whole")
    what.add_argument("--list", action="store_true", help="list the contributions that were taken")
    command.add_argument("--replace", action="store_true", help="with --take: in place of an earlier version")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command and return its exit code: 2 where something is refused."""
    if options.list:
        return _list(settings)
    if options.withdraw:
        withdraw(settings.home, options.withdraw)
        print(f"{options.withdraw} is withdrawn; the next build is without it.")
        return 0
    if options.file is None or options.describe is None:
        raise NotUsable("Name a file, and by --describe what says how to read it; CONTRIBUTING.md has examples.")
    from loaders.own.contribution import Contribution  # what it reads with takes long to load

    contribution = Contribution(
        options.file.name, _read(options.file), options.describe.name, _read(options.describe), options.sheet
    )
    return _try(contribution, settings, keep=options.take, replace=options.replace)


def _try(contribution: Contribution, settings: Settings, *, keep: bool, replace: bool) -> int:
    from loaders.own.trial import attempt, told

    recipe = _recipe(settings)
    names = {*registry.OURS, *(one.name for one in registry.datasets()), *(one.name for one in recipe.loaders)}
    must_be_free(contribution.name, names | {name.replace("_", "-") for name in names})
    trial = attempt(contribution, recipe, settings.home / "cache" / "shacl")
    report = "\n".join(told(trial))
    print(report)
    if not trial.may_be_taken:
        print("Nothing was taken: mend what is refused or breaks a rule, and try again.", file=sys.stderr)
        return 2
    if not keep:
        print("Nothing was written; --take keeps it for builds.")
    elif take(settings.home, contribution, report, replace=replace):
        print(f"{contribution.name} is taken; `cybergov build` puts it into the graph.")
    else:
        print(f"{contribution.name} was taken before, just so; nothing was done.")
    return 0


def _recipe(settings: Settings) -> Recipe:
    """Return what a build has besides contributions: the tables, and every data set whose files are here."""
    from webapp.cli import recipe  # the command line imports this module

    whole = recipe(public=False, data_sets=registry.loaders(settings.home))
    contributed = {each.name for each in shelf(settings.home)}
    return dataclasses.replace(whole, loaders=tuple(each for each in whole.loaders if each.name not in contributed))


def _read(path: Path) -> bytes:
    """Return the bytes of a file, no more than a contribution may have."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotUsable(f"{path} has more than {MOST_BYTES // 1_000_000} MB; split it.")
    return content


def _list(settings: Settings) -> int:
    for each in shelf(settings.home):
        public = "" if each.facts["redistributable"] else ", stays out of public builds"
        print(f"{each.name}: {each.facts['title']}, by {each.facts['publisher']} ({each.facts['file']}{public})")
    return 0
