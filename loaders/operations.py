"""Operations and acts to records: which known operation or attribution a row of a data set is about, and why.

An identifier that agrees makes one record of two; so do speaker, operation and day of an act, where they fit one act
alone. A likeness of names, or of days that lie close, never does: it is a judgement that readers can look at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rdflib import URIRef

from graph.dates import Stated
from graph.model import Attribution, Operation
from loaders.resolve import AmbiguousNameError
from loaders.spelling import key

# What many operations are called, and so tells none from another.
_COMMON = frozenset(
    {
        *("a", "against", "an", "and", "for", "in", "known", "of", "on", "other", "the", "vs"),
        *("activity", "attack", "attacks", "campaign", "cyber", "exploitation", "hack", "hacking", "intrusion"),
        *("malware", "op", "operation", "operations", "ransomware", "servers"),
    }
)
_SHORTEST = 6  # letters of a name that is found inside another
_MOST_WORDS = 8  # in a name
_NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Likeness:
    """A known operation that another may be the same as; the reason and the confidence are for a cluster."""

    operation: Operation
    reason: str
    confidence: str


class Operations:
    """Finds known operations by identifier, and those that look alike by name, time and targets."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._by_identifier: defaultdict[str, list[Operation]] = defaultdict(list)
        self._names: list[tuple[str, str, Operation]] = []
        for operation in operations:
            for identifier in operation.identifier:
                self._by_identifier[identifier].append(operation)
            for name in (operation.name, *map(str, operation.aliases)):
                squeezed = "".join(_words(name))
                if len(squeezed) >= _SHORTEST:
                    self._names.append((squeezed, name, operation))

    def identified(self, identifier: str) -> Operation | None:
        """Return the operation that carries an identifier; raise AmbiguousNameError where several do."""
        found = self._by_identifier.get(identifier, [])
        if len(found) > 1:
            raise AmbiguousNameError(identifier, [operation.iri for operation in found])
        return found[0] if found else None

    def like(self, title: str, operation: Operation) -> Iterator[Likeness]:
        """Yield each known operation whose name stands in a title, unless time or targets speak against it."""
        told, found = set(), _runs(title)
        for squeezed, name, known in self._names:
            if known.iri in told or squeezed not in found:
                continue
            likeness = _weighed(name, known, operation)
            if likeness is not None:
                told.add(known.iri)
                yield likeness


class Acts:
    """Finds known attributions by speaker, operation and day."""

    def __init__(self, acts: Iterable[Attribution]) -> None:
        self._acts: defaultdict[tuple[URIRef, URIRef], list[Attribution]] = defaultdict(list)
        for act in acts:
            for speaker in dict.fromkeys((act.speaker, *act.co_attributors)):
                for operation in act.operations:
                    self._acts[speaker, operation].append(act)

    def same(self, speaker: URIRef, operation: URIRef, day: Stated | None, kind: URIRef | None) -> Attribution | None:
        """Return the one act of that speaker on that operation and day; the kind decides where there are several."""
        found = [act for act in self._acts.get((speaker, operation), []) if day is not None and act.date == day]
        if len(found) > 1:
            found = [act for act in found if act.attribution_kind == kind]
        return found[0] if len(found) == 1 else None

    def near(self, speaker: URIRef, operation: URIRef, day: Stated | None, kind: URIRef | None) -> Attribution | None:
        """Return the one act of that speaker on that operation within a week, or that may be of that day."""
        if day is None:
            return None
        acts = self._acts.get((speaker, operation), [])
        found = [act for act in acts if act.date is not None and _is_near(act.date, day)]
        if len(found) > 1:
            found = [act for act in found if act.attribution_kind == kind]
        return found[0] if len(found) == 1 else None


def _runs(title: str) -> frozenset[str]:
    """Return what the words of a title make when any that follow each other are written as one.

    >>> "wannacry" in _runs("Wanna Cry, May 2017"), "tick" in _runs("A ticket office")
    (True, False)
    """
    words = _words(title)
    return frozenset(
        "".join(words[begin:end]) for begin in range(len(words)) for end in range(begin + 1, begin + _MOST_WORDS + 1)
    )


def _words(name: str) -> list[str]:
    """Return the words of a name that tell it from others; years do not."""
    words = [key(word) for word in re.findall(r"\w+", name)]
    return [word for word in words if word and word not in _COMMON and not re.fullmatch(r"(?:19|20)\d\d", word)]


def _weighed(name: str, known: Operation, other: Operation) -> Likeness | None:
    same_time = _overlap(known, other)
    shared = set(known.targets) & set(other.targets)
    if same_time is False or (known.targets and other.targets and not shared):
        return None
    reason = f"What tells the name {name!r} from others stands in the name that the data set gives"
    if same_time and shared:
        return Likeness(known, f"{reason}, the dates overlap, and a target is the same.", "medium")
    missing = "no date to compare" if same_time is None else "no target to compare"
    return Likeness(known, f"{reason}; there is {missing}, and nothing speaks against it.", "low")


def _overlap(one: Operation, two: Operation) -> bool | None:
    first, second = _span(one), _span(two)
    if first is None or second is None:
        return None
    return first[0] <= second[1] and second[0] <= first[1]


def _span(operation: Operation) -> tuple[date, date] | None:
    if operation.start is None:
        return None
    return operation.start.bounds().first, (operation.end or operation.start).bounds().last


def _is_near(one: Stated, two: Stated) -> bool:
    first, second = one.bounds(), two.bounds()
    return first.first - _NEAR <= second.last and second.first - _NEAR <= first.last
