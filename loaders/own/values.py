"""A given value as a field of the model takes it, or a refusal that says why it cannot."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from rdflib import Literal, URIRef

from graph.collect import CC_BY
from graph.dates import Stated
from graph.record import Record, Spec, coded
from graph.terms import ID, VOCAB, thing
from loaders.controls import control_in
from loaders.own.grammar import short
from loaders.own.names import Landscape
from loaders.own.statements import Given, Unusable

_ADDRESS = re.compile(r"https?://[^/?#]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_OPEN = re.compile(
    r"https?://creativecommons\.org/(?:licenses/by(?:-sa)?|publicdomain/(?:zero|mark))/[0-9.]+/?(?:deed\.\w+)?"
    r"|https?://(?:www\.)?opendatacommons\.org/licenses/(?:pddl|by|odbl)/(?:[0-9-]+/?)?"
    r"|https?://spdx\.org/licenses/(?:CC0-1\.0|CC-BY(?:-SA)?-[0-9.]+|PDDL-1\.0|ODC-By-1\.0|ODbL-1\.0|MIT|EUPL-1\.2)"
)
_DATES = {"", "string", "date", "gYear", "gYearMonth", "integer"}  # a year alone may come as a number

Local = Callable[[str], URIRef | None]


class Reader:
    """Reads values; names that hold within the contribution only are asked for from whoever knows its subjects."""

    def __init__(self, known: Landscape, local: Local) -> None:
        self._known = known
        self._local = local

    def read(self, given: Given, spec: Spec) -> Any:
        """Return the value; raise Unusable."""
        if control := control_in(given.text):
            raise Unusable(given.place, f"it holds the control character {control}; remove it")
        reader = getattr(self, f"_{spec.shape}")
        try:
            return reader(given, spec)
        except Unusable:
            raise
        except ValueError as error:
            raise Unusable(given.place, error) from None

    def _reference(self, given: Given, spec: Spec) -> URIRef:
        written = given.text.strip()
        if given.is_name and (own := self._local(written)) is not None:
            return _of_kind(own, spec)
        if written.startswith(ID):
            kind, _, name = written.removeprefix(ID).partition("/")
            return _of_kind(thing(kind, name), spec)
        if _ADDRESS.match(written):
            found = self._known.elsewhere(URIRef(written), spec.kinds)
            if found is None:
                raise ValueError(f"nothing is known by the identifier {written}; name {_some(spec)} of the graph")
            return found
        if given.is_name:
            raise ValueError(f"{written!r} names nothing in this contribution")
        document, sharp, _ = written.partition("#")
        found = self._known.meant(document if sharp and "provision" in spec.kinds else written, spec.kinds)
        if found is None:
            hint = self._known.hint(written, spec.kinds)
            raise ValueError(f"{written!r} is the identifier, code or name of no {_some(spec)}{hint}")
        return found

    def _code(self, given: Given, spec: Spec) -> URIRef:
        written = given.text.strip()
        if written.startswith(VOCAB):
            scheme, _, written = written.removeprefix(VOCAB).partition("/")
            if scheme != spec.scheme:
                raise ValueError(f"{scheme}/{written} is not of the code list {spec.scheme}")
        elif given.is_name:
            raise ValueError(f"{written!r} is no code of the list {spec.scheme}")
        thing("code", written)
        return coded(spec.scheme, written)

    def _text(self, given: Given, spec: Spec) -> str | Literal:
        if given.is_name:
            raise ValueError(f"{short(given.text)} is a name of something, and words are wanted")
        words = given.text.strip()
        if not words:
            raise ValueError("words are wanted, and there are none")
        own = given.language and not spec.language
        return Literal(words, lang=given.language) if own and not spec.in_table else words

    def _date(self, given: Given, spec: Spec) -> Stated:
        if given.is_name or given.datatype not in _DATES:
            raise ValueError(f"{given.text!r} is no date, month or year but {_what(given)}")
        return Stated.parse(given.text.strip())

    def _integer(self, given: Given, spec: Spec) -> int:
        written = given.text.strip()
        if given.is_name or not written.isascii() or not written.isdigit():
            raise ValueError(f"{written!r} is not a whole number")
        return int(written)

    def _amount(self, given: Given, spec: Spec) -> Decimal:
        written = given.text.strip()
        if given.is_name or not _NUMBER.fullmatch(written):
            raise ValueError(f"{written!r} is not a number; write it in digits, with a point where it has decimals")
        return Decimal(written)

    def _address(self, given: Given, spec: Spec) -> URIRef:
        return address(given.text.strip())


def address(written: str) -> URIRef:
    """Return a web address; raise ValueError for anything else."""
    try:
        ox.NamedNode(written)
    except ValueError:
        well_formed = False
    else:
        well_formed = _ADDRESS.match(written) is not None
    if not well_formed:
        raise ValueError(f"{written!r} is not a web address; it must begin with https:// and hold no spaces")
    return URIRef(written)


def is_open(licence: URIRef) -> bool:
    """Tell whether a licence lets everyone pass the facts on, also changed and for money."""
    return licence == CC_BY or _OPEN.fullmatch(licence) is not None


def references(record: Record) -> list[tuple[str, URIRef]]:
    """Return the things that a record names, with the fields that name them."""
    found = ((name, spec, value) for name, spec, value in record.values())
    return [(name, v) for name, spec, v in found if spec.shape == "reference" and isinstance(v, URIRef)]


def _of_kind(iri: URIRef, spec: Spec) -> URIRef:
    kind = iri.removeprefix(ID).partition("/")[0]
    if kind not in spec.kinds:
        raise ValueError(f"{short(iri)} is a {kind}, and {_some(spec)} is wanted")
    return iri


def _some(spec: Spec) -> str:
    return " or ".join(spec.kinds)


def _what(given: Given) -> str:
    return "a name of something" if given.is_name else f"an xsd:{given.datatype}"
