"""Benchmarks: how fast the service is, as ratios to others measured side by side in one run.

Machines are shared and noisy, so seconds are printed for information, and what is promised is a ratio where that is
possible. Contestants take turns within each round, and the median over rounds counts. Promises stand in the table of
results with what was measured; whatever is missing on a machine (`wrk`, `oxigraph`, `rdflib-endpoint`) is named there.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pyoxigraph as ox

from graph.engine import JSON_RESULTS, LocalEngine, QueryTimeout
from graph.errors import CyberGovError
from graph.snapshot import Snapshot
from graph.store import load_store
from graph.terms import ID
from webapp.settings import environment_of

FAILS = "FAILS"
ROUNDS = 5
WRK_SECONDS = 4
LOOKUP = f"SELECT ?p ?o WHERE {{ <{ID}state/DEU> ?p ?o }} LIMIT 10"
LARGE = "SELECT * WHERE { ?s ?p ?o } LIMIT 100000"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
THINGS = "SELECT DISTINCT ?thing WHERE { ?thing a ?class FILTER isIRI(?thing) }"
RUNAWAYS, RUNAWAY_DEADLINE = 8, 3
RUN_AWAY = (503, 504)  # how such a query ends: without a worker, or at its deadline
ASKED = {"cache_megabytes": "0"}  # every answer is asked for anew, or the memory would be measured
PAGES = ("/", "/states", "/doc/state/DEU", "/search?q=norm", "/queries")
SAMPLE = 200


class BenchRefused(CyberGovError):
    """Something a benchmark needs is not there."""

    exit_code = 2


@dataclass(frozen=True)
class Line:
    """One measurement beside its promise; `at_most` tells on which side of the bound it should stay."""

    what: str
    value: float | None  # None where it could not be measured
    bound: float
    at_most: bool
    note: str

    @property
    def verdict(self) -> str:
        """Whether the promise holds, or that it is unknown."""
        if self.value is None:
            return "not measured"
        return "holds" if (self.value <= self.bound) == self.at_most or self.value == self.bound else FAILS

    def __str__(self) -> str:
        value = "-" if self.value is None else f"{self.value:.3g}"
        promise = f"{'<=' if self.at_most else '>='} {self.bound:g}"
        return f"{self.what:<58} {value:>8} {promise:<9} {self.verdict:<12} {self.note}"


def run(snapshot: Snapshot, home: Path, build: Callable[[Path], float]) -> Iterator[Line]:
    """Yield one line after another; `build` makes a snapshot in a home and returns how many seconds that took."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _lookups(snapshot, home)
        yield _large_result(snapshot)
        yield _runaway(snapshot)
        yield from _pages(snapshot, home)
        yield _load(snapshot, Path(folder))
        seconds = build(Path(folder) / "home")
        yield Line("build of what ships, seconds", seconds, 60, True, "")


def _lookups(snapshot: Snapshot, home: Path) -> Iterator[Line]:
    """Compare how many small queries a second come back over HTTP."""
    native, other = _program("oxigraph"), _program("rdflib-endpoint")
    missing = [name for name, found in (("wrk", shutil.which("wrk")), ("oxigraph", native)) if not found]
    lines = (
        ("small queries a second, ours / native oxigraph server", 0.15),
        ("small queries a second, ours / rdflib-endpoint", 3),
    )
    if missing:
        yield from (Line(what, None, bound, False, f"needs {', '.join(missing)}") for what, bound in lines)
        return
    with contextlib.ExitStack() as servers:
        address = {"ours": servers.enter_context(serving(home, ASKED)) + "/sparql"}
        command = [str(native), "serve-read-only", "--location", str(snapshot.store), "--bind"]
        address["oxigraph"] = servers.enter_context(_server(lambda port: [*command, f"127.0.0.1:{port}"])) + "/query"
        if other:
            address["rdflib"] = servers.enter_context(
                _server(lambda port: [other, "serve", "--port", str(port), str(snapshot.merged)], seconds=180)
            )
        rates: dict[str, list[float]] = {name: [] for name in address}
        for _ in range(ROUNDS):
            for name, base in address.items():
                rates[name].append(_rate(base))
    rate = {name: statistics.median(values) for name, values in rates.items()}
    note = ", ".join(f"{name} {value:,.0f}/s" for name, value in rate.items())
    yield Line(lines[0][0], rate["ours"] / rate["oxigraph"], lines[0][1], False, note)
    ratio = rate["ours"] / rate["rdflib"] if other else None
    yield Line(lines[1][0], ratio, lines[1][1], False, "" if other else "needs rdflib-endpoint")


def _rate(base: str) -> float:
    """Return answers a second to the small query; raise BenchRefused if some were errors."""
    address = f"{base}?{urllib.parse.urlencode({'query': LOOKUP})}"
    command = ["wrk", "-t1", "-c8", f"-d{WRK_SECONDS}s", "-H", f"Accept: {JSON_RESULTS}", address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if "Non-2xx" in said or "Socket errors" in said or not found:
        raise BenchRefused(f"Not every small query at {base} was answered: {' '.join(said.split())}")
    return float(found[1])


def _large_result(snapshot: Snapshot) -> Line:
    """Compare a result of 100,000 rows through the pool with the library called directly."""
    store = ox.Store.read_only(str(snapshot.store))
    with _engine(snapshot, deadline=120) as engine:

        def ours() -> None:
            engine.select(LARGE)

        def raw() -> None:
            cast(ox.QuerySolutions, store.query(LARGE)).serialize(format=ox.QueryResultsFormat.JSON)

        mine, theirs = _alternated(ours, raw)
    return Line("100,000 rows, our engine / raw pyoxigraph", mine / theirs, 1.15, True, f"{mine:.2f} s, {theirs:.2f} s")


def _runaway(snapshot: Snapshot) -> Line:
    """Measure how long after its deadline a query that never ends has been told so and its worker is gone."""
    late = []
    with _engine(snapshot, deadline=1) as engine:
        for _ in range(ROUNDS):
            engine.ask("ASK {}")
            workers = set(engine.pids())
            begun = time.perf_counter()
            with contextlib.suppress(QueryTimeout):
                engine.select(RUNAWAY)
            while workers & set(engine.pids()):
                time.sleep(0.005)
            late.append(time.perf_counter() - begun - 1)
    return Line("a runaway is gone, seconds after its deadline", max(late), 0.5, True, f"worst of {ROUNDS}")


def _pages(snapshot: Snapshot, home: Path) -> Iterator[Line]:
    """Measure pages of single things, and site pages while runaways fill the public pool."""
    paths = _sample(snapshot)
    with serving(home, ASKED) as base:
        for path in (*PAGES, *paths[:20]):
            _seconds(base + path)
        each = sorted(_seconds(base + path) for path in paths)
        p95 = each[int(len(each) * 0.95)]
        yield Line(
            "page of one thing, p95 in seconds, warm", p95, 0.1, True, f"{len(each)} pages, worst {each[-1]:.3f} s"
        )
        runaway = f"{base}/sparql?{urllib.parse.urlencode({'query': RUNAWAY, 'timeout': RUNAWAY_DEADLINE})}"
        beside = []
        with ThreadPoolExecutor(RUNAWAYS) as crowd:
            running = [crowd.submit(_seconds, runaway, RUN_AWAY) for _ in range(RUNAWAYS)]
            while not all(one.done() for one in running):
                beside += [(_seconds(base + path), path) for path in PAGES]
            for one in running:
                one.result()
        slowest, where = max(beside)
        yield Line(
            f"slowest site page beside {RUNAWAYS} runaways, seconds", slowest, 0.5, True, f"{where}, of {len(beside)}"
        )


def _sample(snapshot: Snapshot) -> list[str]:
    """Return addresses of things evenly from all there are, the same on each run."""
    store = ox.Store.read_only(str(snapshot.store))
    found = cast(ox.QuerySolutions, store.query(THINGS))
    things = sorted({thing for row in found if (thing := str(row[0].value)).startswith(ID)})
    return [f"/doc/{thing.removeprefix(ID)}" for thing in things[:: max(1, len(things) // SAMPLE)]]


def _load(snapshot: Snapshot, folder: Path) -> Line:
    """Compare loading a snapshot's statements, made ready for reading, with the library's bare bulk load."""
    count = iter(range(1000))

    def ours() -> None:
        load_store(snapshot, folder / f"ours{next(count)}")

    def raw() -> None:
        store = ox.Store(str(folder / f"raw{next(count)}"))
        store.bulk_load(path=str(snapshot.statements), format=ox.RdfFormat.N_QUADS)
        store.bulk_load(path=str(snapshot.merged), format=ox.RdfFormat.N_TRIPLES)

    mine, theirs = _alternated(ours, raw)
    return Line("bulk load, ours / raw pyoxigraph", mine / theirs, 1.25, True, f"{mine:.2f} s, {theirs:.2f} s")


def _alternated(ours: Callable[[], None], theirs: Callable[[], None]) -> tuple[float, float]:
    """Return the median seconds of two that take turns, after one turn each that does not count."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for call, spent in zip((ours, theirs), times, strict=True):
            begun = time.perf_counter()
            call()
            spent.append(time.perf_counter() - begun)
    return statistics.median(times[0][1:]), statistics.median(times[1][1:])


def _engine(snapshot: Snapshot, deadline: float) -> LocalEngine:
    return LocalEngine(snapshot.store, workers=1, deadline=deadline, max_bytes=10**9, memory=8 * 10**9, queue_limit=1)


def _seconds(address: str, expected: Sequence[int] = (200,)) -> float:
    """Return how long an answer takes to come whole; raise BenchRefused where it is none of those expected."""
    begun = time.perf_counter()
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as error:
        error.read()
        status = error.code
    if status not in expected:
        raise BenchRefused(f"{address} was answered with {status}.")
    return time.perf_counter() - begun


@contextlib.contextmanager
def serving(home: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run the service on a free port of this machine, and give its address."""
    environment = environment_of({"home": str(home), **(settings or {})})
    command = [sys.executable, "-m", "webapp.cli", "serve", "--host", "127.0.0.1", "--port"]
    with _server(lambda port: [*command, str(port)], environment) as base:
        yield base


@contextlib.contextmanager
def _server(
    command: Callable[[int], Sequence[str]], environment: Mapping[str, str] | None = None, seconds: float = 60
) -> Iterator[str]:
    """Run a server on a free port until the block ends; give its address once it listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command(port), env=environment, stdout=said, stderr=said)
        try:
            end = time.monotonic() + seconds
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > end:
                    said.seek(0)
                    words = said.read().decode(errors="replace").strip().splitlines()
                    raise BenchRefused(f"A server did not start: {words[-1] if words else 'it said nothing'}.")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _program(name: str) -> str | None:
    """Return the path of a program: of those that came with our packages, or else of the system's."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
