"""What is noted of every request as it passes: its figures, and what the log says of it."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from flask import Response, g, request

from webapp import log
from webapp.counters import REQUESTS, SECONDS
from webapp.protocol import Asked
from webapp.service import current_service

_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def begin() -> None:
    """Note when a request came; runs before all else."""
    g.begun, g.engine_seconds = time.perf_counter(), 0.0


def finish(response: Response) -> Response:
    """Count a request by names that we gave, and not by what the client wrote; runs after all else."""
    route = request.url_rule.rule if request.url_rule else "unknown"
    method = request.method if request.method in _METHODS else "other"
    REQUESTS.labels(method, route, response.status_code).inc()
    SECONDS.labels(route).observe(time.perf_counter() - g.begun)
    request.environ[log.KEY] = _known(route)
    return response


def _known(route: str) -> dict[str, Any]:
    """Return what only the application knows of a request."""
    service = current_service()
    return {
        "route": route,
        "query": (request.view_args or {}).get("name") if request.endpoint == "library.query" else None,
        "query_sha256": _hash(g.get("asked")),
        "engine_seconds": round(g.engine_seconds, 4),
        "snapshot": service.snapshot.id,
    }


def _hash(asked: Asked | None) -> str | None:
    """Return a hash of the query that a request brought, if it was read."""
    return hashlib.sha256(asked.query.encode("utf-8", "surrogatepass")).hexdigest()[:16] if asked else None
