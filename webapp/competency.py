"""The competency questions of the ontology: which query answers each, and how many rows it has on this snapshot."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

import queries
from queries import Table
from webapp.linked import table_response
from webapp.service import current_service

bp = Blueprint("competency", __name__)


@bp.get("/competency<any('','.csv','.json'):suffix>")
def competency(suffix: str) -> ResponseReturnValue:
    """All questions with their rows as counted at the build; those the data cannot answer yet have none."""
    answers = current_service().manifest["answers"]
    asked = queries.competency()
    if suffix:
        rows: list[tuple[str | None, ...]] = [
            (str(number), question, query.name, str(answers[query.name])) for number, question, query in asked
        ]
        return table_response(Table(("number", "question", "query", "rows"), rows), suffix[1:])
    empty = sum(not answers[query.name] for _, _, query in asked)
    return render_template("competency.html", asked=asked, answers=answers, empty=empty)
