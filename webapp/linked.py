"""Linked data: identifiers lead to documents, and each document comes as a page or as RDF."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import queries
from graph.errors import CyberGovError
from graph.search import alike, search
from graph.terms import ID, slug, thing
from graph.worker import PREFIXES
from loaders.curated import retired
from queries import Table
from webapp.negotiate import GRAPHS, HTML, TABLES, asked_by_name, preferred
from webapp.service import Service, current_service, whole_network
from webapp.things import NoSuchThing, local, read_page

bp = Blueprint("linked", __name__)


class Gone(CyberGovError):
    """An identifier that was given up, with what replaced it."""

    status = 410


@bp.get("/id/<kind>/<path:name>")
def identifier(kind: str, name: str) -> ResponseReturnValue:
    """Send on to the document about a thing, as the question "what is this?" deserves: 303."""
    _must_not_be_retired(f"{ID}{kind}/{name}")
    return redirect(url_for("linked.document", kind=kind, name=name), 303)


@bp.get("/doc/<kind>/<path:name>")
def document(kind: str, name: str) -> ResponseReturnValue:
    """Describe one thing, as a page or as RDF by suffix, `?format=` or Accept."""
    service = current_service()
    stem, _, suffix = name.rpartition(".")
    name, suffix = (stem, suffix) if stem and suffix in (*GRAPHS, "json", "csv") else (name, "")
    iri = _iri(kind, name)
    _must_not_be_retired(iri)
    named = asked_by_name(request)
    if (suffix or named) in ("json", "csv"):
        return _as_table(service, iri, suffix or str(named))
    wanted = GRAPHS[suffix] if suffix else preferred(request, [HTML, *GRAPHS.values(), TABLES["csv"]], HTML)
    if wanted == TABLES["csv"]:
        return _as_table(service, iri, "csv")
    if wanted == HTML:
        tied = iri in whole_network(service.snapshot.network)
        page = render_template("thing.html", page=read_page(service, iri), iri=iri, tied=tied)
        return Response(page, headers={"Vary": "Accept", "Link": _links(kind, name)})
    headers = {"Vary": "Accept", "Link": _links(kind, name), "Access-Control-Allow-Origin": "*"}
    return Response(_description(service, iri, wanted), content_type=f"{wanted}; charset=utf-8", headers=headers)


def _description(service: Service, iri: str, media_type: str) -> bytes:
    """Return all that is stated of a thing as RDF, the thing itself first, the rest in order."""
    found = service.site.construct(queries.for_site("description").bind(thing=iri))
    triples = list(ox.parse(found, format=ox.RdfFormat.N_TRIPLES))
    if not triples:
        raise NoSuchThing(f"Nothing here has the identifier {iri}.")
    triples.sort(key=lambda quad: (quad.subject.value != iri, *map(str, quad.triple)))
    out = io.BytesIO()
    form = ox.RdfFormat.from_media_type(media_type)
    ox.serialize((quad.triple for quad in triples), out, form, prefixes=PREFIXES)
    return out.getvalue()


def _iri(kind: str, name: str) -> str:
    """Return the identifier; an address with a document's symbol in it (A/RES/73/27) means its slug."""
    if slug(kind) != kind:
        raise NoSuchThing(f"There is no kind {kind!r}.")
    try:
        return str(thing(kind, name))
    except ValueError:
        if not slug(name):
            raise NoSuchThing(f"{name!r} is no identifier.") from None
        return str(thing(kind, slug(name)))


def _must_not_be_retired(iri: str) -> None:
    if row := retired().get(iri):
        instead = f" It was replaced by {row.replaced_by}." if row.replaced_by else ""
        raise Gone(f"The identifier {iri} is no longer used: {row.reason}.{instead}")


def _links(kind: str, name: str) -> str:
    alternates = [
        f'<{url_for("linked.document", kind=kind, name=f"{name}.{suffix}")}>; rel="alternate"; type="{media}"'
        for suffix, media in GRAPHS.items()
    ]
    return ", ".join([f'<{ID}{kind}/{name}>; rel="canonical"', *alternates])


def _as_table(service: Service, iri: str, suffix: str) -> Response:
    table = queries.for_site("statements").answer(service, thing=iri)
    if not table.rows:
        raise NoSuchThing(f"Nothing here has the identifier {iri}.")
    return table_response(table, suffix)


def table_response(table: Table, suffix: str) -> Response:
    """Return a table as CSV or as a JSON list of objects, open to every origin."""
    if suffix == "json":
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        body, media = json.dumps(rows, ensure_ascii=False), "application/json"
    else:
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(table.columns)
        writer.writerows([safe(value) for value in row] for row in table.rows)
        body, media = out.getvalue(), "text/csv; charset=utf-8"
    return Response(body, content_type=media, headers={"Access-Control-Allow-Origin": "*"})


def safe(value: str | None) -> str | None:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value and value[0] in "=+-@\t\r" else value


def nearest(service: Service, path: str) -> list[tuple[str, str]]:
    """Return address and name of things whose identifiers or names are like an address that led nowhere."""
    kind, _, last = path.rstrip("/").partition(".")[0].rpartition("/")
    hits = alike(service.snapshot.search, kind.rsplit("/", 1)[-1], last)
    words = slug(last).replace("-", " ").split()
    while words and len(hits) < 5:
        hits += search(service.snapshot.search, " ".join(words), 5)
        words.pop()
    return list({local(hit.iri): hit.name for hit in hits}.items())[:5]
