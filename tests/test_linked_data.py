"""Linked data: an identifier leads to a document, which comes as a page or in any RDF format, always the same graph."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from loaders import curated

ID = "https://w3id.org/cybergov/id/"
FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
THINGS = ["state/EST", "forum/foc", "norm/un-2015-13c", "document/a-70-174", "operation/notpetya", "organisation/nato"]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


def triples(body: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(body, format=form)}


@pytest.mark.parametrize("accept", ["", "text/turtle", BROWSER])
def test_an_identifier_leads_to_its_document_by_303(client: FlaskClient, accept: str) -> None:
    response = client.get("/id/state/EST", headers={"Accept": accept})
    assert response.status_code == 303
    assert response.headers["Location"] == "/doc/state/EST"


@pytest.mark.parametrize("thing", THINGS)
def test_every_format_holds_the_same_graph_by_suffix_and_by_accept(client: FlaskClient, thing: str) -> None:
    graphs = []
    for suffix, (media, form) in FORMATS.items():
        for response in (
            client.get(f"/doc/{thing}.{suffix}"),
            client.get(f"/doc/{thing}", headers={"Accept": media}),
            client.get(f"/doc/{thing}?format={suffix}", headers={"Accept": BROWSER}),
        ):
            assert response.status_code == 200
            assert response.content_type == f"{media}; charset=utf-8"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            graphs.append(triples(response.data, form))
    assert all(graph == graphs[0] for graph in graphs)
    about = [triple for triple in graphs[0] if triple.subject == ox.NamedNode(ID + thing)]
    assert len(about) > 3
    assert not [triple for triple in graphs[0] if isinstance(triple.subject, ox.BlankNode)]


def test_a_document_tells_its_evidence_and_the_names_of_what_it_mentions(client: FlaskClient) -> None:
    graph = triples(client.get("/doc/state/EST.nt").data, ox.RdfFormat.N_TRIPLES)
    predicates = {triple.predicate.value.rsplit("/", 1)[-1].rsplit("#", 1)[-1] for triple in graph}
    assert {"label", "evidence", "verification", "source", "sourceKind", "member"} <= predicates


def test_a_browser_gets_a_page_and_a_plain_client_too(client: FlaskClient) -> None:
    for accept in (BROWSER, "*/*", ""):
        response = client.get("/doc/state/EST", headers={"Accept": accept} if accept else {})
        assert response.content_type == "text/html; charset=utf-8"
        assert "<h1>Estonia</h1>" in response.text


def test_caches_and_readers_are_told_of_the_other_forms(client: FlaskClient) -> None:
    for accept in (BROWSER, "text/turtle"):
        response = client.get("/doc/state/EST", headers={"Accept": accept})
        assert "Accept" in response.headers["Vary"]
        link = response.headers["Link"]
        assert f'<{ID}state/EST>; rel="canonical"' in link
        for suffix, (media, _) in FORMATS.items():
            assert f'</doc/state/EST.{suffix}>; rel="alternate"; type="{media}"' in link


def test_links_to_other_forms_lead_to_them(client: FlaskClient) -> None:
    for part in client.get("/doc/state/EST").headers["Link"].split(", ")[1:]:
        address, _, media = part.split("; ")
        response = client.get(address.strip("<>"))
        assert response.content_type.startswith(media.removeprefix('type="').rstrip('"'))


@pytest.mark.parametrize(
    ("address", "slug"),
    [
        ("document/A/70/174", "a-70-174"),
        ("document/a/70/174", "a-70-174"),
        ("document/A/RES/73/27", "a-res-73-27"),
        ("document/A%2FRES%2F73%2F27", "a-res-73-27"),
    ],
)
@pytest.mark.parametrize("start", ["/id/", "/doc/"])
def test_an_address_with_the_symbol_leads_to_the_document(
    client: FlaskClient, start: str, address: str, slug: str
) -> None:
    response = client.get(start + address, follow_redirects=True, headers={"Accept": "text/turtle"})
    assert response.status_code == 200
    assert f"document/{slug}>" in response.text
    page = client.get(start + address, follow_redirects=True)
    assert page.status_code == 200
    assert f"{ID}document/{slug}" in page.text


@pytest.mark.parametrize("suffix", ["", ".ttl", ".json", ".csv"])
@pytest.mark.parametrize(
    "thing",
    ["state/ESTO", "state/E%20T", "nothing/here", "state/%22%3E", "document/---", "state/EST.x", "a%20b/EST", "%22/x"],
)
def test_an_identifier_that_nothing_has_is_404_in_every_form(client: FlaskClient, thing: str, suffix: str) -> None:
    response = client.get(f"/doc/{thing}{suffix}", headers={"Accept": "*/*"})
    assert response.status_code == 404
    assert "Traceback" not in response.text


def test_a_misspelt_identifier_is_answered_with_the_nearest(client: FlaskClient) -> None:
    page = client.get("/doc/state/ESTO", headers={"Accept": BROWSER})
    assert page.status_code == 404
    assert 'href="/doc/state/EST"' in page.text


def test_a_given_up_identifier_is_410_with_what_replaced_it(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = tmp_path / "retired.csv"
    register.write_text(
        f"old,replaced_by,reason\n{ID}state/OLD,{ID}state/EST,it was a mistake\n{ID}state/GONE,,twice\n"
    )
    monkeypatch.setattr("webapp.linked.retired", lambda: curated.retired.__wrapped__(tmp_path))
    for start in ("/id/state/OLD", "/doc/state/OLD", "/doc/state/OLD.ttl"):
        response = client.get(start)
        assert response.status_code == 410
        assert "it was a mistake" in response.text
        assert f"It was replaced by {ID}state/EST." in response.text
    assert "replaced by" not in client.get("/doc/state/GONE").text


def test_a_document_comes_as_a_table(client: FlaskClient) -> None:
    rows = json.loads(client.get("/doc/state/EST.json").data)
    names = [row["value"] for row in rows if row["predicate"].endswith("#label") and row["language"] == "en"]
    assert names == ["Estonia"]
    table = list(csv.DictReader(io.StringIO(client.get("/doc/state/EST.csv").text)))
    assert len(table) == len(rows)


def test_a_client_that_asks_for_json_gets_json_ld(client: FlaskClient) -> None:
    response = client.get("/doc/state/EST", headers={"Accept": "application/json"})
    assert response.status_code == 200
    assert response.mimetype == "application/ld+json"


def test_a_format_we_do_not_have_is_406_with_those_we_have(client: FlaskClient) -> None:
    response = client.get("/doc/state/EST", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.text
    assert client.get("/doc/state/EST?format=xlsx").status_code == 400


@pytest.mark.parametrize(
    "thing", ["membership/foc-EST-member-1", "vote/a-res-73-27-EST", "provision/a-70-174-para-13-a"]
)
def test_claims_have_documents_too(client: FlaskClient, thing: str) -> None:
    assert client.get(f"/doc/{thing}").status_code == 200
    assert ID + thing in client.get(f"/doc/{thing}.nt").text


def test_evidence_has_a_document(client: FlaskClient) -> None:
    graph = triples(client.get("/doc/membership/foc-EST-member-1.nt").data, ox.RdfFormat.N_TRIPLES)
    (node, *_) = [t.object.value for t in graph if t.predicate.value.endswith("/evidence")]
    assert client.get(node.replace("https://w3id.org/cybergov/id", "/doc")).status_code == 200


@pytest.mark.parametrize(("path", "statements"), [("/ontology", 2000), ("/vocab", 2000), ("/vocab/verification", 20)])
def test_terms_and_codes_come_as_a_page_or_turtle(client: FlaskClient, path: str, statements: int) -> None:
    page = client.get(path, headers={"Accept": BROWSER})
    assert page.content_type.startswith("text/html")
    assert "<h1>" in page.text
    for response in (client.get(path, headers={"Accept": "text/turtle"}), client.get(f"{path}?format=ttl")):
        assert response.content_type == "text/turtle; charset=utf-8"
        assert len(list(ox.parse(response.data, format=ox.RdfFormat.TURTLE))) > statements
        assert "Accept" in response.headers["Vary"]


def test_a_terms_identifier_leads_to_its_place(client: FlaskClient) -> None:
    response = client.get("/ontology/Membership")
    assert (response.status_code, response.headers["Location"]) == (303, "/ontology/Membership.html")
    assert "<h1>Membership</h1>" in client.get("/ontology/Membership.html").text
    assert client.get("/ontology/Membrship").status_code == 404
    response = client.get("/vocab/verification/checked")
    assert (response.status_code, response.headers["Location"]) == (303, "/vocab/verification#checked")
    assert 'id="checked"' in client.get("/vocab/verification").text
    assert client.get("/vocab/nothing").status_code == 404
    assert client.get("/vocab/verification/nothing").status_code == 404
