"""The model in code: one class for each kind of thing and claim, its fields in the order of its table's columns.

What the words mean stands in `ontology/core`; what must hold stands in `ontology/shapes`. Fields marked
`key` make the identity of a claim. Attribution is a speech act: nothing here links an operation or a threat actor to
a state except as its target.
"""

from graph.model.actors import (
    Organisation,
    Person,
    Recognition,
    RegimeClassification,
    State,
    StateGroup,
    Succession,
    ThreatActor,
)
from graph.model.conduct import (
    Assessment,
    Attribution,
    Cluster,
    CoordinatedAttribution,
    Listing,
    Operation,
    Reply,
    Response,
    SanctionsRegime,
)
from graph.model.forums import Accreditation, Event, Forum, Lineage, Membership, Office, Participation
from graph.model.knowledge import Completeness, ReportedCount, Source
from graph.model.practice import CapacityBuilding, Implementation, Measure, Project
from graph.model.texts import (
    Acceptance,
    Alignment,
    Ballot,
    Commitment,
    Decision,
    Document,
    Norm,
    Position,
    Proposal,
    Provision,
    Publication,
    Sponsorship,
    Statement,
    TextRelation,
    TreatyAction,
    Vote,
)

__all__ = [
    "Acceptance",
    "Accreditation",
    "Alignment",
    "Assessment",
    "Attribution",
    "Ballot",
    "CapacityBuilding",
    "Cluster",
    "Commitment",
    "Completeness",
    "CoordinatedAttribution",
    "Decision",
    "Document",
    "Event",
    "Forum",
    "Implementation",
    "Lineage",
    "Listing",
    "Measure",
    "Membership",
    "Norm",
    "Office",
    "Operation",
    "Organisation",
    "Participation",
    "Person",
    "Position",
    "Project",
    "Proposal",
    "Provision",
    "Publication",
    "Recognition",
    "RegimeClassification",
    "Reply",
    "ReportedCount",
    "Response",
    "SanctionsRegime",
    "Source",
    "Sponsorship",
    "State",
    "StateGroup",
    "Statement",
    "Succession",
    "TextRelation",
    "ThreatActor",
    "TreatyAction",
    "Vote",
]
