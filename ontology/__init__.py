"""The grammar of the graph: its terms, its code lists and the shapes that data must have, as Turtle.

`core` defines the terms, `codes` the code lists, `shapes` what must hold; each has the rooms of `graph/model`.
`context.jsonld` gives the names for JSON-LD, and `examples` shows data that is right and data that is wrong, one
fault a file. `alignments` says how the terms stand to other vocabularies; the core never imports them.
"""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph

from graph.turtle import load

FOLDER = Path(__file__).resolve().parent

CORE = FOLDER / "core"
CODES = FOLDER / "codes"
SHAPES = FOLDER / "shapes"
ALIGNMENTS = FOLDER / "alignments"
CONTEXT = FOLDER / "context.jsonld"
EXAMPLES = FOLDER / "examples"


def load_ontology() -> Graph:
    """Return the terms, with their labels and definitions."""
    return load(CORE)


def load_codes() -> Graph:
    """Return the code lists."""
    return load(CODES)


def load_shapes() -> Graph:
    """Return the shapes."""
    return load(SHAPES)
