"""The ontology as a reader meets it: terms, code lists, shapes and alignments with all that is said of them.

Everything comes from the Turtle, in the order of its files. What a property may lead to is read from its range and
from the shapes, which name the classes, the kinds of identifier or the code list that they allow.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from graph.terms import CG
from graph.turtle import files, load
from ontology import ALIGNMENTS, CODES, CORE, EXAMPLES, SHAPES
from ontology.parts import (
    KINDS,
    STATUS,
    Code,
    CodeList,
    Field,
    Link,
    Room,
    Term,
    about,
    declared,
    mentioned,
    order,
    paths,
    read_alignment,
    rooms,
    words,
)
from ontology.rules import Rule, Shape, allowed, datatypes, name_of, names, read_rules, read_shape


class Grammar:
    """The whole ontology, read once."""

    def __init__(
        self, core: Path = CORE, codes: Path = CODES, shapes: Path = SHAPES, alignments: Path = ALIGNMENTS
    ) -> None:
        self.core, self.code_graph, self.shape_graph = load(core), load(codes), load(shapes)
        self.order = order(core, codes, shapes)
        self.rooms = rooms(core)
        by_name = {room.name: room for room in self.rooms}
        self.terms = {term.name: term for term in self._terms(core, by_name)}
        self.lists = {of.name: of for of in self._lists(codes, by_name)}
        self.shapes = {
            name_of(iri): read_shape(self.shape_graph, iri) for iri in sorted(names(self.shape_graph), key=self._place)
        }
        self.list_rooms = [
            (room, of)
            for room in dict.fromkeys(of.room for of in self.lists.values())
            if (of := [each for each in self.lists.values() if each.room == room])
        ]
        self.shape_rooms = [
            (room, [shape for iri in declared(path) if (shape := self.shapes.get(name_of(iri)))])
            for room, path in paths(shapes, by_name)
        ]
        self.alignments = {path.stem: read_alignment(path) for path in sorted(alignments.glob("*.ttl"))}

    # Terms

    @cached_property
    def classes(self) -> list[Term]:
        """The classes in the order of the files."""
        return [term for term in self.terms.values() if term.kind == "class"]

    def term(self, iri: URIRef) -> Term | None:
        """Return one of our own terms by its identifier."""
        return self.terms.get(iri.removeprefix(CG._NS)) if iri.startswith(CG._NS) else None

    def properties(self, room: Room) -> list[Term]:
        """Return the properties of a room."""
        return [term for term in self.terms.values() if term.room == room and term.kind != "class"]

    def ancestors(self, cls: URIRef) -> list[Term]:
        """Return our own classes above a class, the nearest first."""
        found = [node for node in self.core.transitive_objects(cls, RDFS.subClassOf) if node != cls]
        return [term for node in found if isinstance(node, URIRef) and (term := self.term(node))]

    def is_a(self, cls: URIRef, other: URIRef) -> bool:
        """Tell whether a class is another or below it."""
        return cls == other or other in self._above.get(cls, ())

    @cached_property
    def _above(self) -> Mapping[URIRef, frozenset[URIRef]]:
        return {term.iri: frozenset(above.iri for above in self.ancestors(term.iri)) for term in self.classes}

    def nearest(self, name: str) -> list[Term]:
        """Return the terms whose names or labels are most like a word."""
        by_word = {word.casefold(): term for term in self.terms.values() for word in (term.label, term.name)}
        alike = difflib.get_close_matches(name.casefold(), by_word, n=8, cutoff=0.6)
        return list({by_word[word].name: by_word[word] for word in alike}.values())[:4]

    # Properties of classes

    @cached_property
    def fields(self) -> list[Field]:
        """Every property of every class, in the order of the shapes; those without a shape by their domain."""
        rules: dict[tuple[URIRef, URIRef], list[Rule]] = {}
        for rule in sorted(read_rules(self.shape_graph), key=lambda rule: self._place(rule.shape)):
            rules.setdefault((rule.cls, rule.predicate), []).append(rule)
        for term in self.terms.values():
            for cls in term.domain if term.kind != "class" else ():
                rules.setdefault((cls, term.iri), [])
        return [self._field(cls, predicate, said) for (cls, predicate), said in rules.items()]

    def own_fields(self, cls: URIRef) -> list[Field]:
        """Return the properties that a class has by itself."""
        return self._by_term.get(cls, [])

    def inherited(self, cls: URIRef) -> list[tuple[Term, list[Field]]]:
        """Return the classes above that bring properties, with those."""
        return [(term, found) for term in self.ancestors(cls) if (found := self.own_fields(term.iri))]

    def used_in(self, predicate: URIRef) -> list[Field]:
        """Return the classes whose things have a property."""
        return self._by_term.get(predicate, [])

    @cached_property
    def _by_term(self) -> Mapping[URIRef, list[Field]]:
        found: dict[URIRef, list[Field]] = {}
        for field in self.fields:
            for term in (field.cls, field.predicate):
                found.setdefault(term, []).append(field)
        return found

    def leads_to(self, cls: URIRef) -> list[Field]:
        """Return the properties whose values may be things of a class: they name it, or a class above or below it."""
        return [of for of in self.fields if any(self.is_a(cls, v) or self.is_a(v, cls) for v in of.values)]

    def _field(self, cls: URIRef, predicate: URIRef, rules: list[Rule]) -> Field:
        binding = [rule for rule in rules if rule.severity == SH.Violation]
        least = max((rule.least for rule in binding), default=0)
        most = [rule.most for rule in binding if rule.most is not None]
        kinds = [kind for rule in rules for kind in rule.kinds]
        narrowed = [value for rule in rules for value in rule.values if value != SKOS.Concept]
        values = [self.kinds[kind] for kind in kinds if kind in self.kinds] or narrowed
        term = self.term(predicate)
        stated = term.range if term else ()
        return Field(
            cls=cls,
            predicate=predicate,
            least=least,
            most=min(most, default=None),
            values=tuple(dict.fromkeys(values)) or stated or self._datatypes.get(predicate, ()),
            code_list=next((rule.code_list for rule in rules if rule.code_list), ""),
            wanted=not least and any(rule.least for rule in rules),
        )

    @cached_property
    def _datatypes(self) -> Mapping[URIRef, tuple[URIRef, ...]]:
        return datatypes(self.shape_graph)

    @cached_property
    def kinds(self) -> Mapping[str, URIRef]:
        """The class behind each kind of identifier, as the shapes of classes say; the most general one."""
        found: dict[str, URIRef] = {}
        rules = ((shape, kinds) for shape in self.shapes.values() if (kinds := self._kinds(shape)))
        for shape, kinds in rules:
            for cls in shape.classes:
                for kind in kinds:
                    named = kind.replace("-", "") == cls.removeprefix(CG._NS).casefold()
                    if named or (kind == kinds[0] and (kind not in found or self.is_a(found[kind], cls))):
                        found[kind] = cls
        return found

    def _kinds(self, shape: Shape) -> tuple[str, ...]:
        return allowed(self.shape_graph, shape.iri)[0] if not shape.path else ()

    # Shapes, alignments, examples

    def shapes_of(self, iri: URIRef) -> list[Shape]:
        """Return the shapes with a message that check a class or name a term."""
        return [shape for shape in self.shapes.values() if shape.message and iri in (*shape.classes, *shape.about)]

    def aligned(self, iri: URIRef) -> list[Link]:
        """Return how a term stands to others elsewhere."""
        links = (link for alignment in self.alignments.values() for link in alignment.links)
        return [link for link in links if iri in (link.subject, link.object)]

    @cached_property
    def examples(self) -> Mapping[str, str]:
        """The text of each example, by name."""
        return {path.stem: path.read_text(encoding="utf-8") for path in files(EXAMPLES / "valid")}

    @cached_property
    def faulty(self) -> Mapping[str, str]:
        """The text of each example of what fails, by the name of the shape it fails on."""
        return {path.stem: path.read_text(encoding="utf-8") for path in files(EXAMPLES / "invalid")}

    def example_of(self, term: Term) -> str:
        """Return the name of the example that shows a term best, or nothing where none does.

        A class is shown by its own or that of the first class below, a property by that of a class that has it.
        """
        if term.kind == "class":
            own = [term.name, *(iri.removeprefix(CG._NS) for iri in term.below)]
            return next((name for name in own if name in self.examples), "")
        of = [field.cls.removeprefix(CG._NS) for field in self.used_in(term.iri)]
        every = [name for name in (*of, *self.examples) if name in self.examples]
        return next((name for name in every if str(term.iri) in mentioned(self.examples[name])), "")

    # Parts of the graphs

    def statements_of(self, term: Term) -> Graph:
        """Return what is stated of a term, what other terms state of it with their names, and its alignments."""
        part = about(self.core, term.iri)
        for subject, predicate in self.core.subject_predicates(term.iri):
            part.add((subject, predicate, term.iri))
        for link in self.aligned(term.iri):
            part.add((link.subject, link.predicate, link.object))
        for node in {*part.subjects(), *part.objects()}:
            for name in self.core.objects(node, RDFS.label):
                part.add((node, RDFS.label, name))
        return part

    def statements_of_list(self, of: CodeList) -> Graph:
        """Return the statements of one code list, and of no other."""
        part = about(self.code_graph, of.iri)
        for code in of.codes:
            part += about(self.code_graph, code.iri)
        return part

    def statements_of_code(self, of: CodeList, code: Code) -> Graph:
        """Return the statements of one code, and the name of its list."""
        part = about(self.code_graph, code.iri)
        for predicate in (RDF.type, SKOS.prefLabel):
            for value in self.code_graph.objects(of.iri, predicate):
                part.add((of.iri, predicate, value))
        return part

    def statements_of_shape(self, shape: Shape) -> Graph:
        """Return one shape."""
        return about(self.shape_graph, shape.iri)

    # Reading

    def _terms(self, folder: Path, rooms: Mapping[str, Room]) -> Iterator[Term]:
        for room, path in paths(folder, rooms):
            for iri in declared(path):
                kind = next((name for cls, name in KINDS.items() if (iri, RDF.type, cls) in self.core), "")
                if kind:
                    yield self._term(iri, kind, room)

    def _term(self, iri: URIRef, kind: str, room: Room) -> Term:
        graph = self.core
        up = RDFS.subClassOf if kind == "class" else RDFS.subPropertyOf
        apart = {*graph.objects(iri, OWL.disjointWith), *graph.subjects(OWL.disjointWith, iri)}
        return Term(
            **vars(words(graph, iri)),
            kind=kind,
            room=room,
            status=str(graph.value(iri, STATUS) or ""),
            above=self._sorted(graph.objects(iri, up)),
            below=self._sorted(graph.subjects(up, iri)),
            disjoint=self._sorted(apart),
            domain=self._sorted(graph.objects(iri, RDFS.domain)),
            range=self._sorted(graph.objects(iri, RDFS.range)),
        )

    def _lists(self, folder: Path, rooms: Mapping[str, Room]) -> Iterator[CodeList]:
        graph = self.code_graph
        for room, path in paths(folder, rooms):
            for iri in declared(path):
                if (iri, RDF.type, SKOS.ConceptScheme) in graph:
                    codes = self._sorted(graph.subjects(SKOS.inScheme, iri))
                    yield CodeList(**vars(words(graph, iri)), room=room, codes=tuple(map(self._code, codes)))

    def _code(self, iri: URIRef) -> Code:
        return Code(
            **vars(words(self.code_graph, iri)), broader=self._sorted(self.code_graph.objects(iri, SKOS.broader))
        )

    def _sorted(self, nodes: Iterable[Node]) -> tuple[URIRef, ...]:
        return tuple(sorted((node for node in nodes if isinstance(node, URIRef)), key=self._place))

    def _place(self, node: str) -> tuple[int, str]:
        return self.order.get(str(node), len(self.order)), str(node)
