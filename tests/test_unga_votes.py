"""Votes in the General Assembly: whose each is, on which ballot, and what no data set says is not said."""

from __future__ import annotations

import bz2
import csv
import io
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from datasets import copied, folder, landscape, read, shared
from few import faults, few
from rdflib import URIRef

from graph.collect import Account, Collection
from graph.dates import Stated
from graph.model import Ballot, Document, State, Vote
from graph.record import Record, coded
from graph.terms import GRAPH, ID
from loaders.dataset import DataSet
from loaders.datasets import unga_library, unga_unvotes, unga_wide
from loaders.datasets.unga_votes import NOT_VOTING, OTHER_TOPIC, symbol_of
from loaders.rda import BrokenFrame, frame

Cells = Sequence[str | float | int | None]
CALLS = {
    "rcid": [4618, 6073, 505, 5634.0, 5635.0, 5700, 7, 8],
    "session": [60.0, 73.0, 11.0, 72.0, 72.0, 67.0, 1.0, 18.0],
    "importantvote": [0, None, 0, 0, 0, 0, 0, 0],
    "date": [13125.0, 17870.0, -4502.0, 17500.0, 17500.0, 15700.0, -8766.0, -2222.0],
    "unres": ["R/60/45", "R/73/27", "R/12/6", "A/RES/72/50", "A/RES/72/50", "R/67/1", "R/1/66", "R/18/1913"],
    "amend": [None, None, 0, None, None, 1, 0, 0],
    "para": [None, None, 0, 1, None, None, 1, 0],
    "short": ["x"] * 8,
    "descr": ["y"] * 8,
}
VOTE_COLUMNS = ("rcid", "country", "country_code", "vote")


def item(kind: int, content: bytes, *, attributes: Mapping[str, bytes] | None = None) -> bytes:
    flags = kind | (0x200 if attributes else 0)
    return struct.pack(">i", flags) + content + (pairs(attributes) if attributes else b"")


def pairs(named: Mapping[str, bytes]) -> bytes:
    chain = b"".join(struct.pack(">ii", 0x402, 1) + text(name) + value for name, value in named.items())
    return chain + struct.pack(">i", 254)


def text(words: str | None) -> bytes:
    if words is None:
        return struct.pack(">ii", 9, -1)
    raw = words.encode()
    return struct.pack(">ii", 0x40009, len(raw)) + raw


def texts(words: Sequence[str | None]) -> bytes:
    return item(16, struct.pack(">i", len(words)) + b"".join(map(text, words)))


def column(cells: Cells) -> bytes:
    if any(isinstance(cell, str) for cell in cells):
        return texts([None if cell is None else str(cell) for cell in cells])
    if all(cell is None or isinstance(cell, int) for cell in cells):
        numbers = [-(1 << 31) if cell is None else int(cell) for cell in cells]
        return item(13, struct.pack(f">i{len(cells)}i", len(cells), *numbers))
    return item(14, struct.pack(f">i{len(cells)}d", len(cells), *(float(cell or 0) for cell in cells)))


def factor(words: Sequence[str | None]) -> bytes:
    levels = list(dict.fromkeys(word for word in words if word))
    numbers = [levels.index(word) + 1 if word else -(1 << 31) for word in words]
    named = {"levels": texts(levels), "class": texts(["factor"])}
    return item(13, struct.pack(f">i{len(words)}i", len(words), *numbers), attributes=named)


def rda(name: str, columns: Sequence[tuple[str, bytes]]) -> bytes:
    """Write a data frame as R's save() does, in format 2."""
    names = {"names": texts([key for key, _ in columns]), "class": texts(["tbl_df", "data.frame"])}
    table = item(19, struct.pack(">i", len(columns)) + b"".join(value for _, value in columns), attributes=names)
    return bz2.compress(b"RDX2\nX\n" + struct.pack(">iii", 2, 0x40002, 0x20300) + pairs({name: table}))


def unvotes(rows: Sequence[tuple[float, str | None, str | None, str | None]], **calls: Cells) -> dict[str, bytes]:
    rcid, country, code, value = ([row[place] for row in rows] for place in range(4))
    votes = (column([float(number) for number in rcid]), texts(country), texts(code), factor(value))  # type: ignore[arg-type]
    about = [(key, column(cells)) for key, cells in (CALLS | calls).items()]
    return {
        unga_unvotes.VOTES: rda("un_votes", list(zip(VOTE_COLUMNS, votes, strict=True))),
        unga_unvotes.CALLS: rda("un_roll_calls", about),
    }


def wide(*lines: Mapping[str, str], header: Sequence[str] | None = None) -> dict[str, bytes]:
    """Write a wide table in which who is not named is no member."""
    columns = header or ["rcid", "date", "me", "nu", "di", "hr", "co", "ec", *unga_wide.MEMBERS]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([line.get(key, "FALSE" if key in ("me", "nu", "di", "hr", "co", "ec") else "9") for key in columns]
                     for line in lines)  # fmt: skip
    return {unga_wide.FILE: out.getvalue().encode()}


def real_line(symbol: str, rcid: str, **cells: str) -> dict[str, str]:
    """Return the line of a roll call as the curated tables have its votes."""
    code = {"yes": "1", "abstain": "2", "no": "3", "not-voting": "8"}
    votes = [
        entry.record
        for entry in _some((State, Document, Ballot, Vote)).entries.values()
        if isinstance(entry.record, Vote)
    ]
    own = {v.voter.rsplit("/")[-1]: code[v.value.rsplit("/")[-1]] for v in votes if v.ballot == ID[f"ballot/{symbol}"]}
    return {"rcid": rcid, **own, **cells}


def library(*rows: str, header: str = "", file: str = "2025_7_21_ga_voting.csv") -> dict[str, bytes]:
    names = (
        "undl_id,ms_code,ms_name,ms_vote,date,session,resolution,draft,committee_report,meeting,title,agenda_title,"
        "subjects,vote_note,total_yes,total_no,total_abstentions,total_non_voting,total_ms,undl_link"
    )
    return {file: "\n".join((header or names, *rows, "")).encode()}


def library_row(
    state: str, value: str, *, record: str = "3", symbol: str = "A/RES/73/27", date: str = "2018-12-05"
) -> str:
    link = f"https://digitallibrary.un.org/record/{record}"
    return (
        f'{record},{state},NAME,{value},{date},73,{symbol},,,A/73/PV.45,"A, title",,,,119.0,46.0,14.0,14.0,193.0,{link}'
    )


def votes_of(collection: Collection, ballot: str) -> dict[str, URIRef]:
    found = (e.record for e in collection.entries.values() if isinstance(e.record, Vote))
    return {vote.voter.rsplit("/", 1)[-1]: vote.value for vote in found if vote.ballot == ID[f"ballot/{ballot}"]}


def accounted(account: Account) -> bool:
    return account.rows == account.files.total()


def test_a_vote_that_is_known_is_one_claim_with_two_evidences() -> None:
    collection, account = read(unga_library.DATASET, library(library_row("DEU", "N"), library_row("KIR", "X")), some())
    entry = collection.entries[ID["vote/a-res-73-27-DEU"]]
    assert {evidence.source for _, evidence, _ in entry.evidence.values()} >= {
        ID["source/unvotes-voeten"],
        unga_library.DATASET.source.iri,
    }
    assert not entry.disputed
    assert (account.claims, account.evidence) == (0, 2)
    assert accounted(account)


def test_another_vote_of_the_same_state_is_disputed() -> None:
    collection, _ = read(unga_library.DATASET, library(library_row("DEU", "Y")), some())
    assert collection.entries[ID["vote/a-res-73-27-DEU"]].disputed
    assert votes_of(collection, "a-res-73-27")["DEU"] == coded("vote", "no")


def test_all_votes_of_a_roll_call_share_one_evidence() -> None:
    files = unvotes([(6073, "Germany", "DE", "no"), (6073, "France", "FR", "no")])
    collection, _ = read(unga_unvotes.DATASET, files, only_states())
    nodes = {node for entry in collection.entries.values() if isinstance(entry.record, Vote) for node in entry.evidence}
    assert nodes == {ID["evidence/vote-a-res-73-27-unvotes-voeten"]}


@cache
def _some(kinds: tuple[type[Record], ...]) -> Collection:
    """Return of the tables what is of a kind; of the votes those of three ballots."""
    some = Collection()
    for iri, entry in landscape().entries.items():
        is_kept = not isinstance(entry.record, Vote) or entry.record.ballot.endswith(("-60-45", "-73-27", "-75-32"))
        if isinstance(entry.record, kinds) and is_kept:
            some.entries[iri] = entry
    return some


def only_states() -> Collection:
    """Return a collection that knows states and nothing else."""
    return copied(_some((State,)))


def some() -> Collection:
    """Return a collection that knows states, texts, ballots and some votes, as the tables have them."""
    return copied(_some((State, Document, Ballot, Vote)))


def test_by_default_only_ballots_on_ict_and_cybercrime_become_claims() -> None:
    files = unvotes([(6073, "Germany", "DE", "no"), (505, "Canada", "CA", "no"), (7, "Cuba", "CU", "yes")])
    collection, account = read(unga_unvotes.DATASET, files, only_states())
    assert account.out_of_scope == Counter({OTHER_TOPIC: 2})
    assert account.made == Counter({"source": 1, "vote": 1, "ballot": 1, "document": 1})
    ballot = collection.entries[ID["ballot/a-res-73-27"]].record
    assert isinstance(ballot, Ballot)
    assert (ballot.date, ballot.session, ballot.yes) == (Stated(2018, 12, 5), "73", None)
    document = collection.entries[ID["document/a-res-73-27"]].record
    assert isinstance(document, Document)
    assert document.topics == (coded("topic", "un-norms"),)


def test_a_ballot_made_of_votes_that_drop_absences_has_no_totals_and_nobody_who_did_not_vote() -> None:
    collection, _ = read(unga_unvotes.DATASET, unvotes([(6073, "Germany", "DE", "no")]), only_states())
    assert set(votes_of(collection, "a-res-73-27")) == {"DEU"}


@pytest.mark.parametrize(
    ("written", "session", "symbol"),
    [
        ("R/73/27", 73, "A/RES/73/27"),
        ("A/RES/73/27", 73, "A/RES/73/27"),
        ("R/47/70B", 47, "A/RES/47/70B"),
        ("A/RES/ES-10/19", 72, "A/RES/ES-10/19"),
        ("R/1/66", 1, None),
        ("R/677/46", 67, None),
        ("R/12/6", 31, None),
        ("R/50/38B/XII", 50, None),
        ("ESS/1/34", 11, None),
        ("", 20, None),
    ],
)
def test_symbols_in_two_spellings_are_one_and_what_may_be_none_is_none(
    written: str, session: int, symbol: str | None
) -> None:
    assert symbol_of(written, session) == symbol


def test_with_everything_each_roll_call_is_a_ballot_of_its_own_and_none_is_guessed() -> None:
    rows = [
        (5634, "Cuba", "CU", "yes"),
        (5635, "Cuba", "CU", "no"),
        (505, "Cuba", "CU", "no"),
        (7, "Cuba", "CU", "yes"),
        (5700, "Cuba", "CU", "yes"),
    ]
    collection, account = read(unga_unvotes.DATASET, unvotes(rows), only_states(), everything=True)
    ballots = {e.record.id: e.record for e in collection.entries.values() if isinstance(e.record, Ballot)}
    assert set(ballots) == {"a-res-72-50", "a-res-72-50-rcid-5634", "unga-r-12-6-rcid-505", "unga-r-1-66-rcid-7"}
    assert ballots["a-res-72-50-rcid-5634"].scope == coded("ballot-scope", "paragraph")
    assert ballots["a-res-72-50-rcid-5634"].document == ballots["a-res-72-50"].document
    assert account.out_of_scope == Counter({unga_unvotes.AMENDMENT: 1})
    document = collection.entries[ID["document/unga-r-1-66"]].record
    assert isinstance(document, Document)
    assert document.symbol == ()


def test_two_roll_calls_on_the_whole_of_one_resolution_are_not_merged() -> None:
    files = unvotes([(5634, "Cuba", "CU", "yes"), (5635, "Cuba", "CU", "no")], para=[None] * 8)
    _, account = read(unga_unvotes.DATASET, files, only_states(), everything=True)
    assert account.out_of_scope == Counter({unga_unvotes.WHICH_IS_WHOLE: 2})


def test_up_to_session_57_no_day_is_stated() -> None:
    collection, _ = read(unga_unvotes.DATASET, unvotes([(7, "Cuba", "CU", "yes")]), only_states(), everything=True)
    ballot = collection.entries[ID["ballot/unga-r-1-66-rcid-7"]].record
    assert isinstance(ballot, Ballot)
    assert ballot.date == Stated(1946, 1)


@pytest.mark.parametrize(
    ("country", "code", "rcid", "voter"),
    [
        ("Yugoslavia", "YU", 7, "YUG"),
        ("Yugoslavia", "YU", 4618, "SCG"),
        ("Yugoslavia", "YU", 6073, "SRB"),
        ("Russia", "RU", 7, "SUN"),
        ("Russia", "RU", 6073, "RUS"),
        ("Czechoslovakia", "CS", 7, "CSK"),
        ("German Democratic Republic", "DD", 7, "DDR"),
        ("Federal Republic of Germany", None, 7, "DEU"),
        ("Yemen Arab Republic", None, 6073, "YEM"),
        ("Yemen People's Republic", "YD", 7, "YMD"),
        ("Egypt", "EG", 7, "EGY"),
    ],
)
def test_a_vote_belongs_to_the_state_of_its_time(country: str, code: str | None, rcid: int, voter: str) -> None:
    collection, account = read(
        unga_unvotes.DATASET, unvotes([(rcid, country, code, "yes")]), only_states(), everything=True
    )
    ballot = {7: "unga-r-1-66-rcid-7", 4618: "a-res-60-45", 6073: "a-res-73-27"}[rcid]
    entry = collection.entries[ID[f"vote/{ballot}-{voter}"]]
    assert entry.graph == GRAPH["source/unvotes"]
    assert ID[f"state/{voter}"] in collection.entries
    assert (account.rejects, account.claims) == (0, 1)


@pytest.mark.parametrize(
    ("country", "code"), [("Taiwan", "TW"), ("Tanzania", "TZ"), ("Zanzibar", None), ("Yemen Arab Republic", None)]
)
def test_whose_vote_is_not_known_is_out_of_scope_with_the_rule(country: str, code: str | None) -> None:
    _, account = read(unga_unvotes.DATASET, unvotes([(8, country, code, "yes")]), some(), everything=True)
    assert account.out_of_scope.total() == account.rows == 1


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ((6073, "Atlantis", "XX", "no"), "country"),
        ((6073, "Germany", "FR", "no"), "country"),
        ((6073, None, None, "no"), "country"),
        ((6073, "<script>alert(1)</script>", None, "no"), "country"),
        ((6073, "=1+1\x00" * 1000, None, "no"), "country"),
        ((6073, "Germany", "DE", "maybe"), "vote"),
        ((6073, "Germany", "DE", None), "vote"),
        ((99, "Germany", "DE", "no"), "rcid"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_reject_with_its_place(
    row: tuple[float, str | None, str | None, str | None], name: str
) -> None:
    collection, account = read(unga_unvotes.DATASET, unvotes([(6073, "France", "FR", "no"), row]), some())
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == (unga_unvotes.VOTES, 2, name)
    assert accounted(account)


def test_a_file_of_r_without_its_columns_says_which() -> None:
    files = unvotes([(6073, "France", "FR", "no")])
    for names, told in (
        (("rcid", "cuontry", "country_code", "vote"), "is missing; is it the column 'cuontry'?"),
        (("rcid", "country", "country", "country_code", "vote"), "stands 2 times"),
        (("rcid", "country", "country_code", "vote", "more"), "the column 'more' is not known"),
    ):
        files[unga_unvotes.VOTES] = rda("un_votes", [(name, texts(["x"])) for name in names])
        collection, account = read(unga_unvotes.DATASET, files, some())
        (reject,) = collection.passed_over
        assert told in reject.reason
        assert (account.rows, account.faults) == (0, 1)


def test_columns_in_another_order_are_the_same_table() -> None:
    named = {
        "vote": factor(["no"]),
        "country_code": texts(["FR"]),
        "country": texts(["France"]),
        "rcid": column([6073]),
    }
    files = unvotes([]) | {unga_unvotes.VOTES: rda("un_votes", list(named.items()))}
    _, account = read(unga_unvotes.DATASET, files, some())
    assert account.evidence == 1


def test_a_file_of_r_cut_anywhere_is_refused() -> None:
    whole = unvotes([(6073, "France", "FR", "no"), (6073, "Germany", None, "no")])
    for packed in (True, False):
        content = whole[unga_unvotes.VOTES] if packed else bz2.decompress(whole[unga_unvotes.VOTES])
        for end in range(0, len(content) - 4, 7):
            collection, account = read(unga_unvotes.DATASET, whole | {unga_unvotes.VOTES: content[:end]}, Collection())
            (reject,) = collection.passed_over
            assert "whole" in reject.reason or "no file of R" in reject.reason
            assert account.rows == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"rcid,country\n1,2\n", "no file of R"),
        (b"RDX2\nX\n" + struct.pack(">iii", 9, 0, 0), "format 9"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + pairs({"other": texts(["x"])}), "no object 'un_votes'"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + pairs({"un_votes": texts(["x"])}), "no data frame"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + pairs({"un_votes": item(238, b"")}), "type 238"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + struct.pack(">ii", 19, 1) * 999, "nested"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + struct.pack(">ii", 14, 1 << 30), "claims a column"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + pairs({"un_votes": struct.pack(">i", 5 << 8 | 255)}), "refers"),
        (b"RDX2\nX\n" + struct.pack(">iii", 2, 0, 0) + pairs({"x": texts([])}).replace(b"x", b"\xff"), "UTF-8"),
    ],
)
def test_what_is_no_table_of_r_is_told_in_words(content: bytes, told: str) -> None:
    with pytest.raises(BrokenFrame, match=told):
        frame(content, "un_votes", ("rcid",))


def test_a_roll_call_that_stands_twice_or_has_no_session_refuses_the_file() -> None:
    for changed, name in (({"rcid": [6073.0] * 8}, "rcid"), ({"session": ["x"] * 8}, "session")):
        collection, _ = read(unga_unvotes.DATASET, unvotes([(6073, "France", "FR", "no")], **changed), some())  # type: ignore[arg-type]
        (reject,) = collection.passed_over
        assert (reject.file, reject.column) == (unga_unvotes.CALLS, name)


def test_cells_of_the_wide_table_are_votes_absences_and_no_membership() -> None:
    line = real_line("a-res-75-32", "9194", date="2020-12-07")
    line |= {"TWN": "9"} | {key: f"{line[key]}.0" for key in ("AFG", "ZWE")}
    collection, account = read(unga_wide.DATASET, wide(line), some())
    assert account.rows == len(unga_wide.MEMBERS) == 194
    assert (account.evidence, account.out_of_scope) == (193, Counter({unga_wide.NOT_A_MEMBER: 1}))
    assert NOT_VOTING in votes_of(collection, "a-res-75-32").values()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"DEU": "2"}, unga_wide.OTHER_TOTALS),
        ({"date": "2020-12-08"}, unga_wide.OTHER_TOTALS),
        ({"rcid": "9999"}, OTHER_TOPIC),
        ({"rcid": "not a number"}, OTHER_TOPIC),
    ],
)
def test_a_line_counts_only_if_date_and_totals_are_those_on_record(changed: dict[str, str], rule: str) -> None:
    _, account = read(unga_wide.DATASET, wide(real_line("a-res-75-32", "9194", date="2020-12-07") | changed), some())
    assert account.out_of_scope == Counter({rule: 194})


def test_a_number_that_stands_twice_names_no_roll_call() -> None:
    line = real_line("a-res-75-32", "9194", date="2020-12-07")
    _, account = read(unga_wide.DATASET, wide(line, line), some())
    assert account.out_of_scope == Counter({unga_wide.TWICE: 388})


def test_cells_of_the_wide_table_that_cannot_be_read_are_told_by_their_column() -> None:
    line = real_line("a-res-75-32", "9194", date="2020-12-07")
    absent = next(key for key, value in line.items() if value == "8")
    collection, account = read(unga_wide.DATASET, wide(line | {absent: "7", "TWN": ""}), some())
    (reject,) = collection.passed_over
    assert (reject.line, reject.column) == (2, absent)
    assert account.out_of_scope == Counter({unga_wide.EMPTY: 1})
    _, account = read(unga_wide.DATASET, wide(line | {"date": "2020-13-01"}), some())
    assert account.rejects == account.rows == 194


def test_the_wide_table_needs_each_column_once() -> None:
    header = ["rcid", "date", *unga_wide.MEMBERS]
    for changed, told in (
        ([name.replace("DEU", "GER") for name in header], "'DEU' is missing"),
        ([*header, "DEU"], "'DEU' stands 2 times"),
    ):
        collection, account = read(unga_wide.DATASET, wide({"rcid": "1"}, header=changed), some())
        assert any(told in reject.reason for reject in collection.passed_over)
        assert account.rows == 0
    cut = wide(real_line("a-res-75-32", "9194", date="2020-12-07"))[unga_wide.FILE][:-200]
    collection, account = read(unga_wide.DATASET, {unga_wide.FILE: cut}, some())
    assert "is the file whole?" in collection.passed_over[0].reason
    assert account.rows == 0


def test_with_everything_the_wide_table_adds_to_ballots_that_unvotes_numbers() -> None:
    collection, _ = read(unga_unvotes.DATASET, unvotes([(5635, "Cuba", "CU", "no")]), some(), everything=True)
    files = wide({"rcid": "5635", "date": "2017-12-01", "CUB": "3", "USA": "8"}, {"rcid": "2", "date": "1946-01-02"})
    collection, account = read(unga_wide.DATASET, files, collection, everything=True)
    assert votes_of(collection, "a-res-72-50") == {"CUB": coded("vote", "no"), "USA": NOT_VOTING}
    assert len(collection.entries[ID["vote/a-res-72-50-CUB"]].evidence) == 2
    assert account.out_of_scope[unga_wide.NO_TEXT] == 194


def test_the_librarys_totals_are_stated_of_a_ballot_that_nobody_knew() -> None:
    row = library_row("DEU", "A", symbol="A/RES/79/1")
    collection, account = read(unga_library.DATASET, library(row), some(), everything=True)
    ballot = collection.entries[ID["ballot/a-res-79-1"]].record
    assert isinstance(ballot, Ballot)
    assert (ballot.yes, ballot.no, ballot.abstain, ballot.not_voting) == (119, 46, 14, 14)
    _, account = read(unga_library.DATASET, library(row), some())
    assert account.out_of_scope == Counter({OTHER_TOPIC: 1})


def test_a_second_record_of_one_resolution_is_no_second_vote() -> None:
    files = library(library_row("DEU", "N"), library_row("DEU", "Y", record="4"))
    collection, account = read(unga_library.DATASET, files, some())
    assert account.out_of_scope == Counter({unga_library.SECOND_RECORD: 1})
    assert not collection.entries[ID["vote/a-res-73-27-DEU"]].disputed


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (library_row("XXX", "N"), "ms_code"),
        (library_row("DEU", "?"), "ms_vote"),
        (library_row("DEU", ""), "ms_vote"),
        (library_row("DEU", "N", date="5.12.2018"), "date"),
        (library_row("DEU", "N", record="<b>"), "undl_id"),
        (library_row("DEU", "N", symbol="=cmd|' /C calc'!A0"), "resolution"),
        (library_row("DEU", "N").replace("119.0", "many"), "total_yes"),
        (library_row("DEU", "N").replace("NAME", "NA\x07ME"), "ms_name"),
    ],
)
def test_a_row_of_the_library_that_cannot_be_used_is_a_reject(row: str, name: str) -> None:
    collection, account = read(unga_library.DATASET, library(row), some())
    (reject,) = collection.passed_over
    assert (reject.line, reject.column) == (2, name)
    assert account.rejects == account.rows == 1


def test_an_edition_of_the_library_with_other_columns_is_refused_by_their_names() -> None:
    header = library()["2025_7_21_ga_voting.csv"].decode().strip()
    for changed, told in (
        (header.replace("ms_code", "ms_codes"), "'ms_code' is missing; is it the column 'ms_codes'?"),
        (header.replace("subjects", "ms_vote"), "'ms_vote' stands 2 times"),
    ):
        collection, account = read(unga_library.DATASET, library(library_row("DEU", "N"), header=changed), some())
        assert any(told in reject.reason for reject in collection.passed_over)
        assert account.rows == 0
    collection, account = read(unga_library.DATASET, {"x_ga_voting.csv": header.encode("utf-16")}, some())
    assert "not UTF-8" in collection.passed_over[0].reason


ROWS = [
    (6073, "Germany", "DE", "no"),
    (5634, "Cuba", "CU", "yes"),
    (5635, "Cuba", "CU", "no"),
    (7, "Zanzibar", None, "yes"),
    (7, "Yemen People's Republic", "YD", "yes"),
    (505, "Cuba", "CU", "no"),
]


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize(
    ("dataset", "files"),
    [
        (unga_unvotes.DATASET, unvotes(ROWS)),
        (unga_wide.DATASET, wide({"rcid": "9194", "date": "2020-12-07", "CUB": "3", "USA": "8"})),
        (
            unga_library.DATASET,
            library(library_row("DEU", "N"), library_row("DEU", "A", record="4", symbol="A/RES/79/1")),
        ),
    ],
    ids=["unvotes", "wide", "library"],
)
def test_what_is_made_passes_the_shapes_and_a_second_reading_changes_nothing(
    dataset: DataSet, files: Mapping[str, bytes], everything: bool, tmp_path: Path
) -> None:
    collection, _ = read(dataset, files, few("sources", "states", "organisations"), everything=everything)
    assert faults(collection, dataset, tmp_path) == []
    before = sorted(collection.quads())
    again, _ = read(dataset, files, collection, everything=everything)
    assert sorted(again.quads()) == before


@pytest.mark.parametrize(
    ("dataset", "name", "rows", "evidence", "not_on_record"),
    [
        (unga_unvotes.DATASET, "unvotes", 870_109, 1957, 0),
        (unga_wide.DATASET, "unga_votes_pigeon", 6551 * 194, 2890, 2 * 194),  # 78/16 and 78/237, in a year with gaps
    ],
    ids=["unvotes", "wide"],
)
@pytest.mark.slow
def test_the_real_votes_are_accounted_for_and_agree_with_those_on_record(
    dataset: DataSet, name: str, rows: int, evidence: int, not_on_record: int
) -> None:
    collection, account = read(dataset, folder(shared(name)))
    assert (account.rows, account.evidence, account.claims, collection.passed_over) == (rows, evidence, 0, [])
    assert account.out_of_scope[unga_wide.OTHER_TOTALS] == not_on_record
    assert [iri for iri, e in collection.entries.items() if e.disputed and isinstance(e.record, Vote)] == []


def test_the_list_by_hand_is_that_of_the_roll_calls_identified() -> None:
    path = shared("unga_votes_pigeon", "DERIVED_ict_resolution_rcids.csv")
    with path.open(newline="") as file:
        derived = {row["resolution"]: int(row["rcid"]) for row in csv.DictReader(file)}
    by_hand = {one.symbol: one.rcid for one in unga_wide.BY_RCID.values()}
    assert {symbol: by_hand[symbol] for symbol in derived} == derived


@pytest.mark.parametrize(
    "name",
    ["un_roll_calls", "un_roll_call_issues", pytest.param("un_votes", marks=pytest.mark.slow)],
)
@pytest.mark.filterwarnings("ignore:Missing constructor")
def test_a_table_of_r_is_read_as_a_reader_of_all_of_r_does(name: str) -> None:
    rdata = pytest.importorskip("rdata")
    path = shared("unvotes", f"{name}.rda")
    theirs = rdata.read_rda(path)[name]
    ours = frame(path.read_bytes(), name, list(theirs.columns))
    for key in theirs.columns:
        missing = theirs[key].isna().tolist()
        assert [cell is None for cell in ours[key]] == missing
        assert [cell for cell in ours[key] if cell is not None] == theirs[key].dropna().tolist()
