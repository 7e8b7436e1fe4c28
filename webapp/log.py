"""The access log: one line of JSON a request, with what it cost and without who asked, unless that is wanted.

The standard library writes it, through gunicorn's own logger, which opens the file anew on SIGUSR1; python-json-logger
and structlog would add a dependency for one call of `json.dumps`. All that a client sent is escaped by JSON, so that no
line can be forged; of a query only a hash is kept.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from gunicorn.glogging import Logger

KEY = "cybergov.log"  # in the WSGI environment: what the application knows of the request
_ADDRESS = re.compile(r"from ip=([0-9A-Fa-f.:]+):(?= )")
_PREFIXES = {4: 24, 6: 48}  # bits of an address that name a network
_LONGEST = {"method": 20, "path": 300, "agent": 120}


def shortened(address: str, kept: str) -> str | None:
    """Return as much of a client's address as is to be kept: none, its network, or the whole.

    >>> shortened("192.0.2.77", "network"), shortened("2001:db8:1:2::7", "network"), shortened("192.0.2.77", "none")
    ('192.0.2.0/24', '2001:db8:1::/48', None)
    """
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    if kept == "network":
        return str(ipaddress.ip_network((found, _PREFIXES[found.version]), strict=False))
    return str(found) if kept == "whole" else None


def line(resp: Any, environ: MutableMapping[str, Any], took: timedelta, kept: str) -> str:
    """Return one line of the log."""
    status = resp.status if isinstance(resp.status, int) else int(str(resp.status).split(None, 1)[0])
    said = {
        "method": environ.get("REQUEST_METHOD"),
        "path": environ.get("RAW_URI", "").partition("?")[0],
        "agent": environ.get("HTTP_USER_AGENT"),
    }
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": shortened(_client(environ), kept),
        **{name: text and text[: _LONGEST[name]] for name, text in said.items()},
        "status": status,
        "bytes": getattr(resp, "sent", None),
        "seconds": round(took.total_seconds(), 4),
        **environ.get(KEY, {}),
    }
    return json.dumps({name: value for name, value in entry.items() if value is not None})


def _client(environ: MutableMapping[str, Any]) -> str:
    """Return the address of the client: what a proxy on this machine says of it, or where the request came from."""
    peer = environ.get("REMOTE_ADDR") or ""
    told = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
    return told if told and (not peer or shortened(peer, "network") in ("127.0.0.0/24", "::/48")) else peer


class AccessLog(Logger):
    """Gunicorn's logger, with our lines; a subclass says how much of an address is kept."""

    kept = "network"

    def access(self, resp: Any, req: Any, environ: MutableMapping[str, Any], request_time: timedelta) -> None:
        """Write the line of one request."""
        if self.cfg.accesslog:
            self.access_log.info("%s", line(resp, environ, request_time, self.kept))

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        """Write a warning, in which gunicorn puts the whole address of who sent what it can't read."""
        kept = _ADDRESS.sub(lambda found: f"from {shortened(found[1], self.kept) or 'somebody'}:", str(msg))
        super().warning(kept, *args, **kwargs)


def logger(kept: str) -> type[AccessLog]:
    """Return a logger for gunicorn that keeps so much of each address."""
    return type("ConfiguredAccessLog", (AccessLog,), {"kept": kept})
