"""A few curated tables in tests: read once, and given out anew each time, much quicker than all of them."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import cast

from datasets import copied
from rdflib import URIRef

from graph.collect import Collection
from graph.derive import derive
from graph.record import Triple
from graph.terms import GRAPH
from graph.turtle import load
from graph.validate import Shapes
from loaders import curated
from loaders.dataset import DataSet
from ontology import CODES, CORE, SHAPES


@cache
def _read(names: tuple[str, ...]) -> Collection:
    collection = Collection()
    loaders = {loader.name: loader for loader in curated.loaders()}
    for name in names:
        collection.read(loaders[name])
    return collection


def few(*names: str) -> Collection:
    """Return what the curated tables of these names state, as a collection of its own that a test may add to."""
    return copied(_read(names))


def faults(collection: Collection, dataset: DataSet, memory: Path) -> list[str]:
    """Return what a build would refuse in what a data set made: references that lead nowhere, and broken shapes."""
    vocabulary = load(CODES)
    codes = frozenset(subject for subject in vocabulary.subjects() if isinstance(subject, URIRef))
    everything: defaultdict[URIRef, list[Triple]] = defaultdict(list)
    own: list[Triple] = []
    for subject, predicate, value, graph in collection.quads():
        everything[subject].append((subject, predicate, value))
        if graph == GRAPH[f"source/{dataset.name}"]:
            own.append((subject, predicate, value))
    derived = derive(collection, load(CORE), vocabulary, curated.DATA_DATE)
    for triple in (*derived, *(cast(Triple, stated) for stated in vocabulary)):
        everything[triple[0]].append(triple)
    found = Shapes(SHAPES, memory).problems({GRAPH[f"source/{dataset.name}"]: own}, everything)
    grave = [str(problem) for problem in found if problem.is_grave]
    return [*map(str, collection.dangling(codes)), *grave]
