"""Asking a SPARQL endpoint of others, politely: who asks is said, a refusal is waited out, half an answer is none.

Part of fetching: it opens the network, and what it brings is kept as files that a loader reads later. A request goes
out by SPARQLWrapper. Where the service says for how long to keep away, that is kept; where it says nothing, each wait
is twice the last. An answer counts once it is whole and is SPARQL JSON: services break off under the status 200 too.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import time
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

from SPARQLWrapper import GET, JSON, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from graph.errors import CyberGovError

log = logging.getLogger(__name__)

TRIES = 5
LONGEST_ADDRESS = 2000  # of a GET; longer queries go by POST
MOST_BYTES = 1 << 26
PIECE = 1 << 16
PASSING = (408, 425, 429, 500, 502, 503, 504)
_STATUS_OF = {"EndPointInternalError": 500, "QueryBadFormed": 400, "Unauthorized": 401, "EndPointNotFound": 404}


class EndpointFailed(CyberGovError):
    """The endpoint gave no answer that can be used; nothing was kept."""

    exit_code = 2


class Passing(Exception):
    """A fault that may be gone at the next try, and for how long the service asks to be left alone."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def agent(contact: str) -> str:
    """Return how the project names itself to a service; raise EndpointFailed where it says nobody to write to."""
    if not contact.strip() or not contact.isprintable():
        raise EndpointFailed(
            "The service asks to be told whom to write to; give an e-mail or web address of yours as the contact."
        )
    return f"cybergov/{version('cybergov')} ({contact.strip()}) SPARQLWrapper"


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL endpoint, how long it may take, and how long to wait between requests and between tries."""

    address: str
    contact: str  # an e-mail or web address of whoever asks
    seconds: float = 60  # for one answer, all of it
    pause: float = 1  # between requests
    first_wait: float = 5  # after a fault; then twice as long each time
    longest_wait: float = 300
    sleep: Callable[[float], None] = time.sleep

    def ask(self, query: str) -> bytes:
        """Return the whole answer to a SELECT query, as SPARQL JSON; raise EndpointFailed."""
        told = agent(self.contact)
        wait = self.first_wait
        for tried in range(1, TRIES + 1):
            try:
                return self._once(query, told)
            except Passing as fault:
                if tried == TRIES:
                    raise EndpointFailed(
                        f"{self.address} gave no answer in {TRIES} tries ({fault}); nothing was kept, try again later."
                    ) from fault
                seconds = wait if fault.wait is None else fault.wait
                if seconds > self.longest_wait:
                    raise EndpointFailed(
                        f"{self.address} asks to be left alone for {seconds:.0f} seconds ({fault}); nothing was kept, "
                        "try again after that."
                    ) from fault
                log.info("%s: %s; try %s of %s in %.0f s", self.address, fault, tried + 1, TRIES, seconds)
                self.sleep(seconds)
                wait *= 2
        raise AssertionError("unreachable: the last try returns or raises")

    def pages(self, query: str, size: int) -> Iterator[bytes]:
        """Yield the answer to a query page by page. The query must put its rows in an order without ties."""
        offset = 0
        while True:
            page = self.ask(f"{query}\nLIMIT {size} OFFSET {offset}")
            yield page
            if len(rows(page)) < size:
                return
            offset += size
            self.sleep(self.pause)

    def _once(self, query: str, told: str) -> bytes:
        ends = time.monotonic() + self.seconds
        try:
            with contextlib.closing(self._request(query, told).query().response) as response:
                content = self._received(response, ends)
        except urllib.error.HTTPError as error:
            with error:
                raise self._answered(error.code, error.reason, error.headers.get("Retry-After")) from None
        except SPARQLWrapperException as error:
            status = _STATUS_OF.get(type(error).__name__, 400)
            raise self._answered(status, str(error), None) from None
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise Passing(f"no whole answer: {reason or type(error).__name__}") from None
        try:
            rows(content)
        except ValueError as error:
            raise Passing(str(error)) from None
        return content

    def _request(self, query: str, told: str) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.address, agent=told, returnFormat=JSON)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(max(1, round(self.seconds)))
        wrapper.setQuery(query)
        wrapper.setMethod(GET if len(query) < LONGEST_ADDRESS else POST)
        return wrapper

    def _received(self, response: Any, ends: float) -> bytes:
        content = bytearray()
        while piece := response.read1(PIECE):
            content += piece
            if time.monotonic() > ends:
                raise Passing(f"no whole answer within {self.seconds:g} seconds")
            if len(content) > MOST_BYTES:
                raise EndpointFailed(f"{self.address} sent more than {MOST_BYTES >> 20} megabytes; nothing was kept.")
        if response.length:
            raise Passing(f"the answer broke off, {response.length} bytes before its end")
        return bytes(content)

    def _answered(self, status: int, reason: str, after: str | None) -> Exception:
        said = " ".join(str(reason).split())[:300]
        if status in PASSING:
            return Passing(f"status {status}: {said}", _seconds(after))
        return EndpointFailed(f"{self.address} refused the query (status {status}: {said}); nothing was kept.")


def rows(content: bytes) -> list[dict[str, dict[str, str]]]:
    """Return the solutions of an answer in SPARQL JSON; raise ValueError where it is none, or not the whole of it."""
    try:
        held = json.loads(content)
        found = held["results"]["bindings"]
        variables = held["head"]["vars"]
    except (ValueError, KeyError, TypeError, RecursionError):
        begins = content[:60].decode("utf-8", "replace")
        raise ValueError(f"not SPARQL JSON, or not the whole of it; it begins {begins!r}") from None
    sound = isinstance(found, list) and isinstance(variables, list)
    if not sound or not all(_is_solution(one) for one in found):
        raise ValueError("SPARQL JSON whose solutions are none")
    return list(found)


def _is_solution(one: object) -> bool:
    return isinstance(one, dict) and all(
        isinstance(term, dict) and isinstance(term.get("value"), str) for term in one.values()
    )


def _seconds(after: str | None) -> float | None:
    """Return for how many seconds a service asks to be left alone, by `Retry-After`: a number or a date."""
    if after is None:
        return None
    if after.strip().isdigit():
        return float(after)
    try:
        return max(0.0, (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
