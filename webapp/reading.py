"""A thing as a page shows it, in a reader's languages: its facts, what leads to it in sections, and all evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from graph.terms import BASE, CG, XSD
from ontology.release import curie
from webapp import words
from webapp.things import HIDDEN, UNSHOWN, Item, P, Proof, Value, link, readable, record_class, short
from webapp.told import Lead, Told, objects
from webapp.words import word


@dataclass
class Section:
    """Claims of one class that lead here by one predicate, as a table."""

    title: str
    anchor: str
    columns: list[tuple[str, Value]]  # the predicate and what it is called
    items: list[Item]
    total: int
    asking: str  # the query that lists all of them


@dataclass
class Page:
    """All that a page on a thing shows."""

    item: Item
    types: list[Value]
    graphs: list[Value]
    sections: list[Section]


class Reader:
    """Reads what was gathered in the languages that a reader likes."""

    def __init__(self, told: Told, languages: Sequence[str]) -> None:
        self._told = told
        self._liked = frozenset(languages) - {"en"}
        self._languages = (*languages, "en", "")
        self._names: dict[str, tuple[str, str]] = {}
        self._values: dict[str, Value] = {}
        self._sources: dict[str, Item] = {}
        self._proofs: dict[str, Proof] = {}
        self._learned: dict[str, list[ox.Triple]] = {}

    def page(self) -> Page:
        """Return all that a page shows."""
        told = self._told
        sections = [self._section(lead) for lead in told.leads]
        types = [self.value(value) for value in sorted(objects([told.statements[told.iri]], P.type))]
        graphs = [self.value(graph) for graph in told.graphs.get(told.iri, ())]
        return Page(self.item(told.iri), types, graphs, sections)

    @property
    def used(self) -> list[str]:
        """The languages of the reader's in which there were names, and English, which is the language of the pages."""
        found = {language for _, language in self._names.values()}
        return [*(language for language in self._languages[:-2] if language in found - {"en"}), "en"]

    def knows(self, iri: str) -> bool:
        """Tell whether anything that could be a name was gathered."""
        return iri in self._told.names or iri in self._told.statements or iri in self._learned

    def learn(self, names: Mapping[str, list[ox.Triple]]) -> None:
        """Take the names of things that were not gathered with the rest."""
        self._learned.update(names)

    def name(self, iri: str) -> tuple[str, str]:
        """Return the name of a thing in the best language there is, and which that is; two empty words without one."""
        if iri not in self._names:
            known = self._told.names.get(iri) or self._told.statements.get(iri) or self._learned.get(iri) or []
            labels = [triple.object for triple in known if triple.predicate.value == P.label]
            self._names[iri] = self._best([label for label in labels if isinstance(label, ox.Literal)])
        return self._names[iri]

    def _best(self, labels: Sequence[ox.Literal]) -> tuple[str, str]:
        by_language = {label.language or "": label.value for label in sorted(labels, key=str, reverse=True)}
        for language in (*self._languages, *sorted(by_language)):
            if language in by_language:
                return by_language[language], language
        return "", ""

    def word(self, predicate: str) -> Value:
        """Return what a property is called: in the reader's language where it has a name in it, else as pages say."""
        name, language = self.name(predicate)
        return Value(name, language=language) if language in self._liked else Value(word(predicate), language="en")

    def value(self, iri: str) -> Value:
        """Return a thing as shown; kept, since a page names few things often."""
        if iri not in self._values:
            name, language = self.name(iri)
            words = name or (short(iri) if iri.startswith(BASE) else curie(iri).strip("<>"))
            self._values[iri] = Value(words, *link(iri), iri, language)
        return self._values[iri]

    def item(self, iri: str) -> Item:
        """Return a thing or claim with its values and evidence."""
        item = Item(iri, self.word)
        own = self.name(iri)
        for triple in self._told.statements.get(iri, ()):
            predicate, value = triple.predicate.value, triple.object
            if predicate in UNSHOWN:
                continue
            if isinstance(value, ox.NamedNode):
                item.values[predicate].append(self.value(value.value))
            elif isinstance(value, ox.Literal):
                _take(item, predicate, value, own)
        for values in item.values.values():
            if len(values) > 1:
                values.sort(key=lambda value: (value.text.casefold(), value.iri))
        item.proofs = [self._proof(node) for node in sorted(_links_of(item, P.evidence))]
        return item

    def _proof(self, iri: str) -> Proof:
        if iri not in self._proofs:
            node = self.item(iri)
            source = _links_of(node, P.source)[0]
            if source not in self._sources:
                self._sources[source] = self.item(source)
            self._proofs[iri] = _proof(node, self._sources[source])
        return self._proofs[iri]

    def _section(self, lead: Lead) -> Section:
        items = [self.item(claim) for claim in lead.shown]
        specs = words.columns(lead.kind) or [str(spec.predicate) for spec in record_class(lead.kind).specs().values()]
        columns = [
            p
            for p in dict.fromkeys(specs)
            if p not in HIDDEN and p != lead.predicate and any(p in item.values for item in items)
        ]
        items.sort(key=lambda item: [item.text(p).casefold() for p in columns[:1]] or [item.name])
        if str(CG.date) in columns:
            items.sort(key=lambda item: "".join(_links_of(item, str(CG.date))), reverse=True)
        names = [(p, Value("") if p == P.label else self.word(p)) for p in columns]
        return Section(lead.title, lead.anchor, names, items, lead.total, lead.asking(self._told.iri))


_DATES = frozenset(map(str, (XSD.date, XSD.gYearMonth, XSD.gYear)))


def _take(item: Item, predicate: str, value: ox.Literal, own: tuple[str, str]) -> None:
    text, language = value.value, value.language or ""
    if predicate == P.alias or (predicate == P.label and (text, language) != own):
        item.others.append(Value(text, language=language))
    elif predicate == P.disputed:
        item.disputed = True
    else:
        shown = readable(text) if value.datatype.value in _DATES else text
        item.values[predicate].append(Value(shown, *link(text), text, language))


def _links_of(item: Item, predicate: str) -> list[str]:
    return [value.iri for value in item.values.get(predicate, ())]


def _proof(node: Item, source: Item) -> Proof:
    dates = (("from", P.start), ("until", P.end), ("on", P.date))
    stated = [f"{when} {value}" for when, predicate in dates if (value := node.text(predicate))]
    return Proof(
        iri=node.iri,
        verification=_links_of(node, P.verification)[0].rsplit("/", 1)[-1],
        bearing=_links_of(node, P.bearing)[0].rsplit("/", 1)[-1],
        source=Value(source.name, source.href),
        publisher=source.text(P.publisher),
        address=source.text(P.address),
        rank=source.text(P.rank),
        opened=source.text(P.opened),
        locator=node.text(P.locator),
        says=node.text(P.says),
        note=node.text(P.note),
        stated=(*stated, *(value.text for value in node.values.get(P.value, ()))),
    )
