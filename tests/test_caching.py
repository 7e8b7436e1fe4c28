"""HTTP around every answer: tags and 304, how long it is fresh, compression, other origins, HEAD and slashes."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import brotli
import pytest
import tiny
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from graph.build import build
from graph.engine import Answer, Engine, LocalEngine
from graph.snapshot import Snapshot
from webapp import caching
from webapp import service as services
from webapp.app import create_app
from webapp.kept import Kept, Sent
from webapp.service import Service
from webapp.settings import Settings

CG = "https://w3id.org/cybergov/ontology/"
NORMS = f"/sparql?query=SELECT ?norm {{ ?norm a <{CG}Norm> }} ORDER BY ?norm"
TRIPLES = "/sparql?query=SELECT * { ?s <http://www.w3.org/2000/01/rdf-schema%23label> ?o } ORDER BY ?s ?o LIMIT 200"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FROM_SNAPSHOT = [
    "/", "/states", "/states.csv", "/states.json", "/states.ttl", "/states?kind=UN+member", "/doc/state/EST",
    "/doc/state/EST.ttl", "/doc/state/EST.csv", "/search?q=estonia", "/network", "/queries", "/queries/forums_of_state",
    "/queries/forums_of_state.csv?state=EST", "/queries/forums_of_state.rq", "/competency.json", "/data", NORMS,
]  # fmt: skip
FROM_BYTES = [
    "/ontology", "/ontology.ttl", "/ontology/Norm.jsonld", "/vocab", "/vocab/verification.rdf", "/codebook",
    "/codebook.pdf", "/dumps/cybergov.ttl", "/dumps/manifest.json", "/dumps/statements.nq.gz", "/static/style.css",
]  # fmt: skip
OTHERS = ["/id/state/EST", "/nothing", "/sparql?query=x"]


class Asleep(Engine):
    """An engine that must not be asked."""

    def answer(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise AssertionError("the engine was asked")


@pytest.fixture(scope="module", params=[0, 64], ids=["asked", "kept"])
def app(request: pytest.FixtureRequest, snapshot: Snapshot, home: Path, engine: LocalEngine) -> Flask:
    """The application as it asks for each answer, and as it keeps what it gave."""
    settings = Settings(home=home, cache_megabytes=request.param)
    app = create_app(Service(settings, snapshot, site=engine, public=engine))
    app.testing = True
    return app


@pytest.fixture
def asleep(app: Flask, snapshot: Snapshot) -> FlaskClient:
    """A client of the application with engines that must not be asked."""
    app = create_app(Service(app.extensions["service"].settings, snapshot, site=Asleep(), public=Asleep()))
    app.testing = True
    return app.test_client()


def tag(client: FlaskClient, path: str, **headers: str) -> str:
    with client.get(path, headers=headers) as response:
        assert response.status_code == 200, response.text
        found = response.headers["ETag"]
    assert found.startswith('"'), "it is strong"
    return found


@pytest.mark.parametrize("path", [*FROM_SNAPSHOT, *FROM_BYTES])
def test_a_client_that_has_the_answer_is_told_so(client: FlaskClient, path: str) -> None:
    held = tag(client, path)
    assert tag(client, path) == held
    for known in (held, f"W/{held}", f'"other", {held}', f'W/"x",{held} , "y"', "*"):
        for method in ("GET", "HEAD"):
            with client.open(path, method=method, headers={"If-None-Match": known}) as response:
                assert (response.status_code, response.data) == (304, b""), known
                assert "public" in response.headers["Cache-Control"]
                assert "Accept-Encoding" in response.headers["Vary"]
                assert "Content-Length" not in response.headers
                assert known == "*" or response.headers["ETag"] == held
    for other in ('"other"', "", "nonsense", held[:-2] + '"', '"' * 5000, "W/"):
        with client.get(path, headers={"If-None-Match": other}) as response:
            assert response.status_code == 200, other


@pytest.mark.parametrize("path", FROM_SNAPSHOT)
def test_a_client_that_has_the_answer_costs_no_query(client: FlaskClient, asleep: FlaskClient, path: str) -> None:
    held = tag(client, path)
    assert asleep.get(path, headers={"If-None-Match": held}).status_code == 304
    if "/queries" not in path and "/search" not in path:
        with pytest.raises(AssertionError, match="was asked"):
            asleep.get("/states", headers={"If-None-Match": '"other"'})


def test_a_star_is_met_only_by_what_there_is(client: FlaskClient) -> None:
    for path, status in (("/doc/state/ESTO", 404), ("/sparql?query=x", 400), ("/nothing", 404), ("/health", 200)):
        assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


def test_tags_differ_by_format_query_and_address(client: FlaskClient) -> None:
    asked = [
        *((NORMS, accept) for accept in ("*/*", "text/csv", "application/sparql-results+xml", BROWSER)),
        *((f"{NORMS}&format={short}", "*/*") for short in ("csv", "json", "tsv", "xml", "html")),
        (f"{NORMS} LIMIT 3", "*/*"),
        *((f"/doc/state/EST{suffix}", "*/*") for suffix in ("", ".ttl", ".nt", ".jsonld", ".rdf", ".csv", ".json")),
        *(("/doc/state/EST", accept) for accept in ("text/turtle", "application/n-triples")),
        ("/doc/forum/foc", "*/*"),
    ]
    assert len({tag(client, path, Accept=accept) for path, accept in asked}) == len(asked)
    held = tag(client, NORMS, Accept="text/csv")
    assert client.get(NORMS, headers={"If-None-Match": held}).status_code == 200, "that was another format"


def test_another_snapshot_changes_tags_of_the_data_and_not_of_the_ontology(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LOOK_EVERY", 0.0)
    home = tmp_path / "home"
    first, _ = build(tiny.write(tmp_path, tiny.ESTONIA), home)
    with LocalEngine(first.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        client = create_app(Service(Settings(home=home), first, site=engine, public=engine)).test_client()
        paths = ("/", "/doc/state/EST", "/sparql?query=ASK{}")
        before = [tag(client, path) for path in paths]
        ontology = tag(client, "/ontology.ttl")
        build(tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA), home)
        for path, held in zip(paths, before, strict=True):
            response = client.get(path, headers={"If-None-Match": held})
            assert response.status_code == 200
            assert response.headers["ETag"] != held
        assert client.get("/ontology.ttl", headers={"If-None-Match": ontology}).status_code == 304


def test_a_snapshot_that_comes_while_an_answer_is_made_leaves_it_untagged(app: Flask) -> None:
    with app.test_request_context("/states?q=meanwhile"):
        assert caching.answer_unasked() is None
        caching.g.served = "the snapshot before"
        response = caching.finish(app.make_response("x"))
        assert "ETag" not in response.headers
        assert caching.answer_unasked() is None, "and it is not kept"


@pytest.mark.parametrize("expression", ["NOW()", "RAND()", "uuid()", "STRUUID ()", "now # and then\n()"], ids=str)
def test_an_answer_that_is_another_each_time_is_not_kept(client: FlaskClient, expression: str) -> None:
    response = client.get("/sparql", query_string={"query": f"SELECT ({expression} AS ?x) {{}}"})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", [*FROM_SNAPSHOT, *FROM_BYTES, "/id/state/EST", "/ontology/", "/ontology/Norm"])
def test_an_answer_may_be_kept_for_a_minute_by_anybody(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        assert response.status_code in (200, 303, 308)
        assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize(
    "path", ["/health", "/nothing", "/doc/state/ESTO", "/sparql?query=x", "/doc/state/EST?format=x", "/dumps/x"]
)
def test_errors_and_health_are_not_kept(client: FlaskClient, path: str) -> None:
    for headers in ({}, {"Accept": BROWSER}):
        response = client.get(path, headers=headers)
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


def test_a_posted_query_is_neither_kept_nor_tagged(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": "ASK {}"}, headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_an_answer_from_a_private_snapshot_is_kept_by_its_reader_only(
    snapshot: Snapshot, home: Path, engine: LocalEngine
) -> None:
    manifest = {**snapshot.manifest(), "public": False}
    app = create_app(Service(Settings(home=home), snapshot, site=engine, public=engine, manifest=manifest))
    assert app.test_client().get("/states").headers["Cache-Control"].startswith("private,")


# Compression


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip;q=1, br;q=0.5", "gzip"),
        ("*", "br"), ("br;q=0, *", "gzip"), ("gzip;q=0", None), ("br;q=0, gzip;q=0, *", None), ("identity", None),
        ("identity, gzip;q=0.5", None), ("deflate", None), ("", None), ("nonsense;;;q", None), ("GZIP", "gzip"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/doc/state/EST", "/states.csv", TRIPLES, "/ontology.ttl", "/static/style.css"])
def test_text_is_compressed_as_the_client_likes_best(
    client: FlaskClient, path: str, accepted: str, coding: str | None
) -> None:
    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": accepted}) as response:
        assert response.headers.get("Content-Encoding") == coding
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}[coding]
        assert unpack(response.data) == plain.data
        assert (len(response.data) < len(plain.data)) is bool(coding)
        assert int(response.headers["Content-Length"]) == len(response.data)
        assert "Accept-Encoding" in response.headers["Vary"]
        assert (response.headers["ETag"] == plain.headers["ETag"]) is (coding is None)


@pytest.mark.parametrize("path", ["/doc/state/EST", TRIPLES, "/ontology.ttl", "/static/style.css"])
def test_a_compressed_answer_has_a_tag_of_its_own(client: FlaskClient, path: str) -> None:
    tags = {coding: tag(client, path, **{"Accept-Encoding": coding}) for coding in ("identity", "gzip", "br")}
    assert len(set(tags.values())) == 3
    for coding, held in tags.items():
        with client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": held}) as response:
            assert (response.status_code, response.headers["ETag"]) == (304, held)
            assert "Content-Encoding" not in response.headers
    with client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": tags["br"]}) as response:
        assert response.status_code == 200, "it could not read what it is said to have"


@pytest.mark.parametrize("path", ["/dumps/statements.nq.gz", "/dumps/merged.nt.gz", "/codebook.pdf", "/health", NORMS])
def test_what_is_compressed_or_short_is_sent_as_it_is(client: FlaskClient, path: str) -> None:
    with client.get(path, headers={"Accept-Encoding": "gzip, br"}) as response:
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers


def test_a_large_answer_is_compressed_too(client: FlaskClient) -> None:
    everything = {"query": "SELECT * { ?s ?p ?o }"}
    plain = client.get("/sparql", query_string=everything)
    assert len(plain.data) > 1_000_000
    for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
        response = client.get("/sparql", query_string=everything, headers={"Accept-Encoding": coding})
        assert unpack(response.data) == plain.data
        assert len(response.data) < len(plain.data) / 5


def test_an_interrupted_download_is_resumed(client: FlaskClient, snapshot: Snapshot) -> None:
    whole = (snapshot.dumps / "statements.nq.gz").read_bytes()
    held = tag(client, "/dumps/statements.nq.gz")
    assert held == f'"{hashlib.sha256(whole).hexdigest()}"'
    headers = {"Range": "bytes=100-", "If-Range": held, "Accept-Encoding": "gzip"}
    with client.get("/dumps/statements.nq.gz", headers=headers) as response:
        assert (response.status_code, response.data) == (206, whole[100:])


# HEAD, other origins, slashes


@pytest.mark.parametrize("path", [*FROM_SNAPSHOT, *FROM_BYTES, *OTHERS])
@pytest.mark.parametrize("accepted", ["", "gzip"])
def test_head_gives_the_headers_of_get_and_no_body(client: FlaskClient, path: str, accepted: str) -> None:
    sent = {"Accept-Encoding": accepted, "Accept": "*/*"}
    with client.get(path, headers=sent) as got, client.head(path, headers=sent) as head:
        assert (head.status_code, head.data) == (got.status_code, b"")
        passing = ("Date",)
        assert {k: v for k, v in head.headers if k not in passing} == {k: v for k, v in got.headers if k not in passing}


@pytest.mark.parametrize(
    "path", [*FROM_SNAPSHOT, *FROM_BYTES, "/id/state/EST", "/nothing", "/sparql?query=x", "/health"]
)
def test_pages_of_any_origin_may_read_every_answer(client: FlaskClient, path: str) -> None:
    for method in ("GET", "HEAD", "PUT"):
        with client.open(path, method=method, headers={"Origin": "https://a.example"}) as response:
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert "ETag" in response.headers["Access-Control-Expose-Headers"]
            assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize("path", ["/sparql", "/doc/state/EST", "/states.csv", "/queries/forums_of_state.json"])
def test_a_page_of_another_origin_may_ask_first(client: FlaskClient, path: str) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    response = client.options(path, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert ("POST" in response.headers["Access-Control-Allow-Methods"]) is (path == "/sparql")
    assert {"Accept", "Content-Type", "If-None-Match"} <= set(
        response.headers["Access-Control-Allow-Headers"].split(", ")
    )
    assert int(response.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(
    ("path", "bare"),
    [("/states/", "/states"), ("/doc/state/EST/", "/doc/state/EST"), ("/id/state/EST/", "/id/state/EST"),
     ("/queries/?a=b%20c&d=%C3%A9", "/queries?a=b%20c&d=%C3%A9"), ("/vocab/verification/", "/vocab/verification"),
     ("/states.csv/?kind=UN+member", "/states.csv?kind=UN+member"), ("/ontology/", "/ontology"), ("/data//", "/data")],
)  # fmt: skip
def test_a_slash_too_many_leads_to_the_address_without(client: FlaskClient, path: str, bare: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (308, bare)


@pytest.mark.parametrize("path", ["/nothing/", "//a.example/", "//a.example/nothing/", "/\\a.example/", "/static/"])
def test_a_slash_after_what_is_not_there_leads_nowhere(client: FlaskClient, path: str) -> None:
    assert client.get("/", environ_overrides={"PATH_INFO": path}).status_code == 404


@pytest.mark.parametrize("path", ["//states/", "///states//", "//doc/state/EST/"])
def test_slashes_in_front_lead_to_no_other_host(client: FlaskClient, path: str) -> None:
    location = client.get("/", environ_overrides={"PATH_INFO": path}).headers["Location"]
    assert location.removeprefix("http://localhost").startswith(("/states", "/doc"))


# Memory


class Counting(Engine):
    """An engine that counts what it is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self.asked = engine, 0

    def answer(self, *arguments: Any, **options: Any) -> Answer:
        self.asked += 1
        return self._engine.answer(*arguments, **options)


@pytest.fixture
def counting(engine: LocalEngine) -> Counting:
    return Counting(engine)


def keeping(snapshot: Snapshot, home: Path, engine: Engine, **settings: Any) -> FlaskClient:
    service = Service(Settings(home=home, **settings), snapshot, site=engine, public=engine)
    return create_app(service).test_client()


def said(response: TestResponse, *but: str) -> list[tuple[str, str]]:
    return sorted(header for header in response.headers if header[0] not in ("Date", *but))


def memory(client: FlaskClient) -> Kept:
    found: Kept = client.application.extensions["kept"]
    return found


@pytest.mark.parametrize("path", [*FROM_SNAPSHOT, "/matrix", "/map", "/timeline", "/commitments?q=norm"])
def test_who_asks_the_same_again_costs_no_query(snapshot: Snapshot, home: Path, counting: Counting, path: str) -> None:
    client = keeping(snapshot, home, counting)
    first = client.get(path, headers={"Accept": BROWSER, "Accept-Encoding": "br"})
    asked = counting.asked
    again = client.get(path, headers={"Accept": BROWSER, "Accept-Encoding": "br"})
    assert counting.asked == asked
    assert first.status_code == 200
    assert (again.data, said(again)) == (first.data, said(first))


def test_codings_formats_and_languages_are_kept_apart(snapshot: Snapshot, home: Path, engine: LocalEngine) -> None:
    client, plain = keeping(snapshot, home, engine), keeping(snapshot, home, engine, cache_megabytes=0)
    tags = []
    for _ in range(2):
        for coding in ("identity", "gzip", "br"):
            for accept in (BROWSER, "text/turtle", "application/json"):
                for language in ("", "de", "fr, en;q=0.5"):
                    headers = {"Accept-Encoding": coding, "Accept": accept, "Accept-Language": language}
                    got, new = (one.get("/doc/state/DEU", headers=headers) for one in (client, plain))
                    assert (got.data, said(got, "ETag")) == (new.data, said(new, "ETag")), headers
                    tags.append((got.headers["ETag"], got.data))
    assert len({tag for tag, _ in tags}) == len(set(tags)) == len(tags) / 2, "each has its own"


def test_an_answer_that_knows_no_languages_is_kept_for_all(snapshot: Snapshot, home: Path, counting: Counting) -> None:
    client = keeping(snapshot, home, counting)
    german = client.get("/states", headers={"Accept": BROWSER, "Accept-Language": "de"})
    asked = counting.asked
    french = client.get("/states", headers={"Accept": BROWSER, "Accept-Language": "fr"})
    assert (french.data, counting.asked) == (german.data, asked)


@pytest.mark.parametrize(
    "path",
    ["/health", "/metrics", "/nothing", "/sparql?query=x", "/sparql?query=SELECT (NOW() AS ?x) {}", "/id/state/EST"],
)
def test_what_is_live_or_no_answer_is_not_kept(snapshot: Snapshot, home: Path, engine: LocalEngine, path: str) -> None:
    client = keeping(snapshot, home, engine)
    client.get("/states")
    kept = len(memory(client))
    client.get(path)
    assert len(memory(client)) == kept == 1


def test_nothing_is_kept_of_what_is_posted_asked_by_head_or_private(
    snapshot: Snapshot, home: Path, engine: LocalEngine
) -> None:
    client = keeping(snapshot, home, engine)
    client.post("/sparql", data={"query": "ASK {}"})
    client.head("/states")
    assert not len(memory(client))
    manifest = {**snapshot.manifest(), "public": False}
    service = Service(Settings(home=home), snapshot, site=engine, public=engine, manifest=manifest)
    private = create_app(service).test_client()
    assert private.get("/states").status_code == 200
    assert not len(memory(private))


def test_another_snapshot_empties_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "LOOK_EVERY", 0.0)
    home = tmp_path / "home"
    first, _ = build(tiny.write(tmp_path, tiny.ESTONIA), home)
    with LocalEngine(first.store, workers=1, deadline=10, max_bytes=10**7, memory=10**9, queue_limit=4) as engine:
        client = keeping(first, home, engine)
        for path in ("/states", "/doc/state/EST", "/"):
            client.get(path)
        assert len(memory(client)) == 3
        build(tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA), home)
        assert "Latvia" in client.get("/states").text
        assert len(memory(client)) == 1


def test_a_kept_answer_is_still_a_query_that_counts(snapshot: Snapshot, home: Path, counting: Counting) -> None:
    client = keeping(snapshot, home, counting, rate="2/minute")
    assert [client.get(NORMS).status_code for _ in range(3)] == [200, 200, 429]
    assert counting.asked == 1


def test_a_page_of_a_release_is_kept_apart_from_that_of_today(
    snapshot: Snapshot, home: Path, counting: Counting
) -> None:
    client = keeping(snapshot, home, counting)
    paths = ("/doc/state/EST", f"/release/{snapshot.id}/doc/state/EST")
    headers = {"Accept": BROWSER}
    first = [client.get(path, headers=headers) for path in paths]
    again = [client.get(path, headers=headers) for path in paths]
    assert [(one.status_code, one.data, said(one)) for one in again] == [(200, one.data, said(one)) for one in first]
    assert first[0].data != first[1].data
    assert " ".join(again[1].headers.getlist("Link")).count('rel="latest-version"') == 1
    client.application.extensions["releases"].shelf.close()


def test_what_is_kept_stays_within_its_bytes_and_the_longest_unasked_goes_first() -> None:
    kept = Kept(100_000)
    for number in range(200):
        kept.put((str(number), "", ""), Sent((), bytes(2000)))
        kept.get(("0", "", ""))
        assert kept.size <= 100_000
    assert len(kept) == 100_000 // 2500
    assert kept.get(("0", "", "")), "it was asked for all the time"
    assert not kept.get(("100", "", ""))
    assert kept.get(("199", "", ""))
    kept.put(("0", "", ""), Sent((), bytes(1000)))
    assert kept.size == 100_000 - 1000
    kept.put(("large", "", ""), Sent((), bytes(100_000 // 16)))
    assert not kept.get(("large", "", "")), "one answer does not drive out many"
    Kept(0).put(("0", "", ""), Sent((), b""))
