"""Drawing a network on the server, so that it is there without JavaScript: marks, lines and labels as numbers.

A mark tells by its shape what it is: a circle is a state, a square a forum, a diamond a text.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import networkx as nx

from webapp.views.choose import strength
from webapp.views.layout import place

WIDTH, HEIGHT = 880, 660
_MARGIN = (84, 28)
_LETTER, _LINE = 6.5, 15  # size of a letter and a line of the label font
_LETTERS = 30
_NUMBERED = 90  # lines at most of which the weights are written
_THIN, _THICK = 0.9, 6.0

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """A node: where it stands, how large it is, and its label, which hides where there is no room for it."""

    iri: str
    name: str
    kind: str
    group: str
    ties: int
    weight: int
    x: float
    y: float
    size: float
    label: str
    label_x: float
    label_y: float
    anchor: str
    hides: bool
    chosen: bool
    apart: bool  # not tied to what is chosen

    def path(self) -> str:
        """Return the outline of a square or diamond."""
        s = round(self.size * (0.9 if self.group == "forum" else 1.25), 1)
        if self.group == "forum":
            return f"M{-s} {-s}H{s}V{s}H{-s}Z"
        return f"M0 {-s}L{s} 0L0 {s}L{-s} 0Z"


@dataclass(frozen=True)
class Line:
    """A tie between two nodes; the number is written beside it where there is room."""

    one: str
    other: str
    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    weight: int
    why: str
    sure: bool
    chosen: bool
    number: tuple[float, float] | None


@dataclass(frozen=True)
class Picture:
    """What the templates draw."""

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    directed: bool
    width: int = WIDTH
    height: int = HEIGHT

    def groups(self) -> list[str]:
        """Return the kinds of marks that are in the picture."""
        return [group for group in ("state", "forum", "text") if any(mark.group == group for mark in self.marks)]


def picture(graph: nx.Graph[str], chosen: str = "", *, by_size: bool = False) -> Picture:
    """Lay a part of a network out; labels go to what is chosen and the best-tied first, where there is room.

    Lines that were added for what is chosen move nothing: who chooses a node finds it where it was.
    """
    steady = nx.restricted_view(graph, [], [(a, b) for a, b, data in graph.edges(data=True) if data["added"]])
    inner = place(steady, WIDTH - 2 * _MARGIN[0], HEIGHT - 2 * _MARGIN[1])
    at = {node: (x + _MARGIN[0], y + _MARGIN[1]) for node, (x, y) in inner.items()}
    values = {node: graph.nodes[node].get("size", 0) if by_size else strength(graph, node) for node in graph}
    most = max(values.values(), default=1) or 1
    sizes = {node: round(4.5 + 8.5 * math.sqrt(value / most), 1) for node, value in values.items()}
    near = {chosen, *nx.all_neighbors(graph, chosen)} if chosen in graph else set(graph)
    taken = {node: (x - sizes[node], y - sizes[node], x + sizes[node], y + sizes[node]) for node, (x, y) in at.items()}
    boxes = list(taken.values())
    marks = []
    for node in sorted(graph, key=lambda n: (n != chosen, n not in near, -values[n], n)):
        data = graph.nodes[node]
        label = shortened(data["short"])
        side = _room(boxes, at[node], sizes[node], label)
        label_x, label_y, anchor = side or (at[node][0] + sizes[node] + 4, at[node][1] + 4, "start")
        marks.append(
            Mark(
                node,
                data["name"],
                data["kind"],
                data["group"],
                graph.degree[node],
                strength(graph, node),
                *at[node],
                sizes[node],
                label,
                round(label_x, 1),
                round(label_y, 1),
                anchor,
                hides=side is None,
                chosen=node == chosen,
                apart=node not in near,
            )
        )
    return Picture(tuple(marks), tuple(_lines(graph, at, sizes, chosen, boxes)), graph.is_directed())


def shortened(name: str, letters: int = _LETTERS) -> str:
    """Return a name that is no longer than a label may be."""
    return name if len(name) <= letters else name[: letters - 1].rstrip(" ,:;(") + "…"


def _lines(
    graph: nx.Graph[str], at: dict[str, tuple[float, float]], sizes: dict[str, float], chosen: str, boxes: list[Box]
) -> list[Line]:
    edges = sorted(graph.edges(data=True), key=lambda e: (e[2]["weight"], e[0], e[1]))
    most = max((data["weight"] for _, _, data in edges), default=1) or 1
    lines = []
    for one, other, data in edges:
        start, end = _between(at[one], at[other], sizes[one], sizes[other] + (3 if graph.is_directed() else 0))
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        said = "; ".join([*data["why"], *(f"{why} (undetermined)" for why in data["perhaps"])])
        number = middle if len(edges) <= _NUMBERED and _free(boxes, middle, len(str(data["weight"]))) else None
        width = _THIN + (_THICK - _THIN) * (data["weight"] / most) ** 1.3 if most > 1 else 1.4
        lines.append(
            Line(
                one,
                other,
                *start,
                *end,
                round(width, 2),
                data["weight"],
                said,
                sure=bool(data["weight"]),
                chosen=chosen in (one, other),
                number=number and (round(number[0], 1), round(number[1] + 4, 1)),
            )
        )
    return lines


def _between(
    a: tuple[float, float], b: tuple[float, float], from_a: float, to_b: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where a line begins and ends that leaves two marks free."""
    far = math.dist(a, b) or 1.0
    if far <= from_a + to_b:
        return a, b
    x, y = (b[0] - a[0]) / far, (b[1] - a[1]) / far
    start = (round(a[0] + x * from_a, 1), round(a[1] + y * from_a, 1))
    return start, (round(b[0] - x * to_b, 1), round(b[1] - y * to_b, 1))


def _room(boxes: list[Box], at: tuple[float, float], size: float, label: str) -> tuple[float, float, str] | None:
    """Return where a label may stand beside its mark, and take the room; None where there is none."""
    (x, y), width = at, len(label) * _LETTER
    places = {
        "start": (x + size + 4, y + 4),
        "end": (x - size - 4, y + 4),
        "middle below": (x, y + size + 12),
        "middle above": (x, y - size - 5),
    }
    for side, (label_x, label_y) in places.items():
        left = label_x - {"start": 0.0, "end": width}.get(side, width / 2)
        box = (left, label_y - _LINE + 4, left + width, label_y + 3)
        if box[0] >= 2 and box[2] <= WIDTH - 2 and not any(_overlap(box, other) for other in boxes):
            boxes.append(box)
            return label_x, label_y, side.split()[0]
    return None


def _free(boxes: list[Box], middle: tuple[float, float], digits: int) -> bool:
    box = (middle[0] - 4 * digits - 2, middle[1] - 7, middle[0] + 4 * digits + 2, middle[1] + 7)
    if any(_overlap(box, other) for other in boxes):
        return False
    boxes.append(box)
    return True


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
