"""The competency questions of the ontology: which query answers each, and how many rows it has on this snapshot."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

import queries
from queries import Table
from webapp.linked import table_response
from webapp.negotiate import JSON, TABLES, form
from webapp.service import current_service

bp = Blueprint("competency", __name__)


@bp.get("/competency<any('','.csv','.json'):suffix>")
def competency(suffix: str) -> ResponseReturnValue:
    """All questions with their rows as counted at the build; those the data cannot answer yet have none.

    A snapshot may be older than a question; its rows are then not counted, which is not to say that it has none.
    """
    answers: dict[str, int] = current_service().manifest.get("answers", {})
    suffix = suffix or form(request, {".csv": TABLES["csv"], ".json": JSON})
    asked = queries.competency()
    if suffix:
        rows: list[tuple[str | None, ...]] = [
            (str(number), question, query.name, _told(answers.get(query.name))) for number, question, query in asked
        ]
        return table_response(Table(("number", "question", "query", "rows"), rows), suffix[1:])
    empty = sum(answers.get(query.name) == 0 for _, _, query in asked)
    return render_template("competency.html", asked=asked, answers=answers, empty=empty)


def _told(rows: int | None) -> str | None:
    return None if rows is None else str(rows)
