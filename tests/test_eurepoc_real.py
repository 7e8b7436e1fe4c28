"""The real EuRepoC beside the curated landscape: every row accounted for, operations linked, nothing said of guilt."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import cast

import pytest
from datasets import folder, landscape, read, shared
from rdflib import URIRef

import ontology
from graph.collect import Account, Collection
from graph.derive import derive
from graph.model import Attribution, Operation
from graph.record import Triple, coded
from graph.terms import CG, ID
from graph.turtle import load
from graph.validate import Shapes
from loaders.curated import DATA_DATE
from loaders.datasets.eurepoc import DATASET, DATASET_1_3
from loaders.datasets.eurepoc_versions import V1_1, V1_3

pytestmark = pytest.mark.slow

GRAPH = DATASET.loader({}).graph

Read = tuple[Collection, Account]


@pytest.fixture(scope="module")
def real() -> Read:
    return read(DATASET, folder(shared("eurepoc")))


def test_every_row_is_accounted_for_and_none_is_rejected(real: Read) -> None:
    collection, account = real
    assert collection.passed_over == []
    assert dict(account.files) == {V1_1.incidents: 1643, V1_1.attributions: 2643, V1_1.receivers: 6333}
    assert (account.rows, account.rejects, account.faults) == (10619, 0, 0)
    assert account.out_of_scope.total() == 1392


def test_every_incident_is_one_operation_and_those_of_ours_are_linked(real: Read) -> None:
    collection, account = real
    numbers = Counter(
        number
        for entry in collection.entries.values()
        if isinstance(entry.record, Operation)
        for number in entry.record.identifier
        if number.startswith("EuRepoC ")
    )
    assert len(numbers) == 1643
    assert set(numbers.values()) == {1}
    assert account.made["operation"] == 1643 - 30
    sources = {e.source for _, e, _ in collection.entries[ID["operation/notpetya"]].evidence.values()}
    assert len(sources) > 2


def test_acts_known_from_here_alone_are_told_apart_from_our_own(real: Read) -> None:
    collection, account = real
    acts = [e.record for e in collection.entries.values() if e.graph == GRAPH and isinstance(e.record, Attribution)]
    assert len(acts) == account.made["attribution"] > 0
    assert {act.stance for act in acts} == {coded("attribution-stance", "reported-by-another")}
    assert not any(act.attributed_to or act.state_named_by_others for act in acts)
    matched = [e for e in collection.entries.values() if isinstance(e.record, Attribution) and e.graph != GRAPH]
    assert sum(any(graph == GRAPH for graph, _, _ in e.evidence.values()) for e in matched) > 30


def test_no_path_leads_from_an_operation_to_a_state_but_as_target(real: Read) -> None:
    leads = {
        predicate
        for subject, predicate, value, graph in real[0].quads()
        if graph == GRAPH and subject.startswith(ID["operation/"]) and str(value).startswith(ID["state/"])
    }
    assert leads == {CG.target}


def test_references_lead_somewhere_and_the_shapes_find_nothing_grave(real: Read, tmp_path: Path) -> None:
    collection = real[0]
    codes = load(ontology.CODES)
    declared = frozenset(subject for subject in codes.subjects() if isinstance(subject, URIRef))
    assert list(collection.dangling(declared)) == []
    everything: defaultdict[URIRef, list[Triple]] = defaultdict(list)
    touched = set()
    for subject, predicate, value, graph in collection.quads():
        everything[subject].append((subject, predicate, value))
        if graph == GRAPH:
            touched.add(subject)
    own = [triple for subject in touched for triple in everything[subject]]
    derived = derive(collection, load(ontology.CORE), codes, DATA_DATE)
    for triple in (*derived, *(cast(Triple, stated) for stated in codes)):
        everything[triple[0]].append(triple)
    found = Shapes(ontology.SHAPES, tmp_path).problems({GRAPH: own}, everything)
    assert [problem for problem in found if problem.is_grave] == []


def test_reading_the_real_files_twice_changes_nothing(real: Read) -> None:
    collection, _ = real
    before = sorted(collection.quads())
    again, _ = read(DATASET, folder(shared("eurepoc")), collection)
    assert sorted(again.quads()) == before


def test_the_excerpts_of_the_later_version_are_read_as_far_as_they_go() -> None:
    excerpts = {
        V1_3.incidents: shared("eurepoc", "EXCERPT_eurepoc_global_dataset_1_3_header.csv").read_bytes(),
        V1_3.attributions: shared("eurepoc", "EXCERPT_eurepoc_attribution_dataset_1_3.csv").read_bytes(),
    }
    collection, account = read(DATASET_1_3, excerpts, landscape())
    assert account.faults == 0
    assert (account.rows, account.rejects) == (6, 6)
    assert all("no incident" in reject.reason for reject in collection.passed_over)
