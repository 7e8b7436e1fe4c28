"""Snapshots: complete or not there, switched in one step, kept for a while, and found out when changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from graph.snapshot import (
    KEPT,
    BuildRunning,
    DamagedSnapshot,
    NoSnapshot,
    Snapshot,
    current,
    find,
    new_snapshot,
    publish,
    snapshots,
    write_manifest,
)


def made(home: Path, name: str, text: str = "statement\n", age: int = 0) -> Snapshot:
    """Publish a snapshot of one file, as if it had been built some seconds ago."""
    with new_snapshot(home) as fresh:
        (fresh / "statements.nq").write_text(text)
        write_manifest(fresh, {"id": name})
        os.utime(fresh / "manifest.json", (1_700_000_000 - age, 1_700_000_000 - age))
        return publish(home, fresh, name)


def test_before_the_first_build_a_reader_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="Run `cybergov build` first"):
        current(tmp_path)
    assert snapshots(tmp_path) == []


def test_what_is_published_is_current(tmp_path: Path) -> None:
    made(tmp_path, "a1", age=9)
    assert current(tmp_path).id == "a1"
    made(tmp_path, "b2")
    assert current(tmp_path).id == "b2"
    assert [path.name for path in snapshots(tmp_path)] == ["a1", "b2"]


def test_an_unfinished_snapshot_is_never_seen(tmp_path: Path) -> None:
    made(tmp_path, "a1")
    with new_snapshot(tmp_path) as fresh:
        (fresh / "statements.nq").write_text("half")
        assert current(tmp_path).id == "a1"
        assert [path.name for path in snapshots(tmp_path)] == ["a1"]


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    made(tmp_path, "a1")

    def fail() -> None:
        with new_snapshot(tmp_path) as fresh:
            (fresh / "statements.nq").write_text("half")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["a1"]
    assert current(tmp_path).id == "a1"


def test_the_next_build_sweeps_away_what_killed_ones_left(tmp_path: Path) -> None:
    left = tmp_path / "snapshots" / "12345.unfinished" / "store"
    left.mkdir(parents=True)
    (left / "000001.sst").write_text("half")
    made(tmp_path, "a1")
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["a1"]


def test_a_second_build_at_once_is_refused(tmp_path: Path) -> None:
    with new_snapshot(tmp_path) as fresh:
        with pytest.raises(BuildRunning, match="Another build is running") as refusal, new_snapshot(tmp_path):
            pass
        assert fresh.is_dir(), "the first is not disturbed"
    assert refusal.value.exit_code == 4
    made(tmp_path, "a1")


def test_the_last_few_are_kept(tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        made(tmp_path, f"s{number}", age=100 - number)
    assert [path.name for path in snapshots(tmp_path)] == ["s2", "s3", "s4"]
    assert len(list((tmp_path / "snapshots").iterdir())) == KEPT == 3


def test_building_the_same_again_makes_it_the_latest(tmp_path: Path) -> None:
    for number in range(KEPT):
        made(tmp_path, f"s{number}", age=100 - number)
    made(tmp_path, "s0")
    assert current(tmp_path).id == "s0"
    made(tmp_path, "s9")
    assert "s0" in {path.name for path in snapshots(tmp_path)}


def test_building_again_mends_a_damaged_snapshot(tmp_path: Path) -> None:
    made(tmp_path, "a1").statements.write_text("changed\n")
    made(tmp_path, "a1")
    current(tmp_path).verify()
    assert current(tmp_path).statements.read_text() == "statement\n"


def test_building_the_same_statements_with_another_index_takes_the_new_index(tmp_path: Path) -> None:
    """The id is that of the statements; a newer version of the program may write the index in another way."""
    made(tmp_path, "a1", text="old index\n")
    made(tmp_path, "a1", text="new index\n")
    assert current(tmp_path).statements.read_text() == "new index\n"
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_a_snapshot_half_deleted_when_the_power_went_is_no_snapshot(tmp_path: Path) -> None:
    made(tmp_path, "a1")
    (tmp_path / "snapshots" / "f0" / "store").mkdir(parents=True)
    assert [path.name for path in snapshots(tmp_path)] == ["a1"]
    made(tmp_path, "b2")
    assert current(tmp_path).id == "b2"


def test_a_snapshot_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    made(tmp_path, "ab12", age=9)
    made(tmp_path, "ac34")
    assert find(tmp_path, "ab").id == "ab12"
    assert find(tmp_path, "current").id == "ac34"
    with pytest.raises(NoSnapshot, match=r"2 snapshots begin with 'a'\. Kept are: ab12, ac34"):
        find(tmp_path, "a")
    with pytest.raises(NoSnapshot, match="0 snapshots begin with 'x'"):
        find(tmp_path, "x")


def test_an_unchanged_snapshot_verifies(tmp_path: Path) -> None:
    made(tmp_path, "a1").verify()


@pytest.mark.parametrize("damage", ["changed", "missing", "no manifest", "broken manifest"])
def test_a_changed_byte_is_found(tmp_path: Path, damage: str) -> None:
    snapshot = made(tmp_path, "a1")
    if damage == "changed":
        snapshot.statements.write_text("statemenT\n")
    elif damage == "missing":
        snapshot.statements.unlink()
    elif damage == "no manifest":
        (snapshot.path / "manifest.json").unlink()
    else:
        (snapshot.path / "manifest.json").write_text("{")
    with pytest.raises(DamagedSnapshot, match="Build again"):
        snapshot.verify()


def test_a_manifest_holds_the_hash_and_size_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "x.sst").write_bytes(b"abc")
    write_manifest(tmp_path, {"id": "a1"})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["id"] == "a1"
    assert manifest["files"] == {
        "store/x.sst": {"sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "bytes": 3}
    }
