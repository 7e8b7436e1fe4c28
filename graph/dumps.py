"""Dumps: the statements of a public snapshot as files to take away, whole and by graph, in two compressions.

The bytes follow from the statements alone: no time of day and no name of a machine is in them.
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox
import zstandard
from rdflib import DCAT, FOAF, PROV

from graph.snapshot import Snapshot
from graph.terms import GRAPH
from graph.worker import PREFIXES

STATEMENTS, MERGED, GRAPHS_TOO = "statements.nq", "merged.nt", "statements.trig"
ZSTD_LEVEL = 9
PIECE = 1 << 20
OPEN_FILES = 400  # lines of a graph wait in a file of their own, of which a process may not have thousands open
_PREFIXES = dict(sorted((PREFIXES | {"dcat": str(DCAT._NS), "foaf": str(FOAF._NS), "prov": str(PROV._NS)}).items()))


def write_dumps(snapshot: Snapshot, titles: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Write all dumps of a snapshot and return by file what is in each: its graph, the title of that, statements.

    `titles` names every graph. Size and checksum of a file are the manifest's to say.
    """
    snapshot.dumps.mkdir()
    told: dict[str, dict[str, Any]] = {}

    def packed(path: Path, facts: dict[str, Any]) -> None:
        told.update({file.name: facts for file in compress(path, snapshot.dumps)})

    parts = _by_graph(snapshot)
    whole = {"statements": sum(statements for _, _, statements in parts)}
    packed(snapshot.statements, whole)
    packed(_as_trig(snapshot, [path for _, path, _ in parts]), whole)
    packed(snapshot.merged, {"statements": _lines(snapshot.merged)})
    for graph, path, statements in parts:
        packed(path, {"graph": graph, "title": titles[graph], "statements": statements})
    for path in snapshot.dumps.iterdir():
        if path.name not in told:
            path.unlink()
    return told


def compress(path: Path, folder: Path) -> list[Path]:
    """Write a file as gz and as zst into a folder, and return their paths."""
    zipped, zstd = (folder / f"{path.name}{suffix}" for suffix in (".gz", ".zst"))
    with path.open("rb") as raw, zipped.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as pack:
        shutil.copyfileobj(raw, pack, PIECE)
    with path.open("rb") as raw, zstd.open("wb") as out:
        packer = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True)
        packer.copy_stream(raw, out, size=path.stat().st_size)
    return [zipped, zstd]


def _by_graph(snapshot: Snapshot) -> list[tuple[str, Path, int]]:
    """Sort the statements into a file for each graph; return the graph, its file and the number of statements."""
    counts: dict[bytes, int] = {}
    files: dict[bytes, IO[bytes]] = {}
    with ExitStack() as stack, snapshot.statements.open("rb") as statements:
        for line in statements:
            graph = line[line.rindex(b"<") + 1 : line.rindex(b">")]
            if graph not in files:
                if len(files) == OPEN_FILES:
                    stack.close()
                    files.clear()
                files[graph] = stack.enter_context((snapshot.dumps / _file_of(graph.decode())).open("ab"))
            files[graph].write(line)
            counts[graph] = counts.get(graph, 0) + 1
    names = {graph.decode(): number for graph, number in counts.items()}
    return [(graph, snapshot.dumps / _file_of(graph), number) for graph, number in sorted(names.items())]


def _file_of(graph: str) -> str:
    """Return the name of a graph's file.

    >>> _file_of("https://w3id.org/cybergov/graph/source/votes")
    'source-votes.nq'
    """
    return graph.removeprefix(str(GRAPH)).replace("/", "-") + ".nq"


def _as_trig(snapshot: Snapshot, parts: list[Path]) -> Path:
    """Write the statements as TriG, each graph once."""
    path = snapshot.dumps / GRAPHS_TOO

    def quads() -> Iterator[ox.Quad]:
        for part in parts:
            yield from ox.parse(path=str(part), format=ox.RdfFormat.N_QUADS)

    ox.serialize(quads(), str(path), ox.RdfFormat.TRIG, prefixes=_PREFIXES)
    return path


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(PIECE), b""))
