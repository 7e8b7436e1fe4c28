"""Names: the namespaces of the project, its own terms, and the one way in which an IRI is made.

The identifiers are fixed for others to link to; only the address that serves them can be configured.
"""

from __future__ import annotations

import re
import unicodedata

from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD, Namespace, URIRef
from rdflib.namespace import DefinedNamespace

__all__ = ["CG", "DCTERMS", "FOAF", "OWL", "PROV", "RDF", "RDFS", "SKOS", "XSD"]

BASE = Namespace("https://w3id.org/cybergov/")
ID = Namespace(BASE["id/"])
VOCAB = Namespace(BASE["vocab/"])
GRAPH = Namespace(BASE["graph/"])

_SLUG = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


class CG(DefinedNamespace):
    """The ontology's terms. A misspelt one raises; a test keeps them equal to `ontology/core`."""

    _NS = Namespace(BASE["ontology/"])
    _fail = True

    # Classes
    Acceptance: URIRef
    Accreditation: URIRef
    Actor: URIRef
    Alignment: URIRef
    Assessment: URIRef
    Attribution: URIRef
    Ballot: URIRef
    CapacityBuilding: URIRef
    Claim: URIRef
    Cluster: URIRef
    Commitment: URIRef
    Completeness: URIRef
    CoordinatedAttribution: URIRef
    Decision: URIRef
    Document: URIRef
    Event: URIRef
    Evidence: URIRef
    Forum: URIRef
    Implementation: URIRef
    Lineage: URIRef
    Listing: URIRef
    Measure: URIRef
    Membership: URIRef
    Norm: URIRef
    Office: URIRef
    Operation: URIRef
    Organ: URIRef
    Organisation: URIRef
    Participation: URIRef
    Person: URIRef
    Position: URIRef
    Process: URIRef
    Project: URIRef
    Proposal: URIRef
    Provision: URIRef
    Publication: URIRef
    Recognition: URIRef
    RegimeClassification: URIRef
    Reply: URIRef
    ReportedCount: URIRef
    Response: URIRef
    SanctionsRegime: URIRef
    Session: URIRef
    Source: URIRef
    Sponsorship: URIRef
    State: URIRef
    StateGroup: URIRef
    Statement: URIRef
    Succession: URIRef
    TextRelation: URIRef
    ThreatActor: URIRef
    Treaty: URIRef
    TreatyAction: URIRef
    Vote: URIRef

    # Properties
    abbreviation: URIRef
    about: URIRef
    abstentionCount: URIRef
    acceptanceMode: URIRef
    acceptedBy: URIRef
    accepts: URIRef
    accreditationOutcome: URIRef
    accreditationRoute: URIRef
    actor: URIRef
    addressedTo: URIRef
    addressee: URIRef
    adoptedBy: URIRef
    alignedWith: URIRef
    allegedAffiliation: URIRef
    amount: URIRef
    amountStage: URIRef
    applicant: URIRef
    asserter: URIRef
    assessed: URIRef
    assessedCountry: URIRef
    assessedGroup: URIRef
    assessor: URIRef
    attackId: URIRef
    attributedTo: URIRef
    attributionForm: URIRef
    attributionKind: URIRef
    attributionStance: URIRef
    authorNames: URIRef
    authority: URIRef
    ballot: URIRef
    ballotMode: URIRef
    ballotOn: URIRef
    ballotScope: URIRef
    ballotStage: URIRef
    basedIn: URIRef
    bearing: URIRef
    beneficiary: URIRef
    bindingness: URIRef
    body: URIRef
    capacityKind: URIRef
    channel: URIRef
    citesOperation: URIRef
    city: URIRef
    classified: URIRef
    classifiedBy: URIRef
    clusteredRecord: URIRef
    coAttributor: URIRef
    commitment: URIRef
    commitmentKind: URIRef
    commitmentStatus: URIRef
    completeFrom: URIRef
    completeFromNotAfter: URIRef
    completeTo: URIRef
    completeToNotBefore: URIRef
    confidence: URIRef
    confidenceWords: URIRef
    convenedBy: URIRef
    coordinatedIn: URIRef
    corrects: URIRef
    countOf: URIRef
    counted: URIRef
    currency: URIRef
    dataDate: URIRef
    date: URIRef
    dateNotAfter: URIRef
    dateNotBefore: URIRef
    disclosed: URIRef
    disclosedNotAfter: URIRef
    disclosedNotBefore: URIRef
    disputed: URIRef
    document: URIRef
    documentKind: URIRef
    donor: URIRef
    edition: URIRef
    effectiveFrom: URIRef
    effectiveNotAfter: URIRef
    effectiveNotBefore: URIRef
    end: URIRef
    endNotAfter: URIRef
    endNotBefore: URIRef
    endReason: URIRef
    entitiesCount: URIRef
    eurepocAttributionType: URIRef
    event: URIRef
    eventKind: URIRef
    evidence: URIRef
    explains: URIRef
    followsAttribution: URIRef
    forYear: URIRef
    forum: URIRef
    forumKind: URIRef
    founded: URIRef
    frameworkPart: URIRef
    fromText: URIRef
    fullText: URIRef
    funder: URIRef
    funderNames: URIRef
    hasAccepted: URIRef
    holder: URIRef
    holderFrom: URIRef
    host: URIRef
    implementationRelation: URIRef
    implementer: URIRef
    inForceFrom: URIRef
    inReactionTo: URIRef
    intendedValue: URIRef
    invokes: URIRef
    isoAlpha2: URIRef
    isoAlpha3: URIRef
    isoNumeric: URIRef
    issue: URIRef
    issuedBy: URIRef
    joinedBy: URIRef
    justification: URIRef
    lead: URIRef
    legalAct: URIRef
    legalCharacterisation: URIRef
    lineageOf: URIRef
    lineageRelation: URIRef
    lineageTo: URIRef
    listOf: URIRef
    listed: URIRef
    listedEntity: URIRef
    locator: URIRef
    measure: URIRef
    measureKind: URIRef
    measureOf: URIRef
    measureStatus: URIRef
    member: URIRef
    memberOf: URIRef
    namedInWords: URIRef
    namedLevel: URIRef
    namesGroup: URIRef
    noCount: URIRef
    notVotingCount: URIRef
    number: URIRef
    objectionTo: URIRef
    objector: URIRef
    ofOperation: URIRef
    officeRole: URIRef
    onBehalfOf: URIRef
    organOf: URIRef
    organisationKind: URIRef
    organiser: URIRef
    organiserName: URIRef
    paragraph: URIRef
    paraphrase: URIRef
    partOfCampaign: URIRef
    participant: URIRef
    participatesIn: URIRef
    participationRole: URIRef
    partner: URIRef
    partnerNames: URIRef
    partyTo: URIRef
    personsCount: URIRef
    predecessor: URIRef
    provisionOf: URIRef
    publicFunction: URIRef
    publicationKind: URIRef
    publisherName: URIRef
    recognised: URIRef
    recognisedBy: URIRef
    recognitionKind: URIRef
    regime: URIRef
    regimeType: URIRef
    regionalGroup: URIRef
    renewedUntil: URIRef
    repeats: URIRef
    replyKind: URIRef
    replyTo: URIRef
    reportedNumber: URIRef
    responseKind: URIRef
    responseOutcome: URIRef
    responsibleBody: URIRef
    resultOf: URIRef
    retracts: URIRef
    retrieved: URIRef
    role: URIRef
    says: URIRef
    scope: URIRef
    series: URIRef
    serves: URIRef
    sessionNumber: URIRef
    sessionOf: URIRef
    source: URIRef
    sourceAddress: URIRef
    sourceKind: URIRef
    sourceRank: URIRef
    sourceVersion: URIRef
    speaker: URIRef
    speakerLevel: URIRef
    speakingCapacity: URIRef
    speakingOrgan: URIRef
    speakingOrganName: URIRef
    spell: URIRef
    sponsor: URIRef
    sponsored: URIRef
    sponsorshipKind: URIRef
    stakeholderGroup: URIRef
    stance: URIRef
    stanceOn: URIRef
    start: URIRef
    startNotAfter: URIRef
    startNotBefore: URIRef
    stateKind: URIRef
    stateNamedByOthers: URIRef
    statedDate: URIRef
    statedEnd: URIRef
    statedIn: URIRef
    statedStart: URIRef
    statedValue: URIRef
    statement: URIRef
    statementKind: URIRef
    stillSoNotBefore: URIRef
    stillSoOn: URIRef
    successionKind: URIRef
    successor: URIRef
    takesPlaceIn: URIRef
    takesUp: URIRef
    target: URIRef
    targetSector: URIRef
    territory: URIRef
    textRelation: URIRef
    through: URIRef
    toText: URIRef
    treaty: URIRef
    treatyActionKind: URIRef
    upgrades: URIRef
    verification: URIRef
    voteValue: URIRef
    voter: URIRef
    wholeTextReadOn: URIRef
    withinBody: URIRef
    yesCount: URIRef


def slug(words: str) -> str:
    """Return the address part made from a symbol or a name.

    >>> slug("A/RES/73/27")
    'a-res-73-27'
    >>> slug("Réseau d'été")
    'reseau-d-ete'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def thing(kind: str, name: str) -> URIRef:
    """Return the IRI of a thing, claim or evidence; raise ValueError where the name is not a slug."""
    if not _SLUG.fullmatch(name):
        raise ValueError(f"{name!r} cannot be part of an identifier: use letters, digits and single hyphens")
    return ID[f"{kind}/{name}"]
