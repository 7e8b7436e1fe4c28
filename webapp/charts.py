"""Charts drawn on the server: bars beside names, columns over years; as numbers for `templates/charts.html`.

A chart of bars is a table whose cells hold their bars; columns over years have a table beside them. So both tell all
they show without the picture. Measures are shares of the width there is: a phone shows letters as large as a desk.

    charts.bars([("Estonia", 12), ("Brazil", 9)], "state", "forums")
    charts.columns({2019: 4, 2021: 11}, "acts on record here")
    charts.of(table)  # what can be drawn of an answer, or None
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from queries import Table

MOST_BARS = 60
MOST_YEARS = 150
HEIGHT = 240  # of the columns, without what stands below them
_LABELS, _LABELS_ON_A_PHONE = 16, 6  # years that are named below the columns
_TIMES = re.compile(r"year|date|start|since|from|first|begin|end|until|last|when|day|on", re.IGNORECASE)
_YEAR = re.compile(r"(\d{4})(?:-\d\d(?:-\d\d(?:T.*)?)?)?Z?")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, how much, and how long it is in hundredths of the room there is."""

    label: str
    value: str
    share: float
    negative: bool = False


@dataclass(frozen=True)
class Bars:
    """A chart of horizontal bars, and how many there was no room for."""

    of: str
    what: str
    bars: tuple[Bar, ...]
    left_out: int

    form = "bars"


@dataclass(frozen=True)
class Column:
    """One column: its year, how much, where it stands (hundredths of the width) and how high it is (pixels)."""

    year: int
    value: str
    x: float
    width: float
    middle: float
    y: float
    height: float
    named: str  # whether its year is written below: "always", "desk" (not on a phone), or ""


@dataclass(frozen=True)
class Tick:
    """A line across, and the number it stands for."""

    y: float
    value: str


@dataclass(frozen=True)
class Columns:
    """A chart of columns over years; a year without a column has nothing in the answer."""

    what: str
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    summary: str

    form = "columns"


Chart = Bars | Columns


def bars(rows: Sequence[tuple[str, float]], of: str, what: str) -> Bars:
    """Return bars for names and numbers, in the order given; the longest fills the width."""
    most = max((abs(value) for _, value in rows), default=0) or 1
    drawn = tuple(Bar(label, said(v), round(100 * abs(v) / most, 2), v < 0) for label, v in rows[:MOST_BARS])
    return Bars(of, what, drawn, len(rows) - len(drawn))


def columns(values: Mapping[int, float], what: str) -> Columns:
    """Return columns for years and numbers that are not below nought."""
    first, last = min(values), max(values)
    step = 100 / (last - first + 1)
    top = _round_up(max(values.values()))
    every, on_a_phone = (_every(last - first + 1, most) for most in (_LABELS, _LABELS_ON_A_PHONE))
    drawn = []
    for year, value in sorted(values.items()):
        x, height = (year - first) * step, HEIGHT * value / top
        named = "" if (year - first) % every else "desk" if (year - first) % on_a_phone else "always"
        drawn.append(
            Column(
                year,
                said(value),
                round(x + step * 0.1, 3),
                round(step * 0.8, 3),
                round(x + step / 2, 3),
                round(HEIGHT - height, 1),
                round(height, 1),
                named,
            )
        )
    ticks = tuple(Tick(round(HEIGHT * (1 - share), 1), said(top * share)) for share in (0.5, 1))
    peak = max(values, key=lambda year: values[year])
    summary = f"{what}, {first} to {last}; most in {peak}: {said(values[peak])}" if last > first else what
    return Columns(what, tuple(drawn), ticks, summary)


def of(table: Table) -> Chart | None:
    """Return what an answer can be drawn as: numbers over years, numbers beside names, or its rows counted by year."""
    places = range(len(table.columns))
    times = [place for place in places if _is_time(table, place)]
    numbers = [place for place in places if place not in times and _is_number(table, place)]
    if numbers:
        names = [place for place in places if place not in numbers]
        return _over_years(table, times, numbers[0]) or _beside_names(table, names, numbers[0])
    if times:
        years = Counter(_year(row[times[0]]) for row in table.rows if row[times[0]])
        return _within(years, f"rows of this answer by year of {_words(table, times[0])}")
    return None


def said(value: float) -> str:
    """Return a number as people write it."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def is_number(text: str) -> bool:
    """Tell whether a value is written as a number."""
    return bool(_NUMBER.fullmatch(text))


def _over_years(table: Table, times: Sequence[int], number: int) -> Columns | None:
    """Return numbers over the years of the first time there is; but not where a year has several."""
    found = [
        (_year(row[times[0]]), _number(row[number])) for row in table.rows if times and row[times[0]] and row[number]
    ]
    values = dict(found)
    if not found or len(values) < len(found) or min(values.values()) < 0:
        return None
    return _within(values, _words(table, number))


def _within(values: Mapping[int, float], what: str) -> Columns | None:
    return columns(values, what) if max(values) - min(values) < MOST_YEARS else None


def _beside_names(table: Table, names: Sequence[int], number: int) -> Bars:
    """Return bars beside the names of rows; a name that several rows have, with all else that the row says."""
    rows = [row for row in table.rows if row[number]]
    called = [_name(row, names) for row in rows]
    times = Counter(called)
    labels = [
        " · ".join(row[place] or "" for place in names) if times[name] > 1 else name
        for row, name in zip(rows, called, strict=True)
    ]
    values = [_number(row[number]) for row in rows]
    of_what = _words(table, names[0]) if names else "row"
    return bars(list(zip(labels, values, strict=True)), of_what, _words(table, number))


def _name(row: tuple[str | None, ...], names: Sequence[int]) -> str:
    """Return the first text of a row that is no address, or else its first."""
    texts = [text for place in names if (text := row[place])]
    return next((text for text in texts if "://" not in text), texts[0] if texts else "not named")


def _is_time(table: Table, place: int) -> bool:
    found = [row[place] for row in table.rows if row[place]]
    if not found or not all(_YEAR.fullmatch(str(value)) for value in found):
        return False
    plain = any(len(str(value)) == 4 for value in found)
    return not plain or bool(_TIMES.search(table.columns[place]))


def _is_number(table: Table, place: int) -> bool:
    found = [row[place] for row in table.rows if row[place]]
    return bool(found) and all(is_number(str(value)) for value in found)


def _words(table: Table, place: int) -> str:
    return table.columns[place].replace("_", " ")


def _year(value: str | None) -> int:
    return int(str(value)[:4])


def _number(value: str | None) -> float:
    return float(str(value))


def _every(years: int, most: int) -> int:
    """Return how many years lie between two that are named, so that no more are named than there is room for."""
    return next((step for step in (1, 2, 5, 10, 20, 50) if years / step <= most), 100)


def _round_up(value: float) -> float:
    """Return the next number above that halves well: 1, 2, 4, 6, 8, 10, 20 ..."""
    if value <= 0:
        return 1
    power = 10 ** (len(str(int(value))) - 1) if value >= 1 else 1
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if value <= step * power)
