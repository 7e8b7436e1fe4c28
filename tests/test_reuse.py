"""Taking something away: copies for other programs, citations, embedding, and reporting an error."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.reuse import citation, copies


def test_a_page_is_cited_with_its_snapshot_and_date(app: Flask, client: FlaskClient) -> None:
    snapshot = client.get("/health").json["snapshot"][:12]  # type: ignore[index]
    with app.test_request_context("/doc/state/EST"):
        given = citation("50 % of A & B", "/doc/state/EST")
    assert snapshot in given.words
    assert "/doc/state/EST" in given.words
    assert r'title = "{50 \% of A \& B}"' in given.bibtex
    (entry,) = json.loads(given.csl)
    assert entry["title"] == "50 % of A & B"
    assert entry["version"] == f"snapshot {snapshot}"
    assert len(entry["issued"]["date-parts"][0]) == 3


def test_other_programs_are_given_whole_addresses(app: Flask) -> None:
    with app.test_request_context("/"):
        given = dict(copies("SELECT * { ?s ?p ?o }\n", "/queries/forums_of_state.csv?state=state/EST"))
    assert given["SPARQL"] == "SELECT * { ?s ?p ?o }"
    address = "http://localhost/queries/forums_of_state.csv?state=state/EST"
    assert f"'{address}'" in given["curl"]
    assert f'read_csv("{address}")' in given["Python"]
    assert f'read.csv("{address}"' in given["R"]
    assert address in given.values()


def test_a_quote_in_an_address_does_not_end_the_command(app: Flask) -> None:
    with app.test_request_context("/"):
        given = dict(copies("", "/map.csv?of='; rm -rf /"))
    assert "SPARQL" not in given
    assert given["curl"].count("'") == 2


def test_a_report_says_which_page_and_snapshot(client: FlaskClient) -> None:
    page = client.get("/report?about=/doc/state/EST").text
    assert "/doc/state/EST" in page
    assert re.search(r"Snapshot: [0-9a-f]{12}", page)


@pytest.mark.parametrize("about", ["//elsewhere.example", "https://elsewhere.example", "/a%0d%0ab", "x", "/%5Cevil"])
def test_nothing_else_is_reported_on(client: FlaskClient, about: str) -> None:
    assert client.get(f"/report?about={about}").status_code == 400


def test_markup_in_the_page_that_is_reported_stays_words(client: FlaskClient) -> None:
    page = client.get("/report?about=/<script>x</script>").text
    assert "<script>x" not in page


def test_each_page_leads_to_the_report_on_it(client: FlaskClient) -> None:
    assert 'href="/report?about=%2Fstates%3Fkind%3Dun-member"' in client.get("/states?kind=un-member").text


def test_what_is_embedded_has_no_menu_and_may_stand_in_any_page(client: FlaskClient) -> None:
    whole, embedded = client.get("/states"), client.get("/states?embed=1")
    assert "frame-ancestors 'self'" in whole.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert '<header class="top">' in whole.text
    assert '<header class="top">' not in embedded.text
    assert "CC BY 4.0" in embedded.text


def test_scripts_come_from_here_alone(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
