"""The document about one thing as RDF and as a table: the same statements, with what it says of itself."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox
from rdflib import FOAF, OWL, PROV, RDF, RDFS, VOID, XSD, Namespace, URIRef

from graph.snapshot import Snapshot
from graph.terms import CG, DCTERMS, GRAPH
from graph.void import DATASET
from graph.worker import PREFIXES
from queries import Table
from webapp.descriptions import CC_BY, counted
from webapp.reading import Reader
from webapp.service import Service, site_address
from webapp.things import P
from webapp.told import Told, mentioned, named

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
COLUMNS = ("thing", "thing_name", "predicate", "property", "value", "name", "language", "datatype")
_SAID = frozenset(map(str, (CG.Claim, CG.Evidence)))
_PREFIXES = PREFIXES | {"foaf": str(FOAF._NS), "hydra": str(HYDRA), "void": str(VOID._NS)}


@dataclass(frozen=True)
class About:
    """A document about a thing: where it is served, as of when, and what it tells."""

    address: str  # without the suffix of a form
    site: str
    day: str
    told: Told
    asking: str = ""  # the query for all that the thing holds, of a graph

    def triples(self) -> list[ox.Triple]:
        """Return all statements: those of the thing first, then claims, evidence, names, and the document's own."""
        told = self.told
        rest = [triple for iri, found in told.statements.items() if iri != told.iri for triple in found]
        names = [triple for found in told.names.values() for triple in found]
        origins = [
            _link(iri, PROV.wasDerivedFrom, graph)
            for iri, graphs in told.graphs.items()
            for graph in graphs
            if _is_said(told.statements[iri])
        ]
        groups = (told.statements[told.iri], [*rest, *origins], names, [*self._of_itself()])
        return [triple for group in groups for triple in sorted(dict.fromkeys(group), key=str)]

    def written(self, media_type: str) -> bytes:
        """Return the statements in a format."""
        return written(self.triples(), media_type)

    def table(self, reader: Reader) -> Table:
        """Return the statements as rows; names stand beside what they name, in the reader's language."""
        told = self.told
        own = [t for t in self.triples() if _iri(t.subject) == told.iri or t.predicate.value != P.label]
        return Table(COLUMNS, [_row(triple, reader) for triple in own])

    def _of_itself(self) -> Iterator[ox.Triple]:
        told, here = self.told, self.address
        yield from of_document(here, told.iri, self.day, told.graphs.get(told.iri, ()))
        if self.asking:
            yield _link(here, RDFS.seeAlso, _sparql(self.site, self.asking))
        for lead in told.leads:
            shown = f"{len(lead.shown)} of {lead.total} are told of in this document."
            everything = _sparql(self.site, lead.asking(told.iri))
            yield from _part(here, lead.anchor, lead.title, lead.total, shown, everything)


def of_document(here: str, iri: str, day: str, graphs: Iterable[str]) -> Iterator[ox.Triple]:
    """Yield what a document says of itself: what it is about, its licence, and as of when it tells what it was told."""
    yield _link(here, RDF.type, FOAF.Document)
    yield _link(here, FOAF.primaryTopic, iri)
    yield _link(here, DCTERMS.license, CC_BY)
    yield _link(here, VOID.inDataset, DATASET)
    yield _say(here, DCTERMS.modified, day, XSD.date)
    for graph in graphs:
        yield _link(here, PROV.wasDerivedFrom, graph)


def of_term(service: Service, here: str, iri: str, triples: list[ox.Triple], uses: int, asking: str) -> list[ox.Triple]:
    """Return what the document about a term or code adds to its statements: the uses, the names, and itself."""
    told = [*of_document(here, iri, service.manifest["data_date"], [GRAPH["ontology"]])]
    where = _sparql(site_address(), asking)
    told += _part(here, "uses", "What uses it", uses, "Those are not told of in this document.", where)
    names = named(service, sorted(mentioned([*triples, *told])))
    return told + [triple for found in names.values() for triple in found]


def _part(here: str, anchor: str, title: str, total: int, words: str, everything: str) -> Iterator[ox.Triple]:
    """Yield how many things lead somewhere, how many of them a document tells of, and where all are."""
    part = f"{here}#{anchor}"
    yield _link(here, DCTERMS.hasPart, part)
    yield _link(part, RDF.type, HYDRA.Collection)
    yield _say(part, DCTERMS.title, title)
    yield _say(part, HYDRA.totalItems, str(total), XSD.integer)
    yield _say(part, RDFS.comment, words)
    yield _link(part, RDFS.seeAlso, everything)


def _sparql(site: str, query: str) -> str:
    return f"{site}sparql?query={quote(query, safe='')}"


def _is_said(statements: list[ox.Triple]) -> bool:
    """Tell whether something is a claim or evidence, made by a source, and not a thing in the world."""
    return any(_iri(t.object) in _SAID for t in statements if t.predicate.value == P.type)


def _row(triple: ox.Triple, reader: Reader) -> tuple[str | None, ...]:
    subject, predicate, value = _iri(triple.subject), triple.predicate.value, triple.object
    about = (subject, reader.name(subject)[0] or None, predicate, reader.word(predicate).text)
    if isinstance(value, ox.Literal):
        return (*about, value.value, None, value.language, None if value.language else value.datatype.value)
    return (*about, _iri(value), reader.name(_iri(value))[0] or None, None, None)


def _iri(node: object) -> str:
    """Return the identifier of a node; there are no blank ones in public data."""
    if not isinstance(node, ox.NamedNode):
        raise TypeError(f"{node} has no identifier of its own")
    return node.value


def _link(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def _say(subject: str, predicate: str, words: str, datatype: str = "") -> ox.Triple:
    value = ox.Literal(words, datatype=ox.NamedNode(datatype)) if datatype else ox.Literal(words, language="en")
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)


def given_up(iri: str, replaced_by: str, why: str, media_type: str) -> bytes:
    """Return what is to be said of an identifier that is no longer used."""
    triples = [_say(iri, RDFS.comment, why), _say(iri, OWL.deprecated, "true", XSD.boolean)]
    if replaced_by:
        triples.append(_link(iri, DCTERMS.isReplacedBy, replaced_by))
    return written(triples, media_type)


def held(snapshot: Snapshot, graph: str) -> list[ox.Triple]:
    """Return what the counts say of a graph: that it is a data set, and how many statements it holds."""
    number = str(counted(snapshot).value(URIRef(graph), VOID.triples) or 0)
    return [_link(graph, RDF.type, VOID.Dataset), _say(graph, VOID.triples, number, XSD.integer)]


def listing(graph: str) -> str:
    """Return the query for what a graph describes."""
    return f"SELECT DISTINCT ?thing WHERE {{\n  GRAPH <{graph}> {{ ?thing ?predicate ?value }}\n}}"


def written(triples: list[ox.Triple], media_type: str) -> bytes:
    """Return statements in a format."""
    out = io.BytesIO()
    ox.serialize(triples, out, ox.RdfFormat.from_media_type(media_type), prefixes=_PREFIXES)
    return out.getvalue()
