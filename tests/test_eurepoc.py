"""EuRepoC's operations: dated as far as known, linked to ours, with whom the data set names kept as its assessment."""

from __future__ import annotations

import csv
import io

import pytest
from eurepoc import files, files_1_3, known, read
from rdflib import URIRef

from graph.collect import Collection
from graph.dates import Stated
from graph.model import Assessment, Operation, Response
from graph.record import Record, coded
from graph.terms import CG, ID
from loaders.datasets.eurepoc import DATASET, DATASET_1_3, RECEIVER_RULES
from loaders.datasets.eurepoc_actors import CODED_UNKNOWN, NO_STATE, NOT_STATED
from loaders.datasets.eurepoc_versions import V1_1, V1_3

GRAPH = DATASET.loader({}).graph
OWN = ID["operation/eurepoc-5000"]


def operation(collection: Collection, iri: URIRef = OWN) -> Operation:
    record = collection.entries[iri].record
    assert isinstance(record, Operation)
    return record


def note(collection: Collection, iri: URIRef = OWN) -> str:
    graph, evidence, _ = next(iter(collection.entries[iri].evidence.values()))
    assert graph == GRAPH
    return evidence.note or ""


def made(collection: Collection, cls: type[Record]) -> list[Record]:
    return [entry.record for entry in collection.entries.values() if entry.graph == GRAPH and type(entry.record) is cls]


def test_an_incident_becomes_an_operation_with_targets_and_sectors_and_no_author() -> None:
    row = {
        "receiver_country": "['Estonia', 'Korea, Republic of', 'Estonia']",
        "receiver_category": "[['State institutions / political system', 'Media'], ['Critical infrastructure']]",
        "receiver_category_subcode": "[['Military', ''], ['Energy']]",
        "initiator_country": "['China']",
    }
    collection, account = read(files([row]))
    found = operation(collection)
    assert found.targets == (ID["state/EST"], ID["state/KOR"])
    assert found.sectors == tuple(coded("sector", code) for code in ("defence", "media", "energy"))
    assert found.identifier == ("EuRepoC 5000",)
    assert (account.claims, account.rows) == (1, 1)
    leads = {p for s, p, o, _ in collection.quads() if s == OWN and str(o).startswith(ID["state/"])}
    assert leads == {CG.target}


@pytest.mark.parametrize(
    ("start", "end", "stated"),
    [
        ("2022-03-15", "2022-04-12", ("2022-03-15", "2022-04-12")),
        ("2022-01-01", "2022-04-01", ("2022", "2022-04")),
        ("2014-09-01", "2014-01-01", ("2014-09", "2014")),
        ("2014-09-02", "2014-02-09", ("2014-09-02", "None")),
        ("", "", ("None", "None")),
        ("NaT", "2022-09-14 00:00:00", ("None", "2022-09-14")),
    ],
)
def test_the_first_of_a_month_or_year_is_no_day_and_an_end_before_the_start_is_left_out(
    start: str, end: str, stated: tuple[str, str]
) -> None:
    collection, _ = read(files([{"start_date": start, "end_date": end}]))
    found = operation(collection)
    assert (str(found.start), str(found.end)) == stated
    assert ("before the start" in note(collection)) == (start == "2014-09-02")


def test_a_sentence_or_a_name_that_tells_who_did_it_gives_way_to_targets_and_time() -> None:
    titles = ["Stuxnet", "Atlantis vs. Estonia", "=HYPERLINK(1)", "<script>alert(1)</script>", "x" * 100_000]
    rows = [{"ID": str(5000 + number), "name": title} for number, title in enumerate(titles)]
    collection, account = read(files(rows))
    names = [operation(collection, ID[f"operation/eurepoc-{5000 + number}"]).name for number in range(5)]
    assert names[0] == "Stuxnet"
    assert names[1:] == [f"Operation against targets in Estonia, 2022-03-15 (EuRepoC {n})" for n in range(5001, 5005)]
    assert account.rejects == 0


def test_regions_bodies_and_territories_never_become_states_and_are_told_in_the_note() -> None:
    row = {"receiver_country": "['EU (region)', 'Hong Kong', 'United Nations', 'UNICEF', 'ISIS', 'Guernsey']"}
    collection, _ = read(files([row]))
    assert operation(collection).targets == (ID["organisation/un"],)
    assert "EU (region), Hong Kong, UNICEF, ISIS, Guernsey" in note(collection)


def test_unknown_not_available_and_nothing_are_no_value() -> None:
    words = ["['Unknown']", "['Not available']", "", "Not available"]
    rows = [
        {"ID": str(5000 + n), "receiver_country": w, "initiator_country": w, "receiver_category": ""}
        for n, w in enumerate(words)
    ]
    collection, account = read(files(rows))
    assert [operation(collection, ID[f"operation/eurepoc-{5000 + n}"]).targets for n in range(4)] == [()] * 4
    assert account.made["assessment"] == 0
    assert "no state or known body: Unknown" in note(collection)
    assert note(collection, ID["operation/eurepoc-5001"]) == ""


def test_an_operation_that_carries_the_number_is_that_incident_and_keeps_its_name_and_targets() -> None:
    row = {"ID": "1032", "name": "A sentence", "start_date": "2017-06-27", "receiver_country": "['Ukraine', 'Poland']"}
    before = known().entries[ID["operation/notpetya"]]
    collection, account = read(files([row]))
    after = collection.entries[ID["operation/notpetya"]]
    assert (after.record.name, after.record.targets) == ("NotPetya", before.record.targets)  # type: ignore[attr-defined]
    assert len(after.evidence) == len(before.evidence) + 1
    assert (account.evidence, account.claims) == (1, 0)
    assert ID["operation/eurepoc-1032"] not in collection.entries


def test_of_an_operation_with_several_incidents_one_incident_does_not_give_the_dates() -> None:
    collection, _ = read(files([{"ID": "1283"}, {"ID": "1406", "start_date": "2021-12-16"}]))
    entry = collection.entries[ID["operation/belgian-interior-and-defence-ministries"]]
    assert isinstance(entry.record, Operation)
    assert (entry.record.start, entry.disputed) == (None, False)


def test_whom_the_data_set_names_is_its_assessment() -> None:
    collection, _ = read(files([{"initiator_country": "['Russia', 'Unknown', 'Asia (region)', 'Belarus']"}]))
    assessments = [record for record in made(collection, Assessment) if isinstance(record, Assessment)]
    assert {a.country for a in assessments} == {ID["state/RUS"], ID["state/BLR"]}
    assert {a.assessor for a in assessments} == {ID["organisation/eurepoc"]}


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"receiver_country": "['Atlantis']"}, "receiver_country"),
        ({"initiator_country": "['Atlantis']"}, "initiator_country"),
        ({"legal_response_type": "x", "legal_response_country": "Atlantis"}, "legal_response_country"),
        ({"receiver_country": "['Estonia'"}, "receiver_country"),
        ({"receiver_country": "Estonia"}, "receiver_country"),
        ({"receiver_country": "[" * 5000}, "receiver_country"),
        ({"receiver_country": "[1, 2]"}, "receiver_country"),
        ({"receiver_country": "['\\d', __import__('os')]"}, "receiver_country"),
        ({"start_date": "2022-02-30"}, "start_date"),
        ({"start_date": "15.03.2022"}, "start_date"),
        ({"ID": "5000.5"}, "ID"),
        ({"ID": "=1+1"}, "ID"),
        ({"name": "a\x00b"}, "name"),
    ],
)
def test_a_cell_that_cannot_be_used_is_a_reject_with_its_place(changed: dict[str, str], column: str) -> None:
    collection, account = read(files([changed]))
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == (V1_1.incidents, 2, column)
    assert account.rows == account.rejects == 1


def test_an_incident_that_stands_twice_is_refused_the_second_time() -> None:
    collection, account = read(files([{}, {}]))
    assert (account.claims, account.rejects) == (1, 1)
    assert "stands twice" in collection.passed_over[0].reason


# Responses

SANCTIONS = {
    "legal_response_date": "2022-06-01 00:00:00",
    "legal_response_type": "Peaceful means: Retorsion (International Law)",
    "legal_response_type_subcode": "Economic sanctions",
    "legal_response_country": "Estonia",
}


def test_a_response_of_a_known_kind_by_a_known_actor_is_one_and_others_are_counted_in_the_note() -> None:
    row = SANCTIONS | {
        "legal_response_date": "2022-06-02; NaT; 2022-06-03",
        "legal_response_type": "a; b; c",
        "legal_response_type_subcode": "Economic sanctions; Severance of diplomatic relations; ",
        "legal_response_country": "EU (region); Estonia; Latvia",
    }
    collection, _ = read(files([row]))
    responses = [record for record in made(collection, Response) if isinstance(record, Response)]
    assert [(r.authority, r.response_kind.rsplit("/", 1)[-1], str(r.date)) for r in responses] == [
        (ID["organisation/eu"], "sanctions", "2022-06-02"),
        (ID["state/EST"], "relations-severed", "None"),
    ]
    assert all(r.operations == (OWN,) and r.attributions == () for r in responses)
    assert "responses of a kind that has no code here (1), or in columns out of step (0)" in note(collection)


def test_columns_out_of_step_make_no_response() -> None:
    collection, account = read(files([SANCTIONS | {"legal_response_country": "Estonia; Latvia"}]))
    assert account.made["response"] == 0
    assert "in columns out of step (1)" in note(collection)


def test_a_response_that_is_known_gains_evidence() -> None:
    row = SANCTIONS | {"ID": "1502", "legal_response_date": "2022-09-09", "legal_response_country": "United States"}
    before = len(known().entries[ID["response/usa-2022-09-09-sanctions"]].evidence)
    collection, account = read(files([row]))
    assert account.made["response"] == 0
    assert len(collection.entries[ID["response/usa-2022-09-09-sanctions"]].evidence) == before + 1


# Receivers


def test_rows_of_receivers_are_evidence_together_or_out_of_scope_by_three_rules() -> None:
    rows = [{}, {"receiver_name": "Another firm"}]
    rows += [{"receiver_country": word} for word in ("Unknown", "Not available", "", "EU (region)", "UNICEF")]
    collection, account = read(files([{}], receivers=rows))
    assert account.evidence == 2
    assert dict(account.out_of_scope) == {
        RECEIVER_RULES[CODED_UNKNOWN]: 1,
        RECEIVER_RULES[NOT_STATED]: 2,
        RECEIVER_RULES[NO_STATE]: 2,
    }
    locators = [evidence.locator for _, evidence, _ in collection.entries[OWN].evidence.values()]
    assert locators == ["incident 5000", "incident 5000, receivers"]
    assert not any("A firm" in str(o) for _, _, o, graph in collection.quads() if graph == GRAPH)


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"ID": "4999"}, "ID"),
        ({"receiver_country": "Latvia"}, "receiver_country"),
        ({"receiver_country": "Atlantis"}, "receiver_country"),
    ],
)
def test_a_receiver_that_the_incidents_do_not_have_is_a_reject(changed: dict[str, str], column: str) -> None:
    collection, account = read(files([{}], receivers=[changed]))
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == (V1_1.receivers, 2, column)
    assert account.rows == 2


# Version 1.3


def test_the_later_layout_gives_the_same_kinds_of_record() -> None:
    collection, account = read(files_1_3(), dataset=DATASET_1_3)
    assert collection.passed_over == []
    found = operation(collection, ID["operation/eurepoc-6000"])
    assert (found.start, found.end) == (Stated(2022, 3, 15), Stated(2022))
    assert found.targets == (ID["state/EST"], ID["state/KOR"])
    assert found.sectors == tuple(coded("sector", code) for code in ("energy", "media", "defence"))
    assert account.made["response"] == 2
    assert account.made["assessment"] == 2
    assert account.made["attribution"] == 1
    assert account.rows == 4


def test_an_incident_of_both_versions_is_one_operation() -> None:
    collection, _ = read(files([{"ID": "6000"}]))
    read(files_1_3(), collection, DATASET_1_3)
    sources = {e.source for _, e, _ in collection.entries[ID["operation/eurepoc-6000"]].evidence.values()}
    assert sources == {ID["source/eurepoc-1-1"], ID["source/eurepoc-1-3"]}


# Broken files


def test_a_file_that_is_missing_is_told() -> None:
    whole = files([{}])
    collection, account = read({V1_1.attributions: whole[V1_1.attributions]})
    assert {reject.file for reject in collection.passed_over} == {V1_1.incidents, V1_1.receivers}
    assert (account.faults, account.rows) == (2, 0)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (V1_1.incidents, b"receiver_country", b"receiver_land", "'receiver_country' is missing; is it the column"),
        (V1_1.incidents, b"receiver_category", b"receiver_country", "'receiver_country' stands 2 times"),
        (V1_1.incidents, b"Estonia", b"\xcd\xf9", "not UTF-8"),
        (V1_1.attributions, b"attributing_country", b"attributing_land", "'attributing_country' is missing; is it the"),
        (V1_1.attributions, b"attributing_actor", b"attributing_country", "'attributing_country' stands 2 times"),
        (V1_1.attributions, b"Estonia", b"\xcd\xf9", "not UTF-8"),
        (V1_1.receivers, b"receiver_country", b"receiver_land", "'receiver_country' is missing; is it the column"),
        (V1_1.receivers, b"receiver_name", b"receiver_country", "'receiver_country' stands 2 times"),
        (V1_1.receivers, b"Estonia", b"\xcd\xf9", "not UTF-8"),
    ],
)
def test_a_renamed_or_doubled_column_or_another_encoding_is_told_by_name(
    name: str, old: bytes, new: bytes, said: str
) -> None:
    whole = files([{}], [{}], [{}])
    collection, account = read(whole | {name: whole[name].replace(old, new, 1)})
    faults = [str(reject) for reject in collection.passed_over if reject.file == name and not reject.is_row]
    assert any(said in fault for fault in faults)
    assert account.files[name] == 0


def test_a_file_cut_in_half_is_told_and_its_rows_balance() -> None:
    whole = files([{}, {"ID": "5001", "description": 'two\nlines, "quoted"'}], [{}], [{}])
    for length in range(0, len(whole[V1_1.incidents]), 37):
        collection, account = read(whole | {V1_1.incidents: whole[V1_1.incidents][:length]})
        assert account.files.total() == account.rows
        assert collection.passed_over


def test_reordered_columns_change_nothing() -> None:
    whole = files([{}], [{}], [{}])
    turned = {}
    for name, content in whole.items():
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(row[::-1] for row in rows)
        turned[name] = out.getvalue().encode()
    assert sorted(read(turned)[0].quads()) == sorted(read(whole)[0].quads())


def test_the_names_of_files_of_both_versions_differ() -> None:
    assert {V1_1.incidents, V1_1.attributions}.isdisjoint({V1_3.incidents, V1_3.attributions})
    assert DATASET.source.iri == ID["source/eurepoc-1-1"]
    assert DATASET_1_3.source.iri == ID["source/eurepoc-1-3"]
