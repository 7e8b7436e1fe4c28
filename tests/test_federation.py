"""Federation: listed endpoints are called, nothing else is, and whatever they do harms nobody."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import http.client
import http.server
import ipaddress
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib import DCTERMS, Graph, URIRef

from graph import worker
from graph.engine import LocalEngine, QueryFailed, QueryKilled, QuerySyntaxError
from graph.federation import Federation
from graph.gateway import BadEndpoint, Endpoint, EndpointFailed, EndpointSlow, Gateway, is_for_all, read_endpoints
from graph.guard import ServiceRefused, check
from graph.snapshot import Snapshot
from webapp.app import create_app
from webapp.descriptions import SD
from webapp.service import Service
from webapp.service import open_federation as open_federation_of
from webapp.settings import BadSetting, Settings, read_settings

ROOT = Path(__file__).resolve().parents[1]
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
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

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

    def give(self, body: bytes, status: int = 200, media_type: str = JSON, size: int = 0, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(size or len(body)))
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


def test_a_call_may_be_made_in_every_worker_and_by_many_at_once(federation: Federation, remote: Remote) -> None:
    with ThreadPoolExecutor(4) as threads:
        rows = list(threads.map(lambda _: ask(federation, calling(remote)), range(12)))
    assert rows == [[{"x": "far"}]] * 12


# What is not


def failing(federation: Federation, query: str, status: int = 502) -> str:
    """Return what the user is told of a query that fails."""
    with pytest.raises(EndpointFailed) as refusal:
        ask(federation, query)
    assert refusal.value.status == status
    told = str(refusal.value)
    assert "127.0.0.1" not in told
    assert told.startswith("The endpoint <https://endpoint.test:")
    return told


def drip(answering: Answering) -> None:
    """Send a little at a time, for ever."""
    answering.send_response(200)
    answering.send_header("Content-Type", JSON)
    answering.end_headers()
    with contextlib.suppress(OSError):
        while True:
            answering.wfile.write(b" ")
            time.sleep(0.05)


BREAKS: dict[str, tuple[Callable[[Answering], None], int, str]] = {
    "error": (lambda it: it.give(b"no", status=500), 502, "answered 500 Internal Server Error"),
    "redirect": (
        lambda it: it.give(b"", status=302, Location="https://169.254.169.254/"),
        502,
        "sends elsewhere \\(302 Found\\), and only the listed address is asked",
    ),
    "too much": (lambda it: it.give(b" " * 1_100_000), 502, "more than the limit of 1,000,000 bytes"),
    "a page": (lambda it: it.give(b"<html>", media_type="text/html"), 502, "no table of results"),
    "triples": (lambda it: it.give(b"", media_type="text/turtle"), 502, "no table of results"),
    "packed": (lambda it: it.give(b"x", Content_Encoding="gzip"), 502, "no table of results in plain JSON"),
    "broken JSON": (lambda it: it.give(table("far")[:-9]), 502, "no result that can be read"),
    "nothing": (lambda it: it.connection.close(), 502, "broke it off"),
    "no HTTP": (lambda it: it.wfile.write(b"hello\r\n\r\n" * 9), 502, "no HTTP"),
    "less than it says": (lambda it: it.give(b"{}", size=3), 502, "broke it off"),
    "drip by drip": (drip, 504, r"did not answer within 1\.2 seconds, the limit"),
    "silence": (lambda _: time.sleep(3), 504, r"did not answer within 1\.2 seconds, the limit"),
}


@pytest.mark.parametrize(("does", "status", "told"), BREAKS.values(), ids=BREAKS.keys())
def test_an_endpoint_that_fails_is_named_with_the_reason(
    open_federation: Callable[..., Federation],
    remote: Remote,
    does: Callable[[Answering], None],
    status: int,
    told: str,
) -> None:
    federation = open_federation(remote.address, deadline=1.5)
    remote.does = does
    began = time.monotonic()
    assert re.search(told, failing(federation, calling(remote), status))
    assert time.monotonic() - began < 2.5
    assert len(remote.asked) == 1
    remote.does = lambda answering: answering.give(table("far"))
    assert ask(federation, calling(remote)) == [{"x": "far"}]


@pytest.mark.parametrize(
    "how", sorted(BREAKS.keys() - {"broken JSON"})
)  # SILENT or not, the engine refuses what it can't read
def test_silent_goes_on_without_the_endpoint(
    open_federation: Callable[..., Federation], remote: Remote, how: str
) -> None:
    federation = open_federation(remote.address, deadline=1.5)
    remote.does = BREAKS[how][0]
    assert ask(federation, calling(remote, silent="SILENT")) == [{}]


def test_an_endpoint_that_is_down_is_named(open_federation: Callable[..., Federation]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"https://{NAME}:{taken.getsockname()[1]}/sparql"
    federation = open_federation(address)
    assert "refused the connection" in failing(federation, f"ASK {{ SERVICE <{address}> {{ ?s ?p ?x }} }}")


def test_an_address_that_swallows_connections_costs_no_more_than_the_deadline(
    open_federation: Callable[..., Federation],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"https://{NAME}:{mute.getsockname()[1]}/sparql"
        federation = open_federation(address, deadline=1)
        began = time.monotonic()
        failing(federation, f"ASK {{ SERVICE <{address}> {{ ?s ?p ?x }} }}", status=504)
        assert time.monotonic() - began < 1.5


def test_a_name_that_is_looked_up_for_ever_costs_no_more_than_the_deadline(
    open_federation: Callable[..., Federation], remote: Remote
) -> None:
    over = threading.Event()

    def find(*_: object) -> list[str]:
        over.wait(10)
        return []

    federation = open_federation(remote.address, deadline=1, find=find)
    began = time.monotonic()
    assert "did not answer within 1 seconds" in failing(federation, calling(remote), status=504)
    assert time.monotonic() - began < 1.5
    over.set()


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["::1"], ["93.184.215.14", "10.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_leads_inside_is_not_followed(
    open_federation: Callable[..., Federation], remote: Remote, addresses: list[str]
) -> None:
    federation = open_federation(remote.address, find=lambda *_: addresses, usable=is_for_all)
    assert "leads to an address that is not open to the world" in failing(federation, calling(remote))
    assert not remote.asked


def test_a_name_that_is_not_known_is_told(open_federation: Callable[..., Federation], remote: Remote) -> None:
    def find(*_: object) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert "its name is not known" in failing(open_federation(remote.address, find=find), calling(remote))
    nothing = open_federation(remote.address, find=lambda *_: [])
    assert "leads to no address" in failing(nothing, calling(remote))


def test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_connected_to(
    open_federation: Callable[..., Federation], remote: Remote, authority: trustme.CA
) -> None:
    """The name leads to an open address at first and inside a moment later; `usable` says what it was asked."""
    found, checked = [["127.0.0.1"], ["127.0.0.2"]], []

    def usable(address: object) -> bool:
        checked.append(str(address))
        return str(address) == "127.0.0.1"

    federation = open_federation(remote.address, find=lambda *_: found.pop(0), usable=usable)
    assert ask(federation, calling(remote)) == [{"x": "far"}]
    assert (found, checked) == ([["127.0.0.2"]], ["127.0.0.1"])
    assert "not open to the world" in failing(federation, calling(remote))
    assert len(remote.asked) == 1


def test_a_certificate_of_somebody_else_is_not_trusted(
    open_federation: Callable[..., Federation], remote: Remote
) -> None:
    other = remote.address.replace(NAME, "another.test")
    query = f"ASK {{ SERVICE <{other}> {{ ?s ?p ?x }} }}"
    with pytest.raises(EndpointFailed, match="certificate does not hold"):
        ask(open_federation(other), query)
    unknown = open_federation(remote.address, trust=ssl.create_default_context())
    assert "certificate does not hold" in failing(unknown, calling(remote))
    assert not remote.asked


def test_a_service_inside_a_service_is_not_passed_on(federation: Federation, remote: Remote) -> None:
    inner = f"SERVICE <{remote.address}> {{ ?s ?p ?x }}"
    for silent in ("", "SILENT"):
        outer = f"ASK {{ SERVICE {silent} <{remote.address}> {{ {inner} }} }}"
        assert "inside a SERVICE" in failing(federation, outer, status=400)
    assert not remote.asked


def test_calls_for_every_row_end_at_a_limit(federation: Federation, remote: Remote) -> None:
    each = f"SELECT * {{ ?s <http://x/p> ?y FILTER EXISTS {{\nSERVICE SILENT <{remote.address}> {{ ?s ?p ?x }} }} }}"
    assert "more than 100 times, the limit" in failing(federation, each, status=400)
    assert len(remote.asked) == 100


def test_a_failure_that_the_engine_takes_for_false_is_a_failure(federation: Federation, remote: Remote) -> None:
    each = f"SELECT * {{ ?s <http://x/p> '7' FILTER EXISTS {{\nSERVICE <{remote.address}> {{ ?s ?p ?x }} }} }}"
    assert ask(federation, each) == [{"s": "http://x/7"}]
    remote.does = lambda answering: answering.give(b"", status=500)
    assert "500" in failing(federation, each)
    assert ask(federation, each.replace("SERVICE", "SERVICE SILENT")) == [{"s": "http://x/7"}]


def test_the_limit_of_bytes_is_one_for_all_calls_of_a_query(federation: Federation, remote: Remote) -> None:
    remote.does = lambda answering: answering.give(table("x" * 600_000))
    assert len(ask(federation, calling(remote))) == 1
    twice = f"SELECT * {{ SERVICE <{remote.address}> {{ ?s ?p ?x }}\nSERVICE <{remote.address}> {{ ?p ?s ?x }} }}"
    assert "more than the limit" in failing(federation, twice)


def test_a_query_that_ends_takes_its_calls_with_it(open_federation: Callable[..., Federation], remote: Remote) -> None:
    federation, ended = open_federation(remote.address, deadline=5), threading.Event()

    def wait_for_the_end(answering: Answering) -> None:
        answering.connection.settimeout(4)
        if answering.rfile.read(1) == b"":
            ended.set()

    remote.does = wait_for_the_end
    calls = check(calling(remote), services=federation.services)
    with pytest.raises(EndpointSlow):
        federation.answer(calling(remote), calls, deadline=0.5)
    assert ended.wait(1)


# The way out


def test_workers_reach_no_other_port_even_past_the_guard(federation: Federation, remote: Remote) -> None:
    ask(federation, calling(remote))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        port = listener.getsockname()[1]
        for address in (f"http://127.0.0.1:{port}/", f"https://127.0.0.1:{port}/", f"http://localhost:{port}/"):
            with pytest.raises(QueryFailed, match=r"Permission denied|lookup"):
                federation.engine.select(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            listener.accept()


CONFINED = """
import os, socket, sys
from graph import worker
worker.confine(os.getppid(), int(sys.argv[1]))
kinds = {
    "TCP": (socket.AF_INET, socket.SOCK_STREAM, 0), "TCP by name": (socket.AF_INET, socket.SOCK_STREAM, 6),
    "TCP 6": (socket.AF_INET6, socket.SOCK_STREAM, 0), "UDP": (socket.AF_INET, socket.SOCK_DGRAM, 0),
    "raw": (socket.AF_INET, socket.SOCK_RAW, 1), "several paths": (socket.AF_INET, socket.SOCK_STREAM, 262),
    "local": (socket.AF_UNIX, socket.SOCK_STREAM, 0), "netlink": (socket.AF_NETLINK, socket.SOCK_RAW, 0),
}
for name, kind in kinds.items():
    try:
        socket.socket(*kind).close()
        print(name)
    except PermissionError:
        pass
for port in map(int, sys.argv[1:]):
    with socket.socket() as one:
        print(one.connect_ex(("127.0.0.1", port)))
with socket.socket() as one:
    try:
        one.bind(("127.0.0.1", 0)), one.listen()
        print("listens")
    except PermissionError:
        pass
"""


def test_a_confined_process_has_tcp_to_one_port_and_nothing_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_server(("127.0.0.1", 0)) as other:
        ports = [str(one.getsockname()[1]) for one in (door, other)]
        command = [sys.executable, "-c", CONFINED, *ports]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (ended.stdout.split("\n"), ended.stderr) == (
        ["TCP", "TCP by name", "0", str(errno.EACCES), ""],
        "",
    )


def test_a_worker_that_can_not_be_confined_does_not_run(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "why_no_door", lambda: "the kernel is old")
    with pytest.raises(OSError, match="the kernel is old"):
        worker.leave_a_door(1)
    with (
        LocalEngine(
            store, workers=1, deadline=5, max_bytes=1000, memory=1 << 30, queue_limit=5, door=lambda: 1 << 20
        ) as engine,
        pytest.raises(QueryKilled),
    ):
        engine.select("SELECT * {}")


def test_the_gateway_serves_nobody_but_a_query_that_runs(
    open_federation: Callable[..., Federation], remote: Remote, trust: ssl.SSLContext
) -> None:
    gateway = Gateway(
        [Endpoint.read(remote.address)], find=lambda *_: ["127.0.0.1"], trust=trust, usable=lambda _: True
    )

    def status(address: str, method: str = "POST", size: int = 6) -> int:
        parts = urlsplit(address)
        with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)) as connection:
            connection.request(method, parts.path, b"ASK {}", {"Content-Length": str(size)})
            return connection.getresponse().status

    with gateway.errand(5, 1000) as errand, gateway.errand(5, 1000) as second:
        address = errand.address(remote.address)
        assert status(address) == 200
        assert errand.key != second.key
        assert status(address, "GET") == status(address, "CONNECT") == 501
        for wrong in (address[:-1] + "1", address[:-1] + "-1", address[:-1], address.replace(errand.key, "x")):
            assert status(wrong) == 404
        assert status(address, size=(1 << 20) + 1) == status(address, size=-1) == 404
    assert status(address) == 404
    assert len(remote.asked) == 1
    gateway.close()


INSIDE = """
127.0.0.1 10.1.2.3 192.168.0.1 172.16.0.1 169.254.169.254 0.0.0.0 255.255.255.255 224.0.0.1 100.64.0.1 192.0.2.1
198.18.0.1 240.0.0.1 :: ::1 fe80::1 fe80::1%eth0 fc00::1 ff02::1 fec0::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8
64:ff9b::7f00:1 64:ff9b::808:808 2002:7f00:1::1 2001::1
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_addresses_inside_are_known(address: str) -> None:
    assert not is_for_all(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2001:4860:4860::8888", "2a00:1450:4001::1"])
def test_addresses_open_to_the_world_are_known(address: str) -> None:
    assert is_for_all(ipaddress.ip_address(address))


# The setting


def test_the_list_of_endpoints_is_read() -> None:
    found = read_endpoints(" https://a.example/sparql,https://b.example:8443/q?x=1\n https://a.example/sparql ")
    assert [one.url for one in found] == ["https://a.example/sparql", "https://b.example:8443/q?x=1"]
    assert [(one.host, one.port) for one in found] == [("a.example", None), ("b.example", 8443)]
    assert read_endpoints("") == ()


BAD = r"""
http://a.example/ a.example HTTPS://a.example/ https:///x https://u:p@a.example/ https://a.example/#x
https://a.example/' https://a.example/> https://a.example/é https://a.example:x/ https://127.0.0.1/ https://[::1]/
https://a.example/\u0041 https://a.example/{x}
"""


@pytest.mark.parametrize("address", BAD.split())
def test_an_address_that_can_not_be_called_is_a_bad_setting(address: str) -> None:
    with pytest.raises(BadEndpoint):
        read_endpoints(f"https://good.example/ {address}")
    with pytest.raises(BadSetting, match="CYBERGOV_SERVICES can't be used"):
        read_settings({"CYBERGOV_SERVICES": address})


# On the web


@pytest.fixture
def web(
    snapshot: Snapshot, home: Path, engine: LocalEngine, open_federation: Callable[..., Federation], remote: Remote
) -> FlaskClient:
    settings = Settings(home=home, services=remote.address)
    federation = open_federation(remote.address)
    return create_app(Service(settings, snapshot, site=engine, public=engine, federation=federation)).test_client()


def test_the_endpoint_answers_with_what_others_say_and_nobody_keeps_it(web: FlaskClient, remote: Remote) -> None:
    for silent in ("", "SILENT"):
        response = web.get("/sparql", query_string={"query": calling(remote, silent=silent)}, headers={"Accept": JSON})
        assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
        assert "ETag" not in response.headers
        assert json.loads(response.data)["results"]["bindings"][0]["x"]["value"] == "far"


def test_the_endpoint_refuses_others_with_those_it_calls(web: FlaskClient, remote: Remote) -> None:
    response = web.post("/sparql", data={"query": "ASK {\n SERVICE <https://other.example/> { ?s ?p ?x } }"})
    assert response.status_code == 403
    assert "Line 2 " in response.text
    assert f"calls only <{remote.address}>" in response.text


def test_a_failing_endpoint_is_a_bad_gateway(web: FlaskClient, remote: Remote) -> None:
    remote.does = lambda answering: answering.give(b"", status=500)
    response = web.post("/sparql", data={"query": calling(remote)})
    assert (response.status_code, remote.address in response.text) == (502, True)


def test_a_mistake_is_shown_where_the_user_made_it(web: FlaskClient, engine: LocalEngine, remote: Remote) -> None:
    query = f"SELECT * {{\n SERVICE <{remote.address}> {{ ?s ?p ?x }} FILTER( }}"
    response = web.post("/sparql", data={"query": query})
    assert response.status_code == 400
    with pytest.raises(QuerySyntaxError, match="at 2:") as written:
        engine.select(query)
    assert response.text == f"{written.value}\n"
    assert not remote.asked


def test_the_service_description_names_what_may_be_called(
    web: FlaskClient, client: FlaskClient, remote: Remote
) -> None:
    feature, relation = URIRef(f"{SD.uri}feature"), DCTERMS.relation
    told = Graph().parse(web.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")
    assert set(told.objects(None, feature)) == {SD.BasicFederatedQuery}
    assert set(told.objects(None, relation)) == {URIRef(remote.address)}
    assert f"SERVICE calls &lt;{remote.address}&gt; and no other endpoint" in web.get("/api").text
    closed = Graph().parse(client.get("/sparql", headers={"Accept": "text/turtle"}).data, format="turtle")
    assert not set(closed.objects(None, feature)) | set(closed.objects(None, relation))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(services="https://a.example/", engine="https://engine.example/"), "CYBERGOV_ENGINE names an engine"),
        (Settings(services="https://a.example/"), "no Landlock"),
    ],
)
def test_where_nothing_may_be_called_the_reason_is_told(
    snapshot: Snapshot, engine: LocalEngine, settings: Settings, reason: str, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr("webapp.settings.why_no_door", lambda: "the kernel has no Landlock")
    assert open_federation_of(settings, snapshot) is None
    assert reason in caplog.text
    service = Service(settings, snapshot, site=engine, public=engine)
    with pytest.raises(ServiceRefused, match=reason):
        service.answer("ASK { SERVICE <https://a.example/> { ?s ?p ?x } }", solutions=JSON, graph="text/turtle")


def test_a_new_snapshot_is_used_by_federated_queries_too(store: Path, snapshot: Snapshot, web: FlaskClient) -> None:
    service: Service = web.application.extensions["service"]
    assert service.federation
    service.federation.engine.reopen(store)
    older = dataclasses.replace(service, snapshot=Snapshot(Path("older")))
    older._change_to(snapshot)
    answer = service.federation.engine.select("SELECT * { ?s <http://x/p> ?o }")
    assert json.loads(answer)["results"]["bindings"] == []
