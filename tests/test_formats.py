"""Formats over HTTP: what a client gets for what it accepts, names or leaves open, and that no header breaks it."""

from __future__ import annotations

import contextlib
import json

import pyoxigraph as ox
import pytest
from flask import Request
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, TestResponse

from webapp.negotiate import DATASETS, GRAPHS, HTML, TABLES, NotAcceptable, UnknownFormat, preferred

CG = "https://w3id.org/cybergov/ontology/"
NORMS = f"SELECT ?norm WHERE {{ ?norm a <{CG}Norm> }} ORDER BY ?norm"
CONSTRUCT = f"CONSTRUCT {{ ?norm a <{CG}Norm> }} WHERE {{ ?norm a <{CG}Norm> }}"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
FORMS = [HTML, *GRAPHS.values()]


def get(client: FlaskClient, query: str, accept: str | None = None, **more: str) -> TestResponse:
    headers = {} if accept is None else {"Accept": accept}
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def asking(accept: str | None = None, address: str = "/") -> Request:
    return Request(EnvironBuilder(address, headers={} if accept is None else {"Accept": accept}).get_environ())


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, HTML),
        ("", HTML),
        ("*/*", HTML),
        (BROWSER, HTML),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ("text/turtle, */*", "text/turtle"),
        ("text/turtle;q=0.5, */*;q=0.4", "text/turtle"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.9", "application/rdf+xml"),
        ("text/n3", "text/turtle"),
        ("application/x-turtle, text/html;q=0.2", "text/turtle"),
        ("text/plain", "application/n-triples"),
        ("application/json", "application/ld+json"),
        ("application/json, application/ld+json;q=0.1", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("application/*", "application/n-triples"),
        ("text/*", HTML),
        ("text/*, text/html;q=0", "text/turtle"),
        ("*/*, text/html;q=0", "text/turtle"),
        ("*/*;q=0.1, image/png", HTML),
        ("text/html;q=0.001", HTML),
        ("text/html;q=x, text/turtle", "text/turtle"),
        ("text/html;q=2, text/turtle", "text/turtle"),
        ("nonsense", HTML),
        (";;;,,,", HTML),
        ("/, */, /*, */html", HTML),
    ],
)
def test_the_type_that_is_liked_best_and_named_most_closely_is_given(accept: str | None, kind: str) -> None:
    assert preferred(asking(accept), FORMS, HTML) == kind


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html;q=0", "*/*;q=0", "text/turtle;q=0, image/png", "video/*", "application/n-quads"]
)
def test_only_a_client_that_nothing_fits_is_refused_with_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="text/turtle"):
        preferred(asking(accept), FORMS, HTML)


@pytest.mark.parametrize(
    ("short", "kind"),
    [("ttl", "text/turtle"), ("turtle", "text/turtle"), ("n3", "text/turtle"), ("json", "application/ld+json"),
     ("rdf+xml", "application/rdf+xml"), ("rdf%2Bxml", "application/rdf+xml"), ("xml", "application/rdf+xml"),
     ("application/ld%2Bjson", "application/ld+json"), ("text/n3", "text/turtle"), ("html", HTML)],
)  # fmt: skip
def test_a_name_in_the_address_wins_over_accept(short: str, kind: str) -> None:
    assert preferred(asking("image/png", f"/?format={short}"), FORMS, HTML) == kind


def test_a_name_that_means_nothing_here_is_refused_with_those_that_do() -> None:
    with pytest.raises(UnknownFormat, match="html, json, jsonld, nt, rdf, ttl, xml"):
        preferred(asking(address="/?format=nq"), FORMS, HTML)


@pytest.mark.parametrize(
    ("ask", "form"),
    [
        ({"accept": "application/n-quads"}, ox.RdfFormat.N_QUADS),
        ({"accept": "text/x-nquads"}, ox.RdfFormat.N_QUADS),
        ({"accept": "application/trig"}, ox.RdfFormat.TRIG),
        ({"accept": "application/x-trig, text/turtle;q=0.9"}, ox.RdfFormat.TRIG),
        ({"format": "nq"}, ox.RdfFormat.N_QUADS),
        ({"format": "trig"}, ox.RdfFormat.TRIG),
        ({"accept": "text/n3"}, ox.RdfFormat.TURTLE),
        ({"accept": "application/json"}, ox.RdfFormat.JSON_LD),
        ({"format": "json"}, ox.RdfFormat.JSON_LD),
        ({"accept": "application/xml"}, ox.RdfFormat.RDF_XML),
        ({"format": "xml"}, ox.RdfFormat.RDF_XML),
        ({}, ox.RdfFormat.TURTLE),
        ({"accept": "*/*"}, ox.RdfFormat.TURTLE),
        ({"accept": "application/sparql-results+json"}, ox.RdfFormat.TURTLE),
    ],
)
@pytest.mark.parametrize("query", [CONSTRUCT, "DESCRIBE <https://w3id.org/cybergov/id/state/EST>"])
def test_triples_come_in_the_default_graph_of_any_format(
    client: FlaskClient, query: str, ask: dict[str, str], form: ox.RdfFormat
) -> None:
    response = get(client, query, **ask)
    assert response.status_code == 200
    assert response.content_type.partition(";")[0] == form.media_type
    quads = list(ox.parse(response.data, format=form))
    assert len(quads) > 5
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}


@pytest.mark.parametrize("media", DATASETS.values())
def test_a_table_is_no_graph_and_comes_as_json_to_who_accepts_graphs(client: FlaskClient, media: str) -> None:
    assert get(client, NORMS, media).content_type == TABLES["json"]


def test_tables_have_their_short_names_in_accept_too(client: FlaskClient) -> None:
    for accept, media in (("text/json", "json"), ("text/xml", "xml"), ("application/csv", "csv")):
        assert get(client, NORMS, accept).content_type.partition(";")[0] == TABLES[media]


HOSTILE = [
    "a/b," * 2500,
    "text/html;q=" + "9" * 10_000,
    "*" * 10_000,
    "/" * 10_000,
    "text/" + "x" * 10_000,
    ";" * 10_000,
    ("text/turtle;" + "a=b;" * 20 + ",") * 90,
    'text/turtle;a="' + "\\" * 5000,
    '"' * 9999,
    "text/html;q=nan, */*;q=inf",
    "text/turtle;q=-1",
    "text/html\tq=1",
    "\xff\xfe/\xfd",
    "text/turtle;charset*=utf-8''%ff%fe",
    "text/turtle;q*0=1;q*1=2",
    "=?utf-8?q?text?=",
]


@pytest.mark.parametrize(
    "path", ["/", "/doc/state/EST", "/ontology", "/ontology/Norm", "/nothing", f"/sparql?query={NORMS}"]
)
@pytest.mark.parametrize("accept", HOSTILE, ids=lambda text: text[:12])
def test_a_hostile_accept_header_breaks_nothing(client: FlaskClient, path: str, accept: str) -> None:
    response = client.get(path, headers={"Accept": accept, "Accept-Language": accept, "Accept-Encoding": accept})
    assert response.status_code in (200, 303, 404, 406)
    assert "Traceback" not in response.text


@settings(max_examples=150, deadline=None)
@given(accept=st.text(st.sampled_from('*/;,=q.019 "\\\tabé+-textmlj'), max_size=60))
def test_no_accept_header_raises_anything_but_a_refusal(accept: str) -> None:
    with contextlib.suppress(NotAcceptable):
        assert preferred(asking(accept), FORMS, HTML) in FORMS


@pytest.mark.parametrize("accept", ["text/csv;q=0", "*/*;q=0", "application/sparql-results+json;q=0"])
def test_a_quality_of_nought_refuses_on_the_endpoint_too(client: FlaskClient, accept: str) -> None:
    assert get(client, NORMS, accept).status_code == 406
    fits = get(client, NORMS, f"{accept}, application/sparql-results+xml;q=0.1")
    assert fits.content_type == TABLES["xml"]


def test_no_accept_header_gives_json_for_tables_and_turtle_for_graphs(client: FlaskClient) -> None:
    assert len(json.loads(get(client, NORMS).data)["results"]["bindings"]) == 6
    assert get(client, CONSTRUCT).content_type == "text/turtle; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "suffixes"),
    [("/states", ("csv", "json", "ttl")), ("/queries/forums_of_state", ("csv", "json", "rq")),
     ("/competency", ("csv", "json")), ("/coverage", ("json",)), ("/corrections", ("csv", "json")),
     ("/doc/state/EST", ("csv", "ttl", "nt", "jsonld", "rdf")),
     ("/ontology", ("ttl", "nt", "jsonld", "rdf")), ("/vocab/verification", ("ttl", "nt", "jsonld", "rdf"))],
)  # fmt: skip
def test_a_form_is_the_same_by_suffix_by_name_and_by_accept(
    client: FlaskClient, path: str, suffixes: tuple[str, ...]
) -> None:
    for suffix in suffixes:
        wanted = client.get(f"{path}.{suffix}", headers={"Accept": BROWSER})
        assert wanted.status_code == 200
        assert wanted.mimetype != HTML
        for response in (
            client.get(f"{path}?format={suffix}", headers={"Accept": BROWSER}),
            client.get(path, headers={"Accept": f"{HTML};q=0.9, {wanted.mimetype}"}),
        ):
            assert response.content_type == wanted.content_type
            assert response.data == wanted.data
    for headers in ({}, {"Accept": BROWSER}, {"Accept": "*/*"}):
        assert client.get(path, headers=headers).mimetype == HTML
        assert client.get(f"{path}?format=html", headers={"Accept": "text/csv"}).mimetype == HTML


@pytest.mark.parametrize("path", ["/states", "/queries/forums_of_state", "/competency", "/doc/state/EST", "/ontology"])
def test_a_form_that_a_page_does_not_have_is_refused_by_name(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}?format=xlsx")
    assert response.status_code == 400
    assert "There are: " in response.text
    assert "html" in response.text


def test_a_list_is_a_page_to_who_accepts_none_of_its_forms(client: FlaskClient) -> None:
    assert client.get("/states", headers={"Accept": "image/png"}).mimetype == HTML


def test_the_table_of_a_thing_is_json_by_name_as_by_suffix(client: FlaskClient) -> None:
    assert client.get("/doc/state/EST?format=json").data == client.get("/doc/state/EST.json").data
