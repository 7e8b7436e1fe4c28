"""The site map: the address of every page that a search engine should know, in parts that the protocol allows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import queries
from webapp.documentation import grammar
from webapp.guides import GUIDES
from webapp.lists import LISTS
from webapp.things import local

MOST = 40_000  # addresses of one part; the protocol allows 50,000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = (
    "/", "/matrix", "/compare", "/map", "/timeline", "/network", "/queries", "/sparql", "/data", "/guides", "/help",
    "/glossary", "/competency", "/coverage", "/editing", "/corrections", "/codebook", "/api", "/ontology", "/vocab",
    "/shapes", "/alignments",
)  # fmt: skip


def paths(search: Path) -> list[str]:
    """Return the paths of all pages: those of the site itself, then those of the things that can be found by name.

    Claims and evidence have pages too, but are reached from the things that they are about.
    """
    known = grammar()
    words = [local(str(of.iri)) for of in (*known.terms.values(), *known.lists.values())]
    own = [*_PAGES, *(f"/{name}" for name in LISTS), *(f"/queries/{name}" for name in queries.catalogue())]
    own += [f"/guides/{slug}" for slug in GUIDES]
    with sqlite3.connect(f"{search.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as db:
        things = [local(iri) for (iri,) in db.execute("SELECT DISTINCT iri FROM names ORDER BY iri")]
    db.close()
    return [*own, *sorted(words), *things]


def parts(total: int) -> int:
    """Return how many parts so many addresses need."""
    return -(-total // MOST)


def index(address: str, total: int, day: str) -> bytes:
    """Return the list of the parts."""
    found = (f"{address}sitemap-{number}.xml" for number in range(1, parts(total) + 1))
    return _written("sitemapindex", "sitemap", found, day)


def part(address: str, found: list[str], number: int, day: str) -> bytes:
    """Return one part, counted from 1."""
    some = found[(number - 1) * MOST : number * MOST]
    return _written("urlset", "url", (address + path.removeprefix("/") for path in some), day)


def _written(whole: str, item: str, addresses: Iterable[str], day: str) -> bytes:
    root = ElementTree.Element(whole, xmlns=_SPACE)
    for address in addresses:
        entry = ElementTree.SubElement(root, item)
        ElementTree.SubElement(entry, "loc").text = address
        ElementTree.SubElement(entry, "lastmod").text = day
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
