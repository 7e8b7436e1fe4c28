"""Discovery: what the service says of itself to machines that come across it, and that it is true."""

from __future__ import annotations

import doctest
import json
from urllib.parse import urlsplit

import pytest
from rdflib import DCTERMS, RDF, SKOS, VOID, BNode, Graph, URIRef

from graph import void
from graph.engine import LocalEngine
from graph.snapshot import Snapshot

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
