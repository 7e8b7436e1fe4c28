"""What the graph knows and does not: counted rightly, alike in page, JSON and command; and the log of corrections."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from memory import InMemory

import queries
from graph.build import Content, Recipe, Report, gather, validate
from graph.inventory import read_rows
from graph.snapshot import Snapshot
from graph.terms import ID
from loaders.curated import Correction, corrections, retired
from webapp import coverage, inventory
from webapp.cli import main

SOURCES = """
id:a-source cg:sourceRank 1 ; cg:retrieved "2026-11-20"^^xsd:date .
id:late cg:sourceRank 2 ; cg:retrieved "2026-11-22"^^xsd:date .
id:press cg:sourceRank 4 .
<https://w3id.org/cybergov/id/source/editors-recollection> a cg:Source .
id:read cg:source id:a-source ; cg:verification <https://w3id.org/cybergov/vocab/verification/checked> .
id:read-late cg:source id:late ; cg:verification <https://w3id.org/cybergov/vocab/verification/checked> .
id:told cg:source id:press ; cg:verification <https://w3id.org/cybergov/vocab/verification/reported> .
id:known cg:source <https://w3id.org/cybergov/id/source/editors-recollection> .
id:known cg:verification <https://w3id.org/cybergov/vocab/verification/unchecked> .
"""
OF = "<https://w3id.org/cybergov/id/"


def asked(name: str, turtle: str) -> list[dict[str, str | int | None]]:
    return read_rows(InMemory(turtle).select(queries.find(name).text))


# What is counted


def test_each_thing_counts_once_by_its_best_evidence() -> None:
    facts = SOURCES + "".join(
        f"{OF}office/{name}> cg:evidence {evidence} .\n"
        for name, evidence in (
            ("both", "id:known, id:read"), ("late", "id:read-late"), ("told", "id:told"), ("known", "id:known"),
        )
    )  # fmt: skip
    (row,) = asked("verification_by_kind", facts + f"{OF}office/told> cg:disputed true .")
    assert row == {
        "kind": "office", "all": 4, "checked": 2, "reported": 1, "unchecked": 1, "of_100_sourced": 75,
        "from_recollection_alone": 1, "of_rank_1_or_2": 2, "disputed": 1,
        "first_opened": "2026-11-20", "last_opened": "2026-11-22",
    }  # fmt: skip


def test_a_share_is_never_rounded_up() -> None:
    facts = SOURCES + "".join(
        f"{OF}office/{n}> cg:evidence {'id:known' if n == 0 else 'id:told'} .\n" for n in range(1000)
    )
    (row,) = asked("verification_by_kind", facts)
    assert row["of_100_sourced"] == 99
    assert row["first_opened"] is None


def test_what_is_open_is_told_by_the_day_it_was_last_seen_so() -> None:
    facts = """
        cg:Membership rdfs:label "Membership"@en . id:data cg:dataDate "2026-11-22"^^xsd:date .
        id:lately a cg:Membership ; cg:stillSoNotBefore "2025-11-22"^^xsd:date .
        id:before a cg:Membership ; cg:stillSoNotBefore "2025-11-21"^^xsd:date .
        id:never a cg:Membership .
        id:over a cg:Membership ; cg:stillSoNotBefore "2001-01-01"^^xsd:date ; cg:end "2020"^^xsd:gYear .
    """
    (row,) = asked("last_seen_so", facts)
    assert row == {
        "kind": "Membership", "without_end": 3, "seen_within_a_year": 1, "seen_longer_ago": 1, "never_dated": 1,
        "longest_ago": "2025-11-21", "latest": "2025-11-22",
    }  # fmt: skip


def test_a_list_is_known_to_be_complete_only_by_a_source() -> None:
    facts = """
        id:club rdfs:label "Club"@en . id:m1 cg:forum id:club ; cg:member id:x .
        id:m2 cg:forum id:club ; cg:member id:x .
        id:c cg:listOf id:club ; cg:completeFrom "2001"^^xsd:gYear ; cg:completeTo "2020"^^xsd:gYear .
        id:c cg:evidence id:e .
        id:n cg:countOf id:club ; cg:date "2019"^^xsd:gYear ; cg:reportedNumber 1 .
        id:n2 cg:countOf id:club ; cg:date "2021"^^xsd:gYear ; cg:reportedNumber 3 .
        id:e cg:verification <https://w3id.org/cybergov/vocab/verification/%s> .
    """
    (row,) = asked("lists_known_complete", facts % "checked")
    assert (row["named"], row["complete_from"], row["complete_to"]) == (1, "2001", "2020")
    assert (row["last_count"], row["counted_on"]) == (3, "2021")
    (row,) = asked("lists_known_complete", facts % "unchecked")
    assert (row["complete_from"], row["complete_to"]) == (None, None)


def test_a_recorded_vote_without_votes_is_a_list_of_nobody() -> None:
    facts = 'id:b rdfs:label "Ballot"@en ; cg:ballotMode <https://w3id.org/cybergov/vocab/ballot-mode/recorded-vote> .'
    (row,) = asked("lists_known_complete", facts)
    assert (row["list"], row["named"], row["complete_to"]) == ("votes", 0, None)


@pytest.mark.parametrize(
    ("number", "surely", "perhaps", "differs"),
    [(5, 5, 5, False), (5, 3, 7, False), (5, 3, 4, True), (5, 6, 9, True), (5, None, None, False)],
)
def test_a_reported_number_differs_where_no_reading_of_our_names_gives_it(
    number: int, surely: int | None, perhaps: int | None, differs: bool
) -> None:
    assert coverage._differs({"number": number, "recorded": surely, "recorded_or_undetermined": perhaps}) is differs


# Page, JSON and command


@pytest.fixture(scope="module")
def of_tables(sample_recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What is said of the sample's tables before they are built."""
    report = Report()
    content = gather(sample_recipe, report)
    validate(content, sample_recipe, tmp_path_factory.mktemp("shacl"), report)
    return inventory.of_content(content, sample_recipe, report)


def test_tables_and_the_snapshot_of_them_are_told_of_alike(of_tables: dict, client: FlaskClient) -> None:
    served = client.get("/coverage.json").get_json()
    assert served == of_tables
    assert set(coverage.SECTIONS) < set(served)


def test_the_page_tells_of_every_kind_in_numbers(client: FlaskClient, snapshot: Snapshot) -> None:
    page = client.get("/coverage").get_data(as_text=True)
    kinds = snapshot.manifest()["inventory"]["kinds"]
    assert len(kinds) > 30
    text = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", page)
    for row in kinds:
        words = [row["kind"].replace("-", " "), *(f"{row[name]:,}" for name in ("all", "checked", "reported"))]
        assert re.search(r"\s+".join(map(re.escape, words)), text), row["kind"]
    few = sum(row["of_100_sourced"] < coverage.ENOUGH for row in kinds)
    assert 0 < few == page.count("too few")
    others = sum(row["all"] for row in kinds if row["kind"] != "vote")
    assert f"<strong>{others:,}</strong> things and claims, votes apart" in page


def test_the_page_names_what_is_incomplete_unanswered_and_disputed(client: FlaskClient, snapshot: Snapshot) -> None:
    page = client.get("/coverage").get_data(as_text=True)
    manifest = snapshot.manifest()
    incomplete = [row for row in manifest["inventory"]["lists"] if row["complete_to"] is None]
    assert len(incomplete) == page.count("not known to be complete</td>") > 0
    unanswered = [query.name for _, _, query in queries.competency() if manifest["answers"][query.name] == 0]
    assert all(f'<li><a href="/queries/{name}">' in page for name in unanswered)
    for row in manifest["inventory"]["disputed"]:
        assert f'href="/doc/{row["claim"].removeprefix(ID)}"' in page


def test_a_snapshot_older_than_the_counts_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    old = {name: value for name, value in snapshot.manifest().items() if name != "inventory"}
    monkeypatch.setattr(coverage, "current_service", lambda: SimpleNamespace(manifest=old))
    answer = client.get("/coverage")
    assert answer.status_code == 200
    assert "built before such counts were taken" in answer.get_data(as_text=True)


def test_the_command_says_it_as_json(
    of_tables: dict,
    sample_recipe: Recipe,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture,
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(tmp_path))
    monkeypatch.setattr("webapp.cli._chosen", lambda *_: sample_recipe)
    assert main(["check", "--json", "--only-curated"]) == 0
    assert json.loads(capsys.readouterr().out) == of_tables


# The log of corrections


def test_the_log_is_in_order_and_leads_to_things_and_sources(content: Content) -> None:
    log = corrections()
    assert [(entry.date, entry.about, entry.field) for entry in log] == sorted(
        (entry.date, entry.about, entry.field) for entry in log
    )
    known = content.collection.entries
    for entry in log:
        assert ID[entry.about] in known or str(ID[entry.about]) in retired() or entry.now == "", entry
        assert not entry.source or ID[f"source/{entry.source}"] in known, entry
        assert re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", entry.date), entry
        assert entry.was != entry.now, entry
        assert entry.why, entry
        assert entry.field, entry


def test_the_log_is_read_from_its_table(tmp_path: Path) -> None:
    assert corrections(tmp_path / "without") == ()
    columns = [field.name for field in dataclasses.fields(Correction)]
    row = ["2026-11-22", "office/x", "start", "2001", "2002", "a-source", "Read again"]
    (tmp_path / "corrections.csv").write_text(",".join(columns) + "\n" + ",".join(row) + "\n")
    (entry,) = corrections(tmp_path)
    assert dataclasses.astuple(entry) == tuple(row)


def test_the_log_is_shown_the_latest_first_and_given_as_a_table(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = (
        Correction("2026-01-01", "state/EST", "name", "A<b>", "=1+1", "", "First"),
        Correction("2026-02-01", "state/LVA", "name", "", "C", "a-source", "Second"),
    )
    monkeypatch.setattr(coverage, "corrections", lambda: entries)
    page = client.get("/corrections").get_data(as_text=True)
    assert page.index("Second") < page.index("First")
    assert "A&lt;b&gt;" in page
    header, *rows = csv.reader(io.StringIO(client.get("/corrections.csv").get_data(as_text=True)))
    assert header == ["date", "about", "field", "was", "now", "source", "why"]
    assert [row[1] for row in rows] == ["state/LVA", "state/EST"]
    assert rows[1][4] == "'=1+1"  # no formula
    assert client.get("/corrections.json").get_json()[0]["why"] == "Second"


def test_an_empty_log_says_that_it_is_empty(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "corrections", tuple)
    assert "Nothing has been corrected so far" in client.get("/corrections").get_data(as_text=True)


def test_the_page_on_editing_says_where_to_report(client: FlaskClient) -> None:
    page = client.get("/editing").get_data(as_text=True)
    assert "has set no address for reports" in page  # the service of the tests has none
    assert '<a href="/corrections">' in page


def test_a_correction_of_what_a_snapshot_does_not_know_leads_nowhere(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = (
        Correction("2026-01-01", "state/EST", "name", "A", "B", "no-such-source", "First"),
        Correction("2026-01-01", "state/NOWHERE", "name", "A", "B", "", "Second"),
    )
    monkeypatch.setattr(coverage, "corrections", lambda: entries)
    page = client.get("/corrections").get_data(as_text=True)
    assert '<a href="/doc/state/EST">Estonia</a>' in page
    assert "<code>state/NOWHERE</code>" in page
    assert 'href="/doc/state/NOWHERE"' not in page
    assert "no-such-source" in page
    assert "/doc/source/no-such-source" not in page
