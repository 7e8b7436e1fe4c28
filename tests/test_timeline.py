"""The timeline: no mark says more of a date than its source, and what has no date is counted instead of drawn."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from flask.testing import FlaskClient

from graph.dates import Stated
from webapp.views.history import ABOUT, Entry, History, Lane, Link, undated
from webapp.views.spans import LEFT, WIDTH, Picture, Scale, draw, said, span

NOW = date(2026, 11, 22)
SVG = "{http://www.w3.org/2000/svg}"


def entry(start: str, end: str = "", still: str = "", *, spans: bool = False, **more: object) -> Entry:
    start_, end_, still_ = (Stated.parse(text) if text else None for text in (start, end, still))
    return Entry("https://w3id.org/cybergov/id/forum/x", "X", start_, end_, still_, spans=spans, **more)  # type: ignore[arg-type]


def drawn(*entries: Entry, form: str = "marks", first: int = 2000, last: int = 2026) -> Picture:
    return draw(History("T", "L", [Lane("x", "X", "X", list(entries), form)]), first, last, NOW)


def pieces(picture: Picture) -> list[tuple[str, float]]:
    return [(piece.form, piece.width) for band in picture.bands for one in band.drawn for piece in one.pieces]


# Drawing


def test_a_day_is_a_dot_and_a_year_is_as_long_as_the_year() -> None:
    scale = Scale(2000, 2026)
    year = scale.end(date(2011, 12, 31)) - scale.start(date(2011, 1, 1))
    assert [form for form, _ in pieces(drawn(entry("2011-12-08")))] == ["dot"]
    assert pieces(drawn(entry("2011"))) == [("pale", pytest.approx(year, abs=0.2))]
    ((form, month),) = pieces(drawn(entry("2011-12")))
    assert form == "pale"
    assert month == pytest.approx(year / 12, abs=0.5)


def test_a_year_does_not_begin_on_its_first_of_january_alone() -> None:
    forms = [form for form, _ in pieces(drawn(entry("2019", "2021", spans=True)))]
    assert forms == ["pale", "solid", "pale"]
    assert [form for form, _ in pieces(drawn(entry("2019-06-03", "2021-03-12", spans=True)))] == ["solid"]


def test_what_has_no_end_on_record_fades_after_it_was_last_seen_so() -> None:
    forms = [form for form, _ in pieces(drawn(entry("2019-06-03", still="2023-01-01", spans=True)))]
    assert forms == ["solid", "fading"]
    assert said(entry("2019-06-03", still="2023-01-01", spans=True)) == "from 2019-06-03, last seen so on 2023-01-01"
    assert said(entry("2019", spans=True)) == "from 2019, no end on record"
    assert said(entry("2019")) == "2019"
    assert said(entry("")) == "no date on record"


def test_everything_stands_within_the_years_shown() -> None:
    picture = drawn(entry("1990-01-01", "2040-01-01", spans=True), entry("2010"), first=2005, last=2015)
    for band in picture.bands:
        for one in band.drawn:
            for piece in one.pieces:
                assert LEFT <= piece.x <= piece.x + piece.width <= WIDTH


def test_what_lies_outside_the_years_is_counted() -> None:
    picture = drawn(entry("2001-01-01"), entry("2010-05-05"), first=2005, last=2015)
    assert [band.out for band in picture.bands] == [1]
    assert drawn(entry("2001-01-01"), first=2005, last=2015).bands == ()


def test_what_has_no_date_is_counted_and_not_drawn() -> None:
    history = History("T", "L", [Lane("x", "X", "X", [entry(""), entry("", weight=3), entry("2010")])])
    assert undated(history) == {"X": 4}
    assert len(draw(history, 2000, 2026, NOW).bands[0].drawn) == 1


def test_votes_stand_above_and_below_the_line() -> None:
    picture = drawn(entry("2018-12-05", numbers=(119, 46, 14)), entry("2015-12-23"), form="ballots")
    forms = dict(zip([form for form, _ in pieces(picture)], range(9), strict=False))
    assert {"yes", "no", "abstain", "hollow"} == set(forms)
    found = {piece.form: piece for one in picture.bands[0].drawn for piece in one.pieces}
    assert found["yes"].y + found["yes"].height == pytest.approx(found["no"].y)
    assert found["yes"].height / found["no"].height == pytest.approx(119 / 46, rel=0.02)
    assert next(form for form, _ in pieces(drawn(entry("2018", numbers=(1, 1, 1)), form="ballots"))) == "yes pale"


def test_a_process_is_tied_to_the_one_it_succeeds() -> None:
    lanes = [
        Lane(key, key, key, [entry(start, end, spans=True)])
        for key, start, end in (("a", "2004", "2005"), ("b", "2009", ""))
    ]
    links = [Link("b", "succeeds", "a"), Link("b", "parallel to", "a"), Link("b", "succeeds", "gone")]
    arcs = draw(History("T", "L", lanes, links), 2000, 2026, NOW).arcs
    assert [(arc.form, arc.title) for arc in arcs] == [("follows", "b succeeds a"), ("beside", "b parallel to a")]


def test_the_years_are_those_of_which_there_is_something() -> None:
    lanes = [Lane("x", "X", "X", [entry("1700-01-01"), entry("2010-05-05", "2030")])]
    assert span(lanes, NOW) == (1946, 2030)
    assert span([], NOW) == (2026, 2026)


# Pages and files


def rows(client: FlaskClient, asked: str) -> list[dict[str, str]]:
    response = client.get(f"/timeline.csv?{asked}")
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


@pytest.mark.parametrize("about", [*ABOUT, "state/EST", "forum/un-oewg-2019", "operation/notpetya"])
def test_a_page_has_the_picture_and_the_same_as_a_table(client: FlaskClient, about: str) -> None:
    page = client.get(f"/timeline?about={about}").text
    marks = re.findall(r'<a class="entry" href="([^"]+)"', page)
    assert marks
    table = page.partition('id="table"')[2]
    assert sorted(re.findall(r'<td><a href="(/doc/[^"]+)"', table)) == sorted(marks)
    assert "style=" not in page
    assert "attacker" not in page


def test_the_processes_of_the_united_nations_come_with_their_ballots(client: FlaskClient) -> None:
    page = client.get("/timeline").text
    assert "<h1>Processes within United Nations</h1>" in page
    assert "succeeds" in page
    assert "in favour" in page
    lines = {row["line"] for row in rows(client, "about=processes")}
    assert "Ballots of the United Nations on record here" in lines
    vote = next(row for row in rows(client, "about=votes") if "73/27" in row["name"] and row["yes"])
    assert (vote["start"], vote["yes"], vote["no"], vote["abstentions"]) == ("2018-12-05", "119", "46", "14")


def test_the_columns_of_attributions_count_acts_once(client: FlaskClient) -> None:
    page = client.get("/timeline?about=attributions").text
    columns = re.findall(r'<g class="entry"><title>(\d{4}): (\d+)</title>', page)
    table = page.partition("By year")[2].partition("</table>")[0]
    assert columns
    assert sum(int(count) for _, count in columns) == sum(map(int, re.findall(r"<td>(\d+)</td>", table)))
    assert "who spoke, not who did it" in page


def test_a_state_has_its_memberships_one_by_one_and_its_acts_kind_by_kind(client: FlaskClient) -> None:
    found = rows(client, "about=state/EST")
    assert {"Takes part in", "Votes"} <= {row["line"] for row in found}
    page = client.get("/timeline?about=state/EST").text
    assert page.count('<th colspan="3" scope="rowgroup">Takes part in</th>') == 1


def test_years_and_lines_are_chosen_in_the_address(client: FlaskClient) -> None:
    some = rows(client, "about=votes&from=2018&to=2018")
    assert some
    assert {row["start"][:4] for row in some} == {"2018"}
    assert {row["line"] for row in rows(client, "about=state/EST&kind=Votes")} == {"Votes"}
    page = client.get("/timeline?about=votes&from=1900&to=1901").text
    assert "Nothing is on record here" in page
    assert "does not mean there was nothing" in page


def test_the_picture_as_a_file_needs_nothing_else(client: FlaskClient) -> None:
    response = client.get("/timeline.svg?about=processes")
    assert response.content_type.startswith("image/svg+xml")
    root = ET.fromstring(response.data)
    assert root.find(f"{SVG}title").text.startswith("Processes within United Nations")  # type: ignore[union-attr]
    assert "var(--" not in response.text
    assert "href" not in response.text


def test_an_embedded_timeline_has_no_form(client: FlaskClient) -> None:
    page = client.get("/timeline?embed=1").text
    assert "timeform" not in page
    assert "<h1>" in page


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("about=nonsense", 400, "no timeline about"),
        ("about=state/XXX", 404, "state/XXX"),
        ("about=state/not a slug", 404, "Nothing has the identifier"),
        ("from=20", 400, "no year for from"),
        ("to=soon", 400, "no year for to"),
        ("from=9999", 400, "no year"),
        ("from=2020&to=2010", 400, "must not be after"),
        ("within=organisation/nothing", 404, "organisation/nothing"),
        ("kind=Dreams", 400, "no line"),
        ("about=<script>alert(1)</script>", 404, "Nothing has the identifier"),
    ],
)
def test_nonsense_in_the_address_is_told(client: FlaskClient, asked: str, status: int, told: str) -> None:
    for suffix in ("", ".csv", ".svg"):
        response = client.get(f"/timeline{suffix}?{asked}", headers={"Accept": "text/html"})
        assert response.status_code == status
        assert told in response.text
        assert "<script>alert" not in response.text
