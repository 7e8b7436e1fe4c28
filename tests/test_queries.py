"""The query library: golden answers, parameters that work and cannot be abused, rules of writing, and the checks."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from memory import InMemory
from rdflib import Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

import queries
from graph.engine import LocalEngine
from graph.snapshot import Snapshot

GOLDEN = Path(__file__).resolve().parent / "golden"
CATALOGUE = queries.catalogue()
SITE = {path.stem: queries.for_site(path.stem) for path in sorted((queries.FOLDER / "site").glob("*.rq"))}
PARAMETERS = [(query, parameter.name) for query in CATALOGUE.values() for parameter in query.parameters]
IN_ORDER_OF_TIME = ("sessions_of_forum", "votes_of_state", "attributions_of_operation")

# For each parameter a second value, whose answer on the sample differs from that of the example in the file.
OTHER: Mapping[tuple[str, str], str | tuple[str, ...]] = {
    ("acceptance_matrix", "state"): "GBR",
    ("acceptance_matrix", "text"): "document/pall-mall-declaration-2024",
    ("agreed_at_session", "event"): "un-oewg-2019-session-1",
    ("alignments_with_acts", "speaker"): "organisation/nato",
    ("assessments_of_operation", "operation"): "olympic-destroyer-2018",
    ("attributed_operations_in_sectors", "sector"): "transport",
    ("attribution_delay", "speaker"): "EST",
    ("attributions_by_named_level", "speaker"): "CHN",
    ("attributions_by_speaker", "speaker"): "GBR",
    ("attributions_by_speaker_level", "speaker"): "state/GBR",
    ("attributions_by_state", "state"): "GBR",
    ("attributions_invoking", "text"): "un-2015-13f",
    ("attributions_naming", "state"): "RUS",
    ("attributions_of_operation", "operation"): "wannacry",
    ("attributions_that_differ", "operation"): "notpetya",
    ("attributions_together", "on"): "2018-02-28",
    ("capacity_building_for_commitment", "commitment"): "commitment/osce-cbm-8",
    ("commitments_of_forum", "forum"): "forum/paris-call",
    ("commitments_of_state", "state"): "RUS",
    ("commitments_without_norm", "forum"): "organisation/osce",
    ("common_forums", "other"): "FRA",
    ("common_forums", "state"): "RUS",
    ("corresponding_measures", "forum"): "organisation/oecd",
    ("corresponding_measures", "other"): "organisation/oecd",
    ("coverage", "of"): "forum/foc",
    ("denied_attributions", "replier"): "CHN",
    ("eu_acts_and_commitments", "commitment"): "un-2015-13a",
    ("events_in_series", "series"): "Freedom Online Conference",
    ("evidence_of_claim", "claim"): "membership/brics-SAU-member-1",
    ("forum_overlap", "forum"): ("organisation/eu", "organisation/nato"),
    ("forums_of_state", "on"): "1990-01-01",
    ("forums_of_state", "state"): "CHN",
    ("forums_open", "on"): "2017-01-01",
    ("joined_and_left", "forum"): "organisation/un",
    ("lineage_of_forum", "forum"): "un-ahc-cybercrime",
    ("measures_before_norm", "commitment"): "un-2015-13b",
    ("measures_for_commitment", "commitment"): "commitment/osce-cbm-8",
    ("measures_of_members", "forum"): "forum/cri",
    ("measures_of_members", "kind"): "national-strategy",
    ("measures_of_members", "on"): "2016-01-01",
    ("measures_of_state", "state"): "DEU",
    ("measures_on_topic", "topic"): "national-strategy",
    ("members_of_forum", "forum"): "organisation/nato",
    ("members_of_forum", "on"): "1972-12-31",
    ("membership_matrix", "forum"): "organisation/osce",
    ("membership_matrix", "on"): "2021-01-01",
    ("membership_matrix", "state"): "SUN",
    ("norms_and_elaborations", "norm"): "un-2015-13b",
    ("norms_with_measures", "state"): "NLD",
    ("offices_of_forum", "forum"): "un-oewg-2021",
    ("operations_without_state_attribution", "assessor"): "misp",
    ("paragraph_against_whole_for", "text"): "document/example-draft",
    ("positions_of_members", "forum"): "organisation/nato",
    ("positions_of_states", "on"): "2021-03-15",
    ("positions_of_states", "state"): "FRA",
    ("positions_on_issue", "issue"): "applicability",
    ("projects_and_funders", "actor"): "deu-auswaertiges-amt",
    ("publications_on_topic", "topic"): "public-core",
    ("reaffirmed_nationally", "text"): "un-2015-13j",
    ("reported_counts", "of"): "paris-call",
    ("responses_to_operations", "authority"): "GBR",
    ("same_act_in_data_sets", "record"): "shamoon-2012",
    ("sanctions_listings", "regime"): "eu-hybrid-russia",
    ("seats_in_expert_groups", "forum"): "un-gge-6",
    ("sessions_of_forum", "forum"): "un-gge-6",
    ("signatures_and_reservations", "treaty"): "budapest-second-protocol",
    ("sponsors_by_year", "words"): "international security",
    ("sponsors_of_resolution", "text"): "a-res-73-27",
    ("standing_towards", "of"): "forum/foc",
    ("standing_towards", "on"): "2000-01-01",
    ("standing_towards", "state"): "DEU",
    ("states_without_regional_measures", "on"): "1980-06-30",
    ("strategies_naming_texts", "state"): "DEU",
    ("text_relations", "instrument"): "decision/osce-pc-dec-1202",
    ("treaty_actions_of_state", "state"): "RUS",
    ("treaty_parties", "on"): "2004-06-30",
    ("treaty_parties", "treaty"): "un-cybercrime-convention",
    ("vote_changes", "first"): "a-res-77-37",
    ("vote_changes", "second"): "a-res-77-37",
    ("votes_alike", "state"): ("EST", "USA"),
    ("votes_of_state", "state"): "CHN",
    ("votes_on_resolution", "text"): "a-res-70-237",
    ("who_accepted", "text"): "dfi-2022",
}


@cache
def _algebra(text: str) -> CompValue:
    algebra: CompValue = translateQuery(parseQuery(text)).algebra
    return algebra


def _sorted(query: queries.Query) -> list[str]:
    """Return the variables in the order in which the query sorts."""
    algebra = _algebra(query.text)
    order = next((node for node in _nodes(algebra) if node.name == "OrderBy"), None)
    return [] if order is None else [str(name) for name in _variables(order.expr)]


# Answers


@pytest.mark.parametrize("query", CATALOGUE.values(), ids=lambda query: query.name)
def test_every_query_gives_its_golden_answer(query: queries.Query, engine: LocalEngine) -> None:
    with (GOLDEN / f"{query.name}.csv").open(newline="", encoding="utf-8") as file:
        columns, *rows = map(tuple, csv.reader(file))
    table = query.answer(engine)
    answer = [tuple("" if value is None else value for value in row) for row in table.rows]
    assert table.columns == columns
    assert Counter(answer) == Counter(rows)
    if query.name in IN_ORDER_OF_TIME:
        assert answer == rows


def test_there_is_no_golden_answer_without_a_query() -> None:
    assert {path.stem for path in GOLDEN.glob("*.csv")} == set(CATALOGUE)


@pytest.mark.parametrize("query", CATALOGUE.values(), ids=lambda query: query.name)
def test_the_order_of_an_answer_is_total(query: queries.Query, engine: LocalEngine) -> None:
    table = query.answer(engine)
    sorts = [table.columns.index(name) for name in _sorted(query) if name in table.columns]
    assert sorts, "the query does not sort"
    assert len(set(table.rows)) == len(table.rows), "a row comes twice"
    assert len({tuple(row[i] for i in sorts) for row in table.rows}) == len(table.rows), "two rows sort alike"


@pytest.mark.parametrize(("query", "name"), PARAMETERS, ids=lambda value: getattr(value, "name", value))
def test_another_value_gives_another_answer(query: queries.Query, name: str, engine: LocalEngine) -> None:
    values: dict[str, Any] = dict(query.examples())
    first = query.answer(engine, **values)
    second = query.answer(engine, **{**values, name: OTHER[query.name, name]})
    assert first.columns == second.columns
    assert Counter(first.rows) != Counter(second.rows)


@pytest.mark.parametrize(("query", "name"), PARAMETERS, ids=lambda value: getattr(value, "name", value))
def test_an_optional_parameter_may_be_left_out_and_a_required_one_not(
    query: queries.Query, name: str, engine: LocalEngine
) -> None:
    parameter = next(parameter for parameter in query.parameters if parameter.name == name)
    others: dict[str, Any] = {other: value for other, value in query.examples().items() if other != name}
    if not others:
        return  # with no value at all a query runs with its examples
    if parameter.required:
        with pytest.raises(queries.BadParameter, match=name):
            query.bind(**others)
    else:
        assert len(query.answer(engine, **others).rows) >= len(query.answer(engine).rows)


@pytest.mark.parametrize(("query", "name"), PARAMETERS, ids=lambda value: getattr(value, "name", value))
def test_without_its_lines_the_query_is_still_valid(query: queries.Query, name: str, engine: LocalEngine) -> None:
    if not next(parameter for parameter in query.parameters if parameter.name == name).required:
        bare = queries._values_line(name).sub("", query.text)
        assert f"VALUES ?{name} " not in bare
        assert queries.Table.read(engine.select(bare)).columns


def test_several_values_are_several_rows(engine: LocalEngine) -> None:
    one = queries.find("votes_of_state").answer(engine, state="EST")
    other = queries.find("votes_of_state").answer(engine, state="RUS")
    both = queries.find("votes_of_state").answer(engine, state=["EST", "RUS"])
    assert Counter(both.rows) == Counter(one.rows) + Counter(other.rows)


def test_days_between_two_dates_are_counted_by_the_calendar() -> None:
    starts = [date(1999, 12, 31), date(2000, 2, 28), date(2019, 2, 28), date(2020, 2, 29), date(2100, 2, 28)]
    pairs = [(first, first + timedelta(days)) for first in starts for days in (0, 1, 2, 31, 366, 1461)]
    turtle = 'vocab:reply-kind\\/denies skos:prefLabel "denies"@en . id:s rdfs:label "S"@en .'
    for number, (first, second) in enumerate(pairs):
        turtle += f"""
            id:a{number} cg:speaker id:s ; rdfs:label "act {number}"@en ; cg:date "{first}"^^xsd:date .
            id:r{number} cg:replyTo id:a{number} ; cg:replyKind vocab:reply-kind\\/denies ; cg:speaker id:s ;
                cg:date "{second}"^^xsd:date ."""
    table = queries.find("denied_attributions").answer(InMemory(turtle), replier="https://w3id.org/cybergov/id/test/s")
    days = {row[table.columns.index("act_name")]: row[table.columns.index("days")] for row in table.rows}
    assert days == {f"act {n}": str((second - first).days) for n, (first, second) in enumerate(pairs)}


def test_days_are_counted_between_whole_days_only() -> None:
    turtle = """
        vocab:reply-kind\\/denies skos:prefLabel "denies"@en . id:s rdfs:label "S"@en .
        id:a cg:speaker id:s ; rdfs:label "act"@en ; cg:date "2020-02"^^xsd:gYearMonth .
        id:r cg:replyTo id:a ; cg:replyKind vocab:reply-kind\\/denies ; cg:speaker id:s ;
            cg:date "2020-02-03"^^xsd:date ."""
    table = queries.find("denied_attributions").answer(InMemory(turtle), replier="https://w3id.org/cybergov/id/test/s")
    assert [row[table.columns.index("days")] for row in table.rows] == [None]


# What parameters refuse


@pytest.mark.parametrize(
    "value",
    [
        "x> } ?s ?p ?o #",
        "state/x> } ?s ?p ?o #",
        "x> } ?s/EST",
        "../EST",
        "https://w3id.org/x> } ?s ?p ?o . { <y",
        "https://w3id.org/a b",
        "https://w3id.org/a\nb",
        "https://w3id.org/\\u003e",
        "a b",
        "EST\n",
        '"',
        "'",
        "é",
        "EST}",
        "",
    ],
)
def test_a_value_cannot_change_the_query(value: str) -> None:
    with pytest.raises(queries.BadParameter):
        queries.find("forums_of_state").bind(state=[value])
    with pytest.raises(queries.BadParameter):
        queries.find("publications_on_topic").bind(topic=[value])
    with pytest.raises(queries.BadParameter):
        queries.find("forums_open").bind(on=[value])


@pytest.mark.parametrize("value", ["2021", "2021-03", "2021-02-30", "12.03.2021", '2021-03-12"^^<x> } #', "today"])
def test_a_day_must_be_a_whole_day_of_the_calendar(value: str) -> None:
    with pytest.raises(queries.BadParameter):
        queries.find("forums_open").bind(on=value)


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(queries.BadParameter, match="It takes: state, on"):
        queries.find("forums_of_state").bind(country="EST")


def test_a_single_parameter_refuses_several_values() -> None:
    with pytest.raises(queries.BadParameter, match="one value, not 2"):
        queries.find("members_of_forum").bind(forum=["forum/foc", "forum/cri"])


def test_an_unknown_query_is_refused_with_those_there_are() -> None:
    with pytest.raises(queries.UnknownQuery, match="forums_of_state"):
        queries.find("no_such_query")


def test_a_class_without_a_kind_of_its_own_needs_kind_and_name() -> None:
    query = queries.find("evidence_of_claim")
    assert "<https://w3id.org/cybergov/id/state/EST>" in query.bind(claim="state/EST")
    with pytest.raises(queries.BadParameter, match="kind/name"):
        query.bind(claim="EST")


# How a query is written


@pytest.mark.parametrize("query", CATALOGUE.values(), ids=lambda query: query.name)
def test_every_query_says_what_it_answers_and_gives_an_example_of_each_parameter(query: queries.Query) -> None:
    assert query.title
    assert query.description.endswith(".")
    assert set(query.examples()) == {parameter.name for parameter in query.parameters}
    assert all(query.examples().values())
    assert _sorted(query)


@pytest.mark.parametrize("query", [*CATALOGUE.values(), *SITE.values()], ids=lambda query: query.name)
def test_parameters_reach_every_scope_that_uses_them(query: queries.Query) -> None:
    assert list(_unreached(query.text, {parameter.name for parameter in query.parameters})) == []


@pytest.mark.parametrize("query", [*CATALOGUE.values(), *SITE.values()], ids=lambda query: query.name)
def test_queries_are_plain_sparql_and_but_one_without_graphs(query: queries.Query) -> None:
    algebra = _algebra(query.text)
    names_graphs = {"Graph"} & {node.name for node in _nodes(algebra)}
    assert bool(names_graphs) == (query.name == "source_graphs")  # the one question that only graphs can answer
    assert not [node for node in _nodes(algebra) if node.name == "ServiceGraphPattern"]
    assert "xsd:string" not in query.text


def test_questions_as_of_a_day_share_the_same_lines() -> None:
    asking = [query.text for query in CATALOGUE.values() if "?surelySo" in query.text]
    judged = {tuple(line.strip() for line in text.splitlines() if "?surely" in line) for text in asking}
    assert len(asking) >= 6
    assert len(judged) == 1
    assert len(judged.pop()) == 3


STATE = "VALUES ?state { <https://w3id.org/cybergov/id/state/EST> }"


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (f"{STATE} ?s ?p ?state", ""),
        (f"{STATE} ?s ?p ?state FILTER NOT EXISTS {{ ?s ?q ?state }}", ""),
        (f"{{ {STATE} ?s ?p ?state }} UNION {{ {STATE} ?state ?p ?s }}", ""),
        (f"{{ {STATE} ?s ?p ?state }} UNION {{ {STATE} ?state ?p ?s }} ?state ?q ?r", ""),
        (f"{{ SELECT ?state WHERE {{ {STATE} ?s ?p ?state }} }} ?state ?q ?r", ""),
        ("?s ?p ?state", "without its VALUES"),
        (f"{STATE} {{ ?s ?p ?state }} UNION {{ {STATE} ?state ?p ?s }}", "without its VALUES"),
        (f"{STATE} {{ SELECT ?s WHERE {{ ?s ?p ?state }} }}", "without its VALUES"),
        (f"{STATE} ?s ?p ?o OPTIONAL {{ ?s ?q ?r BIND(?state AS ?t) }}", "without its VALUES"),
        (f"{STATE} ?s ?p ?state MINUS {{ ?s ?q ?state }}", "MINUS"),
        (f"?s ?p ?o MINUS {{ {STATE} ?s ?p ?state }}", "MINUS"),
        (f"?s ?p ?o OPTIONAL {{ {STATE} ?s ?p ?state }} ?state ?q ?r", "without its VALUES"),
    ],
)
def test_the_linter_finds_parameters_out_of_reach(pattern: str, fault: str) -> None:
    found = list(_unreached(f"SELECT * WHERE {{ {pattern} }}", {"state"}))
    assert bool(found) == bool(fault)
    assert all(fault in problem for problem in found)


# The linter: over the parsed algebra, where a nested SELECT is a ToMultiSet and a group's expressions stand in
# Filter and Extend.


def _unreached(text: str, parameters: set[str]) -> Iterator[str]:
    algebra = _algebra(text)
    yield from _lint_scope(algebra, parameters)
    for node in _nodes(algebra):
        if node.name == "Minus":
            for name in sorted(parameters & {str(variable) for variable in _variables(node.p2)}):
                yield f"?{name} stands in MINUS, where its values do not reach"


def _lint_scope(scope: Any, parameters: set[str]) -> Iterator[str]:
    used = {str(variable) for variable in _own_variables(scope)} & parameters
    for name in sorted(used - _bound(scope)):
        yield f"?{name} is used in a scope without its VALUES line"
    for inner in _inner_scopes(scope):
        yield from _lint_scope(inner, parameters)


def _is_table(node: CompValue) -> bool:
    return bool(node.name == "values" or (node.name == "ToMultiSet" and getattr(node.p, "name", "") == "values"))


def _bound(node: Any) -> set[str]:
    """Return the variables that VALUES lines surely bind in a scope, or in what is joined to it."""
    if not isinstance(node, CompValue):
        return set()
    if _is_table(node):
        return {str(variable) for variable in _variables(node)}
    if node.name == "ToMultiSet":
        projected = {str(variable) for variable in node.p.PV} if "PV" in node.p else None
        return _bound(node.p) if projected is None else _bound(node.p) & projected
    if node.name == "Union":
        return _bound(node.p1) & _bound(node.p2)
    if node.name in ("LeftJoin", "Minus"):
        return _bound(node.p1)
    return set().union(*(_bound(node[key]) for key in ("p", "p1", "p2") if key in node))


def _inner_scopes(node: Any) -> Iterator[Any]:
    if not isinstance(node, CompValue) or _is_table(node):
        return
    if node.name == "ToMultiSet":
        yield node.p
    elif node.name == "Union":
        yield node.p1
        yield node.p2
    else:
        for key in ("p", "p1", "p2"):
            if key in node:
                yield from _inner_scopes(node[key])
        if node.name == "LeftJoin" and _has_expressions(node.p2):
            yield node.p2


def _has_expressions(node: Any) -> bool:
    return any(inner.name in ("Extend", "Filter") for inner in _nodes(node))


def _own_variables(node: Any) -> Iterator[Variable]:
    """Yield the variables that a scope uses itself: in patterns and expressions, not where it sorts and projects."""
    if not isinstance(node, CompValue) or _is_table(node) or node.name in ("ToMultiSet", "Union"):
        return
    if node.name == "BGP":
        yield from _variables(node.triples)
    if node.name in ("Filter", "Extend", "LeftJoin"):
        yield from _variables(node.expr)
    for key in ("p", "p1", "p2"):
        if key in node and (node.name, key) != ("Minus", "p2"):
            yield from _own_variables(node[key])


def _variables(node: Any) -> Iterator[Variable]:
    if isinstance(node, Variable):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _variables(key)
            if key != "_vars":
                yield from _variables(value)
    elif isinstance(node, list | tuple | set):
        for value in node:
            yield from _variables(value)


def _nodes(node: Any) -> Iterator[CompValue]:
    if isinstance(node, CompValue):
        yield node
        node = list(node.values())
    if isinstance(node, list | tuple):
        for value in node:
            yield from _nodes(value)


# The checks

FAULTS: Mapping[str, str] = {
    "action_takes_effect_before_it": """
        id:a cg:dateNotBefore "2020-02-02"^^xsd:date ; cg:effectiveNotAfter "2020-02-01"^^xsd:date .""",
    "attributed_without_naming": """
        id:a cg:attributionStance vocab:attribution-stance\\/takes-note ; cg:attributedTo id:s .""",
    "claims_without_evidence": "id:a a cg:Claim .",
    "consensus_expanded": """
        id:a cg:acceptanceMode vocab:acceptance-mode\\/adopted-without-vote ; cg:acceptedBy id:s .
        id:s a cg:State .""",
    "eleven_norms": "id:a a cg:Norm .",
    "end_before_start": """
        id:a cg:startNotBefore "2020-02-02"^^xsd:date ; cg:endNotAfter "2020-02-01"^^xsd:date .""",
    "member_twice_at_once": """
        id:a a cg:Membership ; cg:forum id:f ; cg:member id:s ; cg:role id:r ; cg:spell 1 ;
            cg:endNotBefore "2020-02-02"^^xsd:date .
        id:b a cg:Membership ; cg:forum id:f ; cg:member id:s ; cg:role id:r ; cg:spell 2 ;
            cg:startNotAfter "2020-02-01"^^xsd:date .""",
    "operation_leads_to_state": "id:o a cg:Operation ; cg:attributedTo id:s . id:s a cg:State .",
    "roll_call_totals": "id:b cg:yesCount 150 ."
    + "".join(f" id:v{i} cg:ballot id:b ; cg:voteValue vocab:vote\\/yes ." for i in range(151)),
    "stance_not_open_on_issue": "id:a a cg:Position ; cg:issue id:i ; cg:stance id:s . id:s cg:stanceOn id:other .",
    "state_leads_to_operation": "id:o a cg:ThreatActor . id:s a cg:State ; cg:partner id:o .",
    "things_without_name": 'id:a cg:evidence id:e . id:a rdfs:label "ein Name"@de .',
    "un_members": "id:s cg:memberOf <https://w3id.org/cybergov/id/organisation/un> .",
}
CHECKS = sorted(queries.CHECKS.glob("*.rq"))


def _rows(store: ox.Store, path: Path) -> list[object]:
    answer = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


@pytest.mark.parametrize("path", CHECKS, ids=lambda path: path.stem)
def test_every_check_finds_a_planted_fault(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# title: ")
    assert queries.Table.read(InMemory(FAULTS[path.stem]).select(path.read_text(encoding="utf-8"))).rows


def test_the_checks_find_nothing_in_the_sample(snapshot: Snapshot, checks: Path) -> None:
    store = ox.Store.read_only(str(snapshot.store))
    found = {path.stem: _rows(store, path) for path in sorted(checks.glob("*.rq"))}
    assert found == {name: [] for name in found}


@pytest.mark.parametrize(("state", "answer"), [("CHN", "voted for"), ("EST", "opposed"), ("RUS", "sponsored")])
def test_a_vote_and_a_sponsorship_are_modes_of_acceptance(engine: LocalEngine, state: str, answer: str) -> None:
    table = queries.find("acceptance_matrix").answer(engine, state=state, text="document/a-res-73-27")
    assert [row[table.columns.index("answer")] for row in table.rows] == [answer]


def test_a_text_that_a_state_sponsored_is_listed_once_and_as_sponsored(engine: LocalEngine) -> None:
    table = queries.find("commitments_of_state").answer(engine, state="RUS")
    text, mode = (table.columns.index(name) for name in ("text", "mode"))
    modes = [row[mode] for row in table.rows if (row[text] or "").endswith("/a-res-73-27")]
    assert modes == ["sponsored"]
