"""Acts of attribution in numbers: how many acts, by how many speakers, and on whose words the record of them rests.

An act says who spoke, never who did it: every number here counts acts on record, and says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webapp.profiles.parts import Grid, Sentence, Split, count, split
from webapp.profiles.subject import Row, Subject

NOT_NAMED = "to no state or organ"  # an act may name a group, or nobody


@dataclass(frozen=True)
class Act:
    """One act: who spoke, whom it names, on which operations, the best rank of a source, and the replies on record."""

    iri: str
    speaker: str
    named: tuple[str, ...]
    operations: tuple[str, ...]
    date: str
    stance: str
    kind: str
    level: str
    rank: int  # nought where no source has one
    replies: int


def acts(rows: Iterable[Row], *parts: str) -> list[Act]:
    """Return the acts of which a thing is a part in one of the ways, each once, in the order of the answer."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["part"] in parts:
            found[row["act"]].append(row)
    return [_act(act, told) for act, told in found.items()]


def _act(iri: str, rows: list[Row]) -> Act:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row[name] for row in rows if name in row))

    first = rows[0]
    return Act(
        iri, first["speaker"], all_of("named"), all_of("operation"), first.get("date", ""), first["stance"],
        first["kind"], first.get("level", ""), int(first.get("rank", 0)), int(first.get("replies", 0)),
    )  # fmt: skip


_RANKS = (
    ("speaker's own text or a copy of it (rank 1 or 2)", (1, 2), "first"),
    ("data set or scholarship (rank 3)", (3,), "second"),
    ("press (rank 4)", (4,), "third"),
    ("no ranked source", (0, 5), "none"),
)


def by_rank(found: Sequence[Act], title: str = "What the record of these acts rests on") -> Split | None:
    """Return on whose words acts rest, as a bar: the best source of each counts."""
    tally = Counter(act.rank for act in found)
    parts = [(name, sum(tally[rank] for rank in ranks), tone) for name, ranks, tone in _RANKS]
    return split(title, parts, ("Acts on record here, by the best source of each.",))


def told(found: Sequence[Act]) -> Sentence:
    """Return how many acts there are, by how many speakers, and on what they rest, in words."""
    own = sum(act.rank in (1, 2) for act in found)
    press, none = sum(act.rank == 4 for act in found), sum(act.rank in (0, 5) for act in found)
    speakers = len({act.speaker for act in found})
    return (
        f"{count(len(found), 'act')} on record here, by {count(speakers, 'speaker')}; "
        f"{own} {'rests' if own == 1 else 'rest'} on the speaker's own text or a copy of it, {press} on press"
        + (f", {none} on no ranked source." if none else "."),
    )


def by_speaker(subject: Subject, found: Sequence[Act], title: str, anchor: str = "") -> Grid:
    """Return who spoke, how often, and on what the record rests; most first."""
    return _counted(subject, [(act.speaker, act) for act in found], title, "speaker", anchor)


def by_named(subject: Subject, found: Sequence[Act], title: str, anchor: str = "") -> Grid:
    """Return who was named, how often, and on what the record rests; most first."""
    pairs = [(named, act) for act in found for named in act.named or ("",)]
    return _counted(subject, pairs, title, "attributed to", anchor)


def _counted(subject: Subject, pairs: Sequence[tuple[str, Act]], title: str, of: str, anchor: str) -> Grid:
    groups: dict[str, list[Act]] = defaultdict(list)
    for who, act in pairs:
        groups[who].append(act)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), subject.word(group[0]) or "~"))
    rows = tuple(
        (
            (subject.value(who) if who else NOT_NAMED,),
            (str(len(done)),),
            (str(sum(act.rank in (1, 2) for act in done)),),
            (str(sum(act.rank == 4 for act in done)),),
            (str(sum(bool(act.replies) for act in done)),),
        )
        for who, done in ordered
    )
    columns = (of, "acts", "own text (rank 1–2)", "press (rank 4)", "with a reply on record")
    return Grid(title, columns, rows, "Acts on record here. An act that names two counts once with each.", anchor)
