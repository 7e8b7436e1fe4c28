"""What was collected before a data set is read, for names and identifiers to be resolved against."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from rdflib import URIRef

from graph.collect import Collection
from graph.errors import CyberGovError
from graph.model import State
from graph.record import Record
from loaders.resolve import Resolver

AnyRecord = TypeVar("AnyRecord", bound=Record)


class UnknownName(CyberGovError, ValueError):
    """A name or code that no record has."""


class Known:
    """The records collected so far, as a loader may ask for them. Nothing is changed through it."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def of(self, cls: type[AnyRecord]) -> Iterator[AnyRecord]:
        """Yield all records of a class, in the order in which they came."""
        for entry in self._collection.entries.values():
            if isinstance(entry.record, cls):
                yield entry.record

    def get(self, iri: URIRef) -> Record | None:
        """Return the record with an identifier."""
        entry = self._collection.entries.get(iri)
        return entry.record if entry else None

    @cached_property
    def states(self) -> Resolver:
        """The states, by identifier, ISO code and name."""
        return Resolver(self.of(State))

    def state(self, text: str) -> URIRef:
        """Return the state that a name or code means; raise UnknownName, or AmbiguousNameError where several are."""
        match = self.states.resolve(text, kind="state")
        if match is None:
            near = self.states.nearest(text)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise UnknownName(f"no state is called {text!r}{hint}")
        return match.actor
