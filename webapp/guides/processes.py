"""How the UN got from GGE to the Global Mechanism: the groups, their mandates, the votes and the seats."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from webapp.guides.asked import Asked, Figures
from webapp.things import short
from webapp.views import tilemap

ONE = "forum/un-oewg-2019"  # the rest is found from here, by what follows what
TOPIC = "un-norms"
RIVALS = ("ballot/a-res-73-27", "ballot/a-res-73-266")  # two mandates in one session
TEXTS = ("document/a-res-73-27", "document/a-res-73-266")
_VOTES = {"yes": "yes", "no": "no", "abstain": "abstained"}
_PAIRS = tilemap.in_order(("yes to both", "yes to the first only", "yes to the second only", "yes to neither"))


@dataclass(frozen=True)
class Votes:
    """A counted vote as shares of those who voted, for a bar."""

    yes: int
    no: int
    abstain: int

    @property
    def shares(self) -> tuple[float, float, float]:
        """Hundredths that said yes, abstained, and said no."""
        whole = self.yes + self.no + self.abstain or 1
        return tuple(round(100 * part / whole, 2) for part in (self.yes, self.abstain, self.no))  # type: ignore[return-value]


@dataclass(frozen=True)
class Process:
    """A group or process with its years, where these stand on a line, and its mandates."""

    iri: str
    name: str
    kind: str
    start: str
    end: str
    x: float  # hundredths of the line
    width: float
    mandates: tuple[dict[str, str], ...]


def votes(row: dict[str, str]) -> Votes | None:
    """Return the counted votes of a row; None where nobody counted."""
    return Votes(int(row["yes"]), int(row["no"]), int(row["abstain"])) if row["yes"] else None


def figures(asked: Asked) -> dict[str, Any]:
    """Return everything that the story shows."""
    told, until = asked.site("guide_processes", forum=ONE), int(asked.service.manifest["data_date"][:4])
    processes = chain(told, until)
    ballots = asked.site("guide_ballots", topic=TOPIC)
    pairs = asked.site("guide_two_ballots", first=RIVALS[0], second=RIVALS[1])
    both = Counter(pair_of(row) for row in pairs)
    sessions = [(one, asked.library("sessions_of_forum", forum=short(one.iri))) for one in processes]
    return {
        "told": told,
        "processes": processes,
        "span": (min((p.start[:4] for p in processes), default=""), until),
        "lineage": asked.library("lineage_of_forum", forum=ONE),
        "ballots": ballots,
        "counted": [(row, found) for row in ballots if (found := votes(row))],
        "rivals": [row for row in ballots if short(row["ballot"]) in RIVALS],
        "pairs": pairs,
        "both": both,
        "picture": picture(pairs),
        "seats": asked.site("guide_seats", forum=ONE),
        "sessions": [(process, held) for process, held in sessions if len(held)],
        "voters": [(choice.label, [row for row in pairs if pair_of(row) == choice.key]) for choice in _PAIRS],
        "votes": votes,
    }


def sketch(asked: Asked) -> dict[str, Any]:
    """Return the counted votes as small bars, one a resolution."""
    ballots = asked.site("guide_ballots", topic=TOPIC)
    counted = [(row, found) for row in ballots if (found := votes(row))][-9:]
    return {
        "kind": "votes",
        "votes": counted,
        "says": f"the last {len(counted)} counted votes; from the left yes, abstained, no",
    }


def chain(told: Figures, until: int) -> list[Process]:
    """Return the processes in the order in which they began, each with its place on a line of years."""
    dated = [row for row in told if row["start"]]
    first = min((int(row["start"][:4]) for row in dated), default=until)
    step = 100 / (until - first + 1)
    found = []
    for iri in dict.fromkeys(row["process"] for row in dated):
        rows = [row for row in dated if row["process"] == iri]
        start, end = int(rows[0]["start"][:4]), int((rows[0]["end"] or str(until))[:4])
        x, width = round((start - first) * step, 2), round((end - start + 1) * step, 2)
        mandates = tuple(row for row in rows if row["mandate"])
        name, kind = rows[0]["name"], rows[0]["kind"]
        found.append(Process(iri, name, kind, rows[0]["start"], rows[0]["end"], x, width, mandates))
    return found


def pair_of(row: dict[str, str]) -> str:
    """Return which of two texts a state voted for."""
    first, second = (row[name] == "yes" for name in ("first_vote", "second_vote"))
    return _PAIRS[(0 if first else 2) if second else (1 if first else 3)].key


def picture(pairs: Figures) -> tilemap.Picture:
    """Return the states as tiles by which of two texts they voted for."""
    codes = {row["state"].rsplit("/", 1)[-1]: row for row in pairs}
    notes = {
        code: ", then ".join(_VOTES.get(row[name], "no vote") for name in ("first_vote", "second_vote"))
        for code, row in codes.items()
    }
    names = {code: row["name"] for code, row in codes.items()}
    return tilemap.draw({code: pair_of(row) for code, row in codes.items()}, _PAIRS, names, notes=notes)
