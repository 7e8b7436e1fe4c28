"""The codebook as PDF: what its pages say of rooms, kinds of record, lists and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Spacer, Table, TableStyle

from ontology.codebook import Code, Codebook, CodeList, Column, Kind, Room
from ontology.coding import NO_RULE, in_sentence, needed, values
from ontology.parts import Words
from webapp.pdf import (
    ACCENT,
    BODY,
    H2,
    LINE,
    SOFT,
    WIDTH,
    Heading,
    Text,
    anchor,
    bind,
    code,
    link,
    prepare,
    printable,
    prose,
    style,
)

SITE = "https://w3id.org/cybergov"

SMALL = style("small", 8.8, 11.2)
WHERE = style("where", 8.6, 11.4, "Head", textColor=SOFT, spaceAfter=6)
KICKER = style("kicker", 7.4, 10, "Head-Bold", textColor=ACCENT, spaceBefore=15, keepWithNext=1)
ENTRY = style("entry", 13, 16, "Head-Bold", spaceAfter=3, keepWithNext=1)
LEAD = style("lead", 11.5, 15.5, textColor=SOFT, spaceAfter=10)
MARK = style("mark", 10, 14, "Head-Bold", textColor=ACCENT, spaceAfter=10)
TITLE = style("title", 30, 36, "Head-Bold", spaceAfter=12)
NAME_SIZE = 8
COLUMNS = (37 * mm, WIDTH - 98 * mm, 15 * mm, 46 * mm)
CODES = (44 * mm, WIDTH - 44 * mm)
GRID = TableStyle(
    [
        ("BACKGROUND", (0, 0), (-1, 0), HexColor("#f3f1ea")),
        ("FONT", (0, 0), (-1, 0), "Head-Bold", 8, 10),
        ("TEXTCOLOR", (0, 0), (-1, 0), SOFT),
        ("FONT", (0, 1), (0, -1), "Mono", NAME_SIZE, 11.2),
        ("FONT", (1, 1), (-1, -1), "Text", SMALL.fontSize, SMALL.leading),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)


Row = tuple[str | Flowable, ...]


def broken(name: str, width: float) -> str:
    """Return a name in letters of one width, in lines that fit a cell, broken after hyphens and underscores.

    >>> broken("subscription-through-group", 37 * mm).splitlines()
    ['subscription-through-', 'group']
    """
    fits = int((width - 8) / (0.6 * NAME_SIZE))
    lines = [""]
    for part in re.findall(r"[^-_]*[-_]?", name):
        if lines[-1] and len(lines[-1] + part) > fits:
            lines.append("")
        lines[-1] += part
    return "\n".join(line[start : start + fits] for line in lines for start in range(0, len(line), fits))


class Writer:
    """Writes a codebook's flowables; every word passes `printable` with the place it comes from."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._cells: dict[str, Text] = {}

    def title_page(self) -> Iterator[Flowable]:
        book = self.book
        say = partial(self._text, place="the title page")
        yield Spacer(1, 52 * mm)
        yield Text("CYBERGOV", MARK)
        yield Text(say(book.title), TITLE)
        yield Text(
            f"What is recorded and how it is coded, written so that two coders agree: {len(book.kinds)} kinds of "
            f"record, {len(book.lists)} code lists, {len(book.codes)} codes.",
            LEAD,
        )
        yield Spacer(1, 70 * mm)
        issued = f"{book.issued.day} {book.issued:%B %Y}"
        yield Text(f"Version {say(book.version)}, {issued}", BODY)
        yield Text(f"By the {say(book.author)}. Licence: {link('CC BY 4.0', book.licence)}", BODY)
        yield Text(f"Made from the ontology, its code lists and its shapes: {link(SITE, SITE)}/ontology", BODY)
        yield Text(f"Cite as: {say(book.citation)}", BODY)

    def room(self, room: Room) -> Iterator[Flowable]:
        yield PageBreak()
        yield Heading.make(room.title, H2, room.anchor, "part")
        yield Text(self._text(room.about, room.name), LEAD)
        for kind in room.kinds:
            yield from self.kind(kind)
        for listed in room.lists:
            yield from self.code_list(listed)

    def kind(self, kind: Kind) -> Iterator[Flowable]:
        say = partial(self._text, place=kind.anchor)
        yield CondPageBreak(60 * mm)
        yield Text("KIND OF RECORD", KICKER)
        yield self._heading(kind.words, kind.anchor, "kind")
        yield Text(f"{self._term(kind.words)} \u00b7 {say(kind.where)}", WHERE)
        yield from self._facts("What counts", [say(kind.words.definition or f"{NO_RULE}.")])
        yield from self._facts("Boundary", map(say, kind.words.notes or (f"{NO_RULE}.",)))
        yield from self._facts("Examples", map(say, kind.words.examples))
        yield from self._facts("Identity", [f"{say(kind.identity)} {code(escape(kind.form))}"])
        yield from self._facts("Rule", map(say, kind.rules))
        for lower in kind.narrower:
            rest = " ".join(map(say, (lower.words.definition, *lower.words.notes, *lower.rules)))
            yield from self._facts(f"Becomes {self._term(lower.words)}", [rest])
        if kind.same_columns_as:
            (upper,) = self.book.labels((kind.same_columns_as,))
            target = "#" + self.book.anchors[f"kind:{kind.same_columns_as}"]
            yield Text(f"Its columns are those of {link(say(in_sentence(upper)), target)}.", BODY)
        else:
            yield Spacer(1, 4)
            yield self._columns(kind)

    def _columns(self, kind: Kind) -> Table:
        rows: list[Row] = [("Column", "Meaning", "Needed", "What may stand in it")]
        if kind.has_id:
            rows.append(("id", "The last part of its identifier, kept for ever.", "key", "letters, digits, hyphens"))
        rows += [self._column(column) for column in kind.columns]
        return Table(rows, colWidths=COLUMNS, repeatRows=1, style=GRID, spaceAfter=6)

    def _column(self, column: Column) -> Row:
        say = partial(self._text, place=column.anchor)
        words = column.words
        meaning = f"{anchor(column.anchor)}<b>{say(words.label)}</b>: {say(words.definition)}"
        pieces = [link(say(text), f"#{place}") if place else say(text) for text, place in values(column, self.book)]
        more = self._more(words, column.anchor)
        return (
            broken(column.name, COLUMNS[0]),
            Text(meaning + more, SMALL),
            needed(column),
            self._often("".join(pieces)),
        )

    def code_list(self, listed: CodeList) -> Iterator[Flowable]:
        say = partial(self._text, place=listed.anchor)
        words = listed.words
        yield CondPageBreak(50 * mm)
        yield Text("CODE LIST", KICKER)
        yield self._heading(words, listed.anchor, "list")
        users = ", ".join(link(f"{kind}.{column}", f"#column-{kind}.{column}") for kind, column in listed.users)
        used = f"used by {users}" if users else "used by no column yet"
        yield Text(f"{link(code(escape(words.name)), words.iri)} \u00b7 {used}", WHERE)
        yield Text(say(words.definition) + self._sources(words), BODY)
        yield from self._facts("Rule", map(say, words.notes or (f"{NO_RULE}.",)))
        yield from self._facts("Examples", map(say, words.examples))
        rows: list[Row] = [("Code", "Meaning, examples, boundary"), *map(self._code, listed.codes)]
        yield Spacer(1, 3)
        yield Table(rows, colWidths=CODES, repeatRows=1, style=GRID, spaceAfter=6)

    def _code(self, code: Code) -> Row:
        words = code.words
        say = partial(self._text, place=code.anchor)
        label = link(f"<b>{say(words.label)}</b>", words.iri)
        above = f"#code-{code.list_name}.{code.broader}"
        under = f"<br/>Falls under {link(say(code.broader), above)}." if code.broader else ""
        meaning = f"{anchor(code.anchor)}{label}: {say(words.definition)}{under}{self._more(words, code.anchor)}"
        return broken(printable(words.name, code.anchor), CODES[0]), Text(meaning, SMALL)

    # Words

    def _often(self, markup: str) -> Text:
        """Return a cell that stands in many places, made once."""
        if markup not in self._cells:
            self._cells[markup] = Text(markup, SMALL)
        return self._cells[markup]

    def _text(self, text: str, place: str) -> str:
        return escape(printable(text, place))

    def _heading(self, words: Words, name: str, entry: str) -> Heading:
        return Heading.make(printable(words.label, name), ENTRY, name, entry)

    def _term(self, words: Words) -> str:
        return link(code(escape(f"cg:{words.name}")), words.iri)

    def _facts(self, name: str, texts: Iterable[str]) -> Iterator[Flowable]:
        for text in texts:
            yield Text(f'<font face="Head-Bold" size="8.6">{name}</font>&nbsp; {text}', BODY)

    def _more(self, words: Words, place: str) -> str:
        said = [("Example", text) for text in words.examples] + [("Boundary", text) for text in words.notes]
        lines = (f"<br/><i>{name}</i>: {self._text(text, place)}" for name, text in said)
        return "".join(lines) + self._sources(words)

    def _sources(self, words: Words) -> str:
        linked = [("Source", address) for address in words.sources] + [
            ("See also", address) for address in words.see_also
        ]
        return "".join(
            f"<br/><i>{name}</i>: {link(self._text(address.partition('://')[2], words.iri), address)}"
            for name, address in linked
        )


def make_pdf(book: Codebook, front: str, back: str) -> bytes:
    """Return the PDF of a codebook with its written front and back, which are HTML of few tags."""
    prepare()
    writer = Writer(book)
    body = [*prose(front), *(part for room in book.rooms for part in writer.room(room)), *prose(back)]
    return bind(
        writer.title_page(),
        body,
        running=f"{book.title} \u00b7 version {book.version}",
        issued=book.issued,
        title=book.title,
        author=book.author,
        subject=f"Version {book.version}: what is recorded in the cyber governance graph, and how it is coded",
        keywords=["cyber diplomacy", "codebook", "content analysis", "intercoder agreement"],
    )
