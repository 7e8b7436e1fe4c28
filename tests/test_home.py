"""The home page: figures that say what they count and can be asked again, the ways in, and the guides."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from queries import catalogue
from webapp import home
from webapp.guides import GUIDES
from webapp.guides.asked import Asked, Figures
from webapp.home import telling
from webapp.service import Service


@pytest.fixture
def text(client: FlaskClient) -> str:
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.text


def test_every_figure_says_of_how_many_and_has_its_query(client: FlaskClient, service: Service, text: str) -> None:
    figures = telling(Asked(service))
    assert len(figures) >= 3
    for figure in figures:
        assert 0 <= figure.number <= figure.of
        assert f"<strong>{figure.number:,}</strong> <span>of {figure.of:,}</span>" in text
        assert figure.says in unescape(text)
        assert client.get(figure.href).status_code == 200
        assert client.get(figure.query).status_code == 200


def test_a_figure_about_nothing_is_left_out(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "ISSUE", "no-such-issue")
    monkeypatch.setattr(home, "RIVALS", ("ballot/none", "ballot/none-either"))
    said = [figure.says for figure in telling(Asked(service))]
    assert not any("sovereignty" in words or "resolutions" in words for words in said)
    assert said


def test_the_latest_position_of_a_holder_counts() -> None:
    rows = (
        {"holder": "a", "stance": "principle", "date": "2019"},
        {"holder": "a", "stance": "rule", "date": "2021-05"},
        {"holder": "b", "stance": "unclear", "date": ""},
    )
    assert home._latest(Figures("", rows)) == {"a": "rule", "b": "unclear"}


def test_the_ways_in_lead_somewhere(app: Flask, text: str) -> None:
    ways = re.findall(r'<div class="ways">(.*?)</section>', text, re.DOTALL)[0]
    links = re.findall(r'href="(/[a-z]+)"', ways)
    assert len(links) == len(set(links)) >= 18
    adapter = app.url_map.bind("")
    assert all(adapter.test(link) for link in links)
    assert f"{len(catalogue())} with answers" in ways


def test_every_guide_has_a_card_with_a_picture(text: str) -> None:
    for guide in GUIDES.values():
        assert f'<a href="/guides/{guide.slug}">{guide.title}</a>' in text
    assert text.count('role="img"') == len(GUIDES)


def test_it_says_how_sure_it_is_and_what_is_not_known(service: Service, text: str) -> None:
    counts = service.manifest["counts"]
    assert f"{counts['statements']:,} statements" in text
    for status in ("checked", "reported"):
        assert f'<span class="badge {status}">{status}</span> {counts["by_best_evidence"][status]:,}' in text
    assert "What is not recorded is not a no" in text


def test_the_search_field_suggests(text: str) -> None:
    assert re.search(r'<input id="q" type="search" name="q"[^>]*data-suggest="/suggest"', text)
