"""Warming up: the slow pages are made once before anybody asks, and one that fails keeps none of the others."""

import logging

import pytest
from flask import Flask

from webapp import codebook, documentation, warm
from webapp.things import NoSuchThing
from webapp.views.ties import graph_of


def test_what_is_slow_at_first_is_made_at_the_start(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    for kept in (documentation.grammar, codebook.book, graph_of):
        kept.cache_clear()
    warm.begin(app).join()
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
        warm.begin(app).join()
    assert made == ["codebook.page", "network.show_network"]
    assert "/ontology could not be made beforehand: There is no ontology." in caplog.text
