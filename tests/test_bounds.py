"""The bounds of the query service: each has its own status and text, and who hangs up frees what was held for them."""

from __future__ import annotations

import html
import os
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from served import Served, read_reply, serving

from graph.engine import AskerGone, Engine, LocalEngine, QueryTimeout
from graph.remote import RemoteEngine
from graph.snapshot import Snapshot
from webapp.app import create_app
from webapp.rate import FileStorage, Rate, TooManyQueries, install
from webapp.releases import Library
from webapp.service import STRANGERS_GIVE_WAY, Service, open_service
from webapp.settings import BadSetting, Settings, read_settings

RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
BOMB = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 1"
DIRECT = "application/sparql-query"


def soon(holds: Callable[[], bool], seconds: float = 0.5) -> bool:
    """Whether something comes to hold within that time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def gone(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


# The time of a query


class Remembering(Engine):
    """Answers nothing, and remembers what it was given."""

    def __init__(self) -> None:
        self.deadline: float | None = None

    def answer(self, query: str, **bounds: object) -> object:  # type: ignore[override]
        self.deadline = bounds["deadline"]  # type: ignore[assignment]
        raise QueryTimeout(self.deadline or 10)


@pytest.fixture
def remembering(snapshot: Snapshot, engine: LocalEngine) -> tuple[Remembering, FlaskClient]:
    public = Remembering()
    service = Service(Settings(home=snapshot.path, max_deadline=30), snapshot, site=engine, public=public)
    return public, create_app(service).test_client()


@pytest.mark.parametrize(
    ("written", "seconds"), [("3", 3.0), ("0.25", 0.25), ("30", 30.0), ("2e1", 20.0), (" 4 ", 4.0), ("", None)]
)
@pytest.mark.parametrize("way", ["address", "form", "address of a form", "address of a direct POST"])
def test_a_query_can_be_given_more_or_less_time(
    remembering: tuple[Remembering, FlaskClient], way: str, written: str, seconds: float | None
) -> None:
    engine, client = remembering
    if way == "address":
        response = client.get("/sparql", query_string={"query": "ASK {}", "timeout": written})
    elif way == "form":
        response = client.post("/sparql", data={"query": "ASK {}", "timeout": written})
    elif way == "address of a form":
        response = client.post("/sparql", query_string={"timeout": written}, data={"query": "ASK {}"})
    else:
        response = client.post("/sparql", query_string={"timeout": written}, data="ASK {}", content_type=DIRECT)
    assert response.status_code == 504
    assert engine.deadline == seconds


@pytest.mark.parametrize(
    "written", ["0", "-1", "30.001", "31", "1e9", "inf", "-inf", "nan", "ten", "10s", "1_0", "٣", "0x5", "1,5"]
)
def test_a_time_that_cannot_be_given_is_refused_with_the_range(
    remembering: tuple[Remembering, FlaskClient], written: str
) -> None:
    engine, client = remembering
    for response in (
        client.get("/sparql", query_string={"query": "ASK {}", "timeout": written}),
        client.post("/sparql", data={"query": "ASK {}", "timeout": written}),
    ):
        assert response.status_code == 400
        assert "seconds above 0 and up to 30" in response.text
        assert engine.deadline is None, "it was not asked"


def test_two_times_are_refused(client: FlaskClient) -> None:
    response = client.post("/sparql?timeout=1", data={"query": "ASK {}", "timeout": "2"})
    assert (response.status_code, response.text) == (400, "There are several timeout parameters; send one.\n")


def test_the_default_time_is_never_more_than_may_be_asked_for() -> None:
    assert Settings(deadline=90, max_deadline=60).longest == 90
    assert Settings(deadline=10, max_deadline=60).longest == 60


def test_the_time_given_ends_the_query(client: FlaskClient, engine: LocalEngine) -> None:
    start = time.monotonic()
    response = client.get("/sparql", query_string={"query": RUNAWAY, "timeout": "0.3"})
    assert response.status_code == 504
    assert "time limit of 0.3 seconds" in response.text
    assert time.monotonic() - start < 5


# Who hangs up


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a connection: the asker's and ours."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        ours, _ = listener.accept()
        with theirs, ours:
            yield theirs, ours


@pytest.fixture
def lone(snapshot: Snapshot) -> Iterator[LocalEngine]:
    """An engine with one worker, which is there already."""
    with LocalEngine(snapshot.store, workers=1, deadline=30, max_bytes=10**7, memory=2 << 30, queue_limit=8) as engine:
        assert engine.ask("ASK {}")
        yield engine


def reset(end: socket.socket) -> None:
    """Close a connection by a reset instead of an end of stream."""
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    end.close()


@pytest.mark.parametrize(
    "leave",
    [socket.socket.close, reset, lambda end: end.shutdown(socket.SHUT_WR)],
    ids=["closes", "resets", "ends its sending"],
)
@pytest.mark.parametrize("more", [b"", b"GET / HTTP/1.1\r\n\r\n"], ids=["sends no more", "has sent more"])
def test_a_query_ends_when_its_asker_leaves(
    lone: LocalEngine,
    line: tuple[socket.socket, socket.socket],
    leave: Callable[[socket.socket], None],
    more: bytes,
) -> None:
    theirs, ours = line
    [worker] = lone.pids()
    with ThreadPoolExecutor() as threads:
        running = threads.submit(lone.answer, RUNAWAY, asker=ours.fileno())
        time.sleep(0.2)
        theirs.sendall(more)
        time.sleep(0.1)
        assert not running.done(), "what a client sends meanwhile is no reason to end"
        leave(theirs)
        assert soon(lambda: gone(worker))
        with pytest.raises(AskerGone, match="closed its side"):
            running.result(1)
    assert lone.ask("ASK {}")


def test_who_waits_and_leaves_is_out_of_the_queue(lone: LocalEngine, line: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = line
    [worker] = lone.pids()
    with ThreadPoolExecutor() as threads:
        first = threads.submit(lone.answer, RUNAWAY, deadline=2)
        time.sleep(0.2)
        second = threads.submit(lone.answer, "ASK {}", asker=ours.fileno())
        third = threads.submit(lone.ask, "ASK {}")
        time.sleep(0.2)
        assert not second.done()
        theirs.close()
        with pytest.raises(AskerGone):
            second.result(0.5)
        assert not first.done(), "the one before it goes on"
        assert lone.pids() == [worker]
        with pytest.raises(QueryTimeout):
            first.result(5)
        assert third.result(5), "the one after it is served"


def test_many_who_leave_at_once_lose_no_worker(snapshot: Snapshot) -> None:
    """Some leave the queue at the moment at which a worker is handed to them."""
    with LocalEngine(
        snapshot.store, workers=2, deadline=30, max_bytes=10**7, memory=2 << 30, queue_limit=100
    ) as engine, ThreadPoolExecutor(40) as threads:  # fmt: skip
        lines = [socket.socketpair() for _ in range(40)]
        asked = [threads.submit(engine.answer, RUNAWAY, asker=ours.fileno()) for _, ours in lines]
        for theirs, _ in lines:
            theirs.close()
            time.sleep(0.005)
        for one in asked:
            with pytest.raises(AskerGone):
                one.result(5)
        for _, ours in lines:
            ours.close()
        assert all(threads.map(engine.ask, ["ASK {}"] * 8))
        assert soon(lambda: len(engine.pids()) == 2, 5)


def test_a_remote_engine_is_left_too_when_the_asker_leaves(line: tuple[socket.socket, socket.socket]) -> None:
    theirs, ours = line
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as threads:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"
        engine = RemoteEngine(address, at_once=1, deadline=20, max_bytes=1000, queue_limit=5)
        running = threads.submit(engine.answer, "ASK {}", asker=ours.fileno())
        far, _ = listener.accept()
        with far:
            waiting = threads.submit(engine.answer, "ASK {}", asker=ours.fileno())
            time.sleep(0.2)
            assert not running.done()
            assert not waiting.done()
            theirs.close()
            for one in (running, waiting):
                with pytest.raises(AskerGone):
                    one.result(0.5)
            far.settimeout(1)
            while far.recv(1 << 16):
                pass


# The editor


def page(client: FlaskClient, query: str, **fields: str) -> str:
    return client.post("/sparql", data={"query": query} | fields, headers={"Accept": "text/html"}).text


def test_the_editor_posts_and_gives_a_link_to_a_short_query(client: FlaskClient) -> None:
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("x\\ny" UNDEF) ("&<é" 1) } }'
    shown = page(client, query, timeout="7")
    assert '<form method="post" action="/sparql"' in shown
    assert 'id="timeout" name="timeout" min="0.1" max="60" step="any" value="7"' in shown
    assert "<strong>2</strong> rows" in shown
    [link] = re.findall(r'<a href="(/sparql\?[^"]*)">Link to this query', shown)
    again = client.get(html.unescape(link), headers={"Accept": "text/html"})
    of_page = slice(None, shown.index("<footer>"))  # which names the address, for a report
    assert again.text[of_page] == shown[of_page]


def test_the_link_keeps_the_graphs(client: FlaskClient) -> None:
    shown = page(client, "ASK { ?s ?p ?o }", **{"default-graph-uri": "urn:a&b", "named-graph-uri": "urn:c"})
    [link] = re.findall(r'<a href="(/sparql\?[^"]*)">Link to this query', shown)
    assert parse_qs(urlsplit(html.unescape(link)).query) == {
        "query": ["ASK { ?s ?p ?o }"], "default-graph-uri": ["urn:a&b"], "named-graph-uri": ["urn:c"],
    }  # fmt: skip
    assert '<input type="hidden" name="default-graph-uri" value="urn:a&amp;b">' in shown


def test_a_query_too_long_for_an_address_works_in_the_editor(client: FlaskClient) -> None:
    shown = page(client, "ASK {} #" + "x" * 15_000)
    assert "too long for a link" in shown
    assert "Link to this query" not in shown
    assert "true" in shown


@pytest.mark.parametrize(
    ("query", "count", "cells"),
    [
        ("SELECT ?x { FILTER(false) }", "<strong>0</strong> rows", 0),
        ("SELECT ?x {}", "<strong>1</strong> row", 1),
        ("SELECT ?x { VALUES ?x { '' UNDEF 'a\\n\\t\"' } }", "<strong>3</strong> rows", 3),
        ("SELECT ?t { ?t ?p ?o . ?x ?y ?z } LIMIT 1234", "<strong>1,234</strong> rows", 500),
        (
            "SELECT ?t { ?t ?p ?o . ?x ?y ?z } LIMIT 1234",
            "The first 500 are shown here; every download below has all.",
            500,
        ),
        ("SELECT (CONCAT('" + "x" * 8000 + "') AS ?t) {}", "<strong>1</strong> row", 1),
    ],
)
def test_a_page_counts_all_rows_and_says_which_it_shows(
    client: FlaskClient, query: str, count: str, cells: int
) -> None:
    shown = page(client, query)
    assert count in shown
    assert shown.count("<td") == cells


# Each limit has a status and a text of its own


@dataclass(frozen=True)
class Limit:
    """A limit, how to reach it, and what must be said of it."""

    status: int
    says: tuple[str, ...]  # which limit, its value, and what to do
    query: str = "ASK {}"
    fields: Mapping[str, str] = field(default_factory=dict)
    retry_after: str | None = None
    crowd: int = 0  # how many runaways are under way meanwhile


LIMITS = {
    "time": Limit(504, ("time limit of 0.3 seconds", "ask for less"), RUNAWAY, {"timeout": "0.3"}),
    "memory": Limit(503, ("memory than the limit of 286 MB", "avoid joins"), BOMB),
    "result": Limit(413, ("larger than the limit of 20,000 bytes", "LIMIT and OFFSET"), "SELECT * { ?s ?p ?o }"),
    "text": Limit(413, ("limit is 16,384", "shorten it"), "ASK {} #" + "x" * 20_000),
    "body": Limit(413, ("body", "limit of 131,072 bytes", "shorten the query"), "ASK {} #" + "x" * 140_000),
    "nesting": Limit(400, ("limit is 500", "split the query"), "ASK " + "{" * 501 + "}" * 501),
    "parameters": Limit(400, ("more than 1,000 parameters",), fields={f"p{n}": "" for n in range(1000)}),
    "timeout": Limit(400, ("up to 60", "give another"), fields={"timeout": "61"}),
    "queue": Limit(503, ("queue is at its limit of 1", "try again"), retry_after="1", crowd=2),
    "waiting": Limit(503, ("within 0.2 seconds", "later"), fields={"timeout": "0.2"}, retry_after="1", crowd=1),
    "rate": Limit(429, ("limit of 1 in 60 seconds", "try again in"), retry_after="60"),
}


@pytest.fixture(scope="module")
def narrow(snapshot: Snapshot, home: Path, engine: LocalEngine) -> Iterator[Flask]:
    """An application with little room."""
    public = LocalEngine(
        snapshot.store, workers=1, deadline=30, max_bytes=20_000, memory=300_000_000, queue_limit=1
    )  # fmt: skip
    yield create_app(Service(Settings(home=home), snapshot, site=engine, public=public))
    public.close()


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/json"])
@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_each_limit_has_its_own_status_and_says_which_it_is_and_what_to_do(
    narrow: Flask, limit: Limit, kind: str
) -> None:
    client = narrow.test_client()
    install(narrow, "1/minute" if limit.status == 429 else "")
    if limit.status == 429:
        assert client.get("/sparql?query=ASK{}").status_code == 200
    with crowd(narrow, limit.crowd):
        response = client.post("/sparql", data={"query": limit.query} | limit.fields, headers={"Accept": kind})
    assert response.status_code == limit.status, response.text
    assert response.mimetype == kind
    said = html.unescape(response.text)
    for words in limit.says:
        assert words in said
    waits = response.headers.get("Retry-After")
    if limit.retry_after == "60":
        assert 0 < int(waits or 0) <= 60
    else:
        assert waits == limit.retry_after
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "no-store"


@contextmanager
def crowd(app: Flask, size: int) -> Iterator[None]:
    """Have runaways under way."""
    with ThreadPoolExecutor(max(1, size)) as threads:
        for _ in range(size):
            threads.submit(app.test_client().get, "/sparql", query_string={"query": RUNAWAY, "timeout": "1"})
            time.sleep(0.3)
        yield


def test_no_two_limits_say_the_same() -> None:
    assert len({limit.says for limit in LIMITS.values()}) == len(LIMITS)


@pytest.mark.slow
def test_two_hundred_thousand_rows_fit_in_every_format(snapshot: Snapshot) -> None:
    """With IRIs as long as those that ship; the sample has fewer statements, so some come several times."""
    query = "SELECT ?s ?p ?o { ?s ?p ?o . ?x ?y ?z FILTER(STRLEN(STR(?s)) > 60) } LIMIT 200000"
    most = Settings().max_megabytes * 1_000_000
    with LocalEngine(snapshot.store, workers=1, deadline=60, max_bytes=most, memory=2 << 30, queue_limit=1) as engine:
        for media in ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"):
            body = engine.answer(query, solutions=media).body
            assert 15_000_000 < len(body) < most
            mark = {"json": b'{"s":', "xml": b"<result>", "csv": b"\n"}[media.rpartition("+")[2].rpartition("/")[2]]
            assert body.count(mark) == 200_000 + (media == "text/csv")


# How many queries an address may send


@pytest.fixture
def counted(snapshot: Snapshot, home: Path, engine: LocalEngine) -> Callable[..., FlaskClient]:
    """A client of an application with a rate limit and perhaps proxies in front."""

    def client(**settings: object) -> FlaskClient:
        chosen = Settings(home=home, **settings)  # type: ignore[arg-type]
        return create_app(Service(chosen, snapshot, site=engine, public=engine)).test_client()

    return client


def statuses(client: FlaskClient, *addresses: str, **headers: str) -> list[int]:
    found = []
    for number, address in enumerate(addresses):
        query = f"ASK {{}} #{number}"
        response = client.get(
            "/sparql", query_string={"query": query}, headers=headers, environ_base={"REMOTE_ADDR": address}
        )
        found.append(response.status_code)
    return found


def test_there_is_no_rate_limit_unless_one_is_set(counted: Callable[..., FlaskClient]) -> None:
    assert set(statuses(counted(), *["192.0.2.1"] * 30)) == {200}


def test_each_address_has_a_count_of_its_own(counted: Callable[..., FlaskClient]) -> None:
    client = counted(rate="2/minute")
    assert statuses(client, "192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2") == [200, 200, 429, 200]
    assert statuses(client, "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1") == [200, 200, 429, 200]
    assert client.get("/sparql").status_code == 200, "the editor and other pages are not counted"
    assert client.get("/health").status_code == 200


def test_several_rates_hold_together_and_pass(counted: Callable[..., FlaskClient]) -> None:
    client = counted(rate="1/second; 3/hour")
    assert statuses(client, "192.0.2.1", "192.0.2.1") == [200, 429]
    time.sleep(1.1)
    assert statuses(client, "192.0.2.1", "192.0.2.1") == [200, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "whose"),
    [
        (0, "192.0.2.9", "127.0.0.1"),
        (1, "192.0.2.9", "192.0.2.9"),
        (1, "10.9.9.9, 192.0.2.9", "192.0.2.9"),
        (2, "10.9.9.9, 192.0.2.9, 198.51.100.1", "192.0.2.9"),
        (2, "192.0.2.9", "127.0.0.1"),
    ],
)
def test_only_as_many_proxies_are_believed_as_there_are(
    counted: Callable[..., FlaskClient], proxies: int, forwarded: str, whose: str
) -> None:
    client = counted(rate="1/hour", proxies=proxies)
    headers = {"X-Forwarded-For": forwarded}
    assert statuses(client, "127.0.0.1", "127.0.0.1", **headers) == [200, 429]
    other = {"X-Forwarded-For": forwarded.replace("192.0.2.9", "192.0.2.10")}
    assert statuses(client, "127.0.0.1", **other) == [429 if whose == "127.0.0.1" else 200]


def test_processes_count_together(tmp_path: Path) -> None:
    stores = [FileStorage(tmp_path / "counts") for _ in range(2)]
    rates = [Rate("5/minute", store) for store in stores]

    def ask(number: int) -> bool:
        try:
            rates[number % 2].count("192.0.2.1")
        except TooManyQueries:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(40))) == 5
    assert stores[0].reset()
    assert ask(0)


def test_old_counts_are_forgotten(tmp_path: Path) -> None:
    store = FileStorage(tmp_path / "counts")
    for number in range(999):
        store.incr(f"old {number}", 0)
    store.incr("new", 60)
    assert store.reset() == 1


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("CYBERGOV_RATE", "many", "such as 60/minute"), ("CYBERGOV_PROXIES", "-1", "not below 0"),
     ("CYBERGOV_MAX_DEADLINE", "0", "above 0")],
)  # fmt: skip
def test_a_bound_that_is_none_is_refused_when_the_service_starts(name: str, value: str, says: str) -> None:
    with pytest.raises(BadSetting, match=says):
        read_settings({name: value})
    assert read_settings({"CYBERGOV_PROXIES": "0", "CYBERGOV_RATE": "5/second; 1000/day"}).proxies == 0


# On a real server


@pytest.fixture(scope="module")
def server(home: Path, snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server as it is run, which may be asked for a minute; one worker for public queries in each process."""
    with serving(home, tmp_path_factory.mktemp("server") / "log", workers=2, rate="100000/hour") as served:
        yield served


def running(server: Served) -> set[int]:
    """The workers of the server that are busy with a query."""
    return {pid for pid in workers(server) if "\nState:\tR" in status(pid) or threads_running(pid)}


def workers(server: Served) -> set[int]:
    parents = server.children()
    found = set()
    for entry in Path("/proc").iterdir():
        parent = re.search(r"\nPPid:\t(\d+)\n", status(int(entry.name))) if entry.name.isdigit() else None
        if parent and int(parent[1]) in parents:
            found.add(int(entry.name))
    return found


def status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def threads_running(pid: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            if task.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "R":
                return True
    return False


def request(query: str, *headers: str, timeout: float = 60) -> bytes:
    target = f"/sparql?{urlencode({'query': query, 'timeout': timeout})}"
    return "\r\n".join([f"GET {target} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def all_at_rest(server: Served) -> bool:
    return not running(server) and not running(server)


@pytest.mark.parametrize("leave", ["closes", "resets"])
def test_who_hangs_up_on_a_real_server_frees_a_worker_at_once(server: Served, leave: str) -> None:
    assert soon(lambda: all_at_rest(server), 10)
    line = server.connect()
    line.sendall(request(RUNAWAY))
    busy: set[int] = set()
    assert soon(lambda: bool(busy.update(running(server)) or busy), 10)
    time.sleep(0.3)
    [worker] = running(server)
    if leave == "closes":
        line.close()
    else:
        reset(line)
    assert soon(lambda: gone(worker))
    assert server.query("ASK {}").seconds < 5


def test_queries_of_who_has_hung_up_are_not_run(server: Served) -> None:
    """Two workers, eight runaways of a minute each: were they run after all, the next would wait for minutes."""
    lines = [server.connect() for _ in range(8)]
    for line in lines:
        line.sendall(request(RUNAWAY))
    assert soon(lambda: len(running(server)) == 2, 10)
    for line in lines:
        line.close()
    assert soon(lambda: all_at_rest(server), 2)
    assert server.query("ASK {}").seconds < 5


def test_a_client_that_ends_its_sending_is_told_that_it_counts_as_gone(server: Served) -> None:
    with server.connect() as line:
        line.sendall(request(RUNAWAY))
        time.sleep(0.5)
        line.shutdown(socket.SHUT_WR)
        reply = read_reply(b"".join(iter(lambda: line.recv(1 << 16), b"")), 0)
    assert reply.status == 499
    assert "keep the connection open" in reply.text


def test_a_client_that_sends_its_next_request_early_has_both_answered(server: Served) -> None:
    with server.connect() as line:
        line.sendall(
            request("ASK {}", "Accept: text/csv")
            + request("ASK { FILTER(false) }", "Accept: text/csv", "Connection: close")
        )
        received = b"".join(iter(lambda: line.recv(1 << 16), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.index(b"\r\ntrue") < received.index(b"\r\nfalse")


def test_a_runaway_is_gone_half_a_second_after_its_deadline(server: Served) -> None:
    seconds = []
    for _ in range(3):
        assert soon(lambda: all_at_rest(server), 10)
        before = workers(server)
        start = time.monotonic()
        reply = server.send(request(RUNAWAY, "Connection: close", timeout=1))
        assert reply.status == 504
        assert soon(lambda before=before: len(before & workers(server)) < len(before), 5)
        seconds.append(time.monotonic() - start)
    assert min(seconds) < 1.5


@pytest.mark.parametrize("expects", [True, False], ids=["asks before", "just sends"])
@pytest.mark.parametrize("length", ["stated", "in chunks"])
def test_a_body_too_large_is_refused_with_its_limit_to_a_client_that_can_read_it(
    server: Served, length: str, expects: bool
) -> None:
    size = 5_000_000
    head = ["POST /sparql HTTP/1.1", "Host: x", f"Content-Type: {DIRECT}"]
    head += ["Expect: 100-continue"] if expects else []
    head += [f"Content-Length: {size}"] if length == "stated" else ["Transfer-Encoding: chunked"]
    body = b"x" * size if length == "stated" else b"%x\r\n%s\r\n0\r\n\r\n" % (size, b"x" * size)
    reply = server.send("\r\n".join([*head, "", ""]).encode() + body)
    assert reply.status in (413, 100), "a client that is told to go on gets the refusal after that"
    assert "body of the request is larger than the limit of 131,072 bytes" in reply.text
    assert reply.seconds < 5


@pytest.mark.parametrize(
    ("length", "body", "status", "words"),
    [
        ("Content-Length: 6", b"ASK {}", 200, "true"),
        ("Content-Length: 600", b"ASK {}", 400, "not as long as its headers say"),
        ("Transfer-Encoding: chunked", b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n", 200, "true"),
        ("Transfer-Encoding: chunked", b"3;a=b\r\nASK\r\n3\r\n {}\r\n0;c\r\nX: y\r\n\r\n", 200, "true"),
        ("Transfer-Encoding: chunked", b"ffffff\r\nASK {}\r\n0\r\n\r\n", 400, "not as long as its headers say"),
        ("Transfer-Encoding: chunked", b"zz\r\nASK {}\r\n0\r\n\r\n", 400, "not as long as its headers say"),
    ],
)
def test_a_length_that_lies_is_found_out(server: Served, length: str, body: bytes, status: int, words: str) -> None:
    head = [
        "POST /sparql HTTP/1.1",
        "Host: x",
        "Connection: close",
        "Accept: text/csv",
        f"Content-Type: {DIRECT}",
        length,
    ]
    with server.connect() as line:
        line.sendall("\r\n".join([*head, "", ""]).encode() + body)
        if status != 200:
            line.shutdown(socket.SHUT_WR)
        reply = read_reply(b"".join(iter(lambda: line.recv(1 << 16), b"")), 0)
    assert reply.status == status
    assert words in reply.text


@pytest.mark.slow
def test_a_request_that_drips_is_ended_with_408(server: Served) -> None:
    with server.connect() as line:
        start = time.monotonic()
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ")
        received = bytearray()
        line.settimeout(0.5)
        while time.monotonic() - start < 20:
            with suppress(TimeoutError):
                if not (piece := line.recv(1 << 16)):
                    break
                received += piece
            with suppress(OSError):
                line.sendall(b"a")
    reply = read_reply(bytes(received), time.monotonic() - start)
    assert reply.status == 408
    assert "within the limit of 10 seconds" in reply.text
    assert 9 < reply.seconds < 15


def test_an_address_or_a_head_too_long_is_refused_with_the_limit(server: Served) -> None:
    reply = server.get("/sparql?query=" + "x" * 9000)
    assert (reply.status, "limit of 8,190 bytes; send the query by POST" in reply.text) == (414, True)
    reply = server.get("/", *[f"X-{n}: {'x' * 4000}" for n in range(20)])
    assert (reply.status, "limit of 32,768 bytes" in reply.text) == (431, True)
    assert server.get("/sparql?query=" + quote("ASK {} #" + "x" * 8000)).status == 200


def test_the_processes_of_a_server_count_an_address_together(home: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    with serving(home, tmp_path / "log", rate="5/hour", proxies=1) as served:

        def ask(number: int) -> int:
            headers = ("Connection: close", f"X-Forwarded-For: 192.0.2.{number % 2}", "Accept: text/csv")
            return served.send(request(f"ASK {{}} #{number}", *headers)).status

        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(ask, range(40)))
    assert [found[0::2].count(200), found[1::2].count(200)] == [5, 5]
    assert set(found) == {200, 429}


def niceness(engine: Engine) -> set[int]:
    """How far the workers of an engine give way, once it has some."""
    assert isinstance(engine, LocalEngine)
    with engine:
        engine.ask("ASK {}")
        return {os.getpriority(os.PRIO_PROCESS, pid) - os.getpriority(os.PRIO_PROCESS, 0) for pid in engine.pids()}


def test_queries_of_strangers_give_way_to_those_of_pages(home: Path) -> None:
    service = open_service(Settings(home=home))
    assert (niceness(service.site), niceness(service.public)) == ({0}, {STRANGERS_GIVE_WAY})
    old = Library(service)
    site, public = (old.shelf._make(role, service.snapshot.store) for role in ("site", "public"))
    assert (niceness(site), niceness(public)) == ({0}, {STRANGERS_GIVE_WAY})
