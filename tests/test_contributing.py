"""The examples in CONTRIBUTING.md run as they stand: files and commands are taken from the page itself."""

from __future__ import annotations

import csv
import io
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import own
import pytest

from graph.build import Recipe
from graph.collect import Collection
from graph.terms import ID
from loaders import curated, registry
from webapp import cli, load

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(?:`(?P<name>[\w.-]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
FILES = {block["name"]: block["text"] for block in BLOCK.finditer(PAGE) if block["name"]}
COMMANDS = [
    shlex.split(line) for block in BLOCK.finditer(PAGE) if block["kind"] == "sh" for line in block["text"].splitlines()
]


@pytest.fixture
def place(tmp_path: Path, sample_recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of the page, and its table as a workbook; the graph is the sample's."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    rows = list(csv.reader(io.StringIO(FILES["events-2.csv"])))
    (tmp_path / "events.xlsx").write_bytes(own.workbook(*rows, title="2026"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYBERGOV_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(load, "_recipe", lambda settings: sample_recipe)
    return tmp_path


def test_the_page_has_the_files_and_commands_that_the_tests_run() -> None:
    assert {"events.csv", "events.json", "publications.ttl", "briefs.json", "example_dialogues.py"} <= FILES.keys()
    assert sum(command[:2] == ["cybergov", "load"] for command in COMMANDS) == 7


def run(command: list[str], place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run one command of the page: `sed ... FILE > FILE`, or cybergov itself."""
    if command[0] == "sed":
        _, change, old, _, new = command
        _, this, that, _ = change.split("/")
        (place / new).write_text((place / old).read_text().replace(this, that))
        return 0, ""
    assert command[0] == "cybergov"
    code = cli.main(command[1:])
    return code, capsys.readouterr().out


@pytest.mark.slow
def test_the_examples_of_tables_and_rdf_give_what_the_page_says(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = [(command, *run(command, place, capsys)) for command in COMMANDS]
    said = [(code, out) for command, code, out in ran if command[0] == "cybergov"]
    refused, taken, listed, withdrawn, workbook, turtle, json_ld = said
    assert refused[0] == 2
    assert "events.csv:2: from: '12.05.2025' is not a date" in refused[1]
    assert taken[0] == 0
    assert "rows 2 = 2 that add claims" in taken[1]
    assert "  2 event\n  3 source" in taken[1]
    assert listed[1].startswith("dialogues-of-the-example-institute: ")
    assert withdrawn[0] == 0
    assert workbook[0] == turtle[0] == 0
    assert "  2 event" in workbook[1]
    assert "  1 publication" in turtle[1]
    assert json_ld[0] == 2
    assert "briefs.json:1: publication/example-brief-2: it is not said what kind of thing this is" in json_ld[1]


def test_the_last_example_passes_as_mended(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mended = FILES["briefs.json"].replace('"shelf"', '"a": "cg:Publication", "kind": "policy-brief", "shelf"')
    (place / "briefs.json").write_text(mended)
    code, out = run(COMMANDS[-1], place, capsys)
    assert code == 0
    assert "(stays out of public builds)" in out
    assert "  1 publication" in out


@pytest.fixture
def installed(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have the package of the page installed: its module and its entry points as an installer writes them."""
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    about = place / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"][registry.GROUP].items()
    (about / "entry_points.txt").write_text(
        f"[{registry.GROUP}]\n" + "".join(f"{name} = {value}\n" for name, value in points)
    )
    monkeypatch.syspath_prepend(str(place))
    yield place
    sys.modules.pop("example_dialogues", None)


def test_the_plug_in_is_found_fetched_and_read(installed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = registry.find("example-dialogues")
    folder = installed / "files"
    folder.mkdir()
    (folder / "dialogues.csv").write_text(
        "number,title,day,country\n1,First,2025-05-12,Estonia\n2,Second,2026,Nowhere\n"
    )
    assert cli.main(["fetch", dataset.name, "--from", str(folder)]) == 0
    assert cli.main(["sources"]) == 0
    assert "example-dialogues" in capsys.readouterr().out
    collection = Collection()
    for loader in (*curated.loaders(own.SAMPLE), *registry.loaders(installed / "home")):
        account = collection.read(loader)
    assert (account.rows, account.claims, account.rejects) == (2, 1, 1)
    assert collection.passed_over[0].column == "country"
    graphs = {graph for subject, _, _, graph in collection.quads() if subject == ID["event/example-institute-1"]}
    assert graphs == {loader.graph}


@pytest.mark.slow
def test_the_test_of_the_plug_in_passes(installed: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_example_dialogues.py"],
        cwd=installed,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout
