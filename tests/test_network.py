"""The network: each question has its ties, what is drawn can be read, and nonsense in an address is told."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import networkx as nx
import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.collect import Collection
from graph.derive import Names
from graph.network import read_network, write_network
from graph.snapshot import Snapshot
from graph.terms import CG, ID
from ontology import load_codes
from webapp.views.choose import LINES, READABLE, Wish, choose, filtered
from webapp.views.draw import HEIGHT, WIDTH, picture, shortened
from webapp.views.layout import place
from webapp.views.ties import QUESTIONS, graph_of

NINE = [f"expand=state/{code}" for code in ("EST", "DEU", "FRA", "GBR", "USA", "CHN", "RUS", "BRA", "IND")]
SVG = "{http://www.w3.org/2000/svg}"


def network(nodes: int, every: int = 1, *, directed: bool = False) -> nx.Graph[str]:
    """A network of any size: each node is tied to those whose number it divides."""
    graph: nx.Graph[str] = nx.DiGraph() if directed else nx.Graph()
    for number in range(nodes):
        name = f"{ID}state/S{number:03}"
        graph.add_node(name, name=f"State {number}", short=f"S{number}", kind="state", group="state")
    for one in range(nodes):
        for other in range(one + 1, nodes):
            if (one + other) % every == 0:
                weight = 1 + (one * other) % 7
                why = [f"reason {n}" for n in range(weight)]
                graph.add_edge(f"{ID}state/S{one:03}", f"{ID}state/S{other:03}", weight=weight, why=why, perhaps=[])
    return graph


# The file of the snapshot


def test_shortcuts_are_edges_and_nothing_else_is(tmp_path: Path) -> None:
    est = ID["state/EST"]
    statements = [
        (est, CG.participatesIn, ID["forum/foc"]),
        (est, CG.hasAccepted, ID["norm/a"]),
        (est, CG.partyTo, ID["document/b"]),
        (est, CG.memberOf, ID["forum/other"]),
        (ID["operation/x"], CG.target, est),
    ]
    names = Names(Collection(), load_codes())
    write_network(statements, names, tmp_path / "n.json")
    write_network(reversed(statements), names, tmp_path / "again.json")
    found = read_network(tmp_path / "n.json")
    assert {(b.removeprefix(ID), found.edges[str(est), b]["relation"]) for b in found[str(est)]} == {
        ("forum/foc", "takes part in"),
        ("norm/a", "has accepted"),
        ("document/b", "is party to"),
    }
    assert found.nodes[str(est)]["kind"] == "state"
    assert len(found) == 4
    assert (tmp_path / "n.json").read_bytes() == (tmp_path / "again.json").read_bytes()


def test_the_samples_network_has_names_and_kinds(snapshot: Snapshot) -> None:
    whole = read_network(snapshot.network)
    assert whole.nodes[f"{ID}state/EST"]["name"] == "Estonia"
    for node, data in whole.nodes(data=True):
        assert data["name"]
        assert data["kind"] == node.removeprefix(ID).split("/")[0]
    assert not [n for n, kind in whole.nodes(data="kind") if kind in ("operation", "threat-actor", "attribution")]


# Choosing


def test_a_part_is_readable_and_accounts_for_what_it_leaves_out() -> None:
    whole = network(200)
    part = choose(whole, Wish())
    assert len(part.graph) == READABLE
    assert part.nodes == 200
    assert part.graph.number_of_edges() <= LINES
    assert part.graph.number_of_edges() + part.hidden == READABLE * (READABLE - 1) // 2
    assert part.strongest >= 1
    assert min(degree for _, degree in part.graph.degree) >= 1


def test_all_that_fits_is_drawn() -> None:
    part = choose(network(12, 2), Wish())
    assert (part.hidden, part.strongest, part.nodes) == (0, 0, 12)
    assert part.ties == part.graph.number_of_edges()


def test_who_is_looked_around_is_there_with_all_its_ties() -> None:
    whole = network(200)
    focus = f"{ID}state/S150"
    part = choose(whole, Wish(focus=focus))
    assert part.graph.degree[focus] == READABLE - 1
    weights = [whole.edges[focus, other]["weight"] for other in part.graph if other != focus]
    left_out = [whole.edges[focus, other]["weight"] for other in whole if other not in part.graph]
    assert min(weights) >= max(left_out), "the strongest ties are those that are kept"


def test_what_is_chosen_changes_no_place_and_has_all_its_ties_drawn() -> None:
    whole = network(60)
    node = f"{ID}state/S000"
    before, after = (picture(choose(whole, wish).graph, wish.node) for wish in (Wish(), Wish(node=node)))
    places = [{mark.iri: (mark.x, mark.y) for mark in drawn.marks} for drawn in (before, after)]
    assert places[0] == places[1]
    assert len([line for line in after.lines if line.chosen]) == whole.degree[node]


def test_expanding_brings_the_neighbours_in() -> None:
    whole = network(200, 7)
    lone = next(node for node in whole if node not in choose(whole, Wish()).graph)
    part = choose(whole, Wish(expand=(lone,)))
    assert lone in part.graph
    assert {*whole[lone]} <= {*part.graph}


def test_filters_leave_out_light_ties_and_lone_nodes() -> None:
    whole = network(30)
    heavy = filtered(whole, Wish(least=6))
    assert 0 < heavy.number_of_edges() < whole.number_of_edges()
    assert all(data["weight"] >= 6 for _, _, data in heavy.edges(data=True))
    assert all(degree >= 1 for _, degree in heavy.degree)
    assert len(filtered(whole, Wish(least=900))) == 0
    assert len(filtered(whole, Wish(groups=("forum",)))) == 0


# Drawing


@pytest.mark.parametrize("nodes", [0, 1, 2, 3, 40, 80])
@pytest.mark.parametrize("directed", [False, True])
def test_a_network_of_any_size_is_drawn_within_its_frame(nodes: int, directed: bool) -> None:
    graph = choose(network(nodes, 3, directed=directed), Wish(degree=0)).graph
    drawn = picture(graph)
    assert len(drawn.marks) == nodes
    assert len(drawn.lines) == graph.number_of_edges()
    for mark in drawn.marks:
        assert 0 <= mark.x <= WIDTH
        assert 0 <= mark.y <= HEIGHT


def test_places_are_the_same_every_time_and_nodes_stand_apart() -> None:
    graph = choose(network(70), Wish()).graph
    one, other = (place(graph, 700, 600) for _ in range(2))
    assert one == other
    spots = list(one.values())
    closest = min(abs(a[0] - b[0]) + abs(a[1] - b[1]) for n, a in enumerate(spots) for b in spots[:n])
    assert closest > 10


def test_labels_that_show_do_not_overlap() -> None:
    marks = [mark for mark in picture(choose(network(80), Wish()).graph).marks if not mark.hides]
    assert len(marks) > 40
    boxes = []
    for mark in marks:
        width = 6.5 * len(mark.label)
        left = mark.label_x - {"start": 0, "end": width}.get(mark.anchor, width / 2)
        boxes.append((left, mark.label_y - 11, left + width, mark.label_y + 3))
    for number, a in enumerate(boxes):
        for b in boxes[:number]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def test_a_label_is_cut_where_it_is_too_long() -> None:
    assert shortened("Estonia") == "Estonia"
    assert shortened("A" * 40) == "A" * 29 + "…"


# The questions, on the sample


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_an_answer_with_names_and_reasons(app: Flask, snapshot: Snapshot, question: str) -> None:
    with app.test_request_context("/network"):
        graph = graph_of(snapshot, question, "", False)
    assert graph.number_of_edges() >= 3
    for _, data in graph.nodes(data=True):
        assert data["name"]
        assert data["group"] in ("state", "forum", "text")
    for _, _, data in graph.edges(data=True):
        assert data["weight"] == len(data["why"]) > 0


def test_states_that_share_a_forum_are_tied_by_it(app: Flask, snapshot: Snapshot) -> None:
    with app.test_request_context("/network"):
        graph, members = graph_of(snapshot, "together", "", True), read_network(snapshot.network)
    one, other = max(graph.edges, key=lambda edge: graph.edges[edge]["weight"])
    shared = {f for f in members[one] if members.edges[one, f]["relation"] == "takes part in"} & set(members[other])
    assert graph.edges[one, other]["weight"] == len(shared)


def test_a_network_of_attributions_has_only_those_who_spoke(app: Flask, snapshot: Snapshot) -> None:
    with app.test_request_context("/network"):
        graph = graph_of(snapshot, "attributions", "", False)
        early = graph_of(snapshot, "attributions", "2016-12-31", False)
    assert {node.removeprefix(ID).split("/")[0] for node in graph} <= {"state", "organisation"}
    assert f"{ID}state/GBR" in graph
    assert f"{ID}state/RUS" not in graph, "no tie leads to who was named"
    assert early.number_of_edges() < graph.number_of_edges()


def test_what_is_undetermined_on_a_day_is_told_apart(client: FlaskClient) -> None:
    rows = edges(client, "/network.csv?question=around&focus=state/EST&on=2012-01-01")
    assert rows
    assert all(row["made_of"] or row["undetermined"] for row in rows)
    assert all(row["weight"] == "0" for row in rows if not row["made_of"])
    later = edges(client, "/network.csv?question=around&focus=state/EST&on=2024-01-01")
    assert len(later) > len(rows)


def test_nobody_is_in_what_was_not_there_yet(client: FlaskClient) -> None:
    told = edges(client, "/network.csv?question=around&focus=state/EST&on=2017-01-01")
    assert not [row for row in told if "paris-call" in row["from"] + row["to"]]


def edges(client: FlaskClient, path: str) -> list[dict[str, str]]:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


# Pages and files


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_page_has_the_picture_and_the_same_as_a_list(client: FlaskClient, question: str) -> None:
    page = client.get(f"/network?question={question}").text
    marks = re.findall(r'data-id="([^"]+)"', page)
    assert marks
    listed = page.partition('id="list"')[2]
    assert listed.count('<th scope="row">') == len(marks) == len(set(marks))
    assert "style=" not in page
    assert "attacker" not in page


def test_an_old_address_around_a_thing_still_works(client: FlaskClient) -> None:
    page = client.get("/network?focus=state/EST").text
    assert "<h1>What is around Estonia</h1>" in page
    assert 'data-id="forum/foc"' in page


def test_the_panel_of_a_chosen_node_lists_its_ties_and_where_to_go(client: FlaskClient) -> None:
    page = unescape(client.get("/network?question=attributions&node=state/GBR").text)
    panel = page.partition('<aside class="netpanel"')[2].partition("</aside>")[0]
    assert "<h2>United Kingdom" in panel
    for link in ("/doc/state/GBR", "focus=state/GBR", "question=around&focus=state/GBR"):
        assert link in panel
    assert "aria-current" in page.partition('data-id="state/GBR"')[2][:40]


def test_files_hold_what_is_drawn_or_all(client: FlaskClient) -> None:
    drawn = edges(client, "/network.csv?question=together&least=2")
    whole = edges(client, "/network.csv?question=together&all=1")
    assert 0 < len(drawn) < len(whole)
    assert {row["from_kind"] for row in whole} == {"state"}
    told = client.get("/network.json?question=overlap").json
    assert told["weight"] == "members shared"
    assert {edge["from"] for edge in told["edges"]} <= {node["id"] for node in told["nodes"]}
    graph = nx.parse_graphml(client.get("/network.graphml?question=texts").text)
    assert graph.is_directed()
    assert all(name for _, name in graph.nodes(data="name"))


def test_the_picture_as_a_file_needs_nothing_else(client: FlaskClient) -> None:
    response = client.get("/network.svg?question=attributions")
    assert response.content_type.startswith("image/svg+xml")
    assert "script" not in response.headers["Content-Security-Policy"]
    root = ET.fromstring(response.data)
    assert root.find(f"{SVG}title").text == "Who attributes with whom"  # type: ignore[union-attr]
    text = response.text
    assert "var(--" not in text
    assert "href" not in text
    assert "CC BY 4.0" in text


def test_a_year_stands_for_its_last_day_and_the_last_year_for_now(client: FlaskClient) -> None:
    assert "As of 31 December 2015" in client.get("/network?year=2015").text
    assert "As of the data" in client.get("/network?year=2030").text
    assert "As of 30 June 2019" in client.get("/network?on=2019-06-30&year=2019").text


def test_a_group_shows_its_members_alone(client: FlaskClient) -> None:
    page = client.get("/network?question=together&focus=organisation/nato").text
    marks = set(re.findall(r'data-id="state/([A-Z]+)"', page))
    assert "EST" in marks
    assert not marks & {"RUS", "CHN"}


def test_a_thing_may_be_named_as_people_do(client: FlaskClient) -> None:
    assert "around Estonia" in client.get("/network?question=around&focus=estonia").text


def test_a_day_before_everything_says_so(client: FlaskClient) -> None:
    page = client.get("/network?question=attributions&on=1950-01-01").text
    assert "Nothing is on record here" in page
    assert "does not mean there was nothing" in page


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ("question=nonsense", 400, "no question"),
        ("focus=state/XXX", 404, "state/XXX"),
        ("node=forum/nothing", 404, "forum/nothing"),
        ("expand=state/QQQ", 404, "state/QQQ"),
        ("kind=operation", 400, "no kind of node"),
        ("least=0", 400, "least"),
        ("least=many", 400, "least"),
        ("least=99999999999999999999", 400, "least"),
        ("degree=-1", 400, "degree"),
        ("on=2019", 400, "no day"),
        ("on=2019-02-30", 400, "no day"),
        ("year=19", 400, "no day"),
        ("year=2019-05", 400, "no day"),
        ("&".join(NINE), 400, "At most 8"),
    ],
)
def test_nonsense_in_the_address_is_told(client: FlaskClient, asked: str, status: int, told: str) -> None:
    for suffix in ("", ".csv", ".svg", ".graphml"):
        response = client.get(f"/network{suffix}?{asked}")
        assert response.status_code == status
        assert told in response.text


def test_markup_in_the_address_stays_text(client: FlaskClient) -> None:
    for name in ("focus", "node", "question", "on", "kind", "least"):
        page = client.get("/network", query_string={name: "<script>alert(1)</script>"}, headers={"Accept": "text/html"})
        assert page.status_code in (400, 404)
        assert "<script>alert" not in page.text
