"""An engine on a few statements, for questions about cases that the sample does not hold."""

from __future__ import annotations

import pyoxigraph as ox

PREFIXES = """
@prefix cg: <https://w3id.org/cybergov/ontology/> .
@prefix id: <https://w3id.org/cybergov/id/test/> .
@prefix vocab: <https://w3id.org/cybergov/vocab/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class InMemory:
    """Answers from a few statements in Turtle, whose prefixes are those above."""

    def __init__(self, turtle: str) -> None:
        self._store = ox.Store()
        self._store.load((PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE)

    def select(self, query: str) -> bytes:
        answer = self._store.query(query)
        assert isinstance(answer, ox.QuerySolutions)
        written: bytes = answer.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[assignment]
        return written
