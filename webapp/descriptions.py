"""The records that machines read first: the endpoint (SPARQL service description) and the data set (VoID and DCAT).

Each is a graph made from the snapshot's own counts and its manifest, and from what the service can do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rdflib import DCAT, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, VOID, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import ClosedNamespace

from graph.snapshot import DamagedSnapshot, Snapshot
from graph.terms import CG, ID
from graph.turtle import read
from graph.void import DATASET
from ontology import CODES, CORE, SHAPES
from ontology.release import IRI as ONTOLOGY
from webapp.negotiate import DATASETS, GRAPHS, TABLES
from webapp.settings import Settings

SD = ClosedNamespace(
    "http://www.w3.org/ns/sparql-service-description#",
    ["BasicFederatedQuery", "Dataset", "Graph", "GraphCollection", "NamedGraph", "SPARQL11Query", "Service",
     "availableGraphs", "defaultDataset", "defaultEntailmentRegime", "defaultGraph", "endpoint", "feature", "graph",
     "name", "namedGraph", "resultFormat", "supportedLanguage"],
)  # fmt: skip
SPDX = ClosedNamespace(
    "http://spdx.org/rdf/terms#",
    ["Checksum", "algorithm", "checksum", "checksumAlgorithm_sha256", "checksumValue"],
)
FORMATS = Namespace("http://www.w3.org/ns/formats/")
ENTAILMENT = Namespace("http://www.w3.org/ns/entailment/")
MEDIA = Namespace("https://www.iana.org/assignments/media-types/")
PREFIXES = {
    "cg": str(CG._NS), "dcat": str(DCAT._NS), "dcterms": str(DCTERMS._NS), "foaf": str(FOAF._NS),
    "formats": str(FORMATS), "owl": str(OWL._NS), "prov": str(PROV._NS),
    "rdfs": str(RDFS._NS), "sd": str(SD.uri), "spdx": str(SPDX.uri),
    "void": str(VOID._NS), "xsd": str(XSD._NS),
}  # fmt: skip
FORMAT_OF = {
    GRAPHS["ttl"]: FORMATS["Turtle"],
    GRAPHS["nt"]: FORMATS["N-Triples"],
    GRAPHS["jsonld"]: FORMATS["JSON-LD"],
    GRAPHS["rdf"]: FORMATS["RDF_XML"],
    DATASETS["nq"]: FORMATS["N-Quads"],
    DATASETS["trig"]: FORMATS["TriG"],
    TABLES["json"]: FORMATS["SPARQL_Results_JSON"],
    TABLES["xml"]: FORMATS["SPARQL_Results_XML"],
    TABLES["csv"]: FORMATS["SPARQL_Results_CSV"],
    TABLES["tsv"]: FORMATS["SPARQL_Results_TSV"],
}
WHOLE = URIRef(DATASET)
CATALOGUE = URIRef(f"{DATASET}#catalogue")
QUERY_SERVICE = URIRef(f"{DATASET}#sparql")
TITLE = "Cyber governance graph"
LEAD = (
    "Who promised what to whom about behaviour in cyberspace, and what came of it: forums, commitments, votes,"
    " national measures and attributions, each with where it was read and how it was checked."
)
EDITORS = "cybergov editors"
CC_BY = URIRef("https://creativecommons.org/licenses/by/4.0/")
GRAMMAR = {"cybergov.ttl": CORE, "codes.ttl": CODES, "shapes.ttl": SHAPES}
_TYPE_OF = {
    ".nq": DATASETS["nq"], ".trig": DATASETS["trig"], ".nt": GRAPHS["nt"], ".ttl": GRAPHS["ttl"],
    ".tsv": "text/tab-separated-values", ".csv": "text/csv", ".json": "application/json",
}  # fmt: skip
_CALLED = {".nq": "N-Quads", ".trig": "TriG", ".nt": "N-Triples", ".ttl": "Turtle", ".tsv": "SSSOM"}
_PACKED = {".gz": "application/gzip", ".zst": "application/zstd"}


@dataclass(frozen=True)
class Dump:
    """A file that can be downloaded; size and hash where they are known beforehand."""

    name: str
    size: int
    sha256: str
    graph: str = ""  # the only one whose statements are in it
    title: str = ""  # of that graph
    statements: int | None = None

    @property
    def stem(self) -> str:
        """The name without the suffix of its compression."""
        return self.name.removesuffix(Path(self.name).suffix) if self.packed else self.name

    @property
    def packed(self) -> str:
        """The media type of its compression, if any."""
        return _PACKED.get(Path(self.name).suffix, "")

    @property
    def media_type(self) -> str:
        """The media type of what is in it."""
        return _TYPE_OF[Path(self.stem).suffix]

    @property
    def format(self) -> str:
        """What the format is called."""
        return _CALLED[Path(self.stem).suffix]


@lru_cache(maxsize=4)
def counted(snapshot: Snapshot) -> Graph:
    """Return the counts that were taken when a snapshot was built; raise DamagedSnapshot where there are none."""
    try:
        return Graph().parse(snapshot.void)
    except OSError:
        raise DamagedSnapshot(f"Snapshot {snapshot.id} has no counts of its parts (void.ttl). Build again.") from None


def dumps_of(manifest: dict[str, Any]) -> list[Dump]:
    """Return the dumps of a snapshot, those of everything first, with what the manifest says of them."""
    facts = {name: manifest["files"][f"dumps/{name}"] for name in manifest.get("dumps", ())}
    return [Dump(name, facts[name]["bytes"], facts[name]["sha256"], **manifest["dumps"][name]) for name in facts]


def grammar_dumps() -> list[Dump]:
    """Return the files of ontology, code lists and shapes."""
    texts = {name: read(path) for name, path in GRAMMAR.items()}
    return [Dump(name, len(text), hashlib.sha256(text).hexdigest()) for name, text in texts.items()]


def named_graphs(counts: Graph) -> list[URIRef]:
    """Return the named graphs of the data set, in order."""
    graphs = set(counts.objects(WHOLE, VOID.subset)) - set(counts.subjects(RDF.type, VOID.Linkset))
    return sorted(graph for graph in graphs if isinstance(graph, URIRef))


def service_description(counts: Graph, address: str, settings: Settings) -> Graph:
    """Return what the endpoint at an address (which ends in a stroke) is, can do, and has graphs of."""
    out, endpoint = Graph(), URIRef(f"{address}sparql")
    service, dataset = URIRef(f"{endpoint}#service"), URIRef(f"{endpoint}#dataset")
    default, graphs = URIRef(f"{endpoint}#default-graph"), URIRef(f"{endpoint}#graphs")
    for predicate, value in (
        (RDF.type, SD.Service),
        (RDFS.label, _english(f"SPARQL endpoint of the {TITLE[0].lower()}{TITLE[1:]}")),
        (DCTERMS.description, _english(limits(settings))),
        (SD.endpoint, endpoint),
        (SD.supportedLanguage, SD.SPARQL11Query),
        (SD.defaultEntailmentRegime, ENTAILMENT.Simple),
        (SD.defaultDataset, dataset),
        (SD.availableGraphs, graphs),
        *((SD.feature, SD.BasicFederatedQuery) for _ in settings.endpoints[:1]),
        *((DCTERMS.relation, URIRef(other.url)) for other in settings.endpoints),
        *((SD.resultFormat, FORMAT_OF[media]) for offer in (TABLES, GRAPHS, DATASETS) for media in offer.values()),
    ):
        out.add((service, predicate, value))
    out.add((dataset, RDF.type, SD.Dataset))
    out.add((dataset, FOAF.page, URIRef(f"{address}data")))
    out.add((dataset, DCTERMS.isVersionOf, WHOLE))
    out.add((dataset, SD.defaultGraph, default))
    out.add((default, RDF.type, SD.Graph))
    out.add((default, DCTERMS.description, _english("All statements once each, whatever graph they stand in.")))
    out.add((default, VOID.triples, _only(counts, WHOLE, VOID.triples)))
    out.add((graphs, RDF.type, SD.GraphCollection))
    for number, name in enumerate(named_graphs(counts), 1):
        node = URIRef(f"{endpoint}#named-{number}")
        out.add((dataset, SD.namedGraph, node))
        out.add((graphs, SD.namedGraph, node))
        out.add((node, RDF.type, SD.NamedGraph))
        out.add((node, SD.name, name))
        out.add((node, SD.graph, name))
        out.add((name, RDF.type, SD.Graph))
        out.add((name, RDFS.label, _only(counts, name, RDFS.label)))
        out.add((name, VOID.triples, _only(counts, name, VOID.triples)))
    return out


def limits(settings: Settings) -> str:
    """Return in words what a query may take and what is refused."""
    others = " and ".join(f"<{endpoint.url}>" for endpoint in settings.endpoints)
    service = f"SERVICE calls {others} and no other endpoint" if others else "SERVICE is refused"
    return (
        f"A query may take {settings.deadline:g} seconds and give {settings.max_megabytes} megabytes; an answer is"
        f" whole or refused, never cut. Updates are refused. {service}. The default graph holds every statement once"
        " and is no union that counts a statement again for each graph it stands in."
    )


def void(counts: Graph, address: str, dumps: list[Dump]) -> Graph:
    """Return the counts with where the data can be asked and fetched."""
    out, document = Graph(), URIRef(f"{address}.well-known/void")
    out += counts
    for predicate, value in (
        (RDF.type, VOID.DatasetDescription),
        (DCTERMS.title, _english("Description of the cyber governance graph")),
        (FOAF.primaryTopic, WHOLE),
    ):
        out.add((document, predicate, value))
    for predicate, value in (
        (DCTERMS.description, _english(LEAD)),
        (DCTERMS.modified, _only(counts, WHOLE, CG.dataDate)),
        (FOAF.homepage, URIRef(address)),
        (VOID.sparqlEndpoint, URIRef(f"{address}sparql")),
        (VOID.exampleResource, ID["state/EST"]),
        *((VOID.vocabulary, URIRef(namespace)) for namespace in _vocabularies(counts)),
        *((VOID.feature, FORMAT_OF[media]) for media in GRAPHS.values()),
    ):
        out.add((WHOLE, predicate, value))
    for dump in dumps:
        out.add((_held(dump), VOID.dataDump, URIRef(f"{address}dumps/{dump.name}")))
        out += _distribution(_held(dump), address, dump)
    return out


def _vocabularies(counts: Graph) -> list[str]:
    """Return the namespaces of the properties and classes that are used."""
    used = {str(term) for predicate in (VOID.property, VOID["class"]) for term in counts.objects(None, predicate)}
    return sorted({term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in used})


def catalogue(counts: Graph, address: str, manifest: dict[str, Any], dumps: list[Dump], contact: str) -> Graph:
    """Return the DCAT record: the data set and its graphs, its files with size and checksum, its query service."""
    out, page = Graph(), URIRef(f"{address}data")
    graphs = named_graphs(counts)
    shared = [
        (DCTERMS.publisher, URIRef(f"{DATASET}#editors")),
        (DCTERMS.license, CC_BY),
        (DCTERMS.language, URIRef("http://publications.europa.eu/resource/authority/language/ENG")),
        (DCTERMS.modified, _only(counts, WHOLE, CG.dataDate)),
    ]
    _add(out, CATALOGUE, DCAT.Catalog, "Catalogue of the cyber governance graph", shared)
    _add(out, CATALOGUE, None, "", [(FOAF.homepage, URIRef(address)), (DCAT.service, QUERY_SERVICE)])
    _add(out, CATALOGUE, None, "", [(DCAT.dataset, one) for one in (WHOLE, URIRef(ONTOLOGY), *graphs)])
    _add(
        out, CATALOGUE, None, "", [(DCTERMS.description, _english("What is offered here, as data sets and services."))]
    )
    _add(out, URIRef(f"{DATASET}#editors"), FOAF.Agent, "", [(FOAF.name, Literal(EDITORS))])
    _add(out, WHOLE, DCAT.Dataset, TITLE, shared)
    for predicate, value in (
        (DCTERMS.description, _english(LEAD)),
        (DCTERMS.identifier, Literal(DATASET)),
        (DCAT.landingPage, page),
        (OWL.versionInfo, Literal(manifest["id"])),
        (VOID.triples, _only(counts, WHOLE, VOID.triples)),
        *((DCAT.keyword, _english(word)) for word in KEYWORDS),
        *((DCTERMS.hasPart, graph) for graph in graphs),
    ):
        out.add((WHOLE, predicate, value))
    if contact:
        out.add((URIRef(f"{DATASET}#editors"), FOAF.mbox, URIRef(f"mailto:{contact}")))
    for graph in graphs:
        out.add((graph, RDF.type, DCAT.Dataset))
        for predicate in (DCTERMS.title, RDFS.label, DCTERMS.license, DCTERMS.isPartOf, VOID.triples):
            for value in counts.objects(graph, predicate):
                out.add((graph, predicate, value))
        if (graph, DCTERMS.title, None) not in counts:
            out.add((graph, DCTERMS.title, _only(counts, graph, RDFS.label)))
    out += _services(address)
    for dump in dumps:
        out += _distribution(_held(dump), address, dump)
    _add(out, URIRef(ONTOLOGY), DCAT.Dataset, "Ontology, code lists and shapes", shared)
    for dump in grammar_dumps():
        out += _distribution(URIRef(ONTOLOGY), address, dump)
    return out


KEYWORDS = ("cyber diplomacy", "norms of responsible state behaviour", "attribution", "confidence-building measures")


def _services(address: str) -> Graph:
    out, endpoint = Graph(), URIRef(f"{address}sparql")
    _add(out, QUERY_SERVICE, DCAT.DataService, "SPARQL endpoint", [
        (DCAT.endpointURL, endpoint),
        (DCAT.endpointDescription, endpoint),
        (DCAT.endpointDescription, URIRef(f"{address}api/openapi.json")),
        (DCAT.servesDataset, WHOLE),
        (DCTERMS.conformsTo, URIRef("https://www.w3.org/TR/sparql11-protocol/")),
        (DCTERMS.license, CC_BY),
    ])  # fmt: skip
    return out


def _held(dump: Dump) -> URIRef:
    """Return what is in a file: all data, or one graph."""
    return URIRef(dump.graph) if dump.graph else WHOLE


def _distribution(dataset: URIRef, address: str, dump: Dump) -> Graph:
    out, node = Graph(), URIRef(f"{DATASET}#dump-{dump.name}")
    where = URIRef(f"{address}dumps/{dump.name}")
    out.add((dataset, DCAT.distribution, node))
    facts = [
        (DCAT.accessURL, URIRef(f"{address}data")), (DCAT.downloadURL, where), (DCTERMS.license, CC_BY),
        (DCAT.mediaType, MEDIA[dump.media_type]),
    ]  # fmt: skip
    if dump.packed:
        facts.append((DCAT.compressFormat, MEDIA[dump.packed]))
    _add(out, node, DCAT.Distribution, dump.name, facts)
    out.add((node, DCAT.byteSize, Literal(dump.size, datatype=XSD.nonNegativeInteger)))
    checksum = URIRef(f"{node}-sha256")
    out.add((node, SPDX.checksum, checksum))
    out.add((checksum, RDF.type, SPDX.Checksum))
    out.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    out.add((checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary)))
    return out


def _add(out: Graph, node: URIRef, kind: URIRef | None, title: str, facts: list[tuple[URIRef, Any]]) -> None:
    if kind is not None:
        out.add((node, RDF.type, kind))
    if title:
        out.add((node, DCTERMS.title, _english(title)))
    for predicate, value in facts:
        out.add((node, predicate, value))


def _only(graph: Graph, subject: URIRef, predicate: URIRef) -> Any:
    """Return the one value; the counts have one for each part."""
    (value,) = graph.objects(subject, predicate)
    return value


def _english(words: str) -> Literal:
    return Literal(words, lang="en")
