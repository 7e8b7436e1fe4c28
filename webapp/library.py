"""The query library: questions by topic, and each with its form, its answer, and the ways to take that away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.errors import CyberGovError
from queries import Query
from webapp import answers, fields
from webapp.linked import table_response
from webapp.negotiate import HTML, JSON, QUERY, TABLES, chosen, form
from webapp.service import current_service
from webapp.things import short

bp = Blueprint("library", __name__)

LONGEST = 100  # characters of the words by which questions are filtered
_FORMS = {"csv": TABLES["csv"], "json": JSON, "rq": QUERY}
_WITHOUT_TOPIC = "More questions"


class WrongValue(CyberGovError):
    """Something in a form that is told to a program, which has no form to be shown."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Topic:
    """Questions of one topic."""

    title: str
    anchor: str
    queries: tuple[Query, ...]


@bp.get("/queries")
def library() -> str:
    """The questions by topic; those that have some words, if any are given."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST]
    topics = by_topic(words)
    known = current_service().manifest.get("answers", {})
    found = sum(len(topic.queries) for topic in topics)
    return render_template("queries.html", topics=topics, asked=words, found=found, answers=known)


@bp.get("/queries/<name>")
def query(name: str) -> ResponseReturnValue:
    """One question with its answer, as page, CSV or JSON, or itself (`.rq`); parameters stand in the address."""
    name, dot, suffix = name.partition(".")
    if dot and suffix not in _FORMS:
        abort(404, f"There is no form {suffix!r} of a query. There are: {', '.join(_FORMS)}.")
    suffix = suffix or form(request, _FORMS)
    asked = queries.find(name)
    values = {p.name: [v for v in request.args.getlist(p.name) if v] for p in asked.parameters}
    values = {name: given for name, given in values.items() if given}
    if suffix == "rq":
        return Response(asked.bind(**values), content_type="application/sparql-query; charset=utf-8")
    if suffix:
        return table_response(asked.answer(current_service(), **values), suffix)
    return _page(asked, values)


def by_topic(words: str = "") -> list[Topic]:
    """Return the questions by topic, those without one last; those only that have all the words, if there are any."""
    wanted = words.casefold().split()
    found: dict[str, list[Query]] = {}
    for asked in sorted(queries.catalogue().values(), key=lambda query: query.title):
        told = f"{asked.title} {asked.description} {asked.topic} {' '.join(asked.competency.values())}".casefold()
        if all(word in told for word in wanted):
            found.setdefault(asked.topic or _WITHOUT_TOPIC, []).append(asked)
    ordered = sorted(found, key=lambda topic: (topic == _WITHOUT_TOPIC, topic.startswith("Sources"), topic))
    return [Topic(topic, "-".join(topic.lower().replace(",", "").split()), tuple(found[topic])) for topic in ordered]


def _page(asked: Query, values: Mapping[str, Sequence[str]]) -> ResponseReturnValue:
    filled = fields.read(asked, values)
    if filled.status != 200:
        if chosen(request, ["text/plain", HTML, JSON]) != HTML:
            raise WrongValue(filled.problem, filled.status)
        return render_template("query.html", query=asked, form=filled, near=_near(asked)), filled.status
    table = asked.answer(current_service(), **filled.values)
    given = {} if filled.is_example else filled.values
    shown = answers.shown(table)
    return render_template(
        "query.html",
        query=asked,
        form=filled,
        answer=shown,
        total=len(table.rows),
        text=asked.bind(**filled.values),
        address=_address(asked, given),
        command=_command(asked, given),
        chart=answers.drawn(asked, table, shown),
        map=answers.mapped(asked, table),
        focus=answers.in_network(filled.values) if asked.show == "network" else "",
        near=_near(asked),
    )


def _near(asked: Query) -> list[Query]:
    """Return other questions of the same topic."""
    return [query for topic in by_topic() if asked in topic.queries for query in topic.queries if query != asked]


def _address(asked: Query, given: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return where the same answer is: the page, and its other forms by name."""
    ending = f"?{urlencode(given, doseq=True, safe='/')}" if given else ""
    base = f"/queries/{asked.name}"
    return {"page": base + ending, **{suffix: f"{base}.{suffix}{ending}" for suffix in _FORMS}}


def _command(asked: Query, given: Mapping[str, Sequence[str]]) -> str:
    words = [f"{name}={short(value)}" for name, values in given.items() for value in values]
    return " ".join(["cybergov query", asked.name, *(f"'{word}'" if " " in word else word for word in words)])
