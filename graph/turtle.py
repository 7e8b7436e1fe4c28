"""Turtle from a file, or from all files of a folder in the order of their names: one graph kept in several rooms."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from rdflib import XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Identifier


def files(path: Path) -> list[Path]:
    """Return the file itself, or the Turtle files of a folder; raise FileNotFoundError where there is none."""
    found = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
    if not found:
        raise FileNotFoundError(f"There is no Turtle file in {path}.")
    return found


def read(path: Path) -> bytes:
    """Return the text of them all as one; Turtle may declare its prefixes anew."""
    return b"\n".join(file.read_bytes() for file in files(path))


def load(path: Path) -> Graph:
    """Return the statements of them all; raise SyntaxError with line and column where they are no Turtle."""
    graph = Graph()
    parsed = ox.parse(read(path), format=ox.RdfFormat.TURTLE)  # several times as fast as rdflib's own parser
    for quad in parsed:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    for prefix, name in parsed.prefixes.items():
        graph.bind(prefix, name)
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Identifier:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise SyntaxError(f"rdflib knows no triple terms, and {term} is one")
    if term.language or term.datatype.value == str(XSD.string):
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value))
