"""The codebook as values: rooms, kinds of record, columns, code lists and codes, each with the rule a coder follows.

The words come from the ontology, the code lists and the shapes; the columns, their kinds and which of them make an
identity come from the model. `coding` says what may stand in a column and what nobody has written yet.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rdflib import DC, OWL, RDF, SH, Graph, URIRef

from graph import model
from graph.record import Record, Spec
from graph.terms import BASE, CG, DCTERMS, RDFS, SKOS, VOCAB
from ontology import load_codes, load_ontology, load_shapes
from ontology.foreign import FOREIGN
from ontology.parts import ROOMS, Words, words
from ontology.release import IRI

SHARED = "shared"

EVIDENCE: Mapping[str, Spec] = {
    "source": Spec(CG.source, "reference", kinds=("source",)),
    "status": Spec(CG.verification, "code", scheme="verification", required=True),
    "locator": Spec(CG.locator, "text"),
    "says": Spec(CG.says, "text", language="en"),
    "note": Spec(SKOS.editorialNote, "text", language="en"),
    "bearing": Spec(CG.bearing, "code", scheme="bearing"),
}


@dataclass(frozen=True)
class Code:
    """One code of a list; `broader` is the code under which it falls, if any."""

    words: Words
    list_name: str
    broader: str = ""

    @property
    def anchor(self) -> str:
        return f"code-{self.list_name}.{self.words.name}"


@dataclass(frozen=True)
class CodeList:
    """A closed list of codes; its notes are the rule by which one is chosen."""

    words: Words
    codes: tuple[Code, ...]
    users: tuple[tuple[str, str], ...]  # kind of record and column

    @property
    def anchor(self) -> str:
        return f"list-{self.words.name}"


@dataclass(frozen=True)
class Column:
    """One column of a table: what it means, what may stand in it, and what the shapes say of its form."""

    kind: str
    name: str
    words: Words
    spec: Spec
    forms: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        return f"column-{self.kind}.{self.name}"

    @property
    def title(self) -> str:
        """Kind and column in one, for lists of variables."""
        return f"{self.kind}.{self.name}"


@dataclass(frozen=True)
class Narrower:
    """A class that a record receives by what stands in it, with the rules of its own."""

    words: Words
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of record: what counts as one, what makes two of them the same, and its columns."""

    name: str
    room: str
    words: Words
    columns: tuple[Column, ...]
    has_id: bool
    table: str = ""
    same_columns_as: str = ""
    narrower: tuple[Narrower, ...] = ()
    forms: tuple[str, ...] = ()  # what the shapes say of its identifier
    rules: tuple[str, ...] = ()  # what they ask of several columns together

    @property
    def anchor(self) -> str:
        return f"record-{self.name}"

    @property
    def where(self) -> str:
        """Say where a coder writes it down."""
        if self.table:
            return f"table {self.table}.csv"
        return "the last columns of every table" if self.name == "evidence" else "no table of its own is filled by hand"

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """The columns that are told of here and not where the same ones are told of already."""
        return () if self.same_columns_as else self.columns

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that make the identity."""
        return tuple(column for column in self.columns if column.spec.key)

    @property
    def identity(self) -> str:
        """Say in words when two rows are about the same record."""
        if self.has_id:
            return (
                "An editorial id, chosen once and never changed. Two rows with the same id are about the same record; "
                "the second adds evidence."
            )
        if not self.keys:
            return "Made by the build from the record it belongs to and its source; an editor gives it no id."
        names = [key.name.replace("_", " ") for key in self.keys]
        return (
            f"One record for each combination of {_series(names)}. Two rows that agree in these are the same claim, "
            "whatever their dates, values and sources: the second adds evidence."
        )

    @property
    def form(self) -> str:
        """The form of the identifier."""
        if not self.keys:
            return f"{self.name}/ID" if self.has_id else f"{self.name}/..."
        return f"{self.name}/" + "-".join(key.name.upper() for key in self.keys)


@dataclass(frozen=True)
class Room:
    """One room of the model: kinds of record, and the lists that only they use."""

    name: str
    about: str
    kinds: tuple[Kind, ...]
    lists: tuple[CodeList, ...]

    @property
    def anchor(self) -> str:
        return f"room-{self.name}"

    @property
    def title(self) -> str:
        return "Shared lists" if self.name == SHARED else self.name.capitalize()


@dataclass(frozen=True)
class Codebook:
    """The whole of it, with what its title page says."""

    version: str
    issued: date
    licence: str
    author: str
    rooms: tuple[Room, ...]
    rules: tuple[str, ...]  # what is asked of all records

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(kind for room in self.rooms for kind in room.kinds)

    @property
    def lists(self) -> tuple[CodeList, ...]:
        return tuple(listed for room in self.rooms for listed in room.lists)

    @property
    def codes(self) -> tuple[Code, ...]:
        return tuple(code for listed in self.lists for code in listed.codes)

    @cached_property
    def anchors(self) -> Mapping[str, str]:
        """The anchor of each kind of record and each list, by the names that columns use for them."""
        kinds = {f"kind:{kind.name}": kind.anchor for kind in self.kinds}
        return kinds | {f"list:{listed.words.name}": listed.anchor for listed in self.lists}

    @property
    def title(self) -> str:
        return "Codebook of the cyber governance graph"

    @property
    def citation(self) -> str:
        return f"{self.author}: {self.title}, version {self.version}, {self.issued.year}."

    def labels(self, kinds: Iterable[str]) -> Iterator[str]:
        """Yield what kinds of record are called."""
        known = {kind.name: kind.words.label for kind in self.kinds}
        yield from (known.get(kind, kind) for kind in kinds)


@dataclass(frozen=True)
class _Check:
    """What one shape says: its message, the classes it is about, its property, and whether it is about form alone."""

    message: str
    targets: frozenset[URIRef]
    path: URIRef | None
    of_form: bool


class Reader:
    """Reads the codebook from a set of graphs; a test gives it others than those that ship."""

    def __init__(self, terms: Graph, codes: Graph, shapes: Graph, tables: Mapping[str, str]) -> None:
        self.terms, self.codes, self.shapes, self.tables = terms, codes, shapes, tables
        self.records = {record.cls: record for room in ROOMS for record in _records(room)}
        self.recorded = {*self.records, CG.Evidence}
        self.checks = list(self._checks())

    def read(self) -> Codebook:
        """Return the codebook."""
        kinds = [self._kind(record) for record in self.records.values()] + [self._evidence()]
        lists = self._lists(kinds)
        rooms = [self._room(name, kinds, lists) for name in ROOMS]
        shared = Room(SHARED, "Lists that serve several rooms, or no column yet.", (), lists.get(SHARED, ()))
        described = self.recorded | {lower.words.iri for kind in kinds for lower in kind.narrower}
        issued = self.terms.value(IRI, DCTERMS.issued, any=False)
        return Codebook(
            version=str(self.terms.value(IRI, OWL.versionInfo, any=False)),
            issued=date.fromisoformat(str(issued)),
            licence=str(self.terms.value(IRI, DCTERMS.license, any=False)),
            author=str(self.terms.value(IRI, DC.creator, any=False)),
            rooms=(*rooms, shared) if shared.lists else tuple(rooms),
            rules=tuple(check.message for check in self.checks if not check.targets & described),
        )

    # Words

    def _words(self, graph: Graph, term: URIRef) -> Words:
        """Return what is said of a term; that one is our own goes without saying among its sources."""
        said = words(graph, term)
        sources = tuple(source for source in said.sources if not source.startswith(BASE))
        return dataclasses.replace(said, sources=sources)

    def _column_words(self, predicate: URIRef) -> Words:
        if predicate not in FOREIGN:
            return self._words(self.terms, predicate)
        label, meaning = FOREIGN[predicate]
        return Words(iri=predicate, label=label, definition=meaning)

    # Kinds of record

    def _kind(self, record: type[Record]) -> Kind:
        specs = {name: spec for name, spec in record.specs().items() if spec.in_table}
        upper = next((cls for cls in self.records.values() if cls in record.__mro__[1:] and _same(cls, record)), None)
        return Kind(
            name=record.kind,
            room=record.__module__.rsplit(".", 1)[-1],
            words=self._words(self.terms, record.cls),
            columns=self._columns(record.kind, record.cls, specs),
            has_id="id" in record.__dataclass_fields__,
            table=self.tables.get(record.__name__, ""),
            same_columns_as=upper.kind if upper else "",
            narrower=tuple(self._narrower(record.cls)),
            forms=self._said(record.cls, of_form=True),
            rules=self._said(record.cls, of_form=False),
        )

    def _evidence(self) -> Kind:
        return Kind(
            name="evidence",
            room="knowledge",
            words=self._words(self.terms, CG.Evidence),
            columns=self._columns("evidence", CG.Evidence, EVIDENCE),
            has_id=False,
            forms=self._said(CG.Evidence, of_form=True),
            rules=self._said(CG.Evidence, of_form=False),
        )

    def _columns(self, kind: str, cls: URIRef, specs: Mapping[str, Spec]) -> tuple[Column, ...]:
        classes = {upper for upper in self.terms.transitive_objects(cls, RDFS.subClassOf) if upper in self.recorded}

        def forms(predicate: URIRef) -> tuple[str, ...]:
            own = [check for check in self.checks if check.of_form and check.path == predicate]
            return tuple(check.message for check in own if check.targets & classes)

        return tuple(
            Column(kind, name, self._column_words(spec.predicate), spec, forms(spec.predicate))
            for name, spec in specs.items()
        )

    def _narrower(self, cls: URIRef) -> Iterator[Narrower]:
        for lower in sorted(map(str, self.terms.subjects(RDFS.subClassOf, cls))):
            if URIRef(lower) not in self.recorded:
                said = tuple(check.message for check in self.checks if URIRef(lower) in check.targets)
                yield Narrower(self._words(self.terms, URIRef(lower)), said)

    # Checks

    def _checks(self) -> Iterator[_Check]:
        """Yield what each shape says, in the order of the files."""
        for shape, message in self.shapes.subject_objects(SH.message):
            upper = self.shapes.value(shape, DCTERMS.isPartOf) or shape
            targets = [*self.shapes.objects(shape, SH.targetClass), *self.shapes.objects(upper, SH.targetClass)]
            path = self.shapes.value(shape, SH.path)
            named = str(shape).rsplit("/", 1)[-1].split("-", 1)
            yield _Check(
                message=str(message),
                targets=frozenset(cls for cls in targets if isinstance(cls, URIRef)),
                path=path if isinstance(path, URIRef) else None,
                of_form=len(named) == 1 or str(path).endswith((f"/{named[1]}", f"#{named[1]}")),
            )

    def _said(self, cls: URIRef, *, of_form: bool) -> tuple[str, ...]:
        """Return what shapes say of a class: of its identifier alone, or as rules over its columns."""
        own = [check for check in self.checks if cls in check.targets and check.of_form == of_form]
        return tuple(check.message for check in own if not (of_form and check.path))

    # Lists

    def _lists(self, kinds: Iterable[Kind]) -> dict[str, tuple[CodeList, ...]]:
        """Return the lists by the room that alone uses them, else under `shared`; in the order of their first use."""
        users: dict[str, list[Column]] = {}
        rooms: dict[str, set[str]] = {}
        for kind in kinds:
            for column in kind.own_columns:
                if column.spec.scheme:
                    users.setdefault(column.spec.scheme, []).append(column)
                    rooms.setdefault(column.spec.scheme, set()).add(kind.room)
        schemes = {str(iri).removeprefix(VOCAB): iri for iri in self.codes.subjects(RDF.type, SKOS.ConceptScheme)}
        found: dict[str, tuple[CodeList, ...]] = {}
        for name in [*(name for name in users if name in schemes), *sorted(schemes.keys() - users.keys())]:
            of = rooms.get(name, set())
            room = next(iter(of)) if len(of) == 1 else SHARED
            listed = self._list(VOCAB[name], tuple((column.kind, column.name) for column in users.get(name, ())))
            found[room] = (*found.get(room, ()), listed)
        return found

    def _list(self, scheme: URIRef, users: tuple[tuple[str, str], ...]) -> CodeList:
        name = scheme.removeprefix(VOCAB)
        codes = []
        for iri in self.codes.subjects(SKOS.inScheme, scheme):  # in the order of the file
            if isinstance(iri, URIRef):
                broader = self.codes.value(iri, SKOS.broader)
                codes.append(Code(self._words(self.codes, iri), name, str(broader or "").rsplit("/", 1)[-1]))
        return CodeList(self._words(self.codes, scheme), tuple(codes), users)

    def _room(self, name: str, kinds: Iterable[Kind], lists: Mapping[str, tuple[CodeList, ...]]) -> Room:
        about = inspect.getdoc(importlib.import_module(f"graph.model.{name}")) or ""
        return Room(name, about, tuple(kind for kind in kinds if kind.room == name), lists.get(name, ()))


def _records(room: str) -> Iterator[type[Record]]:
    """Yield the records of a room in the order in which its module tells of them."""
    for name in vars(importlib.import_module(f"graph.model.{room}")):
        if name in model.__all__ and getattr(model, name).__module__.endswith(f".{room}"):
            yield getattr(model, name)


def _same(one: type[Record], other: type[Record]) -> bool:
    return one.specs() == other.specs()


def _series(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def read_codebook(tables: Mapping[str, str]) -> Codebook:
    """Return the codebook of the ontology that ships; `tables` names the table of each class."""
    return Reader(load_ontology(), load_codes(), load_shapes(), tables).read()
