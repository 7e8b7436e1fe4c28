"""From commitment to national policy: one norm, the texts that say how, and the policies on record at home."""

from __future__ import annotations

from typing import Any

from webapp import charts
from webapp.guides.asked import Asked, Figures
from webapp.views import tilemap

NORM = "norm/un-2015-13j"
KINDS = ("disclosure-policy", "equities-process")
GROUP = "forum/foc"  # a group whose members promise much: whose policies are on record?
_LOOKS = (
    tilemap.Category("both", "a policy, and a process for flaws the state itself holds", "full", "2"),
    tilemap.Category(KINDS[0], "a disclosure policy or programme", "stripes"),
    tilemap.Category(KINDS[1], "a process for flaws the state itself holds", "dots"),
)
_OTHERS = tilemap.Category("", "none on record here", tilemap.NOTHING)


def figures(asked: Asked) -> dict[str, Any]:
    """Return everything that the story shows."""
    norm = [row for row in asked.site("guide_norms", text="document/a-70-174") if row["norm"].endswith(NORM)]
    policies, equities = (asked.site("map_measure", of=kind) for kind in KINDS)
    members = asked.library("members_of_forum", forum=GROUP)
    current = members.where(role="member", end="")
    holders = {row["actor"] for row in policies}
    years = policies.years("since")
    measures = asked.library("measures_for_commitment", commitment=NORM)
    return {
        "norm": norm[0] if norm else None,
        "texts": asked.library("norms_and_elaborations", norm=NORM),
        "policies": policies,
        "equities": equities,
        "holders": policies.distinct("actor", "name"),
        "years": charts.columns(years, "disclosure policies on record here, by the year of each") if years else None,
        "dated": sum(years.values()),
        "picture": picture(policies, equities),
        "measures": measures,
        "relations": measures.counted("relation"),
        "stated": measures.where(implemented="yes"),
        "earlier": asked.library("measures_before_norm", commitment=NORM),
        "members": current,
        "asked_members": members,
        "with_policy": [row for row in current if row["member"] in holders],
        "without": [row for row in current if row["member"] not in holders],
        "building": asked.library("capacity_building_for_commitment", commitment=NORM),
    }


def sketch(asked: Asked) -> dict[str, Any]:
    """Return the states with a policy on record as tiles."""
    policies, equities = (asked.site("map_measure", of=kind) for kind in KINDS)
    states = len({row["actor"] for row in (*policies, *equities)})
    return {"kind": "tiles", "picture": picture(policies, equities), "says": f"{states} states with a policy on record"}


def picture(policies: Figures, equities: Figures) -> tilemap.Picture:
    """Return the states as tiles by which of two kinds of measure are on record."""
    held = [{row["actor"].rsplit("/", 1)[-1]: row["name"] for row in rows} for rows in (policies, equities)]
    values = dict.fromkeys(held[0], KINDS[0]) | dict.fromkeys(held[1], KINDS[1])
    values |= dict.fromkeys(held[0].keys() & held[1].keys(), "both")
    names = held[0] | held[1]
    return tilemap.draw(values, _LOOKS, names, others=_OTHERS)
