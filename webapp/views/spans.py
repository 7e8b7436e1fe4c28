"""Drawing a timeline on the server: lanes, bars and marks as numbers; no mark says more of a date than its source.

A day is a dot; a month or a year is a pale bar as long as the month or the year. Where a process began "in 2019", its
bar is pale through 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.dates import Stated
from webapp.views.history import Entry, History, Lane

WIDTH = 1120
LEFT, RIGHT = 284, 24  # room for the names of lanes, and after the last year
LANE, BALLOTS, COLUMNS, HEAD = 30, 170, 120, 30
DOT = 4.5
_LETTERS = 42


@dataclass(frozen=True)
class Piece:
    """A piece of a bar or a mark: solid where the source is sure, pale where it is not, fading where nobody says."""

    form: str  # dot, solid, pale, fading, yes, no, abstain, hollow, column
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawn:
    """One entry with its pieces and what it says when asked."""

    entry: Entry
    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Band:
    """A lane as drawn."""

    lane: Lane
    label: str
    y: float
    height: float
    drawn: tuple[Drawn, ...]
    out: int  # entries that have a date outside the years shown


@dataclass(frozen=True)
class Arc:
    """A line that leads from one lane to another, with the words for it."""

    path: str
    form: str
    title: str


@dataclass(frozen=True)
class Picture:
    """What the templates draw."""

    bands: tuple[Band, ...]
    arcs: tuple[Arc, ...]
    ticks: tuple[tuple[float, int], ...]
    columns: tuple[Drawn, ...]
    column_ticks: tuple[tuple[float, int], ...]
    height: float
    width: int = WIDTH
    left: int = LEFT


class Scale:
    """From a day to a place across."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = date(first, 1, 1), date(last, 12, 31)
        self._unit = (WIDTH - LEFT - RIGHT) / ((self.last - self.first).days + 1)

    def start(self, day: date) -> float:
        """Return where a day begins, kept within the years shown."""
        return round(LEFT + self._unit * (min(max(day, self.first), self.last) - self.first).days, 1)

    def end(self, day: date) -> float:
        """Return where a day ends."""
        return round(LEFT + self._unit * ((min(max(day, self.first), self.last) - self.first).days + 1), 1)

    def shows(self, first: date, last: date) -> bool:
        """Tell whether some of a time is within the years shown."""
        return first <= self.last and last >= self.first


def draw(history: History, first: int, last: int, now: date) -> Picture:
    """Return the picture of the years from one to another; what lasts without an end is drawn until now."""
    scale, top = Scale(first, last), float(HEAD)
    columns, column_ticks = _columns(history.years, scale, first, last)
    top += COLUMNS if columns else 0
    bands = []
    for lane in history.lanes:
        height = BALLOTS if lane.form == "ballots" else LANE
        drawn = [_entry(entry, lane, scale, top, now) for entry in lane.entries if entry.start]
        shown = tuple(sorted((one for one in drawn if one), key=lambda one: one.pieces[0].form in ("dot", "session")))
        if shown:
            bands.append(Band(lane, _cut(lane.short), top, height, shown, len(drawn) - len(shown)))
            top += height
    arcs = _arcs(history, {band.lane.key: band for band in bands}, scale, now)
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (last - first + 1) / step <= 16)
    ticks = tuple((scale.start(date(year, 1, 1)), year) for year in range(first, last + 1) if year % every == 0)
    return Picture(tuple(bands), arcs, ticks, columns, column_ticks, top + 8)


def _cut(name: str) -> str:
    return name if len(name) <= _LETTERS else name[: _LETTERS - 1].rstrip(" ,:;(") + "…"


def _entry(entry: Entry, lane: Lane, scale: Scale, top: float, now: date) -> Drawn | None:
    if entry.start is None:
        return None
    begin = entry.start.bounds()
    last = max(now, begin.last) if entry.spans and not entry.end else (entry.end or entry.start).bounds().last
    if not scale.shows(begin.first, last):
        return None
    if lane.form == "ballots":
        pieces = _ballot(entry, entry.start, scale, top)
    elif entry.spans:
        pieces = _bar(entry, entry.start, scale, top, now)
    else:
        pieces = _mark(entry, entry.start, scale, top)
    return Drawn(entry, f"{entry.name}: {said(entry)}" + (f"; {entry.note}" if entry.note else ""), tuple(pieces))


def said(entry: Entry) -> str:
    """Return the time of an entry in words that can be cited."""
    if entry.start is None:
        return "no date on record"
    if entry.end:
        return str(entry.start) if str(entry.end) == str(entry.start) else f"{entry.start} to {entry.end}"
    if not entry.spans:
        return str(entry.start)
    return f"from {entry.start}, " + (f"last seen so on {entry.still}" if entry.still else "no end on record")


def _bar(entry: Entry, start: Stated, scale: Scale, top: float, now: date) -> list[Piece]:
    """Return a bar: pale while it may have begun or ended, solid while it surely went on, fading where nobody says."""
    y, height = top + 8, LANE - 16.0
    sure_from = start.bounds().last
    known = entry.end or entry.still
    sure_to = known.bounds().first if known else sure_from
    stretches = [("pale", start.bounds().first, sure_from)] if start.day is None else []
    if sure_to >= sure_from:
        stretches.append(("solid", sure_from, sure_to))
    if entry.end and entry.end.day is None:
        stretches.append(("pale", entry.end.bounds().first, entry.end.bounds().last))
    elif not entry.end:
        stretches.append(("fading", max(sure_to, sure_from), max(now, sure_from)))
    return [
        Piece(form, scale.start(a), y, round(max(scale.end(b) - scale.start(a), 2.0), 1), height)
        for form, a, b in stretches
        if scale.shows(a, b)
    ]


def _mark(entry: Entry, start: Stated, scale: Scale, top: float) -> list[Piece]:
    bounds, middle = start.bounds(), top + LANE / 2
    size = DOT if entry.weight == 1 else min(12.0, DOT + 0.9 * (entry.weight - 1) ** 0.6)
    if start.day is None:
        width = max(scale.end(bounds.last) - scale.start(bounds.first), 3.0)
        return [Piece("pale", scale.start(bounds.first), middle - size, round(width, 1), 2 * size)]
    across = scale.start(bounds.first)
    if entry.end and entry.end != start:
        wide = round(max(scale.end(entry.end.bounds().last) - across, 2.5), 1)
        return [Piece("session", across, middle - 8, wide, 16)]
    return [Piece("dot", across, middle, size, size)]


def _ballot(entry: Entry, start: Stated, scale: Scale, top: float) -> list[Piece]:
    """Return a ballot: in favour above the line, against and then abstaining below it."""
    axis, unit = top + BALLOTS * 0.62, BALLOTS * 0.55 / 193
    bounds = start.bounds()
    across = scale.start(bounds.first)
    width = 4.0 if start.day else max(4.0, round(scale.end(bounds.last) - across, 1))
    if entry.numbers is None:
        return [Piece("hollow", across, axis, DOT, DOT)]
    yes, no, abstain = (round(unit * number, 1) for number in entry.numbers)
    pale = "" if start.day else " pale"
    return [
        Piece(f"yes{pale}", across, axis - yes, width, yes),
        Piece(f"no{pale}", across, axis, width, no),
        Piece(f"abstain{pale}", across, axis + no, width, abstain),
    ]


def _columns(
    years: Mapping[int, int], scale: Scale, first: int, last: int
) -> tuple[tuple[Drawn, ...], tuple[tuple[float, int], ...]]:
    shown = {year: count for year, count in sorted(years.items()) if first <= year <= last}
    if not shown:
        return (), ()
    most, foot = max(shown.values()), float(HEAD + COLUMNS - 16)
    room = COLUMNS - 34
    drawn = []
    for year, count in shown.items():
        a, b = scale.start(date(year, 1, 1)), scale.end(date(year, 12, 31))
        height = round(room * count / most, 1)
        piece = Piece("column", round(a + (b - a) * 0.12, 1), foot - height, round((b - a) * 0.76, 1), height)
        drawn.append(Drawn(Entry("", str(year), None, weight=count), f"{year}: {count}", (piece,)))
    return tuple(drawn), ((foot, 0), (foot - room, most))


def _arcs(history: History, bands: Mapping[str, Band], scale: Scale, now: date) -> tuple[Arc, ...]:
    arcs = []
    for link in history.links:
        if link.one not in bands or link.other not in bands:
            continue
        later, earlier = bands[link.one], bands[link.other]
        to, begin = _point(later, scale, now)[0], _point(earlier, scale, now)
        from_x = begin[1] if link.relation == "succeeds" else begin[0]
        a, b = earlier.y + LANE / 2, later.y + LANE / 2
        path = f"M{from_x} {a}C{from_x + 14} {a} {to - 14} {b} {to} {b}"
        words = f"{later.lane.name} {link.relation} {earlier.lane.name}"
        arcs.append(Arc(path, "follows" if link.relation == "succeeds" else "beside", words))
    return tuple(arcs)


def _point(band: Band, scale: Scale, now: date) -> tuple[float, float]:
    first: Entry = band.drawn[0].entry
    begin = first.first() or now
    return scale.start(begin), scale.end(first.last() or begin)


def span(lanes: Sequence[Lane], now: date) -> tuple[int, int]:
    """Return the first and last year of which there is something, no earlier than a lifetime ago."""
    starts = [day.year for lane in lanes for entry in lane.entries if (day := entry.first())]
    ends = [day.year for lane in lanes for entry in lane.entries if (day := entry.last())]
    return max(min(starts, default=now.year), now.year - 80), max([*ends, now.year])
