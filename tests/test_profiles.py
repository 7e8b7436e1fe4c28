"""The pages on things: the first screen in numbers, sections that fold and leave as tables, what is around them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from profiled import BROWSER, page

from webapp.profiles.parts import count, listed, plain, split


def test_a_state_says_in_numbers_what_it_belongs_to_promised_and_voted(client: FlaskClient) -> None:
    text = page(client, "state/EST")
    summary = re.search(r'<p class="summary">(.*?)</p>', text, re.DOTALL)
    assert summary
    assert "takes part in" in summary[1]
    assert "forums recorded here" in summary[1]
    memberships = client.get("/doc/state/EST.csv?section=membership-by-member").text.count("\n") - 1
    assert f'<a href="#membership-by-member"><strong>{memberships}</strong>' in text
    for title in ("Belongs to", "Promised", "Signed", "Voted", "Said", "Implemented"):
        assert f"<h3>{title}</h3>" in text, title
    assert "Unknown is not no" in text


def test_a_key_figure_leads_to_a_place_on_the_page(client: FlaskClient) -> None:
    for thing in ("state/EST", "state/RUS"):
        text = page(client, thing)
        places = set(re.findall(r'id="([^"]+)"', text))
        links = set(re.findall(r'href="#([^"]+)"', text))
        assert links <= places, links - places


def test_acts_that_name_a_state_stand_beside_its_replies_with_their_sources(client: FlaskClient) -> None:
    text = page(client, "state/RUS")
    assert "Attributed to it by others" in text
    assert "What it replied" in text
    assert "on record here, by" in text
    assert "rest on the speaker" in text
    assert "An attribution says who spoke, not who did it." in text
    assert "responsible for" not in text.split("<section", 1)[1].split("</section>")[0]


@pytest.mark.parametrize("suffix", ["csv", "json", "ttl", "nt"])
def test_a_section_leaves_in_every_form(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/doc/state/EST.{suffix}?section=membership-by-member")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "foc-EST-member-1" in response.text


def test_a_section_has_the_values_of_claims_as_columns(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/doc/state/EST.csv?section=membership-by-member").text)))
    foc = next(row for row in rows if row["claim"].endswith("foc-EST-member-1"))
    assert foc["forum"] == "Freedom Online Coalition"
    assert foc["role"] == "member"
    assert foc["start"].startswith("2011")


@pytest.mark.parametrize("name", ["nothing", "<b>", "vote-by-"])
def test_an_unknown_section_is_not_found(client: FlaskClient, name: str) -> None:
    response = client.get("/doc/state/EST.csv", query_string={"section": name}, headers=BROWSER)
    assert response.status_code == 404
    assert "<b>" not in response.text
    assert "membership-by-member" in response.text


def test_long_sections_are_folded_after_a_dozen_rows(client: FlaskClient) -> None:
    text = page(client, "ballot/a-res-73-27")
    (section,) = re.findall(r'<section id="vote-by-ballot">.*?</section>', text, re.DOTALL)
    shown, _, folded = section.partition('<details class="rest">')
    assert shown.count("<tr>") == 13
    assert folded.count("<tr>") == 5


def test_a_page_lists_its_sources_and_can_be_cited_and_corrected(client: FlaskClient) -> None:
    text = page(client, "state/EST")
    assert '<section id="sources"' in text
    assert "Claims are counted with each source" in text
    assert "BibTeX" in text
    assert "/report?about=%2Fdoc%2Fstate%2FEST" in text.replace("/doc/state/EST", "%2Fdoc%2Fstate%2FEST")
    assert '<section id="neighbours"' in text
    assert '<section id="timeline"' in text


def test_pages_hold_no_inline_style_or_script(client: FlaskClient) -> None:
    text = page(client, "state/RUS")
    assert not re.search(r"<[^>]+ style=", text)
    assert "<style" not in text


def test_parts_of_a_whole_fill_it_and_nought_is_left_out() -> None:
    drawn = split("votes", [("yes", 3, "yes"), ("no", 0, "no"), ("abstain", 1, "abstain")])
    assert drawn
    assert [part.share for part in drawn.parts] == [75, 25]
    assert split("votes", [("yes", 0, "yes")]) is None


def test_things_are_listed_in_words() -> None:
    assert plain(listed(["a"])) == "a"
    assert plain(listed(["a", "b", "c", "d"], 2)) == "a, b and 2 others"
    assert count(0, "reply", "replies") == "0 replies"


def test_a_forum_says_where_it_comes_from_and_when_its_list_is_complete(client: FlaskClient) -> None:
    text = page(client, "forum/foc")
    assert "Who takes part" in text
    assert "known to be complete" in text
    line = page(client, "forum/un-oewg-2019")
    assert "Where it comes from, and what followed" in line
    assert 'href="/doc/document/a-res-73-27"' in line


def test_a_norm_opens_with_our_words_and_names_implementation_only_where_it_is_stated(client: FlaskClient) -> None:
    text = page(client, "norm/un-2015-13j")
    assert '<div class="paraphrase">' in text
    assert "In our words." in text
    assert "stated as implementing it" in text
    assert "Only what is stated as implementing is called so" in text


def test_a_resolution_shows_the_totals_of_its_vote_in_words(client: FlaskClient) -> None:
    text = page(client, "document/a-res-73-27")
    assert "119 in favour, 46 against, 14 abstained" in text
    assert re.search(r"yes: <strong>119</strong>", text)


def test_a_ballot_shows_its_votes_by_regional_group(client: FlaskClient) -> None:
    text = page(client, "ballot/a-res-73-27")
    assert "By UN regional group" in text
    assert "Eastern European group" in text


def test_a_session_leads_to_those_before_and_after(client: FlaskClient) -> None:
    text = page(client, "event/un-oewg-2019-session-3")
    assert "The sessions before and after" in text
    assert "What was adopted" in text


@pytest.mark.parametrize("thing", ["membership/foc-EST-member-1", "source/unvotes-voeten"])
def test_claims_and_sources_keep_a_plain_page(client: FlaskClient, thing: str) -> None:
    assert 'class="summary"' not in page(client, thing)
