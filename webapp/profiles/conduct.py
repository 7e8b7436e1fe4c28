"""An operation: what is said of it, by whom and of whom, what those named replied, and what followed.

The page counts speech acts and says so. It names nobody in its own voice, sets assessments by companies and data sets
apart from official acts, and shows where the record differs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from graph.terms import CG
from webapp.profiles.acts import Act, acts, by_rank, by_speaker, told
from webapp.profiles.answered import Heard, hear, numbered, official, replies_card, told_replies
from webapp.profiles.parts import (
    Block,
    Card,
    Figure,
    Grid,
    Line,
    Pair,
    Phrase,
    Profile,
    Sentence,
    Split,
    count,
    listed,
    sentence,
    split,
)
from webapp.profiles.subject import Row, Subject, by, code, some
from webapp.things import Value

OPEN = 5  # lines of a card
_SAYS_NOTHING = ("supports", "takes-note", "solidarity-without-attribution")
_STANCES = (
    ("originates", "first"), ("concurs", "second"), ("supports", "third"), ("takes-note", "abstain"),
    ("solidarity-without-attribution", "none"), ("reported-by-another", "none"),
)  # fmt: skip


def of_operation(subject: Subject) -> Profile:
    """Return what an operation's page says first."""
    found = acts(subject.ask("acts_around", thing=subject.iri), "operation")
    spoken, heard = official(found), hear(subject, found)
    rows = subject.ask("profile_operation", operation=subject.iri)
    slug = subject.iri.rpartition("/")[2]
    return Profile(
        summary=(_what(subject), *_said(subject, spoken, heard), *told_replies(subject, heard), _CAVEAT),
        figures=_figures(subject, rows, spoken, heard),
        opening=(_who(subject, spoken, heard),) if found else (),
        cards=_cards(subject, rows, spoken, heard),
        blocks=_numbers(subject, found),
        missing=_missing(subject, rows, found, heard),
        links=(
            Value("all that was said of it, in order of time", f"/queries/attributions_of_operation?operation={slug}"),
            Value("assessments beside official acts", f"/queries/assessments_of_operation?operation={slug}"),
        ),
    )


_CAVEAT: Sentence = ("What stands here is what was said, by whom; not who did it.",)


def _what(subject: Subject) -> Sentence:
    start, end = subject.item.text(str(CG.start)), subject.item.text(str(CG.end))
    disclosed = subject.item.text(str(CG.disclosed))
    dated = f"{start} to {end}" if start and end and start != end else start
    when = f"Sources date it to {dated}" if dated else "Its sources give no date for it"
    if disclosed and disclosed != dated:
        when += f"{', disclosed' if dated else '; it was disclosed'} {disclosed}"
    targets, sectors = subject.values(str(CG.target)), subject.values(str(CG.targetSector))
    named = (" and name as target ", *listed(targets, 4)) if targets else (" and name no target state",)
    where: tuple[Phrase, ...] = (" (", *listed([value.text for value in sectors], 4), ")") if sectors else ()
    return sentence(when, named, where, ".")


def _said(subject: Subject, spoken: Sequence[Act], heard: Heard) -> tuple[Sentence, ...]:
    """Return how many official acts speak of it, to whom they attribute it, and how many name no state."""
    if not spoken:
        return (("No official act of attribution on it is on record here.",),)
    speakers = len({act.speaker for act in spoken})
    known = {act.iri for act in spoken}
    to: list[Phrase] = []
    for state, made in list(heard.accused.items())[:3]:
        number = len(known.intersection(made))
        begin = f", by {number} to " if to else f" By {number} of them it is attributed to "
        to.extend([begin, subject.value(state), " or an organ of it"])
    if silent := sum(not act.named for act in spoken):
        to.append(f", by {silent} to no state or organ" if to else " Not one of them attributes it to a state or organ")
    one = "speaks" if len(spoken) == 1 else "speak"
    heads = f"{count(len(spoken), 'official act')} on record here, by {count(speakers, 'speaker')}, {one} of it."
    return (sentence(heads, to, "."),)


def _figures(subject: Subject, rows: Sequence[Row], spoken: Sequence[Act], heard: Heard) -> tuple[Figure, ...]:
    place, judged = subject.anchor("attribution", CG.ofOperation), len({r["claim"] for r in by(rows, "assessment")})
    own = sum(act.rank in (1, 2) for act in spoken)
    naming = sum(bool(act.named) for act in spoken)
    return some(
        numbered(len(spoken), "official act that speaks of it", "official acts that speak of it", place)
        if spoken
        else None,
        Figure(str(naming), "of them attribute it to a state or organ", "#named") if spoken else None,
        numbered(len(heard.given), "reply of those named", "replies of those named", "#replies") if spoken else None,
        numbered(len({act.speaker for act in spoken}), "speaker", "speakers", "#speakers") if spoken else None,
        numbered(own, "act rests on the speaker's own text", "acts rest on the speaker's own text", "#ranks")
        if spoken
        else None,
        subject.figure("response", "responses", "response", CG.inReactionTo),
        numbered(judged, "assessment by a company or data set", "assessments by companies or data sets", "#assessments")
        if judged
        else None,
    )


def _who(subject: Subject, spoken: Sequence[Act], heard: Heard) -> Block:
    return Pair(to_whom(subject, spoken, "To whom official acts attribute it"), replies_card(subject, heard))


def to_whom(subject: Subject, spoken: Sequence[Act], title: str) -> Grid:
    """Return whom acts name, how many acts do, by whom, and on what the record rests; those that name nobody last."""
    short = _short(subject, spoken)
    named: dict[str, list[Act]] = defaultdict(list)
    for act in spoken:
        for who in act.named or ("",):
            named[who].append(act)
    ordered = sorted(named.items(), key=lambda pair: (not pair[0], -len(pair[1]), subject.word(pair[0])))
    rows = tuple(
        (
            (short(who) if who else "to no state or organ",),
            (str(len(made)),),
            _speakers(short, made),
            (str(sum(act.rank in (1, 2) for act in made)),),
            (str(sum(act.rank == 4 for act in made)),),
        )
        for who, made in ordered
    )
    columns = ("attributed to", "acts", "by", "on own text", "on press")
    note = (
        "Official acts on record here; one that names two counts with each. On own text: rank 1 or 2. On press: rank 4."
    )
    return Grid(title, columns, rows, note, "named")


LONG = 20  # letters of a name beyond which a small table has the short one, where there is one


def _short(subject: Subject, spoken: Sequence[Act]) -> Callable[[str], Value]:
    """Return what gives those who speak and are named, under their short names where their own are long."""
    actors = sorted({who for act in spoken for who in (act.speaker, *act.named)})
    rows = subject.ask("short_names_of", actor=actors) if actors else []
    names = {row["actor"]: row["short"] for row in rows if "short" in row}

    def shown(actor: str) -> Value:
        known = subject.value(actor)
        return subject.value(actor, names.get(actor, "")) if len(known.text) > LONG else known

    return shown


def _speakers(short: Callable[[str], Value], made: Sequence[Act]) -> Sentence:
    names = [
        f"{short(who).text}{f' ({number})' if number > 1 else ''}"
        for who, number in Counter(act.speaker for act in made).most_common()
    ]
    return listed(names, 3)


def _numbers(subject: Subject, found: Sequence[Act]) -> tuple[Block, ...]:
    spoken = official(found)
    if not spoken:
        return ()
    bars = [bar for bar in (by_stance(subject, found), by_rank(spoken)) if bar]
    rested = Split(bars[-1].title, bars[-1].parts, told(spoken), anchor="ranks")
    return (by_speaker(subject, spoken, "Who spoke", "speakers"), Pair(bars[0], rested))


def by_stance(subject: Subject, found: Sequence[Act]) -> Split | None:
    """Return how acts stand to the question who did it, as a bar."""
    tally = Counter(act.stance for act in found)
    tones = dict(_STANCES)
    order = {name: place for place, (name, _) in enumerate(_STANCES)}
    parts = sorted(tally.items(), key=lambda pair: (order.get(code(pair[0]), len(order)), pair[0]))
    return split(
        "How the acts stand to the question who did it",
        [(subject.word(stance), number, tones.get(code(stance), _STANCES[-1][1])) for stance, number in parts],
        ("Acts on record here. Solidarity and support do not say who did it.",),
    )


def _cards(subject: Subject, rows: Sequence[Row], spoken: Sequence[Act], heard: Heard) -> tuple[Card, ...]:
    cards = (
        _differs(subject, rows, spoken, heard),
        assessed(subject, by(rows, "assessment")),
        _responses(subject, rows),
        _campaign(subject, rows),
    )
    return tuple(card for card in cards if card.lines or card.empty)


def _differs(subject: Subject, rows: Sequence[Row], spoken: Sequence[Act], heard: Heard) -> Card:
    lines = [*_other_names(subject, spoken, heard), *_refused(subject, heard), *_silent(subject, spoken)]
    lines += _other_judgements(subject, rows, heard)
    doubted = dict.fromkeys(row["act"] for row in by(heard.rows, "disputed"))
    lines += [subject.line("Sources disagree on what this act was: ", subject.value(act), claim=act) for act in doubted]
    return Card(
        "Where the record differs", tuple(lines), ("No side is preferred here.",) if lines else (), len(lines),
        empty="No disagreement is on record here. That nobody else spoke is not agreement.", anchor="differs",
    )  # fmt: skip


def _other_names(subject: Subject, spoken: Sequence[Act], heard: Heard) -> list[Line]:
    lines = []
    if len(heard.accused) > 1:
        named: list[Phrase] = []
        for state, made in heard.accused.items():
            named.extend([", " if named else "", subject.value(state), f" ({count(len(made), 'act')})"])
        lines.append(subject.line("Different states are named: ", *named))
    levels = Counter(subject.word(act.level) for act in spoken if act.level)
    if len(levels) > 1:
        how = ", ".join(f"{level}: {number}" for level, number in levels.most_common())
        lines.append(subject.line(f"What the acts name differs in kind ({how})."))
    return lines


def _refused(subject: Subject, heard: Heard) -> list[Line]:
    lines = []
    for who in dict.fromkeys(reply.speaker for reply in heard.given):
        own = [reply for reply in heard.given if reply.speaker == who]
        kinds = dict.fromkeys(subject.word(reply.kind) for reply in own if code(reply.kind) != "accepts")
        if kinds:
            lines.append(subject.line(subject.value(who), f" answers: {', '.join(kinds)}", claim=own[0].iri))
    return lines


def _silent(subject: Subject, spoken: Sequence[Act]) -> list[Line]:
    kinds = Counter(subject.word(act.stance) for act in spoken if code(act.stance) in _SAYS_NOTHING and not act.named)
    how = ", ".join(f"{kind}: {number}" for kind, number in kinds.most_common())
    return [subject.line(f"{count(kinds.total(), 'act')} without saying who did it ({how}).")] if kinds else []


def _other_judgements(subject: Subject, rows: Sequence[Row], heard: Heard) -> list[Line]:
    states = [row for row in by(rows, "assessment") if "/state/" in row["code"]]
    others = [row for row in states if heard.accused and row["code"] not in heard.accused]
    return [
        subject.line(
            "An assessment names another state than official acts do: ", subject.value(row["thing"]), " names ",
            subject.value(row["code"]), claim=row["claim"],
        )
        for row in others
    ]  # fmt: skip


def assessed(subject: Subject, rows: Sequence[Row]) -> Card:
    """Return whom companies and data sets name, apart from official acts."""
    claims = {row["claim"] for row in rows}
    lines = tuple(
        subject.line(
            subject.value(row["thing"]), " names ", subject.value(row["code"]),
            f" ({subject.dated(row['date'])})" if "date" in row else "", claim=row["claim"],
        )
        for row in rows[:OPEN]
    )  # fmt: skip
    return Card(
        "Assessments by companies and data sets", lines,
        (f"{count(len(claims), 'assessment')}, apart from official acts and not counted with them.",) if rows else (),
        len(rows), subject.anchor("assessment", CG.assessed),
        "No assessment by a company or data set is on record here.",
        "Each is the judgement of its speaker." if rows else "", "assessments",
    )  # fmt: skip


def _responses(subject: Subject, rows: Sequence[Row]) -> Card:
    taken = [*by(rows, "response"), *by(rows, "listing")]
    lines = tuple(response_line(subject, row) for row in taken[: OPEN + 2])
    place = subject.anchor("response", CG.inReactionTo) or subject.anchor("listing", CG.citesOperation)
    lead = (f"{count(len(taken), 'response or listing', 'responses and listings')}.",) if taken else ()
    return Card(
        "What followed", lines, lead,
        len(taken), place, "No response to it is on record here.",
        "Charges are alleged until judged; persons are counted, not named." if taken else "",
    )  # fmt: skip


def response_line(subject: Subject, row: Row) -> Line:
    """Return who took which response when, with how many persons and entities it counts."""
    counted = [
        count(int(row[what]), one, many)
        for what, one, many in (("persons", "person", "persons"), ("entities", "entity", "entities"))
        if what in row
    ]
    said = subject.word(row["code"]) if "code" in row else "listing"
    more = [subject.dated(row.get("date")), *counted, subject.word(row["other"]) if "other" in row else ""]
    return subject.line(
        subject.value(row["thing"]), f": {said} ({', '.join(m for m in more if m)})", claim=row["claim"]
    )


def _campaign(subject: Subject, rows: Sequence[Row]) -> Card:
    whole, parts = by(rows, "campaign"), by(rows, "part")
    lines = [subject.line("Part of ", subject.value(row["thing"])) for row in whole]
    lines += [subject.line("Holds ", subject.value(row["thing"])) for row in parts[:OPEN]]
    return Card("Campaign", tuple(lines), (), len(lines), subject.anchor("operation", CG.partOfCampaign))


def _missing(subject: Subject, rows: Sequence[Row], found: Sequence[Act], heard: Heard) -> tuple[Sentence, ...]:
    lacks: list[Sentence] = []
    if not found:
        lacks.append(("No official act on it is recorded; there may be some, or none was made in public.",))
    if heard.unanswered:
        names = listed([subject.value(state) for state in heard.unanswered], 4)
        lacks.append(sentence("No reply of ", names, " is recorded; it may have given one."))
    if others := len(found) - len(official(found)):
        lacks.append((f"{count(others, 'act')} known only because others report it; not counted among official acts.",))
    if bare := sum(act.rank in (0, 5) for act in official(found)):
        lacks.append((f"For {count(bare, 'act')} no source of rank 1 to 4 is recorded.",))
    if not subject.values(str(CG.target)):
        lacks.append(("No target state is recorded; a source may know one.",))
    if found and not by(rows, "response") and not by(rows, "listing"):
        lacks.append(("No response by a state is recorded.",))
    return tuple(lacks)


BUILDERS = {"operation": of_operation}
