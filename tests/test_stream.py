"""Reading one source straight to lines: the same statements and the same account as a collection, held by nobody."""

from __future__ import annotations

import argparse
import gzip
import io
import resource
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from datasets import folder, landscape, shared
from few import few

from graph.collect import Collection, FileRead, Item, Loader, Located, OutOfScope, Reject, Unbalanced
from graph.dates import Stated
from graph.errors import CyberGovError
from graph.model import Ballot, State, Vote
from graph.nquads import line
from graph.record import Evidence, Record, coded
from graph.stream import Put, stream
from graph.terms import ID
from loaders import curated
from loaders.dataset import Options
from loaders.datasets import national_strategies, unga_unvotes, unga_wide
from webapp import parse
from webapp.settings import read_settings

SOURCE, OTHER = ID["source/one"], ID["source/two"]
SAID = Evidence(source=SOURCE, verification="reported", locator="rcid 1")


def vote(ballot: str, state: str, value: str = "yes", *evidence: Evidence) -> Vote:
    return Vote(
        ballot=ID[f"ballot/{ballot}"],
        voter=ID[f"state/{state}"],
        value=coded("vote", value),
        evidence=evidence or (SAID,),
    )


def ballot(name: str, **values: object) -> Ballot:
    return Ballot(
        id=name,
        name='Ballot <b> "quoted" \\ \n line',
        document=ID["document/d"],
        body=ID["organisation/un-ga"],
        stage=coded("ballot-stage", "final"),
        scope=coded("ballot-scope", "whole"),
        evidence=(SAID,),
        **values,  # type: ignore[arg-type]
    )


def state(name: str, *aliases: str, evidence: Evidence = SAID) -> State:
    kind = coded("state-kind", "un-member")
    return State(id=name, name=name, state_kind=kind, aliases=aliases, evidence=(evidence,))


def rows(*records: Record | tuple[Record, ...]) -> list[Item]:
    items: list[Item] = []
    for number, record in enumerate(records, start=1):
        own, *beside = record if isinstance(record, tuple) else (record,)
        items.append(Located("x.csv", number, own, tuple(beside)))
    return [*items, FileRead("x.csv", len(items))]


def loader_of(items: list[Item], *, strict: bool = False) -> Loader:
    return Loader("sample", "Sample", lambda _: items, strict=strict)


class Lines:
    """What was written last, and how often it was begun."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.begun = 0

    @contextmanager
    def opened(self) -> Iterator[Put]:
        self.begun += 1
        self.written = []
        yield self.written.append

    @property
    def lines(self) -> list[bytes]:
        return b"".join(self.written).splitlines(keepends=True)


def known_of(*records: Record) -> Callable[[], Collection]:
    def before() -> Collection:
        collection = Collection()
        collection.read(Loader("before", "Before", lambda _: rows(*records)))
        return collection

    return before


def same(loader: Loader, before: Callable[[], Collection]) -> tuple[Lines, Collection]:
    """Hold a streamed reading to that of a collection, and return it."""
    lines, whole = Lines(), before()
    account = whole.read(loader)
    streamed = stream(loader, before, lines.opened)
    expected = {line(*quad) for quad in whole.quads() if quad[3] == loader.graph}
    assert set(lines.lines) == expected
    assert len(lines.lines) == len(expected)
    assert streamed.accounts[loader.name] == account
    assert (streamed.passed_over, streamed.rejects) == (whole.passed_over, whole.rejects)
    disputed = {iri for iri, entry in whole.entries.items() if entry.disputed}
    assert {iri for iri, entry in streamed.entries.items() if entry.disputed} == disputed
    return lines, streamed


CASES: Mapping[str, list[Item]] = {
    "nothing": [],
    "votes": rows(vote("b", "DEU"), vote("b", "FRA", "no"), vote("c", "DEU")),
    "records beside": rows((vote("b", "DEU"), ballot("b", yes=3), ballot("c")), vote("b", "FRA")),
    "the same row again": rows(vote("b", "DEU"), vote("b", "DEU")),
    "the same record within a row": rows((state("DEU"), state("DEU", "Germany"))),
    "a disputed vote": rows(vote("b", "DEU"), vote("b", "FRA"), vote("b", "DEU", "no")),
    "names that add up": rows(state("DEU", "Germany"), state("FRA"), state("DEU", "Deutschland")),
    "values filled in later": rows(ballot("b"), ballot("b", yes=2), ballot("b", yes=3, date=Stated(2018, 12))),
    "two evidences": rows(
        vote("b", "DEU", "yes", SAID, Evidence(source=OTHER, verification="checked", says="it", note="so")),
        vote("b", "FRA", "yes", Evidence(source=OTHER, verification="checked", says="it", note="so")),
        state("DEU", evidence=Evidence(source=OTHER, verification="reported", bearing="contradicts")),
    ),
    "one roll call told in two ways": rows(
        vote("b", "DEU"),
        vote("b", "FRA", "no", Evidence(source=SOURCE, verification="reported", locator="another")),
        vote("b", "GBR"),
    ),
    "an id that is none": rows(vote("b", "D E U"), vote("b", "FRA"), (state("X X"), state("DEU"))),
    "two identities of one slug": rows(vote("a-b", "c-DEU"), vote("a-b-c", "DEU"), vote("b", "DEU")),
    "two evidences of one slug": rows(
        state("DEU-one", evidence=Evidence(source=ID["source/x"], verification="reported")),
        state("FRA"),
        state("DEU", evidence=Evidence(source=ID["source/one-x"], verification="reported")),
    ),
    "known and new in one row": rows((vote("known", "DEU"), vote("b", "DEU")), vote("b", "FRA"), vote("known", "GBR")),
    "known and written in one row": rows(vote("b", "DEU"), (vote("known", "DEU"), vote("b", "DEU", "no"))),
    "disagreeing with what is known": rows(vote("known", "FRA", "no"), vote("b", "DEU"), state("FRA", "France")),
    "no claims at all": [
        OutOfScope("x.csv", 1, "a rule"),
        Reject("x.csv", 2, "column", "reason"),
        Reject("x.csv", 0, "-", "reason", is_row=False),
        Located("x.csv", 0, state("DEU"), is_row=False),
        FileRead("x.csv", 2),
    ],
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("strict", [False, True])
def test_the_lines_and_the_account_are_those_of_a_collection(name: str, strict: bool) -> None:
    same(loader_of(CASES[name], strict=strict), known_of(vote("known", "FRA"), vote("known", "DEU"), state("FRA")))


def test_what_comes_once_is_written_in_one_reading_and_not_held() -> None:
    lines, streamed = same(loader_of(CASES["records beside"]), Collection)
    assert lines.begun == 1
    assert streamed.entries == {}


def test_what_comes_again_is_read_once_more_and_merged() -> None:
    lines, streamed = same(loader_of(CASES["a disputed vote"]), Collection)
    assert lines.begun == 2
    assert [entry.record.slug for entry in streamed.entries.values()] == ["b-DEU"]


def test_evidence_of_a_roll_call_is_written_once() -> None:
    lines, _ = same(loader_of(CASES["votes"]), Collection)
    node = b"/id/evidence/vote-b-one> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert sum(node in one for one in lines.lines) == 1


def test_two_readings_are_the_same_lines_in_the_same_order() -> None:
    first, second = Lines(), Lines()
    for lines in (first, second):
        stream(loader_of(CASES["names that add up"]), Collection, lines.opened)
    assert first.lines == second.lines


def test_a_row_that_is_lost_is_a_fault_of_the_loader() -> None:
    items = [*rows(vote("b", "DEU"), vote("b", "FRA"))[:-1], FileRead("x.csv", 3)]
    with pytest.raises(Unbalanced, match="read 3 rows and accounts for 2"):
        stream(loader_of(items), Collection, Lines().opened)


def test_who_waits_is_told_how_many_rows_are_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.stream.TOLD_EVERY", 2)
    told: list[int] = []
    stream(loader_of(rows(*(vote("b", f"S{n}") for n in range(5)))), Collection, Lines().opened, told.append)
    assert told[:2] == [2, 4]


@pytest.mark.slow
def test_a_real_data_set_is_the_same_both_ways() -> None:
    same(national_strategies.DATASET.loader(folder(shared("national_cyber_strategies"))), landscape)


@pytest.mark.slow
def test_the_real_wide_table_is_the_same_both_ways() -> None:
    loader = unga_wide.DATASET.loader(folder(shared("unga_votes_pigeon")))
    same(loader, lambda: few("sources", "states", "organisations", "documents", "ballots"))


@pytest.mark.slow
def test_all_votes_are_written_within_a_gigabyte_and_a_half() -> None:
    loader = unga_unvotes.DATASET.loader(folder(shared("unvotes")), Options(everything=True))
    counted, known = Counted(), few("sources", "states", "organisations")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    streamed = stream(loader, lambda: few("sources", "states", "organisations"), counted.opened)
    account = streamed.accounts["unvotes"]
    assert (account.rows, account.rejects, streamed.entries.keys()) == (870_109, 0, known.entries.keys())
    assert counted.number > 5 * account.made["vote"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000  # kilobytes


class Counted:
    """Counts lines."""

    number = 0

    @contextmanager
    def opened(self) -> Iterator[Put]:
        self.number = 0
        yield self._add

    def _add(self, lines: bytes) -> None:
        self.number += lines.count(b"\n")


HEADER = "Countries,DATE,Year,cyb_strategy,total_strategies\n"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., int]:
    """Return the command, with some of the curated tables, on a file of two strategies and one broken row."""
    monkeypatch.setattr(curated, "landscape", lambda: few("sources", "states", "measures"))
    file = tmp_path / national_strategies.FILE
    file.write_text(f"{HEADER}AFG,20141101,2014,1,1\nTUV,NA,NA,0,0\nXXX,20110201,2011,1,1\n")
    parser = argparse.ArgumentParser()
    parse.add_to(parser.add_subparsers())

    def run(*arguments: str) -> int:
        options = parser.parse_args(["parse", "national-strategies", *arguments])
        code: int = options.run(options, read_settings({"CYBERGOV_HOME": str(tmp_path / "home")}))
        return code

    return run


def test_the_command_prints_the_account_and_each_reject(
    told: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told("--from", str(tmp_path)) == 0
    out = capsys.readouterr().out
    assert "3 rows = 1 claims + 0 evidence + 1 out of scope + 1 rejects" in out
    assert f"{national_strategies.FILE}:4: Countries: no state is called 'XXX'" in out
    assert "1 new: measure" in out


@pytest.mark.parametrize("name", ["out.nq", "out.nq.gz"])
def test_the_command_writes_the_claims_whole_and_the_same_each_time(
    told: Callable[..., int], tmp_path: Path, name: str
) -> None:
    written = []
    for _ in range(2):
        assert told("--from", str(tmp_path), "--out", str(tmp_path / name)) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    lines = (gzip.decompress(written[0]) if name.endswith(".gz") else written[0]).splitlines()
    assert len(lines) > 5
    assert all(line.endswith(b"<https://w3id.org/cybergov/graph/source/national-strategies> .") for line in lines)
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_strict_reading_with_a_reject_fails_and_leaves_the_old_file(told: Callable[..., int], tmp_path: Path) -> None:
    out = tmp_path / "out.nq"
    out.write_text("old")
    with pytest.raises(CyberGovError, match="1 rejects, and nothing was written"):
        told("--from", str(tmp_path), "--strict", "--out", str(out))
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_what_cannot_be_done_is_said_before_anything_is_read(told: Callable[..., int], tmp_path: Path) -> None:
    with pytest.raises(CyberGovError, match=r"ends in \.nq or \.nq\.gz"):
        told("--from", str(tmp_path), "--out", str(tmp_path / "out.ttl"))
    with pytest.raises(CyberGovError, match="cybergov fetch national-strategies"):
        told()
    with pytest.raises(OSError, match="No such file or directory"):
        told("--from", str(tmp_path), "--out", str(tmp_path / "nowhere" / "out.nq"))


def test_elsewhere_than_on_a_terminal_progress_is_lines_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with parse.Rows("sample", io.StringIO()) as rows_told:
        for number in (10_000, 90_000, 110_000, 120_000, 10_000):
            rows_told(number)
    assert caplog.messages == ["sample: 110000 rows", "sample: 10000 rows"]
