"""Intelligence agencies and surveillance vendors of the MISP galaxy, as organisations.

Agencies serve the question whose organ was named in an attribution, vendors that of commercial intrusion. An agency is
one that we have where name and state are the same. The vendors' list gives no country, so a vendor is its own record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rdflib import URIRef

from graph.collect import Item, Located, OutOfScope
from graph.model import Organisation
from graph.record import coded
from loaders.dataset import again
from loaders.datasets.misp_clusters import Entry, Says, Unusable, located
from loaders.known import Known
from loaders.resolve import AmbiguousNameError, Resolver
from loaders.threat_actors import further, printed

AGENCY_KEYS = ("country", "synonyms")
VENDOR_KEYS = ("official-refs",)
NO_STATE = "an agency without a state: a body of several states, whose kind is not stated"
NO_FIRM = "by its own text no firm but software, a system, a school or a group of intruders"

STATE_ORGAN = coded("organisation-kind", "state-organ")

# Entries of the list of vendors whose text calls them something else than a firm.
_NO_FIRMS = frozenset(
    (
        *("AASMA", "Aarogya Setu", "Aegis", "Avalanche", "BITS Pilani", "BadBazaar", "Balgh", "CoolApp", "EagleMsgSpy"),
        *("ELISE", "FalcoNet", "Falcon", "FinFisher", "FlexiSPY", "Fraunhofer IOSB", "Highster Mobile", "Hoverwatch"),
        *("IMAS", "Jingwang Weishi", "KoSpy", "LianSpy", "Max", "MobiStealth", "Mobile Spy", "Mozenda", "NoviSpy"),
        *("PeekYou", "RemoteDesk", "Scylla", "Sergek", "Skopenow", "Snaptrends", "SpyBubble", "StealthGenie"),
        *("The Gospel", "Void Balaur", "Weibo", "Xuexi Qiangguo", "mSpy", "pcTattletale"),
    )
)
_REMAINS = re.compile(r"\[[0-9a-z]{1,3}\]|\(page does not exist\)|^[a-z]{2}:")  # of the encyclopedia it was taken from
_IN_BRACKETS = re.compile(r"(.+?)\s*\(([^()]+)\)")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+\.[a-z]{2,}(?::[0-9]+)?(?:/[^\s<>\"{}|\\^`]*)?")


def agencies(entries: Iterable[Entry], known: Known, says: Says) -> Iterator[Item]:
    """Yield an organ of a state for each agency that has one."""
    ours = [organisation for organisation in known.of(Organisation) if not organisation.id.startswith("misp-")]
    reader = _Agencies(known, ours, says)
    for entry in entries:
        yield located(entry, reader.item)


class _Agencies:
    """Makes organisations of agencies, by those that were known before."""

    def __init__(self, known: Known, ours: Iterable[Organisation], says: Says) -> None:
        self._known, self._says = known, says
        self._ours = {organisation.iri: organisation for organisation in ours}
        self._names = Resolver(self._ours.values())

    def item(self, entry: Entry) -> Item:
        """Return what becomes of an entry."""
        country = entry.text("country")
        if country is None:
            return OutOfScope(entry.file, entry.line, NO_STATE)
        try:
            state = self._known.state(country)
        except ValueError as error:
            raise Unusable("country", error) from error
        names = _names(entry)
        evidence = self._says(f"intelligence-agency {entry.uuid}", None)
        ours = self._same(names[0], state)
        if ours:
            aliases = further(names, beside=ours.name)
            return Located(entry.file, entry.line, again(ours, evidence, aliases=aliases, organ_of=state))
        agency = Organisation(
            id=f"misp-{entry.uuid}",
            name=names[0],
            aliases=further(names, beside=names[0]),
            organisation_kind=STATE_ORGAN,
            organ_of=state,
            evidence=(evidence,),
        )
        return Located(entry.file, entry.line, agency)

    def _same(self, name: str, state: URIRef) -> Organisation | None:
        """Return the one organ of the state that goes by the name, the state's own name in brackets apart."""
        found = self._meant(name)
        brackets = _IN_BRACKETS.fullmatch(name)
        if brackets and self._means(brackets[2], state):
            found |= self._meant(brackets[1])
        organs = [self._ours[actor] for actor in found if self._is_organ(self._ours[actor], state)]
        return organs[0] if len(organs) == 1 else None

    def _meant(self, name: str) -> set[URIRef]:
        try:
            match = self._names.resolve(name, kind="organisation")
        except AmbiguousNameError as error:
            return set(error.candidates)
        return {match.actor} if match else set()

    def _means(self, text: str, state: URIRef) -> bool:
        try:
            return self._known.state(text) == state
        except ValueError:
            return False  # brackets may hold anything

    def _is_organ(self, organisation: Organisation, state: URIRef) -> bool:
        by_seat = organisation.organisation_kind == STATE_ORGAN and organisation.based_in == state
        return organisation.organ_of == state or by_seat


def vendors(entries: Iterable[Entry], says: Says) -> Iterator[Item]:
    """Yield a company for each vendor that is one."""

    def item(entry: Entry) -> Item:
        if entry.value in _NO_FIRMS:
            return OutOfScope(entry.file, entry.line, NO_FIRM)
        addresses = [text.strip() for text in entry.texts("official-refs") if text.strip()]
        one = len(addresses) == 1 and _ADDRESS.fullmatch(addresses[0])
        names = _names(entry)
        vendor = Organisation(
            id=f"misp-{entry.uuid}",
            name=names[0],
            aliases=further(names, beside=names[0]),
            organisation_kind=coded("organisation-kind", "company"),
            stakeholder_group=coded("stakeholder-group", "private-sector"),
            homepage=URIRef(addresses[0]) if one else None,
            evidence=(says(f"surveillance-vendor {entry.uuid}", None),),
        )
        return Located(entry.file, entry.line, vendor)

    for entry in entries:
        yield located(entry, item)


def _names(entry: Entry) -> list[str]:
    """Return the name and the further names, without what was left in them of the pages they were taken from."""
    try:
        return [printed(_REMAINS.sub("", name).strip(" ,")) for name in (entry.value, *entry.texts("synonyms"))]
    except ValueError as error:
        raise Unusable("synonyms", error) from error
