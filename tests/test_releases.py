"""Releases: named once and for ever, whole or not there, and each answers with its own data."""

from __future__ import annotations

import dataclasses
import gzip
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psutil
import pytest
import tiny
from flask import Flask
from flask.testing import FlaskClient
from rdflib import FOAF, Graph
from test_remote import endpoint  # noqa: F401
from werkzeug.test import TestResponse

from graph import releases as module
from graph.build import build
from graph.engine import LocalEngine
from graph.releases import (
    KEPT,
    STATEMENTS,
    STORES,
    Release,
    ReleaseRefused,
    UnknownRelease,
    find,
    hold,
    opened,
    release,
    releases,
    restore,
    store_of,
)
from graph.snapshot import KEPT as KEPT_SNAPSHOTS
from graph.snapshot import BuildRunning, DamagedSnapshot, Snapshot, current, new_snapshot, snapshots
from loaders.curated import Retired
from webapp import cli, linked
from webapp.app import create_app
from webapp.descriptions import SD
from webapp.service import open_service
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
MAY = date(2026, 5, 3)
EST = "https://w3id.org/cybergov/id/state/EST"
LVA = "https://w3id.org/cybergov/id/state/LVA"
Command = Callable[..., tuple[int, str, str]]
NAMES = 'SELECT ?name { ?s a <https://w3id.org/cybergov/ontology/State> ; <http://www.w3.org/2000/01/rdf-schema#label> ?name FILTER(LANG(?name) = "en") } ORDER BY ?name'  # noqa: E501
NO_NAMES = [
    "",
    ".",
    "..",
    "../2026.05",
    "%2e%2e",
    "/etc",
    "2026.5",
    "2026.13",
    "2026.05.0",
    "2026.05/..",
    "2026.05\0",
    "current",
    "٢٠٢٦.05",
    "2026.05\n",
]


def built(folder: Path, *states: dict[str, str]) -> Snapshot:
    """Build a few states into the home of a folder."""
    return build(tiny.write(folder, *states), folder / "home")[0]


def named(folder: Path, name: str, *states: dict[str, str]) -> Release:
    """Build a few states and release them."""
    built(folder, *states)
    return release(folder / "home", name, (), MAY)[0]


def states(store: Path) -> list[str]:
    with LocalEngine(store, workers=1, deadline=10, max_bytes=10**6, memory=10**9, queue_limit=1) as engine:
        rows = json.loads(engine.select(NAMES))["results"]["bindings"]
    return [row["name"]["value"] for row in rows]


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Making one


def test_a_release_keeps_what_cannot_be_made_again(snapshot: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(snapshot.path, tmp_path / "snapshots" / snapshot.id)
    (tmp_path / "current").symlink_to(Path("snapshots") / snapshot.id)
    made, is_new = release(tmp_path, None, (), MAY)
    assert (made.name, made.id, is_new) == ("2026.05", snapshot.id, True)
    assert set(everything(made.path)) == {*KEPT, "manifest.json", "release.json"}
    assert made.manifest() == snapshot.manifest()
    assert gzip.decompress((made.path / STATEMENTS).read_bytes()) == snapshot.statements.read_bytes()
    made.verify()
    shutil.rmtree(tmp_path / "snapshots")
    with opened(tmp_path, find(tmp_path, "2026.05")) as store:
        assert states(store) == states(snapshot.store)


def test_names_of_a_month_are_counted_up(tmp_path: Path) -> None:
    made = []
    for number in range(3):
        built(tmp_path, {**tiny.ESTONIA, "name": f"Estonia {number}"})
        made.append(release(tmp_path / "home", None, (), MAY)[0].name)
    assert made == ["2026.05", "2026.05.1", "2026.05.2"]
    assert [one.name for one in releases(tmp_path / "home")] == made


def test_releases_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    for name in ("2026.10", "2026.10.10", "2026.10.9", "2025.12", "2026.09"):
        release(tmp_path / "home", name, (), MAY)
    assert [one.name for one in releases(tmp_path / "home")] == [
        "2025.12", "2026.09", "2026.10", "2026.10.9", "2026.10.10",
    ]  # fmt: skip


def test_the_same_snapshot_is_not_released_twice_by_default(tmp_path: Path) -> None:
    first = named(tmp_path, "2026.04", tiny.ESTONIA)
    assert release(tmp_path / "home", None, (), MAY) == (first, False)
    assert release(tmp_path / "home", "2026.04", (), MAY) == (first, False)
    second, is_new = release(tmp_path / "home", "2026.05", (), MAY)
    assert (second.name, second.id, is_new) == ("2026.05", first.id, True)


def test_a_release_is_never_overwritten(tmp_path: Path) -> None:
    first = named(tmp_path, "2026.05", tiny.ESTONIA)
    before = everything(first.path)
    newer = built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    with pytest.raises(ReleaseRefused, match=rf"is snapshot {first.id} and stays so; the current one is {newer.id}"):
        release(tmp_path / "home", "2026.05", (), MAY)
    assert everything(first.path) == before


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none_is_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    built(tmp_path, tiny.ESTONIA)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ReleaseRefused, match=r"is no name of a release; it must be like 2026\.05"):
        release(tmp_path / "home", name, (), MAY)
    with pytest.raises(UnknownRelease, match="There is none yet"):
        find(tmp_path / "home", name)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_private_snapshot_cannot_be_released_nor_found_by_its_hash(tmp_path: Path) -> None:
    recipe = dataclasses.replace(tiny.write(tmp_path, tiny.ESTONIA), public=False)
    private, _ = build(recipe, tmp_path / "home")
    with pytest.raises(ReleaseRefused, match="is private"):
        release(tmp_path / "home", None, (), MAY)
    with pytest.raises(UnknownRelease):
        find(tmp_path / "home", private.id)


def test_a_damaged_snapshot_cannot_be_released(tmp_path: Path) -> None:
    snapshot = built(tmp_path, tiny.ESTONIA)
    with snapshot.search.open("ab") as file:
        file.write(b"x")
    with pytest.raises(DamagedSnapshot, match=r"search\.sqlite"):
        release(tmp_path / "home", None, (), MAY)
    assert releases(tmp_path / "home") == []


def test_an_identifier_must_not_vanish_without_a_row(tmp_path: Path) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA, tiny.LATVIA)
    built(tmp_path, tiny.ESTONIA)
    with pytest.raises(ReleaseRefused, match=rf"of release 2026\.04 are gone(?s:.)*retired\.csv(?s:.)*{LVA}"):
        release(tmp_path / "home", None, (), MAY)
    evidence = [iri for iri in module._identifiers(find(tmp_path / "home", "2026.04")) if "/evidence/" in iri]
    assert release(tmp_path / "home", None, {LVA, *evidence}, MAY)[1]


def test_a_release_and_a_build_exclude_each_other(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    with new_snapshot(tmp_path / "home"), pytest.raises(BuildRunning, match="or a release is being made") as refusal:
        release(tmp_path / "home", None, (), MAY)
    assert refusal.value.exit_code == 4


# What goes wrong


KILLED = """
import os, signal, sys, pathlib, datetime, shutil
sys.path[:0] = [sys.argv[1]]
from graph import releases
count = 0
def dying(real):
    def call(*arguments, **options):
        global count
        count += 1
        if count == int(sys.argv[4]):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    return call
if sys.argv[3] == "rename":
    pathlib.Path.rename = dying(pathlib.Path.rename)
else:
    shutil.copyfile = dying(shutil.copyfile)
releases.release(pathlib.Path(sys.argv[2]), None, (), datetime.date(2026, 5, 3))
"""


@pytest.mark.parametrize(("step", "time"), [("copyfile", 1), ("copyfile", 3), ("copyfile", 6), ("rename", 1)])
def test_kill_9_leaves_nothing_half(tmp_path: Path, step: str, time: int) -> None:
    snapshot = built(tmp_path, tiny.ESTONIA)
    command = [sys.executable, "-c", KILLED, str(ROOT), str(tmp_path / "home"), step, str(time)]
    assert subprocess.run(command, timeout=60, capture_output=True).returncode == -signal.SIGKILL
    assert [path.suffix for path in (tmp_path / "home" / "releases").iterdir()] == [".unfinished"]
    assert releases(tmp_path / "home") == []
    made, is_new = release(tmp_path / "home", None, (), MAY)
    assert (made.id, is_new) == (snapshot.id, True)
    made.verify()
    assert [path.name for path in (tmp_path / "home" / "releases").iterdir()] == ["2026.05"]


def limited(limit: int) -> Callable[[], None]:
    """Stand for a full disk: no file may grow beyond a size."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


def test_a_full_disk_is_told_in_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    done = subprocess.run(
        [sys.executable, "-m", "webapp.cli", "release"], cwd=ROOT, preexec_fn=limited(2_000), text=True,
        env=os.environ | {"CYBERGOV_HOME": str(tmp_path / "home")}, capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("cybergov: ")
    assert done.stderr.count("\n") == 1
    assert "ree space" in done.stderr
    assert list((tmp_path / "home" / "releases").iterdir()) == []


def test_pruning_of_snapshots_leaves_releases_as_they_are(tmp_path: Path) -> None:
    first = named(tmp_path, "2026.04", tiny.ESTONIA)
    before = everything(first.path)
    for number in range(KEPT_SNAPSHOTS + 1):
        built(tmp_path, {**tiny.ESTONIA, "name": f"Estonia {number}"})
    assert first.id not in [path.name for path in snapshots(tmp_path / "home")]
    assert everything(first.path) == before
    with opened(tmp_path / "home", find(tmp_path / "home", "2026.04")) as store:
        assert states(store) == ["Estonia"]


@pytest.mark.parametrize("damage", ["cut", "other statements", "gone", "other manifest"])
def test_a_changed_release_is_not_opened(tmp_path: Path, damage: str) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    path = made.path / STATEMENTS
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif damage == "other statements":
        path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"Estonia", b"Estland")))
    elif damage == "gone":
        path.unlink()
    else:
        (made.path / "manifest.json").write_text("{")
    with pytest.raises((DamagedSnapshot, FileNotFoundError)):
        restore(tmp_path / "home", made)
    folder = store_of(tmp_path / "home", made).parent
    assert [path for path in folder.iterdir() if path.is_dir()] == []
    with pytest.raises((DamagedSnapshot, FileNotFoundError)):
        made.verify()


# Finding and opening one


def test_a_release_is_found_by_name_and_a_kept_snapshot_by_its_whole_hash(tmp_path: Path) -> None:
    old = named(tmp_path, "2026.04", tiny.ESTONIA)
    kept = built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    home = tmp_path / "home"
    assert find(home, "2026.04") == find(home, old.id) == old
    assert find(home, kept.id).path == kept.path
    for name in (kept.id[:8], "current", "2026.05", f"{kept.id}.unfinished", f"../snapshots/{kept.id}"):
        with pytest.raises(UnknownRelease, match=r"There are: 2026\.04"):
            find(home, name)


def test_two_releases_answer_with_their_own_data(tmp_path: Path) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA)
    named(tmp_path, "2026.05", tiny.ESTONIA, tiny.LATVIA)
    home = tmp_path / "home"
    for name, expected in (("2026.04", ["Estonia"]), ("2026.05", ["Estonia", "Latvia"])):
        with opened(home, find(home, name)) as store:
            assert states(store) == expected
            assert store.is_relative_to(home / "cache")


def test_the_store_of_a_release_is_made_once(tmp_path: Path) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    home = tmp_path / "home"
    assert hold(store_of(home, made)) is None
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=restore, args=(home, made)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
        assert one.exitcode == 0
    first = os.stat(store_of(home, made)).st_ino
    restore(home, made)
    assert os.stat(store_of(home, made)).st_ino == first
    assert [path.name for path in store_of(home, made).parent.iterdir() if path.is_dir()] == [made.id]


def test_what_a_killed_restoring_left_is_swept_away(tmp_path: Path) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    store = store_of(tmp_path / "home", made)
    for left in (store.with_suffix(".unfinished"), store.with_name("0123456789abcdef.unfinished")):
        (left / "store").mkdir(parents=True)
        (left / "store" / "CURRENT").write_text("half")
    restore(tmp_path / "home", made)
    assert [path.name for path in store.parent.iterdir() if path.is_dir()] == [made.id]
    assert states(store) == ["Estonia"]


def test_only_a_few_stores_lie_ready_and_none_that_is_held_is_removed(tmp_path: Path) -> None:
    home, made = tmp_path / "home", []
    for number in range(STORES + 2):
        made.append(named(tmp_path, f"2026.{number + 1:02}", {**tiny.ESTONIA, "name": f"Estonia {number}"}))
    stores = [store_of(home, one) for one in made]
    restore(home, made[0])
    with hold(stores[0]) or pytest.fail("it is there"):
        for number, one in enumerate(made[1:], 1):
            restore(home, one)
            os.utime(stores[number], (1_700_000_000 + number, 1_700_000_000 + number))
        os.utime(stores[0], (1, 1))
        assert (stores[0] / "CURRENT").exists()
    assert [store.exists() for store in stores].count(True) <= STORES + 1
    restore(home, made[1])
    assert [store.exists() for store in stores].count(True) <= STORES
    assert stores[1].exists()


# The command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the command in the home of a folder of its own."""
    monkeypatch.setenv("CYBERGOV_HOME", str(tmp_path / "home"))

    def runner(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        return cli.main(arguments), *capsys.readouterr()

    return runner


def test_the_command_releases_and_says_so(tmp_path: Path, run: Command) -> None:
    assert run("release")[0] == 3, "there is no snapshot"
    snapshot = built(tmp_path, tiny.ESTONIA)
    code, out, _ = run("release", "2026.05")
    assert (code, f"Release 2026.05 is snapshot {snapshot.id}" in out) == (0, True)
    code, out, _ = run("release")
    assert (code, "is release 2026.05 already; nothing was done" in out) == (0, True)
    built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    code, out, err = run("release", "2026.05")
    assert (code, out) == (2, "")
    assert "Give it another name" in err
    month = time.strftime("%Y.%m", time.gmtime())
    assert f"Release {month} is snapshot" in run("release")[1]


@pytest.mark.parametrize("name", [name for name in NO_NAMES if "\0" not in name])
def test_the_command_refuses_what_is_no_name(tmp_path: Path, run: Command, name: str) -> None:
    built(tmp_path, tiny.ESTONIA)
    code, out, err = run("release", name)
    assert (code, out) == (2, "")
    assert err.startswith("cybergov: ")


def test_the_command_asks_a_release(tmp_path: Path, run: Command) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA)
    built(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    (tmp_path / "names.rq").write_text(NAMES)
    assert run("sparql", str(tmp_path / "names.rq"), "--release", "2026.04")[1].split() == ["name", "Estonia"]
    assert run("sparql", str(tmp_path / "names.rq"))[1].split() == ["name", "Estonia", "Latvia"]
    found = run("sparql", str(tmp_path / "names.rq"), "--release", current(tmp_path / "home").id)[1]
    assert found.split() == ["name", "Estonia", "Latvia"]
    code, out, err = run("sparql", str(tmp_path / "names.rq"), "--release", "2026.05")
    assert (code, out) == (3, "")
    assert "There are: 2026.04." in err
    assert run("query", "forums_of_state", "state=EST", "--release", "2026.04")[0] == 0
    assert run("query", "forums_of_state", "state=EST", "--release", "../2026.04")[0] == 3


def test_the_command_asks_the_engine_of_the_settings(
    endpoint: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Command,
) -> None:
    """There is no snapshot in this home: what answers can only be the engine."""
    monkeypatch.setenv("CYBERGOV_ENGINE", endpoint)
    code, out, err = run("query", "members_of_forum", "forum=forum/foc")
    assert code == 0, err
    assert "Estonia" in out
    (tmp_path / "names.rq").write_text(NAMES)
    assert "Estonia" in run("sparql", str(tmp_path / "names.rq"))[1]
    monkeypatch.setenv("CYBERGOV_ENGINE", "http://127.0.0.1:9/sparql")
    code, out, err = run("sparql", str(tmp_path / "names.rq"))
    assert (code, out) == (7, "")
    assert "can't be reached" in err


def test_a_release_is_asked_here_whatever_the_engine_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Command
) -> None:
    named(tmp_path, "2026.04", tiny.ESTONIA)
    monkeypatch.setenv("CYBERGOV_ENGINE", "http://127.0.0.1:9/sparql")
    (tmp_path / "names.rq").write_text(NAMES)
    assert run("sparql", str(tmp_path / "names.rq"), "--release", "2026.04")[1].split() == ["name", "Estonia"]


# On the web


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two releases, the first no longer kept as a snapshot, and a newer snapshot that is current."""
    folder = tmp_path_factory.mktemp("shop")
    first = named(folder, "2026.04", {**tiny.ESTONIA, "name": "Estonia in April"})
    named(folder, "2026.05", {**tiny.ESTONIA, "name": "Estonia in May"}, tiny.LATVIA)
    built(folder, {**tiny.ESTONIA, "name": "Estonia in June"}, tiny.LATVIA)
    shutil.rmtree(folder / "home" / "snapshots" / first.id)
    return folder / "home"


def opened_app(home: Path, **options: Any) -> Flask:
    app = create_app(open_service(Settings(home=home, cache_megabytes=0, **options)))
    app.testing = True
    return app


@pytest.fixture(scope="module")
def site(shop: Path) -> Iterator[Flask]:
    app = opened_app(shop)
    yield app
    app.extensions["releases"].shelf.close()


@pytest.fixture
def web(site: Flask) -> FlaskClient:
    return site.test_client()


def patient(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    """Ask until the release is open, as its answers say one should."""
    for _ in range(200):
        response = client.get(path, **options)
        if response.status_code != 503:
            return response
        assert "is being opened" in response.text
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Cache-Control"] == "no-store"
        time.sleep(0.1)
    raise AssertionError(f"{path} was never opened")


def names(response: TestResponse) -> list[str]:
    return [row["name"]["value"] for row in json.loads(response.data)["results"]["bindings"]]


def test_whoever_asks_first_is_told_to_come_back_and_others_are_served_meanwhile(shop: Path) -> None:
    shutil.rmtree(shop / "cache" / "releases", ignore_errors=True)
    app = opened_app(shop)
    client = app.test_client()
    first = client.get("/release/2026.04/doc/state/EST", headers={"Accept": "text/html"})
    assert first.status_code == 503
    assert "Release 2026.04 is being opened" in first.text
    assert first.headers["Refresh"] == first.headers["Retry-After"] == "3"
    begun = time.monotonic()
    assert "Estonia in June" in client.get("/doc/state/EST").text
    assert time.monotonic() - begun < 2
    assert "Estonia in April" in patient(client, "/release/2026.04/doc/state/EST").text
    app.extensions["releases"].shelf.close()


def test_two_releases_and_the_current_data_answer_each_with_their_own(web: FlaskClient) -> None:
    for root, month in (("/release/2026.04", "April"), ("/release/2026.05", "May"), ("", "June")):
        for path in ("/doc/state/EST", "/doc/state/EST.ttl", "/doc/state/EST.json", "/doc/state/EST.csv"):
            text = patient(web, root + path).text
            assert f"Estonia in {month}" in text, root + path
            assert sum(f"Estonia in {other}" in text for other in ("April", "May", "June")) == 1
        found = names(patient(web, f"{root}/sparql", query_string={"query": NAMES}))
        assert found[0] == f"Estonia in {month}"
        assert len(found) == (1 if month == "April" else 2)
        assert names(web.post(f"{root}/sparql", data={"query": NAMES})) == found


def test_asking_again_gives_each_its_own_too(web: FlaskClient) -> None:
    """What a process keeps of documents must not be mixed up."""
    for _ in range(2):
        for root, month in (("", "June"), ("/release/2026.05", "May"), ("/release/2026.04", "April")):
            assert f"Estonia in {month}" in patient(web, f"{root}/doc/state/EST").text


def test_what_a_release_lacks_is_404_there_and_names_lead_inside(web: FlaskClient) -> None:
    assert web.get("/doc/state/LVA").status_code == 200
    missing = patient(web, "/release/2026.04/doc/state/LVA", headers={"Accept": "text/html"})
    assert missing.status_code == 404
    near = patient(web, "/release/2026.04/doc/state/ESTT", headers={"Accept": "text/html"})
    assert (near.status_code, 'href="/release/2026.04/doc/state/EST"' in near.text) == (404, True)


def test_tags_name_the_snapshot_of_the_release(web: FlaskClient) -> None:
    tags = {}
    for path in ("/doc/state/EST", "/doc/state/EST.ttl", "/sparql?query=ASK{}"):
        for root in ("/release/2026.04", "/release/2026.05", ""):
            response = patient(web, root + path)
            tags[root + path] = response.headers["ETag"]
            again = web.get(root + path, headers={"If-None-Match": response.headers["ETag"]})
            assert (again.status_code, again.data) == (304, b"")
            expected = "public, max-age=86400, must-revalidate" if root else "public, max-age=60, must-revalidate"
            assert response.headers["Cache-Control"] == expected
    assert len(set(tags.values())) == len(tags)


def test_a_client_that_has_the_answer_is_told_so_without_opening_the_release(shop: Path) -> None:
    app = opened_app(shop)
    tag = patient(app.test_client(), "/release/2026.04/doc/state/EST.ttl").headers["ETag"]
    app.extensions["releases"].shelf.close()
    again = app.test_client().get("/release/2026.04/doc/state/EST.ttl", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert app.extensions["releases"].shelf.open() == []


def test_links_stay_inside_or_say_that_they_lead_to_what_is_current(web: FlaskClient) -> None:
    response = patient(web, "/release/2026.05/doc/state/EST", headers={"Accept": "text/html"})
    page = response.text
    main = page[page.index("<main") : page.index("</main>")]
    inside = re.findall(r'(?:href|action)="(/[^"]*)"', main)
    assert inside
    current_only = ("/vocab/", "/ontology/", "/report?")  # an error is reported on the site of today
    assert [href for href in inside if not href.startswith(("/release/2026.05/", *current_only))] == []
    for href in inside:
        if href.startswith("/release/"):
            assert patient(web, href.replace("&amp;", "&").partition("#")[0]).status_code == 200, href
    banner = page[page.index('<aside class="banner"') : page.index("<main")]
    assert "release 2026.05" in banner
    assert "with facts as of" in banner
    assert 'href="/doc/state/EST">The same address today' in banner
    assert "menu, the search, the ontology and the code lists lead to today" in banner
    assert '<meta name="robots" content="noindex">' in page
    links = ", ".join(response.headers.getlist("Link"))
    assert '</doc/state/EST>; rel="latest-version"' in links
    assert '</release/2026.05/doc/state/EST.ttl>; rel="alternate"' in links
    assert '</release/2026.05/dumps/void.ttl>; rel="describedby"' in links
    assert "banner" not in web.get("/doc/state/EST").text
    assert "latest-version" not in str(web.get("/doc/state/EST").headers)


def test_an_identifier_leads_on_inside(web: FlaskClient) -> None:
    response = web.get("/release/2026.05/id/state/EST")
    assert (response.status_code, response.location) == (303, "/release/2026.05/doc/state/EST")
    assert patient(web, "/release/2026.05/id/state/NIX", follow_redirects=True).status_code == 404
    by_case = patient(web, "/release/2026.05/doc/state/est")
    assert (by_case.status_code, by_case.location) == (308, "/release/2026.05/doc/state/EST")
    slashed = web.get("/release/2026.05/")
    assert (slashed.status_code, slashed.location) == (308, "/release/2026.05")


def test_an_identifier_that_was_given_up_later_is_still_what_it_was(
    web: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient(web, "/release/2026.05/doc/state/EST")
    monkeypatch.setattr(linked, "retired", lambda: {EST: Retired("", "a made-up reason")})
    assert web.get("/doc/state/EST").status_code == 410
    assert web.get("/release/2026.05/doc/state/EST.nt").status_code == 200


def test_the_endpoint_of_a_release_describes_itself_and_has_an_editor(web: FlaskClient) -> None:
    told = Graph().parse(data=web.get("/release/2026.05/sparql", headers={"Accept": "text/turtle"}).data)
    (place,) = told.objects(None, SD.endpoint)
    assert str(place) == "http://localhost/release/2026.05/sparql"
    editor = web.get("/release/2026.05/sparql", headers={"Accept": "text/html"}).text
    assert 'action="/release/2026.05/sparql"' in editor
    assert "of release 2026.05" in editor
    asked = patient(web, "/release/2026.05/sparql?query=SELECT+*+{}", headers={"Accept": "text/html"}).text
    assert 'href="/release/2026.05/sparql?query=SELECT' in asked
    (page,) = told.objects(None, FOAF.page)
    assert web.get(str(page).removeprefix("http://localhost"), follow_redirects=True).status_code == 200


def test_with_an_address_of_the_site_descriptions_of_a_release_use_it(shop: Path) -> None:
    app = opened_app(shop, address="https://a.example/")
    told = Graph().parse(data=app.test_client().get("/release/2026.05/sparql", headers={"Accept": "text/turtle"}).data)
    assert [str(place) for place in told.objects(None, SD.endpoint)] == ["https://a.example/release/2026.05/sparql"]
    assert "<code>https://a.example/release/2026.05</code>" in app.test_client().get("/release/2026.05").text
    text = patient(app.test_client(), "/release/2026.05/doc/state/EST.nt").text
    assert "<https://a.example/release/2026.05/doc/state/EST>" in text
    app.extensions["releases"].shelf.close()


@pytest.mark.parametrize(
    "query", ["INSERT DATA { <a:a> <a:a> <a:a> }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"]
)
def test_the_endpoint_of_a_release_refuses_what_the_other_does(web: FlaskClient, query: str) -> None:
    response = patient(web, "/release/2026.05/sparql", query_string={"query": query})
    assert 400 <= response.status_code < 500


def test_releases_are_listed_as_page_and_as_json(web: FlaskClient) -> None:
    page = web.get("/release/", headers={"Accept": "text/html"}).text
    assert page.index("2026.05") < page.index("2026.04"), "the newest first"
    listed = web.get("/release/?format=json").json
    assert [one["release"] for one in listed] == ["2026.05", "2026.04"]
    for one in listed:
        assert set(one) == {"release", "snapshot", "released", "data_date", "statements", "address", "files"}
        assert web.get(one["address"], headers={"Accept": "application/json"}).json == one
    assert web.get("/release").location == "http://localhost/release/"


def test_a_new_release_is_listed_at_once(tmp_path: Path) -> None:
    built(tmp_path, tiny.ESTONIA)
    client = opened_app(tmp_path / "home").test_client()
    first = client.get("/release/")
    assert "There is none yet" in first.text
    release(tmp_path / "home", "2026.05", (), MAY)
    again = client.get("/release/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, "2026.05" in again.text) == (200, True)
    assert client.get("/release/2026.05").status_code == 200


def test_the_page_of_a_release_has_its_files_and_searches_in_it(web: FlaskClient, shop: Path) -> None:
    page = web.get("/release/2026.04").text
    there = Release(shop / "releases" / "2026.04")
    for name in ("statements.nq.gz", "statements.nq.zst", "void.ttl", "manifest.json"):
        assert f'href="/release/2026.04/dumps/{name}"' in page
        with web.get(f"/release/2026.04/dumps/{name}") as response:
            path = there.path / ("dumps" if "statements" in name else "") / name
            assert (response.status_code, response.data) == (200, path.read_bytes())
    assert there.manifest()["files"][STATEMENTS]["sha256"] in page
    found = web.get("/release/2026.04?q=estonia").text
    assert '<a href="/release/2026.04/doc/state/EST">Estonia in April</a>' in found
    assert "Nothing in it has all these words" in web.get("/release/2026.04?q=latvia").text


def test_files_of_a_release_may_be_kept_for_ever_and_resumed(web: FlaskClient, shop: Path) -> None:
    stated = Release(shop / "releases" / "2026.04").manifest()["files"][STATEMENTS]
    headers = {"Range": "bytes=5-", "If-Range": f'"{stated["sha256"]}"'}
    with web.get("/release/2026.04/dumps/statements.nq.gz", headers=headers) as response:
        assert (response.status_code, len(response.data)) == (206, stated["bytes"] - 5)
        assert response.headers["ETag"] == f'"{stated["sha256"]}"'
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_kept_snapshot_answers_under_its_hash(web: FlaskClient, shop: Path) -> None:
    kept = current(shop)
    page = patient(web, f"/release/{kept.id}/doc/state/EST", headers={"Accept": "text/html"}).text
    assert f"snapshot {kept.id}" in page
    assert "Estonia in June" in page
    assert "This snapshot has no name" in web.get(f"/release/{kept.id}").text
    old = find(shop, "2026.04").id
    assert "Estonia in April" in patient(web, f"/release/{old}/doc/state/EST").text


@pytest.mark.parametrize(
    "rest", ["", "/doc/state/EST", "/sparql?query=ASK{}", "/id/state/EST", "/dumps/void.ttl", "/x"]
)
@pytest.mark.parametrize("name", ["2026.06", "none", "current", "0123456789abcdef"])
def test_an_unknown_release_is_404_with_those_there_are(web: FlaskClient, name: str, rest: str) -> None:
    response = web.get(f"/release/{name}{rest}")
    assert response.status_code == 404
    assert f"There is no release '{name}'. There are: 2026.04, 2026.05." in response.text


@pytest.mark.parametrize(
    "path",
    ["../2026.04", "%2e%2e/doc/state/EST", "..%2f..%2fetc/doc/state/EST", "%2fetc%2fpasswd/sparql", "2026.04%00/sparql",
     "2026.04/dumps/..%2fmanifest.json", "2026.04/dumps/%2e%2e", "2026.04/dumps/release.json", "2026.04/doc/../../x",
     "2026.04/static/..%2f..%2fapp.py", "%c3%a9/doc/state/EST", "%ff/sparql", "2026.04%0a/sparql"],
)  # fmt: skip
def test_no_address_climbs_out_of_the_releases(web: FlaskClient, path: str) -> None:
    response = web.get(f"/release/{path}", headers={"Accept": "text/html"}, follow_redirects=True)
    assert response.status_code in (400, 404), response.text
    assert "Traceback" not in response.text
    assert "/release/%2e" not in response.text


def test_what_a_release_has_not_is_said(web: FlaskClient) -> None:
    response = web.get("/release/2026.04/states")
    assert response.status_code == 404
    assert "lists and other pages are of the current data only" in response.text
    assert web.post("/release/2026.04/doc/state/EST").status_code == 405


def test_a_private_snapshot_is_not_shown_by_its_hash(tmp_path: Path) -> None:
    secret = dataclasses.replace(tiny.write(tmp_path, tiny.ESTONIA), public=False)
    private, _ = build(secret, tmp_path / "home")
    built(tmp_path, tiny.LATVIA)
    client = opened_app(tmp_path / "home").test_client()
    for rest in ("", "/doc/state/EST", "/sparql?query=ASK{}", "/dumps/manifest.json"):
        assert client.get(f"/release/{private.id}{rest}").status_code == 404


def test_with_a_remote_engine_a_release_is_still_answered_from_here(shop: Path, endpoint: str) -> None:  # noqa: F811
    app = opened_app(shop, engine=endpoint)
    assert names(patient(app.test_client(), "/release/2026.04/sparql", query_string={"query": NAMES})) == [
        "Estonia in April"
    ]
    app.extensions["releases"].shelf.close()


# Opened on demand, closed when idle


def workers() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_an_idle_release_is_closed_and_leaves_no_process_thread_or_file(shop: Path) -> None:
    app = opened_app(shop, release_idle=0.3)
    client, shelf = app.test_client(), app.extensions["releases"].shelf
    patient(client, "/release/2026.04/doc/state/EST.ttl")
    shelf.close()
    before, threads, files = workers(), set(threading.enumerate()), len(os.listdir("/proc/self/fd"))
    patient(client, "/release/2026.04/doc/state/EST.csv")
    patient(client, "/release/2026.04/sparql", query_string={"query": NAMES})
    assert len(workers() - before) == 2, "one for pages, one for queries"
    assert len(shelf.open()) == 1
    for _ in range(200):
        if not (shelf.open() or workers() - before or set(threading.enumerate()) - threads):
            break
        time.sleep(0.05)
    assert shelf.open() == []
    assert workers() - before == set()
    assert set(threading.enumerate()) - threads == set()
    assert len(os.listdir("/proc/self/fd")) == files
    assert patient(client, "/release/2026.04/doc/state/EST.nt").status_code == 200
    shelf.close()


def test_only_so_many_are_open_and_the_one_asked_longest_ago_makes_room(shop: Path) -> None:
    app = opened_app(shop, open_releases=2)
    client, shelf = app.test_client(), app.extensions["releases"].shelf
    ids = {name: find(shop, name).id for name in ("2026.04", "2026.05")} | {"current": current(shop).id}
    for name in ("2026.04", "2026.05", "2026.04", ids["current"]):
        assert patient(client, f"/release/{name}/sparql", query_string={"query": NAMES}).status_code == 200
    assert set(shelf.open()) == {ids["2026.04"], ids["current"]}
    shelf.close()


def test_none_is_closed_while_it_answers(shop: Path) -> None:
    app = opened_app(shop, open_releases=1, release_idle=0.1, deadline=1.5)
    client, shelf = app.test_client(), app.extensions["releases"].shelf
    patient(client, "/release/2026.04/sparql", query_string={"query": NAMES})
    patient(client, "/release/2026.05/sparql", query_string={"query": NAMES})
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    ended: list[int] = []

    def ask() -> None:
        ended.append(app.test_client().get("/release/2026.05/sparql", query_string={"query": slow}).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.6)
    refused = client.get("/release/2026.04/sparql", query_string={"query": NAMES})
    assert refused.status_code == 503
    assert "as many as may be open at once: 1" in refused.text
    asking.join()
    assert ended == [504], "it had its time, though the release was idle for less"
    assert patient(client, "/release/2026.04/sparql", query_string={"query": NAMES}).status_code == 200
    shelf.close()


def test_what_hinders_opening_is_told_once_and_then_tried_again(tmp_path: Path) -> None:
    made = named(tmp_path, "2026.05", tiny.ESTONIA)
    whole = (made.path / STATEMENTS).read_bytes()
    (made.path / STATEMENTS).write_bytes(whole[:-20])
    client = opened_app(tmp_path / "home").test_client()
    for _ in range(100):
        response = client.get("/release/2026.05/doc/state/EST")
        assert response.status_code == 503
        if "is being opened" not in response.text:
            break
        time.sleep(0.1)
    assert "Release 2026.05 can't be opened. dumps/statements.nq.gz of release 2026.05 was changed" in response.text
    assert "Traceback" not in response.text
    (made.path / STATEMENTS).write_bytes(whole)
    assert patient(client, "/release/2026.05/doc/state/EST").status_code == 200
    client.application.extensions["releases"].shelf.close()


def test_a_store_that_is_removed_meanwhile_is_made_again(shop: Path) -> None:
    app = opened_app(shop)
    client, shelf = app.test_client(), app.extensions["releases"].shelf
    patient(client, "/release/2026.04/sparql", query_string={"query": NAMES})
    shelf.close()
    shutil.rmtree(store_of(shop, find(shop, "2026.04")))  # type: ignore[arg-type]
    assert names(patient(client, "/release/2026.04/sparql", query_string={"query": NAMES})) == ["Estonia in April"]
    shelf.close()
