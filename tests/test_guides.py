"""Guided reading: every story stands on queries that anybody can ask, says what is not known, and blames nobody."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from queries import Table
from webapp.guides import GUIDES
from webapp.guides.asked import Asked, Figures
from webapp.guides.processes import Votes, chain, pair_of
from webapp.service import Service


@pytest.fixture
def asked(service: Service) -> Asked:
    return Asked(service)


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def story(text: str) -> str:
    found = re.search(r'<article class="prose">(.*)</article>', text, re.DOTALL)
    assert found
    return found[1]


def test_the_contents_lead_to_every_guide_each_with_a_picture(client: FlaskClient) -> None:
    text = page(client, "/guides")
    for guide in GUIDES.values():
        assert f'href="/guides/{guide.slug}"' in text
        assert guide.title in text
    assert text.count('role="img"') == len(GUIDES)


@pytest.mark.parametrize("slug", GUIDES)
def test_a_guide_has_what_its_contents_list(client: FlaskClient, slug: str) -> None:
    text = page(client, f"/guides/{slug}")
    anchors = re.findall(r'<li><a href="#([a-z-]+)">([^<]+)</a>', text)
    assert len(anchors) >= 7
    assert anchors[-1][0] == "not-known"
    for anchor, title in anchors:
        assert f'<h2 id="{anchor}">{title}</h2>' in text


@pytest.mark.parametrize("slug", GUIDES)
def test_every_query_behind_a_guide_can_be_asked(client: FlaskClient, slug: str) -> None:
    links = {unescape(link) for link in re.findall(r'class="asked-by" href="([^"]+)"', page(client, f"/guides/{slug}"))}
    assert len(links) >= 3
    for link in links:
        if link.startswith("/sparql?"):
            query = parse_qs(urlsplit(link).query)["query"][0]
            answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
            assert answer.status_code == 200
        else:
            assert client.get(link).status_code == 200


@pytest.mark.parametrize("slug", GUIDES)
def test_a_guide_never_says_who_did_it(client: FlaskClient, slug: str) -> None:
    said = re.sub(r"<[^>]+>", " ", story(page(client, f"/guides/{slug}"))).casefold()
    for word in ("responsible for", "attacker", "perpetrator", "culprit", "none none", "nan"):
        assert not re.search(rf"\b{word}\b", said)


def test_guides_lead_on_in_a_circle(client: FlaskClient) -> None:
    first, here, seen = next(iter(GUIDES)), next(iter(GUIDES)), []
    for _ in GUIDES:
        seen.append(here)
        here = re.findall(r'Read next</small><a href="/guides/([a-z-]+)"', page(client, f"/guides/{here}"))[0]
    assert here == first
    assert sorted(seen) == sorted(GUIDES)


def test_an_unknown_guide_is_told_which_there_are(client: FlaskClient) -> None:
    answer = client.get("/guides/<b>x", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<b>x" not in answer.text
    assert "eleven-norms" in answer.text


def test_the_norms_are_counted_as_the_graph_has_them(client: FlaskClient, asked: Asked) -> None:
    norms = asked.site("guide_norms", text="document/a-70-174")
    text = page(client, "/guides/eleven-norms")
    assert len(norms)
    for row in norms:
        assert f">{row['number']}</a> {row['name']}" in unescape(text)
    assert len(asked.site("guide_norms", text="document/a-res-73-27")) == 0


def test_processes_are_found_by_what_follows_what(asked: Asked) -> None:
    told = asked.site("guide_processes", forum="forum/un-oewg-2019")
    found = chain(told, 2026)
    assert [process.start for process in found] == sorted(process.start for process in found)
    assert all(0 <= process.x <= process.x + process.width <= 100.1 for process in found)
    assert len(asked.site("guide_processes", forum="forum/foc")) == 0


def test_two_ballots_pair_the_votes_of_each_state(asked: Asked) -> None:
    same = asked.site("guide_two_ballots", first="ballot/a-res-73-27", second="ballot/a-res-73-27")
    assert len(same)
    assert {pair_of(row) for row in same} <= {"yes to both", "yes to neither"}
    assert all(row["first_vote"] == row["second_vote"] for row in same)
    other = asked.site("guide_two_ballots", first="ballot/a-res-73-27", second="ballot/a-res-73-266")
    assert {row["state"] for row in same} <= {row["state"] for row in other}


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("yes", "yes", "yes to both"),
        ("yes", "no", "yes to the first only"),
        ("abstain", "yes", "yes to the second only"),
        ("", "not-voting", "yes to neither"),
    ],
)
def test_a_pair_of_votes_has_its_name(first: str, second: str, says: str) -> None:
    assert pair_of({"first_vote": first, "second_vote": second}) == says


def test_shares_of_votes_fill_the_bar_and_survive_nobody_voting() -> None:
    assert Votes(119, 46, 14).shares == (66.48, 7.82, 25.7)
    assert Votes(0, 0, 0).shares == (0, 0, 0)


def test_acts_reported_by_others_and_assessments_are_not_counted(asked: Asked) -> None:
    acts = asked.site("official_acts")
    assert len(acts.distinct("act")) == len(acts) > 0
    assert all("/attribution/" in row["act"] for row in acts)
    assert "reported by another" not in dict(acts.counted("stance"))
    named = {row["act"] for row in asked.site("states_named")}
    assert named <= {row["act"] for row in acts}


def test_a_state_without_a_policy_on_record_is_not_said_to_have_none(client: FlaskClient) -> None:
    text = page(client, "/guides/vulnerability-disclosure")
    assert "none on record here" in text
    assert "It does not mean that the state has no policy" in text


def test_figures_count_what_they_have_and_name_what_is_missing() -> None:
    figures = Figures("", ({"kind": "a", "date": "2020-05"}, {"kind": "", "date": ""}, {"kind": "b", "date": "2020"}))
    assert figures.counted("kind") == [("a", 1), ("b", 1), ("not recorded", 1)]
    assert figures.years() == {2020: 2}
    assert figures.where(kind="b") == [{"kind": "b", "date": "2020"}]


def test_a_question_is_asked_once_for_a_snapshot(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    asked.site("replies_on_record")
    monkeypatch.setattr(Table, "read", lambda _: pytest.fail("asked again"))
    assert len(asked.site("replies_on_record"))
