"""A pool of worker processes: hands idle ones over first come, first served, and replaces those that die.

One thread per pool, the supervisor, starts and buries workers. It lives as long as the pool, because the kernel ends
a child when the *thread* that started it ends. Callers write to a worker, wait, and kill it at the deadline themselves.
"""

import contextlib
import logging
import marshal
import math
import os
import select
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from graph import worker
from graph.errors import CyberGovError

log = logging.getLogger(__name__)

STARTING_SECONDS = 20.0
READ_SIZE = 1 << 20
LOOK_EVERY = 0.1  # seconds between looks at whether an asker who waits is still there
HANGS_UP = getattr(select, "POLLRDHUP", 0)  # where there is none, only a connection that broke is noticed


class EngineBusy(CyberGovError):
    """No worker became free; worth another try after `retry_after` seconds."""

    status = 503
    exit_code = 7

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EngineClosed(CyberGovError):
    """The engine was closed, as happens when the service stops."""

    status = 503
    exit_code = 7

    def __init__(self) -> None:
        super().__init__("The query engine has been closed; try again once the service is back.")


class AskerGone(CyberGovError):
    """Whoever asked has hung up, so nobody is there to read the answer.

    A client that has only ended its own sending (a half-close) looks the same from here as one that has left, for both
    send an end of stream. It is taken for gone, as common servers and proxies do; the status is the one they log.
    """

    status = 499
    exit_code = 7

    def __init__(self) -> None:
        super().__init__(
            "The client closed its side of the connection before the answer was ready, so the query was stopped; "
            "keep the connection open until the answer has come."
        )


class StoreMissing(CyberGovError):
    """There is no store where the snapshot should be, or it can't be opened."""

    status = 503
    exit_code = 3

    def __init__(self, store: Path, reason: str) -> None:
        super().__init__(f"The store {store} can't be opened ({reason}); build the snapshot again.")


class Request(NamedTuple):
    """One query and what bounds it. `dataset` is (default graphs, named graphs), or None for the whole store.

    What stands here is what a worker is told.
    """

    query: str
    solutions: str
    graph: str
    dataset: tuple[tuple[str, ...], tuple[str, ...]] | None
    deadline: float
    max_bytes: int


class Confines(NamedTuple):
    """What a worker may have: bytes of memory, a port it may connect to (0 for none), and how far it gives way."""

    memory: int
    door: int = 0
    niceness: int = 0


class WorkerLost(Exception):
    """The worker ended without an answer; `code` is what its process returned, minus the signal that ended it."""

    def __init__(self, code: int) -> None:
        super().__init__(f"worker ended with {code}")
        self.code = code


class DeadlinePassed(Exception):
    """The worker had no answer in time; `waited` is how many seconds of it went by in line for the worker."""

    def __init__(self, waited: float = 0.0) -> None:
        super().__init__(f"no answer in time, after {waited:g} seconds in line")
        self.waited = waited


def has_hung_up(asker: int) -> bool:
    """Tell whether the other side of a connection has ended it; what it may have sent meanwhile is left unread."""
    poll = select.poll()
    poll.register(asker, HANGS_UP)
    return bool(poll.poll(0))


def spells(seconds: float, asker: int | None) -> Iterator[float]:
    """Yield how long to wait at a time until `seconds` are over; raise AskerGone once the asker has hung up."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if asker is None:
            yield left
        elif has_hung_up(asker):
            raise AskerGone
        else:
            yield min(left, LOOK_EVERY)


class Worker:
    """The parent's side of one worker process: its pipes, and what it has sent so far."""

    def __init__(self, store: Path, confines: Confines) -> None:
        self.store = store
        self._started = False
        command = [sys.executable, "-P", worker.__file__, str(store), str(os.getpid()), *map(str, confines)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, process_group=0
        )
        assert self._process.stdin
        assert self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)
        self._received = bytearray()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process still holds its end of the pipe."""
        return not any(event & select.POLLHUP for _, event in self._poll.poll(0))

    def ask(self, request: Request, asker: int | None = None) -> tuple[int, bytes]:
        """Return the last frame's status and the whole body, or raise WorkerLost, DeadlinePassed or AskerGone."""
        if not self._started:
            self._await_start()
        if asker is None:
            return self._ask(request)
        self._poll.register(asker, HANGS_UP)
        try:
            return self._ask(request)
        finally:
            self._poll.unregister(asker)

    def _ask(self, request: Request) -> tuple[int, bytes]:
        try:
            worker.send(self._requests.fileno(), worker.frame(0, marshal.dumps(tuple(request))))
        except BrokenPipeError:
            raise WorkerLost(self._process.wait()) from None
        end = time.monotonic() + request.deadline
        pieces = []
        while True:
            status, payload = self._read_frame(end)
            pieces.append(payload)
            if status != worker.PART:
                return status, pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _await_start(self) -> None:
        try:
            status, payload = self._read_frame(time.monotonic() + STARTING_SECONDS)
        except DeadlinePassed:
            raise WorkerLost(0) from None
        if status == worker.NO_STORE:
            raise StoreMissing(self.store, payload.decode())
        self._started = True

    def _read_frame(self, end: float) -> tuple[int, bytes]:
        self._receive(worker.HEADER_SIZE, end)
        whole = worker.HEADER_SIZE + int.from_bytes(self._received[1 : worker.HEADER_SIZE], "big")
        self._receive(whole, end)
        status, payload = self._received[0], bytes(self._received[worker.HEADER_SIZE : whole])
        del self._received[:whole]
        return status, payload

    def _receive(self, size: int, end: float) -> None:
        """Read until `size` bytes are there."""
        while len(self._received) < size:
            left = end - time.monotonic()
            events = self._poll.poll(math.ceil(left * 1000)) if left > 0 else []
            if not events:
                raise DeadlinePassed
            if any(source != self._answers.fileno() for source, _ in events):
                raise AskerGone
            piece = os.read(self._answers.fileno(), READ_SIZE)
            if not piece:
                raise WorkerLost(self._process.wait())
            self._received += piece

    def kill(self) -> None:
        """End the process now, whatever it does."""
        self._process.kill()

    def bury(self) -> None:
        """End the process and leave nothing of it behind."""
        self.kill()
        self.let_go()
        self._process.wait()

    def let_go(self) -> None:
        """Close the pipes."""
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                pipe.close()


class Pool:
    """At most `size` workers on one store, started as they are first needed.

    A worker belongs to one holder at a time: the idle list, a caller between `acquire` and `release` or `discard`, or
    the supervisor, who starts and buries it. Workers can't open a connection, unless their confines have a door.
    """

    def __init__(self, store: Path, size: int, confines: Confines, queue_limit: int) -> None:
        self.process = os.getpid()
        self._store, self._size, self._confines, self._queue_limit = store, size, confines, queue_limit
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._waiting: deque[Future[Worker]] = deque()
        self._alive: set[Worker] = set()
        self._wanted = self._starting = 0
        self._closed = False
        self._orders: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._supervisor = threading.Thread(target=self._supervise, name="worker supervisor", daemon=True)
        self._supervisor.start()

    def ask(self, request: Request, asker: int | None = None) -> tuple[int, bytes]:
        """Have a worker answer. Whatever goes wrong leaves it in the middle of something, so it is not used again.

        The deadline counts from now on, in line for a worker or not. `asker` is the descriptor of the connection that
        the answer is for, watched while the query waits and runs.
        """
        begun = time.monotonic()
        borrowed = self.acquire(request.deadline, asker)
        waited = time.monotonic() - begun
        try:
            result = borrowed.ask(request._replace(deadline=request.deadline - waited), asker)
        except DeadlinePassed:
            self.discard(borrowed)
            raise DeadlinePassed(waited) from None
        except BaseException:
            self.discard(borrowed)
            raise
        self.release(borrowed)
        return result

    def acquire(self, timeout: float, asker: int | None = None) -> Worker:
        """Return a worker that nobody else holds, waiting in line for at most `timeout` seconds."""
        taken = self._next(timeout, asker)
        for _ in range(self._size):
            if taken.alive():
                break
            self.discard(taken)
            taken = self._next(timeout, asker)
        return taken

    def release(self, released: Worker) -> None:
        """Take a worker back and hand it to whoever has waited longest."""
        with self._lock:
            self._offer(released)

    def discard(self, dead: Worker) -> None:
        """Kill a worker that is no longer of use and have another started in its place."""
        dead.kill()
        with self._lock:
            self._replace(dead)

    def move(self, store: Path) -> None:
        """Use another store from now on: idle workers are replaced at once, busy ones after their query."""
        with self._lock:
            self._store = store
            outdated, self._idle = self._idle, []
            for one in outdated:
                self._replace(one)

    def close(self) -> None:
        """Kill every worker, turn away who waits, and return when all are gone."""
        with self._lock:
            self._closed = True
            for one in self._alive:
                one.kill()
            for one in self._idle:
                self._replace(one)
            self._idle.clear()
            self._turn_away(EngineClosed())
        self._orders.put(lambda: None)
        self._supervisor.join()

    def pids(self) -> list[int]:
        """Return the process numbers of the workers there are now."""
        with self._lock:
            return [one.pid for one in self._alive]

    def abandon(self) -> None:
        """Let go of the pipes, in a fork of the process that owns the workers."""
        for one in self._alive:
            one.let_go()

    def _next(self, timeout: float, asker: int | None) -> Worker:
        place = self._take_or_line_up()
        if isinstance(place, Worker):
            return place
        try:
            for seconds in spells(timeout, asker):
                with contextlib.suppress(TimeoutError):
                    return place.result(seconds)
        except AskerGone:
            if not self._leave(place):
                self.release(place.result())
            raise
        if not self._leave(place):
            return place.result()
        raise EngineBusy(
            f"No query worker became free within {timeout:g} seconds, the limit for waiting; try again later.",
            retry_after=math.ceil(timeout),
        )

    def _leave(self, place: Future[Worker]) -> bool:
        """Leave the line, unless a worker has been handed over meanwhile."""
        if not place.cancel():
            return False
        with self._lock, contextlib.suppress(ValueError):
            self._waiting.remove(place)
        return True

    def _take_or_line_up(self) -> Worker | Future[Worker]:
        """Return an idle worker, or a place in the line."""
        with self._lock:
            if self._closed:
                raise EngineClosed
            if self._idle:
                return self._idle.pop()
            if self._wanted < self._size:
                self._wanted += 1
                self._order()
            if len(self._waiting) >= self._queue_limit + self._starting:
                raise EngineBusy(
                    f"Every query worker is busy and the queue is at its limit of {self._queue_limit}; "
                    "try again in a moment.",
                    retry_after=1,
                )
            place: Future[Worker] = Future()
            self._waiting.append(place)
            return place

    # From here to the supervisor, the lock is held by the caller.

    def _offer(self, free: Worker) -> None:
        if self._closed or free.store is not self._store:
            self._replace(free)
            return
        while self._waiting:
            place = self._waiting.popleft()
            if place.set_running_or_notify_cancel():
                place.set_result(free)
                return
        self._idle.append(free)

    def _replace(self, old: Worker) -> None:
        self._orders.put(partial(self._bury, old))
        if not self._closed:
            self._order()

    def _order(self) -> None:
        self._starting += 1
        self._orders.put(self._start)

    def _turn_away(self, error: CyberGovError) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if place.set_running_or_notify_cancel():
                place.set_exception(error)

    def _supervise(self) -> None:
        while self._alive or not self._closed:
            self._orders.get()()

    def _start(self) -> None:
        try:
            new = Worker(self._store, self._confines)
        except OSError as error:
            log.warning("a query worker can't be started: %s", error)
            with self._lock:
                self._starting -= 1
                self._wanted -= 1
                self._turn_away(EngineBusy(f"A query worker can't be started ({error}); try again later.", 5))
            return
        with self._lock:
            self._starting -= 1
            self._alive.add(new)
            self._offer(new)

    def _bury(self, dead: Worker) -> None:
        dead.bury()
        with self._lock:
            self._alive.discard(dead)
