"""Memberships by the World Factbook of the CIA: for each country one list of abbreviations, a status in brackets.

One row an entry of a list, and one a profile that has no list. The abbreviations are the Factbook's own and are not
written out in the data, so only those that are forums of this graph by a table made by hand become claims. A profile
is a state's by the name it gives, for its file has the code of an older list than ISO 3166. Of which day a list is,
is not said either: no membership has a day, and none is said to go on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Membership
from graph.record import coded
from graph.terms import ID
from loaders.controls import control_in
from loaders.dataset import CC0, DataSet, Files, Options, Origin
from loaders.datasets.factbook_forums import FORUMS, LISTED_OTHERWISE, ROLES, UNPLACED
from loaders.datasets.keyed import Unusable
from loaders.datasets.spells import LEFT, Spells
from loaders.known import Known
from loaders.resolve import AmbiguousNameError
from loaders.spelling import not_a_state
from loaders.structured import Malformed, read_json

REGIONS = (
    *("africa", "australia-oceania", "central-america-n-caribbean", "central-asia", "east-n-southeast-asia", "europe"),
    *("middle-east", "north-america", "south-america"),
)
GOVERNMENT, NAME, UNION = "Government", "Country name", "Union name"
FORMS = ("conventional short form", "conventional long form")
LIST = "International organization participation"
DEPENDENT = "Dependency status"
EUROPEAN_UNION = ID["organisation/eu"]

NO_LIST = "a profile without a list of memberships"
NONE_LISTED = "a profile that says it takes part in none"
NO_STATE = "the profile of a territory, which is no state here"
NOT_HERE = "an abbreviation that is no forum or organisation of this graph"
NO_ROLE = "a status that is no role here"
STALE = "a status below membership, of one that is a member by now"

_ENTRY = re.compile(r"(?P<abbreviation>[^()]+?)(?P<statuses>(?: ?\([^()]*\))*)")
_STATUS = re.compile(r"\(([^()]*)\)")
_TAG = re.compile(r"<[^<>]{0,80}>")


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a membership for each entry that names a forum of this graph, of a state or the European Union."""
    spells = Spells(known)
    profiles = sorted(name for name in files if name.partition("/")[0] in REGIONS)
    if not profiles:
        yield Reject(REGIONS[0], 0, "-", "there is no file of a profile; is the folder whole?", is_row=False)
    for file in profiles:
        yield from _profile(file, files[file], known, spells)


def _profile(file: str, content: bytes, known: Known, spells: Spells) -> Iterator[Item]:
    try:
        government = _part(read_json(content), GOVERNMENT)
        actor = _actor(government, known)
        entries = _entries(government)
    except Malformed as fault:
        yield fault.reject(file)
        yield FileRead(file, 1)
        return
    except Unusable as fault:
        yield Reject(file, _line(content, fault.key), fault.key, str(fault))
        yield FileRead(file, 1)
        return
    line = _line(content, LIST)
    if not entries:
        yield OutOfScope(file, line, NO_LIST)
    elif actor is None:
        yield from (OutOfScope(file, line, NO_STATE) for _ in entries)
    else:
        yield from (_item(file, line, entry, actor, spells) for entry in entries)
    yield FileRead(file, len(entries) or 1)


def _item(file: str, line: int, entry: str, actor: URIRef, spells: Spells) -> Item:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        return Reject(file, line, LIST, f"{entry!r} is no abbreviation with a status in brackets; is the file whole?")
    if entry == "none":
        return OutOfScope(file, line, NONE_LISTED)
    abbreviation, status = match["abbreviation"], "; ".join(_STATUS.findall(match["statuses"]))
    if abbreviation not in FORUMS:
        return OutOfScope(file, line, NOT_HERE)
    if status in UNPLACED:
        return OutOfScope(file, line, NO_ROLE)
    if status not in ROLES:
        return Reject(file, line, LIST, f"{status!r} is no status known, in {entry!r}")
    listed, role_of_members = FORUMS[abbreviation]
    forum = LISTED_OTHERWISE.get((listed, actor), listed)
    if forum is None:
        return OutOfScope(file, line, NO_ROLE)
    roles = [coded("membership-role", role_of_members if role == "member" else role) for role in ROLES[status]]
    numbers = [spells.today(forum, actor, role) for role in roles]
    member = coded("membership-role", role_of_members)
    if numbers[0] is None:
        return OutOfScope(file, line, LEFT)
    if member not in roles and spells.goes_on(forum, actor, member):
        return OutOfScope(file, line, STALE)
    evidence = (DATASET.evidence(f"{file}, {entry}"),)
    made = [
        Membership(forum=forum, member=actor, role=role, spell=number, evidence=evidence)
        for role, number in zip(roles, numbers, strict=True)
        if number is not None  # a suspension that was lifted, of a membership that goes on
    ]
    return Located(file, line, made[0], tuple(made[1:]))


def _actor(government: Mapping[str, Any], known: Known) -> URIRef | None:
    """Return the state whose profile it is, or the European Union, or None for a territory; raise Unusable."""
    if NAME not in government and UNION in government:
        return EUROPEAN_UNION
    names = [_text(_part(government, NAME), form) for form in FORMS]
    found = {actor for name in names if (actor := _state(name, known)) is not None}
    if len(found) > 1:
        raise Unusable(NAME, f"{' and '.join(map(repr, names))} are names of different states")
    if found:
        return found.pop()
    if DEPENDENT not in government and not any(not_a_state(name) for name in names):
        raise Unusable(NAME, f"no state is called {' or '.join(map(repr, names))}, and no dependency is stated")
    return None


def _state(name: str, known: Known) -> URIRef | None:
    try:
        match = known.states.resolve(name, kind="state") if name not in ("", "none") else None
    except AmbiguousNameError:
        return None
    return match.actor if match else None


def _entries(government: Mapping[str, Any]) -> list[str]:
    """Return the entries of the list: it is split at commas outside brackets."""
    if LIST not in government:
        return []
    text, depth, entries = _text(_part(government, LIST), "text", LIST), 0, [""]
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            entries.append("")
        else:
            entries[-1] += sign
    return [" ".join(entry.split()) for entry in entries] if text else []


def _part(held: Any, key: str) -> Mapping[str, Any]:
    part = held.get(key) if isinstance(held, dict) else None
    if not isinstance(part, dict):
        raise Unusable(key, f"the key {key!r} is missing or holds no keys; is the file whole?")
    return part


def _text(held: Mapping[str, Any], key: str, column: str = NAME) -> str:
    """Return a text without the markup that the Factbook's pages have in it; empty where the key is not there."""
    value = held.get(key, "")
    if isinstance(value, dict):
        value = value.get("text")
    if not isinstance(value, str):
        raise Unusable(column, f"the value of {key!r} is no text")
    plain = html.unescape(_TAG.sub("", value))
    if control := control_in(plain):
        raise Unusable(column, f"the value of {key!r} holds the control character {control}")
    return " ".join(plain.split())


def _line(content: bytes, key: str) -> int:
    """Return the line on which a key stands, or the first."""
    before, found, _ = content.partition(f'"{key}"'.encode())
    return before.count(b"\n") + 1 if found else 1


DATASET = DataSet(
    name="factbook",
    title="The World Factbook as data: participation in international organizations",
    publisher="factbook.json, from the US Central Intelligence Agency",
    address="https://github.com/factbook/factbook.json",
    version="commit 8662a8b, 2026-05-17",
    licence=CC0,
    redistributable=True,
    citation="CIA, The World Factbook, as JSON by factbook.json, version of 17 May 2026",
    published="2026-05-17",
    wanted=tuple(f"{region}/*.json" for region in REGIONS),
    origins=(
        Origin(
            address="https://github.com/factbook/factbook.json/archive/8662a8b17a784841ab4528631b04090eb2f183eb.tar.gz",
            name="",
            is_archive=True,
        ),
    ),
    digest="f37c3b9b71323fa1987799d381ac2b1f1b7d047b63a4c291b088fae6f1de4e57",
    parse=parse,
)
