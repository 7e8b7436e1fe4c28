"""FOOPS! asks whether an ontology can be found, reached, understood and reused: its checks, as far as they go here.

Each check is a function that returns what is missing; each is shown to find a planted fault. Those on metadata look at
the files, those on delivery at the application. Three of FOOPS!'s checks hold only on the live web, and for them the
part that can be known here is checked:

- URI1, the ontology's own address answers: needs https://w3id.org/cybergov/ to lead to a server. The server's part is
  in CN1 and VER2.
- OM4.2, the address of the licence answers: it is the one that Creative Commons gives out.
- PURL1, the address stays: it is one of w3id.org, whose redirection must be registered.

FIND2 (the prefix stands in prefix.cc or LOV), FIND3 (the ontology stands in a register) and FIND3_BIS (it is described
there even when it is away) can be neither checked nor prepared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DC, DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SKOS, VANN, Graph, Literal, Namespace, URIRef

import ontology
from graph.terms import CG

IRI = URIRef("https://w3id.org/cybergov/ontology")
BIBO = Namespace("http://purl.org/ontology/bibo/")
MOD = Namespace("https://w3id.org/mod#")
OURS = "https://w3id.org/cybergov/"
TERMS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)

# What FOOPS! takes as an answer, as far as we would use it.
ANSWERS: Mapping[str, tuple[URIRef, ...]] = {
    "title": (DCTERMS.title, DC.title),
    "description": (DCTERMS.description, DC.description, RDFS.comment),
    "licence": (DCTERMS.license, SDO.license),
    "version IRI": (OWL.versionIRI,),
    "author": (DCTERMS.creator, DC.creator, FOAF.maker, PROV.wasAttributedTo),
    "namespace": (VANN.preferredNamespaceUri,),
    "prefix": (VANN.preferredNamespacePrefix,),
    "version": (OWL.versionInfo,),
    "day of creation": (DCTERMS.created,),
    "citation": (DCTERMS.bibliographicCitation,),
    "publisher": (DCTERMS.publisher, DC.publisher),
    "logo": (FOAF.logo, SDO.logo),
    "status": (BIBO.status, MOD.status),
    "source": (DCTERMS.source, DC.source),
    "day of issue": (DCTERMS.issued,),
}
# A DOI is asked for by OM3 as well. One exists only once a release has been deposited, so none is asked for here.
ASKED_BY = {
    "OM1": ("title", "description", "licence", "version IRI", "author", "namespace"),
    "OM2": ("prefix", "version", "day of creation", "citation"),
    "OM3": ("publisher", "logo", "status", "source", "day of issue"),
    "OM4.1": ("licence",),
    "OM5.1": ("day of creation", "author"),
    "OM5.2": ("day of issue", "publisher"),
    "FIND1": ("prefix", "namespace"),
}


# Of the files


def metadata(graph: Graph, check: str) -> list[str]:
    """Return what a check on metadata misses."""
    return [what for what in ASKED_BY[check] if not any((IRI, p, None) in graph for p in ANSWERS[what])]


def open_protocol(graph: Graph) -> list[str]:
    return [str(o) for o in graph.subjects(RDF.type, OWL.Ontology) if not re.match("https?://", str(o))]


def persistent(graph: Graph) -> list[str]:
    """Return addresses of terms or of the ontology that are not under a service for lasting addresses."""
    named = {s for kind in (OWL.Ontology, *TERMS) for s in graph.subjects(RDF.type, kind)}
    return sorted(str(s) for s in named if not str(s).startswith("https://w3id.org/"))


def licence(graph: Graph) -> list[str]:
    """Return licences whose address is not one of Creative Commons in full."""
    form = r"https://creativecommons\.org/(licenses/[a-z-]+/\d\.\d|publicdomain/zero/1\.0)/"
    return [str(o) for o in graph.objects(IRI, DCTERMS.license) if not re.fullmatch(form, str(o))]


def version(graph: Graph) -> list[str]:
    """Return what is wrong with the address of the version: it has the version's number and is not the ontology's."""
    found, number = graph.value(IRI, OWL.versionIRI), graph.value(IRI, OWL.versionInfo)
    return [] if number is not None and found == URIRef(f"{IRI}/{number}") else [f"{found} for {number}"]


def metadata_of_others(graph: Graph) -> list[str]:
    """Return the predicates of the header that are our own."""
    return sorted(str(p) for p in graph.predicates(IRI) if str(p).startswith(OURS))


def terms_of_others(graph: Graph) -> list[str]:
    """Return a complaint where no class or property builds on one of another vocabulary."""
    above = {*graph.objects(None, RDFS.subClassOf), *graph.objects(None, RDFS.subPropertyOf)}
    return [] if any(not str(term).startswith(OURS) for term in above) else ["no term of others is built on"]


def unlabelled(graph: Graph) -> list[str]:
    return without(graph, RDFS.label)


def undefined(graph: Graph) -> list[str]:
    return without(graph, SKOS.definition)


def without(graph: Graph, predicate: URIRef) -> list[str]:
    named = {s for kind in TERMS for s in graph.subjects(RDF.type, kind)}
    return sorted(str(s) for s in named if (s, predicate, None) not in graph)


Check = Callable[[Graph], list[str]]
CHECKS: Mapping[str, Check] = {
    **{name: lambda graph, name=name: metadata(graph, name) for name in ASKED_BY},  # type: ignore[misc]
    "HTTP1": open_protocol,
    "PURL1": persistent,
    "OM4.2": licence,
    "VER1": version,
    "VOC1": metadata_of_others,
    "VOC2": terms_of_others,
    "VOC3": unlabelled,
    "VOC4": undefined,
}


def plant(check: str) -> Graph:
    """Return the ontology with a fault that a check must find."""
    graph = Graph() + ontology.load_ontology()
    if check in ASKED_BY:
        for predicate in (p for what in ASKED_BY[check] for p in ANSWERS[what]):
            graph.remove((IRI, predicate, None))
    elif check in ("HTTP1", "PURL1"):
        graph.add((URIRef("urn:cybergov:ontology"), RDF.type, OWL.Ontology))
    elif check == "OM4.2":
        graph.set((IRI, DCTERMS.license, URIRef("https://creativecommons.org/by")))
    elif check == "VER1":
        graph.set((IRI, OWL.versionIRI, IRI))
    elif check == "VOC1":
        graph.add((IRI, CG.number, Literal("1")))
    elif check == "VOC2":
        graph.remove((None, RDFS.subClassOf, None))
        graph.remove((None, RDFS.subPropertyOf, None))
    else:
        graph.add((CG.number, RDF.type, OWL.Class))
        graph.remove((CG.number, RDFS.label if check == "VOC3" else SKOS.definition, None))
    return graph


@pytest.mark.parametrize("check", CHECKS)
def test_the_files_answer(check: str) -> None:
    assert CHECKS[check](ontology.load_ontology()) == []


@pytest.mark.parametrize("check", CHECKS)
def test_a_fault_in_the_files_is_found(check: str) -> None:
    assert set(CHECKS[check](plant(check))) > set(CHECKS[check](ontology.load_ontology()))


# Of the application

FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
}


def statements(body: bytes, form: ox.RdfFormat) -> ox.Dataset:
    found = ox.Dataset(ox.Quad(*quad.triple) for quad in ox.parse(body, format=form))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


def ours() -> ox.Dataset:
    return statements(ontology.load_ontology().serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)


def names_itself(body: bytes, form: ox.RdfFormat) -> list[str]:
    """Return the ontologies that a text is about."""
    a, of = ox.NamedNode(str(RDF.type)), ox.NamedNode(str(OWL.Ontology))
    found = ox.Dataset(ox.Quad(*quad.triple) for quad in ox.parse(body, format=form))
    return [quad.subject.value for quad in found.quads_for_predicate(a) if quad.object == of]


def undocumented(page: str, graph: Graph) -> list[str]:
    """Return the terms, and the parts of the header, that a page does not show."""
    named = [str(s).removeprefix(CG._NS) for kind in TERMS for s in graph.subjects(RDF.type, kind)]
    head = [str(graph.value(IRI, p)) for p in (OWL.versionInfo, DCTERMS.license, VANN.preferredNamespaceUri)]
    missing = [name for name in named if not re.search(rf'(href|id)="[^"]*\b{name}(\.html)?"', page)]
    return sorted(missing) + [value for value in head if value not in page]


@pytest.mark.parametrize("media", FORMS)
def test_cn1_rdf1_uri2_the_ontology_comes_in_each_form_of_rdf_and_is_the_same(client: FlaskClient, media: str) -> None:
    response = client.get("/ontology", headers={"Accept": media})
    assert response.status_code == 200
    assert response.mimetype == media
    assert "Accept" in response.headers["Vary"]
    assert statements(response.data, FORMS[media]) == ours()
    assert names_itself(response.data, FORMS[media]) == [str(IRI)]


def test_cn1_people_get_a_page(client: FlaskClient) -> None:
    for accept in ("text/html", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"):
        assert client.get("/ontology", headers={"Accept": accept}).mimetype == "text/html"


def test_doc1_the_page_shows_every_term_and_what_the_ontology_is(client: FlaskClient) -> None:
    page = client.get("/ontology", headers={"Accept": "text/html"}).text
    graph = ontology.load_ontology()
    assert undocumented(page, graph) == []
    graph.add((CG.number + "OfWords", RDF.type, OWL.DatatypeProperty))
    assert undocumented(page, graph) == ["numberOfWords"]


def test_uri1_a_term_leads_to_its_documentation(client: FlaskClient) -> None:
    for name in ("Membership", "ofOperation"):
        response = client.get(f"/ontology/{name}", headers={"Accept": "text/html"})
        assert response.status_code == 303
        address, _, place = response.headers["Location"].partition("#")
        page = client.get(address)
        assert page.status_code == 200
        assert not place or f'id="{place}"' in page.text
    assert client.get("/ontology/Membrship").status_code == 404


def test_ver2_the_version_answers(client: FlaskClient) -> None:
    address = str(ontology.load_ontology().value(IRI, OWL.versionIRI)).removeprefix("https://w3id.org/cybergov")
    assert client.get(address, headers={"Accept": "text/html"}).mimetype == "text/html"
    response = client.get(address, headers={"Accept": "text/turtle"})
    assert names_itself(response.data, ox.RdfFormat.TURTLE) == [str(IRI)]
    assert client.get("/ontology/99.0.0").status_code == 404


def test_an_ontology_that_says_something_else_is_found(client: FlaskClient) -> None:
    body = client.get("/ontology", headers={"Accept": "text/turtle"}).data
    other = re.sub(rb"cybergov/ontology>(\s+a owl:Ontology)", rb"cybergov/terms>\1", body)
    assert other != body
    assert statements(other, ox.RdfFormat.TURTLE) != ours()
    assert names_itself(other, ox.RdfFormat.TURTLE) == ["https://w3id.org/cybergov/terms"]
