"""RDF in any of its notations: subjects with what is said of them. Nothing is fetched, whatever a file refers to."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

import pyoxigraph as ox
from rdflib import XSD

from graph.terms import CG
from loaders.own.grammar import CLASSES, TYPE, is_term, nearest, short, unknown
from loaders.own.statements import MOST_STATEMENTS, BadRow, Content, Given, NotUsable, Row, Subject
from loaders.structured import Malformed, read_json

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
}
_MARK = b"\xef\xbb\xbf"
_EVIDENCE, _IS_EVIDENCE = str(CG.evidence), str(CG.Evidence)


def read(file: str, content: bytes, notation: ox.RdfFormat, graph: str) -> Content:
    """Return the subjects in the order in which they come; `graph` is the only named graph that may be stated."""
    if notation == ox.RdfFormat.RDF_XML:
        _must_have_no_entities(file, content)
    if notation == ox.RdfFormat.JSON_LD:
        _must_be_whole(file, _json(file, content))
    return _subjects(file, content, notation, graph)


def read_with_context(file: str, content: bytes, context: Any, graph: str) -> Content:
    """Return what JSON says when its keys are read by a context."""
    _must_be_whole(file, {"@context": context, "@graph": _json(file, content)})
    whole = b'{"@context":' + json.dumps(context).encode() + b',"@graph":' + content.removeprefix(_MARK) + b"}"
    return _subjects(file, whole, ox.RdfFormat.JSON_LD, graph)


def _subjects(file: str, content: bytes, notation: ox.RdfFormat, graph: str) -> Content:
    found: dict[str, Subject] = {}
    faults: list[BadRow] = []
    lines = _Lines(content.removeprefix(_MARK))
    try:
        for number, quad in enumerate(ox.parse(cast(IO[bytes], lines), format=notation), start=1):
            if number > MOST_STATEMENTS:
                raise NotUsable(f"{file} holds more than {MOST_STATEMENTS} statements; split it.")
            line = lines.number if notation != ox.RdfFormat.JSON_LD else 1  # it is parsed as a whole
            if reason := _not_ours(quad, graph):
                faults.append(BadRow(line, short(quad.predicate.value), reason))
            elif not is_term(None, predicate := quad.predicate.value):
                faults.append(BadRow(line, short(predicate), unknown(None, predicate)))
            else:
                subject = found.setdefault(_name(quad.subject), Subject(_name(quad.subject), line))
                subject.statements.append((predicate, _given(quad.object, short(predicate))))
    except (SyntaxError, ValueError) as error:
        if isinstance(error, NotUsable):
            raise
        raise NotUsable(
            f"{file}:{lines.number}: not readable as {notation.name}: {error}. Is the file whole?"
        ) from None
    return _sorted_out(found, faults)


def _sorted_out(found: dict[str, Subject], faults: list[BadRow]) -> Content:
    """Part evidence, which others name, from the subjects that are rows."""
    named = {given.text for subject in found.values() for given in subject.of(_EVIDENCE)}
    evidence = tuple(subject for name, subject in found.items() if name in named)
    rows = tuple(Row(s.line, short(name), (s,)) for name, s in found.items() if name not in named)
    return Content(rows, len(rows), tuple(faults), evidence)


def _not_ours(quad: ox.Quad, graph: str) -> str:
    """Say why a statement cannot be taken in, if so."""
    if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
        return "statements about statements are not known here; use cg:evidence"
    if not isinstance(quad.graph_name, ox.DefaultGraph) and getattr(quad.graph_name, "value", "") != graph:
        return f"a contribution states nothing in the graph {quad.graph_name}; leave the graph away"
    if quad.predicate.value == TYPE:
        kind = getattr(quad.object, "value", "")
        if kind not in CLASSES and kind != _IS_EVIDENCE:
            return f"{short(kind)} is no class of the model{nearest(short(kind), map(short, CLASSES))}"
    return ""


def _name(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else str(getattr(term, "value", term))


def _given(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, place: str) -> Given:
    if not isinstance(term, ox.Literal):
        return Given(_name(term), place, is_name=True)
    return Given(term.value, place, language=term.language or "", datatype=_datatype(term))


def _datatype(term: ox.Literal) -> str:
    return "" if term.language else term.datatype.value.removeprefix(str(XSD))


def _must_have_no_entities(file: str, content: bytes) -> None:
    """Refuse what declares entities: they may reach into other files, or grow without end."""
    if b"<!DOCTYPE" in content.replace(b"\0", b"").upper():
        raise NotUsable(f"{file} declares a DOCTYPE, which is not read; write its entities out, or save it as Turtle.")


def _json(file: str, content: bytes) -> Any:
    try:
        return read_json(content)
    except Malformed as error:
        raise NotUsable(f"{file}:{error.line}: {error.column}: {error}.") from None


def _must_be_whole(file: str, data: Any) -> None:
    """Refuse contexts that are elsewhere, and keys that no context speaks of: what they say would be lost."""
    terms: dict[str, Any] = {}
    for context in _contexts(data):
        for one in context if isinstance(context, list) else [context]:
            elsewhere = one if isinstance(one, str) else one.get("@import") if isinstance(one, Mapping) else None
            if elsewhere:
                raise NotUsable(
                    f"{file} refers to the context {elsewhere}, and nothing is fetched; put it in as it is."
                )
            if isinstance(one, Mapping):
                terms.update(one)
    if "@vocab" not in terms:
        for key in _keys(data, terms):
            if not key.startswith("@") and key not in terms and ":" not in key:
                raise NotUsable(
                    f"{file}: no @context has the key {key!r}, which would be lost; add it, or set it to null."
                )


def _contexts(data: Any) -> Iterator[Any]:
    """Yield every context, those within definitions of terms too."""
    if isinstance(data, Mapping):
        if "@context" in data:
            yield data["@context"]
        for value in data.values():
            yield from _contexts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _contexts(value)


def _keys(data: Any, terms: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of the data, but not of contexts, nor of maps by language and the like."""
    if isinstance(data, list):
        for value in data:
            yield from _keys(value, terms)
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key == "@context":
                continue
            yield key
            definition = terms.get(key)
            is_map = isinstance(definition, Mapping) and "@container" in definition and isinstance(value, Mapping)
            yield from _keys(list(value.values()) if is_map else value, terms)


class _Lines(io.RawIOBase):
    """Gives a parser one line at a time, so that the line on which a statement was found is known."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = memoryview(content)
        self._ends = _ends(content)
        self._at = self._end = 0
        self.number = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return what is left of the line, or as much as is asked for."""
        if self._at == self._end:
            self._end = next(self._ends, self._end)
            self.number += self._at < self._end
        stop = self._end if size < 0 else min(self._end, self._at + size)
        part = bytes(self._content[self._at : stop])
        self._at = stop
        return part


def _ends(content: bytes) -> Iterator[int]:
    at = 0
    while at < len(content):
        at = content.find(b"\n", at) + 1 or len(content)
        yield at
