"""The SPARQL editor for people: a query, where it is wrong, and its answer as table, chart, map or raw text.

The page posts, and is sent on to an address that holds query and view, so that Back and links work; a query too long
for an address is answered at once. How long it took is told by the Server-Timing header: pages are the same each time.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.engine import Answer, QuerySyntaxError
from graph.errors import CyberGovError
from queries import Table
from webapp import answer_map, charts, completion, limits
from webapp.negotiate import GRAPHS, TABLES
from webapp.protocol import Asked, BadRequest
from webapp.service import current_service

SHOWN = 500  # rows of a table
DRAWN = 20_000  # rows that a picture is made from
SHOWN_CHARACTERS = 100_000
LONGEST_LINK = 7500  # of an address, so that it passes the limits of servers and proxies on its way
VIEWS = ("table", "chart", "map", "raw")
_EXAMPLE = "forums_of_state"
_AROUND = 60  # characters of a wrong line to show on either side of the fault
_PREFIXED = re.compile(r"([\w-]*):[^\s:]*$")

Ask = Callable[[Asked, str, str], Answer]


@dataclass(frozen=True)
class Fault:
    """Where the engine stopped reading: line and column from 1, that part of the line, and a caret under the place."""

    line: int
    column: int
    text: str
    caret: str
    hint: str = ""  # what may be done about it, if that is plain


def empty() -> str:
    """Return the page with an example to start from."""
    return _rendered(queries.find(_EXAMPLE).text, "table")


def page(asked: Asked, ask: Ask) -> ResponseReturnValue:
    """Show an answer's first part, and say so; asked for as TSV, which can be read so far and no further."""
    view = _view()
    link = _link(asked, view)
    if request.method == "POST" and "show" in request.form and link:
        return redirect(f"{link}#answer", 303)
    links = {name: _link(asked, name) for name in VIEWS}
    more: dict[str, object] = {"link": link, "links": links, "asked": asked, "formats": TABLES}
    begun = time.perf_counter()
    try:
        answer = ask(asked, TABLES["tsv"], GRAPHS["ttl"])
    except CyberGovError as error:
        shown = _rendered(asked.query, view, problem=error, fault=fault(asked.query, error), **more)
        return shown, error.status, limits.headers(error)
    took = 1000 * (time.perf_counter() - begun)
    if answer.kind == "solutions":
        more |= _table(answer.body, view)
    else:
        more |= {"formats": TABLES if answer.kind == "boolean" else GRAPHS} | _text(answer.body)
    response: Response = make_response(_rendered(asked.query, view, **more))
    response.headers["Server-Timing"] = f"query;dur={took:.0f}"
    return response


def fault(query: str, error: CyberGovError) -> Fault | None:
    """Return the place of a fault in the query, if the engine named one."""
    if not isinstance(error, QuerySyntaxError) or error.line is None or error.column is None:
        return None
    lines = query.split("\n")
    line = min(error.line, len(lines))  # it may end too early
    text = lines[line - 1].replace("\t", " ").rstrip("\r")
    column = min(error.column, len(text) + 1) if line == error.line else len(text) + 1
    begin = max(0, column - 1 - _AROUND)
    hint = _about_prefix(text[: column - 1]) if "Prefix not found" in str(error) else ""
    return Fault(line, column, text[begin : column + _AROUND], " " * (column - 1 - begin) + "^", hint)


def _about_prefix(before: str) -> str:
    """Say which prefix is not declared, and how it would be where we know it."""
    found = _PREFIXED.search(before)
    if not found:
        return ""
    known = completion.prefixes().get(found[1])
    line = f": add the line PREFIX {found[1]}: <{known}>" if known else ""
    return f"No line says what the prefix {found[1]}: stands for{line}."


def _view() -> str:
    view = (request.form.getlist("show") or request.args.getlist("show") or ["table"])[-1]
    if view not in VIEWS:
        raise BadRequest(f"An answer can be shown as {', '.join(VIEWS)}, not as {view[:40]!r}.")
    return view


def _link(asked: Asked, view: str) -> str:
    """Return the address of a query and a view of its answer, or nothing where it would be too long."""
    about = [("query", asked.query)]
    about += [("timeout", f"{asked.timeout:g}")] if asked.timeout else []
    about += [("default-graph-uri", iri) for iri in asked.default_graphs]
    about += [("named-graph-uri", iri) for iri in asked.named_graphs]
    about += [("show", view)] if view != "table" else []
    link = f"{request.root_path}/sparql?" + urlencode(about)
    return link if len(link) <= LONGEST_LINK else ""


def _table(body: bytes, view: str) -> dict[str, object]:
    """Return what is shown of a table in TSV: its first rows, its text, or what can be drawn of it."""
    count = body.count(b"\n") - 1
    if view == "raw":
        return {"count": count} | _text(body)
    if view == "table":
        return {"count": count, "table": first_rows(body, SHOWN)}
    table = first_rows(body, DRAWN)
    drawn: dict[str, object] = {"chart": charts.of(table)} if view == "chart" else {"tiles": answer_map.draw(table)}
    return {"count": count, "drawn_from": len(table.rows)} | drawn


def _text(body: bytes) -> dict[str, object]:
    text = body[: 4 * SHOWN_CHARACTERS].decode(errors="ignore")[:SHOWN_CHARACTERS]
    return {"text": text, "cut": len(text.encode()) < len(body)}


def first_rows(body: bytes, most: int) -> Table:
    """Return the first rows of a table in TSV, which has a line for each."""
    first_lines = b"".join(islice(io.BytesIO(body), most + 1))
    found = ox.parse_query_results(first_lines, format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    rows = [tuple(getattr(term, "value", term and str(term)) for term in row) for row in found]
    return Table(tuple(variable.value for variable in found.variables), rows)


def _rendered(query: str, view: str, **more: object) -> str:
    settings = current_service().settings
    return render_template(
        "sparql.html", query=query, view=view, views=VIEWS, examples=completion.examples(), settings=settings, **more
    )
