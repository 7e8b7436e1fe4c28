"""Members of international organisations and groups by internacia-db, of those that are forums of this graph.

One block a file, one row a member. Which block is which of our forums is a table made by hand, for names mislead: its
IGF is about mining and its FSB about banks. Part of the data set was filled by a program, so blocks that list whoever
is a member of the United Nations are left out. Later versions give some coalitions the list of members of the World
Health Organization (the Freedom Online Coalition among them): this version is pinned, and they must not be taken.
The data set does not say of which day a list is, so a membership without a day stays without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.model import Membership, Organisation, State
from graph.record import Record, coded
from graph.terms import ID, slug
from loaders.dataset import MIT, DataSet, Files, Options, Origin
from loaders.datasets.internacia_blocks import BLOCKS, LEFT_OUT, NO_ORGANISATION, ROLES, UNPLACED
from loaders.datasets.keyed import NULL, Keys, Unusable, words
from loaders.datasets.spells import LEFT, Spells
from loaders.known import Known
from loaders.resolve import AmbiguousNameError
from loaders.structured import Malformed, read_yaml

FOLDER = "data/intblocks/"
NOT_HERE = "a block that is no forum or organisation of this graph"
NO_MEMBERS = "a block without members"
NO_STATE = "a member that is no state here: a territory or an organisation"
NO_ROLE = "a status that is no role here"
NOT_FORMAL = "a block that is no organisation: informal, or a way to sort countries"

BLOCK = Keys(
    needed=("id", "name", "blocktype", "status"),
    optional=("includes", "membership_count", "geographic_scope"),
    unread=(
        *("description", "tags", "topics", "links", "other_names", "languages", "founded", "wikidata_id", "acronyms"),
        *("headquarters", "regions", "legal_status", "partof", "notes", "official_documents", "recognition_status"),
        *("founding_members", "social_media", "secretariat", "dissolved", "suborganizations", "previous_names"),
        *("official_languages", "successor", "purpose", "active_period", "predecessors", "successors", "ended"),
        "succeeded_by",
    ),
)
MEMBER = Keys(needed=("id", "name", "type", "status"), optional=("joined", "left"), unread=("note",))
ORGANISATIONS = {"EU": ID["organisation/eu"]}  # members that are none of states
CODES = {"KV": "XK", "false": "NO"}  # Kosovo, and Norway by somebody whose YAML took its code for a no
_FIRST_KEY = re.compile(r"- \S")


@dataclass(frozen=True)
class Context:
    """What members are resolved against."""

    known: Known
    states: Mapping[str, State]  # of today, by code of two letters
    spells: Spells


@dataclass(frozen=True)
class Block:
    """A block with what its members' claims are about; the organisation where it is one of the data set's own."""

    path: str  # within the folder, without the ending
    forum: URIRef
    role_of_members: str
    note: str | None
    own: Organisation | None = None


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a membership for each member of a block in scope; every other row is out of scope by a rule."""
    states = {state.alpha2: state for state in known.of(State) if state.alpha2 and not _is_former(state)}
    context = Context(known, states, Spells(known))
    blocks = sorted(name for name in files if name.startswith(FOLDER))
    if not blocks:
        yield Reject(FOLDER, 0, "-", "there is no file of a block; is the folder whole?", is_row=False)
    for file in blocks:
        yield from _block(file, files[file], context, options)


def _block(file: str, content: bytes, context: Context, options: Options) -> Iterator[Item]:
    members: list[Any] = []
    try:
        held = BLOCK.of(read_yaml(content))
        yield from BLOCK.strangers(file, held)
        if not content.endswith(b"\n") and list(held)[-1] == "includes":  # half of a list is a list
            raise Unusable("includes", "the file ends within the list of members; is it whole?")
        members = _members(held)
        rule = _rule(file, held, options)
    except Malformed as fault:
        yield fault.reject(file)
        yield FileRead(file, 1)
        return
    except Unusable as fault:
        yield Reject(file, 1, fault.key, str(fault))
        yield FileRead(file, 1)
        return
    lines = _lines(content, len(members))
    if rule is not None or not members:
        yield from (OutOfScope(file, line, rule or NO_MEMBERS) for line in lines or [1])
    else:
        block = _own_or_ours(file, held, members)
        yield from (_item(file, line, member, block, context) for line, member in zip(lines, members, strict=True))
    yield FileRead(file, len(members) or 1)


def _members(held: Mapping[str, Any]) -> list[Any]:
    members = held.get("includes", [])
    if members in NULL:
        return []
    if not isinstance(members, list):
        raise Unusable("includes", "the value of 'includes' is no list")
    return members


def _lines(content: bytes, number: int) -> list[int]:
    """Return the line on which each member begins, as the data set writes its lists; else that of the list's key."""
    text = content.decode("utf-8-sig").splitlines()
    start = next((line for line, words_ in enumerate(text, start=1) if words_.startswith("includes:")), 1)
    found: list[int] = []
    for line, words_ in enumerate(text[start:], start=start + 1):
        if words_[:1] not in ("-", " ", ""):
            break
        if _FIRST_KEY.match(words_):
            found.append(line)
    return found if len(found) == number else [start] * number


def _rule(file: str, held: Mapping[str, Any], options: Options) -> str | None:
    """Return the rule that leaves a block out, if one does."""
    path = _path(file)
    if path in BLOCKS:
        return None
    if path in LEFT_OUT:
        return LEFT_OUT[path]
    if not options.everything:
        return NOT_HERE
    types = held["blocktype"]
    if held["status"] != "formal" or not isinstance(types, list) or not NO_ORGANISATION.isdisjoint(types):
        return NOT_FORMAL
    return None


def _own_or_ours(file: str, held: Mapping[str, Any], members: list[Any]) -> Block:
    path, counted = _path(file), words(held, "membership_count")
    note = None
    if counted and counted != str(len(members)):
        note = f"The data set counts {counted} members of the block and lists {len(members)}"
    if path in BLOCKS:
        forum, role = BLOCKS[path]
        return Block(path, forum, role, note)
    regional = words(held, "geographic_scope") == "regional"
    organisation = Organisation(
        id=f"internacia-{slug(path)}",
        name=words(held, "name"),
        organisation_kind=coded("organisation-kind", f"{'regional' if regional else 'international'}-organisation"),
        forum_kind=coded("forum-kind", "organisation"),
        evidence=(DATASET.evidence(path),),
    )
    return Block(path, organisation.iri, "member", note, organisation)


def _item(file: str, line: int, member: Any, block: Block, context: Context) -> Item:
    try:
        held = MEMBER.of(member)
        status = words(held, "status")
        if status in UNPLACED:
            return OutOfScope(file, line, NO_ROLE)
        if status not in ROLES:
            raise Unusable("status", f"{status!r} is no status known; known are {', '.join((*ROLES, *UNPLACED))}")
        actor = _actor(held, context)
        if actor is None:
            return OutOfScope(file, line, NO_STATE)
        start, end = _date(held, "joined"), _date(held, "left")
    except Unusable as fault:
        return Reject(file, line, fault.key, str(fault))
    roles = [block.role_of_members if role == "member" else role for role in ROLES[status]]
    spells = [context.spells.today(block.forum, actor, coded("membership-role", role)) for role in roles]
    if end is None and None in spells:
        return OutOfScope(file, line, LEFT)
    evidence = (DATASET.evidence(f"{block.path}, {held['id']}", note=block.note),)
    made: list[Record] = [
        Membership(
            forum=block.forum,
            member=actor,
            role=coded("membership-role", role),
            spell=spell or 1,
            start=start,
            end=end,
            evidence=evidence,
        )
        for role, spell in zip(roles, spells, strict=True)
    ]
    own = (block.own,) if block.own else ()
    return Located(file, line, made[0], (*own, *made[1:]))


def _actor(held: Mapping[str, Any], context: Context) -> URIRef | None:
    """Return the state that a member's code means, or None for what is no state here; its name must not differ."""
    code, kind = words(held, "id"), words(held, "type")
    code = CODES.get(code, code)
    if kind not in ("country", "organization", "territory"):
        raise Unusable("type", f"{kind!r} is no type known; known are country, organization, territory")
    if kind != "country":
        return ORGANISATIONS.get(code)
    if not re.fullmatch("[A-Z]{2}", code):
        raise Unusable("id", f"{code!r} is no code of two letters")
    state = context.states.get(code)
    try:
        named = context.known.states.resolve(words(held, "name"), kind="state")
    except AmbiguousNameError:
        named = None
    if named is not None and (state is None or named.actor != state.iri):
        raise Unusable("id", f"the code {code!r} and the name {held['name']!r} are not of one state")
    return state.iri if state else None


def _date(held: Mapping[str, Any], key: str) -> Stated | None:
    written = words(held, key)
    try:
        return Stated.parse(written) if written else None
    except ValueError as error:
        raise Unusable(key, str(error)) from None


def _is_former(state: State) -> bool:
    return state.state_kind == coded("state-kind", "former-state")


def _path(file: str) -> str:
    return file.removeprefix(FOLDER).removesuffix(".yaml")


DATASET = DataSet(
    name="internacia",
    title="internacia-db: international organisations, groups and their members",
    publisher="Dateno",
    address="https://github.com/datenoio/internacia-db",
    version="commit 6f69d84, 2025-12-20",
    source_id="internacia-db",
    licence=MIT,
    redistributable=True,
    citation="Dateno, internacia-db, version of 20 December 2025",
    published="2025-12-20",
    wanted=(f"{FOLDER}*.yaml",),
    origins=(
        Origin(
            address="https://github.com/datenoio/internacia-db/archive/6f69d8418a55ba4a9c6d0134831e41444170cb0e.tar.gz",
            name="",
            is_archive=True,
        ),
    ),
    digest="0238186cbf56c161aca81d1d43de039d6593eea91033bec229599f14794b2262",
    parse=parse,
)
