"""Coding by the codebook: what may stand in a column, how agreement on it is measured, and what is not written yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.record import Shape
from graph.terms import CG
from ontology.codebook import Codebook, Column
from ontology.parts import Words

NO_RULE = "No rule written yet"
Piece = tuple[str, str]  # words, and the anchor they lead to or ""

_FORMS: Mapping[Shape, str] = {
    "text": "words",
    "date": "a date as precise as the source: YYYY, YYYY-MM or YYYY-MM-DD",
    "integer": "a whole number",
    "amount": "a number, with a point before decimals",
    "address": "an address that begins with https://",
}


def values(column: Column, book: Codebook) -> tuple[Piece, ...]:
    """Say what may stand in a column, in pieces some of which lead to a list or a kind of record."""
    spec = column.spec
    several = ((", several parted by semicolons", ""),) if spec.many else ()
    if spec.shape == "code":
        return (("a code of ", ""), (spec.scheme, book.anchors.get(f"list:{spec.scheme}", "")), *several)
    if spec.shape == "reference":
        pieces: list[Piece] = []
        for kind, label in zip(spec.kinds, book.labels(spec.kinds), strict=True):
            before = " or " if pieces else "the id of "
            pieces += [(f"{before}{_article(label)} ", ""), (in_sentence(label), book.anchors.get(f"kind:{kind}", ""))]
        return (*pieces, *several)
    language = {"en": " in English", "de": " in German", "fr": " in French"}.get(spec.language or "", "")
    return ((_FORMS[spec.shape] + language, ""), *several)


def in_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: `Group of states` begins small, `UN norm` does not."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _article(label: str) -> str:
    return "an" if label[:1] in "AEIOaeio" else "a"


def needed(column: Column) -> str:
    """Say whether a column must be filled."""
    return "key" if column.spec.key else "yes" if column.spec.required else "no"


LEVELS = ("nominal", "set", "ordinal", "interval", "ratio", "read")


def level(column: Column) -> str:
    """Return the level at which agreement on a column is measured; see LEVELS."""
    spec = column.spec
    if spec.predicate == CG.sourceRank:
        return "ordinal"
    if spec.shape in ("code", "reference"):
        return "set" if spec.many else "nominal"
    return {"date": "interval", "integer": "ratio", "amount": "ratio"}.get(spec.shape, "read")


def variables(book: Codebook) -> Mapping[str, tuple[Column, ...]]:
    """Return the columns on which two coders are compared, by level; what makes the identity is compared before."""
    own = [column for kind in book.kinds for column in kind.own_columns if not column.spec.key]
    return {name: tuple(column for column in own if level(column) == name) for name in LEVELS}


@dataclass(frozen=True, order=True)
class Gap:
    """Something that nobody has written yet."""

    place: str
    lacks: str


def gaps(book: Codebook) -> tuple[Gap, ...]:
    """Return what the codebook still lacks: definitions, rules of lists, examples and boundaries."""
    return tuple(sorted(_gaps(book)))


def _gaps(book: Codebook) -> Iterator[Gap]:
    for kind in book.kinds:
        yield from _lacking(kind.name, kind.words, definition="definition", notes="boundary", examples="example")
        for column in kind.columns:
            yield from _lacking(column.title, column.words, definition="meaning")
            if column.spec.scheme and f"list:{column.spec.scheme}" not in book.anchors:
                yield Gap(column.title, f"code list {column.spec.scheme}")
    for listed in book.lists:
        yield from _lacking(listed.words.name, listed.words, definition="definition", notes="rule")
        for code in listed.codes:
            place = f"{code.list_name}/{code.words.name}"
            yield from _lacking(place, code.words, definition="definition", notes="boundary", examples="example")


def _lacking(place: str, words: Words, **wanted: str) -> Iterator[Gap]:
    for field, name in wanted.items():
        if not any(text.strip() for text in getattr(words, field)):
            yield Gap(place, name)
