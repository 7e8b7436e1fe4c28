"""The SPARQL 1.1 Protocol, request by request: the W3C's suite re-written on data of our own, and what it leaves out.

We answer queries only, so what the suite says of updates is turned round: refused, and no statement changed.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib.collection import Collection
from werkzeug.test import TestResponse

from graph.engine import LocalEngine
from graph.snapshot import Snapshot
from webapp.app import create_app
from webapp.service import Service
from webapp.settings import Settings

sys.path.insert(0, str(Path(__file__).resolve().parent))
from standards import FOLDER, is_there

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
ONE, TWO, THREE, ABSENT = (f"http://example.org/graph/{name}" for name in ("one", "two", "three", "absent"))
TRUE, FALSE, TABLE, GRAPH = "true", "false", "table", "graph"
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml")
TABLES = (*RESULTS, "text/csv", "text/tab-separated-values")
TRIPLES = ("text/turtle", "application/n-triples", "application/rdf+xml")
MANIFEST = "protocol/manifest.ttl"

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """A request, and what it is to get: a truth, a kind of result, or the status of its refusal."""

    name: str
    gets: str | int
    method: str = "POST"
    address: Parameters = ()
    media: str | None = None
    body: str | bytes | Parameters = field(default="")

    def send(self, client: FlaskClient, path: str = "/sparql/") -> TestResponse:
        body = urlencode(self.body) if isinstance(self.body, tuple) else self.body
        return client.open(
            path, method=self.method, query_string=urlencode(self.address), data=body, content_type=self.media
        )


def default(*graphs: str) -> Parameters:
    return tuple(("default-graph-uri", graph) for graph in graphs)


def named(*graphs: str) -> Parameters:
    return tuple(("named-graph-uri", graph) for graph in graphs)


def using(*graphs: str) -> Parameters:
    return tuple(("using-graph-uri", graph) for graph in graphs)


def using_named(*graphs: str) -> Parameters:
    return tuple(("using-named-graph-uri", graph) for graph in graphs)


BOTH = f"ASK {{ <{ONE}> a ?kind . <{TWO}> a ?other }}"
BOTH_NAMED = f"{{ GRAPH ?first {{ <{ONE}> a ?kind }} GRAPH ?second {{ <{TWO}> a ?other }} }}"
COPY = (
    f"INSERT DATA {{ GRAPH <{THREE}> {{ <{THREE}> a <http://example.org/Note> }} }} ;"
    f" INSERT {{ GRAPH <{ABSENT}> {{ ?thing a <http://example.org/Note> }} }}"
)
RENAME = (
    f'WITH <{ONE}> DELETE {{ ?x <http://example.org/name> "Bill" }} INSERT {{ ?x <http://example.org/name> "William" }}'
    ' WHERE { ?x <http://example.org/name> "Bill" }'
)

W3C = (
    Case("query_post_form", TRUE, address=default(ABSENT), media=FORM, body=(("query", "ASK {}"),)),
    Case("query_dataset_default_graphs_get", TRUE, "GET", (("query", BOTH), *default(ONE, TWO))),
    Case("query_dataset_default_graphs_post", TRUE, address=default(ONE, TWO), media=DIRECT, body=BOTH),
    Case("query_dataset_named_graphs_post", TRUE, address=named(ONE, TWO), media=DIRECT, body=f"ASK {BOTH_NAMED}"),
    Case("query_dataset_named_graphs_get", TRUE, "GET", (("query", f"ASK {BOTH_NAMED}"), *named(ONE, TWO))),
    Case(
        "query_dataset_full", TRUE, address=(*default(THREE), *named(ONE, TWO)), media=DIRECT,
        body=f"ASK {{ <{THREE}> a ?third {BOTH_NAMED} }}",
    ),
    Case(
        "query_multiple_dataset", TRUE, address=named(ONE, TWO), media=DIRECT, body=f"ASK FROM <{THREE}> {BOTH_NAMED}"
    ),
    Case("query_get", TRUE, "GET", (("query", "ASK {}"), *default(ABSENT))),
    Case("query_content_type_select", TABLE, address=default(ABSENT), media=DIRECT, body="SELECT (1 AS ?one) {}"),
    Case("query_content_type_ask", TRUE, address=default(ABSENT), media=DIRECT, body="ASK {}"),
    Case("query_content_type_describe", GRAPH, address=default(ABSENT), media=DIRECT, body=f"DESCRIBE <{ONE}>"),
    Case(
        "query_content_type_construct", GRAPH, address=default(ABSENT), media=DIRECT,
        body=f"CONSTRUCT {{ <{ONE}> a 1 }} WHERE {{}}",
    ),
    Case("query_post_direct", TRUE, media=DIRECT, body="ASK {}"),
    Case("bad_query_method", 405, "PUT", (("query", "ASK {}"), *default(ABSENT)), media=FORM),
    Case("bad_multiple_queries", 400, "GET", (("query", "ASK {}"), ("query", "SELECT * {}"))),
    Case("bad_query_wrong_media_type", 415, media="text/plain", body="ASK {}"),
    Case("bad_query_missing_form_type", 415, body=(("query", "ASK {}"),)),
    Case("bad_query_missing_direct_type", 415, body="ASK {}"),
    Case("bad_query_non_utf8", 415, media=f"{DIRECT}; charset=UTF-16", body="ASK {}".encode("utf-16")),
    Case("bad_query_syntax", 400, "GET", (("query", "ASK {"),)),
    Case(
        "update_dataset_default_graph", 400, address=using(ONE), media=UPDATE,
        body=f"CLEAR ALL ; {COPY} WHERE {{ ?thing a ?kind }}",
    ),
    Case(
        "update_dataset_default_graphs", 400, address=using(ONE, TWO), media=UPDATE,
        body=f"DROP ALL ; {COPY} WHERE {{ ?thing a ?kind }}",
    ),
    Case(
        "update_dataset_named_graphs", 400, address=using_named(ONE, TWO), media=UPDATE,
        body=f"DROP ALL ; {COPY} WHERE {{ GRAPH ?g {{ ?thing a ?kind }} }}",
    ),
    Case(
        "update_dataset_full", 400, address=(*using(ONE), *using_named(TWO)), media=UPDATE,
        body=f"DROP ALL ; {COPY} WHERE {{ {{ ?thing a ?kind }} UNION {{ GRAPH ?g {{ ?thing a ?kind }} }} }}",
    ),
    Case("update_post_form", 400, media=FORM, body=(("update", "CLEAR ALL"),)),
    Case("update_post_direct", 400, media=UPDATE, body="CLEAR ALL"),
    Case(
        "update_base_uri", 400, media=UPDATE,
        body=f"CLEAR SILENT GRAPH <{ONE}> ; INSERT DATA {{ GRAPH <{ONE}> {{ <{ONE}> a <relative> }} }}",
    ),
    Case("bad_update_get", 400, "GET", (("update", "CLEAR ALL"),)),
    Case("bad_multiple_updates", 400, media=FORM, body=(("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT"))),
    Case("bad_update_wrong_media_type", 415, media="text/plain", body="CLEAR NAMED"),
    Case("bad_update_missing_form_type", 415, body=(("update", "CLEAR NAMED"),)),
    Case("bad_update_non_utf8", 400, media=f"{UPDATE}; charset=UTF-16", body="CLEAR NAMED".encode("utf-16")),
    Case("bad_update_syntax", 400, media=FORM, body=(("update", "CLEAR XYZ"),)),
    Case("bad_update_dataset_conflict", 400, address=using_named(TWO), media=UPDATE, body=RENAME),
)  # fmt: skip

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
DOCUMENT = ox.NamedNode("http://example.org/Document")
SHARED = ox.NamedNode("http://example.org/in-two-graphs")
UNNAMED = "http://example.org/in-no-graph"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three graphs that each say their own name is a document, one statement in two, one in none."""
    path = tmp_path_factory.mktemp("graphs") / "store"
    store = ox.Store(str(path))
    for name in (ONE, TWO, THREE):
        store.add(ox.Quad(ox.NamedNode(name), TYPE, DOCUMENT, ox.NamedNode(name)))
    for name in (TWO, THREE):
        store.add(ox.Quad(SHARED, TYPE, DOCUMENT, ox.NamedNode(name)))
    store.add(ox.Quad(ox.NamedNode(UNNAMED), TYPE, DOCUMENT))
    store.flush()
    return path


@pytest.fixture(scope="module")
def few(store: Path, snapshot: Snapshot, home: Path, engine: LocalEngine) -> Iterator[FlaskClient]:
    """A client of an application whose endpoint answers from these few statements."""
    with LocalEngine(store, workers=1, deadline=10, max_bytes=10**6, memory=2 * 10**9, queue_limit=4) as public:
        yield create_app(Service(Settings(home=home), snapshot, site=engine, public=public)).test_client()


def statements(store: Path) -> set[ox.Quad]:
    """Read a store anew from the disk."""
    return set(ox.Store.read_only(str(store)))


def media_type(response: TestResponse) -> str:
    return response.content_type.partition(";")[0]


def truth(response: TestResponse) -> bool:
    assert response.status_code == 200, response.text
    answer: Any = json.loads(response.data)
    return bool(answer["boolean"])


def number(response: TestResponse) -> int:
    """Return the one number that a counting query gives."""
    assert response.status_code == 200, response.text
    ((binding,),) = (row.values() for row in json.loads(response.data)["results"]["bindings"])
    return int(binding["value"])


def refused(response: TestResponse, status: int, *words: str) -> None:
    assert response.status_code == status, response.text
    assert "Traceback" not in response.text
    for word in words:
        assert word in response.text


@pytest.mark.parametrize("case", W3C, ids=lambda case: case.name)
def test_each_request_of_the_suite_gets_what_it_should_and_changes_nothing(
    few: FlaskClient, store: Path, case: Case
) -> None:
    before = statements(store)
    response = case.send(few)
    if case.gets == TRUE:
        assert media_type(response) in RESULTS
        assert truth(response) is True
    elif case.gets in (TABLE, GRAPH):
        assert response.status_code == 200
        assert media_type(response) in (TABLES if case.gets == TABLE else TRIPLES)
    else:
        assert isinstance(case.gets, int)
        refused(response, case.gets)
    assert statements(store) == before
    assert len(before) == 6


@pytest.mark.skipif(not is_there(MANIFEST), reason="the W3C's files are not here; `make test-data` fetches them")
def test_the_table_has_every_test_of_the_suite_with_its_method_type_and_outcome() -> None:
    suite = rdflib.Graph().parse(FOLDER / MANIFEST, publicID="http://example.org/")
    mf = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
    ht = rdflib.Namespace("http://www.w3.org/2011/http#")
    success = rdflib.URIRef("http://www.w3.org/2011/http-statusCodes#StatusCode2xx")
    theirs, ours = {}, {}
    for test in Collection(suite, suite.value(rdflib.URIRef("http://example.org/"), mf.entries)):
        first, *_ = Collection(suite, suite.value(suite.value(test, mf.action), ht.requests))
        headers = suite.value(first, ht.headers)
        types = [str(suite.value(header, ht.fieldValue)) for header in Collection(suite, headers)] if headers else []
        works = success in suite.objects(suite.value(first, ht.resp), mf.expectedStatus)
        name = str(test).partition("#")[2]
        query = str(suite.value(first, ht.absolutePath)).partition("?")[2]
        parameters = sorted(part.partition("=")[0] for part in query.split("&") if part)
        works = works and not name.startswith("update")  # these we turn round
        theirs[name] = (str(suite.value(first, ht.methodName)), types, parameters, works)
    for case in W3C:
        types = [case.media] if case.media else []
        ours[case.name] = (case.method, types, sorted(name for name, _ in case.address), isinstance(case.gets, str))
    assert ours == theirs


NARROWER = (
    Case("a default graph left out", FALSE, "GET", (("query", BOTH), *default(ONE))),
    Case("a named graph left out", FALSE, "GET", (("query", f"ASK {BOTH_NAMED}"), *named(ONE))),
    Case("default graphs are not named ones", FALSE, "GET", (("query", f"ASK {BOTH_NAMED}"), *default(ONE, TWO))),
    Case("named graphs are not default ones", FALSE, "GET", (("query", BOTH), *named(ONE, TWO))),
    Case("the store's own default graph is out", FALSE, "GET", (("query", f"ASK {{ <{UNNAMED}> a ?x }}"), *named(ONE))),
    Case("and in where no graph is named", TRUE, "GET", (("query", f"ASK {{ <{UNNAMED}> a ?x }}"),)),
    Case("FROM restricts", FALSE, "GET", (("query", f"ASK FROM <{ONE}> {{ <{UNNAMED}> a ?x }}"),)),
    Case("FROM gives", TRUE, "GET", (("query", f"ASK FROM <{ONE}> {{ <{ONE}> a ?x }}"),)),
    Case("FROM alone leaves no named graph", FALSE, "GET", (("query", f"ASK FROM <{ONE}> {{ GRAPH ?g {{}} }}"),)),
    Case("FROM NAMED restricts", FALSE, "GET", (("query", f"ASK FROM NAMED <{ONE}> {BOTH_NAMED}"),)),
    Case(
        "FROM NAMED gives", TRUE, "GET", (("query", f"ASK FROM NAMED <{ONE}> FROM NAMED <{TWO}> {BOTH_NAMED}"),)
    ),
    Case(
        "FROM loses to a default graph", FALSE, "GET",
        (("query", f"ASK FROM <{ONE}> {{ <{ONE}> a ?x }}"), *default(TWO)),
    ),
    Case(
        "FROM loses to a named graph", FALSE, "GET", (("query", f"ASK FROM <{ONE}> {{ <{ONE}> a ?x }}"), *named(ONE))
    ),
    Case(
        "FROM NAMED loses to a default graph", FALSE, "GET",
        (("query", f"ASK FROM NAMED <{ONE}> {{ GRAPH ?g {{ <{ONE}> a ?x }} }}"), *default(ONE)),
    ),
    Case(
        "FROM NAMED loses to a named graph", FALSE, "GET",
        (("query", f"ASK FROM NAMED <{ONE}> {{ GRAPH ?g {{ <{ONE}> a ?x }} }}"), *named(TWO)),
    ),
    Case("a form may bring graphs itself", FALSE, media=FORM, body=(("query", BOTH), *default(ONE))),
    Case("a form and its address", TRUE, address=default(ONE), media=FORM, body=(("query", BOTH), *default(TWO))),
    Case("a graph that is not there is empty", FALSE, "GET", (("query", "ASK { ?s ?p ?o }"), *default(ABSENT))),
)  # fmt: skip


@pytest.mark.parametrize("case", NARROWER, ids=lambda case: case.name)
def test_the_graphs_named_are_all_that_a_query_sees(few: FlaskClient, case: Case) -> None:
    assert truth(case.send(few)) is (case.gets == TRUE)


def test_a_graph_named_twice_counts_once(few: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    in_graphs = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(Case("", TABLE, "GET", (("query", count), *default(ONE, ONE))).send(few)) == 1
    assert number(Case("", TABLE, "GET", (("query", in_graphs), *named(ONE, ONE))).send(few)) == 1
    both = Case("", TABLE, address=default(ONE), media=FORM, body=(("query", count), *default(ONE, TWO)))
    assert number(both.send(few)) == 3


@pytest.mark.xfail(strict=True, reason="Oxigraph joins default graphs without merging what they share (its issue 1919)")
@pytest.mark.parametrize("way", ["parameters", "FROM"])
def test_a_statement_of_two_default_graphs_counts_once(few: FlaskClient, way: str) -> None:
    graphs, clause = (default(TWO, THREE), "") if way == "parameters" else ((), f"FROM <{TWO}> FROM <{THREE}>")
    count = f"SELECT (COUNT(*) AS ?n) {clause} {{ <{SHARED.value}> ?p ?o }}"
    assert number(Case("", TABLE, "GET", (("query", count), *graphs)).send(few)) == 1


@pytest.mark.parametrize("graph", ["", "relative", "not an iri", "<http://example.org/>", "http://[x"])
@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_whose_name_is_no_iri_is_refused(few: FlaskClient, parameter: str, graph: str) -> None:
    refused(few.get("/sparql", query_string={"query": "ASK {}", parameter: graph}), 400, "no valid IRI")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
@pytest.mark.parametrize("media", [FORM, DIRECT, "APPLICATION/SPARQL-QUERY"])
def test_utf_8_may_be_named_and_is_read(few: FlaskClient, media: str, charset: str) -> None:
    query = 'ASK { FILTER("Côte d’Ivoire 国" = "C\\u00F4te d\\u2019Ivoire \\u56FD") }'
    body = urlencode({"query": query}) if media == FORM else query.encode()
    assert truth(few.post("/sparql", data=body, content_type=f"{media};charset={charset}"))


@pytest.mark.parametrize("charset", ["utf-16", "ISO-8859-1", "windows-1252", "us-ascii", "no-such-charset"])
@pytest.mark.parametrize("media", [FORM, DIRECT])
def test_another_charset_is_refused_whatever_the_bytes(few: FlaskClient, media: str, charset: str) -> None:
    body = "query=ASK%7B%7D" if media == FORM else "ASK {}"
    response = few.post("/sparql", data=body, content_type=f"{media}; charset={charset}")
    refused(response, 415, "UTF-8", charset)


@pytest.mark.parametrize("way", ["address, escaped", "address, raw", "form, escaped", "form, raw", "body"])
def test_bytes_that_are_not_utf_8_are_refused_by_every_way(few: FlaskClient, way: str) -> None:
    query = b"ASK { FILTER('\xe9' = '\xe9') }"
    escaped, raw = b"query=" + quote(query).encode(), b"query=" + query.replace(b" ", b"+")
    if way.startswith("address"):
        sent = escaped if way == "address, escaped" else raw
        response = few.get("/sparql", environ_overrides={"QUERY_STRING": sent.decode("latin-1")})
    elif way.startswith("form"):
        response = few.post("/sparql", data=escaped if way == "form, escaped" else raw, content_type=FORM)
    else:
        response = few.post("/sparql", data=query, content_type=DIRECT)
    refused(response, 400, "not UTF-8")


@pytest.mark.parametrize("path", ["/", "/search", "/doc/state/EST", "/id/state/EST", "/queries", "/nowhere", "/health"])
def test_an_address_that_is_not_utf_8_is_refused_on_every_page(few: FlaskClient, path: str) -> None:
    for accept in ("text/html", "*/*"):
        response = few.get(path, environ_overrides={"QUERY_STRING": "q=\xe9"}, headers={"Accept": accept})
        refused(response, 400, "not UTF-8")


def test_utf_8_that_is_not_escaped_is_read_from_an_address(few: FlaskClient) -> None:
    query = "query=ASK{FILTER('é'='\\u00E9')}".encode().decode("latin-1")
    assert truth(few.get("/sparql", environ_overrides={"QUERY_STRING": query}))


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
def test_a_compressed_body_is_refused(few: FlaskClient, coding: str) -> None:
    response = few.post("/sparql", data="ASK {}", content_type=DIRECT, headers={"Content-Encoding": coding})
    refused(response, 415, coding, "uncompressed")


DOUBLED = (
    Case("address", 400, "GET", (("query", "ASK {}"), ("query", "ASK {}"))),
    Case("form", 400, media=FORM, body=(("query", "ASK {}"), ("query", "ASK {}"))),
    Case("form and address", 400, address=(("query", "ASK {}"),), media=FORM, body=(("query", "ASK {}"),)),
    Case("body and address", 400, address=(("query", "ASK {}"),), media=DIRECT, body="ASK {}"),
)
MISSING = (
    Case("parameters of other names", 400, "GET", (("q", "ASK {}"), ("Query", "ASK {}"))),
    Case("default graph only", 400, "GET", default(ONE)),
    Case("named graph only", 400, "GET", named(ONE)),
    Case("no value", 400, "GET", (("query", ""),)),
    Case("empty form", 400, media=FORM),
    Case("form without a query", 400, media=FORM, body=(("q", "ASK {}"),)),
    Case("form without a value", 400, media=FORM, body=(("query", ""),)),
    Case("query in the address of an empty form", 400, address=(("query", "ASK {}"),), media=FORM),
    Case("empty body", 400, media=DIRECT),
    Case("blank body", 400, media=DIRECT, body=" \n"),
    Case("query in the address of an empty body", 400, address=(("query", "ASK {}"),), media=DIRECT),
    Case("nothing at all", 415),
)


@pytest.mark.parametrize("case", DOUBLED, ids=lambda case: case.name)
def test_two_queries_at_once_are_refused(few: FlaskClient, case: Case) -> None:
    refused(case.send(few), 400, "several query parameters")


@pytest.mark.parametrize("case", MISSING, ids=lambda case: case.name)
def test_a_request_without_a_query_is_refused(few: FlaskClient, case: Case) -> None:
    assert isinstance(case.gets, int)
    refused(case.send(few), case.gets)


UNKNOWN: Parameters = (
    ("timeouts", "5"), ("using-graph-uri", ABSENT), ("default", ""), ("graph", ABSENT), ("callback", "x"), ("é", "<x>"),
)  # fmt: skip


@pytest.mark.parametrize("case", [
    Case("address", TRUE, "GET", (("query", BOTH), *default(ONE, TWO), *UNKNOWN)),
    Case("order of parameters", TRUE, "GET", (*UNKNOWN, *default(ONE, TWO), ("query", BOTH))),
    Case("form", TRUE, address=UNKNOWN, media=FORM, body=(*UNKNOWN, ("query", BOTH), *default(ONE, TWO))),
    Case("body", TRUE, address=(*UNKNOWN, *default(ONE, TWO)), media=DIRECT, body=BOTH),
], ids=lambda case: case.name)  # fmt: skip
def test_parameters_we_do_not_know_change_nothing(few: FlaskClient, case: Case) -> None:
    assert truth(case.send(few))


def test_a_thousand_parameters_are_read_and_more_are_refused(few: FlaskClient) -> None:
    rest = "&x=1" * 999
    assert truth(few.post("/sparql", data=f"query=ASK%7B%7D{rest}", content_type=FORM))
    refused(few.post("/sparql", data=f"query=ASK%7B%7D{rest}&x=1", content_type=FORM), 400, "1,000 parameters")
    refused(few.get(f"/sparql?query=ASK%7B%7D{rest}&x=1"), 400, "1,000 parameters")


def test_a_body_sent_with_get_is_not_read(few: FlaskClient) -> None:
    bare = few.get("/sparql").status_code
    assert few.get("/sparql", data="ASK {}", content_type=DIRECT).status_code == bare
    assert truth(few.get("/sparql?query=ASK{}", data="nonsense", content_type="text/plain"))


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize(
    ("query", "status"), [("ASK {}", 200), ("SELECT * { ?s ?p ?o }", 200), ("CONSTRUCT WHERE { ?s ?p ?o }", 200),
                          ("ASK {", 400), ("CLEAR ALL", 400)],
)  # fmt: skip
def test_head_is_answered_as_get_is_without_the_body(few: FlaskClient, path: str, query: str, status: int) -> None:
    got, head = (few.open(path, method=method, query_string={"query": query}) for method in ("GET", "HEAD"))
    assert got.status_code == head.status_code == status
    assert head.data == b""
    assert got.data
    for name in ("Content-Type", "Content-Length", "Access-Control-Allow-Origin"):
        assert head.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_options_names_the_methods(few: FlaskClient, path: str) -> None:
    response = few.options(path)
    assert response.status_code in (200, 204)
    assert set(response.allow) == {"GET", "HEAD", "POST", "OPTIONS"}


METHODS = ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "QUERY"]


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/sparql?query=ASK{}"])
@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_refused_with_those_there_are(few: FlaskClient, path: str, method: str) -> None:
    response = few.open(path, method=method)
    refused(response, 405)
    assert set(response.allow) == {"GET", "HEAD", "POST", "OPTIONS"}


@pytest.mark.parametrize("media", ["text/plain", "application/json", "multipart/form-data; boundary=x", "text/turtle",
                                   "application/sparql-results+json", "application/sparql", "x", ""])  # fmt: skip
def test_a_body_of_another_type_is_refused_with_those_there_are(few: FlaskClient, media: str) -> None:
    refused(few.post("/sparql", data="ASK {}", content_type=media), 415, FORM, DIRECT)


ASKING = (("query", "ASK {}"),)
OPERATIONS = [
    "INSERT DATA { <http://x/> <http://x/> <http://x/> }",
    "DELETE WHERE { ?s ?p ?o }",
    f"DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p 1 }} USING <{ONE}> WHERE {{ ?s ?p ?o }}",
    RENAME,
    "CLEAR ALL",
    f"DROP SILENT GRAPH <{ONE}>",
    f"CREATE GRAPH <{ABSENT}>",
    f"ADD <{ONE}> TO <{TWO}>",
    f"MOVE <{ONE}> TO <{TWO}>",
    f"COPY DEFAULT TO <{TWO}>",
    "BASE <http://x/> PREFIX : <y#> # then\n clear all",
    "ASK {} ; CLEAR ALL",
    "",
]
WAYS = {
    "address": lambda text: Case("", 400, "GET", (("update", text),)),
    "address of a query": lambda text: Case("", 400, "GET", (("query", "ASK {}"), ("update", text))),
    "as a query": lambda text: Case("", 400, "GET", (("query", text),)),
    "form": lambda text: Case("", 400, media=FORM, body=(("update", text),)),
    "form with a query": lambda text: Case("", 400, media=FORM, body=(("query", "ASK {}"), ("update", text))),
    "form as a query": lambda text: Case("", 400, media=FORM, body=(("query", text),)),
    "address of a form": lambda text: Case(
        "", 400, address=(("update", text),), media=FORM, body=(("query", "ASK{}"),)
    ),
    "body": lambda text: Case("", 400, media=UPDATE, body=text),
    "body as a query": lambda text: Case("", 400, media=DIRECT, body=text),
    "address of a body": lambda text: Case("", 400, address=(("update", text),), media=DIRECT, body="ASK {}"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_update_is_refused_by_every_way(few: FlaskClient, store: Path, way: str, operation: str) -> None:
    before = statements(store)
    refused(WAYS[way](operation).send(few, "/sparql"), 400)
    assert statements(store) == before


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_fetched_for_load(few: FlaskClient, way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        source = f"http://127.0.0.1:{listener.getsockname()[1]}/data.ttl"
        for operation in (f"LOAD <{source}>", f"LOAD SILENT <{source}> INTO GRAPH <{ONE}>"):
            refused(WAYS[way](operation).send(few), 400, "read-only")
        assert truth(Case("", TRUE, "GET", (("query", "ASK { ?s ?p ?o }"), *default(source))).send(few)) is False
        with pytest.raises(TimeoutError):
            listener.accept()


PATHS = ["/sparql", "/sparql/", "/data", "/id/state/EST", "/doc/state/EST", "/graph/source/states", "/queries", "/",
         "/ontology/", "/vocab/", "/dumps/x", "/health", "/update", "/statements", "/rdf-graph-store"]  # fmt: skip
STORES = ["", f"?graph={quote(ONE, safe='')}", "?default", "?default=", "?update=CLEAR+ALL"]
BODIES = {"text/turtle": f"<{ONE}> a <{TWO}> .", UPDATE: "CLEAR ALL", FORM: "update=CLEAR+ALL"}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_address_takes_a_write(few: FlaskClient, store: Path, snapshot: Snapshot, path: str, method: str) -> None:
    before, shipped = statements(store), len(ox.Store.read_only(str(snapshot.store)))
    for which in STORES:
        for media, body in BODIES.items():
            response = few.open(path + which, method=method, data=body, content_type=media)
            assert response.status_code in (400, 404, 405, 415), (path + which, media, response.text)
            if response.status_code == 405:
                assert set(response.allow) >= {"GET", "HEAD"}
                assert method not in response.allow
    assert statements(store) == before
    assert len(ox.Store.read_only(str(snapshot.store))) == shipped


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_makes_no_other_method_of_a_request(few: FlaskClient, header: str) -> None:
    assert truth(few.get("/sparql?query=ASK{}", headers={header: "PUT"}))
    refused(few.post("/sparql?default", data="", content_type="text/turtle", headers={header: "PUT"}), 415)


def test_the_endpoint_is_the_only_route_that_takes_a_body(app: Flask) -> None:
    reading = {"GET", "HEAD", "OPTIONS"}
    writing = {rule.rule for rule in app.url_map.iter_rules() if rule.methods and rule.methods - reading}
    assert writing == {"/sparql"}
