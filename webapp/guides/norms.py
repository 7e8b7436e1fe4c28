"""The eleven norms, and what became of them: texts that take them up, who reaffirmed them, what was done at home."""

from __future__ import annotations

from collections import Counter
from typing import Any

from webapp import charts
from webapp.guides.asked import Asked, Figures

REPORT = "document/a-70-174"  # the report that states the norms
RESOLUTION = "document/a-res-70-237"  # by which the Assembly took it up


def figures(asked: Asked) -> dict[str, Any]:
    """Return everything that the story shows."""
    norms = asked.site("guide_norms", text=REPORT)
    named = [row["norm"] for row in norms]
    taken_up = asked.library("norms_and_elaborations", norm=named)
    again = [row for row in taken_up if row["relation"] in ("reaffirms", "subscribes to")]
    wholly = {text for text in {row["text"] for row in again} if _norms_of(again, text) == set(named)}
    accepted = asked.library("reaffirmed_nationally", text=named)
    return {
        "norms": norms,
        "taken_up": taken_up,
        "relations": taken_up.counted("relation"),
        "whole": sorted({(r["date"], r["text"], r["text_name"], r["relation"]) for r in again if r["text"] in wholly}),
        "years": _by_year(taken_up),
        "ballot": asked.library("votes_on_resolution", text=RESOLUTION),
        "accepted": accepted,
        "actors": accepted.distinct("actor", "actor_name", "mode", "date", "accepted_how"),
        "measures": asked.library("measures_for_commitment", commitment=named),
        "invoked": asked.library("attributions_invoking"),
        "most": max(norms, key=_texts, default=None),
        "least": min(norms, key=_texts, default=None),
    }


def sketch(asked: Asked) -> dict[str, Any]:
    """Return the norms as columns: how many texts take up each."""
    norms = asked.site("guide_norms", text=REPORT)
    most = max((int(row["texts"]) for row in norms), default=0) or 1
    columns = [(row["number"], int(row["texts"]), round(100 * int(row["texts"]) / most, 1)) for row in norms]
    return {"kind": "columns", "columns": columns, "says": f"{len(norms)} norms, and how many texts take up each"}


def _texts(row: dict[str, str]) -> int:
    return int(row["texts"])


def _norms_of(rows: list[dict[str, str]], text: str) -> set[str]:
    return {row["norm"] for row in rows if row["text"] == text}


def _by_year(taken_up: Figures) -> charts.Columns | None:
    """Return how many texts of each year take up at least one of the norms."""
    texts = {row["text"]: row["date"] for row in taken_up if row["date"]}
    years = Counter(int(date[:4]) for date in texts.values())
    return charts.columns(dict(years), "texts that take up a norm, by year") if years else None
