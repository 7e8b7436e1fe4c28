"""Dates stay as precise as their source, and their bounds hold every day they can mean."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD

from graph.dates import Bounds, Stated


@st.composite
def stated_dates(draw: st.DrawFn) -> Stated:
    day = draw(st.dates())
    precision = draw(st.integers(1, 3))
    return Stated(day.year, *(day.month, day.day)[: precision - 1])


@pytest.mark.parametrize(
    ("text", "datatype"), [("2011", XSD.gYear), ("2011-12", XSD.gYearMonth), ("2011-12-08", XSD.date)]
)
def test_a_literal_is_as_precise_as_the_source(text: str, datatype: str) -> None:
    literal = Stated.parse(text).literal()
    assert (str(literal), literal.datatype) == (text, datatype)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2011", date(2011, 1, 1), date(2011, 12, 31)),
        ("2011-12", date(2011, 12, 1), date(2011, 12, 31)),
        ("2011-04", date(2011, 4, 1), date(2011, 4, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("0001", date(1, 1, 1), date(1, 12, 31)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_bounds_are_the_first_and_the_last_day_meant(text: str, first: date, last: date) -> None:
    assert Stated.parse(text).bounds() == Bounds(first, last)


@pytest.mark.parametrize(
    "text",
    ["", " 2011", "2011 ", "2011\n", "11", "20111", "2011-1", "2011-12-8", "2011/12/08", "08.12.2011", "12-2011",
     "2011-12-08T00:00", "2011?", "c. 2011", "-2011", "２０１１", "２０１１-１２"],
)  # fmt: skip
def test_what_is_not_written_as_a_date_is_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(ValueError, match="write YYYY, YYYY-MM or YYYY-MM-DD"):
        Stated.parse(text)


@pytest.mark.parametrize("text", ["2011-02-30", "2023-02-29", "1900-02-29", "2011-13", "2011-00", "2011-12-00", "0000"])
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no day of the calendar"):
        Stated.parse(text)


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("2011", "2011-12-08", True),
        ("2011", "2011-12", True),
        ("2011-12", "2011-12-08", True),
        ("2011-12-08", "2011-12-08", True),
        ("2011", "2012", False),
        ("2011-12", "2012", False),
        ("2011-12-08", "2011-12-09", False),
        ("2011-12-31", "2012-01", False),
    ],
)
def test_two_dates_agree_when_both_can_mean_the_same_day(one: str, other: str, agree: bool) -> None:
    assert Stated.parse(one).agrees_with(Stated.parse(other)) is agree
    assert Stated.parse(other).agrees_with(Stated.parse(one)) is agree


@given(stated_dates())
def test_a_date_read_back_from_its_literal_is_the_same(stated: Stated) -> None:
    assert Stated.parse(str(stated.literal())) == stated


@given(stated_dates(), st.dates())
def test_bounds_hold_exactly_the_days_that_begin_like_the_date(stated: Stated, day: date) -> None:
    first, last = stated.bounds()
    assert (first <= day <= last) is day.isoformat().startswith(str(stated))
    assert first.isoformat().startswith(str(stated))
    assert last.isoformat().startswith(str(stated))
    assert last == date.max or not (last + timedelta(1)).isoformat().startswith(str(stated))


@given(stated_dates(), stated_dates())
def test_agreement_is_mutual_and_follows_the_days_shared(one: Stated, other: Stated) -> None:
    (a, b), (c, d) = one.bounds(), other.bounds()
    assert one.agrees_with(other) is other.agrees_with(one) is (max(a, c) <= min(b, d))
