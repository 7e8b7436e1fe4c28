"""The command `cybergov`.

Errors are one sentence saying what happened and what to do. Exit codes: 0 well, 1 error, 2 facts refused or wrong
usage, 3 no snapshot or release, 4 a build is running, 5 a damaged snapshot, 6 a bad setting, 7 a query that failed, 8
files of a data set that are not to be had.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import ontology
import queries
from graph import guard, releases
from graph import snapshot as snapshots
from graph.build import BuildRefused, Recipe, Report, build, gather, validate
from graph.collect import Loader
from graph.diff import compare
from graph.engine import Engine, LocalEngine
from graph.errors import CyberGovError
from graph.remote import RemoteEngine
from loaders import curated, registry
from loaders.curated import retired
from loaders.own.shelf import contributions
from webapp import accounts, inventory, load, parse, sources, sssom
from webapp.accounts import Progress
from webapp.settings import Settings, read_settings

FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_MAPPINGS = {"sssom": sssom.FILE, "matches": sssom.MATCHES_FILE}  # by the word that exports them
_OF_RELEASE = "release to ask: its name, or the whole id of a kept snapshot"


class ExportRefused(CyberGovError):
    """What is asked for cannot be exported so."""

    exit_code = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    try:
        settings = read_settings()
        code: int = options.run(options, settings)
        sys.stdout.flush()
    except CyberGovError as error:
        print(f"cybergov: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # whoever read our output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        what = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        print(f"cybergov: {what}. Free space or check the path.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cybergov: stopped; nothing was changed.", file=sys.stderr)
        return 130
    return code


def recipe(folder: Path = curated.CURATED, *, public: bool = True, data_sets: Sequence[Loader] = ()) -> Recipe:
    """Return what a build of a folder of tables needs, and of data sets after them.

    Raise BuildRefused where the folder holds a file that no table reads.
    """
    if unknown := curated.unknown_files(folder):
        raise BuildRefused("These files belong to no table; rename or remove them", unknown)
    return Recipe(
        loaders=(*curated.loaders(folder), *data_sets),
        ontology=ontology.CORE,
        codes=ontology.CODES,
        shapes=ontology.SHAPES,
        checks=queries.CHECKS,
        data_date=curated.DATA_DATE,
        public=public,
        questions={query.name: query.widest() for _, _, query in queries.competency()},
        inventory=inventory.questions(),
    )


def _chosen(options: argparse.Namespace, settings: Settings) -> Recipe:
    """Return the recipe that the options ask for: the tables, data sets whose files are here, and contributions."""
    more: tuple[Loader, ...] = ()
    if not options.only_curated:
        found = registry.loaders(settings.home, everything=options.all, strict=options.strict)
        more = (*found, *contributions(settings.home))
    return recipe(options.tables, public=not options.private, data_sets=more)


def _build(options: argparse.Namespace, settings: Settings) -> int:
    with Progress(sys.stderr) as progress:
        snapshot, report = build(_chosen(options, settings), settings.home, progress, progress.rows)
    print(*accounts.told(report), sep="\n")
    if report.warnings:
        print(f"{len(report.warnings)} warnings; `cybergov check` lists them.", file=sys.stderr)
    for stage, seconds in report.seconds.items():
        print(f"{stage:<10} {seconds:7.2f} s")
    print(f"Snapshot {snapshot.id}: {report.counts['statements']} statements, {sum(report.seconds.values()):.1f} s.")
    return 0


def _check(options: argparse.Namespace, settings: Settings) -> int:
    with Progress(sys.stderr) as progress:
        report = Report(progress, progress.rows)
        ingredients = _chosen(options, settings)
        content = gather(ingredients, report)
        validate(content, ingredients, settings.home / "cache" / "shacl", report)
    if options.json:
        print(json.dumps(inventory.of_content(content, ingredients, report), ensure_ascii=False, indent=1))
        return 0
    print(*accounts.told(report), sep="\n")
    print(*accounts.left_aside(report), *report.warnings, sep="\n")
    for message, count in report.wanted.most_common():
        print(f"Wanted {count} times: {message}")
    usable = "All other rows" if report.passed_over else "All rows"
    print(f"{usable} are usable; {len(report.warnings)} warnings. `cybergov build` also runs the query checks.")
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    from webapp.serve import serve

    serve(settings, host=options.host or settings.host, port=options.port or settings.port)
    return 0


def _query(options: argparse.Namespace, settings: Settings) -> int:
    values: dict[str, list[str]] = {}
    for given in options.values:
        name, sign, value = given.partition("=")
        if not sign:
            raise queries.BadParameter(f"{given!r} is not of the form parameter=value.")
        values.setdefault(name, []).append(value)
    with _asked(options, settings) as engine:
        table = queries.find(options.name).answer(engine, **values)
    if options.format == "json":
        print(json.dumps([dict(zip(table.columns, row, strict=True)) for row in table.rows], ensure_ascii=False))
    else:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(table.rows)
    return 0


def _sparql(options: argparse.Namespace, settings: Settings) -> int:
    text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
    guard.check(text)
    with _asked(options, settings) as engine:
        answer = engine.answer(text, solutions=FORMATS[options.format], graph="text/turtle")
    sys.stdout.buffer.write(answer.body)
    return 0


@contextmanager
def _asked(options: argparse.Namespace, settings: Settings) -> Iterator[Engine]:
    """Give what is to answer: the release that is named, else the engine of the settings, else the local store."""
    if options.release:
        found = releases.find(settings.home, options.release)
        with releases.opened(settings.home, found) as store, _engine(settings, store) as engine:
            yield engine
    elif settings.engine:
        yield RemoteEngine(
            settings.engine,
            at_once=1,
            deadline=settings.deadline,
            max_bytes=settings.max_megabytes * 1_000_000,
            queue_limit=settings.queue,
        )
    else:
        with _engine(settings, snapshots.current(settings.home).store) as engine:
            yield engine


def _engine(settings: Settings, store: Path) -> LocalEngine:
    return LocalEngine(
        store,
        workers=1,
        deadline=settings.deadline,
        max_bytes=settings.max_megabytes * 1_000_000,
        memory=settings.memory_megabytes * 1_000_000,
        queue_limit=settings.queue,
    )


def _export(options: argparse.Namespace, settings: Settings) -> int:
    snapshot = snapshots.find(settings.home, options.snapshot)
    snapshot.verify()
    if what := _MAPPINGS.get(str(options.folder)):
        return _export_mappings(snapshot, what, options.file, settings)
    if options.file is not None:
        raise ExportRefused(
            f"Only `export sssom` and `export matches` take a file; {options.file} was given beside {options.folder}."
        )
    manifest = snapshot.manifest()
    if not manifest["public"]:
        raise ExportRefused(f"Snapshot {snapshot.id} is private and has no dumps; {snapshot.statements} has it all.")
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "SHA256SUMS").open("w") as sums:
        for path in (*(snapshot.dumps / name for name in manifest["dumps"]), snapshot.path / "manifest.json"):
            shutil.copyfile(path, options.folder / path.name)
            print(f"{snapshots.sha256(options.folder / path.name)}  {path.name}", file=sums)
    print(f"Wrote the dumps of snapshot {snapshot.id} to {options.folder}.")
    return 0


def _export_mappings(snapshot: snapshots.Snapshot, what: str, file: Path | None, settings: Settings) -> int:
    with _engine(settings, snapshot.store) as engine:
        text = sssom.WRITERS[what](engine, snapshot.manifest())
    if file is None:
        sys.stdout.buffer.write(text.encode())
    else:
        file.write_text(text, encoding="utf-8", newline="")
        print(f"Wrote the mappings of snapshot {snapshot.id} to {file}.")
    return 0


def _bench(options: argparse.Namespace, settings: Settings) -> int:
    from webapp import bench

    def timed_build(home: Path) -> float:
        begun = time.perf_counter()
        build(recipe(options.tables), home)
        return time.perf_counter() - begun

    failed = 0
    for result in bench.run(snapshots.current(settings.home), settings.home, timed_build):
        print(result, flush=True)
        failed += result.verdict == bench.FAILS
    return 1 if failed else 0


def _release(options: argparse.Namespace, settings: Settings) -> int:
    made, is_new = releases.release(settings.home, options.name, retired(), datetime.now(UTC).date())
    if is_new:
        print(f"Release {made.name} is snapshot {made.id} from now on; it lies in {made.path}.")
    else:
        print(f"Snapshot {made.id} is release {made.name} already; nothing was done.")
    return 0


def _diff(options: argparse.Namespace, settings: Settings) -> int:
    old, new = (snapshots.find(settings.home, name) for name in (options.old, options.new))
    changes = compare(old, new)
    for title, subjects in (("added", changes.came), ("removed", changes.went), ("changed", changes.changed)):
        print(
            f"{title}: {len(subjects)}", *(f"  {kind}: {n}" for kind, n in changes.by_kind(subjects).items()), sep="\n"
        )
        if options.statements:
            for subject in sorted(subjects):
                for sign, statements in (("-", changes.removed), ("+", changes.added)):
                    print(*(f"{sign} {text}" for text in statements.get(subject, ())), sep="", end="")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cybergov", description="The cyber governance graph.", epilog=__doc__)
    parser.add_argument("-v", "--verbose", action="store_true", help="say what is going on")
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("build", help="build a snapshot from the tables and data sets and make it current")
    _add_choice(command)
    command.set_defaults(run=_build)

    command = commands.add_parser("check", help="read and validate the tables and data sets without building")
    _add_choice(command)
    command.add_argument("--json", action="store_true", help="say what is known and what not, as /coverage.json does")
    command.set_defaults(run=_check)

    sources.add_to(commands)
    load.add_to(commands)
    parse.add_to(commands)

    command = commands.add_parser("serve", help="serve the current snapshot")
    command.add_argument("--host", help="address to listen on (default: CYBERGOV_HOST or 127.0.0.1)")
    command.add_argument("--port", type=int, help="port (default: CYBERGOV_PORT or 8000)")
    command.set_defaults(run=_serve)

    command = commands.add_parser("query", help="answer a question of the catalogue")
    command.add_argument("name", help="name of the query, as in /queries")
    command.add_argument("values", nargs="*", metavar="parameter=value", help="for example state=DEU")
    command.add_argument("--format", choices=("csv", "json"), default="csv")
    command.add_argument("--release", help=_OF_RELEASE)
    command.set_defaults(run=_query)

    command = commands.add_parser("sparql", help="answer a SPARQL query from a file")
    command.add_argument("file", help="file with the query, or - for standard input")
    command.add_argument("--format", choices=tuple(FORMATS), default="csv", help="of tables; graphs come as Turtle")
    command.add_argument("--release", help=_OF_RELEASE)
    command.set_defaults(run=_sparql)

    command = commands.add_parser("export", help="write the dumps of a snapshot with their checksums to a folder")
    command.add_argument(
        "folder", type=Path, help="folder for the dumps; or sssom (relations of texts), matches (of records)"
    )
    command.add_argument("file", type=Path, nargs="?", help="with a word: file to write (default: standard output)")
    command.add_argument("--snapshot", default="current", help="beginning of a snapshot's id (default: current)")
    command.set_defaults(run=_export)

    command = commands.add_parser("bench", help="measure how fast the service is, beside others")
    command.add_argument("--tables", type=Path, default=curated.CURATED, help="folder of curated tables")
    command.set_defaults(run=_bench)

    command = commands.add_parser("release", help="give the current snapshot a name and keep it for ever")
    command.add_argument("name", nargs="?", help="YYYY.MM or YYYY.MM.n (default: this month's next free one)")
    command.set_defaults(run=_release)

    command = commands.add_parser("diff", help="say what changed between two snapshots")
    command.add_argument("old", help="beginning of a snapshot's id, or current")
    command.add_argument("new", help="beginning of a snapshot's id, or current", nargs="?", default="current")
    command.add_argument("--statements", action="store_true", help="print every statement that came or went")
    command.set_defaults(run=_diff)
    return parser


def _add_choice(command: argparse.ArgumentParser) -> None:
    command.add_argument("--tables", type=Path, default=curated.CURATED, help="folder of curated tables")
    command.add_argument("--private", action="store_true", help="take in data sets that may not be redistributed")
    command.add_argument("--only-curated", action="store_true", help="leave out data sets and contributions")
    command.add_argument(
        "--all", action="append", default=[], metavar="NAME",
        help="take in all of a data set, also what its rules of scope leave out; may be given several times",
    )  # fmt: skip
    command.add_argument("--strict", action="store_true", help="refuse a data set with any reject, not only a table")


if __name__ == "__main__":
    sys.exit(main())
