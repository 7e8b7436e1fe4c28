"""Who attributes cyber operations, and how: acts by speaker, named state, year, form and wave, and what was replied."""

from __future__ import annotations

from collections import Counter
from typing import Any

from webapp import charts
from webapp.guides.asked import Asked, Figures

MOST = 12  # speakers that the page draws; the table of the query has all


def figures(asked: Asked) -> dict[str, Any]:
    """Return everything that the story shows."""
    acts, named, replies = (asked.site(name) for name in ("official_acts", "states_named", "replies_on_record"))
    speakers, years = acts.counted("speaker_name"), acts.years()
    by_name = {row["speaker_name"]: row["speaker"] for row in acts}
    return {
        "acts": acts,
        "named": named,
        "replies": replies,
        "speakers": speakers,
        "speaker_bars": charts.bars(speakers[:MOST], "speaker", "acts on record here, by who spoke"),
        "years": charts.columns(years, "acts on record here, by year") if years else None,
        "named_acts": len({row["act"] for row in named}),
        "who_named": who_named(named),
        "by_name": by_name,
        "levels": acts.counted("level"),
        "forms": acts.counted("form"),
        "stances": dict(acts.counted("stance")),
        "voices": acts.counted("by"),
        "waves": [(name, count) for name, count in acts.counted("wave") if name != "not recorded"],
        "in_waves": sum(1 for row in acts if row["wave"]),
        "well": sum(1 for row in acts if row["rank"] in ("1", "2")),
        "answered": len({row["act"] for row in replies} & {row["act"] for row in acts}),
        "kinds": Counter(kind for _, kind in replies.distinct("reply", "kind")).most_common(),
        "repliers": Counter(name for _, name in replies.distinct("reply", "replier_name")).most_common(),
        "invoked": asked.library("attributions_invoking"),
        "responses": asked.library("responses_to_operations"),
    }


def sketch(asked: Asked) -> dict[str, Any]:
    """Return the acts of each year as columns."""
    years = asked.site("official_acts").years()
    most = max(years.values(), default=0) or 1
    span = range(min(years), max(years) + 1) if years else range(0)
    columns = [(str(year), years.get(year, 0), round(100 * years.get(year, 0) / most, 1)) for year in span]
    says = f"acts of attribution on record here, {columns[0][0]} to {columns[-1][0]}" if columns else "no act on record"
    return {"kind": "columns", "columns": columns, "says": says}


def who_named(named: Figures) -> list[tuple[str, str, int, int, int]]:
    """Return for each state named its address, acts, speakers, and the acts of the one who named it most often."""
    found = []
    for state, name in named.distinct("named", "named_name"):
        rows = named.where(named=state)
        by = Counter(row["speaker"] for row in rows)
        found.append((state, name, len({row["act"] for row in rows}), len(by), max(by.values())))
    return sorted(found, key=lambda row: (-row[2], row[1]))
