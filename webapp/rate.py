"""The rate limit: how many queries one address may send in a time, counted for all processes of the server together.

Counting and its rules are the `limits` library's. Of its stores, the one in memory counts for one process only and the
others need a server of their own, so there is one here in a file. Flask-Limiter was left out: it adds a layer of
decorators and two more libraries over the same counting, for the one address that is limited here.
"""

from __future__ import annotations

import ipaddress
import math
import sqlite3
import threading
import time
from pathlib import Path

from flask import Flask, Request, current_app
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from graph.errors import CyberGovError

NETWORK = 64  # bits of an IPv6 address that are its network; who has one address there has them all
CLEAN_EVERY = 1000  # counts between two times at which old ones are deleted

_TABLE = "CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, number INTEGER, until REAL) WITHOUT ROWID"
_COUNT = """
INSERT INTO counts VALUES (:name, :amount, :now + :seconds) ON CONFLICT (name) DO UPDATE SET
  number = CASE WHEN until > :now THEN number ELSE 0 END + :amount,
  until = CASE WHEN until > :now THEN until ELSE :now + :seconds END
RETURNING number
"""


class TooManyQueries(CyberGovError):
    """An address sends more queries than it may."""

    status = 429

    def __init__(self, limit: RateLimitItem, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))
        every = limit.get_expiry()
        super().__init__(
            f"Your address has sent more queries than the limit of {limit.amount:,} in {every:,} seconds; "
            f"try again in {self.retry_after:,} seconds, or work on the data dump."
        )


class FileStorage(Storage):
    """Counts in a file that processes share. It need not outlive them, so nothing waits for the disk."""

    STORAGE_SCHEME = None

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._counted = 0
        self._file = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = OFF", _TABLE):
            self._file.execute(statement)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong with the file."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count, or begin it anew where its time is over."""
        given = {"name": key, "amount": amount, "now": time.time(), "seconds": expiry}
        with self._lock:
            self._counted += 1
            if self._counted % CLEAN_EVERY == 0:
                self._file.execute("DELETE FROM counts WHERE until <= :now", given)
            [[number]] = self._file.execute(_COUNT, given).fetchall()
        return int(number)

    def get(self, key: str) -> int:
        """Return a count."""
        return int(self._read("number", key))

    def get_expiry(self, key: str) -> float:
        """Return when the time of a count is over."""
        return self._read("until", key) or time.time()

    def check(self) -> bool:
        """Tell whether the file can be read."""
        self.get("")
        return True

    def reset(self) -> int:
        """Forget all counts."""
        with self._lock:
            return self._file.execute("DELETE FROM counts").rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._file.execute("DELETE FROM counts WHERE name = ?", [key])

    def _read(self, column: str, key: str) -> float:
        with self._lock:
            query = f"SELECT {column} FROM counts WHERE name = ? AND until > ?"
            found = self._file.execute(query, [key, time.time()]).fetchone()
        return float(found[0]) if found else 0.0


class Rate:
    """The rates that hold, such as `60/minute` or `5/second; 1000/day`; none where the text is empty."""

    def __init__(self, text: str, storage: Storage) -> None:
        self._limits = parse_many(text) if text else []
        self._counting = FixedWindowRateLimiter(storage)

    def count(self, address: str) -> None:
        """Count a query of an address; raise TooManyQueries where it is one too many."""
        for limit in self._limits:
            if not self._counting.hit(limit, address):
                until = self._counting.get_window_stats(limit, address).reset_time
                raise TooManyQueries(limit, until - time.time())


def install(app: Flask, text: str, shared: Path | None = None) -> None:
    """Give an application its rates, to be counted together with others that share a file."""
    app.extensions["rate"] = Rate(text, FileStorage(shared) if shared and text else MemoryStorage())


def count(request: Request) -> None:
    """Count a query that a request brings."""
    rate: Rate = current_app.extensions["rate"]
    rate.count(whose(request.remote_addr or ""))


def whose(address: str) -> str:
    """Return the network whose queries are counted together."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, NETWORK), strict=False))
    return str(found)
