"""Serving with gunicorn: a few processes with threads, each with worker processes of its own for queries."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication

from graph import snapshot as snapshots
from graph.errors import CyberGovError
from webapp.app import create_app
from webapp.service import open_service
from webapp.settings import Settings

PROCESSES, THREADS = 2, 4
_LOOPBACK = ("127.", "localhost", "::1")


class NotForThePublic(CyberGovError):
    """A private snapshot would be served beyond this machine."""

    exit_code = 2


class _Server(BaseApplication):
    """Gunicorn, told all it needs here instead of by its command line."""

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._settings = settings
        self._options: dict[str, Any] = {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": PROCESSES,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": 120,
            "graceful_timeout": 5,
            "accesslog": None,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        return create_app(open_service(self._settings, processes=PROCESSES))


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the current snapshot until stopped; refuse to offer a private one beyond this machine."""
    manifest = snapshots.current(settings.home).manifest()
    if not manifest["public"] and not host.startswith(_LOOPBACK):
        raise NotForThePublic(f"This snapshot is private, so it is not served on {host}. Use 127.0.0.1, or build anew.")
    print(f"Serving snapshot {manifest['id']} at http://{host}:{port}/ (stop with Ctrl-C)", flush=True)
    _Server(settings, host, port).run()
