"""A trial: what a contribution would add, what it would touch, and what is wrong with it. Nothing is written."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef

from graph.build import Recipe
from graph.collect import Account, Collection, Item, Loader, Located, Quad, Reject
from graph.derive import DERIVED, derive
from graph.nquads import line
from graph.record import Record, Triple
from graph.turtle import load
from graph.validate import Problem, Shapes, check_queries
from loaders.own.contribution import Contribution
from loaders.own.grammar import short

_PATH = re.compile(r" \(\w{24,}\)$")  # a path of several steps has no name that a person could read


@dataclass
class Trial:
    """What came out of it. Places are lines of the file, by the identifiers of what was made of them."""

    contribution: Contribution
    account: Account = field(default_factory=Account)
    rejects: list[Reject] = field(default_factory=list)
    matched: list[URIRef] = field(default_factory=list)
    filled: dict[URIRef, list[str]] = field(default_factory=dict)
    disputed: list[URIRef] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def grave(self) -> list[Problem]:
        """The problems for which it cannot be taken."""
        return [problem for problem in self.problems if problem.is_grave]

    @property
    def may_be_taken(self) -> bool:
        """Whether nothing is refused, and something is there."""
        return not self.rejects and not self.grave and self.account.rows > 0


def attempt(contribution: Contribution, recipe: Recipe, memory: Path) -> Trial:
    """Read a contribution after all that the recipe has (other contributions apart), and hold it against the shapes."""
    collection = Collection()
    for loader in recipe.loaders:
        collection.read(loader)
    ontology, codes = load(recipe.ontology), load(recipe.codes)
    declared = frozenset(subject for subject in codes.subjects() if isinstance(subject, URIRef))
    before = {iri: (entry.record, entry.disputed, len(entry.evidence)) for iri, entry in collection.entries.items()}
    passed_over = len(collection.passed_over)

    trial = Trial(contribution)
    loader = _noted(contribution.loader(codes=declared), trial.places)
    trial.account = collection.read(loader)
    trial.rejects = collection.passed_over[passed_over:]
    _compare(trial, collection, before)
    if trial.rejects:  # the rest would be told of a graph with holes in it
        return trial
    quads = list(collection.quads())
    derived = [(s, p, o, DERIVED) for s, p, o in derive(collection, ontology, codes, recipe.data_date)]
    terms = [(s, p, o, DERIVED) for graph in (ontology, codes) for s, p, o in graph if isinstance(s, URIRef)]
    every: list[Quad] = [*quads, *derived, *terms]  # type: ignore[list-item]
    trial.problems = _problems(every, contribution.description.graph, recipe, memory, before)
    if not trial.grave:
        store = ox.Store()
        store.bulk_load(b"".join({line(*quad[:3]) for quad in every}), format=ox.RdfFormat.N_TRIPLES)
        trial.problems += check_queries(store, recipe.checks)
    return trial


def _noted(loader: Loader, places: dict[str, str]) -> Loader:
    """Return a loader that notes where in the file each record stands."""

    def load(collection: Collection) -> Iterator[Item]:
        for item in loader.load(collection):
            if isinstance(item, Located):
                for record in (item.record, *item.beside):
                    places.setdefault(str(record.iri), item.place)
            yield item

    return dataclasses.replace(loader, load=load)


def _compare(trial: Trial, collection: Collection, before: Mapping[URIRef, tuple[Record, bool, int]]) -> None:
    """Note what became of things that were there before, and where the evidence of the contribution stands."""
    graph = trial.contribution.description.graph
    for iri, entry in collection.entries.items():
        own = (str(node) for node, (where, _, _) in entry.evidence.items() if where == graph)
        trial.places.update(dict.fromkeys(own, trial.places.get(str(iri), "")))
        if iri not in before:
            continue
        record, was_disputed, evidence = before[iri]
        if len(entry.evidence) > evidence:
            trial.matched.append(iri)
        if entry.record != record:
            names = [name for name in record.specs() if getattr(record, name) != getattr(entry.record, name)]
            trial.filled[iri] = names
        if entry.disputed and not was_disputed:
            trial.disputed.append(iri)


def _problems(
    quads: Iterable[Quad], graph: URIRef, recipe: Recipe, memory: Path, before: Mapping[URIRef, object]
) -> list[Problem]:
    """Return what the shapes find in the contribution's graph; of what was there before only what is grave."""
    everything: dict[URIRef, list[Triple]] = defaultdict(list)
    own: list[Triple] = []
    for subject, predicate, value, where in quads:
        everything[subject].append((subject, predicate, value))
        if where == graph:
            own.append((subject, predicate, value))
    found = Shapes(recipe.shapes, memory).problems({graph: own}, everything)
    return [problem for problem in found if problem.is_grave or URIRef(problem.focus) not in before]


def told(trial: Trial) -> Iterator[str]:
    """Yield the trial in lines for people."""
    said, account = trial.contribution.description, trial.account
    yield f"{said.name}: {said.title}, by {said.publisher}"
    yield f"licence: {said.licence}" + ("" if said.redistributable else " (stays out of public builds)")
    yield (
        f"rows {account.rows} = {account.claims} that add claims or things + {account.evidence} that only add evidence "
        f"+ {account.out_of_scope.total()} out of scope + {account.rejects} refused"
    )
    for rule, number in account.out_of_scope.items():
        yield f"  out of scope {number}: {rule}"
    yield from _list("would be added", [f"{number} {kind}" for kind, number in sorted(account.made.items()) if number])
    yield from _list("known already, and given further evidence", map(short, trial.matched))
    yield from _list(
        "known already, and filled where nothing was stated",
        (f"{short(iri)}: {', '.join(names)}" for iri, names in trial.filled.items()),
    )
    yield from _list("would become disputed", map(short, trial.disputed))
    yield from _list("refused", map(str, trial.rejects))
    for severity, title in (
        ("Violation", "breaks a rule"),
        ("Warning", "ought to be mended"),
        ("Info", "would be good"),
    ):
        yield from _list(title, _in_words(trial, severity))


def _in_words(trial: Trial, severity: str) -> list[str]:
    found = Counter[str]()
    for problem in trial.problems:
        if problem.severity == severity:
            named = (trial.places.get(word, "") for word in (problem.focus, *re.split(r"[\s,]+", problem.message)))
            place = next(filter(None, named), "")
            words = _PATH.sub("", problem.message)
            found[f"{place + ': ' if place else ''}{short(problem.focus)}: {words}"] += 1
    return sorted(found)


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a title with its number and its lines, or nothing where there is none."""
    every = list(lines)
    if every:
        yield f"{title}: {len(every)}"
        yield from (f"  {each}" for each in every)
