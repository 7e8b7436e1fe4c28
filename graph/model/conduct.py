"""Cyber operations, who spoke about who is behind them, what the accused answered, and what was done."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import URIRef

from graph.dates import Stated
from graph.model.kinds import ACTOR
from graph.record import Alternatives, Claim, Thing, code, integer, reference, text, when
from graph.terms import CG, DCTERMS


@dataclass(frozen=True, kw_only=True)
class Operation(Alternatives, kind="operation"):
    """A cyber operation or campaign that somebody spoke about in public."""

    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    disclosed: Stated | None = when(CG.disclosed)
    targets: tuple[URIRef, ...] = reference(CG.target, "state", "organisation", many=True)
    sectors: tuple[URIRef, ...] = code(CG.targetSector, "sector", many=True)
    part_of: URIRef | None = reference(CG.partOfCampaign, "operation")
    identifier: tuple[str, ...] = text(DCTERMS.identifier, many=True, additive=True)


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
    speaker_level: URIRef | None = code(CG.speakerLevel, "speaker-level")
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
    legal_characterisation: URIRef | None = code(CG.legalCharacterisation, "legal-characterisation")
    form: URIRef | None = code(CG.attributionForm, "attribution-form")
    channel: str | None = text(CG.channel)
    takes_up: tuple[URIRef, ...] = reference(CG.takesUp, "attribution", many=True)
    repeats: tuple[URIRef, ...] = reference(CG.repeats, "attribution", many=True)
    upgrades: tuple[URIRef, ...] = reference(CG.upgrades, "attribution", many=True)
    corrects: tuple[URIRef, ...] = reference(CG.corrects, "attribution", many=True)
    retracts: tuple[URIRef, ...] = reference(CG.retracts, "attribution", many=True)


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
    alleged_affiliation: str | None = text(CG.allegedAffiliation)
    outcome: URIRef | None = code(CG.responseOutcome, "response-outcome")
    reference_number: tuple[str, ...] = text(DCTERMS.identifier, many=True)


@dataclass(frozen=True, kw_only=True)
class SanctionsRegime(Thing, kind="regime"):
    """A legal basis for listings, with its authority and validity."""

    authority: URIRef = reference(CG.authority, *ACTOR, required=True)
    acts: tuple[URIRef, ...] = reference(CG.legalAct, "document", "decision", many=True)
    scope: str | None = text(CG.scope, language="en")
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    still: Stated | None = when(CG.stillSoOn)


@dataclass(frozen=True, kw_only=True)
class Listing(Thing, kind="listing"):
    """A decision to list persons (counted) and entities under a regime; no attribution to a state."""

    regime: URIRef = reference(CG.regime, "regime", required=True)
    date: Stated | None = when(CG.date)
    renewed_until: Stated | None = when(CG.renewedUntil)
    end: Stated | None = when(CG.end)
    end_reason: URIRef | None = code(CG.endReason, "end-reason")
    persons: int | None = integer(CG.personsCount)
    entities: int | None = integer(CG.entitiesCount)
    listed: tuple[URIRef, ...] = reference(CG.listedEntity, "organisation", many=True)
    alleged_affiliation: str | None = text(CG.allegedAffiliation)
    operations: tuple[URIRef, ...] = reference(CG.citesOperation, "operation", many=True)
    act: URIRef | None = reference(CG.legalAct, "document", "decision")


@dataclass(frozen=True, kw_only=True)
class Assessment(Claim, kind="assessment"):
    """Whom a data set or company names behind an operation or a group; never an official attribution.

    It names one country or one group, which is the third part of its identity.
    """

    wording = "{assessor} on {subject}"
    assessor: URIRef = reference(CG.assessor, "organisation", key=True)
    subject: URIRef = reference(CG.assessed, "operation", "threat-actor", key=True)
    country: URIRef | None = reference(CG.assessedCountry, "state")
    group: URIRef | None = reference(CG.assessedGroup, "threat-actor")
    attribution_types: tuple[URIRef, ...] = code(CG.eurepocAttributionType, "eurepoc-attribution-type", many=True)
    date: Stated | None = when(CG.date)

    def __post_init__(self) -> None:
        if (self.country is None) == (self.group is None):
            raise ValueError("an assessment names one country or one group")

    @property
    def key(self) -> tuple[str, ...]:
        """The assessor, what it assesses, and the country or group that it names."""
        return (*super().key, str(self.country or self.group).rsplit("/", 1)[-1])


@dataclass(frozen=True, kw_only=True)
class Cluster(Thing, kind="cluster"):
    """A judgement that several records, mostly of different data sets, are about one act or operation."""

    records: tuple[URIRef, ...] = reference(
        CG.clusteredRecord,
        *("attribution", "operation", "response", "assessment", "reply", "threat-actor", "regime"),
        many=True,
        required=True,
    )
    asserter: URIRef = reference(CG.asserter, "organisation", "state", "forum", required=True)
    justification: str | None = text(CG.justification, language="en", required=True)
    confidence: URIRef | None = code(CG.confidence, "confidence", required=True)
