"""Who is meant in EuRepoC's columns of countries: a state, a body that is known, or nobody that can be a state here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from babel import Locale
from rdflib import URIRef

from graph.model import Organisation, ThreatActor
from loaders.datasets.eurepoc_codes import BODIES, NOT_CODED, UNKNOWN
from loaders.known import Known, UnknownName
from loaders.resolve import AmbiguousNameError, Resolver
from loaders.spelling import key, not_a_state

NOT_STATED, CODED_UNKNOWN, NO_STATE = "not coded", "coded as unknown", "a region, territory or body, and no state"


@dataclass
class Actors:
    """The states, organisations and groups that were known before the data set is read."""

    known: Known
    _found: dict[str, URIRef | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        organisations = list(self.known.of(Organisation))
        self._organisations = Resolver(organisations)
        self._groups = {key(name) for name in _names(self.known.of(ThreatActor))}
        self._organs = {key(name) for name in _names(o for o in organisations if o.organ_of)}

    def state(self, word: str) -> URIRef | str:
        """Return the state, or which of three reasons there is for none; raise UnknownName for a name of nobody."""
        if word not in self._found:
            self._found[word] = self._state(word)
        return self._found[word]

    def target(self, word: str) -> URIRef | str:
        """Return the state or the known organisation that was hit, or why there is none."""
        found = self.state(word)
        if found != NO_STATE or word.endswith(")"):  # "EU (region)" is where targets lie, and no target
            return found
        try:
            match = self._organisations.resolve(word, kind="organisation")
        except AmbiguousNameError:
            return found
        return match.actor if match else found

    def speaker(self, word: str) -> URIRef | str:
        """Return the state or body that spoke or acted, or why there is none."""
        return BODIES.get(word) or self.state(word)

    def name(self, actor: URIRef) -> str:
        """Return the English name of a state or organisation."""
        record = self.known.get(actor)
        return str(getattr(record, "name", actor.rsplit("/", 1)[-1]))

    def public_name(self, initiator: str) -> str | None:
        """Return a name that EuRepoC gives an initiator, where it is a known group's or an organ's.

        Names of persons and firms, which stand in the same column, have no place in the graph.
        """
        written = initiator.rpartition("-->")[2].partition("(")[0].partition("<")[0].strip()
        parts = {key(part) for part in written.split("/")}
        return written if parts & (self._groups | self._organs) else None

    def _state(self, word: str) -> URIRef | str:
        if word in NOT_CODED:
            return NOT_STATED
        if word == UNKNOWN:
            return CODED_UNKNOWN
        if not_a_state(word) is not None or key(word) in _territories():
            try:
                return self.known.state(word)
            except (UnknownName, AmbiguousNameError):
                return NO_STATE
        return self.known.state(word)


def _names(records: Iterable[Organisation | ThreatActor]) -> Iterable[str]:
    for record in records:
        yield record.name
        yield from map(str, record.aliases)
        abbreviation = getattr(record, "abbreviation", None)
        if abbreviation:
            yield str(abbreviation)


@cache
def _territories() -> frozenset[str]:
    """Names of places that have a code of their own, whether states or not."""
    return frozenset(key(name) for code, name in Locale("en").territories.items() if len(code) == 2)
