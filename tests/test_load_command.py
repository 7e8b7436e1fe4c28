"""Trying, taking and withdrawing contributions: nothing is written before it is asked for, and nothing stays after."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import own
import pytest
from own import CC_BY, COLUMNS, HEADER, KIND, ROW, contribution, meta

from graph.build import Content, Recipe, Report, gather
from graph.collect import Collection
from graph.errors import CyberGovError
from graph.model import Membership
from graph.nquads import line
from graph.snapshot import BuildRunning, alone
from graph.terms import ID
from loaders import curated
from loaders.own import contributions
from loaders.own.shelf import DamagedContribution, NameTaken, shelf, take
from webapp import load
from webapp.settings import Settings

NAME = "members-that-we-know-of"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A home of its own, with a table that can be taken beside it."""
    (tmp_path / "m.csv").write_text(HEADER + ROW)
    (tmp_path / "meta.json").write_bytes(meta("m.csv", COLUMNS))
    return tmp_path


@pytest.fixture
def run(house: Path, sample_recipe: Recipe, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on the sample."""
    monkeypatch.setattr(load, "_recipe", lambda settings: sample_recipe)
    monkeypatch.chdir(house)
    parser = argparse.ArgumentParser()
    load.add_to(parser.add_subparsers())

    def runner(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        options = parser.parse_args(["load", *arguments])
        try:
            code = options.run(options, Settings(home=house / "home"))
        except CyberGovError as error:
            return error.exit_code, "", str(error)
        return code, *capsys.readouterr()

    return runner


def kept(house: Path) -> dict[str, str]:
    """Return what lies on the shelf, by the names of the files."""
    paths = sorted((house / "home" / "contributions").rglob("*"))
    return {str(p.relative_to(house)): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths if p.is_file()}


def test_a_trial_says_what_would_be_and_writes_nothing(run: Run, house: Path) -> None:
    code, out, _ = run("m.csv", "--describe", "meta.json")
    assert code == 0
    assert "members-that-we-know-of: Members that we know of, by Example Institute" in out
    assert "rows 1 = 1 that add claims or things + 0 that only add evidence + 0 out of scope + 0 refused" in out
    assert "  1 membership" in out
    assert "Nothing was written" in out
    assert kept(house) == {}


def test_a_trial_tells_what_is_known_already_and_what_would_be_disputed(run: Run, house: Path) -> None:
    (house / "m.csv").write_text(f"{HEADER}Estonia,foc,member,1,2015\nGermany,foc,member,1,2013\n")
    code, out, _ = run("m.csv", "--describe", "meta.json")
    assert code == 0
    assert "0 that add claims or things + 2 that only add evidence" in out
    assert "known already, and given further evidence: 2\n  membership/foc-DEU-member-1" in out
    assert "would become disputed: 1\n  membership/foc-EST-member-1" in out


def test_what_is_refused_is_listed_and_nothing_of_it_is_taken(run: Run, house: Path) -> None:
    (house / "m.csv").write_text(HEADER + ROW + "Albanio,foc,member,1,2024\n")
    code, out, err = run("m.csv", "--describe", "meta.json", "--take")
    assert code == 2
    assert "refused: 1\n  m.csv:3: state: 'Albanio'" in out
    assert "Nothing was taken" in err
    assert kept(house) == {}


def test_what_breaks_a_shape_is_told_in_its_words_with_the_row_and_not_taken(run: Run, house: Path) -> None:
    columns = (*COLUMNS, {"name": "until", "propertyUrl": "cg:end"})
    (house / "meta.json").write_bytes(meta("m.csv", columns))
    header = f"{HEADER.strip()},until\n"
    (house / "m.csv").write_text(f"{header}Albania,foc,member,1,2024,2025\nAlbania,brics,member,0,2024,\n")
    code, out, _ = run("m.csv", "--describe", "meta.json", "--take")
    assert code == 2
    assert "breaks a rule: " in out
    assert "  m.csv:3: membership/brics-ALB-member-0: " in out
    (house / "m.csv").write_text(f"{header}Albania,brics,member,1,2024,2020\n")
    code, out, _ = run("m.csv", "--describe", "meta.json", "--take")
    assert code == 2
    assert "breaks a rule: 1\n  m.csv:2: " in out
    assert "ends before it starts" in out
    assert kept(house) == {}


@pytest.mark.parametrize("name", ["memberships", "sources", "treaty-actions", "national-strategies"])
def test_the_name_of_another_source_is_refused(run: Run, house: Path, name: str) -> None:
    (house / "meta.json").write_bytes(meta("m.csv", COLUMNS, **{"dc:identifier": name}))
    code, _, err = run("m.csv", "--describe", "meta.json", "--take")
    assert code == 2
    assert "is the name of a source of this graph" in err
    assert kept(house) == {}


def test_what_was_taken_is_listed_and_taken_again_changes_nothing(run: Run, house: Path) -> None:
    assert run("m.csv", "--describe", "meta.json", "--take")[0] == 0
    before = kept(house)
    assert len(before) == 4
    code, out, _ = run("m.csv", "--describe", "meta.json", "--take")
    assert code == 0
    assert "was taken before, just so" in out
    assert kept(house) == before
    assert run("--list")[1] == f"{NAME}: Members that we know of, by Example Institute (m.csv)\n"


def test_another_version_replaces_the_first_only_when_asked(tmp_path: Path) -> None:
    taken(tmp_path)
    later = contribution("m.csv", HEADER + ROW.replace("2024-05", "2024-06"))
    with pytest.raises(NameTaken, match="taken before with other content"):
        take(tmp_path, later, "report")
    assert b"2024-05" in shelf(tmp_path)[0].contribution().content
    assert take(tmp_path, later, "report", replace=True)
    assert b"2024-06" in shelf(tmp_path)[0].contribution().content
    assert len(list((tmp_path / "contributions" / ".kept").iterdir())) == 1


def test_what_is_withdrawn_is_gone_whole(run: Run, house: Path) -> None:
    taken(house / "home")
    assert run("--withdraw", NAME)[0] == 0
    assert kept(house) == {}
    assert contributions(house / "home") == ()
    code, _, err = run("--withdraw", NAME)
    assert (code, "There are: none" in err) == (2, True)


@pytest.mark.parametrize("name", ["../home", ".kept", "", "/", "x"])
def test_only_a_contribution_can_be_withdrawn(run: Run, house: Path, name: str) -> None:
    taken(house / "home")
    before = kept(house)
    assert run("--withdraw", name)[0] == 2
    assert kept(house) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("m.csv",), "by --describe"), ((), "Name a file"), (("m.csv", "--describe", "m.csv"), "broken JSON")],
)
def test_wrong_usage_says_what_is_needed(run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, _, err = run(*arguments)
    assert (code, words in err) == (2, True)


def test_a_file_that_is_too_large_is_not_read_whole(run: Run, house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.load.MOST_BYTES", 10)
    code, _, err = run("m.csv", "--describe", "meta.json")
    assert (code, "split it" in err) == (2, True)


# On the shelf


def taken(home: Path, text: str = HEADER + ROW, **said: object) -> str:
    given = contribution("m.csv", text, meta("m.csv", said.pop("columns", COLUMNS), said.pop("kind", KIND), **said))  # type: ignore[arg-type]
    take(home, given, "report")
    return given.name


def gathered(recipe: Recipe, home: Path, *, public: bool = True) -> Content:
    loaders = (*recipe.loaders, *contributions(home))
    return gather(dataclasses.replace(recipe, loaders=loaders, public=public), Report())


def lines(content: Content) -> list[bytes]:
    return sorted({line(*quad) for quad in content.quads})


def test_a_build_after_a_withdrawal_is_the_one_before(sample_recipe: Recipe, tmp_path: Path) -> None:
    before = lines(gathered(sample_recipe, tmp_path))
    taken(tmp_path, f"{HEADER}{ROW}Estonia,foc,member,1,2015\n")
    during = lines(gathered(sample_recipe, tmp_path))
    assert any(f"/source/{NAME}>".encode() in statement for statement in during)
    load.withdraw(tmp_path, NAME)
    assert lines(gathered(sample_recipe, tmp_path)) == before != during


def test_a_contribution_changes_no_statement_of_another_source(sample_recipe: Recipe, tmp_path: Path) -> None:
    collection = Collection()
    for loader in sample_recipe.loaders:
        collection.read(loader)
    before, iri = set(collection.quads()), ID["membership/foc-EST-member-1"]
    preferred = collection.entries[iri].record
    columns = (*COLUMNS, {"name": "still", "propertyUrl": "cg:stillSoOn"}, {"name": "b", "propertyUrl": "cg:bearing"})
    taken(
        tmp_path,
        f"{HEADER.strip()},still,b\nEstonia,foc,member,1,2015,2026-11-01,\nGermany,foc,member,1,,,contradicts\n",
        columns=columns,
    )
    (loader,) = contributions(tmp_path)
    collection.read(loader)
    after = set(collection.quads())
    assert before <= after
    assert {graph for *_, graph in after - before} == {loader.graph}
    entry = collection.entries[iri]
    assert entry.record == preferred
    assert entry.disputed
    assert collection.entries[ID["membership/foc-DEU-member-1"]].contradicted
    notes = [evidence.note for graph, evidence, _ in entry.evidence.values() if graph == loader.graph]
    assert notes == ["still so on 2026-11-01"]


def test_no_contribution_changes_how_another_is_read(sample_recipe: Recipe, tmp_path: Path) -> None:
    about = "https://w3id.org/cybergov/id/forum/{id}"
    columns = [{"name": "id", "aboutUrl": about}, {"name": "alias", "propertyUrl": "skos:altLabel", "aboutUrl": about}]
    kind = {**KIND, "valueUrl": "cg:Forum", "aboutUrl": about}
    first = taken(tmp_path, "id,alias\nfoc,Friends of Example\n", columns=columns, kind=kind, **{"dc:title": "A names"})
    taken(tmp_path, f"{HEADER}Albania,Friends of Example,member,1,2024\n", **{"dc:title": "B members"})
    report = Report()
    loaders = (*sample_recipe.loaders, *contributions(tmp_path))
    content = gather(dataclasses.replace(sample_recipe, loaders=loaders), report)
    assert report.accounts[first].evidence == 1
    assert report.accounts["b-members"].rejects == 1
    assert "Friends of Example" in content.collection.entries[ID["forum/foc"]].record.aliases  # type: ignore[attr-defined]


def test_without_a_licence_it_stays_out_of_a_public_build(sample_recipe: Recipe, tmp_path: Path) -> None:
    taken(tmp_path, **{"dc:license": None})
    iri = ID["membership/foc-ALB-member-1"]
    assert iri not in gathered(sample_recipe, tmp_path).collection.entries
    assert iri in gathered(sample_recipe, tmp_path, public=False).collection.entries


def test_rows_that_rest_on_what_is_gone_are_passed_over_and_the_build_goes_on(
    sample_recipe: Recipe, tmp_path: Path
) -> None:
    taken(tmp_path, f"{HEADER}{ROW}Albania,forum/gone,member,1,2024\n")
    content = gathered(sample_recipe, tmp_path)
    assert isinstance(content.collection.entries[ID["membership/foc-ALB-member-1"]].record, Membership)
    (reject,) = content.collection.passed_over
    assert (reject.line, reject.column) == (3, "cg:forum")


@pytest.mark.parametrize("part", ["data", "description", "contribution.json"])
def test_a_contribution_that_was_changed_where_it_lies_is_refused(tmp_path: Path, part: str) -> None:
    taken(tmp_path)
    path = tmp_path / "contributions" / NAME / part
    for old, new in ((b"Albania", b"Estonia"), (b"Example", b"Some"), (b"m.", b"n.")):
        path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(DamagedContribution, match="Withdraw it"):
        contributions(tmp_path)
    load.withdraw(tmp_path, NAME)
    assert contributions(tmp_path) == ()


def test_what_a_killed_process_left_behind_is_not_read_and_swept_away(tmp_path: Path) -> None:
    taken(tmp_path)
    left = tmp_path / "contributions" / ".kept" / "1.unfinished"
    left.mkdir()
    (left / "data").write_text("half")
    (tmp_path / "contributions" / ".other.new").symlink_to(Path(".kept") / "1.unfinished")
    assert len(contributions(tmp_path)) == 1
    os.unlink(tmp_path / "contributions" / ".other.new")
    taken(tmp_path, **{"dc:title": "Another"})
    assert not left.exists()
    assert len(contributions(tmp_path)) == 2


def test_nothing_is_taken_while_a_build_runs(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(BuildRunning):
        taken(tmp_path)


def test_the_account_of_a_contribution_holds(sample_recipe: Recipe, tmp_path: Path) -> None:
    taken(tmp_path, f"{HEADER}{ROW}Estonia,foc,member,1,2011\nAlbanio,foc,member,1,\n")
    collection = Collection()
    for loader in (*curated.loaders(own.SAMPLE), *contributions(tmp_path)):
        account = collection.read(loader)
    assert (account.rows, account.claims, account.evidence, account.rejects) == (3, 1, 1, 1)
    before = sorted(collection.quads())
    collection.read(contributions(tmp_path)[0])
    assert sorted(collection.quads()) == before


def test_the_description_of_what_was_taken_is_kept_beside_it(tmp_path: Path) -> None:
    taken(tmp_path)
    facts = json.loads((tmp_path / "contributions" / NAME / "contribution.json").read_bytes())
    assert (facts["title"], facts["licence"], facts["redistributable"]) == ("Members that we know of", CC_BY, True)
    assert facts["sha256"] == contribution("m.csv", HEADER + ROW).sha256
