"""N-Quads, sorted by bytes: the truth of a snapshot, so that two builds of the same facts are the same file."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import IO

import pyoxigraph as ox
from rdflib import BNode, Literal, URIRef
from rdflib.term import Identifier

from graph.errors import CyberGovError

RUN = 500_000  # lines sorted in memory at a time


class NotForTheGraph(CyberGovError):
    """A term that public data must not hold."""


def line(*terms: Identifier) -> bytes:
    """Return one statement as a line: subject, predicate, object and, where given, the graph."""
    return " ".join(map(written, terms)).encode() + b" .\n"


def written(term: Identifier) -> str:
    """Return one term as it stands in a line."""
    if isinstance(term, URIRef):
        return _iri(str(term))
    if isinstance(term, Literal):
        if term.language:
            return str(ox.Literal(str(term), language=term.language))
        if term.datatype:
            return str(ox.Literal(str(term), datatype=ox.NamedNode(term.datatype)))
        return str(ox.Literal(str(term)))
    kind = "a blank node" if isinstance(term, BNode) else type(term).__name__
    raise NotForTheGraph(f"Public data holds no {kind} ({term!r}); give the thing an identifier.")


@lru_cache(maxsize=100_000)
def _iri(iri: str) -> str:
    return str(ox.NamedNode(iri))


def write_sorted(lines: Iterable[bytes], path: Path) -> int:
    """Write the lines in order, each once, and return how many there are. Sorted runs wait on disk, not in memory."""
    written = 0
    with ExitStack() as stack:
        runs = [stack.enter_context(run) for run in _sorted_runs(lines, path.parent)]
        with path.open("wb") as out:
            last = b""
            for current in heapq.merge(*runs):
                if current != last:
                    out.write(current)
                    written += 1
                last = current
    return written


def _sorted_runs(lines: Iterable[bytes], folder: Path) -> Iterator[IO[bytes]]:
    """Yield files without a name, which are gone when they are closed or the process is."""
    remaining = iter(lines)
    while run := sorted(islice(remaining, RUN)):
        file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - the caller closes it
        file.writelines(run)
        file.seek(0)
        yield file
