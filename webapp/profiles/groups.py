"""Threat actors: names that acts and companies use for a group, and what they say of it; never whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from graph.terms import CG
from webapp.profiles.acts import Act, acts, by_rank, by_speaker
from webapp.profiles.answered import hear, numbered, official, replies_card, told_replies
from webapp.profiles.conduct import assessed, to_whom
from webapp.profiles.parts import Card, Pair, Phrase, Profile, Sentence, count, listed, sentence
from webapp.profiles.subject import Row, Subject, by, some

OPEN = 6


def of_threat_actor(subject: Subject) -> Profile:
    """Return what the page on a threat actor says first."""
    found = official(acts(subject.ask("acts_around", thing=subject.iri), "group"))
    heard = hear(subject, found)
    rows = subject.ask("profile_threat_actor", group=subject.iri)
    judged = by(rows, "judged")
    bar = by_rank(found)
    operations = list(dict.fromkeys(operation for act in found for operation in act.operations))
    return Profile(
        summary=(
            ("A name that others use for a group; who uses it may mean more or less than another does.",),
            _said(subject, found, operations),
            *told_replies(subject, heard),
            (f"Apart from them, companies and data sets made {count(len(rows), 'assessment')} on record here.",),
        ),
        figures=some(
            numbered(
                len(found),
                "official act names it",
                "official acts name it",
                subject.anchor("attribution", CG.namesGroup),
            ),
            numbered(len({act.speaker for act in found}), "speaker", "speakers", "#speakers") if found else None,
            numbered(len(operations), "operation in those acts", "operations in those acts"),
            numbered(len(heard.given), "reply of those named", "replies of those named", "#replies") if found else None,
            numbered(
                len(rows),
                "assessment by companies or data sets",
                "assessments by companies or data sets",
                "#assessments",
            ),
        ),
        opening=(Pair(to_whom(subject, found, "To whom acts that name it attribute"), replies_card(subject, heard)),)
        if found
        else (),
        cards=(
            assessed(subject, judged),
            _set_down(subject, by(rows, "setting")),
            Card(
                "Operations in acts that name it",
                tuple(subject.line(subject.value(one)) for one in operations[:OPEN]),
                (),
                len(operations),
                subject.anchor("attribution", CG.namesGroup),
                "No official act on record here names it.",
            ),
        ),
        blocks=(by_speaker(subject, found, "Who spoke", "speakers"), *((bar,) if bar else ())) if found else (),
        missing=(("Whether it is part of a state is not something that is recorded here; only who said so.",),),
    )


def _said(subject: Subject, found: Sequence[Act], operations: Sequence[str]) -> Sentence:
    if not found:
        return ("No official act on record here names it.",)
    naming = [act for act in found if act.named]
    named = list(dict.fromkeys(who for act in naming for who in act.named))
    to: tuple[Phrase, ...] = ()
    if named:
        to = (
            f"; {len(naming)} of them attribute {'operations' if len(operations) > 1 else 'the operation'} to ",
            *listed([subject.value(who) for who in named], 3),
        )
    speakers = count(len({act.speaker for act in found}), "speaker")
    return sentence(
        f"{count(len(found), 'official act')} on record here, by {speakers}, "
        f"{'names' if len(found) == 1 else 'name'} it, on {count(len(operations), 'operation')}",
        to,
        ".",
    )


def _set_down(subject: Subject, rows: Sequence[Row]) -> Card:
    lines = tuple(
        subject.line(subject.value(row["thing"]), " on ", subject.value(row["code"]), claim=row["claim"])
        for row in rows[:OPEN]
    )
    return Card(
        "Operations that companies and data sets set down to it",
        lines,
        (),
        len(rows),
        subject.anchor("assessment", CG.assessedGroup),
        "Nothing is on record here.",
    )


BUILDERS = {"threat-actor": of_threat_actor}
