"""Actors: states and other state-like actors, organisations, groups, persons, threat actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rdflib import Literal as Text
from rdflib import URIRef

from graph.dates import Stated
from graph.record import Alternatives, Claim, Thing, address, code, integer, reference, text, when
from graph.terms import CG, FOAF, RDFS, SKOS


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
class Recognition(Claim, kind="recognition"):
    """That an actor recognises a state-like actor, no longer does, or said that it does not."""

    wording = "{recognised_by}: {recognition}, {recognised}"
    recognised: URIRef = reference(CG.recognised, "state", key=True)
    recognised_by: URIRef = reference(CG.recognisedBy, "state", "organisation", key=True)
    recognition: URIRef = code(CG.recognitionKind, "recognition", key=True)
    date: Stated | None = when(CG.date)


@dataclass(frozen=True, kw_only=True)
class RegimeClassification(Claim, kind="regime-classification"):
    """How an institute classifies the regime of a state for one year; never a judgement of the editors.

    All that one source reports of an institute's classification shares one evidence: a table of states and years.
    """

    wording = "{state} in {year}: {regime_type}, by {classified_by}"
    shared_evidence: ClassVar[tuple[str, ...]] = ("classified_by",)
    state: URIRef = reference(CG.classified, "state", key=True)
    classified_by: URIRef = reference(CG.classifiedBy, "organisation", key=True)
    year: int = integer(CG.forYear, key=True)
    regime_type: URIRef = code(CG.regimeType, "regime-type", required=True)


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
