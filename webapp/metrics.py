"""Figures for whoever watches over the service, in Prometheus' text format: requests, queries, workers, the data's age.

Counts come from all processes of the server, through files in a folder of their own (the multiprocess mode of
`prometheus_client`); what the processes are at the moment is looked up when somebody asks.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

import psutil
from flask import Blueprint, Request, Response, current_app, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from graph.errors import CyberGovError
from webapp.counters import OWN
from webapp.service import Service, current_service

bp = Blueprint("metrics", __name__)

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED = "shared_metrics"  # in the app's configuration: the folder that all processes of the server write to
MASTER = "master"  # in the app's configuration: the number of the process that the others belong to
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class MetricsClosed(CyberGovError):
    """Whoever asks for the figures is not on this machine."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "The figures of the service are shown on its own machine only; ask there, or set CYBERGOV_METRICS to all."
        )


@bp.get("/metrics")
def metrics() -> Response:
    """All figures, from all processes."""
    service = current_service()
    if service.settings.metrics != "all" and not is_from_here(request):
        raise MetricsClosed
    shared, registry = current_app.config.get(SHARED), OWN
    if shared:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=shared)  # type: ignore[no-untyped-call]
    moment = CollectorRegistry()
    moment.register(Moment(service, current_app.config.get(MASTER) or os.getpid()))
    return Response(generate_latest(registry) + generate_latest(moment), content_type=MEDIA_TYPE)


class Moment(Collector):
    """What is so when somebody asks: snapshot, size of the service, and its processes."""

    def __init__(self, service: Service, master: int) -> None:
        self._service, self._master = service, master

    def collect(self) -> Iterator[Metric]:
        """Yield the figures."""
        manifest, settings = self._service.manifest, self._service.settings
        info = GaugeMetricFamily("cybergov_snapshot_info", "The snapshot served.", labels=["snapshot", "data_date"])
        info.add_metric([manifest["id"], manifest["data_date"]], 1)
        yield info
        for name, what, moment in (
            ("snapshot_built", "When the snapshot was built.", manifest["built"]),
            ("data_date", "The day as of which the data hold.", f"{manifest['data_date']}T00:00:00+00:00"),
        ):
            seconds = datetime.fromisoformat(moment).timestamp()
            yield GaugeMetricFamily(f"cybergov_{name}_timestamp_seconds", what, value=seconds)
        wanted = GaugeMetricFamily("cybergov_workers_wanted", "Query workers there may be.", labels=["engine"])
        wanted.add_metric(["public"], settings.workers)
        wanted.add_metric(["site"], settings.site_workers)
        yield wanted
        yield from self._processes()

    def _processes(self) -> Iterator[Metric]:
        count = GaugeMetricFamily("cybergov_processes", "Processes of the service.", labels=["role"])
        memory = GaugeMetricFamily("cybergov_resident_memory_bytes", "Memory of these processes.", labels=["role"])
        numbers, sizes = dict.fromkeys(("app", "worker", "dead"), 0), dict.fromkeys(("app", "worker", "dead"), 0)
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(self._master)
            app = {first.pid, *(one.pid for one in first.children())} if current_app.config.get(MASTER) else {first.pid}
            for one in (first, *first.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    dead = one.status() == psutil.STATUS_ZOMBIE
                    role = "dead" if dead else "app" if one.pid in app else "worker"
                    numbers[role] += 1
                    sizes[role] += 0 if dead else one.memory_info().rss
        for role in numbers:
            count.add_metric([role], numbers[role])
            memory.add_metric([role], sizes[role])
        yield count
        yield memory


def is_from_here(request: Request) -> bool:
    """Tell whether a request was made on this machine; one that a proxy here passed on was not."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
