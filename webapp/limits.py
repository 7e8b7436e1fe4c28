"""Limits on what one client can take up here: the time of its query, the body it sends, and its connection."""

from __future__ import annotations

import contextlib
import math
import socket
import time
from threading import Timer

from flask import Request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from graph.errors import CyberGovError

MAX_BODY = 128 << 10
BODY_SECONDS = 10.0


class BodyTooLarge(CyberGovError):
    """A request brings more than any query needs; no more of it is read than up to the limit."""

    status = 413

    def __init__(self) -> None:
        super().__init__(
            f"The body of the request is larger than the limit of {MAX_BODY:,} bytes; "
            "shorten the query, or split it into several."
        )


class BodyTooSlow(CyberGovError):
    """A body did not arrive in time."""

    status = 408

    def __init__(self) -> None:
        super().__init__(
            f"The body of the request did not arrive within the limit of {BODY_SECONDS:g} seconds; "
            "send it without pauses."
        )


class BodyBroken(CyberGovError):
    """A body ended before it should, or its chunks are none."""

    status = 400

    def __init__(self) -> None:
        super().__init__("The body of the request is not as long as its headers say; send it whole.")


class BadTimeout(CyberGovError):
    """The time asked for is no number of seconds, or more than is given."""

    status = 400

    def __init__(self, written: str, longest: float) -> None:
        super().__init__(
            f"The timeout {written[:40]!r} can't be given: it is a number of seconds above 0 and up to {longest:g}; "
            "give another, or leave it out."
        )


def seconds(written: str, longest: float) -> float:
    """Return the number of seconds that a client gives its query."""
    try:
        number = float(written) if written.isascii() and "_" not in written else math.nan
    except ValueError:
        number = math.nan
    if not 0 < number <= longest:
        raise BadTimeout(written, longest)
    return number


def body(request: Request) -> bytes:
    """Return what a request brings, if it is whole, not too large, and does not take too long.

    One byte more than the limit is read, and the length compared: werkzeug passes on in silence what it cuts off at
    its limit, and what ends early where the server marks the end of a body, as gunicorn does.
    """
    request.max_content_length = MAX_BODY + 1
    connection: socket.socket | None = request.environ.get("gunicorn.socket")
    late = Timer(BODY_SECONDS, _stop_reading, [connection])
    start = time.monotonic()
    if connection:
        late.start()
    try:
        found = request.get_data()
    except RequestEntityTooLarge:
        raise BodyTooLarge from None
    except (ClientDisconnected, ParseException, OSError):
        raise (BodyTooSlow if time.monotonic() - start >= BODY_SECONDS else BodyBroken)() from None
    finally:
        late.cancel()
    if len(found) > MAX_BODY:
        raise BodyTooLarge
    if len(found) < (request.content_length or 0):
        raise BodyTooSlow if time.monotonic() - start >= BODY_SECONDS else BodyBroken
    return found


def _stop_reading(connection: socket.socket) -> None:
    """Let whoever waits for bytes of a connection find its end; an answer can still be sent."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


def asker(request: Request) -> int | None:
    """Return the descriptor of the connection that a request came by, where the server tells; gunicorn does."""
    connection = request.environ.get("gunicorn.socket")
    return connection.fileno() if connection else None


def headers(error: CyberGovError) -> dict[str, str]:
    """Return the headers that go with an error."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
