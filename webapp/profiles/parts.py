"""The parts that the first screen of a page on a thing is made of; `templates/profile/parts.html` shows each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from webapp.things import Value

Phrase = str | Value
Sentence = tuple[Phrase, ...]


@dataclass(frozen=True)
class Figure:
    """A key figure: a number, what it counts, and where on the page that stands."""

    number: str
    what: str
    href: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a card: words and links, and the claim behind them."""

    said: Sentence
    claim: Value | None = None


@dataclass(frozen=True)
class Card:
    """One question about a thing and the answer in a few lines; without lines it says what is not recorded."""

    title: str
    lines: tuple[Line, ...] = ()
    lead: Sentence = ()  # the answer in one sentence, above the lines
    total: int = 0  # of how many the lines are the first
    href: str = ""  # where all stand
    empty: str = ""  # what is said where there is nothing: that unknown is not no
    note: str = ""
    anchor: str = ""
    form: str = field(default="card", init=False)


@dataclass(frozen=True)
class Part:
    """One part of a whole that is drawn as a bar: what it is, how many, and how wide (hundredths)."""

    name: str
    number: int
    tone: str  # a class of thing.css: yes, no, abstain, none, first, second, third ...
    share: float


@dataclass(frozen=True)
class Split:
    """A whole and its parts, as one bar with a legend that says all numbers in words."""

    title: str
    parts: tuple[Part, ...]
    note: Sentence = ()
    href: str = ""
    anchor: str = ""
    form: str = field(default="split", init=False)


@dataclass(frozen=True)
class Grid:
    """A small table: its first column names the rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Sentence, ...], ...]
    note: str = ""
    anchor: str = ""
    form: str = field(default="grid", init=False)


@dataclass(frozen=True)
class Step:
    """One link of a chain: what stands there, how it is tied to the thing, and when it was."""

    what: Value
    how: str = ""
    when: str = ""
    claim: Value | None = None


@dataclass(frozen=True)
class Chain:
    """What came before a thing and after it."""

    title: str
    before: tuple[Step, ...]
    here: Step
    after: tuple[Step, ...]
    note: str = ""
    form: str = field(default="chain", init=False)


@dataclass(frozen=True)
class Quote:
    """What a text says, in our words, with where it stands."""

    text: str
    where: Sentence = ()
    form: str = field(default="quote", init=False)


@dataclass(frozen=True)
class Pair:
    """Two blocks of equal prominence, side by side: what was said, and what was answered."""

    left: Block
    right: Block
    form: str = field(default="pair", init=False)


Block = Card | Split | Grid | Chain | Quote | Pair


@dataclass(frozen=True)
class Profile:
    """What a page says first: sentences, key figures and what opens the page; then cards, and blocks over the width."""

    summary: tuple[Sentence, ...] = ()
    figures: tuple[Figure, ...] = ()
    opening: tuple[Block, ...] = ()  # what belongs on the first screen: a vote's bar, a line of forums, a paraphrase
    blocks: tuple[Block, ...] = ()
    cards: tuple[Card, ...] = ()
    missing: tuple[Sentence, ...] = ()  # what is not recorded, each with why that is no no
    links: tuple[Value, ...] = ()  # to views that begin with this thing


def split(
    title: str, numbers: Iterable[tuple[str, int, str]], note: Sentence = (), href: str = "", anchor: str = ""
) -> Split | None:
    """Return parts of a whole as a bar, without those that are nought; None where all are."""
    kept = [(name, number, tone) for name, number, tone in numbers if number]
    whole = sum(number for _, number, _ in kept)
    parts = tuple(Part(name, number, tone, round(100 * number / whole, 3)) for name, number, tone in kept)
    return Split(title, parts, note, href, anchor) if parts else None


def sentence(*phrases: Phrase | Sequence[Phrase]) -> Sentence:
    """Return phrases and lists of phrases as one sentence."""
    said: list[Phrase] = []
    for phrase in phrases:
        said.extend([phrase] if isinstance(phrase, str | Value) else phrase)
    return tuple(said)


def listed(values: Sequence[Phrase], most: int = 0) -> Sentence:
    """Return things one after the other with commas and an "and"; of more than `most`, how many others there are.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c", "d"], 2)
    (('a', ', ', 'b', ' and ', 'c'), ('a', ', ', 'b', ' and 2 others'))
    """
    shown = values[:most] if most and len(values) > most + 1 else values
    others = len(values) - len(shown)
    said: list[Phrase] = []
    for place, value in enumerate(shown):
        if place:
            said.append(" and " if place == len(shown) - 1 and not others else ", ")
        said.append(value)
    return (*said, f" and {others} others") if others else tuple(said)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> count(1, "act"), count(1200, "act"), count(2, "reply", "replies")
    ('1 act', '1,200 acts', '2 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def plain(sentence: Sentence) -> str:
    """Return a sentence without its links."""
    return "".join(phrase if isinstance(phrase, str) else phrase.text for phrase in sentence)
