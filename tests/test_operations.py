"""Running the service: its log, its figures, and that it goes over to new data, new code and its end without a loss."""

from __future__ import annotations

import dataclasses
import hashlib
import http.client
import json
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
from flask import Flask
from flask.testing import FlaskClient
from served import Served, serving

from graph.build import Recipe, build
from graph.snapshot import Snapshot
from webapp import log
from webapp.serve import GRACE
from webapp.service import LOOK_EVERY
from webapp.settings import BadSetting, Settings, read_settings

ROOT = Path(__file__).resolve().parents[1]
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DATA_DATE = "SELECT ?day { <https://w3id.org/cybergov/dataset> <https://w3id.org/cybergov/ontology/dataDate> ?day }"


@pytest.fixture(scope="module")
def moving_home(sample_recipe: Recipe, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two snapshots, which are of two days."""
    folder = tmp_path_factory.mktemp("moving")
    build(dataclasses.replace(sample_recipe, data_date=sample_recipe.data_date + timedelta(days=1)), folder)
    build(sample_recipe, folder)
    return folder


@pytest.fixture
def built(home: Path, snapshot: Snapshot) -> Path:
    """A home with the sample's snapshot in it."""
    assert snapshot.path.parent.parent == home
    return home


def point(home: Path, snapshot: Path) -> None:
    link = home / "next"
    link.symlink_to(snapshot)
    link.replace(home / "current")


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def eventually(true: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return bool(found)


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


@dataclasses.dataclass
class Clients:
    """Threads that ask again and again, each over a fresh connection, and what they were told."""

    port: int
    path: str
    headers: dict[str, str]
    told: Counter[tuple[int, bytes]] = dataclasses.field(default_factory=Counter)
    lost: list[str] = dataclasses.field(default_factory=list)

    @contextmanager
    def asking(self, number: int) -> Iterator[None]:
        over = threading.Event()
        threads = [threading.Thread(target=self._ask, args=(over,)) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            over.set()
            for thread in threads:
                thread.join()

    def _ask(self, over: threading.Event) -> None:
        while not over.is_set():
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                line.request("GET", self.path, headers=self.headers)
                answer = line.getresponse()
                self.told[answer.status, answer.read()] += 1
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(repr(error))
            finally:
                line.close()


# The log


def test_a_line_of_the_log_tells_what_a_request_was_and_what_it_cost(built: Path, tmp_path: Path) -> None:
    written = tmp_path / "access.log"
    with serving(built, tmp_path / "out", LOG=written) as served:
        served.get("/queries/forums_of_state?state=EST")
        served.query("ASK { ?s ?p ?o }")
        served.get("/nowhere", f"User-Agent: {'long ' * 100}")
        assert eventually(lambda: len(lines(written)) >= 4)
        snapshot = json.loads(served.get("/health").text)["snapshot"]
    query, asked, missed = lines(written)[-4:-1]
    assert (query["method"], query["path"], query["route"]) == ("GET", "/queries/forums_of_state", "/queries/<name>")
    assert (query["query"], query["status"], query["snapshot"]) == ("forums_of_state", 200, snapshot)
    assert 0 < float(str(query["engine_seconds"])) <= float(str(query["seconds"]))
    assert int(str(query["bytes"])) > 1000
    assert str(query["time"]).endswith("+00:00")
    assert asked["query_sha256"] == hashlib.sha256(b"ASK { ?s ?p ?o }").hexdigest()[:16]
    assert "ASK" not in written.read_text()
    assert missed["status"] == 404
    assert len(str(missed["agent"])) == 120


def test_no_client_can_forge_a_line_of_the_log(built: Path, tmp_path: Path) -> None:
    written = tmp_path / "access.log"
    with serving(built, tmp_path / "out", LOG=written) as served:
        served.get('/%0a{"status":200}%e2%80%a8{"a":1}', 'User-Agent: x"}\t{"status": 200}')
        served.get("/search?q=%0d%0a{}", 'Referer: {"x": 1}')
        assert eventually(lambda: "/search" in written.read_text())
    assert '\\"status\\"' in written.read_text()
    assert all(line.startswith('{"time"') for line in written.read_text().splitlines())


@pytest.mark.parametrize(
    ("address", "kept", "shown"),
    [
        ("192.0.2.77", "network", "192.0.2.0/24"),
        ("2001:db8:1:2::7", "network", "2001:db8:1::/48"),
        ("192.0.2.77", "whole", "192.0.2.77"),
        ("192.0.2.77", "none", None),
        ("unknown\n", "whole", None),
    ],
)
def test_as_much_of_an_address_is_kept_as_is_wanted(address: str, kept: str, shown: str | None) -> None:
    assert log.shortened(address, kept) == shown


def test_behind_a_proxy_on_this_machine_the_log_has_its_clients_network(built: Path, tmp_path: Path) -> None:
    written = tmp_path / "access.log"
    with serving(built, tmp_path / "out", LOG=written) as served:
        served.get("/robots.txt", "X-Forwarded-For: 203.0.113.9, 198.51.100.7")
        assert eventually(lambda: "198.51.100.0/24" in written.read_text())
    assert "203.0.113" not in written.read_text()


def test_nothing_is_logged_unless_wanted_and_no_whole_address_even_of_who_sends_nonsense(
    built: Path, tmp_path: Path
) -> None:
    with serving(built, tmp_path / "out") as served:
        served.get("/robots.txt")
        served.send(b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: y\r\n\r\n")
    said = (tmp_path / "out").read_text()
    assert "robots" not in said
    assert "Invalid request from 127.0.0.0/24:" in said


def test_a_log_that_was_moved_away_is_opened_anew_on_a_signal_and_no_line_is_lost(built: Path, tmp_path: Path) -> None:
    written, old = tmp_path / "access.log", tmp_path / "access.log.1"
    with serving(built, tmp_path / "out", LOG=written) as served:
        for _ in range(5):
            served.get("/robots.txt")
        assert eventually(lambda: "robots" in written.read_text())
        written.rename(old)
        served.process.send_signal(signal.SIGUSR1)
        assert eventually(written.exists)
        assert eventually(lambda: served.get("/robots.txt") and written.read_text().count("robots") >= 5)
    assert all(json.loads(line) for line in [*old.read_text().splitlines(), *written.read_text().splitlines()])


# The figures


def figure(text: str, name: str) -> float:
    """Return the sum of a figure over the labels that are not named."""
    found = [line.rpartition(" ") for line in text.splitlines() if line.startswith(name)]
    return sum(float(value) for _, _, value in found)


@pytest.mark.slow
def test_figures_are_of_all_processes_together(built: Path, tmp_path: Path) -> None:
    with serving(built, tmp_path / "out") as served:
        folder = next(path for path in Path(tempfile.gettempdir()).glob("cybergov-figures-*") if holds(path, served))
        number = 0
        while len(list(folder.glob("counter_*.db"))) < 2 and number < 500:
            number += 1
            served.get("/robots.txt")
        text = served.get("/metrics").text
        assert figure(text, 'cybergov_requests_total{method="GET",route="/robots.txt",status="200"}') == number
        assert figure(text, 'cybergov_request_seconds_count{route="/robots.txt"}') == number
        assert figure(text, 'cybergov_processes{role="app"}') == 3
        assert figure(text, 'cybergov_resident_memory_bytes{role="app"}') > 100e6
    assert eventually(lambda: not folder.exists())


def holds(folder: Path, served: Served) -> bool:
    children = {str(pid) for pid in served.children()}
    return any(path.stem.rpartition("_")[2] in children for path in folder.iterdir())


@pytest.mark.slow
def test_figures_tell_how_queries_ended_and_on_which_data(built: Path, tmp_path: Path) -> None:
    with serving(built, tmp_path / "out", deadline=3, max_megabytes=1) as served:
        served.query("ASK { ?s ?p ?o }")
        served.query("SELECT * {")
        served.query(RUNAWAY)
        served.query("SELECT * { ?s ?p ?o }")
        text = served.get("/metrics").text
        health = json.loads(served.get("/health").text)
    for outcome in ("ok", "syntax", "timeout", "too large"):
        assert figure(text, f'cybergov_queries_total{{engine="public",outcome="{outcome}"}}') == 1, outcome
    assert figure(text, 'cybergov_query_seconds_count{engine="public"}') == 4
    assert figure(text, 'cybergov_queries_in_progress{engine="public"}') == 0
    assert figure(text, 'cybergov_processes{role="worker"}') >= 1
    assert f'snapshot="{health["snapshot"]}"' in text
    assert 0 < time.time() - figure(text, "cybergov_snapshot_built_timestamp_seconds") < 3600


def test_what_clients_make_up_does_not_multiply_the_figures(client: FlaskClient) -> None:
    def series() -> set[str]:
        text = client.get("/metrics").text
        return {line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")}

    series()
    client.get("/made/up/0"), client.open("/", method="MADEUP0"), client.get("/doc/made-up/0")
    before = series()
    for number in range(1, 20):
        client.get(f"/made/up/{number}"), client.open("/", method=f"MADEUP{number}")
        client.get(f"/doc/made-up/{number}"), client.get(f"/search?q={number}")
    assert {one for one in series() - before if "search" not in one} == set()


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_figures_are_not_shown_through_a_proxy_nor_to_another_machine(client: FlaskClient, header: str) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
    refused = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert refused.status_code == 403
    assert "CYBERGOV_METRICS" in refused.text


def test_figures_are_shown_to_all_where_that_is_wanted_and_never_kept(app: Flask) -> None:
    service = app.extensions["service"]
    settings = service.settings
    service.settings = dataclasses.replace(settings, metrics="all")
    try:
        answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    finally:
        service.settings = settings
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("name", ["CYBERGOV_METRICS", "CYBERGOV_LOG_ADDRESSES"])
def test_a_setting_with_a_choice_takes_nothing_else(name: str) -> None:
    with pytest.raises(BadSetting, match=f"{name} is 'everybody'; one of .* is needed"):
        read_settings({name: "everybody"})


# Moving on


@pytest.mark.slow
@pytest.mark.parametrize("turns", [2, 20])
def test_a_new_snapshot_comes_without_a_lost_request_and_each_answer_is_of_one(
    moving_home: Path, tmp_path: Path, turns: int
) -> None:
    snapshots = sorted((moving_home / "snapshots").iterdir())
    with serving(moving_home, tmp_path / "out") as served:
        queries = Clients(served.port, f"/sparql?format=csv&query={quote(DATA_DATE)}", {})
        pages = Clients(served.port, "/data", {"Accept": "text/html"})
        with queries.asking(2), pages.asking(2):
            for turn in range(turns):
                point(moving_home, snapshots[turn % 2])
                time.sleep(LOOK_EVERY + 0.2)
    for clients in (queries, pages):
        assert clients.lost == []
        assert {status for status, _ in clients.told} == {200}
    assert len(queries.told) == 2
    assert min(queries.told.values()) > 10
    assert "ERROR" not in (tmp_path / "out").read_text()


@pytest.mark.slow
def test_a_reload_brings_new_code_and_loses_no_request(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    for package in ("graph", "loaders", "ontology", "queries", "webapp"):
        shutil.copytree(ROOT / package, code / package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("served.ROOT", code)
    with serving(built, tmp_path / "out") as served:
        before = served.children()
        clients = Clients(served.port, "/health", {})
        with clients.asking(4):
            time.sleep(1)
            pages = code / "webapp" / "pages.py"
            pages.write_text(pages.read_text().replace('"ok" if working', '"very well" if working'))
            served.process.send_signal(signal.SIGHUP)
            assert eventually(lambda: before.isdisjoint(served.children()), 40)
            time.sleep(1)
        assert json.loads(served.get("/health").text)["status"] == "very well"
    assert clients.lost == []
    assert {status for status, _ in clients.told} == {200}
    assert {json.loads(body)["status"] for _, body in clients.told} == {"ok", "very well"}


# The end


@pytest.mark.slow
def test_the_end_waits_for_a_query_that_runs_and_leaves_no_process(built: Path, tmp_path: Path) -> None:
    with serving(built, tmp_path / "out") as served:
        everyone, answers = family(psutil.Process(served.process.pid)), []
        path = f"/sparql?timeout=2&query={quote(RUNAWAY)}"
        thread = threading.Thread(target=lambda: answers.append(served.get(path)))
        thread.start()
        assert eventually(lambda: len(family(everyone[0])) > len(everyone))
        everyone = family(everyone[0])
        served.process.send_signal(signal.SIGTERM)
        thread.join()
        assert answers[0].status == 504
        assert served.process.wait(20) == 0
        assert eventually(lambda: not any(one.is_running() for one in everyone), 5)


@pytest.mark.slow
def test_when_the_first_process_is_killed_all_others_end(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where what it can't clear away any more is left
    with serving(built, tmp_path / "out") as served:
        served.query("ASK { ?s ?p ?o }")
        everyone = family(psutil.Process(served.process.pid))
        assert len(everyone) > 3
        served.process.kill()
        served.process.wait()
        assert eventually(lambda: not any(one.is_running() for one in everyone), 10)


# Headers


def answers(client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """Every kind of answer there is."""
    yield "page", client.get("/", headers={"Accept": "text/html"})
    tag = client.get("/data").headers["ETag"]
    yield "not modified", client.get("/data", headers={"If-None-Match": tag})
    yield "style", client.get("/static/style.css")
    yield "dump", client.get("/dumps/statements.nq.gz")
    yield "part of a dump", client.get("/dumps/statements.nq.gz", headers={"Range": "bytes=0-9"})
    yield "redirect", client.get("/id/state/EST")
    yield "graph", client.get("/doc/state/EST.ttl")
    yield "result", client.get("/sparql", query_string={"query": "ASK {}"})
    yield "syntax error", client.get("/sparql", query_string={"query": "ASK"})
    yield "missing", client.get("/nowhere")
    yield "missing page", client.get("/nowhere", headers={"Accept": "text/html"})
    yield "wrong method", client.delete("/sparql")
    yield "too large", client.post("/sparql", data=b" " * 2_000_000, content_type="application/sparql-query")
    yield "preflight", client.options("/sparql")
    yield "head", client.head("/states")
    yield "figures", client.get("/metrics")
    yield "health", client.get("/health")


def test_every_kind_of_answer_has_the_security_headers_and_none_that_closes_the_data(client: FlaskClient) -> None:
    for kind, answer in answers(client):
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';"), kind
        assert not re.search("unsafe|\\*|http", policy), kind
        assert "data:" not in policy.replace("img-src 'self' data: blob:;", ""), kind  # pictures that the editor draws
        assert headers["X-Content-Type-Options"] == "nosniff", kind
        assert headers["Referrer-Policy"] == "same-origin", kind
        assert "camera=()" in headers["Permissions-Policy"], kind
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", kind
        assert headers["Cross-Origin-Resource-Policy"] == "cross-origin", kind
        assert headers["Access-Control-Allow-Origin"] == "*", kind
        assert "Access-Control-Allow-Credentials" not in headers, kind
        assert "Set-Cookie" not in headers, kind
        assert "Strict-Transport-Security" not in headers, kind  # the proxy's to say, who knows of https
        answer.close()


# What the manual says

MANUAL = (ROOT / "webapp" / "OPERATING.md").read_text(encoding="utf-8")


def test_the_units_of_the_manual_are_ones_that_systemd_reads(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    units = re.findall(r"```ini\n# /etc/systemd/system/(.*?)\n(.*?)```", MANUAL, re.DOTALL)
    assert len(units) == 3
    for name, text in units:
        (tmp_path / name).write_text(re.sub(r"/opt/cybergov/bin/\w+", "/bin/true", text))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / name for name, _ in units)], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_manual_names_settings_and_figures_that_there_are(client: FlaskClient) -> None:
    known = {f"CYBERGOV_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    assert set(re.findall(r"CYBERGOV_[A-Z_]+", MANUAL)) <= known
    shown = client.get("/metrics").text
    for name in set(re.findall(r"cybergov_[a-z_]+", MANUAL)) - {"cybergov_request_seconds_bucket"}:
        assert f"# HELP {name.removesuffix('_total')}" in shown, name


def test_systemd_waits_longer_than_the_longest_query() -> None:
    (seconds,) = re.findall(r"TimeoutStopSec=(\d+)", MANUAL)
    assert int(seconds) > Settings().longest + GRACE
