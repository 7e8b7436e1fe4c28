"""A state: what it belongs to, promised, signed, voted, said, attributed and did at home, and what is not recorded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from graph.terms import CG
from webapp.profiles.acts import Act, acts, by_named, by_rank, by_speaker, told
from webapp.profiles.parts import Block, Card, Figure, Line, Pair, Phrase, Profile, Sentence, count, listed, sentence
from webapp.profiles.subject import Row, Subject, by, code, some, takes_part
from webapp.things import Value

OPEN = 5  # lines of a card
_REFUSALS = frozenset({"dissociated", "opposed"})
_TIES = (CG.speaker, CG.coAttributor)


def of_state(subject: Subject) -> Profile:
    """Return what a state's page says first."""
    rows = subject.ask("profile_state", state=subject.iri)
    spoken = subject.ask("acts_of_attribution", thing=subject.iri)
    own, named = acts(spoken, "speaker", "joined"), acts(spoken, "named", "organ named")
    direct = acts(spoken, "named")
    cards = (
        _belongs(subject, by(rows, "membership")),
        _promised(subject, by(rows, "acceptance")),
        _signed(subject, by(rows, "treaty")),
        _voted(subject, by(rows, "vote")),
        _said(subject, by(rows, "position")),
        _did(subject, by(rows, "measure"), by(rows, "implementation")),
    )
    slug = subject.iri.rpartition("/")[2]
    return Profile(
        _summary(subject, rows, own, direct),
        _figures(subject, rows, own, named),
        (),
        _attributions(subject, own, direct, named),
        cards,
        _missing(subject, rows),
        (
            Value("compare with another state", f"/compare?state={slug}"),
            Value("commitments of it in a matrix", f"/matrix?state={slug}"),
            Value("network around it", f"/network?focus=state/{slug}"),
        ),
    )


def _summary(subject: Subject, rows: Sequence[Row], own: Sequence[Act], direct: Sequence[Act]) -> tuple[Sentence, ...]:
    forums = _now(by(rows, "membership"))
    taken = [row for row in by(rows, "acceptance") if code(row["code"]) not in _REFUSALS]
    measures = by(rows, "measure")
    main = listed([subject.value(row["thing"]) for row in _main(forums)[:4]])
    first = sentence(
        f"{subject.name} takes part in ", count(len({row["thing"] for row in forums}), "forum"), " recorded here",
        *((", among them ", *main) if main else ()), ".",
    )  # fmt: skip
    second = (
        f"On record: {count(len({row['thing'] for row in taken}), 'text')} accepted, "
        f"{count(len({row['thing'] for row in by(rows, 'treaty')}), 'treaty', 'treaties')} signed or joined, "
        f"{count(len(_final(by(rows, 'vote'))), 'vote')} on resolutions, "
        f"{count(len(measures), 'measure')} at home.",
    )
    third = (
        f"It spoke or joined {count(len(own), 'act')} of attribution; "
        f"{count(len(direct), 'act')} by others attributed operations to it. "
        "An attribution says who spoke, not who did it.",
    )
    return (first, second, third) if own or direct else (first, second)


def _figures(subject: Subject, rows: Sequence[Row], own: Sequence[Act], named: Sequence[Act]) -> tuple[Figure, ...]:
    votes = len(_final(by(rows, "vote")))
    return some(
        subject.figure("membership", "memberships", "membership", CG.member),
        subject.figure("text accepted or refused", "texts accepted or refused", "acceptance", CG.acceptedBy),
        subject.figure("treaty action", "treaty actions", "treaty-action", CG.actor),
        Figure(str(votes), "votes on resolutions", subject.anchor("vote", CG.voter)) if votes else None,
        subject.figure("position on law", "positions on law", "position", CG.holder),
        Figure(f"{len(own):,}", "attributions spoken", subject.anchor("attribution", *_TIES)) if own else None,
        Figure(f"{len(named):,}", "attributions that name it or an organ of it", "#named-by-others") if named else None,
        subject.figure("record of its replies", "records of its replies", "reply", CG.speaker),
        subject.figure("measure at home", "measures at home", "measure", CG.measureOf),
    )


def _now(memberships: Sequence[Row]) -> list[Row]:
    return [row for row in memberships if takes_part(row)]


def _main(memberships: Sequence[Row]) -> list[Row]:
    """Return memberships, those of forums with most commitments on record first."""
    return sorted(memberships, key=lambda row: (-int(row.get("more", 0)), row["thing"]))


def _belongs(subject: Subject, rows: Sequence[Row]) -> Card:
    now, href = _main(_now(rows)), subject.anchor("membership", CG.member)
    lines = tuple(
        subject.line(
            subject.value(row["thing"]), f": {subject.word(row['code'])}", _since(subject, row), claim=row["claim"]
        )
        for row in now[:OPEN]
    )
    past = [row for row in rows if not takes_part(row)]
    ended = sum("end" in row for row in past)
    roles = ", ".join(f"{subject.word(row['code'])}: {subject.word(row['thing'])}" for row in past if "end" not in row)
    lead = sentence(
        count(len({row["thing"] for row in now}), "forum"), " now",
        f", {count(ended, 'spell')} that ended" if ended else "", f"; {roles}" if roles else "", ".",
    )  # fmt: skip
    return Card(
        "Belongs to", lines, lead if rows else (), len(rows), href,
        "No membership is recorded here. Unknown is not no.", "Those with most commitments on record come first.",
    )  # fmt: skip


def _since(subject: Subject, row: Row) -> str:
    return f", since {subject.dated(row['date'])}" if "date" in row else ", since when is not recorded"


def _when(subject: Subject, row: Row) -> str:
    return f", {subject.dated(row['date'])}" if "date" in row else ", date not recorded"


def _promised(subject: Subject, rows: Sequence[Row]) -> Card:
    taken = [row for row in rows if code(row["code"]) not in _REFUSALS]
    refused = len(rows) - len(taken)
    modes = Counter(subject.word(row["code"]) for row in rows)
    how = ", ".join(f"{mode}: {number}" for mode, number in modes.most_common())
    ordered = sorted(rows, key=lambda row: code(row["code"]) not in _REFUSALS) if refused else rows
    lines = tuple(
        subject.line(
            subject.value(row["thing"]), f": {subject.word(row['code'])}", _when(subject, row), claim=row["claim"]
        )
        for row in ordered[:OPEN]
    )
    return Card(
        "Promised", lines, (f"{how}.",) if rows else (), len(rows), subject.anchor("acceptance", CG.acceptedBy),
        "No acceptance of its own is recorded here. What a body adopted without a vote is told of that body only.",
        "Its own acts; what a body adopted without a vote is not told of its members.",
    )  # fmt: skip


def _signed(subject: Subject, rows: Sequence[Row]) -> Card:
    treaties: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        treaties[row["thing"]].append(row)
    lines = tuple(_treaty(subject, treaty, done) for treaty, done in list(treaties.items())[:OPEN])
    party = sum(any("more" in row for row in done) for done in treaties.values())
    lead = f"{count(len(treaties), 'treaty', 'treaties')}; in force for it: {party} on record."
    return Card(
        "Signed", lines, (lead,) if rows else (), len(treaties), subject.anchor("treaty-action", CG.actor),
        "No act towards a treaty is recorded here. Unknown is not no.",
    )  # fmt: skip


def _treaty(subject: Subject, treaty: str, rows: Sequence[Row]) -> Line:
    said: list[str] = []
    for row in sorted(rows, key=lambda row: row.get("date", "")):
        force = f" (in force for it {subject.dated(row['more'])})" if "more" in row else ""
        said.append(f"{subject.word(row['code'])} {subject.dated(row.get('date'))}{force}".replace("  ", " ").strip())
    return subject.line(subject.value(treaty), ": ", "; ".join(said), claim=rows[0]["claim"])


def _final(votes: Sequence[Row]) -> list[Row]:
    return [row for row in votes if code(row.get("other")) == "final" and code(row.get("more")) == "whole"]


def _voted(subject: Subject, rows: Sequence[Row]) -> Card:
    final = _final(rows)
    tally = Counter(code(row["code"]) for row in final)
    known = {code(row["code"]): subject.word(row["code"]) for row in final}
    said = ", ".join(f"{known[vote]}: {number}" for vote, number in tally.most_common())
    lines = tuple(
        subject.line(
            subject.value(row["thing"]), f": {subject.word(row['code'])}", _when(subject, row), claim=row["claim"]
        )
        for row in final[:OPEN]
    )
    return Card(
        "Voted", lines, (f"{said}, in {count(len(final), 'final recorded vote')} on whole texts.",) if final else (),
        len(rows), subject.anchor("vote", CG.voter), "No vote is recorded here.",
        "Texts adopted without a vote have no votes.",
    )  # fmt: skip


def _said(subject: Subject, rows: Sequence[Row]) -> Card:
    issues: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        issues[row["thing"]].append(row)
    lines = tuple(
        subject.line(
            subject.value(issue), ": ",
            "; ".join(f"{subject.word(row['code'])} ({subject.dated(row.get('date')) or 'undated'})" for row in held),
            claim=held[0]["claim"],
        )
        for issue, held in list(issues.items())[: OPEN + 3]
    )  # fmt: skip
    lead = f"Positions on {count(len(issues), 'issue')} of international law."
    return Card(
        "Said", lines, (lead,) if rows else (), len(issues), subject.anchor("position", CG.holder),
        "No position on an issue of international law is recorded here; it may have taken one.",
    )  # fmt: skip


def _did(subject: Subject, measures: Sequence[Row], relations: Sequence[Row]) -> Card:
    kinds = Counter(subject.word(row["code"]) for row in measures)
    how = ", ".join(f"{kind}: {number}" for kind, number in kinds.most_common())
    set_against: Mapping[str, list[Row]] = {
        relation: [row for row in relations if row["code"] == relation] for relation in {r["code"] for r in relations}
    }
    lines = [
        subject.line(
            f"{subject.word(relation)}: ",
            *listed([subject.value(row["thing"]) for row in rows], 3),
            claim=rows[0]["claim"],
        )
        for relation, rows in sorted(set_against.items())
    ]  # fmt: skip
    lines += [
        subject.line(
            subject.value(row["thing"]), f": {subject.word(row['code'])}", _when(subject, row), claim=row["claim"]
        )
        for row in measures[: max(0, OPEN - len(lines))]
    ]
    return Card(
        "Implemented", tuple(lines), (f"{how}.",) if measures else (), len(measures),
        subject.anchor("measure", CG.measureOf), "No measure at home is recorded here; there may be many.",
        "" if relations else "No measure of it is set against a commitment here.",
    )  # fmt: skip


def _attributions(
    subject: Subject, own: Sequence[Act], direct: Sequence[Act], named: Sequence[Act]
) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if own:
        spoke = Card(
            "Attributed by it", tuple(_act_line(subject, act) for act in own[:OPEN]), told(own), len(own),
            subject.anchor("attribution", *_TIES), note="As speaker or with others.", anchor="attributed-by-it",
        )  # fmt: skip
        blocks.append(Pair(spoke, by_named(subject, own, "To whom its acts attribute")))
    if named:
        blocks.append(Pair(_by_others(subject, direct, named), _replies(subject)))
        blocks.append(by_speaker(subject, named, "By whom it, or an organ of it, is named"))
        if rested := by_rank(named, "What the record of the acts that name it rests on"):
            blocks.append(rested)
    return tuple(blocks)


def _act_line(subject: Subject, act: Act) -> Line:
    named = [subject.value(who) for who in act.named]
    to: tuple[Phrase, ...] = (", attributed to ", *listed(named, 2)) if named else ()
    return subject.line(
        *listed([subject.value(operation) for operation in act.operations], 2), *to, f" ({subject.word(act.stance)}",
        f", {subject.dated(act.date)})" if act.date else ")", claim=act.iri,
    )  # fmt: skip


def _by_others(subject: Subject, direct: Sequence[Act], named: Sequence[Act]) -> Card:
    organs = len(named) - len(direct)
    more = f" {organs} of them name an organ of it, not the state." if organs else ""
    lines = tuple(
        subject.line(subject.value(act.speaker), " on ", *_act_line(subject, act).said, claim=act.iri)
        for act in named[:OPEN]
    )
    return Card(
        "Attributed to it by others", lines, (*told(named), more), len(direct),
        subject.anchor("attribution", CG.attributedTo), anchor="named-by-others",
    )  # fmt: skip


def _replies(subject: Subject) -> Card:
    found = subject.ask("replies_of_state", state=subject.iri)
    rows = [row for row in found if code(row["kind"]) != "none-recorded"]
    kinds = Counter(subject.word(row["kind"]) for row in rows)
    how = ", ".join(f"{kind}: {number}" for kind, number in kinds.most_common())
    none = len(found) - len(rows)
    sought = f" For {count(none, 'act')} one was sought and none found." if none else ""
    lines = tuple(
        subject.line(
            f"{subject.word(row['kind'])}{_when(subject, row)}", ": " if "words" in row else "", row.get("words", ""),
            claim=row["reply"],
        )
        for row in rows[:OPEN]
    )  # fmt: skip
    lead = f"{count(len(rows), 'reply', 'replies')} on record here{f': {how}' if how else ''}.{sought}"
    return Card(
        "What it replied", lines, (lead,) if found else (), len(found), subject.anchor("reply", CG.speaker),
        "No reply of it is recorded here; it may have given one.", "In our words." if rows else "",
        "its-replies",
    )  # fmt: skip


def _missing(subject: Subject, rows: Sequence[Row]) -> tuple[Sentence, ...]:
    """Return what is not on record of a state, each in words that unknown is not no."""
    kinds = {code(row["code"]) for row in by(rows, "measure")}
    found: list[Sentence] = []
    if "national-strategy" not in kinds:
        found.append(("No national strategy on record here, which does not mean that there is none.",))
    if "disclosure-policy" not in kinds:
        found.append(("No policy on the disclosure of vulnerabilities on record here.",))
    if not by(rows, "position"):
        found.append(("No position on international law in cyberspace on record here.",))
    if not by(rows, "implementation"):
        found.append(("No measure set against a commitment, by it or by anyone.",))
    undated = [row for row in by(rows, "membership") if "date" not in row]
    if undated:
        names = listed([subject.value(row["thing"]) for row in undated], 3)
        found.append(sentence("Since when it takes part is not recorded for ", names, "."))
    if open_lists := subject.ask("lists_not_complete", state=subject.iri):
        names = listed([subject.value(row["forum"]) for row in open_lists], 4)
        found.append(sentence("Lists of members not known to be complete: ", names, "."))
    return tuple(found)


BUILDERS = {"state": of_state}
