"""The pages over HTTP: each answers, each link leads somewhere, nothing from the data is markup, errors are plain."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
import tiny
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.build import build
from graph.engine import EngineBusy, LocalEngine, OutOfMemory, QueryTimeout
from graph.snapshot import Snapshot
from loaders.curated import TABLES
from loaders.table import columns
from webapp import service as services
from webapp.app import create_app
from webapp.linked import safe
from webapp.service import Service
from webapp.settings import Settings

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LISTS = ("states", "forums", "commitments", "events", "operations", "documents", "actors")
PAGES = {
    "/": "Cyber governance graph",
    **{f"/{name}": f"{name.capitalize()} · Cyber governance graph" for name in LISTS},
    "/search": "Search · Cyber governance graph",
    "/search?q=estonia": "Search · Cyber governance graph",
    "/network": "Who sits where together · Network · Cyber governance graph",
    "/network?focus=state/EST": "What is around Estonia · Network · Cyber governance graph",
    "/network?focus=forum/foc": "What is around Freedom Online Coalition · Network · Cyber governance graph",
    "/queries": "Queries · Cyber governance graph",
    "/queries/forums_of_state": "Forums a state takes part in · Cyber governance graph",
    "/queries/forums_of_state?state=EST": "Forums a state takes part in · Cyber governance graph",
    "/competency": "Competency questions · Cyber governance graph",
    "/coverage": "What this graph knows and does not · Cyber governance graph",
    "/editing": "How facts are edited, checked and reported wrong · Cyber governance graph",
    "/corrections": "Corrections · Cyber governance graph",
    "/sparql": "SPARQL · Cyber governance graph",
    "/ontology": "Ontology · Cyber governance graph",
    "/vocab": "Code lists · Cyber governance graph",
    "/vocab/verification": "Code lists · Cyber governance graph",
    "/data": "Data · Cyber governance graph",
    "/doc/state/EST": "Estonia · Cyber governance graph",
    "/doc/operation/notpetya": "NotPetya · Cyber governance graph",
    "/doc/norm/un-2015-13c": None,
    "/doc/document/a-res-73-27": None,
    "/doc/forum/foc": "Freedom Online Coalition · Cyber governance graph",
    "/doc/organisation/nato": None,
    "/nothing/here": "404 · Cyber governance graph",
    "/doc/state/ESTO": "404 · Cyber governance graph",
}


class Read(HTMLParser):
    """A page as a reader's program sees it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.title = ""
        self.words = ""
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attributes}))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "title" and "svg" not in self._open:
            self.title += text
        elif inside not in ("style", "script", "textarea", "code"):
            self.words += text + " "

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def scripts(self) -> list[dict[str, str]]:
        """Return the scripts that a browser runs; a block of data is none."""
        return [script for script in self.all("script") if script.get("type") != "application/ld+json"]

    def strange_scripts(self) -> list[dict[str, str]]:
        """Return the scripts that are no file of ours."""
        return [script for script in self.scripts() if not script.get("src", "").startswith("/static/")]

    def links(self) -> list[str]:
        found = [a["href"] for tag, a in self.tags if tag in ("a", "link") and "href" in a]
        return found + [a["src"] for tag, a in self.tags if "src" in a]


Pages = dict[str, TestResponse]


@pytest.fixture(scope="module")
def pages(app: Flask) -> Pages:
    """Every page, asked for once."""
    client = app.test_client()
    return {path: client.get(path, headers=BROWSER) for path in PAGES}


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_every_page_answers_under_its_title_and_shows_no_none(pages: Pages, path: str, title: str | None) -> None:
    response = pages[path]
    assert response.status_code == (404 if title and title.startswith("404") else 200)
    assert response.content_type == "text/html; charset=utf-8"
    page = Read(response.text)
    assert title is None or page.title == title
    assert not re.search(r"\bNone\b(?! recorded| of)|\bUndefined\b|\bnan\b", page.words)
    assert "{{" not in page.words
    assert "rdflib.term" not in page.words


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_one_that_assistive_programs_can_read(pages: Pages, path: str) -> None:
    response = pages[path]
    page = Read(response.text)
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    labelled = {label["for"] for label in page.all("label") if "for" in label}
    wrapped = re.findall(r"<label\b.*?</label>", response.text, re.DOTALL)
    for field in (*page.all("input"), *page.all("select"), *page.all("textarea")):
        if field.get("type") == "hidden":
            continue
        in_label = any(f'name="{field.get("name")}"' in label for label in wrapped)
        assert "aria-label" in field or field.get("id") in labelled or in_label, field
    assert all("alt" in image for image in page.all("img"))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_inline_code_or_asks_another_host(pages: Pages, path: str) -> None:
    response = pages[path]
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    page = Read(response.text)
    assert not page.all("style")
    assert not [tag for tag, a in page.tags if "style" in a or any(name.startswith("on") for name in a)]
    assert page.strange_scripts() == []
    for tag, attributes in page.tags:
        if "src" in attributes or tag == "form":
            assert attributes.get("src", attributes.get("action", "/")).startswith("/"), attributes
        if tag == "link" and attributes["rel"] not in ("canonical", "alternate"):
            assert attributes["href"].startswith("/static/")
        assert not attributes.get("href", "").startswith(("javascript:", "data:", "//"))


def test_every_link_on_every_page_leads_somewhere(client: FlaskClient) -> None:
    """From home on, the links of one page of each kind are followed, and with them those to its other forms."""
    waiting, kinds, broken = [("/", "/")], {"/"}, []
    while waiting:
        address, before = waiting.pop()
        with client.get(address, headers=BROWSER) as response:
            if response.status_code not in (200, 303):
                broken.append((response.status_code, address, before))
            read = response.status_code == 200 and response.content_type.startswith("text/html")
            links = Read(response.text).links() if read else []
        for link in links:
            target, _ = urldefrag(urljoin(address, link))
            path, _, asked = target.partition("?")
            path = re.sub(r"(/doc/[^/]+/|/ontology/|/vocab/|/queries/|/guides/)[^.]+", r"\1*", path)
            kind = path + "".join(sorted({f" {name}" for name, _ in parse_qsl(asked)}))
            if not urlsplit(target).netloc and kind not in kinds:
                kinds.add(kind)
                waiting.append((target, address))
    assert broken == []
    assert {"/doc/state/*", "/doc/state/*.ttl", "/doc/membership/*", "/doc/norm/*", "/dumps/manifest.json"} <= kinds
    assert len(kinds) > 150


@pytest.mark.slow
def test_every_thing_and_claim_of_the_sample_has_a_page(client: FlaskClient, snapshot: Snapshot) -> None:
    subjects = {line[1 : line.index(">")] for line in snapshot.merged.read_text().splitlines()}
    things = sorted(iri for iri in subjects if iri.startswith("https://w3id.org/cybergov/id/"))
    assert len(things) > 1000
    for iri in things:
        response = client.get(iri.replace("https://w3id.org/cybergov/id", "/doc"), headers=BROWSER)
        assert response.status_code == 200, iri
        assert not re.search(r"\bNone\b", Read(response.text).words), iri


@pytest.mark.parametrize("name", LISTS)
def test_a_list_comes_as_csv_json_and_turtle(client: FlaskClient, name: str) -> None:
    table = list(csv.DictReader(io.StringIO(client.get(f"/{name}.csv").text)))
    rows = json.loads(client.get(f"/{name}.json").data)
    assert table
    assert len(table) == len(rows)
    turtle = client.get(f"/{name}.ttl")
    assert turtle.content_type == "text/turtle; charset=utf-8"
    page = client.get(f"/{name}").text
    assert f"<strong>{len(rows)}</strong>" in page
    assert all(row["thing"].startswith("https://w3id.org/cybergov/id/") for row in rows)


def test_a_facet_filters_page_and_table_alike_and_counts_what_is_left(client: FlaskClient) -> None:
    rows = json.loads(client.get("/states.json").data)
    members = [row for row in rows if row["kind"] == "UN member"]
    assert 0 < len(members) < len(rows)
    assert json.loads(client.get("/states.json?kind=UN+member").data) == members
    page = client.get("/states?kind=UN+member").text
    assert f"<strong>{len(members)}</strong>" in page
    assert f"UN member ({len(members)})" in page
    assert "Nothing recorded has these values" in client.get("/states?kind=nonsense").text


@pytest.mark.parametrize("page", ["0", "-1", "999", "99999999999999999999"])
def test_a_page_of_a_list_that_is_not_there_is_404(client: FlaskClient, page: str) -> None:
    assert client.get(f"/states?page={page}").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404), ("/network?focus=state/XXX", 404), ("/queries/nothing", 404), ("/queries/nothing.csv", 404),
        ("/queries/forums_of_state?state=%3E", 400), ("/queries/forums_of_state.csv?state=a%20b", 400),
        ("/dumps/secret", 404), ("/dumps/..%2F..%2Fetc%2Fpasswd", 404), ("/static/../app.py", 404),
        ("/doc/state/ESTO", 404), ("/sparql?query=x", 400),
    ],
)  # fmt: skip
@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/plain", "*/*", "", "image/png"])
def test_an_error_is_a_page_to_browsers_json_or_text_to_programs(
    client: FlaskClient, path: str, status: int, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept} if accept else {})
    if response.status_code == 406:
        assert accept in ("image/png", "application/json"), "a document has no form that is plain JSON"
        assert path.startswith(("/doc/", "/sparql"))
        return
    assert response.status_code == status
    kind = {"text/html": "text/html", "application/json": "application/json"}.get(accept, "text/plain")
    assert response.content_type.startswith(kind)
    assert "Traceback" not in response.text
    if kind == "application/json":
        assert json.loads(response.data)["status"] == status
    elif kind == "text/plain":
        assert response.text.count("\n") == 1


@pytest.mark.parametrize("path", ["/", "/states", "/search", "/doc/state/EST", "/data", "/health"])
def test_only_reading_is_allowed(client: FlaskClient, path: str) -> None:
    for method in (client.post, client.put, client.delete, client.patch):
        response = method(path)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]
    assert client.head(path).status_code == 200


def test_health_tells_the_snapshot(client: FlaskClient, snapshot: Snapshot) -> None:
    state = client.get("/health").json
    assert state == {"status": "ok", "snapshot": snapshot.id, "data_date": snapshot.manifest()["data_date"]}


def test_dumps_are_the_snapshots_own_files(client: FlaskClient, snapshot: Snapshot) -> None:
    assert client.get("/dumps/manifest.json").data == (snapshot.path / "manifest.json").read_bytes()
    for name in ("statements.nq.gz", "merged.nt.gz"):
        with client.get(f"/dumps/{name}") as response:
            assert response.data == (snapshot.dumps / name).read_bytes()
    page = client.get("/data").text
    for name in ("statements.nq.gz", "merged.nt.gz"):
        assert snapshot.manifest()["files"][f"dumps/{name}"]["sha256"] in page


# Hostile data


MARKUP = """A <script>alert(1)</script>"'><img src=x onerror=alert(2)>&lt;{{343*7}}"""
BY_KEY = {"state": "EST", "treaty-action": "x-EST-x"}  # ids that are not free
VALUES = {
    "text": MARKUP.replace(";", ""),
    "date": "2021-03-12",
    "integer": "1",
    "amount": "1",
    "address": "https://a.example/?'&x",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a graph with markup in every cell of words."""
    folder = tmp_path_factory.mktemp("hostile")
    codes = {f"source-kind/{code}" for code in ("x", "other")}
    codes |= {"verification/reported", "verification/unchecked", "bearing/supports"}
    tables: dict[str, list[dict[str, str]]] = {}
    for name, (cls, _) in TABLES.items():
        row = {"note": MARKUP, "locator": MARKUP, "says": MARKUP, "status": "reported", "source": "bad"}
        if "id" in columns(cls):
            row["id"] = "EST" if name == "states" else "x"
        for field, spec in cls.specs().items():
            if (
                spec.in_table
                and not field.startswith(("alpha", "numeric"))
                and (name, field) != ("assessments", "group")
            ):
                kind = spec.kinds[0] if spec.kinds else ""
                reference = f"{kind}/{BY_KEY.get(kind, 'x')}"
                row[field] = VALUES.get(spec.shape, reference if kind else "x")
                codes |= {f"{spec.scheme}/x"} if spec.scheme else set()
        tables[name] = [row]
    source = {"id": "bad", "title": MARKUP, "publisher": MARKUP, "address": "https://b.example/", "rank": "3",
              "source_kind": "x", "version": MARKUP, "published": "2020", "opened": "2021"}  # fmt: skip
    recipe = tiny.write(folder, **{**tables, "sources": [source]})
    label = '<http://www.w3.org/2004/02/skos/core#prefLabel> "code"@en'
    every = (f"<https://w3id.org/cybergov/vocab/{code}> {label} .\n" for code in sorted(codes))
    (recipe.codes / "all.ttl").write_text("".join(every))
    snapshot, _ = build(recipe, folder / "home")
    with LocalEngine(snapshot.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        yield create_app(Service(Settings(home=folder / "home"), snapshot, site=engine, public=engine)).test_client()


def hostile_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    manifest = client.get("/dumps/manifest.json").json
    assert set(manifest["counts"]["kinds"]) > {"attribution", "state", "vote", "membership", "norm", "reply", "listing"}
    everything = "SELECT DISTINCT ?s { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'https://w3id.org/cybergov/id/')) }"
    found = client.get("/sparql", query_string={"query": everything}).json["results"]["bindings"]
    things = [row["s"]["value"].replace("https://w3id.org/cybergov/id", "/doc") for row in found]
    assert len(things) > 60
    fixed = [path for path in PAGES if not path.startswith("/doc/") and "focus" not in path]
    for path in [
        *fixed,
        *things,
        "/search?q=script",
        "/search?q=" + MARKUP.replace("&", "%26"),
        "/network?focus=state/EST",
    ]:
        response = client.get(path, headers=BROWSER)
        assert response.status_code in (200, 404), path
        yield path, response.text


def test_markup_in_any_field_is_shown_as_text_on_every_page(hostile: FlaskClient) -> None:
    shown = 0
    for path, text in hostile_pages(hostile):
        page = Read(text)
        assert not page.strange_scripts(), path
        assert not [a for _, a in page.tags if any(name.startswith("on") for name in a)], path
        assert all(image["src"].startswith("/static/") for image in page.all("img")), path
        assert "&amp;lt;script" not in text, f"escaped twice on {path}"
        assert not re.search(r"\b2401\b", page.words), path
        shown += "<script>alert(1)</script>" in page.words
    assert shown > 60


def test_markup_in_the_address_is_shown_as_text(client: FlaskClient) -> None:
    for path in ("/search", "/states", "/network", "/queries/forums_of_state", "/doc/state/EST", "/sparql"):
        for name in ("q", "kind", "focus", "state", "query", "page", "format"):
            response = client.get(path, query_string={name: MARKUP}, headers=BROWSER)
            assert response.status_code in (200, 400, 404), (path, name)
            assert not Read(response.text).strange_scripts(), (path, name)
            assert "<img src=x" not in response.text, (path, name)
    response = client.get("/doc/state/" + MARKUP, headers=BROWSER)
    assert Read(response.text).strange_scripts() == []
    assert "<script>" not in response.text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_takes_for_a_formula_is_defused(cell: str) -> None:
    assert safe(cell) == "'" + cell
    assert safe("a" + cell) == "a" + cell
    assert safe("") == ""
    assert safe(None) is None


def test_tables_for_download_hold_no_formula(tmp_path: Path) -> None:
    snapshot, _ = build(tiny.write(tmp_path, {**tiny.ESTONIA, "aliases": "=HYPERLINK(1)"}), tmp_path / "home")
    with LocalEngine(snapshot.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        client = create_app(
            Service(Settings(home=tmp_path / "home"), snapshot, site=engine, public=engine)
        ).test_client()
        text = client.get("/doc/state/EST.csv").text
        assert "'=HYPERLINK(1)" in text
        assert ",=HYPERLINK" not in text


# Trouble below


class Troubled:
    """An engine that only fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def answer(self, *_: object, **__: object) -> None:
        raise self.error

    select = ask = construct = answer


@pytest.mark.parametrize(
    ("error", "status", "after"),
    [
        (EngineBusy("All 2 query workers are busy; try again.", 3), 503, "3"),
        (QueryTimeout(5), 504, None),
        (OutOfMemory(10**9), 503, None),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/states", "/doc/state/EST", "/doc/state/EST.ttl", "/sparql?query=ASK{}", "/health"]
)
def test_trouble_with_the_engine_is_told_with_its_status(
    snapshot: Snapshot, home: Path, path: str, error: Exception, status: int, after: str | None
) -> None:
    engine = Troubled(error)
    client = create_app(Service(Settings(home=home), snapshot, site=engine, public=engine)).test_client()
    response = client.get(path)
    assert response.status_code == status
    assert response.headers.get("Retry-After") == after
    assert str(error) in response.text
    page = client.get(path, headers=BROWSER)
    assert page.status_code == status
    if path != "/sparql?query=ASK{}":
        assert "<h1>" in page.text


def test_a_snapshot_published_while_serving_is_picked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOOK_EVERY", 0.0)
    home = tmp_path / "home"
    first, _ = build(tiny.write(tmp_path, tiny.ESTONIA), home)
    with LocalEngine(first.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        client = create_app(Service(Settings(home=home), first, site=engine, public=engine)).test_client()
        assert client.get("/doc/state/LVA").status_code == 404
        assert client.get("/health").json["snapshot"] == first.id
        newer, _ = build(tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA), home)
        assert client.get("/doc/state/LVA").status_code == 200
        assert client.get("/health").json["snapshot"] == newer.id
        assert "Latvia" in client.get("/search?q=latvia").text
        assert newer.id[:12] in client.get("/").text


def test_a_damaged_newer_snapshot_leaves_the_old_one_serving(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOOK_EVERY", 0.0)
    home = tmp_path / "home"
    first, _ = build(tiny.write(tmp_path, tiny.ESTONIA), home)
    with LocalEngine(first.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        client = create_app(Service(Settings(home=home), first, site=engine, public=engine)).test_client()
        assert client.get("/doc/state/EST").status_code == 200
        newer, _ = build(tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA), home)
        (newer.path / "manifest.json").unlink()
        assert client.get("/doc/state/EST").status_code == 200
        assert client.get("/health").json["snapshot"] == first.id


def test_a_browser_that_asks_again_gets_the_page_without_a_restart_of_the_clock(client: FlaskClient) -> None:
    assert client.get("/doc/state/EST").data == client.get("/doc/state/EST").data
