"""Federation: listed endpoints are called, nothing else is, and whatever they do harms nobody."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph import worker
from graph.engine import LocalEngine
from graph.federation import Federation
from graph.gateway import (
    Endpoint,
    Gateway,
)
from graph.guard import check

pytestmark = pytest.mark.skipif(bool(worker.why_no_door()), reason=f"federation is off here: {worker.why_no_door()}")

JSON = "application/sparql-results+json"
NAME = "endpoint.test"


def table(*values: str) -> bytes:
    rows = [{"x": {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()


class Remote(http.server.ThreadingHTTPServer):
    """An endpoint of somebody else's, on loopback and with a certificate of its own; a test says what it does."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, trust: trustme.CA) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.does: Callable[[Answering], None] = lambda answering: answering.give(table("far"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.issue_cert(NAME).configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"https://{NAME}:{self.server_port}/sparql"

    def handle_error(self, *_: object) -> None:
        """Clients that break off are the point of some tests."""


class Answering(http.server.BaseHTTPRequestHandler):
    server: Remote

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), query))
        self.server.does(self)

    do_GET = do_POST  # noqa: N815

    def give(self, body: bytes, status: int = 200, media_type: str = JSON, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def trust(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def remote(authority: trustme.CA) -> Iterator[Remote]:
    server = Remote(authority)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("snapshot") / "store"
    store = Store(str(path))
    store.extend(Quad(NamedNode(f"http://x/{n}"), NamedNode("http://x/p"), Literal(str(n))) for n in range(200))
    store.flush()
    return path


@pytest.fixture
def open_federation(store: Path, trust: ssl.SSLContext) -> Iterator[Callable[..., Federation]]:
    opened = []

    def make(*addresses: str, deadline: float = 5, max_bytes: int = 1_000_000, **changes: Any) -> Federation:
        options = {"find": lambda *_: ["127.0.0.1"], "trust": trust, "usable": lambda _: True} | changes
        gateway = Gateway([Endpoint.read(address) for address in addresses], **options)
        engine = LocalEngine(
            store, workers=1, deadline=deadline, max_bytes=max_bytes, memory=1 << 30, queue_limit=5, door=gateway.port
        )
        opened.append(Federation(engine, gateway, deadline=deadline, max_bytes=max_bytes))
        return opened[-1]

    yield make
    for federation in opened:
        federation.close()


@pytest.fixture
def federation(open_federation: Callable[..., Federation], remote: Remote) -> Federation:
    return open_federation(remote.address)


def ask(federation: Federation, query: str) -> list[dict[str, str]]:
    """Return the rows of a query that passes the guard with calls."""
    calls = check(query, services=federation.services)
    assert calls
    rows = json.loads(federation.answer(query, calls).body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def calling(remote: Remote, pattern: str = "?s ?p ?x", silent: str = "") -> str:
    return f"SELECT * {{ SERVICE {silent} <{remote.address}> {{ {pattern} }} }}"


# What is carried


def test_a_listed_endpoint_is_asked_and_its_rows_are_joined(federation: Federation, remote: Remote) -> None:
    remote.does = lambda answering: answering.give(table("7", "nobody"))
    query = f"SELECT ?s {{ ?s <http://x/p> ?x . SERVICE <{remote.address}> {{ ?y <http://y/q> ?x }} }}"
    assert ask(federation, query) == [{"s": "http://x/7"}]
    [(path, headers, body)] = remote.asked
    assert (path, headers["Host"]) == ("/sparql", f"{NAME}:{remote.server_port}")
    assert headers["Content-Type"] == "application/sparql-query"
    assert body == b"SELECT * WHERE { ?y <http://y/q> ?x . }"


def test_results_in_xml_are_read_too(federation: Federation, remote: Remote) -> None:
    body = (
        b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head><results>'
        b'<result><binding name="x"><literal>far</literal></binding></result></results></sparql>'
    )
    remote.does = lambda answering: answering.give(body, media_type="application/xml")
    assert ask(federation, calling(remote)) == [{"x": "far"}]


def test_texts_that_look_like_calls_stay_as_they_are(federation: Federation, remote: Remote) -> None:
    text = f"SERVICE <{remote.address}> {{ }}"
    query = f'SELECT * {{ BIND("{text}" AS ?text) # {text}\n SERVICE <{remote.address}> {{ ?s ?p ?x }} }}'
    assert ask(federation, query) == [{"text": text, "x": "far"}]
