"""Warming up: what takes a process seconds the first time is done before the first visitor asks.

That is so when a process starts, and again when a new snapshot is there.
"""

from __future__ import annotations

import gc
import logging
import threading
import time

from flask import Flask, request

from graph.errors import CyberGovError
from webapp import service as services

log = logging.getLogger(__name__)

# What is read once a snapshot is read for these, what most visitors see first before what takes longest.
SLOW_AT_FIRST = (
    "/",
    "/states",
    "/search?q=norm",
    "/matrix",
    "/map",
    "/compare",
    "/timeline",
    "/network",
    "/guides",
    "/coverage",
    "/data",
    "/ontology",
    "/codebook",
)


def begin(app: Flask) -> threading.Thread:
    """Make pages that are slow at first, beside whatever is asked meanwhile; return the thread that does it."""
    thread = threading.Thread(target=_stay_warm, args=(app,), name="warm-up", daemon=True)
    thread.start()
    return thread


def _stay_warm(app: Flask) -> None:
    service: services.Service = app.extensions["service"]
    while True:
        made = service.snapshot.id
        make(app)
        while service.snapshot.id == made:
            time.sleep(services.LOOK_EVERY)
            service.move_on()


def make(app: Flask) -> None:
    """Make pages that are slow at first, and read all templates.

    What has come to stay is then left out when memory that nobody needs is looked for: that held up a request now and
    then by 0.1 seconds.
    """
    for path in SLOW_AT_FIRST:
        _call(app, path)
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _call(app: Flask, path: str) -> None:
    """Call a view itself: nobody asked, so nothing is counted or logged."""
    with app.test_request_context(path):
        try:
            app.view_functions[str(request.endpoint)](**(request.view_args or {}))
        except CyberGovError as error:
            log.warning("%s could not be made beforehand: %s", path, error)
