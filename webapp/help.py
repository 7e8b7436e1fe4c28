"""Help: how to read, ask and take away what is here, and the words that are used."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, render_template, request

from graph.errors import CyberGovError
from webapp import glossary as words_of
from webapp.documentation import grammar
from webapp.limits import MAX_BODY
from webapp.service import current_service

bp = Blueprint("help", __name__)

LONGEST = 100  # characters of words that are looked for in the glossary


class NoSuchPart(CyberGovError):
    """The glossary has no part of that name."""

    status = 404


@bp.get("/help")
def page() -> str:
    """How to read a page, search, ask, take away, embed and cite; access, privacy and limits."""
    lists = grammar().lists
    return render_template(
        "help.html",
        verification=lists["verification"],
        ranks=lists["source-rank"],
        settings=current_service().settings,
        body=MAX_BODY,
    )


@bp.get("/glossary")
def glossary() -> str:
    """The words of the field and of this site, by letter, filtered by words and by part."""
    asked = request.args.get("q", "").strip()
    part, relations = request.args.get("part", ""), request.args.get("relations", "") == "1"
    known = words_of.parts(grammar())
    if part and part not in known:
        raise NoSuchPart(f"The glossary has no part {part!r}. There are: {', '.join(known)}.")
    found = words_of.chosen(words_of.entries(grammar()), asked[:LONGEST], part, relations=relations)
    letters = [(letter, list(group)) for letter, group in groupby(found, key=lambda entry: entry.initial)]
    return render_template(
        "glossary.html",
        letters=letters,
        found=len(found),
        asked=asked[:LONGEST],
        longest=LONGEST,
        part=part,
        parts=known,
        relations=relations,
    )
