"""Guided reading: stories in prose around figures that are asked for when the page is, each with its query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from graph.errors import CyberGovError
from webapp.guides import disclosure, norms, processes, speakers
from webapp.guides.asked import Asked
from webapp.service import current_service

bp = Blueprint("guides", __name__)


class NoSuchGuide(CyberGovError):
    """There is no guide of that name."""

    status = 404

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no guide called {name!r}. There are: {', '.join(GUIDES)}.")


@dataclass(frozen=True)
class Guide:
    """One story: its address, title and lead, what it is made of, and the small picture that stands for it."""

    slug: str
    title: str
    lead: str
    figures: Callable[[Asked], dict[str, Any]]
    sketch: Callable[[Asked], dict[str, Any]]

    @property
    def template(self) -> str:
        return f"guide/{self.figures.__module__.rsplit('.', 1)[-1]}.html"


GUIDES: Mapping[str, Guide] = {
    guide.slug: guide
    for guide in (
        Guide(
            "eleven-norms",
            "The eleven norms, and what became of them",
            "What states agreed to do and not to do in peacetime, who took it up, and how little is on record of"
            " anybody carrying it out.",
            norms.figures,
            norms.sketch,
        ),
        Guide(
            "from-gge-to-global-mechanism",
            "How the UN got from GGE to the Global Mechanism",
            "From a room of experts to a permanent body for all members: the groups, the votes that split the"
            " Assembly, and how it came together.",
            processes.figures,
            processes.sketch,
        ),
        Guide(
            "who-attributes-and-how",
            "Who attributes cyber operations, and how",
            "Who speaks, whom they name, in which form and with whom; what those who were named replied; and what"
            " such figures cannot show.",
            speakers.figures,
            speakers.sketch,
        ),
        Guide(
            "vulnerability-disclosure",
            "From commitment to national policy: vulnerability disclosure",
            "One norm followed all the way: from a sentence in a report to texts that say how, and to the policies"
            " that states have at home.",
            disclosure.figures,
            disclosure.sketch,
        ),
    )
}


def sketches() -> list[tuple[Guide, dict[str, Any]]]:
    """Return every guide with the small picture that stands for it."""
    asked = Asked(current_service())
    return [(guide, guide.sketch(asked)) for guide in GUIDES.values()]


@bp.get("/guides")
def contents() -> str:
    """All guides, each with its picture."""
    return render_template("guides.html", guides=sketches())


@bp.get("/guides/<slug>")
def page(slug: str) -> str:
    """One guide."""
    if slug not in GUIDES:
        raise NoSuchGuide(slug)
    guide, order = GUIDES[slug], list(GUIDES)
    following = GUIDES[order[(order.index(slug) + 1) % len(order)]]
    figures = guide.figures(Asked(current_service()))
    return render_template(guide.template, guide=guide, following=following, guides=GUIDES.values(), **figures)
