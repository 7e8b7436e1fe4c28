"""The search index: names, aliases and symbols of things in SQLite FTS5, built with the snapshot."""

from __future__ import annotations

import difflib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, SKOS, Literal

from graph.collect import Collection
from graph.model import Source
from graph.record import Claim
from graph.terms import CG, DCTERMS

_NAMES = {RDFS.label, SKOS.altLabel, DCTERMS.identifier, CG.abbreviation, CG.isoAlpha2, CG.isoAlpha3}
_WEIGHT = {"state": 3, "forum": 3, "organisation": 2, "norm": 2, "commitment": 2, "operation": 2}


@dataclass(frozen=True)
class Hit:
    """One thing found: its IRI, kind, name, and the alias that matched best."""

    iri: str
    kind: str
    name: str
    matched: str


def build_index(collection: Collection, path: Path) -> int:
    """Write the index of all things that a reader may look for (claims and sources are reached from them)."""
    rows = list(_rows(collection))
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE VIRTUAL TABLE names USING fts5(name, iri UNINDEXED, kind UNINDEXED, label UNINDEXED,"
            " weight UNINDEXED, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
        db.executemany("INSERT INTO names VALUES (?, ?, ?, ?, ?)", rows)
        db.execute("INSERT INTO names(names) VALUES ('optimize')")
    db.close()
    return len(rows)


def _rows(collection: Collection) -> Iterator[tuple[str, str, str, str, int]]:
    for iri, entry in sorted(collection.entries.items()):
        record = entry.record
        if isinstance(record, Claim | Source) or record.wording:
            continue
        label = str(getattr(record, "name", record.slug))
        weight = _WEIGHT.get(record.kind, 1)
        names = [str(v) for _, p, v in record.triples() if p in _NAMES and isinstance(v, Literal)]
        number = getattr(record, "number", None)
        numbered = [f"{record.kind} {number}"] if number else []
        for name in dict.fromkeys([*names, *numbered, record.slug.replace("-", " ")]):
            yield name, str(iri), record.kind, label, weight


def search(path: Path, words: str, limit: int = 20) -> list[Hit]:
    """Return the things whose names hold all the words, the last as a beginning; exact names and states first."""
    terms = re.findall(r"\w+", words)
    if not terms:
        return []
    pattern = " ".join(f'"{term}"' for term in terms[:12]) + "*"
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as db:
        rows = db.execute(
            "SELECT iri, kind, label, name FROM names WHERE names MATCH ?"
            " ORDER BY lower(name) = ? DESC, bm25(names) * weight, length(name), iri LIMIT ?",
            (pattern, words.strip().lower(), limit * 8),
        ).fetchall()
    db.close()
    best: dict[str, Hit] = {}
    for iri, kind, label, name in rows:
        best.setdefault(iri, Hit(iri, kind, label, name))
    return list(best.values())[:limit]


def alike(path: Path, kind: str, slug: str, limit: int = 5) -> list[Hit]:
    """Return the things of a kind whose slugs are most like one that nothing has."""
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as db:
        rows = db.execute("SELECT DISTINCT iri, label FROM names WHERE kind = ?", (kind,)).fetchall()
    db.close()
    by_slug = {iri.rsplit("/", 1)[-1].lower(): Hit(iri, kind, label, label) for iri, label in rows}
    return [by_slug[near] for near in difflib.get_close_matches(slug.lower(), by_slug, limit, cutoff=0.5)]


def in_any_case(path: Path, iri: str) -> list[str]:
    """Return the things whose identifiers differ from one in nothing but capitals."""
    with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as db:
        rows = db.execute("SELECT DISTINCT iri FROM names WHERE iri = ? COLLATE NOCASE ORDER BY iri", (iri,)).fetchall()
    db.close()
    return [found for (found,) in rows]
