"""The service: a snapshot, the engines that answer on it, and the move to a newer snapshot without a restart."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import networkx as nx
from flask import abort, current_app, has_request_context, request

from graph import guard
from graph import snapshot as snapshots
from graph.engine import Answer, Engine, LocalEngine, QuerySyntaxError
from graph.errors import CyberGovError
from graph.federation import Federation
from graph.gateway import Gateway
from graph.network import read_network
from graph.remote import RemoteEngine
from graph.snapshot import Snapshot
from graph.terms import BASE, CG
from queries import Table
from webapp.counters import WatchedLocalEngine, WatchedRemoteEngine
from webapp.settings import Settings

log = logging.getLogger(__name__)

INSIDE = "cybergov.service"  # where a request that is for a release has the service of that
LOOK_EVERY = 2.0  # seconds between looks at which snapshot is current
PAGES_MAY_WAIT = 1000  # queries of the site's own in line; more than a process has threads, so none is turned away
STRANGERS_GIVE_WAY = 5  # niceness of the workers for public queries: pages get three times their share
COMPARE_EVERY = 60.0  # seconds between looks at which release a remote engine has
DATA_DATE = f"SELECT ?date WHERE {{ {BASE['dataset'].n3()} {CG.dataDate.n3()} ?date }}"
STATEMENTS = "SELECT (COUNT(*) AS ?statements) WHERE { ?s ?p ?o }"


@lru_cache(maxsize=4)
def whole_network(path: Path) -> nx.DiGraph[str]:
    """Return the network of a snapshot, read once."""
    return read_network(path)


@dataclass
class Service:
    """What the application is given. Site pages and the public endpoint have engines of their own."""

    settings: Settings
    snapshot: Snapshot
    site: Engine
    public: Engine
    manifest: dict[str, Any] = field(default_factory=dict)
    processes: int = 1  # that share what the settings give the service in all
    federation: Federation | None = None
    _looked: float = 0.0
    _compared: tuple[float, str, str] = (0.0, "", "")  # when, with which snapshot, and what came out
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.manifest = self.manifest or self.snapshot.manifest()

    def select(self, query: str) -> bytes:
        """Answer a query of the site's own."""
        return self.site.select(query)

    def answer(
        self,
        query: str,
        *,
        solutions: str,
        graph: str,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] | None = None,
        deadline: float | None = None,
        asker: int | None = None,
    ) -> Answer:
        """Answer a query of a stranger's, if the guard lets it pass; see `Engine.answer`.

        One that can't be read goes to the ordinary engine too, which tells the place in the text as it was written.
        """
        services = self.federation.services if self.federation else ()
        calls = guard.check(query, services=services, why_none=self.settings.why_no_calls)
        options: dict[str, Any] = {
            "solutions": solutions,
            "graph": graph,
            "default_graphs": default_graphs,
            "named_graphs": named_graphs,
            "deadline": deadline,
            "asker": asker,
        }
        if calls and self.federation:
            with contextlib.suppress(QuerySyntaxError):
                return self.federation.answer(query, calls, **options)
        return self.public.answer(query, **options)

    def remote(self) -> dict[str, str]:
        """Tell where a remote engine is and whether it has the release of the snapshot; empty where it is local."""
        if not isinstance(self.site, RemoteEngine):
            return {}
        when, snapshot, same = self._compared
        if not same or snapshot != self.snapshot.id or time.monotonic() - when > COMPARE_EVERY:
            same = self._has_same_release()
            self._compared = (time.monotonic(), self.snapshot.id, same)
        return {"address": self.site.address, "same release": same}

    def _has_same_release(self) -> str:
        """Compare data date and number of statements; "unknown" where the engine can't say."""
        try:
            dates = Table.read(self.select(DATA_DATE)).rows
            if dates != [(self.manifest["data_date"],)]:
                return "no"
            count = Table.read(self.select(STATEMENTS)).rows[0][0]
        except CyberGovError as error:
            log.warning("which release the engine has is unknown: %s", error)
            return "unknown"
        return "yes" if count == str(self.manifest["counts"]["statements"]) else "no"

    def move_on(self) -> None:
        """Go over to the current snapshot if there is a newer one; a damaged one is left alone."""
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY or not self._lock.acquire(blocking=False):
            return
        try:
            self._looked = now
            self._change_to(snapshots.current(self.settings.home))
        except CyberGovError as error:
            log.warning("staying on snapshot %s: %s", self.snapshot.id, error)
        finally:
            self._lock.release()

    def _change_to(self, newer: Snapshot) -> None:
        if newer.id == self.snapshot.id:
            return
        manifest = newer.manifest()
        for engine in (self.site, self.public, self.federation and self.federation.engine):
            if isinstance(engine, LocalEngine):
                engine.reopen(newer.store)
        self.snapshot, self.manifest = newer, manifest
        log.info("now serving snapshot %s", newer.id)


def open_service(settings: Settings, processes: int = 1) -> Service:
    """Return a service on the current snapshot; pool sizes are totals for the service, shared by its processes."""
    snapshot = snapshots.current(settings.home)

    def engine(role: str, workers: int, deadline: float, queue: int, niceness: int) -> Engine:
        share, max_bytes = max(1, workers // processes), settings.max_megabytes * 1_000_000
        if settings.engine:
            return WatchedRemoteEngine(
                role,
                settings.engine,
                at_once=share,
                deadline=deadline,
                max_bytes=max_bytes,
                queue_limit=queue,
            )
        return WatchedLocalEngine(
            role,
            snapshot.store,
            workers=share,
            deadline=deadline,
            max_bytes=max_bytes,
            memory=settings.memory_megabytes * 1_000_000,
            queue_limit=queue,
            niceness=niceness,
        )

    site = engine("site", settings.site_workers, settings.site_deadline, PAGES_MAY_WAIT, niceness=0)
    public = engine("public", settings.workers, settings.deadline, settings.queue, niceness=STRANGERS_GIVE_WAY)
    federation = open_federation(settings, snapshot)
    return Service(settings, snapshot, site=site, public=public, federation=federation, processes=processes)


def open_federation(settings: Settings, snapshot: Snapshot) -> Federation | None:
    """Return what answers queries that call other endpoints, by one worker in each process; None where none may."""
    if settings.why_no_calls:
        log.warning("SERVICE is refused throughout: %s", settings.why_no_calls)
    if not settings.endpoints:
        return None
    gateway, max_bytes = Gateway(settings.endpoints), settings.max_megabytes * 1_000_000
    engine = WatchedLocalEngine(
        "federated",
        snapshot.store,
        workers=1,
        deadline=settings.deadline,
        max_bytes=max_bytes,
        memory=settings.memory_megabytes * 1_000_000,
        queue_limit=settings.queue,
        door=gateway.port,
        niceness=STRANGERS_GIVE_WAY,
    )
    return Federation(engine, gateway, deadline=settings.deadline, max_bytes=max_bytes)


def site_address() -> str:
    """Return the address of the site, as set or else as the client sees it, with a stroke at the end.

    In a request that is for a release this is where that begins.
    """
    given = current_service().settings.address
    if not given and not request.host:
        abort(400, "The Host header names no host.")
    return (f"{given.rstrip('/')}{request.root_path}" if given else request.url_root).rstrip("/") + "/"


def current_service() -> Service:
    """Return the service that answers the request at hand: the application's, or that of the release asked."""
    inside = request.environ.get(INSIDE) if has_request_context() else None
    service: Service = inside or current_app.extensions["service"]
    return service
