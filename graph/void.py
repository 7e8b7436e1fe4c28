"""The data set's account of itself: VoID counts of what a snapshot holds, taken once when it is built.

Counts are of the merged statements, each once, as a query without a graph clause finds them; only those of the named
graphs are of the statements in them. Every part has an identifier below that of the data set.
"""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from rdflib import DCAT, FOAF, RDF, SKOS, VANN, VOID, XSD

from graph.snapshot import Snapshot
from graph.terms import BASE, GRAPH, ID
from graph.worker import PREFIXES

DATASET = str(BASE["dataset"])
LINKS = (SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_PREFIXES = PREFIXES | {
    "dcat": str(DCAT._NS), "foaf": str(FOAF._NS), "vann": str(VANN._NS), "void": str(VOID._NS),
}  # fmt: skip
_LINKS = frozenset(map(str, LINKS))
_TYPE = str(RDF.type)
_META = str(GRAPH["meta"])


@dataclass
class Counts:
    """What was counted, by the identifier of property, class, graph, or of property and origin of the link's end."""

    triples: int = 0
    subjects: int = 0
    entities: int = 0
    objects: set[str] = field(default_factory=set)
    by_property: Counter[str] = field(default_factory=Counter)
    subjects_of: Counter[str] = field(default_factory=Counter)
    objects_of: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_class: Counter[str] = field(default_factory=Counter)
    in_class: Counter[tuple[str, str]] = field(default_factory=Counter)  # statements by class and property
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_graph: Counter[str] = field(default_factory=Counter)
    metadata: list[ox.Triple] = field(default_factory=list)


def count(snapshot: Snapshot) -> Counts:
    """Count the statements of a snapshot, reading its files from end to end."""
    counts = Counts()
    merged = ox.parse(path=str(snapshot.merged), format=ox.RdfFormat.N_TRIPLES)
    for subject, quads in groupby(merged, key=lambda quad: str(quad.subject)):
        _take(counts, subject, [(quad.predicate.value, quad.object) for quad in quads])
    for quad in ox.parse(path=str(snapshot.statements), format=ox.RdfFormat.N_QUADS):
        graph = _iri(quad.graph_name)
        counts.by_graph[graph] += 1
        if graph == _META:
            counts.metadata.append(quad.triple)
    return counts


def _take(counts: Counts, subject: str, statements: list[tuple[str, object]]) -> None:
    """Count what is stated of one subject; the file is sorted, so it is all there."""
    counts.subjects += 1
    counts.entities += subject.startswith(f"<{ID}")
    counts.triples += len(statements)
    properties = Counter(predicate for predicate, _ in statements)
    classes = [_iri(value) for predicate, value in statements if predicate == _TYPE]
    counts.by_property += properties
    counts.subjects_of.update(properties.keys())
    counts.by_class.update(classes)
    for cls in classes:
        for predicate, number in properties.items():
            counts.in_class[cls, predicate] += number
    for predicate, value in statements:
        written = str(value)
        counts.objects.add(written)
        counts.objects_of[predicate].add(written)
        if predicate in _LINKS and not written.startswith(f"<{BASE}"):
            counts.links[predicate, _origin(_iri(value))] += 1


def _iri(term: object) -> str:
    return str(term).removeprefix("<").removesuffix(">")


def _origin(iri: str) -> str:
    """Return scheme and host of an address, up to the first stroke after them."""
    parts = urlsplit(iri)
    return f"{parts.scheme}://{parts.netloc}/"


def write_void(snapshot: Snapshot) -> Path:
    """Write the account of a snapshot beside its statements."""
    snapshot.void.write_bytes(turtle(count(snapshot)))
    return snapshot.void


def turtle(counts: Counts) -> bytes:
    """Return the counts, and what the metadata say of data set and graphs, as Turtle in an order of their own."""
    about = {DATASET, *counts.by_graph}
    triples = {triple for triple in counts.metadata if _iri(triple.subject) in about}
    for part in (_of_dataset, _of_graphs, _of_properties, _of_classes, _of_links):
        triples.update(part(counts))
    ordered = sorted(triples, key=lambda triple: (_iri(triple.subject) != DATASET, *map(str, triple)))
    out = io.BytesIO()
    ox.serialize(ordered, out, ox.RdfFormat.TURTLE, prefixes=dict(sorted(_PREFIXES.items())))
    return out.getvalue()


def _of_dataset(counts: Counts) -> Iterator[ox.Triple]:
    yield _is(DATASET, RDF.type, VOID.Dataset)
    yield _says(DATASET, VOID.uriSpace, str(ID))
    yield _has(DATASET, VOID.triples, counts.triples)
    yield _has(DATASET, VOID.entities, counts.entities)
    yield _has(DATASET, VOID.distinctSubjects, counts.subjects)
    yield _has(DATASET, VOID.distinctObjects, len(counts.objects))
    yield _has(DATASET, VOID.properties, len(counts.by_property))
    yield _has(DATASET, VOID.classes, len(counts.by_class))


def _of_graphs(counts: Counts) -> Iterator[ox.Triple]:
    for graph, number in counts.by_graph.items():
        yield _is(DATASET, VOID.subset, graph)
        yield _is(graph, RDF.type, VOID.Dataset)
        yield _has(graph, VOID.triples, number)


def _of_properties(counts: Counts) -> Iterator[ox.Triple]:
    for predicate, number in counts.by_property.items():
        part = _part("property", predicate)
        yield _is(DATASET, VOID.propertyPartition, part)
        yield _is(part, VOID.property, predicate)
        yield _has(part, VOID.triples, number)
        yield _has(part, VOID.distinctSubjects, counts.subjects_of[predicate])
        yield _has(part, VOID.distinctObjects, len(counts.objects_of[predicate]))


def _of_classes(counts: Counts) -> Iterator[ox.Triple]:
    for cls, number in counts.by_class.items():
        part = _part("class", cls)
        yield _is(DATASET, VOID.classPartition, part)
        yield _is(part, VOID["class"], cls)
        yield _has(part, VOID.entities, number)
    for (cls, predicate), number in counts.in_class.items():
        whole, part = _part("class", cls), _part("class", cls, predicate)
        yield _is(whole, VOID.propertyPartition, part)
        yield _is(part, VOID.property, predicate)
        yield _has(part, VOID.triples, number)


def _of_links(counts: Counts) -> Iterator[ox.Triple]:
    for (predicate, origin), number in counts.links.items():
        links, target = _part("links", predicate, origin), _part("target", origin)
        yield _is(DATASET, VOID.subset, links)
        yield _is(links, RDF.type, VOID.Linkset)
        yield _is(links, VOID.linkPredicate, predicate)
        yield _is(links, VOID.subjectsTarget, DATASET)
        yield _is(links, VOID.objectsTarget, target)
        yield _has(links, VOID.triples, number)
        yield _is(target, RDF.type, VOID.Dataset)
        yield _says(target, VOID.uriSpace, origin)


def _part(*names: str) -> str:
    """Return the identifier of a part of the data set, readable where a prefix is known.

    >>> _part("class", "https://w3id.org/cybergov/ontology/Vote")
    'https://w3id.org/cybergov/dataset#class-cg.Vote'
    """
    return f"{DATASET}#{'-'.join(map(_name, names))}"


def _name(name: str) -> str:
    for prefix, namespace in _PREFIXES.items():
        if name.startswith(namespace):
            return f"{prefix}.{quote(name.removeprefix(namespace), safe='')}"
    return quote(name.removesuffix("/").replace("://", ".", 1), safe="")


def _is(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _says(subject: str, predicate: str, words: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(words))


def _has(subject: str, predicate: str, number: int) -> ox.Triple:
    value = ox.Literal(str(number), datatype=ox.NamedNode(XSD.integer))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
