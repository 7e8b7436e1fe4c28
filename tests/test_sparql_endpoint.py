"""The SPARQL endpoint: the protocol's three ways in, every format out, and a clear refusal of all else."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from graph.engine import LocalEngine
from graph.snapshot import Snapshot
from webapp.app import create_app
from webapp.service import Service
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
CG = "https://w3id.org/cybergov/ontology/"
NORMS = f"SELECT ?norm WHERE {{ ?norm a <{CG}Norm> }} ORDER BY ?norm"
CONSTRUCT = f"CONSTRUCT {{ ?norm a <{CG}Norm> }} WHERE {{ ?norm a <{CG}Norm> }}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


def get(client: FlaskClient, query: str, accept: str = "", **more: str):
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def norms(body: bytes) -> list[str]:
    return [row["norm"]["value"] for row in json.loads(body)["results"]["bindings"]]


def refused(response, status: int, *words: str) -> None:
    assert response.status_code == status, response.text
    assert response.content_type.startswith("text/plain")
    assert "Traceback" not in response.text
    for word in words:
        assert word in response.text


@pytest.mark.parametrize("way", ["GET", "POST form", "POST direct"])
def test_a_query_comes_in_any_of_the_protocols_three_ways(client: FlaskClient, way: str) -> None:
    if way == "GET":
        response = get(client, NORMS)
    elif way == "POST form":
        response = client.post("/sparql", data={"query": NORMS})
    else:
        response = client.post("/sparql", data=NORMS, content_type=f"{DIRECT}; charset=utf-8")
    assert response.status_code == 200
    assert response.content_type == "application/sparql-results+json"
    assert len(norms(response.data)) == 6
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("media", TABLES)
def test_a_table_comes_in_every_format_and_reads_back(client: FlaskClient, media: str) -> None:
    response = get(client, NORMS, media)
    assert response.content_type.partition(";")[0] == media
    read = ox.parse_query_results(response.data, format=TABLES[media])
    assert [row["norm"].value for row in read] == norms(get(client, NORMS).data)  # type: ignore[union-attr,index]


def test_a_table_comes_as_csv(client: FlaskClient) -> None:
    response = get(client, NORMS, "text/csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.text.split() == ["norm", *norms(get(client, NORMS).data)]


@pytest.mark.parametrize("media", GRAPHS)
def test_a_graph_comes_in_every_format_and_reads_back(client: FlaskClient, media: str) -> None:
    response = get(client, CONSTRUCT, media)
    assert response.content_type.partition(";")[0] == media
    found = ox.parse(response.data, format=GRAPHS[media])
    assert {quad.subject.value for quad in found} == set(norms(get(client, NORMS).data))


def test_describe_gives_a_graph(client: FlaskClient) -> None:
    response = get(client, "DESCRIBE <https://w3id.org/cybergov/id/state/EST>")
    assert response.content_type == "text/turtle; charset=utf-8"
    assert len(rdflib.Graph().parse(data=response.data, format="turtle")) > 5


@pytest.mark.parametrize("media", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_ask_gives_a_truth(client: FlaskClient, media: str) -> None:
    for query, truth in (("ASK { ?s ?p ?o }", True), ("ASK { <http://x/> ?p ?o }", False)):
        assert bool(ox.parse_query_results(get(client, query, media).data, format=TABLES[media])) is truth


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/xml", "application/sparql-results+xml"),
        ("text/csv;q=0.5, application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv, application/sparql-results+xml;q=0.9", "text/csv; charset=utf-8"),
        (
            "application/sparql-results+json;q=0.1, text/tab-separated-values;q=0.2",
            "text/tab-separated-values; charset=utf-8",
        ),
        ("application/sparql-results+json;q=0, text/csv", "text/csv; charset=utf-8"),
        ("text/turtle, application/sparql-results+xml;q=0.5", "application/sparql-results+xml"),
        ("text/turtle", "application/sparql-results+json"),
        ("image/png, */*;q=0.1", "application/sparql-results+json"),
        ("text/*", "text/csv; charset=utf-8"),
    ],
)
def test_the_format_a_client_likes_best_is_given(client: FlaskClient, accept: str, media: str) -> None:
    assert get(client, NORMS, accept).content_type == media


@pytest.mark.parametrize(
    ("short", "media"),
    [("csv", "text/csv; charset=utf-8"), ("json", "application/sparql-results+json"),
     ("xml", "application/sparql-results+xml"),
     ("tsv", "text/tab-separated-values; charset=utf-8"), ("text/csv", "text/csv; charset=utf-8")],
)  # fmt: skip
def test_a_format_in_the_address_wins_over_accept(client: FlaskClient, short: str, media: str) -> None:
    assert get(client, NORMS, "application/sparql-results+xml", format=short).content_type == media
    assert client.post("/sparql", data={"query": NORMS, "format": short}).content_type == media


@pytest.mark.parametrize(
    ("short", "media"),
    [
        ("ttl", "text/turtle"),
        ("nt", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("jsonld", "application/ld+json"),
        ("rdf+xml", "application/rdf+xml"),
        ("turtle", "text/turtle"),
    ],
)
def test_a_format_of_graphs_in_the_address_serves_construct(client: FlaskClient, short: str, media: str) -> None:
    assert get(client, CONSTRUCT, format=short).content_type.partition(";")[0] == media


def test_an_unknown_format_is_refused_with_those_there_are(client: FlaskClient) -> None:
    refused(get(client, NORMS, format="xlsx"), 400, "There is no format 'xlsx' here", "csv, json, tsv, xml")


def test_a_client_that_accepts_nothing_we_have_is_told(client: FlaskClient) -> None:
    response = get(client, NORMS, "image/png")
    assert response.status_code == 406
    assert "application/sparql-results+json" in response.text


def test_graphs_named_in_the_request_replace_the_dataset(client: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    states = "https://w3id.org/cybergov/graph/source/states"

    def number(query: str, **graphs: str) -> int:
        for body in (
            get(client, query, **graphs).data,
            client.post("/sparql", data={"query": query, **graphs}).data,
            client.post(f"/sparql?{urlencode(graphs)}", data=query, content_type=DIRECT).data,
        ):
            found = int(json.loads(body)["results"]["bindings"][0]["n"]["value"])
        return found

    whole, part = number(count), number(count, **{"default-graph-uri": states})
    assert 0 < part < whole
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert number(named, **{"named-graph-uri": states}) == part
    assert number(count, **{"named-graph-uri": states}) == 0, "no default graph was named"
    assert number(named, **{"default-graph-uri": states}) == 0, "no named graph was named"
    assert number(count, **{"default-graph-uri": "http://nowhere/"}) == 0
    asked = "SELECT (COUNT(*) AS ?n) FROM <http://nowhere/> WHERE { ?s ?p ?o }"
    assert number(asked, **{"default-graph-uri": states}) == part, "the request wins over FROM"
    refused(get(client, count, **{"default-graph-uri": "not an iri"}), 400, "not an iri")


@pytest.mark.parametrize(
    "update",
    ["INSERT DATA { <http://x/> <http://x/> <http://x/> }", "DELETE WHERE { ?s ?p ?o }", "DROP ALL", "CLEAR DEFAULT",
     "LOAD <http://127.0.0.1:1/>", "CREATE GRAPH <http://x/>",
     "# a comment\nPREFIX x: <http://x/> insert data { x:a x:a x:a }"],
)  # fmt: skip
@pytest.mark.parametrize(
    "way", ["GET query", "GET update", "form query", "form update", "direct", "update type", "address"]
)
def test_an_update_is_refused_by_every_way_and_changes_nothing(client: FlaskClient, update: str, way: str) -> None:
    before = get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").data
    responses = {
        "GET query": lambda: client.get("/sparql", query_string={"query": update}),
        "GET update": lambda: client.get("/sparql", query_string={"update": update}),
        "form query": lambda: client.post("/sparql", data={"query": update}),
        "form update": lambda: client.post("/sparql", data={"update": update}),
        "direct": lambda: client.post("/sparql", data=update, content_type=DIRECT),
        "update type": lambda: client.post("/sparql", data=update, content_type="application/sparql-update"),
        "address": lambda: client.post(f"/sparql?{urlencode({'update': update})}", data={"query": "ASK {}"}),
    }
    refused(responses[way](), 400, "read-only")
    assert get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").data == before


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused_with_those_allowed(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/sparql", data="x")
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].replace(",", " ").split())


def test_service_is_refused_and_nothing_is_fetched(client: FlaskClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{target}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ service\n#\n silent<{target}>{{ ?s ?p ?o }} }}",
        ):
            for response in (get(client, query), client.post("/sparql", data=query, content_type=DIRECT)):
                refused(response, 403, "does not call other endpoints")
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_syntax_error_is_told_with_line_and_column(client: FlaskClient) -> None:
    refused(get(client, "SELECT ?s\nWHERE { ?s ?p }"), 400, "not valid SPARQL", "at 2:1")


@pytest.mark.parametrize(
    "query", ["", " ", "#", "nonsense", "SELECT", "\x00", "SELECT * { ?s ?p ?o } LIMIT x", "é" * 50]
)
def test_rubbish_is_refused_as_a_bad_request(client: FlaskClient, query: str) -> None:
    for response in (get(client, query), client.post("/sparql", data=query.encode(), content_type=DIRECT)):
        refused(response, 400)


def test_a_body_that_is_not_utf_8_is_refused(client: FlaskClient) -> None:
    refused(client.post("/sparql", data=b"SELECT * { ?s ?p '\xff' }", content_type=DIRECT), 400, "UTF-8")


def test_a_request_without_a_query_or_with_two_is_refused(client: FlaskClient) -> None:
    refused(client.get("/sparql", headers={"Accept": "application/sparql-results+json"}), 400, "Send a query")
    refused(client.get("/sparql?query=ASK{}&query=ASK{}"), 400, "several query parameters")
    refused(client.post("/sparql", data={"q": "ASK {}"}), 400, "no query field")
    refused(client.post("/sparql", data="query=ASK{}&query=ASK{}", content_type=FORM), 400, "several query parameters")


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data", ""])
def test_a_body_of_another_type_is_refused(client: FlaskClient, media: str) -> None:
    refused(client.post("/sparql", data="ASK {}", content_type=media), 415, "application/sparql-query")


def test_an_over_long_query_is_refused_with_the_limit(client: FlaskClient) -> None:
    for response in (
        get(client, "ASK {} #" + "x" * 20_000),
        client.post("/sparql", data={"query": "ASK {} #" + "x" * 20_000}),
        client.post("/sparql", data="ASK {} #" + "x" * 20_000, content_type=DIRECT),
    ):
        refused(response, 413, "limit is 16,384")
    for media in (DIRECT, FORM):
        huge = client.post("/sparql", data=b"query=" + b"x" * 2_000_000, content_type=media)
        assert huge.status_code == 413


def test_a_query_nested_too_deeply_is_refused(client: FlaskClient) -> None:
    refused(get(client, "SELECT * {" + "{" * 600 + "}" * 600 + "}"), 400, "500")


@pytest.fixture(scope="module")
def narrow(snapshot: Snapshot, home: Path, engine: LocalEngine) -> Iterator[FlaskClient]:
    """A client of an application whose public queries have little time and room."""
    public = LocalEngine(snapshot.store, workers=1, deadline=0.4, max_bytes=20_000, memory=10**9, queue_limit=1)
    app = create_app(Service(Settings(home=home), snapshot, site=engine, public=public))
    yield app.test_client()
    public.close()


def test_a_query_over_the_deadline_is_stopped_with_504(narrow: FlaskClient) -> None:
    refused(get(narrow, RUNAWAY), 504, "time limit of 0.4 seconds", "data dump")
    assert len(norms(get(narrow, NORMS).data)) == 6, "the next one is answered"


def test_a_result_too_large_is_refused_whole_with_413(narrow: FlaskClient) -> None:
    refused(get(narrow, "SELECT * { ?s ?p ?o }"), 413, "20,000 bytes", "LIMIT")


HOSTILE = 'SELECT * { ?s ?p "</textarea><script>alert(1)</script>\'&quot;" }'


def test_a_browser_gets_a_page_with_the_query_and_its_answer(client: FlaskClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = get(client, NORMS, accept)
    assert page.content_type.startswith("text/html")
    assert "norm/un-2015-13a" in page.text
    assert "<strong>6</strong> rows" in page.text
    graph = get(client, CONSTRUCT, accept)
    assert "cg:Norm" in graph.text
    assert client.get("/sparql", headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize("query", [HOSTILE, "SELECT </textarea><script>alert(1)</script>", 'ASK { "' + "<" * 20])
def test_a_page_shows_a_query_with_markup_as_text(client: FlaskClient, query: str) -> None:
    page = get(client, query, "text/html")
    assert page.status_code in (200, 400)
    assert "<script>" not in page.text
    assert page.text.count("</textarea>") == 1


def test_a_page_says_what_is_wrong_with_the_status_a_program_gets(client: FlaskClient) -> None:
    page = get(client, "SELECT ?s\nWHERE { ?s ?p }", "text/html")
    assert page.status_code == 400
    assert "at 2:1" in page.text
    assert "WHERE { ?s ?p }" in page.text, "the query stays in the editor"


def test_ask_is_answered_on_a_page(client: FlaskClient) -> None:
    page = get(client, "ASK { ?s ?p ?o }", "text/html")
    assert page.status_code == 200
    assert "true" in page.text


def test_every_example_of_the_editor_runs(client: FlaskClient, app: Flask) -> None:
    page = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert page.count("/sparql?query=") >= 1


@pytest.fixture(scope="module")
def server(snapshot: Snapshot, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample served by `cybergov serve` in a process of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("server") / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "serve", "--port", str(port)],
        cwd=ROOT, env=os.environ | {"CYBERGOV_HOME": str(home)}, stdout=log, stderr=log,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{address}/health", timeout=10).close()
                break
            except (urllib.error.URLError, ConnectionError):
                log.seek(0)
                assert process.poll() is None, log.read()
                assert time.monotonic() < end, log.read()
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        log.close()


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_reads_every_format(server: str, method: str) -> None:
    client = SPARQLWrapper(f"{server}/sparql")
    client.setMethod(method)
    client.setTimeout(20)
    client.setQuery(NORMS)
    client.setReturnFormat(JSON)
    assert len(client.query().convert()["results"]["bindings"]) == 6
    client.setReturnFormat(XML)
    assert len(client.query().convert().getElementsByTagName("result")) == 6
    client.setReturnFormat(CSV)
    assert len(client.query().convert().split()) == 7
    client.setQuery(CONSTRUCT)
    for form, media in ((RDFXML, "application/rdf+xml"), (N3, "text/turtle"), (TURTLE, "text/turtle")):
        client.setReturnFormat(form)
        answer = client.query()
        assert answer.info()["content-type"].partition(";")[0] == media
        assert len(list(ox.parse(answer.response.read(), format=GRAPHS[media]))) == 6


def test_sparqlwrapper_posts_directly_and_hears_of_a_bad_query(server: str) -> None:
    client = SPARQLWrapper(f"{server}/sparql")
    client.setMethod(POST)
    client.setRequestMethod(POSTDIRECTLY)
    client.setReturnFormat(JSON)
    client.setQuery(NORMS)
    assert len(client.query().convert()["results"]["bindings"]) == 6
    client.setQuery("SELECT nothing")
    with pytest.raises(QueryBadFormed, match="not valid SPARQL"):
        client.query()


def test_rdflib_takes_the_endpoint_for_a_store(server: str) -> None:
    graph = rdflib.Graph(SPARQLStore(f"{server}/sparql"))
    assert len(list(graph.query(NORMS))) == 6
    assert len(list(graph.subjects(rdflib.RDF.type, rdflib.URIRef(f"{CG}Norm")))) == 6
    assert graph.value(
        rdflib.URIRef("https://w3id.org/cybergov/id/state/EST"), rdflib.URIRef(f"{CG}isoAlpha3")
    ) == rdflib.Literal("EST")


def test_the_server_answers_pages_and_closes_when_told(server: str) -> None:
    with urllib.request.urlopen(f"{server}/", timeout=20) as page:
        assert page.status == 200
        assert b"<h1>" in page.read()
