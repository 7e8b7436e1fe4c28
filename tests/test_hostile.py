"""Hostile inputs against a real server: whatever is sent, it ends in time, says nothing of the inside, and serves on.

After every test the same processes answer as before, at once; no other host was asked for anything, and the log holds
no trace of an error that nobody foresaw.
"""

from __future__ import annotations

import html
import json
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest
from attacks import (
    BOMBS,
    CLIMBING,
    DIRECT,
    FORM,
    HALVES,
    MARKUP,
    NO_END,
    NO_REQUESTS,
    ODD,
    ODD_REQUESTS,
    PLACES,
    POST,
    QUICK,
    TARGETS,
    head,
)
from flask import Flask
from served import HOST, Reply, Served, serving

from graph.guard import MAX_BYTES
from graph.snapshot import Snapshot
from webapp.connections import ARRIVING_SECONDS
from webapp.negotiate import GRAPHS, TABLES

ROOT = Path(__file__).resolve().parents[1]
DEADLINE = 0.5  # seconds that a query has on the server of these tests
GRACE = 0.5  # seconds after which a query must be gone
PAGE = 0.5  # seconds in which a page must be there
TRIES = 6  # a speed is that of the best of so many tries, for the machine has other work too
MEMORY = 400  # MB for one worker
ENDED = {200, 400, 413, 503, 504}  # how a query may end
INSIDE = re.compile(
    rf"Traceback|File \"|site-packages|\.py\b|{re.escape(str(ROOT))}|panicked|stack backtrace|0x[0-9a-f]{{8}}|werkzeug"
    r"|gunicorn/|jinja|oxigraph/|sqlite3?\.|rocksdb|\.sst\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A host that nobody may ask: its address, and who did."""
    callers: list[str] = []
    with socket.create_server((HOST, 0)) as listener:
        listener.settimeout(0.2)
        closing = threading.Event()

        def listen() -> None:
            while not closing.is_set():
                try:
                    line, caller = listener.accept()
                except TimeoutError:
                    continue
                callers.append(str(caller))
                line.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"{HOST}:{listener.getsockname()[1]}", callers
        closing.set()
        thread.join()


@pytest.fixture(scope="module")
def server(
    snapshot: Snapshot, home: Path, tmp_path_factory: pytest.TempPathFactory, elsewhere: tuple[str, list[str]]
) -> Iterator[Served]:
    """The sample on a server whose queries have little time and room."""
    log = tmp_path_factory.mktemp("hostile") / "log"
    with serving(home, log, deadline=DEADLINE, max_deadline=DEADLINE, memory_megabytes=MEMORY) as served:
        yield served


@pytest.fixture(autouse=True)
def the_server_serves_on(server: Served, elsewhere: tuple[str, list[str]]) -> Iterator[None]:
    before, read = server.children(), server.log.stat().st_size
    yield
    assert server.process.poll() is None, "the server ended"
    assert server.children() == before, "a process was lost"
    assert fastest(lambda: server.get("/health"), PAGE).status == 200
    assert elsewhere[1] == [], "another host was asked"
    said = server.log.read_bytes()[read:].decode(errors="replace")
    assert "Traceback" not in said, said


def fastest(ask: Callable[[], Reply], limit: float) -> Reply:
    """Ask until the answer comes within a limit; fail if none of a few does."""
    times = []
    for _ in range(TRIES):
        reply = ask()
        if reply.seconds < limit:
            return reply
        times.append(reply.seconds)
        time.sleep(0.2)
    pytest.fail(f"no answer came within {limit} s: {times}")


def tells_nothing(reply: Reply) -> None:
    """Say that neither body nor headers tell of the inside."""
    said = reply.text if len(reply.body) < 200_000 else reply.text[:200_000]
    assert not INSIDE.search(said), INSIDE.search(said)
    for name, value in reply.headers.items():
        assert not INSIDE.search(value) or name == "server", (name, value)


def clean(reply: Reply, *allowed: int) -> Reply:
    """Say that an answer has a status that it may have, and tells nothing of the inside."""
    assert reply.status in allowed, (reply.status, reply.text[:500])
    tells_nothing(reply)
    if reply.status in (503, 504):
        assert re.search(r"limit|try again", reply.text), "it says which limit it was, or what to do"
    return reply


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in BOMBS]
)
def test_a_query_ends_by_its_deadline(server: Served, name: str) -> None:
    def ask() -> Reply:
        return clean(server.query(BOMBS[name], way="POST"), *ENDED)

    fastest(ask, DEADLINE + GRACE)


@pytest.mark.parametrize("name", QUICK[:2])
def test_a_query_of_an_old_release_ends_by_its_deadline(server: Served, snapshot: Snapshot, name: str) -> None:
    target = f"/release/{snapshot.id}/sparql"
    fastest(lambda: clean(server.post(BOMBS[name].encode(), DIRECT, target=target), *ENDED), DEADLINE + GRACE)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["{", "(", "!", "[", "<<", "OPTIONAL{", "SELECT*{", "a/", "^", "- ", "\\u0041", "'"])
def test_any_amount_of_a_text_is_answered(server: Served, text: str) -> None:
    for size in (400, 499, 4_000, MAX_BYTES, 900_000):
        for around in ("%s", "SELECT * { %s", "SELECT * { ?s ?p %s", "SELECT * { FILTER(%s"):
            query = around % (text * (size // len(text)))
            fastest(lambda query=query: clean(server.query(query, way="POST"), 400, 413, 503, 504), DEADLINE + GRACE)


def test_pages_are_there_while_eight_queries_run_away(server: Served) -> None:
    runaways, seen = [BOMBS[name] for name in QUICK[:8]], threading.Event()
    pages = ["/", "/states", "/queries", "/search?q=norm", "/doc/state/EST", "/queries/forums_of_state", "/data"]
    replies: list[Reply] = []

    def run_away(query: str) -> None:
        while not seen.is_set():
            replies.append(server.query(query, way="POST"))

    with ThreadPoolExecutor(8) as threads:
        running = [threads.submit(run_away, query) for query in runaways]
        try:
            for page in pages:
                assert fastest(lambda page=page: server.get(page, "Accept: text/html"), PAGE).status == 200, page
        finally:
            seen.set()
        for one in running:
            one.result()
    assert len(replies) >= 8
    for reply in replies:
        clean(reply, *ENDED)


# Bodies


@pytest.mark.parametrize("media", [DIRECT, FORM, "text/plain", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize("path", ["/sparql", "/", "/states"])
def test_five_megabytes_are_refused_before_they_are_read(server: Served, media: str, path: str) -> None:
    reply = server.post(b"query=" + b"x" * 5_000_000, media, target=path)
    clean(reply, 405, 413, 415)


def test_five_megabytes_in_chunks_are_refused(server: Served) -> None:
    pieces = b"".join(b"10000\r\n" + b"x" * 65536 + b"\r\n" for _ in range(80)) + b"0\r\n\r\n"
    request = head(
        "POST /sparql HTTP/1.1", "Host: x", "Connection: close", f"Content-Type: {DIRECT}", "Transfer-Encoding: chunked"
    )
    clean(server.send(request + pieces), 413)


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfeA\x00S\x00K\x00 \x00{\x00}\x00", b"\xfe\xff\x00A\x00S\x00K\x00 \x00{\x00}", b"\x00\x00\xfe\xff",
        b"\xef\xbb\xbfASK {}", b"\xef\xbb\xbf\xff\xfeASK {}", b"ASK { \xff }", b"ASK { ?s ?p '\xc0\xaf' }",
        b"ASK { ?s ?p '\xed\xa0\x80' }", b"ASK { ?s ?p '\xf4\x90\x80\x80' }", b"ASK { ?s ?p '\xe2\x28\xa1' }",
        b"\x1f\x8b\x08\x00ASK {}", b"ASK {}\x00", b"\x00" * 1000, bytes(range(256)), b"+ADw-script+AD4-",
        "ASK { ?s ?p '\u202e\u2066\ufeff\uffff\U0010ffff' }".encode(), b"ASK { ?s ?p '\\uD800' }", b"ASK\x85{}\xa0",
    ],
)  # fmt: skip
def test_bytes_that_are_no_text_are_read_or_refused(server: Served, body: bytes) -> None:
    for media in (DIRECT, f"{DIRECT}; charset=utf-16", f"{DIRECT}; charset=utf-7"):
        clean(server.post(body, media), 200, 400, 415)
    for media in (FORM, f"{FORM}; charset=utf-16"):
        clean(server.post(b"query=" + body, media), 200, 400, 415)
        clean(server.post(b"query=" + quote_from_bytes(body).encode(), media), 200, 400, 415)
    clean(server.get(f"/sparql?query={quote_from_bytes(body, safe='')}"), 200, 400)


# Addresses


@pytest.mark.parametrize("target", ODD)
def test_an_odd_address_gets_a_plain_answer(server: Served, target: str) -> None:
    for accept in ("text/html", "application/json"):
        clean(server.get(target, f"Accept: {accept}"), 200, 303, 308, 400, 404, 406, 410, 414)


def test_a_value_given_three_hundred_times_counts_once(server: Served) -> None:
    once, often = (f"/queries/forums_of_state.csv?{'&'.join(['state=EST'] * times)}" for times in (1, 300))
    reply = clean(server.get(once), 200)
    assert reply.text.count("\n") > 1
    assert clean(server.get(often), 200).body == reply.body
    assert clean(server.get(f"{once}&state=state/EST"), 200).body == reply.body


@pytest.mark.parametrize("place", PLACES)
def test_no_address_climbs_out_of_its_folder(server: Served, snapshot: Snapshot, place: str) -> None:
    addresses, place = [], place.format(release=snapshot.id)
    for up in CLIMBING:
        for slash in ("/", "%2f", "%252f", "\\", "%5c", "%c0%af"):
            climb = slash.join([up] * 6)
            addresses += [f"/{place}/{climb}{slash}{target}" for target in TARGETS[:2]]
    addresses += [f"/{place}/{up}/{target}" for up in CLIMBING for target in TARGETS]
    addresses += [f"/{place}/{quote('/etc/passwd', safe='')}", f"/{place}//etc/passwd", f"/{place}/etc/passwd%00.ttl"]
    addresses += [f"/{place}/file:///etc/passwd", f"/{place}/C:\\boot.ini", f"/{place}/{quote(str(ROOT), safe='')}"]
    with server.connect() as line:
        for address in addresses:
            line.sendall(head(f"GET {address} HTTP/1.1", "Host: x"))
            reply = one_reply(line)
            assert reply.status in (303, 308, 400, 404), address
            assert not re.search(r"root:|\[project\]|MANIFEST|Traceback|SQLite format", reply.text), address


def one_reply(line: socket.socket) -> Reply:
    """Read one answer from a connection that stays open."""
    start, received = time.monotonic(), b""
    while b"\r\n\r\n" not in received:
        received += line.recv(1 << 16) or pytest.fail("the server hung up")
    top, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", top)
    assert found, top
    while len(body) < int(found[1]):
        body += line.recv(1 << 16) or pytest.fail("the server hung up")
    assert len(body) == int(found[1]), "nothing follows an answer that nobody asked for"
    headers = dict(row.split(": ", 1) for row in top.decode("latin-1").split("\r\n")[1:])
    named = {name.lower(): value for name, value in headers.items()}
    return Reply(int(top.split()[1]), named, body, time.monotonic() - start)


# Markup


def pages(app: Flask) -> list[str]:
    """Return an address of every page, with markup wherever an address can hold some."""
    said = quote(MARKUP, safe="")
    names = ("q", "kind", "group", "class", "query", "state", "forum", "focus", "on", said)
    several = "&".join(f"{name}={said}" for name in names)
    found = []
    for rule in app.url_map.iter_rules():
        takes_some = rule.arguments or rule.endpoint.partition(".")[0] not in ("codebook", "documentation")
        if "GET" in (rule.methods or ()) and takes_some:
            filled = re.sub(r"<any\(([^)]*)\):[^>]*>", lambda one: one[1].split(",")[0].strip("'"), rule.rule)
            one = re.sub(r"<[^>]*>", said, filled)
            found += [one, f"{one}?{several}", f"{one}?format={said}", f"{one}?page={said}", f"{one}?timeout={said}"]
    return list(dict.fromkeys(found))


def test_markup_comes_back_from_no_page_unescaped(app: Flask, server: Served) -> None:
    addresses = pages(app)
    assert len(addresses) > 100
    with server.connect() as line:
        for address in addresses:
            line.sendall(head(f"GET {address} HTTP/1.1", "Host: x", "Accept: text/html"))
            reply = one_reply(line)
            assert reply.status < 500, (address, reply.status)
            is_escaped(reply, address)


class Elements(HTMLParser):
    """The elements of a page, as a browser would take them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def is_escaped(reply: Reply, where: str) -> None:
    """Say that what a browser would read as a page holds no markup of a stranger's."""
    media = reply.headers.get("content-type", "")
    if "html" in media or not media:
        for tag, attributes in Elements(reply.text).found:
            assert tag != "script" or attributes.get("type") == "application/ld+json" or "src" in attributes, where
            assert attributes.get("src") != "x", where
            assert not any(name.startswith("on") for name in attributes), (where, tag, attributes)
            for name in ("href", "src", "action"):
                assert not re.match(r"\s*(javascript|data):", attributes.get(name) or "", re.IGNORECASE), where
    elif "xml" in media:
        assert "<script" not in reply.text, where
    elif "<" in reply.text:
        assert reply.headers.get("x-content-type-options") == "nosniff", where
    assert "<script" not in "".join(reply.headers.values()), where
    assert "Traceback" not in reply.text, where


@pytest.mark.parametrize("name", ["Host", "Referer", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding",
    "X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Prefix", "Forwarded", "Origin", "Cookie",
    "If-None-Match", "If-Modified-Since", "If-Match", "Range", "If-Range", "Content-Type", "X-HTTP-Method-Override",
    "Authorization", "Content-Encoding", "X-Original-URL", "Access-Control-Request-Headers"])  # fmt: skip
def test_markup_in_a_header_comes_back_unescaped_from_nowhere(server: Served, name: str) -> None:
    for path in ("/", "/nowhere", "/sparql?query=nonsense", "/api/openapi.json", "/data.ttl", "/dumps/merged.nt.gz"):
        for method in ("GET", "OPTIONS"):
            own = [] if name == "Host" else [f"Host: {HOST}"]
            accept = [] if name == "Accept" else ["Accept: text/html"]
            lines = [f"{method} {path} HTTP/1.1", *own, *accept, "Connection: close", f"{name}: {MARKUP}"]
            reply = server.send(head(*lines))
            assert reply.status in (200, 206, 400, 404, 406, 412, 416), (name, path, reply.status)
            is_escaped(reply, f"{name} {path}")


def test_markup_in_a_body_comes_back_escaped(server: Served) -> None:
    for media in (DIRECT, FORM, "text/plain", MARKUP, f"{DIRECT}; charset={MARKUP}"):
        body = (f"query={quote(MARKUP)}&format={quote(MARKUP)}" if media == FORM else MARKUP).encode()
        for accept in ("text/html", "application/xml", "image/svg+xml, text/html;q=0.1"):
            reply = clean(server.post(body, media, f"Accept: {accept}"), 400, 406, 415)
            is_escaped(reply, media)


@pytest.mark.parametrize("accept", ["text/html", *TABLES.values()])
def test_markup_in_a_result_comes_back_as_text(server: Served, accept: str) -> None:
    reply = server.query(f"SELECT ('{MARKUP.replace(chr(39), '')}' AS ?x) (<x:> AS ?y) {{}}", accept)
    assert reply.status == 200
    is_escaped(reply, accept)
    assert "alert(1)" in html.unescape(reply.text)


@pytest.mark.parametrize("accept", ["text/html", *GRAPHS.values()])
def test_an_address_that_runs_a_script_is_no_link(server: Served, accept: str) -> None:
    reply = server.query("CONSTRUCT { <javascript:alert(1)> <javascript:alert(2)> <data:text/html,x> } {}", accept)
    assert reply.status == 200
    is_escaped(reply, accept)
    is_escaped(server.query("SELECT (<javascript:alert(1)> AS ?x) {}", "text/html"), "a table")


# Requests that are none


@pytest.mark.parametrize("name", NO_REQUESTS)
def test_what_is_no_request_is_refused_once(server: Served, name: str) -> None:
    reply = clean(server.send(NO_REQUESTS[name]), 400, 413, 414, 417, 431)
    is_escaped(reply, name) if reply.status else None
    assert b"HTTP/1.1 200" not in reply.body, "nothing that follows is taken for a request"


@pytest.mark.slow
def test_a_request_without_an_end_is_refused_in_time(server: Served) -> None:
    with ThreadPoolExecutor(len(NO_END)) as threads:
        for reply in threads.map(server.send, NO_END.values()):
            clean(reply, 400, 408)
            assert reply.seconds < ARRIVING_SECONDS + 3


def test_an_unknown_coding_is_the_only_thing_not_implemented(server: Served) -> None:
    reply = server.send(head(*POST, "Transfer-Encoding: xchunked") + b"0\r\n\r\n")
    assert reply.status == 501, "as RFC 9112 has it"
    tells_nothing(reply)


@pytest.mark.parametrize("name", ODD_REQUESTS)
def test_an_odd_request_gets_a_plain_answer(server: Served, name: str) -> None:
    request, allowed = ODD_REQUESTS[name]
    reply = clean(server.send(request), *allowed)
    assert "x-evil" not in reply.headers
    assert "secret" not in reply.text
    assert "elsewhere" not in reply.headers.get("location", "").partition("?")[0].replace("http://elsewhere/states", "")


@pytest.mark.parametrize(("path", "media"), [("/sparql", DIRECT), ("/sparql", "text/plain"), ("/", "text/plain")])
def test_a_body_is_never_taken_for_the_next_request(server: Served, path: str, media: str) -> None:
    inner = head("GET /health?inside HTTP/1.1", "Host: x", "Connection: close")
    for padding in (0, 1_200_000):
        body = b"x" * padding + inner
        outer = head(f"POST {path} HTTP/1.1", "Host: x", f"Content-Type: {media}", f"Content-Length: {len(body)}")
        with server.connect() as line:
            with suppress(ConnectionResetError, BrokenPipeError):
                line.sendall(outer + body)
            clean(one_reply(line), 400, 405, 413, 415)
            line.settimeout(0.3)
            with suppress(TimeoutError, ConnectionResetError):
                assert not line.recv(1 << 16), "a second answer came"


def test_one_header_of_ten_thousand_parts_is_read_at_once(server: Served) -> None:
    for value in ("a/b;q=0.1," * 700, "*/*," * 2000, "a/b" + ";" * 7000, '"' * 7000, "text/html;q=" + "9" * 7000):
        for name in ("Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "Range", "Cookie"):
            fastest(lambda n=name, v=value: clean(server.get("/health", f"{n}: {v}"), 200, 400, 406, 416), PAGE)


def test_thousands_of_parameters_are_read_or_refused_at_once(server: Served) -> None:
    for count in (1_000, 10_000, 200_000):
        body = b"query=ASK{}" + b"&a=b" * count
        fastest(lambda body=body: clean(server.post(body, FORM), 200, 400, 413), PAGE)


# Queries that would ask others


def test_no_query_and_no_request_makes_the_server_ask_another(server: Served, elsewhere: tuple[str, list[str]]) -> None:
    other = f"http://{elsewhere[0]}/"
    texts = [
        f"SELECT * {{ SERVICE <{other}> {{ ?s ?p ?o }} }}", f"SELECT * {{ SERVICE SILENT <{other}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ BIND(<{other}> AS ?g) SERVICE ?g {{ ?s ?p ?o }} }}", f"LOAD <{other}>",
        f"PREFIX x: <{other}> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}", f"SELECT * FROM <{other}> {{ ?s ?p ?o }}",
        f"BASE <{other}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM NAMED <{other}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"DESCRIBE <{other}>", f"ASK {{ GRAPH <{other}> {{ ?s ?p ?o }} }}",
    ]  # fmt: skip
    for text in texts:
        clean(server.query(text, way="POST"), 200, 400, 403)
        clean(server.query(text), 200, 400, 403)
    for name in ("default-graph-uri", "named-graph-uri", "using-graph-uri", "url", "uri", "callback", "service"):
        clean(server.get(f"/sparql?query=ASK%7B%7D&{name}={quote(other, safe='')}"), 200, 400, 403)
    clean(server.get(f"/network?focus={quote(other, safe='')}"), 404)
    clean(server.get(f"/queries/forums_of_state?state={quote(other, safe='')}"), 200, 400, 404)
    clean(server.send(head(f"GET {other} HTTP/1.1", f"Host: {elsewhere[0]}", "Connection: close")), 200, 400)
    clean(server.send(head(f"CONNECT {elsewhere[0]} HTTP/1.1", "Host: x", "Connection: close")), 400, 404, 405)
    for name in ("Host", "Referer", "X-Forwarded-Host", "Origin", "X-Callback", "Link", "From"):
        own = [] if name == "Host" else ["Host: x"]
        clean(server.send(head("GET /data.ttl HTTP/1.1", *own, "Connection: close", f"{name}: {elsewhere[0]}")), 200)


# Slow clients


@pytest.mark.parametrize("half", HALVES)
def test_a_hundred_clients_that_send_half_and_wait_hold_nobody_up(server: Served, half: str) -> None:
    lines = [server.connect() for _ in range(100)]
    try:
        for line in lines:
            line.sendall(HALVES[half])
        time.sleep(0.2)
        assert fastest(lambda: server.get("/states", "Accept: text/html"), PAGE).status == 200
        assert fastest(lambda: server.query("ASK {}"), PAGE).status == 200
    finally:
        for line in lines:
            line.close()


def test_sixty_clients_that_never_read_hold_nobody_up(server: Served) -> None:
    lines = [server.connect() for _ in range(60)]
    try:
        for line in lines:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall(head("GET /data.jsonld HTTP/1.1", "Host: x") * 30)
        time.sleep(0.2)
        assert fastest(lambda: server.get("/states", "Accept: text/html"), PAGE).status == 200
    finally:
        for line in lines:
            line.close()


def test_a_request_that_comes_slowly_is_answered_when_it_is_there(server: Served) -> None:
    request = head(*POST, "Content-Length: 6", "Connection: close") + b"ASK {}"
    with server.connect() as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(request), 10):
            line.sendall(request[start : start + 10])
            time.sleep(0.05)
        reply = one_reply(line)
    assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing_behind(server: Served) -> None:
    files = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in server.children())
    for half in [*HALVES.values(), head("GET /states HTTP/1.1", "Host: x")] * 10:
        with server.connect() as line:
            line.sendall(half)
    end = time.monotonic() + 20
    while sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in server.children()) > files + 4:
        assert time.monotonic() < end, "connections stay open that nobody holds"
        time.sleep(0.2)
