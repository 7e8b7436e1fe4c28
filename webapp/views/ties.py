"""The ties behind each question of the network: who is a node, what ties two, how much a tie weighs, and why.

A graph has what the whole snapshot answers; `webapp.views.choose` takes the part that can be read. Nodes carry `name`,
`short`, `kind` and `group` (state, forum or text); edges `weight`, `why` (what the tie is made of) and `sure`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import networkx as nx

import queries
from graph.snapshot import Snapshot
from graph.terms import ID
from webapp.service import current_service, whole_network
from webapp.views.choose import LINES

NEARLY_ALL = 0.6  # what a larger share of states is in (the United Nations) ties everything to everything
GROUPS = {"state": "state", "forum": "forum", "organisation": "forum", "group": "forum"}  # all else is a text


@dataclass(frozen=True)
class Question:
    """What a network may be asked: its words for the reader, and what it is made of."""

    key: str
    title: str
    lead: str
    tie: str  # what a weight counts, for one
    ties: str  # and for several
    lines: int = LINES
    directed: bool = False
    groups: tuple[str, ...] = ("state",)


QUESTIONS = {
    question.key: question
    for question in (
        Question(
            "together",
            "Who sits where together",
            "States, tied by the forums in which both take part.",
            "forum shared",
            "forums shared",
        ),
        Question(
            "overlap",
            "Which forums overlap",
            "Forums, tied by the actors who take part in both.",
            "member shared",
            "members shared",
            lines=64,  # with numbers on them
            groups=("forum",),
        ),
        Question(
            "attributions",
            "Who attributes with whom",
            "Those who spoke, tied by occasions on which they attributed together: a joint act, acts by arrangement, "
            "or an act that concurs with one of the other. A tie says who spoke, not who did it.",
            "occasion",
            "occasions",
            groups=("state", "forum"),
        ),
        Question(
            "texts",
            "Which norms rest on which texts",
            "Norms, commitments and documents, tied by recorded relations: an arrow leads from a text to the one it "
            "reaffirms, elaborates or otherwise stands to. Relations are judgements, not quotations.",
            "relation",
            "relations",
            directed=True,
            groups=("text", "forum"),
        ),
        Question(
            "around",
            "What is around one thing",
            "What a state is in and has accepted, or who is in a forum; and how texts stand to each other.",
            "tie",
            "ties",
            groups=("state", "forum", "text"),
        ),
    )
}


@lru_cache(maxsize=8)
def graph_of(snapshot: Snapshot, question: str, on: str, wide: bool) -> nx.Graph[str]:
    """Return all ties of the snapshot that is served, as of a day or (with none) of its data date.

    Forums that nearly all states are in are left out where not asked for: their names stand in `graph["nearly_all"]`.
    """
    makers = {"together": _together, "overlap": _overlap, "attributions": _attributions, "texts": _texts}
    graph = _around(snapshot, on) if question == "around" else makers[question](snapshot, on, wide)
    names = short_names(snapshot)
    for node, data in graph.nodes(data=True):
        data["name"], data["short"] = names.get(node, (node.removeprefix(ID), node.removeprefix(ID)))
        data["kind"] = node.removeprefix(ID).split("/")[0]
        data["group"] = GROUPS.get(data["kind"], "text")
    return graph


@lru_cache(maxsize=2)
def short_names(snapshot: Snapshot) -> Mapping[str, tuple[str, str]]:
    """Return name and short name of all that can be a node."""
    rows = queries.for_site("short_names").answer(current_service()).rows
    return {str(thing): (str(name), str(short or name)) for thing, name, short in rows}


def _seats(snapshot: Snapshot, on: str) -> Iterable[tuple[str, str, str, bool]]:
    """Yield actor, relation, forum or text, and whether it surely was so."""
    if on:
        for actor, relation, thing, answer in queries.for_site("ties_on").answer(current_service(), on=on).rows:
            yield str(actor), str(relation), str(thing), answer == "yes"
    else:
        whole = whole_network(snapshot.network)
        for one, other, relation in whole.edges(data="relation"):
            yield one, relation, other, True


def _forums(snapshot: Snapshot, on: str, wide: bool) -> tuple[dict[str, dict[str, bool]], dict[str, dict[str, bool]]]:
    """Return who takes part in each forum and whether surely; and the same of those that are left out."""
    members: dict[str, dict[str, bool]] = defaultdict(dict)
    for actor, relation, forum, sure in _seats(snapshot, on):
        if relation == "takes part in":
            members[forum][actor] = sure
    states = {actor for inside in members.values() for actor in inside if _is_state(actor)}
    all_in = NEARLY_ALL * len(states) if len(members) > 2 and not wide else len(states) + len(members)
    kept = {forum: members[forum] for forum in sorted(members) if len(members[forum]) <= all_in}
    return kept, {forum: inside for forum, inside in members.items() if forum not in kept}


def _together(snapshot: Snapshot, on: str, wide: bool) -> nx.Graph[str]:
    members, left_out = _forums(snapshot, on, wide)
    names = short_names(snapshot)
    graph: nx.Graph[str] = nx.Graph(nearly_all=[names[forum][0] for forum in left_out if forum in names])
    for forum, inside in members.items():
        states = sorted(actor for actor in inside if _is_state(actor))
        graph.add_nodes_from(states)
        for one, other in combinations(states, 2):
            _tie(graph, one, other, names.get(forum, ("", forum))[1], sure=inside[one] and inside[other])
    graph.graph["clusters"] = {forum: sorted(filter(_is_state, inside)) for forum, inside in members.items()}
    graph.graph["wide"] = {forum: sorted(filter(_is_state, inside)) for forum, inside in left_out.items()}
    return graph


def _overlap(snapshot: Snapshot, on: str, wide: bool) -> nx.Graph[str]:
    members, left_out = _forums(snapshot, on, wide)
    names = short_names(snapshot)
    graph: nx.Graph[str] = nx.Graph(nearly_all=[names[forum][0] for forum in left_out if forum in names])
    for forum, inside in members.items():
        graph.add_node(forum, size=len(inside))
    for one, other in combinations(sorted(members), 2):
        for actor in sorted(set(members[one]) & set(members[other])):
            sure = members[one][actor] and members[other][actor]
            _tie(graph, one, other, names.get(actor, ("", actor))[1], sure=sure)
    return graph


def _attributions(snapshot: Snapshot, on: str, wide: bool) -> nx.Graph[str]:
    del snapshot, wide
    query = queries.find("attributions_together")
    text = query.bind(on=on) if on else query.widest()
    occasions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    titles: dict[str, str] = {}
    for occasion, title, _, part, actor, _, _ in queries.Table.read(current_service().select(text)).rows:
        occasions[str(occasion)][str(part)].append(str(actor))
        titles[str(occasion)] = str(title)
    graph: nx.Graph[str] = nx.Graph()
    for occasion, parts in occasions.items():
        pairs = set(combinations(sorted(parts["speaks with others"]), 2))
        pairs |= {(min(a, b), max(a, b)) for a in parts["takes up"] for b in parts["is taken up"] if a != b}
        for one, other in sorted(pairs):
            _tie(graph, one, other, titles[occasion])
    return graph


def _texts(snapshot: Snapshot, on: str, wide: bool) -> nx.DiGraph[str]:
    del snapshot, wide
    query = queries.for_site("relations")
    text = query.bind(on=on) if on else query.widest()
    graph: nx.DiGraph[str] = nx.DiGraph()
    for one, relation, other, _ in queries.Table.read(current_service().select(text)).rows:
        _tie(graph, str(one), str(other), str(relation))
    return graph


def _around(snapshot: Snapshot, on: str) -> nx.Graph[str]:
    """Return all ties of all kinds but attributions, each pair of things tied once."""
    graph: nx.Graph[str] = nx.Graph()
    for actor, relation, thing, sure in _seats(snapshot, on):
        _tie(graph, actor, thing, relation, sure=sure)
    for one, other, data in _texts(snapshot, on, False).edges(data=True):
        for relation in data["why"]:
            _tie(graph, one, other, relation)
    return graph


def _tie(graph: nx.Graph[str], one: str, other: str, why: str, *, sure: bool = True) -> None:
    """Make a tie, or make it weigh more: the weight counts what surely is so, not what is undetermined."""
    if not graph.has_edge(one, other):
        graph.add_edge(one, other, weight=0, why=[], perhaps=[])
    edge = graph.edges[one, other]
    said = edge["why"] if sure else edge["perhaps"]
    if why not in said:
        said.append(why)
        edge["weight"] += sure


def _is_state(iri: str) -> bool:
    return iri.startswith(f"{ID}state/")
