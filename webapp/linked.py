"""Linked data: identifiers lead to documents, and each document comes as a page, as RDF or as a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import queries
from graph.errors import CyberGovError
from graph.remote import RemoteEngine
from graph.search import alike, in_any_case, search
from graph.terms import DCTERMS, GRAPH, ID, slug, thing
from loaders.curated import retired
from queries import Table
from webapp import sections
from webapp.about import About, given_up, held, listing
from webapp.negotiate import GRAPHS, HTML, JSON, TABLES, asked_by_name, chosen, languages, preferred
from webapp.profiles import registry
from webapp.profiles.subject import Subject
from webapp.reading import Reader
from webapp.service import INSIDE, Service, current_service, site_address, whole_network
from webapp.things import NoSuchThing, kind_of, local, short
from webapp.told import gather, is_known

bp = Blueprint("linked", __name__)

KEPT = 64  # documents that a process keeps for the next who asks; the largest have about a megabyte


_GRAPH_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
FORMS = {**GRAPHS, "json": JSON, "csv": TABLES["csv"]}


class Gone(CyberGovError):
    """An identifier that was given up, with what replaced it."""

    status = 410

    def __init__(self, iri: str, replaced_by: str, reason: str) -> None:
        instead = f" It was replaced by {replaced_by}." if replaced_by else ""
        super().__init__(f"The identifier {iri} is no longer used: {reason}.{instead}")
        self.iri, self.replaced_by, self.reason = iri, replaced_by, reason


@bp.get("/id/<kind>/<path:name>")
def identifier(kind: str, name: str) -> ResponseReturnValue:
    """Send on to the document about a thing, as the question "what is this?" deserves: 303."""
    _must_not_be_retired(f"{ID}{kind}/{name}")
    return redirect(url_for("linked.document", kind=kind, name=name), 303)


@bp.get("/doc/<kind>/<path:name>")
def document(kind: str, name: str) -> ResponseReturnValue:
    """Describe one thing, as a page, as RDF or as a table, by suffix, `?format=` or Accept."""
    bare, suffix = _parts(name)
    if slug(kind) != kind:
        raise NoSuchThing(f"There is no kind {kind!r}.")
    iri = f"{ID}{kind}/{bare}"
    _must_not_be_retired(iri)
    try:
        if not _is_name(kind, bare):
            raise NoSuchThing(f"{bare!r} is no name of a thing.")
        if suffix and "section" in request.args:
            return _section(iri, request.args["section"], suffix)
        return _shown(iri, f"doc/{kind}/{bare}", suffix)
    except NoSuchThing as error:
        if other := meant(current_service(), kind, bare):
            return moved(local(other) + (f".{suffix}" if suffix else ""))
        raise NoSuchThing(f"Nothing here has the identifier {iri}.") from error


@bp.get("/graph/<path:name>")
def named_graph(name: str) -> ResponseReturnValue:
    """Describe one named graph, in the same forms."""
    bare, suffix = _parts(name)
    iri = f"{GRAPH}{bare}"
    if not _GRAPH_NAME.fullmatch(bare):
        raise NoSuchThing(f"Nothing here has the identifier {iri}.")
    return _shown(iri, f"graph/{bare}", suffix)


def _is_name(kind: str, name: str) -> bool:
    try:
        thing(kind, name)
    except ValueError:
        return False
    return True


def _parts(name: str) -> tuple[str, str]:
    """Return a name and the form in which it ends, if it ends in one."""
    stem, _, suffix = name.rpartition(".")
    return (stem, suffix) if stem and suffix in FORMS else (name, "")


def moved(path: str) -> ResponseReturnValue:
    """Send a request on for good, with what its address asks for."""
    query = quote(request.query_string, safe="%/?:@!$&'()*+,;=~[]")
    return redirect(path + (f"?{query}" if query else ""), 308)


@dataclass(frozen=True)
class Asked:
    """A document as asked for: what it is about, where it stands, in which form, and for which languages."""

    iri: str
    path: str
    form: str
    languages: tuple[str, ...]
    site: str
    snapshot: str
    query: bytes  # of the address: the page in a release links to the same address outside it


def _shown(iri: str, path: str, suffix: str) -> Response:
    service = current_service()
    wanted = FORMS[suffix] if suffix else _wanted()
    liked = () if wanted in GRAPHS.values() else languages(request)  # statements come in all languages
    query = request.query_string if wanted == HTML else b""
    asked = Asked(iri, path, wanted, liked, site_address(), service.snapshot.id, query)
    body, used = _made(asked) if isinstance(service.site, RemoteEngine) else _kept(asked)
    kind = JSON if wanted == JSON else f"{wanted}; charset=utf-8"
    response = Response(
        body, content_type=kind, headers={"Vary": "Accept", "Link": _links(iri, f"{request.root_path}/{path}")}
    )
    if wanted not in GRAPHS.values():
        response.vary.add("Accept-Language")
        response.content_language.update(used)
    return response


def _kept(asked: Asked) -> tuple[bytes | str, list[str]]:
    """Return a document, made now or the last time; a snapshot that is served from here never changes."""
    makers = current_app.extensions
    if "documents" not in makers:
        makers["documents"] = lru_cache(maxsize=KEPT)(_made)
    maker: Callable[[Asked], tuple[bytes | str, list[str]]] = makers["documents"]
    return maker(asked)


def _made(asked: Asked) -> tuple[bytes | str, list[str]]:
    """Return a document and the languages in it."""
    service = current_service()
    told, query = gather(service, asked.iri), ""
    if kind_of(asked.iri) == "graph":
        told.statements[asked.iri].extend(held(service.snapshot, asked.iri))
        query = listing(asked.iri)
    about = About(asked.site + asked.path, asked.site, service.manifest["data_date"], told, query)
    if asked.form in GRAPHS.values():
        return about.written(asked.form), []
    reader = Reader(told, asked.languages)
    if asked.form == HTML:
        page, path = reader.page(), f"{request.root_path}/{asked.path}"
        whole = registry.whole(Subject(service, told, reader, page))
        tied = told.iri in whole_network(service.snapshot.network)
        more = {"iri": told.iri, "path": path, "tied": tied, "asking": query, "whole": whole}
        return render_template("thing.html", page=page, **more), reader.used
    return table_text(about.table(reader), "json" if asked.form == JSON else "csv"), reader.used


def _section(iri: str, name: str, suffix: str) -> Response:
    """Return all claims of one section of a page: a claim a row, or what is stated of them as RDF."""
    service = current_service()
    lead = sections.find(service, iri, name)
    if suffix not in GRAPHS:
        return table_response(sections.table(service, lead, iri), suffix)
    media = GRAPHS[suffix]
    body = sections.statements(service, lead, iri, media)
    return Response(body, content_type=f"{media}; charset=utf-8", headers={"Access-Control-Allow-Origin": "*"})


def _wanted() -> str:
    """Return the form asked for by `?format=` or Accept, else the page; who accepts JSON gets JSON-LD."""
    if asked_by_name(request) == "json":
        return JSON
    return preferred(request, [HTML, *GRAPHS.values(), TABLES["csv"]], HTML)


# What leads nowhere


@bp.errorhandler(Gone)
def gone(error: Gone) -> ResponseReturnValue:
    """Say that an identifier was given up, and lead on to what replaced it, in the form that was asked for."""
    if not error.replaced_by:
        return _refused(error, [])
    here = local(error.replaced_by)
    link = f'<{here}>; rel="successor-version", <{error.replaced_by}>; rel="{DCTERMS.isReplacedBy}"'
    return _refused(error, [(here, short(error.replaced_by))], {"Link": link})


@bp.errorhandler(NoSuchThing)
def no_such_thing(error: NoSuchThing) -> ResponseReturnValue:
    """Say that there is no such thing, and which are nearest."""
    return _refused(error, nearest(current_service(), request.path))


def _refused(
    error: Gone | NoSuchThing, near: list[tuple[str, str]], headers: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """Refuse as a page, as JSON, as text, or as RDF where there are statements to make."""
    suffix = _parts(request.path)[1]
    offered = ["text/plain", HTML, JSON, *(GRAPHS.values() if isinstance(error, Gone) else ())]
    best = FORMS[suffix] if FORMS.get(suffix) in offered else chosen(request, offered)
    if best == HTML:
        page = render_template("error.html", status=error.status, message=str(error), near=near)
        return page, error.status, dict(headers or {})
    body: bytes | str
    if isinstance(error, Gone) and best in GRAPHS.values():
        body = given_up(error.iri, error.replaced_by, str(error), str(best))
    elif best == JSON:
        said: dict[str, object] = {"status": error.status, "message": str(error)}
        if isinstance(error, Gone):
            said["replaced_by"] = error.replaced_by or None
        said["nearest"] = [{"address": address, "name": name} for address, name in near]
        body = json.dumps(said, ensure_ascii=False)
    else:
        best = "text/plain"
        nearest_ones = f" Nearest: {', '.join(address for address, _ in near)}." if near else ""
        body = f"{error}{nearest_ones if error.status == 404 else ''}\n"
    kind = JSON if best == JSON else f"{best}; charset=utf-8"
    return Response(body, status=error.status, content_type=kind, headers=dict(headers or {}))


def meant(service: Service, kind: str, name: str) -> str:
    """Return the one thing meant by an address that has its symbol (A/RES/73/27) or another case instead of a slug."""
    plain = slug(name)
    candidates = {f"{ID}{kind}/{plain}"} if plain and plain != name else set()
    candidates.update(in_any_case(service.snapshot.search, f"{ID}{kind}/{plain}"))
    symbols = [name, *({name.upper()} - {name})]
    rows = queries.for_site("by_identifier").answer(service, identifier=symbols).rows
    found = {thing or "" for (thing,) in rows}
    candidates.update(found if len(found) == 1 else ())
    known = [iri for iri in sorted(candidates) if iri in found or is_known(service, iri)]
    return known[0] if len(known) == 1 else ""


def _must_not_be_retired(iri: str) -> None:
    if INSIDE not in request.environ and (row := retired().get(iri)):  # in a release it is what it was
        raise Gone(iri, row.replaced_by, row.reason)


def _links(iri: str, path: str) -> str:
    alternates = [f'<{path}.{suffix}>; rel="alternate"; type="{media}"' for suffix, media in FORMS.items()]
    return ", ".join([f'<{iri}>; rel="canonical"', *alternates])


def table_response(table: Table, suffix: str) -> Response:
    """Return a table as CSV or as a JSON list of objects, open to every origin."""
    media = JSON if suffix == "json" else "text/csv; charset=utf-8"
    return Response(table_text(table, suffix), content_type=media, headers={"Access-Control-Allow-Origin": "*"})


def table_text(table: Table, suffix: str) -> str:
    """Return a table as CSV or as a JSON list of objects."""
    if suffix == "json":
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        return json.dumps(rows, ensure_ascii=False)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([safe(value) for value in row] for row in table.rows)
    return out.getvalue()


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
