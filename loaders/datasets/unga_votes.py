"""Roll calls of the General Assembly: what the data sets of its votes have in common.

Which ballots are on the security of information and communications technologies or on cybercrime, whose vote a cell
is, and which ballot a roll call is. The data sets themselves are `unga_unvotes`, `unga_wide` and `unga_library`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import URIRef

from graph.dates import Stated
from graph.model import Ballot, Document, Vote
from graph.record import Evidence, Record, coded
from graph.terms import ID, slug
from loaders.known import Known

ASSEMBLY = ID["organisation/un-ga"]
YES, ABSTAIN, NO, NOT_VOTING = (coded("vote", value) for value in ("yes", "abstain", "no", "not-voting"))
FINAL, WHOLE, PARAGRAPH = (
    coded("ballot-stage", "final"),
    coded("ballot-scope", "whole"),
    coded("ballot-scope", "paragraph"),
)
RECORDED = coded("ballot-mode", "recorded-vote")
RESOLUTION, DRAFT = coded("document-kind", "resolution"), coded("document-kind", "draft-resolution")
SECURITY, CYBERCRIME = "un-norms", "cybercrime"  # topics

OTHER_TOPIC = "a ballot on neither the security of information and communications technologies nor cybercrime"


@dataclass(frozen=True)
class Resolution:
    """A resolution that serves this graph and was put to a recorded vote, by hand.

    `rcid` is the number of its roll call in Erik Voeten's data: known by the symbol there up to session 74, and found
    by date, totals and pattern later, so that it counts only where the totals are those on record.
    """

    symbol: str
    topic: str
    rcid: int | None = None


RESOLUTIONS = (
    Resolution("A/RES/60/45", SECURITY, 4618),
    Resolution("A/RES/61/54", SECURITY, 4700),
    Resolution("A/RES/62/17", SECURITY, 4770),
    Resolution("A/RES/63/37", SECURITY, 4864),
    Resolution("A/RES/71/28", SECURITY, 5500),
    Resolution("A/RES/73/27", SECURITY, 6073),
    Resolution("A/RES/73/187", CYBERCRIME, 6138),
    Resolution("A/RES/73/266", SECURITY, 6156),
    Resolution("A/RES/74/28", SECURITY, 9076),
    Resolution("A/RES/74/29", SECURITY, 9093),
    Resolution("A/RES/74/247", CYBERCRIME, 9087),
    Resolution("A/RES/75/32", SECURITY, 9194),
    Resolution("A/RES/75/240", SECURITY, 9149),
    Resolution("A/RES/77/36", SECURITY, 9323),
    Resolution("A/RES/77/37", SECURITY, 9325),
    Resolution("A/RES/78/16", SECURITY, 9413),
    Resolution("A/RES/78/237", SECURITY, 9437),
    Resolution("A/RES/80/16", SECURITY),
)
BY_SYMBOL = {resolution.symbol: resolution for resolution in RESOLUTIONS}
BY_RCID = {resolution.rcid: resolution for resolution in RESOLUTIONS if resolution.rcid}

_SYMBOL = re.compile(r"(?:A/RES|R)/(?:(\d{1,2})/\d{1,4}[A-Z]{0,2}|ES-\d{1,2}/\d{1,3})")
FIRST_WITH_SYMBOLS = 31  # the session from which on a resolution's number begins with that of its session


def symbol_of(written: str, session: int) -> str | None:
    """Return the symbol that a data set means, or None where it cannot be told to be one.

    >>> symbol_of("R/73/27", 73), symbol_of("A/RES/74/28", 74), symbol_of("R/1/79", 1)
    ('A/RES/73/27', 'A/RES/74/28', None)
    """
    match = _SYMBOL.fullmatch(written)
    if match is None or session < FIRST_WITH_SYMBOLS or (match[1] and int(match[1]) != session):
        return None
    return "A/RES/" + written.split("/", 2 if written.startswith("A/") else 1)[-1]


@dataclass(frozen=True)
class RollCall:
    """A roll call as a data set has it: its number there, the text, and what is known of the two."""

    number: str
    text: str  # the symbol of the United Nations, or what the data set calls the text
    has_symbol: bool
    date: Stated
    session: str
    is_paragraph: bool = False
    totals: tuple[int | None, ...] = (None,) * 4  # yes, no, abstaining, not voting, where the source states them

    @property
    def topic(self) -> str | None:
        """What the ballot is about, of what serves this graph."""
        resolution = BY_SYMBOL.get(self.text) if self.has_symbol and not self.is_paragraph else None
        return resolution.topic if resolution else None


@dataclass
class Opened:
    """A roll call whose votes are claims: its ballot, its evidence, and what is to be made with its first vote."""

    call: RollCall
    ballot: URIRef
    evidence: tuple[Evidence, ...]
    beside: tuple[Record, ...]


class Ballots:
    """The Assembly's ballots on whole texts that are known, by symbol; and how another one is made."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._made: set[URIRef] = set()
        self._by_symbol = {symbol: ballot for ballot in known.of(Ballot) for symbol in self._symbols(ballot)}

    def _symbols(self, ballot: Ballot) -> Iterator[str]:
        document = self._known.get(ballot.document)
        is_it = (ballot.body, ballot.stage, ballot.scope) == (ASSEMBLY, FINAL, WHOLE)
        if is_it and isinstance(document, Document):
            yield from document.symbol

    def on(self, symbol: str) -> Ballot | None:
        """Return the known ballot on the whole of a resolution."""
        return self._by_symbol.get(symbol)

    def of(self, call: RollCall, evidence: Evidence) -> tuple[URIRef, tuple[Record, ...]]:
        """Return the ballot that a roll call is, and the records to be made with its first vote.

        A known ballot keeps its totals: votes that were taken down with gaps are no reason to doubt them.
        """
        known = self.on(call.text) if call.has_symbol and not call.is_paragraph else None
        if known is not None:
            return known.iri, ()
        document = _document(call, evidence)
        ballot = _ballot(call, document, evidence)
        is_known = document.iri in self._made or self._known.get(document.iri) is not None
        self._made.add(document.iri)
        return ballot.iri, (ballot,) if is_known else (document, ballot)


def _document(call: RollCall, evidence: Evidence) -> Document:
    if call.has_symbol:
        return Document(
            id=slug(call.text),
            name=f"General Assembly resolution {call.text.removeprefix('A/RES/')}",
            symbol=(call.text,),
            document_kind=RESOLUTION,
            issued_by=(ASSEMBLY,),
            topics=(coded("topic", call.topic),) if call.topic else (),
            evidence=(evidence,),
        )
    name = f"Text before the General Assembly in session {call.session}, {call.text} in the data set"
    return Document(id=slug(f"unga {call.text}"), name=name, document_kind=DRAFT, evidence=(evidence,))


def _ballot(call: RollCall, document: Document, evidence: Evidence) -> Ballot:
    """Return a ballot of its own: two roll calls on one text are never one ballot."""
    alone = call.has_symbol and not call.is_paragraph
    yes, no, abstain, not_voting = call.totals
    what = f"a paragraph of {call.text}" if call.is_paragraph else call.text
    return Ballot(
        id=document.id if alone else f"{document.id}-rcid-{call.number}",
        name=f"General Assembly on {what}" + ("" if alone else f" (roll call {call.number})"),
        document=document.iri,
        body=ASSEMBLY,
        stage=FINAL,
        scope=PARAGRAPH if call.is_paragraph else WHOLE,
        mode=RECORDED,
        session=call.session,
        date=call.date,
        yes=yes,
        no=no,
        abstain=abstain,
        not_voting=not_voting,
        evidence=(evidence,),
    )


def vote(ballot: URIRef, voter: URIRef, value: URIRef, evidence: tuple[Evidence, ...]) -> Vote:
    """Return a vote; the evidence is that of its roll call and the same for all of them."""
    return Vote(ballot=ballot, voter=voter, value=value, evidence=evidence)
