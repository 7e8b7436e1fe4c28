"""Drawing the world as tiles, one a state: small states are as visible as large ones, and no boundary is drawn.

`draw` knows nothing of where values come from: whoever has a category for each state gets a picture of it, which
`templates/tilemap.html` puts on a page and `templates/tilemap.svg` into a file. What tells categories apart is never
the colour alone: each look has a pattern of its own, and may have a sign in the tile.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graph.terms import thing
from webapp.things import local

PITCH = 40  # from one tile to the next, in units of the picture
SIDE = 37  # of a tile
LOOKS = ("full", "stripes", "dots", "lines", "cross", "bars", "rings")  # for values, the strongest first
NO, PERHAPS, NOTHING = "no", "perhaps", "nothing"  # for a known no, what is undetermined, and what is not recorded
_FOLDER = Path(__file__).resolve().parent.parent
_APART = (17, 18, 8)  # column and row at which tiles without a place in the world begin, and how many go in a row
_COLOUR = re.compile(r"--([a-z]+): (?:light-dark\()?(#[0-9a-f]{6})")


@dataclass(frozen=True)
class Category:
    """What a tile can say: a key for the caller, words for the reader, a look, and a sign to print in the tile."""

    key: str
    label: str
    look: str
    sign: str = ""


@dataclass(frozen=True)
class Tile:
    """One state: where its tile is, how it looks, and what it says when asked."""

    code: str
    name: str
    href: str
    x: int
    y: int
    look: str
    sign: str
    title: str


@dataclass(frozen=True)
class Key:
    """A line of the legend: a category with the number of its tiles."""

    category: Category
    count: int


@dataclass(frozen=True)
class Picture:
    """What the templates draw."""

    tiles: tuple[Tile, ...]
    legend: tuple[Key, ...]
    width: int
    height: int
    apart: tuple[int, int] | None  # where the words above the tiles without a place in the world stand, if any

    def looks(self) -> list[str]:
        """Return the looks that are in the picture, each once."""
        return list(dict.fromkeys(key.category.look for key in self.legend))


OTHERS = Category("", "no row", NOTHING)
VOTES = (  # a vote looks the same on every map
    Category("yes", "yes", "full", "Y"),
    Category("no", "no", "stripes", "N"),
    Category("abstain", "abstain", "dots", "A"),
    Category("not voting", "not voting", "lines", "–"),
)


def draw(
    values: Mapping[str, str],
    categories: Sequence[Category],
    names: Mapping[str, str],
    *,
    notes: Mapping[str, str] | None = None,
    others: Category = OTHERS,
) -> Picture:
    """Return a picture of values: the key of a category by the code of a state, as in `state/EST`.

    A state of the world without a value is in the category `others`. A code without a place in the world, of a former
    state or another participant, has a tile apart, where it has a value. The legend has the categories in their order,
    without those of no tile; a note is added to what the tile says. A tile is a link where the state has a name here.
    """
    known = {category.key: category for category in (*categories, others)}
    told = {code: values.get(code, others.key) for code in places()}
    apart = {code: values[code] for code in sorted(values) if code not in places()}
    cells = {**places(), **{code: _apart(n) for n, code in enumerate(apart)}}
    tiles = [
        _tile(code, known[key], cells[code], names.get(code, ""), (notes or {}).get(code, ""))
        for code, key in {**told, **apart}.items()
    ]
    counts = Counter(known[key].label for key in (*told.values(), *apart.values()))
    lines = {category.label: category for category in reversed(known.values())}  # several may share a line
    legend = tuple(Key(lines[label], counts[label]) for label in reversed(lines) if counts[label])
    columns, rows = (1 + max(cell[axis] for cell in cells.values()) for axis in (0, 1))
    words = (_APART[0] * PITCH, _APART[1] * PITCH - 7) if apart else None
    tiles.sort(key=lambda tile: (tile.y, tile.x))
    return Picture(tuple(tiles), legend, columns * PITCH, rows * PITCH, words)


def categories_of(labels: Iterable[str]) -> tuple[Category, ...]:
    """Return a category for each of some words, the most frequent first; where there are many, the rest share one."""
    return in_order([label for label, _ in sorted(Counter(labels).items(), key=lambda pair: (-pair[1], pair[0]))])


def in_order(labels: Sequence[str], skip: int = 0) -> tuple[Category, ...]:
    """Return a category for each of some words, with the looks in their order without the first so many."""
    looks = LOOKS[min(skip, len(LOOKS) - 1) :]
    own = len(looks) - 1 if len(labels) > len(looks) else len(labels)
    return tuple(
        Category(label, label if n < own else "another answer", looks[min(n, own)]) for n, label in enumerate(labels)
    )


@cache
def places() -> Mapping[str, tuple[int, int]]:
    """Return column and row of each member and observer of the United Nations, by its code."""
    with (_FOLDER / "tiles.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


@cache
def style() -> str:
    """Return the style of a picture in a file of its own, in the light colours as such: few programs know variables."""
    found = _COLOUR.findall((_FOLDER / "static" / "style.css").read_text(encoding="utf-8"))
    colours = dict(reversed(found))  # the first of a name counts
    text = (_FOLDER / "static" / "tilemap.css").read_text(encoding="utf-8").partition("/* On pages only */")[0]
    text = text.replace("var(--sans)", "Inter, system-ui, sans-serif").replace("var(--serif)", "Georgia, serif")
    return re.sub(r"var\(--([a-z]+)\)", lambda match: colours[match[1]], text)


def _apart(number: int) -> tuple[int, int]:
    column, row, across = _APART
    return column + number % across, row + number // across


def _tile(code: str, category: Category, cell: tuple[int, int], name: str, note: str) -> Tile:
    title = f"{name or code}: {category.label}" + (f" ({note})" if note else "")
    x, y = (place * PITCH for place in cell)
    href = local(thing("state", code)) if name else ""
    return Tile(code, name or code, href, x, y, category.look, category.sign, title)
