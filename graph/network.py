"""The network of actors, forums and commitments, with positions computed once at build.

Edges are the derived shortcuts: participates in, has accepted, is party to. The picture starts from forums and what
was accepted; an actor is placed by what it shares with others.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
from rdflib import URIRef

from graph.derive import Names
from graph.record import Triple
from graph.terms import CG, ID

EDGES = {CG.participatesIn: "participates in", CG.hasAccepted: "has accepted", CG.partyTo: "is party to"}


def network(derived: list[Triple], names: Names) -> nx.Graph[URIRef]:
    """Return the undirected graph of the shortcuts; nodes carry kind and label, edges the relation."""
    graph: nx.Graph[URIRef] = nx.Graph()
    for actor, predicate, other in sorted(derived):
        if predicate in EDGES and isinstance(other, URIRef):
            for node in (actor, other):
                graph.add_node(node, kind=node.removeprefix(ID).split("/")[0], label=names.of(node))
            graph.add_edge(actor, other, relation=EDGES[predicate])
    return graph


def write_network(graph: nx.Graph[URIRef], path: Path) -> None:
    """Write nodes with positions in the unit square, degree and kind, and the edges between them."""
    positions = nx.forceatlas2_layout(graph, max_iter=200, seed=7, scaling_ratio=4.0) if graph else {}
    xs = [float(x) for x, _ in positions.values()] or [0.0]
    ys = [float(y) for _, y in positions.values()] or [0.0]
    nodes: list[dict[str, Any]] = [
        {
            "id": str(node),
            "kind": data["kind"],
            "label": data["label"],
            "degree": graph.degree[node],
            "x": round((float(positions[node][0]) - min(xs)) / ((max(xs) - min(xs)) or 1), 4),
            "y": round((float(positions[node][1]) - min(ys)) / ((max(ys) - min(ys)) or 1), 4),
        }
        for node, data in graph.nodes(data=True)
    ]
    edges = [[str(a), str(b), data["relation"]] for a, b, data in graph.edges(data=True)]
    path.write_text(json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False))
