"""The service as strangers meet it: `cybergov serve` in a process of its own, and a client that sends any bytes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
STARTING = 60.0  # seconds; a machine may be busy
PATIENCE = 30.0  # seconds to wait for an answer before it counts as a hang


@dataclass(frozen=True)
class Reply:
    """What came back on a connection: one answer, or nothing where the server closed it."""

    status: int  # 0 where nothing came
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def connect(self, timeout: float = PATIENCE) -> socket.socket:
        """Open a connection."""
        return socket.create_connection((HOST, self.port), timeout=timeout)

    def send(self, request: bytes, timeout: float = PATIENCE) -> Reply:
        """Send bytes as they are, and read until the server closes; it may close before it has read them all."""
        start = time.monotonic()
        with self.connect(timeout) as line:
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(request)
            received = bytearray()
            with suppress(ConnectionResetError):
                while piece := line.recv(1 << 16):
                    received += piece
        return read_reply(bytes(received), time.monotonic() - start)

    def get(self, target: str, *headers: str, method: str = "GET", timeout: float = PATIENCE) -> Reply:
        """Ask for an address, with header lines of any kind."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}:{self.port}", "Connection: close", *headers]
        return self.send(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape"), timeout)

    def query(self, text: str, accept: str = "application/sparql-results+json", way: str = "GET") -> Reply:
        """Ask the endpoint, by GET or by POST."""
        if way == "GET":
            return self.get(f"/sparql?query={quote(text, safe='')}", f"Accept: {accept}")
        return self.post(text.encode(), "application/sparql-query", f"Accept: {accept}")

    def post(self, body: bytes, media_type: str, *headers: str, target: str = "/sparql") -> Reply:
        """Post bytes."""
        lines = [
            f"POST {target} HTTP/1.1", f"Host: {HOST}:{self.port}", "Connection: close", *headers,
            f"Content-Type: {media_type}", f"Content-Length: {len(body)}",
        ]  # fmt: skip
        return self.send(("\r\n".join(lines) + "\r\n\r\n").encode() + body)

    def children(self) -> set[int]:
        """Return the numbers of the processes that answer requests, whose parent is the server."""
        found = set()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and f"\nPPid:\t{self.process.pid}\n" in (entry / "status").read_text():
                    found.add(int(entry.name))
        return found


def read_reply(received: bytes, seconds: float) -> Reply:
    """Take the first answer apart; its body is all that follows, with chunks put together."""
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = int(first.split()[1]) if first.startswith("HTTP/") else 0
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = b"".join(_chunks(body))
    return Reply(status, headers, body, seconds)


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        yield body[:length]
        body = body[length + 2 :]


@contextmanager
def serving(home: Path, log: Path, /, **settings: object) -> Iterator[Served]:
    """Serve the current snapshot of a home on a free port, with settings by their names in small letters."""
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CYBERGOV_")}
    given = {f"CYBERGOV_{name.upper()}": str(value) for name, value in settings.items()}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "serve", "--port", str(port)],
            cwd=ROOT, env=kept | {"CYBERGOV_HOME": str(home)} | given, stdout=out, stderr=out,
        )  # fmt: skip
    served = Served(port, process, log)
    try:
        _wait_for(served)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def _wait_for(served: Served) -> None:
    end = time.monotonic() + STARTING
    while True:
        try:
            urllib.request.urlopen(f"{served.address}/health", timeout=10).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert served.process.poll() is None, served.log.read_text()
            assert time.monotonic() < end, served.log.read_text()
            time.sleep(0.1)
