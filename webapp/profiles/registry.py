"""Which kind of thing has which profile, and the whole of what its page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from webapp.profiles import actors, around, conduct, events, forums, groups, speech, states, texts, works
from webapp.profiles.parts import Grid, Profile
from webapp.profiles.subject import Subject

Builder = Callable[[Subject], Profile]

_FAMILIES: tuple[Mapping[str, Builder], ...] = (
    states.BUILDERS,
    forums.BUILDERS,
    texts.BUILDERS,
    events.BUILDERS,
    conduct.BUILDERS,
    speech.BUILDERS,
    actors.BUILDERS,
    groups.BUILDERS,
    works.BUILDERS,
)
BUILDERS: Mapping[str, Builder] = {kind: builder for family in _FAMILIES for kind, builder in family.items()}


@dataclass(frozen=True)
class Whole:
    """A profile with what holds for all kinds."""

    profile: Profile
    timeline: around.Timeline | None
    neighbours: list[Grid]
    sources: list[around.Cited]
    ranks: list[tuple[str, int]]


def whole(subject: Subject) -> Whole | None:
    """Return what the page on a thing shows first and around its sections; None for claims, sources and graphs."""
    builder = BUILDERS.get(subject.kind)
    if builder is None:
        return None
    cited = around.sources(subject)
    leads = subject.leads
    return Whole(builder(subject), around.timeline(leads), around.neighbours(subject), cited, around.ranks(cited))
