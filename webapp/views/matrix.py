"""The matrix: any states by any texts, commitments and forums, each cell with the claim it rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from queries import Table
from webapp.linked import table_response
from webapp.service import current_service
from webapp.things import local, short
from webapp.views.known import Column, Group, Known, day, known, within
from webapp.views.standing import EMPTY, MARKS, NO, NOTHING, BadChoice, Cell, Complete, Mark, cells, complete, recorded

bp = Blueprint("matrix", __name__)

MOST_STATES, MOST_COLUMNS = 210, 40
SHOWN = 300  # claims that the page lists; the files have all
START = "forum/g20"  # the states shown to those who ask for none, where the graph has that group
_SORTS = {"name": "name", "total": "total"}


@dataclass(frozen=True)
class Preset:
    """A set of columns under one name, taken from what the graph has."""

    name: str
    title: str
    question: str


PRESETS = {
    preset.name: preset
    for preset in (
        Preset("main", "Main texts", "Who joined the treaties and texts that most states joined"),
        Preset("norms", "The eleven norms", "Who reaffirmed the eleven norms nationally, or has a measure for them"),
        Preset("cybercrime", "Cybercrime treaties", "Who signed and joined the cybercrime treaties"),
        Preset("votes", "UN votes since 2018", "How states voted at the United Nations since 2018"),
        Preset("forums", "Forums", "Who is in which forum"),
    )
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, in words of the address."""

    states: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    on: str = ""
    sort: str = "name"

    def query(self) -> str:
        """Return the part of an address after the question mark."""
        pairs = [("group", one) for one in self.groups] + [("state", one) for one in self.states]
        pairs += [("set", one) for one in self.sets] + [("of", one) for one in self.of]
        pairs += [("on", self.on)] if self.on else []
        pairs += [("sort", self.sort)] if self.sort != "name" else []
        return urlencode(pairs, safe="/")

    def address(self, **changes: object) -> str:
        """Return the address of this view with some of it changed."""
        return f"/matrix?{replace(self, **changes).query()}"  # type: ignore[arg-type]


@dataclass(frozen=True)
class Row:
    """A state with its cells, in the order of the columns."""

    iri: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def href(self) -> str:
        return local(self.iri)

    @property
    def total(self) -> int:
        return sum(cell.counted for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """The whole picture, ready to be shown or written as a table."""

    asked: Asked
    rows: tuple[Row, ...]
    columns: tuple[tuple[str, str], ...]  # identifier and name
    groups: tuple[Group, ...]
    singles: tuple[tuple[str, str], ...]  # states asked for by themselves

    @cached_property
    def totals(self) -> list[int]:
        """How many states each column counts."""
        return [sum(row.cells[place].counted for row in self.rows) for place in range(len(self.columns))]

    @cached_property
    def legend(self) -> list[tuple[Mark, int]]:
        """Every mark that occurs, with how often; nothing recorded always stands there."""
        found = Counter(cell.mark for row in self.rows for cell in row.cells)
        return [(mark, found[mark]) for mark in (*MARKS, NO, NOTHING) if found[mark] or mark is NOTHING]

    @cached_property
    def undetermined(self) -> int:
        return sum(not cell.sure for row in self.rows for cell in row.cells)

    @cached_property
    def claims(self) -> int:
        return sum(len(cell.recorded) for row in self.rows for cell in row.cells)

    def filled(self) -> list[tuple[Row, str, Cell]]:
        """Return state, column and cell wherever something is recorded."""
        return [
            (row, name, cell)
            for row in self.rows
            for (_, name), cell in zip(self.columns, row.cells, strict=True)
            if cell.recorded
        ]

    def long(self) -> Table:
        """Return one row a claim."""
        columns = (
            "state", "name", "of", "of_name", "mark", "meaning", "determined", "act", "said", "standing", "date",
            "effective", "end", "verification", "disputed", "about", "claim",
        )  # fmt: skip
        rows: list[tuple[str | None, ...]] = [
            (
                one.state, row.name, one.of, name, one.mark.letter, one.mark.words,
                "no" if one.standing == "undetermined" else "yes", one.act, one.said, one.standing, one.date,
                one.effective, one.end, one.verification, "yes" if one.disputed else "no", one.about, one.claim,
            )
            for row, name, cell in self.filled()
            for one in cell.recorded
        ]  # fmt: skip
        return Table(columns, rows)

    def wide(self) -> Table:
        """Return one row a state and one column a thing, with what the mark means."""
        columns = ("state", "name", *(short(iri) for iri, _ in self.columns), "total")
        rows: list[tuple[str | None, ...]] = [
            (row.iri, row.name, *(cell.meaning for cell in row.cells), str(row.total)) for row in self.rows
        ]
        return Table(columns, rows)


@bp.get("/matrix<any('','.csv','.json'):suffix>")
def matrix(suffix: str) -> ResponseReturnValue:
    """States by texts, commitments and forums: as page, or as table of claims; `shape=wide` gives a spreadsheet."""
    asked = _asked()
    drawn = draw(asked)
    if suffix:
        table = drawn.wide() if request.args.get("shape") == "wide" else drawn.long()
        response: Response = table_response(table, suffix[1:])
        return response
    there = known()
    return render_template(
        "matrix.html",
        matrix=drawn,
        asked=drawn.asked,
        presets=PRESETS,
        known=there,
        title=_title(drawn),
        shown=SHOWN,
        most=(MOST_STATES, MOST_COLUMNS),
    )


def _asked() -> Asked:
    def given(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value.strip() for value in request.args.getlist(name) if value.strip()))

    sort = request.args.get("sort") or "name"
    if sort not in _SORTS:
        raise BadChoice(f"There is no order by {sort!r}. There are: {', '.join(_SORTS)}.")
    return Asked(given("state"), given("group"), given("of"), given("set"), day(request.args.get("on", "")), sort)


def draw(asked: Asked) -> Matrix:
    """Return the matrix that an address asks for; what it leaves open is filled with something worth seeing."""
    there, service = known(), current_service()
    groups = [there.group(one) for one in asked.groups]
    singles = dict.fromkeys(there.state(one) for one in asked.states)
    if not groups and not singles:
        groups = _start(there)
    columns = _columns(there, asked)
    states = list(dict.fromkeys([*(state for group in groups for state in group.states), *singles]))
    within(states, MOST_STATES, "states")
    within(list(columns), MOST_COLUMNS, "columns")
    found = cells(recorded(service, states, list(columns), asked.on))
    lists = complete(service, list(columns), asked.on)
    rows = [
        Row(iri, there.states[iri], tuple(_cell(found, lists, iri, of) for of in columns))
        for iri in sorted(states, key=list(there.states).index)
    ]
    if asked.sort == "total":
        rows.sort(key=lambda row: -row.total)
    plain = replace(
        asked,
        groups=tuple(short(group.iri) for group in groups),
        states=tuple(short(iri).removeprefix("state/") for iri in singles),
        of=tuple(short(iri) for iri in there.things(asked.of)),
        sets=asked.sets if asked.of else asked.sets or ("main",),
    )
    return Matrix(
        plain,
        tuple(rows),
        tuple(columns.items()),
        tuple(groups),
        tuple((short(iri).removeprefix("state/"), there.states[iri]) for iri in singles),
    )


def _cell(found: dict[tuple[str, str], Cell], lists: dict[str, Complete], state: str, of: str) -> Cell:
    if cell := found.get((state, of)):
        return cell
    return lists[of].cell if of in lists else EMPTY


def _start(there: Known) -> list[Group]:
    """Return the group to begin with: the usual one, or else the first there is."""
    usual = [group for iri, group in there.groups.items() if short(iri) == START]
    return usual or list(there.groups.values())[:1]


def _columns(there: Known, asked: Asked) -> dict[str, str]:
    """Return identifier and name of the columns asked for: those of sets, then those named one by one."""
    if unknown := [one for one in asked.sets if one not in PRESETS]:
        raise BadChoice(f"There is no set {unknown[0]!r}. There are: {', '.join(PRESETS)}.")
    sets = asked.sets if asked.sets or asked.of else ("main",)
    of_sets = {column.iri: column.name for name in sets for column in _preset(there, name)}
    return {**of_sets, **there.things(asked.of)}


def _preset(there: Known, name: str) -> list[Column]:
    def by(*kinds: str) -> list[Column]:
        found = [column for column in there.columns if column.kind in kinds]
        return sorted(found, key=lambda column: (-column.states, column.name))

    if name == "main":
        return by("treaty", "text")[:15]
    if name == "norms":
        return sorted(by("norm"), key=lambda column: column.number)
    if name == "cybercrime":
        return sorted((c for c in by("treaty") if c.cybercrime), key=lambda column: (column.date, column.name))
    if name == "votes":
        return sorted((c for c in by("vote") if c.date >= "2018"), key=lambda column: (column.date, column.name))
    return by("forum")[:30]


def _title(drawn: Matrix) -> str:
    """Return what the view shows, in words."""
    asked = drawn.asked
    what = PRESETS[asked.sets[0]].question if len(asked.sets) == 1 and not asked.of else "Who is in what"
    if len(drawn.groups) == 1 and not drawn.singles:
        return f"{what}: {drawn.groups[0].name}"
    return f"{what}: {len(drawn.rows)} {'state' if len(drawn.rows) == 1 else 'states'}"
