"""Names to threat actors: a name that several bear means all of them, for that is how the names are used.

Firms name what they see, and others take the names up for more or for less. So nothing here picks one of several; what
does identify is a number of ATT&CK, and the STIX identifier that evidence from ATT&CK quotes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rdflib import URIRef

from graph.model import ThreatActor
from loaders.spelling import key

_NUMBER = re.compile(r"G[0-9]{4}")
_BETWEEN = re.compile(r"/|,\s*(?=Group G[0-9]{4})")
_STIX = re.compile(r"\bintrusion-set--([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_BRACKETS = re.compile(r"(?:^|\s)\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
LONGEST_NAME = 300  # signs; the longest that was seen has 157


@dataclass(frozen=True)
class Spelling:
    """What a string of slash-joined names says: names, numbers of ATT&CK, words in brackets at its end."""

    names: tuple[str, ...]
    attack_ids: tuple[str, ...] = ()
    unit: str | None = None


class ThreatActors:
    """Finds threat actors by number, STIX identifier and name, as far as the records given to it state them."""

    def __init__(self, records: Iterable[ThreatActor]) -> None:
        self._by_key: defaultdict[str, set[URIRef]] = defaultdict(set)
        self._by_attack_id: defaultdict[str, set[URIRef]] = defaultdict(set)
        self._by_stix: defaultdict[str, set[URIRef]] = defaultdict(set)
        self._records: dict[URIRef, ThreatActor] = {}
        for record in records:
            self._add(record)

    def candidates(self, name: str) -> tuple[URIRef, ...]:
        """Return all actors with a name or alias, spelling forgiven, in the order of their identifiers."""
        return tuple(sorted(self._by_key.get(key(name), ())))

    def with_attack_id(self, number: str) -> tuple[URIRef, ...]:
        """Return the actors that a number of ATT&CK (G0007) stands for: one, unless two records claim it."""
        return tuple(sorted(self._by_attack_id.get(number, ())))

    def with_stix_id(self, uuid: str) -> tuple[URIRef, ...]:
        """Return the actors for which the first evidence quotes the STIX identifier with this UUID."""
        return tuple(sorted(self._by_stix.get(uuid, ())))

    def record(self, actor: URIRef) -> ThreatActor:
        """Return the record of an actor; raise KeyError where there is none."""
        return self._records[actor]

    def meant_by(self, spelling: Spelling) -> tuple[URIRef, ...]:
        """Return the actors that a string of names can mean: those of its numbers, and without any those of its names.

        A number goes before names, since the names in such strings are gathered from firms that do not agree.
        """
        numbered = {actor for number in spelling.attack_ids for actor in self.with_attack_id(number)}
        return tuple(sorted(numbered or {actor for name in spelling.names for actor in self.candidates(name)}))

    def _add(self, record: ThreatActor) -> None:
        self._records[record.iri] = record
        for name in (record.name, *map(str, record.aliases)):
            if spelt := key(name):
                self._by_key[spelt].add(record.iri)
        if record.attack_id:
            self._by_attack_id[record.attack_id].add(record.iri)
        for evidence in record.evidence:
            for uuid in _STIX.findall(evidence.locator or ""):
                self._by_stix[uuid].add(record.iri)


def printed(name: object) -> str:
    r"""Return a name as it is shown, blanks put in order; raise ValueError for what is no name.

    >>> printed(" Stealth\tMango ")
    'Stealth Mango'
    """
    if not isinstance(name, str):
        raise ValueError(f"a name should be text and is {name!r:.40}")
    words = " ".join(name.split())
    if odd := _UNPRINTABLE.search(words):
        raise ValueError(f"the name holds U+{ord(odd[0]):04X}, which cannot be shown")
    if not words or len(words) > LONGEST_NAME:
        raise ValueError(f"a name has 1 to {LONGEST_NAME} signs, and this one {len(words)}")
    return words


def further(names: Iterable[object], *, beside: str) -> tuple[str, ...]:
    """Return further names as they are shown, each once, without those that only spell the first one otherwise."""
    return tuple(_further(names, beside))


def _further(names: Iterable[object], beside: str) -> Iterator[str]:
    seen = {key(beside)}
    for name in map(printed, names):
        if (spelt := key(name)) not in seen:
            seen.add(spelt)
            yield name


def spelled(text: str) -> tuple[Spelling, ...]:
    r"""Read a string of slash-joined names: the actor itself, then each that it is said to be part of, after a `<`.

    >>> spelled("Sandworm/Group G0034 (GRU, Unit 74455)")
    (Spelling(names=('Sandworm',), attack_ids=('G0034',), unit='GRU, Unit 74455'),)
    >>> [part.names for part in spelled("Secnerd <\xa0COBALT MIRAGE")]
    [('Secnerd',), ('COBALT MIRAGE',)]
    """
    return tuple(_spelling(part) for part in re.split(r"\s<\s", text) if part.strip())


def _spelling(text: str) -> Spelling:
    brackets = _BRACKETS.search(text)
    unit = " ".join(brackets[1].split()) if brackets else ""
    parts = (" ".join(part.split()) for part in _BETWEEN.split(text[: brackets.start() if brackets else None]))
    names: list[str] = []
    numbers: list[str] = []
    for name in filter(None, parts):
        number = name.removeprefix("Group ")
        if _NUMBER.fullmatch(number):
            numbers.append(number)
        else:
            names.append(name)
    return Spelling(tuple(names), tuple(numbers), unit or None)
