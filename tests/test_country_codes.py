"""The table of codes: it agrees with ours or is refused, and territories stay out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from datasets import folder, landscape, read, shared
from few import faults, few
from rdflib import Literal, URIRef

from graph.model import State
from graph.terms import ID, OWL
from loaders.datasets.country_codes import DATASET, FILE, ITEM, LAYOUT, TERRITORY
from loaders.known import Known

WIKIDATA = "http://www.wikidata.org/entity/"
GERMANY = {
    "ISO3166-1-Alpha-2": "DE",
    "ISO3166-1-Alpha-3": "DEU",
    "ISO3166-1-numeric": "276",
    "official_name_en": "Germany",
    "official_name_fr": "Allemagne",
    "official_name_es": "Alemania",
    "official_name_ru": "Германия",
    "official_name_ar": "ألمانيا",
    "official_name_cn": "德国",
    "wikidata_id": "https://www.wikidata.org/wiki/Q183",
    "EDGAR": "2M",
}


def _table(*cells: dict[str, str]) -> dict[str, bytes]:
    text = io.StringIO()
    writer = csv.DictWriter(text, [*LAYOUT.read, "EDGAR"])
    writer.writeheader()
    writer.writerows(GERMANY | changed for changed in cells)
    return {FILE: text.getvalue().encode()}


def _refused(files: dict[str, bytes]) -> tuple[str, str]:
    collection, account = read(DATASET, files, few("sources", "states"))
    reject = collection.passed_over[0]
    assert account.claims == account.evidence == 0
    return reject.column, reject.reason


def test_a_state_gains_evidence_and_no_second_record() -> None:
    collection, account = read(DATASET, _table({}), few("sources", "states"))
    entry = collection.entries[ID["state/DEU"]]
    assert (account.rows, account.evidence, account.made.total()) == (1, 1, 0)
    assert URIRef(f"{WIKIDATA}Q183") in entry.record.same_as  # type: ignore[attr-defined]
    assert not entry.disputed


def test_codes_without_their_zeros_are_the_same_codes() -> None:
    changed = {"ISO3166-1-Alpha-2": "AF", "ISO3166-1-Alpha-3": "AFG", "ISO3166-1-numeric": "4", ITEM: ""}
    names = {column: "" for column in GERMANY if column.startswith("official_name")}
    collection, account = read(
        DATASET, _table(changed | names | {"official_name_en": "Afghanistan"}), few("sources", "states")
    )
    assert (account.evidence, collection.passed_over) == (1, [])


def test_names_at_the_united_nations_become_further_names_in_their_languages() -> None:
    korea = {
        "ISO3166-1-Alpha-2": "KR",
        "ISO3166-1-Alpha-3": "KOR",
        "ISO3166-1-numeric": "410",
        "official_name_en": "Republic of Korea",
        "official_name_fr": "République de Corée",
        "official_name_es": "República de Corea",
        "official_name_ru": "Республика Корея",
        "official_name_ar": "جمهورية كوريا",
        "official_name_cn": "大韩民国",
        "wikidata_id": "https://www.wikidata.org/wiki/Q884",
    }
    collection, _ = read(DATASET, _table(korea), few("sources", "states"))
    state = collection.entries[ID["state/KOR"]].record
    assert isinstance(state, State)
    assert {Literal("République de Corée", lang="fr"), Literal("大韩民国", lang="zh")} <= set(state.aliases)
    assert Known(collection).state("جمهورية كوريا") == ID["state/KOR"]


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"ISO3166-1-Alpha-2": "FR"}, "ISO3166-1-Alpha-2"),
        ({"ISO3166-1-numeric": "250"}, "ISO3166-1-numeric"),
        ({"official_name_en": "Cyprus"}, "official_name_en"),
        ({"official_name_fr": "Chypre"}, "official_name_fr"),
        ({"ISO3166-1-Alpha-3": "GER"}, "ISO3166-1-Alpha-3"),
        ({"ISO3166-1-Alpha-3": ""}, "ISO3166-1-Alpha-3"),
        ({"wikidata_id": "Q183"}, "wikidata_id"),
        ({"wikidata_id": "https://www.wikidata.org.example/wiki/Q183"}, "wikidata_id"),
        ({"wikidata_id": "https://www.wikidata.org/wiki/Q183> <x:y"}, "wikidata_id"),
        ({"official_name_en": "Ger\x00many"}, "official_name_en"),
        ({"official_name_en": "=HYPERLINK(1)"}, "official_name_en"),
    ],
)
def test_a_row_whose_cells_disagree_is_refused_at_the_cell(changed: dict[str, str], column: str) -> None:
    assert _refused(_table(changed))[0] == column


def test_a_territory_is_out_of_scope() -> None:
    greenland = {"ISO3166-1-Alpha-2": "GL", "ISO3166-1-Alpha-3": "GRL", "ISO3166-1-numeric": "304"}
    _, account = read(DATASET, _table(greenland | {"official_name_en": "Greenland"}), few("sources", "states"))
    assert dict(account.out_of_scope) == {TERRITORY: 1}


def test_the_item_of_a_territory_is_not_that_of_the_actor() -> None:
    collection, _ = read(DATASET, folder(shared("country_codes")), few("sources", "states"))
    holy_see, namibia = (collection.entries[ID[f"state/{code}"]].record for code in ("VAT", "NAM"))
    assert holy_see.same_as == ()  # type: ignore[attr-defined]
    assert namibia.same_as == (URIRef(f"{WIKIDATA}Q1030"),)  # type: ignore[attr-defined]
    assert namibia.alpha2 == "NA"  # type: ignore[attr-defined]


def test_a_column_renamed_missing_doubled_or_unknown_is_named() -> None:
    content = _table({})[FILE].decode()
    assert _refused({FILE: content.replace("official_name_en", "official name en").encode()})[0] == "official_name_en"
    assert _refused({FILE: content.replace("EDGAR", ITEM).encode()})[0] == ITEM
    collection, account = read(DATASET, {FILE: content.replace("EDGAR", "novelty").encode()}, few("sources", "states"))
    assert [(reject.column, reject.is_row) for reject in collection.passed_over] == [("novelty", False)]
    assert account.evidence == 1


def test_a_file_cut_in_half_or_in_another_encoding_is_refused_with_its_place() -> None:
    content = _table({}, {})[FILE]
    collection, account = read(DATASET, {FILE: content[: len(content) - 30]}, few("sources", "states"))
    assert [reject.line for reject in collection.passed_over] == [3]
    assert (account.evidence, account.rows) == (1, 2)
    assert "UTF-8" in _refused({FILE: content.decode().encode("utf-16")})[1]


@pytest.mark.slow
def test_the_real_file_agrees_with_our_states_and_read_twice_changes_nothing(tmp_path: Path) -> None:
    files = folder(shared("country_codes"))
    collection = landscape()
    disputed = {iri for iri, entry in collection.entries.items() if entry.disputed}
    _, account = read(DATASET, files, collection)
    assert collection.passed_over == []
    assert (account.rows, account.evidence, account.out_of_scope.total()) == (249, 197, 52)
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
    assert not any(predicate == OWL.sameAs for _, predicate, _, _ in before)
    assert {iri for iri, entry in again.entries.items() if entry.disputed} == disputed
    assert faults(again, DATASET, tmp_path) == []
