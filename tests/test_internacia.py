"""Members by internacia-db: of our forums alone, and nobody who left is taken back in."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import folder, landscape, read, shared
from few import faults, few

from graph.collect import Account, Collection
from graph.dates import Stated
from graph.model import Membership, Organisation
from graph.terms import ID
from loaders.datasets.internacia import DATASET, NO_MEMBERS, NO_ROLE, NO_STATE, NOT_FORMAL, NOT_HERE
from loaders.datasets.internacia_blocks import BLOCKS, LEFT_OUT
from loaders.datasets.spells import LEFT

HEAD = "id: X\nblocktype:\n- political\nstatus: formal\nname: Some Forum\n"


def _tables() -> Collection:
    return few("sources", "states", "organisations", "forums", "memberships")


def _member(code: str, name: str, rest: str = "", status: str = "member", kind: str = "country") -> str:
    return f"- id: {code}\n  name: {name}\n  type: {kind}\n  status: {status}\n{rest}"


def _read(path: str, *members: str, head: str = HEAD, everything: bool = False) -> tuple[Collection, Account]:
    text = head + ("includes:\n" + "".join(members) if members else "")
    files = {f"data/intblocks/{path}.yaml": text.encode()}
    return read(DATASET, files, _tables(), everything=everything)


def _membership(collection: Collection, slug: str) -> Membership:
    record = collection.entries[ID[f"membership/{slug}"]].record
    assert isinstance(record, Membership)
    return record


def test_a_member_known_gains_evidence_and_another_becomes_a_membership() -> None:
    collection, account = _read("military/NATO", _member("DE", "Germany"))
    assert (account.evidence, account.made.total()) == (1, 0)
    collection, account = _read("political/OAS", _member("CA", "Canada", "  joined: '1990-01-08'\n"))
    assert _membership(collection, "oas-CAN-member-1").start == Stated(1990, 1, 8)
    assert account.claims == 1


def test_norway_is_a_state_however_its_code_is_written() -> None:
    for code in ("NO", "'NO'", "false"):
        _, account = _read("military/NATO", _member(code, "Norway"))
        assert (account.evidence, account.rejects) == (1, 0)


def test_where_a_forum_has_participating_states_the_claim_is_of_them() -> None:
    collection, account = _read("political/OSCE", _member("DE", "Germany"))
    assert (account.evidence, account.made.total()) == (1, 0)
    collection, _ = _read("armscontrol/WASSENAAR", _member("JP", "Japan"))
    assert ID["membership/wassenaar-JPN-participating-state-1"] in collection.entries


def test_a_later_spell_is_the_one_of_today() -> None:
    collection, account = _read("political/UN", _member("SY", "Syria"))
    assert (account.evidence, account.made.total()) == (1, 0)
    sources = [e.source for _, e, _ in collection.entries[ID["membership/un-SYR-member-2"]].evidence.values()]
    assert DATASET.source.iri in sources


@pytest.mark.parametrize(
    ("path", "code", "name"),
    [
        ("political/COE", "RU", "Russia"),
        ("economic/EU", "GB", "United Kingdom"),
        ("economic/ECOWAS", "NE", "Niger"),
        ("political/OAS", "NI", "Nicaragua"),
    ],
)
def test_who_left_is_not_taken_back_in(path: str, code: str, name: str) -> None:
    _, account = _read(path, _member(code, name))
    assert dict(account.out_of_scope) == {LEFT: 1}
    _, account = _read(path, _member(code, name, "  left: '2025'\n"))
    assert account.claims + account.evidence == 1


@pytest.mark.parametrize(
    ("path", "member", "rule"),
    [
        ("political/XYZ", _member("DE", "Germany"), NOT_HERE),
        ("intorg/IGF", _member("DE", "Germany"), LEFT_OUT["intorg/IGF"]),
        ("unagency/UNODC", _member("DE", "Germany"), LEFT_OUT["unagency/UNODC"]),
        ("trade/WTO", _member("HK", "Hong Kong"), NO_STATE),
        ("political/G-20", _member("AU", "African Union", kind="organization"), NO_STATE),
        ("military/NATO", _member("DE", "Germany", status="recipient"), NO_ROLE),
    ],
)
def test_what_is_out_of_scope_is_so_by_a_rule(path: str, member: str, rule: str) -> None:
    _, account = _read(path, member)
    assert dict(account.out_of_scope) == {rule: 1}


def test_the_european_union_is_a_member_where_it_is_listed() -> None:
    collection, _ = _read("political/G-20", _member("EU", "European Union", kind="organization"))
    assert ID["membership/g20-eu-member-1"] in collection.entries


def test_a_block_without_members_is_one_row() -> None:
    _, account = _read("political/G7")
    assert (account.rows, dict(account.out_of_scope)) == (1, {NO_MEMBERS: 1})


def test_all_blocks_come_in_on_demand_where_they_are_organisations(tmp_path: Path) -> None:
    members = (_member("DE", "Germany", status="founding_member"), _member("CH", "Switzerland", status="associated"))
    collection, account = _read("political/XYZ", *members, everything=True)
    organisation = collection.entries[ID["organisation/internacia-political-xyz"]].record
    assert isinstance(organisation, Organisation)
    made = {slug for slug in collection.entries if "internacia-political-xyz-" in slug and "/membership/" in slug}
    roles = {iri.rpartition("political-xyz-")[2] for iri in made}
    assert roles == {"DEU-member-1", "DEU-founding-member-1", "CHE-partner-1"}
    assert account.claims == 2
    assert [fault for fault in faults(collection, DATASET, tmp_path) if "internacia" in fault] == []
    _, account = _read("political/XYZ", *members, head=HEAD.replace("formal", "informal"), everything=True)
    assert dict(account.out_of_scope) == {NOT_FORMAL: 2}
    _, account = _read("railgauge/XYZ", *members, head=HEAD.replace("political", "railgauge"), everything=True)
    assert dict(account.out_of_scope) == {NOT_FORMAL: 2}


def test_a_count_that_disagrees_with_the_list_is_noted() -> None:
    collection, _ = _read("political/OAS", _member("CA", "Canada"), head=f"{HEAD}membership_count: 35\n")
    (evidence,) = (e for _, e, _ in collection.entries[ID["membership/oas-CAN-member-1"]].evidence.values())
    assert evidence.note == "The data set counts 35 members of the block and lists 1"


@pytest.mark.parametrize(
    ("member", "column"),
    [
        ("- name: Germany\n  type: country\n  status: member\n", "id"),
        ("- id: DE\n", "name"),
        ("- DE\n", "-"),
        (_member("DE", "France"), "id"),
        (_member("ZZ", "Germany"), "id"),
        (_member("DEU", "Germany"), "id"),
        (_member("DE", "Germany", kind="planet"), "type"),
        (_member("DE", "Germany", status="friend"), "status"),
        (_member("DE", "Germany", "  joined: 2001-02-30\n"), "joined"),
        (_member("DE", "Germany", "  left: soon\n"), "left"),
    ],
)
def test_a_member_that_cannot_be_used_is_a_reject_with_line_and_key(member: str, column: str) -> None:
    collection, account = _read("military/NATO", _member("FR", "France"), member)
    (reject,) = collection.passed_over
    assert (reject.line, reject.column) == (11, column)
    assert (account.rows, account.evidence, account.rejects) == (2, 1, 1)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (HEAD.replace("status", "state"), "status"),
        (HEAD.replace("blocktype", "blocktypes"), "blocktype"),
        (f"{HEAD}name: Other\n", "name"),
        (f"{HEAD}includes: all\n", "includes"),
        (f'{HEAD}tags: "cut', "-"),
        ("- a\n- b\n", "-"),
        ("", "-"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_reject_that_names_the_key(text: str, column: str) -> None:
    files = {"data/intblocks/political/G7.yaml": text.encode()}
    collection, account = read(DATASET, files, _tables())
    (reject,) = collection.passed_over
    assert (reject.column, account.rows, account.rejects) == (column, 1, 1)


def test_another_encoding_a_new_key_and_an_empty_folder_are_told_of() -> None:
    files = {"data/intblocks/political/G7.yaml": HEAD.encode("utf-16")}
    collection, _ = read(DATASET, files, _tables())
    assert "UTF-8" in collection.passed_over[0].reason
    collection, account = _read("political/G7", _member("DE", "Germany"), head=f"{HEAD}novelty: 1\n")
    assert [(reject.column, reject.is_row) for reject in collection.passed_over] == [("novelty", False)]
    assert account.evidence == 1
    collection, _ = read(DATASET, {}, _tables())
    assert "no file of a block" in collection.passed_over[0].reason


def test_hostile_words_in_names_are_words_or_refused() -> None:
    collection, _ = _read("political/XYZ", _member("DE", "Germany"), head=HEAD.replace("Some", "<b>=1+1</b>"))
    assert collection.passed_over == []
    for name in ('"a\\x07"', "x" * 600):
        collection, account = _read("military/NATO", _member("DE", name))
        assert (collection.passed_over[0].column, account.rejects) == ("name", 1)


def test_every_block_of_the_table_is_a_forum_that_there_is_and_in_the_data() -> None:
    assert {forum for forum, _ in BLOCKS.values()} <= _tables().entries.keys()
    root = shared("internacia_db", "data", "intblocks")
    assert [path for path in (*BLOCKS, *LEFT_OUT) if not (root / f"{path}.yaml").exists()] == []


@pytest.mark.slow
def test_the_real_files_are_accounted_for_and_read_twice_changes_nothing(tmp_path: Path) -> None:
    files = {name: content for name, content in folder(shared("internacia_db")).items() if name.endswith(".yaml")}
    collection = landscape()
    disputed = {iri for iri, entry in collection.entries.items() if entry.disputed}
    _, account = read(DATASET, files, collection)
    (reject,) = collection.passed_over
    assert (reject.file, reject.column) == ("data/intblocks/scientific/IOC_UNESCO.yaml", "notes")
    assert (account.rows, account.rejects) == (36383, 1)
    assert account.claims + account.evidence == 795  # how many of them are new depends on what the tables hold
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
    assert {iri for iri, entry in again.entries.items() if entry.disputed} == disputed
    assert faults(again, DATASET, tmp_path) == []
