"""The network: a question, what of its answer can be read at once, as a picture, a list, and files to take away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import networkx as nx
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.dates import Stated
from graph.snapshot import Snapshot
from graph.terms import ID
from queries import BadParameter
from webapp.negotiate import JSON, SVG, TABLES, form
from webapp.service import current_service, site_address
from webapp.things import short
from webapp.views import network_files, style
from webapp.views.choose import MOST_LEAST, Part, Wish, choose, filtered
from webapp.views.draw import Picture, picture
from webapp.views.ties import QUESTIONS, Question, graph_of, short_names

bp = Blueprint("network", __name__)

FIRST_YEAR = 1990  # where the slider of years begins; any day before can stand in the address
MOST_EXPANDED = 8
LISTED = 60  # ties of a node in the panel
_FORMS = {".csv": TABLES["csv"], ".json": JSON, ".svg": SVG, ".graphml": network_files.GRAPHML}
_WORDS = {"state": "states", "forum": "forums and organisations", "text": "texts and commitments"}


@dataclass(frozen=True)
class View:
    """What stands in the address, understood."""

    question: Question
    wish: Wish
    on: str = ""
    wide: bool = False
    group: str = ""  # a forum whose members alone are shown

    def address(self, suffix: str = "", **changes: object) -> str:
        """Return the address of the same view, or of one that differs."""
        wish, on = self.wish, self.on
        asked: dict[str, Any] = {
            "question": self.question.key, "focus": short(self.group or wish.focus), "node": short(wish.node),
            "expand": [short(one) for one in wish.expand], "kind": wish.groups,
            "least": wish.least if wish.least > 1 else "", "degree": wish.degree if wish.degree > 1 else "", "on": on,
            "wide": "1" if self.wide else "",
        } | changes  # fmt: skip
        kept = {name: value for name, value in asked.items() if value}
        return f"{request.root_path}/network{suffix}?{urlencode(kept, doseq=True, safe='/')}"

    def chosen(self, iri: str) -> str:
        """Return the address with a node chosen in the picture, and its panel beside."""
        return self.address(node=short(iri)) + "#picture"

    def expanded(self, iri: str) -> str:
        """Return the address with the neighbours of a node added."""
        return self.address(expand=[short(one) for one in dict.fromkeys((*self.wish.expand, iri))]) + "#picture"


@bp.get("/network<any('','.csv','.json','.svg','.graphml'):suffix>")
def show_network(suffix: str) -> ResponseReturnValue:
    """The network that answers a question: as page, picture, edges (CSV, JSON) or GraphML."""
    suffix = suffix or form(request, _FORMS)
    view, snapshot = _view(), current_service().snapshot
    if suffix in (".csv", ".json", ".graphml"):
        whole = request.args.get("all") == "1"
        graph = filtered(_graph(snapshot, view), view.wish) if whole else _drawn(snapshot, view)[0].graph
        return network_files.response(graph, view.question, view.on, suffix)
    part, drawn = _drawn(snapshot, view)
    if suffix == ".svg":
        return _picture_file(view, drawn)
    whole_graph = _graph(snapshot, view)
    return render_template(
        "network.html",
        view=view,
        part=part,
        picture=drawn,
        title=_title(view),
        panel=_panel(whole_graph, part, view),
        rows=_rows(part.graph, view),
        questions=QUESTIONS.values(),
        nearly_all=whole_graph.graph.get("nearly_all", []),
        present=sorted({group for _, group in whole_graph.nodes(data="group")}),
        group_words=_WORDS,
        years=(FIRST_YEAR, int(current_service().manifest["data_date"][:4])),
        query=_sparql(view),
        name=_name,
    )


def _view() -> View:
    """Read the address; raise where it names what there is not."""
    focus = _thing("focus", request.args.get("focus", ""))
    key = request.args.get("question") or ("around" if focus else "together")
    if key not in QUESTIONS:
        raise BadParameter(f"The network has no question {key!r}. There are: {', '.join(QUESTIONS)}.")
    asked = list(dict.fromkeys(filter(None, request.args.getlist("expand"))))
    if len(asked) > MOST_EXPANDED:
        raise BadParameter(f"At most {MOST_EXPANDED} things can be expanded at once, not {len(asked)}.")
    groups = tuple(sorted({one for one in request.args.getlist("kind") if one}))
    if unknown := sorted(set(groups) - set(_WORDS)):
        raise BadParameter(f"There is no kind of node {unknown[0]!r}. There are: {', '.join(_WORDS)}.")
    wish = Wish(
        focus=focus,
        node=_thing("node", request.args.get("node", "")),
        expand=tuple(dict.fromkeys(_thing("expand", one) for one in asked)),
        groups=groups if len(groups) < len(_WORDS) else (),
        least=_number("least", 1),
        degree=_number("degree", 1),
        lines=QUESTIONS[key].lines,
    )
    is_group = key == "together" and focus and not focus.startswith(f"{ID}state/")
    wish = replace(wish, focus="") if is_group else wish
    return View(QUESTIONS[key], wish, _day(), request.args.get("wide") == "1", focus if is_group else "")


def _thing(parameter: str, written: str) -> str:
    """Return the identifier of what somebody wrote as kind/slug, identifier or name; empty stays empty."""
    written = written.strip()
    if not written:
        return ""
    names = short_names(current_service().snapshot)
    iri = written if written.startswith(ID) else f"{ID}{written}"
    if iri not in names:
        iri = _by_name(current_service().snapshot).get(written.casefold(), "")
    if not iri:
        abort(
            404,
            f"Nothing in the network has the identifier {written} ({parameter}). Write it as in state/EST.",
        )
    return iri


@lru_cache(maxsize=2)
def _by_name(snapshot: Snapshot) -> dict[str, str]:
    """Return identifiers by name and by abbreviation, in small letters."""
    names = sorted(short_names(snapshot).items(), reverse=True)
    return {name.casefold(): iri for iri, both in names for name in both}


def _number(parameter: str, least: int) -> int:
    written = request.args.get(parameter, "").strip()
    if not written:
        return least
    if not (written.isascii() and written.isdigit() and least <= int(written[:6]) <= MOST_LEAST):
        raise BadParameter(f"{written!r} is no value for {parameter}: a whole number from {least} to {MOST_LEAST}.")
    return int(written)


def _day() -> str:
    """Return the day asked for, or the last of the year asked for; empty for the date of the data."""
    on, year = request.args.get("on", "").strip(), request.args.get("year", "").strip()
    try:
        if (on and Stated.parse(on).day is None) or (year and str(Stated.parse(year).year) != year):
            raise ValueError("not as precise as needed")
    except ValueError:
        raise BadParameter(
            f"{on or year!r} is no day. Write on= with a whole day, as in 2021-03-12, or year= with a year."
        ) from None
    return on or (f"{year}-12-31" if year and year < current_service().manifest["data_date"][:4] else "")


def _graph(snapshot: Snapshot, view: View) -> nx.Graph[str]:
    """Return all that answers the question; of a group, what its members share."""
    graph = graph_of(snapshot, view.question.key, view.on, view.wide)
    if not view.group:
        return graph
    members = {**graph.graph.get("wide", {}), **graph.graph.get("clusters", {})}.get(view.group, [])
    return graph.subgraph(members)


@lru_cache(maxsize=32)
def _drawn(snapshot: Snapshot, view: View) -> tuple[Part, Picture]:
    part = choose(_graph(snapshot, view), view.wish)
    by_size = view.question.key == "overlap"
    return part, picture(part.graph, view.wish.node or view.wish.focus, by_size=by_size)


def _name(iri: str) -> str:
    return short_names(current_service().snapshot).get(iri, (short(iri),))[0]


def _title(view: View) -> str:
    about = view.group or view.wish.focus
    if not about:
        return view.question.title
    name = _name(about)
    return {
        "together": f"Where members of {name} sit together" if view.group else f"Who sits with {name}, and where",
        "overlap": f"Which forums overlap with {name}",
        "attributions": f"Who attributes with {name}",
        "texts": f"What rests on {name}, and on what it rests",
    }.get(view.question.key, f"What is around {name}")


def _weight(data: dict[str, Any], question: Question) -> str:
    weight, perhaps = data["weight"], len(data["perhaps"])
    said = f"{weight:,} {question.tie if weight == 1 else question.ties}" if weight or not perhaps else ""
    return said + (f"{', and ' if said else ''}{perhaps} undetermined" if perhaps else "")


def _why(data: dict[str, Any]) -> str:
    return "; ".join([*data["why"], *(f"{one} (undetermined)" for one in data["perhaps"])])


def _ties(graph: nx.Graph[str], node: str, question: Question) -> list[dict[str, Any]]:
    """Return the ties of a node as a reader wants them told, the strongest first."""
    if isinstance(graph, nx.DiGraph):
        found = [(other, data, "to") for _, other, data in graph.out_edges(node, data=True)]
        found += [(other, data, "from") for other, _, data in graph.in_edges(node, data=True)]
    else:
        found = [(other, data, "") for _, other, data in graph.edges(node, data=True)]
    found.sort(key=lambda tie: (-tie[1]["weight"], graph.nodes[tie[0]]["name"]))
    return [
        {
            "iri": other, "name": graph.nodes[other]["name"], "short": graph.nodes[other]["short"],
            "group": graph.nodes[other]["group"], "weight": data["weight"], "way": way,
            "said": _weight(data, question), "why": _why(data),
        }
        for other, data, way in found
    ]  # fmt: skip


def _panel(whole: nx.Graph[str], part: Part, view: View) -> dict[str, Any] | None:
    """Return what is told of the chosen node; None where none is chosen or it has no ties."""
    node = view.wish.node or view.wish.focus
    if node not in whole:
        return None
    graph = filtered(whole, view.wish)
    ties = _ties(graph, node, view.question) if node in graph else []
    unseen = [tie for tie in ties if tie["iri"] not in part.graph]
    data = whole.nodes[node]
    return {
        "iri": node, "name": data["name"], "kind": data["kind"].replace("-", " "), "group": data["group"],
        "ties": ties[:LISTED], "more": max(0, len(ties) - LISTED), "all": len(ties), "unseen": len(unseen),
    }  # fmt: skip


def _rows(graph: nx.Graph[str], view: View) -> list[dict[str, Any]]:
    """Return the picture as a list: each node with its ties, those with the most weight first."""
    rows = [
        {"iri": n, **graph.nodes[n], "ties": _ties(graph, n, view.question), "weight": graph.degree(n, weight="weight")}
        for n in graph
    ]
    return sorted(rows, key=lambda row: (-row["weight"], row["name"]))


def _sparql(view: View) -> str:
    """Return the query behind the picture, where it is one of the catalogue; others are joined from several."""
    if view.question.key != "attributions":
        return ""
    query = queries.find("attributions_together")
    return query.bind(on=view.on) if view.on else query.widest()


def _picture_file(view: View, drawn: Picture) -> Response:
    """Return the picture in a file of its own, with its style, its legend and where it is from."""
    address = site_address() + view.address().removeprefix(f"{request.root_path}/")
    text = render_template(
        "network.svg",
        view=view,
        picture=drawn,
        title=_title(view),
        group_words=_WORDS,
        style=style.of("network.css"),
        address=address,
    )
    return Response(
        text,
        content_type=SVG,
        headers={
            "Content-Disposition": f'inline; filename="network-{view.question.key}.svg"',
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",  # its own style is in it
        },
    )
