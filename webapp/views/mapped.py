"""What a map tells: one answer for each state, with its evidence, from the rows of a query.

A state that is on no list is *not recorded*, unless the list is known to be complete: only then it is a no.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import queries
from graph.terms import ID, thing
from queries import BadParameter, Table
from webapp.things import NoSuchThing, local, readable, short
from webapp.views import tilemap
from webapp.views.tilemap import Category, Picture

_STATES = f"{ID}state/"
_FIRM = {"yes": 0, "undetermined": 1, "no": 2}
# Their keys begin with a sign: the words of code lists, such as a vote of no, are keys as well.
_UNRECORDED = Category("=not recorded", "not recorded", tilemap.NOTHING)
_UNDETERMINED = Category("=undetermined", "undetermined that day", tilemap.PERHAPS, "?")
_VOTES = (("full", "Y"), ("stripes", "N"), ("dots", "A"), ("lines", "–"), ("bars", ""))  # in the order of the ranks


@dataclass(frozen=True)
class Show:
    """A kind of map: what it is called, what there is to choose, and the words of its answer (one state, several)."""

    name: str
    title: str
    choose: str
    now: tuple[str, str] = ("", "")
    then: tuple[str, str] | None = None  # as of a day; None where a map has its own day
    ever: str = "are on record for the past"  # where all that is on record has ended
    no: str = ""  # what it means that there is a row, and that it says no
    years: str = ""  # what the years of the first dates are called


SHOWS = {
    show.name: show
    for show in (
        Show(
            "members",
            "Members",
            "Forum",
            ("is on record as taking part", "are on record as taking part"),
            ("took part on {day}", "took part on {day}"),
            "took part at some time",
            "not that day",
            "states by the year since when they take part",
        ),
        Show(
            "parties",
            "Parties to a treaty",
            "Treaty",
            ("has consented to be bound", "have consented to be bound"),
            ("was party on {day}", "were party on {day}"),
            "had consented to be bound at some time",
            "not that day",
            "states by the year of entry into force for them, or else of their act",
        ),
        Show(
            "accepted",
            "Accepted a text",
            "Text",
            ("is on record as having accepted it", "are on record as having accepted it"),
            ("had accepted it by {day}", "had accepted it by {day}"),
            "had accepted it at some time",
            "not by that day",
            "states by the year of their acceptance",
        ),
        Show("vote", "Votes", "Ballot", no="not in the roll call"),
        Show(
            "position",
            "Positions on law",
            "Issue",
            ("has a position on record", "have a position on record"),
            ("had a position on record by {day}", "had a position on record by {day}"),
            no="on record for later only",
            years="states by the year of the latest statement",
        ),
        Show(
            "measure",
            "National measures",
            "Kind of measure",
            ("has one on record that is not superseded", "have one on record that is not superseded"),
            ("had one on record by {day}", "had one on record by {day}"),
            no="on record for later only",
            years="states by the year of the measure shown",
        ),
    )
}


@dataclass(frozen=True)
class Choice:
    """One thing of which there is a map: a forum, a text, a ballot, or the code of an issue or of a kind of measure."""

    of: str
    name: str
    states: int
    date: str


@dataclass(frozen=True)
class Row:
    """What is on record of one actor."""

    actor: str
    name: str
    value: str
    claim: str = ""
    counts: bool = False
    since: str = ""
    until: str = ""
    disputed: bool = False

    @property
    def code(self) -> str:
        """The code of a state, empty of another actor."""
        return self.actor.removeprefix(_STATES) if self.actor.startswith(_STATES) else ""

    @property
    def href(self) -> str:
        """Where the actor is described."""
        return local(self.actor)

    @property
    def proof(self) -> str:
        """Where the claim is shown with its evidence; empty where a state is only on no list."""
        return local(self.claim) if self.claim else ""


@dataclass(frozen=True)
class Map:
    """A map with all that is told beside it."""

    show: Show
    choice: Choice
    on: str
    headline: str
    picture: Picture
    rows: tuple[Row, ...]  # what the tiles show, states without a claim among them
    others: tuple[Row, ...]  # what the picture has no tile for
    years: Mapping[int, float]

    def table(self) -> Table:
        """Return the answer as a table."""
        columns = ("state", "code", "name", "answer", "since", "until", "disputed", "claim")
        return Table(columns, [_cells(row) for row in (*self.rows, *self.others)])


def choices(engine: queries.Answers) -> dict[str, list[Choice]]:
    """Return what there is to choose for each kind of map."""
    found: dict[str, list[Choice]] = {name: [] for name in SHOWS}
    for show, of, name, states, date in queries.for_site("map_choices").answer(engine).rows:
        found[show or ""].append(Choice(short(of or ""), name or "", int(states or 0), date or ""))
    return found


def chosen(offered: Mapping[str, list[Choice]], show: str, of: str) -> Choice:
    """Return what was asked for, or else what most states, but not all, are on record for."""
    if show not in SHOWS:
        raise BadParameter(f"There is no map of {show!r}. There are maps of: {', '.join(SHOWS)}.")
    if not offered[show]:
        raise NoSuchThing(f"No state is on record for any map of {show}.")
    if not of:
        some = [choice for choice in offered[show] if choice.states < len(tilemap.places())]
        return max(some or offered[show], key=lambda choice: choice.states)
    for choice in offered[show]:
        if short(of) == choice.of:
            return choice
    raise NoSuchThing(
        f"There is no map of {show} for {of!r}: no state is on record for it. /map?show={show} lists what there is."
    )


@dataclass(frozen=True)
class _Best:
    """The row of each actor that tells most, the rank of each answer, and what it means to be on no list."""

    rows: list[Row]
    ranks: Mapping[str, int]
    absent: str
    ever: bool  # all that is on record has ended, and is told as what once was


def read(engine: queries.Answers, show: Show, choice: Choice, on: str) -> Map:
    """Return a map; raise BadParameter for a day that is none, or where there is none to be had."""
    if on and show.then is None:
        raise BadParameter("A vote has a day of its own: this map takes no parameter on.")
    given = {"of": choice.of, **({"on": on} if on else {})}
    table = queries.for_site(f"map_{show.name}").answer(engine, **given)
    states = queries.for_site("state_names").answer(engine).rows
    names = {short(state or "").partition("/")[2]: name or "" for state, name, *_ in states}
    no = Category("=no", show.no if on or show.then is None else "no longer", tilemap.NO)
    best = _best(table, no, now=not on)
    shown = {row.code: row for row in best.rows if row.code in tilemap.places() or (row.code and row.value != no.label)}
    others = tuple(row for row in best.rows if row.code not in shown)
    rest = no if best.absent == "no" else _UNRECORDED
    categories = (*_categories(show, shown.values(), best.ranks), _UNDETERMINED, no, _UNRECORDED)
    keys = {category.label: category.key for category in reversed(categories)}
    picture = tilemap.draw(
        {code: keys[row.value] for code, row in shown.items()},
        categories,
        names,
        notes={code: _note(row) for code, row in shown.items()},
        others=rest,
    )
    silent = [
        Row(thing("state", code), names[code], rest.label)
        for code in tilemap.places()
        if code not in shown and code in names
    ]
    rows = tuple(sorted((*shown.values(), *silent), key=lambda row: (not row.claim, row.name)))
    years = Counter(int(row.since[:4]) for row in shown.values() if row.counts and row.since and show.years)
    headline = f"{choice.name[:1].upper()}{choice.name[1:]}: {_sentence(show, on, rows, best)}"
    return Map(show, choice, on, headline, picture, rows, others, dict(years))


def _best(table: Table, no: Category, *, now: bool) -> _Best:
    """Return the firmest and highest ranking row of each actor; without a day, what has all ended is told as it was."""
    cells = [{column: cell or "" for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]
    # That a suspension has ended, or an invitation, says nothing of who was in.
    cells = [cell for cell in cells if cell["answer"] != "no" or cell["counts"] == "true"]
    counting = {cell["answer"] for cell in cells if cell["counts"] == "true"}
    ever = now and counting == {"no"}
    found: dict[str, tuple[tuple[int, int], Row]] = {}
    ranks: dict[str, int] = {}
    for cell in cells:
        answer, rank = "yes" if ever else cell["answer"], int(cell["rank"])
        told = _row(cell, answer, {"undetermined": _UNDETERMINED.label, "no": no.label}.get(answer, cell["label"]))
        if answer == "yes":
            ranks[told.value] = min(rank, ranks.get(told.value, rank))
        weight = (_FIRM[answer], rank)
        if told.actor not in found or weight < found[told.actor][0]:
            found[told.actor] = (weight, told)
    absent = table.rows[0][table.columns.index("absent")] if table.rows else ""
    return _Best([row for _, row in found.values()], ranks, absent or "", ever)


def _row(cell: Mapping[str, str], answer: str, value: str) -> Row:
    counts, disputed = answer == "yes" and cell["counts"] == "true", cell["disputed"] == "true"
    return Row(cell["actor"], cell["name"], value, cell["claim"], counts, cell["since"], cell["until"], disputed)


def _categories(show: Show, rows: Iterable[Row], ranks: Mapping[str, int]) -> tuple[Category, ...]:
    """Return the answers that were given, those that count first; those of votes look the same on every map."""
    if show.then is None:
        ranked = sorted(ranks.items(), key=itemgetter(1))
        return tuple(Category(label, label, *_VOTES[rank - 1]) for label, rank in ranked)
    firm = [row for row in rows if row.value in ranks]
    count = Counter((not row.counts, row.value) for row in firm)
    ordered = sorted(count, key=lambda one: (one[0], -count[one], one[1]))
    counting = [value for other, value in ordered if not other]
    return (
        *tilemap.in_order(counting),
        *tilemap.in_order([value for other, value in ordered if other], skip=len(counting) or 1),
    )


def _note(row: Row) -> str:
    """Return what a tile says of its time."""
    until = f"until {readable(row.until)}" if row.until else ""
    since = f"from {readable(row.since)}" if row.since and row.until else readable(row.since)
    return ", ".join(part for part in (since, until, "disputed" if row.disputed else "") if part)


def _sentence(show: Show, on: str, rows: Sequence[Row], best: _Best) -> str:
    """Return the answer in words."""
    if show.then is None:
        by = Counter(row.value for row in rows)
        return ", ".join(f"{by[label]} {label}" for label in sorted(best.ranks, key=lambda label: best.ranks[label]))
    number = sum(row.counts for row in rows)
    counted = {0: "no state", 1: "1 state"}.get(number, f"{number} states")
    if best.ever:
        return f"{counted} {show.ever}"
    open_ones = sum(row.value == _UNDETERMINED.label for row in rows)
    beside = f"; undetermined for {open_ones}" if open_ones else ""
    if on and not number:
        return f"none on record for {readable(on)}{beside}"
    words = (_as_role(on, rows) if show.name == "members" else None) or (show.then if on else show.now)
    return f"{counted} {words[number > 1]}".format(day=readable(on)) + beside


def _as_role(on: str, rows: Sequence[Row]) -> tuple[str, str] | None:
    """Return what the members of a forum are called, if they are all called the same."""
    roles = {row.value for row in rows if row.counts}
    if len(roles) != 1 or (role := roles.pop()).endswith(" from"):
        return None
    if on:
        return f"was a {role} on {{day}}", f"were {role}s on {{day}}"
    return f"is on record as {role}", f"are on record as {role}s"


def _cells(row: Row) -> tuple[str | None, ...]:
    return (row.actor, row.code, row.name, row.value, row.since, row.until, "yes" if row.disputed else "", row.claim)
