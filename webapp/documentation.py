"""The ontology's own pages: terms, code lists, shapes, alignments and versions, each as a page and as RDF.

All is generated from the Turtle; how often a term is used is counted in the graph that is served.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from rdflib import DC, DCTERMS, OWL, RDF, VANN, Graph, Literal, URIRef

import queries
from graph.errors import CyberGovError
from graph.terms import BASE, CG, ID, VOCAB
from ontology import CONTEXT
from ontology.describe import Grammar
from ontology.parts import STATUS, CodeList, Term
from ontology.release import CHANGELOG, IRI, PREFIXES, SUMS, curie, frozen, is_version, published, tidy, versions
from webapp.about import of_term, written
from webapp.diagram import NARROW, WIDE, Drawing, neighbours, overview
from webapp.negotiate import GRAPHS, HTML, preferred
from webapp.service import Service, current_service, site_address
from webapp.things import local

bp = Blueprint("documentation", __name__)

_KNOWN_TO_ALL = ("rdf:", "rdfs:", "owl:", "skos:", "xsd:")  # shown without a link
FORMS = {**GRAPHS, "html": HTML}
_SUFFIX = "<any('','.html','.ttl','.nt','.jsonld','.rdf'):suffix>"
_HEADER = {
    "title": DCTERMS.title, "description": DCTERMS.description, "creator": DC.creator, "created": DCTERMS.created,
    "issued": DCTERMS.issued, "licence": DCTERMS.license, "citation": DCTERMS.bibliographicCitation,
    "source": DCTERMS.source, "version": OWL.versionInfo, "version_iri": OWL.versionIRI,
    "prefix": VANN.preferredNamespacePrefix, "namespace": VANN.preferredNamespaceUri, "status": STATUS,
}  # fmt: skip


class Unknown(CyberGovError):
    """A name that no term, code, shape or alignment has, with addresses and names of those most like it."""

    status = 404

    def __init__(self, said: str, near: Mapping[str, str]) -> None:
        super().__init__(said + (f" Nearest: {', '.join(near.values())}." if near else ""))
        self.near = near


@dataclass(frozen=True)
class Ref:
    """How a term or code is shown: its short name, its label, and where it leads, if anywhere."""

    text: str
    label: str
    href: str
    away: bool


@cache
def grammar() -> Grammar:
    """Return the ontology, read once."""
    return Grammar()


# The whole


@bp.get(f"/ontology{_SUFFIX}")
def ontology(suffix: str) -> ResponseReturnValue:
    """The ontology: what it is, its picture, its classes and properties."""
    return _document("/ontology", IRI, suffix, _overview)


def _overview() -> str:
    header = list(grammar().core.predicate_objects(IRI))
    said = {
        name: sorted(str(value) for predicate, value in header if predicate == of and _is_english(value))
        for name, of in _HEADER.items()
    }
    apart = {RDF.type, *_HEADER.values()}
    more = sorted((str(predicate), str(value)) for predicate, value in header if predicate not in apart)
    titles = [value for predicate, value in header if predicate == DCTERMS.title and not _is_english(value)]
    wide, narrow = _pictures()
    return _page(
        "ontology.html",
        said=said,
        more=more,
        titles=titles,
        versions=versions(),
        changelog=CHANGELOG.is_file(),
        wide=wide,
        narrow=narrow,
    )


@cache
def _pictures() -> tuple[Drawing, Drawing]:
    return overview(grammar(), WIDE), overview(grammar(), NARROW)


def _is_english(value: object) -> bool:
    return not isinstance(value, Literal) or value.language in (None, "en")


@bp.get(f"/vocab{_SUFFIX}")
def vocabularies(suffix: str) -> ResponseReturnValue:
    """All code lists."""
    return _document("/vocab", BASE["vocab"], suffix, lambda: _page("vocab.html"))


@bp.get(f"/shapes{_SUFFIX}")
def shapes(suffix: str) -> ResponseReturnValue:
    """All shapes: what must hold in the data."""
    return _document("/shapes", BASE["shapes"], suffix, lambda: _page("shapes.html"))


@bp.get(f"/alignments{_SUFFIX}")
def alignments(suffix: str) -> ResponseReturnValue:
    """How the terms stand to other vocabularies."""
    return _document("/alignments", BASE["alignments"], suffix, lambda: _page("alignments.html"))


@bp.get("/<any(ontology,vocab,shapes,alignments):whole>/")
def with_slash(whole: str) -> ResponseReturnValue:
    """Send the address of a namespace, which ends in a slash, on to what stands there."""
    return redirect(f"/{whole}", 308)


# One term, list, code, shape or alignment


@bp.get("/ontology/<name>")
def term(name: str) -> ResponseReturnValue:
    """A term: its identifier sends on to the form that is asked for. Or a version, the context, the changelog."""
    if name == CONTEXT.name:
        return Response(CONTEXT.read_bytes(), content_type=GRAPHS["jsonld"])
    if name == CHANGELOG.name and CHANGELOG.is_file():
        return Response(CHANGELOG.read_bytes(), content_type="text/markdown; charset=utf-8")
    stem, suffix = _parts(name)
    if is_version(stem):
        files = _files(stem)
        return _document(f"/ontology/{stem}", IRI + f"/{stem}", suffix, lambda: _version_page(stem, files))
    found = grammar().terms.get(stem)
    if found is None:
        near = {f"/ontology/{term.name}.html": f"cg:{term.name}" for term in grammar().nearest(stem)}
        raise Unknown(f"The ontology has no term {stem}.", near)
    address = f"/ontology/{stem}"
    return (
        _document(address, found.iri, suffix, lambda: _term_page(found))
        if suffix
        else _onward(address, f"{address}.html")
    )


@bp.get("/vocab/<name>")
def vocabulary(name: str) -> ResponseReturnValue:
    """One code list with its codes."""
    stem, suffix = _parts(name)
    found = _list(stem)
    return _document(f"/vocab/{stem}", found.iri, suffix, lambda: _page("vocab_list.html", of=found))


@bp.get("/vocab/<scheme>/<name>")
def code(scheme: str, name: str) -> ResponseReturnValue:
    """A code: people are sent to its place in the list, programs to its statements."""
    stem, suffix = _parts(name)
    codes = {code.name: code for code in _list(scheme).codes}
    if stem not in codes:
        near = {f"/vocab/{scheme}#{code}": f"{scheme}/{code}" for code in _alike(stem, codes)}
        raise Unknown(f"The code list {scheme} has no code {stem}.", near)
    return _in_place(f"/vocab/{scheme}", stem, codes[stem].iri, suffix)


@bp.get("/shapes/<name>")
def shape(name: str) -> ResponseReturnValue:
    """A shape: people are sent to its place among the shapes, programs to its statements."""
    stem, suffix = _parts(name)
    if stem not in grammar().shapes:
        near = {f"/shapes#{shape}": f"shape:{shape}" for shape in _alike(stem, grammar().shapes)}
        raise Unknown(f"There is no shape {stem}.", near)
    return _in_place("/shapes", stem, grammar().shapes[stem].iri, suffix)


@bp.get("/alignments/<name>")
def alignment(name: str) -> ResponseReturnValue:
    """One file of alignments: people are sent to its place on the page, programs to its statements."""
    stem, suffix = _parts(name)
    known = grammar().alignments
    if stem not in known:
        near = {f"/alignments#{name}": name for name in _alike(stem, known)}
        raise Unknown(f"There is no alignment {stem}.", near)
    return _in_place("/alignments", stem, BASE[f"alignments/{stem}"], suffix)


def _term_page(term: Term) -> str:
    example = grammar().example_of(term)
    picture = neighbours(grammar(), term) if term.kind == "class" else None
    json_ld = _json_ld(example) if example else ""
    return _page("term.html", term=term, example=example, json_ld=json_ld, picture=picture)


def _list(name: str) -> CodeList:
    lists = grammar().lists
    if name not in lists:
        near = {f"/vocab/{other}": other for other in _alike(name, lists)}
        raise Unknown(f"There is no code list {name}.", near)
    return lists[name]


def _alike(name: str, known: Mapping[str, object]) -> list[str]:
    return get_close_matches(name, known, n=4)


# Versions


@bp.get("/ontology/<version>/<name>")
def version_file(version: str, name: str) -> ResponseReturnValue:
    """One file of a version, as it was published."""
    files = _files(version)
    if name not in files:
        abort(404, f"Version {version} has no file {name}. It has: {', '.join(files)}.")
    kind = GRAPHS.get(name.rpartition(".")[2], "text/plain")
    return Response(files[name], content_type=kind if kind == GRAPHS["jsonld"] else f"{kind}; charset=utf-8")


def _files(version: str) -> Mapping[str, bytes]:
    if version not in versions():
        near = {f"/ontology/{known}": known for known in versions()}
        raise Unknown(f"There is no version {version} of the ontology.", near)
    return _published(version)


@lru_cache(maxsize=8)
def _published(version: str) -> Mapping[str, bytes]:
    return published(version)


def _version_page(version: str, files: Mapping[str, bytes]) -> str:
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in files[SUMS].decode().splitlines()}
    sizes = {name: len(text) for name, text in files.items()}
    return _page("ontology_version.html", version=version, sums=sums, sizes=sizes, versions=versions(), frozen=frozen())


# How often a term is used


@lru_cache(maxsize=2)
def _uses(path: Path, engine: Any) -> Mapping[URIRef, int]:
    """Return how often each class, property and code is used in a snapshot, asked once."""
    tables = (queries.for_site(name).answer(engine) for name in ("used_classes", "used_properties", "used_codes"))
    return {URIRef(term or ""): int(count or 0) for table in tables for term, count in table.rows}


def uses(service: Service) -> Mapping[URIRef, int]:
    """Return how often each class, property and code is used in the snapshot that is served."""
    engine: Any = service.site
    return _uses(service.snapshot.path, engine)


def counting(iri: URIRef, *, listing: bool = False) -> str:
    """Return the query that counts the uses of a term or code, or lists what uses it."""
    term = grammar().term(iri)
    name = curie(iri)
    if term is None:
        pattern, columns = f'?thing ?property {name} FILTER(STRSTARTS(STR(?thing), "{ID}"))', "?thing ?property"
    elif term.kind == "class":
        pattern, columns = f"?thing a {name}", "?thing"
    else:
        pattern, columns = f"?thing {name} ?value", "?thing ?value"
    prefix = f"PREFIX cg: <{CG._NS}>\n\n" if "cg:" in name else ""
    select = f"SELECT {columns} WHERE" if listing else "SELECT (COUNT(*) AS ?uses) WHERE"
    return f"{prefix}{select} {{\n  {pattern}\n}}" + ("\nLIMIT 500" if listing else "")


# One document in its forms


def _parts(name: str) -> tuple[str, str]:
    """Return a name and the form that it ends in, with its dot; no form where it ends in none."""
    stem, _, suffix = name.rpartition(".")
    return (stem, f".{suffix}") if stem and suffix in FORMS else (name, "")


def _document(address: str, iri: str, suffix: str, page: Callable[[], str]) -> Response:
    """Return a document as a page or as RDF, by suffix, `?format=` or Accept."""
    wanted = FORMS[suffix[1:]] if suffix else preferred(request, [HTML, *GRAPHS.values()], HTML)
    alternates = (f'<{address}.{form}>; rel="alternate"; type="{media}"' for form, media in FORMS.items())
    headers = {"Vary": "Accept", "Link": ", ".join([f'<{iri}>; rel="canonical"', *alternates])}
    if wanted == HTML:
        return Response(page(), headers=headers)
    body = _told(address, iri, wanted) if _is_part(address) else _written(address, wanted)
    return Response(body, content_type=f"{wanted}; charset=utf-8", headers=headers)


def _onward(address: str, page: str) -> ResponseReturnValue:
    """Send an identifier on, as the question "what is this?" deserves: 303, to the form that is asked for."""
    wanted = preferred(request, [HTML, *GRAPHS.values()], HTML)
    suffix = next(form for form, media in FORMS.items() if media == wanted)
    response = redirect(page if wanted == HTML else f"{address}.{suffix}", 303)
    response.headers["Vary"] = "Accept"
    return response


def _in_place(whole: str, name: str, iri: str, suffix: str) -> ResponseReturnValue:
    """Answer for what has statements of its own, but as a page only a place on that of the whole."""
    address, place = f"{whole}/{name}", f"{whole}#{name}"
    if suffix == ".html":
        return redirect(place, 303)
    return _document(address, iri, suffix, lambda: "") if suffix else _onward(address, place)


def _is_part(address: str) -> bool:
    """Tell whether an address is that of one term, code list or code."""
    whole, name, *_ = [*address.strip("/").split("/"), ""]
    return whole in ("ontology", "vocab") and bool(name) and not is_version(name)


def _told(address: str, iri: str, media_type: str) -> bytes:
    """Return the statements of a term, list or code with the names of all it mentions, and where its uses are."""
    service = current_service()
    own = [quad.triple for quad in ox.parse(_written(address, GRAPHS["nt"]), format=ox.RdfFormat.N_TRIPLES)]
    here, of = f"{site_address()}{address.strip('/')}", URIRef(iri)
    asking = counting(of, listing=True).partition("\nLIMIT")[0]
    more = of_term(service, here, iri, own, uses(service).get(of, 0), asking)
    return written([*dict.fromkeys([*own, *sorted(more, key=str)])], media_type)


@lru_cache(maxsize=4096)
def _written(address: str, media_type: str) -> bytes:
    """Return the statements behind an address in a format, always the same bytes."""
    text = _turtle(address)
    if media_type == GRAPHS["ttl"]:
        return text.encode()
    prefixes = {name: namespace for name, namespace in PREFIXES.items() if f"@prefix {name}:" in text}
    names: dict[ox.BlankNode, ox.BlankNode] = {}
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE)
    triples = [ox.Triple(_named(q.subject, names), q.predicate, _named(q.object, names)) for q in quads]
    out = io.BytesIO()
    ox.serialize(triples, out, ox.RdfFormat.from_media_type(media_type), prefixes=prefixes)
    return out.getvalue()


def _named(node: Any, names: dict[ox.BlankNode, ox.BlankNode]) -> Any:
    return names.setdefault(node, ox.BlankNode(f"b{len(names)}")) if isinstance(node, ox.BlankNode) else node


@lru_cache(maxsize=1024)
def _turtle(address: str) -> str:
    """Return what stands behind one of our addresses, which names something there is."""
    whole, *names = address.strip("/").split("/")
    if whole == "ontology" and names and is_version(names[0]):
        return _files(names[0])["cybergov.ttl"].decode()
    if whole == "alignments" and names:
        return grammar().alignments[names[0]].text
    return tidy(_part(whole, *names) if names else _whole(whole))


def _whole(name: str) -> Graph:
    read = grammar()
    graphs = {"ontology": read.core, "vocab": read.code_graph, "shapes": read.shape_graph}
    return graphs[name] if name in graphs else sum((alignment.graph for alignment in read.alignments.values()), Graph())


def _part(whole: str, name: str, code: str = "") -> Graph:
    read = grammar()
    if whole == "ontology":
        return read.statements_of(read.terms[name])
    if whole == "shapes":
        return read.statements_of_shape(read.shapes[name])
    of = read.lists[name]
    return read.statements_of_code(of, of.code(code)) if code else read.statements_of_list(of)


@cache
def _json_ld(example: str) -> str:
    """Return an example as JSON-LD that names the context by its address."""
    graph = Graph().parse(data=grammar().examples[example], format="turtle")
    context = json.loads(CONTEXT.read_bytes())["@context"]
    written = json.loads(graph.serialize(format="json-ld", context=context, auto_compact=True))
    return json.dumps({**written, "@context": str(CG._NS) + CONTEXT.name}, indent=2, ensure_ascii=False)


# What the templates need


def _page(template: str, **more: object) -> str:
    return render_template(
        template,
        grammar=grammar(),
        uses=uses(current_service()),
        ref=ref,
        leads=leads,
        counting=counting,
        **more,
    )


def ref(iri: str) -> Ref:
    """Return how a term, code list, code or foreign term is shown."""
    read = grammar()
    if term := read.term(URIRef(iri)):
        return Ref(f"cg:{term.name}", term.label, f"/ontology/{term.name}.html", False)
    if iri.startswith(VOCAB):
        scheme, _, name = iri.removeprefix(VOCAB).partition("/")
        label = read.lists[scheme].label if scheme in read.lists else ""
        return Ref(f"{scheme}/{name}" if name else scheme, label, local(iri), False)
    text = curie(iri).strip("<>")
    return Ref(text, "", "" if text.startswith(_KNOWN_TO_ALL) else iri, True)


def leads(term: Term) -> list[Ref]:
    """Return what a property leads to in any class: code lists, or classes and datatypes."""
    fields = grammar().used_in(term.iri)
    lists = dict.fromkeys(VOCAB[field.code_list] for field in fields if field.code_list)
    values = dict.fromkeys(value for field in fields for value in field.values)
    return [ref(iri) for iri in lists or values or term.range]


# Errors and headers


@bp.errorhandler(Unknown)
def unknown(error: Unknown) -> ResponseReturnValue:
    """Say that there is no such name, and which are nearest: as links to a browser, in words to a program."""
    types = request.accept_mimetypes
    best = types.best_match([HTML, "application/json", "text/plain"])
    if best == HTML and types[HTML] > types["application/json"]:
        near = list(error.near.items())
        return render_template("error.html", status=error.status, message=str(error), near=near), error.status
    if best == "application/json" and types["application/json"] > types["text/plain"]:
        return jsonify({"status": error.status, "message": str(error)}), error.status
    return Response(f"{error}\n", status=error.status, content_type="text/plain; charset=utf-8")


@bp.after_request
def open_to_all(response: Response) -> Response:
    """Let pages of any origin read the documentation."""
    response.headers.setdefault("Access-Control-Allow-Origin", "*")
    return response
