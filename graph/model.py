"""The model in code: one class for each kind of thing and claim, its fields in the order of its table's columns.

What the words mean stands in `ontology/cybergov.ttl`; what must hold stands in `ontology/shapes.ttl`. Fields marked
`key` make the identity of a claim. Attribution is a speech act: nothing here links an operation or a threat actor to
a state except as its target.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from rdflib import Literal as Text
from rdflib import URIRef

from graph.dates import Stated
from graph.record import (
    Alternatives,
    Claim,
    Record,
    Thing,
    address,
    amount,
    code,
    integer,
    reference,
    text,
    when,
)
from graph.terms import CG, DCTERMS, FOAF, RDFS, SKOS

ACTOR = ("state", "organisation", "person", "group", "forum")
TEXT = ("document", "decision", "norm", "commitment", "proposal")
UNDERTAKING = ("commitment", "norm", "proposal", "document", "decision")


# Actors


@dataclass(frozen=True, kw_only=True)
class State(Alternatives, kind="state"):
    """A state-like actor, of a kind stated apart; the class says nothing about recognition."""

    names: tuple[Text, ...] = text(RDFS.label, many=True, in_table=False)  # in other languages
    state_kind: URIRef = code(CG.stateKind, "state-kind", required=True)
    alpha2: str | None = text(CG.isoAlpha2)
    alpha3: str | None = text(CG.isoAlpha3)
    numeric: str | None = text(CG.isoNumeric)
    regional_group: URIRef | None = code(CG.regionalGroup, "un-regional-group")


@dataclass(frozen=True, kw_only=True)
class Succession(Claim, kind="succession"):
    """That one state-like actor succeeded another; never a mapping of the one onto the other."""

    wording = "{predecessor} succeeded by {successor}"
    predecessor: URIRef = reference(CG.predecessor, "state", key=True)
    successor: URIRef = reference(CG.successor, "state", key=True)
    succession_kind: URIRef | None = code(CG.successionKind, "succession-kind")
    date: Stated | None = when(CG.date)


@dataclass(frozen=True, kw_only=True)
class Organisation(Alternatives, kind="organisation"):
    """An organisation or one of its organs; typed forum as well where states meet in it."""

    abbreviation: str | None = text(CG.abbreviation)
    name_de: Text | None = text(SKOS.altLabel, language="de")
    organisation_kind: URIRef = code(CG.organisationKind, "organisation-kind", required=True)
    stakeholder_group: URIRef | None = code(CG.stakeholderGroup, "stakeholder-group")
    organ_of: URIRef | None = reference(CG.organOf, "organisation", "state")
    forum_kind: URIRef | None = code(CG.forumKind, "forum-kind")
    based_in: URIRef | None = reference(CG.basedIn, "state")
    city: str | None = text(CG.city)
    founded: Stated | None = when(CG.founded)
    homepage: URIRef | None = address(FOAF.homepage)

    @property
    def types(self) -> tuple[URIRef, ...]:
        own = CG.Organ if self.organ_of else CG.Organisation
        return (own, CG.Forum) if self.forum_kind else (own,)


@dataclass(frozen=True, kw_only=True)
class StateGroup(Alternatives, kind="group"):
    """States that speak or act together under a name, without being an organisation."""

    abbreviation: str | None = text(CG.abbreviation)


@dataclass(frozen=True, kw_only=True)
class Person(Thing, kind="person"):
    """An office-holder, author or speaker, in public function only."""

    public_function: str | None = text(CG.publicFunction, language="en")


@dataclass(frozen=True, kw_only=True)
class ThreatActor(Alternatives, kind="threat-actor"):
    """A name under which analysts group intrusions; an analytic construct, not a legal person."""

    attack_id: str | None = text(CG.attackId)


# Forums and processes


@dataclass(frozen=True, kw_only=True)
class Forum(Alternatives, kind="forum"):
    """A body, process or initiative in which actors meet or to which they subscribe."""

    abbreviation: str | None = text(CG.abbreviation)
    name_de: Text | None = text(SKOS.altLabel, language="de")
    forum_kind: URIRef = code(CG.forumKind, "forum-kind", required=True)
    part_of: URIRef | None = reference(CG.withinBody, "organisation", "forum")
    convened_by: tuple[URIRef, ...] = reference(CG.convenedBy, *ACTOR, many=True)
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    still: Stated | None = when(CG.stillSoOn)
    city: str | None = text(CG.city)
    homepage: URIRef | None = address(FOAF.homepage)
    description: str | None = text(DCTERMS.description, language="en")

    @property
    def types(self) -> tuple[URIRef, ...]:
        process = str(self.forum_kind).endswith(("/process", "/proposed-process", "/expert-group"))
        return (CG.Process,) if process else (CG.Forum,)


@dataclass(frozen=True, kw_only=True)
class Lineage(Claim, kind="lineage"):
    """How one forum stands to another, or to the decision that mandated it."""

    wording = "{forum}: {relation} {other}"
    forum: URIRef = reference(CG.lineageOf, "forum", "organisation", key=True)
    relation: URIRef = code(CG.lineageRelation, "lineage", key=True)
    other: URIRef = reference(CG.lineageTo, "forum", "organisation", "document", "decision", key=True)
    date: Stated | None = when(CG.date)


@dataclass(frozen=True, kw_only=True)
class Membership(Claim, kind="membership"):
    """That an actor holds a role in a forum, for one spell."""

    wording = "{member}: {role} of {forum}"
    forum: URIRef = reference(CG.forum, "forum", "organisation", key=True)
    member: URIRef = reference(CG.member, *ACTOR, key=True)
    role: URIRef = code(CG.role, "membership-role", key=True)
    spell: int = integer(CG.spell, key=True)
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    still: Stated | None = when(CG.stillSoOn)


@dataclass(frozen=True, kw_only=True)
class Office(Claim, kind="office"):
    """That somebody holds an office (chair, secretariat ...) in a body, for one spell."""

    wording = "{holder}: {office} of {body}"
    body: URIRef = reference(CG.body, "forum", "organisation", "event", key=True)
    office: URIRef = code(CG.officeRole, "office", key=True)
    holder: URIRef = reference(CG.holder, *ACTOR, key=True)
    spell: int = integer(CG.spell, key=True)
    from_state: URIRef | None = reference(CG.onBehalfOf, "state", "organisation")
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    still: Stated | None = when(CG.stillSoOn)


@dataclass(frozen=True, kw_only=True)
class Event(Thing, kind="event"):
    """A meeting: a session of a forum where `forum` and `session` are given, else a conference or dialogue."""

    forum: URIRef | None = reference(CG.sessionOf, "forum", "organisation")
    series: str | None = text(CG.series)
    edition: str | None = text(CG.edition)
    event_kind: URIRef = code(CG.eventKind, "event-kind", required=True)
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    city: str | None = text(CG.city)
    country: URIRef | None = reference(CG.takesPlaceIn, "state")
    organiser: tuple[URIRef, ...] = reference(CG.organiser, "organisation", "state", "forum", "person", many=True)
    organiser_name: str | None = text(CG.organiserName)
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)

    @property
    def types(self) -> tuple[URIRef, ...]:
        return (CG.Session,) if self.forum else (CG.Event,)


@dataclass(frozen=True, kw_only=True)
class Participation(Claim, kind="participation"):
    """That an actor took part in an event in a role."""

    wording = "{participant}: {role} at {event}"
    event: URIRef = reference(CG.event, "event", key=True)
    participant: URIRef = reference(CG.participant, *ACTOR, key=True)
    role: URIRef = code(CG.participationRole, "participation-role", key=True)


@dataclass(frozen=True, kw_only=True)
class Accreditation(Claim, kind="accreditation"):
    """A decision on a stakeholder's application to take part; the word is objection, not veto."""

    wording = "Accreditation of {applicant} to {event}"
    event: URIRef = reference(CG.event, "event", "forum", key=True)
    applicant: URIRef = reference(CG.applicant, "organisation", key=True)
    route: URIRef = code(CG.accreditationRoute, "accreditation-route", key=True)
    outcome: URIRef | None = code(CG.accreditationOutcome, "accreditation-outcome")
    objector: tuple[URIRef, ...] = reference(CG.objector, "state", many=True)
    date: Stated | None = when(CG.date)


# Texts and undertakings


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
        return (CG.Treaty,) if str(self.document_kind).endswith("/treaty") else (CG.Document,)


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
    from_text: URIRef = reference(CG.fromText, *TEXT, key=True)
    relation: URIRef = code(CG.textRelation, "text-relation", key=True)
    to_text: URIRef = reference(CG.toText, *TEXT, "organisation", "measure", key=True)
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


@dataclass(frozen=True, kw_only=True)
class Ballot(Thing, kind="ballot"):
    """A decision taken on a text: by recorded vote or without one."""

    document: URIRef = reference(CG.ballotOn, "document", "decision", required=True)
    body: URIRef = reference(CG.body, "organisation", "forum", required=True)
    stage: URIRef = code(CG.ballotStage, "ballot-stage", required=True)
    scope: URIRef = code(CG.ballotScope, "ballot-scope", required=True)
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


@dataclass(frozen=True, kw_only=True)
class Sponsorship(Claim, kind="sponsorship"):
    """That an actor tabled or co-sponsored a text."""

    wording = "{sponsor}: {sponsorship_kind}, {document}"
    document: URIRef = reference(CG.sponsored, "document", "decision", key=True)
    sponsor: URIRef = reference(CG.sponsor, "state", "organisation", "group", key=True)
    sponsorship_kind: URIRef = code(CG.sponsorshipKind, "sponsorship-kind", key=True)


@dataclass(frozen=True, kw_only=True)
class Statement(Thing, kind="statement"):
    """Something said in public by an actor, for itself or for others."""

    statement_kind: URIRef = code(CG.statementKind, "statement-kind", required=True)
    speaker: URIRef = reference(CG.speaker, *ACTOR, required=True)
    on_behalf_of: tuple[URIRef, ...] = reference(CG.onBehalfOf, *ACTOR, many=True)
    joined_by: tuple[URIRef, ...] = reference(CG.joinedBy, *ACTOR, many=True)
    document: URIRef | None = reference(CG.document, "document", "decision")
    event: URIRef | None = reference(CG.event, "event")
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


@dataclass(frozen=True, kw_only=True)
class Alignment(Claim, kind="alignment"):
    """That an actor aligned itself with an act of another, on a date."""

    wording = "{actor} aligned with {act}"
    act: URIRef = reference(CG.alignedWith, "statement", "listing", "decision", "document", "attribution", key=True)
    actor: URIRef = reference(CG.actor, *ACTOR, key=True)
    date: Stated | None = when(CG.date)


# Operations, attributions and what followed


@dataclass(frozen=True, kw_only=True)
class Operation(Alternatives, kind="operation"):
    """A cyber operation or campaign that somebody spoke about in public."""

    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    targets: tuple[URIRef, ...] = reference(CG.target, "state", "organisation", many=True)
    part_of: URIRef | None = reference(CG.partOfCampaign, "operation")
    identifier: tuple[str, ...] = text(DCTERMS.identifier, many=True)


@dataclass(frozen=True, kw_only=True)
class CoordinatedAttribution(Thing, kind="coordination"):
    """A set of attributions that several actors published together or by arrangement."""

    date: Stated | None = when(CG.date)


@dataclass(frozen=True, kw_only=True)
class Attribution(Thing, kind="attribution"):
    """A speech act by which an actor says who is behind an operation, or speaks to what others said."""

    date: Stated | None = when(CG.date)
    speaker: URIRef = reference(CG.speaker, *ACTOR, required=True)
    organ: URIRef | None = reference(CG.speakingOrgan, "organisation")
    organ_name: str | None = text(CG.speakingOrganName)
    co_attributors: tuple[URIRef, ...] = reference(CG.coAttributor, *ACTOR, many=True)
    coordination: URIRef | None = reference(CG.coordinatedIn, "coordination")
    operations: tuple[URIRef, ...] = reference(CG.ofOperation, "operation", many=True, required=True)
    attribution_kind: URIRef = code(CG.attributionKind, "attribution-kind", required=True)
    stance: URIRef = code(CG.attributionStance, "attribution-stance", required=True)
    named_level: URIRef | None = code(CG.namedLevel, "named-level")
    attributed_to: tuple[URIRef, ...] = reference(CG.attributedTo, "state", "organisation", many=True)
    state_named_by_others: tuple[URIRef, ...] = reference(CG.stateNamedByOthers, "state", many=True)
    named_groups: tuple[URIRef, ...] = reference(CG.namesGroup, "threat-actor", many=True)
    named: str | None = text(CG.namedInWords)
    confidence_words: str | None = text(CG.confidenceWords)
    invokes: tuple[URIRef, ...] = reference(CG.invokes, "norm", "commitment", "document", "decision", many=True)
    form: URIRef | None = code(CG.attributionForm, "attribution-form")
    channel: str | None = text(CG.channel)


@dataclass(frozen=True, kw_only=True)
class Reply(Thing, kind="reply"):
    """What an accused actor answered."""

    attributions: tuple[URIRef, ...] = reference(CG.replyTo, "attribution", many=True, required=True)
    speaker: URIRef = reference(CG.speaker, *ACTOR, required=True)
    reply_kind: URIRef = code(CG.replyKind, "reply-kind", required=True)
    date: Stated | None = when(CG.date)
    paraphrase: str | None = text(CG.paraphrase, language="en")


@dataclass(frozen=True, kw_only=True)
class Response(Thing, kind="response"):
    """A measure taken in reaction to an operation: sanctions, indictment, expulsion, demarche."""

    response_kind: URIRef = code(CG.responseKind, "response-kind", required=True)
    authority: URIRef = reference(CG.authority, *ACTOR, required=True)
    organ_name: str | None = text(CG.speakingOrganName)
    operations: tuple[URIRef, ...] = reference(CG.inReactionTo, "operation", many=True)
    attributions: tuple[URIRef, ...] = reference(CG.followsAttribution, "attribution", many=True)
    date: Stated | None = when(CG.date)
    end: Stated | None = when(CG.end)
    persons: int | None = integer(CG.personsCount)
    entities: int | None = integer(CG.entitiesCount)
    outcome: URIRef | None = code(CG.responseOutcome, "response-outcome")
    reference_number: tuple[str, ...] = text(DCTERMS.identifier, many=True)


@dataclass(frozen=True, kw_only=True)
class SanctionsRegime(Thing, kind="regime"):
    """A legal basis for listings, with its authority and validity."""

    authority: URIRef = reference(CG.authority, *ACTOR, required=True)
    acts: tuple[URIRef, ...] = reference(CG.legalAct, "document", "decision", many=True)
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    still: Stated | None = when(CG.stillSoOn)


@dataclass(frozen=True, kw_only=True)
class Listing(Thing, kind="listing"):
    """A decision to list persons (counted) and entities under a regime; no attribution to a state."""

    regime: URIRef = reference(CG.regime, "regime", required=True)
    date: Stated | None = when(CG.date)
    end: Stated | None = when(CG.end)
    persons: int | None = integer(CG.personsCount)
    entities: int | None = integer(CG.entitiesCount)
    operations: tuple[URIRef, ...] = reference(CG.citesOperation, "operation", many=True)
    act: URIRef | None = reference(CG.legalAct, "document", "decision")


@dataclass(frozen=True, kw_only=True)
class Assessment(Claim, kind="assessment"):
    """Who a data set or company names behind an operation or a group; never an official attribution."""

    wording = "{assessor} on {subject}"
    assessor: URIRef = reference(CG.assessor, "organisation", key=True)
    subject: URIRef = reference(CG.assessed, "operation", "threat-actor", key=True)
    country: URIRef = reference(CG.assessedCountry, "state", key=True)
    date: Stated | None = when(CG.date)


# Implementation, capacity, research


@dataclass(frozen=True, kw_only=True)
class Measure(Thing, kind="measure"):
    """Something a state or organisation put in place at home: law, policy, strategy, office."""

    measure_of: URIRef = reference(CG.measureOf, "state", "organisation", required=True)
    measure_kind: URIRef = code(CG.measureKind, "measure-kind", required=True)
    responsible_body: str | None = text(CG.responsibleBody)
    date: Stated | None = when(CG.date)
    measure_status: URIRef | None = code(CG.measureStatus, "measure-status")
    document: URIRef | None = reference(CG.document, "document", "decision")
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)


@dataclass(frozen=True, kw_only=True)
class Implementation(Claim, kind="implementation"):
    """How a measure stands to a commitment, and who says so."""

    wording = "{measure}: {relation} {commitment}"
    measure: URIRef = reference(CG.measure, "measure", key=True)
    commitment: URIRef = reference(CG.commitment, "norm", "commitment", key=True)
    asserter: URIRef = reference(CG.asserter, "state", "organisation", "forum", key=True)
    relation: URIRef = code(CG.implementationRelation, "implementation-relation", required=True)
    justification: str | None = text(CG.justification, language="en")


@dataclass(frozen=True, kw_only=True)
class CapacityBuilding(Thing, kind="capacity-building"):
    """A programme, activity, fund or fellowship that builds capacity."""

    capacity_kind: URIRef = code(CG.capacityKind, "capacity-kind", required=True)
    donors: tuple[URIRef, ...] = reference(CG.donor, *ACTOR, many=True)
    implementers: tuple[URIRef, ...] = reference(CG.implementer, "organisation", "state", "forum", many=True)
    beneficiaries: tuple[URIRef, ...] = reference(CG.beneficiary, *ACTOR, many=True)
    amount: Decimal | None = amount(CG.amount)
    currency: str | None = text(CG.currency)
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    serves: tuple[URIRef, ...] = reference(CG.serves, "norm", "commitment", many=True)


@dataclass(frozen=True, kw_only=True)
class Project(Thing, kind="project"):
    """A research or policy project with leads, partners and funders."""

    lead: tuple[URIRef, ...] = reference(CG.lead, "organisation", "state", "forum", many=True)
    partners: tuple[URIRef, ...] = reference(CG.partner, *ACTOR, many=True)
    partner_names: str | None = text(CG.partnerNames)
    funders: tuple[URIRef, ...] = reference(CG.funder, "organisation", "state", "forum", many=True)
    funder_names: str | None = text(CG.funderNames)
    amount: Decimal | None = amount(CG.amount)
    currency: str | None = text(CG.currency)
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)
    about: tuple[URIRef, ...] = reference(CG.about, *TEXT, "forum", "organisation", many=True)


# What is known about the lists themselves


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
    published: Stated | None = when(DCTERMS.issued)
    opened: Stated | None = when(CG.retrieved)

    @property
    def key(self) -> tuple[str, ...]:
        return (self.id,)
