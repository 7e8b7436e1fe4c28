"""The shapes: each lets what is right pass, and each stops what it is there to stop."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

import ontology
from graph import model
from graph.build import Content
from graph.derive import superclasses
from graph.model import Measure, TreatyAction
from graph.record import Record, Spec, Triple
from graph.terms import CG, GRAPH, ID
from graph.validate import Shapes

SHAPE = Namespace("https://w3id.org/cybergov/shapes/")
VALID = sorted((ontology.EXAMPLES / "valid").glob("*.ttl"))
INVALID = sorted((ontology.EXAMPLES / "invalid").glob("*.ttl"))
INCOMPLETE = sorted((ontology.EXAMPLES / "incomplete").glob("*.ttl"))  # may be published, and ought to say more
DESCRIBE_ONLY = {SH.targetClass, SH.targetNode, SH.property, SH.path, RDF.type}
WRONG = Literal(True)  # a value that fits no field

Found = dict[Node, set[str]]


@cache
def codes() -> Graph:
    return ontology.load_codes()


@cache
def above() -> Mapping[Node, set[URIRef]]:
    return superclasses(ontology.load_ontology())


def complete(data: Graph) -> Graph:
    """Return data as the build shows it to the shapes: with codes and with the classes above each class."""
    whole = data + codes()
    for thing, cls in list(data.subject_objects(RDF.type)):
        for upper in above().get(cls, ()):
            whole.add((thing, RDF.type, upper))
    return whole


def check(data: Graph, shapes: Graph, *severities: URIRef) -> Found:
    """Return the names of the shapes that each focus node breaks; violations, if no other severity is named."""
    _, report, _ = pyshacl.validate(complete(data), shacl_graph=shapes, inference="none", inplace=True)
    assert isinstance(report, Graph)
    found: Found = defaultdict(set)
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, source = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
        assert focus is not None
        if report.value(result, SH.resultSeverity) in (severities or (SH.Violation,)):
            found[focus].add(str(source).removeprefix(SHAPE))
    return found


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return ontology.load_shapes()


@pytest.fixture(scope="module")
def context() -> Graph:
    return Graph().parse(ontology.EXAMPLES / "context.ttl")


@pytest.fixture(scope="module")
def examples(context: Graph) -> Graph:
    together = context + Graph()
    for path in VALID:
        together.parse(path)
    return together


@pytest.fixture(scope="module")
def broken_by_examples(context: Graph, shapes: Graph) -> Found:
    """Which shapes each wrong example breaks, by the name of its file; all are examined in one run."""
    together, home = context + Graph(), defaultdict(set)
    for path in INVALID:
        graph = Graph().parse(path)
        for node in {*graph.subjects(), *(value for value in graph.objects() if isinstance(value, Literal))}:
            home[node].add(path.stem)
        together += graph
    by_file: Found = defaultdict(set)
    for focus, names in check(together, shapes).items():
        assert len(home[focus]) == 1, f"{focus} is in {home[focus]}; give each wrong example a subject of its own"
        by_file[Literal(*home[focus])] |= names
    return by_file


def named(shapes: Graph) -> list[URIRef]:
    return sorted(s for kind in (SH.NodeShape, SH.PropertyShape) for s in shapes.subjects(RDF.type, kind))


def that_constrain(shapes: Graph) -> list[URIRef]:
    """Return the shapes that can fail by themselves; the others only lead to those."""
    own = {s: {p for p in shapes.predicates(s) if p.startswith(str(SH))} for s in named(shapes)}
    return [shape for shape, predicates in own.items() if predicates - DESCRIBE_ONLY]


def fields() -> Iterator[tuple[type[Record], str, Spec]]:
    for cls in (getattr(model, name) for name in model.__all__):
        for name, spec in cls.specs().items():
            yield cls, name, spec


def shapes_on(shapes: Graph, cls: URIRef, predicate: URIRef) -> list[Node]:
    """Return the property shapes that examine a predicate on a class, also by way of the classes above."""
    up = {cls, *above().get(cls, ())}
    over = [s for s in shapes.subjects(SH.path, predicate) if up & set(shapes.objects(s, SH.targetClass))]
    for alternatives in shapes.subjects(SH.alternativePath):
        if predicate in shapes.items(next(shapes.objects(alternatives, SH.alternativePath))):
            over += [s for s in shapes.subjects(SH.path, alternatives) if up & set(shapes.objects(s, SH.targetClass))]
    return [s for s in over if (s, SH.severity, SH.Violation) in shapes]


# The shapes themselves


def test_every_class_has_a_shape(shapes: Graph) -> None:
    classes = set(ontology.load_ontology().subjects(RDF.type, OWL.Class)) - {CG.Actor}
    targets = {cls for s in shapes.subjects(RDF.type, SH.NodeShape) for cls in shapes.objects(s, SH.targetClass)}
    assert targets == classes


def test_every_field_of_the_model_is_examined(shapes: Graph) -> None:
    for cls, name, spec in fields():
        over = shapes_on(shapes, cls.cls, spec.predicate)
        assert over, (cls.__name__, name)


def test_the_shapes_ask_for_what_the_model_asks_for(shapes: Graph) -> None:
    for cls, name, spec in fields():
        over = shapes_on(shapes, cls.cls, spec.predicate)
        least = max((int(str(n)) for s in over for n in shapes.objects(s, SH.minCount)), default=0)
        most = min((int(str(n)) for s in over for n in shapes.objects(s, SH.maxCount)), default=None)
        if name in ("name", "names", "name_de"):  # one in each language
            continue
        asked_for = spec.required or (cls is model.Norm and name == "number")
        assert least == int(asked_for), (cls.__name__, name)
        assert most == (None if spec.many else 1), (cls.__name__, name)


def test_every_code_is_looked_for_in_the_list_that_the_model_names(shapes: Graph) -> None:
    for cls, name, spec in fields():
        if spec.shape == "code":
            over = shapes_on(shapes, cls.cls, spec.predicate)
            patterns = {str(p) for s in over for p in shapes.objects(s, SH.pattern)}
            assert patterns == {f"^https://w3id.org/cybergov/vocab/{spec.scheme}/"}, (cls.__name__, name)


def test_every_reference_may_name_the_kinds_that_the_model_names(shapes: Graph) -> None:
    for cls, name, spec in fields():
        over = shapes_on(shapes, cls.cls, spec.predicate)
        patterns = {str(p) for s in over for p in shapes.objects(s, SH.pattern)}
        if spec.shape == "reference" and patterns:
            for kind in spec.kinds:
                assert all(re.search(p, ID[f"{kind}/example"]) for p in patterns), (cls.__name__, name, kind)


def test_every_shape_has_a_message_that_says_what_to_do_and_a_severity(shapes: Graph) -> None:
    for shape in that_constrain(shapes):
        message = shapes.value(shape, SH.message, any=False)
        assert isinstance(message, Literal), shape
        assert message.language == "en", shape
        assert re.fullmatch(r"[A-Z].{20,}[.:;] .+\.|[A-Z].{20,}\. [A-Z].+\.", str(message)), shape
        severity = shapes.value(shape, SH.severity, any=False)
        assert (severity in (SH.Warning, SH.Info)) == shape.endswith("-wanted"), shape
        assert severity in (SH.Violation, SH.Warning, SH.Info), shape


def test_no_pattern_needs_more_than_plain_regular_expressions(shapes: Graph) -> None:
    assert [str(p) for p in shapes.objects(None, SH.pattern) if "(?" in p or not p.startswith("^")] == []


# What is right


def test_the_context_of_the_examples_is_right_itself(context: Graph, shapes: Graph) -> None:
    assert check(context, shapes) == {}


def test_every_right_example_passes(examples: Graph, shapes: Graph) -> None:
    assert check(examples, shapes) == {}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_right_example_shows_its_class_and_names_only_what_is_there(path: Path, context: Graph) -> None:
    graph = Graph().parse(path)
    assert (None, RDF.type, CG[path.stem]) in graph
    described = {*graph.subjects(), *context.subjects(), *codes().subjects()}
    things = {node for node in graph.objects() if str(node).startswith("https://w3id.org/cybergov/")}
    assert {node for node in things - described if not str(node).startswith(str(CG._NS))} == set()


def test_every_class_has_a_right_example() -> None:
    classes = {str(cls).removeprefix(CG._NS) for cls in ontology.load_ontology().subjects(RDF.type, OWL.Class)}
    assert {path.stem for path in VALID} == classes - {"Actor", "Claim"}


# What is wrong


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_wrong_example_breaks_the_shape_in_its_name_and_no_other(path: Path, broken_by_examples: Found) -> None:
    assert broken_by_examples[Literal(path.stem)] == {path.stem}


@pytest.mark.parametrize("path", INCOMPLETE, ids=lambda path: path.stem)
def test_an_incomplete_example_is_let_pass_and_told_what_is_wanted(path: Path, context: Graph, shapes: Graph) -> None:
    graph = Graph().parse(path)
    found = check(context + graph, shapes, SH.Violation, SH.Warning, SH.Info)
    assert names({focus: found[focus] for focus in graph.subjects()}) == {path.stem}


def test_a_right_example_lacks_nothing_that_is_wanted(examples: Graph, shapes: Graph) -> None:
    found = check(examples, shapes, SH.Warning, SH.Info)
    lacking = {path.stem: found[_example_of(examples, CG[path.stem])] for path in VALID}
    assert {name: names for name, names in lacking.items() if names} == {}


@pytest.mark.parametrize("path", [*INVALID, *INCOMPLETE], ids=lambda path: path.stem)
def test_a_wrong_example_says_what_is_wrong(path: Path) -> None:
    assert re.match(r"# [A-Z].+[.?]\n", path.read_text())


def test_every_class_has_a_wrong_example(shapes: Graph) -> None:
    classes = {path.stem for path in VALID} | {"Claim"}
    assert classes - {path.stem.partition("-")[0] for path in INVALID} == set()


def mutants(examples: Graph, shapes: Graph) -> Iterator[tuple[URIRef, str, URIRef, list[tuple[Node, Node]]]]:
    """Yield, for each property shape, a right example with a wrong value, and one without a needed value."""
    numbers = count()
    for shape in shapes.subjects(SH.severity, SH.Violation):
        predicate = shapes.value(shape, SH.path)
        for cls in sorted(shapes.objects(shape, SH.targetClass)):
            if not isinstance(predicate, URIRef) or not isinstance(shape, URIRef):
                continue
            model_thing = _example_of(examples, cls)
            told = list(examples.predicate_objects(model_thing))
            without = [(p, value) for p, value in told if p != predicate]
            yield shape, "a wrong value", _another(model_thing, next(numbers)), [*without, (predicate, WRONG)]
            if shapes.value(shape, SH.minCount):
                yield shape, "no value", _another(model_thing, next(numbers)), without


def _example_of(examples: Graph, cls: Node) -> URIRef:
    path = ontology.EXAMPLES / "valid" / f"{str(cls).removeprefix(CG._NS).replace('Claim', 'Membership')}.ttl"
    wanted = CG[path.stem]
    things = Graph().parse(path).subjects(RDF.type, wanted)
    return sorted(thing for thing in things if isinstance(thing, URIRef))[0]


def _another(thing: URIRef, number: int) -> URIRef:
    """Return an IRI of the same form for a thing made from another."""
    if thing.startswith(ID["state/"]):
        return ID["state/" + "".join(chr(65 + number // 26**place % 26) for place in range(3))]
    if thing.startswith(ID["norm/"]):
        return ID["norm/un-2015-13" + "adfgh"[number % 5]]
    return URIRef(f"{thing}-mutant-{number}")


def test_every_property_shape_stops_wrong_and_missing_values(examples: Graph, shapes: Graph) -> None:
    made = list(mutants(examples, shapes))
    together = examples + Graph()
    for _, _, thing, told in made:
        for predicate, value in told:
            together.add((thing, predicate, value))
    found = check(together, shapes)
    for shape, fault, thing, _ in made:
        if fault == "a wrong value" and not _limits_values(shapes, shape):
            continue
        name = shape.removeprefix(SHAPE)
        assert name in found[thing], f"{name} lets {fault} pass"
        paths = {shapes.value(SHAPE[other], SH.path) for other in found[thing]}
        assert paths <= {shapes.value(shape, SH.path), None}, f"{fault} for {name} also breaks {found[thing]}"


def _limits_values(shapes: Graph, shape: URIRef) -> bool:
    limits = (SH["class"], SH.pattern, SH.datatype, SH["in"], SH.nodeKind, SH["or"])
    return any((shape, limit, None) in shapes for limit in limits)


def test_every_shape_can_fail(examples: Graph, shapes: Graph) -> None:
    by_file = {path.stem for path in (*INVALID, *INCOMPLETE)}
    by_value = {shape.removeprefix(SHAPE) for shape, _, _, _ in mutants(examples, shapes)}
    by_name = {path.stem for path in VALID}  # see the next test
    left = {shape.removeprefix(SHAPE) for shape in that_constrain(shapes)} - by_file - by_value - by_name
    assert left == set()


@pytest.mark.parametrize("name", ["bad_slug", "double--hyphen", "accént", "with%20space", "-", "a/b"])
def test_an_identifier_that_is_no_slug_is_stopped_in_every_class(name: str, examples: Graph, shapes: Graph) -> None:
    together, made = examples + Graph(), {}
    for path in VALID:
        thing = _example_of(examples, CG[path.stem])
        kind = thing.removeprefix(ID).partition("/")[0]
        bad = ID[f"{kind}/{name}{'' if name == '-' else path.stem}"]
        if name == "-":
            bad = ID[f"{kind}/{path.stem}-"]
        made[bad] = path.stem
        for predicate, value in examples.predicate_objects(thing):
            together.add((bad, predicate, value))
    found = check(together, shapes)
    passed = sorted(stem for bad, stem in made.items() if not found[bad])
    assert passed == []


def test_a_blank_node_is_stopped_in_every_class(examples: Graph, shapes: Graph) -> None:
    together, made = examples + Graph(), {}
    for path in VALID:
        node = BNode()
        made[node] = path.stem
        for predicate, value in examples.predicate_objects(_example_of(examples, CG[path.stem])):
            together.add((node, predicate, value))
    found = check(together, shapes)
    assert sorted(stem for node, stem in made.items() if not found[node]) == []


# Rules that look at more than one value


def variant(cls: str, **values: Node) -> Graph:
    """Return the right example of a class as another thing, with other values in place of its own."""
    graph = Graph()
    example = Graph().parse(ontology.EXAMPLES / "valid" / f"{cls}.ttl")
    others = {subject: URIRef(f"{subject}-variant") for subject in example.subjects()}
    for subject, predicate, value in example:
        graph.add((others[subject], predicate, others.get(value, value)))
    for name, value in values.items():
        kind = CG.Evidence if name in ("source", "verification", "locator", "says") else CG[cls]
        graph.set((next(graph.subjects(RDF.type, kind)), CG[name], value))
    return graph


def code(scheme: str, name: str) -> URIRef:
    return URIRef(f"https://w3id.org/cybergov/vocab/{scheme}/{name}")


def names(found: Found) -> set[str]:
    return {name for some in found.values() for name in some}


@pytest.mark.parametrize("stance", ["solidarity-without-attribution", "takes-note", "reported-by-another"])
def test_an_act_that_attributes_nothing_names_nobody(stance: str, context: Graph, shapes: Graph) -> None:
    act = variant("Attribution", attributionStance=code("attribution-stance", stance))
    assert names(check(context + act, shapes)) == {"Attribution-names-nobody"}
    act.remove((None, CG.attributedTo, None))
    assert check(context + act, shapes) == {}


@pytest.mark.parametrize(
    ("level", "broken"),
    [
        ("state", set()),
        ("organ", set()),
        ("state-linked-group", set()),
        ("group", {"Attribution-level"}),
        ("territory", {"Attribution-level"}),
    ],
)
def test_a_state_is_named_only_at_the_level_of_the_text(
    level: str, broken: set[str], context: Graph, shapes: Graph
) -> None:
    act = variant("Attribution", namedLevel=code("named-level", level))
    assert names(check(context + act, shapes)) == broken


def evidence(rank: int | None, of: str, shapes: Graph, context: Graph, verification: str = "checked") -> set[str]:
    """Return the shapes that evidence from a source of a rank breaks, given for an example of a class."""
    source = ID["source/made-for-this-test"]
    graph = variant(
        of,
        source=source,
        verification=code("verification", verification),
        locator=Literal("p. 1"),
        says=Literal("Says so.", lang="en"),
    )
    for predicate, value in context.predicate_objects(ID["source/example-of-press"]):
        graph.add((source, predicate, value))
    graph.remove((source, CG.sourceRank, None))
    if rank is not None:
        graph.add((source, CG.sourceRank, Literal(rank)))
    return names(check(context + graph, shapes))


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("of", ["Membership", "Attribution", "Document"])
def test_the_issuing_body_or_a_copy_suffices_for_checked_evidence(
    rank: int, of: str, shapes: Graph, context: Graph
) -> None:
    assert evidence(rank, of, shapes, context) == set()


@pytest.mark.parametrize("of", ["Statement", "Attribution", "Reply"])
def test_press_suffices_for_what_was_said_in_public(of: str, shapes: Graph, context: Graph) -> None:
    assert evidence(4, of, shapes, context) == set()


@pytest.mark.parametrize("of", ["Membership", "Response", "Listing", "Document"])
def test_press_does_not_suffice_for_anything_else(of: str, shapes: Graph, context: Graph) -> None:
    assert evidence(4, of, shapes, context) == {"Evidence-checked-press"}
    assert evidence(4, of, shapes, context, "reported") == set()


def test_scholarship_and_sources_without_a_rank_are_not_checked(shapes: Graph, context: Graph) -> None:
    assert evidence(3, "Membership", shapes, context) == {"Evidence-checked-rank"}
    assert evidence(None, "Membership", shapes, context) == {"Evidence-checked-rank"}


def test_reported_evidence_names_a_ranked_source_and_unchecked_evidence_need_not(shapes: Graph, context: Graph) -> None:
    assert evidence(None, "Membership", shapes, context, "reported") == {"Evidence-reported-rank"}
    assert evidence(None, "Membership", shapes, context, "unchecked") == set()


def test_adoption_without_a_vote_is_accepted_by_the_body_alone(context: Graph, shapes: Graph) -> None:
    assert check(context + variant("Acceptance"), shapes) == {}
    by_a_member = variant("Acceptance", acceptedBy=ID["state/EST"])
    assert names(check(context + by_a_member, shapes)) == {"Acceptance-body"}


def test_no_example_holds_private_data_of_persons() -> None:
    for path in (*VALID, ontology.EXAMPLES / "context.ttl"):
        graph = Graph().parse(path)
        for person in graph.subjects(RDF.type, CG.Person):
            assert {str(p).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for p in graph.predicates(person)} <= {
                "type",
                "label",
                "publicFunction",
                "evidence",
            }


def test_a_source_that_only_adds_evidence_is_examined_with_all_that_it_speaks_of(
    content: Content, tmp_path: Path
) -> None:
    everything: dict[URIRef, list[Triple]] = defaultdict(list)
    for subject, predicate, value, _ in content.quads:
        everything[subject].append((subject, predicate, value))
    entry = next(entry for entry in content.collection.entries.values() if isinstance(entry.record, TreatyAction))
    node = next(iter(entry.evidence))
    own = [(entry.record.iri, CG.evidence, node), *everything[node]]
    assert Shapes(ontology.SHAPES, tmp_path).problems({GRAPH["source/other"]: own}, everything) == []


def test_what_was_found_before_is_told_once_though_several_sources_speak_of_it(
    content: Content, tmp_path: Path
) -> None:
    everything: dict[URIRef, list[Triple]] = defaultdict(list)
    for subject, predicate, value, _ in content.quads:
        everything[subject].append((subject, predicate, value))
    lacking = next(
        iri
        for iri, entry in content.collection.entries.items()
        if isinstance(entry.record, Measure) and entry.record.date is None
    )
    evidence = [triple for triple in everything[lacking] if triple[1] == CG.evidence]
    graphs = {GRAPH["source/one"]: everything[lacking], GRAPH["source/two"]: evidence[:1]}
    fresh, remembered = (Shapes(ontology.SHAPES, tmp_path).problems(graphs, everything) for _ in range(2))
    assert fresh == remembered != []
