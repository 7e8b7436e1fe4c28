"""The build: the same facts give the same bytes, and whatever fails leaves the old snapshot answering."""

from __future__ import annotations

import dataclasses
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import tiny
from rdflib import URIRef

from graph import build as building
from graph.build import BuildRefused, Recipe, Report, build
from graph.collect import Collection, Item, Loader
from graph.snapshot import BuildRunning, Snapshot, current, new_snapshot, snapshots
from queries import Table

ROOT = Path(__file__).resolve().parents[1]
EST = "https://w3id.org/cybergov/id/state/EST"


def slow(value: object) -> object:
    return pytest.param(value, marks=pytest.mark.slow)


def solutions(snapshot: Snapshot, query: str) -> list[tuple[str | None, ...]]:
    store = ox.Store.read_only(str(snapshot.store))
    answer = store.query("PREFIX cg: <https://w3id.org/cybergov/ontology/>\n" + query)
    return Table.read(answer.serialize(format=ox.QueryResultsFormat.JSON)).rows  # type: ignore[union-attr]


def count(snapshot: Snapshot, pattern: str) -> int:
    return int(solutions(snapshot, f"SELECT (COUNT(*) AS ?n) {pattern}")[0][0] or 0)


def in_a_process(folder: Path, *stage: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "tests" / "tiny.py"), str(folder), *stage],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA)


@pytest.fixture
def old(tmp_path: Path, recipe: Recipe) -> Snapshot:
    """A snapshot that is current before something fails."""
    return build(recipe, tmp_path / "home")[0]


def still_answers(home: Path, old: Snapshot) -> None:
    """Say that the old snapshot is current, whole and answering, and nothing else is there."""
    assert current(home).path == old.path
    old.verify()
    assert [path.name for path in (home / "snapshots").iterdir()] == [old.id]
    assert count(old, "{ ?state a cg:State }") == 2


def test_a_build_becomes_current_and_answers(old: Snapshot, tmp_path: Path) -> None:
    still_answers(tmp_path / "home", old)
    manifest = old.manifest()
    assert manifest["id"] == old.id
    assert manifest["counts"]["kinds"] == {"source": 1, "state": 2}
    account = {"rows": 2, "claims": 2, "evidence": 0, "out_of_scope": {}, "rejects": 0}
    terms = {"title": "State-like actors", "publisher": "", "licence": "https://creativecommons.org/licenses/by/4.0/"}
    assert manifest["rows"]["states"] == {**terms, **account}
    assert set(manifest["seconds"]) <= set(Report.STAGES)


def test_two_builds_of_the_same_facts_are_the_same_bytes(old: Snapshot, recipe: Recipe, tmp_path: Path) -> None:
    again, _ = build(recipe, tmp_path / "elsewhere")
    assert again.id == old.id
    assert again.statements.read_bytes() == old.statements.read_bytes()
    assert again.merged.read_bytes() == old.merged.read_bytes()


def test_another_process_with_another_hash_seed_builds_the_same_bytes(
    snapshot: Snapshot, home: Path, checks: Path, tmp_path: Path
) -> None:
    """The order of sets differs between processes; the sample has enough of everything to show it."""
    shutil.copytree(home / "cache", tmp_path / "home" / "cache")
    shutil.copytree(checks, tmp_path / "checks")
    shutil.copytree(ROOT / "tests" / "sample", tmp_path / "tables")
    for name in ("core", "codes", "shapes"):
        shutil.copytree(ROOT / "ontology" / name, tmp_path / name)
    process = in_a_process(tmp_path, PYTHONHASHSEED="4711")
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    again = current(tmp_path / "home")
    assert again.id == snapshot.id == out.split()[-1]
    assert again.statements.read_bytes() == snapshot.statements.read_bytes()
    assert again.merged.read_bytes() == snapshot.merged.read_bytes()
    assert again.network.read_bytes() == snapshot.network.read_bytes()


def test_statements_are_sorted_by_bytes_and_hold_no_blank_node_and_no_time_of_the_clock(snapshot: Snapshot) -> None:
    for path in (snapshot.statements, snapshot.merged):
        lines = path.read_bytes().splitlines()
        assert lines == sorted(set(lines))
        assert not [line for line in lines if line.startswith(b"_:") or b" _:" in line]
    assert snapshot.manifest()["built"].encode() not in snapshot.statements.read_bytes()


def test_a_manifest_vouches_for_every_file(snapshot: Snapshot) -> None:
    snapshot.verify()
    stated = set(snapshot.manifest()["files"])
    there = {str(path.relative_to(snapshot.path)) for path in snapshot.path.rglob("*") if path.is_file()}
    assert there - stated == {"manifest.json"}
    assert {
        "statements.nq",
        "merged.nt",
        "dumps/statements.nq.gz",
        "dumps/merged.nt.gz",
        "search.sqlite",
        "network.json",
    } <= stated


def test_every_statement_lies_in_a_described_graph_with_a_licence(snapshot: Snapshot) -> None:
    pattern = "WHERE { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?g <http://purl.org/dc/terms/license> ?licence ; <http://www.w3.org/2000/01/rdf-schema#label> ?name } }"  # noqa: E501
    assert count(snapshot, pattern) == 0
    assert count(snapshot, "WHERE { GRAPH ?g { ?s ?p ?o } }") == snapshot.manifest()["counts"]["statements_in_graphs"]
    assert count(snapshot, "WHERE { ?s ?p ?o }") == snapshot.manifest()["counts"]["statements"]


def test_a_statement_made_in_two_graphs_counts_once_and_from_keeps_its_meaning(tmp_path: Path) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA)
    ontology = tmp_path / "ontology.ttl"
    ontology.write_text(
        (recipe.ontology / "all.ttl").read_text() + f"\n<{EST}> a <https://w3id.org/cybergov/ontology/State> .\n"
    )
    snapshot, report = build(dataclasses.replace(recipe, ontology=ontology), tmp_path / "home")
    triple = f"{{ <{EST}> a cg:State }}"
    graphs = "https://w3id.org/cybergov/graph/"
    assert count(snapshot, f"WHERE {{ GRAPH ?g {triple} }}") == 2
    assert count(snapshot, f"WHERE {triple}") == 1
    assert report.counts["statements_in_graphs"] == report.counts["statements"] + 1
    assert count(snapshot, f"FROM <{graphs}source/states> WHERE {triple}") == 1
    assert count(snapshot, f"FROM <{graphs}meta> WHERE {triple}") == 0
    assert count(snapshot, f"FROM <{graphs}source/states> WHERE {{ ?s a cg:Evidence }}") == 1


def fail(*_: object, **__: object) -> Any:
    raise OSError(28, "No space left on device", "somewhere")


@pytest.mark.parametrize(
    "part", ["gather", "validate", "write_sorted", "load_store", "check_queries", "build_index", "write_network", "write_dumps", "write_manifest", "publish"]  # noqa: E501
)  # fmt: skip
def test_a_failure_at_any_stage_leaves_the_old_snapshot_answering(
    part: str, old: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA)
    monkeypatch.setattr(building, part, fail)
    with pytest.raises(OSError, match="No space"):
        build(recipe, tmp_path / "home")
    still_answers(tmp_path / "home", old)


@pytest.mark.parametrize(
    ("states", "what", "where"),
    [
        ([{**tiny.ESTONIA, "name": ""}], "1 rows cannot be used", "states.csv:2: name: a value is needed"),
        ([tiny.ESTONIA, {**tiny.LATVIA, "state_kind": "un-membre"}], "1 rows cannot be used", "states.csv:3: state_kind: nothing has the id 'un-membre'; nearest: un-member"),  # noqa: E501
        ([tiny.ESTONIA, {**tiny.LATVIA, "name": "latvia"}], "The shapes found 1 problems", "states.csv:3: Violation: https://w3id.org/cybergov/id/state/LVA: A state's name begins with a capital letter."),  # noqa: E501
        ([tiny.ESTONIA, {**tiny.LATVIA, "name": "Estonia"}], "The query checks found 1 problems", "Two states share a name: https://w3id.org/cybergov/id/state/EST"),  # noqa: E501
    ],
    ids=["reject", "unknown code", "shape", "check"],
)  # fmt: skip
def test_facts_that_do_not_pass_are_refused_with_their_place(
    states: list[dict[str, str]], what: str, where: str, old: Snapshot, tmp_path: Path
) -> None:
    with pytest.raises(BuildRefused) as refusal:
        build(tiny.write(tmp_path, *states), tmp_path / "home")
    assert refusal.value.exit_code == 2
    assert str(refusal.value).startswith(f"{what}; the old snapshot stays:\n")
    assert where in str(refusal.value)
    still_answers(tmp_path / "home", old)


def test_a_refusal_lists_the_first_problems_and_counts_the_rest(tmp_path: Path) -> None:
    rows = [{**tiny.ESTONIA, "state_kind": f"x{n}"} | {"id": f"X{n}"} for n in range(50)]
    with pytest.raises(BuildRefused, match="and 10 more") as refusal:
        build(tiny.write(tmp_path, *rows), tmp_path / "home")
    assert len(refusal.value.problems) == 50


def test_shapes_are_asked_again_only_when_facts_or_shapes_change(
    old: Snapshot, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyshacl.validate", fail)
    assert build(recipe, tmp_path / "home")[0].id == old.id
    with pytest.raises(OSError, match="No space"):
        build(tiny.write(tmp_path, tiny.ESTONIA), tmp_path / "home")


@pytest.mark.parametrize(
    "stage", ["load", *(pytest.param(s, marks=pytest.mark.slow) for s in ("validate", "checks", "index"))]
)
def test_kill_9_during_a_build_leaves_the_old_answering_and_the_next_build_cleans_up(
    stage: str, old: Snapshot, tmp_path: Path
) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA)
    process = in_a_process(tmp_path, stage)
    assert process.stdout
    while (told := process.stdout.readline().strip()) != stage:
        assert told, process.communicate()[1]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    home = tmp_path / "home"
    assert current(home).path == old.path
    assert count(old, "{ ?state a cg:State }") == 2
    assert list((home / "snapshots").glob("*.unfinished")), "something was left behind"
    newer, _ = build(recipe, home)
    assert current(home).path == newer.path
    assert {path.name for path in (home / "snapshots").iterdir()} == {old.id, newer.id}


def test_kill_9_between_naming_and_switching_leaves_the_old_answering(old: Snapshot, tmp_path: Path) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA)
    code = (
        "import os, signal, sys, pathlib; sys.path[:0] = sys.argv[1:3]\n"
        "import tiny; tiny.read(pathlib.Path(sys.argv[3]))\n"
        "pathlib.Path.symlink_to = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "tiny.main(pathlib.Path(sys.argv[3]))\n"
    )
    command = [sys.executable, "-c", code, str(ROOT / "tests"), str(ROOT), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert current(tmp_path / "home").path == old.path
    newer, _ = build(recipe, tmp_path / "home")
    newer.verify()
    assert current(tmp_path / "home").path == newer.path


@pytest.mark.parametrize("limit", [3_000, *map(slow, (500, 6_000))])
def test_a_full_disk_is_told_in_one_sentence_and_leaves_the_old_answering(
    limit: int, old: Snapshot, tmp_path: Path
) -> None:
    """A limit on the size of a file stands for a disk that is full: writing fails half way."""
    tiny.write(tmp_path, tiny.ESTONIA)
    code = (
        "import sys, pathlib; sys.path[:0] = sys.argv[1:3]\n"
        "import tiny, webapp.cli as cli; cli.recipe = lambda *_, **__: tiny.read(pathlib.Path(sys.argv[3]))\n"
        "sys.exit(cli.main(['build', '--tables', sys.argv[3] + '/tables']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "tests"), str(ROOT), str(tmp_path)],
        env=os.environ | {"CYBERGOV_HOME": str(tmp_path / "home")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=60,
    )
    message = done.stderr.strip()
    assert done.returncode == 1, message
    assert message.startswith("cybergov: ")
    assert "\n" not in message
    assert "None" not in message
    assert "ree space" in message
    still_answers(tmp_path / "home", old)


WANTED = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix cg: <https://w3id.org/cybergov/ontology/> .
<urn:alpha2> a sh:PropertyShape ; sh:targetClass cg:State ; sh:path cg:isoAlpha2 ; sh:minCount 1 ;
    sh:severity sh:Warning ; sh:message "A state should have its two letters. Add them." .
<urn:alias> a sh:PropertyShape ; sh:targetClass cg:State ; sh:path skos:altLabel ; sh:minCount 1 ;
    sh:severity sh:Info ; sh:message "A state is found more easily by other names. Add some." .
"""


def test_what_is_only_wanted_is_told_with_its_place_in_every_build_and_refuses_nothing(tmp_path: Path) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    (recipe.shapes / "wanted.ttl").write_text(WANTED)
    for _ in ("shown to the shapes", "remembered"):
        snapshot, report = build(recipe, tmp_path / "home")
        assert [warning.split(": ")[:2] for warning in report.warnings] == [
            ["states.csv:2", "Warning"],
            ["states.csv:3", "Warning"],
        ]
        assert "A state should have its two letters." in report.warnings[0]
        ((message, count),) = report.wanted.items()
        assert "found more easily" in message
        assert count == 2
        assert snapshot.manifest()["warnings"] == 2
        assert snapshot.manifest()["wanted"] == report.wanted


def test_two_builds_at_once_are_refused(old: Snapshot, recipe: Recipe, tmp_path: Path) -> None:
    with new_snapshot(tmp_path / "home"), pytest.raises(BuildRunning) as refusal:
        build(recipe, tmp_path / "home")
    assert refusal.value.exit_code == 4
    still_answers(tmp_path / "home", old)


def test_the_last_three_snapshots_are_kept(old: Snapshot, tmp_path: Path) -> None:
    for number in range(3):
        newest, _ = build(tiny.write(tmp_path, {**tiny.ESTONIA, "name": f"Estonia {number}"}), tmp_path / "home")
    kept = [path.name for path in snapshots(tmp_path / "home")]
    assert len(kept) == 3
    assert old.id not in kept
    assert kept[-1] == newest.id


def private(load: Callable[[Collection], Iterable[Item]]) -> Loader:
    return Loader("secret", "Not ours to give", load, URIRef("https://example.org/terms"), redistributable=False)


def test_a_public_build_holds_nothing_of_a_source_that_may_not_be_redistributed(tmp_path: Path) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA)
    secret = tiny.write(tmp_path / "secret", tiny.LATVIA).loaders[1].load
    both = dataclasses.replace(recipe, loaders=[*recipe.loaders, private(secret)])
    public, _ = build(both, tmp_path / "home")
    assert count(public, "{ ?state a cg:State }") == 1
    for path in public.path.rglob("*"):
        if path.is_file() and path.suffix != ".gz":
            assert b"Latvia" not in path.read_bytes(), path.name
            assert b"Not ours" not in path.read_bytes(), path.name
    whole, _ = build(dataclasses.replace(both, public=False), tmp_path / "home")
    assert count(whole, "{ ?state a cg:State }") == 2
    assert whole.manifest()["public"] is False
    assert solutions(
        whole, "SELECT ?l { <https://w3id.org/cybergov/graph/source/secret> <http://purl.org/dc/terms/license> ?l }"
    ) == [("https://example.org/terms",)]
