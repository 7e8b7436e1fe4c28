"""The OpenAPI description of what programs can ask here, made from the query catalogue and the lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pyoxigraph as ox

import queries
from queries import Parameter, Query
from webapp import openapi_views
from webapp.lists import LISTS
from webapp.negotiate import DATASETS, GRAPHS, TABLES

JSON = "application/json"
ERRORS = {
    400: "The request or the query cannot be read; the message says what, and where. So for updates.",
    403: "The query would ask an endpoint that is not listed, or the figures are for the service's own machine only.",
    404: "There is nothing of that name; the message names what is nearest or what there is.",
    406: "None of the formats you accept can be given; the message lists those that can.",
    408: "The body did not arrive in time; the message names the limit.",
    410: "The identifier was given up; the message says what replaced it.",
    413: "The query or its answer is larger than is allowed; the message names the limit. The dumps have everything.",
    415: "The body is of another type than the SPARQL protocol knows.",
    429: "Your address sends more queries than are allowed; try again after the seconds in Retry-After.",
    503: "Too many queries wait, or one took more memory than is allowed; try again after the seconds in Retry-After.",
    504: "The query took longer than is allowed; the message names the limit.",
}
_EVERYWHERE = (400, 404, 503, 504)
_SPARQL = (400, 403, 406, 408, 413, 415, 429, 503, 504)
_WAIT = (429, 503)  # with these it is said how long
_DOCUMENTS = {
    "ontology": "All terms",
    "vocab": "All lists of codes",
    "shapes": "The rules that the data keep, in SHACL",
    "alignments": "What terms and codes mean in the words of others",
}
_RELEASE = {
    "name": "release", "in": "path", "required": True, "schema": {"type": "string"},
    "description": "The name of a release, as in 2026.11, or the id of a snapshot.",
}  # fmt: skip
_COMPETENCY = ("Questions that the ontology must answer", "With the query for each, and how many rows it has.")
_CORRECTIONS = ("Corrections", "What stood here, what stands now, why and by which source.")
_TEXT: dict[str, Any] = {"type": "string"}
_VALUE: dict[str, Any] = {"type": ["string", "null"]}
_JSONLD: dict[str, Any] = {"type": ["object", "array"]}


def document(address: str, version: str, contact: str) -> dict[str, Any]:
    """Return the description of the service at an address, for the snapshot that it serves."""
    info: dict[str, Any] = {
        "title": "Cyber governance graph",
        "summary": "Who promised what to whom about behaviour in cyberspace, and what came of it.",
        "description": "Read only and open: no key is needed, and pages of every origin may ask. Every ready question"
        " comes as JSON and CSV; anything else can be asked in SPARQL. Nothing is ever cut short without a word.",
        "version": version,
        "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
    }
    if contact:
        info["contact"] = {"email": contact}
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": address.rstrip("/")}],
        "tags": [
            {"name": "questions", "description": "Ready questions of the query library."},
            {"name": "lists", "description": "Lists of things, with facets."},
            {"name": "things", "description": "One thing and all that is stated of it."},
            {"name": "views", "description": "What the pictures show, as tables and as files."},
            {"name": "terms", "description": "What the data are written in."},
            {"name": "SPARQL", "description": "Questions of your own, by the SPARQL 1.1 Protocol."},
            {"name": "service", "description": "The data as a whole, and how the service is."},
        ],
        "paths": paths(),
        "components": {
            "schemas": {"Error": _error()},
            "responses": {f"Error{status}": _refusal(status, words) for status, words in ERRORS.items()},
        },
    }


@cache
def paths() -> dict[str, Any]:
    """Return all addresses with what they take and give."""
    found: dict[str, Any] = {}
    for query in queries.catalogue().values():
        found |= _question(query)
    for name, of in LISTS.items():
        found |= _list(name, of.title, of.facets)
    return found | _thing() | _views() | _sparql() | _documents() | _releases() | _service()


@cache
def columns(text: str) -> tuple[str, ...]:
    """Return the columns of a query's answer; asked of an empty store, it has them all the same."""
    answer = ox.Store().query(text)
    if not isinstance(answer, ox.QuerySolutions):
        raise TypeError("only a SELECT query has columns")
    return tuple(variable.value for variable in answer.variables)


def _question(query: Query) -> dict[str, Any]:
    row = dict.fromkeys(columns(query.text), _VALUE)
    examples = query.examples()
    taken = [_parameter(parameter, examples.get(parameter.name, ())) for parameter in query.parameters]
    said = query.description
    if query.parameters:
        said = f"{said} Without any parameter it answers for the values that stand in the query.".strip()

    def operation(form: str, content: Mapping[str, Any]) -> dict[str, Any]:
        return _get(f"{query.name}_{form}", query.title, said, "questions", content, taken)

    return {
        f"/queries/{query.name}.json": operation("json", {JSON: {"schema": _rows(row)}}),
        f"/queries/{query.name}.csv": operation("csv", _as_text("text/csv")),
        f"/queries/{query.name}.rq": operation("rq", _as_text("application/sparql-query")),
    }


def _parameter(parameter: Parameter, examples: tuple[str, ...]) -> dict[str, Any]:
    """Describe a parameter; several values repeat its name."""
    one: dict[str, Any] = dict(_TEXT)
    says = {
        "iri": f"An identifier ({parameter.cls}): whole, as kind/name, or the name alone where the kind is plain.",
        "date": "A day, as in 2021-03-12.",
        "code": "A code of a list.",
    }.get(parameter.shape, "Words.")
    if parameter.shape == "date":
        one["format"] = "date"
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": f"{says} Several may be given." if parameter.many else says,
        "required": parameter.required,
        "schema": {"type": "array", "items": one} if parameter.many else one,
    }
    if parameter.many:
        found |= {"style": "form", "explode": True}
    if examples:
        found["example"] = list(examples) if parameter.many else examples[0]
    return found


def _list(name: str, title: str, facets: Iterable[str]) -> dict[str, Any]:
    taken = [
        {"name": facet, "in": "query", "description": "Only those with this value.", "required": False, "schema": _TEXT}
        for facet in facets
    ]
    of_list = queries.for_site(f"list_{name}")
    contents = {
        "json": {JSON: {"schema": _rows(dict.fromkeys(columns(of_list.text), _VALUE))}},
        "csv": _as_text("text/csv"),
        "ttl": _as_text(GRAPHS["ttl"]),
    }
    return {
        f"/{name}.{form}": _get(f"list_{name}_{form}", title, of_list.description, "lists", content, taken)
        for form, content in contents.items()
    }


def _thing() -> dict[str, Any]:
    taken = [
        {"name": "kind", "in": "path", "required": True, "schema": _TEXT, "example": "state"},
        {"name": "name", "in": "path", "required": True, "schema": _TEXT, "example": "EST"},
    ]
    rows = {JSON: {"schema": {"type": "array", "items": {"type": "object", "additionalProperties": _VALUE}}}}
    contents = {form: _as_text(media) for form, media in GRAPHS.items()} | {"json": rows, "csv": _as_text("text/csv")}
    return {
        f"/doc/{{kind}}/{{name}}.{form}": _get(
            f"thing_{form}", "One thing or claim", "All that is stated of it, with its evidence.", "things",
            content, taken, (*_EVERYWHERE, 410),
        )
        for form, content in contents.items()
    }  # fmt: skip


def _views() -> dict[str, Any]:
    """Return the files behind the views, and the suggestions while one types."""
    hit = dict.fromkeys(("iri", "id", "kind", "name", "matched", "href"), _TEXT)
    taken = [
        openapi_views.Taken("q", "What was typed so far.", "eston").described(),
        openapi_views.Taken("kind", "Of these kinds only.", many=True).described(),
        openapi_views.Taken("limit", "At most so many, from 1 to 20.").described(),
    ]
    suggested = _get("suggest", "Names that begin so", "", "things", {JSON: {"schema": _rows(hit)}}, taken)
    views = {
        path: _get(name, summary, "", "views", content, taken)
        for path, name, summary, content, taken in openapi_views.files()
    }
    return {"/suggest": suggested, **views}


def _sparql() -> dict[str, Any]:
    graphs = [
        {
            "name": name, "in": "query", "required": False, "description": words, "style": "form", "explode": True,
            "schema": {"type": "array", "items": _TEXT},
        }
        for name, words in (
            ("default-graph-uri", "Graphs that make the default graph of this query."),
            ("named-graph-uri", "Graphs that GRAPH can name in this query."),
        )
    ]  # fmt: skip
    formats = sorted({*TABLES, *GRAPHS, *DATASETS})
    chosen = {
        "name": "format", "in": "query", "required": False, "schema": {"type": "string", "enum": formats},
        "description": "The format of the answer, in place of Accept.",
    }  # fmt: skip
    asked = {
        "name": "query", "in": "query", "required": True, "description": "A SPARQL 1.1 query.", "schema": _TEXT,
        "example": "ASK { ?s ?p ?o }",
    }  # fmt: skip
    timeout = {
        "name": "timeout", "in": "query", "required": False, "example": 5,
        "description": "Seconds that the query may take; a refusal names the most there are.",
        "schema": {"type": "number", "exclusiveMinimum": 0},
    }  # fmt: skip
    given = {media: {"schema": _TEXT} for media in (*GRAPHS.values(), *DATASETS.values(), *TABLES.values())}
    given |= {TABLES["json"]: {"schema": {"type": "object"}}, GRAPHS["jsonld"]: {"schema": _JSONLD}}
    said = "Tables come as JSON, XML, CSV or TSV, graphs as any form of RDF. Updates are refused."
    get = _get("sparql_get", "Ask in SPARQL", said, "SPARQL", given, [asked, *graphs, timeout, chosen], _SPARQL)["get"]
    post = _get("sparql_post", "Ask in SPARQL, by POST", said, "SPARQL", given, [*graphs, timeout, chosen], _SPARQL)[
        "get"
    ]
    fields = {"query": _TEXT, "timeout": timeout["schema"]}
    form = {"type": "object", "properties": fields, "required": ["query"]}
    post["requestBody"] = {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {"schema": form},
            "application/sparql-query": {"schema": _TEXT},
        },
    }
    return {"/sparql": {"get": get, "post": post}, "/release/{release}/sparql": {"get": _of_release(get)}}


def _of_release(get: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same of an old release."""
    responses = {**get["responses"], "404": {"$ref": "#/components/responses/Error404"}}
    name = {"operationId": "release_sparql_get", "summary": "Ask an old release in SPARQL"}
    return {**get, **name, "parameters": [_RELEASE, *get["parameters"]], "responses": responses}


def _releases() -> dict[str, Any]:
    told = {"type": "object", "required": ["snapshot", "data_date", "statements", "address", "files"]}
    both = {JSON: {"schema": told}, "text/html": {"schema": _TEXT}}
    listed = {JSON: {"schema": {"type": "array", "items": told}}, "text/html": {"schema": _TEXT}}
    form = {
        "name": "format", "in": "query", "required": False, "schema": {"type": "string", "enum": ["json", "html"]},
        "description": "The format of the answer, in place of Accept.",
    }  # fmt: skip
    errors = (400, 404, 406, 503)
    return {
        "/release/": _get("releases", "All releases, newest first", "", "service", listed, [form], errors),
        "/release/{release}": _get("release", "One release", "", "service", both, [_RELEASE, form], errors),
    }


def _service() -> dict[str, Any]:
    health = {
        "type": "object",
        "required": ["status", "snapshot", "data_date"],
        "properties": {
            "status": _TEXT,
            "snapshot": _TEXT,
            "data_date": {"type": "string", "format": "date"},
            "engine": {"type": "object", "description": "Where the engine is, if it is not here."},
        },
    }
    competency = dict.fromkeys(("number", "question", "query", "rows"), _VALUE)
    corrections = dict.fromkeys(("date", "about", "field", "was", "now", "source", "why"), _VALUE)
    rdf = {media: one for short in GRAPHS.values() for media, one in _as_text(short).items()}
    return {
        "/health": _get(
            "health", "Whether queries are answered", "", "service", {JSON: {"schema": health}}, [], (400, 503),
        ),
        "/.well-known/void": _get(
            "void", "The data set in VoID", "Counts by class, property and link.", "service", rdf, [], (400, 406, 503),
        ),
        "/data.ttl": _get("dcat", "The DCAT record", "With every file, its size and checksum.", "service",
                          _as_text(GRAPHS["ttl"]), [], (400, 503)),
        "/metrics": _get("metrics", "Figures for Prometheus", "", "service", _as_text("text/plain"), [], (400, 403)),
        "/competency.json": _get(
            "competency_json", *_COMPETENCY, "questions", {JSON: {"schema": _rows(competency)}}, [],
        ),
        "/competency.csv": _get("competency_csv", *_COMPETENCY, "questions", _as_text("text/csv"), []),
        "/coverage.json": _get(
            "coverage", "What this graph knows and does not", "Counts by kind, lists and whether they are complete,"
            " reported numbers beside ours, what was last seen when, and questions without an answer.", "service",
            {JSON: {"schema": {"type": "object", "required": ["data_date"]}}}, [],
        ),
        "/corrections.json": _get(
            "corrections_json", *_CORRECTIONS, "service", {JSON: {"schema": _rows(corrections)}}, [],
        ),
        "/corrections.csv": _get("corrections_csv", *_CORRECTIONS, "service", _as_text("text/csv"), []),
    }  # fmt: skip


def _documents() -> dict[str, Any]:
    """Return what describes the data: terms, lists of codes, shapes and alignments."""
    return {
        f"/{name}.{form}": _get(f"{name}_{form}", title, "", "terms", _as_text(media), [], (400,))
        for name, title in _DOCUMENTS.items()
        for form, media in GRAPHS.items()
    }


def _get(
    name: str, summary: str, said: str, tag: str, content: Mapping[str, Any], taken: list[dict[str, Any]],
    errors: Iterable[int] = _EVERYWHERE,
) -> dict[str, Any]:  # fmt: skip
    refusals = {str(status): {"$ref": f"#/components/responses/Error{status}"} for status in errors}
    found = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": taken,
        "responses": {"200": {"description": "The answer.", "content": dict(content)}, **refusals},
    }
    return {"get": found | ({"description": said} if said else {})}


def _rows(row: Mapping[str, Any]) -> dict[str, Any]:
    one = {"type": "object", "properties": dict(row), "required": list(row), "additionalProperties": False}
    return {"type": "array", "items": one}


def _as_text(media_type: str) -> dict[str, Any]:
    return {media_type: {"schema": _JSONLD if media_type == GRAPHS["jsonld"] else _TEXT}}


def _error() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"status": {"type": "integer"}, "message": {"type": "string"}},
        "required": ["status", "message"],
    }


def _refusal(status: int, words: str) -> dict[str, Any]:
    content = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}, "text/plain": {"schema": _TEXT}}
    wait = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}
    return {"description": words, "content": content} | ({"headers": wait} if status in _WAIT else {})
