"""V-Dem's classification of regimes: V-Dem's, by year, of the state that was there, and never made up from indices."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas
import pytest
import rdata
from datasets import read, shared
from few import faults, few

from graph.collect import Collection, Located
from graph.dates import Stated
from graph.model import Membership, Organisation, RegimeClassification
from graph.record import Evidence, coded
from graph.terms import CG, GRAPH, ID
from loaders.datasets.vdem import BEFORE, DATASET, EPISODES, INDICES, NO_ACTOR, NOT_CLASSIFIED, ONLY_INDICES, TOO_EARLY

Cells = Mapping[str, Sequence[object]]
NOTHING = float("nan")


@pytest.fixture
def saved(tmp_path: Path) -> Save:
    return Save(tmp_path / "saved.rda")


class Save:
    """Saves a table as R does."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, columns: Cells, name: str = "episodes") -> bytes:
        rdata.write_rda(self._path, {name: pandas.DataFrame(dict(columns))}, compression="bzip2", format_version=2)
        return self._path.read_bytes()

    def rows(self, *rows: tuple[object, object, object]) -> dict[str, bytes]:
        codes, years, types = zip(*rows, strict=True)
        columns = {"v2x_regime": list(types), "country_name": list(codes), "year": list(years)}
        return {EPISODES: self(columns | {"country_text_id": list(codes)})}


def tables() -> Collection:
    """The states, their successions, and since when some are members of the United Nations."""
    collection = few("states", "successions")
    evidence = (Evidence(source=ID["source/editors-recollection"], verification="unchecked"),)
    for code, year in (("BIH", 1992), ("DDR", 1973), ("DEU", 1973), ("FRA", 1945), ("IND", 1945), ("RUS", 1945)):
        membership = Membership(
            forum=ID["organisation/un"],
            member=ID[f"state/{code}"],
            role=coded("membership-role", "member"),
            spell=1,
            start=Stated(year),
            evidence=evidence,
        )
        collection.add(Located("memberships", 2, membership), GRAPH["source/memberships"])
    return collection


def claim(collection: Collection, slug: str) -> RegimeClassification | None:
    entry = collection.entries.get(ID[f"regime-classification/{slug}"])
    record = entry.record if entry else None
    assert record is None or isinstance(record, RegimeClassification)
    return record


def refused(collection: Collection) -> list[tuple[str, int, str]]:
    return [(reject.file, reject.line, reject.column) for reject in collection.passed_over]


def test_a_row_is_what_v_dem_says_of_a_state_for_a_year(saved: Save) -> None:
    given = saved.rows(("DEU", 2004.0, 3.0), ("DEU", 2005.0, 2.0), ("CHN", 2004.0, 0.0), ("XKX", 2004.0, 1.0))
    collection, account = read(DATASET, given, tables())
    record = claim(collection, "DEU-v-dem-2004")
    assert record is not None
    assert (record.state, record.classified_by, record.year) == (ID["state/DEU"], ID["organisation/v-dem"], 2004)
    assert record.regime_type == coded("regime-type", "liberal-democracy")
    institute = collection.entries[ID["organisation/v-dem"]].record
    assert isinstance(institute, Organisation)
    assert institute.name == "V-Dem Institute"
    assert (account.claims, account.rows) == (4, 4)


def test_all_classifications_of_a_version_share_one_evidence(saved: Save) -> None:
    collection, _ = read(DATASET, saved.rows(("DEU", 2004.0, 3.0), ("CHN", 2005.0, 0.0)), tables())
    of_claims = {
        value
        for subject, predicate, value, graph in collection.quads()
        if predicate == CG.evidence and subject.startswith(ID["regime-classification/"])
    }
    assert of_claims == {ID["evidence/regime-classification-v-dem-vdem-15-0"]}
    mine = {quad for quad in collection.quads() if quad[3] == GRAPH["source/vdem"] and quad[0] in of_claims}
    assert len(mine) == 5  # its class, source, place, and how it was checked and bears


@pytest.mark.slow
def test_a_build_finds_no_fault_in_it(saved: Save, tmp_path: Path) -> None:
    collection, _ = read(DATASET, saved.rows(("DEU", 2004.0, 3.0), ("CHN", 2005.0, 0.0)))
    assert faults(collection, DATASET, tmp_path / "memory") == []


def test_earlier_years_come_where_all_are_asked_for(saved: Save) -> None:
    given = saved.rows(("FRA", 1999.0, 3.0), ("FRA", 1900.0, 2.0))
    _, account = read(DATASET, given, tables())
    assert account.out_of_scope == {TOO_EARLY: 2}
    collection, account = read(DATASET, given, tables(), everything=True)
    assert claim(collection, "FRA-v-dem-1999") is not None
    assert account.out_of_scope == {BEFORE: 1}


@pytest.mark.parametrize(
    ("code", "year", "is_meant"),
    [
        ("SRB", 2005, False),  # Serbia and Montenegro
        ("SRB", 2006, True),
        ("MNE", 2005, False),
        ("SSD", 2011, True),
        ("SDN", 2005, True),  # goes on after South Sudan left
        ("TLS", 2001, True),  # not a successor here
        ("RUS", 1990, False),  # the Soviet Union
        ("RUS", 1992, True),
        ("DEU", 1985, False),  # two states
        ("DDR", 1985, True),
        ("BIH", 1991, False),  # its succession is not dated; others to the same state are
        ("BIH", 1995, True),
        ("IND", 1920, False),  # a colony
    ],
)
def test_a_year_before_a_succession_is_not_said_of_the_successor(
    saved: Save, code: str, year: int, is_meant: bool
) -> None:
    collection, account = read(DATASET, saved.rows((code, float(year), 1.0)), tables(), everything=True)
    assert (claim(collection, f"{code}-v-dem-{year}") is not None) == is_meant
    assert account.out_of_scope == ({} if is_meant else {BEFORE: 1})


def test_no_type_is_no_claim_and_neither_is_a_unit_that_is_no_actor_here(saved: Save) -> None:
    _, account = read(DATASET, saved.rows(("FRA", 2004.0, NOTHING), ("HKG", 2004.0, 1.0)), tables())
    assert account.out_of_scope == {NOT_CLASSIFIED: 1, NO_ACTOR: 1}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("QQQ", 2004.0, 1.0), "country_text_id"),
        (("", 2004.0, 1.0), "country_text_id"),
        (("<b>", 2004.0, 1.0), "country_text_id"),
        (("=1+1", 2004.0, 1.0), "country_text_id"),
        (("F" * 5000, 2004.0, 1.0), "country_text_id"),
        (("FRA", 2004.5, 1.0), "year"),
        (("FRA", NOTHING, 1.0), "year"),
        (("FRA", float("inf"), 1.0), "year"),
        (("FRA", 20040.0, 1.0), "year"),
        (("FRA", 2004.0, 4.0), "v2x_regime"),
        (("FRA", 2004.0, -1.0), "v2x_regime"),
        (("FRA", 2004.0, 1.5), "v2x_regime"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_reject(saved: Save, row: tuple[str, float, float], column: str) -> None:
    collection, account = read(DATASET, saved.rows(("DEU", 2004.0, 3.0), row), tables())
    assert refused(collection) == [(EPISODES, 2, column)]
    assert (account.claims, account.rejects) == (1, 1)


def test_two_types_for_one_year_are_disputed_and_the_same_twice_adds_nothing(saved: Save) -> None:
    given = saved.rows(("FRA", 2004.0, 3.0), ("FRA", 2004.0, 3.0), ("DEU", 2004.0, 3.0), ("DEU", 2004.0, 2.0))
    collection, account = read(DATASET, given, tables())
    assert not collection.entries[ID["regime-classification/FRA-v-dem-2004"]].disputed
    assert collection.entries[ID["regime-classification/DEU-v-dem-2004"]].disputed
    assert (account.claims, account.evidence) == (2, 2)


COLUMNS: Cells = {"country_text_id": ["FRA"], "year": [2004.0], "v2x_regime": [3.0]}


@pytest.mark.parametrize(
    ("columns", "column"),
    [
        ({"country_text_id": ["FRA"], "year": [2004.0]}, "v2x_regime"),
        ({"country_text_id": ["FRA"], "year": [2004.0], "v2x_regimes": [3.0]}, "v2x_regime"),
        ({"country": ["FRA"], "year": [2004.0], "v2x_regime": [3.0]}, "country_text_id"),
        ({**COLUMNS, "v2x_new": [1.0]}, "v2x_new"),
    ],
)
def test_a_column_that_is_missing_or_new_is_a_fault_that_names_it(saved: Save, columns: Cells, column: str) -> None:
    collection, account = read(DATASET, {EPISODES: saved(columns)}, tables())
    assert refused(collection) == [(EPISODES, 0, column)]
    assert (account.rows, account.faults) == (0, 1)


@pytest.mark.parametrize("spoil", ["half", "other name", "text", "empty", "half of the plain"])
def test_half_a_file_or_another_is_a_fault_of_the_whole(saved: Save, spoil: str) -> None:
    whole = saved(COLUMNS)
    plain = bz2.decompress(whole)
    spoilt = {
        "half": whole[: len(whole) // 2],
        "other name": saved(COLUMNS, "vdem"),
        "text": b"country_text_id,year,v2x_regime\nFRA,2004,3\n",
        "empty": b"",
        "half of the plain": gzip.compress(plain[: len(plain) // 2]),
    }[spoil]
    collection, account = read(DATASET, {EPISODES: spoilt}, tables())
    assert refused(collection) == [(EPISODES, 0, "-")]
    assert (account.claims, account.rows) == (0, 0)


def test_indices_alone_are_counted_and_make_no_type(saved: Save) -> None:
    indices = {"country_text_id": ["FRA", "DEU"], "year": [2004.0, 2004.0], "v2x_polyarchy": [0.9, 0.9]}
    collection, account = read(DATASET, {INDICES: saved(indices, "vdem_simple")}, tables())
    assert account.out_of_scope == {ONLY_INDICES: 2}
    assert collection.passed_over == []
    collection, _ = read(DATASET, {INDICES: saved(indices)}, tables())
    assert refused(collection) == [(INDICES, 0, "-")]


def test_the_real_table_of_indices_is_accounted_for() -> None:
    files = {INDICES: shared("democracy_regimes", INDICES).read_bytes()}
    collection, account = read(DATASET, files, tables())
    assert collection.passed_over == []
    assert (account.rows, account.out_of_scope) == (27_913, {ONLY_INDICES: 27_913})


def test_the_real_classification_is_accounted_for_and_read_twice_changes_nothing() -> None:
    files = {EPISODES: shared("democracy_regimes", EPISODES).read_bytes()}
    collection, account = read(DATASET, files)
    assert collection.passed_over == []
    assert (account.rows, account.claims) == (19_678, 4352)
    assert account.out_of_scope == {TOO_EARLY: 15_221, NO_ACTOR: 93, BEFORE: 12}
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
