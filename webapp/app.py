"""The Flask application, made from a service that it is given."""

from __future__ import annotations

from flask import Flask, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from graph.engine import EngineBusy
from graph.errors import CyberGovError
from webapp import codebook, competency, discovery, documentation, linked, pages, sparql
from webapp.negotiate import HTML
from webapp.service import Service, current_service
from webapp.things import local, readable, short
from webapp.words import is_date, word

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def create_app(service: Service) -> Flask:
    """Return the application; a test gives it a service on a small graph."""
    app = Flask(__name__)
    app.extensions["service"] = service
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(local=local, readable=readable, word=word, short=short)
    app.jinja_env.tests["date"] = is_date
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = 1_000_000
    for blueprint in (pages.bp, codebook.bp, competency.bp, documentation.bp, linked.bp, sparql.bp, discovery.bp):
        app.register_blueprint(blueprint)
    app.before_request(service.move_on)
    app.after_request(_headers)
    app.register_error_handler(CyberGovError, _refuse)
    app.register_error_handler(HTTPException, _refuse)

    @app.context_processor
    def common() -> dict[str, object]:
        return {"manifest": service.manifest, "contact": service.settings.contact}

    return app


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.path.startswith(("/sparql", "/id/", "/doc/", "/dumps/", "/queries")):
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response


def _refuse(error: CyberGovError | HTTPException) -> ResponseReturnValue:
    """Say what happened and what to do: as a page to a browser, as text or JSON to a program."""
    if isinstance(error, CyberGovError):
        status, message = error.status, str(error)
    else:
        status, message = error.code or 500, error.description or "The request failed."
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, EngineBusy) else {}
    if isinstance(error, HTTPException):
        headers |= {name: value for name, value in error.get_headers() if name == "Allow"}
    best = request.accept_mimetypes.best_match([HTML, "application/json", "text/plain"])
    if best == HTML and request.accept_mimetypes[HTML] > request.accept_mimetypes["application/json"]:
        near = linked.nearest(current_service(), request.path) if status == 404 else []
        return render_template("error.html", status=status, message=message, near=near), status, headers
    if (
        best == "application/json"
        and request.accept_mimetypes["application/json"] > request.accept_mimetypes["text/plain"]
    ):
        return jsonify({"status": status, "message": message}), status, headers
    return Response(message + "\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
