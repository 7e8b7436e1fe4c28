"""Memberships by the World Factbook: one list a country, its brackets kept apart from its abbreviations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import folder, landscape, read, shared
from few import faults, few

from graph.collect import Account, Collection
from graph.terms import ID
from loaders.datasets.factbook import DATASET, LIST, NO_LIST, NO_ROLE, NO_STATE, NONE_LISTED, NOT_HERE, STALE
from loaders.datasets.factbook_forums import FORUMS, LISTED_OTHERWISE
from loaders.datasets.spells import LEFT


def _tables() -> Collection:
    return few("sources", "states", "organisations", "forums", "memberships")


def _profile(text: str | None, name: str = "Germany", **further: Any) -> dict[str, Any]:
    government = {"Country name": {"conventional short form": {"text": name}}} | further
    return {"Government": government | ({LIST: {"text": text}} if text is not None else {})}


def _read(profile: Any, file: str = "europe/gm.json") -> tuple[Collection, Account]:
    return read(DATASET, {file: json.dumps(profile, indent=2).encode()}, _tables())


def _reported(collection: Collection) -> set[str]:
    """Return the memberships that the data set is evidence for."""
    return {
        iri.rpartition("/")[2]
        for iri, entry in collection.entries.items()
        if "/membership/" in iri and any(e.source == DATASET.source.iri for _, e, _ in entry.evidence.values())
    }


def test_each_entry_is_a_row_and_commas_in_brackets_part_nothing() -> None:
    collection, account = _read(_profile("NATO, CIS (associate, has not ratified, though it meets), EU, G-24"))
    assert _reported(collection) == {"nato-DEU-member-1", "eu-DEU-member-1"}
    assert (account.rows, account.evidence, dict(account.out_of_scope)) == (4, 2, {NOT_HERE: 2})


@pytest.mark.parametrize(
    ("entry", "made"),
    [
        ("OSCE", {"osce-JPN-participating-state-1"}),
        ("OSCE (partner)", {"osce-JPN-partner-1"}),
        ("CE (observer)", {"council-of-europe-JPN-observer-1"}),
        ("ASEAN (dialogue partner)", {"asean-JPN-partner-1"}),
        ("ITU", {"itu-JPN-member-1"}),
        ("AU (suspended)", {"african-union-JPN-member-1", "african-union-JPN-suspended-1"}),
        ("WTO (Chinese Taipei)", {"wto-JPN-member-1"}),
        ("Wassenaar Arrangement", {"wassenaar-JPN-participating-state-1"}),
    ],
)
def test_what_stands_in_brackets_is_the_role(entry: str, made: set[str]) -> None:
    collection, account = _read(_profile(entry, "Japan"))
    assert _reported(collection) == made
    assert account.rows == account.claims + account.evidence == 1


@pytest.mark.parametrize(
    ("name", "entry", "rule"),
    [
        ("Russia", "CE", LEFT),
        ("United Kingdom", "EU", LEFT),
        ("Niger", "ECOWAS", LEFT),
        ("Belarus", "SCO (dialogue member)", STALE),
        ("Serbia", "EU (candidate country)", NO_ROLE),
        ("Cuba", "OAS (excluded from formal participation since 1962)", NO_ROLE),
        ("Germany", "none", NONE_LISTED),
        ("Germany", "Quad", NOT_HERE),
        ("Germany", "EITI (compliant country) (suspended)", NOT_HERE),
    ],
)
def test_what_makes_no_claim_is_out_of_scope_by_a_rule(name: str, entry: str, rule: str) -> None:
    collection, account = _read(_profile(entry, name))
    assert _reported(collection) == set()
    assert dict(account.out_of_scope) == {rule: 1}


def test_a_suspension_that_was_lifted_leaves_the_membership() -> None:
    collection, _ = _read(_profile("AU (suspended)", "Gabon"))
    assert _reported(collection) == {"african-union-GAB-member-1"}


def test_a_later_spell_is_the_one_of_today() -> None:
    collection, _ = _read(_profile("UN", "Syria"))
    assert _reported(collection) == {"un-SYR-member-2"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Burma", "MMR"),
        ("Korea, North", "PRK"),
        ("Congo, Democratic Republic of the", "COD"),
        ("Bahamas, The", "BHS"),
        ("C&ocirc;te d'Ivoire", "CIV"),
        ("Turkey (T&uuml;rkiye)", "TUR"),
        ("<strong>Czechia</strong>", "CZE"),
    ],
)
def test_a_profile_is_of_the_state_it_names_and_not_of_its_files_code(name: str, slug: str) -> None:
    collection, account = _read(_profile("ITU", name), "europe/as.json")
    assert _reported(collection) == {f"itu-{slug}-member-1"}
    assert account.rejects == 0


def test_the_european_union_has_a_profile_of_another_form() -> None:
    profile = {"Government": {"Union name": {}, LIST: {"text": "G-7, UN (observer), OECD, WTO"}}}
    collection, account = _read(profile, "europe/ee.json")
    assert _reported(collection) == {"un-ga-eu-observer-1", "wto-eu-member-1"}
    assert dict(account.out_of_scope) == {NO_ROLE: 2}


def test_a_territory_is_out_of_scope_and_a_name_nobody_knows_is_not_taken_for_one() -> None:
    _, account = _read(
        _profile("UPU, Interpol (subbureau)", "Gibraltar", **{"Dependency status": {"text": "overseas"}})
    )
    assert dict(account.out_of_scope) == {NO_STATE: 2}
    _, account = _read(_profile("AU", "Western Sahara"))
    assert dict(account.out_of_scope) == {NO_STATE: 1}
    collection, account = _read(_profile("AU, UN", "Ruritania"))
    assert (collection.passed_over[0].column, account.rejects) == ("Country name", 1)


def test_a_profile_without_a_list_is_one_row() -> None:
    _, account = _read(_profile(None))
    assert (account.rows, dict(account.out_of_scope)) == (1, {NO_LIST: 1})


@pytest.mark.parametrize(
    ("profile", "column"),
    [
        (_profile("NATO (observer"), LIST),
        (_profile("NATO,, EU"), LIST),
        (_profile("NATO (2024)"), LIST),
        (_profile("NA\x07TO"), LIST),
        ({"Government": {"Country name": {"conventional short form": {"text": "Germany"}}, LIST: "NATO"}}, LIST),
        ({"Government": {"Country name": {"conventional short form": {"text": 7}}}}, "Country name"),
        ({"Government": {"Name": {}}}, "Country name"),
        ({"Govt": {}}, "Government"),
        ([], "Government"),
        (
            {
                "Government": {
                    "Country name": {
                        "conventional short form": {"text": "Germany"},
                        "conventional long form": {"text": "French Republic"},
                    }
                }
            },
            "Country name",
        ),
    ],
)
def test_what_cannot_be_used_is_a_reject_that_names_the_key(profile: Any, column: str) -> None:
    collection, account = _read(profile)
    assert {reject.column for reject in collection.passed_over} == {column}
    assert account.rejects == len(collection.passed_over)
    assert account.claims == 0


def test_the_line_of_a_reject_is_that_of_the_list() -> None:
    profile = _profile("NATO (2024)")
    collection, _ = _read(profile)
    lines = json.dumps(profile, indent=2).splitlines()
    assert LIST in lines[collection.passed_over[0].line - 1]


def test_a_file_cut_in_half_doubled_or_in_another_encoding_is_one_reject() -> None:
    text = json.dumps(_profile("NATO, EU"), indent=2)
    for content in (text[: len(text) // 2].encode(), text.replace('"Country name"', f'"{LIST}": {{}}, "Country name"')):
        content = content if isinstance(content, bytes) else content.encode()
        _, account = read(DATASET, {"europe/gm.json": content}, _tables())
        assert (account.rows, account.rejects) == (1, 1)
    collection, _ = read(DATASET, {"europe/gm.json": text.encode("utf-16")}, _tables())
    assert "UTF-8" in collection.passed_over[0].reason
    collection, _ = read(DATASET, {}, _tables())
    assert "no file of a profile" in collection.passed_over[0].reason


def test_every_forum_and_exception_of_the_tables_is_there() -> None:
    known = _tables().entries.keys()
    named = {forum for forum, _ in FORUMS.values()} | {forum for pair in LISTED_OTHERWISE for forum in pair}
    named |= {forum for forum in LISTED_OTHERWISE.values() if forum}
    assert {iri for iri in named if iri.startswith(ID)} <= known


@pytest.mark.slow
def test_the_real_files_are_accounted_for_and_read_twice_changes_nothing(tmp_path: Path) -> None:
    files = folder(shared("cia_factbook"))
    collection = landscape()
    disputed = {iri for iri, entry in collection.entries.items() if entry.disputed}
    _, account = read(DATASET, files, collection)
    (reject,) = collection.passed_over  # a year where a status should stand
    assert (reject.file, reject.column) == ("east-n-southeast-asia/vm.json", LIST)
    assert (account.rows, account.rejects) == (10463, 1)
    assert account.claims + account.evidence == 1235  # how many of them are new depends on what the tables hold
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
    assert {iri for iri, entry in again.entries.items() if entry.disputed} == disputed
    assert faults(again, DATASET, tmp_path) == []
