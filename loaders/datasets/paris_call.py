"""Supporters of the Paris Call, from the repository of its own web site: one file a supporter.

A supporter's claims are those that the tables have for states: it supports the initiative and subscribed to its text.
No day is filled in: those who were there on 12 November 2018 have none in the files, and the day of the Call is not
theirs. What supporters wrote about themselves or others stays unread, and so do their accounts on social networks.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.model import Acceptance, Commitment, Event, Membership, Organisation, Source
from graph.record import Record, coded
from graph.terms import ID, slug
from loaders.dataset import EUPL, DataSet, Files, Options, Origin, again
from loaders.datasets.keyed import Keys, Unusable, words
from loaders.datasets.paris_call_codes import CATEGORIES, CODES, EVENT_KINDS, KINDS, KNOWN_EVENTS
from loaders.known import Known, UnknownName
from loaders.resolve import AmbiguousNameError
from loaders.structured import Malformed, read_yaml

SUPPORTERS, EVENTS, PRINCIPLES = "_supporters/", "_events/", "_data/translations/principles.yml"
FORUM, TEXT = ID["forum/paris-call"], ID["document/paris-call-2018"]
OWN = "paris-call-"  # how the ids of organisations and events begin that are this data set's own
NO_PRINCIPLE = "a principle that the tables lack: its words are the Call's and are not copied"

SUPPORTER = Keys(
    needed=("name", "category", "nature"),
    optional=("nationality", "date_signed", "website"),
    unread=("twitter", "linkedin"),
)
EVENT = Keys(
    needed=("name", "start_date"),
    optional=("end_date", "city", "country"),
    unread=("address", "link", "link_title", "hashtag", "openness_level"),
)

ABOVE_STATES = {coded("organisation-kind", kind) for kind in ("international-organisation", "regional-organisation")}

_FRONT = re.compile(rb"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_ADDRESS = re.compile(r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]+)?(/[^\s<>\"{}|\\^`]*)?", re.IGNORECASE)
_PRINCIPLE = re.compile(r"principle-([1-9])")


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield each supporter with its support and its subscription, then the principles and events."""
    by_name = _others_by_name(known)
    if not any(name.startswith(SUPPORTERS) for name in files):
        yield Reject(SUPPORTERS, 0, "-", "there is no file of a supporter; is the folder whole?", is_row=False)
    for file in sorted(files):
        if file.startswith(SUPPORTERS):
            yield from _in_front(file, files[file], SUPPORTER, lambda f, held: _supporter(f, held, known, by_name))
        elif file.startswith(EVENTS):
            yield from _in_front(file, files[file], EVENT, lambda f, held: _event(f, held, known))
        elif file == PRINCIPLES:
            yield from _principles(file, files[file], known)


def _others_by_name(known: Known) -> dict[str, list[Organisation]]:
    """Return the organisations that others brought, by each of their names as it is written."""
    by_name: dict[str, list[Organisation]] = {}
    for organisation in known.of(Organisation):
        if not organisation.id.startswith(OWN):
            for name in {organisation.name, organisation.abbreviation, *map(str, organisation.aliases)} - {None}:
                by_name.setdefault(str(name), []).append(organisation)
    return by_name


def _in_front(file: str, content: bytes, keys: Keys, item: Callable[[str, Mapping[str, Any]], Item]) -> Iterator[Item]:
    """Yield what the keys in front of a page make; the page itself is unread."""
    try:
        front = _FRONT.match(content.removeprefix(b"\xef\xbb\xbf"))
        if front is None:
            raise Unusable("-", "the file does not begin with keys between two lines of ---; is it whole?")
        held = read_yaml(b"\n" + front[1])  # the line of the first --- kept, so that lines are those of the file
        made = item(file, keys.of(held))
        yield from keys.strangers(file, held, 2)
        yield made
    except Malformed as fault:
        yield fault.reject(file)
    except Unusable as fault:
        yield Reject(file, 2, fault.key, str(fault))
    yield FileRead(file, 1)


def _supporter(
    file: str, held: Mapping[str, Any], known: Known, by_name: Mapping[str, Sequence[Organisation]]
) -> Located:
    name, category = words(held, "name"), words(held, "category")
    if not name:
        raise Unusable("name", "the supporter has no name")
    if category not in ("", *CATEGORIES):
        raise Unusable("category", f"{category!r} is no category known; known are {', '.join(CATEGORIES)}")
    date = _date(held, "date_signed")
    country = _country(held, known)
    beside: tuple[Record, ...] = ()
    if category == "state":
        supporter, note = _state(name, country, known), None
    else:
        organisation, note = _organisation(file, held, known, country, by_name.get(name, ()))
        supporter, beside = organisation.iri, (organisation,)
    evidence = (DATASET.evidence(file, note=note),)
    support = Membership(
        forum=FORUM,
        member=supporter,
        role=coded("membership-role", "supporter"),
        spell=1,
        start=date,
        still=DATASET.source.published,
        evidence=evidence,
    )
    subscription = Acceptance(
        accepted=TEXT, actor=supporter, mode=coded("acceptance-mode", "subscription"), date=date, evidence=evidence
    )
    return Located(file, 2, support, (*beside, subscription))


def _state(name: str, country: URIRef | None, known: Known) -> URIRef:
    """Return the state that code and name mean; its name may be one that several states share."""
    if country is None:
        raise Unusable("nationality", "a state without the code of its country")
    try:
        named: tuple[URIRef, ...] = (known.state(name),)
    except AmbiguousNameError as error:
        named = error.candidates
    except UnknownName as error:
        raise Unusable("name", str(error)) from None
    if country not in named:
        raise Unusable("name", f"{name!r} is not {known.states.name(country)}, which the nationality stands for")
    return country


def _country(held: Mapping[str, Any], known: Known) -> URIRef | None:
    code = words(held, "nationality")
    if not code:
        return None
    try:
        return known.state(CODES.get(code, code) if re.fullmatch("[A-Z]{3}", code) else f"code {code}")
    except ValueError as error:
        raise Unusable("nationality", str(error)) from None


def _organisation(
    file: str,
    held: Mapping[str, Any],
    known: Known,
    country: URIRef | None,
    named: Sequence[Organisation],
) -> tuple[Organisation, str | None]:
    """Return the organisation known by this very name in this country, or one of the data set's own, and doubts."""
    same = [one for one in named if _is_of(one, country)]
    if len(same) == 1:
        return again(same[0], DATASET.evidence(file)), None
    category, nature, website = (words(held, key) for key in ("category", "nature", "website"))
    kind = KINDS.get((category, nature.casefold().replace("’", "'")))
    if kind is None:
        raise Unusable("nature", f"{nature!r} is no nature known of the category {category!r}")
    notes = [f"Nationality as the data set has it: {known.states.name(country)}"] if country else []
    notes += [] if nature else ["The data set gives no nature; the kind follows its category"]
    notes += [f"Of the same name, and perhaps the same: {one.iri.removeprefix(ID)}" for one in named]
    homepage = URIRef(website) if _ADDRESS.fullmatch(website) else None
    if website and homepage is None:
        notes.append("What the data set gives as address of its site is none")
    organisation = Organisation(
        id=f"{OWN}{slug(_stem(file))}",
        name=words(held, "name"),
        organisation_kind=coded("organisation-kind", kind),
        stakeholder_group=coded("stakeholder-group", category) if category else None,
        homepage=homepage,
        evidence=(DATASET.evidence(file, note="; ".join(notes) or None),),
    )
    return organisation, None


def _is_of(organisation: Organisation, country: URIRef | None) -> bool:
    """Tell whether an organisation is that of a country; one of states has none, and so its name is enough."""
    if organisation.organisation_kind in ABOVE_STATES:
        return country is None or organisation.based_in in (None, country)
    return country is not None and organisation.based_in == country


def _date(held: Mapping[str, Any], key: str) -> Stated | None:
    written = words(held, key)
    try:
        return Stated.parse(written) if written else None
    except ValueError as error:
        raise Unusable(key, str(error)) from None


def _principles(file: str, content: bytes, known: Known) -> Iterator[Item]:
    try:
        held = Keys(needed=[f"principle-{number}" for number in range(1, 10)], unread=("title", "principle")).of(
            read_yaml(content)
        )
    except Malformed as fault:
        yield fault.reject(file, is_row=False)
        held = {}
    except Unusable as fault:
        yield Reject(file, 1, fault.key, str(fault), is_row=False)
        held = {}
    principles = [match for key in held if (match := _PRINCIPLE.fullmatch(str(key)))]
    for line, match in enumerate(principles, start=1):
        commitment = known.get(ID[f"commitment/paris-call-{match[1]}"])
        if isinstance(commitment, Commitment):
            yield Located(file, line, again(commitment, DATASET.evidence(f"{file}, {match[0]}")))
        else:
            yield OutOfScope(file, line, NO_PRINCIPLE)
    yield FileRead(file, len(principles))


def _event(file: str, held: Mapping[str, Any], known: Known) -> Located:
    start, end, name = _date(held, "start_date"), _date(held, "end_date"), words(held, "name")
    evidence = DATASET.evidence(file)
    curated = known.get(ID[f"event/{KNOWN_EVENTS.get(_stem(file), 'none')}"])
    if isinstance(curated, Event):
        return Located(file, 2, again(curated, evidence, start=start, end=end))
    kind = EVENT_KINDS.get(_stem(file).rpartition("-")[2])
    if kind is None:
        raise Unusable("name", f"of which kind the event {name!r} is, is not said; add it to the table of the loader")
    try:
        country = known.state(words(held, "country")) if words(held, "country") else None
    except ValueError as error:
        raise Unusable("country", str(error)) from None
    event = Event(
        id=f"{OWN}{slug(_stem(file))}",
        name=name,
        event_kind=coded("event-kind", kind),
        start=start,
        end=end,
        city=words(held, "city") or None,
        country=country,
        evidence=(evidence,),
    )
    return Located(file, 2, event)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".md")


class Repository(DataSet):
    """A data set that comes from the initiative itself, as the register of sources has it."""

    @property
    def source(self) -> Source:
        """The repository of the initiative's own site."""
        return dataclasses.replace(super().source, rank=1, source_kind=coded("source-kind", "official-page"))


# Not redistributable: the EUPL is a copyleft licence, works made of a substantial part of the repository would be under
# it too or under one on its list, and CC BY 4.0, under which the graph as a whole is offered, is not on that list.
# Facts are free: what the tables have of the Call's states was taken one by one.
DATASET = Repository(
    name="paris-call",
    title="Repository of the web site of the Paris Call",
    publisher="Paris Call (French ambassador for digital affairs)",
    address="https://github.com/ambanum/pariscall.international",
    version="916433b",
    source_id="pariscall-site-repository",
    licence=EUPL,
    redistributable=False,
    citation="Paris Call for Trust and Security in Cyberspace, supporters, version of 25 December 2025",
    published="2025-12-25",
    wanted=(f"{SUPPORTERS}*.md", f"{EVENTS}*.md", PRINCIPLES),
    origins=(
        Origin(
            address="https://github.com/ambanum/pariscall.international/archive/"
            "916433b20a70ce587db86de70b108ce21a25c551.tar.gz",
            name="",
            is_archive=True,
        ),
    ),
    digest="bb3aee3ffed425b3da85190b3358053593bd5c25a87efe708a716719c3d64e15",
    parse=parse,
)
