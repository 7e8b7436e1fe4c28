"""Result formats held against the W3C's own SPARQL 1.1 tests, where `make test-data` has fetched them."""

import csv
import io
import json
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.engine import LocalEngine

sys.path.insert(0, str(Path(__file__).resolve().parent))
from standards import FILES, FOLDER, is_there

pytestmark = pytest.mark.skipif(
    not all(map(is_there, FILES)), reason="the W3C's files are not here; `make test-data` fetches them"
)
TABLES = [
    ("csv-tsv-res/data.ttl", "csv-tsv-res/csvtsv01.rq", "csv-tsv-res/csvtsv01"),
    ("csv-tsv-res/data.ttl", "csv-tsv-res/csvtsv02.rq", "csv-tsv-res/csvtsv02"),
    ("csv-tsv-res/data2.ttl", "csv-tsv-res/csvtsv01.rq", "csv-tsv-res/csvtsv03"),
]
JSON = [f"json-res/jsonres0{number}" for number in (1, 2, 3, 4)]


@pytest.fixture
def ask(tmp_path):
    engines = []

    def answer(data: str, query: str, media_type: str) -> bytes:
        store = ox.Store(str(tmp_path / "store"))
        store.bulk_load(path=str(FOLDER / data), format=ox.RdfFormat.TURTLE)
        store.flush()
        del store
        engine = LocalEngine(
            tmp_path / "store", workers=1, deadline=10, max_bytes=10**6, memory=2 * 10**9, queue_limit=4
        )
        engines.append(engine)
        return engine.answer((FOLDER / query).read_text(), solutions=media_type).body

    yield answer
    for engine in engines:
        engine.close()


@pytest.mark.parametrize(("data", "query", "expected"), TABLES, ids=lambda value: value.split("/")[-1])
@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_tables_are_written_as_the_standard_says(ask, data, query, expected, form):
    media_type = {"csv": "text/csv", "tsv": "text/tab-separated-values"}[form]
    delimiter = {"csv": ",", "tsv": "\t"}[form]
    ours = rows(ask(data, query, media_type).decode(), delimiter)
    theirs = rows((FOLDER / f"{expected}.{form}").read_text(), delimiter)
    assert ours == theirs


@pytest.mark.parametrize("name", JSON)
def test_json_results_are_those_of_the_standard(ask, name):
    ours = json.loads(ask("json-res/data.ttl", f"{name}.rq", "application/sparql-results+json"))
    theirs = json.loads((FOLDER / f"{name}.srj").read_text())
    assert sorted(ours["head"].get("vars", ())) == sorted(theirs["head"].get("vars", ()))
    if "boolean" in theirs:
        assert ours["boolean"] == theirs["boolean"]
    else:
        assert Counter(map(binding, ours["results"]["bindings"])) == Counter(
            map(binding, theirs["results"]["bindings"])
        )


def rows(text: str, delimiter: str) -> Counter[frozenset[tuple[str, str]]]:
    """Read rows by column name: the order of the columns of SELECT * is the engine's own."""
    quoting = csv.QUOTE_MINIMAL if delimiter == "," else csv.QUOTE_NONE
    header, *found = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting) if row]
    names = [name.lstrip("?") for name in header]
    return Counter(frozenset(zip(names, map(comparable, row), strict=True)) for row in found)


def comparable(cell: str) -> str:
    """Blank nodes have no lasting names, and numbers may be written in several ways."""
    return "_:" if cell.startswith("_:") else number(cell)


def number(cell: str) -> str:
    bare = cell.partition("^^")[0].strip('"')
    try:
        return str(float(bare))
    except ValueError:
        return cell.removesuffix("^^<http://www.w3.org/2001/XMLSchema#string>")


def binding(row: dict[str, dict[str, str]]) -> frozenset[tuple[str, str, str]]:
    return frozenset(
        (name, term["type"], "" if term["type"] == "bnode" else term["value"]) for name, term in row.items()
    )
