"""Fixtures: one small graph for all tests, built by the real loaders from the frozen tables in `tests/sample`.

The sample holds real facts, but far fewer than ship: a list that is complete here is so among what is sampled. What no
source gives and a question needs is made up, and its name or note says so.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import address, browser, page, phone, plain
from flask import Flask
from flask.testing import FlaskClient

import queries
from graph.build import Content, Recipe, Report, build, gather
from graph.engine import LocalEngine
from graph.snapshot import Snapshot
from webapp.app import create_app
from webapp.cli import recipe
from webapp.service import Service
from webapp.settings import Settings

__all__ = ["address", "browser", "page", "phone", "plain"]  # fixtures for tests in a browser

SAMPLE = Path(__file__).resolve().parent / "sample"
ANCHORS = ("un_members.rq", "eleven_norms.rq")  # checks that hold of the whole data only


@pytest.fixture(scope="session")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The query checks that hold of any part of the data."""
    folder = tmp_path_factory.mktemp("checks") / "checks"
    shutil.copytree(queries.CHECKS, folder, ignore=shutil.ignore_patterns(*ANCHORS))
    return folder


@pytest.fixture(scope="session")
def report() -> Report:
    """The accounts of reading the tables that ship."""
    return Report()


@pytest.fixture(scope="session")
def content(report: Report) -> Content:
    """Everything the tables that ship come to; refused where a row is rejected or a reference leads nowhere."""
    return gather(recipe(), report)


@pytest.fixture(scope="session")
def sample_recipe(checks: Path) -> Recipe:
    """What a build of the sample needs."""
    return dataclasses.replace(recipe(SAMPLE), checks=checks)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the sample's snapshot lives."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def snapshot(sample_recipe: Recipe, home: Path) -> Snapshot:
    """The sample as a snapshot; not to be written to."""
    return build(sample_recipe, home)[0]


@pytest.fixture(scope="session")
def engine(snapshot: Snapshot) -> Iterator[LocalEngine]:
    """An engine on the sample."""
    engine = LocalEngine(
        snapshot.store, workers=1, deadline=10, max_bytes=50_000_000, memory=3_000_000_000, queue_limit=8
    )
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def service(snapshot: Snapshot, home: Path, engine: LocalEngine) -> Service:
    """The service on the sample; one engine answers pages and public queries, and no test gets another's answer."""
    return Service(Settings(home=home, cache_megabytes=0), snapshot, site=engine, public=engine)


@pytest.fixture(scope="session")
def app(service: Service) -> Flask:
    """The application on the sample."""
    app = create_app(service)
    app.testing = True
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of the application."""
    return app.test_client()
