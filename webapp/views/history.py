"""What stands on a timeline: entries in lanes, each with its time as precise as the source, and how lanes are tied."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import queries
from graph.dates import Stated
from graph.terms import ID
from webapp.service import current_service
from webapp.words import section_title

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Entry:
    """One bar or mark: what it is, from when until when as stated, and when it was last seen so."""

    iri: str
    name: str
    start: Stated | None
    end: Stated | None = None
    still: Stated | None = None
    spans: bool = False  # whether it lasts: a bar, which is open where no end is on record
    note: str = ""
    numbers: tuple[int, int, int] | None = None  # of a ballot: yes, no, abstentions
    weight: int = 1  # how many acts or members one mark stands for

    def first(self) -> date | None:
        """Return the first day that the start can mean."""
        return self.start.bounds().first if self.start else None

    def last(self) -> date | None:
        """Return the last day that is on record."""
        known = self.end or self.still or self.start
        return known.bounds().last if known else None


@dataclass
class Lane:
    """A line of the picture: one thing or one kind of thing."""

    key: str
    name: str
    short: str
    entries: list[Entry] = field(default_factory=list)
    form: str = "marks"  # or "ballots"


@dataclass(frozen=True)
class Link:
    """A tie between two lanes: the first succeeds, is parallel to or an alternative to the second."""

    one: str
    relation: str
    other: str


@dataclass
class History:
    """All that is on record for one question, before years are chosen."""

    title: str
    lead: str
    lanes: list[Lane]
    links: list[Link] = field(default_factory=list)
    years: Mapping[int, int] = field(default_factory=dict)  # for columns: acts by year
    counted: str = ""  # what the columns count
    others: Mapping[str, str] = field(default_factory=dict)  # further choices: value and words


def stated(text: str | None) -> Stated | None:
    """Read a date of the graph; a month or year that a database wrote out keeps its precision."""
    return Stated.parse(text[:10]) if text else None


def _ask(name: str, **values: str) -> list[Row]:
    return queries.for_site(f"timeline_{name}").answer(current_service(), **values).rows


def processes(within: str) -> History:
    """Return processes with their sessions, how they stand to each other, and the ballots."""
    rows = _ask("processes")
    bodies = {str(row[3]): str(row[4]) for row in rows if row[3]}
    body = within if within in bodies else next((b for b in bodies if b == f"{ID}organisation/un"), "")
    lanes = {}
    for iri, name, short, of, _, kind, start, end, still in rows:
        if within != "all" and of != body:
            continue
        bar = Entry(
            str(iri),
            str(name),
            stated(start),
            stated(end),
            stated(still),
            spans=kind != "proposed process",
            note=kind or "",
        )
        lanes[str(iri)] = Lane(str(iri), str(name), str(short or name), [bar])
    for forum, iri, name, start, end in _ask("sessions"):
        if forum in lanes:
            lanes[forum].entries.append(Entry(str(iri), str(name), stated(start), stated(end), note="session"))
    links = [Link(str(a), str(r), str(b)) for a, r, b in _ask("lineage") if a in lanes and b in lanes]
    where = "all bodies" if within == "all" else bodies.get(body, "")
    _tell_apart(list(lanes.values()))
    history = History(
        f"Processes within {where}" if within != "all" else "Processes of all bodies",
        "Bars are processes, from their beginning to their end or to when they were last seen going on; marks in them "
        "are sessions. Lines lead from a process to what succeeded it.",
        list(lanes.values()),
        links,
        others={
            **{iri.removeprefix(ID): name for iri, name in sorted(bodies.items(), key=lambda b: b[1])},
            "all": "all bodies",
        },
    )
    if within != "all" and body == f"{ID}organisation/un":
        history.lanes.append(_ballots())
    return history


def _tell_apart(lanes: list[Lane]) -> None:
    """Give lanes with one abbreviation their years, as in GGE 2004-2005."""
    times = Counter(lane.short for lane in lanes)
    for lane in lanes:
        bar = lane.entries[0]
        if times[lane.short] > 1 and bar.start:
            lane.short += f" {bar.start.year}" + (f"\N{EN DASH}{bar.end.year}" if bar.end else "")


def _ballots() -> Lane:
    lane = Lane("ballots", "Ballots of the United Nations on record here", "Ballots", form="ballots")
    for iri, name, text, when, mode, yes, no, abstain in _ask("ballots"):
        known = yes is not None and no is not None
        numbers = (int(yes or 0), int(no or 0), int(abstain or 0)) if known else None
        said = (
            f"{yes} yes, {no} no, {abstain if abstain is not None else 'number not recorded'} abstaining"
            if known
            else mode
        )
        note = "; ".join(part for part in (said or "how it was taken is not recorded", text) if part)
        lane.entries.append(Entry(str(iri), str(name), stated(when), note=note, numbers=numbers))
    return lane


def votes(within: str) -> History:
    """Return the ballots alone."""
    del within
    return History(
        "Ballots on cyber matters",
        "Each ballot on record, on drafts and paragraphs too: votes in favour above the line, against below it, and "
        "abstentions below those, lighter. A hollow mark: adopted without a vote, or numbers not recorded.",
        [_ballots()],
    )


def attributions(within: str) -> History:
    """Return acts by year, and the arrangements by which several spoke."""
    del within
    waves: dict[str, Lane] = {}
    years: Counter[int] = Counter()
    seen: set[str | None] = set()
    loose = Lane("undated", "Acts without a date on record", "Undated")
    for iri, name, speaker, when, wave, wave_name in _ask("attributions"):
        time = stated(when)
        entry = Entry(str(iri), str(name), time, note=speaker or "")
        if wave:
            waves.setdefault(wave, Lane(wave, str(wave_name), str(wave_name))).entries.append(entry)
        if iri not in seen:
            seen.add(iri)
            years.update([time.year] if time else [])
            loose.entries.extend([] if time else [entry])
    lanes = sorted(waves.values(), key=lambda lane: (min(str(e.start) for e in lane.entries), lane.name))
    return History(
        "Official attributions, and those made by arrangement",
        "Columns count acts of attribution on record here, by the year in which they were made. Below them, the "
        "arrangements by which several spoke: one mark an act. An act says who spoke, not who did it.",
        [*lanes, *([loose] if loose.entries else [])],
        years=years,
        counted="acts on record here",
    )


def memberships(within: str) -> History:
    """Return when members came, forum by forum."""
    del within
    lanes: dict[str, Lane] = {}
    for iri, name, short, when, members in _ask("memberships"):
        lane = lanes.setdefault(str(iri), Lane(str(iri), str(name), str(short or name)))
        count = int(members or 0)
        said = f"{count} {'membership' if count == 1 else 'memberships'} that began then"
        lane.entries.append(Entry(str(iri), str(name), stated(when), note=said, weight=count))
    _tell_apart(list(lanes.values()))
    several = [lane for lane in lanes.values() if sum(e.weight for e in lane.entries) > 1]
    return History(
        "When members came to forums",
        "One line a forum; the larger a mark, the more memberships on record began then.",
        several,
    )


def life(thing: str, name: str) -> History:
    """Return what is on record of one thing, kind by kind."""
    lanes: dict[tuple[str, str], Lane] = {}
    for iri, label, role, start, end, still in _ask("life", thing=thing):
        kind = str(iri).removeprefix(ID).split("/")[0]
        title = section_title(kind, str(role))
        spans = kind in ("membership", "office")
        own = str(label or iri).removeprefix(f"{name}: ")
        key = (title, f"{stated(start) or '9'} {iri}") if spans else (title, str(role))
        lane = lanes.setdefault(key, Lane(" ".join(key), title, own if spans else title))
        lane.entries.append(Entry(str(iri), str(label or iri), stated(start), stated(end), stated(still), spans=spans))
    return History(
        f"{name}, in time",
        "What is on record here, kind by kind: marks are acts and events, bars are what lasts. A bar without an end on "
        "record fades after it was last seen so.",
        [lanes[key] for key in sorted(lanes)],
    )


ABOUT: Mapping[str, tuple[str, Callable[[str], History]]] = {
    "processes": ("Processes", processes),
    "votes": ("Votes", votes),
    "attributions": ("Attributions", attributions),
    "memberships": ("Memberships", memberships),
}


def undated(history: History) -> dict[str, int]:
    """Return how many entries of each lane have no date on record, and so no place in the picture."""
    found: dict[str, int] = defaultdict(int)
    for lane in history.lanes:
        for entry in lane.entries:
            found[lane.name] += entry.weight if entry.start is None else 0
    return {name: count for name, count in found.items() if count}
