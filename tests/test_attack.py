"""MITRE ATT&CK: groups and campaigns by number, linked to ours, with months as dates and nobody made responsible."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import folder, landscape, read, shared
from few import faults

from graph.collect import Account, Collection, Located
from graph.dates import Stated
from graph.model import Assessment, Cluster, Operation, Organisation, ThreatActor
from graph.record import Evidence, coded
from graph.terms import ID
from loaders.datasets.attack import (
    DATASET,
    OTHER_KIND,
    OTHER_RELATION,
    WITHDRAWN,
)

ROOT = Path(__file__).resolve().parents[1]
LAZARUS, SOLARWINDS = ID["threat-actor/lazarus-group"], ID["operation/solarwinds"]


def stix(kind: str, number: int, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "id": f"{kind}--00000000-0000-4000-8000-{number:012}", **fields}


def page(number: str, kind: str) -> list[dict[str, str]]:
    return [
        {"source_name": "A report", "url": "https://example.org/"},
        {"source_name": "mitre-attack", "external_id": number, "url": f"https://attack.mitre.org/{kind}/{number}"},
    ]


def group(number: str, name: str, *aliases: str, **fields: Any) -> dict[str, Any]:
    own: dict[str, Any] = {"name": name, "aliases": [name, *aliases], "external_references": page(number, "groups")}
    return stix("intrusion-set", int(number[1:]), **own | fields)


def campaign(number: str, name: str, *aliases: str, **fields: Any) -> dict[str, Any]:
    own: dict[str, Any] = {
        "name": name,
        "aliases": [name, *aliases],
        "first_seen": "2019-09-01T04:00:00.000Z",
        "last_seen": "2020-08-01T05:00:00.000Z",
        "external_references": page(number, "campaigns"),
        "description": "Attributed to a state.",
    }
    return stix("campaign", int(number[1:]), **own | fields)


def relation(number: int, campaign_: str, group_: str) -> dict[str, Any]:
    ends = {
        "source_ref": stix("campaign", int(campaign_[1:]))["id"],
        "target_ref": stix("intrusion-set", int(group_[1:]))["id"],
    }
    return stix("relationship", number, relationship_type="attributed-to", **ends)


def bundle(*objects: Any) -> dict[str, bytes]:
    return {"one.json": json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}).encode()}


UNCHECKED = Evidence(source=ID["source/editors-recollection"], verification="unchecked")


def located(of: Any) -> Located:
    return Located("ours.csv", 2, of)


def ours() -> Collection:
    """A few records as our own tables have them."""
    collection = Collection()
    network = coded("organisation-kind", "network")
    for thing in (
        ThreatActor(id="lazarus-group", name="Lazarus Group", attack_id="G0032", evidence=(UNCHECKED,)),
        Operation(id="solarwinds", name="Compromise through SolarWinds Orion", evidence=(UNCHECKED,)),
        Organisation(id="cybergov-editors", name="Editors", organisation_kind=network, evidence=(UNCHECKED,)),
    ):
        collection.add(located(thing), ID["x"])
    return collection


def taken(files: dict[str, bytes], collection: Collection | None = None) -> tuple[Collection, Account]:
    return read(DATASET, files, ours() if collection is None else collection)


def record(collection: Collection, name: str) -> Any:
    return collection.entries[ID[name]].record


def test_a_group_becomes_a_threat_actor_under_its_number_with_names_and_page() -> None:
    collection, account = taken(bundle(group("G9001", "Mossy Rock", "MOSSY ROCK", "UNC 1", " UNC 1 ")))
    actor = record(collection, "threat-actor/attack-g9001")
    assert isinstance(actor, ThreatActor)
    assert (actor.name, actor.aliases, actor.attack_id) == ("Mossy Rock", ("UNC 1",), "G9001")
    assert [str(address) for address in actor.same_as] == ["https://attack.mitre.org/groups/G9001"]
    assert (account.claims, account.rows) == (1, 1)


def test_a_group_whose_number_a_curated_actor_has_adds_evidence_and_names_to_that_one() -> None:
    collection, account = taken(bundle(group("G0032", "Lazarus Group", "ZINC")))
    entry = collection.entries[LAZARUS]
    assert "ZINC" in entry.record.aliases  # type: ignore[attr-defined]
    assert (len(entry.evidence), entry.disputed) == (2, False)
    assert ID["threat-actor/attack-g0032"] not in collection.entries
    assert (account.claims, account.evidence) == (0, 1)


def test_a_name_alone_makes_no_group_the_curated_one() -> None:
    collection, _ = taken(bundle(group("G9001", "Lazarus Group")))
    assert record(collection, "threat-actor/attack-g9001").name == "Lazarus Group"
    assert len(collection.entries[LAZARUS].evidence) == 1


def test_a_campaign_becomes_an_operation_dated_by_month_that_leads_to_nobody() -> None:
    collection, _ = taken(bundle(campaign("C9010", "Operation Pebble", "Pebble")))
    operation = record(collection, "operation/attack-c9010")
    assert isinstance(operation, Operation)
    assert (operation.start, operation.end) == (Stated(2019, 9), Stated(2020, 8))
    assert (operation.identifier, operation.aliases) == (("ATT&CK C9010",), ("Pebble",))
    assert (operation.targets, operation.part_of) == ((), None)


def test_a_campaign_that_has_a_number_for_its_name_is_called_a_campaign() -> None:
    collection, _ = taken(bundle(campaign("C9010", "C9010")))
    operation = record(collection, "operation/attack-c9010")
    assert (operation.name, operation.aliases) == ("ATT&CK campaign C9010", ())


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("2020-12-01T07:00:00.000Z", Stated(2020, 12)),
        ("2020-12-16T07:00:00Z", Stated(2020, 12, 16)),
        ("2020-12-16T23:00:00Z", Stated(2020, 12)),
        ("2023-01-31T23:00:00.000Z", Stated(2023)),
        ("2023-12-31T23:00:00.000Z", None),
    ],
)
def test_a_moment_is_read_no_more_precisely_than_it_is_meant(written: str, stated: Stated | None) -> None:
    collection, _ = read(
        DATASET, bundle(campaign("C9010", "Pebble", last_seen="2024-01-01T05:00:00Z", first_seen=written))
    )
    assert record(collection, "operation/attack-c9010").start == stated


def test_a_date_that_attack_itself_contradicts_is_left_out_and_said() -> None:
    collection, _ = taken(bundle(campaign("C0059", "X", first_seen="2004-10-01T04:00:00.000Z")))
    entry = collection.entries[ID["operation/attack-c0059"]]
    (_, evidence, _) = next(iter(entry.evidence.values()))
    assert entry.record.start is None  # type: ignore[attr-defined]
    assert "October 2004" in (evidence.note or "")


def test_a_campaign_that_is_an_operation_of_ours_is_clustered_with_it_and_not_merged() -> None:
    collection, _ = taken(bundle(campaign("C0024", "SolarWinds Compromise")))
    cluster = record(collection, "cluster/attack-c0024")
    assert isinstance(cluster, Cluster)
    assert cluster.records == (SOLARWINDS, ID["operation/attack-c0024"])
    assert cluster.confidence == coded("confidence", "high")
    alone, _ = taken(bundle(campaign("C0024", "SolarWinds Compromise")), Collection())
    assert ID["cluster/attack-c0024"] not in alone.entries


def test_a_campaign_whose_number_an_operation_has_is_that_operation() -> None:
    collection = Collection()
    ours = Operation(id="ours", name="Ours", identifier=("ATT&CK C0024",), evidence=(UNCHECKED,))
    collection.add(located(ours), ID["x"])
    _, account = taken(bundle(campaign("C0024", "SolarWinds Compromise")), collection)
    assert record(collection, "operation/ours").aliases == ("SolarWinds Compromise",)
    assert (account.evidence, ID["operation/attack-c0024"] in collection.entries) == (1, False)


def test_a_campaign_of_a_group_is_an_assessment_by_mitre_that_names_the_group_and_no_state() -> None:
    collection, account = taken(
        bundle(relation(1, "C9010", "G0032"), campaign("C9010", "Pebble"), group("G0032", "Lazarus"))
    )
    found = record(collection, "assessment/mitre-attack-c9010-lazarus-group")
    assert isinstance(found, Assessment)
    assert (found.assessor, found.group, found.country) == (ID["organisation/mitre"], LAZARUS, None)
    assert (account.claims, account.evidence) == (2, 1)


def test_what_is_withdrawn_or_no_group_or_campaign_is_out_of_scope_by_its_rule() -> None:
    objects = [
        group("G9001", "A", revoked=True),
        campaign("C9001", "B", x_mitre_deprecated=True),
        stix("attack-pattern", 1, name="T"),
        stix("relationship", 2, relationship_type="attributed-to", revoked=True),
        stix("relationship", 3, relationship_type="uses"),
        relation(4, "C9001", "G9001"),
    ]
    _, account = taken(bundle(*objects))
    assert dict(account.out_of_scope) == {WITHDRAWN: 4, OTHER_KIND: 1, OTHER_RELATION: 1}


def test_the_publisher_becomes_an_organisation_and_a_person_does_not() -> None:
    mitre = stix("identity", 1, name="The MITRE Corporation", identity_class="organization")
    person = stix("identity", 2, name="Somebody", identity_class="individual")
    collection, account = taken(bundle(mitre, person))
    assert isinstance(record(collection, "organisation/mitre"), Organisation)
    assert (account.claims, account.rejects) == (1, 1)


LONG = "x" * 301


@pytest.mark.parametrize(
    ("entry", "column"),
    [
        (group("G9001", "A", type=""), "type"),
        (group("G9001", "A", id=None), "id"),
        (group("G9001", " "), "name"),
        (group("G9001", "A\x00B"), "aliases"),
        (group("G9001", "A", LONG), "aliases"),
        (group("G9001", "A", aliases="B"), "aliases"),
        (group("G9001", "A", aliases=None), "aliases"),
        (group("G9001", "A", external_references=[]), "external_references"),
        (group("G9001", "A", external_references={"external_id": "G9001"}), "external_references"),
        (group("G9001", "A", external_references=page("C9001", "groups")), "external_id"),
        (group("G9001", "A", external_references=page("G9001", "javascript:")), "url"),
        (campaign("C9001", "A", first_seen="2019-02-30T04:00:00Z"), "first_seen"),
        (campaign("C9001", "A", first_seen="9999-12-31T23:00:00Z"), "first_seen"),
        (campaign("C9001", "A", last_seen=5), "last_seen"),
        (campaign("C9001", "A", last_seen=None), "last_seen"),
        (stix("identity", 1, name="Somebody", identity_class="organization"), "name"),
        (relation(1, "C9001", "G9001"), "source_ref"),
        (stix("relationship", 1, relationship_type="attributed-to", target_ref="x"), "source_ref"),
        ("not an object", "type"),
    ],
)
def test_an_object_that_cannot_be_used_is_a_reject_that_names_the_field(entry: Any, column: str) -> None:
    collection, account = taken(bundle(entry))
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == ("one.json", 1, column)
    assert account.rows == account.rejects == 1


def test_a_doubled_object_is_refused_and_a_doubled_key_too() -> None:
    collection, account = taken(bundle(group("G9001", "A"), group("G9001", "A")))
    assert [(reject.line, reject.column) for reject in collection.passed_over] == [(2, "id")]
    assert (account.claims, account.rejects) == (1, 1)
    doubled = bundle(group("G9001", "A"))["one.json"].replace(b'"name": "A"', b'"name": "B", "name": "A"')
    collection, _ = taken({"one.json": doubled})
    assert [reject.column for reject in collection.passed_over] == ["name"]


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (bundle(group("G9001", "A"))["one.json"][:80], "-"),
        (bundle(group("G9001", "A"))["one.json"].decode().encode("utf-16"), "-"),
        (b'{"type": "bundel", "objects": []}', "type"),
        (b'{"type": "bundle", "object": [1]}', "objects"),
        (b'{"type": "bundle", "objects": []}', "objects"),
        (b"[]", "type"),
        (b"", "-"),
    ],
)
def test_a_file_that_is_no_whole_bundle_is_refused_with_its_place(content: bytes, column: str) -> None:
    collection, account = taken({"one.json": content} | {"two.json": bundle(group("G9001", "A"))["one.json"]})
    (reject,) = collection.passed_over
    assert (reject.file, reject.column, account.claims, account.rejects) == ("one.json", column, 1, 1)


def test_the_order_of_keys_means_nothing_and_markup_and_formulas_stay_words() -> None:
    entry = group("G9001", "<b>Moss</b>", "=1+1", "@SUM(A1)")
    turned = dict(reversed(entry.items()))
    one, _ = taken(bundle(entry))
    other, _ = taken(bundle(turned))
    assert sorted(one.quads()) == sorted(other.quads())
    assert record(one, "threat-actor/attack-g9001").aliases == ("=1+1", "@SUM(A1)")


def test_the_source_agrees_with_the_register() -> None:
    entry = landscape().entries[DATASET.source.iri]
    assert DATASET.source.iri == ID["source/attack-18-1"]
    assert (entry.record.version, entry.record.published) == (DATASET.version, DATASET.source.published)  # type: ignore[attr-defined]
    collection, _ = read(DATASET, {})
    assert not collection.entries[DATASET.source.iri].disputed


@pytest.mark.slow
def test_the_real_files_are_accounted_for_read_twice_change_nothing_and_hold_against_the_shapes(tmp_path: Path) -> None:
    files = folder(shared("mitre_attack", "enterprise-attack"))
    collection, account = read(DATASET, files)
    assert collection.passed_over == []
    assert account.rows == len(files) == 266
    assert dict(account.out_of_scope) == {WITHDRAWN: 15, OTHER_KIND: 1}
    assert (account.claims + account.evidence, account.made["operation"]) == (250, 52)
    assert account.evidence > 20  # on actors of the curated tables
    assert account.made["assessment"] == 25
    before = sorted(collection.quads())
    read(DATASET, files, collection)
    assert sorted(collection.quads()) == before
    assert faults(collection, DATASET, tmp_path) == []


def test_the_notice_that_the_terms_ask_for_goes_along() -> None:
    terms = shared("mitre_attack", "LICENSE.txt").read_text(encoding="utf-8")
    (line,) = (line for line in terms.splitlines() if line.startswith('"©'))
    assert line.strip('"') in DATASET.citation
