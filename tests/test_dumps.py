"""Dumps: all statements as files to take away, the same bytes each time, and nothing of a private build."""

from __future__ import annotations

import dataclasses
import doctest
import gzip
import hashlib
import io
import os
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny
import zstandard
from flask import Flask
from flask.testing import FlaskClient
from rdflib import DCAT, RDF, VOID, Graph, URIRef

from graph import dumps
from graph.build import build
from graph.dumps import compress, write_dumps
from graph.engine import LocalEngine
from graph.snapshot import Snapshot
from webapp.app import create_app
from webapp.descriptions import SPDX
from webapp.service import Service
from webapp.settings import Settings

GRAPH = "https://w3id.org/cybergov/graph/"
WHOLE = URIRef("https://w3id.org/cybergov/dataset")


def unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    return gzip.decompress(raw) if path.suffix == ".gz" else zstandard.ZstdDecompressor().decompress(raw)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_every_dump_of_everything_holds_all_statements(snapshot: Snapshot, suffix: str) -> None:
    assert unpacked(snapshot.dumps / f"statements.nq{suffix}") == snapshot.statements.read_bytes()
    assert unpacked(snapshot.dumps / f"merged.nt{suffix}") == snapshot.merged.read_bytes()
    trig = unpacked(snapshot.dumps / f"statements.trig{suffix}")
    quads = set(ox.parse(path=str(snapshot.statements), format=ox.RdfFormat.N_QUADS))
    assert set(ox.parse(trig, format=ox.RdfFormat.TRIG)) == quads
    assert trig.count(b"GRAPH ") + trig.count(b"> {") >= 10


def test_the_files_by_graph_make_up_the_whole_and_each_has_its_own(snapshot: Snapshot) -> None:
    listed = snapshot.manifest()["dumps"]
    lines: list[bytes] = []
    for name, facts in listed.items():
        if "graph" in facts and name.endswith(".gz"):
            part = unpacked(snapshot.dumps / name).splitlines(keepends=True)
            assert len(part) == facts["statements"] > 0
            assert all(line.endswith(f"<{facts['graph']}> .\n".encode()) for line in part)
            assert unpacked(snapshot.dumps / name.replace(".gz", ".zst")) == b"".join(part)
            assert facts["title"]
            lines += part
    assert b"".join(sorted(lines)) == snapshot.statements.read_bytes()
    assert listed["source-votes.nq.gz"]["graph"] == GRAPH + "source/votes"


def test_the_manifest_vouches_for_every_dump(snapshot: Snapshot) -> None:
    manifest = snapshot.manifest()
    assert set(manifest["dumps"]) == {path.name for path in snapshot.dumps.iterdir()}
    for name in manifest["dumps"]:
        content = (snapshot.dumps / name).read_bytes()
        stated = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        assert manifest["files"][f"dumps/{name}"] == stated


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    recipe = tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA)
    first, second = (build(recipe, tmp_path / home)[0] for home in ("one", "two"))
    names = sorted(path.name for path in first.dumps.iterdir())
    assert names == sorted(path.name for path in second.dumps.iterdir())
    for name in names:
        assert (first.dumps / name).read_bytes() == (second.dumps / name).read_bytes(), name


def test_the_time_of_a_file_is_not_in_its_compressed_copy(tmp_path: Path) -> None:
    path = tmp_path / "x.nq"
    path.write_bytes(b"statement\n" * 1000)
    first = [file.read_bytes() for file in compress(path, tmp_path)]
    os.utime(path, (1, 1))
    assert [file.read_bytes() for file in compress(path, tmp_path)] == first


def test_tools_that_are_everywhere_can_read_them(snapshot: Snapshot) -> None:
    done = subprocess.run(["gzip", "-dc", snapshot.dumps / "statements.nq.gz"], capture_output=True, check=True)
    assert done.stdout == snapshot.statements.read_bytes()


def test_more_graphs_than_files_may_be_open_are_sorted_all_the_same(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "OPEN_FILES", 3)
    other = Snapshot(tmp_path)
    for name in ("statements.nq", "merged.nt"):
        (tmp_path / name).symlink_to(snapshot.path / name)
    titles = {facts["graph"]: facts["title"] for facts in snapshot.manifest()["dumps"].values() if "graph" in facts}
    assert write_dumps(other, titles) == snapshot.manifest()["dumps"]
    for path in other.dumps.iterdir():
        assert path.read_bytes() == (snapshot.dumps / path.name).read_bytes()


def test_the_examples_hold() -> None:
    assert doctest.testmod(dumps).failed == 0
    assert doctest.testmod(dumps).attempted > 0


# Served


def test_every_dump_is_served_with_its_checksum_as_its_tag(client: FlaskClient, snapshot: Snapshot) -> None:
    for name in snapshot.manifest()["dumps"]:
        stated = snapshot.manifest()["files"][f"dumps/{name}"]
        with client.get(f"/dumps/{name}") as response:
            assert response.status_code == 200
            assert response.headers["ETag"] == f'"{stated["sha256"]}"'
            assert len(response.data) == stated["bytes"]
            assert response.mimetype == ("application/gzip" if name.endswith(".gz") else "application/zstd")
            assert "Content-Encoding" not in response.headers
        with client.get(f"/dumps/{name}", headers={"If-None-Match": f'"{stated["sha256"]}"'}) as again:
            assert again.status_code == 304
        with client.get(f"/dumps/{name}", headers={"Range": "bytes=0-9"}) as part:
            assert (part.status_code, len(part.data)) == (206, 10)


def test_the_checksums_are_a_file_that_sha256sum_reads(client: FlaskClient, snapshot: Snapshot) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict"], cwd=snapshot.dumps, input=client.get("/dumps/SHA256SUMS").data,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == len(snapshot.manifest()["dumps"])


def test_the_page_lists_every_dump_with_size_and_checksum(client: FlaskClient, snapshot: Snapshot) -> None:
    page = client.get("/data").text
    for name in snapshot.manifest()["dumps"]:
        stated = snapshot.manifest()["files"][f"dumps/{name}"]
        assert f'href="/dumps/{name}"' in page
        assert stated["sha256"] in page
        assert f"{stated['bytes']:,} bytes" in page
    assert hashlib.sha256(client.get("/dumps/text-relations.sssom.tsv").data).hexdigest() in page
    assert hashlib.sha256(client.get("/dumps/shapes.ttl").data).hexdigest() in page


@pytest.mark.parametrize("place", ["/data.ttl", "/.well-known/void"])
def test_descriptions_name_every_dump_with_what_it_holds(client: FlaskClient, snapshot: Snapshot, place: str) -> None:
    told = Graph().parse(data=client.get(place, headers={"Accept": "text/turtle"}).data, format="turtle")
    by_address = {str(told.value(node, DCAT.downloadURL)): node for node in told.subjects(RDF.type, DCAT.Distribution)}
    for name, facts in snapshot.manifest()["dumps"].items():
        node = by_address[f"http://localhost/dumps/{name}"]
        checksum = told.value(told.value(node, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum) == snapshot.manifest()["files"][f"dumps/{name}"]["sha256"]
        held = URIRef(facts["graph"]) if "graph" in facts else WHOLE
        assert (held, DCAT.distribution, node) in told
        if place != "/data.ttl":
            assert (held, VOID.dataDump, URIRef(f"http://localhost/dumps/{name}")) in told
    assert ("http://localhost/dumps/text-relations.sssom.tsv" in by_address) == (place == "/data.ttl")


@pytest.mark.parametrize("name", ["x", "..%2Fmanifest.json", "%2e%2e%2fstatements.nq", "statements.nq%00.gz"])
def test_no_other_file_is_given_away(client: FlaskClient, name: str) -> None:
    response = client.get(f"/dumps/{name}")
    assert response.status_code == 404
    assert "Traceback" not in response.text


# Private builds


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("private")
    return build(dataclasses.replace(tiny.write(folder, tiny.ESTONIA), public=False), folder / "home")[0]


def test_a_private_build_has_no_dumps(private: Snapshot) -> None:
    assert private.manifest()["dumps"] == {}
    assert not private.dumps.exists()
    assert not [path for path in private.path.rglob("*") if path.suffix in (".gz", ".zst")]


def test_a_private_build_offers_none_and_says_why(private: Snapshot) -> None:
    settings = Settings(home=private.path.parents[1])
    limits = {"workers": 1, "deadline": 10, "max_bytes": 10**7, "memory": 10**9, "queue_limit": 4}
    with LocalEngine(private.store, **limits) as engine:  # type: ignore[arg-type]
        client = create_app(Service(settings, private, site=engine, public=engine)).test_client()
        for name in ("statements.nq.gz", "merged.nt.gz", "source-states.nq.zst", "text-relations.sssom.tsv"):
            response = client.get(f"/dumps/{name}")
            assert response.status_code == 404
            assert "private build" in response.text
        page = client.get("/data").text
        assert "This is a private build" in page
        assert "statements.nq" not in page
        told = Graph().parse(io.BytesIO(client.get("/data.ttl").data), format="turtle")
        addresses = {str(address).rsplit("/", 1)[-1] for address in told.objects(None, DCAT.downloadURL)}
        assert addresses == {"cybergov.ttl", "codes.ttl", "shapes.ttl"}


def test_the_grammar_of_a_private_build_is_still_public(private: Snapshot, app: Flask) -> None:
    assert app.test_client().get("/dumps/shapes.ttl").status_code == 200
