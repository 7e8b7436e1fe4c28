"""What the editor offers while one writes: the words of the ontology and its code lists, and examples by topic."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import queries
from graph.terms import CG, ID
from ontology import CONTEXT
from ontology.describe import Grammar
from ontology.parts import Room, Words
from queries import Query
from webapp.documentation import grammar

_WORD = re.compile(r"\bcg:(\w+)")
_SAID = 240  # characters of a definition that a list of words has room for
_ABOUT_SOURCES = {"sourceRank", "sourceKind", "bearing", "completeTo", "reportedNumber"}
_WEIGHTS = {"conduct": 3, "practice": 2}  # rooms whose words tell the topic even where others are more


@cache
def vocabulary() -> str:
    """Return, as JSON, prefixes, terms and codes with what they mean."""
    known = grammar()
    terms = [
        {"name": f"cg:{term.name}", "kind": term.kind.split()[-1], "label": term.label, "says": _short(term)}
        for term in known.terms.values()
    ]
    terms += [{"name": name, "kind": "property", "label": "", "says": ""} for name in _foreign(known)]
    codes = [
        {"name": f"{of.name}:{code.iri.rpartition('/')[2]}", "kind": "code", "label": code.label, "says": _short(code)}
        for of in known.lists.values()
        for code in of.codes
    ]
    return json.dumps({"prefixes": prefixes(), "terms": terms + codes}, ensure_ascii=False)


@cache
def prefixes() -> Mapping[str, str]:
    """Return the namespaces of the graph by their prefixes: as the JSON-LD context has them, and one for each list."""
    context = json.loads(CONTEXT.read_text(encoding="utf-8"))["@context"]
    found = {name: iri for name, iri in context.items() if isinstance(iri, str) and iri.endswith(("/", "#"))}
    lists = {of.name: f"{of.iri}/" for of in grammar().lists.values()}
    return {**found, "id": ID, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", **lists}


@cache
def examples() -> Mapping[str, tuple[Query, ...]]:
    """Return the queries of the catalogue by topic: the room of the ontology that most of their words come from."""
    known = grammar()
    found: dict[Room, list[Query]] = {room: [] for room in known.rooms}
    for query in queries.catalogue().values():
        found[_room(query, known)].append(query)
    return {room.title: tuple(sorted(of, key=lambda query: query.title)) for room, of in found.items() if of}


def _room(query: Query, known: Grammar) -> Room:
    evidence = next(room for room in known.rooms if room.name == "knowledge")
    used = [known.terms[name] for name in _WORD.findall(query.text) if name in known.terms and name != "State"]
    counts = Counter(dict.fromkeys(known.rooms, 0))
    for term in used:
        if term.room != evidence:
            counts[term.room] += _WEIGHTS.get(term.room.name, 1)
    (room, most), *_ = counts.most_common(1)
    about_sources = room.name != "conduct" and any(term.name in _ABOUT_SOURCES for term in used)
    return evidence if about_sources or not most else room


def _foreign(known: Grammar) -> list[str]:
    """Return the properties of other vocabularies that our classes have."""
    iris = {str(field.predicate) for field in known.fields if not field.predicate.startswith(CG._NS)}
    spaces = prefixes().items()
    named = {f"{prefix}:{iri.removeprefix(space)}" for iri in iris for prefix, space in spaces if iri.startswith(space)}
    return sorted(name for name in named if "/" not in name)


def _short(said: Words) -> str:
    words = said.definition
    return words if len(words) <= _SAID else words[:_SAID].rpartition(" ")[0] + " …"
