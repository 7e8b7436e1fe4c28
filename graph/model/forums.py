"""Forums and processes, who takes part in them, and the events where actors meet."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Literal as Text
from rdflib import URIRef

from graph.dates import Stated
from graph.model.kinds import ACTOR
from graph.record import Alternatives, Claim, Thing, address, code, integer, reference, text, when
from graph.terms import CG, DCTERMS, FOAF, SKOS


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
    from_state: URIRef | None = reference(CG.holderFrom, "state", "organisation")
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
    applicant: URIRef = reference(CG.applicant, "organisation", "forum", key=True)
    route: URIRef = code(CG.accreditationRoute, "accreditation-route", key=True)
    outcome: URIRef | None = code(CG.accreditationOutcome, "accreditation-outcome")
    objector: tuple[URIRef, ...] = reference(CG.objector, "state", many=True)
    date: Stated | None = when(CG.date)
