"""Fetching: whatever the network does, what is here is whole, and one sentence says what to do."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from web import Page, Site, serving

from loaders import archives
from loaders import fetch as fetching
from loaders.archives import NoFiles
from loaders.cache import DamagedFiles, cached_files, digest, kept
from loaders.dataset import CC0, DataSet, Files, Options, Origin
from loaders.fetch import Web, fetch
from loaders.known import Known
from loaders.local import local_files, take

ROOT = Path(__file__).resolve().parents[1]
TABLE = b"iso3,year\n" + b"EST,2008\n" * 30_000
OTHER = b"iso3,year\n" + b"LVA,2014\n" * 30_000


def nothing(files: Files, known: Known, options: Options) -> Iterator[Any]:
    yield from ()


def dataset(*origins: Origin, wanted: tuple[str, ...] = ("table.csv",), pin: str = "") -> DataSet:
    return DataSet(
        name="example", title="Example", publisher="Nobody", address="https://example.org/", version="1", licence=CC0,
        redistributable=True, citation="", wanted=wanted, origins=origins, digest=pin, parse=nothing,
    )  # fmt: skip


def pinned(address: str, content: bytes = TABLE, name: str = "table.csv", **more: Any) -> Origin:
    return Origin(address, name, hashlib.sha256(content).hexdigest(), **more)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def web() -> Web:
    """The network without pauses; what would be slept is noted."""
    return Web(timeout=0.5, sleep=lambda seconds: None)


def content(source: DataSet, home: Path) -> dict[str, bytes]:
    return dict(cached_files(source, home) or {})


def refused(source: DataSet, home: Path, web: Web, *words: str) -> None:
    """Say that fetching fails with one sentence of advice, and leaves neither a file nor a half."""
    before = content(source, home)
    with pytest.raises(NoFiles) as refusal:
        fetch(source, home, web=web)
    message = str(refusal.value)
    assert "\n" not in message
    assert "--from PATH" in message
    for word in words:
        assert word in message
    assert content(source, home) == before
    assert len(list((home / "sources" / "example").glob("files-*"))) == (1 if before else 0)


def test_a_file_comes_whole_with_a_note_of_where_from_and_when(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE), size=len(TABLE)))
    heard: list[tuple[int, int]] = []
    here = fetch(source, tmp_path, lambda done, total: heard.append((done, total)), web=web)
    assert here.pinned
    assert content(source, tmp_path) == {"table.csv": TABLE}
    assert heard[-1] == (len(TABLE), len(TABLE))
    assert [done for done, _ in heard] == sorted({done for done, _ in heard})
    note = json.loads((tmp_path / "sources" / "example" / "fetched.json").read_text())
    assert note["files"]["table.csv"] == {
        "sha256": hashlib.sha256(TABLE).hexdigest(), "bytes": len(TABLE), "origin": f"{site.address}table.csv",
    }  # fmt: skip
    assert (note["dataset"], note["version"], note["pinned"]) == ("example", "1", True)
    assert note["since"].endswith("+00:00")


def test_what_is_here_and_whole_is_not_asked_for_again(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE)))
    first = fetch(source, tmp_path, web=web)
    site.asked.clear()
    assert fetch(source, tmp_path, web=web) == first
    assert site.asked == []


def test_a_file_that_was_changed_or_lost_here_is_noticed_and_fetched_again(
    site: Site, tmp_path: Path, web: Web
) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE)))
    (path,) = (tmp_path / "sources" / "example").glob(f"{fetch(source, tmp_path, web=web).folder}/*")
    path.write_bytes(OTHER)
    with pytest.raises(DamagedFiles, match="cybergov fetch example"):
        content(source, tmp_path)
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}
    (path,) = (tmp_path / "sources" / "example").glob("files-*/*")
    path.unlink()
    with pytest.raises(DamagedFiles, match="gone"):
        cached_files(source, tmp_path)
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}


@pytest.mark.parametrize("note", [b"{", b"[]", b'{"files": {}}', b'{"files": 1}', b"\xff"])
def test_a_note_that_was_changed_is_told_and_mended_by_fetching(
    note: bytes, site: Site, tmp_path: Path, web: Web
) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE)))
    fetch(source, tmp_path, web=web)
    (tmp_path / "sources" / "example" / "fetched.json").write_bytes(note)
    with pytest.raises(DamagedFiles, match=r"fetched\.json"):
        cached_files(source, tmp_path)
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}


def test_a_connection_that_breaks_is_resumed_where_it_broke(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=["cut", "cut"])))
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}
    begins = [int(place[6:-1]) if place else 0 for _, place in site.asked]
    assert begins[0] == 0 < begins[1] < begins[2]


def test_a_download_that_was_given_up_is_resumed_by_the_next_one(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=["cut"])))
    refused(source, tmp_path, dataclasses.replace(web, tries=1), "the connection broke after")
    site.asked.clear()
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}
    assert [place for _, place in site.asked] != [None]
    assert not (tmp_path / "sources" / "example" / "part").exists()


def test_a_server_that_ignores_ranges_starts_anew(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, ranges=False, faults=["cut"])))
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}


@pytest.mark.parametrize("tag", ['"one"', ""])
def test_two_halves_of_different_files_never_become_one(tag: str, site: Site, tmp_path: Path, web: Web) -> None:
    """With a tag the server says so; without one the hash does."""
    source = dataset(pinned(site.put("table.csv", OTHER, faults=["cut"], tag=tag)))
    refused(source, tmp_path, dataclasses.replace(web, tries=1), "broke")
    site.pages["table.csv"] = Page(TABLE, tag=tag and '"two"')
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}


def test_another_part_than_was_asked_for_is_not_taken(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=["cut", "wrong place"])))
    fetch(source, tmp_path, web=web)
    assert [place for _, place in site.asked][-1] is None


def test_a_part_as_long_as_the_file_but_not_the_file_begins_anew(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=["cut"])))
    refused(source, tmp_path, dataclasses.replace(web, tries=1))
    (part,) = [path for path in (tmp_path / "sources" / "example" / "part").iterdir() if not path.suffix]
    part.write_bytes(OTHER)
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}


def test_a_part_that_is_the_whole_file_is_not_asked_for(site: Site, tmp_path: Path, web: Web) -> None:
    """As after a kill between the last byte and the move into place."""
    source = dataset(pinned(site.put("table.csv", TABLE, faults=["cut"])))
    refused(source, tmp_path, dataclasses.replace(web, tries=1))
    (part,) = [path for path in (tmp_path / "sources" / "example" / "part").iterdir() if not path.suffix]
    part.write_bytes(TABLE)
    site.asked.clear()
    fetch(source, tmp_path, web=web)
    assert (site.asked, content(source, tmp_path)) == ([], {"table.csv": TABLE})


@pytest.mark.parametrize("faults", [[500], [503, 502, 504], [429]])
def test_a_server_in_trouble_is_asked_again_after_growing_pauses(
    faults: list[str | int], site: Site, tmp_path: Path
) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=list(faults))))
    slept: list[float] = []
    fetch(source, tmp_path, web=Web(sleep=slept.append))
    assert slept == [1.0, 2.0, 4.0][: len(faults)]
    assert content(source, tmp_path) == {"table.csv": TABLE}


def test_a_server_may_say_when_to_come_back_within_reason(site: Site, tmp_path: Path) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=[503], headers={"Retry-After": "7"})))
    slept: list[float] = []
    fetch(source, tmp_path, web=Web(sleep=slept.append))
    assert slept == [7.0]
    site.pages["table.csv"] = Page(OTHER, faults=[503], headers={"Retry-After": "86400"})
    fetch(dataset(pinned(f"{site.address}table.csv", OTHER)), tmp_path, web=Web(sleep=slept.append))
    assert slept == [7.0, 60.0]


def test_a_server_that_says_nothing_is_left_and_asked_again(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=["late"])))
    fetch(source, tmp_path, web=web)
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([500] * 9, "the server answers 500"),
        (["late"] * 9, "it said nothing for 0.1 seconds"),
        ([403], "the server answers 403"),
        ([410], "there is nothing at this address"),
        (["gopher://127.0.0.1/"], "302"),
        (["/table.csv"] * 99, "302"),
    ],
)
def test_a_server_that_never_gives_it_ends_with_one_sentence(
    faults: list[str | int], words: str, site: Site, tmp_path: Path, web: Web
) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE, faults=faults)))
    refused(source, tmp_path, dataclasses.replace(web, timeout=0.1), words)


def test_an_address_that_is_gone_is_asked_for_once(site: Site, tmp_path: Path, web: Web) -> None:
    refused(dataset(pinned(f"{site.address}gone.csv")), tmp_path, web, "nothing at this address", "gone.csv")
    assert len(site.asked) == 1


def test_a_redirect_is_followed_and_resumed(site: Site, tmp_path: Path, web: Web) -> None:
    site.put("new.csv", TABLE, faults=["cut"])
    source = dataset(pinned(site.put("old.csv", b"", faults=["/new.csv"] * 2)))
    fetch(source, tmp_path, web=web)
    assert content(source, tmp_path) == {"table.csv": TABLE}
    assert [path for path, place in site.asked if place] == ["old.csv", "new.csv"]


@pytest.mark.parametrize("size", [0, len(TABLE)])
@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("wrong", [TABLE[:-1], TABLE + b"x", OTHER, b"", b"<html>Log in to the network</html>"])
def test_a_file_that_is_not_the_pinned_one_never_takes_the_place_of_a_good_one(
    wrong: bytes, length: bool, size: int, site: Site, tmp_path: Path, web: Web
) -> None:
    old = dataset(pinned(site.put("table.csv", OTHER + b"old"), OTHER + b"old"))
    fetch(old, tmp_path, web=web)
    site.pages["table.csv"] = Page(wrong, length=length)
    refused(dataset(pinned(f"{site.address}table.csv", size=size)), tmp_path, web)
    assert content(old, tmp_path) == {"table.csv": OTHER + b"old"}
    site.pages["table.csv"] = Page(TABLE, length=length)
    fetch(dataset(pinned(f"{site.address}table.csv", size=size)), tmp_path, web=web)
    assert content(old, tmp_path) == {"table.csv": TABLE}


def test_several_files_change_together_or_not_at_all(site: Site, tmp_path: Path, web: Web) -> None:
    def version(*contents: bytes) -> DataSet:
        names = [f"{number}.csv" for number in range(len(contents))]
        origins = [pinned(f"{site.address}{name}", one, name) for name, one in zip(names, contents, strict=True)]
        return dataset(*origins, wanted=("*.csv",))

    site.put("0.csv", b"a")
    site.put("1.csv", b"b")
    old = version(b"a", b"b")
    fetch(old, tmp_path, web=web)
    site.put("0.csv", b"A")
    refused(version(b"A", b"B"), tmp_path, web, "1.csv", "not the pinned file")
    assert content(old, tmp_path) == {"0.csv": b"a", "1.csv": b"b"}
    site.asked.clear()
    fetch(version(b"A", b"b"), tmp_path, web=web)
    assert content(old, tmp_path) == {"0.csv": b"A", "1.csv": b"b"}
    assert site.asked == [], "one was here, and the other was downloaded before"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:{port}/x", "no connection"),
        ("http://nowhere.invalid/x", "is there a network?"),
        ("file:///etc/hostname", "unknown url type"),
        ("ftp://127.0.0.1/x", "unknown url type"),
        ("data:text/csv,x", "unknown url type"),
        ("nonsense", "unknown url type"),
        ("http://127.0.0.1:{port}/a b", "control characters"),
    ],
)
def test_an_address_that_cannot_be_reached_is_told_with_what_to_do(
    address: str, words: str, tmp_path: Path, web: Web
) -> None:
    refused(dataset(pinned(address.format(port=free_port()))), tmp_path, web, words)


def test_a_certificate_that_nobody_vouches_for_is_refused_and_tls_is_not_left(
    site: Site, tmp_path: Path, web: Web
) -> None:
    authority = trustme.CA()
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(served)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    trusted = dataclasses.replace(web, opener=fetching.opener(trusting))
    with serving(served) as safe:
        source = dataset(pinned(safe.put("x", TABLE, faults=[site.address])))
        refused(source, tmp_path, web, "does not trust its certificate")
        refused(source, tmp_path, trusted, "without TLS")
        fetch(source, tmp_path, web=trusted)
    assert content(source, tmp_path) == {"table.csv": TABLE}
    assert site.asked == []


def test_a_data_set_without_a_hash_or_an_address_is_not_fetched(tmp_path: Path, web: Web) -> None:
    with pytest.raises(NoFiles, match="names no hash"):
        fetch(dataset(Origin("http://127.0.0.1/x", "table.csv")), tmp_path, web=web)
    with pytest.raises(NoFiles, match=r"no address .* --from PATH"):
        fetch(dataset(), tmp_path, web=web)


def test_two_processes_do_not_fetch_the_same_data_set_at_once(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE)))
    code = (
        "import sys, fcntl; lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX); "
        "print('locked', flush=True); sys.stdin.read()"
    )
    folder = tmp_path / "sources" / "example"
    folder.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(NoFiles, match="another process"):
            fetch(source, tmp_path, web=web)
        other.communicate()
    fetch(source, tmp_path, web=web)


KILLED = """
import sys; sys.path[:0] = sys.argv[1:3]
import os, signal, pathlib
from test_fetch import dataset, pinned, fetch, content
from loaders import cache
source, home, where = dataset(pinned(sys.argv[3])), pathlib.Path(sys.argv[4]), sys.argv[5]
def kill(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if where == "download":
    fetch(source, home, lambda done, total: done > 100_000 and kill())
elif where == "publish":
    cache.Fresh.publish = kill
elif where == "switch":
    pathlib.Path.replace = kill
elif where == "sweep":
    cache.shutil.rmtree = kill
fetch(source, home)
"""


@pytest.mark.parametrize("where", ["download", "publish", "switch", "sweep"])
def test_kill_9_at_any_moment_leaves_the_old_files_or_the_new_and_the_next_fetch_cleans_up(
    where: str, site: Site, tmp_path: Path, web: Web
) -> None:
    old = dataset(pinned(site.put("old.csv", OTHER), OTHER))
    fetch(old, tmp_path, web=web)
    new = pinned(site.put("new.csv", TABLE))
    command = [sys.executable, "-c", KILLED, str(ROOT), str(ROOT / "tests"), new.address, str(tmp_path), where]
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert content(old, tmp_path) == {"table.csv": TABLE if where == "sweep" else OTHER}
    site.asked.clear()
    fetch(dataset(new), tmp_path, web=web)
    assert content(old, tmp_path) == {"table.csv": TABLE}
    assert [place is not None for _, place in site.asked] == ([True] if where == "download" else [])
    left = {path.name for path in (tmp_path / "sources" / "example").iterdir()}
    if where != "sweep":
        assert len(left) == 3, left


FULL = """
import sys; sys.path[:0] = sys.argv[1:3]
import pathlib, resource
from test_fetch import dataset, pinned
from loaders import registry
from webapp import cli
registry.DATASETS = (dataset(pinned(sys.argv[3])),)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), int(sys.argv[4])))
sys.exit(cli.main(["fetch", "example"]))
"""


@pytest.mark.parametrize("limit", [100_000, 10])
def test_a_full_disk_is_told_in_one_sentence_and_leaves_the_old_files(
    limit: int, site: Site, tmp_path: Path, web: Web
) -> None:
    """A limit on the size of a file stands for a disk that is full."""
    old = dataset(pinned(site.put("old.csv", OTHER), OTHER))
    fetch(old, tmp_path, web=web)
    address = site.put("new.csv", TABLE)
    command = [sys.executable, "-c", FULL, str(ROOT), str(ROOT / "tests"), address, str(limit)]
    environment = os.environ | {"CYBERGOV_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("cybergov: ")
    assert done.stderr.count("\n") == 1
    assert "Free space" in done.stderr
    assert content(old, tmp_path) == {"table.csv": OTHER}


# Archives


def packed(files: dict[str, bytes], kind: str = "gz", links: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
            for name, aim in (links or {}).items():
                info = zipfile.ZipInfo(name)
                info.external_attr = 0o120777 << 16
                archive.writestr(info, aim)
        return out.getvalue()
    with tarfile.open(fileobj=out, mode=f"w:{kind}") as tar:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, aim in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, aim
            tar.addfile(info)
    return out.getvalue()


WANTED = {"a.json": b"[1]", "b/c.json": b"[2]"}
IN_REPOSITORY = {
    "repo-1/README.md": b"#", "repo-1/data/a.json": b"[1]", "repo-1/data/b/c.json": b"[2]", "repo-1/data/d.txt": b"-",
    "repo-1/e.json": b"[3]",
}  # fmt: skip
KINDS = ["", "gz", "bz2", "xz", "zip"]


def of_archive(address: str, pin: str = digest(WANTED), folder: str = "data") -> DataSet:
    return dataset(Origin(address, folder, is_archive=True), wanted=("a.json", "b/*.json"), pin=pin)


@pytest.mark.parametrize("kind", KINDS)
def test_the_wanted_files_of_an_archive_are_kept_under_their_names(
    kind: str, site: Site, tmp_path: Path, web: Web
) -> None:
    source = of_archive(site.put("x", packed(IN_REPOSITORY, kind, {"repo-1/odd": "/etc/passwd"})))
    assert fetch(source, tmp_path, web=web).pinned
    assert content(source, tmp_path) == WANTED
    site.asked.clear()
    fetch(source, tmp_path, web=web)
    assert site.asked == []


def test_an_archive_made_anew_with_the_same_files_is_the_same(site: Site, tmp_path: Path, web: Web) -> None:
    files = {name.replace("repo-1", "other-2"): data for name, data in reversed(IN_REPOSITORY.items())}
    source = of_archive(site.put("x", packed(files, "bz2")))
    assert fetch(source, tmp_path, web=web).pinned


def test_without_a_top_folder_nothing_is_stripped(site: Site, tmp_path: Path, web: Web) -> None:
    fetch(of_archive(site.put("x", packed({**WANTED, "README": b""})), folder=""), tmp_path, web=web)


def test_the_digest_is_that_of_sha256sum(tmp_path: Path) -> None:
    for name, data in WANTED.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    sums = subprocess.run(["sha256sum", *sorted(WANTED)], cwd=tmp_path, capture_output=True, check=True).stdout
    assert digest(WANTED) == hashlib.sha256(sums).hexdigest() == digest(dict(reversed(WANTED.items())))
    assert digest({**WANTED, "a.json": b"[2]"}) != digest(WANTED)
    assert digest({"a.json": b"[1]", "b/d.json": b"[2]"}) != digest(WANTED)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("files", "links", "words"),
    [
        ({**IN_REPOSITORY, "repo-1/../../evil": b"x"}, {}, "leads elsewhere"),
        ({**IN_REPOSITORY, "/evil": b"x"}, {}, "leads elsewhere"),
        (IN_REPOSITORY, {"repo-1/data/b/d.json": "/etc/passwd"}, "a link or a device"),
        ({**IN_REPOSITORY, "repo-1/data/b/\\evil.json": b"x"}, {}, "leads elsewhere"),
        ({**IN_REPOSITORY, f"repo-1/data/b/{'x' * 300}.json": b"x"}, {}, "leads elsewhere"),
        ({**IN_REPOSITORY, "./repo-1/data/a.json": b"x"}, {}, "two files with the name"),
        ({"repo-1/data/a.json": b"changed", "repo-1/data/b/c.json": b"[2]"}, {}, "not the pinned files"),
        ({"repo-1/data/a.json": b"[1]"}, {}, "not the pinned files"),
        ({**IN_REPOSITORY, "repo-1/data/b/more.json": b"x"}, {}, "not the pinned files"),
    ],
    ids=["up", "root", "link", "backslash", "long", "twice", "changed", "fewer", "more"],
)
def test_an_archive_that_is_not_as_it_should_be_is_refused_whole(
    files: dict[str, bytes], links: dict[str, str], words: str, kind: str, site: Site, tmp_path: Path, web: Web
) -> None:
    source = of_archive(site.put("x", packed(IN_REPOSITORY)))
    fetch(source, tmp_path, web=web)
    other = dataclasses.replace(source, digest="0" * 64) if "pinned" not in words else source
    take(source, tmp_path, {"a.json": b"old"}, "here")
    site.put("x", packed(files, kind, links))
    with pytest.raises(NoFiles, match=words) as refusal:
        fetch(other, tmp_path, web=web)
    assert "\n" not in str(refusal.value)
    assert content(source, tmp_path) == {"a.json": b"old"}
    assert not list(tmp_path.rglob("evil*"))
    assert not list((tmp_path / "sources" / "example" / "part").rglob("*"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_an_archive_that_is_cut_off_is_refused_in_one_sentence(kind: str, part: float, tmp_path: Path) -> None:
    noise = {f"repo-1/data/b/{number}.json": os.urandom(700) for number in range(20)}
    whole = packed({**IN_REPOSITORY, **noise}, kind).rstrip(b"\0")  # a plain tar ends with as many as it likes
    (tmp_path / "x").write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(NoFiles) as refusal:
        local_files(of_archive("http://127.0.0.1/"), tmp_path / "x")
    assert "\n" not in str(refusal.value)


def test_an_archive_that_is_cut_off_between_two_files_is_refused(tmp_path: Path) -> None:
    whole = packed({f"repo-1/data/{name}": data for name, data in {**WANTED, "z": b"z"}.items()}, "")
    (tmp_path / "x").write_bytes(whole[: 4 * 512])  # the wanted files, a header and a block each
    with pytest.raises(NoFiles, match="cut off"):
        local_files(of_archive("http://127.0.0.1/"), tmp_path / "x")


def test_an_archive_that_unpacks_to_too_much_is_refused(
    site: Site, tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    for kind in ("gz", "zip"):
        bomb = packed({**IN_REPOSITORY, "repo-1/zeros": bytes(1 << 21)}, kind)
        with pytest.raises(NoFiles, match="unpacks to more than 1 megabytes"):
            fetch(of_archive(site.put("x", bomb)), tmp_path, web=web)


def test_an_archive_without_a_mark_of_its_version_is_not_put_together_from_halves(
    site: Site, tmp_path: Path, web: Web
) -> None:
    source = of_archive(site.put("x", packed(IN_REPOSITORY, ""), tag="", faults=["cut"]))
    fetch(source, tmp_path, web=web)
    assert site.asked == [("x", None), ("x", None)]


# Files that are here already


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    for name, data in IN_REPOSITORY.items():
        path = tmp_path / "given" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "given"


@pytest.mark.parametrize("below", ["repo-1/data", "repo-1", "."])
def test_files_are_found_from_their_folder_the_repository_or_the_folder_above(below: str, unpacked: Path) -> None:
    source = of_archive("http://127.0.0.1/")
    found = local_files(source, unpacked / below)
    assert dict(found) == WANTED
    assert list(found) == sorted(WANTED)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", ["repo-1/data/", "data/", ""])
def test_files_are_found_in_an_archive(kind: str, folder: str, tmp_path: Path) -> None:
    files = {f"{folder}{name}": data for name, data in WANTED.items()}
    (tmp_path / "x").write_bytes(packed({**files, f"{folder}more.txt": b""}, kind))
    assert dict(local_files(of_archive("http://127.0.0.1/"), tmp_path / "x")) == WANTED


def test_a_folder_is_read_only_when_asked_and_what_is_not_wanted_never(unpacked: Path) -> None:
    found = local_files(of_archive("http://127.0.0.1/"), unpacked)
    (unpacked / "repo-1/data/a.json").write_bytes(b"[9]")
    assert found["a.json"] == b"[9]"
    assert "d.txt" not in found
    with pytest.raises(KeyError):
        found["d.txt"]


def test_a_file_may_be_given_alone_and_under_another_name_where_only_one_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "my table (1).csv").write_bytes(TABLE)
    assert dict(local_files(dataset(), tmp_path / "my table (1).csv")) == {"table.csv": TABLE}
    (tmp_path / "c.json").write_bytes(b"[2]")
    assert dict(local_files(dataset(wanted=("b/c.json",)), tmp_path / "c.json")) == {"b/c.json": b"[2]"}
    assert dict(local_files(dataset(wanted=("*.json",)), tmp_path / "c.json")) == {"c.json": b"[2]"}


def test_a_wanted_file_that_is_an_archive_itself_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "table.xlsx").write_bytes(packed(WANTED, "zip"))
    found = local_files(dataset(wanted=("table.xlsx",)), tmp_path / "table.xlsx")
    assert dict(found) == {"table.xlsx": packed(WANTED, "zip")}


@pytest.mark.parametrize(
    ("make", "words"),
    [
        ({}, ("holds no file of example", "a.json", "b/*.json")),
        ({"e.json": b""}, ("holds no file of example",)),
        ({"a.json": b"[1]"}, ("lacks files of example: b/*.json", "one folder")),
    ],
)
def test_what_is_missing_is_named(make: dict[str, bytes], words: tuple[str, ...], tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    for name, data in make.items():
        (given / name).write_bytes(data)
    (tmp_path / "x.zip").write_bytes(packed(make, "zip"))
    paths = [given, tmp_path / "x.zip"] if make else [given]
    for path in paths:
        with pytest.raises(NoFiles) as refusal:
            local_files(of_archive("http://127.0.0.1/"), path)
        for word in words:
            assert word in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_a_path_that_is_not_there_or_no_file_of_the_data_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoFiles, match="no file or folder"):
        local_files(dataset(), tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_bytes(b"hello")
    with pytest.raises(NoFiles, match="holds no file of example"):
        local_files(of_archive("http://127.0.0.1/"), tmp_path / "notes.txt")


def test_files_given_by_hand_are_kept_as_fetched_ones_are(site: Site, tmp_path: Path, web: Web) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE)))
    (tmp_path / "table.csv").write_bytes(TABLE)
    here = take(source, tmp_path, local_files(source, tmp_path / "table.csv"), "by hand")
    assert (here.pinned, here.files["table.csv"].origin) == (True, "by hand")
    assert fetch(source, tmp_path, web=web) == here
    assert site.asked == []


def test_other_files_than_the_pinned_ones_are_taken_by_hand_and_said_to_be_so(
    site: Site, tmp_path: Path, web: Web
) -> None:
    source = dataset(pinned(site.put("table.csv", TABLE)))
    assert not take(source, tmp_path, {"table.csv": OTHER}, "by hand").pinned
    assert content(source, tmp_path) == {"table.csv": OTHER}
    assert fetch(source, tmp_path, web=web).pinned
    assert content(source, tmp_path) == {"table.csv": TABLE}


def test_a_name_that_leads_elsewhere_is_not_written(tmp_path: Path) -> None:
    for name in ("../evil", "/evil", "a/../../evil", "", "a//b", "con\x00"):
        with pytest.raises(NoFiles, match="leads elsewhere"):
            take(dataset(), tmp_path / "home", {name: b""}, "by hand")
    assert kept(dataset(), tmp_path / "home") is None
    assert not list(tmp_path.rglob("evil"))


def test_a_file_that_is_read_if_it_is_there_may_lack_and_one_that_is_fetched_may_not(tmp_path: Path) -> None:
    source = dataset(pinned("http://127.0.0.1/"), wanted=("table.csv", "notes.csv"))
    (tmp_path / "notes.csv").write_bytes(b"x")
    for path in (tmp_path, tmp_path / "notes.csv"):
        with pytest.raises(NoFiles, match=r"lacks files of example: table\.csv"):
            local_files(source, path)
    (tmp_path / "table.csv").write_bytes(TABLE)
    assert set(local_files(source, tmp_path)) == {"table.csv", "notes.csv"}
    (tmp_path / "notes.csv").unlink()
    assert set(local_files(source, tmp_path)) == {"table.csv"}
