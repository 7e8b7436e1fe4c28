"""Which spell of membership a list of today's members speaks of, where the list itself numbers none.

Such lists keep members after they left, so a member who is out by our tables is not taken back in by one of them.
"""

from __future__ import annotations

from collections import defaultdict

from rdflib import URIRef

from graph.model import Membership
from graph.record import coded
from loaders.known import Known

LEFT = "listed as of today, and by the tables it has left, or holds that it has"

_OUT = {coded("membership-role", role) for role in ("expelled", "withdrawn-effective")}


class Spells:
    """The memberships known, by forum and member."""

    def __init__(self, known: Known) -> None:
        self._known: defaultdict[tuple[URIRef, URIRef], list[Membership]] = defaultdict(list)
        for membership in known.of(Membership):
            self._known[membership.forum, membership.member].append(membership)

    def today(self, forum: URIRef, member: URIRef, role: URIRef) -> int | None:
        """Return the spell that goes on, 1 where none is known, or None where the member is out."""
        known = self._known.get((forum, member), [])
        same = [one for one in known if one.role == role]
        going_on = [one.spell for one in same if one.end is None]
        if going_on:
            return max(going_on)
        if same or any(one.role in _OUT and one.end is None for one in known):
            return None
        return 1

    def goes_on(self, forum: URIRef, member: URIRef, role: URIRef) -> bool:
        """Tell whether a spell is known that has not ended."""
        return any(one.role == role and one.end is None for one in self._known.get((forum, member), []))
