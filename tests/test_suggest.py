"""Suggestions and the search page: names in many languages, by kind, and what is said where nothing is found."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from graph.search import count_by_kind, mended, search, search_any
from graph.snapshot import Snapshot

BROWSER = {"Accept": "text/html"}


def ids(client: FlaskClient, asked: str) -> list[str]:
    response = client.get(f"/suggest?{asked}")
    assert response.status_code == 200, response.text
    return [hit["id"] for hit in response.json]


def test_a_suggestion_says_what_it_is_and_where_it_leads(client: FlaskClient) -> None:
    assert client.get("/suggest?q=deutschl").json[0] == {
        "iri": "https://w3id.org/cybergov/id/state/DEU",
        "id": "state/DEU",
        "kind": "state",
        "name": "Germany",
        "matched": "Deutschland",
        "href": "/doc/state/DEU",
    }


@pytest.mark.parametrize(
    ("words", "thing"),
    [("ESTON", "state/EST"), ("etats-unis", "state/USA"), ("росс", "state/RUS"), ("中", "state/CHN"),
     ("russian fed", "state/RUS"), ("freedom onl", "forum/foc"), ("FOC", "forum/foc"), ("13(c)", "norm/un-2015-13c"),
     ("a/res/73/27", "document/a-res-73-27")],
)  # fmt: skip
def test_what_begins_so_in_any_language_comes_first(client: FlaskClient, words: str, thing: str) -> None:
    assert ids(client, f"q={quote(words)}")[0] == thing


def test_only_the_kinds_that_are_asked_for_are_suggested(client: FlaskClient) -> None:
    assert {one.split("/")[0] for one in ids(client, "q=un&kind=norm&limit=20")} == {"norm"}
    assert {one.split("/")[0] for one in ids(client, "q=e&kind=state,forum&kind=norm&limit=20")} <= {
        "state", "forum", "norm",
    }  # fmt: skip
    assert ids(client, "q=estonia&kind=forum") == []


def test_what_is_called_just_so_stands_before_what_begins_so(client: FlaskClient) -> None:
    assert ids(client, "q=un")[0] == "organisation/un"
    assert len(ids(client, "q=un&limit=3")) == 3
    assert ids(client, "q=") == ids(client, "q=%20") == ids(client, "") == []


@pytest.mark.parametrize(
    "asked",
    ["q=" + "x" * 201, "q=a&limit=0", "q=a&limit=21", "q=a&limit=-1", "q=a&limit=x", "q=a&limit=²", "q=a&kind=nothing",
     "q=a&kind=%3Cb%3E"],
)  # fmt: skip
def test_what_cannot_be_suggested_is_refused_with_the_reason(client: FlaskClient, asked: str) -> None:
    response = client.get(f"/suggest?{asked}", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert len(response.json["message"]) > 20


def test_results_stand_by_kind_with_their_numbers(client: FlaskClient, snapshot: Snapshot) -> None:
    page = client.get("/search?q=un").text
    counts = count_by_kind(snapshot.search, "un")
    assert f"<strong>{sum(counts.values()):,}</strong> things found" in page
    for kind, count in counts.items():
        assert f"/search?q=un&amp;kind={kind}" in page
        assert len(search(snapshot.search, "un", 5000, [kind])) == count
    one = client.get("/search?q=un&kind=norm").text
    assert one.count('<li><a href="/doc/norm/') == counts["norm"]
    assert "/doc/forum/" not in one


def test_the_name_by_which_a_thing_was_found_is_told(client: FlaskClient) -> None:
    assert "also called Deutschland" in client.get("/search?q=deutschland").text
    assert "also called" not in client.get("/search?q=germany&kind=state").text


def test_questions_and_words_of_the_field_stand_beside_the_things(client: FlaskClient) -> None:
    page = client.get("/search?q=attribution").text
    assert "/queries/attribution_delay" in page
    assert 'href="/ontology/Attribution.html"' in page


def test_a_misspelt_name_is_mended(client: FlaskClient, snapshot: Snapshot) -> None:
    page = client.get("/search?q=Estoina").text
    assert "Did you mean" in page
    assert "/search?q=estonia" in page
    assert 'href="/doc/state/EST"' in page
    assert mended(snapshot.search, "Estonia") == mended(snapshot.search, "eston") == ""
    assert mended(snapshot.search, "Frankreihc") == "frankreich"
    assert mended(snapshot.search, "zzzyxq") == mended(snapshot.search, "") == ""
    assert mended(snapshot.search, "estonia zzzyxq") == "estonia", "what nothing is like is left out"


def test_where_nothing_has_all_words_some_of_them_are_tried(client: FlaskClient, snapshot: Snapshot) -> None:
    assert [hit.iri.rsplit("/", 1)[-1] for hit in search_any(snapshot.search, "Estonia budapest", 50)]
    page = client.get("/search?q=Estonia+Paris").text
    assert "Nothing has all these words" in page
    assert 'href="/doc/state/EST"' in page
    assert search_any(snapshot.search, "") == search_any(snapshot.search, "a b") == []


def test_nothing_at_all_says_so_and_what_to_do(client: FlaskClient) -> None:
    page = client.get("/search?q=zzzyxq").text
    assert "Nothing has this word in its name" in page
    assert 'href="/queries"' in page
    assert "Deutschland" in client.get("/search").text, "an empty search says what can be found"


def test_a_very_long_search_is_cut_and_says_so(client: FlaskClient) -> None:
    page = client.get("/search?q=" + "estonia+" * 60).text
    assert "Only the first 200 characters" in page
    assert 'href="/doc/state/EST"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?q=un&kind=nothing", 400),
        ("/search?q=un&kind=norm&page=99", 404),
        ("/search?q=un&kind=norm&page=0", 404),
        ("/search?q=zzzyxq&kind=norm&page=2", 404),
    ],
)
def test_a_kind_or_page_that_is_not_there_is_refused(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path, headers=BROWSER).status_code == status


def test_a_kind_without_a_hit_says_that_others_have_some(client: FlaskClient) -> None:
    page = client.get("/search?q=estonia&kind=norm").text
    assert "other kinds are" in page


def test_markup_in_a_search_is_shown_as_text(client: FlaskClient) -> None:
    page = client.get("/search", query_string={"q": '<b>"x</b>'}).text
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
