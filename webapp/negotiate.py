"""Media types: what a client asks for by suffix, `?format=` or Accept, and what that means here."""

from __future__ import annotations

from flask import Request

from graph.errors import CyberGovError

HTML = "text/html"
GRAPHS = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
}
TABLES = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
_OTHER_NAMES = {  # what a client that asks for less than the exact type means, of what is offered
    "application/json": (TABLES["json"], GRAPHS["jsonld"]),
    "application/xml": (TABLES["xml"], GRAPHS["rdf"]),
    "text/plain": (GRAPHS["nt"],),
}


_OTHER_SHORT = {  # as SPARQLWrapper writes them
    "turtle": GRAPHS["ttl"],
    "n3": GRAPHS["ttl"],
    "rdf+xml": GRAPHS["rdf"],
    "json-ld": GRAPHS["jsonld"],
}


class NotAcceptable(CyberGovError):
    """The client accepts nothing that can be given."""

    status = 406


class UnknownFormat(CyberGovError):
    """A format name in the address that does not exist."""

    status = 400


def preferred(request: Request, offered: list[str], default: str) -> str:
    """Return the offered type that the client likes best; `?format=` wins over Accept, and no Accept is the default."""
    if short := request.args.get("format") or request.form.get("format"):
        if named(short) not in offered:
            names = sorted(name for name, kind in {**GRAPHS, **TABLES}.items() if kind in offered)
            raise UnknownFormat(f"There is no format {short!r} here. There are: {', '.join(names)}.")
        return named(short)
    if not request.accept_mimetypes:
        return default
    best = _best(request, [default, *offered])
    if best is None:
        raise NotAcceptable(f"None of the types you accept can be given here. There are: {', '.join(offered)}.")
    return next((kind for kind in _OTHER_NAMES.get(best, ()) if kind in offered), best)


def accepts(request: Request, offered: list[str]) -> bool:
    """Tell whether the client's Accept fits any of the types."""
    return _best(request, offered) is not None


def _best(request: Request, offered: list[str]) -> str | None:
    aliases = [alias for alias, kinds in _OTHER_NAMES.items() if set(kinds) & set(offered)]
    return request.accept_mimetypes.best_match([*offered, *aliases])


def named(short: str) -> str:
    """Return the media type that a short name in an address means; a media type is its own name."""
    return {**GRAPHS, **TABLES, **_OTHER_SHORT, "html": HTML}.get(short, short)
