"""What the graph knows and does not, in numbers: the answers to a few questions, each row as its cells."""

from __future__ import annotations

import json
from collections.abc import Mapping

from graph.terms import XSD

Row = dict[str, str | int | None]
Inventory = Mapping[str, list[Row]]  # rows by section


def read_rows(results: bytes) -> list[Row]:
    """Return the rows of SPARQL JSON results: whole numbers as such, and None where nothing is bound."""
    answer = json.loads(results)
    return [{name: _value(row.get(name)) for name in answer["head"]["vars"]} for row in answer["results"]["bindings"]]


def _value(cell: Mapping[str, str] | None) -> str | int | None:
    if cell is None:
        return None
    return int(cell["value"]) if cell.get("datatype") == str(XSD.integer) else cell["value"]
