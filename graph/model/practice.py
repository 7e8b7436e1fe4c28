"""What commitments became at home: measures, implementation, capacity-building, and the projects on it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rdflib import URIRef

from graph.dates import Stated
from graph.model.kinds import ACTOR, TEXT
from graph.record import Claim, Thing, amount, code, reference, text, when
from graph.terms import CG, DCTERMS


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
    hosts: tuple[URIRef, ...] = reference(CG.host, "state", "organisation", "forum", many=True)
    beneficiaries: tuple[URIRef, ...] = reference(CG.beneficiary, *ACTOR, many=True)
    amount: Decimal | None = amount(CG.amount)
    currency: str | None = text(CG.currency)
    amount_stage: URIRef | None = code(CG.amountStage, "amount-stage")
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
    amount_stage: URIRef | None = code(CG.amountStage, "amount-stage")
    start: Stated | None = when(CG.start)
    end: Stated | None = when(CG.end)
    topics: tuple[URIRef, ...] = code(DCTERMS.subject, "topic", many=True)
    about: tuple[URIRef, ...] = reference(CG.about, *TEXT, "forum", "organisation", many=True)
