"""Sanctions programmes as OpenSanctions describes them: those against cyber acts, with their authority and legal acts.

Only the programmes and their issuers are read, which are MIT. The lists of persons and entities in the same repository,
and its table of the European Union's map of sanctions, are CC BY-NC 4.0 and full of personal data: they stay unread.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Document, Organisation, SanctionsRegime
from graph.terms import slug
from loaders.dataset import MIT, DataSet, Files, Options, Origin, again
from loaders.known import Known
from loaders.resolve import AmbiguousNameError, Resolver
from loaders.structured import Malformed, read_yaml

PROGRAMMES, ISSUERS = "programs/", "issuers/"
CYBERSPACE = "ip"  # the data set's code for cyberspace, among those of territories
STATUSES = {"ended": "has ended", "legacy": "is no longer added to"}
NULL = ("", "null", "~")  # what YAML takes for no value, kept as text by our reader

ISSUER = "an issuer: read for the authority of its programmes"
NOT_CYBER = "the programme is not directed at cyberspace, and no regime known here stands on its acts"
NO_AUTHORITY = "the issuer is neither a state nor an organisation known here"

_NEEDED = ("key", "title", "issuer")
_READ = (*_NEEDED, "aliases", "target_territories", "status")
_UNREAD = ("id", "url", "summary", "dataset", "measures")
_ISSUER_NEEDED = ("name", "territory")
_ISSUER_KNOWN = (*_ISSUER_NEEDED, "id", "acronym", "organisation")


class Unusable(ValueError):
    """A programme that makes no claim, with the key at fault."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


@dataclass(frozen=True)
class Context:
    """What programmes are resolved against: issuers, organisations, and the curated regimes with their acts."""

    known: Known
    organisations: Resolver
    issuers: dict[str, dict[str, Any]]
    acts: dict[str, URIRef]  # by symbol
    regimes: tuple[SanctionsRegime, ...]

    @classmethod
    def of(cls, known: Known, issuers: dict[str, dict[str, Any]]) -> Context:
        """Gather it."""
        acts = {_spelt(symbol): text.iri for text in known.of(Document) for symbol in text.symbol}
        return cls(known, Resolver(known.of(Organisation)), issuers, acts, tuple(known.of(SanctionsRegime)))

    def authority(self, name: str) -> URIRef | None:
        """Return the state or organisation behind an issuer, or None; raise Unusable where no such issuer is given."""
        issuer = self.issuers.get(name)
        if issuer is None:
            raise Unusable("issuer", f"there is no file {ISSUERS}{name}.yml that could be read")
        territory = issuer["territory"]
        if territory not in (*NULL, "eu", "un", "zz"):
            return self.known.state(territory.upper())
        for called in (issuer.get("organisation", ""), issuer["name"]):
            if called not in NULL and (match := self.organisations.resolve(called, kind="organisation")):
                return match.actor
        return None

    def curated(self, authority: URIRef, acts: tuple[URIRef, ...]) -> SanctionsRegime | None:
        """Return the regime of the authority that stands on one of the acts; raise Unusable where several do."""
        found = [one for one in self.regimes if one.authority == authority and not set(acts).isdisjoint(one.acts)]
        if len(found) > 1:
            raise Unusable("aliases", f"the acts are those of several regimes: {', '.join(one.id for one in found)}")
        return found[0] if found else None


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a regime for each programme in scope; the one known here, where authority and legal act are the same."""
    issuers: dict[str, dict[str, Any]] = {}
    for file in sorted(name for name in files if name.startswith(ISSUERS)):
        content, faults = _mapping(file, files[file], _ISSUER_NEEDED, _ISSUER_KNOWN)
        yield from faults
        if content is not None:
            issuers[_stem(file)] = content
            yield OutOfScope(file, 1, ISSUER)
        yield FileRead(file, 1)
    context = Context.of(known, issuers)
    programmes = sorted(name for name in files if name.startswith(PROGRAMMES))
    if not programmes:
        yield Reject(PROGRAMMES, 0, "-", "there is no file of a programme; is the folder whole?", is_row=False)
    for file in programmes:
        content, faults = _mapping(file, files[file], _NEEDED, (*_READ, *_UNREAD))
        yield from faults
        if content is not None:
            yield _item(file, content, context, options)
        yield FileRead(file, 1)


def _item(file: str, programme: dict[str, Any], context: Context, options: Options) -> Item:
    try:
        aliases, territories = (_words(programme, key) for key in ("aliases", "target_territories"))
        status = _status(programme)
        if programme["key"] != _stem(file):
            raise Unusable("key", f"the key is {programme['key']!r} and the file is called {_stem(file)!r}")
        authority = context.authority(programme["issuer"])
        if authority is None:
            return OutOfScope(file, 1, NO_AUTHORITY)
        acts = tuple(dict.fromkeys(context.acts[_spelt(name)] for name in aliases if _spelt(name) in context.acts))
        regime = context.curated(authority, acts)
    except Unusable as fault:
        return Reject(file, 1, fault.column, str(fault))
    except (AmbiguousNameError, ValueError) as error:
        return Reject(file, 1, "issuer", str(error))
    evidence = DATASET.evidence(f"programme {programme['key']}", note=status)
    if regime is not None:
        return Located(file, 1, again(regime, evidence, acts=acts))
    if CYBERSPACE not in territories and not options.everything:
        return OutOfScope(file, 1, NOT_CYBER)
    own = SanctionsRegime(
        id=f"opensanctions-{slug(programme['key'])}",
        name=" ".join(programme["title"].split()),
        authority=authority,
        acts=acts,
        evidence=(evidence,),
    )
    return Located(file, 1, own)


def _mapping(
    file: str, content: bytes, needed: tuple[str, ...], known: tuple[str, ...]
) -> tuple[dict[str, Any] | None, list[Reject]]:
    """Return what a file holds, or None, and what is wrong with it."""
    try:
        held = read_yaml(content)
    except Malformed as fault:
        return None, [fault.reject(file)]
    if not isinstance(held, dict):
        return None, [Reject(file, 1, "-", "the file holds no keys with values; is it whole?")]
    unknown = [str(key) for key in held if key not in known]
    for key in needed:
        if not isinstance(held.get(key), str) or (held[key] in NULL and key != "territory"):
            near = difflib.get_close_matches(key, unknown, n=1, cutoff=0.6)
            hint = f"; is it the key {near[0]!r}?" if near else ""
            return None, [Reject(file, 1, key, f"the key {key!r} is missing, empty or no text{hint}")]
    return held, [
        Reject(file, 1, key, f"the key {key!r} is not known and was not read", is_row=False) for key in unknown
    ]


def _words(programme: dict[str, Any], key: str) -> list[str]:
    words = programme.get(key, [])
    if words in NULL:
        return []
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Unusable(key, f"the value of {key!r} is no list of words")
    return words


def _status(programme: dict[str, Any]) -> str | None:
    """Return what the data set says of a programme that is not in use any more; it gives no day for the end."""
    status = programme.get("status", "")
    if status in NULL:
        return None
    if status not in STATUSES:
        raise Unusable("status", f"{status!r} is no status known; known are {', '.join(STATUSES)}")
    return f"By the data set the programme {STATUSES[status]}; it gives no day for that"


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".yml")


def _spelt(symbol: str) -> str:
    return " ".join(symbol.casefold().split())


DATASET = DataSet(
    name="sanctions-programmes",
    title="Sanctions programmes and their issuers",
    publisher="OpenSanctions",
    address="https://github.com/opensanctions/opensanctions/tree/main/meta",
    version="2026-08-22",
    licence=MIT,
    redistributable=True,
    citation="OpenSanctions contributors, metadata of sanctions programmes, version of 22 August 2026",
    published="2026-08-22",
    wanted=(f"{PROGRAMMES}*.yml", f"{ISSUERS}*.yml"),
    origins=(
        Origin(
            address="https://github.com/opensanctions/opensanctions/archive/"
            "f33cff233ff4393a8c71784cfe280275727b52ca.tar.gz",
            name="meta",
            is_archive=True,
        ),
    ),
    digest="181f1e680a6b10192cbddb0abe98c6d691ffd1b61ef688c2367f300f802218ad",
    parse=parse,
)
