"""Search: names in seven languages, aliases, codes and symbols, and nothing that a reader types can break it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import collected

from graph.collect import Collection
from graph.model import Membership, Source, State
from graph.search import Hit, alike, build_index, search
from graph.snapshot import Snapshot


def found(snapshot: Snapshot, words: str) -> list[str]:
    return [hit.iri.removeprefix("https://w3id.org/cybergov/id/") for hit in search(snapshot.search, words)]


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("Estonia", "state/EST"),
        ("estonia", "state/EST"),
        ("EST", "state/EST"),
        ("EE", "state/EST"),
        ("Estland", "state/EST"),
        ("Эстония", "state/EST"),
        ("Estonie", "state/EST"),
        ("Russia", "state/RUS"),
        ("Russian Federation", "state/RUS"),
        ("Россия", "state/RUS"),
        ("Германия", "state/DEU"),
        ("Allemagne", "state/DEU"),
        ("中国", "state/CHN"),
        ("GB", "state/GBR"),
        ("UK", "state/GBR"),
        ("U.K.", "state/GBR"),
        ("United Kingdom", "state/GBR"),
        ("A/RES/73/27", "document/a-res-73-27"),
        ("13(c)", "norm/un-2015-13c"),
        ("13c", "norm/un-2015-13c"),
        ("norm 13(c)", "norm/un-2015-13c"),
        ("Paris Call", "forum/paris-call"),
        ("NotPetya", "operation/notpetya"),
    ],
)
def test_what_people_call_a_thing_finds_it_first(snapshot: Snapshot, words: str, thing: str) -> None:
    assert thing in found(snapshot, words)[:3]


@pytest.mark.parametrize("plain", ["Arabie saoudite", "Norvege", "NORVÈGE", "Pays Bas"])
def test_accents_and_case_do_not_matter(snapshot: Snapshot, plain: str) -> None:
    assert found(snapshot, plain)[0] in ("state/SAU", "state/NOR", "state/NLD")


def test_the_last_word_may_be_a_beginning(snapshot: Snapshot) -> None:
    assert "state/EST" in found(snapshot, "Esto")
    assert "forum/foc" in found(snapshot, "Freedom Onl")
    assert found(snapshot, "Onl Freedom") == [], "only the last"


def test_all_words_must_be_there(snapshot: Snapshot) -> None:
    assert "forum/foc" in found(snapshot, "coalition online")
    assert "forum/foc" not in found(snapshot, "coalition Estonia")


@pytest.mark.parametrize("words", ["zzzyx", "Atlantis", "Estonia zzzyx"])
def test_what_nothing_is_called_finds_nothing(snapshot: Snapshot, words: str) -> None:
    assert found(snapshot, words) == []


@pytest.mark.parametrize("words", ["", " ", "*", '"', '""', "'", "()", "-", "^", ":", "{}", "\\", "%", "?", "🙂"])
def test_signs_alone_find_nothing(snapshot: Snapshot, words: str) -> None:
    assert found(snapshot, words) == []


@pytest.mark.parametrize(
    "words",
    ['"Estonia', 'Estonia"', "Estonia*", "*Estonia", "(Estonia)", "Estonia;", "name:Estonia", "^Estonia", "-Estonia",
     "Estonia' OR 1=1 --", "Estonia) OR (Estonia", "NEAR(Estonia)", "Estonia NOT Latvia", "Estonia AND",
     "OR Estonia", "AND"],
)  # fmt: skip
def test_the_search_languages_own_signs_are_words_like_others(snapshot: Snapshot, words: str) -> None:
    assert isinstance(search(snapshot.search, words), list)


def test_a_quotation_mark_does_not_hide_what_is_there(snapshot: Snapshot) -> None:
    assert "state/EST" in found(snapshot, '"Estonia"')
    assert "state/EST" in found(snapshot, "Estonia*")


def test_a_very_long_question_is_answered(snapshot: Snapshot) -> None:
    assert found(snapshot, "Estonia " * 20_000) is not None
    assert found(snapshot, "x" * 100_000) == []


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=100)
def test_no_text_breaks_the_search(snapshot: Snapshot, words: str) -> None:
    assert isinstance(search(snapshot.search, words), list)


def test_a_thing_is_found_once_though_many_of_its_names_fit(snapshot: Snapshot) -> None:
    iris = found(snapshot, "Estonia")
    assert len(iris) == len(set(iris))


def test_a_hit_says_which_name_it_was_found_by(snapshot: Snapshot) -> None:
    hit = next(hit for hit in search(snapshot.search, "Estland") if hit.kind == "state")
    assert hit == Hit("https://w3id.org/cybergov/id/state/EST", "state", "Estonia", "Estland")


def test_the_limit_holds(snapshot: Snapshot) -> None:
    assert len(search(snapshot.search, "un", limit=3)) == 3


def test_the_nearest_slugs_of_the_same_kind_are_offered(snapshot: Snapshot) -> None:
    near = [hit.iri for hit in alike(snapshot.search, "state", "ESTO")]
    assert near[0].endswith("state/EST")
    assert all("/state/" in iri for iri in near)
    assert alike(snapshot.search, "state", "zzzzzz") == []
    assert alike(snapshot.search, "nothing", "EST") == []


def test_claims_and_sources_are_not_in_the_index(tmp_path: Path) -> None:
    row = {"forum": "foc", "member": "EST", "role": "member", "spell": "1"}
    collection = collected(
        (Source, {"id": "press", "title": "Paper about Estonia", "source_kind": "press"}),
        (State, {"id": "EST", "name": "Estonia", "state_kind": "un-member"}),
        (Membership, row),
    )
    build_index(collection, tmp_path / "search.sqlite")
    assert {hit.kind for hit in search(tmp_path / "search.sqlite", "est")} == {"state"}


def test_an_index_in_a_folder_of_an_odd_name_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "my graph? 100%41 #1"
    folder.mkdir()
    build_index(collected((State, {"id": "EST", "name": "Estonia", "state_kind": "un-member"})), folder / "s.sqlite")
    assert [hit.name for hit in search(folder / "s.sqlite", "estonia")] == ["Estonia"]


def test_an_empty_collection_makes_an_empty_index(tmp_path: Path) -> None:
    assert build_index(Collection(), tmp_path / "s.sqlite") == 0
    assert search(tmp_path / "s.sqlite", "estonia") == []
