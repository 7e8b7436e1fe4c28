"""Votes in the General Assembly from the UN Digital Library's file of its voting records: one row a vote.

The file has adopted resolutions as a whole only, so that each voting record is a ballot of its own. The columns read
have been the same in the editions known, since March 2025; one with others is refused by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.terms import BASE
from loaders.dataset import DataSet, Files, Options
from loaders.datasets.unga_voters import NotKnownWhose, Voters
from loaders.datasets.unga_votes import ABSTAIN, NO, NOT_VOTING, OTHER_TOPIC, YES, Ballots, Opened, RollCall, vote
from loaders.delimited import Layout, Row, rows
from loaders.known import Known

WANTED = "*ga_*voting*.csv"  # the file of the Security Council has other columns
TOTALS = ("total_yes", "total_no", "total_abstentions", "total_non_voting")
LAYOUT = Layout(
    read=("undl_id", "ms_code", "ms_name", "ms_vote", "date", "session", "resolution", *TOTALS),
    unread=(
        "draft",
        "committee_report",
        "meeting",
        "title",
        "agenda_title",
        "subjects",
        "vote_note",
        "modality",
        "total_ms",
        "undl_link",
    ),
)
VALUES = {"Y": YES, "A": ABSTAIN, "N": NO, "X": NOT_VOTING, "NV": NOT_VOTING}
SECOND_RECORD = "a second voting record of one resolution; which is the vote on it the data set does not say"
_SYMBOL = re.compile(r"A/RES/[0-9A-Z][0-9A-Z/().\[\]-]*")
_TOTAL = re.compile(r"([0-9]{1,3})(?:\.0)?")


class Unusable(ValueError):
    """A cell that cannot be used, and its column."""

    def __init__(self, column: str, reason: object) -> None:
        super().__init__(str(reason))
        self.column = column


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a vote for each row, and with the first of a voting record the ballot, where nobody knows it yet."""
    reader = _Reader(known, options)
    for file in files:
        for row in rows(file, files[file], LAYOUT):
            yield row if isinstance(row, Reject | FileRead) else reader.item(row)


class _Reader:
    def __init__(self, known: Known, options: Options) -> None:
        self._everything = options.everything
        self._ballots, self._voters = Ballots(known), Voters(known)
        self._opened: dict[str, Opened | str] = {}
        self._records: dict[str, str] = {}  # the voting record of each resolution

    def item(self, row: Row) -> Item:
        """Return what a row becomes."""
        try:
            number = row["undl_id"]
            if number not in self._opened:
                self._opened[number] = self._open(row)
            opened = self._opened[number]
            if isinstance(opened, str):
                return OutOfScope(row.file, row.line, opened)
            if row["resolution"] != opened.call.text:
                raise Unusable("resolution", f"the voting record {number} is of {opened.call.text} in an earlier row")
            if row["ms_vote"] not in VALUES:
                raise Unusable("ms_vote", f"{row['ms_vote']!r} is no vote; known are {', '.join(VALUES)}")
            voter = self._voter(row, opened.call.date)
        except Unusable as error:
            return row.reject(error.column, error)
        except NotKnownWhose as rule:
            return OutOfScope(row.file, row.line, str(rule))
        beside, opened.beside = opened.beside, ()
        return Located(row.file, row.line, vote(opened.ballot, voter, VALUES[row["ms_vote"]], opened.evidence), beside)

    def _voter(self, row: Row, date: Stated) -> URIRef:
        try:
            return self._voters.of(row["ms_code"], date)
        except ValueError as error:
            raise Unusable("ms_code", f"{error} (the name beside it: {row['ms_name']!r})") from error

    def _open(self, row: Row) -> Opened | str:
        call = _call(row)
        if call.topic is None and not self._everything:
            return OTHER_TOPIC
        if self._records.setdefault(call.text, call.number) != call.number:
            return SECOND_RECORD
        evidence = DATASET.evidence(f"voting record {call.number}")
        ballot, beside = self._ballots.of(call, evidence)
        return Opened(call, ballot, (evidence,), beside)


def _call(row: Row) -> RollCall:
    if not re.fullmatch(r"[0-9]{1,12}", row["undl_id"]):
        raise Unusable("undl_id", f"{row['undl_id']!r} is no number of a voting record")
    if not _SYMBOL.fullmatch(row["resolution"]):
        raise Unusable("resolution", f"{row['resolution']!r} is no symbol of a resolution")
    try:
        date = Stated.parse(row["date"])
    except ValueError as error:
        raise Unusable("date", error) from error
    totals = tuple(_total(row, column) for column in TOTALS)
    return RollCall(row["undl_id"], row["resolution"], True, date, row["session"], totals=totals)


def _total(row: Row, column: str) -> int | None:
    """Return a total, which some editions write as a decimal number; an empty one is not stated."""
    if not row[column]:
        return None
    match = _TOTAL.fullmatch(row[column])
    if match is None:
        raise Unusable(column, f"{row[column]!r} is no number of votes")
    return int(match[1])


DATASET = DataSet(
    name="un-digital-library-votes",
    title="United Nations General Assembly voting data",
    publisher="United Nations, Dag Hammarskjöld Library",
    address="https://digitallibrary.un.org/record/4060887",
    version="as downloaded",
    licence=BASE["licence/un-non-commercial"],
    redistributable=False,
    citation="United Nations, Dag Hammarskjöld Library, General Assembly Voting Data",
    wanted=(WANTED,),
    parse=parse,
)
