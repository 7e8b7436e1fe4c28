"""The ontology as it is published: each part as one tidy Turtle file, and versions that never change.

`python -m ontology.release` freezes the version that `core/ontology.ttl` names into `releases/VERSION`. The text
depends on the statements alone, not on the room a term stands in: the same graph gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from rdflib import (
    DC,
    DCAT,
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SKOS,
    TIME,
    VANN,
    XSD,
    BNode,
    Graph,
    Literal,
    URIRef,
)
from rdflib.collection import Collection
from rdflib.namespace import SH
from rdflib.term import Node

from graph.errors import CyberGovError
from graph.terms import BASE, CG, VOCAB
from graph.turtle import load
from ontology import ALIGNMENTS, CODES, CONTEXT, CORE, FOLDER, SHAPES

IRI = URIRef(str(CG._NS).rstrip("/"))
RELEASES = FOLDER / "releases"
CHANGELOG = FOLDER / "CHANGELOG.md"
PARTS = {"cybergov.ttl": CORE, "codes.ttl": CODES, "shapes.ttl": SHAPES, "alignments.ttl": ALIGNMENTS}
SUMS = "SHA256SUMS"
PREFIXES = {
    "cg": str(CG._NS),
    "vocab": str(VOCAB),
    "shape": str(BASE["shapes/"]),
    "align": str(BASE["alignments/"]),
    "bibo": "http://purl.org/ontology/bibo/",
    "cv": "http://data.europa.eu/m8g/",
    "dc": str(DC._NS),
    "dcat": str(DCAT._NS),
    "dcterms": str(DCTERMS._NS),
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": str(FOAF._NS),
    "gist": "https://w3id.org/semanticarts/ns/ontology/gist/",
    "org": str(ORG._NS),
    "owl": str(OWL._NS),
    "prov": str(PROV._NS),
    "rdf": str(RDF._NS),
    "rdfs": str(RDFS._NS),
    "schema": str(SDO._NS),
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": str(SH._NS),
    "skos": str(SKOS._NS),
    "stix": "http://docs.oasis-open.org/cti/ns/stix#",
    "time": str(TIME._NS),
    "uco-analysis": "https://ontology.unifiedcyberontology.org/uco/analysis/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "undo": "https://w3id.org/un/ontology/undo/",
    "vann": str(VANN._NS),
    "vs": "http://www.w3.org/2003/06/sw-vocab-status/ns#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": str(XSD._NS),
}

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_KINDS = (OWL.Ontology, OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
_FIRST = (
    *(RDF.type, SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.path),
    *(RDFS.subClassOf, RDFS.subPropertyOf, OWL.disjointWith, RDFS.domain, RDFS.range),
    *(DCTERMS.title, RDFS.label, SKOS.prefLabel, SKOS.definition, SKOS.example, SKOS.scopeNote),
)  # the order in which a reader asks; other predicates follow by name
_WIDTH = 110


class NotFrozen(CyberGovError):
    """A version that cannot be frozen."""


class UnknownVersion(CyberGovError):
    """A version that was never published."""

    status = 404


def version() -> str:
    """Return the version that the rooms are to become or are."""
    return str(load(CORE / "ontology.ttl").value(IRI, OWL.versionInfo))


def is_version(name: str) -> bool:
    """Tell whether a name is written as a version is."""
    return _VERSION.fullmatch(name) is not None


def versions(folder: Path = RELEASES) -> list[str]:
    """Return the versions there are, the newest first; the one in the rooms counts before it is frozen."""
    frozen = (path.name for path in folder.glob("*") if is_version(path.name))
    return sorted({version(), *frozen}, key=lambda name: tuple(map(int, name.split("."))), reverse=True)


def frozen(folder: Path = RELEASES) -> list[str]:
    """Return the versions that were published, the newest first."""
    return [name for name in versions(folder) if (folder / name).is_dir()]


def contents() -> dict[str, bytes]:
    """Return the files that the rooms make, by name."""
    made = {name: tidy(load(path)).encode() for name, path in PARTS.items() if any(path.glob("*.ttl"))}
    return {**made, CONTEXT.name: CONTEXT.read_bytes()}


def published(name: str, folder: Path = RELEASES) -> Mapping[str, bytes]:
    """Return the files of a version, its checksums last; raise UnknownVersion that says which there are."""
    if is_version(name) and (folder / name).is_dir():
        paths = sorted((folder / name).iterdir(), key=lambda path: (path.name == SUMS, path.name))
        return {path.name: path.read_bytes() for path in paths}
    if name == version():
        made = dict(sorted(contents().items()))
        return {**made, SUMS: _sums(made)}
    raise UnknownVersion(f"There is no version {name} of the ontology. There are: {', '.join(versions(folder))}.")


def freeze(name: str, folder: Path = RELEASES) -> Path:
    """Write a version to a folder of its own; raise NotFrozen where it exists or is not the one in the rooms."""
    if name != version() or not is_version(name):
        raise NotFrozen(
            f"The rooms hold version {version()}, not {name}. Set owl:versionInfo in core/ontology.ttl first."
        )
    target = folder / name
    if target.exists():
        raise NotFrozen(f"Version {name} is published and never changes. Give what is new a higher version.")
    made = contents()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        draft = Path(temporary) / name
        draft.mkdir()
        for file, text in {**made, SUMS: _sums(made)}.items():
            (draft / file).write_bytes(text)
        shutil.move(draft, target)
    return target


def faults(folder: Path = RELEASES) -> list[str]:
    """Return, a sentence each, what in the frozen versions is no longer as it was published."""
    found = []
    for name in frozen(folder):
        files = dict(published(name, folder))
        told = files.pop(SUMS, b"")
        found += [f"{file} of version {name} is not the file that was published." for file in _unlike(files, told)]
        if name == version() and not found:
            found += [_moved_on(file, name) for file in _unlike(contents(), told)]
    return found


def _moved_on(file: str, name: str) -> str:
    return (
        f"The rooms no longer make {file} as version {name} has it, and a published version never changes: give the "
        "rooms a higher owl:versionInfo and owl:versionIRI, and say in the changelog what is new; or take it back."
    )


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    return "".join(lines).encode()


def _unlike(files: Mapping[str, bytes], told: bytes) -> list[str]:
    """Return the names of files that differ from their checksums, are missing, or have none."""
    here, there = set(_sums(files).decode().splitlines()), set(told.decode().splitlines())
    return sorted({line.split("  ")[1] for line in here ^ there})


def curie(iri: str, used: set[str] | None = None) -> str:
    """Return an IRI in its short form where it has a known prefix, which is noted as used; else in angle brackets.

    >>> curie("https://w3id.org/cybergov/ontology/Vote"), curie("https://w3id.org/cybergov/vocab/vote/yes")
    ('cg:Vote', '<https://w3id.org/cybergov/vocab/vote/yes>')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace)):
            if used is not None:
                used.add(prefix)
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def tidy(graph: Graph) -> str:
    """Return a graph as Turtle in an order that its statements alone decide, blank nodes where they are used.

    Raises ValueError for a blank node that is used twice or by nothing: it has no place of its own.
    """
    used: set[str] = set()
    subjects = set(graph.subjects())
    named = sorted((node for node in subjects if isinstance(node, URIRef)), key=lambda node: (_rank(graph, node), node))
    placed = [blank for node in named for blank in _blank(graph, node)]
    if len(placed) != len(set(placed)) or {node for node in subjects if isinstance(node, BNode)} - set(placed):
        raise ValueError("A blank node that is used twice or by nothing cannot be written in one place; name it.")
    blocks = [f"{curie(node, used)} {_statements(graph, node, used, 1)} .\n" for node in named]
    lines = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used)]
    return "".join(lines) + "\n" + "\n".join(blocks)


def _blank(graph: Graph, node: Node) -> Iterator[BNode]:
    """Yield the blank nodes that stand inside what is stated of a node."""
    for value in graph.objects(node):
        if isinstance(value, BNode):
            yield value
            yield from _blank(graph, value)


def _rank(graph: Graph, node: Node) -> int:
    return next((place for place, kind in enumerate(_KINDS) if (node, RDF.type, kind) in graph), len(_KINDS))


def _statements(graph: Graph, node: Node, used: set[str], depth: int) -> str:
    order = {predicate: place for place, predicate in enumerate(_FIRST)}
    predicates = sorted(set(graph.predicates(node)), key=lambda p: (order.get(URIRef(str(p)), len(order)), str(p)))
    return f" ;\n{'    ' * depth}".join(_statement(graph, node, predicate, used, depth) for predicate in predicates)


def _statement(graph: Graph, node: Node, predicate: Node, used: set[str], depth: int) -> str:
    name = "a" if predicate == RDF.type else curie(str(predicate), used)
    values = ((_foreign(value), _term(graph, value, used, depth + 1)) for value in graph.objects(node, predicate))
    objects = [text for _, text in sorted(values)]
    line = f"{name} {', '.join(objects)}"
    indent = "    " * (depth + 1)
    return line if len(line) <= _WIDTH or len(objects) == 1 else f"{name}\n{indent}" + f",\n{indent}".join(objects)


def _foreign(value: Node) -> bool:
    return isinstance(value, Literal) and value.language not in (None, "en")


def _term(graph: Graph, node: Node, used: set[str], depth: int) -> str:
    if isinstance(node, Literal):
        return _literal(node, used)
    if isinstance(node, URIRef):
        return "()" if node == RDF.nil else curie(node, used)
    if (node, RDF.first, None) in graph:
        return f"( {' '.join(_term(graph, item, used, depth) for item in Collection(graph, node))} )"
    text = _statements(graph, node, used, depth)
    indent = "    " * depth
    return f"[ {text} ]" if "\n" not in text else f"[\n{indent}{text}\n{indent[4:]}]"


def _literal(node: Literal, used: set[str]) -> str:
    plain = {XSD.integer: r"[+-]?\d+", XSD.boolean: "true|false"}.get(node.datatype or XSD.string)
    if plain and re.fullmatch(plain, str(node)):
        return str(node)
    text = Literal(str(node)).n3()
    if node.language:
        return f"{text}@{node.language}"
    return f"{text}^^{curie(node.datatype, used)}" if node.datatype else text


if __name__ == "__main__":
    try:
        print(f"Froze the ontology in {freeze(version())}.")
    except CyberGovError as error:
        sys.exit(str(error))
