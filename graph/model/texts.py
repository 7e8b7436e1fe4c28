"""Texts, the undertakings that stand in them, and how actors took them on: votes, treaty actions, statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rdflib import URIRef

from graph.dates import Stated
from graph.model.kinds import ACTOR, TEXT, UNDERTAKING
from graph.record import Claim, Record, Thing, address, code, integer, reference, text, when
from graph.terms import CG, DCTERMS, FOAF


@dataclass(frozen=True, kw_only=True)
class Document(Thing, kind="document"):
    """A text: resolution, report, declaration, strategy, treaty."""

    symbol: tuple[str, ...] = text(DCTERMS.identifier, many=True)
    document_kind: URIRef = code(CG.documentKind, "document-kind", required=True)
    date: Stated | None = when(CG.date)
    issued_by: tuple[URIRef, ...] = reference(CG.issuedBy, "organisation", "forum", "state", "group", many=True)
    in_force: Stated | None = when(CG.inForceFrom)
    full_text: URIRef | None = address(CG.fullText)
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)

    @property
    def types(self) -> tuple[URIRef, ...]:
        return (CG.Treaty,) if str(self.document_kind).endswith(("/treaty", "/protocol")) else (CG.Document,)


@dataclass(frozen=True, kw_only=True)
class Decision(Document, kind="decision"):
    """A decision of a body that is known by its number, such as an OSCE Permanent Council decision."""

    @property
    def types(self) -> tuple[URIRef, ...]:
        return (CG.Decision,)


@dataclass(frozen=True, kw_only=True)
class Publication(Thing, kind="publication"):
    """A study, brief, book or article about the field."""

    authors: tuple[URIRef, ...] = reference(DCTERMS.creator, "person", "organisation", many=True)
    author_names: str | None = text(CG.authorNames)
    publisher: tuple[URIRef, ...] = reference(DCTERMS.publisher, "organisation", "state", "forum", many=True)
    publisher_name: str | None = text(CG.publisherName)
    date: Stated | None = when(CG.date)
    publication_kind: URIRef = code(CG.publicationKind, "publication-kind", required=True)
    identifier: tuple[str, ...] = text(DCTERMS.identifier, many=True)
    page: URIRef | None = address(FOAF.page)
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)
    about: tuple[URIRef, ...] = reference(CG.about, *TEXT, "forum", "organisation", "operation", many=True)
    result_of: URIRef | None = reference(CG.resultOf, "project")


@dataclass(frozen=True, kw_only=True)
class Provision(Record, kind="provision"):
    """A paragraph, article or annex of a document; made from the commitments that stand in it."""

    wording = "{provision_of}, {paragraph}"
    provision_of: URIRef = reference(CG.provisionOf, "document", "decision", key=True)
    paragraph: str = text(CG.paragraph, key=True)


@dataclass(frozen=True, kw_only=True)
class Commitment(Thing, kind="commitment"):
    """An undertaking that some actor accepted."""

    paraphrase: str | None = text(CG.paraphrase, language="en")
    commitment_kind: URIRef = code(CG.commitmentKind, "commitment-kind", required=True)
    stated_in: URIRef = reference(CG.statedIn, "document", "decision", "provision", required=True)
    number: str | None = text(CG.number)
    adopted_by: tuple[URIRef, ...] = reference(CG.adoptedBy, "organisation", "forum", "state", "group", many=True)
    commitment_status: URIRef = code(CG.commitmentStatus, "commitment-status", required=True)
    bindingness: URIRef = code(CG.bindingness, "bindingness", required=True)
    addressee: URIRef | None = code(CG.addressee, "addressee")
    addressed_to: tuple[URIRef, ...] = reference(CG.addressedTo, *ACTOR, many=True)
    date: Stated | None = when(CG.date)
    end: Stated | None = when(CG.end)
    framework_part: URIRef | None = code(CG.frameworkPart, "framework")
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)


@dataclass(frozen=True, kw_only=True)
class Norm(Commitment, kind="norm"):
    """One of the eleven norms of responsible state behaviour of 2015."""


@dataclass(frozen=True, kw_only=True)
class Proposal(Commitment, kind="proposal"):
    """A text put forward or written by experts that no body of states has accepted as an undertaking."""


@dataclass(frozen=True, kw_only=True)
class TextRelation(Claim, kind="relation"):
    """How one text stands to another, by somebody's judgement."""

    wording = "{from_text}: {relation} {to_text}"
    from_text: URIRef = reference(CG.fromText, *TEXT, "statement", key=True)
    relation: URIRef = code(CG.textRelation, "text-relation", key=True)
    to_text: URIRef = reference(CG.toText, *TEXT, "statement", "organisation", "forum", "measure", key=True)
    asserter: URIRef = reference(CG.asserter, "organisation", "state", "forum", key=True)
    justification: str | None = text(CG.justification, language="en")
    confidence: URIRef | None = code(CG.confidence, "confidence")


@dataclass(frozen=True, kw_only=True)
class Acceptance(Claim, kind="acceptance"):
    """That an actor accepted, dissociated from or opposed a text, in a mode."""

    wording = "{actor}: {mode}, {accepted}"
    accepted: URIRef = reference(CG.accepts, *UNDERTAKING, key=True)
    actor: URIRef = reference(CG.acceptedBy, *ACTOR, key=True)
    mode: URIRef = code(CG.acceptanceMode, "acceptance-mode", key=True)
    date: Stated | None = when(CG.date)
    end: Stated | None = when(CG.end)
    through: URIRef | None = reference(CG.through, "organisation", "forum", "group")


@dataclass(frozen=True, kw_only=True)
class TreatyAction(Claim, kind="treaty-action"):
    """A signature, ratification or other formal act of a state towards a treaty."""

    wording = "{actor}: {action}, {treaty}"
    treaty: URIRef = reference(CG.treaty, "document", key=True)
    actor: URIRef = reference(CG.actor, "state", "organisation", key=True)
    action: URIRef = code(CG.treatyActionKind, "treaty-action", key=True)
    date: Stated | None = when(CG.date)
    effective: Stated | None = when(CG.effectiveFrom)
    end: Stated | None = when(CG.end)  # of a reservation or declaration that was withdrawn
    territory: str | None = text(CG.territory)
    objection_to: URIRef | None = reference(CG.objectionTo, "treaty-action")


@dataclass(frozen=True, kw_only=True)
class Ballot(Thing, kind="ballot"):
    """A decision taken on a text: by recorded vote or without one."""

    document: URIRef = reference(CG.ballotOn, "document", "decision", required=True)
    body: URIRef = reference(CG.body, "organisation", "forum", required=True)
    stage: URIRef = code(CG.ballotStage, "ballot-stage", required=True)
    scope: URIRef = code(CG.ballotScope, "ballot-scope", required=True)
    paragraph: str | None = text(CG.paragraph)
    mode: URIRef | None = code(CG.ballotMode, "ballot-mode")
    session: str | None = text(CG.sessionNumber)
    date: Stated | None = when(CG.date)
    yes: int | None = integer(CG.yesCount)
    no: int | None = integer(CG.noCount)
    abstain: int | None = integer(CG.abstentionCount)
    not_voting: int | None = integer(CG.notVotingCount)


@dataclass(frozen=True, kw_only=True)
class Vote(Claim, kind="vote"):
    """How a state voted in one ballot. All votes that one source reports of a ballot share one evidence."""

    wording = "{voter}: {value}, {ballot}"
    shared_evidence: ClassVar[tuple[str, ...]] = ("ballot",)
    ballot: URIRef = reference(CG.ballot, "ballot", key=True)
    voter: URIRef = reference(CG.voter, "state", key=True)
    value: URIRef = code(CG.voteValue, "vote", required=True)
    intended: URIRef | None = code(CG.intendedValue, "vote")


@dataclass(frozen=True, kw_only=True)
class Sponsorship(Claim, kind="sponsorship"):
    """That an actor tabled or co-sponsored a text."""

    wording = "{sponsor}: {sponsorship_kind}, {document}"
    document: URIRef = reference(CG.sponsored, "document", "decision", "statement", key=True)
    sponsor: URIRef = reference(CG.sponsor, "state", "organisation", "group", key=True)
    sponsorship_kind: URIRef = code(CG.sponsorshipKind, "sponsorship-kind", key=True)


@dataclass(frozen=True, kw_only=True)
class Statement(Thing, kind="statement"):
    """Something said in public by an actor, for itself or for others."""

    statement_kind: URIRef = code(CG.statementKind, "statement-kind", required=True)
    speaker: URIRef = reference(CG.speaker, *ACTOR, required=True)
    capacity: URIRef | None = code(CG.speakingCapacity, "speaking-capacity")
    on_behalf_of: tuple[URIRef, ...] = reference(CG.onBehalfOf, *ACTOR, many=True)
    joined_by: tuple[URIRef, ...] = reference(CG.joinedBy, *ACTOR, many=True)
    document: URIRef | None = reference(CG.document, "document", "decision")
    event: URIRef | None = reference(CG.event, "event")
    explains: URIRef | None = reference(CG.explains, "ballot")
    date: Stated | None = when(CG.date)
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)


@dataclass(frozen=True, kw_only=True)
class Position(Claim, kind="position"):
    """The stance that an actor takes on one issue of international law in one statement."""

    wording = "{holder} on {issue}: {stance}"
    statement: URIRef = reference(CG.statement, "statement", key=True)
    holder: URIRef = reference(CG.holder, *ACTOR, key=True)
    issue: URIRef = code(CG.issue, "issue", key=True)
    stance: URIRef = code(CG.stance, "stance", required=True)
    paragraph: str | None = text(CG.paragraph)
    whole_text_read: Stated | None = when(CG.wholeTextReadOn)


@dataclass(frozen=True, kw_only=True)
class Alignment(Claim, kind="alignment"):
    """That an actor aligned itself with an act of another, on a date."""

    wording = "{actor} aligned with {act}"
    act: URIRef = reference(CG.alignedWith, "statement", "listing", "decision", "document", "attribution", key=True)
    actor: URIRef = reference(CG.actor, *ACTOR, key=True)
    date: Stated | None = when(CG.date)
