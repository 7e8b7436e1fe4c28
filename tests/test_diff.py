"""What changed between two snapshots: subjects that came, went or changed, counted by kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.diff import Changes, compare
from graph.snapshot import Snapshot

BASE = "https://w3id.org/cybergov/id/"
EST = f'<{BASE}state/EST> <http://x/name> "Estonia" .'
LVA = f'<{BASE}state/LVA> <http://x/name> "Latvia" .'
LATVIJA = f'<{BASE}state/LVA> <http://x/name> "Latvija" .'
KIND = f"<{BASE}state/LVA> <http://x/kind> <http://x/state> ."
FOC = f'<{BASE}forum/foc> <http://x/name> "FOC" .'
GRAPH = '<https://w3id.org/cybergov/dataset> <http://x/date> "2026" .'


def changes(folder: Path, old: list[str], new: list[str]) -> Changes:
    sides = []
    for name, lines in (("old", old), ("new", new)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "merged.nt").write_text("".join(line + "\n" for line in sorted(set(lines))))
        sides.append(Snapshot(folder / name))
    return compare(*sides)


def test_the_same_facts_differ_in_nothing(tmp_path: Path) -> None:
    found = changes(tmp_path, [EST, LVA], [EST, LVA])
    assert found.came == found.went == found.changed == set()


def test_what_came_went_and_changed_is_told_apart(tmp_path: Path) -> None:
    found = changes(tmp_path, [EST, LVA, KIND], [LATVIJA, KIND, FOC])
    assert found.came == {f"{BASE}forum/foc"}
    assert found.went == {f"{BASE}state/EST"}
    assert found.changed == {f"{BASE}state/LVA"}
    assert found.added[f"{BASE}state/LVA"] == [LATVIJA + "\n"]
    assert found.removed[f"{BASE}state/LVA"] == [LVA + "\n"]


def test_a_subject_that_only_gained_or_lost_a_statement_has_changed(tmp_path: Path) -> None:
    assert changes(tmp_path, [LVA], [LVA, KIND]).changed == {f"{BASE}state/LVA"}
    assert changes(tmp_path, [LVA, KIND], [LVA]).changed == {f"{BASE}state/LVA"}


def test_a_subject_all_of_whose_statements_differ_has_changed_and_did_not_come(tmp_path: Path) -> None:
    found = changes(tmp_path, [LVA], [LATVIJA])
    assert found.changed == {f"{BASE}state/LVA"}
    assert found.came == found.went == set()


def test_subjects_are_counted_by_kind(tmp_path: Path) -> None:
    found = changes(tmp_path, [], [EST, LVA, KIND, FOC])
    assert found.by_kind(found.came) == {"forum": 1, "state": 2}
    assert found.by_kind(found.went) == {}


def test_against_an_empty_snapshot_everything_came(tmp_path: Path) -> None:
    assert changes(tmp_path, [], [EST]).came == {f"{BASE}state/EST"}
    assert changes(tmp_path, [EST], []).went == {f"{BASE}state/EST"}


LINES = st.lists(
    st.builds(
        lambda subject, value: f'<{BASE}state/{subject}> <http://x/p> "{value}" .',
        st.sampled_from(["A", "AB", "B", "é"]),
        st.sampled_from(["1", "2", "é", "😀", "￿"]),
    )
)


@given(LINES, LINES)
@settings(deadline=None, max_examples=80)
def test_the_pass_over_sorted_files_finds_what_sets_find(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str]
) -> None:
    def subjects(lines: set[str]) -> set[str]:
        return {line[1 : line.index(">")] for line in lines}

    a, b = set(old), set(new)
    found = changes(tmp_path_factory.mktemp("d"), old, new)
    assert found.came == subjects(b) - subjects(a)
    assert found.went == subjects(a) - subjects(b)
    assert found.changed == subjects(a ^ b) & subjects(a) & subjects(b)
    assert {line.strip() for lines in found.added.values() for line in lines} == b - a
    assert {line.strip() for lines in found.removed.values() for line in lines} == a - b
