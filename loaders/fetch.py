"""Fetching: the files of a data set come from their pinned addresses into the cache, whole or not at all.

This is the only code that opens the network for files of data; `loaders.endpoint` does so for those who query. What
comes is held against its hash before it takes the place of what was there, and a download that broke off is resumed.
Whoever has the files already gives them by hand: `loaders.local`.
"""

from __future__ import annotations

import http.client
import logging
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from typing import IO

from loaders.archives import NoFiles, opened
from loaders.cache import PART, Fresh, Kept, alone, cached_files, digest, fresh, is_pinned, whole
from loaders.dataset import DataSet, Origin
from loaders.local import is_wanted, local_files, take
from loaders.part import Part

__all__ = ["FetchFailed", "NoFiles", "Web", "cached_files", "digest", "fetch", "local_files", "take"]

log = logging.getLogger(__name__)

AGENT = "cybergov (fetches data sets)"
PIECE = 1 << 16
PROGRESS = 1 << 20  # bytes after which a failure counts as the first again
MOST_BYTES = 1 << 32  # of a file whose size is not pinned
LONGEST_PAUSE = 60.0
LATER = (408, 425, 429, 500, 502, 503, 504)  # answers after which another try may go well
_PLACE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

Told = Callable[[int, int], None]


class FetchFailed(NoFiles):
    """Something of a data set could not be fetched."""

    def __init__(self, dataset: DataSet, address: str, reason: str) -> None:
        super().__init__(
            f"{dataset.name} was not fetched from {address}: {reason}. If you can have the files in another way, "
            f"run `cybergov fetch {dataset.name} --from PATH`."
        )


class Failed(Exception):
    """A try that brought nothing, or not all: why, and whether and in how many seconds to try again."""

    def __init__(self, reason: str, *, again: bool = True, after: float = 0.0) -> None:
        super().__init__(reason)
        self.again, self.after = again, after


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from TLS to plain text."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        if req.full_url.startswith("https:") and not newurl.startswith("https:"):
            fp.close()
            raise urllib.error.URLError("it leads on to an address without TLS")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def opener(trust: ssl.SSLContext | None = None) -> urllib.request.OpenerDirector:
    """Return what opens addresses of the web, through the proxies of the system, and no others (such as file:)."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=trust),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        director.add_handler(handler)
    return director


@dataclass(frozen=True)
class Web:
    """How the network is used."""

    opener: urllib.request.OpenerDirector = field(default_factory=opener)
    timeout: float = 30.0  # seconds without a sign of life
    tries: int = 4  # that bring next to nothing, one after another
    pause: float = 1.0  # seconds before the second try; twice as many before each further one
    sleep: Callable[[float], None] = time.sleep


def _nobody(done: int, total: int) -> None:
    """Hear of progress and do nothing."""


def fetch(dataset: DataSet, home: Path, told: Told = _nobody, *, web: Web | None = None) -> Kept:
    """Bring the pinned files of a data set here, unless they are, and return what is here then.

    Tell how many bytes are done, of how many (0 where that is not known). Raise NoFiles, and leave what was here.
    """
    _must_be_pinned(dataset)
    with alone(dataset, home) as folder:
        old = whole(dataset, home)
        if old and is_pinned(dataset, old.hashes):
            log.info("%s is here already", dataset.name)
            return old
        with fresh(dataset, folder) as coming:
            bringer = _Bringer(dataset, folder, coming, told, web or Web())
            for origin in dataset.origins:
                bringer.bring(origin, old)
            if not coming.pinned:
                bringer.forget()
                raise FetchFailed(dataset, dataset.origins[0].address, "what came are not the pinned files")
            return coming.publish()


def _must_be_pinned(dataset: DataSet) -> None:
    if not dataset.origins:
        raise NoFiles(
            f"{dataset.name} has no address to be fetched from; get its files from {dataset.address} "
            f"and run `cybergov fetch {dataset.name} --from PATH`."
        )
    if not dataset.digest and not all(origin.sha256 and not origin.is_archive for origin in dataset.origins):
        raise NoFiles(f"{dataset.name} names no hash for what it is fetched from; its maker must add one.")


class _Bringer:
    """Brings what each origin of a data set has, and counts the bytes of all."""

    def __init__(self, dataset: DataSet, folder: Path, coming: Fresh, told: Told, web: Web) -> None:
        self._dataset, self._folder, self._coming, self._web, self._told = dataset, folder, coming, web, told
        self._done, self._total = 0, sum(origin.size for origin in dataset.origins)

    def bring(self, origin: Origin, old: Kept | None) -> None:
        """Add an origin's file, or the wanted files of its archive, to what is coming."""
        if old and not origin.is_archive and origin.sha256 == old.hashes.get(origin.name, "-"):
            with (self._folder / old.folder / origin.name).open("rb") as content:
                self._coming.add(origin.name, content, old.files[origin.name].origin)
            return
        part = Part(self._folder / PART, origin)
        download(part, self._dataset, self._web, self._so_far)
        self._done += part.size
        if origin.is_archive:
            self._unpack(origin, part.path)
        else:
            with part.path.open("rb") as content:
                self._coming.add(origin.name, content, origin.address)

    def _unpack(self, origin: Origin, path: Path) -> None:
        inner = f"{origin.name.strip('/')}/" if origin.name else ""
        try:
            with opened(path, origin.address) as members:
                for member in members:
                    name = member.name.removeprefix(inner)
                    if member.name.startswith(inner) and is_wanted(self._dataset, name):
                        with member.content() as content:
                            self._coming.add(name, content, origin.address)
        except NoFiles:
            self.forget()
            raise

    def forget(self) -> None:
        """Throw away what was downloaded: it is of no use, so the next try begins anew."""
        for path in (self._folder / PART).iterdir():
            path.unlink()

    def _so_far(self, done: int, total: int) -> None:
        self._total = max(self._total, self._done + total)
        self._told(self._done + done, self._total)


def download(part: Part, dataset: DataSet, web: Web, told: Told) -> None:
    """Fill a part until it is the pinned file, or all that an archive's address gives; raise FetchFailed."""
    tries = 0
    while not part.is_done:
        begun = part.size
        try:
            _go_on(part, web, told)
            if not part.origin.sha256 or part.is_done:
                return
            part.clear()
            raise Failed(
                "what came is not the pinned file: it was changed, or something on the way answers instead",
                again=begun > 0,
            )  # two halves may be of different files; the next try begins anew
        except Failed as failed:
            tries = 1 if part.size - begun >= PROGRESS else tries + 1
            if not failed.again or tries >= web.tries:
                raise FetchFailed(dataset, part.origin.address, str(failed)) from None
            pause = min(LONGEST_PAUSE, max(failed.after, web.pause * 2 ** (tries - 1)))
            log.warning("%s: %s; trying again in %g s", part.origin.address, failed, pause)
            web.sleep(pause)


def _go_on(part: Part, web: Web, told: Told) -> None:
    """Ask for what is missing and add it to the part; raise Failed where not all of it comes."""
    if part.size and not (part.mark or part.origin.sha256):
        part.clear()  # nothing would tell whether the two halves belong together
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
        if part.mark:
            headers["If-Range"] = part.mark
    try:
        request = urllib.request.Request(part.origin.address, headers=headers)
        response = web.opener.open(request, timeout=web.timeout)
    except Exception as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
            if error.code == 416:
                part.clear()
        raise _failed(error, web) from None
    with response:
        _receive(response, part, told, web)


def _receive(response: HTTPResponse, part: Part, told: Told, web: Web) -> None:
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isdigit() else 0
    if response.status == 206:
        place = _PLACE.fullmatch(response.headers.get("Content-Range", ""))
        if not place or int(place[1]) != part.size:
            part.clear()
            raise Failed("the server gave another part than was asked for")
        total = int(place[2]) if place[2].isdigit() else total + part.size if total else 0
    else:
        tag = response.headers.get("ETag", "")
        part.begin(tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", ""))
    wanted = part.origin.size
    if wanted and total and total != wanted:
        part.clear()
        raise Failed(f"what is there now has {total:,} bytes and the pinned file {wanted:,}", again=False)
    _write(response, part, total or wanted, told, web)


def _write(response: HTTPResponse, part: Part, total: int, told: Told, web: Web) -> None:
    done = part.size
    with part.path.open("ab") as out:
        for piece in _pieces(response, web):
            done += len(piece)
            if done > (total or MOST_BYTES):
                part.clear()
                raise Failed(f"more came than the {total or MOST_BYTES:,} bytes that were to come", again=False)
            out.write(piece)
            told(done, total)
    if done < total:
        raise Failed(f"the connection broke after {done:,} of {total:,} bytes")


def _pieces(response: HTTPResponse, web: Web) -> Iterator[bytes]:
    try:
        while piece := response.read(PIECE):
            yield piece
    except (OSError, http.client.HTTPException) as error:
        raise _failed(error, web) from None


def _failed(error: Exception, web: Web) -> Failed:
    """Say in words why the network gave nothing, and whether it may do so later."""
    if isinstance(error, urllib.error.HTTPError):
        return _answer(error)
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    again = isinstance(error, ConnectionError | TimeoutError | http.client.HTTPException)
    match error:
        case socket.gaierror():
            reason = "its host is not known here; is there a network?"
        case ssl.SSLCertVerificationError():
            reason = f"this machine does not trust its certificate ({error.verify_message})"
        case ssl.SSLError():
            reason = f"no safe connection ({error.reason or error})"
        case TimeoutError():
            reason = f"it said nothing for {web.timeout:g} seconds"
        case ConnectionRefusedError() | http.client.InvalidURL():
            return Failed(f"no connection ({error})", again=False)
        case urllib.error.URLError():
            reason = str(error.reason)
        case _:
            reason = f"the connection broke ({type(error).__name__})" if again else str(error)
    return Failed(reason, again=again)


def _answer(error: urllib.error.HTTPError) -> Failed:
    if error.code in (404, 410):
        return Failed(f"there is nothing at this address (any more) ({error.code})", again=False)
    after = error.headers.get("Retry-After", "")
    said = f"the server answers {error.code} {http.client.responses.get(error.code, '')}".rstrip()
    again = error.code in (*LATER, 416)
    return Failed(said, again=again, after=float(after) if after.isdigit() else 0)
