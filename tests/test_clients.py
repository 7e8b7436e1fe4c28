"""Foreign clients at a real server: libraries, command lines and another engine, each used as its users do."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
import urllib.request
import xml.dom.minidom
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from served import HOST, Served, serving
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML
from SPARQLWrapper import SPARQLWrapper as Wrapper
from SPARQLWrapper.SPARQLExceptions import EndPointInternalError, QueryBadFormed, SPARQLWrapperException

from graph.snapshot import Snapshot
from webapp.negotiate import DATASETS, GRAPHS, TABLES

CG = "https://w3id.org/cybergov/ontology/"
ESTONIA = "https://w3id.org/cybergov/id/state/EST"
NORMS = f"SELECT ?norm WHERE {{ ?norm a <{CG}Norm> }} ORDER BY ?norm"
OF_NORMS = f"CONSTRUCT {{ ?norm a <{CG}Norm> }} WHERE {{ ?norm a <{CG}Norm> }}"
DESCRIBE = f"DESCRIBE <{ESTONIA}>"
TRUE, FALSE = "ASK { ?s ?p ?o }", "ASK { <http://example.org/nothing> ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ACCENTS = "SELECT ('Côte d’Ivoire, 日本, \U0001f310' AS ?name) {}"
UPDATE = "INSERT DATA { <http://example.org/s> <http://example.org/p> <http://example.org/o> }"
DEADLINE = 1.0
COMUNICA = "@comunica/query-sparql@4.5.0"  # the last that runs on Node 20


@pytest.fixture(scope="module")
def server(snapshot: Snapshot, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample, served."""
    with serving(home, tmp_path_factory.mktemp("clients") / "log", deadline=DEADLINE) as served:
        yield served


@pytest.fixture(scope="module")
def norms(server: Served) -> list[str]:
    """The norms of the sample, asked without any client."""
    with urllib.request.urlopen(f"{server.address}/sparql?query={quote(NORMS)}", timeout=20) as answer:
        found = [row["norm"]["value"] for row in json.load(answer)["results"]["bindings"]]
    assert len(found) == 6
    return found


def statements(server: Served) -> str:
    """Return how many statements there are, to be compared before and after."""
    return server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").text


# SPARQLWrapper

WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def wrapper(
    server: Served, query: str, form: str, way: tuple[str, str] = WAYS[0], only_accept: bool = False
) -> Wrapper:
    client = Wrapper(f"{server.address}/sparql")
    client.setTimeout(20)
    client.setMethod(way[0])
    client.setRequestMethod(way[1])
    client.setOnlyConneg(only_accept)
    client.setQuery(query)
    client.setReturnFormat(form)
    return client


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # SPARQLWrapper makes one
@pytest.mark.parametrize("only_accept", [False, True], ids=["by name", "by Accept"])
@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_reads_every_form_of_answer(
    server: Served, norms: list[str], way: tuple[str, str], only_accept: bool
) -> None:
    def answered(query: str, form: str) -> object:
        return wrapper(server, query, form, way, only_accept).query().convert()

    def rows(text: object) -> list[str]:
        assert isinstance(text, bytes)
        return [line.strip("<>") for line in text.decode().splitlines()[1:]]

    table = answered(NORMS, JSON)
    assert [row["norm"]["value"] for row in table["results"]["bindings"]] == norms  # type: ignore[index]
    page = answered(NORMS, XML)
    assert isinstance(page, xml.dom.minidom.Document)
    assert [uri.firstChild.data for uri in page.getElementsByTagName("uri")] == norms  # type: ignore[union-attr]
    assert rows(answered(NORMS, CSV)) == norms
    assert rows(answered(NORMS, TSV)) == norms
    assert answered(TRUE, JSON)["boolean"] is True  # type: ignore[index]
    assert answered(FALSE, JSON)["boolean"] is False  # type: ignore[index]
    assert answered(ACCENTS, JSON)["results"]["bindings"][0]["name"]["value"].startswith("Côte d’Ivoire, 日本")  # type: ignore[index]
    for query in (OF_NORMS, DESCRIBE):
        sizes = set()
        for form in (XML, RDFXML, JSONLD, TURTLE, N3):
            graph = answered(query, form)
            if isinstance(graph, bytes):
                graph = rdflib.Graph().parse(data=graph, format="turtle")
            assert isinstance(graph, rdflib.Graph)
            sizes.add(len(graph))
        assert len(sizes) == 1, "the same graph in every form"
        assert sizes.pop() >= 6


def test_sparqlwrapper_converts_answers_to_values(server: Served, norms: list[str]) -> None:
    from SPARQLWrapper import SPARQLWrapper2

    client = SPARQLWrapper2(f"{server.address}/sparql")
    client.setQuery(NORMS)
    assert [row["norm"].value for row in client.query().bindings] == norms


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_sparqlwrapper_raises_what_a_refusal_means(server: Served, way: tuple[str, str]) -> None:
    with pytest.raises(QueryBadFormed, match="not valid SPARQL"):
        wrapper(server, "SELECT nothing", JSON, way).query()
    with pytest.raises((EndPointInternalError, SPARQLWrapperException, OSError), match=r"504|limit of 1 second"):
        wrapper(server, RUNAWAY, JSON, way).query()


def test_sparqlwrapper_cannot_change_anything(server: Served) -> None:
    before = statements(server)
    for way in WAYS[1:]:
        with pytest.raises(QueryBadFormed, match="read-only"):
            wrapper(server, UPDATE, JSON, way).query()
    assert statements(server) == before


# rdflib


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("form", ["xml", "json", "csv", "tsv"])
def test_rdflib_takes_the_endpoint_for_a_store(server: Served, norms: list[str], method: str, form: str) -> None:
    store = SPARQLStore(f"{server.address}/sparql", method=method, returnFormat=form)  # type: ignore[arg-type]
    graph = rdflib.Graph(store)
    assert [str(row[0]) for row in graph.query(NORMS)] == norms  # type: ignore[index]
    found = {str(norm) for norm in graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{CG}Norm"))}
    assert found == set(norms)
    if form in ("xml", "json"):  # the other two have no form for a truth
        assert bool(graph.query(TRUE)) is True
        assert bool(graph.query(FALSE)) is False
    assert len(graph.query(OF_NORMS).graph or ()) == len(norms)
    assert len(graph.query(DESCRIBE).graph or ()) > 5
    alpha = graph.value(rdflib.URIRef(ESTONIA), rdflib.URIRef(f"{CG}isoAlpha3"))
    assert alpha == rdflib.Literal("EST")


def test_rdflib_asks_a_named_graph_alone(server: Served) -> None:
    name = rdflib.URIRef("https://w3id.org/cybergov/graph/source/states")
    contexts = SPARQLStore(f"{server.address}/sparql").contexts((rdflib.URIRef(ESTONIA), None, None))
    assert name in set(contexts)
    alone = rdflib.Graph(SPARQLStore(f"{server.address}/sparql"), identifier=name)
    assert (rdflib.URIRef(ESTONIA), rdflib.RDF.type, rdflib.URIRef(f"{CG}State")) in alone
    assert not list(alone.subjects(rdflib.RDF.type, rdflib.URIRef(f"{CG}Norm")))


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_writes_nothing(server: Served, method: str) -> None:
    before = statements(server)
    place = f"{server.address}/sparql"
    store = SPARQLUpdateStore(place, place, method=method)  # type: ignore[arg-type]
    something = rdflib.URIRef("http://example.org/s")
    for change in (
        lambda: store.update(UPDATE),
        lambda: rdflib.Graph(store, identifier=something).add((something, something, something)),
        lambda: rdflib.Graph(store, identifier=something).remove((None, None, None)),
    ):
        with pytest.raises(OSError, match="HTTP Error 4"):
            change()
    assert statements(server) == before


# Another store, by SERVICE


def test_another_engine_asks_the_endpoint_by_service(server: Served, norms: list[str]) -> None:
    own = ox.Store()
    for norm in norms[:2]:
        own.add(ox.Quad(ox.NamedNode(norm), ox.NamedNode("http://example.org/liked"), ox.Literal("much")))
    joined = f"""SELECT ?norm {{ ?norm <http://example.org/liked> "much" .
        SERVICE <{server.address}/sparql> {{ ?norm a <{CG}Norm> }} }} ORDER BY ?norm"""
    rows = own.query(joined)
    assert [row["norm"].value for row in rows] == norms[:2]  # type: ignore[union-attr,index]
    wrong = f"SELECT * {{ SERVICE <{server.address}/nowhere> {{ ?s ?p ?o }} }}"
    with pytest.raises((OSError, RuntimeError), match="404"):
        list(own.query(wrong))  # type: ignore[arg-type]


# curl


class Command:
    """A command line that asks the server."""

    def __init__(self, program: str, hint: str) -> None:
        self.program, self.hint = shutil.which(program), hint

    def __call__(self, *arguments: str, stdin: bytes = b"", code: int = 0, timeout: float = 60) -> str:
        if not self.program:
            if os.environ.get("CI") == "true":
                pytest.fail(f"{self.hint}; continuous integration must not pass over this test.")
            pytest.skip(self.hint)
        done = subprocess.run([self.program, *arguments], input=stdin, capture_output=True, timeout=timeout)
        assert done.returncode == code, (done.returncode, done.stderr.decode(), done.stdout.decode())
        return done.stdout.decode()


CURL = Command("curl", "curl is not installed; `apt-get install curl` runs these tests")
ROQET = Command("roqet", "roqet is not installed; `apt-get install rasqal-utils` runs these tests")


def curl(*arguments: str, stdin: bytes = b"", code: int = 0) -> str:
    return CURL("--silent", "--show-error", "--max-time", "30", *arguments, stdin=stdin, code=code)


@pytest.mark.parametrize("media", [*TABLES.values(), *GRAPHS.values(), *DATASETS.values()])
def test_curl_gets_every_format_by_accept_and_by_name(server: Served, norms: list[str], media: str) -> None:
    query = NORMS if media in TABLES.values() else OF_NORMS
    place = f"{server.address}/sparql"
    told = ["--get", "--data-urlencode", f"query={query}", "--fail", place]
    by_accept = curl("--header", f"Accept: {media}", *told)
    assert all(norm.rpartition("/")[2] in by_accept for norm in norms)
    assert curl("--data-urlencode", f"format={media}", *told) == by_accept
    assert curl(
        "--header", f"Accept: {media}", "--output", os.devnull, "--write-out", "%{content_type}", *told
    ).startswith(media)


def test_curl_posts_a_form_a_file_and_chunks(server: Served, norms: list[str]) -> None:
    place, text = f"{server.address}/sparql", NORMS.encode()
    direct = ["--header", "Content-Type: application/sparql-query"]
    for one in (
        curl("--data-urlencode", f"query={NORMS}", place),
        curl("--data-urlencode", "query@-", place, stdin=text),
        curl(*direct, "--data-binary", "@-", place, stdin=text),
        curl(*direct, "--header", "Transfer-Encoding: chunked", "--data-binary", "@-", place, stdin=text),
        curl(*direct, "--header", "Expect: 100-continue", "--data-binary", "@-", place, stdin=text),
        curl(*direct, "--http1.0", "--data-binary", "@-", place, stdin=text),
        curl(*direct, "--request", "POST", "--upload-file", "-", place, stdin=text),
    ):
        assert [row["norm"]["value"] for row in json.loads(one)["results"]["bindings"]] == norms


def test_curl_sends_a_query_as_long_as_may_be(server: Served) -> None:
    long = f"{NORMS} # {'x' * 16_000}"
    assert "bindings" in curl("--data-urlencode", f"query={long}", "--fail", f"{server.address}/sparql")
    longer = f"{NORMS} # {'x' * 17_000}"
    status = ["--output", os.devnull, "--write-out", "%{http_code}"]
    assert curl(*status, "--data-urlencode", f"query={longer}", f"{server.address}/sparql") == "413"
    assert curl(*status, "--get", "--data-urlencode", f"query={longer}", f"{server.address}/sparql") == "414"


@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK%7B%7D", "/doc/state/EST.ttl", "/states.csv", "/data.ttl"])
def test_curl_heads_and_keeps_what_it_has(server: Served, path: str, tmp_path: Path) -> None:
    place = f"{server.address}{path}"
    top = curl("--head", "--header", "Accept-Encoding: identity", place)
    assert re.match(r"HTTP/1\.1 200", top)
    body = curl("--header", "Accept-Encoding: identity", place)
    assert int(re.findall(r"(?i)content-length: (\d+)", top)[0]) == len(body.encode())
    tag = re.findall(r"(?i)etag: (\S+)", top)[0]
    status = ["--output", os.devnull, "--write-out", "%{http_code} %{size_download}"]
    assert curl(*status, "--header", f"If-None-Match: {tag}", place) == "304 0"
    assert curl(*status, "--header", 'If-None-Match: "another"', place).startswith("200")
    kept = tmp_path / "etag"
    curl("--etag-save", str(kept), "--output", os.devnull, place)
    assert curl(*status, "--etag-compare", str(kept), place) == "304 0"


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_curl_unpacks_what_it_asked_to_be_packed(server: Served, coding: str) -> None:
    place = f"{server.address}/doc/state/EST.ttl"
    if coding == "br" and "brotli" not in curl("--version"):
        pytest.skip("this curl knows no brotli")
    packed = curl("--compressed", "--header", f"Accept-Encoding: {coding}", "--dump-header", "-", place)
    top, _, body = packed.replace("\r\n", "\n").partition("\n\n")
    assert f"content-encoding: {coding}" in top.lower()
    assert body == curl(place).replace("\r\n", "\n")


def test_curl_follows_an_identifier_to_what_it_accepts(server: Served) -> None:
    place = f"{server.address}/id/state/EST"
    for accept, first in (("text/turtle", "@prefix"), ("text/html", "<!doctype"), ("application/ld+json", "[")):
        assert curl("--location", "--header", f"Accept: {accept}", place).startswith((first, "{"))
    told = ["--location", "--output", os.devnull, "--write-out", "%{num_redirects} %{http_code}"]
    assert curl(*told, place) == "1 200"


def test_curl_hears_of_failures_by_its_exit_code(server: Served) -> None:
    for query in (
        "SELECT nothing",
        UPDATE,
        f"SELECT * {{ SERVICE <{server.address}/sparql> {{ ?s ?p ?o }} }}",
        RUNAWAY,
    ):
        curl("--fail", "--data-urlencode", f"query={query}", f"{server.address}/sparql", code=22)


# roqet


@pytest.mark.parametrize("form", ["simple", "xml", "csv", "tsv"])
def test_roqet_asks_and_prints_a_table(server: Served, norms: list[str], form: str) -> None:
    said = ROQET("-q", "-r", form, "-p", f"{server.address}/sparql", "-e", NORMS)
    assert all(norm in said for norm in norms)


def test_roqet_hears_that_a_query_is_wrong(server: Served) -> None:
    ROQET("-q", "-p", f"{server.address}/sparql", "-e", "SELECT nothing", code=1)


# The protocol by hand


def test_an_old_client_is_answered_and_let_go(server: Served) -> None:
    request = f"GET /sparql?query={quote(TRUE, safe='')} HTTP/1.0\r\n\r\n".encode()
    reply = server.send(request)
    assert (reply.status, json.loads(reply.body)["boolean"]) == (200, True)
    assert "transfer-encoding" not in reply.headers


def test_one_connection_serves_many_requests(server: Served) -> None:
    line = http.client.HTTPConnection(HOST, server.port, timeout=20)
    ports = set()
    for turn in range(30):
        path = ("/sparql?query=ASK%7B%7D", "/states.csv", "/nowhere", "/sparql?query=nonsense")[turn % 4]
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        assert answer.status in (200, 400, 404)
        ports.add(line.sock.getsockname()[1])
    line.close()
    assert len(ports) == 1, "it was one connection throughout"


def test_who_asks_first_is_told_to_go_on(server: Served) -> None:
    top = (
        f"POST /sparql HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/sparql-query\r\n"
        f"Content-Length: {len(TRUE)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with server.connect() as line:
        line.sendall(top.encode())
        assert line.recv(1 << 16).startswith(b"HTTP/1.1 100 ")
        line.sendall(TRUE.encode())
        received = b""
        while piece := line.recv(1 << 16):
            received += piece
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.endswith(b"true}")


# Comunica


@pytest.fixture(scope="module")
def comunica(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Comunica's command line, which npm fetches into a folder of its own."""
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("npm is not installed; with `apt-get install npm` this test fetches Comunica and runs")
    folder = tmp_path_factory.mktemp("comunica")
    try:
        fetched = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), COMUNICA],
            capture_output=True, text=True, timeout=400,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip("npm could not fetch Comunica in time")
    program = folder / "node_modules" / ".bin" / "comunica-sparql"
    if fetched.returncode or not program.exists():
        pytest.skip(f"npm could not fetch Comunica: {fetched.stderr.strip()[-200:]}")

    def run(*arguments: str) -> str:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.slow
def test_comunica_asks_the_endpoint_told_that_it_is_one_or_finding_it_out(
    server: Served, norms: list[str], comunica: Callable[..., str]
) -> None:
    place = f"{server.address}/sparql"
    for source in (f"sparql@{place}", place):
        told = json.loads(comunica(source, "-q", NORMS, "-t", "application/sparql-results+json"))
        assert [row["norm"]["value"] for row in told["results"]["bindings"]] == norms
        graph = ox.parse(comunica(source, "-q", OF_NORMS, "-t", "text/turtle").encode(), format=ox.RdfFormat.TURTLE)
        assert {quad.subject.value for quad in graph} == set(norms)
        assert json.loads(comunica(source, "-q", TRUE, "-t", "application/sparql-results+json"))["boolean"] is True


@pytest.mark.slow
def test_comunica_joins_the_endpoint_with_another_source(
    server: Served, norms: list[str], comunica: Callable[..., str], tmp_path: Path
) -> None:
    said = "".join(f'<{norm}> <http://example.org/liked> "much" .\n' for norm in norms[:2])
    (tmp_path / "liked.ttl").write_text(said)
    query = f'SELECT ?norm {{ ?norm <http://example.org/liked> "much" . ?norm a <{CG}Norm> }} ORDER BY ?norm'
    with http.server.ThreadingHTTPServer((HOST, 0), partial(Turtle, directory=str(tmp_path))) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        place = f"http://{HOST}:{other.server_port}/liked.ttl"
        try:
            answers = [
                comunica(endpoint, place, "-q", query, "-t", "text/csv")
                for endpoint in (f"sparql@{server.address}/sparql", f"{server.address}/sparql")
            ]
        finally:
            other.shutdown()
            thread.join()
    for answer in answers:
        assert [line.strip("<>") for line in answer.split()[1:]] == norms[:2]


class Turtle(http.server.SimpleHTTPRequestHandler):
    """Serves files of Turtle, and says nothing."""

    extensions_map = {".ttl": "text/turtle"}  # noqa: RUF012 (as the base class has it)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
