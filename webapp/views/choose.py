"""Choosing what of a network can be read: at most so many nodes and lines, and an account of what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import zip_longest

import networkx as nx

READABLE = 80  # nodes that one picture can show
LINES = 260  # and lines
STRONGEST = 12  # ties of a node that are drawn at most, where not all are
MOST_LEAST = 999


@dataclass(frozen=True)
class Wish:
    """What part of a network is wanted."""

    focus: str = ""
    node: str = ""  # one that is chosen in the picture: its ties are all drawn
    expand: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    least: int = 1  # weight of a tie
    degree: int = 1  # ties of a node
    lines: int = LINES  # that can be told apart


@dataclass(frozen=True)
class Part:
    """What is drawn, how much there is in all under the same filters, and how lines were chosen."""

    graph: nx.Graph[str]
    alone: int  # nodes that no tie leads to
    nodes: int
    ties: int
    hidden: int  # ties among the nodes drawn that are not drawn themselves
    strongest: int  # so many of each node's ties are drawn; 0 where all are
    next: int  # the least weight of which all ties could be drawn
    undetermined: int


def choose(whole: nx.Graph[str], wish: Wish) -> Part:
    """Return the part of a network that is wanted and can be read; the same every time."""
    graph = filtered(whole, wish)
    order = list(dict.fromkeys(_order(graph, wish)))[:READABLE]
    if wish.node in graph and wish.node not in order:
        order[-1] = wish.node
    among = graph.subgraph(order).copy()  # a view is slow to ask of again and again
    kept, strongest = _lines(among, {wish.focus, *wish.expand} & set(order), wish.lines)
    more = {edge for edge in among.edges if wish.node in edge and edge not in kept and edge[::-1] not in kept}
    shown = graph.__class__()
    shown.add_nodes_from((node, dict(graph.nodes[node])) for node in order)
    shown.add_edges_from((one, other, {**graph.edges[one, other], "added": False}) for one, other in kept)
    shown.add_edges_from((one, other, {**graph.edges[one, other], "added": True}) for one, other in sorted(more))
    hidden = among.number_of_edges() - shown.number_of_edges()
    weights = sorted((data["weight"] for _, _, data in among.edges(data=True)), reverse=True)
    unsure = sum(1 for _, _, data in graph.edges(data=True) if not data["weight"])
    above = weights[wish.lines] + 1 if len(weights) > wish.lines else 1
    alone = sum(1 for _, degree in whole.degree() if not degree)
    return Part(shown, alone, len(graph), graph.number_of_edges(), hidden, strongest, above, unsure)


def filtered(whole: nx.Graph[str], wish: Wish) -> nx.Graph[str]:
    """Return the nodes and ties that pass the filters; what was asked for by name passes always."""
    named = {wish.focus, wish.node, *wish.expand}
    nodes = [n for n in whole if not wish.groups or whole.nodes[n]["group"] in wish.groups or n in named]
    some = whole.subgraph(nodes).copy()
    if wish.least > 1:
        heavy = [(a, b) for a, b, data in some.edges(data=True) if data["weight"] >= wish.least]
        some = some.edge_subgraph(heavy).copy() if heavy else some.subgraph(named).copy()
    if wish.degree:
        some = some.subgraph([n for n in some if some.degree[n] >= wish.degree or n in named])
    return some


def _order(graph: nx.Graph[str], wish: Wish) -> Iterator[str]:
    """Yield nodes, the most wanted first."""
    for start in (wish.focus, *wish.expand):
        if start in graph:
            yield start
    for start in dict.fromkeys((*wish.expand, wish.focus)):
        if start in graph:
            yield from _neighbours(graph, start)
    if not wish.focus:
        strengths = dict(graph.degree(weight="weight"))
        ranked = sorted(graph, key=lambda node: (-strengths[node], node))
        clusters = graph.graph.get("clusters", {})
        yield from _spread(clusters, ranked) if clusters else _connected(graph, ranked)


def _neighbours(graph: nx.Graph[str], node: str) -> list[str]:
    """Return what is tied to a node, the strongest tie first, and the rarer neighbour before the one tied to all."""
    near = set(nx.all_neighbors(graph, node))
    return sorted(near, key=lambda other: (-_weight(graph, node, other), graph.degree[other], other))


def _connected(graph: nx.Graph[str], ranked: Sequence[str]) -> Iterator[str]:
    """Yield the best-tied, then always the best of what is tied to those: so nobody stands alone for want of room."""
    place = {node: number for number, node in enumerate(ranked)}
    taken: set[str] = set()
    for start in range(len(ranked)):
        waiting = [start]
        while waiting:
            node = ranked[heappop(waiting)]
            if node not in taken:
                taken.add(node)
                yield node
                for other in nx.all_neighbors(graph, node):
                    heappush(waiting, place[other])


def _spread(clusters: Mapping[str, Sequence[str]], ranked: Sequence[str]) -> Iterator[str]:
    """Yield the best-tied of each cluster in turn, so that a small one is seen beside a large one."""
    place = {node: number for number, node in enumerate(ranked)}
    sorted_clusters = (
        sorted((node for node in clusters[name] if node in place), key=place.__getitem__) for name in sorted(clusters)
    )
    for turn in zip_longest(*sorted_clusters):
        yield from (node for node in turn if node is not None)


def _lines(graph: nx.Graph[str], always: set[str], most: int) -> tuple[list[tuple[str, str]], int]:
    """Return the ties to draw: all, or so many of each node's strongest that the lines can still be told apart."""
    edges = list(graph.edges)
    if len(edges) <= most:
        return edges, 0
    ranked = _ranked(graph)
    kept: set[tuple[str, str]] = set()
    for strongest in range(STRONGEST, 0, -1):
        kept = {edge for best in ranked for edge in best[:strongest]}
        if len(kept) <= most:
            break
    kept |= {(one, other) for one, other in edges if one in always or other in always}
    return sorted(kept), strongest


def _ranked(graph: nx.Graph[str]) -> list[list[tuple[str, str]]]:
    """Return for each node its ties, the heaviest first, and of equal ones that which says most of both its ends."""
    strengths = {node: strength(graph, node) for node in graph}
    ranks = sorted(
        (-data["weight"], -data["weight"] / (strengths[one] + strengths[other] or 1), one, other)
        for one, other, data in graph.edges(data=True)
    )
    of: dict[str, list[tuple[str, str]]] = {node: [] for node in graph}
    for _, _, one, other in ranks:
        of[one].append((one, other))
        of[other].append((one, other))
    return list(of.values())


def strength(graph: nx.Graph[str], node: str) -> int:
    """Return the sum of the weights of a node's ties."""
    return int(graph.degree(node, weight="weight"))


def _weight(graph: nx.Graph[str], one: str, other: str) -> int:
    found = [graph.edges[a, b]["weight"] for a, b in ((one, other), (other, one)) if graph.has_edge(a, b)]
    return max(found, default=0)
