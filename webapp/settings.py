"""Settings: the environment is read here, once, and passed on as a value."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from graph.errors import CyberGovError
from graph.gateway import BadEndpoint, Endpoint, read_endpoints
from graph.remote import Address, BadAddress
from graph.worker import why_no_door

MOST = {"port": 65535}
LEAST = {"proxies": 0, "cache_megabytes": 0}
CHOICES = {"log_addresses": ("none", "network", "whole"), "metrics": ("local", "all")}
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/?|https?://\[[0-9A-Fa-f:]+\](:[0-9]+)?/?")


class BadSetting(CyberGovError):
    """An environment variable that cannot be read."""

    exit_code = 6


@dataclass(frozen=True)
class Settings:
    """What can be configured; each field is `CYBERGOV_` and its name in capitals."""

    home: Path = Path("var")  # where snapshots live
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2  # processes that answer public queries, in all
    site_workers: int = 2  # processes that answer the site's own queries, in all
    deadline: float = 10.0  # seconds for a public query
    max_deadline: float = 60.0  # seconds that a public query may ask for
    site_deadline: float = 5.0
    max_megabytes: int = 80  # of one result: room for 200,000 rows of three or four columns in the longest format
    memory_megabytes: int = 3000  # of one worker
    queue: int = 32  # queries that may wait
    cache_megabytes: int = 64  # of answers kept in memory for who asks the same again, in all; 0 for none
    rate: str = ""  # queries that one address may send, such as 60/minute; empty for no limit
    proxies: int = 0  # proxies in front, each of which adds to X-Forwarded-For where a request came from
    open_releases: int = 4  # old releases that are open at a time, in all
    release_idle: float = 300.0  # seconds without a query after which one is closed
    engine: str = ""  # address of a SPARQL endpoint that answers instead of the local store; empty for the local store
    services: str = ""  # addresses of the endpoints that public queries may call by SERVICE; empty for none
    address: str = ""  # of the site as others reach it, https://host/; empty for what each request says
    contact: str = ""  # address for corrections, shown on pages
    log: str = ""  # file for one line of JSON a request; - for standard output, empty for none
    log_addresses: str = "network"  # how much of a client's address goes in there: none, network or whole
    metrics: str = "local"  # who may read /metrics: local (this machine) or all

    @property
    def longest(self) -> float:
        """The most seconds that a public query can have: never fewer than it has without asking."""
        return max(self.deadline, self.max_deadline)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints that public queries can call: those listed, where this machine can keep queries to them."""
        return () if self.why_no_calls else read_endpoints(self.services)

    @property
    def why_no_calls(self) -> str:
        """Why no endpoint is called although some are listed; empty where that is not so."""
        if not self.services:
            return ""
        return "CYBERGOV_ENGINE names an engine that can't be kept to the listed ones" if self.engine else why_no_door()


def _value(kind: type, text: str, most: float, least: int | None) -> object:
    """Return a value of a kind; raise ValueError that says which is needed. Numbers are above 0 or at least `least`."""
    if kind not in (int, float):
        return kind(text)
    what = "a whole number" if kind is int else "a number"
    what += f" from 1 to {most}" if most < math.inf else " above 0" if least is None else f" not below {least}"
    try:
        number: float = kind(text)
    except ValueError:
        raise ValueError(what) from None
    if not (number > 0 or number == least) or not number <= most or number == math.inf:
        raise ValueError(what)
    return number


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings with what the environment says; raise BadSetting where a value is of the wrong kind."""
    given: dict[str, object] = {}
    for field in fields(Settings):
        name = f"CYBERGOV_{field.name.upper()}"
        if name in environment:
            kind: type = type(field.default) if not isinstance(field.default, Path) else Path
            try:
                given[field.name] = _value(
                    kind, environment[name], MOST.get(field.name, math.inf), LEAST.get(field.name)
                )
            except ValueError as error:
                raise BadSetting(f"{name} is {environment[name]!r}; {error} is needed.") from None
    for name, choices in CHOICES.items():
        if given.get(name, choices[0]) not in choices:
            raise BadSetting(f"CYBERGOV_{name.upper()} is {given[name]!r}; one of {', '.join(choices)} is needed.")
    known = {f"CYBERGOV_{field.name.upper()}" for field in fields(Settings)}
    if unknown := sorted(name for name in environment if name.startswith("CYBERGOV_") and name not in known):
        raise BadSetting(f"There is no setting {unknown[0]}. There are: {', '.join(sorted(known))}.")
    return _checked(Settings(**given))  # type: ignore[arg-type]


def _checked(settings: Settings) -> Settings:
    """Return settings whose texts can be understood."""
    if settings.address and not _ADDRESS.fullmatch(settings.address):
        raise BadSetting(f"CYBERGOV_ADDRESS is {settings.address!r}; https://host/ is needed, with no path after it.")
    try:
        if settings.rate:
            from limits import parse_many  # takes long to load, and few need it

            parse_many(settings.rate)
    except ValueError:
        raise BadSetting(f"CYBERGOV_RATE is {settings.rate!r}; a rate such as 60/minute is needed.") from None
    try:
        Address.read(settings.engine) if settings.engine else None
    except BadAddress as error:
        raise BadSetting(f"CYBERGOV_ENGINE can't be used. {error}") from None
    try:
        read_endpoints(settings.services)
    except BadEndpoint as error:
        raise BadSetting(f"CYBERGOV_SERVICES can't be used. {error}") from None
    return settings


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for another process of ours: as it is here, but with these settings and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CYBERGOV_")} | {
        f"CYBERGOV_{name.upper()}": value for name, value in settings.items()
    }


def share_figures(folder: Path) -> None:
    """Have the processes of the server count together in a folder; the library for it wants that in the environment.

    It looks when it is imported, so this comes before.
    """
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
