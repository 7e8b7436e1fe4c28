"""The pages of questions: forms that take names, errors beside the input, things by name, charts and maps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

import queries
from webapp import answers, fields
from webapp.library import by_topic

BROWSER = {"Accept": "text/html"}
BASE = "https://w3id.org/cybergov/"


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == status, response.text[:500]
    return response.text


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the sample have more things of every class than a list to choose from holds, as the whole graph has."""
    monkeypatch.setattr(fields, "MOST_OPTIONS", 0)
    fields.things_of.cache_clear()
    yield
    fields.things_of.cache_clear()


def table(text: str) -> str:
    found = re.search(r'<div class="scroll answers".*?</table>', text, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("name", queries.catalogue())
def test_no_answer_shows_an_identifier_where_it_could_show_a_name(client: FlaskClient, name: str) -> None:
    shown = re.sub(r"<[^>]*>", " ", table(page(client, f"/queries/{name}")))
    assert BASE not in shown
    assert not re.search(r"\b(?:state|forum|document|organisation|norm)/[A-Za-z0-9-]+", shown)


def test_a_name_is_told_once_and_leads_to_the_thing(client: FlaskClient) -> None:
    shown = table(page(client, "/queries/forums_of_state?state=state/EST"))
    assert 'href="/doc/forum/foc"' in shown
    assert re.search(r'<a href="/doc/forum/foc">Freedom Online Coalition</a>', shown)
    assert shown.count("Freedom Online Coalition") == 1
    assert '<th scope="col">name</th>' not in shown


def test_dates_are_words_that_sort_as_dates(client: FlaskClient) -> None:
    shown = table(page(client, "/queries/sessions_of_forum"))
    assert re.search(r'<td class="date" data-sort="\d{4}-\d\d-\d\d">\d+ [A-Z][a-z]+ \d{4}</td>', shown)


@pytest.mark.usefixtures("many")
def test_a_form_holds_the_example_until_it_is_filled_in(client: FlaskClient) -> None:
    first = page(client, "/queries/forums_of_state")
    assert "Shown with example values" in first
    assert re.search(r'<input [^>]*name="state"[^>]*value="state/EST"', first)
    filled = page(client, "/queries/forums_of_state?state=state/GBR&state=")
    assert "Shown with example values" not in filled
    assert "United Kingdom" in filled


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("given", ["EST", "state/EST", BASE + "id/state/EST", "Estonia", "estland", " Эстония "])
def test_a_thing_is_given_by_identifier_or_by_name(client: FlaskClient, given: str) -> None:
    response = client.get("/queries/forums_of_state", query_string={"state": given}, headers=BROWSER)
    assert response.status_code == 200
    assert 'value="state/EST"' in response.text
    assert "/queries/forums_of_state.csv?state=state/EST" in response.text, "files are asked for by identifier"


@pytest.mark.usefixtures("many")
def test_several_values_may_be_given_and_what_is_empty_is_left_out(client: FlaskClient) -> None:
    text = page(
        client, "/queries/membership_matrix?state=EST&state=&state=UK&state=EST&forum=forum/foc&forum=&on=2020-01-01"
    )
    values = re.findall(r'name="state"[^>]*value="([^"]*)"', text)
    assert values == ["state/EST", "state/GBR", "", ""]
    assert "membership_matrix.csv?state=state/EST&amp;state=state/GBR&amp;forum=forum/foc&amp;on=2020-01-01" in text


@pytest.mark.usefixtures("many")
def test_a_name_that_nothing_has_comes_back_with_what_may_be_meant(client: FlaskClient) -> None:
    text = page(client, "/queries/forums_of_state?state=Estoina", 404)
    assert "Nothing of this kind (state) is called &#39;Estoina&#39; here." in text
    assert 'aria-invalid="true"' in text
    assert 'value="Estoina"' in text, "what was typed is kept"
    assert 'href="/queries/forums_of_state?state=state/EST"' in text
    other = page(client, "/queries/membership_matrix?state=Estoina&forum=forum/foc&on=2020-01-01", 404)
    assert "?state=state/EST&amp;forum=forum/foc&amp;on=2020-01-01" in other, "what else was given is kept"
    assert not table(text)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/queries/forums_of_state?state=forum/foc", 404, "Nothing of this kind (state)"),
        ("/queries/forums_of_state?state=%3E", 400, "Nothing of this kind"),
        ("/queries/members_of_forum?on=2021-03-12", 400, "A value is needed."),
        ("/queries/members_of_forum?forum=forum/foc&on=2021-13-45", 400, "is no value for the parameter on"),
        ("/queries/members_of_forum?forum=forum/foc&on=2021", 400, "a whole day is needed"),
        ("/queries/members_of_forum?forum=forum/foc&forum=organisation/eu", 400, "One value is needed, not 2."),
        ("/queries/positions_on_issue?issue=nothing", 404, "There is no &#39;nothing&#39; in this list."),
    ],
)
def test_a_wrong_value_gives_the_form_back_with_the_reason(
    client: FlaskClient, path: str, status: int, told: str
) -> None:
    text = page(client, path, status)
    assert told in text
    assert "<button>Ask</button>" in text
    assert not table(text)
    plain = client.get(path, headers={"Accept": "text/plain"})
    assert (plain.status_code, plain.mimetype) == (status, "text/plain")


def test_too_many_values_are_refused(client: FlaskClient) -> None:
    many = "&".join(f"state=S{n}" for n in range(101))
    assert "at most 100" in page(client, f"/queries/forums_of_state?{many}", 400)


def test_codes_and_few_things_are_chosen_from_a_list(client: FlaskClient) -> None:
    text = page(client, "/queries/positions_on_issue?issue=sovereignty")
    assert re.search(r'<option value="sovereignty" selected>', text)
    assert re.search(r'<option value="due-diligence">due diligence</option>', text)
    treaties = page(client, "/queries/treaty_parties")
    assert re.search(r'<select [^>]*name="treaty"', treaties)
    assert re.search(r'<option value="document/budapest-convention" selected>', treaties)
    assert re.search(r'<input type="date" [^>]*name="on"', treaties)


@pytest.mark.usefixtures("many")
def test_names_are_suggested_of_the_kinds_that_fit(client: FlaskClient) -> None:
    assert 'data-suggest="/suggest?kind=state" data-into' in page(client, "/queries/forums_of_state")
    assert 'data-suggest="/suggest?kind=forum,organisation"' in page(client, "/queries/commitments_of_forum")


def test_an_answer_over_states_is_a_map_that_says_what_its_tiles_say(client: FlaskClient) -> None:
    text = page(client, "/queries/votes_on_resolution")
    assert 'class="tilemap"' in text
    assert "Tiles say: vote" in text
    assert "no row in this answer" in text
    assert re.search(r"<title>[^<]+: (?:yes|no|abstention)", text)


def test_a_row_that_says_not_recorded_does_not_look_like_no_row(client: FlaskClient) -> None:
    text = page(client, "/queries/measures_of_members?forum=forum/foc&kind=disclosure-policy")
    tiles = re.findall(r"<title>[^:<]+: ([^<]+)</title>(.*?)</[ag]>", text, re.DOTALL)
    signs = {said: 'class="sign"' in drawn for said, drawn in tiles}
    assert signs == {"on record": False, "not recorded": True, "no row in this answer": False}
    looks = re.findall(r'<g class="tile (\w+)">', text[text.index('class="tilekeys"') :])
    assert looks == ["full", "nothing", "nothing"], "the first look is not used up by what is not recorded"


def test_bars_and_years_are_drawn_where_the_question_asks_for_them(client: FlaskClient) -> None:
    assert 'class="bars"' in page(client, "/queries/verification_by_kind")
    assert 'class="columns-chart"' in page(client, "/queries/joined_and_left?forum=organisation/eu")
    assert 'class="bars"' not in page(client, "/queries/forums_of_state")


def test_every_answer_can_be_taken_away(client: FlaskClient) -> None:
    text = unescape(page(client, "/queries/forums_of_state?state=GBR"))
    for form in ("csv", "json", "rq"):
        address = f"/queries/forums_of_state.{form}?state=state/GBR"
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200
    assert "cybergov query forums_of_state state=state/GBR" in text
    assert '<table class="sortable">' in text


def test_an_empty_answer_says_that_unknown_is_not_no(client: FlaskClient) -> None:
    text = page(client, "/queries/paragraph_against_whole_for")
    assert "Nothing is recorded that fits" in text
    assert "not to say that there is nothing" in text


def test_the_library_has_every_question_under_one_topic(client: FlaskClient) -> None:
    listed = [query.name for topic in by_topic() for query in topic.queries]
    assert sorted(listed) == sorted(queries.catalogue())
    text = page(client, "/queries")
    assert all(f'href="/queries/{name}"' in text for name in listed)


def test_the_library_is_filtered_by_words(client: FlaskClient) -> None:
    text = page(client, "/queries?q=Votes+alike")
    assert 'href="/queries/votes_alike"' in text
    assert 'href="/queries/members_of_forum"' not in text
    assert "No question has these words" in page(client, "/queries?q=zzzyxq")
    assert "&lt;b&gt;" in page(client, "/queries?q=%3Cb%3E")


def test_words_in_place_of_a_thing_stand_where_things_do(app: Flask) -> None:
    rows: list[tuple[str | None, ...]] = [(f"{BASE}id/state/EST", "Estonia", "1"), (None, "nobody", "2")]
    with app.test_request_context("/"):
        shown = answers.shown(queries.Table(("named", "named_name", "acts"), rows))
    assert [column.title for column in shown.columns] == ["named", "acts"]
    assert [row[0].text for row in shown.rows] == ["Estonia", "nobody"]
    assert [row[0].href for row in shown.rows] == ["/doc/state/EST", ""]
