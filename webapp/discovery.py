"""Discovery: what a machine asks first of a site it does not know, from robots.txt to the description of the data."""

from __future__ import annotations

import io
import json
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.snapshot import Snapshot
from webapp import descriptions, markup, openapi, sitemap
from webapp.lists import LISTS
from webapp.negotiate import GRAPHS, HTML, preferred
from webapp.pages import mapping_dumps
from webapp.service import INSIDE, current_service, site_address
from webapp.settings import Settings
from webapp.things import Item

bp = Blueprint("discovery", __name__)

_OPEN = {"Access-Control-Allow-Origin": "*"}
_NO_DATA = ("/static/", "/health", "/metrics", "/robots.txt", "/sitemap")
_COSTLY = (
    *("/sparql?query=", "/search", "/suggest", "/report", "/network?", "/matrix?", "/compare?", "/map?", "/timeline?"),
    *("/release/", "/health", "/metrics"),
)


@bp.after_app_request
def _tell_terms(response: Response) -> Response:
    """Add to whatever is data or a page on it under which licence it stands and what describes the whole."""
    if response.status_code == 200 and not request.path.startswith(_NO_DATA):
        void = f"{request.root_path}/dumps/void.ttl" if INSIDE in request.environ else "/.well-known/void"
        for target, relation in ((descriptions.CC_BY, "license"), (void, "describedby")):
            response.headers.add("Link", f'<{target}>; rel="{relation}"')
    return response


@bp.get("/.well-known/void")
def void() -> ResponseReturnValue:
    """The data set described in VoID; a person is sent to the page on the data."""
    wanted = preferred(request, [*GRAPHS.values(), HTML], GRAPHS["ttl"])
    return _onward("/data") if wanted == HTML else _described("void", wanted)


@bp.get("/dataset")
def dataset() -> ResponseReturnValue:
    """The identifier of the data set leads on to what describes it."""
    wanted = preferred(request, [HTML, *GRAPHS.values()], HTML)
    suffix = next((f".{form}" for form, media in GRAPHS.items() if media == wanted), "")
    return _onward(f"/data{suffix}")


@bp.get("/data<any('.ttl','.nt','.jsonld','.rdf'):suffix>")
def catalogue(suffix: str) -> ResponseReturnValue:
    """The DCAT record."""
    return _described("catalogue", GRAPHS[suffix[1:]])


@bp.get("/robots.txt")
def robots() -> Response:
    """What crawlers may visit: all pages but those that compute; nothing of a private build."""
    barred = _COSTLY if current_service().manifest["public"] else ("/",)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in barred), f"Sitemap: {site_address()}sitemap.xml"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
def site_map() -> Response:
    """The list of the parts of the site map."""
    service = current_service()
    total = len(_site_paths(service.snapshot))
    return _xml(sitemap.index(site_address(), total, service.manifest["data_date"]))


@bp.get("/sitemap-<int:number>.xml")
def site_map_part(number: int) -> Response:
    """One part of the site map."""
    service = current_service()
    found = _site_paths(service.snapshot)
    parts = sitemap.parts(len(found))
    if not 1 <= number <= parts:
        abort(404, f"The site map has {parts} parts; there is no part {number}.")
    return _xml(sitemap.part(site_address(), found, number, service.manifest["data_date"]))


@bp.get("/api")
def api() -> str:
    """How programs ask, for people."""
    asked = [(query, openapi.columns(query.text)) for query in queries.catalogue().values()]
    settings = current_service().settings
    return render_template(
        "api.html", asked=asked, lists=LISTS, errors=openapi.ERRORS, limits=descriptions.limits(settings)
    )


@bp.get("/api/openapi.json")
def api_document() -> Response:
    """The same for programs."""
    service = current_service()
    told = openapi.document(site_address(), service.manifest["id"], service.settings.contact)
    return Response(json.dumps(told, ensure_ascii=False), content_type="application/json", headers=_OPEN)


@bp.app_template_global()
def markup_of_thing(item: Item) -> dict[str, Any] | None:
    """Give a page what search engines read in it; nothing for claims, sources and evidence."""
    return markup.of_thing(item, site_address()) if markup.is_found_by_name(item.kind) else None


@bp.app_template_global()
def markup_of_dataset() -> dict[str, Any]:
    """Give a page the data set as search engines read it."""
    manifest = current_service().manifest
    dumps = [dump for dump in descriptions.dumps_of(manifest) if not dump.graph]
    return markup.of_dataset(manifest, dumps, site_address())


def service_description() -> Response:
    """Describe the endpoint, to a program that comes to it without a query."""
    return _described("service", preferred(request, [*GRAPHS.values()], GRAPHS["ttl"]))


def _described(what: str, media_type: str) -> Response:
    service = current_service()
    body = _written(what, service.snapshot, site_address(), service.settings, media_type)
    return Response(body, content_type=f"{media_type}; charset=utf-8", headers={"Vary": "Accept", **_OPEN})


@lru_cache(maxsize=64)
def _written(what: str, snapshot: Snapshot, place: str, settings: Settings, media_type: str) -> bytes:
    """Return one of the descriptions in a format, in an order that its statements alone decide."""
    counts, manifest = descriptions.counted(snapshot), snapshot.manifest()
    dumps = descriptions.dumps_of(manifest)
    if what == "service":
        graph = descriptions.service_description(counts, place, settings)
    elif what == "void":
        graph = descriptions.void(counts, place, dumps)
    else:
        graph = descriptions.catalogue(counts, place, manifest, [*dumps, *mapping_dumps()], settings.contact)
    text = graph.serialize(format="nt")
    prefixes = {name: namespace for name, namespace in descriptions.PREFIXES.items() if f"<{namespace}" in text}
    triples = sorted((quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)), key=str)
    out = io.BytesIO()
    ox.serialize(triples, out, ox.RdfFormat.from_media_type(media_type), prefixes=prefixes)
    return out.getvalue()


@lru_cache(maxsize=2)
def _site_paths(snapshot: Snapshot) -> list[str]:
    return sitemap.paths(snapshot.search)


def _xml(body: bytes) -> Response:
    return Response(body, content_type="application/xml; charset=utf-8")


def _onward(to: str) -> ResponseReturnValue:
    response = redirect(to, 303)
    response.headers.update({"Vary": "Accept", **_OPEN})
    return response
