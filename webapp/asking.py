"""The query behind a section of a page: the claims that lead to a thing, a claim a row, its values as columns."""

from __future__ import annotations

import re

from graph.record import Spec
from graph.terms import CG
from webapp import words
from webapp.things import HIDDEN, P, record_class

_PREFIXES = """PREFIX cg: <https://w3id.org/cybergov/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def table(kind: str, pattern: str) -> str:
    """Return a SELECT for claims of a kind that a pattern finds as ?claim."""
    columns, optional = [], []
    for spec in _specs(kind):
        name = _name(spec)
        said, value = (f"?{name}_name", f"?{name}_iri") if spec.kinds or spec.scheme else (f"?{name}_said", "")
        if value:
            pattern_of = f'?claim <{spec.predicate}> {value} . {value} rdfs:label {said} FILTER(LANG({said}) = "en")'
        else:
            pattern_of = f"?claim <{spec.predicate}> {said}"
        optional.append(f"  OPTIONAL {{ {_short(pattern_of)} }}\n")
        columns.append(f'  (GROUP_CONCAT(DISTINCT STR({said}); separator="; ") AS ?{name})')
        if spec.kinds:
            columns.append(f'  (GROUP_CONCAT(DISTINCT STR({value}); separator=" ") AS ?{name}_id)')
    head = "\n".join(["SELECT ?claim (SAMPLE(?label) AS ?name)", *columns])
    named = '  OPTIONAL { ?claim rdfs:label ?label FILTER(LANG(?label) = "en") }\n'
    body = f"{_short(pattern)}{named}{''.join(optional)}"
    return f"{_PREFIXES}\n{head}\nWHERE {{\n{body}}}\nGROUP BY ?claim\nORDER BY ?name ?claim"


def graph(pattern: str) -> str:
    """Return a CONSTRUCT of what is stated of the claims that a pattern finds, and of their evidence."""
    return (
        f"{_PREFIXES}\nCONSTRUCT {{ ?claim ?predicate ?value . ?evidence ?of ?said }}\nWHERE {{\n"
        f"{_short(pattern)}  {{ ?claim ?predicate ?value }}\n  UNION\n"
        "  { ?claim cg:evidence ?evidence . ?evidence ?of ?said }\n}"
    )


def _specs(kind: str) -> list[Spec]:
    """Return what a table of claims of a kind shows, without the name, which every table has."""
    known = {str(spec.predicate): spec for spec in record_class(kind).specs().values()}
    chosen = words.columns(kind) or tuple(known)
    return [known[p] for p in chosen if p in known and p not in HIDDEN and p != P.label]


def _name(spec: Spec) -> str:
    """Return a column's name: attributed_to of cg:attributedTo."""
    local = re.split(r"[/#]", str(spec.predicate))[-1]
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", local).lower()
    return "of_claim" if name in ("name", "claim", "label") else name


def _short(text: str) -> str:
    """Write our terms with their prefix."""
    return re.sub(rf"<{re.escape(str(CG._NS))}([A-Za-z]+)>", r"cg:\1", text)
