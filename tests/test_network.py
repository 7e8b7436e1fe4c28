"""The network: edges are the derived shortcuts, a readable part is drawn, and it is the same every time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from graph.collect import Collection
from graph.derive import Names
from graph.network import READABLE, Part, around, overview, read_network, write_network
from graph.record import Triple
from graph.snapshot import Snapshot
from graph.terms import CG, ID
from ontology import load_codes
from webapp.draw import HEIGHT, WIDTH, Picture, picture


def ties(states: int, forums: int) -> Iterator[Triple]:
    """Every state is in the forums that its number allows: a network of any size, the same every time."""
    for state in range(states):
        for forum in range(forums):
            if (state + 1) % (forum + 2):
                yield ID[f"state/S{state:03}"], CG.participatesIn, ID[f"forum/f{forum}"]


@pytest.fixture
def whole(tmp_path: Path) -> nx.Graph:
    return network(tmp_path, 120, 24)


def network(folder: Path, states: int, forums: int) -> nx.Graph:
    write_network(ties(states, forums), Names(Collection(), load_codes()), folder / "network.json")
    return read_network(folder / "network.json")


def test_shortcuts_are_edges_and_nothing_else_is(tmp_path: Path) -> None:
    est = ID["state/EST"]
    statements = [
        (est, CG.participatesIn, ID["forum/foc"]),
        (est, CG.hasAccepted, ID["norm/a"]),
        (est, CG.partyTo, ID["document/b"]),
        (est, CG.memberOf, ID["forum/other"]),
        (ID["operation/x"], CG.target, est),
    ]
    write_network(statements, Names(Collection(), load_codes()), tmp_path / "n.json")
    found = read_network(tmp_path / "n.json")
    assert {(b.removeprefix(ID), found.edges[str(est), b]["relation"]) for b in found[str(est)]} == {
        ("forum/foc", "takes part in"),
        ("norm/a", "has accepted"),
        ("document/b", "is party to"),
    }
    assert found.nodes[str(est)]["kind"] == "state"
    assert len(found) == 4


def test_a_part_is_readable_and_says_what_it_leaves_out(whole: nx.Graph) -> None:
    part = overview(whole)
    assert 0 < len(part.graph) <= READABLE
    assert part.left_out == len(whole) - len(part.graph)


def test_the_part_around_a_thing_holds_it(whole: nx.Graph) -> None:
    for focus in (f"{ID}state/S007", f"{ID}forum/f3"):
        part = around(whole, focus)
        assert focus in part.graph
        assert len(part.graph) <= READABLE
        assert part.left_out >= 0
        assert set(part.graph) <= set(whole)


def test_positions_are_in_the_unit_square_and_the_same_every_time(whole: nx.Graph) -> None:
    one, other = overview(whole), overview(whole)
    assert one.positions == other.positions
    assert set(one.positions) == set(one.graph)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in one.positions.values())


def test_the_order_in_which_statements_come_changes_nothing(tmp_path: Path) -> None:
    names = Names(Collection(), load_codes())
    write_network(ties(20, 6), names, tmp_path / "a.json")
    write_network(reversed(list(ties(20, 6))), names, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (2, 1), (1, 12), (3, 2), (4, 30)])
def test_a_small_network_is_drawn_too(tmp_path: Path, size: tuple[int, int]) -> None:
    whole = network(tmp_path, *size)
    for part in (overview(whole), *(around(whole, node) for node in list(whole)[:3])):
        drawn(part)


def test_a_picture_keeps_within_its_frame_and_labels_do_not_overlap(whole: nx.Graph) -> None:
    shown = drawn(overview(whole))
    assert shown.left_out == len(whole) - len(shown.nodes)
    assert any(node.right is not None for node in shown.nodes), "some are labelled"


def drawn(part: Part) -> Picture:
    shown = picture(part)
    assert {node.iri for node in shown.nodes} == set(part.graph)
    assert len(shown.lines) == part.graph.number_of_edges()
    for node in shown.nodes:
        assert 0 <= node.x <= WIDTH
        assert 0 <= node.y <= HEIGHT
        assert len(node.ties) == node.degree == part.graph.degree[node.iri]
    return shown


def test_the_samples_network_has_names_and_kinds(snapshot: Snapshot) -> None:
    whole = read_network(snapshot.network)
    assert len(whole) > 20
    for node, data in whole.nodes(data=True):
        assert data["name"]
        assert data["kind"] == node.removeprefix(ID).split("/")[0]
    assert whole.nodes[f"{ID}state/EST"]["name"] == "Estonia"
    assert not [n for n, kind in whole.nodes(data="kind") if kind in ("operation", "threat-actor", "attribution")]
    assert json.loads(snapshot.network.read_text())["edges"]
