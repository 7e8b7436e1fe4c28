"""The SPARQL endpoint: answers what `webapp.protocol` reads, in the format asked for; people get `editor`."""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from graph.engine import Answer
from webapp import completion, discovery, editor, limits, protocol, rate
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

_GRAPHS = {**GRAPHS, **DATASETS}


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
            return editor.empty()
        if set(request.args) <= {"format"} and (asked_by_name(request) or accepts(request, GRAPHS.values())):
            return discovery.service_description()
        raise BadRequest("Send a query: GET with ?query=, or POST it as a form or as application/sparql-query.")
    rate.count(request)
    if wants_page:
        return editor.page(asked, _ask)
    answer = _ask(asked, solutions=_type(TABLES, _GRAPHS), graph=_type(_GRAPHS, TABLES))
    return Response(answer.body, content_type=_with_charset(answer.media_type))


@bp.get("/sparql/vocabulary.json")
def vocabulary() -> Response:
    """Answer what the editor offers while one writes."""
    return Response(completion.vocabulary(), content_type="application/json")


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
