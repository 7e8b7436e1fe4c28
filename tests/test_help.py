"""Help and glossary: what they promise holds, every word is there and leads somewhere, and nothing asked is markup."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.documentation import grammar
from webapp.glossary import Entry, chosen, entries, folded, parts


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def test_help_leads_to_every_part_that_it_lists(client: FlaskClient) -> None:
    text = page(client, "/help")
    anchors = re.findall(r'<li><a href="#([a-z]+)">', text)
    assert len(anchors) == len(set(anchors)) >= 12
    assert all(f'<h2 id="{anchor}">' in text for anchor in anchors)


def test_help_tells_the_badges_and_ranks_as_the_code_lists_do(client: FlaskClient) -> None:
    text = page(client, "/help")
    for name in ("verification", "source-rank"):
        for code in grammar().lists[name].codes:
            assert code.label in text


def test_links_of_help_lead_somewhere(app: Flask, client: FlaskClient) -> None:
    adapter = app.url_map.bind("")
    for path in set(re.findall(r'href="(/[a-z]+)"', page(client, "/help"))):
        assert adapter.test(path) or path in ("/guides", "/compare", "/map", "/timeline"), path


def test_the_glossary_has_every_kind_of_thing_and_every_code(client: FlaskClient) -> None:
    words = {entry.label.casefold() for entry in entries(grammar())}
    assert {term.label.casefold() for term in grammar().terms.values()} <= words
    assert {code.label.casefold() for of in grammar().lists.values() for code in of.codes} <= words
    text = page(client, "/glossary")
    assert "Attribution" in text


def test_a_word_with_several_meanings_is_one_entry() -> None:
    (treaty,) = [entry for entry in entries(grammar()) if entry.anchor == "treaty"]
    assert treaty.label == "Treaty"
    assert {sense.sort for sense in treaty.senses} >= {"kind of thing", "Kinds of document"}


def test_entries_stand_in_order_under_anchors_of_their_own() -> None:
    found = entries(grammar())
    assert [entry.initial for entry in found] == sorted(entry.initial for entry in found)
    assert len({entry.anchor for entry in found}) == len(found)


def test_names_of_relations_are_shown_only_where_asked_for(client: FlaskClient) -> None:
    assert "organiser in words" not in page(client, "/glossary")
    assert "organiser in words" in page(client, "/glossary?relations=1")


@pytest.mark.parametrize("words", ["enthaltung", "ENTHALTUNG", "abstain"])
def test_the_filter_reads_labels_of_all_languages_without_case(words: str) -> None:
    def named(found: list[Entry]) -> set[str]:
        return {sense.words.name for entry in found for sense in entry.senses}

    assert "abstain" in named(chosen(entries(grammar()), words, "", relations=False))


def test_the_filter_keeps_to_a_part_of_the_field(client: FlaskClient) -> None:
    assert folded("Ämter") == "amter"
    found = chosen(entries(grammar()), "", "conduct", relations=False)
    assert found
    assert {sense.part for entry in found for sense in entry.senses} == {"conduct"}
    assert parts(grammar())["conduct"] in page(client, "/glossary?part=conduct")


def test_a_part_that_there_is_not_is_named(client: FlaskClient) -> None:
    answer = client.get("/glossary?part=weather")
    assert answer.status_code == 404
    assert "weather" in answer.text
    assert "conduct" in answer.text


def test_words_that_no_entry_has_are_said_back_and_are_no_markup(client: FlaskClient) -> None:
    text = page(client, "/glossary?q=%3Cb%3Exyzzy%3C/b%3E")
    assert "No word of the glossary fits" in text
    assert "<b>xyzzy" not in text
    assert "&lt;b&gt;xyzzy" in text
    assert f'value="{"x" * 100}"' in page(client, "/glossary?q=" + "x" * 500)
