"""EuRepoC's attributions: official acts are reported and name nobody, matched only where one act alone fits."""

from __future__ import annotations

import pytest
from eurepoc import BY_FIRM, DIRECT, POLITICAL, TECHNICAL, files, known, read
from rdflib import URIRef

from graph.collect import Collection
from graph.model import Assessment, Attribution, Cluster
from graph.record import Record, coded
from graph.terms import ID
from loaders.datasets.eurepoc import DATASET
from loaders.datasets.eurepoc_actors import CODED_UNKNOWN, NO_STATE, NOT_STATED
from loaders.datasets.eurepoc_acts import NO_ATTRIBUTION, RULES
from loaders.datasets.eurepoc_versions import V1_1

GRAPH = DATASET.loader({}).graph
LEGAL = "Domestic legal action"
NOTPETYA = {"incident_ID": "1032", "attribution_date": "2018-02-15", "attributing_country": "United States"}


def made(collection: Collection, cls: type[Record]) -> list[Record]:
    return [entry.record for entry in collection.entries.values() if entry.graph == GRAPH and type(entry.record) is cls]


def acts(collection: Collection) -> list[Attribution]:
    return [record for record in made(collection, Attribution) if isinstance(record, Attribution)]


def locators(collection: Collection, iri: URIRef) -> list[str | None]:
    return [e.locator for graph, e, _ in collection.entries[iri].evidence.values() if graph == GRAPH]


def test_an_official_act_is_reported_by_another_and_attributes_to_nobody() -> None:
    collection, account = read(files(attributions=[{"attributed_initiator": "APT28/Sofacy (GRU) < Umbrella"}]))
    (act,) = acts(collection)
    assert act.iri == ID["attribution/eurepoc-70-est"]
    assert (act.speaker, act.operations, str(act.date)) == (
        ID["state/EST"],
        (ID["operation/eurepoc-5000"],),
        "2022-05-17",
    )
    assert act.stance == coded("attribution-stance", "reported-by-another")
    assert (act.attributed_to, act.state_named_by_others, act.named) == ((), (), "APT28/Sofacy")
    assert account.made["assessment"] == 1
    assert account.rows == 2


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"attribution_type": POLITICAL}, "political"),
        ({"attribution_type": LEGAL}, "legal"),
        (
            {"attribution_type": LEGAL, "attributing_actor": "Department of the Treasury’s OFAC"},
            "administrative-listing",
        ),
        ({"attribution_type": "Political statement/report and indictment / sanctions"}, "political"),
        ({"attribution_type": TECHNICAL}, "technical"),
        ({"attribution_type": TECHNICAL, "attribution_basis": "Attribution by third-party"}, None),
        ({"attribution_type": POLITICAL, "attribution_basis": "Attribution by third-party"}, "political"),
        ({"attribution_type": LEGAL, "attribution_basis": BY_FIRM}, None),
        ({"attribution_type": DIRECT}, None),
        ({"attribution_type": "Attribution given, type unclear"}, None),
        ({"attributing_country": "Not available"}, None),
        ({"attributing_country": "Unknown"}, None),
        ({"attributing_country": "Central America (region)"}, None),
        ({"attributing_country": "Russia"}, None),
        ({"attributing_actor": "Somebody (Mayor of a town)"}, None),
    ],
)
def test_basis_and_type_decide_whether_a_row_is_an_official_act_and_of_which_kind(
    changed: dict[str, str], kind: str | None
) -> None:
    collection, account = read(files(attributions=[changed]))
    assert [act.attribution_kind.rsplit("/", 1)[-1] for act in acts(collection)] == ([kind] if kind else [])
    assert account.made["assessment"] == 1
    assert account.rejects == 0


def test_the_union_and_the_alliance_speak_for_themselves() -> None:
    rows = [{"attributing_country": "EU (region)", "attribution_basis": "Attribution by EU institution/agency"}]
    collection, _ = read(files(attributions=rows))
    assert [act.speaker for act in acts(collection)] == [ID["organisation/eu"]]


@pytest.mark.parametrize(
    "initiator", ["A Person (A Firm LLC)", "A Firm LLC", "A Person --> Nobody Known", "<b>Sandworm</b>", "", "Unknown"]
)
def test_persons_firms_and_what_is_no_known_group_are_not_named(initiator: str) -> None:
    collection, _ = read(files(attributions=[{"attributed_initiator": initiator}]))
    (act,) = acts(collection)
    assert act.named is None
    said = [str(value) for _, _, value, graph in collection.quads() if graph == GRAPH]
    assert not any("Person" in value or "Firm" in value for value in said)


def test_rows_of_one_act_are_one_record_with_one_evidence() -> None:
    rows = [{"attributing_actor": actor, "attributed_initiator": who} for actor in "AB" for who in ("x", "y", "z")]
    collection, account = read(files(attributions=rows))
    assert len(acts(collection)) == 1
    assert (account.claims, account.evidence) == (2, 5)
    assert locators(collection, ID["attribution/eurepoc-70-est"]) == ["incident 5000, attribution 70"]


def test_attributions_that_name_one_country_are_one_assessment_that_lists_them() -> None:
    rows = [
        {"attribution_ID": "70.0", "attribution_type": TECHNICAL, "attribution_basis": BY_FIRM},
        {"attribution_ID": "71.0", "attribution_type": DIRECT, "attribution_basis": "Attacker confirms"},
        {"attribution_ID": "72.0", "attributed_initiator_category": "Non-state-group", "attributing_country": ""},
    ]
    collection, _ = read(files([{"initiator_country": "['Russia']"}], rows))
    (assessment,) = made(collection, Assessment)
    assert isinstance(assessment, Assessment)
    types = [code.rsplit("/", 1)[-1] for code in assessment.attribution_types]
    assert types == ["technical", "self", "official-policy"]
    assert locators(collection, assessment.iri) == ["incident 5000, attributions 70, 71, 72"]
    notes = [e.note for _, e, _ in collection.entries[assessment.iri].evidence.values()]
    assert notes == ["Initiator coded as a state; as a group that is no state"]


def test_a_country_that_only_an_attribution_names_is_marked_as_not_the_settled_one() -> None:
    collection, account = read(files([{"initiator_country": "['China']"}], [{}]))
    assert account.made["assessment"] == 2
    russia = collection.entries[ID["assessment/eurepoc-eurepoc-5000-RUS"]]
    china = collection.entries[ID["assessment/eurepoc-eurepoc-5000-CHN"]]
    assert ["not the initiator on whom" in str(e.note) for _, e, _ in russia.evidence.values()] == [True]
    assert [e.locator for _, e, _ in china.evidence.values()] == ["incident 5000, initiator"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"attributed_initiator_country": "Unknown"}, RULES[CODED_UNKNOWN]),
        ({"attributed_initiator_country": "Not available"}, RULES[NOT_STATED]),
        ({"attributed_initiator_country": ""}, RULES[NOT_STATED]),
        ({"attributed_initiator_country": "Asia (region)", "attributing_country": ""}, RULES[NO_STATE]),
        ({"attribution_ID": "", "attributed_initiator_country": ""}, NO_ATTRIBUTION),
    ],
)
def test_what_makes_nothing_is_out_of_scope_by_the_rule_for_its_reason(changed: dict[str, str], rule: str) -> None:
    _, account = read(files(attributions=[changed]))
    assert dict(account.out_of_scope) == {rule: 1}


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"incident_ID": "4999"}, "incident_ID"),
        ({"incident_ID": "x"}, "incident_ID"),
        ({"attribution_ID": "70.5"}, "attribution_ID"),
        ({"attribution_date": "2022-13-01"}, "attribution_date"),
        ({"attribution_type": "A rumour"}, "attribution_type"),
        ({"attributing_country": "Atlantis"}, "attributing_country"),
        ({"attributed_initiator_country": "Atlantis"}, "attributed_initiator_country"),
    ],
)
def test_a_row_that_cannot_be_used_is_a_reject_with_its_place(changed: dict[str, str], column: str) -> None:
    collection, account = read(files(attributions=[changed]))
    (reject,) = collection.passed_over
    assert (reject.file, reject.line, reject.column) == (V1_1.attributions, 2, column)
    assert (account.rows, account.rejects) == (2, 1)


# Acts that are known


def test_an_act_with_the_same_speaker_operation_and_day_is_that_act_with_one_more_evidence() -> None:
    known_act = ID["attribution/usa-2018-02-15-notpetya"]
    before = known().entries[known_act]
    collection, account = read(files([{"ID": "1032"}], [NOTPETYA]))
    after = collection.entries[known_act]
    assert account.made["attribution"] == 0
    assert len(after.evidence) == len(before.evidence) + 1
    assert (after.record, after.disputed) == (before.record, before.disputed)
    assert locators(collection, known_act) == ["incident 1032, attribution 70"]


def test_words_to_the_media_are_evidence_for_an_act_that_is_known_and_else_no_act() -> None:
    row = NOTPETYA | {"attribution_type": DIRECT}
    collection, account = read(files([{"ID": "1032"}], [row, row | {"attribution_date": "2018-02-20"}]))
    assert account.made["attribution"] == 0
    assert locators(collection, ID["attribution/usa-2018-02-15-notpetya"]) == ["incident 1032, attribution 70"]


def test_a_co_attributor_of_a_joint_act_is_matched_and_the_kind_decides_between_acts_of_one_day() -> None:
    advisory = ID["attribution/usa-2022-09-14-ransomware-advisory"]
    row = {
        "incident_ID": "1493",
        "attribution_type": TECHNICAL,
        "attribution_date": "2022-09-14",
        "attributed_initiator_country": "Iran, Islamic Republic of",
    }
    rows = [row | {"attributing_country": country} for country in ("United States", "Canada", "Australia")]
    collection, account = read(files([{"ID": "1493"}], rows))
    assert account.made["attribution"] == 0
    assert locators(collection, advisory) == ["incident 1493, attribution 70"]


def test_two_acts_that_fit_one_act_stay_two_and_are_judged_like_it() -> None:
    collection, account = read(files([{"ID": "1032"}], [NOTPETYA, NOTPETYA | {"attribution_ID": "71.0"}]))
    assert {act.iri for act in acts(collection)} == {
        ID["attribution/eurepoc-70-usa"],
        ID["attribution/eurepoc-71-usa"],
    }
    assert account.made["cluster"] == 2
    assert locators(collection, ID["attribution/usa-2018-02-15-notpetya"]) == []


@pytest.mark.parametrize(("day", "clusters"), [("2018-02-20", 1), ("2018-02-01", 1), ("2019-06-15", 0), ("", 0)])
def test_an_act_of_days_before_or_after_is_a_judgement_and_never_merged(day: str, clusters: int) -> None:
    collection, _ = read(files([{"ID": "1032"}], [NOTPETYA | {"attribution_date": day}]))
    assert len(acts(collection)) == 1
    found = [record for record in made(collection, Cluster) if isinstance(record, Cluster)]
    assert len(found) == clusters
    for cluster in found:
        assert cluster.records == (ID["attribution/usa-2018-02-15-notpetya"], acts(collection)[0].iri)
        assert cluster.asserter == ID["organisation/cybergov-editors"]
        assert "date" in str(cluster.justification)


def test_reading_twice_changes_nothing() -> None:
    content = files(
        [{}, {"ID": "1032", "initiator_country": "['Russia']"}, {"ID": "1283"}],
        [{}, NOTPETYA, NOTPETYA | {"attribution_ID": "71.0"}, {"attributed_initiator_country": "Unknown"}],
        [{}],
    )
    collection, _ = read(content)
    before = sorted(collection.quads())
    again, _ = read(content, collection)
    assert sorted(again.quads()) == before
