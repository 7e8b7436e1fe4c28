"""The remote engine: any SPARQL 1.1 endpoint, behind the same promises as the local one.

SPARQLWrapper words the request. The exchange itself is made here, for its bounds must hold on the whole of it: name
look-up, connection, headers and every piece of the body. No redirect is followed and no proxy of the environment is
used, so requests go to the configured host and nowhere else. An answer counts once all of it has been parsed: engines
that give up half-way often do so under the status 200.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote, urlsplit
from urllib.request import Request

import pyoxigraph as ox
from SPARQLWrapper import GET, POST, SELECT, SPARQLWrapper

from graph import guard, worker
from graph.engine import (
    JSON_RESULTS,
    KINDS,
    N_TRIPLES,
    Answer,
    Engine,
    EngineBusy,
    Kind,
    QueryFailed,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    known_format,
)
from graph.errors import CyberGovError
from graph.pool import spells

AGENT = "cybergov (SPARQLWrapper)"
CONNECTING_SECONDS = 5.0
LONGEST_ADDRESS = 2000  # of a GET; longer requests go by POST
MESSAGE_BYTES = 1 << 16
MESSAGE_SHOWN = 500
PIECE = 1 << 18
RETRY_AFTER = 5
SHORTEST = 0.01  # seconds a request is given, however long it waited; a socket takes 0 for something else
NO_GRAPH = "urn:cybergov:no-graph"  # the protocol has no way to name an empty dataset, but no graph has this name

SOLUTIONS_READ = {
    JSON_RESULTS: ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
}
GRAPHS_READ = {
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
SOLUTIONS_ASKED = f"{JSON_RESULTS}, application/sparql-results+xml;q=0.5"
GRAPHS_ASKED = f"{N_TRIPLES}, text/turtle;q=0.5, application/rdf+xml;q=0.4"

FORM = re.compile(
    rf"""{guard.GAP} (?: (?:BASE | PREFIX {guard.GAP} [^\s:<]*:) {guard.GAP} <[^>]*> {guard.GAP} )*+
    (?P<form> SELECT | ASK | CONSTRUCT | DESCRIBE ) \b""",
    re.VERBOSE | re.IGNORECASE,
)
EXPECTED: dict[str, Kind] = {"select": "solutions", "ask": "boolean", "construct": "graph", "describe": "graph"}
PLACE = re.compile(r"\bline (\d+),? col(?:umn)?:? (\d+)", re.IGNORECASE)


class BadAddress(CyberGovError):
    """What should be the address of an endpoint is none."""

    exit_code = 6


class EngineUnreachable(EngineBusy):
    """There was no connection to the remote engine, or it broke; worth another try after `retry_after` seconds."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The query engine can't be reached now ({reason}); try again in a moment.", RETRY_AFTER)


class BadAnswer(QueryFailed):
    """The remote engine answered with something that is no result."""

    status = 502


@dataclass(frozen=True)
class Address:
    """Where the endpoint is. `url` is without the credentials, so that it may be shown."""

    url: str
    host: str
    port: int | None
    secure: bool
    user: str = ""
    password: str = ""

    @classmethod
    def read(cls, text: str) -> Address:
        """Read an address such as `https://user:password@host/sparql`; raise BadAddress where it can't be used."""
        try:
            parts = urlsplit(text)
            port = parts.port
            (parts.hostname or "").encode("idna")
        except ValueError as error:
            raise BadAddress(f"The address of the query engine can't be read: {error}.") from None
        readable = text.isascii() and text.isprintable() and " " not in text
        if not readable or parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadAddress("The address of the query engine must be like https://host/sparql, in plain characters.")
        if parts.query or parts.fragment:
            raise BadAddress("The address of the query engine must end before any ? or #.")
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], path=parts.path or "/").geturl()
        return cls(shown, parts.hostname, port, parts.scheme == "https", user, password)

    def connection(self, seconds: float) -> http.client.HTTPConnection:
        """Return a connection that is yet to be made, to this host itself."""
        kind = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        return kind(self.host, self.port, timeout=seconds)


@dataclass(frozen=True)
class Reply:
    """What came back; `framed` tells whether HTTP said where the body ends, so that none of it can be missing."""

    status: int
    reason: str
    headers: Message
    body: bytes
    framed: bool

    @property
    def media_type(self) -> str:
        return str(self.headers.get_content_type()) if "Content-Type" in self.headers else ""

    def said(self) -> str:
        """Return the message of an error in one line, without markup or traces; empty where there is none."""
        if self.media_type.endswith(("html", "xml")):
            return ""
        lines = self.body.decode(errors="replace").splitlines()
        words = " ".join(" ".join(line for line in lines if not re.match(r"\s+at |Traceback", line)).split())
        return words if len(words) <= MESSAGE_SHOWN else words[:MESSAGE_SHOWN] + " ..."


class RemoteEngine(Engine):
    """Asks a SPARQL endpoint by HTTP.

    `deadline` and `max_bytes` hold where a call names none; waiting for a turn counts towards the deadline. `max_bytes`
    bounds the result, and also what is received for it, in JSON or N-Triples. At most `at_once` requests are under way,
    and `queue_limit` more wait their turn.
    """

    def __init__(self, address: str, *, at_once: int, deadline: float, max_bytes: int, queue_limit: int) -> None:
        self._address = Address.read(address)
        self._deadline, self._max_bytes = deadline, max_bytes
        self._turns = threading.Semaphore(at_once)
        self._places = threading.Semaphore(at_once + queue_limit)
        self._queue_limit = queue_limit

    @property
    def address(self) -> str:
        """The address of the endpoint, without credentials."""
        return self._address.url

    def answer(
        self,
        query: str,
        *,
        solutions: str = JSON_RESULTS,
        graph: str = N_TRIPLES,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] | None = None,
        deadline: float | None = None,
        max_bytes: int | None = None,
        asker: int | None = None,
    ) -> Answer:
        """Answer a query of any form; see `Engine.answer`."""
        solutions = known_format(solutions, worker.SOLUTION_FORMATS)
        graph = known_format(graph, worker.GRAPH_FORMATS)
        deadline = self._deadline if deadline is None else deadline
        max_bytes = self._max_bytes if max_bytes is None else max_bytes
        expected = form(query)
        nothing = not default_graphs and named_graphs is not None and not named_graphs
        request = self._worded(query, expected, [NO_GRAPH] if nothing else default_graphs, named_graphs or ())
        begun = time.monotonic()
        with self._turn(deadline, asker):
            waited = time.monotonic() - begun
            left = max(deadline - waited, SHORTEST)
            out = Limited(left, max_bytes)
            try:
                reply = Exchange(self._address, request, left, max_bytes).reply(asker)
                refuse(reply, deadline)
                kind = rewrite(reply, out, solutions, graph)
            except QueryTimeout:
                raise QueryTimeout(deadline, waited) from None
        if expected and kind != expected:
            raise BadAnswer(f"it sent a {kind} where a {expected} was asked for")
        media_type = graph if kind == "graph" else solutions
        return Answer(kind, media_type + ("; charset=utf-8" if media_type.startswith("text/") else ""), out.getvalue())

    def _worded(self, query: str, expected: Kind | None, default: Sequence[str], named: Sequence[str]) -> Request:
        """Return the request. SPARQLWrapper is not let guess the form: it can take a query for an update."""
        wrapper = SPARQLWrapper(self._address.url, agent=AGENT)
        wrapper.setOnlyConneg(True)
        wrapper.queryString, wrapper.queryType = query, SELECT
        if self._address.user:
            wrapper.setCredentials(self._address.user, self._address.password)
        for name, graphs in (("default-graph-uri", default), ("named-graph-uri", named)):
            for iri in graphs:
                wrapper.addParameter(name, iri)
        asked = GRAPHS_ASKED if expected == "graph" else SOLUTIONS_ASKED
        wrapper.addCustomHttpHeader("Accept", asked if expected else f"{SOLUTIONS_ASKED}, {GRAPHS_ASKED}")
        try:
            wrapper.setMethod(GET)
            request: Request = wrapper._createRequest()
            if len(request.full_url) > LONGEST_ADDRESS:
                wrapper.setMethod(POST)
                request = wrapper._createRequest()
        except UnicodeEncodeError as error:
            raise QuerySyntaxError(f"it can't be written in UTF-8 ({error.reason})") from None
        return request

    @contextlib.contextmanager
    def _turn(self, deadline: float, asker: int | None) -> Iterator[None]:
        """Wait for a turn, up to the deadline."""
        if not self._places.acquire(blocking=False):
            raise EngineBusy(
                f"The query engine is busy and the queue is at its limit of {self._queue_limit}; "
                "try again in a moment.",
                retry_after=1,
            )
        try:
            if not any(self._turns.acquire(timeout=seconds) for seconds in spells(deadline, asker)):
                raise EngineBusy(
                    f"The query engine stayed busy for {deadline:g} seconds, the limit for waiting; try again later.",
                    retry_after=max(1, round(deadline)),
                )
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


class Exchange:
    """One request and its reply, in a thread that can be left behind: nothing else bounds a look-up of a name."""

    def __init__(self, address: Address, request: Request, deadline: float, max_bytes: int) -> None:
        self._request, self._deadline, self._max_bytes = request, deadline, max_bytes
        self._connection = address.connection(min(deadline, CONNECTING_SECONDS))
        self._socket: socket.socket | None = None
        self._given_up = False

    def reply(self, asker: int | None = None) -> Reply:
        """Return the whole reply, or raise what became of it; hang up when the asker does."""
        coming: Future[Reply] = Future()
        threading.Thread(target=self._run, args=(coming,), name="remote query", daemon=True).start()
        try:
            for seconds in spells(self._deadline, asker):
                if wait([coming], seconds).done:
                    return coming.result()
            raise TimeoutError
        except TimeoutError:
            if self._socket is None:
                raise EngineUnreachable("it does not answer") from None
            raise QueryTimeout(self._deadline) from None
        except (ConnectionError, http.client.IncompleteRead):
            if self._socket is None:
                raise EngineUnreachable("it refuses connections") from None
            raise EngineUnreachable("it broke off") from None
        except http.client.HTTPException:
            raise BadAnswer("what it sent is no HTTP") from None
        except OSError as error:
            raise EngineUnreachable(error.strerror or type(error).__name__) from None
        finally:
            self._hang_up()

    def _hang_up(self) -> None:
        """End what may still be under way, so that the thread ends and the engine may notice."""
        self._given_up = True
        if self._socket:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _run(self, coming: Future[Reply]) -> None:
        try:
            with contextlib.closing(self._connection):
                coming.set_result(self._talk())
        except BaseException as error:
            coming.set_exception(error)

    def _talk(self) -> Reply:
        self._connection.connect()
        self._socket = self._connection.sock
        if self._given_up:
            raise TimeoutError
        self._socket.settimeout(self._deadline)
        headers = {**dict(self._request.header_items()), "Accept-Encoding": "identity"}
        body = self._request.data
        assert body is None or isinstance(body, bytes)
        self._connection.request(self._request.get_method(), self._request.selector, body, headers)
        with self._connection.getresponse() as response:
            framed = response.chunked or response.length is not None
            return Reply(response.status, response.reason, response.headers, self._body(response), framed)

    def _body(self, response: http.client.HTTPResponse) -> bytes:
        """Read the body in pieces, a result up to the limit and an error's message as far as anyone would read."""
        fine = response.status == http.HTTPStatus.OK
        limit = self._max_bytes if fine else MESSAGE_BYTES
        body = bytearray()
        while len(body) <= limit and (piece := response.read1(PIECE)):
            body += piece
        if len(body) > limit:
            if fine:
                raise ResultTooLarge(limit)
            return bytes(body[:limit])
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return bytes(body)


class Limited(io.BytesIO):
    """Where a result is written, up to a size and a time."""

    def __init__(self, deadline: float, max_bytes: int) -> None:
        super().__init__()
        self._deadline, self._max_bytes = deadline, max_bytes
        self._end = time.monotonic() + deadline

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes from the serialiser; what is raised here stops it."""
        if self.tell() + len(data) > self._max_bytes:
            raise ResultTooLarge(self._max_bytes)
        if time.monotonic() > self._end:
            raise QueryTimeout(self._deadline)
        return super().write(data)


def form(query: str) -> Kind | None:
    """Return the kind of result that a query has by its form, or None where only the engine can tell what is wrong."""
    found = FORM.match(query)
    return EXPECTED[found["form"].lower()] if found else None


def refuse(reply: Reply, deadline: float) -> None:
    """Raise what a reply means that is no answer."""
    status, said = reply.status, reply.said()
    told = f"{status} {reply.reason}" + (f": {said}" if said else "")
    if status == 400 and said:
        raise misread(said)
    if status in (408, 504) or "S1TAT" in reply.headers.get("X-SQL-State", ""):  # Virtuoso sends what it has, with 200
        raise QueryTimeout(deadline)
    if status in (429, 503):
        stated = reply.headers.get("Retry-After", "")
        raise EngineBusy(
            f"The query engine is busy ({told}); try again later.", int(stated) if stated.isdecimal() else RETRY_AFTER
        )
    if status == 502:
        raise EngineUnreachable(told)
    if 300 <= status < 400:
        raise BadAnswer(f"its address sends elsewhere ({told}), and only the configured address is asked")
    if status != 200:
        raise BadAnswer(told)


def misread(said: str) -> QuerySyntaxError:
    """Return the error for a query that the engine can't read, with the place if it tells one."""
    error = QuerySyntaxError(said)
    if error.line is None and (place := PLACE.search(said)):
        error.line, error.column = int(place[1]), int(place[2])
    return error


def rewrite(reply: Reply, out: Limited, solutions: str, graph: str) -> Kind:
    """Write what a reply holds in the format asked for, and return its kind; raise BadAnswer where it is broken.

    pyoxigraph's results must be dropped by the thread that made them, so no error that leaves here may hold on to them.
    """
    try:
        return KINDS[write(reply, out, solutions, graph)]
    except CyberGovError as error:
        raise error.with_traceback(None) from None
    except (SyntaxError, ValueError) as error:
        broken = str(error)
    raise BadAnswer(f"its answer breaks off or is malformed ({broken})")


def write(reply: Reply, out: Limited, solutions: str, graph: str) -> int:
    """Write what a reply holds in the format asked for, and return its kind as workers have it."""
    if read := SOLUTIONS_READ.get(reply.media_type):
        return worker.write_result(ox.parse_query_results(reply.body, format=read), out, solutions, graph)
    if reply.media_type not in GRAPHS_READ:
        raise BadAnswer(f"it sent {reply.media_type or 'something without a type'}, which is no result of a query")
    if not reply.framed:
        raise BadAnswer("it does not say where its answer ends, so part of it could be missing")
    form = worker.GRAPH_FORMATS[graph]
    prefixes = worker.PREFIXES if form in worker.WITH_PREFIXES else None
    ox.serialize(ox.parse(reply.body, format=GRAPHS_READ[reply.media_type]), out, form, prefixes=prefixes)
    return worker.GRAPH
