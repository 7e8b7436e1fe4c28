"""Caching: entity tags that follow from snapshot and request, how long an answer stays fresh, and compression.

Between two snapshots the same request has the same answer. So most tags are known before anything is asked of the
engine, and a client that holds the answer is told so (304) at no cost; another gets the answer that is kept in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

import brotli
from flask import Response, current_app, g, request

from graph.remote import RemoteEngine
from graph.snapshot import Snapshot
from webapp import rate
from webapp.kept import Kept, Sent
from webapp.service import INSIDE, current_service
from webapp.settings import Settings

FRESH = 60  # seconds for which nobody need ask again
RELEASED = 86_400  # the same for pages of a release, which change with the program only
SMALLEST = 1000  # bytes that are worth compressing
_LARGE = 1_000_000  # bytes from which speed counts for more than size
_CODINGS = ("br", "gzip")
_LIVE = ("/health", "/metrics")  # true at this moment only
_BY_BYTES = ("documentation", "codebook", "releases")  # blueprints that change with something else than the data
_KEPT_FOR_EVER = ("releases.dump",)
_FILES = ("static", "pages.dump", *_KEPT_FOR_EVER)  # endpoints whose files Flask tags and dates itself
_CACHEABLE = (200, 206, 301, 303, 304, 308)
_HASHED = re.compile(r".+/vendor/[^/]+-[A-Z0-9]{8}\.\w+")  # files whose names follow from their bytes
_VOLATILE = re.compile(r"\b(?:now|rand|uuid|struuid|service)\b", re.IGNORECASE)
_TEXT = re.compile(r"text/.+|.+\+(?:json|xml)|application/(?:json|xml|n-triples|n-quads|trig|sparql-query|javascript)")


def answer_unasked() -> Response | None:
    """Tell a client that names the tag of the answer to come that it has that answer, or send it the one that is kept.

    This comes before the view is run.
    """
    g.tag = _tag_to_come()
    if g.tag:
        held = request.if_none_match
        coding = _coding()
        for tag in (f"{g.tag}-{coding}", g.tag) if coding else (g.tag,):
            if not held.star_tag and held.contains_weak(tag):
                response = Response(status=304)
                response.set_etag(tag)
                response.vary.add("Accept-Language")  # the view would have known whether it matters
                return response
        return _from_memory(coding or "")
    return None


def finish(response: Response) -> Response:
    """Tag, compress and date an answer, and send nothing of it to a client that has it; after all else is done."""
    response.vary.update(["Accept-Encoding"] if request.endpoint == "static" else ["Accept", "Accept-Encoding"])
    reading = request.method in ("GET", "HEAD")
    if response.status_code == 200:
        if "kept" not in g:
            if reading and not _is_live():
                _tag(response)
            _compress(response)
            _keep(response)
        if reading and not response.direct_passthrough:
            response.make_conditional(request)
    _say_how_long(response, reading and response.status_code in _CACHEABLE and not _is_live())
    return response


# Tags


def _tag_to_come() -> str | None:
    """Return the tag of the answer, if that follows from what is served and what is asked.

    What Accept and Accept-Language say stands for the format and language chosen by them.
    """
    service = current_service()
    remote = isinstance(service.site, RemoteEngine) or isinstance(service.public, RemoteEngine)
    known = request.url_rule is not None and request.endpoint not in _FILES and request.blueprint not in _BY_BYTES
    if request.method not in ("GET", "HEAD") or remote or not known or _is_live():
        return None
    g.served = _served(service.snapshot, service.settings)
    root = (request.scheme, request.host, request.root_path)
    asked = (root, request.path, request.query_string, _said("Accept"))
    g.key = _digest(repr((g.served, asked)).encode())
    return _digest(f"{g.key} {_said('Accept-Language')}".encode())


def _tag(response: Response) -> None:
    """Give an answer its tag, unless it has one: the one foreseen, or else that of its bytes."""
    if response.get_etag()[0]:
        return
    if tag := g.get("tag"):
        service = current_service()
        if g.served == _served(service.snapshot, service.settings):  # otherwise who knows which snapshot was asked
            response.set_etag(tag)
    elif not response.is_streamed:
        response.set_etag(_digest(response.get_data()))


@lru_cache(maxsize=16)
def _served(snapshot: Snapshot, settings: Settings) -> str:
    """Return a digest of all that answers follow from beside the request."""
    return _digest(f"{_program()} {sorted(snapshot.manifest().items())} {snapshot.id} {settings}".encode())


@cache
def _program() -> str:
    """Return a digest of what pages are made from beside the data: programs, templates, queries, the ontology."""
    root = Path(__file__).resolve().parents[1]
    found = hashlib.sha256()
    for package in ("graph", "loaders", "ontology", "queries", "webapp"):
        for path in sorted((root / package).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return found.hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _said(header: str) -> str:
    return ",".join(sorted("".join(part.split()).lower() for part in request.headers.get(header, "").split(",")))


# Memory


def _from_memory(coding: str) -> Response | None:
    """Return the answer to the same request, if it was given before and is kept."""
    for language in (None, _said("Accept-Language")):
        if found := _memory().get((g.key, coding, language)):
            if found.asked:
                rate.count(request)  # it is a query all the same
            g.kept, g.asked = True, found.asked
            response = Response(found.body, headers=found.headers)
            response.set_etag(f"{g.tag}-{coding}" if "Content-Encoding" in response.headers else g.tag)
            return response
    return None


def _keep(response: Response) -> None:
    """Keep an answer whose tag was foreseen, so that it follows from what was asked and from nothing else."""
    tag = response.get_etag()[0] or ""
    foreseen = request.method == "GET" and bool(g.get("tag")) and tag.startswith(g.tag)
    private = "no-store" in response.headers.get("Cache-Control", "") or not current_service().manifest["public"]
    if not foreseen or private or response.is_streamed or response.direct_passthrough:
        return
    headers = tuple((name, value) for name, value in response.headers if name not in ("ETag", "Content-Length"))
    language = _said("Accept-Language") if "Accept-Language" in response.vary else None
    _memory().put((g.key, _coding() or "", language), Sent(headers, response.get_data(), g.get("asked")))


def _memory() -> Kept:
    """Return the answers of this process, those of the snapshot that is served and of releases."""
    service, makers = current_app.extensions["service"], current_app.extensions
    if "kept" not in makers:
        makers["kept"] = Kept(service.settings.cache_megabytes * 1_000_000 // service.processes)
    memory: Kept = makers["kept"]
    memory.move_to(service.snapshot.id)
    return memory


# Freshness


def _say_how_long(response: Response, may_be_kept: bool) -> None:
    if request.endpoint not in _FILES and "Cache-Control" in response.headers:
        return
    if not may_be_kept:
        response.headers["Cache-Control"] = "no-store"
        return
    whose = "public" if current_service().manifest["public"] else "private"
    if request.endpoint in _KEPT_FOR_EVER or (request.endpoint == "static" and _HASHED.fullmatch(request.path)):
        how_long = "max-age=31536000, immutable"
    else:
        how_long = f"max-age={RELEASED if INSIDE in request.environ else FRESH}, must-revalidate"
    response.headers["Cache-Control"] = f"{whose}, {how_long}"


def _is_live() -> bool:
    """Tell whether the answer may be another a moment later, on the same snapshot."""
    return request.path in _LIVE or any(_VOLATILE.search(query) for query in request.args.getlist("query"))


# Compression


def _compress(response: Response) -> None:
    """Compress text for who accepts it; a file on disk is sent as it is, and dumps are compressed already."""
    coding = _coding()
    as_it_is = response.is_streamed if request.endpoint != "static" else False
    if not coding or as_it_is or "Content-Encoding" in response.headers or not _TEXT.fullmatch(response.mimetype or ""):
        return
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return
    quick = len(body) > _LARGE
    if coding == "br":
        response.set_data(brotli.compress(body, quality=1 if quick else 5))
    else:
        response.set_data(gzip.compress(body, compresslevel=1 if quick else 6, mtime=0))
    response.headers["Content-Encoding"] = coding
    response.headers.pop("Accept-Ranges", None)
    tag, weak = response.get_etag()
    if tag:
        response.set_etag(f"{tag}-{coding}", weak=bool(weak))


def _coding() -> str | None:
    """Return the coding that the client likes best, if it likes it no less than none."""
    accepted = request.accept_encodings
    best = max(_CODINGS, key=accepted.quality)
    return best if accepted.quality(best) > 0 and accepted.quality(best) >= accepted.quality("identity") else None
