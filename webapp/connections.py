"""Connections: gunicorn's threaded worker, but one whose threads wait for no client.

A thread of gunicorn's reads a request as it comes, for as long as that takes, so a few clients that send a byte now
and then hold all the threads there are. Here a request waits in the kernel's buffer, where it costs nothing, and is
given to a thread once all of it is there. A proxy in front that buffers requests does the same; this is for a service
without one.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import struct
import time
from concurrent.futures import Future
from functools import partial
from typing import Any, NamedTuple

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

from graph.pool import has_hung_up
from webapp.limits import MAX_BODY

MAX_HEAD = 32 << 10
MOST_SEEN = MAX_HEAD + 2 * MAX_BODY  # bytes of a request that are looked at before it is given to a thread
ARRIVING_SECONDS = 10.0  # in which all of a request must come
TAKING_SECONDS = 30  # in which a client must take something of its answer
LINGERING_SECONDS = 2.0  # in which a client may take the rest of an answer, before its connection is closed
LINGERING_BYTES = 1 << 20

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_CONTINUE = re.compile(rb"^expect:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)
_LAST_CHUNK = re.compile(rb"(?:^|\r\n)0+[ \t]*(?:;[^\r\n]*)?\r\n")


class HeadTooLarge(Exception):
    """The head of a request is larger than any that is read."""


class Seen(NamedTuple):
    """What has come of a request: how many bytes the kernel must hold before a thread has something to do."""

    wanted: int
    unwelcome: bool = False  # its body is larger than any that is read


class PatientWorker(ThreadWorker):
    """Gives a request to a thread once it has arrived, refuses one that does not, and closes without waiting."""

    def init_process(self) -> None:
        """Begin with no connection."""
        self._arriving: dict[TConn, float] = {}  # whose request is not all there, and until when it must be
        self._last_call = 0.0  # once this process is to end: until when a connection without a request is kept
        self._lingering: dict[TConn, float] = {}  # who is answered, and until when they may read it
        self._unwelcome: set[TConn] = set()  # whose body is not going to be read
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread, or wait for the rest of its request."""
        try:
            seen = Seen(0) if self.cfg.is_ssl else look(conn)
        except HeadTooLarge:
            limit = f"The head of the request is longer than the limit of {MAX_HEAD:,} bytes"
            self._refuse(conn, "431 Request Header Fields Too Large", f"{limit}; send fewer headers.")
            return
        if seen.wanted:
            self._wait_for(conn, seen.wanted)
            return
        self._arriving.pop(conn, None)
        if seen.unwelcome:
            self._unwelcome.add(conn)
        conn.data_ready = True
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", TAKING_SECONDS, 0))
        super().enqueue_req(conn)

    def murder_pending(self) -> None:
        """Close what has had its time; the main loop calls this at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        if not self.alive and not self._last_call:
            self._last_call = now + LINGERING_SECONDS
        for conn, end in list(self._arriving.items()):
            begun = bool(held(conn))
            if end < now or (not begun and 0 < self._last_call < now):
                self.poller.unregister(conn.sock)
                if begun:
                    limit = f"The request did not arrive within the limit of {ARRIVING_SECONDS:g} seconds"
                    self._refuse(conn, "408 Request Timeout", f"{limit}; send it without pauses.")
                else:
                    self._drop(conn)
        for conn in [conn for conn, end in self._lingering.items() if end < now]:
            self.poller.unregister(conn.sock)
            self._drop(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Keep a connection for the next request, or close it without holding up all others meanwhile."""
        if not fs.cancelled() and not fs.exception() and fs.result():
            super().finish_request(conn, fs)
        else:
            self._linger(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Say what to do where an address is too long, for that is a limit that people meet."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        limit = f"The address is longer than the limit of {self.cfg.limit_request_line:,} bytes"
        with contextlib.suppress(OSError):
            client.sendall(_plain("414 URI Too Long", f"{limit}; send the query by POST."))

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Close rather than read to its end what nobody wanted to read."""
        return conn not in self._unwelcome and bool(super()._keepalive_after(conn, keepalive))  # type: ignore[misc]

    def _wait_for(self, conn: TConn, wanted: int) -> None:
        """Have the poller tell when so many bytes are there, or when the client has left."""
        self._arriving.setdefault(conn, time.monotonic() + ARRIVING_SECONDS)
        conn.sock.setblocking(False)
        for size in (MOST_SEEN, wanted):  # the first makes the kernel's buffer large enough for what is looked at
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._look_again, conn))

    def _look_again(self, conn: TConn, _: socket.socket) -> None:
        self.poller.unregister(conn.sock)
        self.enqueue_req(conn)

    def _refuse(self, conn: TConn, status: str, message: str) -> None:
        conn.sock.setblocking(False)
        with contextlib.suppress(OSError):
            conn.sock.send(_plain(status, message))
        self._linger(conn)

    def _linger(self, conn: TConn) -> None:
        """Send no more, and close once the client has: what is closed with bytes unread loses what was sent last."""
        self._arriving.pop(conn, None)
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        except OSError:
            self._drop(conn)
            return
        self._lingering[conn] = time.monotonic() + LINGERING_SECONDS
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read_off, conn, [LINGERING_BYTES]))

    def _read_off(self, conn: TConn, left: list[int], _: socket.socket) -> None:
        """Throw away what a client still sends, up to a number of bytes."""
        try:
            read = len(conn.sock.recv(1 << 16))
        except BlockingIOError:
            return
        except OSError:
            read = 0
        left[0] -= read
        if not read or left[0] < 0:
            self.poller.unregister(conn.sock)
            self._drop(conn)

    def _drop(self, conn: TConn) -> None:
        self._arriving.pop(conn, None)
        self._lingering.pop(conn, None)
        self._unwelcome.discard(conn)
        self.nr_conns -= 1
        conn.close()


def look(conn: TConn) -> Seen:
    """Look at what has come of a request.

    One whose body is too large, or whose client waits to be told to go on, is for a thread at once.
    """
    there = held(conn)
    if there is None:
        return Seen(1)
    if not there or has_hung_up(conn.sock.fileno()):
        return Seen(0)
    in_kernel = len(there) - len(buffered(conn))
    head, end, body = there.partition(_END_OF_HEAD)
    if len(head) > MAX_HEAD:
        raise HeadTooLarge
    if not end:
        return Seen(in_kernel + 1)
    head += b"\r\n"
    length = _LENGTH.search(head)
    size = int(length[1]) if length else 0
    if _CHUNKED.search(head):
        size = 0 if _LAST_CHUNK.search(body) else len(body) + 1
    if size > MAX_BODY or len(body) >= size or _CONTINUE.search(head):
        return Seen(0, unwelcome=size > MAX_BODY)
    return Seen(in_kernel + size - len(body))


def held(conn: TConn) -> bytes | None:
    """Return what has come and was not read yet: nothing at the end of the stream, None where nothing came."""
    try:
        fresh = conn.sock.recv(MOST_SEEN, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return buffered(conn) or None
    except OSError:
        return b""
    return buffered(conn) + fresh


def buffered(conn: TConn) -> bytes:
    """Return what gunicorn read beyond the last request on a connection."""
    unreader = getattr(conn.parser, "unreader", None)
    return bytes(unreader.buf.getvalue()) if unreader else b""


def _plain(status: str, message: str) -> bytes:
    text = f"{message}\n".encode()
    head = f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return f"{head}Access-Control-Allow-Origin: *\r\nContent-Length: {len(text)}\r\n\r\n".encode() + text
