"""The home page: what this is, four figures that say something, the ways in, the guides, the latest, how sure it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, render_template

import queries
from webapp.guides import sketches
from webapp.guides.asked import Asked, Figures
from webapp.guides.norms import REPORT
from webapp.guides.processes import RIVALS, pair_of
from webapp.lists import LISTS
from webapp.service import current_service

bp = Blueprint("home", __name__)

ISSUE = "sovereignty"
FEW = 5  # states that are named most


@dataclass(frozen=True)
class Telling:
    """A figure with what it says, where to read on, and the query it comes from."""

    number: int
    of: int
    says: str
    more: str
    href: str
    query: str


@bp.get("/")
def home() -> str:
    """What is in it, as of when, and the ways in."""
    asked = Asked(current_service())
    return render_template(
        "home.html",
        counts={row["list"]: int(row["count"]) for row in asked.site("counts")},
        latest=asked.site("latest"),
        lists=LISTS,
        telling=telling(asked),
        guides=sketches(),
        questions=len(queries.catalogue()),
    )


def telling(asked: Asked) -> list[Telling]:
    """Return the figures for which there is anything on record."""
    return [
        figure for figure in (_positions(asked), _votes(asked), _named(asked), _measures(asked)) if figure and figure.of
    ]


def _positions(asked: Asked) -> Telling | None:
    positions = asked.library("positions_on_issue", issue=ISSUE)
    holders = _latest(positions)
    if not holders:
        return None
    stance, count = Counter(holders.values()).most_common(1)[0]
    return Telling(
        count,
        len(holders),
        f"states and groups with a position on {ISSUE} in cyberspace on record hold it to be a {stance}.",
        "Map of positions",
        f"/map?show=position&of={ISSUE}",
        positions.href,
    )


def _latest(positions: Figures) -> dict[str, str]:
    """Return the stance of each holder in its latest statement."""
    dated = sorted(positions, key=lambda row: row["date"])
    return {row["holder"]: row["stance"] for row in dated}


def _votes(asked: Asked) -> Telling:
    pairs = asked.site("guide_two_ballots", first=RIVALS[0], second=RIVALS[1])
    both = sum(pair_of(row) == "yes to both" for row in pairs)
    says = "members of the United Nations voted for both of two rival resolutions on cyber norms in one session."
    return Telling(both, len(pairs), says, "How it came to that", "/guides/from-gge-to-global-mechanism", pairs.href)


def _named(asked: Asked) -> Telling:
    named = asked.site("states_named")
    most = {state for state, _ in Counter(row["named"] for row in named).most_common(FEW)}
    acts = {row["act"] for row in named if row["named"] in most}
    speakers = Counter(speaker for _, speaker in named.distinct("act", "speaker"))
    alone = max(speakers.values(), default=0)
    says = f"official attributions that name a state name one of the same {len(most)}. One speaker alone made {alone}."
    whole = len({row["act"] for row in named})
    return Telling(len(acts), whole, says, "Who attributes, and how", "/guides/who-attributes-and-how", named.href)


def _measures(asked: Asked) -> Telling:
    norms = [row["norm"] for row in asked.site("guide_norms", text=REPORT)]
    measures = asked.library("measures_for_commitment", commitment=norms)
    stated = {row["measure"] for row in measures.where(implemented="yes")}
    says = f"national measures set against one of the {len(norms)} norms are called its implementation by their state."
    whole = len(measures.distinct("measure"))
    return Telling(len(stated), whole, says, "The norms since", "/guides/eleven-norms", measures.href)
