"""The search index: names, aliases and symbols of things in SQLite FTS5, built with the snapshot."""

from __future__ import annotations

import contextlib
import difflib
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, SKOS, Literal

from graph.collect import Collection
from graph.model import Source
from graph.record import Claim
from graph.terms import CG, DCTERMS

LONGEST = 200  # characters of what somebody looks for that are read
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


def search(path: Path, words: str, limit: int = 20, kinds: Sequence[str] = ()) -> list[Hit]:
    """Return the things whose names hold all the words, the last as a beginning.

    First what is called just so, then what begins so (states and forums before the rest), then what has the words
    side by side, then what has them anywhere in a name; of the given kinds only, if any are.
    """
    terms = _terms(words)
    if not terms:
        return []
    asked, best = _plain(terms), dict[str, Hit]()
    together = " + ".join(f'"{term}"' for term in terms) + "*"
    with _opened(path) as db:
        for pattern, order in (
            (f"^ {together}", "length(name)"),
            (together, "bm25(names) * weight"),
            (_pattern(terms), "bm25(names) * weight"),
        ):
            if len(best) >= limit:
                break
            rows = db.execute(
                f"SELECT iri, kind, label, name, weight FROM names WHERE names MATCH ?{_within(kinds)}"
                f" ORDER BY {order}, length(name), iri LIMIT ?",
                (pattern, *kinds, limit * 8),
            ).fetchall()
            if pattern.startswith("^"):
                rows.sort(key=lambda row: (_unlike(asked, row[3], row[0]), -row[4]))
            for iri, kind, label, name, _ in rows:
                best.setdefault(iri, Hit(iri, kind, label, name))
    return list(best.values())[:limit]


def _unlike(asked: Sequence[str], name: str, iri: str) -> int:
    """Return how far a name is from what is asked: just so, so in the identifier alone, or not quite."""
    if _plain(_terms(name)) != asked:
        return 2
    return int(name == iri.rsplit("/", 1)[-1].replace("-", " "))


def same(words: str, name: str) -> bool:
    """Tell whether words are a name, accents, capitals and signs apart."""
    return _plain(_terms(words)) == _plain(_terms(name))


def search_any(path: Path, words: str, limit: int = 20) -> list[Hit]:
    """Return the things whose names hold at least one of the words, those with more and rarer ones first."""
    terms = [term for term in _terms(words) if len(term) > 1]
    if not terms:
        return []
    with _opened(path) as db:
        rows = db.execute(
            "SELECT iri, kind, label, name FROM names WHERE names MATCH ?"
            " ORDER BY bm25(names) * weight, length(name), iri LIMIT ?",
            (" OR ".join(f'"{term}"' for term in terms), limit * 8),
        ).fetchall()
    best: dict[str, Hit] = {}
    for row in rows:
        best.setdefault(row[0], Hit(*row))
    return list(best.values())[:limit]


def count_by_kind(path: Path, words: str) -> dict[str, int]:
    """Return of how many things of each kind a name holds all the words."""
    terms = _terms(words)
    if not terms:
        return {}
    with _opened(path) as db:
        rows = db.execute(
            "SELECT kind, count(DISTINCT iri) FROM names WHERE names MATCH ? GROUP BY kind", (_pattern(terms),)
        ).fetchall()
    return dict(rows)


def mended(path: Path, words: str) -> str:
    """Return the words with those that no name holds put right by the nearest that one does; empty where none is near.

    Words are compared without accents and capitals, and the last may be the beginning of one.
    """
    terms = _plain(_terms(words))
    with _opened(path) as db:
        db.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab('main', 'names', 'row')")
        held: dict[str, int] = {}
        for word, things in db.execute("SELECT term, doc FROM temp.held"):
            held[_plain([word])[0]] = things
    right = [term if term in held else _nearest(term, held) for term in terms]
    if terms and any(word.startswith(terms[-1]) for word in held):
        right[-1] = terms[-1]
    return "" if right == terms else " ".join(filter(None, right))


def _nearest(term: str, held: dict[str, int]) -> str:
    alike = [word for word in held if abs(len(word) - len(term)) <= 2]
    near = difflib.get_close_matches(term, alike, 3, cutoff=0.7) if len(term) > 2 else []
    return max(near, key=lambda word: (difflib.SequenceMatcher(None, term, word).ratio(), held[word]), default="")


def _terms(words: str) -> list[str]:
    """Return the words that are looked for, at most twelve; the index itself knows of accents and capitals."""
    return re.findall(r"\w+", words[:LONGEST])[:12]


def _plain(terms: Sequence[str]) -> list[str]:
    """Return words without accents and capitals, to be compared by."""
    parts = (unicodedata.normalize("NFD", term.lower()) for term in terms)
    return ["".join(sign for sign in part if not unicodedata.combining(sign)) for part in parts]


def _pattern(terms: Sequence[str]) -> str:
    return " ".join(f'"{term}"' for term in terms) + "*"


def _within(kinds: Sequence[str]) -> str:
    return f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the index, to be read only."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield db
    finally:
        db.close()


def alike(path: Path, kind: str, slug: str, limit: int = 5) -> list[Hit]:
    """Return the things of a kind whose slugs are most like one that nothing has."""
    with _opened(path) as db:
        rows = db.execute("SELECT DISTINCT iri, label FROM names WHERE kind = ?", (kind,)).fetchall()
    by_slug = {iri.rsplit("/", 1)[-1].lower(): Hit(iri, kind, label, label) for iri, label in rows}
    return [by_slug[near] for near in difflib.get_close_matches(slug.lower(), by_slug, limit, cutoff=0.5)]


def in_any_case(path: Path, iri: str) -> list[str]:
    """Return the things whose identifiers differ from one in nothing but capitals."""
    with _opened(path) as db:
        rows = db.execute("SELECT DISTINCT iri FROM names WHERE iri = ? COLLATE NOCASE ORDER BY iri", (iri,)).fetchall()
    return [found for (found,) in rows]
