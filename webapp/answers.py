"""The answer to a question as its page shows it: things by name, dates in words, and a picture where one fits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import queries
from graph.record import Claim
from graph.terms import BASE, ID, VOCAB, thing
from queries import Query, Table
from webapp import charts
from webapp.service import current_service, whole_network
from webapp.things import kind_of, local, readable, record_class
from webapp.views import tilemap
from webapp.words import word

SHOWN = 500  # rows of a page; files have all
ASKED_AT_ONCE = 500
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_YES = {"true": "yes", "false": "no"}
_SAID = (  # answers with a look of their own; a row that says "not recorded" is not the same as no row
    tilemap.Category("no", "no", tilemap.NO),
    tilemap.Category("undetermined", "undetermined", tilemap.PERHAPS, "?"),
    tilemap.Category("not recorded", "not recorded", tilemap.NOTHING, "\u25cb"),
)
_VOTED = (*tilemap.VOTES, *_SAID[1:])
_OUTSIDE = tilemap.Category("", "no row in this answer", tilemap.NOTHING)


@dataclass(frozen=True)
class Cell:
    """One value: its words, where it leads, whether away from here, and what a table is sorted by."""

    text: str = ""
    href: str = ""
    away: bool = False
    sort: str = ""


@dataclass(frozen=True)
class Column:
    """What a column is called, and how it is set."""

    title: str
    look: str = ""  # number, date, or nothing in particular


@dataclass(frozen=True)
class Shown:
    """The first rows of an answer, with things by name, without the columns that would say it again or nothing."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: tuple[str, ...]  # columns that have no value in any row

    def table(self) -> Table:
        """Return it as plain words, for a chart."""
        rows: list[tuple[str | None, ...]] = [
            tuple(cell.sort or cell.text or None for cell in row) for row in self.rows
        ]
        return Table(tuple(column.title for column in self.columns), rows)


@dataclass(frozen=True)
class Map:
    """An answer as tiles: what the tiles say, and how many rows are about others than states of the world."""

    picture: tilemap.Picture
    says: str
    others: int


def shown(table: Table) -> Shown:
    """Return the first rows of an answer as they are shown."""
    rows = table.rows[:SHOWN]
    names = called([cell for row in rows for cell in row if cell and cell.startswith(BASE)])
    places = range(len(table.columns))
    named = {of: found for of in places if (found := _names_of(of, rows, names))}
    again = {place for found in named.values() for place in found}
    empty = [place for place in places if rows and not any(row[place] for row in rows)]
    kept = [place for place in places if place not in again and place not in empty]
    said = ([row[place] or next((row[at] for at in named.get(place, ())), None) for place in kept] for row in rows)
    cells = tuple(tuple(_cell(value, names) for value in values) for values in said)
    columns = tuple(
        Column(table.columns[place].replace("_", " "), _look([row[place] for row in rows if row[place]]))
        for place in kept
    )
    return Shown(columns, cells, tuple(table.columns[place].replace("_", " ") for place in empty))


def called(iris: Sequence[str]) -> dict[str, str]:
    """Return what things, codes and terms are called in English; a claim is called by its kind."""
    found = {iri: kind_of(iri).replace("-", " ") for iri in iris if _is_claim(iri)}
    found |= {iri: word(iri) for iri in iris if not iri.startswith((ID, VOCAB))}
    asked = list(dict.fromkeys(iri for iri in iris if iri not in found))
    for start in range(0, len(asked), ASKED_AT_ONCE):
        part = asked[start : start + ASKED_AT_ONCE]
        for iri, name in queries.for_site("these_things").answer(current_service(), thing=part).rows:
            found.setdefault(iri or "", name or "")
    return found


def drawn(query: Query, table: Table, answer: Shown) -> charts.Chart | None:
    """Return the chart that the query asks for, where there is enough to draw."""
    if query.show == "bar" and len(table.rows) > 1:
        return charts.of(_only(answer.table(), query.by))
    days = [place for place in range(len(table.columns)) if _look([row[place] for row in table.rows]) == "date"]
    if query.show != "timeline" or not days:
        return None
    chart = charts.of(Table((table.columns[days[0]],), [(row[days[0]],) for row in table.rows]))
    return chart if isinstance(chart, charts.Columns) and len(chart.columns) > 1 else None


def mapped(query: Query, table: Table) -> Map | None:
    """Return the map that the query asks for: of each state what the columns named by the query say."""
    states = [place for place in range(len(table.columns)) if _names_states(table, place)]
    if query.show != "map" or not states:
        return None
    by = [table.columns.index(name) for name in query.by]
    told: dict[str, list[str]] = {}
    others = 0
    for row in table.rows:
        state = row[states[0]] or ""
        if kind_of(state) != "state":
            others += 1
            continue
        words = " · ".join(_YES.get(value, value) for place in by if (value := row[place]))
        told.setdefault(state.rsplit("/", 1)[-1], []).append(words or "in this answer")
    values = {code: " and ".join(sorted(set(words))) for code, words in told.items()}
    set_apart = _VOTED if query.by == ("vote",) else _SAID
    own = {of.key for of in set_apart}
    categories = [*tilemap.categories_of(value for value in values.values() if value not in own), *set_apart]
    names = called([thing("state", code) for code in {*tilemap.places(), *values}])
    of_codes = {iri.rsplit("/", 1)[-1]: name for iri, name in names.items()}
    says = " · ".join(name.replace("_", " ") for name in query.by)
    return Map(tilemap.draw(values, categories, of_codes, others=_OUTSIDE), says, others)


def in_network(values: Mapping[str, Sequence[str]]) -> str:
    """Return the first thing asked about that the network knows, as kind/slug; empty where there is none."""
    whole = whole_network(current_service().snapshot.network)
    return next((value for given in values.values() for value in given if ID + value in whole), "")


def _cell(value: str | None, names: Mapping[str, str]) -> Cell:
    if not value:
        return Cell()
    if value.startswith(BASE):
        return Cell(names.get(value) or value.rsplit("/", 1)[-1], local(value))
    if value.startswith(("http://", "https://")) and " " not in value:
        return Cell((urlsplit(value).hostname or value).removeprefix("www."), value, away=True)
    if _DAY.fullmatch(value) and (text := readable(value)) != value:
        return Cell(text, sort=value)
    return Cell(_YES.get(value, value))


def _names_of(place: int, rows: Sequence[tuple[str | None, ...]], names: Mapping[str, str]) -> list[int]:
    """Return the columns that say what the things of a column are called; words in place of a thing are said there."""
    things = [row[place] for row in rows]
    if not any(iri and iri.startswith(ID) and not _is_claim(iri) for iri in things):
        return []
    called_so = [(row, names.get(iri)) for row, iri in zip(rows, things, strict=True) if iri]
    others = (at for at in range(len(rows[0])) if at != place)
    return [at for at in others if all(row[at] == name for row, name in called_so)]


def _look(values: Sequence[str | None]) -> str:
    found = [value for value in values if value]
    if found and all(_NUMBER.fullmatch(value) and not _is_year(value) for value in found):
        return "number"
    return "date" if found and all(_DAY.fullmatch(value) for value in found) else ""


def _is_year(value: str) -> bool:
    return len(value) == 4 and value.startswith(("19", "20"))


def _only(table: Table, by: Sequence[str]) -> Table:
    """Return a table without the numbers that are not to be drawn, where some are named."""
    wanted = {name.replace("_", " ") for name in by}
    places = range(len(table.columns))
    kept = [
        place
        for place in places
        if not wanted or table.columns[place] in wanted or _look([row[place] for row in table.rows]) != "number"
    ]
    return Table(tuple(table.columns[p] for p in kept), [tuple(row[p] for p in kept) for row in table.rows])


def _names_states(table: Table, place: int) -> bool:
    return any(row[place] and kind_of(row[place] or "") == "state" for row in table.rows)


def _is_claim(iri: str) -> bool:
    kind = kind_of(iri)
    return kind == "evidence" or (bool(kind) and issubclass(record_class(kind), Claim))
