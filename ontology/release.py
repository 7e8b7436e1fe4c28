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
from collections.abc import Mapping
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
    Graph,
    URIRef,
)
from rdflib.compare import isomorphic
from rdflib.namespace import SH

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
            made = contents()
            changed = (file for file in sorted({*made, *files}) if not _same(file, made.get(file), files.get(file)))
            found += [_moved_on(file, name) for file in changed]
    return found


def _same(file: str, one: bytes | None, other: bytes | None) -> bool:
    """Tell whether two files say the same; how a library lays out their Turtle may change."""
    if one is None or other is None or one == other:
        return one == other
    return file.endswith(".ttl") and isomorphic(Graph().parse(data=one), Graph().parse(data=other))


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


def curie(iri: str) -> str:
    """Return an IRI in its short form where it has a known prefix; else in angle brackets.

    >>> curie("https://w3id.org/cybergov/ontology/Vote"), curie("https://w3id.org/cybergov/vocab/vote/yes")
    ('cg:Vote', '<https://w3id.org/cybergov/vocab/vote/yes>')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def tidy(graph: Graph) -> str:
    """Return a graph as Turtle in an order that its statements alone decide."""
    fresh = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        fresh.bind(prefix, namespace)
    fresh += graph
    return fresh.serialize(format="longturtle", canon=True)


if __name__ == "__main__":
    try:
        print(f"Froze the ontology in {freeze(version())}.")
    except CyberGovError as error:
        sys.exit(str(error))
