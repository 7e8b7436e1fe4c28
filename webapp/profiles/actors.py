"""Organisations, groups of states and persons: what each is, belongs to, runs, publishes, accepted, and said.

A person stands here only in a public function. An organisation that is a forum too has a forum's page, with what it
does as an actor beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graph.terms import CG, DCTERMS
from webapp.profiles.acts import Act, acts, by_speaker, told
from webapp.profiles.answered import Heard, hear, numbered, official, replies_card, told_replies
from webapp.profiles.conduct import to_whom
from webapp.profiles.forums import of_forum
from webapp.profiles.parts import (
    Block,
    Card,
    Figure,
    Line,
    Pair,
    Phrase,
    Profile,
    Sentence,
    count,
    listed,
    plain,
    sentence,
)
from webapp.profiles.subject import Row, Subject, by, code, some

OPEN = 5  # lines of a card
_RESEARCH = frozenset({"think-tank", "university-institute"})


@dataclass(frozen=True)
class Side:
    """One side of an actor: what its claims are called, and where on the page all of them stand."""

    title: str
    parts: dict[str, str]  # the parts of the answer, each with the word before its lines where there are several
    one: str
    many: str
    sections: tuple[tuple[str, object], ...] = field(default=())


_SIDES = (
    Side("Belongs to", {"membership": ""}, "membership", "memberships", (("membership", CG.member),)),
    Side("Accepted", {"acceptance": ""}, "text accepted or refused", "texts accepted or refused",
         (("acceptance", CG.acceptedBy),)),
    Side("Projects", {"lead": "leads ", "funder": "funds ", "partner": "partner in "}, "project", "projects",
         (("project", CG.lead), ("project", CG.funder), ("project", CG.partner))),
    Side("Publications", {"published": "", "wrote": ""}, "publication", "publications",
         (("publication", DCTERMS.publisher), ("publication", DCTERMS.creator))),
    Side("Capacity building", {"donor": "gives: ", "implementer": "carries out: ", "beneficiary": "receives: "},
         "activity of capacity building", "activities of capacity building",
         (("capacity-building", CG.donor), ("capacity-building", CG.implementer))),
    Side("Events", {"organised": "organised ", "participation": "took part in ", "accreditation": "applied for "},
         "event", "events", (("event", CG.organiser), ("participation", CG.participant))),
    Side("Offices", {"office": ""}, "office", "offices", (("office", CG.holder),)),
    Side("Statements", {"statement": "", "for it": "on its behalf: ", "joined": "joined: "}, "statement", "statements",
         (("statement", CG.speaker), ("statement", CG.onBehalfOf))),
    Side("Its assessments", {"assessment": ""}, "assessment", "assessments", (("assessment", CG.assessor),)),
    Side("Organs", {"organ": ""}, "organ", "organs", (("organisation", CG.organOf),)),
    Side("Issued, convened, holds", {"issued": "issued ", "convened": "convened ", "within": "holds "},
         "document or body of it", "documents and bodies of it", (("document", CG.issuedBy), ("forum", CG.convenedBy))),
)  # fmt: skip


def of_organisation(subject: Subject) -> Profile:
    """Return what the page on an organisation or institute says first."""
    rows = subject.ask("profile_actor", actor=subject.iri)
    around = subject.ask("acts_around", thing=subject.iri)
    spoken, named = official(acts(around, "speaker", "joined", "organ")), official(acts(around, "named"))
    heard = hear(subject, named)
    blocks = (*_named(subject, named, heard), *_spoken(subject, spoken))
    attributions = (*_of_attributions(spoken, named), *told_replies(subject, heard))
    if subject.total("membership", CG.forum) or subject.values(str(CG.forumKind)):
        whole = of_forum(subject)
        cards = tuple(card for card in _cards(subject, rows) if card.title not in ("Organs", "Issued, convened, holds"))
        return replace(
            whole,
            summary=(*whole.summary, *attributions),
            cards=(*whole.cards, *cards),
            blocks=(*whole.blocks, *blocks),
        )
    return Profile(
        summary=(_what(subject), _numbers(rows, bool(spoken or named)), *attributions),
        figures=_figures(subject, rows, spoken, named),
        opening=blocks[:1],
        cards=_cards(subject, rows),
        blocks=blocks[1:],
        missing=_missing(subject, rows),
    )


def of_group(subject: Subject) -> Profile:
    """Return what the page on a group of states says first."""
    rows = subject.ask("profile_actor", actor=subject.iri)
    lacks: Sentence = ("Which states belong to it is not recorded as a list of its own here.",)
    return Profile(
        summary=(("A group of states; what is said for it is not told of its members.",), _numbers(rows)),
        figures=_figures(subject, rows, (), ()),
        cards=_cards(subject, rows),
        missing=() if subject.total("membership", CG.forum) else (lacks,),
    )  # fmt: skip


def of_person(subject: Subject) -> Profile:
    """Return what the page on a person says first: publications and offices, nothing private."""
    rows = subject.ask("profile_actor", actor=subject.iri)
    role = plain(tuple(subject.values(str(CG.publicFunction))[:1]))
    first: Sentence = (f"{subject.name} stands here {f'as {role}' if role else 'in a public function'}.",)
    years = sorted(row["date"][:4] for row in by(rows, "wrote") if "date" in row)
    span = f", {years[0]} to {years[-1]}" if years and years[0] != years[-1] else f", {years[0]}" if years else ""
    topics = _topics(subject, rows)
    wrote = sentence(
        f"{count(len(by(rows, 'wrote')), 'publication')} on record here{span}",
        (", on ", *listed(topics, 4)) if topics else "", ".",
    )  # fmt: skip
    return Profile(
        summary=(first, wrote, ("More may have been written or held than is recorded.",)),
        figures=_figures(subject, rows, (), ()),
        cards=_cards(subject, rows),
    )


def _what(subject: Subject) -> Sentence:
    """Return what kind of organisation it is, of whom it is an organ, where it sits, and since when."""
    kind = plain(tuple(subject.values(str(CG.organisationKind))[:1])) or "organisation"
    owner, city = subject.values(str(CG.organOf)), plain(tuple(subject.values(str(CG.city))[:1]))
    place: list[Phrase] = [*((city,) if city else ()), *subject.values(str(CG.basedIn))[:1]]
    founded = subject.item.text(str(CG.founded))
    return sentence(
        kind[:1].upper() + kind[1:], (": ", *listed(owner)) if owner else "",
        (", based in ", place[0], *((", ", place[1]) if len(place) > 1 else ())) if place else "",
        f", founded {founded}" if founded else "", ".",
    )  # fmt: skip


def _of(rows: Sequence[Row], side: Side) -> dict[str, Row]:
    """Return the claims of one side, each once."""
    return {row["claim"] + row["what"]: row for row in reversed(rows) if row["what"] in side.parts}


def _numbers(rows: Sequence[Row], heard: bool = False) -> Sentence:
    held = [(side, len(_of(rows, side))) for side in _SIDES]
    known = [count(number, side.one, side.many) for side, number in held if number]
    if known:
        return sentence("On record here: ", *listed(known), ".")
    return () if heard else ("Nothing else is on record of it here, which does not mean that there is nothing.",)


def _of_attributions(spoken: Sequence[Act], named: Sequence[Act]) -> tuple[Sentence, ...]:
    said: list[str] = []
    if spoken:
        said.append(f"It spoke or joined {count(len(spoken), 'act')} of attribution.")
    if named:
        speakers = count(len({act.speaker for act in named}), "speaker")
        said.append(f"{count(len(named), 'act')} by {speakers} attributed operations to it.")
    return ((f"{' '.join(said)} An attribution says who spoke, not who did it.",),) if said else ()


def _figures(subject: Subject, rows: Sequence[Row], spoken: Sequence[Act], named: Sequence[Act]) -> tuple[Figure, ...]:
    own = [
        numbered(number, side.one, side.many, _place(subject, side))
        for side in _SIDES
        if (number := len(_of(rows, side)))
    ]
    return some(
        numbered(len(named), "act attributes to it", "acts attribute to it", "#named-by-others") if named else None,
        numbered(len(spoken), "act of attribution spoken", "acts of attribution spoken", "#named") if spoken else None,
        *own[:7],
    )


def _place(subject: Subject, side: Side) -> str:
    return next((place for kind, way in side.sections if (place := subject.anchor(kind, way))), "")


def _cards(subject: Subject, rows: Sequence[Row]) -> tuple[Card, ...]:
    cards = [_card(subject, side, list(reversed(_of(rows, side).values()))) for side in _SIDES]
    topics = _topics(subject, rows)
    written = Card("Topics of its work", tuple(subject.line(topic) for topic in topics[:8]), (), len(topics))
    return tuple(card for card in (*cards, written) if card.lines)


def _card(subject: Subject, side: Side, rows: Sequence[Row]) -> Card:
    lines = tuple(_line(subject, side, row) for row in rows[:OPEN])
    lead: Sentence = (f"{count(len(rows), side.one, side.many)}.",)
    note = "Its own judgements, which are no official acts." if side.title == "Its assessments" else ""
    return Card(side.title, lines, lead if rows else (), len(rows), _place(subject, side), note=note)


def _line(subject: Subject, side: Side, row: Row) -> Line:
    end = f" to {subject.dated(row['end'])}" if "end" in row else ""
    dated = f"{subject.dated(row.get('date'))}{end}".strip()
    more = [subject.word(row["code"]) if "code" in row else "", dated]
    named: tuple[Phrase, ...] = (": names ", subject.value(row["other"])) if "other" in row else ()
    said = ", ".join(word for word in more if word)
    claim = row["claim"] if row["claim"] != row["thing"] else ""
    return subject.line(
        side.parts[row["what"]], subject.value(row["thing"]), *named, f" ({said})" if said else "", claim=claim
    )


def _topics(subject: Subject, rows: Sequence[Row]) -> list[Phrase]:
    tally = Counter(row["thing"] for row in by(rows, "topic"))
    return [subject.value(topic) for topic, _ in sorted(tally.items(), key=lambda pair: (-pair[1], pair[0]))]


def _named(subject: Subject, named: Sequence[Act], heard: Heard) -> tuple[Block, ...]:
    """Return who attributed operations to it, with the replies beside."""
    if not named:
        return ()
    return (Pair(by_speaker(subject, named, "By whom operations are attributed to it", "named-by-others"),
                 replies_card(subject, heard, "Replies to those acts")),)  # fmt: skip


def _spoken(subject: Subject, spoken: Sequence[Act]) -> tuple[Block, ...]:
    if not spoken:
        return ()
    whom = to_whom(subject, spoken, "To whom its acts attribute")
    return (
        Pair(
            whom,
            Card("What its acts rest on", (), told(spoken), note="Acts that it spoke or joined, or an organ of it."),
        ),
    )


def _missing(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    lacks: list[Sentence] = []
    kind = code(next((value.iri for value in subject.values(str(CG.organisationKind))), ""))
    if kind in _RESEARCH and not by(rows, "published"):
        lacks.append(("No publication of it is recorded; it may have many.",))
    if kind in _RESEARCH and not any(by(rows, what) for what in ("lead", "funder", "partner")):
        lacks.append(("No project of it is recorded.",))
    if not subject.values(str(CG.basedIn)) and not subject.values(str(CG.organOf)):
        lacks.append(("Where it is based is not recorded.",))
    return tuple(lacks)


BUILDERS = {"organisation": of_organisation, "group": of_group, "person": of_person}
