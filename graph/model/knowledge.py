"""What is known about the record itself: reported numbers, completeness, and sources."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import URIRef

from graph.dates import Stated
from graph.record import Record, Thing, address, code, integer, reference, text, when
from graph.terms import CG, DCTERMS


@dataclass(frozen=True, kw_only=True)
class ReportedCount(Thing, kind="count"):
    """A number that somebody reported on a day, where the names behind it may not be public."""

    count_of: URIRef = reference(CG.countOf, "forum", "organisation", "document", "decision", "event", required=True)
    counted: URIRef = code(CG.counted, "counted", required=True)
    number: int = integer(CG.reportedNumber, required=True)
    date: Stated | None = when(CG.date)


@dataclass(frozen=True, kw_only=True)
class Completeness(Thing, kind="completeness"):
    """That a list of ours holds all there were, between two days, by a source. Outside it, absent means unknown."""

    list_of: URIRef = reference(CG.listOf, "forum", "organisation", "document", "decision", "ballot", required=True)
    listed: URIRef = code(CG.listed, "counted", required=True)
    complete_from: Stated | None = when(CG.completeFrom)
    complete_to: Stated | None = when(CG.completeTo)


@dataclass(frozen=True, kw_only=True)
class Source(Record, kind="source"):
    """Where a statement was read, with its rank: 1 issuing body, 2 archived copy, 3 peer or scholarship, 4 press."""

    wording = "{title}"
    id: str
    title: str | None = text(DCTERMS.title, language="en")
    publisher: str | None = text(CG.publisherName)
    address: URIRef | None = address(CG.sourceAddress)
    rank: int | None = integer(CG.sourceRank)  # none for the editors' recollection alone
    source_kind: URIRef = code(CG.sourceKind, "source-kind", required=True)
    version: str | None = text(CG.sourceVersion)
    language: str | None = text(DCTERMS.language)  # two letters, as in de
    published: Stated | None = when(DCTERMS.issued)
    opened: Stated | None = when(CG.retrieved)

    @property
    def key(self) -> tuple[str, ...]:
        return (self.id,)
