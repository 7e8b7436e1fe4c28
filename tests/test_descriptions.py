"""What the document about anything must hold: its name and type, what leads to it and from where, and all names."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from graph.engine import LocalEngine
from graph.snapshot import Snapshot
from graph.terms import BASE, CG, DCTERMS, FOAF, GRAPH, ID, PROV, RDF, RDFS, VOCAB
from loaders import curated
from webapp import told
from webapp.about import HYDRA
from webapp.app import create_app
from webapp.service import Service
from webapp.settings import Settings

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
STATEMENTS = "application/n-triples"
HUBS = (
    "state/EST",
    "organisation/un",
    "forum/foc",
    "source/editors-recollection",
    "operation/notpetya",
    "norm/un-2015-13c",
)
ONTOLOGY = f"{BASE}ontology"  # comes as it was published, with nothing added


def path(iri: str) -> str:
    """Return where an identifier leads when it is asked of this server."""
    return "/" + iri.removeprefix(BASE)


def graph(client: FlaskClient, iri: str) -> set[ox.Triple]:
    response = client.get(path(iri), headers={"Accept": STATEMENTS}, follow_redirects=True)
    assert response.status_code == 200, iri
    return {quad.triple for quad in ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES)}


def values(triples: set[ox.Triple], subject: str, predicate: str) -> set[str]:
    node = ox.NamedNode(subject)
    return {t.object.value for t in triples if t.subject == node and t.predicate.value == str(predicate)}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def subjects(snapshot: Snapshot) -> list[str]:
    """Everything that the sample states something about."""
    store = ox.Store.read_only(str(snapshot.store))
    return sorted({row["s"].value for row in store.query("SELECT DISTINCT ?s WHERE { ?s ?p ?o }")})  # type: ignore[union-attr]


def must_be_told(client: FlaskClient, iri: str) -> None:
    """Hold the page and the statements about one identifier to what every description has."""
    page = client.get(path(iri), headers={"Accept": BROWSER}, follow_redirects=True)
    assert page.status_code == 200, iri
    assert "<h1" in page.text
    triples = graph(client, iri)
    assert values(triples, iri, RDF.type), iri
    assert values(triples, iri, RDFS.label) or values(triples, iri, DCTERMS.title), iri
    named = {t.subject.value for t in triples if t.predicate.value in (str(RDFS.label), str(DCTERMS.title))}  # type: ignore[union-attr]
    mentioned = {node.value for t in triples for node in t if isinstance(node, ox.NamedNode)}
    unnamed = {other for other in mentioned - named - {iri} if other.startswith(BASE) and "#" not in other}
    assert iri == ONTOLOGY or not unnamed, f"{iri} mentions {sorted(unnamed)[:3]} without their names"


def test_a_part_of_everything_is_told_with_name_type_and_the_names_of_all_it_mentions(
    client: FlaskClient, subjects: list[str]
) -> None:
    by_kind: dict[str, list[str]] = {}
    for iri in subjects:
        space, kind, *_ = [*iri.removeprefix(BASE).split("/"), "", ""]
        by_kind.setdefault(f"{space}/{kind}" if space == "id" else space, []).append(iri)
    assert {"id/evidence", "id/vote", "id/source", "id/state", "graph", "ontology", "vocab"} <= set(by_kind)
    for some in by_kind.values():
        must_be_told(client, some[len(some) // 2])


@pytest.mark.slow
def test_everything_is_told_with_name_type_and_the_names_of_all_it_mentions(
    client: FlaskClient, subjects: list[str]
) -> None:
    assert len(subjects) > 1000
    for iri in subjects:
        must_be_told(client, iri)


# What leads to it


@pytest.mark.parametrize("thing", HUBS)
def test_what_leads_to_a_thing_is_counted_and_the_query_for_all_of_it_finds_as_many(
    client: FlaskClient, thing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "SHOWN", 7)
    client.application.extensions.pop("documents", None)
    triples = graph(client, ID[thing])
    here = next(t.subject.value for t in triples if t.predicate.value == str(FOAF.primaryTopic))  # type: ignore[union-attr]
    parts = values(triples, here, DCTERMS.hasPart)
    assert parts
    shown = 0
    for part in parts:
        (total,) = values(triples, part, HYDRA.totalItems)
        (everything,) = values(triples, part, RDFS.seeAlso)
        (words,) = values(triples, part, RDFS.comment)
        link = urlsplit(everything)
        rows = list(csv.DictReader(io.StringIO(client.get(f"{link.path}?{link.query}&format=csv").text)))
        assert len(rows) == int(total)
        assert words.endswith(f" of {total} are told of in this document.")
        shown += int(words.split()[0])
    assert shown <= 7
    client.application.extensions.pop("documents", None)


def test_a_page_says_how_much_it_leaves_out_and_links_to_all(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(told, "SHOWN", 7)
        client.application.extensions.pop("documents", None)
        page = client.get("/doc/state/EST").text
    client.application.extensions.pop("documents", None)
    whole = client.get("/doc/state/EST").text
    assert "These are the latest " in page
    assert page.count("<section") == whole.count("<section"), "no kind of claim is left out altogether"
    assert page.count("<tr>") < whole.count("<tr>")


def test_what_leads_to_a_thing_by_thousands_is_counted_too(
    tmp_path: Path, snapshot: Snapshot, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, state = 5002, ox.NamedNode(ID["state/EST"])
    store = ox.Store(str(tmp_path / "store"))
    vote = ox.NamedNode(CG.Vote)
    quads = [ox.Quad(state, ox.NamedNode(RDFS.label), ox.Literal("Estonia", language="en"))]
    for number in range(many):
        claim = ox.NamedNode(ID[f"vote/a-{number}-EST"])
        quads.append(ox.Quad(claim, ox.NamedNode(RDF.type), vote))
        quads.append(ox.Quad(claim, ox.NamedNode(CG.voter), state))
    store.bulk_extend(quads)
    del store
    with LocalEngine(
        tmp_path / "store", workers=1, deadline=20, max_bytes=50_000_000, memory=3_000_000_000, queue_limit=8
    ) as engine:
        service = Service(Settings(home=home), snapshot, site=engine, public=engine)
        (lead,) = told.gather(service, str(state.value)).leads
    assert (lead.kind, lead.total, len(lead.shown)) == ("vote", many, told.SHOWN)


def test_evidence_is_told_with_verification_rank_locator_document_and_publisher(client: FlaskClient) -> None:
    triples = graph(client, ID["state/EST"])
    claim = ID["membership/foc-EST-member-1"]
    (graph_of_it,) = values(triples, claim, PROV.wasDerivedFrom)
    assert graph_of_it == str(GRAPH["source/memberships"])
    nodes = values(triples, claim, CG.evidence)
    assert nodes
    for node in nodes:
        assert len(values(triples, node, CG.verification)) == 1
        (source,) = values(triples, node, CG.source)
        assert values(triples, source, RDFS.label)
    checked = {n for n in nodes if str(VOCAB["verification/checked"]) in values(triples, n, CG.verification)}
    for node in checked:
        assert values(triples, node, CG.locator)
        (source,) = values(triples, node, CG.source)
        for predicate in (CG.sourceRank, CG.publisherName, CG.sourceAddress):
            assert values(triples, source, predicate), predicate


@pytest.mark.parametrize("thing", ["state/EST", "vote/a-res-73-27-EST", "norm/un-2015-13c"])
def test_a_document_tells_of_itself(client: FlaskClient, service: Service, thing: str) -> None:
    triples = graph(client, ID[thing])
    here = f"http://localhost/doc/{thing}"
    assert values(triples, here, FOAF.primaryTopic) == {str(ID[thing])}
    assert values(triples, here, RDF.type) == {str(FOAF.Document)}
    assert values(triples, here, DCTERMS.license) == {"https://creativecommons.org/licenses/by/4.0/"}
    assert values(triples, here, DCTERMS.modified) == {service.manifest["data_date"]}
    assert values(triples, here, "http://rdfs.org/ns/void#inDataset") == {f"{BASE}dataset"}
    assert all(found.startswith(GRAPH["source/"]) for found in values(triples, here, PROV.wasDerivedFrom))
    assert values(triples, here, PROV.wasDerivedFrom)


@pytest.mark.parametrize("name", ["source/memberships", "derived", "ontology", "meta"])
def test_a_graph_has_a_document_that_counts_what_it_holds(client: FlaskClient, engine: LocalEngine, name: str) -> None:
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{GRAPH[name]}> {{ ?s ?p ?o }} }}"
    (row,) = json.loads(engine.select(query))["results"]["bindings"]
    triples = graph(client, GRAPH[name])
    assert values(triples, GRAPH[name], "http://rdfs.org/ns/void#triples") == {row["n"]["value"]}
    assert values(triples, GRAPH[name], DCTERMS.license)
    page = client.get(f"/graph/{name}").text
    assert f'rel="canonical" href="{GRAPH[name]}"' in page
    assert client.get("/graph/source/nothing").status_code == 404
    assert client.get("/graph/source/a%20b").status_code == 404


@pytest.mark.parametrize("term", ["vocab/vote/yes", "ontology/Membership", "ontology/voter"])
def test_the_statements_of_a_term_say_how_often_it_is_used_and_where(client: FlaskClient, term: str) -> None:
    triples = graph(client, BASE[term])
    (part,) = {t.object.value for t in triples if t.predicate.value == str(DCTERMS.hasPart)}  # type: ignore[union-attr]
    (total,) = values(triples, part, HYDRA.totalItems)
    (everything,) = values(triples, part, RDFS.seeAlso)
    link = urlsplit(everything)
    rows = list(csv.reader(io.StringIO(client.get(f"{link.path}?{link.query}&format=csv").text)))
    assert len(rows) - 1 == int(total) > 5


# Language


@pytest.mark.parametrize(
    ("asked", "name", "language"),
    [
        ({}, "<h1>Estonia</h1>", "en"),
        ({"Accept-Language": "de-AT, en;q=0.5"}, '<h1><span lang="de">Estland</span></h1>', "de, en"),
        ({"Accept-Language": "xx, fr;q=0.8, de;q=0.5"}, '<h1><span lang="fr">Estonie</span></h1>', "fr, de, en"),
        ({"Accept-Language": "xx"}, "<h1>Estonia</h1>", "en"),
        ({"Accept-Language": "*"}, "<h1>Estonia</h1>", "en"),
        ({"Accept-Language": "en, de;q=0.5"}, "<h1>Estonia</h1>", "en"),
        ({"Accept-Language": "de;q=0, en"}, "<h1>Estonia</h1>", "en"),
    ],
)
def test_names_come_in_the_language_that_the_reader_likes(
    client: FlaskClient, asked: dict[str, str], name: str, language: str
) -> None:
    response = client.get("/doc/state/EST", headers={"Accept": BROWSER, **asked})
    assert name in response.text
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]


def test_a_language_in_the_address_wins(client: FlaskClient) -> None:
    page = client.get("/doc/state/EST?lang=de", headers={"Accept-Language": "fr"}).text
    assert '<h1><span lang="de">Estland</span></h1>' in page
    assert '<span lang="de">Mitglied</span>' in page or 'lang="de">Mitglied</a>' in page, "codes have names too"
    assert client.get("/doc/state/EST?lang=%3Cb%3E").status_code == 400


def test_tables_are_in_one_language_and_statements_in_all(client: FlaskClient) -> None:
    rows = json.loads(client.get("/doc/membership/foc-EST-member-1.json?lang=de").data)
    member = next(row for row in rows if row["predicate"] == str(CG.member))
    assert (member["property"], member["name"]) == ("Mitglied", "Estland")
    english = json.loads(client.get("/doc/membership/foc-EST-member-1.json").data)
    assert next(row["name"] for row in english if row["predicate"] == str(CG.member)) == "Estonia"
    german, plain = (
        client.get("/doc/membership/foc-EST-member-1.nt", headers={"Accept-Language": tag}) for tag in ("de", "en")
    )
    assert german.data == plain.data
    assert "Accept-Language" not in german.headers["Vary"]
    assert "Content-Language" not in german.headers


# Addresses


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/doc/state/est", "/doc/state/EST"),
        ("/doc/state/est.ttl", "/doc/state/EST.ttl"),
        ("/doc/organisation/NATO?lang=de", "/doc/organisation/nato?lang=de"),
        ("/doc/document/A/RES/73/27", "/doc/document/a-res-73-27"),
        ("/doc/document/A/RES/73/27.jsonld", "/doc/document/a-res-73-27.jsonld"),
        ("/doc/document/A%2FRES%2F73%2F27", "/doc/document/a-res-73-27"),
        ("/doc/document/PC.DEC/1202", "/doc/decision/osce-pc-dec-1202"),
        ("/doc/state/EST/", "/doc/state/EST"),
    ],
)
def test_another_way_to_write_an_address_leads_to_the_one_meant(
    client: FlaskClient, address: str, location: str
) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["Location"]) == (308, location)
    assert client.get(location).status_code == 200


@pytest.mark.parametrize("suffix", ["", ".ttl", ".json", ".csv"])
def test_head_says_what_get_would(client: FlaskClient, suffix: str) -> None:
    got, head = (client.open(f"/doc/state/EST{suffix}", method=method) for method in ("GET", "HEAD"))
    assert head.status_code == 200
    assert not head.data
    for name in ("Content-Type", "ETag", "Link", "Vary", "Content-Language"):
        assert head.headers.getlist(name) == got.headers.getlist(name)


def test_links_in_the_header_name_all_forms_the_thing_the_licence_and_the_whole(client: FlaskClient) -> None:
    link = ", ".join(client.get("/doc/state/EST").headers.getlist("Link"))
    for relation in ("canonical", "alternate", "license", "describedby"):
        assert f'rel="{relation}"' in link
    for suffix in ("ttl", "nt", "jsonld", "rdf", "json", "csv"):
        assert f"</doc/state/EST.{suffix}>" in link


def test_nothing_there_names_the_nearest_to_programs_too(client: FlaskClient) -> None:
    told = client.get("/doc/state/ESTO", headers={"Accept": "application/json"})
    assert told.status_code == 404
    assert {"address": "/doc/state/EST", "name": "Estonia"} in told.json["nearest"]
    assert "/doc/state/EST" in client.get("/doc/state/ESTO", headers={"Accept": "text/plain"}).text


@pytest.fixture
def given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register in which one state has been replaced."""
    (tmp_path / "retired.csv").write_text(f"old,replaced_by,reason\n{ID}state/OLD,{ID}state/EST,it was a mistake\n")
    monkeypatch.setattr("webapp.linked.retired", lambda: curated.retired.__wrapped__(tmp_path))


@pytest.mark.usefixtures("given_up")
def test_a_given_up_identifier_leads_programs_to_what_replaced_it(client: FlaskClient) -> None:
    for address, accept in (("/id/state/OLD", "text/turtle"), ("/doc/state/OLD.ttl", "*/*")):
        response = client.get(address, headers={"Accept": accept})
        assert response.status_code == 410
        assert '</doc/state/EST>; rel="successor-version"' in response.headers["Link"]
        triples = {quad.triple for quad in ox.parse(response.data, format=ox.RdfFormat.TURTLE)}
        assert values(triples, ID["state/OLD"], DCTERMS.isReplacedBy) == {str(ID["state/EST"])}
    said = client.get("/id/state/OLD", headers={"Accept": "application/json"})
    assert (said.status_code, said.json["replaced_by"]) == (410, str(ID["state/EST"]))
    assert 'href="/doc/state/EST"' in client.get("/id/state/OLD", headers={"Accept": BROWSER}).text


# Speed


@pytest.mark.slow
def test_documents_on_what_most_leads_to_are_quick_the_second_time(client: FlaskClient) -> None:
    for thing in HUBS:
        client.get(f"/doc/{thing}")
        begun = time.perf_counter()
        assert client.get(f"/doc/{thing}").status_code == 200
        assert time.perf_counter() - begun < 0.3


@pytest.mark.parametrize("suffix", ["", ".ttl", ".json"])
def test_a_kept_document_says_nothing_of_who_asked_before(client: FlaskClient, suffix: str) -> None:
    address = f"/doc/state/EST{suffix}"
    first = client.get(f"{address}?by=somebody-else", headers={"Host": "one.example", "Accept-Language": "de"})
    second = client.get(address, headers={"Host": "two.example"})
    assert first.status_code == second.status_code == 200
    assert "one.example" not in second.text
    assert "somebody-else" not in second.text
    assert client.get(address, headers={"Host": "two.example"}).data == second.data


def test_a_document_is_kept_for_one_application_only(client: FlaskClient, service: Service) -> None:
    client.get("/doc/state/EST")
    other = create_app(service)
    assert "documents" in client.application.extensions
    assert "documents" not in other.extensions
