"""The gateway: the only way out for queries that call other endpoints (SERVICE), and only to those that are listed.

The engine opens connections itself and would go wherever a name leads at that moment. So its workers can reach this
process alone (see `graph.worker`), and what they ask of an endpoint comes here: the name is looked up once, every
address found must be one that is open to the world, and the request goes to just such an address, by TLS for that name.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import ipaddress
import logging
import os
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from graph.errors import CyberGovError
from graph.remote import CONNECTING_SECONDS, SOLUTIONS_READ, Address
from graph.worker import SOLUTION_FORMATS

log = logging.getLogger(__name__)

AGENT = "cybergov (SPARQL federation)"
HOST = "127.0.0.1"
CALLS = 100  # requests that one query may make
SHARE = 0.8  # of a query's time that its calls may take, so that some is left to answer with what they bring or lack
LOOK_UPS = 8  # of names at a time; one may hang for longer than anyone waits for it
BODY_BYTES = 1 << 20
PIECE = 1 << 18
SECONDS_TO_ASK = 5.0
READABLE = re.compile(r"[A-Za-z0-9._~:/?@!$&*+=;%-]+")  # no character with which anything but an IRI could begin

SILENTLY = "/silently"
PATH = re.compile(rf"/(?P<key>[A-Za-z0-9_-]+)/(?P<number>[0-9]{{1,4}})(?P<silent>{SILENTLY})?")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
LookUp = Callable[[str, int], Sequence[str]]

TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
HEADERS = {
    "Accept": "application/sparql-results+json, application/sparql-results+xml;q=0.9",
    "Accept-Encoding": "identity",
    "Content-Type": "application/sparql-query",
    "User-Agent": AGENT,
}
LATER = "try again later, or write SERVICE SILENT to go on without it"
LESS = "ask it for less at a time"
TELL = "tell whoever runs this service"
MEDIA_TYPES = {form: media_type for media_type, form in SOLUTION_FORMATS.items()}


class BadEndpoint(CyberGovError):
    """What should be the address of an endpoint that may be called is none."""

    exit_code = 6


class EndpointFailed(CyberGovError):
    """Another endpoint that a query calls gave nothing that could be used."""

    status = 502
    exit_code = 7

    def __init__(self, endpoint: str, reason: str, advice: str = LATER) -> None:
        super().__init__(f"The endpoint <{endpoint}> could not be used: {reason}; {advice}.")


class EndpointSlow(EndpointFailed):
    """Another endpoint did not answer within the time that the query has for it."""

    status = 504

    def __init__(self, endpoint: str, seconds: float) -> None:
        super().__init__(endpoint, f"it did not answer within {seconds:g} seconds, the limit for the calls of a query")


class CallRefused(EndpointFailed):
    """The query asks for what is not done, however well the endpoint is, and so SILENT does not help."""

    status = 400


class NotForAll(OSError):
    """A name leads to an address that is not open to the world."""


@dataclass(frozen=True)
class Endpoint(Address):
    """An endpoint that may be called, at exactly this address."""

    @classmethod
    def read(cls, text: str) -> Endpoint:
        """Read an address such as `https://host/sparql`; raise BadEndpoint where it can't be used."""
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise BadEndpoint(f"The address {text!r} of an endpoint can't be read: {error}.") from None
        if parts.scheme != "https" or not text.startswith("https://") or not parts.hostname:
            raise BadEndpoint(f"The address {text!r} of an endpoint must be like https://host/sparql.")
        if "@" in parts.netloc or not READABLE.fullmatch(text):
            raise BadEndpoint(
                f"The address {text!r} of an endpoint must have no user, no fragment and plain characters only."
            )
        with contextlib.suppress(ValueError):
            if not is_for_all(ipaddress.ip_address(parts.hostname)):
                raise BadEndpoint(f"The address {text!r} of an endpoint is not open to the world.")
        return cls(text, parts.hostname, port, secure=True)


def read_endpoints(text: str) -> tuple[Endpoint, ...]:
    """Read addresses with spaces or commas between; raise BadEndpoint where one can't be used."""
    return tuple(Endpoint.read(one) for one in dict.fromkeys(re.split(r"[\s,]+", text.strip())) if one)


def is_for_all(address: IPAddress) -> bool:
    """Whether an address is open to the world, and is not another one in disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        disguised = address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local
        if disguised or address.scope_id or any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CheckedConnection(http.client.HTTPSConnection):
    """A connection to an address that was looked up once and checked, by TLS for the host's name."""

    def __init__(self, endpoint: Endpoint, gateway: Gateway, seconds: float) -> None:
        super().__init__(endpoint.host, endpoint.port, timeout=seconds, context=gateway.trust)
        self._gateway = gateway

    def connect(self) -> None:
        """Connect to the first address that takes the connection, if all of them may be used."""
        plain = self._first(self._gateway.addresses(self.host, self.port))
        try:
            self.sock = self._gateway.trust.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def _first(self, addresses: Sequence[str]) -> socket.socket:
        refusal: OSError = NotForAll("its name leads to no address")
        for address in addresses:
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                refusal = error
        raise refusal


class Call:
    """One request to an endpoint, which can be broken off from another thread."""

    def __init__(self, endpoint: Endpoint, gateway: Gateway, seconds: float, end: float) -> None:
        self.endpoint = endpoint
        self.given_up = False
        self._seconds, self._end = seconds, end
        self._connection = CheckedConnection(endpoint, gateway, min(self._left(), CONNECTING_SECONDS))
        self._socket: socket.socket | None = None

    def hang_up(self) -> None:
        """Break off; whoever waits for the reply gets an error."""
        self.given_up = True
        if self._socket:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def result(self, query: bytes, max_bytes: int) -> tuple[str, bytes]:
        """Return media type and body of the result of a query; raise EndpointFailed where there is none."""
        timer = threading.Timer(self._left(), self.hang_up)
        timer.daemon = True
        timer.start()
        try:
            return self._talk(query, max_bytes)
        except (OSError, http.client.HTTPException) as error:
            if self.given_up or isinstance(error, TimeoutError):
                raise EndpointSlow(self.endpoint.url, self._seconds) from None
            raise EndpointFailed(self.endpoint.url, cause(error)) from None
        finally:
            timer.cancel()
            self._connection.close()

    def _left(self) -> float:
        """Return how many seconds are left, and never none: a socket takes 0 for something else."""
        return max(0.01, self._end - time.monotonic())

    def _talk(self, query: bytes, max_bytes: int) -> tuple[str, bytes]:
        connection, parts = self._connection, urlsplit(self.endpoint.url)
        connection.connect()
        self._socket = connection.sock  # the connection forgets it as soon as the reply begins
        if self.given_up:
            raise TimeoutError
        self._socket.settimeout(self._left())
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, query, HEADERS)
        with connection.getresponse() as response:
            media_type = self._checked(response)
            body = bytearray()
            while piece := response.read1(PIECE):
                body += piece
                if len(body) > max_bytes:
                    raise EndpointFailed(self.endpoint.url, f"it sent more than the limit of {max_bytes:,} bytes", LESS)
            if self.given_up or response.length:
                raise http.client.IncompleteRead(b"")
        return media_type, bytes(body)

    def _checked(self, response: http.client.HTTPResponse) -> str:
        """Return the media type of the result, or raise EndpointFailed where none comes."""
        told = f"{response.status} {response.reason}".strip()
        if 300 <= response.status < 400:
            raise EndpointFailed(
                self.endpoint.url, f"it sends elsewhere ({told}), and only the listed address is asked", TELL
            )
        if response.status != http.HTTPStatus.OK:
            raise EndpointFailed(self.endpoint.url, f"it answered {told}")
        form = SOLUTIONS_READ.get(response.headers.get_content_type() if "Content-Type" in response.headers else "")
        if form is None or response.headers.get("Content-Encoding", "identity") != "identity":
            raise EndpointFailed(self.endpoint.url, "what it sent is no table of results in plain JSON or XML", TELL)
        return MEDIA_TYPES[form]


def cause(error: Exception) -> str:
    """Return in words why a connection failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate does not hold ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"there is no secure connection to it ({error.reason or 'broken off'})"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, NotForAll):
        return str(error)
    if isinstance(error, ConnectionError | http.client.IncompleteRead):
        return "it refused the connection or broke it off"
    if isinstance(error, http.client.HTTPException):
        return "what it sent is no HTTP"
    return str(error.args[-1]) if error.args else type(error).__name__


class Errand:
    """What one query may ask of other endpoints: known by a key of its own, and over when the query is."""

    def __init__(self, gateway: Gateway, seconds: float, max_bytes: int) -> None:
        self.key = secrets.token_urlsafe(16)
        self.failure: EndpointFailed | None = None
        self.called: list[str] = []
        self._gateway, self._seconds, self._bytes_left = gateway, seconds * SHARE, max_bytes
        self._calls: set[Call] = set()
        self._end = 0.0
        self._over = False

    @property
    def door(self) -> str:
        """The start of every address given out for this query."""
        return f"http://{HOST}:{self._gateway.port()}/{self.key}/"

    def address(self, endpoint: str, silent: bool = False) -> str:
        """Return the address by which the query reaches a listed endpoint, and says whether it can do without."""
        return f"{self.door}{self._gateway.number(endpoint)}" + (SILENTLY if silent else "")

    def waits_for(self) -> str:
        """Return an endpoint that has not answered yet; empty where there is none."""
        return next((call.endpoint.url for call in tuple(self._calls)), "")

    def run(self, endpoint: Endpoint, query: bytes, silent: bool) -> tuple[str, bytes]:
        """Return what the endpoint answers, or raise EndpointFailed, and remember that it matters.

        The engine alone would not tell: in a FILTER, its failure to reach an endpoint counts as false.
        """
        try:
            return self._run(endpoint, query)
        except EndpointFailed as error:
            if not silent or isinstance(error, CallRefused):
                self.failure = self.failure or error
            raise

    def _run(self, endpoint: Endpoint, query: bytes) -> tuple[str, bytes]:
        if self.key.encode() in query:
            raise CallRefused(endpoint.url, "a SERVICE inside a SERVICE is not passed on", "write them side by side")
        self.called.append(endpoint.url)
        if len(self.called) > CALLS:
            raise CallRefused(
                endpoint.url, f"the query calls more than {CALLS} times, the limit", "take SERVICE out of FILTER EXISTS"
            )
        self._end = self._end or time.monotonic() + self._seconds
        call = Call(endpoint, self._gateway, self._seconds, self._end)
        self._calls.add(call)
        try:
            if self._over:
                raise EndpointSlow(endpoint.url, self._seconds)
            media_type, body = call.result(query, self._bytes_left)
        finally:
            self._calls.discard(call)
        self._bytes_left -= len(body)
        log.info("called %s: %d bytes", endpoint.url, len(body))
        return media_type, body

    def close(self) -> None:
        """Break off what is still under way."""
        self._over = True
        for call in tuple(self._calls):
            call.hang_up()


class Gateway:
    """A proxy on this machine that carries queries to listed endpoints, started when it is first needed.

    `find` looks a name up, `trust` says whose certificates hold, `usable` which addresses may be connected to.
    """

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        *,
        find: LookUp = look_up,
        trust: ssl.SSLContext | None = None,
        usable: Callable[[IPAddress], bool] = is_for_all,
    ) -> None:
        self.endpoints = tuple(endpoints)
        self.trust = trust or ssl.create_default_context()
        self._find, self._usable = find, usable
        self._looking_up = threading.BoundedSemaphore(LOOK_UPS)
        self._errands: dict[str, Errand] = {}
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._process = 0

    @property
    def services(self) -> tuple[str, ...]:
        """The addresses that may stand in a query."""
        return tuple(endpoint.url for endpoint in self.endpoints)

    def port(self) -> int:
        """Return where workers reach the gateway of this very process."""
        with self._lock:
            if self._server is None or self._process != os.getpid():
                self._server, self._process = _Server(self), os.getpid()
                threading.Thread(target=self._server.serve_forever, name="gateway", daemon=True).start()
            return self._server.server_port

    def number(self, endpoint: str) -> int:
        """Return the place of an endpoint in the list."""
        return self.services.index(endpoint)

    @contextlib.contextmanager
    def errand(self, seconds: float, max_bytes: int) -> Iterator[Errand]:
        """Let one query through for as long as it lasts; its calls may take `seconds`, and bring `max_bytes` in all."""
        errand = Errand(self, seconds, max_bytes)
        self._errands[errand.key] = errand
        try:
            yield errand
        finally:
            del self._errands[errand.key]
            errand.close()

    def find(self, path: str) -> tuple[Errand, Endpoint, bool] | None:
        """Return which query asks for which endpoint by this path, if any may, and whether it can do without."""
        found = PATH.fullmatch(path)
        errand = self._errands.get(found["key"]) if found else None
        if not found or not errand or int(found["number"]) >= len(self.endpoints):
            return None
        return errand, self.endpoints[int(found["number"])], bool(found["silent"])

    def addresses(self, host: str, port: int) -> list[str]:
        """Look a name up, and return its addresses if all of them may be used."""
        if not self._looking_up.acquire(blocking=False):
            raise NotForAll("too many names are being looked up now")
        try:
            found = list(self._find(host, port))
        finally:
            self._looking_up.release()
        if any(not self._usable(ipaddress.ip_address(address)) for address in found):
            raise NotForAll("its name leads to an address that is not open to the world")
        return found

    def close(self) -> None:
        """Stop listening."""
        with self._lock:
            if self._server and self._process == os.getpid():
                self._server.shutdown()
                self._server.server_close()
            self._server = None


class _Server(ThreadingHTTPServer):
    """Listens on a passing port of this machine."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        super().__init__((HOST, 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    """Takes what a worker asks: POST, to an address that was given out for a query that still runs."""

    server: _Server
    timeout = SECONDS_TO_ASK

    def do_POST(self) -> None:
        """Carry a query to an endpoint and its result back."""
        found = self.server.gateway.find(self.path)
        size = self.headers.get("Content-Length", "")
        if not found or not (size.isascii() and size.isdecimal() and int(size) <= BODY_BYTES):
            self._send(http.HTTPStatus.NOT_FOUND, "text/plain", b"")
            return
        errand, endpoint, silent = found
        try:
            media_type, body = errand.run(endpoint, self.rfile.read(int(size)), silent)
        except EndpointFailed as error:
            self._send(http.HTTPStatus(error.status), "text/plain", b"")
        else:
            self._send(http.HTTPStatus.OK, media_type, body)

    def _send(self, status: http.HTTPStatus, media_type: str, body: bytes) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):  # the worker may have been stopped meanwhile
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, form: str, *values: object) -> None:
        """Write what is of interest to the log, and nothing to the terminal."""
        log.debug(form, *values)
