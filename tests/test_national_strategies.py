"""First national strategies: dated as far as the data set knows, linked to ours, and never a "no"."""

from __future__ import annotations

import dataclasses

import pytest
from datasets import folder, landscape, read, shared
from few import few

from graph.dates import Stated
from graph.model import Measure
from graph.terms import ID
from loaders.datasets.national_strategies import DATASET, FILE, NONE_FOUND

HEADER = "Countries,DATE,Year,cyb_strategy,total_strategies\n"


def test_a_dated_strategy_becomes_a_measure_as_precise_as_the_file() -> None:
    collection, account = read(
        DATASET, {FILE: f"{HEADER}AFG,20141101,2014,1,1\nALB,20150101,2015,1,2\n".encode()}, few("states")
    )
    measure = collection.entries[ID["measure/afg-first-cybersecurity-strategy"]].record
    assert isinstance(measure, Measure)
    assert (measure.measure_of, measure.date) == (ID["state/AFG"], Stated(2014, 11))
    assert (account.claims, account.rows) == (2, 2)


def test_no_date_is_out_of_scope_and_no_claim_of_none() -> None:
    _, account = read(DATASET, {FILE: f"{HEADER}TUV,NA,NA,0,0\n".encode()}, few("states"))
    assert dict(account.out_of_scope) == {NONE_FOUND: 1}


@pytest.mark.parametrize("code", ["ATG", "IRQ", "NAM"])
def test_a_date_beside_a_count_of_none_is_kept_with_the_doubt(code: str) -> None:
    collection, account = read(DATASET, {FILE: f"{HEADER}{code},20220101,2022,1,0\n".encode()}, few("states"))
    entry = collection.entries[ID[f"measure/{code.lower()}-first-cybersecurity-strategy"]]
    (note,) = [evidence.note for _, evidence, _ in entry.evidence.values()]
    assert note is not None
    assert "counts no strategy" in note
    assert (account.claims, account.rejects) == (1, 0)


def test_a_strategy_of_ours_of_the_same_date_gets_evidence_unless_several_are() -> None:
    own = ID["measure/deu-first-cybersecurity-strategy"]
    collection = few("states", "measures")
    given = {FILE: f"{HEADER}DEU,20110201,2011,1,3\n".encode()}
    _, account = read(DATASET, given, collection)
    assert (account.claims, account.evidence, own in collection.entries) == (0, 1, False)
    collection = few("states", "measures")
    ours = collection.entries[ID["measure/deu-national-strategy-2011"]]
    twin = dataclasses.replace(ours.record, id="deu-second-of-2011", evidence=())  # type: ignore[call-arg]
    collection.add(dataclasses.replace(ours.located, record=twin), ours.graph)
    _, account = read(DATASET, given, collection)
    assert (account.claims, account.evidence, own in collection.entries) == (1, 0, True)


def test_the_order_of_columns_means_nothing() -> None:
    plain, _ = read(DATASET, {FILE: f"{HEADER}AFG,20141101,2014,1,1\n".encode()}, few("states"))
    turned = b"total_strategies,Year,cyb_strategy,DATE,Countries\n1,2014,1,20141101,AFG\n"
    other, _ = read(DATASET, {FILE: turned}, few("states"))
    assert sorted(other.quads()) == sorted(plain.quads())


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (HEADER.replace("DATE", "Date") + "DEU,20110201,2011,1,3\n", "DATE"),
        (HEADER.replace("Year", "DATE") + "DEU,20110201,2011,1,3\n", "Year"),
        (HEADER.strip() + ",Year\nDEU,20110201,2011,1,3,2011\n", "Year"),
        (HEADER.strip() + ",title\nDEU,20110201,2011,1,3,x\n", "title"),
        (HEADER + "DEU,2011", "DATE"),
        (HEADER + 'DEU,"2011', "-"),
        ("", "header"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_told_with_the_column(content: str, column: str) -> None:
    collection, _ = read(DATASET, {FILE: content.encode()}, few("states"))
    assert column in [reject.column for reject in collection.passed_over]


def test_a_file_in_another_encoding_is_refused_as_a_whole() -> None:
    given = {FILE: HEADER.encode() + b"AFG,20141101,2014,1,1\nDE\xdc,20110201,2011,1,3\n"}
    collection, account = read(DATASET, given, few("states"))
    assert [(reject.line, reject.column) for reject in collection.passed_over] == [(3, "-")]
    assert (account.claims, account.rows) == (0, 0)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("XXX,20110201,2011,1,1", "Countries"),
        ("DEU,20110230,2011,1,1", "DATE"),
        ("DEU,2011-02-01,2011,1,1", "DATE"),
        ("DEU,20110201,2012,1,1", "DATE"),
        ("DEU,20110201,NA,1,1", "DATE"),
        ("DEU,NA,2011,1,1", "DATE"),
        ("DEU,,,1,1", "DATE"),
        ("TUV,NA,NA,1,1", "DATE"),  # no date, and a strategy counted
        ("TUV,NA,NA,0,2", "DATE"),
        ("NA,20220101,2022,1,1", "Countries"),  # no value, and no Namibia
        ("Germany,20110201,2011,1,1", "Countries"),
        ("XXX,NA,NA,0,0", "Countries"),
        ("DEU,20110201,2011,2,1", "cyb_strategy"),
        ("DEU,20110201,2011,1,NA", "total_strategies"),
        ("=HYPERLINK(1),20110201,2011,1,1", "Countries"),
        ("DE\x07,20110201,2011,1,1", "Countries"),
        ("<script>,20110201,2011,1,1", "Countries"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_reject_with_its_place(row: str, column: str) -> None:
    collection, account = read(DATASET, {FILE: f"{HEADER}{row}\n".encode()}, few("states"))
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == (FILE, 2, column)
    assert account.rows == account.rejects == 1


@pytest.mark.slow
def test_the_real_file_is_accounted_for_and_read_twice_changes_nothing() -> None:
    files = folder(shared("national_cyber_strategies"))
    collection, account = read(DATASET, files)
    assert collection.passed_over == []
    assert (account.rows, account.out_of_scope.total()) == (193, 58)
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
    assert len(before) > len(sorted(landscape().quads()))
