"""Counters: what is counted while requests and queries are answered; `webapp.metrics` shows it, the log tells of it."""

from __future__ import annotations

import time
from typing import Any

from flask import g, has_request_context
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from graph.engine import (
    Answer,
    AskerGone,
    EngineBusy,
    EngineClosed,
    LocalEngine,
    OutOfMemory,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
)
from graph.errors import CyberGovError
from graph.remote import RemoteEngine

_OUTCOMES: dict[type[CyberGovError], str] = {
    QuerySyntaxError: "syntax",
    QueryTimeout: "timeout",
    OutOfMemory: "memory",
    ResultTooLarge: "too large",
    EngineBusy: "busy",
    EngineClosed: "closed",
    AskerGone: "gone",
}

OWN = CollectorRegistry()
REQUESTS = Counter(
    "cybergov_requests", "Requests, by the pattern of their address.", ["method", "route", "status"], registry=OWN
)
SECONDS = Histogram(
    "cybergov_request_seconds",
    "Seconds until the answer is ready, by the pattern of the address.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=OWN,
)
_queries = Counter("cybergov_queries", "Queries that an engine was given.", ["engine", "outcome"], registry=OWN)
_query_seconds = Histogram(
    "cybergov_query_seconds",
    "Seconds that queries waited and ran.",
    ["engine"],
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=OWN,
)
_at_once = Gauge(
    "cybergov_queries_in_progress",
    "Queries that run, or wait for a worker.",
    ["engine"],
    registry=OWN,
    multiprocess_mode="livesum",
)


class _Watched:
    """Counts what an engine is asked, and adds up how long a request waited for it."""

    def __init__(self, role: str, *arguments: Any, **options: Any) -> None:
        self.role = role
        super().__init__(*arguments, **options)

    def answer(self, query: str, **options: Any) -> Answer:
        """Answer a query; see `Engine.answer`."""
        begun, outcome = time.perf_counter(), "failed"
        _at_once.labels(self.role).inc()
        try:
            answer: Answer = super().answer(query, **options)  # type: ignore[misc]
            outcome = "ok"
        except CyberGovError as error:
            outcome = _OUTCOMES.get(type(error), "failed")
            raise
        finally:
            seconds = time.perf_counter() - begun
            _at_once.labels(self.role).dec()
            _queries.labels(self.role, outcome).inc()
            _query_seconds.labels(self.role).observe(seconds)
            if has_request_context():
                g.engine_seconds = g.get("engine_seconds", 0.0) + seconds
        return answer


class WatchedLocalEngine(_Watched, LocalEngine):
    """A local engine whose queries are counted."""


class WatchedRemoteEngine(_Watched, RemoteEngine):
    """A remote engine whose queries are counted."""
