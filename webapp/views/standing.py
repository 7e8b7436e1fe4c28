"""What is recorded of a state towards a text, commitment or forum, as one mark: the strongest of its claims.

A vote is not an acceptance, a ratification makes no party before it is in force, and nothing recorded is not no.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import queries
from graph.errors import CyberGovError
from webapp.things import local, readable

WIDE = 1000  # pairs from which it is quicker to read all states of a text than to look up each pair


@dataclass(frozen=True)
class Mark:
    """A mark of a cell: its letter, its class in the style sheet, what it means, and whether totals count it."""

    letter: str
    key: str
    words: str
    counted: bool = True


MARKS = tuple(
    Mark(*row)
    for row in (
        ("W", "left", "withdrew from the treaty", False),
        ("U", "left", "suspended", False),
        ("P", "in", "party"),
        ("R", "in2", "ratified or acceded; in force for it: not recorded, or not yet"),
        ("M", "in", "member or participating state"),
        ("E", "in", "endorsed, joined or reaffirmed in its own name"),
        ("S", "in2", "signed"),
        ("X", "in2", "seat of an expert"),
        ("I", "in", "measure stated as implementing"),
        ("C", "in2", "co-sponsored"),
        ("Y", "in", "voted yes"),
        ("N", "against", "voted no", False),
        ("D", "against", "dissociated or opposed", False),
        ("A", "between", "abstained", False),
        ("V", "between", "did not take part in the vote", False),
        ("G", "in3", "subscribed through a group"),
        ("O", "in3", "observer, partner or invited", False),
        ("L", "in3", "measure related otherwise: partly, corresponding, earlier or in conflict", False),
        ("F", "left", "former member, or left", False),
        ("T", "in3", "other act only", False),
    )
)
BY_LETTER = {mark.letter: mark for mark in MARKS}
NO = Mark("\u2013", "no", "no, as far as the list is known to be complete", counted=False)
NOTHING = Mark("\u00b7", "none", "not recorded (which is not no)", counted=False)
_STRENGTH = {mark.letter: place for place, mark in enumerate(MARKS)}
_CONSENT = ("ratification", "acceptance", "approval", "accession", "succession")
_LETTERS = {
    ("membership", "member"): "M",
    ("membership", "founding-member"): "M",
    ("membership", "participating-state"): "M",
    ("membership", "sponsoring-nation"): "M",
    ("membership", "supporter"): "E",
    ("membership", "signatory"): "S",
    ("membership", "expert-from"): "X",
    ("membership", "suspended"): "U",
    ("membership", "expelled"): "F",
    ("membership", "withdrawn-effective"): "F",
    ("membership", "withdrawn-notified"): "T",
    ("membership", ""): "O",
    ("acceptance", "treaty-consent"): "R",
    ("acceptance", "signed"): "S",
    ("acceptance", "subscription"): "E",
    ("acceptance", "national-reaffirmation"): "E",
    ("acceptance", "sponsored"): "C",
    ("acceptance", "vote-for"): "Y",
    ("acceptance", "subscription-through-group"): "G",
    ("acceptance", "dissociated"): "D",
    ("acceptance", "opposed"): "D",
    ("sponsorship", ""): "C",
    ("vote", "yes"): "Y",
    ("vote", "no"): "N",
    ("vote", "abstain"): "A",
    ("vote", ""): "V",
    ("treaty action", "signature"): "S",
    ("treaty action", "withdrawal"): "W",
    ("measure", "stated-as-implementing"): "I",
    ("measure", ""): "L",
} | {("treaty action", code): "R" for code in _CONSENT}


@dataclass(frozen=True)
class Recorded:
    """One claim, with how it stood on the day asked for."""

    state: str
    of: str
    act: str
    code: str
    said: str
    standing: str  # yes, no longer, undetermined
    party: bool
    date: str
    effective: str
    end: str
    verification: str
    disputed: bool
    about: str
    about_name: str
    claim: str

    @property
    def mark(self) -> Mark:
        """The mark of this claim alone."""
        if self.standing == "no longer":
            return BY_LETTER["F"]
        if self.party and self.code in _CONSENT:
            return BY_LETTER["P"]
        letter = _LETTERS.get((self.act, self.code)) or _LETTERS.get((self.act, "")) or "T"
        return BY_LETTER[letter]

    @property
    def href(self) -> str:
        return local(self.claim)

    @property
    def words(self) -> str:
        """What it says, with its dates, in a line."""
        act = {"vote": "voted ", "measure": "measure, ", "sponsorship": "sponsor, "}.get(self.act, "")
        since = f", {readable(self.date)}" if self.date else ", undated"
        force = f", in force for it {readable(self.effective)}" if self.effective else ""
        until = f", until {readable(self.end)}" if self.end else ""
        doubt = {"no longer": "; no longer so", "undetermined": "; whether so on that day is undetermined"}
        disputed = "; disputed" if self.disputed else ""
        return f"{act}{self.said}{since}{force}{until}{doubt.get(self.standing, '')}{disputed} ({self.verification})"


@dataclass(frozen=True)
class Cell:
    """What is recorded of one state towards one thing; `sure` is False where it is undetermined on the day."""

    mark: Mark
    sure: bool
    recorded: tuple[Recorded, ...]
    note: str = ""

    @property
    def counted(self) -> bool:
        return self.sure and self.mark.counted

    @property
    def href(self) -> str:
        """Where the strongest claim stands with its evidence."""
        return self.recorded[0].href if self.recorded else ""

    @property
    def words(self) -> str:
        """Everything that the cell rests on, the strongest first."""
        return " \u00b7 ".join(one.words for one in self.recorded) or self.note or self.mark.words

    @property
    def meaning(self) -> str:
        return self.mark.words if self.sure else f"undetermined: {self.mark.words}"


EMPTY = Cell(NOTHING, True, ())


def recorded(
    engine: queries.Answers, states: Sequence[str] = (), of: Sequence[str] = (), on: str = ""
) -> list[Recorded]:
    """Return the claims of states towards things; all that are recorded of the states where no things are given."""
    asked = {"state": () if of and len(states) * len(of) > WIDE else states, "of": of, "on": (on,) if on else ()}
    table = queries.find("standing_towards").answer(engine, **asked)
    wanted = set(states)
    found = []
    for row in table.rows:
        value = dict(zip(table.columns, (cell or "" for cell in row), strict=True))
        if wanted and value["state"] not in wanted:
            continue
        value["code"] = value["code"].rsplit("/", 1)[-1]
        flags = {name: value.pop(name) == "true" for name in ("party", "disputed")}
        found.append(Recorded(**value, **flags))  # type: ignore[arg-type]
    return found


def cells(rows: Iterable[Recorded]) -> dict[tuple[str, str], Cell]:
    """Return one cell for each pair of state and thing of which something is recorded."""
    pairs: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
    for row in rows:
        pairs[row.state, row.of].append(row)
    return {pair: _cell(of_pair) for pair, of_pair in pairs.items()}


def _cell(rows: list[Recorded]) -> Cell:
    ordered = sorted(rows, key=lambda row: (row.standing == "undetermined", _STRENGTH[row.mark.letter], row.claim))
    return Cell(ordered[0].mark, ordered[0].standing != "undetermined", tuple(ordered))


@dataclass(frozen=True)
class Complete:
    """A list that is known to hold all there were, until a day."""

    listed: str
    until: str

    @property
    def cell(self) -> Cell:
        note = f"no: not on the list of {self.listed}, which is known to be complete until {readable(self.until)}"
        return Cell(NO, True, (), note)


_LISTS = ("parties", "members", "participating states", "participants", "supporters", "experts", "signatories")


def complete(engine: queries.Answers, of: Sequence[str], on: str = "") -> dict[str, Complete]:
    """Return for each thing the list that tells who is not in it, if one is known to be complete (that day)."""
    if not of:
        return {}
    table = queries.for_site("complete_lists").answer(engine, of=of, on=(on,) if on else ())
    found: dict[str, Complete] = {}
    for thing, _, said, until in sorted(table.rows, key=lambda row: _LISTS.index(row[2] or "")):
        found.setdefault(thing or "", Complete(said or "", until or ""))
    return found


class UnknownName(CyberGovError):
    """A state, group, text or forum in the address that is not known here."""

    status = 404


class BadChoice(CyberGovError):
    """A choice in the address that makes no sense, or asks for too much."""

    status = 400
