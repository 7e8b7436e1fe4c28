"""The SPARQL endpoint: SPARQL 1.1 Protocol for queries by GET and both forms of POST, and an editor for people."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph import guard
from graph.engine import Answer
from graph.errors import CyberGovError
from queries import Table
from webapp.negotiate import GRAPHS, HTML, TABLES, NotAcceptable, accepts, named, preferred
from webapp.service import current_service

bp = Blueprint("sparql", __name__)

SHOWN = 500
_EXAMPLE = "forums_of_state"


class BadRequest(CyberGovError):
    """A request that the protocol does not allow."""

    status = 400


class WrongMediaType(CyberGovError):
    """A POST whose body is of a type the protocol does not know."""

    status = 415


@bp.route("/sparql", methods=["GET", "POST"])
def endpoint() -> ResponseReturnValue:
    """Answer a query, or show the editor to a person who brings none."""
    query = _query()
    wants_page = _wants_page()
    if query is None:
        if wants_page:
            return render_template("sparql.html", query=queries.find(_EXAMPLE).text, table=None, examples=_examples())
        raise BadRequest("Send a query: GET with ?query=, or POST it as a form or as application/sparql-query.")
    if wants_page:
        return _page(query)
    answer = _ask(query, solutions=_type(TABLES, GRAPHS), graph=_type(GRAPHS, TABLES))
    return Response(answer.body, content_type=_with_charset(answer.media_type))


def _query() -> str | None:
    """Return the query as the protocol's three ways bring it; raise where there are two, or it is an update."""
    if "update" in request.args or "update" in request.form:
        raise guard.UpdateRefused("update")
    if request.method == "GET":
        found = request.args.getlist("query")
    elif request.mimetype == "application/x-www-form-urlencoded":
        found = request.form.getlist("query")
    elif request.mimetype == "application/sparql-query":
        try:
            return request.get_data().decode()
        except UnicodeDecodeError as error:
            raise BadRequest(f"The query is not UTF-8: byte {error.start} cannot be read.") from None
    elif request.mimetype == "application/sparql-update":
        raise guard.UpdateRefused("update")
    else:
        raise WrongMediaType(
            f"A query comes as application/x-www-form-urlencoded or application/sparql-query, not {request.mimetype!r}."
        )
    if len(found) > 1:
        raise BadRequest("There are several query parameters; send one.")
    if request.method == "POST" and not found:
        raise BadRequest("The form has no query field.")
    return found[0] if found else None


def _ask(query: str, solutions: str, graph: str) -> Answer:
    service = current_service()
    guard.check(query)
    given = request.values
    named = given.getlist("named-graph-uri")
    default = given.getlist("default-graph-uri")
    return service.public.answer(
        query, solutions=solutions, graph=graph, default_graphs=default, named_graphs=named or None
    )


def _page(query: str) -> ResponseReturnValue:
    table, text, problem, status = None, "", None, 200
    try:
        answer = _ask(query, solutions=TABLES["json"], graph=GRAPHS["ttl"])
    except CyberGovError as error:
        problem, status = error, error.status
    else:
        if answer.kind == "solutions":
            table = Table.read(answer.body)
        else:
            text = answer.body.decode()
    page = render_template(
        "sparql.html", query=query, table=table, text=text, problem=problem, shown=SHOWN, examples=_examples()
    )
    return page, status


def _examples() -> list[queries.Query]:
    return list(queries.catalogue().values())


def _wants_page() -> bool:
    if request.values.get("format"):
        return request.values["format"] == "html"
    types = request.accept_mimetypes
    return bool(types) and types.best_match([*TABLES.values(), *GRAPHS.values(), HTML]) == HTML and types[HTML] > 0


def _type(offered: dict[str, str], others: dict[str, str]) -> str:
    """Return the format for one kind of result; the first where what the client says is about the other kind.

    Which kind a query gives is known when it is answered, so both are chosen before.
    """
    default, *_ = types = list(offered.values())
    short = request.values.get("format")
    if short and named(short) in others.values():
        return default
    try:
        return preferred(request, types, default)
    except NotAcceptable:
        if not accepts(request, list(others.values())):
            raise
        return default


def _with_charset(media_type: str) -> str:
    return (
        f"{media_type}; charset=utf-8" if media_type.startswith("text/") and "charset" not in media_type else media_type
    )
