"""Turtle from a file, or from all files of a folder in the order of their names: one graph kept in several rooms."""

from __future__ import annotations

from pathlib import Path

from rdflib import Graph


def files(path: Path) -> list[Path]:
    """Return the file itself, or the Turtle files of a folder; raise FileNotFoundError where there is none."""
    found = sorted(path.glob("*.ttl")) if path.is_dir() else [path]
    if not found:
        raise FileNotFoundError(f"There is no Turtle file in {path}.")
    return found


def read(path: Path) -> bytes:
    """Return the text of them all as one; Turtle may declare its prefixes anew."""
    return b"\n".join(file.read_bytes() for file in files(path))


def load(path: Path) -> Graph:
    """Return the statements of them all."""
    return Graph().parse(data=read(path), format="turtle")
