"""Collecting: the first row is preferred, later rows fill and add evidence, and disagreement is kept as such."""

from __future__ import annotations

import pytest
from rdflib import RDF, Literal, URIRef
from tables import collected, items, source

from graph.collect import Collection, Entry, Loader, OutOfScope, Reject
from graph.dates import Stated
from graph.model import Ballot, Forum, Membership, Organisation, Vote
from graph.record import Record, coded
from graph.terms import CG, GRAPH, ID

SOURCES = {name: source(name, 3) for name in ("one", "two")}
MEMBER = {"forum": "foc", "member": "EST", "role": "member", "spell": "1"}
IRI = ID["membership/foc-EST-member-1"]
BALLOT = {
    "id": "b",
    "name": "B",
    "document": "document/d",
    "body": "organisation/un",
    "stage": "final",
    "scope": "whole",
}


def merged(cls: type[Record], *rows: dict[str, str]) -> Entry:
    """Return the one claim that rows make, each from a source of its own."""
    named = [(cls, {**row, "source": name, "status": "reported"}) for row, name in zip(rows, SOURCES, strict=False)]
    collection = collected(*named, sources=SOURCES)
    assert not collection.rejects
    (entry,) = collection.entries.values()
    return entry


def test_the_first_row_gives_the_preferred_value() -> None:
    entry = merged(Membership, {**MEMBER, "start": "2011"}, {**MEMBER, "start": "2012"})
    assert isinstance(entry.record, Membership)
    assert entry.record.start == Stated(2011)


def test_a_later_row_fills_what_the_first_left_open() -> None:
    entry = merged(Membership, {**MEMBER, "start": "2011"}, {**MEMBER, "start": "2011", "end": "2020-05"})
    assert isinstance(entry.record, Membership)
    assert (entry.record.start, entry.record.end) == (Stated(2011), Stated(2020, 5))
    assert not entry.disputed


def test_what_a_row_leaves_empty_disputes_nothing() -> None:
    assert not merged(Membership, {**MEMBER, "start": "2011", "end": "2020"}, MEMBER).disputed


@pytest.mark.parametrize(
    ("first", "second", "disputed"),
    [
        ("2011", "2012", True),
        ("2011-12-08", "2011-12-09", True),
        ("2011-11", "2011-12-09", True),
        ("2011", "2011-12-08", False),
        ("2011-12-08", "2011-12", False),
    ],
)
def test_dates_that_cannot_be_the_same_day_dispute_a_claim(first: str, second: str, disputed: bool) -> None:
    entry = merged(Membership, {**MEMBER, "start": first}, {**MEMBER, "start": second})
    assert entry.disputed is disputed


def test_another_code_or_number_disputes_a_claim_and_other_words_do_not() -> None:
    vote = {"ballot": "b", "voter": "EST"}
    assert merged(Vote, {**vote, "value": "yes"}, {**vote, "value": "abstain"}).disputed
    assert merged(Ballot, {**BALLOT, "yes": "119"}, {**BALLOT, "yes": "120"}).disputed
    assert not merged(Ballot, BALLOT, {**BALLOT, "name": "The same ballot in other words"}).disputed


def test_evidence_that_contradicts_disputes_a_claim_and_fills_nothing() -> None:
    entry = merged(Membership, MEMBER, {**MEMBER, "end": "2020", "bearing": "contradicts"})
    assert isinstance(entry.record, Membership)
    assert entry.disputed
    assert entry.record.end is None
    assert merged(Membership, {**MEMBER, "bearing": "contradicts"}).disputed


@pytest.mark.parametrize("days", [("2017-10-11", "2026"), ("2026", "2017-10-11")])
def test_still_keeps_the_latest_day_and_disputes_nothing(days: tuple[str, str]) -> None:
    entry = merged(Membership, *({**MEMBER, "still": day} for day in days))
    assert isinstance(entry.record, Membership)
    assert entry.record.still == Stated(2026)
    assert not entry.disputed


def test_each_source_keeps_what_it_states_itself() -> None:
    collection = collected(
        (Membership, {**MEMBER, "start": "2011", "source": "one", "status": "reported"}),
        (Membership, {**MEMBER, "start": "2012-05", "end": "2020", "source": "two", "status": "reported"}),
        sources=SOURCES,
    )
    assert stated_by(collection, "evidence/membership-foc-EST-member-1-one") == {CG.statedStart: "2011"}
    assert stated_by(collection, "evidence/membership-foc-EST-member-1-two") == {
        CG.statedStart: "2012-05",
        CG.statedEnd: "2020",
    }


def test_a_number_that_differs_from_the_preferred_one_is_kept_with_its_source() -> None:
    collection = collected(
        (Ballot, {**BALLOT, "yes": "119", "source": "one", "status": "reported"}),
        (Ballot, {**BALLOT, "yes": "120", "source": "two", "status": "reported"}),
        sources=SOURCES,
    )
    assert stated_by(collection, "evidence/ballot-b-two") == {CG.statedValue: "yes: 120"}
    assert stated_by(collection, "evidence/ballot-b-one") == {}


def test_one_evidence_serves_a_whole_roll_call() -> None:
    rows = [
        (Vote, {"ballot": "b", "voter": v, "value": "yes", "source": "one", "status": "reported"})
        for v in ("EST", "LVA")
    ]
    collection = collected(*rows, sources=SOURCES)
    assert {node for entry in collection.entries.values() for node in entry.evidence} == {ID["evidence/vote-b-one"]}
    assert len(collection.entries) == 2


def test_types_stated_by_any_row_are_kept() -> None:
    row = {"id": "osce", "name": "OSCE", "organisation_kind": "regional-organisation"}
    entry = merged(Organisation, row, {**row, "forum_kind": "organisation"})
    assert set(entry.types) == {CG.Organisation, CG.Forum}


def test_a_statement_stands_in_the_graph_of_the_source_that_made_it() -> None:
    one = items(Membership, {**MEMBER, "source": "one", "status": "reported"}, sources=SOURCES)
    two = items(Membership, {**MEMBER, "source": "two", "status": "reported"}, sources=SOURCES)
    collection = Collection()
    for name, found in (("first", one), ("second", two)):
        collection.read(Loader(name, name, lambda _, found=found: found))  # type: ignore[misc]
    graphs = {(subject, predicate): graph for subject, predicate, _, graph in collection.quads()}
    assert graphs[IRI, CG.member] == GRAPH["source/first"]
    assert graphs[ID["evidence/membership-foc-EST-member-1-two"], RDF.type] == GRAPH["source/second"]


def test_an_account_says_where_every_row_went() -> None:
    rows = items(Membership, MEMBER, {**MEMBER, "note": "again"}, {**MEMBER, "start": "soon"}, {**MEMBER, "spell": "2"})
    rows.append(OutOfScope("test.csv", 9, "too old"))
    account = Collection().read(Loader("m", "M", lambda _: rows))
    assert (account.claims, account.evidence, dict(account.out_of_scope), account.rejects) == (2, 1, {"too old": 1}, 1)
    assert account.rows == 5


def test_one_id_for_two_kinds_of_record_is_no_clash() -> None:
    collection = collected(
        (Forum, {"id": "foc", "name": "FOC", "forum_kind": "coalition"}),
        (Organisation, {"id": "foc", "name": "FOC", "organisation_kind": "coalition"}),
    )
    assert set(collection.entries) == {ID["forum/foc"], ID["organisation/foc"]}
    assert collection.rejects == []


def test_a_reject_reads_like_a_compilers_message() -> None:
    assert str(Reject("states.csv", 7, "alpha2", "too long")) == "states.csv:7: alpha2: too long"


def stated_by(collection: Collection, node: str) -> dict[URIRef, str]:
    predicates = {CG.statedStart, CG.statedEnd, CG.statedDate, CG.statedValue}
    return {
        predicate: str(value)
        for subject, predicate, value, _ in collection.quads()
        if subject == ID[node] and predicate in predicates and isinstance(value, Literal)
    }


def test_disputed_is_told_of_the_claim_and_both_values_stay() -> None:
    entry = merged(Membership, {**MEMBER, "start": "2011"}, {**MEMBER, "start": "2013"})
    assert {str(record.start) for _, _, record in entry.evidence.values() if isinstance(record, Membership)} == {
        "2011",
        "2013",
    }
    assert coded("membership-role", "member") in {value for _, _, value in entry.record.triples()}
