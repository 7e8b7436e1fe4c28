"""Relations between texts as SSSOM: what is written can be read back, and is all that the graph holds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph.engine import LocalEngine
from graph.snapshot import Snapshot
from webapp.cli import main
from webapp.sssom import FILE, MATCHES_FILE, mapping_set, record_matches, text_relations

REQUIRED = ("subject_id", "predicate_id", "object_id", "mapping_justification")
ROW = {
    "subject_id": "https://w3id.org/cybergov/id/commitment/osce-cbm-16",
    "subject_label": "OSCE CBM 16",
    "predicate_id": "https://w3id.org/cybergov/vocab/text-relation/same-object",
    "object_id": "https://w3id.org/cybergov/id/norm/un-2015-13j",
    "author_id": "https://w3id.org/cybergov/id/organisation/cybergov-editors",
    "see_also": "https://w3id.org/cybergov/id/relation/a",
    "comment": "Both ask for reports.",
    "confidence_code": "https://w3id.org/cybergov/vocab/confidence/high",
}


def _header(text: str) -> tuple[dict[str, str], dict[str, str]]:
    """Read the metadata behind #, as far as it is used: the prefixes, and the other slots with one value."""
    lines = [line[1:] for line in text.splitlines() if line.startswith("#")]
    pairs = [line.partition(": ") for line in lines]
    prefixes = {name.strip(): value for name, _, value in pairs if name.startswith("  ") and value.endswith("/")}
    slots = {name: json.loads(v) if v.startswith('"') else v for name, _, v in pairs if v and not name.startswith(" ")}
    return prefixes, slots


def _rows(text: str) -> list[dict[str, str]]:
    body = "".join(line for line in io.StringIO(text, newline="") if not line.startswith("#"))
    return list(csv.DictReader(io.StringIO(body, newline=""), delimiter="\t", strict=True))


def _iri(curie: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, name = curie.partition(":")
    return prefixes[prefix] + name


@pytest.fixture(scope="module")
def text(engine: LocalEngine, snapshot: Snapshot) -> str:
    return text_relations(engine, snapshot.manifest())


def test_the_header_names_the_set_its_licence_its_version_and_every_prefix_in_use(
    text: str, snapshot: Snapshot
) -> None:
    prefixes, slots = _header(text)
    assert text.startswith("#curie_map:\n")
    assert slots["mapping_set_id"] == f"https://w3id.org/cybergov/dumps/{FILE}"
    assert slots["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert snapshot.manifest()["id"] in slots["mapping_set_version"]
    curies = {cell for row in _rows(text) for name, cell in row.items() if name.endswith(("_id", "_code"))}
    assert {curie.partition(":")[0] for curie in curies} <= set(prefixes)


def test_rows_are_the_relations_of_the_graph_no_more_and_no_fewer(text: str, engine: LocalEngine) -> None:
    prefixes, _ = _header(text)
    query = """
        PREFIX cg: <https://w3id.org/cybergov/ontology/>
        SELECT ?claim ?from ?relation ?to ?by ?why ?sure WHERE {
          ?claim a cg:TextRelation ; cg:fromText ?from ; cg:textRelation ?relation ; cg:toText ?to ;
            cg:asserter ?by ; cg:justification ?why ; cg:confidence ?sure }"""
    columns = ("claim", "from", "relation", "to", "by", "why", "sure")
    bindings = json.loads(engine.select(query))["results"]["bindings"]
    held = {tuple(row[name]["value"] for name in columns) for row in bindings}
    rows = _rows(text)
    written = set()
    for row in rows:
        entities = [_iri(row[name], prefixes) for name in ("subject_id", "predicate_id", "object_id", "author_id")]
        written.add((row["see_also"], *entities, row["comment"], _iri(row["confidence_code"], prefixes)))
    assert len(rows) == len(held) > 20
    assert written == held
    assert all(row["subject_label"] and row["object_label"] and row["author_label"] for row in rows)


def test_every_row_has_the_required_slots_and_no_predicate_is_a_match_of_concepts(text: str) -> None:
    for row in _rows(text):
        assert all(row[slot] for slot in REQUIRED)
        assert row["predicate_id"].startswith("cybergov.text-relation:")
        assert row["mapping_justification"] == "semapv:ManualMappingCuration"
    assert "exactMatch" not in text
    assert "confidence\t" not in text


@pytest.mark.parametrize(
    "comment",
    ["a\tb", "a\nb", "a\r\nb", 'say "so"', "<b>bold</b> & more", "#not metadata", "\u2028line\u0085s", "a|b\\c"],
)
def test_whatever_a_justification_holds_its_row_stays_one_line(comment: str) -> None:
    written = mapping_set([{**ROW, "comment": comment}, ROW], "1")
    body = written[written.index("subject_id\t") :]
    rows = _rows(written)
    assert body.count("\n") == 3
    assert rows[0]["comment"] == " ".join(comment.split())
    assert rows[1]["comment"] == ROW["comment"]


def test_a_bar_in_a_slot_of_many_values_does_not_part_it() -> None:
    row = _rows(mapping_set([{**ROW, "author_label": "one|two\\three"}], "1"))[0]
    assert re.split(r"(?<!\\)\|", row["author_label"]) == ["one\\|two\\\\three"]


def test_an_identifier_of_others_is_refused_rather_than_shortened_by_guess() -> None:
    with pytest.raises(ValueError, match="neither a thing nor a code"):
        mapping_set([{**ROW, "object_id": "https://example.org/id/norm/x"}], "1")


def test_an_empty_set_has_a_header_and_no_row() -> None:
    assert _rows(mapping_set([], "1")) == []


# Matches of records


@pytest.fixture(scope="module")
def matches(engine: LocalEngine, snapshot: Snapshot) -> str:
    return record_matches(engine, snapshot.manifest())


def test_every_pair_in_a_cluster_is_a_row_with_its_reason_asserter_and_confidence(
    matches: str, engine: LocalEngine
) -> None:
    prefixes, slots = _header(matches)
    query = """
        PREFIX cg: <https://w3id.org/cybergov/ontology/>
        SELECT ?one ?other ?by ?why ?sure WHERE {
          ?cluster a cg:Cluster ; cg:clusteredRecord ?one , ?other ; cg:asserter ?by ;
            cg:justification ?why ; cg:confidence ?sure FILTER(STR(?one) < STR(?other)) }"""
    bindings = json.loads(engine.select(query))["results"]["bindings"]
    held = {tuple(row[name]["value"] for name in ("one", "other", "by", "why", "sure")) for row in bindings}
    rows = [row for row in _rows(matches) if row["predicate_id"] == "cg:clusteredRecord"]
    names = ("subject_id", "object_id", "author_id", "comment", "confidence_code")
    written = {tuple(row[n] if n == "comment" else _iri(row[n], prefixes) for n in names) for row in rows}
    assert len(rows) == len(held) > 0
    assert written == held
    assert slots["mapping_set_id"] == f"https://w3id.org/cybergov/dumps/{MATCHES_FILE}"


def test_a_row_of_a_data_set_that_is_evidence_for_a_record_of_ours_is_a_literal_with_its_place(matches: str) -> None:
    prefixes, _ = _header(matches)
    rows = [row for row in _rows(matches) if row["predicate_id"] == "cg:evidence"]
    assert rows
    for row in rows:
        assert (row["object_type"], row["object_id"]) == ("rdfs literal", "")
        assert ", " in row["object_label"]
        assert _iri(row["object_source"], prefixes).startswith("https://w3id.org/cybergov/id/source/")


def test_matches_name_no_concept_and_have_the_required_slots(matches: str) -> None:
    prefixes, _ = _header(matches)
    for row in _rows(matches):
        assert all((row["subject_id"], row["predicate_id"], row["object_id"] or row["object_label"]))
        assert row["mapping_justification"] == "semapv:UnspecifiedMatching"
        curies = {row[name] for name in ("subject_id", "object_id", "object_source", "author_id") if row[name]}
        assert {curie.partition(":")[0] for curie in curies} <= set(prefixes)
    assert "skos:" not in matches


@pytest.mark.parametrize(("public", "licence"), [(True, "licenses/by/4.0/"), (False, "license/unspecified")])
def test_matches_of_a_private_build_state_no_licence(
    public: bool, licence: str, engine: LocalEngine, snapshot: Snapshot
) -> None:
    _, slots = _header(record_matches(engine, {**snapshot.manifest(), "public": public}))
    assert slots["license"].endswith(licence)


# The two faces


def test_the_web_and_the_command_give_the_same(
    client: FlaskClient, text: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(home))
    answer = client.get(f"/dumps/{FILE}")
    assert answer.status_code == 200
    assert answer.content_type == "text/tab-separated-values; charset=utf-8"
    assert main(["export", "sssom", str(tmp_path / FILE)]) == 0
    assert (tmp_path / FILE).read_bytes() == answer.data == text.encode()


def test_without_a_file_the_command_writes_to_standard_output(
    text: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(home))
    assert main(["export", "sssom"]) == 0
    assert capsysbinary.readouterr().out == text.encode()


@pytest.mark.parametrize("where", ["no/such/folder/x.tsv", "."])
def test_a_file_that_cannot_be_written_is_named_in_one_sentence(
    where: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(home))
    assert main(["export", "sssom", str(tmp_path / where)]) == 1
    said = capsys.readouterr().err
    assert str(tmp_path) in said
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_a_folder_of_dumps_takes_no_file_beside_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(home))
    assert main(["export", str(tmp_path / "out"), "more"]) == 2
    assert "Only `export sssom` and `export matches` take a file" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_matches_of_records_are_exported_and_served_as_one_file(
    client: FlaskClient, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(home))
    assert main(["export", "matches", str(tmp_path / "matches.tsv")]) == 0
    written = (tmp_path / "matches.tsv").read_bytes()
    assert written == client.get("/dumps/record-matches.sssom.tsv").data
    assert b"cybergov.operation:notpetya" in written
    assert hashlib.sha256(written).hexdigest() in client.get("/data").text
