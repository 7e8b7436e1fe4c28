"""Finding things by name: suggestions while one types, and the page of what was found, by kind."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, render_template, request

import queries
from graph.errors import CyberGovError
from graph.search import LONGEST, Hit, count_by_kind, mended, search, search_any
from graph.terms import CG
from webapp.documentation import grammar
from webapp.lists import NoSuchPage
from webapp.service import current_service
from webapp.things import classes, local, short

bp = Blueprint("suggest", __name__)

MOST = 20  # suggestions at once
USUAL = 8
PER_PAGE = 50
IN_A_GROUP = 6  # of a kind, while all kinds are shown
LOOKED_AT = 1000  # hits that are sorted into groups
BESIDE = 6  # questions and words of the field that are shown beside the things


class BadSearch(CyberGovError):
    """Something about a search that can't be done."""

    status = 400


@dataclass(frozen=True)
class Found:
    """A thing that was found: where it is, what it is called, and the other name by which it was found."""

    href: str
    name: str
    kind: str
    by: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind: the first of them, and how many there are."""

    kind: str
    title: str
    total: int
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Results:
    """What a search found: things by kind, and what else has the words."""

    words: str
    kind: str
    total: int
    groups: tuple[Group, ...]
    counts: dict[str, int]
    page: int = 1
    pages: int = 1


@bp.get("/suggest")
def suggest() -> Response:
    """Things whose names begin with, or hold, what somebody has typed so far; of some kinds only, if any are named."""
    words = request.args.get("q", "").strip()
    if len(words) > LONGEST:
        raise BadSearch(f"That is too long to look for: names are looked for by at most {LONGEST} characters.")
    kinds = [kind for given in request.args.getlist("kind") for kind in given.split(",") if kind]
    hits = search(current_service().snapshot.search, words, _limit(), _known(kinds))
    return jsonify([
        {
            "iri": hit.iri, "id": short(hit.iri), "kind": hit.kind, "name": hit.name, "matched": hit.matched,
            "href": local(hit.iri),
        }
        for hit in hits
    ])  # fmt: skip


@bp.get("/search")
def find() -> str:
    """Search names, aliases and symbols of all things, by kind; beside them the questions and words that fit."""
    asked = " ".join(request.args.get("q", "").split())
    words, kind = asked[:LONGEST], request.args.get("kind", "")
    _known([kind] if kind else [])
    results = _results(words, kind, request.args.get("page", default=1, type=int))
    path = current_service().snapshot.search
    instead = mended(path, words) if words and not results.counts else ""
    near = search(path, instead, IN_A_GROUP) if instead else []
    if words and not results.counts and not near:
        near, instead = search_any(path, words, IN_A_GROUP), ""
    return render_template(
        "search.html",
        words=words,
        cut=len(asked) > LONGEST,
        longest=LONGEST,
        results=results,
        titles={kind: title(kind) for kind in results.counts},
        instead=instead,
        near=[_found(hit) for hit in near],
        beside=_beside(words) if words and results.page == 1 and not kind else [],
    )


def title(kind: str) -> str:
    """Return what things of a kind are called."""
    term = grammar().term(grammar().kinds.get(kind, CG.Claim))
    return term.label if term else kind.replace("-", " ").capitalize()


def _results(words: str, kind: str, page: int) -> Results:
    path = current_service().snapshot.search
    counts = count_by_kind(path, words)
    if kind:
        total = counts.get(kind, 0)
        pages = max(1, -(-total // PER_PAGE))
        if not 1 <= page <= pages:
            raise NoSuchPage(f"The search has {pages} pages of results; there is no page {page}.")
        hits = search(path, words, page * PER_PAGE, [kind])[(page - 1) * PER_PAGE :]
        groups = [Group(kind, title(kind), total, tuple(map(_found, hits)))] if hits else []
        return Results(words, kind, total, tuple(groups), _sorted(counts), page, pages)
    by_kind: dict[str, list[Hit]] = {}
    for hit in search(path, words, LOOKED_AT):
        by_kind.setdefault(hit.kind, []).append(hit)
    groups = [Group(of, title(of), counts[of], tuple(map(_found, hits[:IN_A_GROUP]))) for of, hits in by_kind.items()]
    return Results(words, "", sum(counts.values()), tuple(groups), _sorted(counts))


def _sorted(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _found(hit: Hit) -> Found:
    """Return a hit as the page shows it; the identifier is no other name."""
    own = hit.matched == hit.name or hit.matched == hit.iri.rsplit("/", 1)[-1].replace("-", " ")
    return Found(local(hit.iri), hit.name, hit.kind, "" if own else hit.matched)


def _beside(words: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the questions, and the terms and codes, whose titles or labels hold all the words."""
    wanted = words.casefold().split()
    asked = [(f"/queries/{query.name}", query.title) for query in queries.catalogue().values()]
    known = grammar()
    called = [(local(str(term.iri)), term.label) for term in known.terms.values()]
    called += [(local(str(code.iri)), code.label) for of in known.lists.values() for code in of.codes]
    held = [
        ("Questions", "/queries", _holding(wanted, asked)),
        ("Words of the field", "/glossary", _holding(wanted, called)),
    ]
    return [group for group in held if group[2]]


def _holding(wanted: list[str], named: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found = {text: href for href, text in named if all(word in text.casefold() for word in wanted)}
    return [(href, text) for text, href in sorted(found.items(), key=lambda pair: len(pair[0]))][:BESIDE]


def _limit() -> int:
    given = request.args.get("limit", str(USUAL))
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST:
        raise BadSearch(f"The limit is a number from 1 to {MOST}, not {given[:20]!r}.")
    return int(given)


def _known(kinds: list[str]) -> list[str]:
    for kind in kinds:
        if kind not in classes():
            raise BadSearch(f"{kind[:40]!r} is no kind of thing. There are: {', '.join(sorted(classes()))}.")
    return kinds
