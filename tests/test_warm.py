"""Warming up: the slow pages are made before anybody asks, and one that fails keeps none of the others."""

import logging
from pathlib import Path
from queue import Queue

import pytest
import tiny
from flask import Flask

from graph.build import build
from graph.engine import LocalEngine
from webapp import codebook, documentation, warm
from webapp import service as services
from webapp.app import create_app
from webapp.service import Service
from webapp.settings import Settings
from webapp.things import NoSuchThing
from webapp.views.ties import graph_of


def test_what_is_slow_at_first_is_made_at_the_start(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for kept in (documentation.grammar, codebook.book, graph_of):
        kept.cache_clear()
    warm.make(app)
    for kept in (documentation.grammar, codebook.book, graph_of):
        assert kept.cache_info().currsize == 1
    assert not caplog.records


def test_a_page_that_cannot_be_made_is_told_and_the_next_one_is_made(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def fails(suffix: str) -> str:
        raise NoSuchThing("There is no ontology.")

    monkeypatch.setitem(app.view_functions, "documentation.ontology", fails)
    for name in ("codebook.page", "network.show_network"):
        monkeypatch.setitem(app.view_functions, name, lambda name=name, **given: made.append(name))
    with caplog.at_level(logging.WARNING):
        warm.make(app)
    assert made == ["network.show_network", "codebook.page"]
    assert "/ontology could not be made beforehand: There is no ontology." in caplog.text


def test_a_new_snapshot_is_warmed_before_anybody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOOK_EVERY", 0.01)
    made: Queue[str] = Queue()
    home = tmp_path / "home"
    first, _ = build(tiny.write(tmp_path, tiny.ESTONIA), home)
    with LocalEngine(first.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        service = Service(Settings(home=home), first, site=engine, public=engine)
        monkeypatch.setattr(warm, "make", lambda app: made.put(service.snapshot.id))
        warm.begin(create_app(service))
        assert made.get(timeout=10) == first.id
        second, _ = build(tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA), home)
        assert made.get(timeout=10) == second.id
        assert made.empty()
