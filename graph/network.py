"""The network of actors, forums and commitments, which is kept with the snapshot; `webapp.views.network` draws of it.

Edges are the derived shortcuts: participates in, has accepted, is party to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import networkx as nx
from rdflib import URIRef

from graph.derive import Names
from graph.record import Triple
from graph.terms import CG, ID

EDGES = {CG.participatesIn: "takes part in", CG.hasAccepted: "has accepted", CG.partyTo: "is party to"}


def write_network(derived: Iterable[Triple], names: Names, path: Path) -> None:
    """Write nodes with kind, name and short name, and the edges between them."""
    edges = sorted((a, EDGES[p], b) for a, p, b in derived if p in EDGES and isinstance(b, URIRef))
    nodes = sorted({node for a, _, b in edges for node in (a, b)})
    content = {
        "nodes": [[node, node.removeprefix(ID).split("/")[0], names.of(node), names.short(node)] for node in nodes],
        "edges": edges,
    }
    path.write_text(json.dumps(content, ensure_ascii=False))


def read_network(path: Path) -> nx.DiGraph[str]:
    """Return the whole network; nodes carry `kind`, `name` and `short`, edges `relation` and lead from actors."""
    content = json.loads(path.read_text())
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from((node, {"kind": k, "name": name, "short": short}) for node, k, name, short in content["nodes"])
    graph.add_edges_from((a, b, {"relation": relation}) for a, relation, b in content["edges"])
    return graph
