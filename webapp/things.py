"""One thing as a page shows it: its facts, the claims that lead to it in sections, and the evidence for each."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from rdflib import RDFS, SKOS

import queries
from graph import model
from graph.dates import Stated
from graph.errors import CyberGovError
from graph.record import Record
from graph.terms import BASE, CG, DCTERMS, ID, VOCAB
from webapp import words
from webapp.words import section_title, word

SHOWN = 600
ASKED_AT_ONCE = 500


class _P:
    """Predicates as plain strings, looked up once: a page compares them thousands of times."""

    label, alias, title = str(RDFS.label), str(SKOS.altLabel), str(DCTERMS.title)
    disputed, evidence, source = str(CG.disputed), str(CG.evidence), str(CG.source)
    verification, bearing = str(CG.verification), str(CG.bearing)
    locator, says, note = str(CG.locator), str(CG.says), str(SKOS.editorialNote)
    start, end, date, value = str(CG.statedStart), str(CG.statedEnd), str(CG.statedDate), str(CG.statedValue)
    publisher, address = str(CG.publisherName), str(CG.sourceAddress)
    rank, opened = str(CG.sourceRank), str(CG.retrieved)


_NAMES = {_P.label, _P.alias, _P.title}
_HIDDEN = {str(p) for p in (CG.spell, CG.disputed, CG.evidence)}
_MONTHS = calendar.month_name


class NoSuchThing(CyberGovError):
    """Nothing has that identifier."""

    status = 404


@dataclass(frozen=True)
class Value:
    """A value as shown: its words, where it leads, and whether that is away from here."""

    text: str
    href: str = ""
    away: bool = False
    iri: str = ""


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
    """A thing or claim with its values by predicate."""

    iri: str
    values: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    aliases: list[str] = field(default_factory=list)
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
        names = self.values.get(_P.label) or self.values.get(_P.title)
        return names[0].text if names else self.iri.rsplit("/", 1)[-1]

    @property
    def status(self) -> str:
        """The best verification that any evidence has."""
        found = {proof.verification for proof in self.proofs}
        return next((status for status in ("checked", "reported", "unchecked") if status in found), "")

    def text(self, predicate: str) -> str:
        """Return the words of a property, empty where there are none."""
        return ", ".join(value.text for value in self.values.get(predicate, ()))

    def facts(self) -> list[tuple[str, str, list[Value]]]:
        """Return predicate, its word and values, in the order of the model, for all that a page shows."""
        order = {str(spec.predicate): n for n, spec in enumerate(record_class(self.kind).specs().values())}
        shown = [p for p in self.values if p not in _HIDDEN and p not in _NAMES]
        return [(p, word(p), self.values[p]) for p in sorted(shown, key=lambda p: (order.get(p, 99), p))]


@dataclass
class Section:
    """Claims of one class that lead here by one predicate, as a table."""

    title: str
    anchor: str
    columns: list[tuple[str, str]]
    items: list[Item]
    total: int


@dataclass
class Page:
    """All that a page on a thing shows."""

    item: Item
    sections: list[Section]
    cut: bool


def read_page(engine: queries.Answers, iri: str) -> Page:
    """Return a thing with what leads to it; raise NoSuchThing where nothing is stated of it."""
    found = read_items(engine, [iri])
    if not found:
        raise NoSuchThing(f"Nothing here has the identifier {iri}.")
    leads = queries.for_site("incoming").answer(engine, thing=iri).rows
    by_predicate: dict[tuple[str, str], list[str]] = defaultdict(list)
    seen: set[str | None] = set()
    for source, predicate in sorted(leads[:SHOWN], key=_directly):
        known = predicate == str(CG.followsAttribution) and source in seen
        if source and predicate and kind_of(source) in classes() and not known:
            by_predicate[kind_of(source), predicate].append(source)
        seen.add(source)
    wanted = list(dict.fromkeys(source for sources in by_predicate.values() for source in sources))
    items = {item.iri: item for item in read_items(engine, wanted)}
    sections = [
        _section(kind, predicate, [items[source] for source in sources if source in items])
        for (kind, predicate), sources in by_predicate.items()
    ]
    sections.sort(key=lambda section: (_ORDER.get(section.anchor.split("-by-")[0], 50), section.title))
    return Page(found[0], sections, cut=len(leads) > SHOWN)


def _directly(lead: tuple[str | None, ...]) -> tuple[bool, str, str]:
    """Sort what leads here by itself before what does so through an attribution."""
    source, predicate = lead
    return predicate == str(CG.followsAttribution), predicate or "", source or ""


def read_items(engine: queries.Answers, iris: Sequence[str]) -> list[Item]:
    """Return things with values and evidence, in the order asked for, without those of which nothing is stated."""
    items = _items(engine, iris)
    evidence = _items(engine, _named(items.values(), _P.evidence))
    sources = _items(engine, _named(evidence.values(), _P.source))
    for item in items.values():
        nodes = (evidence[node] for node in sorted(_links_of(item, _P.evidence)) if node in evidence)
        item.proofs = [_proof(node, sources) for node in nodes]
    return [items[iri] for iri in iris if iri in items]


def _items(engine: queries.Answers, iris: Sequence[str]) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for start in range(0, len(iris), ASKED_AT_ONCE):
        asked = queries.for_site("statements").answer(engine, thing=iris[start : start + ASKED_AT_ONCE])
        for thing, predicate, value, language, name in sorted(asked.rows, key=_by_value):
            if thing and predicate and value is not None:
                _take(items.setdefault(thing, Item(thing)), predicate, value, language or "", name)
    return items


def _by_value(row: tuple[str | None, ...]) -> tuple[str, ...]:
    _, predicate, value, _, name = row
    return predicate or "", (name or value or "").casefold(), value or ""


def _take(item: Item, predicate: str, value: str, language: str, name: str | None) -> None:
    if predicate == _P.alias or (predicate == _P.label and language not in ("", "en")):
        item.aliases.append(value)
    elif predicate == _P.disputed:
        item.disputed = True
    else:
        item.values[predicate].append(Value(name or readable(value), *_link(value), iri=value))


def _links_of(item: Item, predicate: str) -> list[str]:
    return [value.iri for value in item.values.get(predicate, ())]


def _named(items: Iterable[Item], predicate: str) -> list[str]:
    return list(dict.fromkeys(iri for item in items for iri in _links_of(item, predicate)))


def _proof(node: Item, sources: Mapping[str, Item]) -> Proof:
    iri = _links_of(node, _P.source)[0]
    source = sources.get(iri, Item(iri))
    dates = (("from", _P.start), ("until", _P.end), ("on", _P.date))
    stated = [f"{when} {value}" for when, predicate in dates if (value := node.text(predicate))]
    return Proof(
        iri=node.iri,
        verification=_links_of(node, _P.verification)[0].rsplit("/", 1)[-1],
        bearing=_links_of(node, _P.bearing)[0].rsplit("/", 1)[-1],
        source=Value(source.name, source.href),
        publisher=source.text(_P.publisher),
        address=source.text(_P.address),
        rank=source.text(_P.rank),
        opened=source.text(_P.opened),
        locator=node.text(_P.locator),
        says=node.text(_P.says),
        note=node.text(_P.note),
        stated=(*stated, *(value.text for value in node.values.get(_P.value, ()))),
    )


def _section(kind: str, predicate: str, items: list[Item]) -> Section:
    specs = words.columns(kind) or [str(spec.predicate) for spec in record_class(kind).specs().values()]
    columns = [
        p
        for p in dict.fromkeys(specs)
        if p not in _HIDDEN and p != predicate and any(p in item.values for item in items)
    ]
    items.sort(key=lambda item: [item.text(p).casefold() for p in columns[:1]] or [item.name])
    if str(CG.date) in columns:
        items.sort(key=lambda item: "".join(_links_of(item, str(CG.date))), reverse=True)
    anchor = f"{kind}-by-{predicate.rsplit('/', 1)[-1]}"
    names = [(p, "" if p == str(RDFS.label) else word(p)) for p in columns]
    return Section(section_title(kind, predicate), anchor, names, items, len(items))


_ORDER_OF_KINDS = (
    "membership", "lineage", "office", "succession", "commitment", "norm", "acceptance", "treaty-action", "vote",
    "ballot", "sponsorship", "statement", "position", "attribution", "reply", "response", "listing", "measure",
    "implementation", "event", "participation", "relation", "count", "completeness", "publication", "project",
)  # fmt: skip
_ORDER = {kind: place for place, kind in enumerate(_ORDER_OF_KINDS)}


@cache
def classes() -> dict[str, type[Record]]:
    """Return the record class of each kind of identifier."""
    return {cls.kind: cls for cls in (getattr(model, name) for name in model.__all__)}


def record_class(kind: str) -> type[Record]:
    """Return the class behind a kind; plain Record for codes and terms."""
    return classes().get(kind, Record)


def kind_of(iri: str) -> str:
    """Return the kind part of an identifier: `state` of .../id/state/DEU."""
    return iri.removeprefix(ID).split("/")[0] if iri.startswith(ID) else ""


def local(iri: str) -> str:
    """Return where a canonical IRI is served here; other IRIs stay as they are."""
    if iri.startswith(ID):
        return "/doc/" + iri.removeprefix(ID)
    if iri.startswith(VOCAB):
        scheme, _, code = iri.removeprefix(VOCAB).partition("/")
        return f"/vocab/{scheme}" + (f"#{code}" if code else "")
    if iri.startswith(str(CG._NS)):
        return f"/ontology/{iri.removeprefix(str(CG._NS))}.html"
    return iri


def short(iri: str) -> str:
    """Return an identifier as kind/name, the way addresses and tables write it."""
    return iri.removeprefix(ID)


def _link(value: str) -> tuple[str, bool]:
    if value.startswith(BASE):
        return local(value), False
    if value.startswith(("http://", "https://")) and " " not in value:
        return value, True
    return "", False


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
