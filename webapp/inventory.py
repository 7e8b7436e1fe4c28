"""The inventory: what the graph knows and does not, of a snapshot or of tables that are not built yet.

The command takes it without the application: whoever imports that counts, before `serve` can say that all share.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import queries
from graph.build import Content, Recipe, Report
from graph.inventory import Inventory, read_rows
from graph.nquads import line
from graph.store import InMemory
from queries import Query

ENOUGH = 90  # of a hundred of each kind ought to be checked or reported
SECTIONS = {  # the parts of the inventory, each the answer to a question of the catalogue
    "kinds": "verification_by_kind",
    "lists": "lists_known_complete",
    "reported_numbers": "reported_counts",
    "last_seen_so": "last_seen_so",
    "topics": "topics_covered",
    "disputed": "disputed_claims",
}


def questions() -> dict[str, str]:
    """Return the question for each section of the inventory, with all its optional parameters left open."""
    return {section: queries.find(name).widest() for section, name in SECTIONS.items()}


def told(day: str, inventory: Inventory, answers: Mapping[str, int], rest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known and what not, for programs: the same for a snapshot and for tables not yet built."""
    open_ = [{"number": no, "question": words, "query": query.name} for no, words, query in unanswered(answers)]
    return {"data_date": day, **inventory, "unanswered": open_, **rest}


def of_content(content: Content, recipe: Recipe, report: Report) -> dict[str, Any]:
    """Return the same of what was read and is in no snapshot yet."""
    store = InMemory(line(*quad[:3]) for quad in content.quads)
    inventory = {section: read_rows(store.select(question)) for section, question in recipe.inventory.items()}
    answers = {name: len(read_rows(store.select(question))) for name, question in recipe.questions.items()}
    rest = {
        "warnings": len(report.warnings),
        "wanted": dict(sorted(report.wanted.items())),
        "passed_over": {name: len(rejects) for name, rejects in report.passed_over.items()},
    }
    return told(recipe.data_date.isoformat(), inventory, answers, rest)


def unanswered(answers: Mapping[str, int]) -> list[tuple[int, str, Query]]:
    """Return the competency questions that were counted and have no row."""
    return [asked for asked in queries.competency() if answers.get(asked[2].name) == 0]
