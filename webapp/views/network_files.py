"""A network as files for other programs: its lines as a table, and nodes with lines as JSON and GraphML."""

from __future__ import annotations

import json

import networkx as nx
from flask import Response

from queries import Table
from webapp.linked import table_response
from webapp.negotiate import JSON
from webapp.service import current_service
from webapp.views.ties import Question

GRAPHML = "application/graphml+xml"


def response(graph: nx.Graph[str], question: Question, on: str, suffix: str) -> Response:
    """Return a network as .csv, .graphml or .json."""
    if suffix == ".csv":
        return table_response(_edges(graph), "csv")
    plain = _plain(graph)
    if suffix == ".graphml":
        text = "\n".join(nx.generate_graphml(plain)) + "\n"
        return Response(
            text, content_type=GRAPHML, headers={"Content-Disposition": 'attachment; filename="network.graphml"'}
        )
    told = {
        "question": question.title,
        "as_of": on or current_service().manifest["data_date"],
        "weight": question.ties,
        "directed": plain.is_directed(),
        "nodes": [{"id": node, **data} for node, data in plain.nodes(data=True)],
        "edges": [{"from": one, "to": other, **data} for one, other, data in plain.edges(data=True)],
    }
    return Response(json.dumps(told, ensure_ascii=False), content_type=JSON)


def _edges(graph: nx.Graph[str]) -> Table:
    columns = ("from", "from_name", "from_kind", "to", "to_name", "to_kind", "weight", "made_of", "undetermined")
    rows: list[tuple[str | None, ...]] = []
    for one, other, data in sorted(graph.edges(data=True), key=lambda e: (-e[2]["weight"], e[0], e[1])):
        a, b = graph.nodes[one], graph.nodes[other]
        why, perhaps = "; ".join(data["why"]), "; ".join(data["perhaps"])
        rows.append((one, a["name"], a["kind"], other, b["name"], b["kind"], str(data["weight"]), why, perhaps))
    return Table(columns, rows)


def _plain(graph: nx.Graph[str]) -> nx.Graph[str]:
    """Return a graph of which every attribute is a text or a number, as files of graphs want it."""
    plain = graph.__class__()
    for node, data in graph.nodes(data=True):
        plain.add_node(node, name=data["name"], short=data["short"], kind=data["kind"])
    for one, other, data in graph.edges(data=True):
        said = {"made_of": "; ".join(data["why"]), "undetermined": "; ".join(data["perhaps"])}
        plain.add_edge(one, other, weight=data["weight"], **said)
    return plain
