"""Disclosure programmes: policies of public authorities and known organisations, and nobody's address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import folder, read, shared
from few import faults, few
from rdflib import Literal

from graph.collect import Collection, Quad
from graph.dates import Stated
from graph.model import Document, Measure, Organisation
from graph.record import coded
from graph.terms import GRAPH, ID
from loaders.datasets.disclosure_programmes import ANOTHERS, DATASET, FILE, NO_ADDRESS, NOBODY_KNOWN
from loaders.domains import Holder, host_of, public_holder


def entry(name: str, address: str, **more: object) -> dict[str, object]:
    whole = {"policy_url_status": "alive", "launch_date": "", "contact_email": "someone@example.org", "hiring": ""}
    return {"program_name": name, "policy_url": address} | whole | more


def written(*entries: object) -> dict[str, bytes]:
    return {FILE: json.dumps(entries, indent=1, ensure_ascii=False).encode()}


def tables() -> Collection:
    return few("states", "organisations")


def refused(collection: Collection) -> list[tuple[int, str]]:
    return [(reject.line, reject.column) for reject in collection.passed_over]


def of_source(collection: Collection) -> list[Quad]:
    return [quad for quad in collection.quads() if quad[3] == GRAPH[f"source/{DATASET.name}"]]


ARTS = entry("Office of Arts", "https://www.arts.gov/policy")


def test_a_policy_on_a_states_domain_is_a_measure_of_an_organ_of_that_state() -> None:
    given = written(ARTS | {"launch_date": "2020-08-07"}, entry("Health", "https://www.health.gov.au/policy"))
    collection, account = read(DATASET, given, tables())
    measure = collection.entries[ID["measure/diodb-office-of-arts"]].record
    organ = collection.entries[ID["organisation/diodb-health"]].record
    document = collection.entries[ID["document/diodb-health"]].record
    assert isinstance(measure, Measure)
    assert isinstance(organ, Organisation)
    assert isinstance(document, Document)
    assert (measure.measure_of, measure.date) == (ID["organisation/diodb-office-of-arts"], Stated(2020, 8, 7))
    assert (organ.organ_of, organ.organisation_kind) == (ID["state/AUS"], coded("organisation-kind", "state-organ"))
    assert str(document.full_text) == "https://www.health.gov.au/policy"
    assert (account.claims, account.rows) == (2, 2)


def test_a_known_organisation_is_not_made_anew() -> None:
    given = written(
        entry("CISA", "https://www.cisa.gov/policy"),
        entry("kaspersky", "https://www.kaspersky.com/policy"),
        entry("ncsc.gov.uk", "https://www.ncsc.gov.uk/policy"),
    )
    collection, account = read(DATASET, given, tables())
    measures = [entry.record for entry in collection.entries.values() if isinstance(entry.record, Measure)]
    assert {measure.measure_of for measure in measures} == {
        ID["organisation/usa-cisa"],
        ID["organisation/kaspersky"],
        ID["organisation/gbr-ncsc"],
    }
    assert account.made["organisation"] == 0


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("CISA", "https://www.cisa.example.com/policy"),  # an abbreviation means nothing where the domain says nothing
        ("Federal Bureau of Investigation", "https://www.fbi.gov.au/policy"),  # the organ of another state
    ],
)
def test_a_name_alone_does_not_make_an_organ_of_another_state(name: str, address: str) -> None:
    collection, _ = read(DATASET, written(entry(name, address)), tables())
    measures = [entry.record for entry in collection.entries.values() if isinstance(entry.record, Measure)]
    assert all(measure.measure_of.startswith(ID["organisation/diodb-"]) for measure in measures)


def test_whoever_else_is_listed_is_out_of_scope_and_stays_so() -> None:
    given = written(entry("Some Person", "https://person.example.com/security"), entry("Nothing", ""))
    for everything in (False, True):
        _, account = read(DATASET, given, tables(), everything=everything)
        assert account.out_of_scope == {NOBODY_KNOWN: 1, NO_ADDRESS: 1}


def test_one_policy_under_several_names_is_one_measure_with_as_many_pieces_of_evidence() -> None:
    given = written(
        entry("SEC", "https://www.sec.gov/policy"),
        entry("Exchange Commission", "http://sec.gov/policy/"),
        entry("edgar.sec.gov", "https://www.sec.gov/policy"),
        entry("other.example.org", "https://www.sec.gov/policy"),
    )
    collection, account = read(DATASET, given, tables())
    measure = collection.entries[ID["measure/diodb-exchange-commission"]]
    assert len(measure.evidence) == 3
    notes = [evidence.note for _, evidence, _ in measure.evidence.values()]
    assert "Listed under the name 'SEC', with the same address of the policy" in notes
    assert (account.claims, account.evidence) == (1, 2)
    assert account.out_of_scope == {ANOTHERS: 1}


def test_an_entry_that_stands_twice_adds_evidence_and_no_second_measure() -> None:
    collection, account = read(DATASET, written(ARTS, ARTS), tables())
    assert (account.claims, account.evidence) == (1, 1)
    assert not collection.entries[ID["measure/diodb-office-of-arts"]].disputed


def test_two_policies_under_one_name_are_told_and_neither_is_used() -> None:
    collection, account = read(DATASET, written(ARTS, ARTS | {"policy_url": "https://www.arts.gov/b"}), tables())
    assert [column for _, column in refused(collection)] == ["program_name", "program_name"]
    assert (account.claims, account.rejects) == (0, 2)


@pytest.mark.parametrize(
    ("launched", "date"),
    [
        ("2016", Stated(2016)),
        ("August 2015", Stated(2015, 8)),
        ("April 7, 2021", Stated(2021, 4, 7)),
        ("Dec 16, 2022", Stated(2022, 12, 16)),
        ("21-01-2019", Stated(2019, 1, 21)),
        ("12/8/20", None),
        ("01-02-2019", None),
        ("Updated 2020-08-15", None),
        ("2020-02-30", None),
        (None, None),
    ],
)
def test_a_date_of_launch_is_read_where_it_is_beyond_doubt(launched: str | None, date: Stated | None) -> None:
    collection, _ = read(DATASET, written(ARTS | {"launch_date": launched}), tables())
    measure = collection.entries[ID["measure/diodb-office-of-arts"]]
    assert isinstance(measure.record, Measure)
    assert measure.record.date == date
    (note,) = [evidence.note for _, evidence, _ in measure.evidence.values()]
    assert (note is None) == (launched is None or date is not None)


def test_contacts_are_never_read() -> None:
    collection, _ = read(DATASET, written(ARTS | {"contact_url": "https://example.org/someone"}), tables())
    assert not [value for *_, value, _ in of_source(collection) if "@" in value or "someone" in value]


def test_an_address_that_is_dead_is_told() -> None:
    collection, _ = read(DATASET, written(ARTS | {"policy_url_status": "dead"}), tables())
    (note,) = [e.note for _, e, _ in collection.entries[ID["measure/diodb-office-of-arts"]].evidence.values()]
    assert note == "The data set found nothing at the address of the policy"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"policy_url": "www.arts.gov/policy"}, "policy_url"),
        ({"policy_url": "https:/arts.gov/policy"}, "policy_url"),
        ({"policy_url": "https://www.arts.gov/<script>"}, "policy_url"),
        ({"policy_url": ["https://www.arts.gov"]}, "policy_url"),
        ({"program_name": " "}, "program_name"),
        ({"program_name": "\u0007"}, "program_name"),
        ({"program_name": "()"}, "program_name"),
        ({"launch_date": 2016}, "launch_date"),
    ],
)
def test_an_entry_that_cannot_be_used_is_a_reject_with_its_line(wrong: dict[str, Any], key: str) -> None:
    collection, account = read(DATASET, written(entry("Fine", "https://fine.gov/policy"), ARTS | wrong), tables())
    assert refused(collection) == [(10, key)]
    assert (account.claims, account.rejects) == (1, 1)


def test_an_entry_without_a_key_is_a_reject_and_a_key_without_entries_a_fault() -> None:
    less = {key: value for key, value in ARTS.items() if key != "policy_url"}
    collection, account = read(DATASET, written(ARTS, less), tables())
    assert (refused(collection), account.claims) == ([(10, "policy_url")], 1)
    collection, account = read(DATASET, written(less | {"policy-url": "https://www.arts.gov/policy"}), tables())
    assert [(reject.column, "'policy-url'" in reject.reason) for reject in collection.passed_over] == [
        ("policy_url", True),
        ("policy-url", True),
    ]
    assert (account.rows, account.faults) == (0, 2)


@pytest.mark.parametrize(
    "content",
    [
        written(ARTS, ARTS)[FILE][:200],
        json.dumps([ARTS]).encode("utf-16"),
        b'[{"program_name": "caf\xe9"}]',
        b"",
        b"{}",
        b'[{"program_name": "a", "program_name": "b"}]',
        b"[" * 100_000,
    ],
)
def test_half_a_file_or_another_format_is_a_fault_of_the_whole(content: bytes) -> None:
    collection, account = read(DATASET, {FILE: content}, tables())
    assert len(collection.passed_over) == 1
    assert (account.rows, account.faults) == (0, 1)


def test_members_that_are_no_objects_are_rejects_with_their_lines() -> None:
    content = b'[\n"words",\n[[1]],\n' + json.dumps(ARTS).encode() + b"\n]"
    collection, account = read(DATASET, {FILE: content}, tables())
    assert refused(collection) == [(2, "-"), (3, "-")]
    assert account.claims == 1


@pytest.mark.parametrize("name", ["<b>Arts</b>", "=HYPERLINK(arts)", "Arts " + "x" * 20_000, 'Arts"> } ?s ?p ?o #'])
def test_a_hostile_name_stays_words(name: str) -> None:
    collection, account = read(DATASET, written(ARTS | {"program_name": name}), tables())
    assert account.claims == 1
    assert Literal(name, lang="en") in {value for *_, value, _ in of_source(collection)}


@pytest.mark.parametrize(
    ("host", "holder"),
    [
        ("www.gov.uk", Holder("GB")),
        ("gov.uk", Holder("GB")),
        ("dc3.mil", Holder("US")),
        ("a.b.gob.mx", Holder("MX")),
        ("enisa.europa.eu", Holder()),
        ("www.ncsc.admin.ch", Holder("CH")),
        ("notgov.uk", None),
        ("gov.uk.example.com", None),
        ("www.go.it", None),
        ("arts.gov.com", None),
        ("x.gov.eu", None),
        ("gov", Holder("US")),
    ],
)
def test_a_domain_says_whose_it_is_or_nothing(host: str, holder: Holder | None) -> None:
    assert public_holder(host) == holder


@pytest.mark.parametrize(
    "address", ["", "https://", "http://[::1", "https://a b.gov", "ftp://arts.gov", "https://localhost/"]
)
def test_what_is_no_web_address_has_no_host(address: str) -> None:
    assert host_of(address) is None


@pytest.mark.slow
def test_the_real_file_is_accounted_for_and_read_twice_changes_nothing() -> None:
    files = {FILE: folder(shared("disclose_diodb"))[FILE]}
    collection, account = read(DATASET, files)
    assert [str(reject) for reject in collection.passed_over] == [
        f"{FILE}:30398: policy_url: 'www.helios-gesundheit.de/bugbounty.html' is no web address"
    ]
    assert account.rows == 2420
    assert (account.claims, account.evidence) == (109, 7)
    assert (account.out_of_scope.total(), account.rejects) == (2303, 1)
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before


@pytest.mark.slow
def test_a_build_finds_no_fault_in_the_real_files(tmp_path: Path) -> None:
    collection, _ = read(DATASET, {FILE: folder(shared("disclose_diodb"))[FILE]})
    assert faults(collection, DATASET, tmp_path) == []
