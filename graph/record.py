"""Records: what a loader makes of a row. A record knows its IRI, its statements and the evidence for them.

Each class in `model` is a frozen dataclass whose fields say which predicate they become and how a table spells
them. The IRI of a thing or an act comes from its editorial id, that of any other claim from its key fields and
from nothing else, so that a corrected date or a second source never changes it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, Literal

from rdflib import RDF, RDFS, XSD, URIRef
from rdflib import Literal as Text
from rdflib.term import Identifier

from graph.dates import Stated
from graph.terms import CG, SKOS, VOCAB, slug, thing

Triple = tuple[URIRef, URIRef, Identifier]
Value = URIRef | Text | Stated | str | int | Decimal
Shape = Literal["reference", "code", "text", "date", "integer", "amount", "address"]


@dataclass(frozen=True)
class Spec:
    """How a field is written in a table and which predicate it becomes."""

    predicate: URIRef
    shape: Shape
    kinds: tuple[str, ...] = ()  # of a reference: the kinds of thing it may name, the first being the default
    scheme: str = ""  # of a code: the scheme its codes come from
    language: str | None = None
    many: bool = False
    required: bool = False
    key: bool = False
    in_table: bool = True  # whether a table has a column for it, or the loader makes the value
    additive: bool = False  # whether what several sources state adds up (further names), or the first is preferred


def _field(spec: Spec) -> Any:
    metadata = {"spec": spec}
    if spec.many:
        return dataclasses.field(default=(), metadata=metadata)
    if spec.required:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=None, metadata=metadata)


def reference(predicate: URIRef, *kinds: str, many: bool = False, required: bool = False, key: bool = False) -> Any:
    """Declare a field that names things of the given kinds; a table may leave the first kind's name away."""
    return _field(Spec(predicate, "reference", kinds=kinds, many=many, required=required or key, key=key))


def code(predicate: URIRef, scheme: str, *, many: bool = False, required: bool = False, key: bool = False) -> Any:
    """Declare a field that holds codes of one code list."""
    return _field(Spec(predicate, "code", scheme=scheme, many=many, required=required or key, key=key))


def text(
    predicate: URIRef,
    *,
    language: str | None = None,
    many: bool = False,
    required: bool = False,
    key: bool = False,
    in_table: bool = True,
    additive: bool = False,
) -> Any:
    """Declare a field of words, in a language or (None) in none."""
    required = required or key
    return _field(Spec(predicate, "text", (), "", language, many, required, key, in_table, additive))


def when(predicate: URIRef, *, required: bool = False) -> Any:
    """Declare a date field, as precise as the source."""
    return _field(Spec(predicate, "date", required=required))


def integer(predicate: URIRef, *, required: bool = False, key: bool = False) -> Any:
    """Declare a whole-number field."""
    return _field(Spec(predicate, "integer", required=required or key, key=key))


def amount(predicate: URIRef) -> Any:
    """Declare a decimal field, such as a sum of money."""
    return _field(Spec(predicate, "amount"))


def address(predicate: URIRef, *, many: bool = False, required: bool = False, additive: bool = False) -> Any:
    """Declare a field that holds IRIs of others: a web address or an identifier elsewhere."""
    return _field(Spec(predicate, "address", many=many, required=required, additive=additive))


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What one source states about a record, and how that was checked.

    `verification` is checked, reported or unchecked; `bearing` supports or contradicts. The retrieval date is the
    source's own, since a source is opened once for all that is read in it.
    """

    source: URIRef
    verification: str
    bearing: str = "supports"
    locator: str | None = None
    says: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Record:
    """Something a loader states: a thing (forum, document ...) or a claim about things.

    `wording` names a record that has no name of its own, by the labels of its parts.
    """

    kind: ClassVar[str]
    cls: ClassVar[URIRef]
    wording: ClassVar[str] = ""
    shared_evidence: ClassVar[tuple[str, ...]] = ()  # key fields that name the evidence many records share

    evidence: tuple[Evidence, ...] = ()

    def __init_subclass__(cls, kind: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        if kind:
            cls.kind, cls.cls = kind, CG[cls.__name__]

    @classmethod
    @cache
    def specs(cls) -> dict[str, Spec]:
        """Return the fields that become statements, in the order of declaration."""
        return {f.name: f.metadata["spec"] for f in dataclasses.fields(cls) if "spec" in f.metadata}

    @property
    def types(self) -> tuple[URIRef, ...]:
        """The classes stated; superclasses are derived at build."""
        return (self.cls,)

    @property
    def key(self) -> tuple[str, ...]:
        """The values that make the identity, as slugs in the order of declaration."""
        return tuple(_part(getattr(self, name)) for name, spec in self.specs().items() if spec.key)

    @property
    def slug(self) -> str:
        """The last part of the IRI."""
        return "-".join(self.key)

    @property
    def iri(self) -> URIRef:
        """The fixed identifier."""
        return thing(self.kind, self.slug)

    def values(self) -> Iterator[tuple[str, Spec, Value]]:
        """Yield every stated value with its field's name and spec."""
        for name, spec in self.specs().items():
            value = getattr(self, name)
            for single in value if spec.many else (value,):
                if single is not None:
                    yield name, spec, single

    def triples(self) -> Iterator[Triple]:
        """Yield what the record states, evidence apart."""
        for cls in self.types:
            yield self.iri, RDF.type, cls
        for _, spec, value in self.values():
            yield self.iri, spec.predicate, term(value, spec)


@dataclass(frozen=True, kw_only=True)
class Claim(Record):
    """A claim whose identity is its key fields."""


@dataclass(frozen=True, kw_only=True)
class Thing(Record):
    """A thing or an act with an editorial id, which is its slug."""

    id: str
    name: str = text(RDFS.label, language="en", required=True)

    @property
    def key(self) -> tuple[str, ...]:
        """The editorial id."""
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class Alternatives(Thing):
    """A thing that may have further names and may be known elsewhere."""

    aliases: tuple[Value, ...] = text(SKOS.altLabel, language="en", many=True, additive=True)
    same_as: tuple[URIRef, ...] = address(SKOS.exactMatch, many=True, additive=True)


def term(value: Value, spec: Spec) -> Identifier:
    """Return the RDF term of a field's value."""
    if isinstance(value, URIRef | Text):
        return value
    if isinstance(value, Stated):
        return value.literal()
    if isinstance(value, Decimal):
        return Text(f"{value:f}", datatype=XSD.decimal, normalize=False)
    if isinstance(value, int):
        return Text(str(value), datatype=XSD.integer, normalize=False)
    return Text(value, lang=spec.language)


def coded(scheme: str, code_: str) -> URIRef:
    """Return the IRI of a code in a code list."""
    return VOCAB[f"{scheme}/{code_}"]


def _part(value: Value) -> str:
    return value.rsplit("/", 1)[-1] if isinstance(value, URIRef) else slug(str(value))
