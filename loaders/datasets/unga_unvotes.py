"""Votes in the General Assembly from 1946 to January 2020, as the R package unvotes has them: one row a vote.

The package drops absences, so that a member without a row is not recorded, and not one that did not vote. Up to
session 57 the day of a date is that of the week, so that no more than the month is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from loaders.dataset import MIT, DataSet, Files, Options, Origin
from loaders.datasets.unga_voters import NotKnownWhose, Voters
from loaders.datasets.unga_votes import ABSTAIN, NO, OTHER_TOPIC, YES, Ballots, Opened, RollCall, symbol_of, vote
from loaders.known import Known
from loaders.rda import BrokenFrame, Cell, Frame, frame

VOTES, CALLS = "un_votes.rda", "un_roll_calls.rda"
VOTE_COLUMNS = ("rcid", "country", "country_code", "vote")
CALL_COLUMNS = ("rcid", "session", "date", "unres", "amend", "para")
MOST = 40_000  # no number of a roll call, session or day since 1970 is as large, and one that is none is not less
VALUES: dict[Cell, URIRef] = {"yes": YES, "abstain": ABSTAIN, "no": NO}
FIRST_WITH_DAYS = 58  # the session from which on the dates are right to the day
AMENDMENT = "a vote on an amendment, which the data set does not name as a text of its own"
NO_TEXT = "a roll call of which the data set does not say on what"
WHICH_IS_WHOLE = "one of several roll calls on one resolution; which was on the whole of it the data set does not say"


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a vote for each row, and with the first of a roll call the ballot, where nobody knows it yet."""
    try:
        calls = _calls(_frame(files, CALLS, CALL_COLUMNS, ("importantvote", "short", "descr")))
        votes = _frame(files, VOTES, VOTE_COLUMNS)
    except _Fault as fault:
        yield fault.reject
        return
    if options.everything:
        named = {str(name) for name in set(votes["country"])}
        missing = Voters(known).missing(named, DATASET.evidence("column country"))
        yield from (Located(VOTES, 0, state, is_row=False) for state in missing)
    reader = _Reader(calls, known, options)
    for line, row in enumerate(zip(*map(votes.__getitem__, VOTE_COLUMNS), strict=True), start=1):
        yield reader.item(line, *row)
    yield FileRead(VOTES, len(votes))


class _Reader:
    def __init__(self, calls: dict[Cell, RollCall | str], known: Known, options: Options) -> None:
        self._calls, self._everything = calls, options.everything
        self._ballots, self._voters = Ballots(known), Voters(known)
        self._opened: dict[Cell, Opened | str | None] = {}

    def item(self, line: int, rcid: Cell, country: Cell, code: Cell, value: Cell) -> Item:
        """Return what a row becomes."""
        if rcid not in self._opened:
            self._opened[rcid] = self._open(rcid)
        opened = self._opened[rcid]
        if opened is None:
            return Reject(VOTES, line, "rcid", f"there is no roll call {rcid!r} in {CALLS}")
        if isinstance(opened, str):
            return OutOfScope(VOTES, line, opened)
        if value not in VALUES:
            return Reject(VOTES, line, "vote", f"{value!r} is no vote; known are {', '.join(map(str, VALUES))}")
        try:
            voter = self._voters.of(str(country or ""), opened.call.date, str(code) if code else None)
        except NotKnownWhose as rule:
            return OutOfScope(VOTES, line, str(rule))
        except ValueError as error:
            return Reject(VOTES, line, "country", str(error))
        beside, opened.beside = opened.beside, ()
        return Located(VOTES, line, vote(opened.ballot, voter, VALUES[value], opened.evidence), beside)

    def _open(self, rcid: Cell) -> Opened | str | None:
        call = self._calls.get(rcid)
        if call is None or isinstance(call, str):
            return call if self._everything or call is None else OTHER_TOPIC
        if call.topic is None and not self._everything:
            return OTHER_TOPIC
        evidence = DATASET.evidence(f"rcid {call.number}")
        ballot, beside = self._ballots.of(call, evidence)
        return Opened(call, ballot, (evidence,), beside)


class _Fault(Exception):
    """A file that cannot be used."""

    def __init__(self, reject: Reject) -> None:
        super().__init__(str(reject))
        self.reject = reject


def _frame(files: Files, file: str, read: tuple[str, ...], unread: tuple[str, ...] = ()) -> Frame:
    try:
        return frame(files[file], file.removesuffix(".rda"), read, unread)
    except BrokenFrame as error:
        reason = f"{error}; nothing of the data set was read"
        raise _Fault(Reject(file, 0, error.column, reason, is_row=False)) from error


def _calls(calls: Frame) -> dict[Cell, RollCall | str]:
    """Return the roll calls by number, and for those whose ballot cannot be told the rule that leaves them out."""
    found: dict[Cell, RollCall | str] = {}
    for line, row in enumerate(zip(*map(calls.__getitem__, CALL_COLUMNS), strict=True), start=1):
        for column, number in zip(("rcid", "session", "date"), row, strict=False):
            if not isinstance(number, int | float) or not abs(number) < MOST:
                raise _Fault(Reject(CALLS, line, column, f"{number!r} is no {column} of a roll call", is_row=False))
        if row[0] in found:
            raise _Fault(Reject(CALLS, line, "rcid", f"the roll call {row[0]} stands twice", is_row=False))
        found[row[0]] = _call(*row)
    whole = Counter(call.text for call in found.values() if isinstance(call, RollCall) and _is_whole(call))
    return {rcid: WHICH_IS_WHOLE if _is_one_of_several(call, whole) else call for rcid, call in found.items()}


def _call(rcid: Any, session: Any, days: Any, text: Cell, amend: Cell, para: Cell) -> RollCall | str:
    written = str(text or "").strip()
    if amend == 1 or not written:
        return AMENDMENT if amend == 1 else NO_TEXT
    symbol = symbol_of(written, int(session))
    return RollCall(
        number=str(int(rcid)),
        text=symbol or written,
        has_symbol=symbol is not None,
        date=_date(int(days), int(session)),
        session=str(int(session)),
        is_paragraph=para == 1,
    )


def _is_whole(call: RollCall) -> bool:
    return call.has_symbol and not call.is_paragraph


def _is_one_of_several(call: RollCall | str, whole: Counter[str]) -> bool:
    return isinstance(call, RollCall) and _is_whole(call) and whole[call.text] > 1


def _date(days: int, session: int) -> Stated:
    day = date(1970, 1, 1) + timedelta(days=days)
    return Stated(day.year, day.month, day.day if session >= FIRST_WITH_DAYS else None)


_HOME = "https://github.com/dgrtwo/unvotes"
_AT = "https://raw.githubusercontent.com/dgrtwo/unvotes/7eb7034314ff79c49c9e0785fcd9d216fa04cf14/data/"

DATASET = DataSet(
    name="unvotes",
    title="UN General Assembly votes (R package unvotes)",
    publisher="David Robinson; data: Erik Voeten and others",
    address=_HOME,
    version="2021-03-08",
    licence=MIT,
    redistributable=True,
    citation="David Robinson, unvotes (R package), version of 8 March 2021, with data of Erik Voeten and others",
    source_id="unvotes-voeten",
    wanted=(VOTES, CALLS),
    origins=(
        Origin(
            address=_AT + VOTES,
            name=VOTES,
            sha256="cf814a48bc536e8f87f8e027942ac515fe6aae9d63cd71dd88ed718b14887e87",
            size=262083,
        ),
        Origin(
            address=_AT + CALLS,
            name=CALLS,
            sha256="ff2070ae600cfd32176c6d149637306b9b677d6b910f48bec59a15357d673b4b",
            size=212577,
        ),
    ),
    parse=parse,
)
