"""Asking for the figures of a page: every table keeps the address of the query that it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import queries
from queries import Query, Table
from webapp.service import Service


@dataclass(frozen=True)
class Figures:
    """An answer as rows by column, and where a reader can ask the same."""

    href: str
    rows: tuple[dict[str, str], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self.rows)

    def where(self, **values: str) -> list[dict[str, str]]:
        """Return the rows that have some values."""
        return [row for row in self.rows if all(row[name] == value for name, value in values.items())]

    def counted(self, column: str, unless: str = "not recorded") -> list[tuple[str, int]]:
        """Return how many rows have each value of a column, the most frequent first; empty ones are named."""
        counts = Counter(row[column] or unless for row in self.rows)
        return sorted(counts.items(), key=lambda pair: (pair[0] == unless, -pair[1], pair[0]))

    def distinct(self, *columns: str) -> list[tuple[str, ...]]:
        """Return the different values of some columns, in the order in which they come."""
        return list(dict.fromkeys(tuple(row[column] for column in columns) for row in self.rows))

    def total(self, column: str) -> int:
        return sum(int(row[column] or 0) for row in self.rows)

    def years(self, column: str = "date") -> dict[int, int]:
        """Return how many rows fall in each year of a column of dates; those without a date in none."""
        found = Counter(int(row[column][:4]) for row in self.rows if row[column])
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class Asked:
    """Asks the queries of a page, each once for a snapshot: what is served never changes."""

    service: Service

    def library(self, name: str, **values: str | Sequence[str]) -> Figures:
        """Ask a question of the library; without values for everything, not for the examples."""
        query = queries.find(name)
        if not values:
            return self._figures(query.widest(), editor(query.widest()))
        pairs = [(key, one) for key, value in values.items() for one in ([value] if isinstance(value, str) else value)]
        return self._figures(query.bind(**values), f"/queries/{name}?{urlencode(pairs, safe='/')}")

    def site(self, name: str, **values: str | Sequence[str]) -> Figures:
        """Ask one of the site's own questions."""
        query = queries.for_site(name)
        text = _bound(query, values)
        return self._figures(text, editor(text))

    def _figures(self, text: str, href: str) -> Figures:
        engine: Any = self.service.site
        table = _answer(self.service.snapshot.path, engine, text)
        rows = tuple(dict(zip(table.columns, (cell or "" for cell in row), strict=True)) for row in table.rows)
        return Figures(href, rows)


def editor(text: str) -> str:
    """Return the address at which the editor has a query."""
    return f"/sparql?{urlencode({'query': text})}"


def _bound(query: Query, values: dict[str, Any]) -> str:
    return query.bind(**values) if values else query.widest()


@lru_cache(maxsize=128)
def _answer(_snapshot: Path, engine: Any, text: str) -> Table:
    return Table.read(engine.select(text))
