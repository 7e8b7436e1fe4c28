"""The SPARQL endpoint: answers what `webapp.protocol` reads, in the format asked for; an editor for people."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.engine import Answer
from graph.errors import CyberGovError
from queries import Table
from webapp import discovery, limits, protocol
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
_GRAPHS = {**GRAPHS, **DATASETS}
_EXAMPLE = "forums_of_state"


@bp.before_app_request
def address_is_text() -> None:
    """Refuse an address that is not UTF-8, of this or any page, before something fails to read its parameters."""
    protocol.decoded(request.query_string, "address")


@bp.route("/sparql", methods=["GET", "POST"], strict_slashes=False)
def endpoint() -> ResponseReturnValue:
    """Answer a query; to who brings none, show the editor if it is a person, and describe the service if not."""
    asked = protocol.read(request, current_service().settings.longest)
    wants_page = _wants_page()
    if asked is None:
        if wants_page:
            return render_template("sparql.html", query=queries.find(_EXAMPLE).text, table=None, examples=_examples())
        if set(request.args) <= {"format"} and (asked_by_name(request) or accepts(request, GRAPHS.values())):
            return discovery.service_description()
        raise BadRequest("Send a query: GET with ?query=, or POST it as a form or as application/sparql-query.")
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
    table, text, problem, status, headers = None, "", None, 200, {}
    try:
        answer = _ask(asked, solutions=TABLES["json"], graph=GRAPHS["ttl"])
    except CyberGovError as error:
        problem, status, headers = error, error.status, limits.headers(error)
    else:
        if answer.kind == "solutions":
            table = Table.read(answer.body)
        else:
            text = answer.body.decode()
    page = render_template(
        "sparql.html", query=asked.query, table=table, text=text, problem=problem, shown=SHOWN, examples=_examples()
    )
    return page, status, headers


def _examples() -> list[queries.Query]:
    return list(queries.catalogue().values())


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
