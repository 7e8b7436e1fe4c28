"""The glossary: the words of the field and of this site, one entry a word, from the ontology and its code lists.

A word that means several things, as "treaty" names a kind of thing and a kind of document, is one entry with several
senses. Nothing is written here: labels, definitions and boundaries are those of the ontology.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from graph.terms import slug
from ontology.describe import Grammar
from ontology.parts import CodeList, Term, Words
from webapp.things import local


@dataclass(frozen=True)
class Sense:
    """One meaning of a word: what sort of word it is there, in which part of the field, and where it leads."""

    sort: str
    part: str
    words: Words

    @property
    def href(self) -> str:
        return local(str(self.words.iri))


@dataclass(frozen=True)
class Entry:
    """A word with its senses."""

    label: str
    senses: tuple[Sense, ...]

    @property
    def anchor(self) -> str:
        return slug(self.label).lower()

    @property
    def initial(self) -> str:
        """The letter under which it stands; a sign for all that begins with none."""
        first = folded(self.label)[:1].upper()
        return first if "A" <= first <= "Z" else "0-9"

    @property
    def others(self) -> tuple[tuple[str, str], ...]:
        """Its labels in other languages, each once, with the language in front."""
        found = ((tongue, label) for sense in self.senses for tongue, label in sense.words.other_labels)
        return tuple(dict.fromkeys(pair for pair in found if pair[1] != self.label))

    @cached_property
    def text(self) -> str:
        """All that is looked through for words."""
        said = (f"{sense.words.definition} {sense.sort}" for sense in self.senses)
        return folded(" ".join((self.label, *(label for _, label in self.others), *said)))


def folded(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def parts(grammar: Grammar) -> dict[str, str]:
    """Return the parts of the field by name, with their titles."""
    rooms = [*grammar.rooms, *(room for room, _ in grammar.list_rooms)]
    return {room.name: room.title for room in rooms}


@cache
def entries(grammar: Grammar) -> tuple[Entry, ...]:
    """Return all words in the order of the alphabet."""
    by_label: dict[str, list[Sense]] = {}
    for sense in _senses(grammar):
        by_label.setdefault(sense.words.label.casefold(), []).append(sense)
    found = (Entry(senses[0].words.label, tuple(senses)) for senses in by_label.values())
    return tuple(sorted(found, key=lambda entry: (folded(entry.label), entry.label)))


def chosen(all_entries: Iterable[Entry], words: str, part: str, *, relations: bool) -> list[Entry]:
    """Return the entries that have all the words, cut down to the senses that are wanted."""
    wanted = folded(words).split()
    found = []
    for entry in all_entries:
        senses = tuple(
            sense
            for sense in entry.senses
            if (not part or sense.part == part) and (relations or sense.sort != RELATION)
        )
        if senses and all(word in entry.text for word in wanted):
            found.append(Entry(entry.label, senses))
    return found


THING, RELATION, LIST = "kind of thing", "relation or value", "code list"


def _senses(grammar: Grammar) -> Iterator[Sense]:
    """Yield every sense, kinds of things first, so that they give an entry its spelling."""
    terms = sorted(grammar.terms.values(), key=lambda term: term.kind != "class")
    classes = [term for term in terms if term.kind == "class"]
    for term in classes:
        yield _of_term(term, THING)
    for of in grammar.lists.values():
        yield Sense(LIST, of.room.name, of)
        yield from _codes(of)
    for term in terms[len(classes) :]:
        yield _of_term(term, RELATION)


def _of_term(term: Term, sort: str) -> Sense:
    return Sense(sort, term.room.name, term)


def _codes(of: CodeList) -> Iterator[Sense]:
    return (Sense(of.label, of.room.name, code) for code in of.codes)
