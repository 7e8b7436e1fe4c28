"""What the ontology is made of, as plain values: rooms, terms, codes, properties of classes, alignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from graph.terms import CG, VOCAB
from graph.turtle import files, load
from ontology.release import IRI, PREFIXES
from ontology.rules import how_many

KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "object property",
    OWL.DatatypeProperty: "datatype property",
    OWL.AnnotationProperty: "annotation property",
}
ROOMS = ("actors", "forums", "texts", "conduct", "practice", "knowledge")  # in the order in which they are read
STATUS = URIRef(PREFIXES["vs"] + "term_status")

_TOLD = {
    *(RDF.type, RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.example, SKOS.scopeNote, RDFS.isDefinedBy),
    *(DCTERMS.source, RDFS.seeAlso, STATUS, RDFS.subClassOf, RDFS.subPropertyOf, OWL.disjointWith, RDFS.domain),
    *(RDFS.range, SKOS.inScheme, SKOS.topConceptOf, SKOS.broader, SKOS.narrower, SKOS.notation, SKOS.hasTopConcept),
}  # what has a place of its own on a page; the rest is shown as it stands


@dataclass(frozen=True)
class Room:
    """One file of a folder: its name, and the line that heads it."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is said of a term or code in words."""

    iri: URIRef
    label: str
    other_labels: tuple[tuple[str, str], ...] = ()  # language and label
    definition: str = ""
    examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    more: tuple[tuple[URIRef, str], ...] = ()  # statements that have no place of their own

    @property
    def name(self) -> str:
        """The last part of the identifier."""
        return self.iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


@dataclass(frozen=True, kw_only=True)
class Term(Words):
    """A class or property."""

    kind: str
    room: Room
    status: str
    above: tuple[URIRef, ...]
    below: tuple[URIRef, ...]
    disjoint: tuple[URIRef, ...]
    domain: tuple[URIRef, ...]
    range: tuple[URIRef, ...]


@dataclass(frozen=True, kw_only=True)
class Code(Words):
    """One code of a list."""

    broader: tuple[URIRef, ...]


@dataclass(frozen=True, kw_only=True)
class CodeList(Words):
    """A code list with its codes."""

    room: Room
    codes: tuple[Code, ...]

    def code(self, name: str) -> Code:
        """Return one of its codes."""
        return next(code for code in self.codes if code.name == name)


@dataclass(frozen=True)
class Field:
    """A property as things of one class have it."""

    cls: URIRef
    predicate: URIRef
    least: int
    most: int | None
    values: tuple[URIRef, ...]  # the classes or datatypes of what it leads to
    code_list: str
    wanted: bool  # whether a warning asks for it where no rule demands it

    @property
    def how_many(self) -> str:
        """The cardinality in words."""
        return how_many(self.least, self.most) + (", wanted" if self.wanted else "")


@dataclass(frozen=True)
class Link:
    """How one of our terms stands to one elsewhere."""

    name: str  # of the file that says so
    subject: URIRef
    predicate: URIRef
    object: URIRef


@dataclass(frozen=True)
class Alignment:
    """One file of links to another vocabulary, with what its header says and its text, which gives the reasons."""

    name: str
    title: str
    description: str
    graph: Graph
    text: str
    links: tuple[Link, ...]


def words(graph: Graph, iri: URIRef) -> Words:
    """Return what a graph says of a term or code in words; a label is the English one."""
    labels = [
        label for p in (RDFS.label, SKOS.prefLabel) for label in graph.objects(iri, p) if isinstance(label, Literal)
    ]
    named = {label.language or "en": str(label) for label in labels}
    more = ((URIRef(str(p)), str(value)) for p, value in graph.predicate_objects(iri) if p not in _TOLD)
    return Words(
        iri=iri,
        label=named.pop("en", iri.rsplit("/", 1)[-1]),
        other_labels=tuple(sorted(named.items())),
        definition=" ".join(_texts(graph, iri, SKOS.definition)),
        examples=_texts(graph, iri, SKOS.example),
        notes=_texts(graph, iri, SKOS.scopeNote),
        sources=_addresses(graph, iri, DCTERMS.source),
        see_also=_addresses(graph, iri, RDFS.seeAlso),
        more=tuple(sorted(more)),
    )


def about(graph: Graph, node: Node) -> Graph:
    """Return the statements of which a node is the subject, and those of its blank nodes."""
    part = Graph()
    for predicate, value in graph.predicate_objects(node):
        part.add((node, predicate, value))
        if isinstance(value, BNode):
            part += about(graph, value)
    return part


def _texts(graph: Graph, iri: URIRef, predicate: URIRef) -> tuple[str, ...]:
    found = graph.objects(iri, predicate)
    return tuple(sorted(str(v) for v in found if not isinstance(v, Literal) or v.language in (None, "en")))


def _addresses(graph: Graph, iri: URIRef, predicate: URIRef) -> tuple[str, ...]:
    """Return what can be linked; an address that a browser would run is none."""
    return tuple(text for text in _texts(graph, iri, predicate) if text.startswith(("https://", "http://")))


def order(*folders: Path) -> dict[str, int]:
    """Return the place at which each identifier first stands as a subject."""
    subjects = (iri for folder in folders for path in _read_in_order(folder) for iri in declared(path))
    return {str(iri): place for place, iri in enumerate(dict.fromkeys(subjects))}


@cache
def declared(path: Path) -> tuple[URIRef, ...]:
    """Return the subjects of a file in the order in which they stand there."""
    quads = ox.parse(path.read_bytes(), format=ox.RdfFormat.TURTLE)
    return tuple(dict.fromkeys(URIRef(q.subject.value) for q in quads if isinstance(q.subject, ox.NamedNode)))


@cache
def mentioned(text: str) -> frozenset[str]:
    """Return the properties and classes that an example uses."""
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    classes = {q.object.value for q in quads if isinstance(q.object, ox.NamedNode)}
    return frozenset({q.predicate.value for q in quads} | classes)


def rooms(folder: Path) -> list[Room]:
    """Return the rooms of a folder, each headed by its first comment."""
    return [Room(path.stem, _heading(path)) for path in _read_in_order(folder) if len(declared(path)) > 1]


def _read_in_order(folder: Path) -> list[Path]:
    place = {name: number for number, name in enumerate(ROOMS)}
    return sorted(files(folder), key=lambda path: (place.get(path.stem, len(place)), path.stem))


def paths(folder: Path, rooms: Mapping[str, Room]) -> list[tuple[Room, Path]]:
    """Return the files of a folder, each with the room of its name, or else one of its own."""
    return [(rooms.get(path.stem) or Room(path.stem, path.stem.capitalize()), path) for path in _read_in_order(folder)]


def _heading(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((line[2:] for line in lines if line.startswith("# ")), path.stem.capitalize())


def _aligns(subject: URIRef, value: URIRef) -> bool:
    ours = [str(node).startswith((CG._NS, VOCAB)) for node in (subject, value)]
    return any(ours) and value != IRI


def read_alignment(path: Path) -> Alignment:
    """Return one file of alignments; its name is that of the file."""
    graph = load(path)
    header = graph.value(None, RDF.type, OWL.Ontology)
    links = tuple(
        Link(path.stem, subject, URIRef(str(predicate)), value)
        for subject, predicate, value in sorted(graph)
        if isinstance(subject, URIRef) and isinstance(value, URIRef) and _aligns(subject, value)
    )
    said = {predicate: str(graph.value(header, predicate) or "") for predicate in (DCTERMS.title, DCTERMS.description)}
    title, description = said.values()
    return Alignment(path.stem, title or path.stem, description, graph, path.read_text(encoding="utf-8"), links)
