"""What this graph knows and does not, how its facts are edited, and what was corrected: pages and JSON."""

from __future__ import annotations

import dataclasses

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

import queries
from graph.inventory import Inventory, Row
from graph.terms import ID
from loaders.curated import Correction, corrections
from queries import Table
from webapp.inventory import ENOUGH, SECTIONS, told, unanswered
from webapp.linked import table_response
from webapp.negotiate import JSON, TABLES, form
from webapp.service import current_service
from webapp.told import named

bp = Blueprint("coverage", __name__)


@bp.get("/coverage<any('','.json'):suffix>")
def coverage(suffix: str) -> ResponseReturnValue:
    """What is known and what not: by kind, by list, by last day seen, by question; all as counted at the build."""
    manifest = current_service().manifest
    inventory: Inventory = {section: manifest.get("inventory", {}).get(section, []) for section in SECTIONS}
    answers = manifest.get("answers", {})
    if suffix or form(request, {".json": JSON}):
        rest = {name: manifest[name] for name in ("warnings", "wanted", "passed_over")}
        return jsonify(told(manifest["data_date"], inventory, answers, rest))
    return render_template(
        "coverage.html",
        inventory=inventory,
        sections=SECTIONS,
        enough=ENOUGH,
        total=_total(inventory["kinds"]),
        differing=[row for row in inventory["reported_numbers"] if _differs(row)],
        bare=[row for row in inventory["topics"] if row["covered_by"] == "none"],
        questions=len(queries.competency()),
        unanswered=unanswered(answers),
        claims={row["claim"]: row["name"] for row in inventory["disputed"]},
    )


@bp.get("/editing")
def editing() -> str:
    """How facts are edited, checked and reported wrong."""
    return render_template("editing.html", logged=len(corrections()))


@bp.get("/corrections<any('','.csv','.json'):suffix>")
def log(suffix: str) -> ResponseReturnValue:
    """What was found wrong and changed, the latest first."""
    entries = sorted(corrections(), key=lambda entry: entry.date, reverse=True)
    suffix = suffix or form(request, {".csv": TABLES["csv"], ".json": JSON})
    if suffix:
        columns = tuple(field.name for field in dataclasses.fields(Correction))
        rows: list[tuple[str | None, ...]] = [dataclasses.astuple(entry) for entry in entries]
        return table_response(Table(columns, rows), suffix[1:])
    mentioned = {str(ID[entry.about]) for entry in entries}
    mentioned |= {str(ID[f"source/{entry.source}"]) for entry in entries if entry.source}
    names = _english(sorted(mentioned))
    return render_template("corrections.html", entries=entries, base=ID, names=names)


def _english(iris: list[str]) -> dict[str, str]:
    """Return the English names of those of them that the snapshot knows: an older one may lack some."""
    triples = (triple for found in named(current_service(), iris).values() for triple in found)
    labels = ((triple.subject, triple.object) for triple in triples)
    return {subject.value: name.value for subject, name in labels if name.language == "en"}  # type: ignore[union-attr]


def _total(kinds: list[Row]) -> dict[str, int]:
    """Return the sums over all kinds, votes apart: they are many and would hide how the others stand."""
    names = ("all", "checked", "reported", "unchecked", "disputed")
    counted = [row for row in kinds if row["kind"] != "vote"]
    return {name: sum(value for row in counted if isinstance(value := row[name], int)) for name in names}


def _differs(row: Row) -> bool:
    """Tell whether the names on record for the day of a reported number cannot be that many."""
    surely, perhaps, number = row["recorded"], row["recorded_or_undetermined"], row["number"]
    if not isinstance(surely, int) or not isinstance(perhaps, int) or not isinstance(number, int):
        return False
    return not surely <= number <= perhaps
