"""Charts say what they show, leave out nothing in silence, and add up nothing that may not add up."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string

from queries import Table
from webapp import charts

MACRO = "{% from 'charts.html' import chart %}{{ chart(drawn) }}"


def drawn(app: Flask, chart: charts.Chart) -> str:
    with app.test_request_context("/"):
        return render_template_string(MACRO, drawn=chart)


def table(columns: str, *rows: tuple[str | None, ...]) -> Table:
    return Table(tuple(columns.split()), list(rows))


def test_the_longest_bar_fills_the_width_and_the_others_in_proportion() -> None:
    chart = charts.bars([("Estonia", 12), ("Brazil", 3), ("Tuvalu", 0)], "state", "forums")
    assert [(bar.label, bar.value, bar.share) for bar in chart.bars] == [
        ("Estonia", "12", 100),
        ("Brazil", "3", 25),
        ("Tuvalu", "0", 0),
    ]


def test_bars_are_told_to_be_left_out(app: Flask) -> None:
    chart = charts.bars([(f"state {n}", n) for n in range(1, 101)], "state", "votes")
    assert (len(chart.bars), chart.left_out) == (charts.MOST_BARS, 100 - charts.MOST_BARS)
    assert "The first 60 of 100 are drawn" in drawn(app, chart)


def test_below_nought_is_told_by_form_and_sign(app: Flask) -> None:
    text = drawn(app, charts.bars([("a", -4), ("b", 2)], "x", "change"))
    assert "negative" in text
    assert ">-4<" in text


def test_bars_are_a_table_with_names_of_its_own_and_links(app: Flask) -> None:
    text = drawn(app, charts.bars([("https://w3id.org/cybergov/id/state/EST", 1), ("<b>x</b>", 2)], "state", "n"))
    assert "<caption>n</caption>" in text
    assert 'scope="row"' in text
    assert 'href="/doc/state/EST"' in text
    assert "<b>x" not in text
    assert "style=" not in text


def test_columns_stand_at_their_years_and_gaps_stay_gaps() -> None:
    chart = charts.columns({2018: 10, 2021: 5}, "votes")
    first, second = chart.columns
    assert (first.height, second.height) == (charts.HEIGHT, charts.HEIGHT / 2)
    assert (first.middle, second.middle) == (12.5, 87.5)
    assert chart.summary == "votes, 2018 to 2021; most in 2018: 10"
    assert [tick.value for tick in chart.ticks] == ["5", "10"]


def test_no_more_years_are_named_than_there_is_room_for() -> None:
    chart = charts.columns(dict.fromkeys(range(1990, 2026), 1), "acts")
    named = [column.named for column in chart.columns]
    assert 5 < sum(map(bool, named)) <= 16
    assert 2 < named.count("always") <= 6


def test_columns_have_their_numbers_as_a_table(app: Flask) -> None:
    text = drawn(app, charts.columns({2019: 1234, 2020: 0.5}, "<acts>"))
    assert '<th scope="row">2019</th><td>1,234</td>' in text
    assert ">0.5<" in text
    assert "<acts>" not in text
    assert "style=" not in text


@pytest.mark.parametrize(
    ("answer", "form", "what"),
    [
        (table("state states", ("Brazil", "3"), ("Chile", "2")), "bars", "states"),
        (table("year acts", ("2019", "3"), ("2020", "2")), "columns", "acts"),
        (table("who start", ("a", "2019-04-01"), ("b", "2019")), "columns", "rows of this answer by year of start"),
        (table("year kind acts", ("2019", "a", "3"), ("2019", "b", "2")), "bars", "acts"),
        (table("year change", ("2019", "-3"), ("2020", "2")), "bars", "change"),
        (table("number_of_states", ("193",)), "bars", "number of states"),
    ],
)  # fmt: skip
def test_an_answer_is_drawn_as_what_it_holds(answer: Table, form: str, what: str) -> None:
    chart = charts.of(answer)
    assert chart
    assert (chart.form, chart.what) == (form, what)


@pytest.mark.parametrize("answer", [table("a b"), table("a b", ("x", "y")), table("a b", (None, None))])
def test_what_holds_no_number_and_no_date_is_not_drawn(answer: Table) -> None:
    assert charts.of(answer) is None


def test_a_name_is_taken_rather_than_an_address_and_several_are_told_apart() -> None:
    rows = [("http://a.example/1", "Brazil", "yes", "1"), ("http://a.example/2", "Chile", "no", "2")]
    chart = charts.of(table("state name vote n", *rows))
    assert isinstance(chart, charts.Bars)
    assert [bar.label for bar in chart.bars] == ["Brazil", "Chile"]
    chart = charts.of(table("name vote n", ("Brazil", "yes", "1"), ("Brazil", "no", "2"), (None, None, None)))
    assert isinstance(chart, charts.Bars)
    assert [bar.label for bar in chart.bars] == ["Brazil · yes", "Brazil · no"]


def test_a_number_that_looks_like_a_year_is_one_where_its_name_says_so() -> None:
    counts = charts.of(table("forum statements", ("a", "1999"), ("b", "2001")))
    assert counts
    assert counts.form == "bars"


def test_centuries_are_not_squeezed_into_columns() -> None:
    assert charts.of(table("start", ("1066-01-01",), ("2024-01-01",))) is None


@pytest.mark.parametrize(("value", "text"), [(1234567, "1,234,567"), (2.5, "2.5"), (0.126, "0.13"), (3.0, "3")])
def test_numbers_are_written_as_people_do(value: float, text: str) -> None:
    assert charts.said(value) == text
