"""Serving with gunicorn: a few processes with threads, each with worker processes of its own for queries.

SIGTERM ends it once what runs has been answered; SIGHUP goes over to new code without losing a request; SIGUSR1 opens
the log anew. A new snapshot needs no signal.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from graph import snapshot as snapshots
from graph.errors import CyberGovError
from webapp.log import logger
from webapp.settings import Settings, share_figures

PROCESSES = 2
SPARE_THREADS = 16  # in each process, for pages and whatever else needs no public worker
KEPT = 20  # seconds for which a connection waits for its next request; clients that are busy use them after some time
GRACE = 5  # seconds beyond the longest query, to end in
LONGEST_LINE = 8190  # bytes of method and address; a longer query comes by POST
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # as malloc.h numbers them
_OURS = ("graph", "loaders", "ontology", "queries", "webapp")
_LOOPBACK = ("127.", "localhost", "::1")


class NotForThePublic(CyberGovError):
    """A private snapshot would be served beyond this machine."""

    exit_code = 2


class _Server(BaseApplication):
    """Gunicorn, told all it needs here instead of by its command line."""

    def __init__(self, settings: Settings, host: str, port: int, figures: Path) -> None:
        self._settings, self._figures, self._master = settings, figures, os.getpid()
        waiting = settings.queue + max(1, settings.workers // PROCESSES)  # as many as the pool lets in
        self._options: dict[str, Any] = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": PROCESSES,
            "threads": waiting + SPARE_THREADS,
            "worker_class": "webapp.connections.PatientWorker",
            "timeout": 120,
            "keepalive": KEPT,
            "graceful_timeout": int(settings.longest) + GRACE,
            "limit_request_line": LONGEST_LINE,
            "forwarder_headers": "",  # no header of a request says where the application begins or who is asking
            "accesslog": settings.log or None,
            "logger_class": logger(settings.log_addresses),
            "child_exit": _forget,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application, in a process that will answer; from the code as it is now, not as it was at first."""
        _give_memory_back()
        for name in [name for name in sys.modules if name.partition(".")[0] in _OURS]:
            del sys.modules[name]
        from webapp import rate, warm
        from webapp.app import create_app
        from webapp.metrics import MASTER, SHARED
        from webapp.service import open_service
        from webapp.settings import Settings

        known = {field.name for field in dataclasses.fields(Settings)}
        settings = Settings(**{name: value for name, value in vars(self._settings).items() if name in known})
        app = create_app(open_service(settings, processes=PROCESSES))
        app.config.update({SHARED: str(self._figures), MASTER: self._master})
        rate.install(app, settings.rate, self._figures / "rate.sqlite")
        warm.begin(app)
        return app


def _give_memory_back() -> None:
    """Keep what threads have freed in two arenas and not in eight for each core, and large pieces in none.

    With glibc's own choice a process grew from 180 MB to 490 MB in three minutes of load, 330 MB of it in arenas. Other
    C libraries have nothing to be told.
    """
    with contextlib.suppress(OSError, AttributeError):
        tell = ctypes.CDLL(None).mallopt
        tell(_ARENA_MAX, 2)
        tell(_MMAP_THRESHOLD, 1 << 20)


def _forget(_: Any, worker: Any) -> None:
    """Take what a process was doing out of the figures once it has ended; what it has done stays counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the current snapshot until stopped; refuse to offer a private one beyond this machine."""
    manifest = snapshots.current(settings.home).manifest()
    if not manifest["public"] and not host.startswith(_LOOPBACK):
        raise NotForThePublic(f"This snapshot is private, so it is not served on {host}. Use 127.0.0.1, or build anew.")
    print(f"Serving snapshot {manifest['id']} at http://{host}:{port}/ (stop with Ctrl-C)", flush=True)
    figures, master = Path(tempfile.mkdtemp(prefix="cybergov-figures-")), os.getpid()
    share_figures(figures)
    try:
        _Server(settings, host, port, figures).run()
    finally:
        if os.getpid() == master:
            shutil.rmtree(figures)
