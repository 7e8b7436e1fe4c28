"""The pages on actors and works: what each is and did, in numbers, with what others say of it apart."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from profiled import page, summary, words


def test_an_institute_says_what_it_is_and_what_it_runs_and_publishes(client: FlaskClient) -> None:
    text = page(client, "organisation/carnegie")
    assert summary(text).startswith("Think tank, based in Washington, United States of America")
    published = client.get("/doc/organisation/carnegie.csv?section=publication-by-publisher").text.count("\n") - 1
    assert f"<strong>{published}</strong> <span>publication" in text
    assert "<h3>Publications</h3>" in text
    assert "No project of it is recorded." in words(text)


def test_an_organisation_that_is_a_forum_has_the_page_of_a_forum(client: FlaskClient) -> None:
    text = page(client, "organisation/eu")
    assert "on record as taking part" in summary(text)
    assert "It spoke or joined" in summary(text)
    assert "An attribution says who spoke, not who did it." in summary(text)
    assert "To whom its acts attribute" in text


def test_an_organ_that_is_named_has_the_replies_beside(client: FlaskClient) -> None:
    text = page(client, "organisation/rus-gru")
    assert "attributed operations to it" in summary(text)
    opening = text.split('<div class="opening">')[1].split('<div class="overview">')[0]
    assert "By whom operations are attributed to it" in opening
    assert "Replies to those acts" in opening


def test_a_threat_actor_is_a_name_that_others_use(client: FlaskClient) -> None:
    text = page(client, "threat-actor/apt28")
    assert summary(text).startswith("A name that others use for a group")
    assert "Whether it is part of a state is not something that is recorded here; only who said so." in words(text)
    (card,) = re.findall(r'<div class="card" id="assessments">.*?</div>', text, re.DOTALL)
    assert "apart from official acts" in words(card) or "No assessment" in words(card)
    ours = words(" ".join(re.findall(r'<section id="glance".*?</section>', text, re.DOTALL)))
    assert "responsible" not in ours


def test_a_person_stands_here_in_a_public_function_only(client: FlaskClient) -> None:
    text = page(client, "person/alexandra-paulus")
    assert "Alexandra Paulus stands here as author." in summary(text)
    assert "on record here" in summary(text)
    assert "<h3>Publications</h3>" in text


def test_a_project_says_who_leads_and_pays_and_what_is_not_recorded(client: FlaskClient) -> None:
    text = page(client, "project/eu-cyber-direct-1")
    assert "Project led by European Union Institute for Security Studies" in summary(text)
    assert "funded by European Union" in summary(text)
    assert "With how much money is not recorded." in words(text)


def test_a_publication_says_who_wrote_it_and_what_it_is_about(client: FlaskClient) -> None:
    text = page(client, "publication/carnegie-crossroads")
    assert "Working paper by" in summary(text)
    assert "published by Carnegie Endowment" in summary(text)
    assert "Texts and bodies it is about" in text


@pytest.mark.parametrize(
    "thing",
    [
        "organisation/eu",
        "organisation/eurepoc",
        "organisation/rus-gru",
        "group/non-aligned-movement",
        "person/alexandra-paulus",
        "threat-actor/apt28",
        "project/eu-cyber-direct-1",
        "publication/broeders-core",
    ],
)
def test_every_link_within_a_page_leads_somewhere(client: FlaskClient, thing: str) -> None:
    text = page(client, thing)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))
    assert not re.search(r"<[^>]+ style=", text)
    assert '<p class="summary">' in text
