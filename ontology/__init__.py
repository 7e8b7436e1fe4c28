"""The grammar of the graph: its terms, its code lists and the shapes that data must have, as Turtle.

`cybergov.ttl` defines the terms, `codes.ttl` the code lists, `shapes.ttl` what must hold, `context.jsonld` the names
for JSON-LD, and `examples` shows data that is right and data that is wrong, one fault a file.
"""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph

_HERE = Path(__file__).resolve().parent

ONTOLOGY = _HERE / "cybergov.ttl"
CODES = _HERE / "codes.ttl"
SHAPES = _HERE / "shapes.ttl"
CONTEXT = _HERE / "context.jsonld"
EXAMPLES = _HERE / "examples"


def load_ontology() -> Graph:
    """Return the terms, with their labels and definitions."""
    return _turtle(ONTOLOGY)


def load_codes() -> Graph:
    """Return the code lists."""
    return _turtle(CODES)


def load_shapes() -> Graph:
    """Return the shapes."""
    return _turtle(SHAPES)


def _turtle(path: Path) -> Graph:
    return Graph().parse(path, format="turtle")
