"""What holds for a page on any kind of thing: when what leads to it was, its neighbours, and the sources of it all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from graph.terms import ID
from webapp.profiles import near
from webapp.profiles.parts import Grid
from webapp.profiles.subject import Subject
from webapp.things import Value, readable
from webapp.told import Lead

LONGEST = 30  # years that a timeline draws; what was earlier is counted beside it
FOR_EVENTS = {"completeness", "count", "source", "relation", "evidence", "provision"}  # when said, not when it was
SOURCES_OPEN = 10


@dataclass(frozen=True)
class Mark:
    """How many claims a lane has in a year: where it stands and how wide (hundredths), how high (pixels)."""

    year: int
    number: int
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Lane:
    """The claims of one section over the years."""

    title: str
    anchor: str
    marks: tuple[Mark, ...]
    earlier: int
    numbers: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Timeline:
    """Lanes under one scale of years."""

    first: int
    last: int
    lanes: tuple[Lane, ...]
    years: tuple[tuple[int, float, str], ...]  # those that are named, where they stand, and on which screens


@dataclass(frozen=True)
class Cited:
    """A source of the page: what it is, and how many of the claims rest on it."""

    source: Value
    publisher: str
    rank: str
    opened: str
    address: str
    claims: int


def timeline(leads: tuple[Lead, ...]) -> Timeline | None:
    """Return when what leads to a thing was; None where fewer than three claims have a date."""
    dated = [lead for lead in leads if lead.years and lead.kind not in FOR_EVENTS]
    years = sorted({year for lead in dated for year, _ in lead.years})
    if sum(number for lead in dated for _, number in lead.years) < 3 or len(years) < 2:
        return None
    last = years[-1]
    first = max(years[0], last - LONGEST + 1)
    step = 100 / (last - first + 1)
    most = max(number for lead in dated for year, number in lead.years if year >= first)
    lanes = tuple(_lane(lead, first, step, most) for lead in dated)
    return Timeline(first, last, lanes, _named(first, last, step))


HIGH = 22  # pixels of a lane


def _lane(lead: Lead, first: int, step: float, most: int) -> Lane:
    marks = []
    for year, number in lead.years:
        if year >= first:
            height = round(max(4, HIGH * (number / most) ** 0.5), 1)  # by root, so that one beside fifty is seen
            x = round((year - first) * step + step * 0.12, 3)
            marks.append(Mark(year, number, x, round(step * 0.76, 3), round(HIGH - height, 1), height))
    earlier = sum(number for year, number in lead.years if year < first)
    return Lane(lead.title, lead.anchor, tuple(marks), earlier, lead.years)


def _named(first: int, last: int, step: float) -> tuple[tuple[int, float, str], ...]:
    """Return the years that are written below: all of few, every fifth of many, and fewer on a phone."""
    every = 1 if last - first < 10 else 5
    return tuple(
        (year, round((year - first + 0.5) * step, 3), "always" if year % 10 == 0 or last - first < 5 else "desk")
        for year in range(first, last + 1)
        if year % every == 0
    )


def sources(subject: Subject) -> list[Cited]:
    """Return the sources of a thing and of all that leads to it, those with most claims first."""
    rows = subject.ask("page_sources", thing=subject.iri)
    return [
        Cited(
            Value(row.get("title") or subject.word(row["source"]), subject.value(row["source"]).href),
            row.get("publisher", ""),
            row.get("rank", ""),
            readable(row.get("opened", "")),
            row.get("address", ""),
            int(row["claims"]),
        )
        for row in rows
    ]


def ranks(cited: list[Cited]) -> list[tuple[str, int]]:
    """Return how many of the sources have which rank."""
    found = Counter(source.rank for source in cited)
    return sorted(((rank, number) for rank, number in found.items()), key=lambda pair: pair[0] or "9")


_SHARED = (
    "Forums in which both take part as of the data date, disputed memberships left out. "
    "The number leads to the comparison."
)
_ALIKE = (
    "Of its own final recorded votes on whole texts, yes, no or abstained; texts adopted without a vote count as "
    "neither. More states may be as near: a dozen stand here."
)
_COMMON = "Actors that take part in both as of the data date; the share is of all who take part in one or the other."


def beside_state(subject: Subject) -> list[Grid]:
    """Return the states that share most forums with a state, and those that voted as it did."""
    slug = subject.iri.removeprefix(f"{ID}state/")
    found = []
    if rows := subject.ask("shared_forums", state=subject.iri):
        shared = tuple(
            ((subject.value(row["other"]),), (_compared(slug, row["other"], row["shared"]),)) for row in rows
        )
        found.append(Grid("Share most forums with it", ("state", "forums shared"), shared, _SHARED))
    if rows := [row for row in subject.ask("voted_alike", state=subject.iri) if row.get("other") != subject.iri]:
        alike = tuple(((subject.value(row["other"]),), (f"{row['same']} of {row['of']}",)) for row in rows)
        found.append(Grid("Cast the same vote most often", ("state", "same vote"), alike, _ALIKE))
    return found


def beside_forum(subject: Subject) -> list[Grid]:
    """Return the forums that have most of their members in common with a forum."""
    rows = [row for row in subject.ask("shared_members", forum=subject.iri) if row.get("other")]
    near = tuple(
        ((subject.value(row["other"]),), (row["shared"],), (row["size"],), (f"{row['percent']} %",)) for row in rows
    )
    columns = ("forum", "in both", "in that forum", "share")
    return [Grid("Have most members in common with it", columns, near, _COMMON)] if near else []


def _compared(slug: str, other: str, words: str) -> Value:
    return Value(words, f"/compare?state={slug}&state={other.removeprefix(f'{ID}state/')}", language="en")


BESIDE = {"state": beside_state, "forum": beside_forum, "organisation": beside_forum}


def neighbours(subject: Subject) -> list[Grid]:
    """Return what a thing shares most with, by kind."""
    asked = [kinds[subject.kind] for kinds in (BESIDE, near.BESIDE) if subject.kind in kinds]
    return [grid for beside in asked for grid in beside(subject)]
