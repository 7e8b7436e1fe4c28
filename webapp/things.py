"""Things as pages show them: their identifiers and addresses, their values in words, and the evidence for each."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache

from flask import has_request_context, request
from rdflib import RDF, RDFS, SKOS

from graph import model
from graph.dates import Stated
from graph.derive import BOUNDS
from graph.errors import CyberGovError
from graph.record import Record
from graph.terms import BASE, CG, DCTERMS, GRAPH, ID, VOCAB
from graph.void import DATASET


class P:
    """Predicates as plain strings, looked up once: a page compares them thousands of times."""

    type, label, alias, title = str(RDF.type), str(RDFS.label), str(SKOS.altLabel), str(DCTERMS.title)
    disputed, evidence, source = str(CG.disputed), str(CG.evidence), str(CG.source)
    verification, bearing = str(CG.verification), str(CG.bearing)
    locator, says, note = str(CG.locator), str(CG.says), str(SKOS.editorialNote)
    start, end, date, value = str(CG.statedStart), str(CG.statedEnd), str(CG.statedDate), str(CG.statedValue)
    publisher, address = str(CG.publisherName), str(CG.sourceAddress)
    rank, opened = str(CG.sourceRank), str(CG.retrieved)


_NAMES = {P.label, P.alias, P.title}
HIDDEN = frozenset(map(str, (CG.spell, CG.disputed, CG.evidence)))
SHORTCUTS = frozenset(map(str, (CG.memberOf, CG.participatesIn, CG.partyTo, CG.hasAccepted)))
UNSHOWN = SHORTCUTS | {P.type, *(str(bound) for bounds in BOUNDS.values() for bound in bounds if bound)}
_MONTHS = calendar.month_name


class NoSuchThing(CyberGovError):
    """Nothing has that identifier."""

    status = 404


@dataclass(frozen=True)
class Value:
    """A value as shown: its words, where it leads, whether that is away from here, and the language of the words."""

    text: str
    href: str = ""
    away: bool = False
    iri: str = ""
    language: str = ""


@dataclass(frozen=True)
class Proof:
    """One piece of evidence, ready to be read."""

    iri: str
    verification: str
    bearing: str
    source: Value
    publisher: str
    address: str
    rank: str
    opened: str
    locator: str
    says: str
    note: str
    stated: tuple[str, ...]


@dataclass
class Item:
    """A thing or claim with its values by predicate, and its other names."""

    iri: str
    word: Callable[[str], Value]  # what a predicate is called
    values: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    others: list[Value] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    disputed: bool = False

    @property
    def kind(self) -> str:
        return kind_of(self.iri)

    @property
    def href(self) -> str:
        return local(self.iri)

    @property
    def name(self) -> str:
        return self.named.text

    @property
    def named(self) -> Value:
        """The name with its language."""
        names = self.values.get(P.label) or self.values.get(P.title)
        return names[0] if names else Value(self.iri.rsplit("/", 1)[-1])

    @property
    def aliases(self) -> list[str]:
        """The words of the other names."""
        return [other.text for other in self.others]

    @property
    def status(self) -> str:
        """The best verification that any evidence has."""
        found = {proof.verification for proof in self.proofs}
        return next((status for status in ("checked", "reported", "unchecked") if status in found), "")

    def text(self, predicate: str) -> str:
        """Return the words of a property, empty where there are none."""
        return ", ".join(value.text for value in self.values.get(predicate, ()))

    def facts(self) -> list[tuple[str, Value, list[Value]]]:
        """Return predicate, its word and values, in the order of the model, for all that a page shows."""
        order = {str(spec.predicate): n for n, spec in enumerate(record_class(self.kind).specs().values())}
        shown = [p for p in self.values if p not in HIDDEN and p not in _NAMES]
        return [(p, self.word(p), self.values[p]) for p in sorted(shown, key=lambda p: (order.get(p, 99), p))]


@cache
def classes() -> dict[str, type[Record]]:
    """Return the record class of each kind of identifier."""
    return {cls.kind: cls for cls in (getattr(model, name) for name in model.__all__)}


def record_class(kind: str) -> type[Record]:
    """Return the class behind a kind; plain Record for codes and terms."""
    return classes().get(kind, Record)


def kind_of(iri: str) -> str:
    """Return the kind part of an identifier: `state` of .../id/state/DEU."""
    if iri.startswith(GRAPH):
        return "graph"
    return iri.removeprefix(ID).split("/")[0] if iri.startswith(ID) else ""


def local(iri: str) -> str:
    """Return where a canonical IRI is served here; other IRIs stay as they are.

    In a request that is for a release, things and graphs are those of the release; terms and codes are always current.
    """
    root = request.root_path if has_request_context() else ""
    if iri.startswith(ID):
        return f"{root}/doc/{iri.removeprefix(ID)}"
    if iri.startswith(VOCAB):
        scheme, _, code = iri.removeprefix(VOCAB).partition("/")
        return f"/vocab/{scheme}" + (f"#{code}" if code else "")
    if iri.startswith(GRAPH):
        return f"{root}/graph/{iri.removeprefix(GRAPH)}"
    if iri == DATASET:
        return f"{root}/data" if root else "/dataset"
    if iri.startswith(str(CG._NS)):
        return f"/ontology/{iri.removeprefix(str(CG._NS))}.html"
    return iri


def short(iri: str) -> str:
    """Return an identifier as kind/name, the way addresses and tables write it."""
    return iri.removeprefix(ID).removeprefix(BASE)


def link(value: str) -> tuple[str, bool]:
    """Return where a value leads, if it is an address, and whether that is away from here."""
    if value.startswith(BASE):
        return local(value), False
    if value.startswith(("http://", "https://")) and " " not in value:
        return value, True
    return "", False


@lru_cache(maxsize=10_000)
def readable(value: str) -> str:
    """Return a date in words, and anything else as it is.

    >>> readable("2011-12-08"), readable("2011-12"), readable("2011"), readable("A/RES/73/27")
    ('8 December 2011', 'December 2011', '2011', 'A/RES/73/27')
    """
    if not value[:4].isdigit():
        return value
    try:
        stated = Stated.parse(value)
    except ValueError:
        return value
    month = _MONTHS[stated.month] if stated.month else ""
    return " ".join(str(part) for part in (stated.day, month, stated.year) if part)
