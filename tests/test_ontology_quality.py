"""The quality of the ontology, checked by machine: known pitfalls, the shapes' own rules, every syntax, no idle term.

`ontology_rules` holds a rule a file, as a query that returns a row for each fault, with a planted fault beside it:
the pitfalls that OOPS! lists and the rules of ROBOT's report, in our own words.

Some pitfalls no query can find. What reading core, codes and shapes with them in mind came to (release 1.0):

- P01 (one term, two notions): shared properties were read for it. `cg:holder`, `cg:body`, `cg:actor` and `cg:authority`
  each keep one notion over their classes. `cg:onBehalfOf` had two and was
  parted: from where an office-holder comes is `cg:holderFrom`.
- P09 (something of the field is missing): held against the competency questions, which are tested with the queries.
- P14, P15 (restrictions misread), P16 (a class that should be defined by conditions): there are no restrictions and no
  defined classes; what must hold of data is said by shapes.
- P17, P18 (too special a class, domain or range): Norm is one of eleven by intent, since items that other texts call
  norms are commitments of that kind. Where a forum may act beside an actor, properties have no range.
- P23 (a data type made anew): none; dates are as precise as XML Schema allows, numbers and words its own types.
- P37 (not on the web): holds once https://w3id.org/cybergov/ leads to a server; see `test_foops.py`.

ROBOT's missing_synonymtype_declaration is about a kind of annotation of OBO that does not occur here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
from pyld import jsonld
from rdflib import OWL, RDF, SKOS, Graph, Literal, URIRef

import ontology
import queries
from graph.build import ONTOLOGY, Content
from graph.terms import CG
from graph.turtle import read

RULES = sorted((Path(__file__).resolve().parent / "ontology_rules").glob("*/*.rq"))
BASE = "https://w3id.org/cybergov/"
EVERY = "every term"

BOUND = "a bound is derived for whatever carries the stated date, so it has no domain"
GERMAN = "German writes the class and the property that leads to it alike, as a noun"
OWN_KIND = "no class of another vocabulary fits exactly; how it stands to near ones is said in the alignments"

# By rule: what it finds and is so on purpose, with the reason.
ON_PURPOSE: dict[str, dict[str, str]] = {
    "P11": {
        **dict.fromkeys(
            (
                *("startNotBefore", "startNotAfter", "endNotBefore", "endNotAfter", "dateNotBefore", "dateNotAfter"),
                *("effectiveNotBefore", "effectiveNotAfter", "stillSoNotBefore"),
                *("completeFromNotAfter", "completeToNotBefore"),
            ),
            BOUND,
        ),
        **dict.fromkeys(
            ("memberOf", "participatesIn", "partyTo", "hasAccepted"),
            "a derived shortcut of an actor or of a forum that acts, and for acceptance towards a text of any class",
        ),
        "evidence": "every claim and every thing may have evidence",
        "disputed": "derived for whatever has evidence",
        "dataDate": "stands on the data set, whose class is another vocabulary's",
    },
    "P13": {
        EVERY: "SPARQL reads a property backwards (^); one direction stored is one place to correct, and no inverse may"
        " lead from an operation to who is said to be behind it"
    },
    "duplicate_label": dict.fromkeys(("Document", "Event", "Evidence", "Measure", "Source", "Treaty"), GERMAN),
    "missing_superclass": {
        "Operation": "an event or activity of another vocabulary has an agent, and an operation has none here",
        "ThreatActor": "a name that analysts use, and no agent",
        "Forum": "some are organisations, some are not; those that are carry both types",
        **dict.fromkeys(
            (
                *("Ballot", "Commitment", "CoordinatedAttribution", "Event", "Measure", "Proposal", "Provision"),
                "SanctionsRegime",
            ),
            OWN_KIND,
        ),
    },
}


# Pitfalls and report rules


@cache
def everything() -> ox.Store:
    """The terms, codes and shapes in one."""
    return store(*(read(path) for path in (ontology.CORE, ontology.CODES, ontology.SHAPES)))


def store(*texts: bytes) -> ox.Store:
    filled = ox.Store()
    for text in texts:
        filled.load(text, format=ox.RdfFormat.TURTLE)
    return filled


def faults(rule: Path, graph: ox.Store) -> list[tuple[str, ...]]:
    """Return a row for each fault that a rule finds, its first value being the term."""
    found = graph.query(rule.read_text())
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(short(value) for value in row) for row in found)


@cache
def faults_of_ours(rule: Path) -> list[tuple[str, ...]]:
    return faults(rule, everything())


def short(value: object) -> str:
    words = str(getattr(value, "value", value))
    return words.removeprefix(CG._NS).removeprefix(f"{BASE}vocab/")


def excused(rule: Path) -> set[str]:
    return set(ON_PURPOSE.get(rule.stem, {}))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_the_ontology_has_no_known_fault(rule: Path) -> None:
    fine = excused(rule)
    assert [row for row in faults_of_ours(rule) if row[0] not in fine and EVERY not in fine] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_a_planted_fault_is_found(rule: Path) -> None:
    planted = rule.with_suffix(".ttl").read_text()
    number = re.match(r"# Faults: (\d+)\n", planted)
    assert number is not None
    assert len(faults(rule, store(planted.encode()))) == int(number[1]) > 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_no_excuse_outlives_its_fault(rule: Path) -> None:
    found = {row[0] for row in faults_of_ours(rule)}
    assert excused(rule) - found - ({EVERY} if found else set()) == set()


def test_every_rule_says_what_is_wrong_and_every_excuse_belongs_to_a_rule() -> None:
    for rule in RULES:
        assert re.match(rf"# {rule.stem}: \w.{{10,}}\n(# .+\n)*\n(PREFIX|SELECT) ", rule.read_text()), rule
    assert set(ON_PURPOSE) <= {rule.stem for rule in RULES}
    planted = {path.stem for rule in RULES for path in rule.parent.glob("*.ttl")}
    assert planted == {rule.stem for rule in RULES}


# Shapes


def malformed(shapes: Graph) -> str:
    """Return what SHACL's shapes for shapes find wrong, in words, or nothing."""
    try:
        conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes, meta_shacl=True, inplace=True)
    except pyshacl.errors.ShapeLoadError as error:
        return str(error)
    except pyshacl.errors.ReportableRuntimeError as error:
        return str(error)
    return "" if conforms else text


@pytest.mark.slow
def test_the_shapes_are_well_formed_by_the_shapes_for_shapes() -> None:
    assert malformed(ontology.load_shapes()) == ""


@pytest.mark.parametrize(
    "fault",
    [
        'shape:Forum-label sh:minCount "one" .',
        "shape:Forum-label sh:path cg:member .",
        'shape:Forum-label sh:nodeKind "IRI" .',
        "shape:Forum-label sh:severity 1 .",
    ],
    ids=["a count in words", "two paths", "a kind of node in words", "a number for severity"],
)
def test_a_malformed_shape_is_found(fault: str) -> None:
    shapes = f"""
        @prefix cg: <{CG._NS}> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix shape: <{BASE}shapes/> .
        shape:Forum-label a sh:PropertyShape ; sh:targetClass cg:Forum ; sh:path cg:abbreviation .
        """
    assert malformed(Graph().parse(data=shapes, format="turtle")) == ""
    assert malformed(Graph().parse(data=shapes + fault, format="turtle")) != ""


# Syntaxes


def valid_examples() -> list[Path]:
    return [ontology.EXAMPLES / "context.ttl", *sorted((ontology.EXAMPLES / "valid").glob("*.ttl"))]


PARTS = {
    "core": [ontology.CORE],
    "codes": [ontology.CODES],
    "shapes": [ontology.SHAPES],
    "alignments": [ontology.ALIGNMENTS],
    "examples": valid_examples(),
}
SYNTAXES = {
    "turtle": ox.RdfFormat.TURTLE,
    "json-ld": ox.RdfFormat.JSON_LD,
    "xml": ox.RdfFormat.RDF_XML,
    "nt": ox.RdfFormat.N_TRIPLES,
}


@cache
def context() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(ontology.CONTEXT.read_text())["@context"]
    return loaded


def statements(text: bytes | str, syntax: ox.RdfFormat) -> ox.Dataset:
    """Return what a text states, with blank nodes named by where they stand, so that two can be compared."""
    found = ox.Dataset(ox.Quad(*quad.triple) for quad in ox.parse(text, format=syntax, base_iri=f"{BASE}id/"))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


@cache
def original(name: str) -> ox.Dataset:
    """Return what a part states as it ships."""
    return statements(b"\n".join(read(path) for path in PARTS[name]), ox.RdfFormat.TURTLE)


def written(name: str, syntax: str) -> str:
    """Return a part in a syntax: JSON-LD with the context by rdflib, the others by the writer that the pages use."""
    if syntax == "json-ld":
        graph = Graph().parse(data=written(name, "nt"), format="nt")
        return graph.serialize(format="json-ld", context=context(), auto_compact=True)
    text = ox.serialize((quad.triple for quad in original(name)), format=SYNTAXES[syntax])
    assert text is not None
    return text.decode()


def read_back(text: str, syntax: str) -> ox.Dataset:
    """Return what a text states by the library that did not write it."""
    if syntax == "json-ld":
        return statements(text, ox.RdfFormat.JSON_LD)
    graph = Graph().parse(data=text, format=syntax)
    return statements(graph.serialize(format="nt"), ox.RdfFormat.N_TRIPLES)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own JSON-LD writer uses it
@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_part_says_the_same_in_every_syntax(name: str, syntax: str) -> None:
    assert read_back(written(name, syntax), syntax) == original(name)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_syntax_that_says_something_else_is_found(syntax: str) -> None:
    changed = written("examples", syntax).replace("Estonia", "Estland", 1)
    assert read_back(changed, syntax) != original("examples")


def json_ld_faults(turtle: bytes, names: Mapping[str, Any]) -> list[str]:
    """Return what goes wrong when Turtle becomes JSON-LD with a context and is read again, by the reference processor.

    A context that coerces a value to a wrong type is passed over by the processor, which then writes the whole IRI or
    a prefixed name: such keys are faults as well, since every term has a name of its own.
    """
    first = statements(turtle, ox.RdfFormat.TURTLE)
    quads = b"".join(f"{quad} .\n".encode() for quad in first)
    compact = jsonld.compact(jsonld.from_rdf(quads.decode()), dict(names))
    again = statements(jsonld.to_rdf(compact, {"format": "application/n-quads"}), ox.RdfFormat.N_QUADS)
    problems = sorted({f"{key} has no name that fits its values" for key in keys(compact) if ":" in key})
    return problems + ([] if again == first else ["what was written is not what is read"])


def keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "@context":
                yield key
                yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


@pytest.mark.parametrize("path", valid_examples(), ids=lambda path: path.stem)
def test_json_ld_with_the_context_says_what_the_turtle_says(path: Path) -> None:
    assert json_ld_faults(path.read_bytes(), context()) == []


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("member", {"@id": "cg:member", "@type": "http://www.w3.org/2001/XMLSchema#string"}),
        ("spell", {"@id": "cg:spell", "@type": "@id"}),
        ("role", {"@id": "cg:forumKind", "@type": "@id"}),
        ("forum", None),
    ],
    ids=["a thing as words", "a number as a thing", "another term", "no term"],
)
def test_a_context_that_is_wrong_is_found(name: str, meaning: object) -> None:
    example = (ontology.EXAMPLES / "valid" / "Membership.ttl").read_bytes()
    assert json_ld_faults(example, {**context(), name: meaning}) == [f"cg:{name} has no name that fits its values"]


# Terms that nothing uses

REASON = "Not used yet:"


def idle(terms: Graph, data: Iterable[URIRef], asked: Iterable[str]) -> list[str]:
    """Return the terms that neither data nor a query uses and for which no note says why."""
    return sorted(
        local(t) for t in own(terms) if t not in set(data) and local(t) not in set(asked) and not noted(terms, t)
    )


def noted_in_vain(terms: Graph, data: Iterable[URIRef], asked: Iterable[str]) -> list[str]:
    """Return the terms whose note says that nothing uses them, although something does."""
    return sorted(local(t) for t in own(terms) if noted(terms, t) and (t in set(data) or local(t) in set(asked)))


def own(terms: Graph) -> set[URIRef]:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {t for kind in kinds for t in terms.subjects(RDF.type, kind) if isinstance(t, URIRef) and t in CG}


def noted(terms: Graph, term: URIRef) -> bool:
    notes = terms.objects(term, SKOS.editorialNote)
    return any(isinstance(note, Literal) and note.language == "en" and note.startswith(REASON) for note in notes)


def local(term: URIRef) -> str:
    return term.removeprefix(CG._NS)


@pytest.fixture(scope="module")
def data(content: Content) -> set[URIRef]:
    """The predicates and classes of everything that the shipped tables come to, and of the code lists."""
    quads = [quad for quad in content.quads if quad[3] != ONTOLOGY]
    classes = {value for _, predicate, value, _ in quads if predicate == RDF.type and isinstance(value, URIRef)}
    between_codes = {predicate for predicate in ontology.load_codes().predicates() if isinstance(predicate, URIRef)}
    return {predicate for _, predicate, _, _ in quads} | classes | between_codes


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """The terms that the queries of the library name, comments apart."""
    texts = [path.read_text() for path in queries.FOLDER.glob("*.rq")]
    return {name for text in texts for name in re.findall(r"\bcg:(\w+)", re.sub(r"(?m)^\s*#.*$", "", text))}


def test_every_term_is_used_by_data_or_a_query_or_says_why_not(data: set[URIRef], asked: set[str]) -> None:
    assert idle(ontology.load_ontology(), data, asked) == []


def test_no_term_says_that_it_is_not_used_when_it_is(data: set[URIRef], asked: set[str]) -> None:
    assert noted_in_vain(ontology.load_ontology(), data, asked) == []


def test_an_idle_term_and_a_note_that_is_out_of_date_are_found(asked: set[str]) -> None:
    terms = ontology.load_ontology()
    (asked_for, *_) = sorted(asked)
    terms.add((CG[asked_for], SKOS.editorialNote, Literal(f"{REASON} no table has it.", lang="en")))
    everything_else = {t for t in own(terms) if not noted(terms, t)} - {CG.Norm}
    assert idle(terms, everything_else, asked - {"Norm"}) == ["Norm"]
    assert noted_in_vain(terms, everything_else, asked) == [asked_for]
