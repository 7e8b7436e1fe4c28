"""Old releases on the web: `/release/` lists them, and below `/release/NAME/` documents and endpoint answer from one.

They are the same pages and the same endpoint. A release has a service of its own, and the application answers a request
for it as if it began at `/release/NAME`; so whatever makes links by `local` or `url_for` stays inside.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from graph import releases
from graph.errors import CyberGovError
from graph.releases import Release
from graph.search import search
from graph.shelf import BeingOpened, Shelf, ShelvedEngine
from graph.snapshot import Snapshot
from webapp.counters import WatchedLocalEngine
from webapp.descriptions import Dump
from webapp.negotiate import HTML, JSON, asked_by_name, preferred
from webapp.pages import MANIFEST, sent
from webapp.service import INSIDE, STRANGERS_GIVE_WAY, Service, current_service, site_address
from webapp.things import local

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

bp = Blueprint("releases", __name__)

SHOWN = 50
FILES = (*releases.KEPT[:2], "void.ttl")
_BELOW = re.compile(r"/release/(?P<name>[^/]+)(?P<rest>/(?:doc|graph|id|sparql|static)(?:/.*)?)", re.DOTALL)


class NotInRelease(CyberGovError):
    """A release has no such page or file."""

    status = 404


class Library:
    """The releases of a site, each with a service of its own."""

    def __init__(self, service: Service, processes: int = 1) -> None:
        settings = service.settings
        self.home = settings.home.resolve()
        self._settings = dataclasses.replace(settings, engine="", services="")
        most = max(1, settings.open_releases // processes)
        self.shelf = Shelf(self.home, self._engine, most=most, idle=settings.release_idle)
        self._service_of = lru_cache(maxsize=64)(self._make_service)

    def service(self, name: str) -> Service:
        """Return the service of a release or a kept snapshot; raise UnknownRelease where there is none."""
        return self._service_of(releases.find(self.home, name))

    def _make_service(self, snapshot: Snapshot) -> Service:
        site, public = (ShelvedEngine(self.shelf, snapshot, role) for role in ("site", "public"))
        return Service(self._settings, snapshot, site=site, public=public)

    def _engine(self, role: str, store: Path) -> WatchedLocalEngine:
        settings = self._settings
        return WatchedLocalEngine(
            "release",
            store,
            workers=1,
            deadline=settings.site_deadline if role == "site" else settings.deadline,
            max_bytes=settings.max_megabytes * 1_000_000,
            memory=settings.memory_megabytes * 1_000_000,
            queue_limit=settings.queue,
            niceness=0 if role == "site" else STRANGERS_GIVE_WAY,
        )


class Mount:
    """Has the application answer for a release, as if it began at `/release/NAME`."""

    def __init__(self, app: WSGIApplication, library: Library) -> None:
        self._app, self._library = app, library

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        below = _BELOW.fullmatch(environ.get("PATH_INFO", ""))
        if below and (service := self._service(below["name"])):
            root = f"{environ.get('SCRIPT_NAME', '')}/release/{below['name']}"
            environ.update({"SCRIPT_NAME": root, "PATH_INFO": below["rest"], INSIDE: service})
        return self._app(environ, start_response)

    def _service(self, name: str) -> Service | None:
        """Return the service of a release; None where there is none that can be read, and the view below says why."""
        try:
            return self._library.service(name)
        except CyberGovError:
            return None


def join(app: Flask, service: Service) -> Library:
    """Add the releases to an application, and return them."""
    library = app.extensions["releases"] = Library(service, service.processes)
    app.wsgi_app = Mount(app.wsgi_app, library)  # type: ignore[method-assign]
    app.register_blueprint(bp)
    app.after_request(_lead_to_latest)
    return library


@bp.get("/release/")
def listing() -> ResponseReturnValue:
    """All releases, newest first."""
    found = [brief(one) for one in reversed(releases.releases(_library().home))]
    if _wants_json():
        return jsonify(found)
    return render_template("releases.html", releases=found)


@bp.get("/release/<name>")
def one(name: str) -> ResponseReturnValue:
    """One release: what it is, its files, and ways in."""
    service = _library().service(name)
    if _wants_json():
        return jsonify(brief(service.snapshot))
    words = request.args.get("q", "").strip()
    hits = [(f"/release/{name}{local(hit.iri)}", hit) for hit in search(service.snapshot.search, words, SHOWN)]
    about = brief(service.snapshot)
    place = site_address() + about["address"].lstrip("/")
    return render_template("release.html", about=about, place=place, manifest=service.manifest, asked=words, hits=hits)


@bp.get("/release/<name>/dumps/<file>")
def dump(name: str, file: str) -> ResponseReturnValue:
    """One file of a release."""
    service = _library().service(name)
    if file == MANIFEST:
        return Response((service.snapshot.path / MANIFEST).read_bytes(), content_type=JSON)
    paths = {Path(path).name: path for path in FILES}
    if file not in paths:
        raise NotInRelease(f"Release {name} has no file {file[:80]!r}. There are: {', '.join(paths)}, {MANIFEST}.")
    facts = service.manifest["files"][paths[file]]
    return sent(service.snapshot.path / paths[file], Dump(file, facts["bytes"], facts["sha256"]))


@bp.get("/release/<name>/data")
def data(name: str) -> ResponseReturnValue:
    """What is told of its data stands on the page of the release."""
    return redirect(url_for(".one", name=name), 303)


@bp.get("/release/<name>/<path:rest>")
def nowhere(name: str, rest: str) -> ResponseReturnValue:
    """Say what there is below a release; documents and endpoint are answered before a request comes here."""
    found = _library().service(name)
    raise NotInRelease(
        f"Release {_name(found.snapshot)} has nothing at {rest[:80]!r}. It has /doc/..., /id/..., /graph/..., /sparql "
        "and /dumps/...; lists and other pages are of the current data only."
    )


def brief(snapshot: Snapshot) -> dict[str, Any]:
    """Return what there is to say of a release in brief."""
    return dict(_brief(snapshot))


@lru_cache(maxsize=256)
def _brief(snapshot: Snapshot) -> dict[str, Any]:
    manifest, name = snapshot.manifest(), _name(snapshot)
    files = [
        {"name": Path(path).name, "address": f"/release/{name}/dumps/{Path(path).name}", **manifest["files"][path]}
        for path in FILES
    ]
    return {
        "release": snapshot.name if isinstance(snapshot, Release) else None,
        "snapshot": snapshot.id,
        "released": snapshot.note()["released"] if isinstance(snapshot, Release) else None,
        "data_date": manifest["data_date"],
        "statements": manifest["counts"]["statements"],
        "address": f"/release/{name}",
        "files": files,
    }


def of_request() -> dict[str, Any] | None:
    """Return what there is to say of the release that the request at hand is about; None for the current data."""
    if not has_request_context() or INSIDE not in request.environ:
        return None
    asked = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return brief(current_service().snapshot) | {"now": quote(request.path) + asked}


def headers(error: CyberGovError) -> dict[str, str]:
    """Return the headers that have a browser ask again for a release that is being opened."""
    return {"Refresh": str(error.retry_after)} if isinstance(error, BeingOpened) else {}


def _lead_to_latest(response: Response) -> Response:
    """Name the current state of what a release tells."""
    if INSIDE in request.environ and response.status_code == 200 and request.endpoint != "static" and "kept" not in g:
        response.headers.add("Link", f'<{quote(request.path)}>; rel="latest-version"')
    return response


def _name(snapshot: Snapshot) -> str:
    return snapshot.name if isinstance(snapshot, Release) else snapshot.id


def _wants_json() -> bool:
    if short := asked_by_name(request):
        return short == "json"
    return preferred(request, [HTML, JSON], HTML) == JSON


def _library() -> Library:
    library: Library = current_app.extensions["releases"]
    return library
