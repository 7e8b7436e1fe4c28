"""Texts and the undertakings in them: commitments, norms, proposals, documents, decisions, ballots."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from graph.terms import CG, DCTERMS
from webapp.profiles.forums import completeness, dated_lines, measures, reported
from webapp.profiles.parts import Block, Card, Figure, Grid, Profile, Quote, Sentence, count, listed, sentence, split
from webapp.profiles.subject import Row, Subject, by, code, some
from webapp.things import Value

OPEN = 6
_REFUSALS = frozenset({"dissociated", "opposed"})
_MUTUAL = frozenset({"same-object"})


def of_undertaking(subject: Subject) -> Profile:
    """Return what the page on a commitment, norm or proposal says first."""
    rows = subject.ask("profile_undertaking", commitment=subject.iri)
    stated = by(rows, "stated")
    said = subject.item.text(str(CG.paraphrase))
    opening = (Quote(said, _where(subject, stated)),) if said else ()
    bar = measures(subject, by(rows, "measure"), "How measures at home stand to it")
    cards = (
        _accepted(subject, by(rows, "acceptance"), "Who accepted it", "acceptance", CG.accepts),
        _of_text(subject, rows),
        _relations(subject, rows),
        _set_against(subject, by(rows, "measure")),
        _invoked(subject, by(rows, "invoked")),
    )
    return Profile(
        _said_of(subject, rows), _numbers(subject, rows), opening, (bar,) if bar else (),
        tuple(card for card in cards if card.lines or card.empty), _not_known(subject, rows),
    )  # fmt: skip


def _where(subject: Subject, stated: Sequence[Row]) -> Sentence:
    if not stated:
        return ()
    row = stated[0]
    text = subject.value(row.get("other", row["thing"]))
    place = f", {row['more']}" if "more" in row else ""
    read = (" (", Value("the text", row["code"], away=True, language="en"), ")") if "code" in row else ()
    return sentence("It stands in ", text, place, *read, ".")


def _said_of(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    kind = subject.item.text(str(CG.commitmentKind)) or subject.kind
    adopters, date = subject.values(str(CG.adoptedBy)), subject.item.text(str(CG.date))
    bound, status = subject.item.text(str(CG.bindingness)), subject.item.text(str(CG.commitmentStatus))
    first = sentence(
        f"{kind.capitalize()}, {bound}, {status}" if bound else kind.capitalize(),
        *((" by ", *listed(adopters, 3)) if adopters else ()), f", {date}" if date else "", ".",
    )  # fmt: skip
    tally = Counter(code(row["code"]) for row in by(rows, "measure"))
    taken = {row["thing"] for row in by(rows, "acceptance") if code(row["code"]) not in _REFUSALS}
    second = (
        f"On record: {count(len(taken), 'actor')} accepted it by itself, "
        f"{count(len(by(rows, 'measure')), 'measure')} at home set against it, of which "
        f"{tally['stated-as-implementing']} stated as implementing it.",
    )
    return (first, second)


def _numbers(subject: Subject, rows: Sequence[Row]) -> tuple[Figure, ...]:
    related = len(by(rows, "relation to")) + len(by(rows, "relation from"))
    by_text = len({row["thing"] for row in by(rows, "acceptance of the text")})
    ties = subject.anchor("relation", CG.toText, CG.fromText)
    return some(
        subject.figure("acceptance of it", "acceptances of it", "acceptance", CG.accepts),
        Figure(str(by_text), "actors towards the text it stands in", "#of-the-text") if by_text else None,
        subject.figure("measure set against it", "measures set against it", "implementation", CG.commitment),
        Figure(str(related), "ties to other texts", ties) if related else None,
        subject.figure("attribution that invokes it", "attributions that invoke it", "attribution", CG.invokes),
        subject.figure("publication about it", "publications about it", "publication", CG.about),
    )  # fmt: skip


def _accepted(subject: Subject, rows: Sequence[Row], title: str, kind: str, predicate: object) -> Card:
    modes = Counter(subject.word(row["code"]) for row in rows)
    lead = ", ".join(f"{mode}: {number}" for mode, number in modes.most_common())
    refused = [row for row in rows if code(row["code"]) in _REFUSALS]
    others = [row for row in rows if code(row["code"]) not in _REFUSALS]
    lines = dated_lines(subject, [*refused, *others])
    return Card(
        title, lines, (f"{lead}.",) if rows else (), len(rows), subject.anchor(kind, predicate),
        "No acceptance of it by itself is recorded here; a body's adoption is no acceptance by each member.",
        "Who dissociated or opposed stands first." if refused else "",
    )  # fmt: skip


def _of_text(subject: Subject, rows: Sequence[Row]) -> Card:
    texts = by(rows, "acceptance of the text")
    acts = by(rows, "act towards the text")
    modes = Counter(subject.word(row["code"]) for row in [*texts, *acts])
    lead = ", ".join(f"{mode}: {number}" for mode, number in modes.most_common())
    where = subject.value(texts[0]["other"] if texts else acts[0]["other"]) if texts or acts else None
    said: Sentence = (f"{lead}. They stand on the page of ", where, ".") if where else ()
    return Card(
        "Towards the text it stands in", dated_lines(subject, texts or acts), said, len(texts) + len(acts),
        where.href if where else "", "", "Whoever accepted the whole text; told apart from this one undertaking.",
        "of-the-text",
    )  # fmt: skip


def _relations(subject: Subject, rows: Sequence[Row]) -> Card:
    lines = [
        subject.line(f"{subject.word(row['code'])}: ", subject.value(row["thing"]), claim=row["claim"])
        for row in by(rows, "relation to")
    ]
    lines += [
        subject.line(
            subject.value(row["thing"]), f": {subject.word(row['code'])}",
            "" if code(row["code"]) in _MUTUAL else " this", claim=row["claim"],
        )
        for row in by(rows, "relation from")
    ]  # fmt: skip
    href = subject.anchor("relation", CG.toText, CG.fromText)
    return Card(
        "How it stands to other texts", tuple(lines[:OPEN]), (), len(lines), href,
        "No tie to another text is recorded here.", "By somebody's judgement, which each claim names." if lines else "",
    )  # fmt: skip


def _set_against(subject: Subject, rows: Sequence[Row]) -> Card:
    lines = tuple(
        subject.line(
            subject.value(row["thing"]), ", ", subject.value(row["more"]), f": {subject.word(row['code'])}",
            f", {subject.dated(row['date'])}" if "date" in row else "", claim=row["claim"],
        )
        for row in rows[:OPEN]
    )  # fmt: skip
    states = len({row["more"] for row in rows})
    lead = f"{count(len(rows), 'measure')} of {count(states, 'actor')}."
    return Card(
        "Measures at home", lines, (lead,) if rows else (), len(rows), subject.anchor("implementation", CG.commitment),
        "No measure is set against it here; there may be many.",
    )  # fmt: skip


def _invoked(subject: Subject, rows: Sequence[Row]) -> Card:
    lines = tuple(
        subject.line(subject.value(row["claim"]), f", {subject.dated(row['date'])}" if "date" in row else "")
        for row in rows[:OPEN]
    )
    return Card("Attributions that invoke it", lines, (), len(rows), subject.anchor("attribution", CG.invokes))


def _not_known(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    if not by(rows, "acceptance"):
        found.append(("Who accepted it by itself: nobody on record, which does not mean that nobody did.",))
    if not any(code(row["code"]) == "stated-as-implementing" for row in by(rows, "measure")):
        found.append(("No measure that its own state calls an implementation of it is on record.",))
    if not any("more" in row for row in by(rows, "stated")):
        found.append(("The paragraph in which it stands is not recorded.",))
    return tuple(found)


def of_text(subject: Subject) -> Profile:
    """Return what the page on a document or decision says first."""
    rows = subject.ask("profile_text", text=subject.iri)
    ballots = by(rows, "ballot")
    bars = [bar for row in ballots if (bar := totals(subject, row))]
    explained = by(rows, "explained")
    cards = (
        _states(subject, by(rows, "states")),
        _accepted(subject, by(rows, "acceptance"), "Who accepted it", "acceptance", CG.accepts)
        if by(rows, "acceptance") else _treaty(subject, by(rows, "treaty")),
        Card("Who put it forward", dated_lines(subject, by(rows, "sponsor")), (), len(by(rows, "sponsor")),
             subject.anchor("sponsorship", CG.sponsored)),
        _relations(subject, rows),
        Card("What was said of the vote", dated_lines(subject, explained), (), len(explained)),
        Card("Processes it set up", dated_lines(subject, by(rows, "mandate")), (), len(by(rows, "mandate"))),
    )  # fmt: skip
    return Profile(
        _text_said(subject, rows), _text_numbers(subject, rows), tuple(bars[:1]), tuple(bars[1:]),
        tuple(card for card in cards if card.lines or card.title.startswith("How")), _text_missing(subject, rows),
    )  # fmt: skip


def totals(subject: Subject, row: Row) -> Block | None:
    """Return the totals of a ballot as a bar; None where it has none."""
    named = f"{subject.word(row['thing'])}, {subject.word(row['other'])}, {subject.word(row['more'])}"
    note = ("Official totals. ", subject.value(row["claim"], "The roll call"), ".")
    return _bar(f"Vote: {named}, {subject.dated(row.get('date')) or 'date not recorded'}", row, note)


def _bar(title: str, numbers: Row, note: Sentence = ()) -> Block | None:
    parts = (("yes", "yes", "yes"), ("no", "no", "no"), ("abstained", "abstain", "abstain"))
    counted = [
        (name, int(numbers.get(key, 0)), tone) for name, key, tone in (*parts, ("not voting", "not_voting", "none"))
    ]
    return split(title, counted, note)


def _text_said(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    kind = subject.item.text(str(CG.documentKind)) or subject.kind
    symbol, date = subject.item.text(str(DCTERMS.identifier)), subject.item.text(str(CG.date))
    issuers = subject.values(str(CG.issuedBy))
    first = sentence(
        kind.capitalize(), f" {symbol}" if symbol else "", *((", issued by ", *listed(issuers, 3)) if issuers else ()),
        f", {date}" if date else "", ".",
    )  # fmt: skip
    return (first, *(_adopted(subject, row) for row in by(rows, "ballot")[:2]), *_taken_on(subject, rows))


def _adopted(subject: Subject, row: Row) -> Sentence:
    body, when = subject.value(row["thing"]), subject.dated(row.get("date"))
    day = f" on {when}" if when else ""
    if "yes" in row:
        numbers = f"{row['yes']} in favour, {row.get('no', '0')} against, {row.get('abstain', '0')} abstained"
        return sentence("Voted on in ", body, f"{day} ({subject.word(row['other'])}): {numbers}.")
    how = subject.word(row["code"]) if "code" in row else "how is not recorded"
    return sentence("Decided in ", body, f"{day}: {how}.")


def _taken_on(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    if treaty := by(rows, "treaty"):
        signed = {row["thing"] for row in treaty if code(row["code"]) == "signature"}
        party = {row["thing"] for row in treaty if "more" in row}
        found.append((f"On record: {count(len(signed), 'signatory', 'signatories')}, in force for {len(party)}.",))
    if taken := by(rows, "acceptance"):
        found.append(
            (f"{count(len({row['thing'] for row in taken}), 'actor')} on record accepted, opposed or dissociated.",)
        )
    if states := by(rows, "states"):
        found.append(
            (f"{count(len(states), 'commitment')} recorded here {'stands' if len(states) == 1 else 'stand'} in it.",)
        )
    return tuple(found)


def _text_numbers(subject: Subject, rows: Sequence[Row]) -> tuple[Figure, ...]:
    last, stated = reported(by(rows, "count")), by(rows, "states")
    return some(
        Figure(str(len(stated)), "commitments stated in it", "#states") if stated else None,
        subject.figure("actor towards it", "acceptances and refusals", "acceptance", CG.accepts),
        subject.figure("formal act", "formal acts towards it", "treaty-action", CG.treaty),
        Figure(last["more"], f"{subject.word(last['code'])}, as reported {subject.dated(last.get('date'))}",
               subject.anchor("count", CG.countOf)) if last else None,
        subject.figure("ballot", "ballots", "ballot", CG.ballotOn),
        subject.figure("sponsor", "sponsors", "sponsorship", CG.sponsored),
        subject.figure("publication about it", "publications about it", "publication", CG.about),
    )  # fmt: skip


def _states(subject: Subject, rows: Sequence[Row]) -> Card:
    lines = tuple(
        subject.line(
            f"{row['more']}: " if "more" in row else "", subject.value(row["thing"]), f" ({subject.word(row['code'])})"
        )
        for row in sorted(rows, key=lambda row: (len(row.get("more", "")), row.get("more", "")))
    )
    return Card("Commitments in it", lines, anchor="states")


def _treaty(subject: Subject, rows: Sequence[Row]) -> Card:
    kinds = Counter(subject.word(row["code"]) for row in rows)
    lead = ", ".join(f"{kind}: {number}" for kind, number in kinds.most_common())
    return Card(
        "Formal acts towards it", dated_lines(subject, rows), (f"{lead}.",) if rows else (), len(rows),
        subject.anchor("treaty-action", CG.treaty), "", "The latest first.",
    )  # fmt: skip


def _text_missing(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    if by(rows, "treaty") or by(rows, "acceptance"):
        found.extend(completeness(subject, by(rows, "complete")))
    if by(rows, "ballot") and not by(rows, "sponsor"):
        found.append(("Who put it forward is not recorded here.",))
    if not by(rows, "states"):
        found.append(("No commitment that stands in it is recorded here; it may state some.",))
    return tuple(found)


def of_ballot(subject: Subject) -> Profile:
    """Return what the page on a ballot says first."""
    item = subject.item
    counts = {"yes": CG.yesCount, "no": CG.noCount, "abstain": CG.abstentionCount, "not_voting": CG.notVotingCount}
    numbers = {name: item.text(str(predicate)) or "0" for name, predicate in counts.items()}
    bar = _bar("Official totals", numbers)
    groups = _groups(subject)
    text, body = subject.values(str(CG.ballotOn)), subject.values(str(CG.body))
    said = sentence(
        item.text(str(CG.ballotMode)).capitalize() or "Decision", " on ", *listed(text), " in ", *listed(body),
        f", {day}" if (day := item.text(str(CG.date))) else "", ".",
    )  # fmt: skip
    figures = [
        Figure(number, name.replace("_", " "), subject.anchor("vote", CG.ballot))
        for name, number in numbers.items()
        if number != "0"
    ]
    missing: tuple[Sentence, ...] = () if groups else (("Who voted how is not recorded here.",),)
    return Profile((said,), tuple(figures), (bar,) if bar else (), (groups,) if groups else (), (), missing)


def _groups(subject: Subject) -> Grid | None:
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in subject.ask("ballot_by_group", ballot=subject.iri):
        if "value" in row:
            votes[row.get("group", "")][code(row["value"])] += int(row["votes"])
    values = [
        value for value in ("yes", "no", "abstain", "not-voting", "not-entitled") if any(votes[g][value] for g in votes)
    ]
    rows = tuple(
        ((subject.value(group) if group else "no group recorded",), *((str(votes[group][value]),) for value in values))
        for group in sorted(votes, key=lambda group: (not group, subject.word(group)))
    )
    names = tuple(value.replace("-", " ") for value in values)
    note = "Votes on record here, by the regional group that each state has now."
    return Grid("By UN regional group", ("group", *names), rows, note) if rows else None


BUILDERS = {
    "commitment": of_undertaking, "norm": of_undertaking, "proposal": of_undertaking,
    "document": of_text, "decision": of_text, "ballot": of_ballot,
}  # fmt: skip
