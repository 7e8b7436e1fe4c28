"""A web server on this machine for tests, which answers as it is told to: well, in pieces, late, or not at all."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What an address gives, and what goes wrong there; each of `faults` is used up by one request."""

    content: bytes
    tag: str = '"one"'
    ranges: bool = True
    length: bool = True
    faults: list[str | int] = field(default_factory=list)  # a status, "cut", "late", "wrong place" or a redirect's aim
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A running server: its pages by path, and the requests that came."""

    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # path and range

    def put(self, path: str, content: bytes, **how: object) -> str:
        """Give a page and return its address."""
        self.pages[path] = Page(content, **how)  # type: ignore[arg-type]
        return self.address + path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site
    stopped: threading.Event

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.site.asked.append((self.path.lstrip("/"), wanted))
        page = self.site.pages.get(self.path.lstrip("/"))
        fault = page.faults.pop(0) if page and page.faults else None
        self.close_connection = True
        if page is None:
            self._say(404, b"nothing here")
        elif isinstance(fault, int):
            self._say(fault, b"not now", page.headers)
        elif fault == "late":
            self.stopped.wait(20)
        elif fault and fault not in ("cut", "wrong place"):
            self._say(302, b"", {"Location": fault})
        else:
            self._give(page, wanted, fault)

    def _give(self, page: Page, wanted: str | None, fault: str | None) -> None:
        begin, status, content = 0, 200, page.content
        headers = {"ETag": page.tag} if page.tag else {}
        if wanted and page.ranges and self.headers.get("If-Range", page.tag) == page.tag:
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if begin >= len(content):
                self._say(416, b"", {"Content-Range": f"bytes */{len(content)}"})
                return
            status, off = 206, begin + 1 if fault == "wrong place" else begin
            headers["Content-Range"] = f"bytes {off}-{len(content) - 1}/{len(content)}"
        content = content[begin:]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if page.length:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if fault == "cut":
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.wfile.write(content)

    def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


@contextmanager
def serving(trust: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve on a free port until the block ends; by TLS where something to be trusted for is given."""
    stopped = threading.Event()
    handler = type("Handler", (_Handler,), {"stopped": stopped})
    server = _Server(("127.0.0.1", 0), handler)
    if trust:
        server.socket = trust.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    handler.site = Site(f"{'https' if trust else 'http'}://127.0.0.1:{server.server_address[1]}/")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield handler.site  # type: ignore[attr-defined]
    finally:
        stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()
