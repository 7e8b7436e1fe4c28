"""Threat actors by name: all that a name can mean, never one of several; numbers identify."""

from __future__ import annotations

import csv
import io
import re

import pytest
from datasets import landscape, shared
from rdflib import URIRef

from graph.model import ThreatActor
from graph.record import Evidence
from graph.terms import ID
from loaders.known import Known
from loaders.threat_actors import Spelling, ThreatActors, spelled

UUID = "899ce53f-13a0-479b-a0e4-67d46e241542"


def actor(slug: str, name: str, *aliases: str, attack_id: str | None = None, locator: str = "x") -> ThreatActor:
    evidence = Evidence(source=ID["source/attack-18-1"], verification="reported", locator=locator)
    return ThreatActor(id=slug, name=name, aliases=aliases, attack_id=attack_id, evidence=(evidence,))


def iris(*slugs: str) -> tuple[URIRef, ...]:
    return tuple(ID[f"threat-actor/{slug}"] for slug in slugs)


ACTORS = ThreatActors(
    [
        actor("b", "Midnight", "NOBELIUM", attack_id="G0016", locator=f"G0016, intrusion-set--{UUID}"),
        actor("a", "UNC2452", "Nobelium"),
        actor("c", "APT 99"),
    ]
)


def test_a_name_that_two_actors_bear_means_both_in_the_order_of_their_ids() -> None:
    assert ACTORS.candidates("the Nobelium") == iris("a", "b")


@pytest.mark.parametrize("spelling", ["APT99", "apt-99", " Apt 99 "])
def test_spelling_that_carries_no_meaning_is_forgiven(spelling: str) -> None:
    assert ACTORS.candidates(spelling) == iris("c")


@pytest.mark.parametrize("name", ["", "(/)", "APT9"])
def test_a_name_that_nobody_bears_means_nobody(name: str) -> None:
    assert ACTORS.candidates(name) == ()


def test_numbers_and_stix_identifiers_find_their_actor() -> None:
    assert ACTORS.with_attack_id("G0016") == ACTORS.with_stix_id(UUID) == iris("b")
    assert ACTORS.with_attack_id("G9999") == ACTORS.with_stix_id("x") == ()
    assert ACTORS.record(ID["threat-actor/c"]).name == "APT 99"


def test_two_records_with_one_number_are_both_returned() -> None:
    actors = ThreatActors([actor("y", "One", attack_id="G0001"), actor("x", "Two", attack_id="G0001")])
    assert actors.with_attack_id("G0001") == iris("x", "y")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("NSA/Equation Group", [Spelling(("NSA", "Equation Group"))]),
        ("UNC1151/ Ghostwriter", [Spelling(("UNC1151", "Ghostwriter"))]),
        (
            "A/Group 88/G0010 (FSB, 16th / 18th Center)",
            [Spelling(("A", "Group 88"), ("G0010",), "FSB, 16th / 18th Center")],
        ),
        ("B/Group G0007 (GRU, Main (GTsSS) Unit 1)", [Spelling(("B",), ("G0007",), "GRU, Main (GTsSS) Unit 1")]),
        ("C/G0096 (X) <\xa0D/G0044\xa0", [Spelling(("C",), ("G0096",), "X"), Spelling(("D",), ("G0044",))]),
        ("D/E, Group G0047 (F)", [Spelling(("D", "E"), ("G0047",), "F")]),
        ("NoName057(16)", [Spelling(("NoName057(16)",))]),
        ("", []),
        (" / ", [Spelling(())]),
    ],
)
def test_a_string_of_names_is_taken_apart(text: str, parts: list[Spelling]) -> None:
    assert list(spelled(text)) == parts


def test_a_number_goes_before_names_and_without_one_all_names_count() -> None:
    assert ACTORS.meant_by(Spelling(("UNC2452",), ("G0016",))) == iris("b")
    assert ACTORS.meant_by(Spelling(("UNC2452",), ("G4711",))) == iris("a")
    assert ACTORS.meant_by(Spelling(("UNC2452", "APT99"))) == iris("a", "c")


@pytest.mark.slow
def test_the_real_strings_of_eurepoc_are_read_whole() -> None:
    content = shared("eurepoc", "EuRepoC_Attribution_dataset_1.1.csv").read_text(encoding="utf-8")
    texts = {row["attributed_initiator"] for row in csv.DictReader(io.StringIO(content))} - {""}
    parts = [part for text in sorted(texts) for part in spelled(text)]
    assert sum("<" in text for text in texts) == len(parts) - len(texts)
    assert sum(len(part.attack_ids) for part in parts) == sum(len(re.findall(r"\bG[0-9]{4}", text)) for text in texts)
    actors = ThreatActors(Known(landscape()).of(ThreatActor))
    sandworm = next(part for part in parts if part.attack_ids == ("G0034",))
    assert actors.meant_by(sandworm) == iris("sandworm")
