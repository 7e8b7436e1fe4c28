"""An event: when, where, of which forum, who took part and chaired, what was adopted, what came before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graph.terms import CG
from webapp.profiles.forums import dated_lines
from webapp.profiles.parts import Card, Chain, Figure, Profile, Sentence, Step, count, listed, sentence
from webapp.profiles.subject import Row, Subject, by, some
from webapp.things import Value

BESIDE = 2  # sessions before and after that a chain shows


def of_event(subject: Subject) -> Profile:
    """Return what an event's page says first."""
    rows = subject.ask("profile_event", event=subject.iri)
    agreed = subject.ask("agreed_then", event=subject.iri)
    beside = _beside(subject, rows)
    people, said = by(rows, "participant"), by(rows, "statement")
    roles = Counter(subject.word(row["code"]) for row in people)
    lead = ", ".join(f"{role}: {number}" for role, number in roles.most_common())
    cards = (
        Card(
            "Who took part", dated_lines(subject, people), (f"{lead}.",) if people else (), len(people),
            subject.anchor("participation", CG.event), "Nobody is on record as having taken part; somebody did.",
        ),
        _agreed(subject, agreed),
        Card("Who led it", dated_lines(subject, by(rows, "office")), (), len(by(rows, "office")),
             subject.anchor("office", CG.body), "Who chaired is not recorded here."),
        Card("What was said", dated_lines(subject, said), (), len(said), subject.anchor("statement", CG.event)),
        Card("Stakeholders who applied", dated_lines(subject, by(rows, "accreditation")), (),
             len(by(rows, "accreditation")), subject.anchor("accreditation", CG.event)),
    )  # fmt: skip
    adopted = len({row["text"] for row in agreed})
    figures = some(
        subject.figure("participation on record", "participations on record", "participation", CG.event),
        Figure(str(adopted), f"text{'s' * (adopted > 1)} adopted or issued then", "#agreed") if adopted else None,
        subject.figure("statement", "statements", "statement", CG.event),
        subject.figure("decision on a stakeholder", "decisions on stakeholders", "accreditation", CG.event),
    )  # fmt: skip
    return Profile(
        (_said(subject, people, agreed),), figures, (beside,) if beside else (), (),
        tuple(card for card in cards if card.lines or card.empty),
    )  # fmt: skip


def _said(subject: Subject, people: Sequence[Row], agreed: Sequence[Row]) -> Sentence:
    item = subject.item
    start, end = item.text(str(CG.start)), item.text(str(CG.end))
    when = f"{start} to {end}" if start and end and start != end else start or "date not recorded"
    kind = item.text(str(CG.eventKind)) or "event"
    forum, taking = subject.values(str(CG.sessionOf)), len({row["thing"] for row in people})
    place = [*subject.values(str(CG.city)), *subject.values(str(CG.takesPlaceIn))]
    return sentence(
        kind.capitalize(), *((" of ", *listed(forum)) if forum else ()), f", {when}",
        *((", in ", *_joined(place)) if place else (", place not recorded")), ". ",
        f"{count(taking, 'participant')} on record" if taking else "Who took part is not recorded here", "; ",
        f"{count(len({row['text'] for row in agreed}), 'text')} adopted or issued while it lasted.",
    )  # fmt: skip


def _joined(values: Sequence[Value]) -> list[Value | str]:
    found: list[Value | str] = []
    for value in values:
        found += [", ", value] if found else [value]
    return found


def _agreed(subject: Subject, rows: Sequence[Row]) -> Card:
    texts = {row["text"]: row for row in rows}
    lines = tuple(
        subject.line(
            subject.value(text), f", {subject.dated(row.get('date'))}",
            "" if row.get("sure") == "yes" else " (whether at this session is undetermined)", claim=row["act"],
        )
        for text, row in texts.items()
    )  # fmt: skip
    return Card(
        "What was adopted", lines, empty="No text adopted or issued while it lasted is recorded here.", anchor="agreed"
    )


def _beside(subject: Subject, rows: Sequence[Row]) -> Chain | None:
    kin = by(rows, "session") or by(rows, "edition")
    ordered = sorted({row["thing"]: row for row in kin}.values(), key=lambda row: (row["date"], row["thing"]))
    places = [place for place, row in enumerate(ordered) if row["thing"] == subject.iri]
    if not places or len(ordered) < 2:
        return None
    here = places[0]
    steps = [Step(subject.value(row["thing"]), when=subject.dated(row["date"])) for row in ordered]
    what = "session" if by(rows, "session") else "edition"
    return Chain(
        f"The {what}s before and after", tuple(steps[max(0, here - BESIDE) : here]), steps[here],
        tuple(steps[here + 1 : here + 1 + BESIDE]), f"{count(len(ordered), what)} on record.",
    )  # fmt: skip


BUILDERS = {"event": of_event}
