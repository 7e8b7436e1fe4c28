"""Releases: named once and for ever, whole or not there, and each answers with its own data."""

from __future__ import annotations

import dataclasses
import gzip
import json
import multiprocessing
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import tiny
from test_remote import endpoint  # noqa: F401

from graph import releases as module
from graph.build import build
from graph.engine import LocalEngine
from graph.releases import (
    KEPT,
    STATEMENTS,
    STORES,
    Release,
    ReleaseRefused,
    UnknownRelease,
    find,
    hold,
    opened,
    release,
    releases,
    restore,
    store_of,
)
from graph.snapshot import KEPT as KEPT_SNAPSHOTS
from graph.snapshot import BuildRunning, DamagedSnapshot, Snapshot, current, new_snapshot, snapshots
from webapp import cli

ROOT = Path(__file__).resolve().parents[1]
MAY = date(2026, 5, 3)
EST = "https://w3id.org/cybergov/id/state/EST"
LVA = "https://w3id.org/cybergov/id/state/LVA"
Command = Callable[..., tuple[int, str, str]]
NAMES = 'SELECT ?name { ?s a <https://w3id.org/cybergov/ontology/State> ; <http://www.w3.org/2000/01/rdf-schema#label> ?name FILTER(LANG(?name) = "en") } ORDER BY ?name'  # noqa: E501
NO_NAMES = [
    "",
    ".",
    "..",
    "../2026.05",
    "%2e%2e",
    "/etc",
    "2026.5",
    "2026.13",
    "2026.05.0",
    "2026.05/..",
    "2026.05\0",
    "current",
    "٢٠٢٦.05",
    "2026.05\n",
]


def built(folder: Path, *states: dict[str, str]) -> Snapshot:
    """Build a few states into the home of a folder."""
    return build(tiny.write(folder, *states), folder / "home")[0]


def named(folder: Path, name: str, *states: dict[str, str]) -> Release:
    """Build a few states and release them."""
    built(folder, *states)
    return release(folder / "home", name, (), MAY)[0]


def states(store: Path) -> list[str]:
    with LocalEngine(store, workers=1, deadline=10, max_bytes=10**6, memory=10**9, queue_limit=1) as engine:
        rows = json.loads(engine.select(NAMES))["results"]["bindings"]
    return [row["name"]["value"] for row in rows]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Making one


def test_a_release_keeps_what_cannot_be_made_again(snapshot: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(snapshot.path, tmp_path / "snapshots" / snapshot.id)
    (tmp_path / "current").symlink_to(Path("snapshots") / snapshot.id)
    made, is_new = release(tmp_path, None, (), MAY)
    assert (made.name, made.id, is_new) == ("2026.05", snapshot.id, True)
    assert set(everything(made.path)) == {*KEPT, "manifest.json", "release.json"}
    assert made.manifest() == snapshot.manifest()
    assert gzip.decompress((made.path / STATEMENTS).read_bytes()) == snapshot.statements.read_bytes()
    made.verify()
    shutil.rmtree(tmp_path / "snapshots")
    with opened(tmp_path, find(tmp_path, "2026.05")) as store:
        assert states(store) == states(snapshot.store)


def test_names_of_a_month_are_counted_up(tmp_path: Path) -> None:
    made = []
    for number in range(3):
        built(tmp_path, {**tiny.ESTONIA, "name": f"Estonia {number}"})
        made.append(release(tmp_path / "home", None, (), MAY)[0].name)
    assert made == ["2026.05", "2026.05.1", "2026.05.2"]
    assert [one.name for one in releases(tmp_path / "home")] == made


def test_releases_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    for name in ("2026.10", "2026.10.10", "2026.10.9", "2025.12", "2026.09"):
        release(tmp_path / "home", name, (), MAY)
    assert [one.name for one in releases(tmp_path / "home")] == [
        "2025.12", "2026.09", "2026.10", "2026.10.9", "2026.10.10",
    ]  # fmt: skip


def test_the_same_snapshot_is_not_released_twice_by_default(tmp_path: Path) -> None:
    first = named(tmp_path, "2026.04", tiny.ESTONIA)
    assert release(tmp_path / "home", None, (), MAY) == (first, False)
    assert release(tmp_path / "home", "2026.04", (), MAY) == (first, False)
    second, is_new = release(tmp_path / "home", "2026.05", (), MAY)
    assert (second.name, second.id, is_new) == ("2026.05", first.id, True)


def test_a_release_is_never_overwritten(tmp_path: Path) -> None:
    first = named(tmp_path, "2026.05", tiny.ESTONIA)
    before = everything(first.path)
    newer = built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    with pytest.raises(ReleaseRefused, match=rf"is snapshot {first.id} and stays so; the current one is {newer.id}"):
        release(tmp_path / "home", "2026.05", (), MAY)
    assert everything(first.path) == before


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    built(tmp_path, tiny.ESTONIA)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ReleaseRefused, match=r"is no name of a release; it must be like 2026\.05"):
        release(tmp_path / "home", name, (), MAY)
    with pytest.raises(UnknownRelease, match="There is none yet"):
        find(tmp_path / "home", name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_private_snapshot_cannot_be_released_nor_found_by_its_hash(tmp_path: Path) -> None:
    recipe = dataclasses.replace(tiny.write(tmp_path, tiny.ESTONIA), public=False)
    private, _ = build(recipe, tmp_path / "home")
    with pytest.raises(ReleaseRefused, match="is private"):
        release(tmp_path / "home", None, (), MAY)
    with pytest.raises(UnknownRelease):
        find(tmp_path / "home", private.id)


def test_a_damaged_snapshot_cannot_be_released(tmp_path: Path) -> None:
    snapshot = built(tmp_path, tiny.ESTONIA)
    with snapshot.search.open("ab") as file:
        file.write(b"x")
    with pytest.raises(DamagedSnapshot, match=r"search\.sqlite"):
        release(tmp_path / "home", None, (), MAY)
    assert releases(tmp_path / "home") == []


def test_an_identifier_must_not_vanish_without_a_row(tmp_path: Path) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA, tiny.LATVIA)
    built(tmp_path, tiny.ESTONIA)
    with pytest.raises(ReleaseRefused, match=rf"of release 2026\.04 are gone(?s:.)*retired\.csv(?s:.)*{LVA}"):
        release(tmp_path / "home", None, (), MAY)
    evidence = [iri for iri in module._identifiers(find(tmp_path / "home", "2026.04")) if "/evidence/" in iri]
    assert release(tmp_path / "home", None, {LVA, *evidence}, MAY)[1]


def test_a_release_and_a_build_exclude_each_other(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    with new_snapshot(tmp_path / "home"), pytest.raises(BuildRunning, match="or a release is being made") as refusal:
        release(tmp_path / "home", None, (), MAY)
    assert refusal.value.exit_code == 4


# What goes wrong


KILLED = """
import os, signal, sys, pathlib, datetime, shutil
sys.path[:0] = [sys.argv[1]]
from graph import releases
count = 0
def dying(real):
    def call(*arguments, **options):
        global count
        count += 1
        if count == int(sys.argv[4]):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    return call
if sys.argv[3] == "rename":
    pathlib.Path.rename = dying(pathlib.Path.rename)
else:
    shutil.copyfile = dying(shutil.copyfile)
releases.release(pathlib.Path(sys.argv[2]), None, (), datetime.date(2026, 5, 3))
"""


@pytest.mark.parametrize(("step", "time"), [("copyfile", 1), ("copyfile", 3), ("copyfile", 6), ("rename", 1)])
def test_kill_9_leaves_nothing_half(tmp_path: Path, step: str, time: int) -> None:
    snapshot = built(tmp_path, tiny.ESTONIA)
    command = [sys.executable, "-c", KILLED, str(ROOT), str(tmp_path / "home"), step, str(time)]
    assert subprocess.run(command, timeout=60, capture_output=True).returncode == -signal.SIGKILL
    assert [path.suffix for path in (tmp_path / "home" / "releases").iterdir()] == [".unfinished"]
    assert releases(tmp_path / "home") == []
    made, is_new = release(tmp_path / "home", None, (), MAY)
    assert (made.id, is_new) == (snapshot.id, True)
    made.verify()
    assert [path.name for path in (tmp_path / "home" / "releases").iterdir()] == ["2026.05"]


def limited(limit: int) -> Callable[[], None]:
    """Stand for a full disk: no file may grow beyond a size."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    done = subprocess.run(
        [sys.executable, "-m", "webapp.cli", "release"], cwd=ROOT, preexec_fn=limited(2_000), text=True,
        env=os.environ | {"CYBERGOV_HOME": str(tmp_path / "home")}, capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("cybergov: ")
    assert done.stderr.count("\n") == 1
    assert "ree space" in done.stderr
    assert list((tmp_path / "home" / "releases").iterdir()) == []


def test_pruning_of_snapshots_leaves_releases_as_they_are(tmp_path: Path) -> None:
    first = named(tmp_path, "2026.04", tiny.ESTONIA)
    before = everything(first.path)
    for number in range(KEPT_SNAPSHOTS + 1):
        built(tmp_path, {**tiny.ESTONIA, "name": f"Estonia {number}"})
    assert first.id not in [path.name for path in snapshots(tmp_path / "home")]
    assert everything(first.path) == before
    with opened(tmp_path / "home", find(tmp_path / "home", "2026.04")) as store:
        assert states(store) == ["Estonia"]


@pytest.mark.parametrize("damage", ["cut", "other statements", "gone", "other manifest"])
def test_a_changed_release_is_not_opened(tmp_path: Path, damage: str) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    path = made.path / STATEMENTS
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif damage == "other statements":
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"Estonia", b"Estland")))
    elif damage == "gone":
        path.unlink()
    else:
        (made.path / "manifest.json").write_text("{")
    with pytest.raises((DamagedSnapshot, FileNotFoundError)):
        restore(tmp_path / "home", made)
    folder = store_of(tmp_path / "home", made).parent
    assert [path for path in folder.iterdir() if path.is_dir()] == []
    with pytest.raises((DamagedSnapshot, FileNotFoundError)):
        made.verify()


# Finding and opening one


def test_a_release_is_found_by_name_and_a_kept_snapshot_by_its_whole_hash(tmp_path: Path) -> None:
    old = named(tmp_path, "2026.04", tiny.ESTONIA)
    kept = built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    home = tmp_path / "home"
    assert find(home, "2026.04") == find(home, old.id) == old
    assert find(home, kept.id).path == kept.path
    for name in (kept.id[:8], "current", "2026.05", f"{kept.id}.unfinished", f"../snapshots/{kept.id}"):
        with pytest.raises(UnknownRelease, match=r"There are: 2026\.04"):
            find(home, name)


def test_two_releases_answer_with_their_own_data(tmp_path: Path) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA)
    named(tmp_path, "2026.05", tiny.ESTONIA, tiny.LATVIA)
    home = tmp_path / "home"
    for name, expected in (("2026.04", ["Estonia"]), ("2026.05", ["Estonia", "Latvia"])):
        with opened(home, find(home, name)) as store:
            assert states(store) == expected
            assert store.is_relative_to(home / "cache")


def test_the_store_of_a_release_is_made_once(tmp_path: Path) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    home = tmp_path / "home"
    assert hold(store_of(home, made)) is None
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=restore, args=(home, made)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
        assert one.exitcode == 0
    first = os.stat(store_of(home, made)).st_ino
    restore(home, made)
    assert os.stat(store_of(home, made)).st_ino == first
    assert [path.name for path in store_of(home, made).parent.iterdir() if path.is_dir()] == [made.id]


def test_what_a_killed_restoring_left_is_swept_away(tmp_path: Path) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    store = store_of(tmp_path / "home", made)
    for left in (store.with_suffix(".unfinished"), store.with_name("0123456789abcdef.unfinished")):
        (left / "store").mkdir(parents=True)
        (left / "store" / "CURRENT").write_text("half")
    restore(tmp_path / "home", made)
    assert [path.name for path in store.parent.iterdir() if path.is_dir()] == [made.id]
    assert states(store) == ["Estonia"]


def test_only_a_few_stores_lie_ready_and_none_that_is_held_is_removed(tmp_path: Path) -> None:
    home, made = tmp_path / "home", []
    for number in range(STORES + 2):
        made.append(named(tmp_path, f"2026.{number + 1:02}", {**tiny.ESTONIA, "name": f"Estonia {number}"}))
    stores = [store_of(home, one) for one in made]
    restore(home, made[0])
    with hold(stores[0]) or pytest.fail("it is there"):
        for number, one in enumerate(made[1:], 1):
            restore(home, one)
            os.utime(stores[number], (1_700_000_000 + number, 1_700_000_000 + number))
        os.utime(stores[0], (1, 1))
        assert (stores[0] / "CURRENT").exists()
    assert [store.exists() for store in stores].count(True) <= STORES + 1
    restore(home, made[1])
    assert [store.exists() for store in stores].count(True) <= STORES
    assert stores[1].exists()


# The command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in the home of a folder of its own."""
    monkeypatch.setenv("CYBERGOV_HOME", str(tmp_path / "home"))

    def runner(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        return cli.main(arguments), *capsys.readouterr()

    return runner


def test_the_command_releases_and_says_so(tmp_path: Path, run: Command) -> None:
    assert run("release")[0] == 3, "there is no snapshot"
    snapshot = built(tmp_path, tiny.ESTONIA)
    code, out, _ = run("release", "2026.05")
    assert (code, f"Release 2026.05 is snapshot {snapshot.id}" in out) == (0, True)
    code, out, _ = run("release")
    assert (code, "is release 2026.05 already; nothing was done" in out) == (0, True)
    built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    code, out, err = run("release", "2026.05")
    assert (code, out) == (2, "")
    assert "Give it another name" in err
    month = time.strftime("%Y.%m", time.gmtime())
    assert f"Release {month} is snapshot" in run("release")[1]


@pytest.mark.parametrize("name", [name for name in NO_NAMES if "\0" not in name])
def test_the_command_refuses_what_is_no_name(tmp_path: Path, run: Command, name: str) -> None:
    built(tmp_path, tiny.ESTONIA)
    code, out, err = run("release", name)
    assert (code, out) == (2, "")
    assert err.startswith("cybergov: ")


def test_the_command_asks_a_release(tmp_path: Path, run: Command) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA)
    built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    (tmp_path / "names.rq").write_text(NAMES)
    assert run("sparql", str(tmp_path / "names.rq"), "--release", "2026.04")[1].split() == ["name", "Estonia"]
    assert run("sparql", str(tmp_path / "names.rq"))[1].split() == ["name", "Estonia", "Latvia"]
    found = run("sparql", str(tmp_path / "names.rq"), "--release", current(tmp_path / "home").id)[1]
    assert found.split() == ["name", "Estonia", "Latvia"]
    code, out, err = run("sparql", str(tmp_path / "names.rq"), "--release", "2026.05")
    assert (code, out) == (3, "")
    assert "There are: 2026.04." in err
    assert run("query", "forums_of_state", "state=EST", "--release", "2026.04")[0] == 0
    assert run("query", "forums_of_state", "state=EST", "--release", "../2026.04")[0] == 3


def test_the_command_asks_the_engine_of_the_settings(
    endpoint: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Command,
) -> None:
    """There is no snapshot in this home: what answers can only be the engine."""
    monkeypatch.setenv("CYBERGOV_ENGINE", endpoint)
    code, out, err = run("query", "members_of_forum", "forum=forum/foc")
    assert code == 0, err
    assert "Estonia" in out
    (tmp_path / "names.rq").write_text(NAMES)
    assert "Estonia" in run("sparql", str(tmp_path / "names.rq"))[1]
    monkeypatch.setenv("CYBERGOV_ENGINE", "http://127.0.0.1:9/sparql")
    code, out, err = run("sparql", str(tmp_path / "names.rq"))
    assert (code, out) == (7, "")
    assert "can't be reached" in err


def test_a_release_is_asked_here_whatever_the_engine_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Command
) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA)
    monkeypatch.setenv("CYBERGOV_ENGINE", "http://127.0.0.1:9/sparql")
    (tmp_path / "names.rq").write_text(NAMES)
    assert run("sparql", str(tmp_path / "names.rq"), "--release", "2026.04")[1].split() == ["name", "Estonia"]
