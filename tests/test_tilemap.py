"""The tiles: every member and observer of the United Nations has one, and no two categories look the same."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask, render_template_string
from markupsafe import escape

from webapp.views import tilemap
from webapp.views.tilemap import Category

STATES = Path(__file__).resolve().parent.parent / "loaders" / "curated" / "states.csv"
YES, NAY = Category("y", "yes", "full", "Y"), Category("n", "no", tilemap.NO)
PAGE = "{% import 'tilemap.html' as t %}{{ t.map(picture, 'States', 'x') }}"
SVG = "{http://www.w3.org/2000/svg}"


def of_kind(*kinds: str) -> set[str]:
    with STATES.open(encoding="utf-8", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["state_kind"] in kinds}


def drawn(app: Flask, picture: tilemap.Picture) -> ElementTree.Element:
    with app.test_request_context("/"):
        text = render_template_string(PAGE, picture=picture)
    return ElementTree.fromstring(text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1))


def test_each_member_and_observer_has_a_tile_of_its_own_and_nobody_else() -> None:
    places = tilemap.places()
    assert set(places) == of_kind("un-member", "un-observer")
    assert len(set(places.values())) == len(places) == 195


def test_the_tiles_lie_as_the_states_do() -> None:
    at = tilemap.places()
    assert at["ISL"][0] < at["NOR"][0] < at["FIN"][0]
    assert at["CAN"][1] < at["USA"][1] < at["MEX"][1] < at["PAN"][1] < at["BRA"][1] < at["ARG"][1]
    assert at["PRT"][0] < at["TUR"][0] < at["IRN"][0] < at["CHN"][0] < at["JPN"][0] < at["KIR"][0]
    assert at["EGY"][1] < at["KEN"][1] < at["ZAF"][1]
    beside = [
        ("FRA", "BEL"),
        ("DEU", "POL"),
        ("TUR", "GRC"),
        ("IND", "BGD"),
        ("THA", "KHM"),
        ("GHA", "CIV"),
        ("RWA", "BDI"),
    ]
    for one, other in beside:
        assert max(abs(a - b) for a, b in zip(at[one], at[other], strict=True)) == 1, (one, other)


def test_a_state_without_a_value_is_among_the_others_and_all_are_counted() -> None:
    picture = tilemap.draw({"EST": "y", "FRA": "n"}, (YES, NAY), {"EST": "Estonia"}, notes={"EST": "since 2011"})
    titles = {tile.code: tile.title for tile in picture.tiles}
    assert (titles["EST"], titles["FRA"], titles["DEU"]) == ("Estonia: yes (since 2011)", "FRA: no", "DEU: no row")
    assert [(key.category.label, key.count) for key in picture.legend] == [("yes", 1), ("no", 1), ("no row", 193)]
    assert picture.apart is None


def test_who_has_no_place_in_the_world_stands_apart_if_there_is_an_answer() -> None:
    plain = tilemap.draw({}, (YES,), {})
    picture = tilemap.draw(dict.fromkeys(of_kind("former-state", "other-participant"), "y"), (YES,), {})
    cells = {(tile.x, tile.y) for tile in picture.tiles}
    assert len(plain.tiles) == 195
    assert len(cells) == len(picture.tiles) == 203
    assert picture.apart is not None


def test_more_apart_than_go_in_a_row_make_the_picture_higher() -> None:
    picture = tilemap.draw({f"X{n}": "y" for n in range(20)}, (YES,), {})
    assert picture.height > tilemap.draw({}, (YES,), {}).height
    assert all(
        tile.x + tilemap.SIDE <= picture.width and tile.y + tilemap.SIDE <= picture.height for tile in picture.tiles
    )


def test_a_value_of_no_category_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        tilemap.draw({"EST": "perhaps"}, (YES,), {})


def test_many_answers_share_the_last_look_and_the_most_frequent_have_their_own() -> None:
    few = tilemap.categories_of(["b", "a", "b"])
    assert [(category.label, category.look) for category in few] == [("b", "full"), ("a", "stripes")]
    many = tilemap.categories_of([*"aabcdefghij"])
    assert [category.label for category in many[:6]] == [*"abcdef"]
    assert {(category.label, category.look) for category in many[6:]} == {("another answer", "rings")}
    picture = tilemap.draw(dict(zip(tilemap.places(), "abcdefghij", strict=False)), many, {})
    assert [key.count for key in picture.legend] == [1, 1, 1, 1, 1, 1, 4, 185]  # one line for all that share a look


def test_each_look_has_marks_of_its_own(app: Flask) -> None:
    looks = (*tilemap.LOOKS, tilemap.NO, tilemap.PERHAPS, tilemap.NOTHING)
    categories = [Category(look, look, look) for look in looks]
    picture = tilemap.draw(dict(zip(tilemap.places(), looks, strict=False)), categories, {}, others=categories[-1])
    patterns = {
        p.get("id"): "".join(path.get("d", "") for path in p.iter(f"{SVG}path"))
        for p in drawn(app, picture).iter(f"{SVG}pattern")
    }
    assert set(patterns) == {f"x-{look}" for look in looks}
    bare = {name for name, marks in patterns.items() if not marks}
    assert bare == {"x-full", "x-nothing"}  # one filled, one with a broken outline
    assert len(set(patterns.values())) == len(patterns) - 1


def test_tiles_are_links_with_a_title_and_names_are_escaped(app: Flask) -> None:
    picture = tilemap.draw({"EST": "y"}, (YES,), {"EST": "<script>E&"})
    page = drawn(app, picture)
    links = {link.get("href"): link for link in page.iter(f"{SVG}a")}
    assert list(links) == ["/doc/state/EST"]  # the others have no name here, so they are not described here
    assert len(list(page.iter(f"{SVG}rect"))) > 195
    assert links["/doc/state/EST"].findtext(f"{SVG}title") == "<script>E&: yes"
    with app.test_request_context("/"):
        text = render_template_string(PAGE, picture=picture)
    assert str(escape("<script>E&")) in text
    assert "style=" not in text


def test_the_style_of_a_file_has_no_variables_left() -> None:
    style = tilemap.style()
    assert "var(" not in style
    assert "light-dark" not in style
    assert re.search(r"\.tint\.full \{ fill: #[0-9a-f]{6}", style)
