"""What a reasoner concludes: nothing contradicts itself, every class can have members, and no never is concluded.

The terms, the code lists as individuals and all right examples are read together, with what other vocabularies say
of their own terms that ours build on (`ontology_rules/foreign.ttl`). Two reasoners look at it: HermiT for OWL 2 DL,
and the rules of OWL 2 RL, which other people's stores apply.
"""

from __future__ import annotations

import io
import re
import shutil
from collections import Counter
from pathlib import Path

import owlready2
import owlrl
import pytest
from rdflib import FOAF, ORG, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

import ontology
from graph.build import Report, gather
from graph.terms import CG, ID, VOCAB
from graph.turtle import load
from webapp.cli import recipe

FOREIGN = Path(__file__).resolve().parent / "ontology_rules" / "foreign.ttl"
AXIOMS = Path(__file__).resolve().parent / "vocabularies" / "axioms.ttl"
EXAMPLE = Namespace(ID["example/"])
LANGUAGE_AXIOMS = tuple(str(namespace) for namespace in (RDF, RDFS, OWL))
DOCUMENTS = {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy, OWL.versionIRI, OWL.versionInfo}
TERM_KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, OWL.Ontology)
PLAIN_LITERAL = URIRef(str(RDF) + "PlainLiteral")
NOT_IN_OWL = {XSD.date, XSD.gYear, XSD.gYearMonth}
MESSAGE = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="HermiT runs on Java, which is not on the PATH")


# What is read


def terms() -> Graph:
    """Return the terms with what other vocabularies say of theirs."""
    return ontology.load_ontology().parse(FOREIGN)


def everything() -> Graph:
    """Return the terms, the code lists and all right examples."""
    graph = terms() + ontology.load_codes()
    for path in (ontology.EXAMPLES / "context.ttl", *sorted((ontology.EXAMPLES / "valid").glob("*.ttl"))):
        graph.parse(path)
    return graph


def logical(graph: Graph) -> Graph:
    """Return what can be reasoned on: of terms and individuals all but their documentation."""
    described = {term for kind in TERM_KINDS for term in graph.subjects(RDF.type, kind)}
    documents = {*DOCUMENTS, *graph.subjects(RDF.type, OWL.AnnotationProperty)}
    axioms = Graph()
    for subject, predicate, value in graph:
        is_axiom = str(predicate).startswith(LANGUAGE_AXIOMS)
        if predicate not in documents and (is_axiom or subject not in described):
            axioms.add((subject, predicate, value))
    return axioms


def for_hermit(graph: Graph) -> tuple[Graph, Counter[URIRef]]:
    """Return what HermiT can read, and how many literals were left out, by datatype.

    OWL 2 has no datatype for a day, a month or a year. HermiT refuses to start where one occurs, so literals of
    those three are left out, and ranges that name one; `wrongly_typed` looks at them instead. Words in a language are
    rdf:PlainLiteral in OWL 2, and so is their range. Of other vocabularies' axioms those stay out that OWL 2 DL bars:
    disjointness of a transitive property (SKOS), and properties below rdf:type (SEM).
    """
    kept, dropped = Graph(), Counter[URIRef]()
    for subject, predicate, value in logical(graph):
        if isinstance(value, Literal) and value.datatype in NOT_IN_OWL:
            dropped[value.datatype] += 1
        elif predicate == OWL.propertyDisjointWith or (predicate, value) == (RDFS.subPropertyOf, RDF.type):
            continue
        elif predicate != RDFS.range or value not in NOT_IN_OWL:
            kept.add((subject, predicate, PLAIN_LITERAL if value == RDF.langString else value))
    return kept, dropped


def undeclared(graph: Graph) -> list[str]:
    """Return predicates and classes of which nothing says what they are; a reasoner passes over them in silence."""
    axioms = logical(graph)
    used = {*axioms.predicates(), *axioms.objects(None, RDF.type)}
    declared = {term for kind in TERM_KINDS for term in graph.subjects(RDF.type, kind)}
    return sorted(str(t) for t in used - declared if not str(t).startswith(LANGUAGE_AXIOMS))


def of_the_wrong_kind(graph: Graph) -> list[str]:
    """Return properties for things that have words, and properties for words that have things."""
    wrong = set()
    for _, predicate, value in logical(graph):
        barred = OWL.ObjectProperty if isinstance(value, Literal) else OWL.DatatypeProperty
        if (predicate, RDF.type, barred) in graph:
            wrong.add(str(predicate))
    return sorted(wrong)


def wrongly_typed(graph: Graph) -> list[str]:
    """Return dates that are none, and values of another type than a range that HermiT cannot read."""
    literals = [(p, v) for p, v in graph.predicate_objects() if isinstance(v, Literal)]
    ill = [str(v) for _, v in literals if v.datatype in NOT_IN_OWL and v.ill_typed]
    ranges = {p: cls for p, cls in graph.subject_objects(RDFS.range) if cls in NOT_IN_OWL}
    return sorted({*ill, *(f"{v} for {p}" for p, v in literals if p in ranges and v.datatype != ranges[p])})


# HermiT


def unsatisfiable(graph: Graph) -> set[str] | None:
    """Return the classes that can have no member, by HermiT; None where the whole contradicts itself."""
    readable, _ = for_hermit(graph)
    world = owlready2.World()
    home = world.get_ontology(f"{CG._NS}reasoned#")
    home.load(fileobj=io.BytesIO(readable.serialize(format="nt", encoding="utf-8")), format="ntriples")
    try:
        with home:
            owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    return {cls.iri for cls in world.inconsistent_classes()} - {str(OWL.Nothing)}


def with_fault(turtle: str, base: Graph | None = None) -> Graph:
    """Return the terms, or another graph, with more in Turtle, where `:` is for things made up."""
    prefixes = {"": EXAMPLE, "cg": CG._NS, "org": ORG, "owl": OWL, "rdfs": RDFS, "skos": SKOS, "foaf": FOAF, "id": ID}
    head = "".join(f"@prefix {name}: <{namespace!s}> .\n" for name, namespace in prefixes.items())
    return (base or terms()) + Graph().parse(data=head + turtle, format="turtle")


@pytest.fixture(scope="module")
def whole() -> Graph:
    return everything()


def test_every_term_that_is_reasoned_on_is_declared(whole: Graph) -> None:
    assert undeclared(whole) == [], "say in tests/ontology_rules/foreign.ttl what these are"
    assert undeclared(with_fault(":a cg:memberOff :b . :c a cg:Forun .")) == [CG._NS + "Forun", CG._NS + "memberOff"]


def test_no_property_is_for_things_and_words_at_once(whole: Graph) -> None:
    assert of_the_wrong_kind(whole) == []
    faults = ':a cg:member "Estonia" ; cg:city :tallinn .'
    assert of_the_wrong_kind(with_fault(faults)) == [str(CG.city), str(CG.member)]


def test_dates_are_all_that_is_kept_from_hermit_and_they_are_of_their_type(whole: Graph) -> None:
    readable, dropped = for_hermit(whole)
    assert set(dropped) == NOT_IN_OWL
    left = {v.datatype for v in readable.objects() if isinstance(v, Literal)} | set(readable.objects(None, RDFS.range))
    assert not left & NOT_IN_OWL
    assert dropped.total() + sum(p == RDFS.range and v in NOT_IN_OWL for _, p, v in whole) + len(readable) == len(
        logical(whole)
    )
    assert wrongly_typed(whole) == []


@pytest.mark.parametrize(
    "fault",
    [
        ':a cg:startNotBefore "2011"^^<http://www.w3.org/2001/XMLSchema#gYear> .',
        ':a cg:start "2011-02-30"^^<http://www.w3.org/2001/XMLSchema#date> .',
        ':a cg:dateNotAfter "2011-01-01" .',
    ],
    ids=["a year for a day", "no day of the calendar", "words"],
)
@pytest.mark.filterwarnings("ignore")  # rdflib logs the date that is none
def test_a_wrong_date_is_found(fault: str) -> None:
    assert wrongly_typed(with_fault(fault))


@needs_java
def test_the_ontology_with_its_codes_and_examples_is_consistent_and_no_class_is_empty(whole: Graph) -> None:
    assert unsatisfiable(whole) == set()


@needs_java
@pytest.mark.parametrize(
    "fault",
    [
        ":a a cg:State, cg:Organisation .",
        ":a cg:target :b . :b a cg:Document .",
        ':a cg:abbreviation "FOC"@en .',
        ":a a cg:Person, org:Organization .",
        ":a foaf:homepage :page . :b foaf:homepage :page . :a a cg:State . :b a cg:Organisation .",
    ],
    ids=[
        "two disjoint classes",
        "a target that is a text",
        "a language where there is none",
        "a person that is an organisation",
        "one homepage for a state and an organisation",
    ],
)
def test_an_individual_that_cannot_be_is_found(fault: str) -> None:
    assert unsatisfiable(with_fault(fault)) is None


@needs_java
def test_a_class_below_two_that_exclude_each_other_is_found() -> None:
    faults = ":Micronation a owl:Class ; rdfs:subClassOf cg:State, cg:Organisation ."
    assert unsatisfiable(with_fault(faults)) == {str(EXAMPLE.Micronation)}


@needs_java
@pytest.mark.slow
def test_the_alignments_contradict_neither_the_ontology_nor_those_they_lead_to() -> None:
    beyond = load(ontology.ALIGNMENTS).parse(AXIOMS)
    assert unsatisfiable(everything() + beyond) == set()
    fault = "@prefix prov: <http://www.w3.org/ns/prov#> . cg:Measure rdfs:subClassOf prov:Entity, prov:Activity ."
    assert unsatisfiable(with_fault(fault, terms() + beyond)) == {str(CG.Measure)}


@needs_java
@pytest.mark.slow
def test_everything_that_ships_is_consistent_with_the_ontology() -> None:
    graph = terms()
    for subject, predicate, value, _ in gather(recipe(), Report()).quads:
        graph.add((subject, predicate, value))
    assert undeclared(graph) == []
    assert of_the_wrong_kind(graph) == []
    assert wrongly_typed(graph) == []
    assert unsatisfiable(graph) == set()


# OWL RL


def closure(graph: Graph) -> Graph:
    """Return everything that the rules of OWL 2 RL conclude."""
    expanded = logical(graph)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(expanded)
    return expanded


def contradictions(expanded: Graph) -> list[str]:
    """Return what the rules found to contradict itself."""
    return sorted(str(text) for text in expanded.objects(None, MESSAGE.error))


def paths_to_states(expanded: Graph) -> list[str]:
    """Return how an operation or threat actor leads in one step to a state that is not its target."""
    allowed = set(expanded.transitive_objects(CG.target, RDFS.subPropertyOf))
    states = set(expanded.subjects(RDF.type, CG.State))
    starts = {thing for cls in (CG.Operation, CG.ThreatActor) for thing in expanded.subjects(RDF.type, cls)}
    return sorted(
        f"{start} {predicate} {value}"
        for start in starts
        for predicate, value in expanded.predicate_objects(start)
        if value in states and not (predicate in allowed and (start, CG.target, value) in expanded)
    )


def actors_added(stated: Graph, expanded: Graph) -> list[str]:
    """Return claims that were given an actor whom nothing stated in that role: a group's members, a body's."""
    above = {p: set(expanded.transitive_objects(p, RDFS.subPropertyOf)) for p in set(expanded.predicates())}
    told = {(s, upper, v) for s, p, v in stated for upper in above.get(p, ())}
    actors = {a for cls in (CG.Actor, CG.Forum) for a in expanded.subjects(RDF.type, cls)}
    added = (
        (claim, predicate, value)
        for claim in set(expanded.subjects(RDF.type, CG.Claim))
        for predicate, value in expanded.predicate_objects(claim)
        if value in actors and (claim, predicate, value) not in told
    )
    return sorted(" ".join(map(str, triple)) for triple in added)


def commitments_added(stated: Graph, expanded: Graph) -> list[str]:
    """Return who was given a text to have accepted, or a forum to be in, without a statement or a derivation."""
    shortcuts = (CG.hasAccepted, CG.partyTo, CG.memberOf, CG.participatesIn)
    return sorted(str(s) for p in shortcuts for s, v in expanded.subject_objects(p) if (s, p, v) not in stated)


def made_one(expanded: Graph) -> list[str]:
    """Return pairs of different things of ours that are concluded to be the same or an exact match."""
    pairs = (pair for p in (OWL.sameAs, SKOS.exactMatch) for pair in expanded.subject_objects(p))
    ours = (str(CG._NS), str(ID), str(VOCAB))
    return sorted(f"{a} {b}" for a, b in pairs if a != b and str(a).startswith(ours) and str(b).startswith(ours))


@pytest.fixture(scope="module")
def concluded(whole: Graph) -> Graph:
    return closure(whole)


@pytest.mark.slow
def test_nothing_is_concluded_that_contradicts_itself(concluded: Graph) -> None:
    assert len(concluded) > 5000
    assert contradictions(concluded) == []


@pytest.mark.parametrize("fault", [":a a cg:State, cg:Organisation .", ":a cg:target :b . :b a cg:Document ."])
def test_a_contradiction_is_found(fault: str) -> None:
    (message,) = set(contradictions(closure(with_fault(fault))))
    assert re.search("disjoint", message, re.IGNORECASE)


def test_no_rule_leads_from_an_operation_or_threat_actor_to_a_state_except_as_target(concluded: Graph) -> None:
    assert {CG.target, CG.ofOperation, CG.attributedTo} <= set(concluded.predicates())
    assert paths_to_states(concluded) == []


def test_a_rule_that_says_who_did_it_is_found() -> None:
    faults = """
        :act a cg:Attribution ; cg:ofOperation :worm ; cg:attributedTo :state ; cg:namesGroup :gang .
        :state a cg:State .
        :attributedIn owl:inverseOf cg:ofOperation . :by owl:propertyChainAxiom ( :attributedIn cg:attributedTo ) .
        :namedIn owl:inverseOf cg:namesGroup . :sponsor owl:propertyChainAxiom ( :namedIn cg:attributedTo ) .
        cg:target rdfs:subPropertyOf :touches . :worm cg:target :victim ; :touches :state . :victim a cg:State .
        """
    wanted = ((EXAMPLE.gang, EXAMPLE.sponsor), (EXAMPLE.worm, EXAMPLE.by), (EXAMPLE.worm, EXAMPLE.touches))
    found = paths_to_states(closure(with_fault(faults)))
    assert found == [f"{start} {predicate} {EXAMPLE.state}" for start, predicate in wanted]


def test_no_act_of_a_group_and_no_consensus_is_copied_to_members(whole: Graph, concluded: Graph) -> None:
    assert (None, CG.acceptanceMode, VOCAB["acceptance-mode/adopted-without-vote"]) in whole
    assert actors_added(whole, concluded) == []
    assert commitments_added(whole, concluded) == []


def test_a_rule_that_copies_to_members_is_found() -> None:
    faults = """
        :estonia a cg:State ; cg:memberOf :assembly . :assembly a cg:Forum . :hasMember owl:inverseOf cg:memberOf .
        :consensus a cg:Acceptance ; cg:acceptedBy :assembly ; cg:accepts :text .
        :statement a cg:Statement ; cg:onBehalfOf :assembly .
        cg:acceptedBy owl:propertyChainAxiom ( cg:acceptedBy :hasMember ) .
        cg:speaker owl:propertyChainAxiom ( cg:onBehalfOf :hasMember ) .
        :acceptedIn owl:inverseOf cg:acceptedBy .
        cg:hasAccepted owl:propertyChainAxiom ( cg:memberOf :acceptedIn cg:accepts ) .
        """
    stated = with_fault(faults)
    expanded = closure(stated)
    wanted = ((EXAMPLE.consensus, CG.acceptedBy), (EXAMPLE.statement, CG.speaker))
    assert actors_added(stated, expanded) == [f"{claim} {role} {EXAMPLE.estonia}" for claim, role in wanted]
    assert commitments_added(stated, expanded) == [str(EXAMPLE.estonia)]


def test_no_two_things_of_ours_are_concluded_to_be_one(concluded: Graph) -> None:
    assert made_one(concluded) == []


def test_two_things_made_one_are_found() -> None:
    faults = """
        id:norm-a skos:exactMatch foaf:text . id:norm-b skos:exactMatch foaf:text .
        id:forum-a foaf:homepage :page . id:organisation-b foaf:homepage :page .
        id:operation-a owl:sameAs id:operation-b .
        """
    pairs = {
        frozenset(pair.removeprefix(ID) for pair in found.split()) for found in made_one(closure(with_fault(faults)))
    }
    assert pairs == {
        frozenset({"norm-a", "norm-b"}),
        frozenset({"forum-a", "organisation-b"}),
        frozenset({"operation-a", "operation-b"}),
    }
