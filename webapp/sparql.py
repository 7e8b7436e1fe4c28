"""The SPARQL endpoint: answers what `webapp.protocol` reads, in the format asked for; an editor for people."""

from __future__ import annotations

import io
from itertools import islice
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.engine import Answer
from graph.errors import CyberGovError
from queries import Table
from webapp import discovery, limits, protocol, rate
from webapp.negotiate import (
    DATASETS,
    GRAPHS,
    HTML,
    TABLES,
    NotAcceptable,
    accepts,
    asked_by_name,
    chosen,
    named,
    preferred,
)
from webapp.protocol import Asked, BadRequest
from webapp.service import current_service

bp = Blueprint("sparql", __name__)

SHOWN = 500
SHOWN_CHARACTERS = 100_000
LONGEST_LINK = 7500  # of an address, so that it passes the limits of servers and proxies on its way
_GRAPHS = {**GRAPHS, **DATASETS}
_EXAMPLE = "forums_of_state"


@bp.before_app_request
def address_is_text() -> None:
    """Refuse an address that is not UTF-8, of this or any page, before something fails to read its parameters."""
    protocol.decoded(request.query_string, "address")


@bp.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def endpoint() -> ResponseReturnValue:
    """Answer a query; to who brings none, show the editor if it is a person, and describe the service if not."""
    asked = g.asked = protocol.read(request, current_service().settings.longest)
    wants_page = _wants_page()
    if asked is None:
        if wants_page:
            return _editor(queries.find(_EXAMPLE).text)
        if set(request.args) <= {"format"} and (asked_by_name(request) or accepts(request, GRAPHS.values())):
            return discovery.service_description()
        raise BadRequest("Send a query: GET with ?query=, or POST it as a form or as application/sparql-query.")
    rate.count(request)
    if wants_page:
        return _page(asked)
    answer = _ask(asked, solutions=_type(TABLES, _GRAPHS), graph=_type(_GRAPHS, TABLES))
    return Response(answer.body, content_type=_with_charset(answer.media_type))


def _ask(asked: Asked, solutions: str, graph: str) -> Answer:
    return current_service().answer(
        asked.query,
        solutions=solutions,
        graph=graph,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs or None,
        deadline=asked.timeout,
        asker=limits.asker(request),
    )


def _page(asked: Asked) -> ResponseReturnValue:
    """Show an answer's first part, and say so; asked for as TSV, which can be read so far and no further."""
    about = {"query": asked.query} | ({"timeout": f"{asked.timeout:g}"} if asked.timeout else {})
    graphs = [("default-graph-uri", iri) for iri in asked.default_graphs]
    graphs += [("named-graph-uri", iri) for iri in asked.named_graphs]
    link = f"{request.root_path}/sparql?" + urlencode([*about.items(), *graphs])
    more: dict[str, object] = {"link": link if len(link) <= LONGEST_LINK else "", "asked": asked}
    try:
        answer = _ask(asked, solutions=TABLES["tsv"], graph=GRAPHS["ttl"])
    except CyberGovError as error:
        return _editor(asked.query, problem=error, **more), error.status, limits.headers(error)
    if answer.kind == "solutions":
        table, count = _first_rows(answer.body)
        return _editor(asked.query, table=table, count=count, **more)
    text = answer.body[: 4 * SHOWN_CHARACTERS].decode(errors="ignore")[:SHOWN_CHARACTERS]
    return _editor(asked.query, text=text, cut=len(text.encode()) < len(answer.body), **more)


def _editor(query: str, **more: object) -> str:
    settings = current_service().settings
    examples = list(queries.catalogue().values())
    return render_template("sparql.html", query=query, examples=examples, settings=settings, **more)


def _first_rows(body: bytes) -> tuple[Table, int]:
    """Return the first rows of a table in TSV, which has a line for each, and how many there are."""
    first_lines = b"".join(islice(io.BytesIO(body), SHOWN + 1))
    found = ox.parse_query_results(first_lines, format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    rows = [tuple(getattr(term, "value", term and str(term)) for term in row) for row in found]
    return Table(tuple(variable.value for variable in found.variables), rows), body.count(b"\n") - 1


def _wants_page() -> bool:
    if short := asked_by_name(request):
        return named(short, [HTML]) == HTML
    return chosen(request, [*TABLES.values(), *_GRAPHS.values(), HTML]) == HTML


def _type(offered: dict[str, str], others: dict[str, str]) -> str:
    """Return the format for one kind of result; the first where what the client says is about the other kind.

    Which kind a query gives is known when it is answered, so both are chosen before.
    """
    default, *_ = types = list(offered.values())
    short = asked_by_name(request)
    if short and not named(short, types) and named(short, others.values()):
        return default
    try:
        return preferred(request, types, default)
    except NotAcceptable:
        if not accepts(request, others.values()):
            raise
        return default


def _with_charset(media_type: str) -> str:
    return (
        f"{media_type}; charset=utf-8" if media_type.startswith("text/") and "charset" not in media_type else media_type
    )
