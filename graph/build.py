"""The build: records are collected, derived from, checked and written as a new snapshot, which then becomes current.

Whatever fails on the way leaves the old snapshot answering.
"""

from __future__ import annotations

import csv
import json
import logging
import platform
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar, cast

import pyoxigraph as ox
from rdflib import DC, DCAT, DCTERMS, PROV, RDF, RDFS, XSD, Graph, Literal, URIRef

from graph.collect import CC_BY, Account, Collection, Loader, Quad, Reject
from graph.derive import DERIVED, Names, derive
from graph.dumps import write_dumps
from graph.engine import LocalEngine
from graph.errors import CyberGovError
from graph.inventory import read_rows
from graph.network import write_network
from graph.nquads import line, write_sorted
from graph.record import Triple
from graph.search import build_index
from graph.snapshot import Snapshot, new_snapshot, publish, sha256, write_manifest
from graph.store import load_store
from graph.terms import BASE, CG, GRAPH
from graph.turtle import load
from graph.validate import Problem, Shapes, check_queries
from graph.void import write_void

log = logging.getLogger(__name__)

META = GRAPH["meta"]
ONTOLOGY = GRAPH["ontology"]
SHOWN = 40


class BuildRefused(CyberGovError):
    """The facts did not pass; the message lists the first problems, `problems` has them all."""

    exit_code = 2

    def __init__(self, what: str, problems: Sequence[object]) -> None:
        shown = "\n".join(f"  {problem}" for problem in problems[:SHOWN])
        more = f"\n  ... and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        super().__init__(f"{what}; the old snapshot stays:\n{shown}{more}")
        self.problems = problems


@dataclass(frozen=True)
class Recipe:
    """All that a build needs besides a place to write to."""

    loaders: Sequence[Loader]
    ontology: Path
    codes: Path
    shapes: Path
    checks: Path
    data_date: date
    public: bool = True
    questions: Mapping[str, str] = field(default_factory=dict)  # whose rows are counted into the manifest, by name
    inventory: Mapping[str, str] = field(default_factory=dict)  # whose rows the manifest holds whole, by section


def _nobody(stage: str) -> None:
    """Hear of a stage and do nothing."""


def _no_one(source: str, rows: int) -> None:
    """Hear how far the reading of a source is and do nothing."""


@dataclass
class Report:
    """What a build did: accounts by source, counts, and seconds by stage.

    `told` hears of each stage, and `read` of how many rows of a long source are done. `warnings` say where something
    ought to be mended, `wanted` how often something would be good to have. `passed_over` are the rejects of sources
    that are not strict, and `left_out` the sources that may not be redistributed and so are not in a public build.
    """

    STAGES: ClassVar = ("parse", "derive", "validate", "write", "load", "checks", "questions", "index", "dumps")

    told: Callable[[str], None] = _nobody
    read: Callable[[str, int], None] = _no_one
    accounts: dict[str, Account] = field(default_factory=dict)
    passed_over: dict[str, list[Reject]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    wanted: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage and log it."""
        self.told(name)
        begun = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - begun, 2)
        log.info("%-9s %6.2f s", name, self.seconds[name])


@dataclass(frozen=True)
class Content:
    """What the facts come to: the merged records, and every statement by graph."""

    collection: Collection
    ontology: Graph
    codes: Graph
    derived: list[Triple]
    quads: list[Quad]


def gather(recipe: Recipe, report: Report) -> Content:
    """Read all sources and derive; raise BuildRefused where a row is rejected or a reference leads nowhere.

    A name, and so a graph, belongs to one source only.
    """
    if several := [name for name, number in Counter(one.name for one in recipe.loaders).items() if number > 1]:
        raise BuildRefused("Several sources have one name, and so would write one graph", several)
    collection = Collection()
    with report.stage("parse"):
        for loader in recipe.loaders:
            if recipe.public and not loader.redistributable:
                report.left_out.append(loader.name)
            else:
                _read(loader, collection, report)
        if report.left_out:
            log.info("%s", left_out(report))
    with report.stage("derive"):
        ontology = load(recipe.ontology)
        codes = load(recipe.codes)
        declared = frozenset(subject for subject in codes.subjects() if isinstance(subject, URIRef))
        rejects: list[Reject] = [*collection.rejects, *collection.dangling(declared)]
        if rejects:
            raise BuildRefused(f"{len(rejects)} rows cannot be used", rejects)
        derived = list(derive(collection, ontology, codes, recipe.data_date))
        quads = [*collection.quads(), *((s, p, o, DERIVED) for s, p, o in derived), *_vocabulary(ontology, codes)]
        quads += _about(recipe, report)
    return Content(collection, ontology, codes, derived, quads)


def _read(loader: Loader, collection: Collection, report: Report) -> None:
    """Read one source; what of it cannot be used is logged, unless it is strict and so refuses the build later."""
    before = len(collection.passed_over)

    def told(rows: int) -> None:
        if rows:
            log.info("%s: %d rows so far", loader.name, rows)
        report.read(loader.name, rows)

    account = report.accounts[loader.name] = collection.read(loader, told)
    log.info("%s: %d rows, %d made claims, %d rejects", loader.name, account.rows, account.claims, account.rejects)
    if rejects := collection.passed_over[before:]:
        report.passed_over[loader.name] = rejects
        log.warning("%s: %d rejects are passed over; the first: %s", loader.name, len(rejects), rejects[0])


def left_out(report: Report) -> str:
    """Return the sentence on sources that are not in a public build, or nothing where there are none."""
    number, names = len(report.left_out), ", ".join(report.left_out)
    data_sets = "data set" if number == 1 else "data sets"
    stay = "stays" if number == 1 else "stay"
    return f"{number} {data_sets} may not be redistributed and {stay} out of a public build: {names}." if number else ""


def validate(content: Content, recipe: Recipe, memory: Path, report: Report) -> None:
    """Hold every source's graph against the shapes; raise BuildRefused at any violation, keep what is less grave."""
    with report.stage("validate"):
        shapes = Shapes(recipe.shapes, memory)
        everything: dict[URIRef, list[Triple]] = defaultdict(list)
        by_graph: dict[URIRef, list[Triple]] = defaultdict(list)
        for subject, predicate, value, graph in content.quads:
            everything[subject].append((subject, predicate, value))
            by_graph[graph].append((subject, predicate, value))
        sources = {graph: triples for graph, triples in by_graph.items() if graph.startswith(GRAPH["source/"])}
        found = shapes.problems(sources, everything)
        by_severity: dict[str, list[Problem]] = defaultdict(list)
        for problem in found:
            by_severity[problem.severity].append(problem)
        if grave := by_severity["Violation"]:
            raise BuildRefused(f"The shapes found {len(grave)} problems", _located(grave, content.collection))
        report.warnings += _located(by_severity["Warning"], content.collection)
        report.wanted.update(problem.message for problem in by_severity["Info"])


def build(
    recipe: Recipe, home: Path, told: Callable[[str], None] = _nobody, read: Callable[[str, int], None] = _no_one
) -> tuple[Snapshot, Report]:
    """Make a snapshot of what the sources say now, and make it the current one."""
    report = Report(told, read)
    with new_snapshot(home) as fresh:
        content = gather(recipe, report)
        validate(content, recipe, home / "cache" / "shacl", report)
        snapshot = Snapshot(fresh)
        with report.stage("write"):
            quads = write_sorted((line(*quad) for quad in content.quads), snapshot.statements)
            triples = write_sorted((line(*quad[:3]) for quad in content.quads), snapshot.merged)
            name = sha256(snapshot.statements)[:16]
        with report.stage("load"):
            load_store(snapshot, snapshot.store)
        with report.stage("checks"):
            problems = list(check_queries(ox.Store.read_only(str(snapshot.store)), recipe.checks))
            if problems:
                raise BuildRefused(f"The query checks found {len(problems)} problems", problems)
        with report.stage("questions"):
            asked = _asked(snapshot, recipe)
        with report.stage("index"):
            build_index(content.collection, snapshot.search)
            write_network(content.derived, Names(content.collection, content.codes), snapshot.network)
            write_void(snapshot)
        with report.stage("dumps"):
            dumps = write_dumps(snapshot, _titles(content)) if recipe.public else {}
        if report.passed_over:
            _write_rejects(report, fresh / "rejects.csv")
        report.counts = _counts(content, quads, triples)
        write_manifest(fresh, _manifest(name, recipe, report) | asked | {"dumps": dumps})
        return publish(home, fresh, name), report


def _write_rejects(report: Report, path: Path) -> None:
    """Write what was passed over as a table; no cell of it is taken for a formula by a spreadsheet."""
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("source", "file", "line", "column", "reason"))
        for source, rejects in report.passed_over.items():
            for reject in rejects:
                texts = (source, reject.file, str(reject.line), reject.column, reject.reason)
                writer.writerow(f"'{text}" if text[:1] in "=+-@\t\r" and text[1:] else text for text in texts)


def _located(problems: Iterable[Problem], collection: Collection) -> list[str]:
    owners = {iri: entry.located for iri, entry in collection.entries.items()}
    for entry in collection.entries.values():
        owners.update(dict.fromkeys(entry.evidence, entry.located))
    places = {str(iri): f"{located.file}:{located.line}: " for iri, located in owners.items()}
    return [places.get(problem.focus, "") + str(problem) for problem in problems]


def _vocabulary(*graphs: Graph) -> Iterator[Quad]:
    """Yield the ontology and the code lists as they stand; a blank node in them is refused when it is written."""
    for graph in graphs:
        for triple in graph:
            yield *cast(Triple, triple), ONTOLOGY


def _about(recipe: Recipe, report: Report) -> Iterator[Quad]:
    """Yield what the graph says of itself: the data set, its date, and each source graph with its licence."""
    whole = BASE["dataset"]
    day = Literal(recipe.data_date.isoformat(), datatype=XSD.date)
    for predicate, value in (
        (RDF.type, DCAT.Dataset),
        (DCTERMS.title, Literal("Cyber governance graph", lang="en")),
        (RDFS.label, Literal("Cyber governance graph", lang="en")),
        (DCTERMS.license, CC_BY),
        (CG.dataDate, day),
    ):
        yield whole, predicate, value, META
    for loader in recipe.loaders:
        if loader.name in report.accounts:
            yield loader.graph, RDF.type, DCAT.Dataset, META
            yield loader.graph, RDF.type, PROV.Entity, META
            yield loader.graph, DCTERMS.title, Literal(loader.title, lang="en"), META
            yield loader.graph, RDFS.label, Literal(loader.title, lang="en"), META
            yield loader.graph, DCTERMS.license, loader.licence, META
            yield loader.graph, DCTERMS.isPartOf, whole, META
            if loader.publisher:
                yield loader.graph, DC.publisher, Literal(loader.publisher), META
            if loader.citation:
                yield loader.graph, DCTERMS.bibliographicCitation, Literal(loader.citation), META
    for graph, label in ((DERIVED, "Derived statements"), (ONTOLOGY, "Ontology and code lists"), (META, "Metadata")):
        yield graph, RDFS.label, Literal(label, lang="en"), META
        yield graph, DCTERMS.license, CC_BY, META


def _asked(snapshot: Snapshot, recipe: Recipe) -> dict[str, Any]:
    """Return how many rows each question has, by its name, and the inventory.

    Raise BuildRefused where a question fails or takes too long.
    """
    with LocalEngine(
        snapshot.store, workers=1, deadline=60, max_bytes=200_000_000, memory=8_000_000_000, queue_limit=1
    ) as engine:
        answers = {name: _answered(name, question, engine) for name, question in recipe.questions.items()}
        whole = {name: _answered(name, question, engine) for name, question in recipe.inventory.items()}
    counts = {name: len(json.loads(answer)["results"]["bindings"]) for name, answer in answers.items()}
    return {"answers": counts, "inventory": {name: read_rows(answer) for name, answer in whole.items()}}


def _answered(name: str, question: str, engine: LocalEngine) -> bytes:
    try:
        return engine.select(question)
    except CyberGovError as error:
        raise BuildRefused("A question of the catalogue has no answer", [f"{name}: {error}"]) from error


def _titles(content: Content) -> dict[str, str]:
    """Return what the metadata call each graph, by its name."""
    return {str(s): str(value) for s, p, value, graph in content.quads if graph == META and p == RDFS.label}


def _counts(content: Content, quads: int, triples: int) -> dict[str, Any]:
    entries = content.collection.entries.values()
    best = Counter(entry.verification for entry in entries if entry.evidence)
    return {
        "statements": triples,
        "statements_in_graphs": quads,
        "kinds": dict(sorted(Counter(entry.record.kind for entry in entries).items())),
        "by_best_evidence": dict(sorted(best.items())),
        "disputed": sum(entry.disputed for entry in entries),
    }


def _manifest(name: str, recipe: Recipe, report: Report) -> dict[str, Any]:
    return {
        "id": name,
        "data_date": recipe.data_date.isoformat(),
        "public": recipe.public,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "host": platform.node(),
        "seconds": report.seconds,
        "counts": report.counts,
        "warnings": len(report.warnings),
        "wanted": dict(sorted(report.wanted.items())),
        "passed_over": {name: len(rejects) for name, rejects in report.passed_over.items()},
        "rows": {
            loader.name: {
                "title": loader.title,
                "publisher": loader.publisher,
                "licence": str(loader.licence),
                **_account(report.accounts[loader.name]),
            }
            for loader in recipe.loaders
            if loader.name in report.accounts
        },
    }


def _account(account: Account) -> dict[str, Any]:
    return {
        "rows": account.rows,
        "claims": account.claims,
        "evidence": account.evidence,
        "out_of_scope": dict(account.out_of_scope),
        "rejects": account.rejects,
    }
