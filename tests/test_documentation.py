"""The pages of the ontology: every term and no other, every link, every form the same graph, and versions that stay."""

from __future__ import annotations

import doctest
import hashlib
import html
import json
import random
import re
import shutil
from functools import cache
from itertools import combinations
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import urldefrag, urljoin, urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import SH

import ontology
from graph.engine import LocalEngine
from graph.terms import CG, VOCAB
from graph.turtle import load, read
from ontology import release, rules
from ontology.describe import Grammar
from webapp import documentation
from webapp.diagram import NARROW, WIDE, Frame, overview
from webapp.things import readable

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"}
FORMS = {
    "ttl": ("text/turtle", "turtle"),
    "nt": ("application/n-triples", "nt"),
    "jsonld": ("application/ld+json", "json-ld"),
    "rdf": ("application/rdf+xml", "xml"),
}
RDFLIB_WARNS = pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own JSON-LD reader uses it
WHOLE = {
    "/ontology": ontology.CORE,
    "/vocab": ontology.CODES,
    "/shapes": ontology.SHAPES,
    "/alignments": ontology.ALIGNMENTS,
}
PARTS = [
    *(
        "/ontology/Membership",
        "/ontology/attributedTo",
        f"/ontology/{release.version()}",
        "/vocab/attribution-kind",
        "/vocab/vote/yes",
    ),
    *("/shapes/Attribution-level", "/alignments/org"),
]


class Page:
    """What a page says and where it leads, read without the code that made it."""

    def __init__(self, text: str) -> None:
        self.text = html.unescape(re.sub(r"<[^>]+>", " ", text))
        self.links = [html.unescape(link) for link in re.findall(r'\b(?:href|src)="([^"]*)"', text)]
        self.ids = set(re.findall(r'\bid="([^"]*)"', text))


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar()


@pytest.fixture(scope="module")
def pages(app: Flask, grammar: Grammar) -> dict[str, Page]:
    """Every page of the documentation, asked for once."""
    client = app.test_client()
    addresses = [
        *WHOLE,
        f"/ontology/{release.version()}",
        *(f"/ontology/{name}.html" for name in grammar.terms),
        *(f"/vocab/{name}" for name in grammar.lists),
    ]
    found = {}
    for address in addresses:
        response = client.get(address, headers=BROWSER)
        assert (response.status_code, response.mimetype) == (200, "text/html"), address
        found[address] = Page(response.text)
    return found


def defined(core: Graph) -> set[str]:
    """Return the names of the terms that a graph defines, without the code that reads them for the pages."""
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    return {str(term).removeprefix(CG._NS) for kind in kinds for term in core.subjects(RDF.type, kind)}


def unlike(page: Page, core: Graph) -> set[str]:
    """Return the terms that a page lists and a graph does not define, or the other way round."""
    listed = {match[1] for link in page.links if (match := re.fullmatch(r"/ontology/(\w+)\.html", link))}
    return (listed & page.ids) ^ defined(core) | (listed ^ defined(core))


# Every term, and no other


def test_the_overview_lists_every_term_and_no_other(pages: dict[str, Page]) -> None:
    assert len(defined(load(ontology.CORE))) > 250
    assert unlike(pages["/ontology"], load(ontology.CORE)) == set()


PLANTED = "cg:Planted a owl:Class ; rdfs:label 'Planted'@en ; skos:definition 'A class that was planted.'@en .\n"


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """The terms with one more."""
    core = tmp_path / "core"
    shutil.copytree(ontology.CORE, core)
    with (core / "actors.ttl").open("a") as file:
        file.write(PLANTED)
    return core


def test_a_term_without_a_page_and_a_page_without_a_term_are_found(
    client: FlaskClient, pages: dict[str, Page], planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unlike(pages["/ontology"], load(planted)) == {"Planted"}
    larger = Grammar(core=planted)
    monkeypatch.setattr(documentation, "grammar", lambda: larger)
    page = Page(client.get("/ontology", headers=BROWSER).text)
    assert unlike(page, load(planted)) == set()
    assert unlike(page, load(ontology.CORE)) == {"Planted"}
    assert "A class that was planted." in Page(client.get("/ontology/Planted.html", headers=BROWSER).text).text


def test_a_terms_page_says_all_that_the_turtle_says_of_it(pages: dict[str, Page], grammar: Grammar) -> None:
    silent = []
    for name in grammar.terms:
        said = pages[f"/ontology/{name}.html"].text
        for predicate, value in load_core().predicate_objects(URIRef(CG._NS + name)):
            text = str(value) if isinstance(value, Literal) else release.curie(str(value)).strip("<>")
            shown = predicate in (RDF.type, RDFS.isDefinedBy) or text in said
            if not shown and text != "https://w3id.org/cybergov/ontology":
                silent.append((name, str(predicate), text))
    assert silent == []


def test_the_overview_says_all_that_the_ontology_says_of_itself(pages: dict[str, Page]) -> None:
    page = pages["/ontology"]
    for predicate, value in load_core().predicate_objects(release.IRI):
        shown = readable(str(value)) if predicate in (DCTERMS.created, DCTERMS.issued) else str(value)
        assert predicate == RDF.type or shown in page.text or str(value) in page.links, predicate


@cache
def load_core() -> Graph:
    return load(ontology.CORE)


def test_a_class_shows_its_properties_those_it_inherits_and_what_leads_to_it(pages: dict[str, Page]) -> None:
    page = pages["/ontology/Norm.html"].text
    assert re.search(r"cg:number\s+at least one", page)
    assert re.search(r"From\s+cg:Commitment", page)
    assert re.search(r"cg:bindingness\s+exactly one\s+a code of\s+bindingness", page)
    assert re.search(r"cg:Acceptance\s+cg:accepts", page)
    page = pages["/ontology/Membership.html"].text
    assert re.search(r"cg:forum\s+exactly one\s+cg:Forum", page)
    assert re.search(r"cg:evidence\s+at least one\s+cg:Evidence", page)


def test_what_a_warning_asks_for_is_wanted_and_not_demanded(pages: dict[str, Page], grammar: Grammar) -> None:
    (shape,) = [shape for shape in grammar.shapes.values() if shape.name == "Document-date-wanted"]
    assert shape.severity == "warning"
    assert re.search(r"cg:date\s+at most one, wanted", pages["/ontology/Document.html"].text)
    assert re.search(r"cg:Document\s+at most one, wanted", pages["/ontology/date.html"].text)


def test_a_property_shows_where_it_stands_and_what_must_hold(pages: dict[str, Page], grammar: Grammar) -> None:
    page = pages["/ontology/attributedTo.html"].text
    assert re.search(r"cg:Attribution\s+any number\s+cg:State\s*,\s+cg:Organisation", page)
    assert grammar.shapes["Attribution-names-nobody"].message in page


def test_every_message_and_every_link_elsewhere_has_its_place(pages: dict[str, Page]) -> None:
    shapes, alignments = load(ontology.SHAPES), load(ontology.ALIGNMENTS)
    said = pages["/shapes"].text
    assert [str(text) for text in shapes.objects(None, SH.message) if str(text) not in said] == []
    named = {
        str(s).rsplit("/", 1)[1]
        for k in (SH.NodeShape, SH.PropertyShape)
        for s in shapes.subjects(RDF.type, k)
        if isinstance(s, URIRef)
    }
    assert named <= pages["/shapes"].ids
    links = pages["/alignments"].links
    ours = [(s, o) for s, p, o in alignments if s.startswith(CG._NS) and isinstance(o, URIRef)]
    assert len(ours) > 50
    assert [(s, o) for s, o in ours if f"/ontology/{s.removeprefix(CG._NS)}.html" not in links] == []


def test_every_code_stands_in_its_list_with_its_meaning(pages: dict[str, Page]) -> None:
    codes = load(ontology.CODES)
    for code, of in codes.subject_objects(SKOS.inScheme):
        scheme, name = str(code).removeprefix(VOCAB).split("/")
        page = pages[f"/vocab/{scheme}"]
        assert VOCAB[scheme] == of
        assert name in page.ids
        for predicate in (SKOS.definition, SKOS.example, SKOS.scopeNote):
            assert [str(text) for text in codes.objects(code, predicate) if str(text) not in page.text] == []


# Links


@pytest.mark.slow
def test_every_internal_link_answers_and_every_anchor_is_there(client: FlaskClient, pages: dict[str, Page]) -> None:
    known = dict(pages)
    broken, asked = [], set()
    for address, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(urljoin(address, link))
            path = urlsplit(target).path
            if urlsplit(target).netloc or path.startswith(("/sparql", "/static")):
                continue
            if target not in known and target not in asked:
                asked.add(target)
                response = client.get(target, headers=BROWSER)
                if response.status_code != 200:
                    broken.append((response.status_code, link, address))
                elif response.mimetype == "text/html":
                    known[target] = Page(response.text)
            if anchor and target in known and anchor not in known[target].ids:
                broken.append((anchor, link, address))
    assert broken == []
    assert len(asked) > 1000


@pytest.mark.parametrize("address", ["/ontology/Membership.html", "/ontology/forum.html", "/vocab/membership-role"])
def test_the_queries_that_are_linked_run(client: FlaskClient, pages: dict[str, Page], address: str) -> None:
    queries = [link for link in pages[address].links if link.startswith("/sparql?")]
    assert queries
    for link in queries:
        response = client.get(f"{link}&format=json")
        assert response.status_code == 200, response.text


# Forms


def statements(body: bytes, form: str) -> Graph:
    return Graph().parse(data=body, format=form)


@RDFLIB_WARNS
@pytest.mark.parametrize("address", [*WHOLE, *PARTS])
def test_every_form_holds_the_same_graph_by_suffix_by_accept_and_by_format(client: FlaskClient, address: str) -> None:
    bodies: dict[str, set[bytes]] = {}
    for suffix, (media, _) in FORMS.items():
        for response in (
            client.get(f"{address}.{suffix}", headers=BROWSER),
            client.get(address, headers={"Accept": f"{media}, text/html;q=0.5"}, follow_redirects=True),
            client.get(f"{address}?format={suffix}", headers=BROWSER, follow_redirects=True),
        ):
            assert response.status_code == 200
            assert response.content_type == f"{media}; charset=utf-8"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "Accept" in response.headers["Vary"].split(", ")
            bodies.setdefault(suffix, set()).add(response.data)
    assert {len(found) for found in bodies.values()} == {1}
    if address in PARTS:
        graphs = [canonical(statements(bodies[suffix].pop(), form)) for suffix, (_, form) in FORMS.items()]
    else:  # rdflib is slow on large ones
        graphs = [canonical(bodies[suffix].pop(), media) for suffix, (media, _) in FORMS.items()]
    assert len(graphs[0]) > 4
    assert all(graph == graphs[0] for graph in graphs)


def canonical(graph: Graph | bytes, media_type: str = "application/n-triples") -> list[str]:
    """Return the statements with blank nodes named by what is stated of them; quicker than comparing in pairs."""
    data = graph if isinstance(graph, bytes) else graph.serialize(format="nt").encode()
    dataset = ox.Dataset(ox.parse(data, format=ox.RdfFormat.from_media_type(media_type)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


@pytest.mark.parametrize(("address", "folder"), WHOLE.items())
def test_the_whole_is_all_that_the_rooms_state(client: FlaskClient, address: str, folder: Path) -> None:
    assert canonical(client.get(f"{address}.ttl").data, "text/turtle") == canonical(read(folder), "text/turtle")


def test_a_list_gives_the_statements_of_no_other_list(client: FlaskClient) -> None:
    served = statements(client.get("/vocab/attribution-kind.ttl").data, "turtle")
    subjects = {str(node) for node in served.subjects(SKOS.definition)}
    assert {iri for iri in subjects if not iri.startswith(VOCAB["attribution-kind"])} == set()
    assert VOCAB["attribution-kind/political"] in served.subjects()
    one = statements(client.get("/vocab/attribution-kind/political.ttl").data, "turtle")
    assert {str(node) for node in one.subjects(SKOS.prefLabel)} == {
        str(VOCAB[f"attribution-kind{x}"]) for x in ("", "/political")
    }


@pytest.mark.parametrize(
    ("identifier", "page", "canonical"),
    [
        ("/ontology/Membership", "/ontology/Membership.html", "ontology/Membership"),
        ("/ontology/speaker", "/ontology/speaker.html", "ontology/speaker"),
        ("/vocab/vote/yes", "/vocab/vote#yes", "vocab/vote/yes"),
        ("/shapes/Claim-evidence", "/shapes#Claim-evidence", "shapes/Claim-evidence"),
        ("/alignments/org", "/alignments#org", "alignments/org"),
    ],
)
def test_an_identifier_sends_people_to_a_page_and_programs_to_statements(
    client: FlaskClient, identifier: str, page: str, canonical: str
) -> None:
    for accept in (BROWSER["Accept"], "*/*", ""):
        response = client.get(identifier, headers={"Accept": accept} if accept else {})
        assert (response.status_code, response.headers["Location"]) == (303, page)
    for suffix, (media, _) in FORMS.items():
        response = client.get(identifier, headers={"Accept": media})
        assert (response.status_code, response.headers["Location"]) == (303, f"{identifier}.{suffix}")
        assert "Accept" in response.headers["Vary"].split(", ")
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        document = client.get(response.headers["Location"])
        assert f'<https://w3id.org/cybergov/{canonical}>; rel="canonical"' in document.headers["Link"]
    assert client.get(identifier, headers={"Accept": "application/json"}).headers["Location"] == f"{identifier}.jsonld"
    assert client.get(f"{identifier}.html", follow_redirects=True).mimetype == "text/html"


@pytest.mark.parametrize("address", WHOLE)
def test_the_address_of_a_namespace_leads_to_what_stands_there(client: FlaskClient, address: str) -> None:
    response = client.get(f"{address}/", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (308, address)


@pytest.mark.parametrize("address", [*WHOLE, "/ontology/Membership.html", "/vocab/vote"])
def test_readers_are_told_of_the_other_forms_and_find_them(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers=BROWSER)
    canonical, *alternates = response.headers["Link"].split(", ")
    assert canonical == f'<https://w3id.org/cybergov{address.removesuffix(".html")}>; rel="canonical"'
    assert len(alternates) == 5
    for part in alternates:
        target, rel, media = part.split("; ")
        assert rel == 'rel="alternate"'
        other = client.get(target.strip("<>"))
        assert other.content_type.startswith(media.removeprefix('type="').rstrip('"'))


@pytest.mark.parametrize(
    "accept",
    [
        "text/html;q=0", "*/*;q=0", ";;;", ",,,", "text/turtle;q=abc", "text/turtle;q=-1", "application/rdf+xml;q=1.5",
        "a" * 5000, "text/" + "x/" * 500, "image/png", "text/turtle;charset=\"", "*", "*/html", "text/*",
        "application/*+json", "text/html, text/turtle, */*", "\u00e9/\u00e8", ", ".join(f"a/{n}" for n in range(500)),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "address", ["/ontology", "/ontology/Membership", "/vocab/vote/yes", "/shapes/Claim", "/ontology/9.9.9"]
)
def test_hostile_accept_headers_are_answered_or_refused_in_plain_words(
    client: FlaskClient, address: str, accept: str
) -> None:
    response = client.get(address, headers={"Accept": accept})
    assert response.status_code in ((404,) if address.endswith("9.9.9") else (200, 303, 406))
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/ontology/Membrship", "/ontology/Membership.html"),
        ("/ontology/membership", "/ontology/Membership.html"),
        ("/ontology/Membrship.ttl", "/ontology/Membership.html"),
        ("/vocab/attribution-kinds", "/vocab/attribution-kind"),
        ("/vocab/vote/yess", "/vocab/vote#yes"),
        ("/shapes/Claim-evidense", "/shapes#Claim-evidence"),
        ("/alignments/orga", "/alignments#org"),
        ("/ontology/9.9.9", f"/ontology/{release.version()}"),
        ("/ontology/9.9.9/cybergov.ttl", f"/ontology/{release.version()}"),
    ],
)
def test_an_unknown_name_is_404_with_the_nearest(client: FlaskClient, address: str, nearest: str) -> None:
    page = client.get(address, headers=BROWSER)
    assert page.status_code == 404
    assert f'href="{nearest}"' in page.text
    name = nearest.rstrip("/").rsplit("/", 1)[1].rsplit("#")[-1].removesuffix(".html")
    told = client.get(address, headers={"Accept": "application/json"})
    assert (told.status_code, told.mimetype) == (404, "application/json")
    assert name in told.json["message"]
    plain = client.get(address, headers={"Accept": "text/turtle"})
    assert (plain.status_code, plain.mimetype) == (404, "text/plain")
    assert name in plain.text


@pytest.mark.parametrize(
    "name", ["%3Cscript%3E", "x%20y", "..%2F..%2Fetc%2Fpasswd", "%00", "a" * 3000, ".ttl", "ttl.", "%22.ttl"]
)
@pytest.mark.parametrize(
    "start", ["/ontology/", "/vocab/", "/vocab/vote/", "/shapes/", "/alignments/", f"/ontology/{release.version()}/"]
)
def test_a_hostile_name_is_404(client: FlaskClient, start: str, name: str) -> None:
    response = client.get(start + name, headers=BROWSER)
    assert response.status_code == 404
    assert "<script>" not in response.text


def test_the_old_addresses_of_the_files_still_answer(client: FlaskClient) -> None:
    for name, folder in (("cybergov", ontology.CORE), ("codes", ontology.CODES), ("shapes", ontology.SHAPES)):
        assert canonical(client.get(f"/dumps/{name}.ttl").data, "text/turtle") == canonical(read(folder), "text/turtle")


# How often a term is used


def test_counts_are_those_of_the_graph(client: FlaskClient, pages: dict[str, Page], engine: LocalEngine) -> None:
    def counted(pattern: str) -> int:
        answer = json.loads(engine.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"))
        return int(answer["results"]["bindings"][0]["n"]["value"])

    core = load_core()
    wrong, used = [], 0
    for name in sorted(defined(core)):
        iri = f"<{CG._NS}{name}>"
        is_class = (URIRef(CG._NS + name), RDF.type, OWL.Class) in core
        count = counted(f"?s a {iri}" if is_class else f"?s {iri} ?o")
        used += bool(count)
        if not re.search(rf"used\s+{count:,} times? \s*in this release", pages[f"/ontology/{name}.html"].text):
            wrong.append((name, count))
    assert wrong == []
    assert used > 150
    for code in ("vote/yes", "vote/abstain", "verification/checked", "attribution-kind/political"):
        count = counted(f'?s ?p <{VOCAB[code]}> FILTER(STRSTARTS(STR(?s), "https://w3id.org/cybergov/id/"))')
        scheme, name = code.split("/")
        assert count
        assert re.search(rf"\b{name}\s+{count:,}\s+uses?\b", pages[f"/vocab/{scheme}"].text), code


def test_the_linked_query_counts_what_the_page_says(client: FlaskClient, pages: dict[str, Page]) -> None:
    for name in ("Membership", "Claim", "speaker", "hasAccepted"):
        page = pages[f"/ontology/{name}.html"]
        (link, *_) = [link for link in page.links if link.startswith("/sparql?")]
        (row,) = client.get(f"{link}&format=json").json["results"]["bindings"]
        assert re.search(rf"\b{int(row['uses']['value']):,} times", page.text)


def test_counts_are_asked_once_for_a_snapshot() -> None:
    asked = []

    class Engine:
        def select(self, query: str) -> bytes:
            asked.append(query)
            return b'{"head": {"vars": ["t", "n"]}, "results": {"bindings": []}}'

    engine = Engine()
    first, second = (SimpleNamespace(snapshot=SimpleNamespace(path=Path(name)), site=engine) for name in ("a", "b"))
    for service in (first, first, first):
        documentation.uses(service)
    assert len(asked) == 3
    documentation.uses(second)
    assert len(asked) == 6


# JSON-LD


def test_the_context_is_served_to_every_origin(client: FlaskClient) -> None:
    response = client.get("/ontology/context.jsonld", headers={"Origin": "https://a.example"})
    assert response.content_type == "application/ld+json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.data == ontology.CONTEXT.read_bytes()


@RDFLIB_WARNS
@pytest.mark.parametrize(
    "name", ["Membership", "Attribution", "Commitment", "TextRelation", "CapacityBuilding", "Vote"]
)
def test_the_json_ld_of_a_page_expands_to_the_same_graph_as_its_turtle(client: FlaskClient, name: str) -> None:
    page = client.get(f"/ontology/{name}.html", headers=BROWSER).text
    turtle, written = (
        html.unescape(text) for text in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    )
    data = json.loads(written)
    assert data["@context"] == f"{CG._NS}context.jsonld"
    data["@context"] = client.get("/ontology/context.jsonld").get_json(force=True)["@context"]
    assert isomorphic(statements(json.dumps(data).encode(), "json-ld"), statements(turtle.encode(), "turtle"))


# The picture


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_class_stands_in_the_picture_and_no_box_covers_another(grammar: Grammar, frame: Frame) -> None:
    drawing = overview(grammar, frame)
    words = " ".join(line.text for line in drawing.lines)
    assert [term.label for term in grammar.classes if not all(part in words for part in term.label.split())] == []
    boxes = [box for box in drawing.boxes if not box.css.startswith("band")]
    covered = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one.x < other.x + other.width and other.x < one.x + one.width
        and one.y < other.y + other.height and other.y < one.y + one.height
    ]  # fmt: skip
    assert covered == []
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height


def test_the_picture_shows_what_every_claim_must_name(grammar: Grammar) -> None:
    drawing = overview(grammar, WIDE)
    drawn = {line.text for line in drawing.lines if line.css in ("property", "also")}
    named = " ".join(drawn)
    missing = [
        (field.cls, field.predicate)
        for cls in grammar.classes
        if grammar.is_a(cls.iri, CG.Claim)
        for field in grammar.own_fields(cls.iri)
        if field.least and field.values and all(map(grammar.term, field.values))
        and field.predicate.removeprefix(CG._NS) not in named
    ]  # fmt: skip
    assert missing == []


def test_a_picture_of_a_class_says_in_words_what_it_shows(client: FlaskClient) -> None:
    page = client.get("/ontology/Membership.html", headers=BROWSER).text
    (told,) = re.findall(r'<desc id="near-desc">(.*?)</desc>', page)
    assert "forum to Forum" in told
    assert "role to" in told


# Versions


@pytest.fixture(scope="module")
def frozen_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen")
    release.freeze(release.version(), folder)
    return folder


@pytest.fixture
def frozen(frozen_once: Path, tmp_path: Path) -> Path:
    """A folder in which the version of the rooms is frozen."""
    folder = tmp_path / "releases"
    shutil.copytree(frozen_once, folder)
    return folder


def test_what_was_published_is_as_it_was_published() -> None:
    assert release.faults() == []


@pytest.mark.slow
def test_a_frozen_version_holds_all_files_and_their_checksums(frozen: Path) -> None:
    folder = frozen / release.version()
    names = {path.name for path in folder.iterdir()}
    assert names == {*release.PARTS, "context.jsonld", "SHA256SUMS"}
    assert [path.name for path in frozen.iterdir()] == [release.version()]
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    for name, rooms in release.PARTS.items():
        assert canonical((folder / name).read_bytes(), "text/turtle") == canonical(read(rooms), "text/turtle")
    assert release.faults(frozen) == []


@pytest.mark.parametrize("fault", ["changed", "missing", "added", "sums"])
def test_a_change_to_a_frozen_version_is_found(frozen: Path, fault: str) -> None:
    folder = frozen / release.version()
    if fault == "changed":
        (folder / "codes.ttl").write_text((folder / "codes.ttl").read_text().replace("political", "politicial", 1))
    elif fault == "missing":
        (folder / "codes.ttl").unlink()
    elif fault == "added":
        (folder / "more.ttl").write_text("")
    else:
        (folder / "SHA256SUMS").write_text("")
    (*_, said) = release.faults(frozen)
    assert "is not the file that was published" in said


@pytest.mark.slow
def test_a_room_that_changes_under_a_frozen_version_fails_and_says_what_to_do(
    frozen: Path, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(release.PARTS, "cybergov.ttl", planted)
    (said,) = release.faults(frozen)
    assert "cybergov.ttl" in said
    assert "higher owl:versionInfo" in said
    assert "changelog" in said


def test_a_term_may_move_to_another_room_under_a_frozen_version(
    frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    (moved / "all.ttl").write_bytes(read(ontology.CORE))
    monkeypatch.setitem(release.PARTS, "cybergov.ttl", moved)
    assert release.faults(frozen) == []


def test_a_version_is_frozen_once_and_only_under_its_own_number(frozen: Path) -> None:
    with pytest.raises(release.NotFrozen, match="never changes"):
        release.freeze(release.version(), frozen)
    with pytest.raises(release.NotFrozen, match=r"not 9\.9\.9"):
        release.freeze("9.9.9", frozen)
    with pytest.raises(release.UnknownVersion, match=release.version()):
        release.published("9.9.9", frozen)


def test_a_version_is_served_as_a_page_as_files_and_as_rdf(client: FlaskClient) -> None:
    address = f"/ontology/{release.version()}"
    page = Page(client.get(address, headers=BROWSER).text)
    for name, text in release.published(release.version()).items():
        assert f"{address}/{name}" in page.links
        served = client.get(f"{address}/{name}")
        assert served.data == text
        assert served.headers["Access-Control-Allow-Origin"] == "*"
        if name != "SHA256SUMS":
            assert hashlib.sha256(text).hexdigest() in page.text
    assert client.get(address, headers={"Accept": "text/turtle"}).data == client.get("/ontology.ttl").data
    assert client.get(f"{address}/nothing.ttl").status_code == 404


def test_a_frozen_version_is_served_as_frozen_and_other_versions_beside_it(
    client: FlaskClient, frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = frozen / "0.0.1"
    shutil.copytree(frozen / release.version(), folder)
    (folder / "cybergov.ttl").write_text(f"<{release.IRI}> a <{OWL.Ontology}> .\n")
    monkeypatch.setattr(documentation, "versions", lambda: release.versions(frozen))
    monkeypatch.setattr(documentation, "frozen", lambda: release.frozen(frozen))
    monkeypatch.setattr(documentation, "published", lambda name: release.published(name, frozen))
    forget()
    served = client.get("/ontology/0.0.1", headers={"Accept": "application/n-triples"})
    assert served.text.count("\n") == 1
    assert "never change" in client.get("/ontology/0.0.1", headers=BROWSER).text
    assert "/ontology/0.0.1" in Page(client.get("/ontology", headers=BROWSER).text).links
    forget()


def forget() -> None:
    for remembered in (documentation._published, documentation._turtle, documentation._written):
        remembered.cache_clear()


def test_the_changelog_is_served_as_it_is_written(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    monkeypatch.setattr(documentation, "CHANGELOG", changelog)
    assert client.get("/ontology/CHANGELOG.md").status_code == 404
    assert "/ontology/CHANGELOG.md" not in Page(client.get("/ontology", headers=BROWSER).text).links
    changelog.write_text("# What changed\n")
    served = client.get("/ontology/CHANGELOG.md")
    assert (served.content_type, served.text) == ("text/markdown; charset=utf-8", "# What changed\n")
    assert "/ontology/CHANGELOG.md" in Page(client.get("/ontology", headers=BROWSER).text).links


# The text of the files


ODD = r"""
@prefix cg: <https://w3id.org/cybergov/ontology/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
cg:a cg:says "a \"quote\", a \\ and\na line"@en, "Ä"@de, "1"^^xsd:integer, "01"^^xsd:gYear, true, 1.50, -2,
        "x"^^cg:own ;
    cg:to <https://a.example/?a=b#c>, cg:b-c, <https://w3id.org/cybergov/vocab/x/y>, ( ),
        [ cg:in [ cg:list ( 1 "b" cg:c ( ) ) ] ; cg:n 2 ] .
"""


def test_a_tidy_text_says_the_same_whatever_the_order_and_reads_back(tmp_path: Path) -> None:
    first = Graph().parse(data=ODD, format="turtle")
    text = release.tidy(first)
    assert isomorphic(Graph().parse(data=text, format="turtle"), first)
    for _ in range(3):
        again = Graph()
        for triple in sorted(first, key=lambda _: random.random()):
            again.add(triple)
        assert release.tidy(again) == text
    assert release.tidy(Graph().parse(data=text, format="turtle")) == text


@pytest.mark.parametrize("name", release.PARTS)
def test_every_property_in_a_published_file_has_a_short_name(name: str) -> None:
    long = {str(p) for p in load(release.PARTS[name]).predicates() if release.curie(str(p)).startswith("<")}
    assert long == set(), "give their namespaces a prefix in ontology/release.py"


@pytest.mark.parametrize("module", [release, rules])
def test_the_examples_in_the_code_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(module).attempted > 0
