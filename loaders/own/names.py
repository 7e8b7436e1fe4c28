"""What a contributor's words mean: the one thing with that identifier, code or name, and a refusal where several are.

What other contributions state is not looked at, so that none changes how another is read.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from rdflib import URIRef

from graph.collect import Collection, Entry
from graph.model import Source, State
from graph.record import Record
from graph.terms import ID, SKOS, thing
from loaders.own.grammar import nearest
from loaders.resolve import AmbiguousNameError, Resolver
from loaders.spelling import key

_HINTS = 100
_NAMES = ("name", "aliases", "abbreviation", "name_de", "title", "symbol", "identifier", "attack_id")


class Landscape:
    """What is known without contributions."""

    def __init__(self, collection: Collection, contributed: Several[URIRef] = ()) -> None:
        self._records = {
            iri: _without(entry, contributed)
            for iri, entry in collection.entries.items()
            if entry.graph not in contributed
        }
        self._collection = collection
        self._hints = _HINTS
        self._meant: dict[tuple[str, tuple[str, ...]], URIRef | None] = {}

    def get(self, iri: URIRef) -> Record | None:
        """Return the record with an identifier."""
        return self._records.get(iri)

    def has_evidence(self, iri: URIRef, source: URIRef) -> bool:
        """Tell whether a source is evidence for a record already."""
        entry = self._collection.entries.get(iri)
        return entry is not None and any(evidence.source == source for _, evidence, _ in entry.evidence.values())

    def of_address(self, address: URIRef) -> Source | None:
        """Return the source at a web address."""
        return self._addresses.get(address)

    def meant(self, text: str, kinds: tuple[str, ...]) -> URIRef | None:
        """Return the thing of one of the kinds that an identifier, code or name means; raise where several are."""
        if (text, kinds) not in self._meant:
            self._meant[text, kinds] = self._find(text, kinds)
        return self._meant[text, kinds]

    def _find(self, text: str, kinds: tuple[str, ...]) -> URIRef | None:
        kind, slash, name = text.partition("/")
        if slash and kind in kinds:
            return thing(kind, name)
        found = {iri for iri in self._by_name.get(key(text), ()) if _kind(iri) in kinds}
        found |= {URIRef(f"{ID}{each}/{text}") for each in kinds if _is_slug(text)} & self._records.keys()
        if "state" in kinds:
            found |= self._states_meant(text)
        if len(found) > 1:
            raise AmbiguousNameError(text, found)
        return next(iter(found), None)

    def elsewhere(self, address: URIRef, kinds: tuple[str, ...]) -> URIRef | None:
        """Return the thing that is known by an identifier of others."""
        found = {iri for iri in self._same_as.get(address, ()) if _kind(iri) in kinds}
        if len(found) > 1:
            raise AmbiguousNameError(address, found)
        return next(iter(found), None)

    def hint(self, text: str, kinds: tuple[str, ...]) -> str:
        """Return what may have been meant: identifiers and names of the kinds. Not for ever: it takes a while."""
        if self._hints == 0:
            return ""
        self._hints -= 1
        named = [str(n) for i, r in self._records.items() if _kind(i) in kinds for n in _names_of(r)]
        ids = [i.removeprefix(ID) for i in self._records if _kind(i) in kinds]
        return nearest(text, [*named, *ids])

    def _states_meant(self, text: str) -> set[URIRef]:
        try:
            match = self._states.resolve(text, kind="state")
        except AmbiguousNameError as error:
            return set(error.candidates)
        return {match.actor} if match else set()

    @cached_property
    def _states(self) -> Resolver:
        return Resolver(record for record in self._records.values() if isinstance(record, State))

    @cached_property
    def _addresses(self) -> dict[URIRef, Source]:
        sources = (record for record in self._records.values() if isinstance(record, Source))
        return {source.address: source for source in sources if source.address}

    @cached_property
    def _by_name(self) -> dict[str, set[URIRef]]:
        index: defaultdict[str, set[URIRef]] = defaultdict(set)
        for iri, record in self._records.items():
            if not isinstance(record, State):  # these have a resolver of their own
                for name in _names_of(record):
                    index[key(str(name))].add(iri)
        index.pop("", None)
        return dict(index)

    @cached_property
    def _same_as(self) -> dict[URIRef, set[URIRef]]:
        index: defaultdict[URIRef, set[URIRef]] = defaultdict(set)
        for iri, record in self._records.items():
            for _, spec, value in record.values():
                if spec.predicate == SKOS.exactMatch and isinstance(value, URIRef):
                    index[value].add(iri)
        return dict(index)


def _without(entry: Entry, contributed: Several[URIRef]) -> Record:
    """Return a record without the values that contributions added to it."""
    if not entry.added:
        return entry.record
    added = {each for each, graph in entry.added.items() if graph in contributed}
    changed: dict[str, Any] = {}
    for name, spec, value in entry.record.values():
        if (name, value) in added:
            kept = tuple(v for v in getattr(entry.record, name) if (name, v) not in added) if spec.many else None
            changed[name] = kept
    return dataclasses.replace(entry.record, **changed) if changed else entry.record


def _names_of(record: Record) -> Iterator[object]:
    for name in _NAMES:
        value = getattr(record, name, None)
        yield from value if isinstance(value, tuple) else (value,) if value else ()


def _is_slug(text: str) -> bool:
    return text.isascii() and text.replace("-", "").isalnum()


def _kind(iri: URIRef) -> str:
    return iri.removeprefix(ID).partition("/")[0]
