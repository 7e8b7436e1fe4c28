"""Discovery: what a machine asks first of a site it does not know, from robots.txt to the description of the data."""

from __future__ import annotations

import io
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from graph.snapshot import Snapshot
from webapp import descriptions
from webapp.negotiate import GRAPHS, HTML, preferred
from webapp.pages import DUMPS
from webapp.service import current_service
from webapp.settings import Settings

bp = Blueprint("discovery", __name__)

_OPEN = {"Access-Control-Allow-Origin": "*"}


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


def service_description() -> Response:
    """Describe the endpoint, to a program that comes to it without a query."""
    return _described("service", preferred(request, [*GRAPHS.values()], GRAPHS["ttl"]))


def address() -> str:
    """Return the address of the site as the client sees it, with a stroke at the end."""
    return request.url_root


def _described(what: str, media_type: str) -> Response:
    service = current_service()
    body = _written(what, service.snapshot, address(), service.settings, media_type)
    return Response(body, content_type=f"{media_type}; charset=utf-8", headers={"Vary": "Accept", **_OPEN})


@lru_cache(maxsize=64)
def _written(what: str, snapshot: Snapshot, place: str, settings: Settings, media_type: str) -> bytes:
    """Return one of the descriptions in a format, in an order that its statements alone decide."""
    counts, manifest = descriptions.counted(snapshot), snapshot.manifest()
    dumps = descriptions.dumps_of(manifest, DUMPS)
    if what == "service":
        graph = descriptions.service_description(counts, place, settings)
    elif what == "void":
        graph = descriptions.void(counts, place, dumps)
    else:
        graph = descriptions.catalogue(counts, place, manifest, dumps, settings.contact)
    text = graph.serialize(format="nt")
    prefixes = {name: namespace for name, namespace in descriptions.PREFIXES.items() if f"<{namespace}" in text}
    triples = sorted((quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)), key=str)
    out = io.BytesIO()
    ox.serialize(triples, out, ox.RdfFormat.from_media_type(media_type), prefixes=prefixes)
    return out.getvalue()


def _onward(to: str) -> ResponseReturnValue:
    response = redirect(to, 303)
    response.headers.update({"Vary": "Accept", **_OPEN})
    return response
