"""The network of actors, forums and commitments: the whole is kept with the snapshot, a readable part is drawn.

Edges are the derived shortcuts: participates in, has accepted, is party to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
from rdflib import URIRef

from graph.derive import Names
from graph.record import Triple
from graph.terms import CG, ID

EDGES = {CG.participatesIn: "takes part in", CG.hasAccepted: "has accepted", CG.partyTo: "is party to"}
READABLE = 80  # nodes that one picture can show


@dataclass(frozen=True)
class Part:
    """A part of the network that can be read, with positions in the unit square, and how many nodes were left out."""

    graph: nx.Graph[str]
    positions: dict[str, tuple[float, float]]
    left_out: int


def write_network(derived: Iterable[Triple], names: Names, path: Path) -> None:
    """Write nodes with kind and name, and the edges between them."""
    edges = sorted((a, EDGES[p], b) for a, p, b in derived if p in EDGES and isinstance(b, URIRef))
    nodes = sorted({node for a, _, b in edges for node in (a, b)})
    content = {
        "nodes": [[node, node.removeprefix(ID).split("/")[0], names.of(node)] for node in nodes],
        "edges": edges,
    }
    path.write_text(json.dumps(content, ensure_ascii=False))


def read_network(path: Path) -> nx.Graph[str]:
    """Return the whole network; nodes carry `kind` and `name`, edges `relation`."""
    content = json.loads(path.read_text())
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from((node, {"kind": kind, "name": name}) for node, kind, name in content["nodes"])
    graph.add_edges_from((a, b, {"relation": relation}) for a, relation, b in content["edges"])
    return graph


def around(whole: nx.Graph[str], focus: str) -> Part:
    """Return a node with its neighbours, and how these are tied to what they share most with each other."""
    near = sorted(whole[focus], key=lambda node: (-whole.degree[node], node))
    return _part(whole, [focus, *near])


def overview(whole: nx.Graph[str]) -> Part:
    """Return the forums and texts that tell states apart, with the states that are in most of them.

    What nearly all are in (the United Nations) ties everything to everything, and is left out.
    """
    states = [node for node in whole if whole.nodes[node]["kind"] == "state"]
    others = [node for node in whole if whole.nodes[node]["kind"] != "state"]
    ties = {node: sum(whole.nodes[near]["kind"] == "state" for near in whole[node]) for node in others}
    telling = [node for node in others if ties[node] < len(states) * 0.6]
    joined = sorted(telling, key=lambda node: (-ties[node], node))[: READABLE // 4]
    states.sort(key=lambda node: (-sum(other in whole[node] for other in joined), node))
    shown = _part(whole, [*joined, *states[: READABLE * 5 // 8]])
    return Part(shown.graph, shown.positions, len(whole) - len(shown.graph))


def _part(whole: nx.Graph[str], nodes: list[str]) -> Part:
    shown = whole.subgraph(nodes[:READABLE]).copy()
    return Part(shown, _positions(shown), len(nodes) - len(shown))


def _positions(graph: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Place the nodes; the same graph is always placed the same way."""
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted((min(edge), max(edge)) for edge in graph.edges))
    placed = nx.spring_layout(ordered, k=8 / max(1, len(ordered)) ** 0.5, iterations=300, seed=7)
    xs = [float(x) for x, _ in placed.values()]
    ys = [float(y) for _, y in placed.values()]
    return {node: (_unit(float(x), xs), _unit(float(y), ys)) for node, (x, y) in placed.items()}


def _unit(value: float, values: list[float]) -> float:
    low, high = min(values), max(values)
    return round((value - low) / (high - low), 4) if high > low else 0.5
