"""Loose ends: rows that name what nothing has made are refused, and so are those that rest on them."""

from __future__ import annotations

from collections.abc import Sequence

from rdflib import URIRef

from graph.collect import Item, Located, Reject
from loaders.own.grammar import short
from loaders.own.names import Landscape
from loaders.own.values import references


def without_loose_ends(items: Sequence[Item], known: Landscape) -> list[Item]:
    """Return the items in their order, those with loose ends as rejects."""
    kept = list(items)
    while True:
        there = {record.iri for item in kept if isinstance(item, Located) for record in (item.record, *item.beside)}
        refused = {n: reject for n, item in enumerate(kept) if (reject := _loose(item, there, known))}
        if not refused:
            return kept
        for number, reject in refused.items():
            kept[number] = reject


def _loose(item: Item, there: set[URIRef], known: Landscape) -> Reject | None:
    if not isinstance(item, Located):
        return None
    for record in (item.record, *item.beside):
        for name, iri in references(record):
            if iri not in there and known.get(iri) is None:
                spec = record.specs()[name]
                hint = known.hint(short(iri), spec.kinds)
                reason = f"nothing has the identifier {short(iri)}{hint}"
                return Reject(item.file, item.line, short(str(spec.predicate)), reason)
    return None
