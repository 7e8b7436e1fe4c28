"""Media types: what a client asks for by suffix, `?format=` or Accept, and what that means here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from flask import Request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from graph.errors import CyberGovError

HTML, JSON, QUERY = "text/html", "application/json", "application/sparql-query"
SVG = "image/svg+xml"
GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
DATASETS = {  # statements with their graphs; what has none stands in the default graph
    "nq": "application/n-quads",
    "trig": "application/trig",
}
TABLES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_ALIASES = {  # other names that clients have for a type
    TABLES["json"]: ("application/json", "text/json"),
    TABLES["xml"]: ("application/xml", "text/xml"),
    TABLES["csv"]: ("application/csv",),
    GRAPHS["ttl"]: ("application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3", "application/n3"),
    GRAPHS["nt"]: ("text/plain", "text/ntriples"),
    GRAPHS["jsonld"]: ("application/json", "text/json"),
    GRAPHS["rdf"]: ("application/xml", "text/xml"),
    DATASETS["nq"]: ("text/x-nquads", "text/nquads"),
    DATASETS["trig"]: ("application/x-trig",),
}
_NAMES = {**GRAPHS, **DATASETS, **TABLES, "html": HTML, "rq": QUERY}
_MEANS = {  # what a name in an address means: the first of these that is offered
    **{name: [kind] for name, kind in _NAMES.items()},
    "json": [TABLES["json"], GRAPHS["jsonld"], JSON],
    "xml": [TABLES["xml"], GRAPHS["rdf"]],
    "turtle": [GRAPHS["ttl"]],
    "n3": [GRAPHS["ttl"]],
    "ntriples": [GRAPHS["nt"]],
    "nquads": [DATASETS["nq"]],
    "rdf+xml": [GRAPHS["rdf"]],
    "json-ld": [GRAPHS["jsonld"]],
}
_RANGE = re.compile(r"\*/\*|[\w!#$&^.+-]+/(?:\*|[\w!#$&^.+-]+)", re.ASCII)


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class NotAcceptable(CyberGovError):
    """The client accepts nothing that can be given."""

    status = 406


class UnknownFormat(CyberGovError):
    """A format name in the address that does not exist."""

    status = 400


class NoLanguage(CyberGovError):
    """Something in the address that is no language tag."""

    status = 400


def preferred(request: Request, offered: list[str], default: str) -> str:
    """Return the offered type that the client likes best; `?format=` wins over Accept, and no Accept is the default."""
    if short := asked_by_name(request):
        if kind := named(short, offered):
            return kind
        names = sorted(name for name in _NAMES if named(name, offered))
        raise UnknownFormat(f"There is no format {short!r} here. There are: {', '.join(names)}.")
    best = chosen(request, [default, *offered])
    if best is None:
        raise NotAcceptable(f"None of the types you accept can be given here. There are: {', '.join(offered)}.")
    return best


def languages(request: Request) -> tuple[str, ...]:
    """Return the languages in which the client likes names, the best first; `?lang=` wins over Accept-Language.

    Names have no regional variants: de-AT is de. What comes after the last of them is English, then whatever there is.
    """
    if given := request.args.get("lang"):
        if not _LANGUAGE.fullmatch(given):
            raise NoLanguage(f"{given!r} is no language. Write a tag such as en or de.")
        return (given.partition("-")[0].lower(),)
    liked = [tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0 and tag != "*"]
    return tuple(dict.fromkeys(liked))


def form(request: Request, others: Mapping[str, str]) -> str:
    """Return the name of the other form of a page that is asked for by name or by Accept, or "" for the page.

    A page is what those get who accept none of its forms: it has no identifier that asks for more.
    """
    offered = [HTML, *others.values()]
    if asked_by_name(request) or accepts(request, offered):
        kind = preferred(request, offered, HTML)
        return next((name for name, other in others.items() if other == kind), "")
    return ""


def chosen(request: Request, offered: Iterable[str]) -> str | None:
    """Return the type that Accept likes best, the earlier where it likes two alike, or nothing where none fits.

    Without Accept, or with one in which nothing can be read, it is the first.
    """
    return _chosen(request.headers.get("Accept", ""), tuple(offered))


@lru_cache(maxsize=1024)  # clients are of few kinds, and each names the same types all day
def _chosen(accept: str, offered: tuple[str, ...]) -> str | None:
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda kind: _liking(ranges, kind))
    return best if _liking(ranges, best)[0] > 0 else None


def accepts(request: Request, offered: Iterable[str]) -> bool:
    """Tell whether the client's Accept fits any of the types."""
    return chosen(request, offered) is not None


def asked_by_name(request: Request) -> str | None:
    """Return the format that the address or the form names; a plus sign in an address arrives as a space."""
    sent = request.form if request.method == "POST" else {}  # nobody reads what comes with a GET
    short = request.args.get("format") or sent.get("format")
    return short.strip().replace(" ", "+") if short else None


def named(short: str, offered: Iterable[str]) -> str | None:
    """Return the offered type that a name in an address means; a media type is its own name."""
    kinds = list(offered)
    means = _MEANS.get(short, [short, *(kind for kind, others in _ALIASES.items() if short in others)])
    return next((kind for kind in means if kind in kinds), None)


def _ranges(accept: str) -> dict[str, float]:
    """Return what Accept names with its quality; parameters such as charset say nothing of which format it is."""
    found: dict[str, float] = {}
    for item, quality in parse_accept_header(accept, MIMEAccept):
        bare = item.partition(";")[0].strip().lower()
        if _RANGE.fullmatch(bare):
            found[bare] = max(quality, found.get(bare, 0.0))
    return found


def _liking(ranges: dict[str, float], kind: str) -> tuple[float, int]:
    """Return how well a type is liked, and how closely it was named: itself, by another name, or by a pattern."""
    for closeness, names in ((4, [kind]), (3, _ALIASES.get(kind, ())), (2, [kind.partition("/")[0] + "/*"])):
        if liked := [ranges[name] for name in names if name in ranges]:
            return max(liked), closeness
    return ranges.get("*/*", 0.0), 1
