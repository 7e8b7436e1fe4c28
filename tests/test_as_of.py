"""Questions as of a day, at the edges of every date precision: yes, no, undetermined, and what absence means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

import ontology
import queries
from graph.collect import Collection, Located
from graph.dates import Stated
from graph.derive import derive
from graph.model import Completeness, Document, Forum, Membership, State, TreatyAction
from graph.nquads import line
from graph.record import Evidence, Record, coded
from graph.terms import thing
from loaders.curated import DATA_DATE

FORUM, STATE, TREATY = thing("forum", "club"), thing("state", "AAA"), thing("document", "pact")
ONTOLOGY = ontology.load_ontology()
CODES = ontology.load_codes()
THINGS = (
    Forum(id="club", name="Club", forum_kind=coded("forum-kind", "process")),
    State(id="AAA", name="A-land", state_kind=coded("state-kind", "un-member")),
    State(id="BBB", name="B-land", state_kind=coded("state-kind", "un-member")),
    Document(id="pact", name="Pact", document_kind=coded("document-kind", "treaty")),
)


@dataclass(frozen=True)
class Small:
    """An engine on a few records, with everything derived from them as in a build."""

    store: ox.Store

    def select(self, query: str) -> bytes:
        answer = self.store.query(query)
        assert isinstance(answer, ox.QuerySolutions)
        written: bytes = answer.serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[assignment]
        return written


_VOCABULARY = CODES.serialize(format="nt", encoding="utf-8")


def small(*records: Record) -> Small:
    collection = Collection()
    for number, record in enumerate((*THINGS, *records)):
        collection.add(Located("test.csv", number, record), URIRef("https://w3id.org/cybergov/graph/source/test"))
    triples = [quad[:3] for quad in collection.quads()]
    triples += derive(collection, ONTOLOGY, Graph(), DATA_DATE)
    store = ox.Store()
    store.bulk_load(_VOCABULARY, format=ox.RdfFormat.N_TRIPLES)
    store.bulk_load(b"".join(line(*triple) for triple in triples), format=ox.RdfFormat.N_TRIPLES)
    return Small(store)


def stated(text: str) -> Stated | None:
    return Stated.parse(text) if text else None


def membership(start: str = "", end: str = "", still: str = "", spell: int = 1, role: str = "member") -> Membership:
    return Membership(
        forum=FORUM,
        member=STATE,
        role=coded("membership-role", role),
        spell=spell,
        start=stated(start),
        end=stated(end),
        still=stated(still),
        evidence=(Evidence(source=thing("source", "list"), verification="checked"),),
    )


def listed(start: str, end: str, verification: str = "checked") -> Completeness:
    return Completeness(
        id="list",
        name="List",
        list_of=FORUM,
        listed=coded("counted", "members"),
        complete_from=stated(start),
        complete_to=stated(end),
        evidence=(Evidence(source=thing("source", "list"), verification=verification),),
    )


def column(table: queries.Table, name: str) -> list[str | None]:
    return [row[table.columns.index(name)] for row in table.rows]


def of_club(engine: Small, on: str, name: str = "answer") -> list[str | None]:
    return column(queries.find("members_of_forum").answer(engine, forum="club", on=on), name)


def cell(engine: Small, on: str, state: str = "AAA") -> str | None:
    table = queries.find("membership_matrix").answer(engine, forum="club", state=state, on=on)
    (answer,) = column(table, "answer")
    return answer


EDGES = [
    # start, end, still, and the answer on days around each edge
    ("2011-06-15", "", "2020-03-10", "2011-06-14", "no"),
    ("2011-06-15", "", "2020-03-10", "2011-06-15", "yes"),
    ("2011-06-15", "", "2020-03-10", "2020-03-10", "yes"),
    ("2011-06-15", "", "2020-03-10", "2020-03-11", "undetermined"),
    ("2011-06", "", "2020-03-10", "2011-05-31", "no"),
    ("2011-06", "", "2020-03-10", "2011-06-01", "undetermined"),
    ("2011-06", "", "2020-03-10", "2011-06-29", "undetermined"),
    ("2011-06", "", "2020-03-10", "2011-06-30", "yes"),
    ("2011", "", "2020-03-10", "2010-12-31", "no"),
    ("2011", "", "2020-03-10", "2011-01-01", "undetermined"),
    ("2011", "", "2020-03-10", "2011-12-30", "undetermined"),
    ("2011", "", "2020-03-10", "2011-12-31", "yes"),
    ("2011-06-15", "2020-03-10", "", "2020-03-10", "yes"),
    ("2011-06-15", "2020-03-10", "", "2020-03-11", "no"),
    ("2011-06-15", "2020-02", "", "2020-02-01", "yes"),
    ("2011-06-15", "2020-02", "", "2020-02-02", "undetermined"),
    ("2011-06-15", "2020-02", "", "2020-02-29", "undetermined"),
    ("2011-06-15", "2020-02", "", "2020-03-01", "no"),
    ("2011-06-15", "2020", "", "2020-01-01", "yes"),
    ("2011-06-15", "2020", "", "2020-12-31", "undetermined"),
    ("2011-06-15", "2020", "", "2021-01-01", "no"),
    ("2011-06-15", "", "2020-03", "2020-03-01", "yes"),
    ("2011-06-15", "", "2020-03", "2020-03-02", "undetermined"),
    ("2011-06-15", "", "2020", "2020-01-01", "yes"),
    ("2011-06-15", "", "2020", "2020-01-02", "undetermined"),
    ("2011-06-15", "", "", "2011-06-14", "no"),
    ("2011-06-15", "", "", "2011-06-15", "undetermined"),
    ("2011", "2011", "", "2010-12-31", "no"),
    ("2011", "2011", "", "2011-07-01", "undetermined"),
    ("2011", "2011", "", "2012-01-01", "no"),
    ("", "", "2020-03-10", "1900-01-01", "undetermined"),
    ("", "", "2020-03-10", "2020-03-10", "undetermined"),
    ("", "2020-03-10", "", "2020-03-10", "undetermined"),
    ("", "2020-03-10", "", "2020-03-11", "no"),
    ("", "", "", "2020-03-10", "undetermined"),
]


@pytest.mark.parametrize(("start", "end", "still", "on", "answer"), EDGES)
def test_a_membership_is_so_not_so_or_undetermined(start: str, end: str, still: str, on: str, answer: str) -> None:
    engine = small(membership(start, end, still))
    assert of_club(engine, on) == [answer]
    assert cell(engine, on) == answer
    table = queries.find("forums_of_state").answer(engine, state="AAA", on=on)
    assert column(table, "answer") == [answer]


def test_without_a_day_nothing_is_judged() -> None:
    table = queries.find("members_of_forum").answer(small(membership("2011", "2012")), forum="club")
    assert column(table, "answer") == [None]
    assert column(table, "absent") == [None]
    assert column(table, "start") == ["2011"]


@pytest.mark.parametrize(
    ("on", "each", "together"),
    [
        ("2012-06-01", ["yes", "no"], "yes"),
        ("2014-06-01", ["no", "no"], "no"),
        ("2015-06-01", ["no", "undetermined"], "undetermined"),
        ("2016-06-01", ["no", "yes"], "yes"),
    ],
)
def test_who_left_and_came_back_has_two_spells(on: str, each: list[str], together: str) -> None:
    engine = small(membership("2011-01-01", "2013-12-31"), membership("2015", "", "2020-01-01", spell=2))
    assert of_club(engine, on) == each
    assert cell(engine, on) == together


@pytest.mark.parametrize("role", ["invited", "suspended", "expelled", "withdrawn-notified", "withdrawn-effective"])
def test_an_invitation_or_departure_is_no_membership(role: str) -> None:
    engine = small(membership("2011-01-01", "", "2020-01-01", role=role))
    assert of_club(engine, "2015-01-01") == ["yes"]
    assert cell(engine, "2015-01-01") == "not recorded"


def test_absence_is_not_no_by_a_completeness_that_nobody_has_read_anywhere() -> None:
    engine = small(membership("2011-01-01", "", "2020-01-01"), listed("2011", "2019", "unchecked"))
    assert of_club(engine, "2015-01-01", "absent") == ["not recorded"]


@pytest.mark.parametrize(
    ("start", "end", "on", "answer"),
    [
        ("2012-03-01", "2014-03-31", "2012-02-29", "not recorded"),
        ("2012-03-01", "2014-03-31", "2012-03-01", "no"),
        ("2012-03-01", "2014-03-31", "2014-03-31", "no"),
        ("2012-03-01", "2014-03-31", "2014-04-01", "not recorded"),
        ("2012-03", "2014-03", "2012-03-30", "not recorded"),
        ("2012-03", "2014-03", "2012-03-31", "no"),
        ("2012-03", "2014-03", "2014-03-01", "no"),
        ("2012-03", "2014-03", "2014-03-02", "not recorded"),
        ("2012", "2014", "2012-12-30", "not recorded"),
        ("2012", "2014", "2012-12-31", "no"),
        ("2012", "2014", "2014-01-01", "no"),
        ("2012", "2014", "2014-01-02", "not recorded"),
        ("", "2014", "2013-01-01", "not recorded"),
        ("2012", "", "2013-01-01", "not recorded"),
    ],
)
def test_absence_is_no_only_where_the_list_is_complete(start: str, end: str, on: str, answer: str) -> None:
    engine = small(membership("2011-01-01", "", "2020-01-01"), listed(start, end))
    assert of_club(engine, on, "absent") == [answer]
    assert cell(engine, on, state="BBB") == answer
    assert cell(engine, on) == "yes"


def test_a_recorded_member_without_a_start_stays_undetermined_where_the_list_is_complete() -> None:
    assert cell(small(membership("", "", "2020-01-01"), listed("2012", "2014")), "2013-01-01") == "undetermined"


def action(kind: str, date: str = "", effective: str = "") -> TreatyAction:
    return TreatyAction(
        treaty=TREATY,
        actor=STATE,
        action=coded("treaty-action", kind),
        date=stated(date),
        effective=stated(effective),
    )


def party(actions: Iterable[TreatyAction], on: str) -> list[str | None]:
    return column(queries.find("treaty_parties").answer(small(*actions), treaty="pact", on=on), "answer")


RATIFIED = action("ratification", "2003-05-12", "2004-07-01")


@pytest.mark.parametrize(
    ("actions", "on", "answer"),
    [
        ([action("signature", "2001-11-23")], "2002-01-01", []),
        ([RATIFIED], "2003-05-12", ["no"]),
        ([RATIFIED], "2004-06-30", ["no"]),
        ([RATIFIED], "2004-07-01", ["yes"]),
        ([action("accession", "2003", "2004-07")], "2004-06-30", ["no"]),
        ([action("accession", "2003", "2004-07")], "2004-07-15", ["undetermined"]),
        ([action("accession", "2003", "2004-07")], "2004-07-31", ["yes"]),
        ([action("accession", "2003")], "2002-12-31", ["no"]),
        ([action("accession", "2003")], "2005-01-01", ["undetermined"]),
        ([RATIFIED, action("withdrawal", "2010-01-01", "2011-01-01")], "2010-06-01", ["yes"]),
        ([RATIFIED, action("withdrawal", "2010-01-01", "2011-01-01")], "2011-01-02", ["no"]),
        ([RATIFIED, action("withdrawal", "2010-01-01", "2011")], "2011-06-01", ["undetermined"]),
        ([RATIFIED, action("withdrawal", "2010-01-01")], "2012-01-01", ["undetermined"]),
    ],
)
def test_a_state_is_party_from_entry_into_force_and_until_a_withdrawal(
    actions: list[TreatyAction], on: str, answer: list[str]
) -> None:
    assert party(actions, on) == answer


@pytest.mark.parametrize(
    ("on", "answer"),
    [("2018-12-31", "no"), ("2019-06-01", "undetermined"), ("2019-12-31", "yes"), ("2022-01-01", "no")],
)
def test_a_forum_is_open_between_its_start_and_end(on: str, answer: str) -> None:
    process = Forum(
        id="talks",
        name="Talks",
        forum_kind=coded("forum-kind", "process"),
        start=stated("2019"),
        end=stated("2021"),
    )
    table = queries.find("forums_open").answer(small(process), on=on)
    answers = dict(zip(column(table, "name"), column(table, "answer"), strict=True))
    assert answers == {"Club": "undetermined", "Talks": answer}
