"""The command: what it prints, the codes it ends with, and errors of one line that say what to do."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny

from graph.collect import Loader
from graph.snapshot import Snapshot, new_snapshot
from webapp import cli
from webapp.settings import BadSetting, Settings, read_settings

ROOT = Path(__file__).resolve().parents[1]
ASK = "ASK { ?s ?p ?o }"


class Ran:
    """What a run of the command gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def refused(self, code: int, *words: str) -> None:
        """Say that it ended with a code and one sentence that holds the words."""
        assert self.code == code, self.err
        assert self.err.startswith("cybergov: ")
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err
        assert self.out == ""


@pytest.fixture
def run(home: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command on the sample's snapshot."""
    monkeypatch.setenv("CYBERGOV_HOME", str(home))

    def runner(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return runner


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and the command's recipe replaced by one that builds in a moment."""
    tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    real = cli.recipe

    def recipe(folder: Path, *, data_sets: tuple[Loader, ...] = (), public: bool = True):
        real(folder)
        whole = tiny.read(folder.parent)
        return dataclasses.replace(whole, loaders=(*whole.loaders, *data_sets), public=public)

    monkeypatch.setattr(cli, "recipe", recipe)
    monkeypatch.setattr(tiny, "recipe", real)
    return tmp_path


def in_process(*arguments: str, stdin: str = "", **environment: str) -> Ran:
    done = subprocess.run(
        [sys.executable, "-m", "webapp.cli", *arguments],
        input=stdin, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment, timeout=120,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def test_build_makes_a_snapshot_current_and_prints_where_every_row_went(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    ran = run("build", "--tables", small / "tables")
    assert ran.code == 0, ran.err
    header, _, states, *_ = ran.out.splitlines()
    assert " ".join(header.split()) == ("source rows = claims + evidence + out of scope + rejects faults claims out")
    assert states.split() == ["states", "2", "2", "0", "0", "0", "0", "2", "state"]
    name = (small / "new" / "current").resolve().name
    assert f"Snapshot {name}: " in ran.out


def test_check_builds_nothing(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    ran = run("check", "--tables", small / "tables")
    assert (ran.code, "All rows are usable; 0 warnings" in ran.out) == (0, True)
    assert not (small / "new" / "snapshots").exists()
    tiny.write(small, {**tiny.ESTONIA, "name": "estonia"})
    assert run("check", "--tables", small / "tables").code == 2


def test_facts_that_do_not_pass_end_with_2_and_their_place(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    tiny.write(small, {**tiny.ESTONIA, "state_kind": "x"})
    ran = run("build", "--tables", small / "tables")
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert "states.csv:2: state_kind: nothing has the id 'x'" in ran.err


def test_a_misspelt_table_is_refused(run, small: Path) -> None:
    (small / "tables" / "sates.csv").write_text("id\n")
    ran = run("check", "--tables", small / "tables")
    assert ran.code == 2
    assert "sates.csv" in ran.err


def test_a_second_build_at_once_ends_with_4(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    with new_snapshot(small / "new"):
        run("build", "--tables", small / "tables").refused(4, "Another build is running")


@pytest.mark.parametrize(
    "arguments", [("query", "forums_of_state"), ("sparql", "-"), ("export", "out"), ("diff", "current"), ("serve",)]
)
def test_without_a_snapshot_it_ends_with_3_and_says_what_to_run(run, tmp_path: Path, monkeypatch, arguments) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr("sys.stdin", io.StringIO(ASK))
    monkeypatch.chdir(tmp_path)
    run(*arguments).refused(3, "no snapshot yet", "cybergov build")


def test_a_query_gives_csv_and_json(run) -> None:
    as_csv = run("query", "forums_of_state", "state=EST")
    as_json = run("query", "forums_of_state", "state=EST", "--format", "json")
    assert as_csv.code == as_json.code == 0
    rows = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert rows
    assert "Freedom Online Coalition" in as_csv.out
    assert [{k: v or None for k, v in row.items()} for row in rows] == json.loads(as_json.out)


def test_a_query_takes_several_values_of_a_parameter(run) -> None:
    one = run("query", "forums_of_state", "state=EST").out
    two = run("query", "forums_of_state", "state=EST", "state=state/DEU").out
    assert len(two) > len(one)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "nothing"), ("There is no query called 'nothing'", "forums_of_state")),
        (("query", "forums_of_state", "EST"), ("'EST' is not of the form parameter=value",)),
        (("query", "forums_of_state", "country=EST"), ("has no parameter 'country'", "state")),
        (("query", "forums_of_state", "state=E T"), ("'E T' is no value for the parameter state",)),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    ran = run(*arguments)
    ran.refused(ran.code, *words)
    assert ran.code in (1, 2, 7)


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_sparql_answers_a_file_in_every_format(run, tmp_path: Path, form: str) -> None:
    (tmp_path / "q.rq").write_text("SELECT ?s { ?s ?p ?o } LIMIT 3")
    ran = run("sparql", tmp_path / "q.rq", "--format", form)
    formats = {
        "csv": None,
        "tsv": ox.QueryResultsFormat.TSV,
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
    }
    if formats[form]:
        assert len(list(ox.parse_query_results(ran.out.encode(), format=formats[form]))) == 3
    else:
        assert len(ran.out.split()) == 4


def test_sparql_reads_standard_input_and_gives_graphs_as_turtle(run, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("CONSTRUCT WHERE { ?s a <https://w3id.org/cybergov/ontology/Norm> }"))
    ran = run("sparql", "-")
    assert ran.code == 0
    assert len(list(ox.parse(ran.out.encode(), format=ox.RdfFormat.TURTLE))) == 6


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("SELECT * { ?s ?p }", "at 1:"),
        ("DROP ALL", "read-only"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "does not call other endpoints"),
        ("SELECT * { " + "{" * 600, "the limit is 500"),
    ],
)
def test_a_query_that_fails_ends_with_7(run, monkeypatch, query: str, word: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(query))
    run("sparql", "-").refused(7, word)


def test_a_query_over_the_deadline_ends_with_7_and_names_the_limit(run, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_DEADLINE", "0.5")
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
    run("sparql", "-").refused(7, "time limit of 0.5 seconds")


def test_a_file_that_is_not_there_is_told_with_its_name(run) -> None:
    run("sparql", "missing.rq").refused(1, "missing.rq")


def test_export_writes_dumps_whose_checksums_verify(run, tmp_path: Path, snapshot: Snapshot) -> None:
    ran = run("export", tmp_path / "out")
    assert ran.code == 0
    assert snapshot.id in ran.out
    sums = dict(reversed(line.split()) for line in (tmp_path / "out" / "SHA256SUMS").read_text().splitlines())
    assert set(sums) | {"SHA256SUMS"} == {path.name for path in (tmp_path / "out").iterdir()}
    for name, stated in sums.items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == stated
    assert (
        subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True).returncode
        == 0
    )


def test_a_damaged_snapshot_is_not_exported_and_ends_with_5(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    assert run("build", "--tables", small / "tables").code == 0
    with (small / "new" / "current" / "statements.nq").open("ab") as file:
        file.write(b"\n")
    run("export", small / "out").refused(5, "statements.nq", "Build again")
    assert not (small / "out").exists()


def test_diff_counts_what_changed_by_kind(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    run("build", "--tables", small / "tables")
    old = (small / "new" / "current").resolve().name
    tiny.write(
        small, {**tiny.ESTONIA, "name": "Estland"}, {"id": "LTU", "name": "Lithuania", "state_kind": "un-member"}
    )
    run("build", "--tables", small / "tables")
    ran = run("diff", old[:6])
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "added: 2", "  evidence: 1", "  state: 1",
        "removed: 2", "  evidence: 1", "  state: 1",
        "changed: 2", "  evidence: 1", "  state: 1",
    ]  # fmt: skip
    told = run("diff", old[:6], "current", "--statements").out
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    assert f'- <https://w3id.org/cybergov/id/state/EST> {label} "Estonia"@en .\n' in told
    assert f'+ <https://w3id.org/cybergov/id/state/EST> {label} "Estland"@en .\n' in told
    run("diff", "zzz").refused(3, "0 snapshots begin with 'zzz'")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("CYBERGOV_PORT", "http", "CYBERGOV_PORT is 'http'"),
        ("CYBERGOV_DEADLINE", "soon", "CYBERGOV_DEADLINE is 'soon'"),
        ("CYBERGOV_DEADLINE", "0", "CYBERGOV_DEADLINE is '0'"),
        ("CYBERGOV_DEADLINE", "nan", "CYBERGOV_DEADLINE is 'nan'"),
        ("CYBERGOV_DEADLINE", "-1", "CYBERGOV_DEADLINE is '-1'"),
        ("CYBERGOV_WORKERS", "0", "CYBERGOV_WORKERS is '0'"),
        ("CYBERGOV_PORT", "65536", "CYBERGOV_PORT is '65536'"),
        ("CYBERGOV_PROT", "80", "There is no setting CYBERGOV_PROT. There are: CYBERGOV_ADDRESS"),
    ],
)
def test_a_bad_setting_ends_with_6(run, monkeypatch, name: str, value: str, word: str) -> None:
    monkeypatch.setenv(name, value)
    run("check").refused(6, word)


def test_settings_come_from_the_environment_once() -> None:
    given = {"CYBERGOV_HOME": "/srv/graph", "CYBERGOV_PORT": "9", "CYBERGOV_DEADLINE": "2.5", "PATH": "/bin"}
    assert read_settings(given) == Settings(home=Path("/srv/graph"), port=9, deadline=2.5)
    assert read_settings({}) == Settings()
    with pytest.raises(BadSetting):
        read_settings({"CYBERGOV_QUEUE": "1.5"})


@pytest.mark.parametrize("arguments", [(), ("nothing",), ("query",), ("build", "--no-such-option")])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    assert end.value.code == 2


@pytest.mark.parametrize(
    "command", ["build", "check", "fetch", "sources", "parse", "load", "serve", "query", "sparql", "export", "diff"]
)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    assert f"cybergov {command}" in capsys.readouterr().out


def test_a_private_snapshot_is_not_served_beyond_this_machine(run, small: Path, monkeypatch) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(small / "new"))
    run("build", "--tables", small / "tables")
    manifest = small / "new" / "current" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"public": true', '"public": false'))
    run("serve", "--host", "0.0.0.0").refused(2, "private", "127.0.0.1")


def test_the_command_in_a_process_of_its_own_keeps_to_one_line_and_its_code(home: Path, snapshot: Snapshot) -> None:
    in_process("sparql", "-", stdin="SELECT nothing", CYBERGOV_HOME=str(home)).refused(7, "not valid SPARQL")
    good = in_process("sparql", "-", "--format", "json", stdin=ASK, CYBERGOV_HOME=str(home))
    assert (good.code, json.loads(good.out)["boolean"], good.err) == (0, True, "")


def test_a_reader_that_has_enough_is_no_error(home: Path, snapshot: Snapshot) -> None:
    """As in `cybergov query ... | head -1`."""
    query = "SELECT * { ?s ?p ?o } LIMIT 20000"
    piped = f"{sys.executable} -m webapp.cli sparql - | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", piped], input=query, capture_output=True, text=True, cwd=ROOT,
        env=os.environ | {"CYBERGOV_HOME": str(home)}, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_counts_nothing_before_it_serves() -> None:
    """Figures are shared by all processes only if that is said before the first counter is made."""
    loaded = "import sys, webapp.cli; print(*sorted({'flask', 'prometheus_client'} & sys.modules.keys()))"
    answer = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert answer.stdout == "\n"
