"""Vulnerability disclosure policies of public authorities and known organisations, from the diodb of disclose.io.

The data set gives a name and addresses, and neither a country nor a kind of organisation. Both are taken from the
domain of the policy's address where it says them (`loaders.domains`) and are not guessed: whoever else is in the list
may be a firm, a school or a single person, and is left out with and without `everything`. E-mail addresses and other
contacts are not read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.model import Document, Measure, Organisation
from graph.record import Evidence, Record, coded
from graph.terms import ID, slug
from loaders.dataset import CC0, DataSet, Files, Options, Origin, again
from loaders.domains import Holder, host_of, is_domain, public_holder, without_www
from loaders.entries import Entry, Keys, entries
from loaders.known import Known
from loaders.resolve import AmbiguousNameError, Resolver

FILE = "program-list.json"
KEYS = Keys(
    needed=("program_name", "policy_url"),
    optional=("policy_url_status", "launch_date"),
    unread=(
        "contact_email",
        "contact_url",
        "disclosure_timeline_days",
        "hall_of_fame",
        "hiring",
        "offers_bounty",
        "offers_swag",
        "pgp_key",
        "preferred_languages",
        "public_disclosure",
        "safe_harbor",
        "securitytxt_url",
    ),
)
UNION = ID["organisation/eu"]

NOBODY_KNOWN = "neither a public authority by the domain of its policy nor an organisation known here by its name"
NO_ADDRESS = "no address of a policy is given"
ANOTHERS = "named by a domain that is no public authority's, under the policy of one that is"

_MONTHS = ("%B %Y", "%b %Y")
_DAYS = ("%B %d, %Y", "%b %d, %Y")
_UNSAID = (
    "That it is an organ of the state is said by the domain of its policy, which does not tell authorities of the "
    "state from those of its parts"
)


@dataclass(frozen=True)
class Listed:
    """An entry in scope: whose policy it names, as far as known."""

    entry: Entry
    holder: Holder | None
    known: Organisation | None

    @property
    def name(self) -> str:
        return self.entry["program_name"]

    @property
    def policy(self) -> str:
        """The address of the policy without what makes no difference to it: one policy is one measure."""
        parts = urlsplit(self.entry["policy_url"])
        host = without_www(parts.hostname or "")
        return f"{host}{parts.path.rstrip('/')}?{parts.query}".rstrip("?")

    @property
    def merit(self) -> tuple[bool, bool, int, str]:
        """How well the name says whose policy it is: a known organisation, words before a domain, the whole name."""
        domain = is_domain(self.name)
        return self.known is None, domain, len(self.name) if domain else -len(self.name), self.name


class Organisations:
    """The organisations known, by the whole of a name and by the host of their home page."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._resolver = Resolver(known.of(Organisation))
        self._hosts: defaultdict[str, set[URIRef]] = defaultdict(set)
        for one in known.of(Organisation):
            page = urlsplit(one.homepage or "")
            if page.hostname and not page.path.strip("/"):
                self._hosts[without_www(page.hostname)].add(one.iri)

    def find(self, name: str, host: str) -> Organisation | None:
        """Return the organisation meant: by name, or by a domain where a domain stands for the name.

        Several organisations go by one abbreviation, and each state has a ministry of justice: where the policy's host
        says a state, an organ of another state is not meant, and an abbreviation counts only for an organ of that
        state, or at the host of the organisation's own home page.
        """
        iris = self._hosts.get(without_www(name.lower()), set()) if is_domain(name) else self._named(name)
        found = self._known.get(next(iter(iris))) if len(iris) == 1 else None
        if not isinstance(found, Organisation):
            return None
        holder = public_holder(host)
        same = holder is not None and found.organ_of == _above(holder, self._known)
        if holder is not None and found.organ_of is not None and not same:
            return None
        if name.casefold() == (found.abbreviation or "").casefold():
            at_home = found.iri in self._hosts.get(without_www(host), set())
            return found if same or at_home else None
        return found

    def _named(self, name: str) -> set[URIRef]:
        try:
            match = self._resolver.resolve(name, kind="organisation")
        except AmbiguousNameError:
            return set()
        return {match.actor} if match else set()


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a measure for each policy in scope, with its document and whose it is; further names of it are evidence."""
    organisations = Organisations(known)
    policies: defaultdict[str, list[Listed]] = defaultdict(list)
    for entry in entries(FILE, files[FILE], KEYS):
        item = entry if isinstance(entry, Reject | FileRead) else _placed(entry, organisations)
        if isinstance(item, Listed):
            policies[item.policy].append(item)
        else:
            yield item
    chosen = [min(names, key=lambda listed: listed.merit) for names in policies.values()]
    taken = Counter(slug(listed.name) for listed in chosen)
    for listed, names in zip(chosen, policies.values(), strict=True):
        if taken[slug(listed.name)] > 1 or not slug(listed.name):
            reason = f"several policies stand under the name {listed.name!r}, or it has no letters"
            yield from (one.entry.reject("program_name", reason) for one in names)
        else:
            yield from _items(listed, names, known)


def _placed(entry: Entry, organisations: Organisations) -> Listed | OutOfScope | Reject:
    name, address = entry["program_name"], entry["policy_url"]
    if not name:
        return entry.reject("program_name", "the name is empty")
    if not address:
        return OutOfScope(entry.file, entry.line, NO_ADDRESS)
    host = host_of(address)
    if host is None:
        return entry.reject("policy_url", f"{address[:200]!r} is no web address")
    holder = public_holder(host)
    organisation = organisations.find(name, host)
    if organisation is None and holder is None:
        return OutOfScope(entry.file, entry.line, NOBODY_KNOWN)
    if organisation is None and is_domain(name) and public_holder(name.lower()) != holder:
        return OutOfScope(entry.file, entry.line, ANOTHERS)
    return Listed(entry, holder, organisation)


def _items(chosen: Listed, names: list[Listed], known: Known) -> Iterator[Item]:
    beside, of = _whose(chosen, known)
    whose = chosen.known.name if chosen.known else chosen.name
    date, _ = _launched(chosen.entry)
    document = Document(
        id=f"diodb-{slug(chosen.name)}",
        name=f"Vulnerability disclosure policy of {whose}",
        document_kind=coded("document-kind", "policy"),
        issued_by=(of,),
        full_text=URIRef(chosen.entry["policy_url"]),
        topics=(coded("topic", "coordinated-vulnerability-disclosure"),),
        evidence=(_evidence(chosen, chosen),),
    )
    measure = Measure(
        id=f"diodb-{slug(chosen.name)}",
        name=f"{whose}: vulnerability disclosure policy",
        measure_of=of,
        measure_kind=coded("measure-kind", "disclosure-policy"),
        date=date,
        document=document.iri,
        topics=document.topics,
        evidence=(_evidence(chosen, chosen),),
    )
    yield Located(FILE, chosen.entry.line, measure, (*beside, document))
    for other in names:
        if other is not chosen:
            yield Located(FILE, other.entry.line, again(measure, _evidence(other, chosen)))


def _whose(listed: Listed, known: Known) -> tuple[tuple[Record, ...], URIRef]:
    """Return whose policy it is, with the organisation where this data set is the first to name it."""
    if listed.known is not None:
        return (), listed.known.iri
    holder = listed.holder or Holder()
    kind = "organ-of-organisation" if holder.is_union else "state-organ"
    organisation = Organisation(
        id=f"diodb-{slug(listed.name)}",
        name=listed.name,
        organisation_kind=coded("organisation-kind", kind),
        organ_of=_above(holder, known),
        evidence=(DATASET.evidence(f"program_name {listed.name}", note=None if holder.is_union else _UNSAID),),
    )
    return (organisation,), organisation.iri


def _above(holder: Holder, known: Known) -> URIRef:
    return UNION if holder.is_union else known.state(holder.alpha2 or "")


def _evidence(listed: Listed, chosen: Listed) -> Evidence:
    notes = []
    if listed is not chosen:
        notes.append(f"Listed under the name {listed.name!r}, with the same address of the policy")
    if listed.entry["policy_url_status"] == "dead":
        notes.append("The data set found nothing at the address of the policy")
    if (note := _launched(listed.entry)[1]) is not None:
        notes.append(note)
    return DATASET.evidence(f"program_name {listed.name}", note="; ".join(notes) or None)


def _launched(entry: Entry) -> tuple[Stated | None, str | None]:
    """Return the date of launch, and what has to be said of one that is not taken over.

    A date in figures is read where the order of day and month is beyond doubt; "Updated ..." is no date of launch.
    """
    written = entry["launch_date"]
    if not written:
        return None, None
    for pattern, shape in ((_MONTHS, "%Y-%m"), (_DAYS, "%Y-%m-%d")):
        for form in pattern:
            try:
                return Stated.parse(datetime.strptime(written, form).strftime(shape)), None
            except ValueError:
                continue
    if turned := re.fullmatch(r"(1[3-9]|2[0-9]|3[01])-([0-9]{2})-([0-9]{4})", written):
        written = "-".join(reversed(turned.groups()))
    try:
        return Stated.parse(written), None
    except ValueError:
        return None, f"The date of launch is given as {entry['launch_date'][:80]!r} and not taken over"


DATASET = DataSet(
    name="disclosure-programmes",
    title="Vulnerability disclosure programmes (diodb)",
    publisher="disclose.io",
    address="https://github.com/disclose/diodb",
    version="2026-07-13",
    licence=CC0,
    redistributable=True,
    citation="disclose.io contributors, diodb, version of 13 July 2026",
    published="2026-07-13",
    wanted=(FILE,),
    origins=(
        Origin(
            address=f"https://raw.githubusercontent.com/disclose/diodb/44351eee15f066587443d8f4f20f02f1d3d43578/{FILE}",
            name=FILE,
            sha256="2d37f943c91e67e520abfa6c3f27d86e7a86325fafa2ab5bb1494e22d460c702",
            size=1179301,
        ),
    ),
    parse=parse,
)
