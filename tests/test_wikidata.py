"""Wikidata: asked politely and wholly, and read so that only an identifier makes an item another name of a record.

The service is a small server over a store with data in Wikidata's form; its faults are played by the same server.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from datasets import folder, read
from few import faults, few

from graph.collect import Collection
from graph.model import Organisation, State
from graph.terms import CG, ID
from loaders.datasets import wikidata
from loaders.datasets.wikidata import DATASET, ENTITY, NOT_OURS, SEVERAL, collect
from loaders.endpoint import TRIES, Endpoint, EndpointFailed, rows
from loaders.known import Known

DATA = """
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
wd:Q183 wdt:P298 "DEU" .
wd:Q142 wdt:P298 "FRA" .
wd:Q55 wdt:P298 "NLD" .
wd:Q29999 wdt:P298 "NLD" .
wd:Q1065 wdt:P856 <https://www.un.org/> .
wd:Q7184 wdt:P856 <http://nato.int> .
wd:Q900001 wdt:P856 <https://www.itu.int/> .
wd:Q900002 wdt:P856 <https://itu.int> .
wd:Q900003 wdt:P856 <https://nobody.example.org/> .
"""
Answered = tuple[int, dict[str, str], bytes]
ANSWER = b'{"head": {"vars": ["item", "value"]}, "results": {"bindings": []}}'


@dataclass
class Service:
    """A SPARQL service that first gives the answers it is told to give, and its own from then on."""

    store: ox.Store
    address: str = ""
    played: list[Answered] = field(default_factory=list)
    slow: float = 0.0
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def endpoint(self, **more: Any) -> Endpoint:
        """The client; what it would wait is written down and not waited."""
        settings: dict[str, Any] = {"contact": "https://example.org/contact", "pause": 0, "sleep": self.waits.append}
        return Endpoint(self.address, **settings | more)


@pytest.fixture
def service() -> Iterator[Service]:
    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    told = Service(store)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.answer(parse_qs(self.rfile.read(length).decode())["query"][0])

        def answer(self, query: str) -> None:
            told.asked.append(query)
            told.agents.append(self.headers["User-Agent"])
            status, headers, content = told.played.pop(0) if told.played else (200, {}, b"")
            if not content and status == 200:
                found = store.query(query)
                assert isinstance(found, ox.QuerySolutions)
                content = found.serialize(format=ox.QueryResultsFormat.JSON) or b""
            time.sleep(told.slow)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_port}/sparql"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def tables() -> Collection:
    return few("states", "organisations", "forums")


STATES = "SELECT ?item ?value WHERE { ?item <http://www.wikidata.org/prop/direct/P298> ?value } ORDER BY ?value ?item"


# Asking


def test_a_request_says_who_asks(service: Service) -> None:
    assert len(rows(service.endpoint().ask(STATES))) == 4
    (said,) = service.agents
    assert said.startswith("cybergov/")
    assert "https://example.org/contact" in said


@pytest.mark.parametrize("contact", ["", "  ", "someone\r\nX-Header: 1"])
def test_nobody_asks_without_a_contact(service: Service, contact: str) -> None:
    with pytest.raises(EndpointFailed, match="contact"):
        service.endpoint(contact=contact).ask(STATES)
    assert service.asked == []


@pytest.mark.parametrize(("size", "pages"), [(1, 5), (2, 3), (3, 2), (4, 2), (5, 1)])
def test_paging_brings_each_row_once(service: Service, size: int, pages: int) -> None:
    answers = list(service.endpoint().pages(STATES, size))
    assert len(answers) == pages
    assert [row["value"]["value"] for answer in answers for row in rows(answer)] == ["DEU", "FRA", "NLD", "NLD"]


def test_a_long_query_goes_by_post(service: Service) -> None:
    assert len(rows(service.endpoint().ask(f"# {'x' * 5000}\n{STATES}"))) == 4


def test_too_many_requests_are_waited_out_for_as_long_as_the_service_says(service: Service) -> None:
    service.played = [(429, {"Retry-After": "17"}, b"slow down"), (503, {"Retry-After": formatdate(usegmt=True)}, b"x")]
    assert len(rows(service.endpoint().ask(STATES))) == 4
    assert service.waits == [17.0, 0.0]


@pytest.mark.parametrize(
    "fault",
    [
        (500, {}, b"java.util.concurrent.TimeoutException"),
        (502, {}, b"<html>bad gateway</html>"),
        (504, {}, b"gateway timeout"),
        (429, {"Retry-After": "soon"}, b"x"),
        (200, {}, b"<!doctype html><title>Sign in</title>"),
        (200, {}, ANSWER[:-3]),
        (200, {}, ANSWER + b"\nSPARQL-QUERY: java.lang.OutOfMemoryError"),
        (200, {}, b'{"boolean": true}'),
        (200, {}, b'{"head": {"vars": []}, "results": {"bindings": ["row"]}}'),
        (200, {"Content-Length": "100000"}, ANSWER),
        (200, {}, b"[" * 100_000),
    ],
)
def test_a_passing_fault_is_tried_again_and_waits_grow(
    service: Service, fault: tuple[int, dict[str, str], bytes]
) -> None:
    service.played = [fault, fault]
    assert len(rows(service.endpoint(seconds=5).ask(STATES))) == 4
    assert service.waits == [5, 10]


def test_a_fault_that_stays_is_one_clear_error(service: Service) -> None:
    service.played = [(500, {}, b"broken")] * TRIES
    with pytest.raises(EndpointFailed, match=f"no answer in {TRIES} tries.*status 500.*nothing was kept"):
        service.endpoint().ask(STATES)
    assert len(service.asked) == TRIES


@pytest.mark.parametrize(("status", "said"), [(400, "refused"), (401, "refused"), (403, "refused"), (404, "refused")])
def test_a_refusal_is_not_asked_again(service: Service, status: int, said: str) -> None:
    service.played = [(status, {}, b"no")]
    with pytest.raises(EndpointFailed, match=f"{said}.*status {status}"):
        service.endpoint().ask(STATES)
    assert len(service.asked) == 1


def test_a_service_that_wants_an_hour_is_left_alone(service: Service) -> None:
    service.played = [(429, {"Retry-After": "3600"}, b"x")]
    with pytest.raises(EndpointFailed, match="left alone for 3600 seconds"):
        service.endpoint().ask(STATES)
    assert service.waits == []


@pytest.mark.slow
def test_a_service_that_takes_too_long_is_given_up(service: Service) -> None:
    service.slow = 1.5
    with pytest.raises(EndpointFailed, match=r"timed out|within"):
        service.endpoint(seconds=1).ask(STATES)


def test_a_service_that_is_down_is_one_clear_error(service: Service) -> None:
    endpoint = Endpoint("http://127.0.0.1:9/sparql", "https://example.org/", sleep=service.waits.append)
    with pytest.raises(EndpointFailed, match="refused"):
        endpoint.ask(STATES)


# Collecting


def test_what_is_collected_is_read_as_further_names_of_what_is_here(service: Service, tmp_path: Path) -> None:
    collection = tables()
    collect(service.endpoint(), tmp_path / "wikidata", Known(collection))
    collection, account = read(DATASET, folder(tmp_path / "wikidata"), collection)
    state, nato = (collection.entries[ID[name]].record for name in ("state/DEU", "organisation/nato"))
    assert isinstance(state, State)
    assert isinstance(nato, Organisation)
    assert [str(item) for item in state.same_as] == [f"{ENTITY}Q183"]
    assert f"{ENTITY}Q7184" in map(str, nato.same_as)
    assert account.out_of_scope[SEVERAL] == 3  # of two for the Netherlands one is known here; two have one site
    assert not collection.passed_over


def test_sites_are_asked_for_in_batches_and_nobody_elses(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wikidata, "BATCH", 50)
    files = collect(service.endpoint(pause=0.5), tmp_path / "wikidata", Known(tables()))
    sites = [query for query in service.asked if "P856" in query]
    assert len(sites) == sum(path.name.startswith("websites-") for path in files) > 3
    assert all(query.count("<http") <= 51 for query in sites)
    assert not any("nobody.example.org" in query for query in sites)
    assert service.waits == [0.5] * (len(sites) - 1)


def test_a_fault_half_way_keeps_what_was_collected_before(service: Service, tmp_path: Path) -> None:
    whole = tmp_path / "wikidata"
    known = Known(tables())
    collect(service.endpoint(), whole, known)
    before = folder(whole)
    service.played = [(200, {}, b""), (404, {}, b"gone")]
    with pytest.raises(EndpointFailed):
        collect(service.endpoint(), whole, known)
    assert folder(whole) == before
    assert [path.name for path in tmp_path.iterdir()] == ["wikidata"]


# Reading


def answer(*found: tuple[str, str]) -> bytes:
    bindings = [
        {
            "item": {"type": "uri", "value": item if ":" in item else ENTITY + item},
            "value": {"type": "x", "value": value},
        }
        for item, value in found
    ]
    return json.dumps({"head": {"vars": ["item", "value"]}, "results": {"bindings": bindings}}).encode()


def states(*found: tuple[str, str]) -> dict[str, bytes]:
    return {"states-1-of-1.json": answer(*found)}


def refused(collection: Collection) -> list[tuple[str, int, str]]:
    return [(reject.file, reject.line, reject.column) for reject in collection.passed_over]


def test_an_item_is_evidence_for_the_state_with_its_code_and_reading_twice_changes_nothing() -> None:
    collection, account = read(DATASET, states(("Q183", "DEU"), ("Q900009", "QQQ")), tables())
    assert (account.claims, account.evidence, account.out_of_scope) == (0, 1, {NOT_OURS: 1})
    locators = {evidence.locator for _, evidence, _ in collection.entries[ID["state/DEU"]].evidence.values()}
    assert "Q183, P298 = DEU" in locators
    before = sorted(collection.quads())
    again, _ = read(DATASET, states(("Q183", "DEU"), ("Q900009", "QQQ")), collection)
    assert sorted(again.quads()) == before


def test_an_organ_stays_an_organ() -> None:
    given = {"websites-1-of-1.json": answer(("Q900010", "https://ncsc.gov.uk"))}
    collection, account = read(DATASET, given, tables())
    entry = collection.entries[ID["organisation/gbr-ncsc"]]
    assert account.evidence == 1
    assert set(entry.types) == {CG.Organ}


def test_of_several_items_the_one_known_here_is_meant_and_else_none() -> None:
    given = {"websites-1-of-1.json": answer(("Q1065", "https://www.un.org/"), ("Q900011", "http://un.org"))}
    collection, account = read(DATASET, given, tables())
    assert (account.evidence, account.out_of_scope) == (1, {SEVERAL: 1})
    given = {"websites-1-of-1.json": answer(("Q900012", "https://ncsc.gov.uk"), ("Q900013", "https://ncsc.gov.uk"))}
    collection, account = read(DATASET, given, tables())
    assert account.out_of_scope == {SEVERAL: 2}
    record = collection.entries[ID["organisation/gbr-ncsc"]].record
    assert isinstance(record, Organisation)
    assert record.same_as == ()


def test_an_item_other_than_the_one_known_here_is_a_reject() -> None:
    collection, _ = read(DATASET, states(("Q999999", "DEU")), tables())
    assert refused(collection) == [("states-1-of-1.json", 1, "item")]
    assert "Q183" in collection.passed_over[0].reason


@pytest.mark.parametrize("item", ["http://www.wikidata.org/.well-known/genid/1", "Q0", "javascript:alert(1)", "Q1<b>"])
def test_what_is_no_item_is_a_reject(item: str) -> None:
    collection, _ = read(DATASET, states((item, "DEU")), tables())
    assert refused(collection) == [("states-1-of-1.json", 1, "item")]


@pytest.mark.parametrize("value", ["<script>", "=1+1", "\u0000", "x" * 100_000, "https://[::1"])
def test_hostile_identifiers_identify_nothing(value: str) -> None:
    for name in ("states", "websites", "isni", "ror"):
        _, account = read(DATASET, {f"{name}-1-of-1.json": answer(("Q1", value))}, tables())
        assert account.out_of_scope == {NOT_OURS: 1}


def test_a_column_with_another_name_is_a_reject_that_names_it() -> None:
    content = answer(("Q183", "DEU")).replace(b'"item"', b'"thing"')
    collection, account = read(DATASET, {"states-1-of-1.json": content}, tables())
    assert refused(collection) == [("states-1-of-1.json", 1, "item")]
    assert account.rows == 1


@pytest.mark.parametrize(
    "content", [b"", answer(("Q183", "DEU"))[:60], b"<html>", answer().decode().encode("utf-16")[:31]]
)
def test_half_an_answer_is_a_fault_of_the_file(content: bytes) -> None:
    collection, account = read(DATASET, {"states-1-of-1.json": content}, tables())
    assert refused(collection) == [("states-1-of-1.json", 0, "-")]
    assert account.rows == 0


@pytest.mark.parametrize(
    "names", [["states-1-of-2.json"], ["states-2-of-2.json"], ["states-1-of-1.json", "states-1-of-2.json"]]
)
def test_a_set_of_answers_that_is_not_whole_is_not_read(names: list[str]) -> None:
    collection, account = read(DATASET, dict.fromkeys(names, answer(("Q183", "DEU"))), tables())
    assert refused(collection) == [(names[0], 0, "-")]
    assert account.rows == 0


def test_no_answers_at_all_are_told() -> None:
    collection, _ = read(DATASET, {}, tables())
    assert "collect" in collection.passed_over[0].reason


@pytest.mark.slow
def test_a_build_finds_no_fault_in_it(tmp_path: Path) -> None:
    given = states(("Q183", "DEU")) | {"websites-1-of-1.json": answer(("Q900010", "https://ncsc.gov.uk"))}
    collection, _ = read(DATASET, given)
    assert faults(collection, DATASET, tmp_path) == []
