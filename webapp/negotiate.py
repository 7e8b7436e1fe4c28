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
_OTHER_NAMES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
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
        named = {**GRAPHS, **TABLES, "html": HTML}.get(short, short)
        if named not in offered:
            names = sorted(name for name, kind in {**GRAPHS, **TABLES}.items() if kind in offered)
            raise UnknownFormat(f"There is no format {short!r} here. There are: {', '.join(names)}.")
        return named
    if not request.accept_mimetypes:
        return default
    aliases = [alias for alias, kind in _OTHER_NAMES.items() if kind in offered]
    best = request.accept_mimetypes.best_match([default, *offered, *aliases])
    if best is None:
        raise NotAcceptable(f"None of the types you accept can be given here. There are: {', '.join(offered)}.")
    return _OTHER_NAMES.get(best, best)
