"""A long load: the real server on two snapshots that take turns, under everything that is asked of it at once.

`make soak` runs an hour, `make soak SECONDS=120` two minutes. Ordinary readers, programs, hostile and failing clients
come at the same time; each kind of request has the answers that are right for it. It ends with a table and a verdict,
and with exit code 1 where a request was lost or answered wrongly, a page was slow, or something leaked.
"""

from __future__ import annotations

import argparse
import dataclasses
import http.client
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil

import queries
from graph.build import build
from webapp.cli import recipe
from webapp.serve import LONGEST_LINE

PAGE_LIMIT = 0.5  # seconds that a page of the site may take
SLOW_SHARE = 0.001  # of the pages, that may take longer: others work on this machine too
OVERRUN = 1.0  # seconds that any answer may take beyond the deadline, with its way there and back
PATIENCE = 30.0  # seconds after which a client gives a request up for lost
SAMPLE_EVERY = 2.0
GROWTH = 1.2  # by which figures of the last quarter may exceed those of the second
FREE_MEGABYTES, FREE_FILES = 40, 8  # of growth that are no leak yet
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TABLES = ("json", "xml", "csv", "tsv", "html")
GRAPHS = ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
BUSY = frozenset({503})  # every worker is taken, said with Retry-After
RUNAWAYS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?f ?i LIMIT 5",
    "SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f . FILTER(STRLEN(CONCAT(STR(?a), STR(?f))) < 0) }",
    "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = ?e && ?e = ?i && ?b = ?f) }",
    "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 30}}}" for i in range(6)) + " }",
)
BOMBS = (
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
    "CONSTRUCT { ?a ?e ?c } { ?a ?b ?c . ?d ?e ?f }",
)
MARKUP = "\"><script>alert('x')</script>"


@dataclass(frozen=True)
class Call:
    """One request, and the answers that are right for it."""

    kind: str
    path: str
    right: frozenset[int] = frozenset({200})
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    page: bool = False  # whether a reader waits for it


class Log:
    """What came out, by kind of request; many threads write to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self.unexpected: Counter[str] = Counter()
        self.slow: Counter[str] = Counter()
        self.pages = 0

    def add(self, call: Call, status: int, seconds: float, text: bytes = b"") -> None:
        with self._lock:
            self.seconds[call.kind].append(seconds)
            self.statuses[call.kind][str(status)] += 1
            if status not in call.right:
                self._complain(f"{call.kind}: {status} {call.method} {call.path[:90]} {text[:90]!r}")
            self.pages += call.page
            if call.page and seconds > PAGE_LIMIT:
                self.slow[f"{call.kind} {call.path[:60]}"] += 1

    def lose(self, call: Call, error: Exception) -> None:
        with self._lock:
            self.statuses[call.kind]["lost"] += 1
            self._complain(f"{call.kind}: lost ({error!r}) {call.method} {call.path[:90]}")

    def _complain(self, what: str) -> None:
        self.unexpected[what] += 1
        if self.unexpected.total() <= 50:
            print(f"           {time.strftime('%H:%M:%S')} {what}", flush=True)

    def note(self, kind: str, what: str) -> None:
        with self._lock:
            self.statuses[kind][what] += 1

    def requests(self) -> int:
        return sum(count for counter in self.statuses.values() for count in counter.values())


# What is asked


def asks(query: str, kind: str, right: frozenset[int], *, form: str = "", limit: float = 0, post: bool = False) -> Call:
    """Return a call that brings a query to the endpoint, in the address or as a form."""
    fields = {"query": query} | ({"format": form} if form else {}) | ({"timeout": f"{limit:g}"} if limit else {})
    written = urlencode(fields)
    if post or len(written) > LONGEST_LINE - 100:
        return Call(kind, "/sparql", right, "POST", FORM, written.encode())
    return Call(kind, f"/sparql?{written}", right)


class Readers:
    """Makes up what people and programs ask in good faith."""

    LISTS = ("states", "forums", "commitments", "events", "operations", "documents", "actors")
    FIXED = ("/", "/queries", "/network", "/ontology", "/vocab", "/data", "/api", "/competency", "/codebook", "/sparql")
    DOCUMENTS = ("/data.ttl", "/.well-known/void", "/sitemap.xml", "/robots.txt", "/api/openapi.json")

    def __init__(self, snapshot: Path) -> None:
        nodes = json.loads((snapshot / "network.json").read_text())["nodes"]
        self.things = ["/" + node[0].split("/id/")[1] for node in nodes]
        self.texts = [query.text for query in queries.catalogue().values()]

    def warm_up(self) -> Iterator[Call]:
        """Everything that is read or drawn once in each process."""
        for path in (*self.FIXED, "/codebook.pdf", *self.DOCUMENTS, *(f"/{name}" for name in self.LISTS)):
            yield Call("warm-up", path)
        for name in queries.catalogue():
            yield Call("warm-up", f"/queries/{name}")

    def page(self, dice: random.Random) -> Call:
        choices: list[Callable[[], str]] = [
            lambda: dice.choice(self.FIXED),
            lambda: f"/{dice.choice(self.LISTS)}",
            lambda: f"/doc{dice.choice(self.things)}",
            lambda: f"/search?q={dice.choice(('oewg', 'norm', 'Estonia', 'cyber', 'report'))}",
            lambda: f"/queries/{dice.choice(list(queries.catalogue()))}",
        ]
        headers = {"Accept": "text/html", "Accept-Encoding": dice.choice(("br", "gzip", "identity"))}
        return Call("page", dice.choice(choices)(), headers=headers, page=True)

    def document(self, dice: random.Random) -> Call:
        suffix = dice.choice(("ttl", "nt", "jsonld", "rdf", "json", "csv"))
        path = dice.choice(
            (
                f"/doc{dice.choice(self.things)}.{suffix}",
                f"/{dice.choice(self.LISTS)}.{dice.choice(('csv', 'json', 'ttl'))}",
                f"/queries/{dice.choice(list(queries.catalogue()))}.{dice.choice(('csv', 'json', 'rq'))}",
                dice.choice(self.DOCUMENTS),
                f"/dumps/{dice.choice(('statements.nq.gz', 'merged.nt.gz', 'manifest.json'))}",
            )
        )
        return Call("document", path)

    def small(self, dice: random.Random) -> Call:
        text, post = dice.choice(self.texts), dice.random() < 0.5
        return asks(text, "small query", frozenset({200}) | BUSY, form=dice.choice(TABLES), post=post)

    def graph(self, dice: random.Random) -> Call:
        iri = f"https://w3id.org/cybergov/id{dice.choice(self.things)}"
        text = dice.choice((f"DESCRIBE <{iri}>", f"CONSTRUCT {{ <{iri}> ?p ?o }} {{ <{iri}> ?p ?o }}"))
        return asks(text, "graph query", frozenset({200}) | BUSY, form=dice.choice(GRAPHS))

    def large(self, dice: random.Random) -> Call:
        text = f"SELECT * {{ ?s ?p ?o }} LIMIT {dice.randrange(20_000, 100_000)}"
        return asks(text, "large query", frozenset({200, 504}) | BUSY, form=dice.choice(TABLES[:4]))


def operator(dice: random.Random) -> Call:
    """Watch over the service."""
    return Call(*dice.choice((("health", "/health"), ("metrics", "/metrics"))))


def hostile(dice: random.Random) -> Call:
    """Make up a request that is wrong or meant to do harm."""
    return dice.choice((_wrong, _wrong, _costly))(dice)


def _costly(dice: random.Random) -> Call:
    refused = frozenset({504, 413, 503})
    deep = dice.choice((200, 499, 600, 5000))
    return dice.choice(
        (
            asks(dice.choice(RUNAWAYS), "runaway", refused, limit=1),
            asks(dice.choice(BOMBS), "memory bomb", refused, limit=2),
            asks("ASK {" + "{" * deep + "}" * deep + "}", "nesting", frozenset({200, 400, 413, 414, 503})),
            asks("ASK { ?s " + "/".join(["<a:b>"] * 2500) + " ?o }", "path", frozenset({200, 400, 414}) | refused),
        )
    )


def _wrong(dice: random.Random) -> Call:
    bad, none, refused = frozenset({400}), frozenset({404}), frozenset({400, 403, 405})
    direct = {"Content-Type": "application/sparql-query"}
    return dice.choice(
        (
            asks("SELECT * { ?s ?p", "syntax error", bad | BUSY),
            asks("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "federation", frozenset({403})),
            asks("DROP ALL", "update", refused),
            Call("update", "/sparql", refused, "POST", FORM, b"update=CLEAR+ALL"),
            Call("update", "/sparql", frozenset({405}), dice.choice(("PUT", "DELETE", "PATCH"))),
            Call("large body", "/sparql", frozenset({413}), "POST", direct, b" " * 5_000_000),
            Call("bad encoding", "/sparql?query=%ff%fe", bad),
            Call("bad encoding", "/sparql", bad, "POST", FORM, b"query=%ff"),
            Call("traversal", dice.choice(("/static/../../etc/passwd", "/dumps/..%2f..%2fetc%2fpasswd")), none),
            Call("markup", f"/search?{urlencode({'q': MARKUP})}"),
            Call("markup", f"/doc/state/{quote(MARKUP)}", none),
            Call("missing", dice.choice(("/doc/state/XXX", "/queries/none", "/nothing/here")), none),
        )
    )


# Who asks


class Load:
    """The clients: threads that ask until they are told to stop."""

    def __init__(self, port: int, readers: Readers, log: Log) -> None:
        self.port, self.readers, self.log = port, readers, log
        self.over = threading.Event()
        self._tags: dict[str, str] = {}
        roles: list[tuple[Callable[[random.Random], None], float]] = [
            (self._visit, 0.1),
            (self._visit, 0.1),
            (self._one(readers.document), 0.05),
            (self._one(readers.small), 0.05),
            (self._one(readers.small), 0.1),
            (self._one(readers.graph), 0.1),
            (self._one(readers.large), 1.0),
            (self._one(hostile), 0.05),
            (self._one(hostile), 0.2),
            (self._ask_again, 0.1),
            (self._hang_up, 0.5),
            (self._dawdle, 0.5),
            (self._one(operator), 1.0),
        ]
        self._threads = [
            threading.Thread(target=self._repeat, args=(act, pause, number), daemon=True)
            for number, (act, pause) in enumerate(roles)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self._threads:
            thread.join(PATIENCE * 2)
            if thread.is_alive():
                self.log.unexpected["a client still waits for its answer"] += 1

    def send(self, call: Call, held: http.client.HTTPConnection | None = None) -> http.client.HTTPResponse | None:
        """Send one request and read its whole answer; what is lost is written down."""
        line = held or self.connect()
        begun = time.monotonic()
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # a body that is too large is refused half-way
                line.request(call.method, call.path, call.body, call.headers)
            answer = line.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.log.lose(call, error)
            return None
        finally:
            if not held:
                line.close()
        self.log.add(call, answer.status, time.monotonic() - begun, text)
        return answer

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def _repeat(self, act: Callable[[random.Random], None], pause: float, number: int) -> None:
        dice = random.Random(number)
        while not self.over.wait(dice.uniform(0, 2 * pause)):
            act(dice)

    def _one(self, make: Callable[[random.Random], Call]) -> Callable[[random.Random], None]:
        def act(dice: random.Random) -> None:
            self.send(make(dice))

        return act

    def _visit(self, dice: random.Random) -> None:
        """Read a few pages over one connection, as a browser does."""
        line = self.connect()
        for _ in range(dice.randrange(1, 8)):
            answer = self.send(self.readers.page(dice), line)
            if answer is None or answer.will_close:
                break
        line.close()

    def _ask_again(self, dice: random.Random) -> None:
        """Ask for what was asked before, with the tag that came with it."""
        path = f"/doc{dice.choice(self.readers.things[:40])}.ttl"
        tag = self._tags.get(path)
        headers = {"If-None-Match": tag} if tag else {}
        answer = self.send(Call("conditional", path, frozenset({200, 304} if tag else {200}), headers=headers))
        if answer is not None and (tag := answer.getheader("ETag")):
            self._tags[path] = tag

    def _hang_up(self, dice: random.Random) -> None:
        """Send a request, or part of one, and be gone before the answer."""
        call = dice.choice(
            (
                asks(dice.choice(RUNAWAYS), "hang-up", frozenset(), limit=8),
                self.readers.large(dice),
                Call("hang-up", "/codebook"),
            )
        )
        text = f"GET {call.path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        if dice.random() < 0.3:
            text = text[: dice.randrange(len(text))]
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as line:
            line.sendall(text)
            self.over.wait(dice.uniform(0, 1))
            if dice.random() < 0.5:
                line.recv(1000)
        self.log.note("hang-up", "gone")

    def _dawdle(self, dice: random.Random) -> None:
        """Send a request in pieces, and read its answer slowly."""
        call = Call("slow client", dice.choice(("/", "/dumps/merged.nt.gz")))
        text = f"GET {call.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        try:
            with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
                for start in range(0, len(text), 10):
                    line.sendall(text[start : start + 10])
                    self.over.wait(0.2)
                begun, got = time.monotonic(), bytearray()
                while piece := line.recv(50_000):
                    got += piece
                    self.over.wait(0.01)
        except OSError as error:
            self.log.lose(call, error)
            return
        head, _, body = bytes(got).partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not length or int(length[1]) != len(body):
            self.log.lose(call, ValueError(f"{len(body)} bytes came of {length and length[1]!r}"))
        else:
            self.log.add(call, int(head.split()[1]), time.monotonic() - begun)


# What is asked of


@dataclass(frozen=True)
class Sample:
    """The server's processes at one moment; megabytes and numbers."""

    when: float
    processes: int
    zombies: int
    files: int
    app: float
    workers: float
    temporary: int


class Server:
    """The real server, started as a user starts it, with a home and a folder for temporary files of its own."""

    def __init__(self, home: Path, scratch: Path, port: int) -> None:
        self.home, self.port = home, port
        self.temporary, self.output = scratch / "temporary", scratch / "server.txt"
        self.temporary.mkdir()
        environment = os.environ | {"CYBERGOV_HOME": str(home), "TMPDIR": str(self.temporary)}
        with self.output.open("wb") as out:
            command = [sys.executable, "-m", "webapp.cli", "serve", "--port", str(port)]
            self._process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, cwd=scratch)
        self._root = psutil.Process(self._process.pid)
        self.seen: set[psutil.Process] = set()

    def await_start(self) -> None:
        for _ in range(200):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.1)
        raise SystemExit(f"The server does not listen: {self.output.read_text()}")

    def look(self, begun: float) -> Sample:
        """Measure now. The processes right under the first one are the application, those under them the workers."""
        zombies = files = count = 0
        resident = {True: 0, False: 0}
        everyone = [self._root, *self._root.children(recursive=True)]
        self.seen.update(everyone)
        for one in everyone:
            with suppress(psutil.NoSuchProcess):
                if one.status() == psutil.STATUS_ZOMBIE:
                    zombies += 1
                    continue
                count += 1
                files += one.num_fds()
                resident[one == self._root or one.ppid() == self._root.pid] += one.memory_info().rss
        left = sum(1 for path in self.temporary.rglob("*") if path.is_file())
        megabytes = {app: size / 1e6 for app, size in resident.items()}
        return Sample(time.monotonic() - begun, count, zombies, files, megabytes[True], megabytes[False], left)

    def spent(self) -> float:
        """Return the seconds of processor time of all processes there are, and of those that ended under them."""
        return float(sum(sum(one.cpu_times()[:4]) for one in [self._root, *self._root.children(recursive=True)]))

    def switch(self, snapshot: Path) -> None:
        """Make another snapshot the current one, in one step, as a build does."""
        link = self.home / "next"
        link.symlink_to(snapshot)
        link.replace(self.home / "current")

    def stop(self) -> list[str]:
        """End the server as the system would, and tell what is left of it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return ["the server did not end within 30 seconds of SIGTERM"]
        _, alive = psutil.wait_procs(self.seen, timeout=5)
        left = [one.pid for one in alive if one.status() != psutil.STATUS_ZOMBIE]
        said = self.output.read_text(errors="replace")
        found = [f"the server ended with {code}"] if code else []
        found += [f"processes are left over: {left}"] if left else []
        found += [f"a file is left over: {path.name}" for path in self.temporary.rglob("*")]
        bad = [line for line in said.splitlines() if re.search("ERROR|CRITICAL|Traceback|Error:", line)]
        return [*found, *(f"the server said: {line[:200]}" for line in bad[:10])]

    def kill(self) -> None:
        """End what may still run."""
        with suppress(psutil.NoSuchProcess):
            for one in [*self._root.children(recursive=True), self._root]:
                one.kill()


def two_snapshots(home: Path) -> list[Path]:
    """Build the tables that ship twice, as of two days, so that there are two snapshots to move between."""
    ingredients = recipe()
    later = dataclasses.replace(ingredients, data_date=ingredients.data_date + timedelta(days=1))
    return [build(each, home)[0].path for each in (later, ingredients)]


# How it went


def grew(samples: list[Sample], name: str, free: float) -> str:
    """Say whether a figure is higher in the last quarter than in the second; the first is for warming up."""
    quarter = len(samples) // 4
    before = statistics.median(getattr(one, name) for one in samples[quarter : 2 * quarter])
    after = statistics.median(getattr(one, name) for one in samples[-quarter:])
    return f"{name} grew from {before:.0f} to {after:.0f}" if after > before * GROWTH and after - before > free else ""


def failures(log: Log, samples: list[Sample], idle: Sample, most: int, deadline: float) -> list[str]:
    """Return what went wrong; nothing where all is well."""
    found = [f"{count} times {what}" for what, count in log.unexpected.most_common(30)]
    if sum(log.slow.values()) > log.pages * SLOW_SHARE:
        found.append(f"{sum(log.slow.values())} of {log.pages} pages took over {PAGE_LIMIT} s")
    for kind, seconds in log.seconds.items():
        if kind != "slow client" and max(seconds) > deadline * 2 + OVERRUN:  # a wait in line and a whole run
            found.append(f"{kind} took {max(seconds):.1f} s")
    if len(samples) >= 20:
        limits = {"processes": 1, "files": FREE_FILES, "app": FREE_MEGABYTES, "workers": 500, "temporary": 1}
        found += [text for name, free in limits.items() if (text := grew(samples, name, free))]
    if idle.processes > most:
        found.append(f"{idle.processes} processes are there when nobody asks, {most} at most are wanted")
    if idle.zombies:
        found.append(f"{idle.zombies} dead processes were not buried")
    return found


def spent_by(whom: int) -> float:
    """Return the seconds of processor time of this process, or of those it has seen the end of."""
    used = resource.getrusage(whom)
    return used.ru_utime + used.ru_stime


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def print_figures(log: Log, samples: list[Sample], seconds: float, others: float) -> None:
    """Print the tables."""
    print(f"\n{log.requests():,} requests in {seconds:.0f} s; other programs used {others:.0%} of the processors.\n")
    print(f"{'kind':<14}{'number':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}  answers (milliseconds before)")
    for kind in sorted(log.statuses):
        times = log.seconds.get(kind, [])
        shown = (
            [f"{percentile(times, share) * 1000:8.0f}" for share in (0.5, 0.95, 0.99, 1)] if times else [" " * 8] * 4
        )
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(log.statuses[kind].items()))
        print(f"{kind:<14}{log.statuses[kind].total():>8}{''.join(shown)}  {answers}")
    print(f"\nPages over {PAGE_LIMIT} s: {sum(log.slow.values())} of {log.pages}")
    for what, count in log.slow.most_common(10):
        print(f"  {count} {what}")
    print("\n   minute  processes  zombies  files  app MB  workers MB  temporary files")
    for one in [samples[len(samples) * i // 12] for i in range(12)] + [samples[-1]] if len(samples) > 12 else samples:
        print(
            f"{one.when / 60:9.1f}{one.processes:11}{one.zombies:9}{one.files:7}{one.app:8.0f}{one.workers:12.0f}"
            f"{one.temporary:17}"
        )


def soak(seconds: float, port: int, switch_every: float, scratch: Path) -> int:
    """Run the load and return the exit code."""
    home = scratch / "var"
    print("Building two snapshots ...", flush=True)
    snapshots = two_snapshots(home)
    server, log = Server(home, scratch, port), Log()
    try:
        return _under_load(server, log, snapshots, seconds, switch_every)
    finally:
        server.kill()


def _under_load(server: Server, log: Log, snapshots: list[Path], seconds: float, switch_every: float) -> int:
    load = Load(server.port, Readers(snapshots[0]), log)
    server.await_start()
    for call in [*load.readers.warm_up()] * 3:
        load.send(call)
    begun, busy = time.monotonic(), psutil.cpu_times()
    before = spent_by(resource.RUSAGE_SELF) + server.spent()
    samples, turns, told = [server.look(begun)], 0, 0.0
    load.start()
    while (passed := time.monotonic() - begun) < seconds:
        time.sleep(min(SAMPLE_EVERY, seconds - passed))
        samples.append(server.look(begun))
        if passed > (turns + 1) * switch_every:
            turns += 1
            server.switch(snapshots[turns % 2])
        if passed - told >= 60:
            told = passed
            last = samples[-1]
            print(
                f"{passed / 60:6.1f} min {log.requests():9,} requests, {log.unexpected.total()} unexpected, "
                f"{turns} moves; {last.processes} processes, {last.files} files, "
                f"{last.app:.0f} + {last.workers:.0f} MB",
                flush=True,
            )
    load.stop()
    spent, after = time.monotonic() - begun, psutil.cpu_times()
    time.sleep(5)
    idle = server.look(begun)
    used = sum(after[:3]) - sum(busy[:3])
    ended = server.stop()
    ours = spent_by(resource.RUSAGE_SELF) + spent_by(resource.RUSAGE_CHILDREN) - before
    print_figures(log, samples, spent, max(0.0, used - ours) / (spent * (psutil.cpu_count() or 1)))
    found = failures(log, samples, idle, most=1 + 2 + 4, deadline=10) + ended
    print(f"\nThe snapshot changed {turns} times. Verdict: {'good' if not found else 'NOT good'}.")
    for what in found:
        print(f"- {what}")
    return 1 if found else 0


def main() -> int:
    """Read the command line, run, and clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=3600, help="how long (default: an hour)")
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--switch-every", type=float, default=300, help="seconds between two moves to another snapshot")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="soak-"))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server is ended then too
    try:
        return soak(options.seconds, options.port, options.switch_every, scratch)
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
