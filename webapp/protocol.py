"""The SPARQL 1.1 Protocol: reads from a request which query it brings and which graphs it asks, or says what is wrong.

A query comes in the address (GET), in a form (POST), or as the body itself (POST); everything is UTF-8.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs

from flask import Request

from graph.errors import CyberGovError
from graph.guard import UpdateRefused
from webapp import limits

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
MOST_PARAMETERS = 1000

_Fields = dict[str, list[str]]


class BadRequest(CyberGovError):
    """A request that the protocol does not allow."""

    status = 400


class WrongMediaType(CyberGovError):
    """A POST whose body is not of the two types, or not in the one encoding, that the protocol knows."""

    status = 415


@dataclass(frozen=True)
class Asked:
    """A query, and the graphs that make its dataset; none of either kind leaves the dataset to the query.

    `timeout` is the number of seconds that the client gives it; none leaves that to us.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    timeout: float | None = None


def read(request: Request, longest: float) -> Asked | None:
    """Return what a request asks; None where a GET or HEAD brings no query. Parameters we don't know are passed over.

    A form's graphs and timeout may stand in the form or in the address, since clients write either; its query only in
    the form. `longest` is the most seconds that a query can have.
    """
    address = _fields(request.query_string, "address")
    _no_update(request, address)
    if request.method != "POST":
        asked = _asked(longest, address.get("query", []), address)
        if not asked and {"default-graph-uri", "named-graph-uri"} & address.keys():
            raise BadRequest("The address names graphs but has no query parameter.")
        return asked
    text = _body(request)
    if request.mimetype == DIRECT:
        if not text.strip():
            raise BadRequest("The body is empty; it should be the query.")
        return _asked(longest, [text, *address.get("query", [])], address)
    form = _fields(text, "form")
    _no_update(request, form)
    if "query" not in form:
        raise BadRequest("The form has no query field.")
    return _asked(longest, [*form["query"], *address.get("query", [])], address, form)


def _asked(longest: float, found: list[str], *places: _Fields) -> Asked | None:
    """Return the one query, with each graph once: the engine would count the statements of a repeated one again."""
    if len(found) > 1:
        raise BadRequest("There are several query parameters; send one.")

    def graphs(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(iri for fields in places for iri in fields.get(name, [])))

    timeout = _timeout([text for fields in places for text in fields.get("timeout", [])], longest)
    return Asked(found[0], graphs("default-graph-uri"), graphs("named-graph-uri"), timeout) if found else None


def _timeout(found: list[str], longest: float) -> float | None:
    """Return the one timeout; a field left empty is none."""
    stated = [text.strip() for text in found if text.strip()]
    if len(stated) > 1:
        raise BadRequest("There are several timeout parameters; send one.")
    return limits.seconds(stated[0], longest) if stated else None


def _no_update(request: Request, fields: _Fields) -> None:
    if "update" in fields or request.mimetype == UPDATE:
        raise UpdateRefused("update")


def _body(request: Request) -> str:
    """Return the body as text, if it is of a type and in an encoding that a query may have."""
    if request.mimetype not in (FORM, DIRECT):
        found = repr(request.mimetype) if request.mimetype else "without a Content-Type"
        raise WrongMediaType(f"A query comes as {FORM} or {DIRECT}, not {found}.")
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise WrongMediaType(f"A query comes in UTF-8, not in {charset!r}.")
    if (coding := request.headers.get("Content-Encoding", "identity").strip().lower()) != "identity":
        raise WrongMediaType(f"A query comes uncompressed, not as {coding!r}.")
    return decoded(limits.body(request), "body")


def _fields(text: bytes | str, place: str) -> _Fields:
    """Return the parameters of an address or a form."""
    written = decoded(text, place) if isinstance(text, bytes) else text
    try:
        return parse_qs(written, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise BadRequest(f"A percent-encoded parameter of the {place} is not UTF-8.") from None
    except ValueError:
        raise BadRequest(f"The {place} has more than {MOST_PARAMETERS:,} parameters.") from None


def decoded(data: bytes, place: str) -> str:
    """Return bytes of an address, a form or a body as text, if they are UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The {place} is not UTF-8: byte {error.start} cannot be read.") from None
