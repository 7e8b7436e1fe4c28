"""The timeline: processes, votes, attributions, memberships, or one thing; as picture, table and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.terms import ID, thing
from queries import BadParameter, Table
from webapp.linked import table_response
from webapp.negotiate import JSON, SVG, TABLES, form
from webapp.service import current_service, site_address
from webapp.things import short
from webapp.views import style
from webapp.views.history import ABOUT, History, life, undated
from webapp.views.spans import draw, said, span

bp = Blueprint("timeline", __name__)

FIRST, LAST = 1800, 2200  # years that an address may name
_FORMS = {".csv": TABLES["csv"], ".json": JSON, ".svg": SVG}


@dataclass(frozen=True)
class View:
    """What stands in the address, understood."""

    about: str
    within: str
    kinds: tuple[str, ...]
    first: int | None
    last: int | None

    def address(self, suffix: str = "", **changes: object) -> str:
        """Return the address of the same view, or of one that differs."""
        asked = {
            "about": self.about, "within": short(self.within), "kind": self.kinds, "from": self.first, "to": self.last,
        } | changes  # fmt: skip
        kept = {name: value for name, value in asked.items() if value}
        return f"{request.root_path}/timeline{suffix}?{urlencode(kept, doseq=True, safe='/')}"


@bp.get("/timeline<any('','.csv','.json','.svg'):suffix>")
def show_timeline(suffix: str) -> ResponseReturnValue:
    """A timeline as a page, its table as CSV or JSON, or the picture as a file, by suffix, `?format=` or Accept."""
    suffix = suffix or form(request, _FORMS)
    view = _view()
    history = _history(view)
    lanes = [lane.name for lane in history.lanes]
    if view.kinds:
        if unknown := sorted(set(view.kinds) - set(lanes)):
            raise BadParameter(f"This timeline has no line {unknown[0]!r}. There are: {', '.join(lanes)}.")
        history.lanes = [lane for lane in history.lanes if lane.name in view.kinds]
    now = date.fromisoformat(current_service().manifest["data_date"])
    first, last = _years(view, history, now)
    if suffix in (".csv", ".json"):
        return table_response(_table(history, first, last), suffix[1:])
    drawn = draw(history, first, last, now)
    if suffix == ".svg":
        return _file(view, history, drawn, (first, last))
    return render_template(
        "timeline.html",
        view=view,
        history=history,
        picture=drawn,
        years=(first, last),
        undated=undated(history),
        lanes=lanes,
        offered=ABOUT,
        said=said,
    )


def _view() -> View:
    """Read the address; raise where it names what there is not."""
    within = request.args.get("within", "").strip()
    if within and within != "all":
        within = within if within.startswith(ID) else f"{ID}{within}"
    first, last = _year("from"), _year("to")
    if first and last and first > last:
        raise BadParameter(f"The years from {first} to {last} are none: the first must not be after the last.")
    kinds = tuple(dict.fromkeys(one for one in request.args.getlist("kind") if one))
    return View(request.args.get("about", "").strip() or "processes", within, kinds, first, last)


def _year(parameter: str) -> int | None:
    written = request.args.get(parameter, "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) == 4 and FIRST <= int(written) <= LAST):
        raise BadParameter(f"{written!r} is no year for {parameter}: write one from {FIRST} to {LAST}, as in 2018.")
    return int(written)


def _history(view: View) -> History:
    if view.about in ABOUT:
        history = ABOUT[view.about][1](view.within)
        known = {*history.others, ""}
        if short(view.within) not in known:
            abort(
                404,
                f"No process is recorded within {short(view.within)}. There are: {', '.join(sorted(known - {''}))}.",
            )
        return history
    kind, slash, slug = view.about.removeprefix(ID).partition("/")
    if not slash:
        raise BadParameter(
            f"There is no timeline about {view.about!r}. There are: {', '.join(ABOUT)}, and things as in state/DEU."
        )
    try:
        iri = str(thing(kind, slug))
    except ValueError:
        iri = ""
    name = _name(iri) if iri else ""
    if not name:
        abort(
            404, f"Nothing has the identifier {view.about}. Write it as in state/DEU, forum/foc or operation/notpetya."
        )
    return life(iri, name)


def _name(iri: str) -> str:
    rows = queries.for_site("name_of").answer(current_service(), thing=iri).rows
    return str(rows[0][0]) if rows else ""


def _years(view: View, history: History, now: date) -> tuple[int, int]:
    begin, end = span(history.lanes, now)
    if history.years:
        begin = min(begin, *history.years)
    first = view.first or min(begin, view.last or begin)
    return first, view.last or max(end, first)


def _table(history: History, first: int, last: int) -> Table:
    """Return what is drawn as a table, and what has no date with an empty one."""
    columns = ("line", "name", "start", "end", "last_seen_so", "note", "yes", "no", "abstentions", "number", "id")
    rows: list[tuple[str | None, ...]] = []
    for lane in history.lanes:
        for one in lane.entries:
            begin, end = one.first(), one.last()
            if begin and end and (begin.year > last or (end.year < first and (one.end or not one.spans))):
                continue
            totals = tuple(str(number) for number in one.numbers) if one.numbers else (None, None, None)
            dates = tuple(str(day) if day else None for day in (one.start, one.end, one.still))
            rows.append((lane.name, one.name, *dates, one.note, *totals, str(one.weight), one.iri))
    return Table(columns, rows)


def _file(view: View, history: History, drawn: object, years: tuple[int, int]) -> Response:
    """Return the picture in a file of its own, with its style and where it is from."""
    address = site_address() + view.address().removeprefix(f"{request.root_path}/")
    text = render_template(
        "timeline.svg", history=history, picture=drawn, years=years, style=style.of("timeline.css"), address=address
    )
    return Response(
        text,
        content_type=SVG,
        headers={
            "Content-Disposition": 'inline; filename="timeline.svg"',
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",  # its own style is in it
        },
    )
