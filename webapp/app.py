"""The Flask application, made from a service that it is given."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, current_app, has_request_context, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from graph.errors import CyberGovError
from webapp import (
    assets,
    caching,
    codebook,
    competency,
    coverage,
    discovery,
    documentation,
    guides,
    home,
    library,
    limits,
    linked,
    metrics,
    pages,
    rate,
    releases,
    reuse,
    sparql,
    suggest,
    watch,
)
from webapp import help as help_pages
from webapp.negotiate import HTML, chosen
from webapp.service import Service, current_service, site_address
from webapp.things import local, readable, short
from webapp.views import compare, matrix, network, timeline
from webapp.views import map as map_view
from webapp.words import is_date, word

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_SAFE = {  # whether a browser may trust it; Strict-Transport-Security is for the proxy to say, who knows of https
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",  # the data are for all
}
_OPEN = {  # pages of any origin may ask, and read what programs need
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, Content-Disposition, ETag, Link, Location, Retry-After, Vary",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Cache-Control, Content-Type, If-None-Match, Range",
    "Access-Control-Max-Age": "86400",
}


def create_app(service: Service) -> Flask:
    """Return the application; a test gives it a service on a small graph."""
    app = Flask(__name__)
    app.extensions["service"] = service
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(local=local, readable=readable, word=word, short=short)
    app.jinja_env.tests["date"] = is_date
    assets.know_types()
    app.jinja_env.globals.update(
        citation=reuse.citation,
        copies=reuse.copies,
        has_asset=reuse.has_asset,
        here=reuse.here,
        preview=reuse.preview,
        site_address=site_address,
    )
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = limits.MAX_BODY + 1
    app.before_request(watch.begin)  # before what a blueprint does before requests
    for blueprint in (
        home.bp,
        pages.bp,
        library.bp,
        suggest.bp,
        reuse.bp,
        map_view.bp,
        codebook.bp,
        competency.bp,
        coverage.bp,
        documentation.bp,
        linked.bp,
        help_pages.bp,
        guides.bp,
        sparql.bp,
        discovery.bp,
        metrics.bp,
        compare.bp,
        matrix.bp,
        network.bp,
        timeline.bp,
    ):
        app.register_blueprint(blueprint)
    app.before_request(service.move_on)
    app.before_request(_without_slash)
    app.before_request(caching.answer_unasked)
    app.after_request(watch.finish)  # the first named is the last to run
    app.after_request(caching.finish)
    app.after_request(_headers)
    rate.install(app, service.settings.rate)
    if service.settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=service.settings.proxies, x_proto=service.settings.proxies, x_host=0
        )
    releases.join(app, service)
    app.register_error_handler(CyberGovError, _refuse)
    app.register_error_handler(HTTPException, _refuse)

    @app.context_processor
    def common() -> dict[str, object]:
        manifest = current_service().manifest
        return {
            "manifest": manifest,
            "contact": service.settings.contact,
            "release": releases.of_request(),
            "embedded": _is_embedded(),
        }

    return app


def _is_embedded() -> bool:
    """Tell whether a page is asked for to stand in a page elsewhere; from bytes, as an address need not be UTF-8."""
    return has_request_context() and b"embed=1" in request.query_string.split(b"&")


def _headers(response: Response) -> Response:
    for name, value in (_SAFE | _OPEN).items():
        response.headers.setdefault(name, value)
    if _is_embedded():
        response.headers["Content-Security-Policy"] = _POLICY.replace("frame-ancestors 'self'", "frame-ancestors *")
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET, HEAD, OPTIONS")
        response.headers.update(_PREFLIGHT)
    return response


def _without_slash() -> ResponseReturnValue | None:
    """Send an address on that is known but for a slash at its end."""
    bare = "/" + request.path.strip("/")  # one slash in front: two would name another host
    known = request.url_rule and not any(str(value).endswith("/") for value in (request.view_args or {}).values())
    if not request.path.endswith("/") or bare == "/" or known or isinstance(request.routing_exception, RequestRedirect):
        return None
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not adapter.test(bare, request.method):
        return None
    return linked.moved(request.root_path + quote(bare))


def _refuse(error: CyberGovError | HTTPException) -> ResponseReturnValue:
    """Say what happened and what to do: as a page to a browser, as text or JSON to a program."""
    if isinstance(error, CyberGovError):
        status, message = error.status, str(error)
    else:
        status, message = error.code or 500, error.description or "The request failed."
    headers = limits.headers(error) if isinstance(error, CyberGovError) else {}
    if isinstance(error, HTTPException):
        headers |= {name: value for name, value in error.get_headers() if name == "Allow"}
    best = chosen(request, ["text/plain", HTML, "application/json"])
    if best == HTML:
        headers |= releases.headers(error) if isinstance(error, CyberGovError) else {}
        near = linked.nearest(current_service(), request.path) if status == 404 else []
        return render_template("error.html", status=status, message=message, near=near), status, headers
    if best == "application/json":
        return jsonify({"status": status, "message": message}), status, headers
    return Response(message + "\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
