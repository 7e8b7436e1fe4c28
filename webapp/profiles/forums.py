"""A forum: who takes part now, where it comes from, what it agreed, who leads it, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graph.terms import CG
from webapp.profiles.parts import (
    Block,
    Card,
    Chain,
    Figure,
    Line,
    Profile,
    Sentence,
    Step,
    count,
    listed,
    plain,
    sentence,
    split,
)
from webapp.profiles.subject import Row, Subject, by, code, some, takes_part
from webapp.things import Value

OPEN = 5
_MEASURES = (
    ("stated-as-implementing", "first"), ("corresponds-to", "second"), ("partial", "third"), ("predates", "none"),
    ("arguably-conflicts", "no"),
)  # fmt: skip


def of_forum(subject: Subject) -> Profile:
    """Return what a forum's page says first."""
    rows = subject.ask("profile_forum", forum=subject.iri)
    kind, _, slug = subject.iri.rpartition("/id/")[2].partition("/")
    line = _line(subject, rows)
    bar = measures(subject, by(rows, "measure"), "What is set against its commitments")
    cards = (
        _members(subject, rows), _agreed(subject, by(rows, "commitment")), _met(subject, by(rows, "session")),
        _led(subject, by(rows, "office")), _stakeholders(subject, by(rows, "accreditation")),
        _issued(subject, by(rows, "document")),
    )  # fmt: skip
    return Profile(
        _summary(subject, rows), _figures(subject, rows), (line,) if line else (), (bar,) if bar else (),
        tuple(card for card in cards if card.lines or card.empty), _missing(subject, rows),
        _views(f"{kind}/{slug}", bool(by(rows, "membership"))),
    )  # fmt: skip


def _views(short: str, taken_part: bool) -> tuple[Value, ...]:
    """Return what else shows it; forums are compared by those who take part in them."""
    compared = (Value("compare with another forum", f"/compare?forum={short}"),) if taken_part else ()
    return (*compared, Value("network around it", f"/network?focus={short}"))


def _now(rows: Sequence[Row]) -> list[Row]:
    return [row for row in by(rows, "membership") if takes_part(row)]


def _summary(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    what = plain(tuple(subject.values(str(CG.forumKind))[:1])) or "forum"
    start, end = subject.item.text(str(CG.start)), subject.item.text(str(CG.end))
    since = f", {start} to {end}" if start and end else f", since {start}" if start else ""
    within = subject.values(str(CG.withinBody))
    first = sentence(what.capitalize(), since, *((", within ", *listed(within)) if within else ()), ".")
    roles = Counter(subject.word(row["code"]) for row in _now(rows))
    people = ", ".join(f"{role}: {number}" for role, number in roles.most_common(3))
    taking = len({row["thing"] for row in _now(rows)})
    second = f"{count(taking, 'actor')} on record as taking part{f' ({people})' if people else ''}"
    second = second if taking else "Who takes part is not recorded here by name"
    third = (
        f"; {count(len(by(rows, 'commitment')), 'commitment')} adopted, {count(len(by(rows, 'session')), 'session')}."
    )
    return (first, (second + third,))


def _figures(subject: Subject, rows: Sequence[Row]) -> tuple[Figure, ...]:
    taking = len({row["thing"] for row in _now(rows)})
    last, against = reported(by(rows, "count")), len(by(rows, "measure"))
    return some(
        Figure(str(taking), "take part now, on record", subject.anchor("membership", CG.forum)) if taking else None,
        Figure(
            last["number"], f"{subject.word(last['code'])}, as reported {subject.dated(last.get('date'))}",
            subject.anchor("count", CG.countOf),
        ) if last else None,
        subject.figure("commitment adopted", "commitments adopted", "commitment", CG.adoptedBy),
        subject.figure("norm adopted", "norms adopted", "norm", CG.adoptedBy),
        subject.figure("session", "sessions", "event", CG.sessionOf),
        subject.figure("document issued", "documents issued", "document", CG.issuedBy),
        subject.figure("office", "offices", "office", CG.body),
        Figure(str(against), "measures set against them", "#set-against") if against else None,
    )  # fmt: skip


def reported(rows: Sequence[Row]) -> Row | None:
    """Return the last reported number, None where none is."""
    return max(rows, key=lambda row: row.get("date", ""), default=None)


def _line(subject: Subject, rows: Sequence[Row]) -> Chain | None:
    before = sorted(by(rows, "line"), key=lambda row: row.get("date", ""))
    after = sorted(by(rows, "line from it"), key=lambda row: row.get("date", ""))
    if not before and not after:
        return None
    here = Step(subject.item.named, when=subject.item.text(str(CG.start)))
    return Chain(
        "Where it comes from, and what followed",
        tuple(_step(subject, row, f"{subject.word(row['code'])}:") for row in before),
        here,
        tuple(_step(subject, row, f"{subject.word(row['code'])} this:") for row in after),
    )


def _step(subject: Subject, row: Row, how: str) -> Step:
    return Step(subject.value(row["thing"]), how, subject.dated(row.get("date")), subject.value(row["claim"]))


def _members(subject: Subject, rows: Sequence[Row]) -> Card:
    spells, now = by(rows, "membership"), _now(rows)
    latest = sorted((row for row in now if "date" in row), key=lambda row: row["date"], reverse=True)
    left = sorted((row for row in spells if "end" in row), key=lambda row: row["end"], reverse=True)
    lines = [_member(subject, row, "since", "date") for row in latest[:3]]
    lines += [_member(subject, row, "until", "end") for row in left[:2]]
    lines += [subject.line(subject.value(row["thing"]), f": {subject.word(row['code'])}", claim=row["claim"])
              for row in now[: OPEN - len(lines)] if not latest]  # fmt: skip
    last = reported(by(rows, "count"))
    when = f" ({subject.dated(last['date'])})" if last and "date" in last else ""
    officially = f" Last number reported: {last['number']} {subject.word(last['code'])}{when}." if last else ""
    lead = f"{len({row['thing'] for row in now})} now on record, {count(len(left), 'spell')} that ended.{officially}"
    return Card(
        "Who takes part", tuple(lines), (lead,) if spells else (), len(spells), subject.anchor("membership", CG.forum),
        "Who takes part is not recorded here by name; unknown is not no.",
        "The latest to join and to leave." if latest else "",
    )  # fmt: skip


def _member(subject: Subject, row: Row, word: str, when: str) -> Line:
    said = f": {subject.word(row['code'])}, {word} {subject.dated(row[when])}"
    return subject.line(subject.value(row["thing"]), said, claim=row["claim"])


def dated_lines(subject: Subject, rows: Sequence[Row]) -> tuple[Line, ...]:
    """Return the first rows as lines: the thing, what it is, and when."""
    return tuple(
        subject.line(
            subject.value(row["thing"]), f": {subject.word(row['code'])}" if "code" in row else "",
            f", {subject.dated(row['date'])}" if "date" in row else "", claim=row["claim"],
        )
        for row in rows[:OPEN]
    )  # fmt: skip


def _agreed(subject: Subject, rows: Sequence[Row]) -> Card:
    kinds = Counter(subject.word(row["code"]) for row in rows)
    lead = ", ".join(f"{kind}: {number}" for kind, number in kinds.most_common())
    return Card(
        "What it agreed", dated_lines(subject, rows), (f"{lead}.",) if rows else (), len(rows),
        subject.anchor("commitment", CG.adoptedBy) or subject.anchor("norm", CG.adoptedBy),
        "No commitment adopted by it is recorded here.",
        "Adopted by the body: that is no acceptance by each of its members." if rows else "",
    )  # fmt: skip


def _met(subject: Subject, rows: Sequence[Row]) -> Card:
    lead = f"{count(len(rows), 'session')} on record, the latest first."
    return Card(
        "When it met", dated_lines(subject, rows), (lead,) if rows else (), len(rows),
        subject.anchor("event", CG.sessionOf), "No session of it is recorded here.",
    )  # fmt: skip


def _led(subject: Subject, rows: Sequence[Row]) -> Card:
    lines = tuple(
        subject.line(
            subject.value(row["thing"]), *((" (", subject.value(row["other"]), ")") if "other" in row else ()),
            f": {subject.word(row['code'])}", _spell(subject, row), claim=row["claim"],
        )
        for row in rows[:OPEN]
    )  # fmt: skip
    return Card("Who leads it", lines, (), len(rows), subject.anchor("office", CG.body), "No office is recorded here.")


def _spell(subject: Subject, row: Row) -> str:
    start, end = subject.dated(row.get("date")), subject.dated(row.get("end"))
    return f", {start} to {end}" if start and end else f", from {start}" if start else f", until {end}" if end else ""


def _stakeholders(subject: Subject, rows: Sequence[Row]) -> Card:
    outcomes = Counter(subject.word(row["code"]) if "code" in row else "outcome not recorded" for row in rows)
    lead = ", ".join(f"{outcome}: {number}" for outcome, number in outcomes.most_common())
    return Card("How stakeholders may take part", dated_lines(subject, rows), (f"{lead}.",) if rows else (), len(rows))


def _issued(subject: Subject, rows: Sequence[Row]) -> Card:
    href = subject.anchor("document", CG.issuedBy) or subject.anchor("decision", CG.issuedBy)
    return Card("What it issued", dated_lines(subject, rows), (), len(rows), href)


def measures(subject: Subject, rows: Sequence[Row], title: str) -> Block | None:
    """Return how measures at home stand to commitments, as a bar; only the first relation is implementation."""
    tally = Counter(code(row["code"]) for row in rows)
    names = {code(row["code"]): subject.word(row["code"]) for row in rows}
    note = "Only what is stated as implementing is called so; the rest is a judgement of whoever asserts it."
    return split(
        title, [(names.get(one, one), tally[one], tone) for one, tone in _MEASURES], (note,), "", "set-against"
    )


def completeness(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    """Return between which days which lists are known to hold all, in words."""
    if not rows:
        return (("The list of those who take part is not known to be complete for any day.",),)
    return tuple((_complete(subject, row),) for row in rows)


def _complete(subject: Subject, row: Row) -> str:
    start, end = subject.dated(row.get("date")), subject.dated(row.get("end") or row.get("more"))
    days = f"on {start}" if start == end else f"from {start or 'an unknown day'} to {end or 'an unknown day'}"
    return (
        f"The list of {subject.word(row['code'])} is known to be complete {days}; outside that, absent means unknown."
    )


def _missing(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    found = list(completeness(subject, by(rows, "complete")) if by(rows, "membership") else ())
    if undated := [row for row in _now(rows) if "date" not in row]:
        found.append((f"Since when {count(len(undated), 'actor')} on record take part is not recorded.",))
    if by(rows, "commitment") and not by(rows, "measure"):
        found.append(("No measure at home is set against its commitments here; there may be many.",))
    return tuple(found)


BUILDERS = {"forum": of_forum}
