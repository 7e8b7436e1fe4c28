"""The words of the pages: what terms are called (from the ontology) and what sections are headed."""

from __future__ import annotations

import re
from functools import cache

from rdflib import FOAF, PROV, RDF, RDFS, VOID, Literal, URIRef

from graph.terms import CG, DCTERMS
from ontology import load_ontology
from ontology.foreign import FOREIGN

_SECTIONS = {
    ("membership", CG.member): "Takes part in",
    ("membership", CG.forum): "Who takes part",
    ("office", CG.holder): "Offices held",
    ("office", CG.body): "Offices",
    ("office", CG.holderFrom): "Offices held by its nationals",
    ("acceptance", CG.acceptedBy): "What it accepted, opposed or dissociated from",
    ("acceptance", CG.accepts): "Who accepted it, and how",
    ("acceptance", CG.through): "Accepted through it",
    ("treaty-action", CG.actor): "Treaties",
    ("treaty-action", CG.treaty): "Signatures, ratifications and accessions",
    ("vote", CG.voter): "Votes",
    ("vote", CG.ballot): "How states voted",
    ("ballot", CG.ballotOn): "Ballots",
    ("ballot", CG.body): "Decisions taken",
    ("attribution", CG.speaker): "Operations it attributed or spoke to",
    ("attribution", CG.coAttributor): "Attributions it joined",
    ("attribution", CG.attributedTo): "Attributions by others that name it",
    ("attribution", CG.stateNamedByOthers): "Statements on acts that others attributed to it",
    ("attribution", CG.ofOperation): "Who attributed it, and to whom",
    ("attribution", CG.namesGroup): "Attributions that name it",
    ("attribution", CG.speakingOrgan): "Attributions spoken by it",
    ("attribution", CG.coordinatedIn): "Attributions in this wave",
    ("attribution", CG.invokes): "Attributions that invoke it",
    ("attribution", CG.takesUp): "Attributions that take it up",
    ("attribution", CG.repeats): "Attributions that repeat it",
    ("attribution", CG.upgrades): "Attributions that go further than it",
    ("reply", CG.replyTo): "Replies of those named",
    ("reply", CG.speaker): "Its replies to attributions",
    ("response", CG.inReactionTo): "Responses",
    ("response", CG.authority): "Responses it took",
    ("response", CG.followsAttribution): "Responses that followed",
    ("listing", CG.regime): "Listings",
    ("listing", CG.citesOperation): "Listings that cite it",
    ("assessment", CG.assessed): "Whom data sets and firms name",
    ("assessment", CG.assessor): "Its assessments",
    ("assessment", CG.assessedCountry): "Operations and groups that data sets and firms set down to it",
    ("assessment", CG.assessedGroup): "Operations that data sets and firms set down to it",
    ("cluster", CG.clusteredRecord): "Judged to be the same as",
    ("regime-classification", CG.classified): "How institutes classify its regime",
    ("regime-classification", CG.classifiedBy): "Classifications of regimes",
    ("operation", CG.target): "Operations in which a source names it as a target",
    ("measure", CG.measureOf): "Measures at home",
    ("implementation", CG.commitment): "Measures set against it",
    ("implementation", CG.measure): "Commitments it is set against",
    ("statement", CG.speaker): "Statements",
    ("statement", CG.onBehalfOf): "Statements made on its behalf",
    ("statement", CG.joinedBy): "Statements it joined",
    ("commitment", CG.statedIn): "Commitments stated in it",
    ("commitment", CG.adoptedBy): "Commitments adopted",
    ("norm", CG.adoptedBy): "Norms adopted",
    ("norm", CG.statedIn): "Norms stated in it",
    ("proposal", CG.statedIn): "Proposals stated in it",
    ("proposal", CG.adoptedBy): "Proposals by it",
    ("provision", CG.provisionOf): "Its paragraphs that are linked",
    ("event", CG.sessionOf): "Sessions and meetings",
    ("event", CG.takesPlaceIn): "Events held there",
    ("event", CG.organiser): "Events organised",
    ("participation", CG.participant): "Took part in events",
    ("participation", CG.event): "Participants",
    ("lineage", CG.lineageOf): "Where it comes from",
    ("lineage", CG.lineageTo): "What followed from it",
    ("relation", CG.fromText): "How it stands to other texts",
    ("relation", CG.toText): "Texts that stand to it",
    ("relation", CG.asserter): "Relations between texts that it stated",
    ("implementation", CG.asserter): "Measures that it set against commitments",
    ("statement", CG.document): "Statements in it",
    ("measure", CG.document): "Measures set out in it",
    ("publication", CG.resultOf): "Publications that came of it",
    ("operation", CG.partOfCampaign): "Operations in this campaign",
    ("regime", CG.legalAct): "Sanctions regimes that rest on it",
    ("listing", CG.legalAct): "Listings made by it",
    ("document", CG.issuedBy): "Documents issued",
    ("decision", CG.issuedBy): "Decisions issued",
    ("publication", DCTERMS.publisher): "Publications",
    ("publication", DCTERMS.creator): "Publications",
    ("publication", CG.about): "Publications about it",
    ("project", CG.lead): "Projects led",
    ("project", CG.funder): "Projects funded",
    ("project", CG.partner): "Projects as partner",
    ("organisation", CG.organOf): "Organs",
    ("organisation", CG.basedIn): "Organisations based there",
    ("count", CG.countOf): "Numbers reported",
    ("completeness", CG.listOf): "How complete this list is",
    ("sponsorship", CG.sponsor): "Texts it sponsored",
    ("sponsorship", CG.sponsored): "Sponsors",
    ("succession", CG.predecessor): "Succeeded by",
    ("succession", CG.successor): "Successor of",
    ("forum", CG.convenedBy): "Forums it convened",
    ("forum", CG.withinBody): "Forums and processes within it",
    ("position", CG.holder): "Positions on international law",
    ("position", CG.statement): "Positions in it",
    ("statement", CG.event): "Statements made there",
    ("statement", CG.explains): "Explanations of vote",
    ("accreditation", CG.objector): "Accreditations it objected to",
    ("accreditation", CG.event): "Decisions on stakeholders",
    ("accreditation", CG.applicant): "Its applications to take part",
    ("project", CG.about): "Projects about it",
    ("capacity-building", CG.serves): "Capacity building that serves it",
    ("capacity-building", CG.donor): "Capacity building it paid for",
    ("capacity-building", CG.implementer): "Capacity building it carried out",
    ("capacity-building", CG.beneficiary): "Capacity building it received",
    ("capacity-building", CG.host): "Capacity building it hosts",
    ("alignment", CG.actor): "Acts it aligned itself with",
    ("alignment", CG.alignedWith): "Who aligned itself with it",
    ("regime", CG.authority): "Its sanctions regimes",
}
# The columns of sections whose class has more properties than a table can show; the page of each has them all.
_COLUMNS = {
    "attribution": (
        RDFS.label,
        CG.date,
        CG.speaker,
        CG.attributedTo,
        CG.namedInWords,
        CG.attributionStance,
    ),
    "reply": (RDFS.label, CG.date, CG.speaker, CG.replyKind, CG.paraphrase),
    "response": (RDFS.label, CG.date, CG.authority, CG.responseKind, CG.personsCount, CG.entitiesCount),
    "organisation": (RDFS.label, CG.abbreviation, CG.organisationKind, CG.city, CG.founded),
    "event": (RDFS.label, CG.start, CG.end, CG.city, CG.takesPlaceIn, CG.eventKind),
    "forum": (RDFS.label, CG.forumKind, CG.start, CG.end),
    "document": (RDFS.label, DCTERMS.identifier, CG.documentKind, CG.date),
    "decision": (RDFS.label, DCTERMS.identifier, CG.documentKind, CG.date),
    "publication": (RDFS.label, CG.date, DCTERMS.creator, DCTERMS.publisher, CG.publicationKind),
    "project": (RDFS.label, CG.lead, CG.funder, CG.start, CG.end),
    "commitment": (RDFS.label, CG.number, CG.commitmentKind, CG.statedIn, CG.bindingness, CG.date),
    "norm": (RDFS.label, CG.number, CG.statedIn, CG.paraphrase),
    "proposal": (RDFS.label, CG.number, CG.commitmentKind, CG.statedIn, CG.date),
    "statement": (RDFS.label, CG.date, CG.speaker, CG.statementKind, CG.document),
    "measure": (RDFS.label, CG.measureOf, CG.measureKind, CG.date, CG.responsibleBody),
    "ballot": (RDFS.label, CG.date, CG.ballotMode, CG.yesCount, CG.noCount, CG.abstentionCount),
    "relation": (CG.fromText, CG.textRelation, CG.toText, CG.asserter, CG.justification),
    "operation": (RDFS.label, CG.start, CG.end, CG.target),
    "capacity-building": (RDFS.label, CG.capacityKind, CG.donor, CG.implementer, CG.start),
}
_DATES = {str(p) for p in (CG.date, CG.start, CG.end, CG.stillSoOn, CG.effectiveFrom, CG.founded, CG.inForceFrom)}
_OTHERS = {
    str(RDF.type): "type", str(DCTERMS.isPartOf): "part of", str(DCTERMS.license): "licence",
    str(DCTERMS.modified): "as of", str(DCTERMS.hasPart): "part", str(FOAF.primaryTopic): "about",
    str(PROV.wasDerivedFrom): "source graph", str(RDFS.seeAlso): "see also", str(RDFS.comment): "comment",
    str(VOID.triples): "number of statements", str(VOID.inDataset): "data set",
}  # fmt: skip
_BY_IRI = {(kind, str(predicate)): title for (kind, predicate), title in _SECTIONS.items()}


@cache
def _labels() -> dict[str, str]:
    return {
        str(term): str(label)
        for term, label in load_ontology().subject_objects(RDFS.label)
        if isinstance(label, Literal) and label.language == "en"
    }


def word(predicate: str) -> str:
    """Return what a term is called."""
    if foreign := FOREIGN.get(URIRef(predicate)):
        return foreign[0]
    if other := _OTHERS.get(predicate):
        return other
    return _labels().get(predicate) or predicate.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


def section_title(kind: str, predicate: str) -> str:
    """Return the heading for claims of a kind that lead somewhere by a predicate."""
    if predicate == str(CG.source):
        return f"{plural(kind.replace('-', ' ')).capitalize()} that rest on it"
    if predicate == str(CG.evidence):
        return f"{plural(kind.replace('-', ' ')).capitalize()} it is evidence on"
    return _BY_IRI.get((kind, predicate)) or f"{kind.replace('-', ' ').capitalize()}: {word(predicate)}"


def columns(kind: str) -> tuple[str, ...] | None:
    """Return the columns to show for claims of a kind, None for all."""
    chosen = _COLUMNS.get(kind)
    return tuple(map(str, chosen)) if chosen else None


def is_date(predicate: str) -> bool:
    """Tell whether a property holds dates."""
    return predicate in _DATES


def plural(name: str) -> str:
    """Return a class name as plural words: `TreatyAction` gives treaty actions."""
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
    return words[:-1] + "ies" if words.endswith("y") else words + "s"
