"""The ontology: its terms are those of the code, each is explained, and none says what may never be said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from rdflib import (
    DC,
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SKOS,
    VANN,
    XSD,
    BNode,
    Graph,
    Literal,
    Namespace,
    URIRef,
)
from rdflib.compare import isomorphic

import ontology
from graph import model
from graph.derive import BOUNDS, superclasses
from graph.record import Claim, Record, Spec
from graph.terms import CG, VOCAB
from graph.turtle import files

VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")
IRI = URIRef("https://w3id.org/cybergov/ontology")
KNOWN = (DC, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, XSD)
NAMES = {name for name in CG.__annotations__ if not name.startswith("_")}
EXAMPLES = sorted((ontology.EXAMPLES / "valid").glob("*.ttl"))
FILES = [*files(ontology.CORE), *files(ontology.CODES)]
RDFLIB_WARNS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own JSON-LD reader uses it


@pytest.fixture(scope="module")
def terms() -> Graph:
    return ontology.load_ontology()


@pytest.fixture(scope="module")
def codes() -> Graph:
    return ontology.load_codes()


@pytest.fixture(scope="module")
def examples() -> Graph:
    together = Graph().parse(ontology.EXAMPLES / "context.ttl")
    for path in EXAMPLES:
        together.parse(path)
    return together


def records() -> Iterator[type[Record]]:
    """Yield the classes of the model."""
    for name in model.__all__:
        yield getattr(model, name)


def fields() -> Iterator[tuple[type[Record], str, Spec]]:
    for cls in records():
        for name, spec in cls.specs().items():
            yield cls, name, spec


def room(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def local(term: object) -> str:
    return str(term).removeprefix(CG._NS)


def own(graph: Graph, *kinds: URIRef) -> set[URIRef]:
    return {s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def above(graph: Graph, cls: URIRef) -> set[URIRef]:
    return {upper for upper in graph.transitive_objects(cls, RDFS.subClassOf) if isinstance(upper, URIRef)}


def clashes(graph: Graph, types: set[URIRef]) -> list[tuple[str, str]]:
    """Return the pairs of disjoint classes among some types and everything above them."""
    every = {upper for cls in types for upper in above(graph, cls)}
    return [
        (local(one), local(other))
        for one, other in combinations(sorted(every), 2)
        if (one, OWL.disjointWith, other) in graph or (other, OWL.disjointWith, one) in graph
    ]


# Terms


def test_the_ontology_and_the_code_have_the_same_names(terms: Graph) -> None:
    defined = {local(s) for s in own(terms, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)}
    assert defined == NAMES


def test_the_ontology_says_what_it_is(terms: Graph) -> None:
    wanted = (
        *(DCTERMS.title, DCTERMS.description, DC.creator, DCTERMS.created, DCTERMS.issued, DCTERMS.license),
        *(DCTERMS.source, DCTERMS.bibliographicCitation, OWL.versionIRI, OWL.versionInfo),
        *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri, VS.term_status),
    )
    assert not [predicate for predicate in wanted if terms.value(IRI, predicate, any=True) is None]
    assert str(terms.value(IRI, VANN.preferredNamespaceUri)) == str(CG._NS)
    assert str(terms.value(IRI, OWL.versionIRI)) == f"{IRI}/{terms.value(IRI, OWL.versionInfo)}"


def test_every_term_is_named_defined_and_shown_by_an_example(terms: Graph) -> None:
    for name in sorted(NAMES):
        labels = Counter(label.language for label in terms.objects(CG[name], RDFS.label) if isinstance(label, Literal))
        assert labels == {"en": 1, "de": 1}, name
        definition = terms.value(CG[name], SKOS.definition, any=False)
        assert isinstance(definition, Literal), name
        assert definition.language == "en", name
        assert definition.endswith("."), name
        assert len(definition.split()) > 4, name
        assert (CG[name], SKOS.example, None) in terms, name
        assert terms.value(CG[name], RDFS.isDefinedBy) == IRI, name
        assert terms.value(CG[name], VS.term_status, any=False) in (Literal("stable"), Literal("testing")), name


def test_no_two_terms_have_one_definition(terms: Graph) -> None:
    definitions = Counter(str(text) for text in terms.objects(None, SKOS.definition))
    assert [text for text, count in definitions.items() if count > 1] == []


def test_terms_that_are_easily_confused_say_how_they_differ(terms: Graph) -> None:
    easily_confused = (
        *(CG.member, CG.participant, CG.participatesIn, CG.attributedTo, CG.assessedCountry, CG.stateNamedByOthers),
        *(CG.Response, CG.Listing, CG.Commitment, CG.Proposal, CG.Acceptance, CG.Vote, CG.Attribution, CG.Assessment),
        *(CG.Forum, CG.Event, CG.Document, CG.Provision, CG.Membership, CG.Participation, CG.adoptedBy, CG.acceptedBy),
    )
    silent = [local(t) for t in easily_confused if (t, SKOS.scopeNote, None) not in terms]
    assert set(silent) <= {"Participation", "Provision"}


def test_a_term_has_one_domain_and_one_range_at_most(terms: Graph) -> None:
    for name in sorted(name for name in NAMES if name[0].islower()):
        for side in (RDFS.domain, RDFS.range):
            found = list(terms.objects(CG[name], side))
            assert len(found) <= 1, name
            assert all(local(cls) in NAMES for cls in found if isinstance(cls, URIRef) and cls.startswith(CG._NS)), name


def test_domains_and_ranges_agree_with_the_model(terms: Graph) -> None:
    for cls, name, spec in fields():
        domain = terms.value(spec.predicate, RDFS.domain)
        narrowed = {CG.Session, CG.Forum, CG.Organ}  # stated on records that carry these types beside their own
        assert domain in {None, *above(terms, cls.cls), *narrowed}, (cls.__name__, name)
        found = terms.value(spec.predicate, RDFS.range)
        allowed = {
            "code": {SKOS.Concept},
            "text": {None, XSD.string, RDF.langString, RDFS.Literal},
            "date": {None},
            "integer": {XSD.integer},
            "amount": {XSD.decimal},
            "address": {None},
        }
        if spec.shape in allowed and spec.predicate.startswith(CG._NS):
            assert found in allowed[spec.shape], (cls.__name__, name)
        if spec.shape == "date" and spec.predicate in BOUNDS:
            assert all(terms.value(b, RDFS.range) == XSD.date for b in BOUNDS[spec.predicate] if b), name


def test_classes_above_are_never_classes_below(terms: Graph) -> None:
    for name in (name for name in NAMES if name[0].isupper()):
        for upper in above(terms, CG[name]) - {CG[name]}:
            assert CG[name] not in above(terms, upper), name


# What the model says


def test_every_class_and_field_of_the_model_is_a_term(terms: Graph) -> None:
    classes = own(terms, OWL.Class)
    properties = own(terms, OWL.ObjectProperty, OWL.DatatypeProperty)
    assert {cls.cls for cls in records()} <= classes
    for cls, name, spec in fields():
        assert spec.predicate in properties or any(spec.predicate in v for v in KNOWN), (cls.__name__, name)


def test_references_are_object_properties_and_values_are_not(terms: Graph) -> None:
    for cls, name, spec in fields():
        if spec.predicate.startswith(CG._NS):
            points = spec.shape in ("reference", "code", "address")
            kind = OWL.ObjectProperty if points else OWL.DatatypeProperty
            assert (spec.predicate, RDF.type, kind) in terms, (cls.__name__, name)


def test_what_the_code_calls_a_claim_is_one(terms: Graph) -> None:
    acts = {CG.Attribution, CG.Reply, CG.Response, CG.Listing, CG.Statement, CG.CapacityBuilding, CG.ReportedCount}
    claims = {cls.cls for cls in records() if issubclass(cls, Claim)} | acts
    assert [local(cls) for cls in claims if CG.Claim not in above(terms, cls)] == []


def test_no_class_is_below_two_that_exclude_each_other(terms: Graph) -> None:
    for name in sorted(name for name in NAMES if name[0].isupper()):
        assert clashes(terms, {CG[name]}) == [], name


def test_nothing_in_the_examples_is_of_two_classes_that_exclude_each_other(terms: Graph, examples: Graph) -> None:
    for thing in set(examples.subjects()):
        types = {cls for cls in examples.objects(thing, RDF.type) if isinstance(cls, URIRef)}
        assert clashes(terms, types) == [], thing


def test_actors_commitments_and_operations_exclude_what_they_are_not(terms: Graph) -> None:
    pairs = (
        *((CG.Commitment, CG.Proposal), (CG.Actor, CG.ThreatActor), (CG.State, CG.Organisation), (CG.State, CG.Person)),
        *((CG.Norm, CG.Proposal), (CG.Operation, CG.Claim), (CG.Attribution, CG.Listing)),
        *((CG.Attribution, CG.Assessment), (CG.Acceptance, CG.Vote), (CG.Membership, CG.Participation)),
    )
    assert [pair for pair in pairs if not clashes(terms, set(pair))] == []
    assert clashes(terms, {CG.Organisation, CG.Forum}) == []


# What may never be said


def test_no_property_leads_from_an_operation_or_threat_actor_to_a_state_except_as_target(terms: Graph) -> None:
    up = superclasses(terms)
    reaches_states = {CG.State, *up[CG.State], *(cls for cls, uppers in up.items() if CG.State in uppers)}
    for start in (CG.Operation, CG.ThreatActor):
        for prop in terms.subjects(RDFS.domain, start):
            assert prop == CG.target or terms.value(prop, RDFS.range) not in reaches_states, prop


def test_no_field_leads_from_an_operation_or_threat_actor_to_an_actor_except_as_target() -> None:
    for cls in (model.Operation, model.ThreatActor):
        for name, spec in cls.specs().items():
            actors = {"state", "organisation", "group", "person", "forum"} & set(spec.kinds)
            assert spec.predicate == CG.target or not actors, name


def test_no_example_leads_from_an_operation_or_threat_actor_to_a_state_except_as_target(examples: Graph) -> None:
    states = set(examples.subjects(RDF.type, CG.State))
    for start in (CG.Operation, CG.ThreatActor):
        for thing in examples.subjects(RDF.type, start):
            leads = [p for p, value in examples.predicate_objects(thing) if value in states and p != CG.target]
            assert leads == [], thing


def test_a_listing_has_no_property_for_a_state_behind_it(terms: Graph) -> None:
    assert terms.value(CG.attributedTo, RDFS.domain) == CG.Attribution
    assert terms.value(CG.stateNamedByOthers, RDFS.domain) == CG.Attribution
    assert not [spec for spec in model.Listing.specs().values() if "state" in spec.kinds]


# Code lists


def test_every_code_list_that_the_model_uses_has_codes(codes: Graph) -> None:
    used = {spec.scheme for _, _, spec in fields() if spec.shape == "code"}
    lists = {str(scheme).removeprefix(VOCAB) for scheme in codes.subjects(RDF.type, SKOS.ConceptScheme)}
    assert lists == used | {"verification", "bearing", "source-rank", "attribution-parameter"}  # evidence, and guidance
    for scheme in lists:
        assert len(set(codes.subjects(SKOS.inScheme, VOCAB[scheme]))) > 1, scheme


def test_every_code_list_is_named_and_defined(codes: Graph) -> None:
    for scheme in codes.subjects(RDF.type, SKOS.ConceptScheme):
        assert {label.language for label in codes.objects(scheme, SKOS.prefLabel)} == {"en", "de"}, scheme
        assert (scheme, SKOS.definition, None) in codes, scheme


def test_every_code_is_named_defined_and_in_its_list(codes: Graph) -> None:
    for code in own(codes, SKOS.Concept):
        scheme, _, notation = str(code).removeprefix(VOCAB).partition("/")
        languages = sorted(label.language for label in codes.objects(code, SKOS.prefLabel))
        assert languages == ["de", "en"], code
        assert list(codes.objects(code, SKOS.inScheme)) == [VOCAB[scheme]], code
        assert list(codes.objects(code, SKOS.notation)) == [Literal(notation)], code
        definition = codes.value(code, SKOS.definition, any=False)
        assert definition is not None, code
        assert definition.endswith("."), code
        is_top = (code, SKOS.topConceptOf, VOCAB[scheme]) in codes
        assert is_top == ((VOCAB[scheme], SKOS.hasTopConcept, code) in codes), code
        assert is_top != ((code, SKOS.broader, None) in codes), code


def test_no_two_codes_of_a_list_have_one_name(codes: Graph) -> None:
    for scheme in codes.subjects(RDF.type, SKOS.ConceptScheme):
        for predicate in (SKOS.prefLabel, SKOS.definition):
            names = Counter(n for code in codes.subjects(SKOS.inScheme, scheme) for n in codes.objects(code, predicate))
            assert [name for name, count in names.items() if count > 1] == [], scheme


def test_boundary_cases_are_shown_by_examples(codes: Graph) -> None:
    on_attribution = ("attribution-kind", "attribution-stance", "named-level")
    for scheme in (*on_attribution, "implementation-relation", "bindingness", "lineage", "acceptance-mode"):
        for code in codes.subjects(SKOS.inScheme, VOCAB[scheme]):
            assert (code, SKOS.example, None) in codes, code


# Files


@pytest.mark.parametrize("path", FILES, ids=room)
def test_a_file_goes_round_through_n_triples_and_stays_the_same(path: Path) -> None:
    first = Graph().parse(path)
    again = Graph().parse(data=first.serialize(format="nt"), format="nt")
    turtle = Graph().parse(data=again.serialize(format="turtle"), format="turtle")
    assert isomorphic(first, turtle)
    assert not [node for triple in first for node in triple if isinstance(node, BNode)]


@pytest.mark.parametrize("path", FILES, ids=room)
def test_a_file_is_written_the_same_way_twice(path: Path) -> None:
    once = Graph().parse(path).serialize(format="turtle")
    assert Graph().parse(data=once, format="turtle").serialize(format="turtle") == once


@pytest.mark.parametrize("path", [*FILES, *files(ontology.SHAPES), *EXAMPLES], ids=room)
def test_words_have_no_stray_spaces(path: Path) -> None:
    texts = [str(node) for node in Graph().parse(path).objects() if isinstance(node, Literal)]
    strays = [text for text in texts if text != text.strip()]
    assert strays == []


# JSON-LD


def test_the_context_names_every_term() -> None:
    context = json.loads(ontology.CONTEXT.read_text())["@context"]
    assert set(context) >= NAMES
    for name in NAMES:
        definition = context[name]
        assert (definition if isinstance(definition, str) else definition["@id"]) == f"cg:{name}"
    foreign = {spec.predicate for _, _, spec in fields() if not spec.predicate.startswith(CG._NS)}
    mapped = {entry["@id"] for entry in context.values() if isinstance(entry, dict)}
    graph = Graph()
    assert {graph.namespace_manager.curie(term) for term in foreign} <= mapped


@RDFLIB_WARNS
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_means_the_same_in_json_ld(path: Path) -> None:
    context = json.loads(ontology.CONTEXT.read_text())["@context"]
    graph = Graph().parse(path)
    compact = graph.serialize(format="json-ld", context=context, auto_compact=True)
    assert "w3id.org/cybergov/ontology/" not in compact.replace(f'"cg": "{CG._NS}"', "")
    assert isomorphic(graph, Graph().parse(data=compact, format="json-ld"))


@RDFLIB_WARNS
def test_json_ld_as_people_write_it_expands_to_the_triples_of_the_example() -> None:
    base, vocab = "https://w3id.org/cybergov/id/", "https://w3id.org/cybergov/vocab/"
    evidence = base + "evidence/membership-foc-EST-member-1-mfa-lv-foc"
    written = {
        "@context": json.loads(ontology.CONTEXT.read_text())["@context"],
        "id": base + "membership/foc-EST-member-1",
        "type": "Membership",
        "forum": base + "forum/foc",
        "member": base + "state/EST",
        "role": vocab + "membership-role/member",
        "spell": 1,
        "evidence": evidence,
    }
    graph = Graph().parse(data=json.dumps(written), format="json-ld")
    example = Graph().parse(ontology.EXAMPLES / "valid" / "Membership.ttl")
    assert len(graph) == len(written) - 2
    assert all(triple in example for triple in graph)
