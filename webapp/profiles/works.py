"""Projects and publications: who leads, funds, writes and publishes, on what, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from graph.terms import CG, DCTERMS
from webapp.profiles.answered import numbered
from webapp.profiles.parts import Card, Phrase, Profile, Sentence, count, listed, plain, sentence
from webapp.profiles.subject import Row, Subject, by, some

OPEN = 6


def of_project(subject: Subject) -> Profile:
    """Return what the page on a project says first."""
    results = by(subject.ask("profile_work", work=subject.iri), "result")
    partners = _values(subject, CG.partner, CG.partnerNames)
    lead, funders = _values(subject, CG.lead), _values(subject, CG.funder, CG.funderNames)
    start, end = subject.item.text(str(CG.start)), subject.item.text(str(CG.end))
    when = f", {start} to {end}" if start and end else f", from {start}" if start else f", until {end}" if end else ""
    return Profile(
        summary=(
            sentence(
                "Project",
                (" led by ", *listed(lead)) if lead else "",
                (" with ", *listed(partners, 3)) if partners else "",
                (", funded by ", *listed(funders, 3)) if funders else "",
                when,
                ".",
            ),
            _on(subject, "It works"),
            (f"{count(len(results), 'publication')} on record as a result of it.",),
        ),
        figures=some(
            numbered(len(lead) + len(partners), "organisation runs it", "organisations run it"),
            numbered(len(funders), "funder on record", "funders on record"),
            numbered(len(results), "publication", "publications", subject.anchor("publication", CG.resultOf)),
        ),
        cards=(
            _works(
                subject, results, "What came of it", "No publication is recorded as a result of it; there may be some."
            ),
            _about(subject),
        ),
        missing=_lacks(
            (not funders, "Who funds it is not recorded."),
            (not subject.values(str(CG.amount)), "With how much money is not recorded."),
            (not start, "When it began is not recorded."),
        ),
    )


def of_publication(subject: Subject) -> Profile:
    """Return what the page on a publication says first."""
    kind = plain(tuple(subject.values(str(CG.publicationKind))[:1])) or "publication"
    writers, publisher = (
        _values(subject, DCTERMS.creator, CG.authorNames),
        _values(subject, DCTERMS.publisher, CG.publisherName),
    )
    date, projects = subject.item.text(str(CG.date)), subject.values(str(CG.resultOf))
    siblings = by(subject.ask("profile_work", work=subject.iri), "sibling")
    cards = [_about(subject)]
    if projects:
        cards.append(
            _works(subject, siblings, "From the same project", "No other publication of the project is on record.")
        )
    return Profile(
        summary=(
            sentence(
                kind[:1].upper() + kind[1:],
                (" by ", *listed(writers, 4)) if writers else "",
                (", published by ", *listed(publisher)) if publisher else "",
                f", {date}" if date else "",
                ".",
            ),
            _on(subject, "It is"),
            sentence("It results from the project ", *listed(projects), ".") if projects else (),
        ),
        figures=some(
            numbered(len(writers), "author on record", "authors on record"),
            numbered(len(subject.values(str(CG.about))), "text or body it is about", "texts and bodies it is about"),
        ),
        cards=tuple(cards),
        missing=_lacks(
            (not writers, "Who wrote it is not recorded."),
            (not date, "When it came out is not recorded."),
            (not publisher, "Who published it is not recorded."),
        ),
    )


def _values(subject: Subject, *predicates: object) -> list[Phrase]:
    return [value for predicate in predicates for value in subject.values(str(predicate))]


def _on(subject: Subject, begin: str) -> Sentence:
    topics = subject.values(str(DCTERMS.subject))
    return sentence(f"{begin} on ", *listed(topics, 5), ".") if topics else ()


def _about(subject: Subject) -> Card:
    things = subject.values(str(CG.about))
    lines = tuple(subject.line(thing) for thing in things[:OPEN])
    empty = "No text, norm or forum is recorded as its subject."
    return Card("Texts and bodies it is about", lines, (), len(things), empty=empty)


def _works(subject: Subject, rows: Sequence[Row], title: str, empty: str) -> Card:
    lines = tuple(
        subject.line(
            subject.value(row["thing"]),
            f" ({subject.word(row['code'])}",
            f", {subject.dated(row['date'])})" if "date" in row else ")",
        )
        for row in rows[:OPEN]
    )
    return Card(title, lines, (), len(rows), subject.anchor("publication", CG.resultOf), empty)


def _lacks(*said: tuple[bool, str]) -> tuple[Sentence, ...]:
    return tuple((words,) for lacking, words in said if lacking)


BUILDERS = {"project": of_project, "publication": of_publication}
