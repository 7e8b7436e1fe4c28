"""The map: what it says of each state, as of a day, and that it says no more than is on record."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from webapp.views import mapped, tilemap
from webapp.views.mapped import SHOWS

PAGE = {"Accept": "text/html"}
SVG = "{http://www.w3.org/2000/svg}"
FOC = "show=members&of=forum/foc"


def answers(client: FlaskClient, query: str) -> dict[str, str]:
    """What the table says of each state with a name here."""
    answer = client.get(f"/map.csv?{query}")
    assert answer.status_code == 200
    return {row["code"]: row["answer"] for row in csv.DictReader(io.StringIO(answer.text))}


def headline(client: FlaskClient, query: str = "") -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", client.get(f"/map?{query}", headers=PAGE).text)
    assert found
    return unescape(found[1])


def legend(client: FlaskClient, query: str) -> dict[str, int]:
    page = client.get(f"/map?{query}", headers=PAGE).text
    return {label: int(n) for label, n in re.findall(r"<span>([^<]*) <strong>(\d+)</strong></span>", page)}


@pytest.mark.parametrize("show", SHOWS)
def test_each_kind_of_map_answers_without_being_told_what_of(client: FlaskClient, show: str) -> None:
    page = client.get(f"/map?show={show}", headers=PAGE)
    assert page.status_code == 200
    assert page.text.count('class="tile ') >= 195
    assert 'aria-current="page">' + SHOWS[show].title in page.text
    assert "style=" not in page.text.partition("<main")[2]


def test_the_headline_answers_as_of_a_day(client: FlaskClient) -> None:
    late = "Freedom Online Coalition: 6 states were members on 30 June 2019; undetermined for 1"
    assert headline(client, f"{FOC}&on=2019-06-30") == late
    assert headline(client, f"{FOC}&on=2012-06-30") == "Freedom Online Coalition: 5 states were members on 30 June 2012"
    assert headline(client, "show=members&of=organisation/un") == "United Nations: 16 states are on record as members"
    parties = "show=parties&of=document/budapest-convention"
    assert (
        headline(client, parties)
        == "Convention on Cybercrime (Budapest Convention): 9 states have consented to be bound"
    )
    assert headline(client, f"{parties}&on=2004-07-01").endswith(": 2 states were party on 1 July 2004")


def test_yes_no_undetermined_and_not_recorded_are_told_apart(client: FlaskClient) -> None:
    early, late = answers(client, f"{FOC}&on=2012-06-30"), answers(client, f"{FOC}&on=2019-06-30")
    assert (early["EST"], late["EST"]) == ("member", "member")
    assert (early["DEU"], late["DEU"]) == ("not that day", "member")  # joined in 2013
    assert (early["NOR"], late["NOR"]) == ("not that day", "undetermined that day")  # last seen so in 2017
    assert (early["RUS"], late["RUS"]) == ("not recorded", "not recorded")


def test_that_nobody_surely_was_in_is_not_to_say_that_nobody_was(client: FlaskClient) -> None:
    future = headline(client, f"{FOC}&on=2029-01-01")
    assert future == "Freedom Online Coalition: none on record for 1 January 2029; undetermined for 6"
    assert legend(client, f"{FOC}&on=2029-01-01") == {
        "undetermined that day": 6,
        "not that day": 1,
        "not recorded": 188,
    }


def test_who_is_on_no_list_was_not_in_only_where_the_list_is_known_to_be_complete(client: FlaskClient) -> None:
    assert answers(client, "show=members&of=organisation/eu&on=2019-06-30")["RUS"] == "not that day"
    assert answers(client, "show=members&of=organisation/eu&on=2023-06-30")["RUS"] == "not recorded"
    assert answers(client, "show=members&of=organisation/eu")["RUS"] == "not recorded"


def test_what_has_ended_is_no_longer_so_and_a_process_that_is_over_shows_who_was_in_it(client: FlaskClient) -> None:
    assert answers(client, FOC)["USA"] == "no longer"
    assert headline(client, "show=members&of=forum/un-gge-6").endswith("took part at some time")


def test_votes_have_a_letter_and_the_two_kinds_of_no_are_not_mixed(client: FlaskClient) -> None:
    told = answers(client, "show=vote&of=ballot/a-res-73-27")
    assert told["RUS"] == "yes"
    assert told["EST"] == "no"
    assert told["VAT"] == "not in the roll call"  # which is known to be complete
    keys = legend(client, "show=vote&of=ballot/a-res-73-27")
    assert keys["no"] == sum(value == "no" for value in told.values())
    assert sum(keys.values()) == 195
    assert answers(client, "show=vote&of=ballot/example-draft")["VAT"] == "not recorded"


def test_positions_and_measures_are_on_record_or_not_and_never_a_no(client: FlaskClient) -> None:
    sovereignty = answers(client, "show=position&of=sovereignty")
    assert sovereignty["NLD"] == "rule"
    assert sovereignty["EST"] == "not recorded"
    before = answers(client, "show=position&of=sovereignty&on=2010-01-01")
    assert before["NLD"] == "on record for later only"
    strategies = answers(client, "show=measure&of=national-strategy&on=2020-01-01")
    assert (strategies["EST"], strategies["SGP"]) == ("on record by that day", "on record for later only")
    assert "no" not in {*sovereignty.values(), *before.values(), *strategies.values()}


def test_who_has_no_tile_is_named_beside_the_picture(client: FlaskClient) -> None:
    page = client.get("/map?show=members&of=organisation/un", headers=PAGE).text
    assert "Apart: former states" not in page
    left_out = page.partition("Left out of the picture:")[2].partition("</p>")[0]
    assert 'href="/doc/state/SUN"' in left_out


def test_each_row_leads_to_its_evidence_and_each_link_of_the_page_somewhere(client: FlaskClient) -> None:
    page = client.get(f"/map?{FOC}", headers=PAGE).text.partition("<main")[2]
    assert '<a href="/doc/membership/foc-EST-member-1">why' in page
    for link in set(re.findall(r'href="(/[^"#]*)"', page.partition("</main>")[0])):
        assert client.get(unescape(link)).status_code < 400, link


def test_the_answer_comes_as_csv_json_and_svg_by_suffix_and_by_accept(client: FlaskClient) -> None:
    rows = client.get(f"/map.json?{FOC}").get_json()
    assert {row["code"]: row["claim"] for row in rows}["EST"].endswith("/id/membership/foc-EST-member-1")
    assert {row["code"]: row["answer"] for row in rows} == answers(client, FOC)
    assert client.get(f"/map?{FOC}", headers={"Accept": "text/csv"}).mimetype == "text/csv"
    assert client.get(f"/map?{FOC}", headers={"Accept": "image/svg+xml"}).mimetype == "image/svg+xml"


def test_the_file_of_the_picture_needs_nothing_else_and_says_where_it_is_from(client: FlaskClient) -> None:
    answer = client.get("/map.svg?show=vote&of=ballot/a-res-73-27")
    assert answer.mimetype == "image/svg+xml"
    root = ElementTree.fromstring(answer.text)
    assert root.findtext(f"{SVG}title") == headline(client, "show=vote&of=ballot/a-res-73-27")
    assert "yes: " in (root.findtext(f"{SVG}desc") or "")
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "facts as of" in words
    assert "/map?show=vote&of=ballot/a-res-73-27" in words
    assert "var(" not in answer.text
    assert not re.search(r'(?:href|src)="|@import|url\((?!#)', answer.text)
    used = set(re.findall(r"url\(#([^)]*)\)", answer.text))
    assert used <= {pattern.get("id") for pattern in root.iter(f"{SVG}pattern")}


def test_the_years_of_joining_are_drawn_where_there_are_some(client: FlaskClient) -> None:
    assert "states by the year since when they take part" in client.get(f"/map?{FOC}", headers=PAGE).text
    assert "columns-chart" not in client.get("/map?show=vote", headers=PAGE).text


def test_an_embedded_map_has_the_picture_and_no_form(client: FlaskClient) -> None:
    page = client.get(f"/map?{FOC}&embed=1", headers=PAGE).text
    assert 'class="tilemap"' in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("show=weather", 400, "There is no map of 'weather'"),
        ("show=members&of=forum/none", 404, "no state is on record for it"),
        ("show=members&of=ballot/a-res-73-27", 404, "no state is on record for it"),
        ("show=vote&of=ballot/a-res-73-27&on=2020-01-01", 400, "A vote has a day of its own"),
        (f"{FOC}&on=2020", 400, "a whole day is needed"),
        (f"{FOC}&on=2020-02-31", 400, "on"),
        ("show=members&of=<script>alert(1)</script>", 404, "&lt;script&gt;"),
        (f"{FOC}&on=<script>", 400, "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_the_reason(
    client: FlaskClient, query: str, status: int, words: str
) -> None:
    answer = client.get("/map", query_string=query, headers=PAGE)
    assert answer.status_code == status
    assert words in answer.text.replace("&#39;", "'")
    assert "<script>a" not in answer.text


def test_an_identifier_may_be_given_whole(client: FlaskClient) -> None:
    whole = "https://w3id.org/cybergov/id/forum/foc"
    assert answers(client, f"show=members&of={whole}") == answers(client, FOC)


def test_answers_that_count_look_stronger_than_the_others() -> None:
    rows = [mapped.Row("a", "A", "member", counts=True), *[mapped.Row("b", "B", "suspended")] * 3]
    found = mapped._categories(SHOWS["members"], rows, {"member": 2, "suspended": 1})
    assert [(category.label, category.look) for category in found] == [
        ("member", tilemap.LOOKS[0]),
        ("suspended", tilemap.LOOKS[1]),
    ]
    only = mapped._categories(SHOWS["members"], rows[1:], {"suspended": 1})
    assert [category.look for category in only] == [tilemap.LOOKS[1]]
