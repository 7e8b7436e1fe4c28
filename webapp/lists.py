"""Lists of things with facets and counts: each is a query, filtered and counted here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import queries
from graph.errors import CyberGovError
from queries import Table
from webapp.things import local, readable

PER_PAGE = 200


@dataclass(frozen=True)
class List:
    """A list: its address, title, what it tells a reader, and the columns that are facets."""

    name: str
    title: str
    lead: str
    facets: tuple[str, ...]


LISTS = {
    entry.name: entry
    for entry in (
        List(
            "states",
            "States",
            "State-like actors of every kind, named as the United Nations name them; the kind says nothing of recognition by us.",
            ("kind", "group"),
        ),
        List(
            "forums",
            "Forums",
            "Where states and others meet, negotiate or sign up: bodies, processes and initiatives.",
            ("kind",),
        ),
        List(
            "commitments",
            "Commitments",
            "Undertakings that somebody accepted. Proposals and expert texts are marked as such.",
            ("class", "kind", "bindingness", "status"),
        ),
        List(
            "events", "Events", "Sessions, conferences and dialogues, the latest first.", ("kind", "series", "country")
        ),
        List(
            "operations",
            "Operations",
            "Cyber operations that officials spoke about in public, or that a data set records. An act says who spoke, an assessment what its author holds; neither proves who did it. Numbers count what is recorded here; “reported” are acts known only from a report by others. Research means data sets and studies.",
            ("source",),
        ),
        List("documents", "Documents", "Official texts and the studies about them, the latest first.", ("kind",)),
        List(
            "actors",
            "Actors",
            "Organisations and their organs, groups of states, persons in public function, and names of threat actors.",
            ("kind",),
        ),
    )
}


class NoSuchPage(CyberGovError):
    """A page of a list beyond its end."""

    status = 404


@dataclass(frozen=True)
class Facet:
    """A column to filter by, with how many rows each value has under the other filters."""

    name: str
    chosen: str
    values: list[tuple[str, int]]


@dataclass(frozen=True)
class Listing:
    """A list as asked for: the rows of one page, and what they were taken from."""

    of: List
    columns: tuple[str, ...]
    rows: list[tuple[str, list[str]]]  # address and cells, the name first
    facets: list[Facet]
    total: int
    page: int
    pages: int


def read_table(engine: queries.Answers, name: str, chosen: Mapping[str, str]) -> Table:
    """Return all rows of a list that have the chosen values."""
    return _chosen(queries.for_site(f"list_{name}").answer(engine), chosen)


def read_list(engine: queries.Answers, of: List, chosen: Mapping[str, str], page: int) -> Listing:
    """Return one page of a list; raise NoSuchPage beyond its end."""
    everything = read_table(engine, of.name, {})
    table = _chosen(everything, chosen)
    pages = max(1, -(-len(table.rows) // PER_PAGE))
    if not 1 <= page <= pages:
        raise NoSuchPage(f"The list has {pages} pages; there is no page {page}.")
    facets = [_facet(everything, name, chosen) for name in of.facets]
    shown = table.rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = [(local(row[0] or ""), [readable(value or "") for value in row[1:]]) for row in shown]
    return Listing(of, table.columns[1:], rows, facets, len(table.rows), page, pages)


def _chosen(table: Table, chosen: Mapping[str, str]) -> Table:
    places = {column: table.columns.index(column) for column in chosen}
    rows = [row for row in table.rows if all((row[places[c]] or "") == value for c, value in chosen.items())]
    return Table(table.columns, rows)


def _facet(everything: Table, name: str, chosen: Mapping[str, str]) -> Facet:
    """Count a column's values among the rows that the other filters leave."""
    table = _chosen(everything, {column: value for column, value in chosen.items() if column != name})
    place = table.columns.index(name)
    counts = Counter(row[place] or "" for row in table.rows if row[place])
    return Facet(name, chosen.get(name, ""), sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
