"""Engines: what answers SPARQL queries. The local one asks worker processes; all keep the same promises.

A query that is too slow, too large or too hungry ends in an error that names the limit, and harms no other query.
Queries from strangers pass `graph.guard` first.
"""

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, Self

from graph import worker
from graph.errors import CyberGovError
from graph.pool import (
    AskerGone,
    Confines,
    DeadlinePassed,
    EngineBusy,
    EngineClosed,
    Pool,
    Request,
    StoreMissing,
    WorkerLost,
)

__all__ = [
    "Answer",
    "AskerGone",
    "Engine",
    "EngineBusy",
    "EngineClosed",
    "LocalEngine",
    "OutOfMemory",
    "QueryFailed",
    "QueryKilled",
    "QuerySyntaxError",
    "QueryTimeout",
    "ResultTooLarge",
    "StoreMissing",
    "WrongForm",
]

JSON_RESULTS = "application/sparql-results+json"
N_TRIPLES = "application/n-triples"

Kind = Literal["solutions", "boolean", "graph"]
KINDS: dict[int, Kind] = {worker.SOLUTIONS: "solutions", worker.BOOLEAN: "boolean", worker.GRAPH: "graph"}
FORMS = {"solutions": "a SELECT", "boolean": "an ASK", "graph": "a CONSTRUCT or DESCRIBE"}


class QuerySyntaxError(CyberGovError):
    """The engine can't read the query; `line` and `column` count from 1, and are None where it did not say."""

    status = 400
    exit_code = 7

    def __init__(self, reason: str) -> None:
        super().__init__(f"The query is not valid SPARQL: {reason}")
        place = re.search(r"\bat (\d+):(\d+)", reason)
        self.line = int(place[1]) if place else None
        self.column = int(place[2]) if place else None


class WrongForm(CyberGovError):
    """The query is of another form than the one that was asked for."""

    status = 400
    exit_code = 7

    def __init__(self, wanted: Kind, found: Kind) -> None:
        super().__init__(f"This needs {FORMS[wanted]} query, but got {FORMS[found]} query.")


class QueryTimeout(CyberGovError):
    """The query was killed at its deadline."""

    status = 504
    exit_code = 7

    def __init__(self, deadline: float, waited: float = 0.0) -> None:
        in_line = f", {waited:.1f} of them in line for a worker," if waited > deadline / 10 else ""
        super().__init__(
            f"The query reached the time limit of {deadline:g} seconds{in_line} and was stopped; "
            "ask for less at a time, or work on the data dump."
        )


class ResultTooLarge(CyberGovError):
    """The result outgrew its limit; nothing of it is returned, for half a result reads like a whole one."""

    status = 413
    exit_code = 7

    def __init__(self, max_bytes: int) -> None:
        super().__init__(
            f"The result is larger than the limit of {max_bytes:,} bytes; "
            "fetch it in parts with LIMIT and OFFSET, or use the data dump."
        )


class QueryKilled(CyberGovError):
    """The worker died while it evaluated the query."""

    status = 503
    exit_code = 7

    def __init__(self, reason: str) -> None:
        super().__init__(f"The query {reason}.")


class OutOfMemory(QueryKilled):
    """The query needed more memory than a worker may have."""

    def __init__(self, memory: int) -> None:
        super().__init__(
            f"needed more memory than the limit of {memory / 2**20:,.0f} MB; avoid joins without a shared variable "
            "and sorting of large results, or work on the data dump"
        )


class QueryFailed(CyberGovError):
    """The engine read the query but could not evaluate or write it."""

    status = 500
    exit_code = 7

    def __init__(self, reason: str) -> None:
        super().__init__(f"The engine could not answer this query: {reason}")


@dataclass(frozen=True)
class Answer:
    """A whole result, written in the format its media type names."""

    kind: Kind
    media_type: str
    body: bytes


class Engine(Protocol):
    """Something that answers SPARQL queries; whoever inherits has only `answer` to write."""

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
        """Answer a query of any form: tables and truth in the format `solutions`, triples in the format `graph`.

        As in the SPARQL protocol, naming any graph replaces the whole dataset, and FROM in the query with it.
        `deadline` is how many seconds the answer may take, `max_bytes` the size its result may have. `asker` is the
        descriptor of the connection that the answer is for: who hangs up there leaves the queue, or stops the query.
        """
        ...

    def select(self, query: str, *, deadline: float | None = None, max_bytes: int | None = None) -> bytes:
        """Return the SPARQL JSON results of a SELECT query."""
        return self._body("solutions", query, deadline, max_bytes)

    def ask(self, query: str, *, deadline: float | None = None, max_bytes: int | None = None) -> bool:
        """Return the truth of an ASK query."""
        return bool(json.loads(self._body("boolean", query, deadline, max_bytes))["boolean"])

    def construct(self, query: str, *, deadline: float | None = None, max_bytes: int | None = None) -> bytes:
        """Return the N-Triples of a CONSTRUCT or DESCRIBE query."""
        return self._body("graph", query, deadline, max_bytes)

    def _body(self, wanted: Kind, query: str, deadline: float | None, max_bytes: int | None) -> bytes:
        answer = self.answer(query, deadline=deadline, max_bytes=max_bytes)
        if answer.kind != wanted:
            raise WrongForm(wanted, answer.kind)
        return answer.body


class LocalEngine(Engine):
    """Answers from an Oxigraph store on this machine, through a pool of workers made when first needed.

    `deadline` and `max_bytes` hold where a call names none; `memory` is what one worker may address, in bytes;
    `queue_limit` is how many queries may wait while all workers are busy; waiting counts towards the deadline.
    `door` tells, when the workers are first needed, the one port to which they may connect; without it, to none.
    With a `niceness` above 0, up to 19, they give way to other processes when processors are short.
    """

    def __init__(
        self,
        store: Path,
        *,
        workers: int,
        deadline: float,
        max_bytes: int,
        memory: int,
        queue_limit: int,
        door: Callable[[], int] | None = None,
        niceness: int = 0,
    ) -> None:
        self._door, self._niceness = door, niceness
        self._store = existing(store)
        self._workers, self._memory, self._queue_limit = workers, memory, queue_limit
        self._deadline, self._max_bytes = deadline, max_bytes
        self._lock = threading.Lock()
        self._pool: Pool | None = None
        self._closed = False

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
        whole = not default_graphs and named_graphs is None
        request = Request(
            query,
            known_format(solutions, worker.SOLUTION_FORMATS),
            known_format(graph, worker.GRAPH_FORMATS),
            None if whole else (tuple(default_graphs), tuple(named_graphs or ())),
            self._deadline if deadline is None else deadline,
            self._max_bytes if max_bytes is None else max_bytes,
        )
        status, body = self._ask(request, asker)
        if status not in KINDS:
            raise self._refusal(status, body, request)
        media_type = request.graph if status == worker.GRAPH else request.solutions
        charset = "; charset=utf-8" if media_type.startswith("text/") else ""
        return Answer(KINDS[status], media_type + charset, body)

    def reopen(self, store: Path) -> None:
        """Move to another snapshot; queries that run now finish on the old one."""
        found = existing(store)
        with self._lock:
            self._store = found
            if self._pool and self._pool.process == os.getpid():
                self._pool.move(self._store)

    def pids(self) -> list[int]:
        """Return the process numbers of the workers there are now, for whoever watches over the service."""
        return self._pool.pids() if self._pool and self._pool.process == os.getpid() else []

    def close(self) -> None:
        """End all workers. Queries that still run or wait fail with EngineClosed."""
        with self._lock:
            self._closed = True
            if self._pool and self._pool.process == os.getpid():
                self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, request: Request, asker: int | None) -> tuple[int, bytes]:
        pool = self._living_pool()
        try:
            return pool.ask(request, asker)
        except DeadlinePassed as passed:
            raise QueryTimeout(request.deadline, passed.waited) from None
        except WorkerLost as lost:
            raise self._cause(lost) from None

    def _living_pool(self) -> Pool:
        """Return the pool of this very process: workers of the process it was forked from are not ours to use."""
        pool = self._pool
        if pool is None or pool.process != os.getpid():
            with self._lock:
                pool = self._pool
                if self._closed:
                    raise EngineClosed
                if pool is None or pool.process != os.getpid():
                    if pool:
                        pool.abandon()
                    confines = Confines(self._memory, self._door() if self._door else 0, self._niceness)
                    pool = self._pool = Pool(self._store, self._workers, confines, self._queue_limit)
        return pool

    def _cause(self, lost: WorkerLost) -> CyberGovError:
        if self._closed:
            return EngineClosed()
        if lost.code == -signal.SIGABRT:
            return OutOfMemory(self._memory)
        if lost.code in (-signal.SIGSEGV, -signal.SIGBUS):
            return QueryKilled("is nested too deeply for the engine; write it with fewer levels")
        return QueryKilled("ended its worker process; try again, and if it happens again, simplify it")

    def _refusal(self, status: int, body: bytes, request: Request) -> CyberGovError:
        if status == worker.BAD_QUERY:
            return QuerySyntaxError(body.decode())
        if status == worker.TOO_LARGE:
            return ResultTooLarge(request.max_bytes)
        if status == worker.NO_MEMORY:
            return OutOfMemory(self._memory)
        return QueryFailed(body.decode())


def existing(store: Path) -> Path:
    """Return the real path of a store, so that a link may be switched under it, or raise StoreMissing."""
    path = store.resolve()
    if not (path / "CURRENT").is_file():
        raise StoreMissing(store, "there is none")
    return path


def known_format(media_type: str, formats: Mapping[str, object]) -> str:
    """Return a media type without its parameters, if it is one we can write."""
    bare = media_type.partition(";")[0].strip()
    if bare not in formats:
        raise ValueError(f"No result can be written as {media_type!r}; there are: {', '.join(formats)}.")
    return bare
