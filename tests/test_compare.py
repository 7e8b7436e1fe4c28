"""Comparisons: what is shared and what only one has, counted from what is recorded, and helpful where it cannot be."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.views.comparison import Item, Link, Topic
from webapp.views.known import known

BROWSER = {"Accept": "text/html"}


def _rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"/compare.csv?{query}").text)))


def _things(rows: list[dict[str, str]], topic: str, who: str) -> set[str]:
    return {row["thing"].rsplit("/", 1)[-1] for row in rows if row["topic"] == topic and row["who"] == who}


def test_two_states_share_what_both_have_on_record(client: FlaskClient) -> None:
    rows = _rows(client, "state=EST&state=RUS")
    estonia, russia = _things(rows, "forums", "Estonia"), _things(rows, "forums", "Russian Federation")
    assert "un" in estonia & russia
    assert "nato" in estonia - russia
    assert "brics" in russia - estonia
    shared = {row["thing"].rsplit("/", 1)[-1] for row in rows if row["topic"] == "forums" and row["held_by"] == "2"}
    assert shared == estonia & russia


def test_the_page_says_in_a_sentence_how_much_is_shared(client: FlaskClient) -> None:
    rows = _rows(client, "state=EST&state=RUS")
    both = len(_things(rows, "forums", "Estonia") & _things(rows, "forums", "Russian Federation"))
    ballots = {row["thing"]: row["alike"] for row in rows if row["topic"] == "votes" and row["alike"]}
    alike = sum(answer == "yes" for answer in ballots.values())
    page = " ".join(client.get("/compare?state=EST&state=RUS", headers=BROWSER).text.split())
    assert f"Estonia and Russian Federation are both in {both} forum" in page
    assert ballots
    assert f"They voted alike in {alike} of {len(ballots)} recorded ballot" in page


def test_votes_and_positions_stand_side_by_side(client: FlaskClient) -> None:
    rows = _rows(client, "state=EST&state=RUS")
    ballot = {row["who"]: row for row in rows if row["topic"] == "votes" and row["thing"].endswith("a-res-73-27")}
    assert {who: row["recorded"] for who, row in ballot.items()} == {"Estonia": "no", "Russian Federation": "yes"}
    assert {row["alike"] for row in ballot.values()} == {"no"}
    stances = [row for row in _rows(client, "state=DEU&state=FRA") if row["topic"] == "positions"]
    assert {row["who"] for row in stances if row["name"].startswith("applicability")} == {"Germany", "France"}
    assert all(row["alike"] == "yes" for row in stances if row["name"].startswith("applicability"))


def test_attributions_tell_who_spoke_and_never_who_is_responsible(client: FlaskClient) -> None:
    page = client.get("/compare?state=EST&state=GBR", headers=BROWSER).text
    assert "Operations attributed" in page
    assert "an act says who spoke, not who did it" in page
    assert not re.search(r"\b(responsible for|attacker|culprit)\b", page)
    assert "notpetya" in _things(_rows(client, "state=EST&state=GBR"), "attributions", "Estonia")


def test_a_day_takes_away_what_came_later_and_what_is_not_sure(client: FlaskClient) -> None:
    early = _rows(client, "state=EST&state=GBR&on=2002-06-30")
    assert "eu" in _things(early, "forums", "United Kingdom of Great Britain and Northern Ireland")
    assert "eu" not in _things(early, "forums", "Estonia")
    assert not [row for row in early if row["topic"] in ("votes", "attributions")]
    assert "as of 30 June 2002" in client.get("/compare?state=EST&state=GBR&on=2002-06-30", headers=BROWSER).text


def test_forums_are_compared_by_members_and_texts(client: FlaskClient) -> None:
    rows = _rows(client, "forum=nato&forum=organisation/eu")
    assert {row["topic"] for row in rows} >= {"members"}
    nato, union = (
        {row["name"] for row in rows if row["topic"] == "members" and row["who"] == who}
        for who in ("North Atlantic Treaty Organization", "European Union")
    )
    assert "Germany" in nato & union
    assert "United States of America" in nato - union
    page = client.get("/compare?forum=nato&forum=organisation/eu", headers=BROWSER).text
    assert f"share {len(nato & union)} member" in " ".join(page.split())


def test_three_are_laid_out_as_a_table_of_who_has_what(client: FlaskClient) -> None:
    page = client.get("/compare?state=EST&state=RUS&state=FRA", headers=BROWSER).text
    assert "3 of 3" in page
    assert "1 of 3" in page
    assert "are all 3 in" in " ".join(page.split())


def test_kind_and_code_may_be_written_together_and_names_in_full(client: FlaskClient) -> None:
    usual = client.get("/compare.json?state=DEU&state=FRA").data
    assert json.loads(usual)
    assert client.get("/compare.json?a=state/DEU&a=state/FRA").data == usual
    assert client.get("/compare.json?state=Germany&state=france").data == usual


def test_one_alone_is_asked_for_another(client: FlaskClient) -> None:
    """Where the page of a state leads."""
    page = client.get("/compare?state=DEU", headers=BROWSER)
    assert page.status_code == 200
    assert "named alone" in page.text
    assert 'value="Germany"' in page.text or 'value="DEU"' in page.text
    assert client.get("/compare.csv?state=DEU").status_code == 400


def test_every_claim_of_a_comparison_has_a_page(client: FlaskClient) -> None:
    addresses = {row["claim"] for row in _rows(client, "state=EST&state=FRA")}
    assert len(addresses) > 20
    assert all(client.get(address, headers=BROWSER).status_code == 200 for address in addresses)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("state=DEU&state=Germany", "named twice"),
        ("state=DEU&forum=osce", "not one with the other"),
        ("state=DEU&state=FRA&on=yesterday", "no day"),
        ("state=DEU&state=FRA&state=EST&state=RUS&state=CHN&state=USA", "at most 5"),
    ],
)
def test_what_cannot_be_compared_gets_a_page_that_helps(client: FlaskClient, query: str, words: str) -> None:
    page = client.get(f"/compare?{query}", headers=BROWSER)
    assert page.status_code == 400
    assert words in page.text
    assert 'aria-label="Compare states"' in page.text
    assert client.get(f"/compare.csv?{query}").status_code == 400


@pytest.mark.parametrize("query", ["state=DEU&state=XXX", "forum=osce&forum=nothing", "a=norm/un-2015-13c&a=forum/foc"])
def test_who_is_not_known_is_404(client: FlaskClient, query: str) -> None:
    assert client.get(f"/compare?{query}", headers=BROWSER).status_code == 404


def test_markup_in_the_address_stays_words(client: FlaskClient) -> None:
    page = client.get("/compare?state=DEU&forum=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", headers=BROWSER)
    assert page.status_code == 400
    assert "<script>alert" not in page.text


def test_without_a_choice_the_page_offers_comparisons_that_work(client: FlaskClient) -> None:
    page = client.get("/compare", headers=BROWSER)
    assert page.status_code == 200
    tries = re.findall(r'href="(/compare\?[^"]+)"', page.text)
    assert tries
    assert all(client.get(one.replace("&amp;", "&"), headers=BROWSER).status_code == 200 for one in tries)
    assert client.get("/compare.csv").status_code == 400


def test_the_bar_is_as_long_as_its_parts() -> None:
    one = (Link("x", "/x"),)
    items = tuple(Item(str(n), str(n), has) for n, has in enumerate([(one, one), (one, ()), ((), one), ((), one)]))
    topic = Topic("t", "T", "things", items, 2)
    assert topic.counts == [("shared", 1), ("some", 0), ("only0", 1), ("only1", 2)]
    assert [(part.key, part.x, part.width) for part in topic.bar] == [
        ("shared", 0.0, 78.0), ("only0", 80.0, 78.0), ("only1", 160.0, 158.0),
    ]  # fmt: skip
    assert Topic("t", "T", "things", (), 2).bar == []


def test_what_is_known_is_read_once_for_a_snapshot(app: Flask) -> None:
    with app.app_context():
        assert known() is known()
