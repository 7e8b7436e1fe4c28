"""Discovery: what the service says of itself to machines that come across it, and that it is true."""

from __future__ import annotations

import dataclasses
import doctest
import hashlib
import json
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import parse_http_list
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from playwright.sync_api import sync_playwright
from pyld import jsonld
from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, VOID, BNode, Graph, URIRef
from werkzeug.serving import make_server

import queries
from graph import void
from graph.engine import LocalEngine
from graph.snapshot import DamagedSnapshot, Snapshot
from queries import Query
from webapp import descriptions, sitemap
from webapp.app import create_app
from webapp.descriptions import SD, SPDX
from webapp.negotiate import DATASETS, GRAPHS, TABLES
from webapp.service import Service
from webapp.settings import BadSetting, read_settings

VOCABULARIES = Path(__file__).resolve().parent / "vocabularies"
BASE = "https://w3id.org/cybergov/"
DATASET = URIRef(BASE + "dataset")


def asked(engine: LocalEngine, query: str) -> list[tuple[str, ...]]:
    found = json.loads(engine.select(query))
    return [tuple(row[name]["value"] for name in found["head"]["vars"]) for row in found["results"]["bindings"]]


def number(graph: Graph, subject: URIRef, predicate: URIRef) -> int:
    (value,) = graph.objects(subject, predicate)
    return int(value)


@pytest.fixture(scope="module")
def counted(snapshot: Snapshot) -> Graph:
    return Graph().parse(snapshot.void)


def test_the_counts_of_the_data_set_are_those_that_sparql_finds(counted: Graph, engine: LocalEngine) -> None:
    ways = {
        VOID.triples: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        VOID.distinctSubjects: "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
        VOID.distinctObjects: "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
        VOID.properties: "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
        VOID.classes: "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }",
        VOID.entities: f'SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}id/")) }}',
    }
    for predicate, query in ways.items():
        assert number(counted, DATASET, predicate) == int(asked(engine, query)[0][0]) > 0, predicate


def test_the_counts_by_property_are_those_that_sparql_finds(counted: Graph, engine: LocalEngine) -> None:
    found = {
        (
            str(counted.value(part, VOID.property)),
            number(counted, part, VOID.triples),
            number(counted, part, VOID.distinctSubjects),
            number(counted, part, VOID.distinctObjects),
        )
        for part in counted.objects(DATASET, VOID.propertyPartition)
    }
    query = (
        "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"
        " { ?s ?p ?o } GROUP BY ?p"
    )
    assert found == {(p, *map(int, numbers)) for p, *numbers in asked(engine, query)}


def test_the_counts_by_class_are_those_that_sparql_finds(counted: Graph, engine: LocalEngine) -> None:
    parts = list(counted.objects(DATASET, VOID.classPartition))
    entities = {(str(counted.value(p, VOID["class"])), number(counted, p, VOID.entities)) for p in parts}
    within = {
        (
            str(counted.value(part, VOID["class"])),
            str(counted.value(p, VOID.property)),
            number(counted, p, VOID.triples),
        )
        for part in parts
        for p in counted.objects(part, VOID.propertyPartition)
    }
    of_classes = asked(engine, "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c")
    of_both = asked(engine, "SELECT ?c ?p (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o } GROUP BY ?c ?p")
    assert entities == {(cls, int(n)) for cls, n in of_classes}
    assert within == {(cls, predicate, int(n)) for cls, predicate, n in of_both}


def test_the_links_to_others_are_counted_by_relation_and_where_they_lead(counted: Graph, engine: LocalEngine) -> None:
    found = {
        (
            str(counted.value(links, VOID.linkPredicate)),
            str(counted.value(counted.value(links, VOID.objectsTarget), VOID.uriSpace)),
            number(counted, links, VOID.triples),
        )
        for links in counted.subjects(RDF.type, VOID.Linkset)
    }
    query = (
        "SELECT ?p ?origin (COUNT(*) AS ?n) { ?s ?p ?o FILTER(STRSTARTS(STR(?p), STR(skos:)) &&"
        ' REGEX(STR(?p), "Match$") && !STRSTARTS(STR(?o), "https://w3id.org/cybergov/"))'
        ' BIND(REPLACE(STR(?o), "^([a-z]+://[^/]+/).*$", "$1") AS ?origin) } GROUP BY ?p ?origin'
    )
    fresh = asked(engine, f"PREFIX skos: <{SKOS}> {query}")
    assert found == {(predicate, origin, int(n)) for predicate, origin, n in fresh}
    assert {urlsplit(origin).hostname for _, origin, _ in found} >= {"www.wikidata.org"}


def test_every_named_graph_is_a_part_with_its_count_name_and_licence(counted: Graph, engine: LocalEngine) -> None:
    fresh = asked(engine, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    parts = set(counted.objects(DATASET, VOID.subset)) - set(counted.subjects(RDF.type, VOID.Linkset))
    assert {(str(part), number(counted, part, VOID.triples)) for part in parts} == {(g, int(n)) for g, n in fresh}
    assert len(parts) > 10
    assert all(counted.value(part, DCTERMS.license) for part in parts)


def test_every_part_has_one_name_of_its_own(counted: Graph) -> None:
    assert not [node for node in counted.all_nodes() if isinstance(node, BNode)]
    parts = list(counted.objects(None, VOID.propertyPartition))
    assert len(parts) == len(set(parts)) == len(list(counted.subject_objects(VOID.property)))


def test_the_account_is_part_of_the_snapshot_and_the_same_bytes_each_time(snapshot: Snapshot) -> None:
    assert snapshot.void.name in snapshot.manifest()["files"]
    before = snapshot.void.read_bytes()
    written = void.turtle(void.count(snapshot))
    assert written == before


def test_the_examples_of_the_account_hold() -> None:
    assert doctest.testmod(void).failed == 0
    assert doctest.testmod(void).attempted > 0


def described(client: FlaskClient, place: str, accept: str = "text/turtle") -> Graph:
    response = client.get(place, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    assert response.content_type.partition(";")[0] == accept
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return Graph().parse(data=response.data, format=accept)


@pytest.mark.parametrize("place", ["/.well-known/void", "/data.{form}"])
def test_a_description_is_the_same_in_every_format(client: FlaskClient, place: str) -> None:
    read = []
    for form, media in GRAPHS.items():
        response = client.get(place.format(form=form), headers={"Accept": media})
        assert response.content_type == f"{media}; charset=utf-8"
        read.append(set(ox.parse(response.data, format=ox.RdfFormat.from_media_type(media))))
    assert len(read[0]) > 100
    assert all(graph == read[0] for graph in read)


def test_void_names_where_the_data_can_be_asked_and_fetched(client: FlaskClient, counted: Graph) -> None:
    told = described(client, "/.well-known/void")
    assert set(counted) < set(told)
    assert (URIRef("http://localhost/.well-known/void"), FOAF.primaryTopic, DATASET) in told
    assert told.value(DATASET, VOID.sparqlEndpoint) == URIRef("http://localhost/sparql")
    found = {str(dump).removeprefix("http://localhost") for dump in told.objects(DATASET, VOID.dataDump)}
    assert found >= {"/dumps/statements.nq.gz", "/dumps/merged.nt.gz"}
    for dump in found:
        with client.get(dump) as response:
            assert response.status_code == 200
    assert URIRef("https://w3id.org/cybergov/ontology/") in set(told.objects(DATASET, VOID.vocabulary))


@pytest.mark.parametrize(
    ("place", "accept", "to"),
    [("/.well-known/void", "text/html", "/data"), ("/dataset", "text/html", "/data"),
     ("/dataset", "text/turtle", "/data.ttl"), ("/dataset", "application/rdf+xml", "/data.rdf")],
)  # fmt: skip
def test_identifiers_of_the_data_set_lead_on(client: FlaskClient, place: str, accept: str, to: str) -> None:
    response = client.get(place, headers={"Accept": accept})
    assert (response.status_code, response.location) == (303, to)
    assert "Accept" in response.headers["Vary"]


def test_the_catalogue_lists_every_dump_with_the_size_and_checksum_that_it_has(client: FlaskClient) -> None:
    told = described(client, "/data.ttl")
    assert set(told.objects(None, DCAT.distribution)) == set(told.subjects(RDF.type, DCAT.Distribution))
    sized = 0
    for dump in told.subjects(RDF.type, DCAT.Distribution):
        with client.get(str(told.value(dump, DCAT.downloadURL)).removeprefix("http://localhost")) as response:
            assert response.status_code == 200
            assert number(told, dump, DCAT.byteSize) == len(response.data)
        checksum = told.value(dump, SPDX.checksum)
        assert told.value(checksum, SPDX.algorithm) == SPDX.checksumAlgorithm_sha256
        assert str(told.value(checksum, SPDX.checksumValue)) == hashlib.sha256(response.data).hexdigest()
        sized += 1
    assert sized >= 5


def test_the_catalogue_holds_the_data_set_its_graphs_and_its_service(client: FlaskClient, counted: Graph) -> None:
    told = described(client, "/data.ttl")
    (catalogue,) = told.subjects(RDF.type, DCAT.Catalog)
    listed = set(told.objects(catalogue, DCAT.dataset))
    assert listed == set(told.subjects(RDF.type, DCAT.Dataset)) >= {DATASET, *descriptions.named_graphs(counted)}
    for one in listed:
        assert told.value(one, DCTERMS.title)
        assert told.value(one, DCTERMS.license)
    service = told.value(catalogue, DCAT.service)
    assert (service, RDF.type, DCAT.DataService) in told
    assert told.value(service, DCAT.endpointURL) == URIRef("http://localhost/sparql")
    assert told.value(service, DCAT.servesDataset) == DATASET


@pytest.mark.parametrize("place", ["/.well-known/void", "/data.ttl", "/sparql"])
def test_no_description_uses_a_term_that_its_vocabulary_lacks(client: FlaskClient, place: str) -> None:
    told = described(client, place)
    terms = {term for triple in told for term in (triple[1], triple[2]) if isinstance(term, URIRef)}
    for vocabulary in (VOID, DCAT, DCTERMS, FOAF, OWL, RDFS, SD, SPDX):
        space = str(vocabulary)
        ours = {str(term) for term in terms if term.startswith(space)} - {space}
        assert ours <= {str(vocabulary[name.removeprefix(space)]) for name in ours}
        assert all(URIRef(term) in vocabulary for term in ours), (vocabulary, ours)


def test_a_snapshot_without_counts_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DamagedSnapshot, match="Build again"):
        descriptions.counted(Snapshot(tmp_path))


@pytest.mark.parametrize("media", GRAPHS.values())
def test_the_endpoint_describes_itself_to_a_program_without_a_query(client: FlaskClient, media: str) -> None:
    response = client.get("/sparql", headers={"Accept": media})
    assert (response.status_code, response.content_type) == (200, f"{media}; charset=utf-8")
    assert "Accept" in response.headers["Vary"]
    told = set(ox.parse(response.data, format=ox.RdfFormat.from_media_type(media)))
    assert told == set(ox.parse(client.get("/sparql").data, format=ox.RdfFormat.TURTLE))


def test_the_endpoint_gives_people_its_editor_and_others_the_description(client: FlaskClient) -> None:
    assert "<textarea" in client.get("/sparql", headers={"Accept": "text/html"}).text
    for accept in ("*/*", "application/rdf+xml;q=0.9, text/html;q=0.1"):
        assert b"Service" in client.get("/sparql", headers={"Accept": accept}).data
    assert client.get("/sparql", headers={"Accept": "text/csv"}).status_code == 400


def test_the_service_description_says_what_the_service_does(client: FlaskClient, engine: LocalEngine) -> None:
    told = described(client, "/sparql")
    (service,) = told.subjects(RDF.type, SD.Service)
    assert told.value(service, SD.endpoint) == URIRef("http://localhost/sparql")
    assert set(told.objects(service, SD.supportedLanguage)) == {SD.SPARQL11Query}
    features = {str(feature) for feature in told.objects(None, URIRef(str(SD.uri) + "feature"))}
    assert not features, "no union as default graph, no federation, no dereferencing"
    offered = {*GRAPHS.values(), *TABLES.values(), *DATASETS.values()}
    assert {descriptions.FORMAT_OF[media] for media in offered} == set(told.objects(service, SD.resultFormat))
    dataset = told.value(service, SD.defaultDataset)
    default = told.value(dataset, SD.defaultGraph)
    assert number(told, default, VOID.triples) == int(asked(engine, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0][0])
    named = {
        (str(told.value(one, SD.name)), number(told, told.value(one, SD.graph), VOID.triples))
        for one in told.objects(dataset, SD.namedGraph)
    }
    fresh = asked(engine, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert named == {(graph, int(n)) for graph, n in fresh}


def listed(client: FlaskClient, place: str) -> list[str]:
    response = client.get(place)
    assert response.content_type == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.data)
    assert root.tag.startswith("{http://www.sitemaps.org/schemas/sitemap/0.9}")
    return [node.text or "" for node in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_site_map_names_every_thing_that_can_be_found_and_no_claim(client: FlaskClient, snapshot: Snapshot) -> None:
    with sqlite3.connect(snapshot.search) as db:
        things = {iri.removeprefix(BASE + "id/") for (iri,) in db.execute("SELECT DISTINCT iri FROM names")}
    db.close()
    found = [address for part in listed(client, "/sitemap.xml") for address in listed(client, urlsplit(part).path)]
    assert len(found) == len(set(found))
    documents = {a.removeprefix("http://localhost/doc/") for a in found if a.startswith("http://localhost/doc/")}
    assert documents == things
    assert not any(name.startswith(("membership/", "vote/", "evidence/", "source/")) for name in documents)
    assert {"http://localhost/", "http://localhost/states", "http://localhost/queries/forums_of_state"} <= set(found)


def test_every_page_in_the_site_map_is_there(client: FlaskClient) -> None:
    kinds = {}
    for address in listed(client, "/sitemap-1.xml"):
        path = urlsplit(address).path
        kinds.setdefault(path.rsplit("/", 1)[0] if path.count("/") > 1 else path, path)
    assert len(kinds) > 20
    for path in kinds.values():
        with client.get(path, headers={"Accept": "text/html"}) as response:
            assert response.status_code == 200, path


def test_a_site_map_is_cut_into_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sitemap.MOST < 50_000
    whole = listed(client, "/sitemap-1.xml")
    monkeypatch.setattr(sitemap, "MOST", 100)
    parts = [urlsplit(part).path for part in listed(client, "/sitemap.xml")]
    assert len(parts) == -(-len(whole) // 100) > 2
    assert [address for part in parts for address in listed(client, part)] == whole
    for number in (0, len(parts) + 1):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_crawlers_are_told_where_the_site_map_is_and_what_costs(client: FlaskClient) -> None:
    told = client.get("/robots.txt")
    assert told.content_type.startswith("text/plain")
    robots = RobotFileParser()
    robots.parse(told.text.splitlines())
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]
    for path in ("/", "/doc/state/EST", "/sparql", "/data", "/queries/forums_of_state"):
        assert robots.can_fetch("anybody", f"http://localhost{path}"), path
    for path in ("/sparql?query=ASK{}", "/search?q=x", "/network?focus=state/EST"):
        assert not robots.can_fetch("anybody", f"http://localhost{path}"), path


def test_crawlers_stay_out_of_a_private_build(service: Service) -> None:
    private = dataclasses.replace(service, manifest=service.manifest | {"public": False})
    robots = RobotFileParser()
    robots.parse(create_app(private).test_client().get("/robots.txt").text.splitlines())
    assert not robots.can_fetch("anybody", "http://localhost/")


@pytest.fixture(scope="module")
def api(app: Flask) -> dict[str, Any]:
    response = app.test_client().get("/api/openapi.json")
    assert response.content_type == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    document: dict[str, Any] = response.json
    return document


def test_the_api_is_described_in_valid_openapi(api: dict[str, Any]) -> None:
    assert api["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(api).iter_errors()) == []
    names = [of["operationId"] for path in api["paths"].values() for of in path.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("query", queries.catalogue().values(), ids=lambda query: query.name)
def test_every_question_is_in_the_api_with_its_parameters_and_columns(api: dict[str, Any], query: Query) -> None:
    told = api["paths"][f"/queries/{query.name}.json"]["get"]
    taken = {one["name"]: one for one in told["parameters"]}
    assert list(taken) == [parameter.name for parameter in query.parameters]
    for parameter in query.parameters:
        assert taken[parameter.name]["required"] is parameter.required
        assert (taken[parameter.name]["schema"]["type"] == "array") is parameter.many
    row = told["responses"]["200"]["content"]["application/json"]["schema"]["items"]
    (projected,) = re.findall(r"^SELECT (?:DISTINCT )?(.*?)(?:WHERE )?\{$", query.text, re.MULTILINE | re.DOTALL)[:1]
    assert [name for name in row["required"] if not re.search(rf"\?{name}\b", projected)] == []


def test_what_the_api_describes_is_what_is_given(client: FlaskClient, api: dict[str, Any], snapshot: Snapshot) -> None:
    asked = 0
    for path, operations in api["paths"].items():
        told = operations["get"]
        place = path.replace("{kind}", "state").replace("{name}", "EST").replace("{release}", snapshot.id)
        needed = path.startswith("/compare.")  # there one of two is
        given = {
            one["name"]: one["example"]
            for one in told["parameters"]
            if one["in"] == "query" and (one["required"] or (needed and "example" in one))
        }
        content = told["responses"]["200"]["content"]
        response = client.get(place, query_string=given, headers={"Accept": ", ".join(content)})
        assert response.status_code == 200, (path, response.text)
        media = response.content_type.partition(";")[0]
        assert media in content, path
        if media == "application/json":
            Draft202012Validator(content[media]["schema"]).validate(response.json)
            asked += 1
    assert asked > 70


def test_the_page_on_the_api_names_every_question_and_error(client: FlaskClient, api: dict[str, Any]) -> None:
    page = client.get("/api").text
    for query in queries.catalogue().values():
        assert f'href="/queries/{query.name}.json"' in page
    for status in api["components"]["responses"]:
        assert f'<th scope="row">{status.removeprefix("Error")}</th>' in page


class _Data(HTMLParser):
    """Collects the blocks of data in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[Any] = []
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._in_data = (tag, dict(attributes).get("type")) == ("script", "application/ld+json")

    def handle_data(self, text: str) -> None:
        if self._in_data:
            self.blocks.append(json.loads(text))
            self._in_data = False


def data_in(client: FlaskClient, path: str) -> list[Any]:
    response = client.get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, path
    return _Data(response.text).blocks


def nodes(block: Any) -> Iterator[dict[str, Any]]:
    """Yield every node of a block with its properties expanded to whole IRIs."""
    block = {**block, "@context": {"@vocab": "https://schema.org/"}}
    waiting = jsonld.expand(block)
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and "@value" not in node:
            yield node
            waiting += [each for values in node.values() if isinstance(values, list) for each in values]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("state/EST", "Country"), ("state/VAT", "Country"), ("state/XKX", "Place"), ("organisation/nato", "Organization"),
     ("forum/foc", "Organization"), ("norm/un-2015-13c", "DefinedTerm"), ("document/a-70-174", "Report"),
     ("document/a-res-73-27", "CreativeWork"), ("operation/notpetya", "Thing")],
)  # fmt: skip
def test_a_thing_is_marked_up_as_what_it_is(client: FlaskClient, path: str, kind: str) -> None:
    (block,) = data_in(client, f"/doc/{path}")
    assert (block["@context"], block["@type"], block["@id"]) == ("https://schema.org", kind, f"{BASE}id/{path}")
    assert block["url"] == f"http://localhost/doc/{path}"
    assert block["name"]
    assert ("identifier" in block and "ISO 3166" in str(block["identifier"])) is (kind == "Country")


def test_an_event_is_marked_up_with_its_days_and_who_held_it(client: FlaskClient) -> None:
    things = [urlsplit(a).path for a in listed(client, "/sitemap-1.xml") if "/doc/event/" in a]
    blocks = [block for path in things for block in data_in(client, path)]
    assert blocks
    assert {block["@type"] for block in blocks} == {"Event"}
    assert all(re.fullmatch(r"\d{4}(-\d\d){0,2}", block[day]) for block in blocks for day in block if "Date" in day)
    assert any("organizer" in block for block in blocks)
    assert any("startDate" in block for block in blocks)


def test_a_treaty_is_marked_up_as_law_and_a_publication_by_its_kind(client: FlaskClient, engine: LocalEngine) -> None:
    kinds = {"documentKind": {"treaty": "Legislation"}, "publicationKind": {"report": "Report"}}
    seen = 0
    for predicate, types in kinds.items():
        for code, kind in types.items():
            scheme = predicate.replace("Kind", "-kind")
            query = f"SELECT ?s {{ ?s <{BASE}ontology/{predicate}> <{BASE}vocab/{scheme}/{code}> }} LIMIT 2"
            for (iri,) in asked(engine, query):
                (block,) = data_in(client, iri.replace(f"{BASE}id", "/doc"))
                assert block["@type"] == kind
                seen += 1
    assert seen >= 2


@pytest.mark.parametrize("path", ["/", "/data"])
def test_home_and_data_are_marked_up_as_the_data_set(client: FlaskClient, path: str) -> None:
    (block,) = data_in(client, path)
    assert (block["@type"], block["@id"]) == ("Dataset", str(DATASET))
    for file in block["distribution"]:
        with client.get(urlsplit(file["contentUrl"]).path) as response:
            assert hashlib.sha256(response.data).hexdigest() == file["sha256"]
            assert file["contentSize"] == f"{len(response.data)} B"


def test_markup_uses_terms_of_schema_org_only(client: FlaskClient) -> None:
    lines = (VOCABULARIES / "schema.txt").read_text(encoding="utf-8").splitlines()
    known = {line for line in lines if line.startswith("https:")}
    paths = ["/data", *(urlsplit(a).path for a in listed(client, "/sitemap-1.xml") if "/doc/" in a)]
    used: set[str] = set()
    for path in paths[:: max(1, len(paths) // 60)]:
        for block in data_in(client, path):
            for node in nodes(block):
                used |= {name for name in node if not name.startswith("@")} | set(node.get("@type", []))
    assert len(used) > 15
    assert used <= known


@pytest.mark.parametrize("path", ["membership/foc-EST-member-1", "vote/*", "evidence/*", "source/*"])
def test_claims_sources_and_evidence_are_not_for_search_engines(
    client: FlaskClient, engine: LocalEngine, path: str
) -> None:
    if path.endswith("*"):
        query = f'SELECT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}id/{path[:-1]}")) }} LIMIT 1'
        path = asked(engine, query)[0][0].removeprefix(f"{BASE}id/")
    page = client.get(f"/doc/{path}", headers={"Accept": "text/html"}).text
    assert '<meta name="robots" content="noindex">' in page
    assert not _Data(page).blocks
    assert "noindex" not in client.get("/doc/state/EST", headers={"Accept": "text/html"}).text


@pytest.mark.browser
def test_a_browser_takes_the_markup_as_data(app: Flask) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("Chromium is not installed; `apt-get install chromium` runs this test.")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page, trouble = browser.new_page(), []
            page.on("console", lambda said: trouble.append(said.text))
            page.on("pageerror", lambda error: trouble.append(str(error)))
            for path in ("/", "/data", "/doc/state/EST", "/api"):
                page.goto(f"http://127.0.0.1:{server.server_port}{path}")
                assert path == "/api" or page.locator('script[type="application/ld+json"]').count() == 1
                found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
                assert not found.response["violations"], found.generate_report()
            assert trouble == []
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("given", ["https://graph.example", "https://graph.example/"])
def test_the_address_that_is_set_stands_in_every_description(service: Service, given: str) -> None:
    settings = dataclasses.replace(service.settings, address=given)
    client = create_app(dataclasses.replace(service, settings=settings)).test_client()
    for path in (
        "/.well-known/void",
        "/data.ttl",
        "/sparql",
        "/sitemap.xml",
        "/robots.txt",
        "/api/openapi.json",
        "/data",
    ):
        told = client.get(path).text
        assert "https://graph.example" in told, path
        assert "localhost" not in told, path
        assert "graph.example//" not in told, path


@pytest.mark.parametrize(
    "given", ["graph.example", "ftp://graph.example/", "https://a.example/b/", 'https://a">/', "x"]
)
def test_an_address_that_is_none_is_refused_at_the_start(given: str) -> None:
    with pytest.raises(BadSetting, match="CYBERGOV_ADDRESS"):
        read_settings({"CYBERGOV_ADDRESS": given})
    assert read_settings({"CYBERGOV_ADDRESS": "https://a.example:8443/"}).address == "https://a.example:8443/"


@pytest.mark.parametrize("host", ['a"><b', "a b", "x}>y", "a/../b", "a`b", "", "a:99999999"])
@pytest.mark.parametrize(
    "path", ["/.well-known/void", "/sparql", "/data.jsonld", "/sitemap.xml", "/robots.txt", "/data"]
)
def test_a_host_that_is_none_is_refused(client: FlaskClient, path: str, host: str) -> None:
    response = client.get(path, environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400
    assert "Host header" in response.text


@pytest.mark.parametrize(
    "path",
    ["/", "/data", "/data.ttl", "/doc/state/EST", "/doc/state/EST.ttl", "/states.csv", "/queries/forums_of_state.json",
     "/sparql?query=ASK{}", "/dumps/merged.nt.gz", "/ontology.ttl"],
)  # fmt: skip
def test_all_data_names_its_licence_and_what_describes_the_whole(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        links = parse_http_list(", ".join(response.headers.getlist("Link")))
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links
    assert '</.well-known/void>; rel="describedby"' in links
    for outside in ("/health", "/robots.txt", "/static/style.css", "/nothing"):
        with client.get(outside) as response:
            assert 'rel="license"' not in str(response.headers)
