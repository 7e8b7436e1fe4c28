"""Shapes in words: what each checks, in which things, how severely, and the message that tells an editor what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import DCTERMS, RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from graph.terms import BASE, VOCAB
from ontology.release import curie

SHAPE = BASE["shapes/"]

_ALLOWED = re.compile(rf"\^{re.escape(BASE).replace(re.escape('.'), r'.{1,2}')}(id|vocab)/\(?([a-z|-]+)\)?/")
_AFTER = {SH.zeroOrOnePath: "?", SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+"}
_RULES = {
    SH.datatype: "a value is of the datatype {}",
    SH["class"]: "a value is a {}",
    SH.nodeKind: "a value is of the kind {}",
    SH.pattern: "a value is written as {}",
    SH.minLength: "a value has at least {} letters",
    SH.minInclusive: "a value is at least {}",
    SH.maxInclusive: "a value is at most {}",
    SH.hasValue: "one value is {}",
    SH.uniqueLang: "one value a language",
    SH.equals: "the values are those of {}",
    SH.disjoint: "no value is one of {}",
    SH.lessThan: "a value comes before that of {}",
    SH.lessThanOrEquals: "a value does not come after that of {}",
    SH.closed: "no properties but those listed",
}
_NAMING = (SH.path, SH.targetSubjectsOf, SH.targetObjectsOf, RDF.first)
_ASIDE = (SH.targetClass, RDF.type)
_PARTS = {SH["or"]: "one of these holds", SH["and"]: "all of these hold", SH.xone: "exactly one of these holds"}


@dataclass(frozen=True)
class Rule:
    """What a shape asks of the values of one property in things of one class, as a table of properties shows it."""

    cls: URIRef
    predicate: URIRef
    shape: URIRef
    severity: URIRef
    least: int
    most: int | None
    values: tuple[URIRef, ...]  # classes and datatypes
    kinds: tuple[str, ...]  # kinds of identifier
    code_list: str


@dataclass(frozen=True)
class Shape:
    """One shape, ready to be read."""

    iri: URIRef
    name: str
    message: str
    severity: str
    classes: tuple[URIRef, ...]  # whose things it checks
    about: frozenset[URIRef]  # every term it names, its classes apart
    target: tuple[str, ...]
    path: str
    rules: tuple[str, ...]
    holds: tuple[str, ...]  # names of the shapes it applies


def names(graph: Graph) -> list[URIRef]:
    """Return the named shapes."""
    found = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)}
    return sorted(node for node in found if isinstance(node, URIRef))


def read_shape(graph: Graph, iri: URIRef) -> Shape:
    """Return a shape in words."""
    path = graph.value(iri, SH.path)
    return Shape(
        iri=iri,
        name=name_of(iri),
        message=str(graph.value(iri, SH.message) or ""),
        severity=severity_of(graph, iri).removeprefix(str(SH._NS)).lower(),
        classes=_classes(graph, iri),
        about=frozenset(_named(graph, iri)),
        target=tuple(_targets(graph, iri)),
        path=path_in_words(graph, path) if path is not None else "",
        rules=tuple(_rules(graph, iri)),
        holds=tuple(sorted(name_of(node) for node in _held(graph, iri))),
    )


def severity_of(graph: Graph, iri: URIRef) -> URIRef:
    """Return how severe a breach of a shape is; a violation where it does not say."""
    return URIRef(str(graph.value(iri, SH.severity) or SH.Violation))


def read_rules(graph: Graph) -> Iterator[Rule]:
    """Yield, for each class a shape names as its target and each plain path, what it asks of the values."""
    for iri in names(graph):
        path = graph.value(iri, SH.path)
        if isinstance(path, URIRef):
            kinds, code_list = allowed(graph, iri)
            most = graph.value(iri, SH.maxCount)
            for cls in _iris(graph, iri, SH.targetClass):
                yield Rule(
                    cls=cls,
                    predicate=path,
                    shape=iri,
                    severity=severity_of(graph, iri),
                    least=int(str(graph.value(iri, SH.minCount) or 0)),
                    most=int(str(most)) if most is not None else None,
                    values=tuple(_iris(graph, iri, SH["class"]) + _iris(graph, iri, SH.datatype)),
                    kinds=kinds,
                    code_list=code_list,
                )


def datatypes(graph: Graph) -> dict[URIRef, tuple[URIRef, ...]]:
    """Return the datatypes that shapes ask of the values of a property wherever it stands."""
    found: dict[URIRef, tuple[URIRef, ...]] = {}
    for iri in names(graph):
        alternatives = graph.value(iri, SH["or"])
        nodes: list[Node] = [iri, *(Collection(graph, alternatives) if alternatives is not None else ())]
        allowed = tuple(sorted(value for node in nodes for value in _iris(graph, node, SH.datatype)))
        found |= {predicate: allowed for predicate in _iris(graph, iri, SH.targetObjectsOf) if allowed}
    return found


def name_of(iri: Node) -> str:
    """Return the last part of a shape's identifier."""
    return str(iri).removeprefix(str(SHAPE))


def path_in_words(graph: Graph, path: Node) -> str:
    """Return a path as SPARQL writes it."""
    if isinstance(path, URIRef):
        return curie(path)
    if (path, RDF.first, None) in graph:
        return " / ".join(path_in_words(graph, part) for part in Collection(graph, path))
    inverse, alternatives = graph.value(path, SH.inversePath), graph.value(path, SH.alternativePath)
    if inverse is not None:
        return f"^{path_in_words(graph, inverse)}"
    if alternatives is not None:
        return f"( {' | '.join(path_in_words(graph, part) for part in Collection(graph, alternatives))} )"
    predicate, inner = next((p, o) for p, o in graph.predicate_objects(path) if p in _AFTER)
    return path_in_words(graph, inner) + _AFTER[URIRef(str(predicate))]


def _iris(graph: Graph, node: Node, predicate: URIRef) -> list[URIRef]:
    return sorted(value for value in graph.objects(node, predicate) if isinstance(value, URIRef))


def allowed(graph: Graph, iri: URIRef) -> tuple[tuple[str, ...], str]:
    """Return the kinds of identifier, or the code list, that a pattern or an enumeration allows."""
    match = _ALLOWED.match(str(graph.value(iri, SH.pattern) or ""))
    if match:
        parts = tuple(match[2].split("|"))
        return (parts, "") if match[1] == "id" else ((), parts[0])
    items = graph.value(iri, SH["in"])
    values = [str(item) for item in Collection(graph, items)] if items is not None else []
    lists = {value.removeprefix(VOCAB).split("/")[0] if value.startswith(VOCAB) else "" for value in values}
    return (), lists.pop() if len(lists) == 1 else ""


def _classes(graph: Graph, iri: URIRef) -> tuple[URIRef, ...]:
    """Return the classes a shape aims at, or else those of the shape it is part of."""
    own = _iris(graph, iri, SH.targetClass)
    whole = graph.value(iri, DCTERMS.isPartOf)
    return tuple(own or (_iris(graph, whole, SH.targetClass) if whole is not None else ()))


def _named(graph: Graph, node: Node) -> Iterator[URIRef]:
    """Yield the terms and codes that a shape names, through its blank nodes but not into other shapes."""
    for predicate, value in graph.predicate_objects(node):
        if isinstance(value, BNode):
            yield from _named(graph, value)
        elif isinstance(value, URIRef) and (predicate in _NAMING or (_is_ours(value) and predicate not in _ASIDE)):
            yield value


def _is_ours(iri: URIRef) -> bool:
    return iri.startswith(BASE) and not iri.startswith(SHAPE)


def _held(graph: Graph, node: Node) -> Iterator[URIRef]:
    for predicate in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape):
        for value in graph.objects(node, predicate):
            if isinstance(value, URIRef):
                yield value
            else:
                yield from _held(graph, value)


def _targets(graph: Graph, iri: URIRef) -> Iterator[str]:
    for form, predicate in (
        ("every {}", SH.targetClass),
        ("every value of {}", SH.targetObjectsOf),
        ("everything that has {}", SH.targetSubjectsOf),
        ("what leads to {}", SH.targetNode),
    ):
        for value in sorted(set(graph.objects(iri, predicate)), key=str):
            yield form.format(shown(value))


def _rules(graph: Graph, node: Node) -> Iterator[str]:
    """Yield the conditions of a shape, each as a phrase."""
    least, most = graph.value(node, SH.minCount), graph.value(node, SH.maxCount)
    if least is not None or most is not None:
        yield how_many(int(str(least or 0)), int(str(most)) if most is not None else None)
    subject = "a value" if graph.value(node, SH.path) is not None else "it"
    for predicate, form in _RULES.items():
        for value in sorted(graph.objects(node, predicate), key=str):
            yield form.format(shown(value)).replace("a value", subject, 1)
    for items in graph.objects(node, SH["in"]):
        yield f"a value is one of {', '.join(shown(item) for item in Collection(graph, items))}"
    for items in graph.objects(node, SH.ignoredProperties):
        yield f"listed are {', '.join(shown(item) for item in Collection(graph, items))}"
    for predicate, form in _PARTS.items():
        for items in graph.objects(node, predicate):
            yield f"{form}: {'; or '.join(_inside(graph, item) for item in Collection(graph, items))}"
    for inner in graph.objects(node, SH.property):
        if isinstance(inner, BNode):
            yield _inside(graph, inner)


def _inside(graph: Graph, node: Node) -> str:
    path = graph.value(node, SH.path)
    start = f"by {path_in_words(graph, path)}: " if path is not None else ""
    held = [f"what {name_of(shape)} asks" for shape in sorted(_held(graph, node))]
    return start + ", ".join([*_rules(graph, node), *held])


def how_many(least: int, most: int | None) -> str:
    """Return a cardinality in words.

    >>> how_many(1, 1), how_many(1, None), how_many(0, 1), how_many(0, None), how_many(0, 0)
    ('exactly one', 'at least one', 'at most one', 'any number', 'none')
    """
    words = {1: "one"}
    if most == 0:
        return "none"
    if least == most:
        return f"exactly {words.get(least, str(least))}"
    if most is not None:
        return f"{least} to {most}" if least else f"at most {words.get(most, str(most))}"
    return f"at least {words.get(least, str(least))}" if least else "any number"


def shown(value: Node) -> str:
    """Return a term or value in its short form."""
    if isinstance(value, Literal):
        return str(value) if value.datatype != XSD.boolean else ""
    text = curie(str(value))
    return text.replace(f"<{VOCAB}", "").rstrip(">") if text.startswith(f"<{VOCAB}") else text
