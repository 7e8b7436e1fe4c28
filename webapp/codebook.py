"""The codebook: what is recorded and how it is coded, as a page and as a PDF, both made from the ontology."""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from threading import Lock
from typing import Any

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from graph.terms import BASE
from loaders.curated import TABLES
from ontology.codebook import Codebook, read_codebook
from ontology.coding import NO_RULE, gaps, needed, values, variables
from ontology.release import curie
from webapp.codebook_pdf import make_pdf

bp = Blueprint("codebook", __name__)

_writing = Lock()  # two who ask at once wait for one PDF

# What agreement is measured by at each level, and how.
LEVELS = {
    "nominal": (
        "One code or one thing of several",
        "Krippendorff's alpha for nominal data; Cohen's kappa beside it for two coders.",
    ),
    "set": (
        "Several codes or things at once",
        "Krippendorff's alpha with a distance between sets, such as MASI or that of Jaccard; name the one used.",
    ),
    "ordinal": ("Ranks", "Krippendorff's alpha for ordinal data; weighted kappa beside it for two coders."),
    "interval": (
        "Dates",
        "Krippendorff's alpha for interval data, in days, on the first day that the date can mean; whether day, month "
        "or year was given is compared apart, as nominal data.",
    ),
    "ratio": ("Numbers", "Krippendorff's alpha for ratio data."),
    "read": (
        "Words and addresses",
        "No coefficient: a coder reads both and says whether they say the same; the share of yes is reported.",
    ),
}


@bp.get("/codebook")
def page() -> str:
    """The codebook as a page."""
    return render_template("codebook.html", book=book(), text=_text())


@bp.get("/codebook.pdf")
def pdf() -> Response:
    """The codebook as PDF, made on first request."""
    with _writing:
        content = _pdf()
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="cybergov-codebook-{book().version}.pdf"'
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def book() -> Codebook:
    """Return the codebook of the ontology that ships, read once."""
    return read_codebook({record.__name__: table for table, (record, _) in TABLES.items()})


@cache
def _text() -> Markup:
    return write_text(book())


def write_text(of: Codebook) -> Markup:
    """Return the text of a codebook as HTML; needs the application, whose templates make it."""
    return Markup(render_template("codebook_text.html", **_context(of)))


@cache
def _pdf() -> bytes:
    return write_pdf(book())


def write_pdf(of: Codebook) -> bytes:
    """Return a codebook as PDF; needs the application, whose templates hold the written parts."""
    context = _context(of)
    parts = (render_template(f"codebook_{part}.html", **context) for part in ("rules", "nevers"))
    return make_pdf(of, *parts)


def _context(of: Codebook) -> dict[str, Any]:
    return {
        "book": of,
        "no_rule": NO_RULE,
        "lacking": Counter(_lack(gap.lacks) for gap in gaps(of)),
        "levels": LEVELS,
        "variables": variables(of),
        "needed": needed,
        "pieces": partial(values, book=of),
        "curie": curie,
        "near": near,
    }


def _lack(what: str) -> str:
    """Return what is lacking in the plural."""
    word = what.split()[0] if not what.startswith("code list") else "code list"
    return {"boundary": "boundaries"}.get(word, f"{word}s")


def near(iri: str) -> str:
    """Return where a term, list or code is explained here, or "" if it is not ours."""
    return f"/{iri.removeprefix(BASE)}" if iri.startswith(BASE) else ""
