"""Collecting: the first row is preferred, later rows fill and add evidence, and disagreement is kept as such."""

from __future__ import annotations

import dataclasses

import pytest
from rdflib import RDF, Literal, URIRef
from tables import collected, items, source

from graph.collect import Collection, Entry, FileRead, Loader, Located, OutOfScope, Reject, Unbalanced
from graph.dates import Stated
from graph.model import Ballot, Forum, Membership, Organisation, Vote
from graph.record import Evidence, Record, coded
from graph.terms import CG, GRAPH, ID, SKOS

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


def foc(number: int, **stated: object) -> Organisation:
    return Organisation(
        id="foc",
        name="FOC",
        organisation_kind=coded("organisation-kind", "coalition"),
        evidence=(Evidence(source=SOURCES["one" if number == 1 else "two"].iri, verification="reported"),),
        **stated,  # type: ignore[arg-type]
    )


def two_sources(first: Record, second: Record) -> Collection:
    collection = Collection()
    for name, made in (("first", first), ("second", second)):
        collection.read(Loader(name, name, lambda _, made=made: [Located("t.csv", 2, made)]))  # type: ignore[misc]
    return collection


def test_what_a_later_source_adds_stands_in_its_own_graph() -> None:
    collection = two_sources(foc(1, aliases=("Coalition",)), foc(2, aliases=("Coalition", "Koalition"), city="Tallinn"))
    stated = {(p, str(o)): g for s, p, o, g in collection.quads() if s == ID["organisation/foc"]}
    assert stated[SKOS.altLabel, "Coalition"] == GRAPH["source/first"]
    assert stated[SKOS.altLabel, "Koalition"] == stated[CG.city, "Tallinn"] == GRAPH["source/second"]


def test_a_class_that_a_later_source_states_stands_in_its_own_graph() -> None:
    collection = two_sources(foc(1), foc(2, forum_kind=coded("forum-kind", "coalition")))
    graphs = {o: g for s, p, o, g in collection.quads() if s == ID["organisation/foc"] and p == RDF.type}
    assert graphs == {CG.Organisation: GRAPH["source/first"], CG.Forum: GRAPH["source/second"]}


def test_further_names_add_up_and_dispute_nothing() -> None:
    entry = two_sources(foc(1, aliases=("A",)), foc(2, aliases=("B", "A"))).entries[ID["organisation/foc"]]
    assert isinstance(entry.record, Organisation)
    assert (entry.record.aliases, entry.disputed) == (("A", "B"), False)


def test_a_row_that_is_lost_or_counted_twice_is_a_fault_of_the_loader() -> None:
    made = Located("t.csv", 2, foc(1))
    with pytest.raises(Unbalanced, match="read 2 rows and accounts for 1"):
        Collection().read(Loader("t", "T", lambda _: [made, FileRead("t.csv", 2)]))
    with pytest.raises(Unbalanced, match="read 1 rows and accounts for 2"):
        Collection().read(Loader("t", "T", lambda _: [made, made, FileRead("t.csv", 1)]))


def test_a_row_may_make_several_records_and_counts_once() -> None:
    other = dataclasses.replace(foc(1), id="other", name="Other")
    collection = Collection()
    account = collection.read(Loader("t", "T", lambda _: [Located("t.csv", 2, foc(1), (other,)), FileRead("t.csv", 1)]))
    assert (account.claims, account.evidence, account.rows, account.made["organisation"]) == (1, 0, 1, 2)


def test_a_row_of_which_one_record_does_not_fit_makes_nothing() -> None:
    clash = Vote(ballot=ID["ballot/a-b"], voter=ID["state/EST"], value=coded("vote", "yes"))
    same_slug = Vote(ballot=ID["ballot/a"], voter=ID["state/b-EST"], value=coded("vote", "yes"))
    collection = Collection()
    account = collection.read(
        Loader("t", "T", lambda _: [Located("t.csv", 2, clash), Located("t.csv", 3, same_slug, (foc(1),))])
    )
    assert (account.claims, account.rejects) == (1, 1)
    assert list(collection.entries) == [clash.iri]


def test_rejects_of_a_loader_that_is_not_strict_are_kept_apart_and_faults_are_no_rows() -> None:
    found = [Reject("t.csv", 2, "a", "bad"), Reject("t.csv", 1, "header", "odd", is_row=False), FileRead("t.csv", 1)]
    collection = Collection()
    account = collection.read(Loader("t", "T", lambda _: found, strict=False))
    assert (collection.rejects, collection.passed_over) == ([], found[:2])
    assert (account.rows, account.rejects, account.faults) == (1, 1, 1)


def test_who_waits_is_told_how_many_rows_are_done() -> None:
    rows = [OutOfScope("t.csv", line, "too old") for line in range(25_000)]
    told: list[int] = []
    Collection().read(Loader("t", "T", lambda _: rows), told.append)
    assert told == [10_000, 20_000]
