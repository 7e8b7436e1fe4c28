"""First national strategies: dated as far as the data set knows, linked to ours, and never a "no"."""

from __future__ import annotations

import pytest
from datasets import folder, landscape, read, shared

from graph.dates import Stated
from graph.model import Measure
from graph.terms import ID
from loaders.datasets.national_strategies import DATASET, FILE, NONE_FOUND

HEADER = "Countries,DATE,Year,cyb_strategy,total_strategies\n"


def test_a_dated_strategy_becomes_a_measure_as_precise_as_the_file() -> None:
    collection, account = read(DATASET, {FILE: f"{HEADER}AFG,20141101,2014,1,1\nALB,20150101,2015,1,2\n".encode()})
    measure = collection.entries[ID["measure/afg-first-cybersecurity-strategy"]].record
    assert isinstance(measure, Measure)
    assert (measure.measure_of, measure.date) == (ID["state/AFG"], Stated(2014, 11))
    assert (account.claims, account.rows) == (2, 2)


def test_no_date_is_out_of_scope_and_no_claim_of_none() -> None:
    _, account = read(DATASET, {FILE: f"{HEADER}TUV,NA,NA,0,0\n".encode()})
    assert dict(account.out_of_scope) == {NONE_FOUND: 1}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("XXX,20110201,2011,1,1", "Countries"),
        ("DEU,20110230,2011,1,1", "DATE"),
        ("DEU,2011-02-01,2011,1,1", "DATE"),
        ("DEU,20110201,2012,1,1", "DATE"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_reject_with_its_place(row: str, column: str) -> None:
    collection, account = read(DATASET, {FILE: f"{HEADER}{row}\n".encode()})
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == (FILE, 2, column)
    assert account.rows == account.rejects == 1


def test_the_real_file_is_accounted_for_and_read_twice_changes_nothing() -> None:
    files = folder(shared("national_cyber_strategies"))
    collection, account = read(DATASET, files)
    assert collection.passed_over == []
    assert (account.rows, account.out_of_scope.total()) == (193, 58)
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
    assert len(before) > len(sorted(landscape().quads()))
