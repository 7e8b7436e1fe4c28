"""The pages on operations and acts of speech: counts by who spoke and whom they name, and replies as prominent."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from profiled import page, summary, words

from webapp.profiles.answered import Heard, Reply

REPLY = "https://w3id.org/cybergov/vocab/reply-kind/"


def pair(text: str) -> tuple[str, str]:
    """Return the two blocks of the opening, as words."""
    opening = text.split('<div class="opening">')[1].split('<div class="overview">')[0]
    left, right = re.split(r'<div class="card" id="replies">', opening)
    return words(left), words(right)


def test_an_operation_says_who_spoke_of_it_and_what_those_named_replied(client: FlaskClient) -> None:
    text = page(client, "operation/notpetya")
    told = summary(text)
    assert "official acts on record here, by" in told
    assert "of them it is attributed to Russian Federation or an organ of it" in told
    assert "to no state or organ" in told
    assert "Russian Federation: 2 replies on record (denies: 1, rejects the evidence: 1)" in told
    assert "not who did it" in told


def test_replies_stand_beside_the_attributions_on_the_first_screen(client: FlaskClient) -> None:
    said, replied = pair(page(client, "operation/notpetya"))
    assert "To whom official acts attribute it" in said
    assert "Russian Federation" in said
    assert "to no state or organ" in said
    assert "on own text" in said
    assert "Replies of those named" in replied
    assert "denies, 15 February 2018: The presidential spokesman" in replied
    assert "In our words" in replied


def test_a_state_that_is_named_and_did_not_reply_may_have_replied(client: FlaskClient) -> None:
    text = page(client, "operation/bundestag-hack-2015")
    assert "No reply of Russian Federation is on record here, which does not mean that there was none" in summary(text)
    assert "No reply of Russian Federation is recorded; it may have given one." in words(text)


def test_assessments_by_data_sets_are_apart_from_official_acts(client: FlaskClient) -> None:
    text = page(client, "operation/shamoon-2012")
    assert "No official act of attribution on it is on record here." in summary(text)
    (card,) = re.findall(r'<div class="card" id="assessments">.*?</div>', text, re.DOTALL)
    assert "apart from official acts and not counted with them" in words(card)
    assert "Each is the judgement of its speaker" in words(card)
    assert '<div class="opening">' not in text


def test_an_operation_shows_where_the_record_differs(client: FlaskClient) -> None:
    (card,) = re.findall(r'<div class="card" id="differs">.*?</div>', page(client, "operation/notpetya"), re.DOTALL)
    told = words(card)
    assert "No side is preferred here" in told
    assert "Russian Federation answers: denies, rejects the evidence" in told
    assert "without saying who did it" in told
    (none,) = re.findall(r'<div class="card" id="differs">.*?</div>', page(client, "operation/shamoon-2012"), re.DOTALL)
    assert "That nobody else spoke is not agreement" in words(none)


def test_the_numbers_of_an_operation_are_those_of_its_acts(client: FlaskClient) -> None:
    text = page(client, "operation/notpetya")
    acts = client.get("/doc/operation/notpetya.csv?section=attribution-by-ofOperation").text.count("\n") - 1
    assert f"<strong>{acts}</strong> <span>official acts that speak of it" in text
    (bar,) = re.findall(r'<div class="split" id="ranks">.*?</ul>', text, re.DOTALL)
    assert sum(int(number) for number in re.findall(r"<strong>(\d+)</strong>", bar)) == acts


@pytest.mark.parametrize(
    "thing",
    [
        "operation/notpetya",
        "operation/solarwinds",
        "operation/shamoon-2012",
        "attribution/gbr-2018-02-15-notpetya",
        "attribution/eu-2021-04-15-solarwinds",
        "reply/rus-2018-02-15-notpetya",
        "response/alb-2022-09-07-relations",
        "coordination/apt10-2018-12",
    ],
)
def test_no_page_says_who_did_it_and_every_link_within_leads_somewhere(client: FlaskClient, thing: str) -> None:
    text = page(client, thing)
    first = text.split('<p class="kind">')[1].split('<div class="overview">')[0]
    glance = re.findall(r'<section id="glance".*?</section>', text, re.DOTALL)
    ours = words(" ".join([first, *glance]))
    for word in ("responsible for", "attacker", "culprit", "perpetrator", "guilty"):
        assert word not in ours, word
    places = set(re.findall(r'id="([^"]+)"', text))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= places
    assert not re.search(r"<[^>]+ style=", text)


def test_an_act_says_in_which_capacity_who_spoke(client: FlaskClient) -> None:
    text = page(client, "attribution/gbr-2018-02-15-notpetya")
    told = summary(text)
    assert "spoke" in told
    assert "on NotPetya, 15 February 2018" in told
    assert "It attributes it to Russian Federation" in told
    assert "stance: originates" in told
    assert "rejects the evidence" in pair(text)[1]


def test_solidarity_names_nobody(client: FlaskClient) -> None:
    text = page(client, "attribution/eu-2021-04-15-solarwinds")
    assert "It attributes it to no state or organ" in summary(text)
    assert "No reply to it is on record here." in summary(text)


def test_a_reply_stands_beside_what_it_answers(client: FlaskClient) -> None:
    text = page(client, "reply/rus-2018-02-15-notpetya")
    assert "Russian Federation replied, 15 February 2018: denies." in summary(text)
    assert "What it answers" in text
    assert "The reply" in text


def test_a_response_counts_and_says_what_it_followed(client: FlaskClient) -> None:
    text = page(client, "response/alb-2022-09-07-relations")
    assert "Albania: expulsion, 7 September 2022" in summary(text)
    assert "Charges are alleged until judged" in summary(text)
    assert "Replies to those acts" in text


def test_a_wave_counts_its_speakers(client: FlaskClient) -> None:
    text = page(client, "coordination/apt10-2018-12")
    assert re.search(r"\d official acts? by \d speakers?", summary(text))
    assert "Who spoke" in text


def test_what_records_only_that_no_reply_was_found_is_no_reply() -> None:
    silent = Reply("reply", "state", f"{REPLY}none-recorded", "", "")
    heard = Heard({"state": ["act"]}, [silent])
    assert heard.given == []
    assert heard.unanswered == ["state"]
