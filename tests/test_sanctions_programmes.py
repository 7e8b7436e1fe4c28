"""Sanctions programmes: those against cyber acts become regimes, or evidence for the curated one of the same act."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import folder, read, shared
from few import faults, few
from rdflib import Literal

from graph.collect import Account, Collection, Quad
from graph.model import SanctionsRegime
from graph.terms import GRAPH, ID, RDFS
from loaders.datasets.sanctions_programmes import DATASET, ISSUER, NO_AUTHORITY, NOT_CYBER

COUNCIL = """id: 46
name: Council of the European Union
acronym: Council
organisation: European Union
territory: eu
"""
MINISTRY = """name: Foreign Office
organisation: null
territory: gb
"""
EUROPEAN = """# what the Union does
id: 63
title: EU measures against
  cyber-attacks
key: EU-CYB
url: https://example.org/
summary: words that are not taken over
issuer: eu_council
dataset: eu_fsf
aliases:
  - Regulation (EU)  2019/796
  - CYB
target_territories:
  # a pseudo-territory
  - ip
measures: [Asset freeze]
"""
BRITISH = """title: UK sanctions relating to cyber activity
key: GB-CYB
issuer: gb_fcdo
aliases: [SI 2020/597]
target_territories: [ip]
"""
NORWEGIAN = """title: Norwegian list
key: NO-LIST
issuer: no_mfa
target_territories: [NO]
"""


def files(**programmes: str) -> dict[str, bytes]:
    """The issuers, and programmes by key with two underscores for the hyphen."""
    issuers = {"eu_council": COUNCIL, "gb_fcdo": MINISTRY, "no_mfa": MINISTRY.replace("gb", "NO")}
    found = {f"issuers/{name}.yml": text for name, text in issuers.items()}
    found |= {f"programs/{key.replace('__', '-')}.yml": text for key, text in programmes.items()}
    return {name: text.encode() for name, text in found.items()}


def tables() -> Collection:
    return few("states", "organisations", "documents", "decisions", "regimes")


def refused(collection: Collection) -> list[tuple[str, str]]:
    return [(reject.file, reject.column) for reject in collection.passed_over]


def of_source(collection: Collection) -> list[Quad]:
    return [quad for quad in collection.quads() if quad[3] == GRAPH[f"source/{DATASET.name}"]]


def test_a_programme_of_a_curated_regime_is_evidence_for_it() -> None:
    collection, account = read(DATASET, files(EU__CYB=EUROPEAN), tables())
    curated = tables().entries[ID["regime/eu-cyber"]].record
    entry = collection.entries[ID["regime/eu-cyber"]]
    assert entry.record == curated
    assert not entry.disputed
    assert DATASET.source.iri in {evidence.source for _, evidence, _ in entry.evidence.values()}
    assert (account.claims, account.evidence) == (0, 1)
    assert account.out_of_scope == {ISSUER: 3}


def test_a_programme_without_a_curated_regime_is_a_regime_of_its_own() -> None:
    collection, account = read(DATASET, files(GB__CYB=BRITISH), tables())
    regime = collection.entries[ID["regime/opensanctions-gb-cyb"]].record
    assert isinstance(regime, SanctionsRegime)
    assert (regime.name, regime.authority, regime.acts) == (
        "UK sanctions relating to cyber activity",
        ID["state/GBR"],
        (),
    )
    assert (account.claims, account.evidence) == (1, 0)


def test_the_same_act_of_another_authority_makes_no_match() -> None:
    collection, _ = read(DATASET, files(GB__CYB=BRITISH.replace("SI 2020/597", "Regulation (EU) 2019/796")))
    regime = collection.entries[ID["regime/opensanctions-gb-cyb"]].record
    assert isinstance(regime, SanctionsRegime)
    assert regime.acts == (ID["document/eu-reg-2019-796"],)


def test_other_programmes_are_out_of_scope_unless_all_are_asked_for() -> None:
    _, account = read(DATASET, files(NO__LIST=NORWEGIAN), tables())
    assert account.out_of_scope == {ISSUER: 3, NOT_CYBER: 1}
    collection, account = read(DATASET, files(NO__LIST=NORWEGIAN), tables(), everything=True)
    assert account.claims == 1
    regime = collection.entries[ID["regime/opensanctions-no-list"]].record
    assert isinstance(regime, SanctionsRegime)
    assert regime.authority == ID["state/NOR"]  # and not "false", as YAML would have the country code


def test_an_issuer_that_is_no_authority_is_out_of_scope() -> None:
    given = files(GB__CYB=BRITISH) | {"issuers/gb_fcdo.yml": b"name: Reporters\norganisation: null\nterritory: null\n"}
    _, account = read(DATASET, given, tables(), everything=True)
    assert account.out_of_scope == {ISSUER: 3, NO_AUTHORITY: 1}


def test_a_programme_that_has_ended_has_no_invented_day() -> None:
    collection, _ = read(DATASET, files(GB__CYB=BRITISH + "status: ended\n"), tables())
    entry = collection.entries[ID["regime/opensanctions-gb-cyb"]]
    assert isinstance(entry.record, SanctionsRegime)
    assert entry.record.end is None
    (_, evidence, _) = next(iter(entry.evidence.values()))
    assert evidence.note is not None
    assert "has ended" in evidence.note


def test_nothing_of_the_summary_or_the_pages_is_taken() -> None:
    collection, _ = read(DATASET, files(EU__CYB=EUROPEAN, GB__CYB=BRITISH + "summary: Targets whoever\n"), tables())
    assert not [value for *_, value, _ in of_source(collection) if "Targets" in value or "words that" in value]


@pytest.mark.parametrize(
    ("wrong", "right", "column"),
    [
        ("titel", "title", "title"),
        ("key: GB-CYBER", "key: GB-CYB", "key"),
        ("issuer: nobody", "issuer: gb_fcdo", "issuer"),
        ("issuer: [gb_fcdo]", "issuer: gb_fcdo", "issuer"),
        ("aliases: SI 2020/597", "aliases: [SI 2020/597]", "aliases"),
        ("target_territories: {a: b}", "target_territories: [ip]", "target_territories"),
        ("key: GB-CYB\nkey: GB-CYB", "key: GB-CYB", "key"),
        ("status: asleep\nkey", "key", "status"),
        ("aliases: [SI 2020/597", "aliases: [SI 2020/597]", "-"),
        ("title: \x07bell", "title: UK sanctions", "-"),
    ],
)
def test_a_programme_that_cannot_be_used_is_a_reject_that_names_the_key(wrong: str, right: str, column: str) -> None:
    collection, account = read(DATASET, files(GB__CYB=BRITISH.replace(right, wrong, 1)), tables())
    assert ("programs/GB-CYB.yml", column) in refused(collection)
    assert (account.claims, account.rejects, account.rows) == (0, 1, 4)


@pytest.mark.parametrize("content", [b"", b"title: caf\xe9\n", BRITISH.encode()[:40], b"[1, 2]", b"\xff\xfet\x00"])
def test_half_a_file_or_another_encoding_is_a_reject(content: bytes) -> None:
    collection, account = read(DATASET, files() | {"programs/GB-CYB.yml": content}, tables())
    assert [file for file, _ in refused(collection)] == ["programs/GB-CYB.yml"]
    assert (account.claims, account.rows) == (0, 4)


def test_an_issuer_of_no_country_is_a_reject_of_its_programmes() -> None:
    given = files(GB__CYB=BRITISH) | {"issuers/gb_fcdo.yml": MINISTRY.replace("gb", "qq").encode()}
    collection, _ = read(DATASET, given, tables())
    assert refused(collection) == [("programs/GB-CYB.yml", "issuer")]
    collection, _ = read(DATASET, given | {"issuers/gb_fcdo.yml": b"name: Foreign Office\n"}, tables())
    assert refused(collection) == [("issuers/gb_fcdo.yml", "territory"), ("programs/GB-CYB.yml", "issuer")]


def test_a_key_that_nobody_knows_is_told_and_the_programme_read_all_the_same() -> None:
    collection, account = read(DATASET, files(GB__CYB=BRITISH + "colour: blue\n"), tables())
    assert refused(collection) == [("programs/GB-CYB.yml", "colour")]
    assert (account.claims, account.rejects, account.faults) == (1, 0, 1)


def test_a_folder_without_programmes_is_told() -> None:
    collection, account = read(DATASET, files(), tables())
    assert refused(collection) == [("programs/", "-")]
    assert (account.rows, account.faults) == (3, 1)


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "=HYPERLINK(1)", "x" * 20_000, '"> } ?s ?p ?o #'])
def test_a_hostile_title_stays_words(title: str) -> None:
    quoted = "'" + title.replace("'", "''") + "'"
    collection, _ = read(
        DATASET, files(GB__CYB=BRITISH.replace("UK sanctions relating to cyber activity", quoted)), tables()
    )
    assert (ID["regime/opensanctions-gb-cyb"], RDFS.label, Literal(title, lang="en")) in {
        quad[:3] for quad in of_source(collection)
    }


def real() -> dict[str, bytes]:
    root = shared("opensanctions_meta")
    return {name: content for name, content in folder(root).items() if name.startswith(("programs/", "issuers/"))}


def account_of(account: Account) -> tuple[int, int, int, int, int]:
    return account.rows, account.claims, account.evidence, account.out_of_scope.total(), account.rejects


def test_the_real_files_are_accounted_for_and_read_twice_change_nothing() -> None:
    collection, account = read(DATASET, real(), tables())
    assert collection.passed_over == []
    assert account_of(account) == (330, 3, 2, 325, 0)
    before = sorted(collection.quads())
    again, _ = read(DATASET, real(), collection)
    assert sorted(again.quads()) == before


def test_all_real_programmes_of_a_known_authority_load_where_all_are_asked_for() -> None:
    collection, account = read(DATASET, real(), tables(), everything=True)
    assert collection.passed_over == []
    assert account_of(account) == (330, 254, 2, 74, 0)


@pytest.mark.slow
def test_a_build_finds_no_fault_in_the_real_files(tmp_path: Path) -> None:
    collection, _ = read(DATASET, real())
    assert faults(collection, DATASET, tmp_path) == []
