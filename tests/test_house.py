"""The house rules: which way imports run, what stands where, and that the README tells the truth."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.snapshot import Snapshot
from webapp import cli
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("graph", "loaders", "webapp", "queries", "ontology")
MAY_IMPORT = {
    "graph": set(),
    "ontology": {"graph"},
    "queries": {"graph"},
    "loaders": {"graph"},
    "webapp": {"graph", "loaders", "queries", "ontology"},
}
LONGEST = 450
TOP_LEVEL = {
    *PACKAGES, "tests", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md",
    "Makefile", "hatch_build.py", ".ci", ".gitignore", ".gitattributes", ".editorconfig",
}  # fmt: skip
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is no git repository")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the package"
            imported.add((node.module or "").split(".")[0])
    assert imported & set(PACKAGES) - {package} <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_opens_by_saying_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST
    said = ast.get_docstring(ast.parse(text))
    assert said
    assert said.split("\n")[0].endswith((".", ":"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert name_of(path) == "webapp/settings.py" or not re.search(r"os\.environ|getenv", text)


def test_importing_opens_no_file_and_no_connection_and_prints_nothing() -> None:
    names = [name_of(path)[:-3].replace("/", ".").removesuffix(".__init__") for path in MODULES]
    assert "webapp.cli" in names
    code = f"""
import sys
seen = []
def watch(event, args):
    if event.startswith("socket.") and event != "socket.__new__":
        seen.append((event, args))
    if event == "open" and isinstance(args[0], str):
        path, mode = args[0], args[1] or ""
        ours = path.startswith({str(ROOT)!r}) and "/.venv/" not in path
        if (ours and not path.endswith((".py", ".pyc"))) or (set(mode) & set("wa+") and ".pyc" not in path):
            seen.append((event, path, mode))
sys.addaudithook(watch)
import importlib
for name in {names!r}:
    importlib.import_module(name)
    assert not seen, (name, seen)
"""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_top_level_holds_what_the_design_says() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    places = "|".join(["ro" + "ot", "wo" + "rk", "ho" + "me", "tm" + "p", "Us" + "ers"])
    paths = re.compile(rf"(?<![\w/.>~)}}-])/(?:{places})/\w")
    registries = re.compile(
        "|".join(["pypi" + r"\.org", "pytho" + r"nhosted", "regist" + r"ry\.npm", "arti" + "factory", "index" + "-url"])
    )
    found = []
    for path in tracked():
        if path.suffix not in (".woff2", ".png", ".gz"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if paths.search(line) or registries.search(line):
                    found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_the_readmes_table_of_settings_is_that_of_the_program() -> None:
    told: dict[str, str] = {}
    for row in re.findall(r"^\| (`CYBERGOV_.*?) \| (.*?) ?\| .*\|$", README, re.MULTILINE):
        names, values = (re.findall(r"`([^`]*)`", cell) for cell in row)
        told |= dict(zip(names, values or [""], strict=True))
    defaults = {f"CYBERGOV_{field.name.upper()}": field.default for field in dataclasses.fields(Settings)}
    assert {name: f"{float(value):g}" if is_number(value) else value for name, value in told.items()} == {
        name: f"{value:g}" if isinstance(value, int | float) else str(value) for name, value in defaults.items()
    }


def is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9.]+", text) is not None and text.count(".") < 2


def commands() -> set[str]:
    (choices,) = [action.choices for action in cli._parser()._actions if action.dest == "run" or action.choices]
    return set(choices)


def test_the_readme_lists_the_commands_there_are() -> None:
    (line,) = re.findall(r"`cybergov (\w+(?: \|[^`]*)?)`; each has", README)
    assert {part.split()[0] for part in line.split(" | ")} == commands()


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "webapp/cli.py", ".ci/run", "CHANGELOG.md"])
def test_make_targets_and_commands_that_are_named_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    rules = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`|timeout \d+ )make ([a-z-]+)", text, re.MULTILINE))
    assert named <= rules
    assert set(re.findall(r"[`/]cybergov ([a-z]+)", text)) <= commands() | {"graph"}


def test_every_make_target_has_a_rule() -> None:
    text = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert set(phony.split()) == set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md"])
def test_files_that_are_linked_or_named_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / link).exists(), link
    for name in re.findall(r"`((?:tests|queries|loaders|webapp|graph|ontology)/[\w./-]+)`", text):
        assert (ROOT / name).exists() or "NAME" in name or "*" in name, name


def test_the_readmes_first_query_runs_and_finds_something(snapshot: Snapshot) -> None:
    (query,) = re.findall(r"```sparql\n(.*?)```", README, re.DOTALL)
    assert list(ox.Store.read_only(str(snapshot.store)).query(query))  # type: ignore[arg-type]


def test_the_readmes_command_answers(
    snapshot: Snapshot, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CYBERGOV_HOME", str(home))
    for line in re.findall(r"`\.venv/bin/cybergov (query .*?)`", README):
        assert cli.main(shlex.split(line)) == 0
        assert capsys.readouterr().out.count("\n") > 1


def test_exit_codes_are_told_the_same_everywhere() -> None:
    (told,) = re.findall(r"Exit codes: (.*?)\.\n", README, re.DOTALL)
    assert cli.__doc__
    (documented,) = re.findall(r"Exit codes: (.*?)\.\n", cli.__doc__, re.DOTALL)
    assert told.split() == documented.split()
