"""Answers to competency questions that a single golden answer does not show: other days, forums and grounds."""

from __future__ import annotations

import pytest
from memory import InMemory

import queries
from graph.engine import LocalEngine


def _rows(table: queries.Table, *columns: str) -> list[tuple[str | None, ...]]:
    places = [table.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table.rows]


SESSION = """
vocab:acceptance-mode\\/adopted-without-vote skos:prefLabel "adopted without a vote"@en .
vocab:text-relation\\/repeats skos:prefLabel "repeats"@en .
id:session cg:sessionOf id:forum ; rdfs:label "session"@en ; cg:startNotBefore "2024-07-08"^^xsd:date ;
    cg:startNotAfter "2024-07-08"^^xsd:date ;
    cg:endNotBefore "2024-07-12"^^xsd:date ; cg:endNotAfter "2024-07-12"^^xsd:date .
id:report rdfs:label "report"@en .
id:duty cg:statedIn [ cg:provisionOf id:report ] .
id:earlier rdfs:label "earlier"@en .
id:relation cg:fromText id:duty ; cg:textRelation vocab:text-relation\\/repeats ; cg:toText id:earlier .
id:adoption cg:acceptedBy id:forum ; cg:accepts id:report ;
    cg:acceptanceMode vocab:acceptance-mode\\/adopted-without-vote ;
"""


@pytest.mark.parametrize(
    ("stated", "first", "last", "answers"),
    [
        ('"2024-07-12"^^xsd:date', "2024-07-12", "2024-07-12", ["yes"]),
        ('"2024-07"^^xsd:gYearMonth', "2024-07-01", "2024-07-31", ["undetermined"]),
        ('"2024-07-13"^^xsd:date', "2024-07-13", "2024-07-13", []),
        ('"2023"^^xsd:gYear', "2023-01-01", "2023-12-31", []),
    ],
)
def test_a_text_was_agreed_at_a_session_by_what_its_date_can_mean(
    stated: str, first: str, last: str, answers: list[str]
) -> None:
    day = f'cg:date {stated} ; cg:dateNotBefore "{first}"^^xsd:date ; cg:dateNotAfter "{last}"^^xsd:date .'
    query = queries.find("agreed_at_session")
    table = query.answer(InMemory(SESSION + day), event="https://w3id.org/cybergov/id/test/session")
    assert _rows(table, "at_session", "relation", "earlier_name") == [
        (answer, "repeats", "earlier") for answer in answers
    ]


def test_a_second_spell_is_a_rejoining(engine: LocalEngine) -> None:
    table = queries.find("joined_and_left").answer(engine, forum="organisation/un")
    syria = [row[1:] for row in _rows(table, "name", "change", "date") if row[0] == "Syrian Arab Republic"]
    assert syria == [("joined", "1945-10-24"), ("left", "1958-02"), ("rejoined", "1961-10-13")]


def test_that_a_state_never_had_a_seat_is_said_only_of_groups_with_complete_lists(engine: LocalEngine) -> None:
    query = queries.find("seats_in_expert_groups")
    sixth, all_groups = query.answer(engine, forum="un-gge-6"), query.answer(engine)
    assert ("Iran (Islamic Republic of)", "no") in _rows(sixth, "name", "answer")
    assert ("Iran (Islamic Republic of)", "not recorded") in _rows(all_groups, "name", "answer")


def test_who_is_absent_from_a_complete_list_was_no_member_when_it_spoke(engine: LocalEngine) -> None:
    query = queries.find("positions_of_members")
    columns = ("issue_name", "members", "not_members", "not_recorded", "taken_by")
    stances = _rows(query.answer(engine, forum="organisation/nato"), *columns)
    assert ("applicability of international law", "3", "1", "0", "both") in stances
    stances = _rows(query.answer(engine, forum="foc"), *columns)
    assert ("applicability of international law", "3", "0", "1", "undetermined") in stances


CONSENT = """
vocab:bindingness\\/treaty skos:prefLabel "treaty"@en .
id:treaty a cg:Treaty ; rdfs:label "treaty"@en ; cg:documentKind vocab:document-kind\\/treaty .
id:a rdfs:label "A"@en ; cg:partyTo id:treaty .
id:b rdfs:label "B"@en . id:c rdfs:label "C"@en . id:d rdfs:label "D"@en .
id:1 cg:treaty id:treaty ; cg:actor id:a ; cg:treatyActionKind vocab:treaty-action\\/ratification .
id:2 cg:treaty id:treaty ; cg:actor id:b ; cg:treatyActionKind vocab:treaty-action\\/accession .
id:3 cg:treaty id:treaty ; cg:actor id:c ; cg:treatyActionKind vocab:treaty-action\\/signature .
id:4 cg:treaty id:treaty ; cg:actor id:d ; cg:treatyActionKind vocab:treaty-action\\/ratification .
id:5 cg:treaty id:treaty ; cg:actor id:d ; cg:treatyActionKind vocab:treaty-action\\/withdrawal .
"""


def test_a_treaty_binds_who_consented_once_it_is_in_force_for_it_and_not_who_signed_or_left() -> None:
    table = queries.find("binding_commitments").answer(InMemory(CONSENT))
    assert _rows(table, "party_name", "bound") == [("A", "yes"), ("B", "undetermined")]
