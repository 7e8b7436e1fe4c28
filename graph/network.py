"""The network of actors, forums and commitments: the whole is kept with the snapshot, a readable part is drawn.

Edges are the derived shortcuts: participates in, has accepted, is party to.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
from rdflib import URIRef

from graph.derive import Names
from graph.record import Triple
from graph.terms import CG, ID

EDGES = {CG.participatesIn: "takes part in", CG.hasAccepted: "has accepted", CG.partyTo: "is party to"}
READABLE = 80  # nodes that one picture can show
ANCHORS = 18  # of them: forums and texts, on the rim
INNER = 0.8  # of the rim's radius: where everybody else may stand
NEARLY_ALL = 0.6  # what a larger share of states is in (the United Nations) ties everything to everything


@dataclass(frozen=True)
class Part:
    """A part of the network that can be read, with positions in the unit square, and how many nodes were left out."""

    graph: nx.Graph[str]
    positions: dict[str, tuple[float, float]]
    left_out: int


def write_network(derived: Iterable[Triple], names: Names, path: Path) -> None:
    """Write nodes with kind, name and short name, and the edges between them."""
    edges = sorted((a, EDGES[p], b) for a, p, b in derived if p in EDGES and isinstance(b, URIRef))
    nodes = sorted({node for a, _, b in edges for node in (a, b)})
    content = {
        "nodes": [[node, node.removeprefix(ID).split("/")[0], names.of(node), names.short(node)] for node in nodes],
        "edges": edges,
    }
    path.write_text(json.dumps(content, ensure_ascii=False))


def read_network(path: Path) -> nx.Graph[str]:
    """Return the whole network; nodes carry `kind`, `name` and `short`, edges `relation`."""
    content = json.loads(path.read_text())
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from((node, {"kind": k, "name": name, "short": short}) for node, k, name, short in content["nodes"])
    graph.add_edges_from((a, b, {"relation": relation}) for a, relation, b in content["edges"])
    return graph


def overview(whole: nx.Graph[str]) -> Part:
    """Return the forums and texts that tell states apart, with the states that are in most of them."""
    states = _states(whole)
    anchors = sorted(_telling(whole), key=lambda node: (-len(_near(whole, node, states)), node))[:ANCHORS]
    return _part(whole, anchors, _most_tied(whole, states, anchors), of=len(whole))


def around(whole: nx.Graph[str], focus: str) -> Part:
    """Return a state with what it is in and who shares most of that, or a forum with its states and their forums."""
    states = _states(whole)
    if focus in states:
        telling = _telling(whole)
        mine = sorted(set(whole[focus]) - states, key=lambda node: (node not in telling, whole.degree[node], node))
        others = _most_tied(whole, states - {focus}, mine[:ANCHORS])
        return _part(whole, mine[:ANCHORS], [focus, *others], of=len(mine) + len(states))
    mine = sorted(_near(whole, focus, states))
    shared = {node: len(_near(whole, node, set(mine))) for node in _telling(whole) - {focus}}
    anchors = sorted((node for node in shared if shared[node]), key=lambda node: (-shared[node], node))
    inside = _most_tied(whole, set(mine), anchors[: ANCHORS - 1])
    return _part(whole, [focus, *anchors[: ANCHORS - 1]], inside, of=len(mine) + len(anchors) + 1)


def _states(whole: nx.Graph[str]) -> set[str]:
    return {node for node in whole if whole.nodes[node]["kind"] == "state"}


def _near(whole: nx.Graph[str], node: str, states: set[str]) -> set[str]:
    return set(whole[node]) & states


def _telling(whole: nx.Graph[str]) -> set[str]:
    """Return the forums and texts that some states are in, and not nearly all."""
    states = _states(whole)
    return {node for node in set(whole) - states if 3 <= len(_near(whole, node, states)) <= NEARLY_ALL * len(states)}


def _most_tied(whole: nx.Graph[str], states: set[str], anchors: Sequence[str]) -> list[str]:
    ties = {state: sum(anchor in whole[state] for anchor in anchors) for state in states}
    tied = (state for state in states if ties[state])
    return sorted(tied, key=lambda state: (-ties[state], state))


def _part(whole: nx.Graph[str], anchors: Sequence[str], inside: Sequence[str], of: int) -> Part:
    inside = inside[: READABLE - len(anchors)]
    shown = whole.subgraph([*anchors, *inside]).copy()
    return Part(shown, _positions(shown, _in_order(shown, anchors)), of - len(shown))


def _in_order(graph: nx.Graph[str], anchors: Sequence[str]) -> list[str]:
    """Return the anchors so that those with the same neighbours stand beside each other."""
    rest, order = list(anchors[1:]), list(anchors[:1])
    while rest:
        last = set(graph[order[-1]])
        rest.sort(key=lambda node: (-len(last & set(graph[node])) / len(last | set(graph[node]) | {node}), node))
        order.append(rest.pop(0))
    return order


def _positions(graph: nx.Graph[str], rim: list[str]) -> dict[str, tuple[float, float]]:
    """Place forums and texts on the rim and everybody else between those they are in; the same every time."""
    if not graph:
        return {}
    at: dict[str, tuple[float, float]] = {}
    for number, node in enumerate(rim):
        angle = 2 * math.pi * number / len(rim) - math.pi / 2
        at[node] = (math.cos(angle), math.sin(angle))
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(sorted(graph))
    ordered.add_edges_from(sorted((min(edge), max(edge)) for edge in graph.edges))
    for node in sorted(set(graph) - set(rim)):
        near = [at[anchor] for anchor in sorted(graph[node]) if anchor in rim] or [(0.0, 0.0)]
        at[node] = (sum(x for x, _ in near) / len(near), sum(y for _, y in near) / len(near))
    placed = nx.spring_layout(ordered, pos=at, fixed=rim or None, k=0.42, iterations=80, seed=7)
    return {node: _within(float(x), float(y), 1.0 if node in rim else INNER) for node, (x, y) in placed.items()}


def _within(x: float, y: float, limit: float) -> tuple[float, float]:
    """Bring a place no further from the middle than a limit, and from -1..1 to 0..1."""
    shrink = min(1.0, limit / (math.hypot(x, y) or 1.0))
    return round((x * shrink + 1) / 2, 4), round((y * shrink + 1) / 2, 4)
