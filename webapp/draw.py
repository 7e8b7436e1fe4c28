"""Drawing the network on the server, so that it is there without JavaScript: circles, lines and labels as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from graph.network import Part
from webapp.things import local

WIDTH, HEIGHT = 1120, 720
_MARGIN_X, _MARGIN_Y = 250, 40
_LETTER, _LINE = 6.4, 15  # size of a letter and a line of the label font
_LETTERS = 34


@dataclass(frozen=True)
class Node:
    """A circle with its label; `right` tells on which side the label stands, None that there is no room for it."""

    iri: str
    href: str
    name: str
    kind: str
    degree: int
    x: float
    y: float
    radius: float
    right: bool | None
    label: str
    ties: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A tie between two nodes."""

    x1: float
    y1: float
    x2: float
    y2: float
    relation: str


@dataclass(frozen=True)
class Picture:
    """What the template draws."""

    nodes: list[Node]
    lines: list[Line]
    left_out: int


def picture(part: Part) -> Picture:
    """Lay a part of the network out on the page; labels go to the best-tied nodes first, where there is room."""
    at = {
        node: (_MARGIN_X + x * (WIDTH - 2 * _MARGIN_X), _MARGIN_Y + y * (HEIGHT - 2 * _MARGIN_Y))
        for node, (x, y) in part.positions.items()
    }
    taken: list[tuple[float, float, float, float]] = []
    nodes = []
    order = sorted(
        part.graph, key=lambda node: (part.graph.nodes[node]["kind"] == "state", -part.graph.degree[node], node)
    )
    for node in order:
        data, degree = part.graph.nodes[node], part.graph.degree[node]
        x, y = at[node]
        radius = 3.5 + min(9.0, degree**0.5) * (0.5 if data["kind"] == "state" else 1.0)
        short = data["short"]
        label = short if len(short) <= _LETTERS else short[: _LETTERS - 1].rstrip() + "…"
        right = _room(taken, x, y, radius, label)
        ties = tuple(part.graph.nodes[other]["name"] for other in sorted(part.graph[node]))
        nodes.append(
            Node(
                node,
                local(node),
                data["name"],
                data["kind"],
                degree,
                round(x, 1),
                round(y, 1),
                round(radius, 1),
                right,
                label,
                ties,
            )
        )
    lines = []
    for a, b in sorted((min(edge), max(edge)) for edge in part.graph.edges):
        (x1, y1), (x2, y2) = at[a], at[b]
        relation = part.graph.edges[a, b]["relation"]
        lines.append(Line(round(x1, 1), round(y1, 1), round(x2, 1), round(y2, 1), relation))
    return Picture(nodes, lines, part.left_out)


def _room(taken: list[tuple[float, float, float, float]], x: float, y: float, radius: float, name: str) -> bool | None:
    width = len(name) * _LETTER
    for right in (x > WIDTH / 2, x <= WIDTH / 2):
        left = x + radius + 4 if right else x - radius - 4 - width
        box = (left, y - _LINE / 2, left + width, y + _LINE / 2)
        inside = box[0] >= 0 and box[2] <= WIDTH
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            return right
    return None


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
