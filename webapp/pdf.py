"""A book as PDF: fonts, text, headings, contents with page numbers, bookmarks, and the same bytes every time.

The fonts are those that every reader of PDF has, so nothing is embedded and nothing is needed on the machine; their
characters are those of Windows-1252. What they cannot show is written otherwise, as said below, or refused by name.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate, Paragraph

from graph.errors import CyberGovError

_ACCENT = "#0f5f6c"
INK, SOFT, LINE, ACCENT = map(HexColor, ("#17212b", "#56616d", "#d5d2c8", _ACCENT))
LEFT, RIGHT, TOP, BOTTOM = 24 * mm, 24 * mm, 26 * mm, 22 * mm
WIDTH = A4[0] - LEFT - RIGHT

SUBSTITUTES = str.maketrans(
    {
        "\u0141": "L",  # the stroke of these is no mark that comes off
        "\u0142": "l",
        "\u0110": "D",
        "\u0111": "d",
        "\u0131": "i",
        "\u2009": " ",  # thin space
        "\u202f": " ",  # narrow space that does not break
        "\u2010": "-",  # hyphen
        "\u2011": "-",  # hyphen that does not break
        "\u2212": "-",  # minus
        "\u2192": "->",
        "\u2264": "<=",
        "\u2265": ">=",
    }
)


FACES = {
    "Text": "Times-Roman",
    "Text-Bold": "Times-Bold",
    "Text-Italic": "Times-Italic",
    "Text-BoldItalic": "Times-BoldItalic",
    "Head": "Helvetica",
    "Head-Bold": "Helvetica-Bold",
    "Mono": "Courier",
}


class QuickFont(pdfmetrics.Font):
    """A standard font that measures each word once."""

    def __init__(self, name: str, face: str) -> None:
        super().__init__(name, face, "WinAnsiEncoding")
        self._known: dict[str | bytes, float] = {}

    def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:  # noqa: N802
        """Return the width of a text."""
        if text not in self._known:
            self._known[text] = super().stringWidth(text, 1, encoding)
        return self._known[text] * size


def prepare() -> None:
    """Tell the library of the fonts, before the first text is made; it keeps them for the life of the program."""
    rl_config.useA85 = 0  # streams as they are, not spelt out in letters
    for name, face in FACES.items():
        pdfmetrics.registerFont(QuickFont(name, face))
    pdfmetrics.registerFontFamily("Text", "Text", "Text-Bold", "Text-Italic", "Text-BoldItalic")
    pdfmetrics.registerFontFamily("Head", "Head", "Head-Bold")
    pdfmetrics.registerFontFamily("Mono", "Mono")


class UnprintableText(CyberGovError):
    """Text with a character that the fonts of the PDF do not have."""

    status = 500

    def __init__(self, character: str, place: str) -> None:
        told = f"U+{ord(character):04X} ({character})"
        super().__init__(f"The codebook's PDF cannot show {told} in {place}. Write it otherwise, or add a substitute.")


def printable(text: str, place: str) -> str:
    """Return the text in characters that the fonts have, or raise UnprintableText with its place.

    A letter whose mark they lack is written without it, as the United Nations does in English.

    >>> printable("in Chi\u0219in\u0103u", "an example")
    'in Chisinau'
    """
    if _has(text):
        return text
    plain = "".join(map(_plain, text.translate(SUBSTITUTES)))
    for character in plain:
        if not _has(character):
            raise UnprintableText(character, place)
    return plain


def _has(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _plain(character: str) -> str:
    letter = unicodedata.normalize("NFD", character)[0]
    return letter if not _has(character) and letter.isascii() and letter.isalpha() else character


# Styles


def style(name: str, size: float, leading: float, font: str = "Text", **more: Any) -> ParagraphStyle:
    """Return a style of the book; `more` is what paragraphs of the library understand."""
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, **{"textColor": INK, **more})


BODY = style("body", 10, 13.6, spaceAfter=5)
ITEM = style("item", 10, 13.6, leftIndent=14, bulletIndent=2, bulletFontName="Text", spaceAfter=3)
TERM = style("term", 10, 13.6, "Text-Bold", keepWithNext=1, spaceBefore=2)
MEANING = style("meaning", 10, 13.6, leftIndent=14, spaceAfter=3)
H2 = style("h2", 21, 25, "Head-Bold", spaceAfter=8, keepWithNext=1)
H3 = style("h3", 11.5, 15, "Head-Bold", spaceBefore=9, spaceAfter=3, keepWithNext=1)
CONTENTS = {
    "part": style("contents of parts", 10.5, 14, "Head-Bold", spaceBefore=7),
    "kind": style("contents of kinds", 9.5, 12.6, leftIndent=12),
    "list": style("contents of lists", 9.5, 12.6, "Text-Italic", leftIndent=12),
}


# Words as markup of paragraphs


def link(markup: str, target: str) -> str:
    """Return markup that leads to an address, or to an anchor after #."""
    return f'<a href={quoteattr(target)} color="{_ACCENT}">{markup}</a>'


def code(markup: str) -> str:
    """Return markup in letters of one width."""
    return f'<font face="Mono" size="-1">{markup}</font>'


def anchor(name: str) -> str:
    """Return markup that others can lead to."""
    return f"<a name={quoteattr(name)}/>"


class Text(Paragraph):
    """A paragraph that breaks its lines once for each width; a table that goes over pages asks again and again."""

    _known: tuple[float, tuple[float, float]] = (-1, (0, 0))

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803
        """Return the size at a width."""
        if self._known[0] != availWidth or not hasattr(self, "blPara"):  # `split` throws the lines away
            self._known = (availWidth, super().wrap(availWidth, availHeight))
        return self._known[1]


class Heading(Text):
    """A heading that goes into the contents and the bookmarks."""

    title, name, level, entry = "", "", 0, ""

    @classmethod
    def make(cls, title: str, look: ParagraphStyle, name: str, entry: str) -> Heading:
        """Return a heading that others can link to; `entry` is how it stands in the contents."""
        heading = cls(anchor(name) + escape(title), look)
        heading.title, heading.name, heading.entry = title, name, entry
        heading.level = entry != "part"
        return heading

    @property
    def page_form(self) -> str:
        """The name of the form that holds its page number."""
        return f"page-{self.name}"


class Entry(Flowable):
    """A line of the contents. Its page is a form that is drawn when its heading is reached, so one pass does."""

    def __init__(self, heading: Heading) -> None:
        super().__init__()
        self.heading, self.style = heading, CONTENTS[heading.entry]

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803
        """Return the size at a width."""
        self.width, self.height = availWidth, self.style.leading
        return self.width, self.height

    def draw(self) -> None:
        """Draw the title, a line of dots and the place of the page number."""
        look, canvas = self.style, self.canv
        begin, end = look.leftIndent, self.width - 9 * mm
        title = _fitting(self.heading.title, look, end - begin)
        canvas.setFont(look.fontName, look.fontSize)
        canvas.setFillColor(look.textColor)
        canvas.drawString(begin, 3, title)
        canvas.linkRect("", self.heading.name, (begin, 0, self.width, look.leading), relative=1)
        if self.heading.level:
            canvas.setStrokeColor(LINE)
            canvas.setDash(0.6, 2.4)
            canvas.line(begin + canvas.stringWidth(title, look.fontName, look.fontSize) + 4, 4, end, 4)
        canvas.doForm(self.heading.page_form)


def _fitting(title: str, look: ParagraphStyle, width: float) -> str:
    """Return a title in one line, cut where it is too long."""
    if pdfmetrics.stringWidth(title, look.fontName, look.fontSize) <= width:
        return title
    while pdfmetrics.stringWidth(f"{title} ...", look.fontName, look.fontSize) > width:
        title = title.rpartition(" ")[0] or title[:-1]
    return f"{title} ..."


class _Prose(HTMLParser):
    """Makes flowables of the few tags that the written parts use; raises ValueError at any other."""

    INLINE: Mapping[str, tuple[str, str]] = {
        "em": ("<i>", "</i>"),
        "strong": ("<b>", "</b>"),
        "code": ('<font face="Mono" size="-1">', "</font>"),
    }
    BLOCKS: Mapping[str, ParagraphStyle] = {"p": BODY, "h2": H2, "h3": H3, "li": ITEM, "dt": TERM, "dd": MEANING}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.flowables: list[Flowable] = []
        self.text, self.anchor, self.number, self.ordered = "", "", 0, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in self.INLINE:
            self.text += self.INLINE[tag][0]
        elif tag == "a":
            self.text += f'<a href={quoteattr(given["href"])} color="{_ACCENT}">'
        elif tag in self.BLOCKS:
            self.text, self.anchor = "", given.get("id", "")
            self.number += tag == "li"
        elif tag in ("ul", "ol", "dl"):
            self.number, self.ordered = 0, tag == "ol"
        else:
            raise ValueError(f"the written parts of the codebook use a tag that the PDF does not know: {tag}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.INLINE:
            self.text += self.INLINE[tag][1]
        elif tag == "a":
            self.text += "</a>"
        elif tag in self.BLOCKS:
            self._end(tag, " ".join(self.text.split()))

    def handle_data(self, data: str) -> None:
        self.text += escape(printable(data, "the written parts"))

    def _end(self, tag: str, text: str) -> None:
        if tag == "h2":
            self.flowables += [PageBreak(), Heading.make(_unescaped(text), H2, self.anchor, "part")]
        elif tag == "li":
            bullet = f"{self.number}." if self.ordered else "\u2022"
            self.flowables.append(Text(text, ITEM, bulletText=bullet))
        else:
            self.flowables.append(Text(text, self.BLOCKS[tag]))


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def prose(html: str) -> list[Flowable]:
    """Return the flowables of a written part."""
    parser = _Prose()
    parser.feed(html)
    parser.close()
    return parser.flowables


# The document


class Book(BaseDocTemplate):
    """Pages with a running head, numbers, contents and bookmarks."""

    def __init__(self, out: io.BytesIO, *, running: str, issued: date, **about: Any) -> None:
        super().__init__(out, pagesize=A4, lang="en-GB", creator="cybergov", invariant=1, **about)
        self.running, self.issued, self.section = running, issued, ""
        frame = Frame(LEFT, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, 0, 0, 0, 0, id="text")
        title = PageTemplate("title", [frame], onPage=self._begin)
        self.addPageTemplates([title, PageTemplate("text", [frame], onPageEnd=self._furnish)])

    def _begin(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        """Date the file by its version, since no clock may change its bytes."""
        canvas.setDateFormatter(lambda *now: f"D:{self.issued:%Y%m%d}000000Z")
        canvas.showOutline()

    def _furnish(self, canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont("Head", 7.8)
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        top, bottom = A4[1] - 16 * mm, 13 * mm
        canvas.drawString(LEFT, top, self.running)
        canvas.drawRightString(A4[0] - RIGHT, top, self.section)
        canvas.line(LEFT, top - 5, A4[0] - RIGHT, top - 5)
        canvas.drawRightString(A4[0] - RIGHT, bottom, str(canvas.getPageNumber()))
        canvas.restoreState()

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        """Enter a heading into bookmarks, and its page into the contents."""
        if not isinstance(flowable, Heading):
            return
        if flowable.level == 0:
            self.section = flowable.title
        canvas, look = self.canv, CONTENTS[flowable.entry]
        canvas.addOutlineEntry(flowable.title, flowable.name, flowable.level, closed=True)
        canvas.beginForm(flowable.page_form, 0, 0, WIDTH, look.leading)
        canvas.setFont(look.fontName, look.fontSize)
        canvas.setFillColor(look.textColor)
        canvas.drawRightString(WIDTH, 3, str(canvas.getPageNumber()))
        canvas.endForm()


def bind(front: Iterable[Flowable], body: list[Flowable], *, running: str, issued: date, **about: Any) -> bytes:
    """Return the PDF of a book: front page, contents and body. `about` is what the file says of itself."""
    contents = [Entry(part) for part in body if isinstance(part, Heading)]
    out = io.BytesIO()
    book = Book(out, running=running, issued=issued, **about)
    book.build([*front, NextPageTemplate("text"), PageBreak(), Text("Contents", H2), *contents, *body])
    return out.getvalue()
