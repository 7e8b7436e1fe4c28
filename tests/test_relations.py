"""The curated relations between texts keep to their rules; each rule is shown to notice a planted fault."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence

import pytest

import queries
from graph.engine import LocalEngine
from loaders.curated import CURATED

Row = dict[str, str]
Rule = Callable[[Sequence[Row]], Iterator[str]]

TEXTS = {"commitment", "decision", "document", "norm", "proposal"}
UNDERTAKINGS = {"commitment", "norm", "proposal"}
# From which kinds of text each relation may lead, and to which kinds of thing.
KINDS = {
    "reaffirms": (TEXTS - {"proposal"}, TEXTS),
    "subscribes-to": ({"commitment", "decision", "document"}, {"commitment", "document", "norm"}),
    "elaborates": ({"commitment", "decision", "document"}, UNDERTAKINGS | {"document"}),
    "operationalises": (TEXTS - {"norm"}, TEXTS | {"measure"}),
    "same-object": (TEXTS - {"norm"}, TEXTS),
    "institution-for": (TEXTS, {"organisation", "forum"}),
    "supersedes": (TEXTS - {"norm"}, TEXTS - {"norm"}),
    "complements": (TEXTS - {"norm"}, TEXTS),
    "repeats": (TEXTS - {"norm"}, TEXTS),
}
NORMS = {f"norm/un-2015-13{letter}" for letter in "abcdefghijk"}
UN_REPORTS = ("document/a-76-135", "document/a-75-816")


def _kind(reference: str) -> str:
    return reference.partition("/")[0]


def every_relation_is_one_that_says_something(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row["relation"] not in KINDS:
            yield f"{row['from_text']}: {row['relation']!r} is none of {', '.join(KINDS)}"


def every_relation_has_a_reason_an_asserter_and_a_confidence(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if len(row["justification"].split()) < 4:
            yield f"{row['from_text']} to {row['to_text']} needs a reason in words"
        if _kind(row["asserter"]) not in ("organisation", "forum", "state"):
            yield f"{row['from_text']} to {row['to_text']} needs an asserter"
        if row["confidence"] not in ("high", "medium", "low"):
            yield f"{row['from_text']} to {row['to_text']} needs a confidence"


def no_relation_matches_concepts(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if "match" in row["relation"].lower() or row["relation"] in ("exact", "close", "broad", "narrow"):
            yield f"{row['from_text']}: SKOS mapping is between concepts only"


def relations_lead_between_kinds_that_fit(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        sources, targets = KINDS.get(row["relation"], (TEXTS, TEXTS))
        if _kind(row["from_text"]) not in sources or _kind(row["to_text"]) not in targets:
            yield f"{row['from_text']} cannot be said to be {row['relation']} {row['to_text']}"


def every_norm_is_elaborated_by_the_united_nations_with_a_paragraph(rows: Sequence[Row]) -> Iterator[str]:
    elaborated = {
        row["to_text"]
        for row in rows
        if row["relation"] == "elaborates"
        and row["from_text"] in UN_REPORTS
        and "aragraph" in row["justification"] + row["locator"]
    }
    for norm in sorted(NORMS - elaborated):
        yield f"{norm} has no elaboration with its paragraph"


def the_same_object_is_entered_in_one_direction_only(rows: Sequence[Row]) -> Iterator[str]:
    pairs = {(row["from_text"], row["to_text"]) for row in rows if row["relation"] == "same-object"}
    for one, other in sorted(pairs):
        if one < other and (other, one) in pairs:
            yield f"{one} and {other} are entered twice"


def the_two_texts_differ(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row["from_text"] == row["to_text"]:
            yield f"{row['from_text']} is related to itself"


def a_reason_is_not_the_words_of_the_source(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        if row["says"] and row["says"] == row["justification"]:
            yield f"{row['from_text']} to {row['to_text']}: the reason repeats what the source says"


def _row(**cells: str) -> Row:
    good = {
        "from_text": "commitment/osce-cbm-16",
        "relation": "same-object",
        "to_text": "norm/un-2015-13j",
        "asserter": "organisation/cybergov-editors",
        "justification": "Both ask for responsible reports.",
        "confidence": "high",
        "locator": "",
        "says": "",
    }
    return {**good, **cells}


FAULTS: list[tuple[Rule, list[Row]]] = [
    (every_relation_is_one_that_says_something, [_row(relation="related")]),
    (every_relation_is_one_that_says_something, [_row(relation="")]),
    (every_relation_has_a_reason_an_asserter_and_a_confidence, [_row(justification="")]),
    (every_relation_has_a_reason_an_asserter_and_a_confidence, [_row(justification="The same.")]),
    (every_relation_has_a_reason_an_asserter_and_a_confidence, [_row(asserter="")]),
    (every_relation_has_a_reason_an_asserter_and_a_confidence, [_row(confidence="")]),
    (every_relation_has_a_reason_an_asserter_and_a_confidence, [_row(confidence="0.9")]),
    (no_relation_matches_concepts, [_row(relation="exactMatch")]),
    (no_relation_matches_concepts, [_row(relation="exact")]),
    (relations_lead_between_kinds_that_fit, [_row(relation="institution-for")]),
    (relations_lead_between_kinds_that_fit, [_row(to_text="organisation/enisa")]),
    (relations_lead_between_kinds_that_fit, [_row(from_text="norm/un-2015-13g", relation="operationalises")]),
    (relations_lead_between_kinds_that_fit, [_row(from_text="proposal/gcsc-1", relation="subscribes-to")]),
    (relations_lead_between_kinds_that_fit, [_row(to_text="measure/x", relation="elaborates")]),
    (every_norm_is_elaborated_by_the_united_nations_with_a_paragraph, []),
    (
        the_same_object_is_entered_in_one_direction_only,
        [_row(), _row(from_text="norm/un-2015-13j", to_text="commitment/osce-cbm-16")],
    ),
    (the_two_texts_differ, [_row(to_text="commitment/osce-cbm-16")]),
    (a_reason_is_not_the_words_of_the_source, [_row(says="Both ask for responsible reports.")]),
]
RULES = list(dict.fromkeys(rule for rule, _ in FAULTS))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    found: list[Row] = []
    for path in sorted(CURATED.glob("text_relations*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            found += csv.DictReader(file)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_curated_relations_keep_the_rule(rule: Rule, rows: list[Row]) -> None:
    assert len(rows) > 200
    assert list(rule(rows)) == []


@pytest.mark.parametrize(("rule", "planted"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_the_rule_notices_a_planted_fault(rule: Rule, planted: list[Row], rows: list[Row]) -> None:
    if rule is every_norm_is_elaborated_by_the_united_nations_with_a_paragraph:
        planted = [row for row in rows if (row["relation"], row["to_text"]) != ("elaborates", "norm/un-2015-13b")]
        assert list(rule(planted)) == ["norm/un-2015-13b has no elaboration with its paragraph"]
    else:
        assert len(list(rule(planted))) == 1


def test_a_row_that_keeps_all_rules_is_let_pass() -> None:
    for rule in RULES:
        if rule is not every_norm_is_elaborated_by_the_united_nations_with_a_paragraph:
            assert list(rule([_row()])) == []


def test_an_item_without_relations_is_listed_as_such_and_none_is_left_out(engine: LocalEngine) -> None:
    instruments = ["decision/osce-pc-dec-1106", "document/paris-call-2018"]
    answer = queries.find("text_relations").answer(engine, instrument=instruments)
    text, relation, claim = (answer.columns.index(name) for name in ("text", "relation", "claim"))
    items = {str(row[text]).rsplit("/", 1)[-1] for row in answer.rows}
    assert items >= {"osce-cbm-1", "osce-cbm-2", "osce-cbm-8", "paris-call-1", "paris-call-2", "paris-call-5"}
    without = {str(row[text]).rsplit("/", 1)[-1] for row in answer.rows if row[relation] == "none recorded"}
    assert {"osce-cbm-1", "paris-call-5"} <= without
    assert all((row[claim] is None) == (row[relation] == "none recorded") for row in answer.rows)
