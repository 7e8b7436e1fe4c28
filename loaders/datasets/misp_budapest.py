"""Parties and observers of the Budapest Convention by the country list of the MISP galaxy, which has no dates.

A party adds evidence to the act of consent that we know of; when and how a state consented the list does not say, so it
makes no act by itself. An observer becomes a role in the Cybercrime Convention Committee without dates. The list is
older than its edition: states stand in it as observers that had long become parties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import URIRef

from graph.collect import Item, Located, OutOfScope
from graph.model import Membership, TreatyAction
from graph.record import coded
from graph.terms import ID
from loaders.dataset import again
from loaders.datasets.misp_clusters import Entry, Says, Unusable, located
from loaders.known import Known

KEYS = ("ISO3", "budapest-convention")
NOT_NAMED = "a country without a word on the Budapest Convention; that is not known to be outside it"
NO_ACT = "a party whose act of consent is not known to us, and the list has neither its form nor its date"
CONVENTION, COMMITTEE = ID["document/budapest-convention"], ID["forum/budapest-t-cy"]
CONSENT = frozenset(
    coded("treaty-action", kind) for kind in ("ratification", "acceptance", "approval", "accession", "succession")
)


def countries(entries: Iterable[Entry], known: Known, says: Says) -> Iterator[Item]:
    """Yield evidence for each party, and a role for each observer."""
    acts: dict[URIRef, TreatyAction] = {}
    for act in known.of(TreatyAction):
        if act.treaty == CONVENTION and act.action in CONSENT:
            acts.setdefault(act.actor, act)

    def item(entry: Entry) -> Item:
        status = entry.text("budapest-convention")
        if status is None:
            return OutOfScope(entry.file, entry.line, NOT_NAMED)
        try:
            state = known.state(entry.text("ISO3") or "")
        except ValueError as error:
            raise Unusable("ISO3", error) from error
        evidence = says(f"country {entry.uuid}, budapest-convention: {status}", "Undated")
        if status == "observers":
            role = coded("membership-role", "observer")
            return Located(
                entry.file,
                entry.line,
                Membership(forum=COMMITTEE, member=state, role=role, spell=1, evidence=(evidence,)),
            )
        if status != "parties":
            raise Unusable("budapest-convention", f"{status!r:.40} is neither 'parties' nor 'observers'")
        act = acts.get(state)
        return (
            Located(entry.file, entry.line, again(act, evidence)) if act else OutOfScope(entry.file, entry.line, NO_ACT)
        )

    for entry in entries:
        yield located(entry, item)
