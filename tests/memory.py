"""An engine on a few statements, for questions about cases that the sample does not hold."""

from __future__ import annotations

import pyoxigraph as ox

from graph import store

PREFIXES = """
@prefix cg: <https://w3id.org/cybergov/ontology/> .
@prefix id: <https://w3id.org/cybergov/id/test/> .
@prefix vocab: <https://w3id.org/cybergov/vocab/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class InMemory(store.InMemory):
    """Answers from a few statements in Turtle, whose prefixes are those above."""

    def __init__(self, turtle: str) -> None:
        triples = ox.parse((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)
        super().__init__(f"{quad.triple} .\n".encode() for quad in triples)
