"""Warming up: what takes a process seconds the first time is done when it starts, not when the first visitor asks."""

from __future__ import annotations

import logging
import threading

from flask import Flask, request

from graph.errors import CyberGovError

log = logging.getLogger(__name__)

SLOW_AT_FIRST = ("/ontology", "/codebook", "/network")  # they read the ontology, or place a network


def begin(app: Flask) -> threading.Thread:
    """Make pages that are slow at first, beside whatever is asked meanwhile; return the thread that does it."""
    thread = threading.Thread(target=_make, args=(app,), name="warm-up", daemon=True)
    thread.start()
    return thread


def _make(app: Flask) -> None:
    """Call the views themselves: nobody asked, so nothing is counted or logged."""
    for path in SLOW_AT_FIRST:
        with app.test_request_context(path):
            try:
                app.view_functions[str(request.endpoint)](**(request.view_args or {}))
            except CyberGovError as error:
                log.warning("%s could not be made beforehand: %s", path, error)
