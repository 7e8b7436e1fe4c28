"""Where the nodes of a picture stand: tied ones near each other, none on another; the same every time."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
from numpy.typing import NDArray

ROOM = (58.0, 25.0)  # what a node with its label wants for itself, across and down
_ROUNDS = 160
_SEED = 7
_MIDDLE, _HOLD = "", 0.06  # what holds together parts that nothing ties, and how weakly

Places = dict[str, tuple[float, float]]


def place(graph: nx.Graph[str], width: float, height: float) -> Places:
    """Return a place within a frame for each node, wide of its neighbours."""
    nodes = sorted(graph)
    if len(nodes) < 2:
        return dict.fromkeys(nodes, (width / 2, height / 2))
    at = _fitted(_by_force(_pulls(graph, nodes), nodes), width, height)
    at = _apart(at, width, height)
    return {node: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(nodes, at, strict=True)}


def _pulls(graph: nx.Graph[str], nodes: list[str]) -> nx.Graph[str]:
    """Return the ties without direction, in a fixed order, heavy ones pulling more but never out of proportion."""
    most = max((data["weight"] for _, _, data in graph.edges(data=True)), default=1) or 1
    pulls: nx.Graph[str] = nx.Graph()
    pulls.add_nodes_from(nodes)
    ties = {(min(a, b), max(a, b)): float(data["weight"]) for a, b, data in graph.edges(data=True)}
    pulls.add_weighted_edges_from((a, b, 0.15 + (w / most) ** 1.5) for (a, b), w in sorted(ties.items()))
    pulls.add_weighted_edges_from((_MIDDLE, node, _HOLD) for node in nodes)
    return pulls


def _by_force(pulls: nx.Graph[str], nodes: list[str]) -> NDArray[np.float64]:
    start = {
        node: (math.cos(2 * math.pi * n / len(nodes)), math.sin(2 * math.pi * n / len(nodes)))
        for n, node in enumerate(nodes)
    }
    start[_MIDDLE] = (0.0, 0.0)
    near = nx.spring_layout(
        pulls, pos=start, fixed=[_MIDDLE], k=2.2 / math.sqrt(len(nodes)), iterations=250, seed=_SEED, weight="weight"
    )
    return np.array([near[node] for node in nodes], dtype=np.float64)


def _fitted(at: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """Stretch places to the frame: half by where they are, half by rank: one far off presses no others."""
    shares = np.empty_like(at)
    for axis in (0, 1):
        values = at[:, axis]
        spread = float(np.ptp(values)) or 1.0
        ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable") / (len(values) - 1)
        shares[:, axis] = 0.5 * (values - values.min()) / spread + 0.5 * ranks
    fitted: NDArray[np.float64] = shares * np.array([width, height])
    return fitted


def _apart(at: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """Push nodes from each other until each has its room, as far as the frame has any."""
    room = np.array(ROOM) * min(1.0, math.sqrt(0.55 * width * height / (len(at) * ROOM[0] * ROOM[1])))
    for _ in range(_ROUNDS):
        gaps = (at[:, None, :] - at[None, :, :]) / room
        far = np.sqrt((gaps**2).sum(axis=2))
        np.fill_diagonal(far, 9.0)
        same = far < 1e-6
        gaps[same] = (0.5, 0.5)
        push = np.where(far < 1.0, (1.0 - far) / np.maximum(far, 0.1), 0.0)
        if not push.any():
            break
        push = np.triu(push) + np.tril(push)
        signs = np.where(same, np.sign(np.arange(len(at))[:, None] - np.arange(len(at))[None, :]), 1.0)
        at = at + 0.45 * ((gaps * (push * signs)[:, :, None]).sum(axis=1) * room)
        at = np.clip(at, 0.0, [width, height])
    return at
