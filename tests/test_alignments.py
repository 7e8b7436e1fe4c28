"""The alignments: they say only what holds, about terms that exist, and open no way to blame a state.

Every check is a function that returns what is wrong, and is run on a planted fault as well. Which terms the other
vocabularies have stands in `tests/vocabularies`, and what they say of them in `axioms.ttl` there.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import owlrl
import pytest
from rdflib import DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SH, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef

import ontology
from graph.terms import BASE, CG, ID, VOCAB
from graph.turtle import files, load

TESTS = Path(__file__).resolve().parent
VOCABULARIES = TESTS / "vocabularies"
AXIOMS = (VOCABULARIES / "axioms.ttl", TESTS / "ontology_rules" / "foreign.ttl")
CURATED = TESTS.parent / "loaders" / "curated"
ALIGNMENTS = Namespace(BASE["alignments/"])
SCHEMA = Namespace("https://schema.org/")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
STIX = Namespace("http://docs.oasis-open.org/cti/ns/stix#")
MESSAGE = Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
HEAD = ("vocabulary", "namespace", "version", "repository", "path", "commit")
NAMES = sorted(path.stem for path in files(ontology.ALIGNMENTS))
MATCHES = (SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
ENTAILING = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty)
DOCUMENTS = {DCTERMS.license, DCTERMS.source, RDFS.isDefinedBy, RDFS.seeAlso}
TERM_PLACES = {
    *(RDF.type, RDFS.domain, RDFS.range, OWL.disjointWith, OWL.inverseOf, *ENTAILING, *MATCHES),
    *(SH.path, SH["class"], SH.datatype, SH.nodeKind, SH.severity),
    *(SH.targetClass, SH.targetObjectsOf, SH.targetSubjectsOf),
}
FAULTS = "".join(
    f"@prefix {name}: <{namespace}> .\n"
    for name, namespace in (
        *(("align", ALIGNMENTS), ("cg", CG._NS), ("id", ID), ("made", "https://made.example/")),
        *(("foaf", FOAF), ("org", ORG), ("owl", OWL), ("prov", PROV), ("rdfs", RDFS), ("schema", SCHEMA)),
        *(("sem", SEM), ("sh", SH), ("skos", SKOS), ("stix", STIX), ("xsd", XSD)),
    )
)


# What is read


@dataclass(frozen=True)
class Vocabulary:
    """The terms that another vocabulary has, and where they were read."""

    name: str
    head: dict[str, str]
    terms: tuple[str, ...]

    @property
    def namespace(self) -> str:
        return self.head["namespace"]


def read_vocabulary(name: str, text: str) -> Vocabulary:
    """Return a list: a head of comments, then a term a line, with words behind it at most."""
    lines = text.splitlines()
    head = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("#"))
    return Vocabulary(name, head, tuple(line.split()[0] for line in lines if not line.startswith("#")))


def vocabularies() -> list[Vocabulary]:
    return [read_vocabulary(path.stem, path.read_text("utf-8")) for path in sorted(VOCABULARIES.glob("*.txt"))]


def context_graph(text: str) -> Graph:
    """Return the names that a JSON-LD context stands for, each as a predicate of nothing in particular."""
    context = json.loads(text)["@context"]
    entries = [
        entry for value in context.values() for entry in (value.values() if isinstance(value, dict) else [value])
    ]
    graph, something = Graph(), BNode()
    for entry in entries:
        prefix, colon, rest = str(entry).partition(":")
        if colon and not rest.startswith("//"):
            graph.add((something, URIRef(f"{context[prefix]}{rest}"), something))
    return graph


def planted(turtle: str) -> Graph:
    return Graph().parse(data=FAULTS + turtle, format="turtle")


def alignment(name: str) -> Graph:
    return load(ontology.ALIGNMENTS / f"{name}.ttl")


@pytest.fixture(scope="module")
def core() -> Graph:
    return ontology.load_ontology()


@pytest.fixture(scope="module")
def codes() -> Graph:
    return ontology.load_codes()


@pytest.fixture(scope="module")
def aligned() -> Graph:
    return load(ontology.ALIGNMENTS)


# The lists of terms


def faults_of_list(vocabulary: Vocabulary) -> list[str]:
    """Return what a list lacks, or has too much."""
    sums = [value for key, value in vocabulary.head.items() if key.startswith("sha256")]
    wrong = [f"no {key}" for key in HEAD if not vocabulary.head.get(key)]
    wrong += [] if len(sums) == 1 and re.fullmatch("[0-9a-f]{64}", sums[0]) else ["no sha256"]
    wrong += [] if re.fullmatch("[0-9a-f]{40}", vocabulary.head.get("commit", "")) else ["no whole commit"]
    wrong += [] if list(vocabulary.terms) == sorted(set(vocabulary.terms)) else ["not in order, or twice"]
    namespace = vocabulary.head.get("namespace", "")
    return wrong + [f"{term} is elsewhere" for term in vocabulary.terms if not term.startswith(namespace)]


@pytest.mark.parametrize("vocabulary", vocabularies(), ids=lambda vocabulary: vocabulary.name)
def test_a_list_says_where_it_was_read_and_is_in_order(vocabulary: Vocabulary) -> None:
    assert vocabulary.terms
    assert faults_of_list(vocabulary) == []


def test_a_list_that_says_nothing_of_its_source_is_found() -> None:
    bad = read_vocabulary("bad", "# namespace: http://a/\n# commit: abc\nhttp://a/y\nhttp://a/x\nhttp://b/x words\n")
    wanted = ["no vocabulary", "no version", "no repository", "no path", "no sha256", "no whole commit"]
    assert faults_of_list(bad) == [*wanted, "not in order, or twice", "http://b/x is elsewhere"]


# Terms that exist


def unlisted(graph: Graph, lists: Iterable[Vocabulary], places: Collection[URIRef] = TERM_PLACES) -> list[str]:
    """Return terms of others that are on no list: any IRI in a listed namespace, and any where only a term can be."""
    namespaces = {vocabulary.namespace: set(vocabulary.terms) for vocabulary in lists}
    wrong = set()
    for node, is_term in _nodes(graph, places):
        listed = next((space for space in namespaces if node.startswith(space) and node != space), None)
        if node.startswith(BASE) or node in namespaces.get(listed or "", ()):
            continue
        if listed or is_term:
            wrong.add(node)
    return sorted(wrong)


def _nodes(graph: Graph, places: Collection[URIRef]) -> Iterator[tuple[str, bool]]:
    """Yield every IRI but the sources of texts, and whether it stands where only a term can."""
    for subject, predicate, value in graph:
        yield str(predicate), True
        if isinstance(subject, URIRef):
            yield str(subject), False
        if isinstance(value, URIRef) and predicate != DCTERMS.source:
            yield str(value), predicate in places
        elif isinstance(value, Literal) and value.datatype:
            yield str(value.datatype), True


@pytest.mark.parametrize("room", [ontology.CORE, ontology.SHAPES, ontology.ALIGNMENTS], ids=lambda path: path.name)
def test_every_term_of_others_exists(room: Path) -> None:
    assert unlisted(load(room), vocabularies()) == []


def test_every_term_of_others_in_the_codes_exists(codes: Graph) -> None:
    assert unlisted(codes, vocabularies(), TERM_PLACES - set(MATCHES)) == []  # codes also match codes of others


def test_every_term_of_others_in_the_context_exists() -> None:
    graph = context_graph(ontology.CONTEXT.read_text("utf-8"))
    assert {DCTERMS.title, CG.Forum, CG.member, XSD.date} <= set(graph.predicates())
    assert unlisted(graph, vocabularies()) == []


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("cg:member rdfs:subPropertyOf org:hasMember2 .", f"{ORG}hasMember2"),
        ("id:a prov:wasSaidBy id:b .", f"{PROV}wasSaidBy"),
        ("made:shape sh:property [ sh:path ( cg:evidence prov:wasSaidBy ) ] .", f"{PROV}wasSaidBy"),
        ("cg:Claim skos:closeMatch made:Claim .", "https://made.example/Claim"),
        ('id:a skos:note "2011"^^xsd:gJahr .', f"{XSD}gJahr"),
    ],
)
def test_a_term_that_nobody_has_is_found(fault: str, found: str) -> None:
    assert unlisted(planted(fault), vocabularies()) == [found]


def test_a_term_in_the_context_that_nobody_has_is_found() -> None:
    context = {
        "@context": {"dcterms": str(DCTERMS), "kind": {"@id": "dcterms:kind", "@type": "@id"}, "a": "dcterms:date"}
    }
    assert unlisted(context_graph(json.dumps(context)), vocabularies()) == [f"{DCTERMS}kind"]


def not_ours(graph: Graph, core: Graph, codes: Graph) -> list[str]:
    """Return what an alignment says of things that are not ours, or of terms and codes of ours that do not exist."""
    known = {term for term in {*core.subjects(), *codes.subjects()} if str(term).startswith((CG._NS, VOCAB))}
    named = {node for triple in graph for node in triple if str(node).startswith((CG._NS, VOCAB))}
    files_ = set(graph.subjects(RDF.type, OWL.Ontology))
    return sorted({str(node) for node in named - known} | {str(s) for s in set(graph.subjects()) - known - files_})


def test_alignments_speak_of_terms_and_codes_of_ours_that_exist(aligned: Graph, core: Graph, codes: Graph) -> None:
    assert not_ours(aligned, core, codes) == []


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("cg:Membershop rdfs:subClassOf org:Membership .", f"{CG._NS}Membershop"),
        ("org:Role rdfs:subClassOf skos:Concept .", f"{ORG}Role"),
        ("cg:Claim skos:closeMatch <https://w3id.org/cybergov/vocab/vote/perhaps> .", f"{VOCAB}vote/perhaps"),
    ],
)
def test_words_on_what_is_not_ours_are_found(fault: str, found: str, core: Graph, codes: Graph) -> None:
    assert not_ours(planted(fault), core, codes) == [found]


def other_statements(graph: Graph) -> list[str]:
    """Return by what else than the words for an alignment something is said of our terms."""
    heads = set(graph.subjects(RDF.type, OWL.Ontology))
    words = {*ENTAILING, *MATCHES}
    return sorted(
        {str(predicate) for subject, predicate, _ in graph if subject not in heads and predicate not in words}
    )


def test_alignments_say_what_is_narrower_equivalent_or_matched_and_nothing_else(aligned: Graph) -> None:
    assert other_statements(aligned) == []
    fault = planted("cg:member rdfs:range foaf:Agent ; owl:inverseOf org:hasMembership ; skos:exactMatch org:member .")
    assert other_statements(aligned + fault) == [str(RDFS.range), str(OWL.inverseOf), str(SKOS.exactMatch)]


# What each file says of itself


def faults_of_head(graph: Graph, name: str) -> list[str]:
    """Return what the head of an alignment lacks."""
    iri = ALIGNMENTS[name]
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    wrong = [] if set(graph.subjects(RDF.type, OWL.Ontology)) == {iri} else ["not one ontology of that name"]
    wanted = (DCTERMS.title, DCTERMS.description, DCTERMS.source)
    wrong += [
        f"no {predicate.fragment or predicate.rsplit('/', 1)[-1]}"
        for predicate in wanted
        if not graph.value(iri, predicate)
    ]
    wrong += [] if graph.value(iri, DCTERMS.license) == licence else ["not under CC BY 4.0"]
    wrong += [] if re.fullmatch(r"\d+\.\d+\.\d+", str(graph.value(iri, OWL.versionInfo))) else ["no version"]
    return wrong + (["imports something"] if (None, OWL.imports, None) in graph else [])


@pytest.mark.parametrize("name", NAMES)
def test_each_alignment_says_what_it_is(name: str) -> None:
    graph = alignment(name)
    assert faults_of_head(graph, name) == []
    assert len(set(graph.subjects()) - {ALIGNMENTS[name]}) > 0


def test_an_alignment_without_a_head_is_found() -> None:
    fault = planted('align:x a owl:Ontology ; owl:versionInfo "1" ; owl:imports org: .')
    wanted = ["no title", "no description", "no source", "not under CC BY 4.0", "no version", "imports something"]
    assert faults_of_head(fault, "x") == wanted
    assert faults_of_head(fault, "y")[0] == "not one ontology of that name"


def without_reason(text: str) -> list[str]:
    """Return the first lines of paragraphs that state something and do not open with a comment that says why."""
    paragraphs = [part.strip() for part in text.split("\n\n")]
    stating = [part for part in paragraphs if not part.startswith(("@prefix", "align:", "#"))]
    return [part.splitlines()[0] for part in stating]


@pytest.mark.parametrize("path", files(ontology.ALIGNMENTS), ids=lambda path: path.stem)
def test_each_statement_has_its_reason(path: Path) -> None:
    assert without_reason(path.read_text("utf-8")) == []


def test_a_statement_without_a_reason_is_found() -> None:
    text = "@prefix a: <b> .\n\nalign:x a owl:Ontology .\n\n# Why.\ncg:a b c:d .\n\ncg:e b c:f ;\n    g h .\n"
    assert without_reason(text) == ["cg:e b c:f ;"]


def imported(graph: Graph) -> list[str]:
    """Return what a graph imports."""
    return sorted(str(value) for value in graph.objects(None, OWL.imports))


def test_core_codes_and_shapes_import_nothing(core: Graph, codes: Graph) -> None:
    assert imported(core + codes + ontology.load_shapes()) == []
    assert imported(core + planted("cg: owl:imports align:org .")) == [f"{ALIGNMENTS}org"]


# What may never be said


def made_identical(graph: Graph) -> list[str]:
    """Return what makes two things one: owl:sameAs anywhere, and an exact match between two things of ours."""
    exact = [
        (s, o) for s, o in graph.subject_objects(SKOS.exactMatch) if str(s).startswith(BASE) and str(o).startswith(BASE)
    ]
    return sorted(f"{s} {o}" for s, o in [*graph.subject_objects(OWL.sameAs), *exact] if s != o)


def test_nothing_is_made_identical(aligned: Graph, core: Graph, codes: Graph) -> None:
    examples = Graph()
    for path in (ontology.EXAMPLES / "valid").glob("*.ttl"):
        examples.parse(path)
    assert made_identical(aligned + core + codes + examples) == []
    assert (
        None,
        SKOS.exactMatch,
        None,
    ) not in aligned  # it is transitive, and would reach from one vocabulary to the next


@pytest.mark.parametrize("way", ["owl:sameAs", "skos:exactMatch"])
def test_what_makes_two_commitments_one_is_found(way: str) -> None:
    fault = planted(f"<{ID}norm/un-2015-13k> {way} <{ID}commitment/x> . id:a skos:exactMatch made:a .")
    assert made_identical(fault) == [f"{ID}norm/un-2015-13k {ID}commitment/x"]


def blaming(graph: Graph) -> list[str]:
    """Return statements that tie one of our terms to a term by which others say who stands behind something.

    Taking part in a meeting is the exception: who took part is who acted there.
    """
    blame = {
        *(PROV.Attribution, PROV.wasAttributedTo, PROV.qualifiedAttribution),
        *(PROV.wasAssociatedWith, PROV.qualifiedAssociation, SEM.hasActor, STIX["attributed-to"]),
        URIRef("https://ontology.unifiedcyberontology.org/uco/action/performer"),
    }
    allowed = {(CG.participant, SEM.hasActor)}
    return sorted(f"{s} {o}" for s, o in graph.subject_objects() if o in blame and (s, o) not in allowed)


def test_nothing_is_tied_to_a_term_of_blame(aligned: Graph, core: Graph) -> None:
    assert blaming(aligned + core) == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("attributedTo", PROV.wasAttributedTo), ("target", SEM.hasActor), ("attributedTo", STIX["attributed-to"])],
)
def test_a_tie_to_a_term_of_blame_is_found(ours: str, theirs: URIRef) -> None:
    assert blaming(planted(f"cg:{ours} skos:relatedMatch <{theirs}> .")) == [f"{CG._NS}{ours} {theirs}"]


def shared_with_states(graph: Graph) -> list[str]:
    """Return terms of others to which both state-like actors and operations or threat actors are tied."""

    def tied(cls: URIRef) -> set[object]:
        above: set[object] = {*graph.transitive_objects(cls, RDFS.subClassOf)}
        matched = {value for match in MATCHES for upper, value in graph.subject_objects(match) if upper in above}
        return above | matched

    return sorted(str(term) for term in tied(CG.State) & (tied(CG.ThreatActor) | tied(CG.Operation)))


def test_states_share_no_term_of_others_with_threat_actors_or_operations(aligned: Graph, core: Graph) -> None:
    assert shared_with_states(aligned + core) == []
    fault = planted("cg:State skos:relatedMatch stix:ThreatActor . cg:Operation rdfs:subClassOf foaf:Agent .")
    assert shared_with_states(aligned + core + fault) == [str(STIX.ThreatActor), str(FOAF.Agent)]


# What follows


def closure(*graphs: Graph) -> Graph:
    """Return what OWL 2 RL concludes from all that is not documentation, with what the other vocabularies say."""
    whole = Graph()
    for graph in (*graphs, *(Graph().parse(path) for path in AXIOMS)):
        for triple in graph:
            if not isinstance(triple[2], Literal) and triple[1] not in DOCUMENTS:
                whole.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(whole)
    return whole


def contradictions(closed: Graph) -> list[str]:
    """Return what the rules found to contradict itself."""
    return sorted(str(text) for text in closed.objects(None, MESSAGE.error))


def ways_to_states(closed: Graph) -> list[str]:
    """Return by what an operation or threat actor leads to a state in one step, other than by its target.

    By a property from the one to the other, by another name for the target, or by what is concluded of an example.
    """
    starts = (CG.Operation, CG.ThreatActor)
    reached = {CG.State, *closed.objects(CG.State, RDFS.subClassOf)} - {OWL.Thing, RDFS.Resource}
    states = set(closed.subjects(RDF.type, CG.State))
    ways = {
        str(p)
        for start in starts
        for p in closed.subjects(RDFS.domain, start)
        if reached & set(closed.objects(p, RDFS.range))
    }
    ways |= {str(upper) for upper in closed.objects(CG.target, RDFS.subPropertyOf)}
    ways |= {
        str(predicate)
        for start in starts
        for thing in closed.subjects(RDF.type, start)
        for predicate, value in closed.predicate_objects(thing)
        if value in states
    }
    return sorted(ways - {str(CG.target)})


@pytest.fixture(scope="module")
def closed(core: Graph, codes: Graph, aligned: Graph) -> Graph:
    examples = Graph().parse(ontology.EXAMPLES / "context.ttl")
    for path in sorted((ontology.EXAMPLES / "valid").glob("*.ttl")):
        examples.parse(path)
    return closure(core, codes, aligned, examples)


@pytest.mark.slow
def test_nothing_that_follows_contradicts_itself(closed: Graph) -> None:
    assert contradictions(closed) == []
    membership = next(closed.subjects(RDF.type, CG.Membership))
    assert (membership, RDF.type, ORG.Membership) in closed
    assert (closed.value(membership, CG.forum), RDF.type, ORG.Organization) in closed
    assert (closed.value(membership, CG.member), RDF.type, PROV.Agent) in closed


def test_nothing_that_follows_leads_from_an_operation_or_threat_actor_to_a_state_except_as_target(
    closed: Graph,
) -> None:
    targets = [o for thing in closed.subjects(RDF.type, CG.Operation) for o in closed.objects(thing, CG.target)]
    assert any((target, RDF.type, CG.State) in closed for target in targets)
    assert ways_to_states(closed) == []


def test_an_alignment_that_contradicts_itself_is_found(core: Graph, aligned: Graph) -> None:
    faults = (
        "cg:Vote rdfs:subClassOf prov:Activity . id:vote a cg:Vote .",
        "cg:Document rdfs:subClassOf org:Organization . id:text a cg:Document .",
        "cg:organOf rdfs:subPropertyOf org:subOrganizationOf . id:desk cg:organOf id:person . id:person a cg:Person .",
        "cg:CapacityBuilding rdfs:subClassOf org:ChangeEvent , org:Membership . id:training a cg:CapacityBuilding .",
        "id:office skos:exactMatch id:post ; skos:broadMatch id:post .",
    )
    found = contradictions(closure(core, aligned, planted("\n".join(faults))))
    assert all(re.search("disjoint", message, re.IGNORECASE) for message in found)
    for name in ("vote", "text", "person", "training", "office"):
        assert [message for message in found if f"{ID}{name}" in message], name
    assert not [message for message in found if f"{ID}desk" in message]


def test_an_alignment_that_opens_a_way_to_a_state_is_found(core: Graph, aligned: Graph) -> None:
    fault = planted(
        """
        cg:target rdfs:subPropertyOf sem:hasActor .
        made:sponsor rdfs:domain cg:ThreatActor ; rdfs:range foaf:Agent .
        made:attributedIn owl:inverseOf cg:ofOperation .
        prov:wasAttributedTo owl:propertyChainAxiom ( made:attributedIn cg:attributedTo ) .
        id:act a cg:Attribution ; cg:ofOperation id:worm ; cg:attributedTo id:state . id:state a cg:State .
        """
    )
    wanted = [str(SEM.eventProperty), str(SEM.hasActor), "https://made.example/sponsor", str(PROV.wasAttributedTo)]
    assert ways_to_states(closure(core, aligned, fault)) == sorted(wanted)


# What the alignment with ORG rests on


def not_single(shapes: Graph, cls: URIRef, predicates: Iterable[URIRef]) -> list[str]:
    """Return predicates of which the shapes of a class do not ask for exactly one value."""
    one = Literal(1)
    asked = {
        shapes.value(shape, SH.path)
        for shape in shapes.subjects(SH.targetClass, cls)
        if shapes.value(shape, SH.minCount) == one and shapes.value(shape, SH.maxCount) == one
    }
    return sorted(str(predicate) for predicate in set(predicates) - asked)


def test_a_membership_is_of_one_actor_in_one_forum_as_org_concludes() -> None:
    shapes = ontology.load_shapes()
    assert not_single(shapes, CG.Membership, (CG.member, CG.forum)) == []
    loose = "made:shape sh:targetClass cg:Membership ; sh:path cg:member ; sh:minCount 1 ."
    assert not_single(planted(loose), CG.Membership, (CG.member,)) == [str(CG.member)]


def members_of_no_body(forums: Iterable[dict[str, str]], memberships: Iterable[dict[str, str]]) -> list[str]:
    """Return forums with members that by their kind are no body, so that ORG would wrongly call them organisations."""
    kinds = {row["id"]: row["forum_kind"] for row in forums if row["forum_kind"]}
    no_body = {"debate", "dialogue", "conference-series", "proposed-process"}
    held_in = {row["forum"].removeprefix("forum/") for row in memberships}
    return sorted(forum for forum in held_in if kinds.get(forum) in no_body)


def rows(pattern: str) -> list[dict[str, str]]:
    """Return the rows of the tables that ship."""
    texts = (path.read_text("utf-8") for path in sorted(CURATED.glob(pattern)))
    return [row for text in texts for row in csv.DictReader(io.StringIO(text))]


def test_memberships_are_held_in_bodies_only() -> None:
    forums, memberships = rows("forums-*.csv"), rows("memberships-*.csv")
    assert len(memberships) > 1000
    assert members_of_no_body(forums, memberships) == []
    proposed = next(row["id"] for row in forums if row["forum_kind"] == "proposed-process")
    assert members_of_no_body(forums, [{"forum": f"forum/{proposed}"}]) == [proposed]
