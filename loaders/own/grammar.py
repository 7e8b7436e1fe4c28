"""The model as a contributor's terms name it: which class a type means, and which of its fields a property."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from functools import cache

from rdflib import RDF, URIRef

from graph import model
from graph.model import Document, Event, Forum, Organisation, Source
from graph.record import Record, Spec
from graph.terms import CG, DCTERMS, FOAF, ID, RDFS, SKOS, VOCAB
from loaders.own.statements import Given, Unusable

TYPE = str(RDF.type)
PREFIXES = {
    "cg": str(CG.Claim).removesuffix("Claim"),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "dc": str(DCTERMS),
    "dcterms": str(DCTERMS),
    "foaf": str(FOAF),
    "skos": str(SKOS),
}
CLASSES: dict[str, type[Record]] = {
    **{str(cls.cls): cls for cls in (getattr(model, name) for name in model.__all__)},
    str(CG.Organ): Organisation,
    str(CG.Treaty): Document,
    str(CG.Session): Event,
    str(CG.Process): Forum,
}
# What may stand on a thing or claim and speaks of its evidence, or of the source that the evidence names.
EVIDENCE: dict[str, str] = {
    str(CG.source): "source",
    str(CG.verification): "status",
    str(CG.bearing): "bearing",
    str(CG.locator): "locator",
    str(CG.says): "says",
    str(SKOS.editorialNote): "note",
}
SOURCE: dict[str, str] = {str(spec.predicate): name for name, spec in Source.specs().items()}
STATED: dict[str, URIRef] = {
    str(CG.statedStart): CG.start,
    str(CG.statedEnd): CG.end,
    str(CG.statedDate): CG.date,
}
_LINKS = {TYPE, str(CG.evidence), str(CG.statedValue)}


def expanded(text: str) -> str:
    """Return a term with its prefix written out: `cg:member` and the whole IRI are the same."""
    prefix, colon, local = text.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else text


def short(iri: str) -> str:
    """Return an IRI as people read it: `cg:member`, `state/EST`, `vote/yes`; any other as it stands."""
    for base in (str(ID), str(VOCAB)):
        if iri.startswith(base):
            return iri.removeprefix(base)
    for prefix, base in PREFIXES.items():
        if iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return iri


def class_of(types: Sequence[str], place: str) -> type[Record]:
    """Return the class that the stated types mean; raise Unusable where there is none, or more than one."""
    if not types:
        raise Unusable(place, "it is not said what kind of thing this is; give it an rdf:type such as cg:Membership")
    for iri in types:
        if iri not in CLASSES:
            raise Unusable(place, f"{short(iri)} is no class of the model{nearest(short(iri), map(short, CLASSES))}")
    found = {CLASSES[iri] for iri in types}
    if Organisation in found:
        found.discard(Forum)  # one identifier for an organisation in which states meet
    if len(found) > 1:
        raise Unusable(place, f"it cannot be all of {', '.join(sorted(map(short, types)))}")
    return found.pop()


def is_term(cls: type[Record] | None, predicate: str) -> bool:
    """Tell whether a property can be used on a class, or (None) on any; evidence and source may stand there too."""
    if predicate in _LINKS or predicate in EVIDENCE or predicate in SOURCE or predicate in STATED:
        return True
    classes = (cls,) if cls is not None else tuple(CLASSES.values())
    return any(predicate in _fields(one) for one in classes)


def unknown(cls: type[Record] | None, predicate: str) -> str:
    """Say that a property cannot be used on a class, and which are nearest."""
    classes = (cls,) if cls is not None else tuple(CLASSES.values())
    terms = {short(known) for one in classes for known in _fields(one)} | set(map(short, (*EVIDENCE, *SOURCE)))
    on = f" on a {short(str(cls.cls))}" if cls is not None else ""
    return f"{short(predicate)} is no property that can be used{on}{nearest(short(predicate), terms)}"


def field_of(cls: type[Record], predicate: str, given: Given) -> tuple[str, Spec] | None:
    """Return the field that a property in a language means, or None where the class has none for it."""
    fields = _fields(cls).get(predicate, ())
    if not fields:
        return None
    if not given.language:
        return fields[0]
    language = given.language.lower()
    exact = [each for each in fields if each[1].language == language]
    any_language = [each for each in fields if each[1].language is None]
    if not exact and not any_language:
        wanted = " or ".join(sorted(str(spec.language) for _, spec in fields))
        raise Unusable(given.place, f"{short(predicate)} is wanted in {wanted}, and this is in {given.language}")
    return (exact or any_language)[0]


def nearest(text: str, known: Iterable[str]) -> str:
    """Return a hint at what may have been meant, or nothing."""
    near = difflib.get_close_matches(text, sorted(set(known)), n=3, cutoff=0.6)
    return f"; nearest: {', '.join(near)}" if near else ""


def _fields(cls: type[Record]) -> dict[str, tuple[tuple[str, Spec], ...]]:
    """Return the fields of each property, those that tables have columns for first."""
    return _fields_by_class()[cls]


@cache
def _fields_by_class() -> dict[type[Record], dict[str, tuple[tuple[str, Spec], ...]]]:
    return {cls: _ordered(cls) for cls in CLASSES.values()}


def _ordered(cls: type[Record]) -> dict[str, tuple[tuple[str, Spec], ...]]:
    found: dict[str, tuple[tuple[str, Spec], ...]] = {}
    for name, spec in sorted(cls.specs().items(), key=lambda each: not each[1].in_table):
        predicate = str(spec.predicate)
        found[predicate] = (*found.get(predicate, ()), (name, spec))
    return found
