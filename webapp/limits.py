"""Limits on what one client can take up here: the time of its query, and the connection that its answer is for."""

from __future__ import annotations

import math

from flask import Request

from graph.errors import CyberGovError


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


def asker(request: Request) -> int | None:
    """Return the descriptor of the connection that a request came by, where the server tells; gunicorn does."""
    connection = request.environ.get("gunicorn.socket")
    return connection.fileno() if connection else None


def headers(error: CyberGovError) -> dict[str, str]:
    """Return the headers that go with an error."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
