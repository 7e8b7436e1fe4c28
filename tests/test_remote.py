"""The remote engine: the same answers and pages as the local one, and plain errors whatever the other side does.

The other engine is the `oxigraph` server on the sample's own store; the faults are played by small servers.
"""

from __future__ import annotations

import re
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import test_app
import test_queries
from flask import Flask

import queries
from graph.build import META
from graph.engine import (
    EngineBusy,
    LocalEngine,
    QueryFailed,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    WrongForm,
)
from graph.errors import CyberGovError
from graph.remote import Address, BadAddress, BadAnswer, EngineUnreachable, RemoteEngine, form
from graph.snapshot import Snapshot
from graph.worker import GRAPH_FORMATS, SOLUTION_FORMATS
from webapp.app import create_app
from webapp.service import Service, open_service
from webapp.settings import BadSetting, Settings, read_settings

ALL = "SELECT * WHERE { ?s ?p ?o }"
LABELS = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?s ?label ?missing WHERE { ?s rdfs:label ?label OPTIONAL { ?s <urn:none> ?missing } }
ORDER BY ?s ?label LIMIT 200"""
TRIPLES = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { ?s rdfs:label ?label } WHERE { { SELECT * { ?s rdfs:label ?label } ORDER BY ?s ?label LIMIT 50 } }"""
JSON = "Content-Type: application/sparql-results+json\r\n"
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'

Play = Callable[[socket.socket], None]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def endpoint(snapshot: Snapshot) -> Iterator[str]:
    """The address of an oxigraph server on the sample."""
    port = free_port()
    program = str(Path(sys.executable).with_name("oxigraph"))
    command = [program, "serve-read-only", "--location", str(snapshot.store), "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/query"
        server.kill()


def engine_at(address: str, **bounds: Any) -> RemoteEngine:
    return RemoteEngine(address, **{"at_once": 2, "deadline": 10, "max_bytes": 50_000_000, "queue_limit": 8} | bounds)


@pytest.fixture(scope="module")
def remote(endpoint: str) -> RemoteEngine:
    return engine_at(endpoint)


@pytest.fixture(scope="module")
def far_home(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose snapshot has no store: what answers then can only be the remote engine."""
    home = tmp_path_factory.mktemp("far")
    copy = home / "snapshots" / snapshot.id
    shutil.copytree(snapshot.path, copy, ignore=shutil.ignore_patterns("store"))
    (home / "current").symlink_to(copy)
    return home


@pytest.fixture(scope="module")
def far_app(far_home: Path, endpoint: str) -> Flask:
    app = create_app(open_service(Settings(home=far_home, engine=endpoint)))
    app.testing = True
    return app


@contextmanager
def playing(play: Play) -> Iterator[tuple[str, list[bytes]]]:
    """Run a server that reads a request and plays its part; yield its address and what was asked of it."""
    asked: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (piece := self.request.recv(65536)):
                    return
                head += piece
            if length := re.search(rb"(?i)content-length: (\d+)", head):
                while len(head.partition(b"\r\n\r\n")[2]) < int(length[1]):
                    head += self.request.recv(65536)
            asked.append(head)
            try:
                play(self.request)
            except OSError:
                return  # the engine hung up, as it should

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/sparql", asked
        finally:
            server.shutdown()


def reply(body: bytes = EMPTY, status: str = "200 OK", headers: str = JSON, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {size}\r\n\r\n".encode() + body


def saying(data: bytes) -> Play:
    return lambda line: line.sendall(data)


def ask_of(data: bytes, query: str = ALL, **bounds: Any) -> bytes:
    with playing(saying(data)) as (address, _):
        return engine_at(address, **{"deadline": 5} | bounds).answer(query).body


# The same as the local engine


@pytest.mark.parametrize("query", queries.catalogue().values(), ids=lambda query: query.name)
def test_every_query_gives_its_golden_answer_on_the_other_engine(query: queries.Query, remote: RemoteEngine) -> None:
    test_queries.test_every_query_gives_its_golden_answer(query, remote)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", [*test_app.PAGES, "/doc/state/EST.ttl", "/doc/state/EST.json", "/states.csv"])
def test_every_page_is_the_same_on_the_other_engine(path: str, app: Flask, far_app: Flask) -> None:
    near = app.test_client().get(path, headers=test_app.BROWSER)
    far = far_app.test_client().get(path, headers=test_app.BROWSER)
    assert (far.status_code, far.content_type) == (near.status_code, near.content_type)
    assert far.data == near.data


@pytest.mark.parametrize("media_type", SOLUTION_FORMATS)
def test_tables_and_truths_come_in_every_format_alike(
    media_type: str, engine: LocalEngine, remote: RemoteEngine
) -> None:
    for query in (LABELS, "ASK { ?s ?p ?o }", "ASK { <urn:none> ?p ?o }"):
        assert remote.answer(query, solutions=media_type) == engine.answer(query, solutions=media_type)


@pytest.mark.parametrize("media_type", GRAPH_FORMATS)
def test_triples_come_in_every_format_alike(media_type: str, engine: LocalEngine, remote: RemoteEngine) -> None:
    near, far = (one.answer(TRIPLES, graph=media_type) for one in (engine, remote))
    assert (far.kind, far.media_type) == (near.kind, near.media_type)
    assert sorted(far.body.split()) == sorted(near.body.split())
    assert len(near.body) > 1000


def test_a_query_of_the_wrong_form_is_told_apart(remote: RemoteEngine) -> None:
    assert remote.ask("ASK { ?s ?p ?o }") is True
    assert remote.construct(TRIPLES).count(b"\n") == 50
    with pytest.raises(WrongForm):
        remote.select("ASK {}")


@pytest.mark.parametrize(
    "graphs",
    [
        {},
        {"default_graphs": [str(META)]},
        {"named_graphs": [str(META)]},
        {"default_graphs": [str(META)], "named_graphs": [str(META)]},
        {"named_graphs": []},
        {"default_graphs": ["urn:none"]},
    ],
)
def test_the_graphs_of_a_query_are_the_same_on_both(
    graphs: Mapping[str, Any], engine: LocalEngine, remote: RemoteEngine
) -> None:
    for pattern in ("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }"):
        query = f"SELECT (COUNT(*) AS ?n) WHERE {pattern}"
        assert remote.answer(query, **graphs) == engine.answer(query, **graphs)


def test_a_long_query_goes_by_post_and_a_short_one_by_get() -> None:
    with playing(saying(reply())) as (address, asked):
        one = engine_at(address)
        one.select(ALL)
        one.answer(ALL + "#" + "x" * 5000, default_graphs=["urn:a", "urn:b"], named_graphs=["urn:ü"])
    assert asked[0].startswith(b"GET /sparql?")
    head, _, form_sent = asked[1].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /sparql HTTP/1.1\r\n")
    sent = parse_qs(form_sent.decode())
    assert sent.pop("query") == [ALL + "#" + "x" * 5000]
    assert sent == {"default-graph-uri": ["urn:a", "urn:b"], "named-graph-uri": ["urn:ü"]}


def test_an_answer_in_another_format_of_the_standard_is_understood(engine: LocalEngine) -> None:
    xml = engine.answer(LABELS, solutions="application/sparql-results+xml").body
    typed = "Content-Type: application/sparql-results+xml; charset=utf-8\r\n"
    assert ask_of(reply(xml, headers=typed), LABELS) == engine.select(LABELS)
    turtle = engine.answer(TRIPLES, graph="text/turtle").body
    assert sorted(ask_of(reply(turtle, headers="Content-Type: text/turtle\r\n"), TRIPLES).splitlines()) == sorted(
        engine.construct(TRIPLES).splitlines()
    )


def test_a_query_that_cannot_be_read_is_refused_with_its_place(engine: LocalEngine, remote: RemoteEngine) -> None:
    for query in ("SELECT * WHERE {\n ?s ?p }", "nonsense", "", "SELECT \ud800", "INSERT DATA { <urn:a> <urn:b> 1 }"):
        with pytest.raises(QuerySyntaxError) as near:
            engine.answer(query)
        with pytest.raises(QuerySyntaxError) as far:
            remote.answer(query)
        assert (far.value.line, far.value.column) == (near.value.line, near.value.column)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("# SELECT\nPREFIX ask: <http://x/#select> BASE <urn:describe> CONSTRUCT {} {}", "graph"),
        ("DESCRIBE <urn:a>", "graph"),
        ("ask{}", "boolean"),
        ("select*{}", "solutions"),
        ("INSERT DATA {}", None),
        ("PREFIX <x> SELECT * {}", None),
    ],
)
def test_the_form_of_a_query_is_read_after_its_prologue(query: str, kind: str | None) -> None:
    assert form(query) == kind


# The endpoint and the pages on it


def test_the_guard_stands_in_front_of_the_other_engine(far_home: Path) -> None:
    with playing(saying(reply())) as (address, asked):
        client = create_app(open_service(Settings(home=far_home, engine=address))).test_client()
        refused = {
            "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": 403,
            "INSERT DATA { <urn:a> <urn:b> <urn:c> }": 400,
            "SELECT * " + "{" * 600: 400,
        }
        for query, status in refused.items():
            assert client.get("/sparql", query_string={"query": query}).status_code == status
        assert asked == []
        assert client.get("/sparql", query_string={"query": ALL}).status_code == 200
        assert len(asked) == 1


def test_health_says_whether_the_other_engine_has_the_same_release(far_app: Flask, endpoint: str) -> None:
    service: Service = far_app.extensions["service"]
    health = far_app.test_client().get("/health")
    assert health.status_code == 200
    assert health.json
    assert health.json["engine"] == {"address": endpoint, "same release": "yes"}
    for change in ({"data_date": "1999-01-01"}, {"counts": {"statements": 1}}):
        other = Service(service.settings, service.snapshot, service.site, service.public, service.manifest | change)
        assert other.remote()["same release"] == "no"


def test_health_says_nothing_of_an_engine_where_it_is_local(app: Flask) -> None:
    assert "engine" not in (app.test_client().get("/health").json or {})


def test_whether_the_release_is_the_same_is_unknown_when_the_engine_cannot_say(far_home: Path) -> None:
    def count_fails(line: socket.socket) -> None:
        line.sendall(reply(b"too much", "500 Internal Server Error", "Content-Type: text/plain\r\n"))

    with playing(count_fails) as (address, _):
        service = open_service(Settings(home=far_home, engine=address))
        assert service.remote() == {"address": address, "same release": "unknown"}


def test_pages_say_that_the_engine_is_down_and_when_to_come_back(far_home: Path) -> None:
    address = f"http://reader:open-sesame@127.0.0.1:{free_port()}/sparql"
    client = create_app(open_service(Settings(home=far_home, engine=address))).test_client()
    for path in ("/", "/health", "/doc/state/EST", f"/sparql?query={ALL}"):
        response = client.get(path, headers={} if path.startswith("/sparql") else test_app.BROWSER)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
        assert "be reached now (it refuses connections)" in response.text
        assert "sesame" not in response.text
    assert client.get("/search?q=estonia").status_code == 200


# What the other side may do


def test_a_server_that_is_down_is_told_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(EngineUnreachable) as caught:
        engine_at(f"http://127.0.0.1:{free_port()}/").select(ALL)
    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    assert time.monotonic() - begun < 1


def test_a_host_that_has_no_address_is_unreachable() -> None:
    with pytest.raises(EngineUnreachable):
        engine_at("http://no-such-host.invalid/", deadline=5).select(ALL)


def drip(data: bytes) -> Play:
    def play(line: socket.socket) -> None:
        for byte in data:
            line.sendall(bytes([byte]))
            time.sleep(0.05)

    return play


@pytest.mark.parametrize(
    "play",
    [
        pytest.param(lambda line: time.sleep(3), id="silence"),
        pytest.param(drip(reply()), id="a byte of the head at a time"),
        pytest.param(
            lambda line: (line.sendall(reply(b"", length=400)), drip(b" " * 400)(line)), id="a byte at a time"
        ),
    ],
)
def test_a_server_that_hangs_or_drips_is_left_at_the_deadline(play: Play) -> None:
    left = threading.Event()

    def watched(line: socket.socket) -> None:
        play(line)
        line.settimeout(5)
        if line.recv(1) == b"":
            left.set()

    with playing(watched) as (address, _):
        one = engine_at(address)
        begun = time.monotonic()
        with pytest.raises(QueryTimeout):
            one.answer(ALL, deadline=0.5)
        assert time.monotonic() - begun < 1
        names = [thread.name for thread in threading.enumerate()]
        end = time.monotonic() + 5
        while "remote query" in names and time.monotonic() < end:
            time.sleep(0.01)
            names = [thread.name for thread in threading.enumerate()]
        assert "remote query" not in names, "the exchange goes on after its deadline"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="before a word"),
        pytest.param(reply(EMPTY, length=1000), id="short of its length"),
        pytest.param(
            f"HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n10\r\n".encode() + EMPTY[:16] + b"\r\n",
            id="between two chunks",
        ),
        pytest.param(
            f"HTTP/1.1 200 OK\r\n{JSON}Transfer-Encoding: chunked\r\n\r\nfff\r\n".encode() + EMPTY, id="within a chunk"
        ),
    ],
)
def test_a_server_that_dies_in_the_middle_is_unreachable(data: bytes) -> None:
    with pytest.raises(EngineUnreachable, match="broke off"):
        ask_of(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x16\x03\x01 nothing like it\r\n\r\n", id="no HTTP"),
        pytest.param(reply(b"<html>Sign in</html>", headers="Content-Type: text/html\r\n"), id="a page"),
        pytest.param(reply(b"<html>Sign in</html>"), id="a page called JSON"),
        pytest.param(reply(headers=""), id="no type"),
        pytest.param(reply(headers="Content-Type: image/png\r\n"), id="a picture"),
        pytest.param(reply(EMPTY[:-5]), id="broken JSON"),
        pytest.param(reply(EMPTY + b"The SPARQL operation has been cancelled"), id="a late error under 200"),
        pytest.param(reply(b""), id="nothing"),
        pytest.param(reply(b"\xff\xfe\x00"), id="no UTF-8"),
        pytest.param(reply(b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":7}]}}'), id="no terms"),
        pytest.param(reply(b'{"head":{},"boolean":true}'), id="a truth for a table"),
        pytest.param(f"HTTP/1.1 200 OK\r\n{JSON}\r\n".encode() + EMPTY[:-1], id="an end that nobody announced"),
        pytest.param(reply(headers=JSON + "Content-Encoding: gzip\r\n", body=b"\x1f\x8b\x08"), id="packed unasked"),
        pytest.param(reply(b"no rights", "401 Unauthorized", "Content-Type: text/plain\r\n"), id="no rights"),
        pytest.param(reply(b"", "404 Not Found"), id="not found"),
        pytest.param(reply(b"<p>Bad</p>", "400 Bad Request", "Content-Type: text/html\r\n"), id="a page of refusal"),
        pytest.param(reply(b"", "500 Internal Server Error"), id="an error of its own"),
    ],
)
def test_garbage_is_a_failure_of_the_engine_and_never_an_answer(data: bytes) -> None:
    with pytest.raises(QueryFailed) as caught:
        ask_of(data)
    assert caught.value.status == 502
    assert "<html" not in str(caught.value)
    assert "<p>" not in str(caught.value)


def test_triples_whose_end_nobody_announced_are_not_taken_for_all() -> None:
    start, triple = b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\n", b"<urn:a> <urn:b> <urn:c> .\n"
    with pytest.raises(BadAnswer, match="could be missing"):
        ask_of(start + b"\r\n" + triple, TRIPLES)
    assert ask_of(start + b"Content-Length: 26\r\n\r\n" + triple, TRIPLES) == triple
    with pytest.raises(BadAnswer, match="malformed"):
        ask_of(start + b"Content-Length: 20\r\n\r\n" + triple, TRIPLES)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect"])
def test_no_redirect_is_followed(status: str) -> None:
    with playing(saying(reply())) as (elsewhere, asked):
        for target in (elsewhere, "http://127.0.0.1:1/", "file:///etc/passwd", "/other"):
            with pytest.raises(BadAnswer, match="sends elsewhere"):
                ask_of(reply(b"", status, f"Location: {target}\r\n"))
        assert asked == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(saying(reply())) as (proxy, asked), playing(saying(reply())) as (address, _):
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        assert engine_at(address).select(ALL) == EMPTY
        assert asked == []


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        ("503 Service Unavailable", "Retry-After: 17\r\n", EngineBusy),
        ("429 Too Many Requests", "Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n", EngineBusy),
        ("502 Bad Gateway", "", EngineUnreachable),
        ("504 Gateway Timeout", "", QueryTimeout),
        ("408 Request Timeout", "", QueryTimeout),
        ("200 OK", JSON + "X-SQL-State: S1TAT\r\n", QueryTimeout),
    ],
)
def test_what_a_status_means_is_told(status: str, headers: str, error: type[CyberGovError]) -> None:
    with pytest.raises(error) as caught:
        ask_of(reply(EMPTY, status, headers))
    if isinstance(caught.value, EngineBusy):
        assert caught.value.retry_after == (17 if "17" in headers else 5)


def test_a_refusal_is_told_in_one_line_with_its_place_and_without_traces() -> None:
    said = (
        b"Parse error:\n  Encountered <EOF> at line 3, column 14.\n\tat org.example.Parser.parse(Parser.java:7)\n" * 100
    )
    with pytest.raises(QuerySyntaxError) as caught:
        ask_of(reply(said, "400 Bad Request", "Content-Type: text/plain\r\n"))
    assert (caught.value.line, caught.value.column) == (3, 14)
    assert "java" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def endless(start: bytes, piece: bytes, sent: list[int]) -> Play:
    def play(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
            sent.append(len(piece))

    return play


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
def test_an_endless_body_is_left_at_the_limit(status: str) -> None:
    start = f"HTTP/1.1 {status}\r\n{JSON}Transfer-Encoding: chunked\r\n\r\n".encode()
    sent: list[int] = []
    with playing(endless(start, b" " * 65536, sent)) as (address, _):
        with pytest.raises(ResultTooLarge if status == "200 OK" else BadAnswer):
            engine_at(address, max_bytes=50_000_000).select(ALL)
        assert sum(sent) < 60_000_000


def test_a_result_that_grows_past_the_limit_when_rewritten_is_refused(remote: RemoteEngine) -> None:
    size = len(remote.answer(LABELS).body)
    assert len(remote.answer(LABELS, max_bytes=size).body) == size
    with pytest.raises(ResultTooLarge):
        remote.answer(LABELS, max_bytes=size - 1)
    xml = len(remote.answer(LABELS, solutions="application/sparql-results+xml").body)
    assert xml > size
    with pytest.raises(ResultTooLarge):
        remote.answer(LABELS, solutions="application/sparql-results+xml", max_bytes=size)


def test_time_in_line_counts_towards_the_deadline() -> None:
    def play(line: socket.socket) -> None:
        time.sleep(1)
        line.sendall(reply())

    with playing(play) as (address, asked):
        one = engine_at(address, at_once=1)
        first = threading.Thread(target=one.select, args=(ALL,))
        first.start()
        while not asked:
            time.sleep(0.01)
        began = time.monotonic()
        with pytest.raises(
            QueryTimeout, match=r"limit of 1\.5 seconds, (0\.[6-9]|1\.\d) of them in line for a worker, and was"
        ):
            one.select(ALL, deadline=1.5)
        assert time.monotonic() - began < 1.9
        first.join()


def test_no_more_are_asked_at_once_than_allowed_and_the_rest_wait_or_are_turned_away() -> None:
    go, now, most = threading.Event(), [0], [0]

    def play(line: socket.socket) -> None:
        now[0] += 1
        most[0] = max(most[0], now[0])
        go.wait(5)
        now[0] -= 1
        line.sendall(reply())

    with playing(play) as (address, asked):
        one = engine_at(address, at_once=1, queue_limit=1)
        answers: list[bytes] = []
        threads = [threading.Thread(target=lambda: answers.append(one.select(ALL))) for _ in range(2)]
        for thread in threads:
            thread.start()
        while not asked:
            time.sleep(0.01)
        time.sleep(0.1)
        with pytest.raises(EngineBusy, match="queue is at its limit of 1"):
            one.select(ALL)
        go.set()
        for thread in threads:
            thread.join()
        assert (answers, most) == ([EMPTY, EMPTY], [1])
        go.clear()
        slow = threading.Thread(target=one.select, args=(ALL,))
        slow.start()
        while len(asked) < 3:
            time.sleep(0.01)
        with pytest.raises(EngineBusy, match=r"stayed busy for 0\.2 seconds"):
            one.select(ALL, deadline=0.2)
        go.set()
        slow.join()


# The address


def test_credentials_are_sent_and_never_shown() -> None:
    with playing(saying(reply())) as (address, asked):
        one = engine_at(address.replace("//", "//reader:p%40ss@"))
        one.select(ALL)
        assert one.address == address
    assert b"Authorization: Basic cmVhZGVyOnBAc3M=\r\n" in asked[0]


@pytest.mark.parametrize(
    "text",
    [
        "endpoint",
        "ftp://host/sparql",
        "file:///etc/passwd",
        "http:///sparql",
        "http://host:port/",
        "http://[::1/",
        "http://host/sparql?a=b",
        "http://host/#x",
        "http://host/a b",
        "http://höst/",
        f"http://{'a' * 70}.org/",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_when_settings_are_read(text: str) -> None:
    with pytest.raises(BadAddress):
        Address.read(text)
    with pytest.raises(BadSetting, match="CYBERGOV_ENGINE can't be used"):
        read_settings({"CYBERGOV_ENGINE": text})


def test_the_setting_says_which_engine_answers(far_home: Path, home: Path, snapshot: Snapshot) -> None:
    settings = read_settings(
        {"CYBERGOV_ENGINE": "https://user:word@host.example/sparql", "CYBERGOV_HOME": str(far_home)}
    )
    service = open_service(settings)
    assert isinstance(service.site, RemoteEngine)
    assert isinstance(service.public, RemoteEngine)
    assert service.site.address == "https://host.example/sparql"
    assert snapshot.path.exists()
    assert isinstance(open_service(Settings(home=home)).site, LocalEngine)
