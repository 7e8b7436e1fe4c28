"""Validation: SHACL on each source's graph with what it refers to, remembered by hash; then the query checks.

Only statements of the graph itself are examined; the context (types of the things it names, schemes of codes, ranks
of sources) is there for the shapes to look at.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from rdflib import RDF, SH, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from graph.nquads import line
from graph.record import Triple
from graph.terms import CG
from graph.turtle import load, read

log = logging.getLogger(__name__)

_CONTEXT = (RDF.type, SKOS.inScheme, CG.sourceRank, CG.retrieved)


@dataclass(frozen=True)
class Problem:
    """Something a shape or a check found: at which thing, what to do, and how grave it is."""

    focus: str
    message: str
    severity: str = "Violation"

    @property
    def is_grave(self) -> bool:
        return self.severity == "Violation"

    def __str__(self) -> str:
        return f"{self.severity}: {self.focus}: {self.message}"


class Shapes:
    """The shapes, with a memory of what they found in graphs that may be published."""

    def __init__(self, path: Path, memory: Path) -> None:
        self._bytes = read(path)
        self._graph = load(path)
        self._memory = memory
        memory.mkdir(parents=True, exist_ok=True)

    def problems(
        self, graphs: Mapping[URIRef, list[Triple]], everything: Mapping[URIRef, list[Triple]]
    ) -> list[Problem]:
        """Return what the shapes find in the sources' graphs; `everything` holds all statements by subject.

        Graphs in which nothing grave was found before are passed over, and what else was found in them remembered; the
        others are examined in one go, since pyshacl prepares the shapes anew each time.
        """
        remembered: list[Problem] = []
        shown: set[Triple] = set()
        changed: dict[Path, set[str]] = {}
        for name, own in graphs.items():
            context = list(_context(own, everything))
            memory = self._memory / self._hash(own, context)
            if memory.exists():
                remembered += [Problem(*told) for told in json.loads(memory.read_bytes())]
            else:
                changed[memory] = _focuses(own)
                shown.update(own, context)
                log.debug("%s is new to the shapes", name)
        if not changed:
            return sorted(set(remembered), key=str)
        data = Graph()
        for triple in shown:
            data.add(triple)
        _, report, _ = pyshacl.validate(data, shacl_graph=self._graph, inference="none", inplace=True)
        # Not by pyshacl's focus_nodes: it searches a list for each node, and filters values in nested shapes as well.
        ours = set().union(*changed.values())
        found = [problem for problem in _problems(report) if problem.focus in ours]
        for memory, focuses in changed.items():
            own_problems = [problem for problem in found if problem.focus in focuses]
            if not any(problem.is_grave for problem in own_problems):
                _remember(memory, own_problems)
        return sorted({*remembered, *found}, key=str)

    def _hash(self, *parts: Iterable[Triple]) -> str:
        total = hashlib.sha256(self._bytes)
        for part in parts:
            total.update(b"".join(sorted(line(*triple) for triple in part)))
        return total.hexdigest()


def _remember(memory: Path, problems: list[Problem]) -> None:
    """Write what was found, whole or not at all."""
    fresh = memory.with_suffix(".new")
    fresh.write_text(json.dumps([astuple(problem) for problem in problems]), encoding="utf-8")
    fresh.replace(memory)


def _focuses(own: list[Triple]) -> set[str]:
    """Return what in a graph a shape may find fault with: its subjects, and its values by themselves."""
    subjects = {str(subject) for subject, _, _ in own}
    return subjects | {str(value) for _, _, value in own if isinstance(value, Literal)}


def _context(own: list[Triple], everything: Mapping[URIRef, list[Triple]]) -> Iterator[Triple]:
    """Yield all that is stated of a graph's subjects, by whomever, and what the shapes ask of what that names."""
    subjects = {subject for subject, _, _ in own}
    about = [triple for subject in subjects for triple in everything.get(subject, ())]
    yield from about
    for named in {value for _, _, value in (*own, *about) if isinstance(value, URIRef)} - subjects:
        yield from (triple for triple in everything.get(named, ()) if triple[1] in _CONTEXT)


def _problems(report: Node) -> Iterator[Problem]:
    if not isinstance(report, Graph):
        raise TypeError(f"pyshacl gave no report but {report!r}")
    for result in report.subjects(RDF.type, SH.ValidationResult):
        focus, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
        message, value = report.value(result, SH.resultMessage), report.value(result, SH.value)
        severity = str(report.value(result, SH.resultSeverity)).rsplit("#", 1)[-1]
        # A path of several steps is a blank node, named anew in each run: it tells nobody anything.
        details = [str(part).rsplit("/", 1)[-1] for part in (path, value) if isinstance(part, URIRef | Literal)]
        yield Problem(str(focus), f"{message} ({': '.join(details)})" if details else str(message), severity)


def check_queries(store: ox.Store, folder: Path) -> Iterator[Problem]:
    """Run every check query; each row it returns is a problem, named by the query's first comment."""
    for path in sorted(folder.glob("*.rq")):
        query = path.read_text()
        title = query.splitlines()[0].removeprefix("#").removeprefix(" title:").strip()
        answer = store.query(query)
        if not isinstance(answer, ox.QuerySolutions):
            raise TypeError(f"{path.name} is not a SELECT query")
        for row in answer:
            values = [str(value.value if hasattr(value, "value") else value) for value in row]
            yield Problem(path.stem, f"{title}: {', '.join(values)}")
