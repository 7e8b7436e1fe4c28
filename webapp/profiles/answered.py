"""What was answered to acts of attribution: the replies of those named stand beside the acts, as prominent as they.

A state that is named and of which no reply is on record is told so too: it may have given one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph.terms import CG
from webapp.profiles.acts import Act
from webapp.profiles.parts import Card, Figure, Line, Phrase, Sentence, count, listed, sentence
from webapp.profiles.subject import Row, Subject, by, code

OPEN = 6  # replies that a card shows
SOUGHT = "none-recorded"  # the kind of what records only that no reply was found
REPORTED = "reported-by-another"  # the stance of an act that is known only because others report it


@dataclass(frozen=True)
class Reply:
    """One reply: whose, of which kind, in which words of ours."""

    iri: str
    speaker: str
    kind: str
    date: str
    words: str


@dataclass(frozen=True)
class Heard:
    """What stands in acts and what came back: the states they accuse, the replies, and what else is said in them."""

    accused: Mapping[str, list[str]] = field(
        default_factory=dict
    )  # the acts by the state that they or an organ of it name
    replies: Sequence[Reply] = ()
    rows: Sequence[Row] = ()

    @property
    def given(self) -> list[Reply]:
        """The replies that were given."""
        return [reply for reply in self.replies if code(reply.kind) != SOUGHT]

    @property
    def unanswered(self) -> list[str]:
        """The states that are named and of which no reply is on record."""
        spoke = {reply.speaker for reply in self.given}
        return [state for state in self.accused if state not in spoke]


def numbered(number: int, one: str, many: str, href: str = "") -> Figure:
    """Return a number with its noun as a key figure; nought too, where that it is nought is an answer."""
    return Figure(f"{number:,}", one if number == 1 else many, href)


def official(found: Iterable[Act]) -> list[Act]:
    """Return acts without those that are known only because others report them."""
    return [act for act in found if code(act.stance) != REPORTED]


def hear(subject: Subject, found: Sequence[Act]) -> Heard:
    """Ask whom acts accuse and what was answered to them."""
    if not found:
        return Heard()
    names = [act.iri for act in found]
    said = subject.ask("said_in_acts", act=names)
    replies = {row["reply"]: row for row in subject.ask("replies_to_acts", act=names)}
    accused: dict[str, list[str]] = defaultdict(list)
    for row in by(said, "accused"):
        if row["act"] not in accused[row["thing"]]:
            accused[row["thing"]].append(row["act"])
    ordered = dict(sorted(accused.items(), key=lambda pair: (-len(pair[1]), pair[0])))
    return Heard(ordered, [_reply(row) for row in replies.values()], said)


def _reply(row: Row) -> Reply:
    return Reply(row["reply"], row["speaker"], row["kind"], row.get("date", ""), row.get("words", ""))


def told_replies(subject: Subject, heard: Heard) -> tuple[Sentence, ...]:
    """Return who replied, how often and how, and of whom no reply is on record: a sentence each."""
    found: list[Sentence] = []
    for who in dict.fromkeys(reply.speaker for reply in heard.given):
        kinds = Counter(subject.word(reply.kind) for reply in heard.given if reply.speaker == who)
        how = ", ".join(f"{kind}: {number}" for kind, number in kinds.most_common())
        found.append(sentence(subject.value(who), f": {count(kinds.total(), 'reply', 'replies')} on record ({how})."))
    if silent := heard.unanswered:
        names = listed([subject.value(state) for state in silent], 3)
        found.append(sentence("No reply of ", names, " is on record here, which does not mean that there was none."))
    return tuple(found)


def replies_card(subject: Subject, heard: Heard, title: str = "Replies of those named") -> Card:
    """Return the replies as a card, with those who are named and of whom none is on record."""
    lead: list[Phrase] = []
    for told in told_replies(subject, heard):
        lead.extend([*told, " "])
    several = len({reply.speaker for reply in heard.replies}) > 1
    lines = [_line(subject, reply, several) for reply in heard.given[:OPEN]]
    lines += [
        subject.line(
            subject.value(reply.speaker), ": a source records that it found no reply", _words(reply), claim=reply.iri
        )
        for reply in heard.replies
        if code(reply.kind) == SOUGHT
    ]
    return Card(
        title, tuple(lines), tuple(lead[:-1]), len(heard.replies), subject.anchor("reply", CG.replyTo),
        "" if heard.accused else "No state is named in what is on record here, and no reply is.",
        "In our words." if heard.given else "", "replies",
    )  # fmt: skip


def _line(subject: Subject, reply: Reply, named: bool) -> Line:
    when = f", {subject.dated(reply.date)}" if reply.date else ""
    who: tuple[Phrase, ...] = (subject.value(reply.speaker), " ") if named else ()
    return subject.line(*who, f"{subject.word(reply.kind)}{when}", _words(reply), claim=reply.iri)


def _words(reply: Reply) -> str:
    return f": {reply.words}" if reply.words else ""
