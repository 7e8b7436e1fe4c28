"""What a builder is given: the thing, what leads to it, and a way to ask more about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import queries
from graph.terms import BASE, VOCAB
from webapp.profiles.parts import Figure, Line, Phrase, count
from webapp.reading import Page, Reader
from webapp.service import Service
from webapp.things import Item, Value, kind_of, readable
from webapp.told import Lead, Told, named

Row = dict[str, str]  # an answer's row without what is not bound


class Subject:
    """The thing that a page is on. Values that it returns have their names in the reader's languages."""

    def __init__(self, service: Service, told: Told, reader: Reader, page: Page) -> None:
        self._service, self._told, self._reader = service, told, reader
        self.iri, self.kind, self.page = told.iri, kind_of(told.iri), page
        self._leads = {(lead.kind, lead.predicate): lead for lead in told.leads}

    @property
    def leads(self) -> tuple[Lead, ...]:
        """All that leads here, by kind and predicate, in the order of the page."""
        return self._told.leads

    @property
    def item(self) -> Item:
        """The thing with its own values and evidence."""
        return self.page.item

    @property
    def name(self) -> str:
        """What it is called."""
        return self.item.name

    def ask(self, name: str, **values: str | Sequence[str]) -> list[Row]:
        """Return the answer of a query of the site, and know the names of all that it mentions."""
        table = queries.for_site(name).answer(self._service, **values)
        rows = [{c: v for c, v in zip(table.columns, row, strict=True) if v is not None} for row in table.rows]
        self.know(value for row in rows for value in row.values() if value.startswith(BASE))
        return rows

    def know(self, iris: Iterable[str]) -> None:
        """Ask for names that are not known yet."""
        unknown = {iri for iri in iris if iri.startswith(BASE) and "#" not in iri and not self._reader.knows(iri)}
        if unknown:
            self._reader.learn(named(self._service, sorted(unknown)))

    def value(self, iri: str, text: str = "") -> Value:
        """Return a thing with its name and where it leads; under other words where they are given."""
        known = self._reader.value(iri)
        return Value(text, known.href, known.away, known.iri, "en") if text else known

    def word(self, iri: str) -> str:
        """Return what a code or thing is called."""
        return self._reader.value(iri).text if iri else ""

    def values(self, predicate: str) -> list[Value]:
        """Return what the thing itself has for a property."""
        return self.item.values.get(predicate, [])

    def lead(self, kind: str, predicate: object) -> Lead | None:
        """Return the claims of a kind that lead here by a predicate, if there are any."""
        return self._leads.get((kind, str(predicate)))

    def total(self, kind: str, *predicates: object) -> int:
        """Return how many claims of a kind lead here by any of the predicates."""
        return sum(lead.total for predicate in predicates if (lead := self.lead(kind, predicate)))

    def anchor(self, kind: str, *predicates: object) -> str:
        """Return the place on the page where claims of a kind stand: of the first predicate that has any."""
        return next((f"#{lead.anchor}" for predicate in predicates if (lead := self.lead(kind, predicate))), "")

    def figure(self, one: str, many: str, kind: str, *predicates: object) -> Figure | None:
        """Return how many claims lead here as a key figure that leads to them; None where there are none."""
        number = self.total(kind, *predicates)
        words = count(number, one, many).partition(" ")[2]
        return Figure(f"{number:,}", words, self.anchor(kind, *predicates)) if number else None

    def line(self, *said: Phrase, claim: str = "") -> Line:
        """Return a row of a card, with the claim behind it."""
        return Line(tuple(said), self.value(claim) if claim else None)

    def dated(self, text: str | None) -> str:
        """Return a date in words, empty where none is known."""
        return readable(text) if text else ""


GONE = frozenset({"withdrawn-effective", "withdrawn-notified", "expelled", "suspended", "invited"})  # no member now


def takes_part(row: Row) -> bool:
    """Tell whether a membership on record still stands: no end, and a role of one who takes part."""
    return "end" not in row and code(row["code"]) not in GONE


def code(iri: str | None) -> str:
    """Return the code in the identifier of a code: yes of .../vocab/vote/yes."""
    return (iri or "").removeprefix(VOCAB).rpartition("/")[2]


def by(rows: Iterable[Row], what: str) -> list[Row]:
    """Return the rows of an answer in several parts that are about one thing."""
    return [row for row in rows if row.get("what") == what]


def some(*figures: Figure | None) -> tuple[Figure, ...]:
    """Return the figures that there are."""
    return tuple(figure for figure in figures if figure)
