"""What is said of one thing and of what leads to it: asked for once, then shown as a page, as RDF or as a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

import queries
from graph.terms import BASE, CG, ID
from graph.void import DATASET
from webapp import asking
from webapp.service import Service
from webapp.things import NoSuchThing, P, classes, kind_of
from webapp.words import section_title

SHOWN = 200  # claims that one description holds, so that all of a roll call fit; of more it says where all are
LISTED = 5000  # what leads to a thing is listed up to here, and only counted beyond; the query asks for one more
ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class Lead:
    """The claims of one kind that lead to a thing by one predicate: how many there are, and those that are shown."""

    kind: str
    predicate: str
    total: int
    shown: tuple[str, ...]
    years: tuple[tuple[int, int], ...] = ()  # how many there are of each year, of those that have a date

    @property
    def title(self) -> str:
        """What this is called on the page of the thing."""
        return section_title(self.kind, self.predicate)

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return f"{self.kind}-by-{self.predicate.rsplit('/', 1)[-1].rsplit('#', 1)[-1]}"

    def asking(self, iri: str) -> str:
        """Return the query that lists them all, a claim a row with its values as columns."""
        return asking.table(self.kind, self._pattern(iri))

    def making(self, iri: str) -> str:
        """Return the query that gives all that is stated of them, as RDF."""
        return asking.graph(self._pattern(iri))

    def _pattern(self, iri: str) -> str:
        way = f"<{self.predicate}>"
        if self.predicate == str(CG.source):
            way = f"{CG.evidence.n3()}/{way}"
        elif kind_of(iri) == "operation" and self.predicate in _THROUGH_ACTS:
            way = f"{way}/{CG.ofOperation.n3()}"
        return f'  ?claim {way} <{iri}> .\n  FILTER(STRSTARTS(STR(?claim), "{ID}{self.kind}/"))\n'


_THROUGH_ACTS = (str(CG.replyTo), str(CG.followsAttribution))


@dataclass(frozen=True)
class Told:
    """All that is said of one thing and of what leads to it, as it stands in the graph."""

    iri: str
    statements: Mapping[str, list[ox.Triple]]  # of the thing, the claims shown, their evidence and its sources
    leads: tuple[Lead, ...]
    names: Mapping[str, list[ox.Triple]]  # of all else that is mentioned, in every language
    graphs: Mapping[str, list[str]]  # of the sources that state the thing and the claims


def gather(service: Service, iri: str) -> Told:
    """Ask for what is stated of a thing, what leads to it, and the names of all that is mentioned.

    Raise NoSuchThing where nothing is stated of it.
    """
    own = _statements(service, [iri])
    if not own:
        raise NoSuchThing(f"Nothing here has the identifier {iri}.")
    leads = leads_to(service, iri)
    claims = [claim for lead in leads for claim in lead.shown]
    statements = own | _statements(service, [claim for claim in claims if claim != iri])
    evidence = objects(statements.values(), P.evidence)
    statements |= _statements(service, [node for node in evidence if node not in statements])
    sources = objects(statements.values(), P.source)
    statements |= _statements(service, [source for source in sources if source not in statements])
    graphs = _graphs(service, list(dict.fromkeys([iri, *claims])))
    others = mentioned(triple for triples in statements.values() for triple in triples) - set(statements)
    others.update({DATASET}, *graphs.values())
    names = named(service, sorted(others))
    return Told(iri, statements, leads, names, graphs)


def _graphs(service: Service, iris: Sequence[str]) -> dict[str, list[str]]:
    """Return the source graphs that state what things are."""
    found: dict[str, list[str]] = defaultdict(list)
    for part in _parts(iris):
        for thing, graph in queries.for_site("source_graphs").answer(service, thing=part).rows:
            found[thing or ""].append(graph or "")
    return {thing: sorted(graphs) for thing, graphs in found.items()}


def mentioned(triples: Iterable[ox.Triple]) -> set[str]:
    """Return what of ours statements are about or lead to, and by which of our properties."""
    nodes = {node for triple in triples for node in triple if isinstance(node, ox.NamedNode)}
    return {iri for node in nodes if (iri := node.value).startswith(BASE) and "#" not in iri}


def is_known(service: Service, iri: str) -> bool:
    """Tell whether anything is stated of an identifier."""
    return bool(_statements(service, [iri]))


def _statements(service: Service, iris: Sequence[str]) -> dict[str, list[ox.Triple]]:
    """Return what is stated of things, by thing, in the order asked for; nothing for those of which nothing is."""
    found: dict[str, list[ox.Triple]] = {iri: [] for iri in iris}
    for part in _parts(iris):
        body = service.site.construct(queries.for_site("statements").bind(thing=part))
        for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
            found[quad.subject.value].append(quad.triple)
    return {iri: triples for iri, triples in found.items() if triples}


def named(service: Service, iris: Sequence[str]) -> dict[str, list[ox.Triple]]:
    """Return the names of things, terms, codes and graphs in all their languages; of what has none, its title."""
    found: dict[str, list[ox.Triple]] = defaultdict(list)
    for part in _parts(iris):
        body = service.site.construct(queries.for_site("names").bind(thing=part))
        for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES):
            found[quad.subject.value].append(quad.triple)
    for iri, triples in _statements(service, [iri for iri in iris if iri not in found]).items():
        titles = [triple.object for triple in triples if triple.predicate.value == P.title]
        found[iri] = [ox.Triple(ox.NamedNode(iri), ox.NamedNode(P.label), title) for title in titles]
    return dict(found)


def _parts(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(iris), ASKED_AT_ONCE):
        yield iris[start : start + ASKED_AT_ONCE]


def objects(described: Iterable[list[ox.Triple]], predicate: str) -> list[str]:
    """Return what statements lead to by a predicate, each once."""
    found = (t.object.value for triples in described for t in triples if t.predicate.value == predicate)  # type: ignore[union-attr]
    return list(dict.fromkeys(found))


def leads_to(service: Service, iri: str) -> tuple[Lead, ...]:
    """Return the claims and things that lead to a thing, by kind and predicate, with those of them to be shown."""
    rows = queries.for_site("incoming").answer(service, thing=iri).rows
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    seen: set[str | None] = set()
    for source, predicate in sorted(rows[:LISTED], key=_directly):
        known = predicate == str(CG.followsAttribution) and source in seen
        if source and predicate and kind_of(source) in classes() and not known:
            found[kind_of(source), predicate].append(source)
        seen.add(source)
    totals = {way: len(sources) for way, sources in found.items()}
    if len(rows) > LISTED:
        counted = queries.for_site("incoming_counts").answer(service, thing=iri).rows
        totals = {(kind or "", predicate or ""): int(number or 0) for kind, predicate, number in counted}
        totals = {way: number for way, number in totals.items() if way[0] in classes()}
    dates = _dates(service, iri) if len(rows) <= LISTED else {}
    ways = sorted(totals, key=lambda way: (_ORDER.get(way[0], 50), section_title(*way), way))
    sizes = shares([len(found.get(way, ())) for way in ways], SHOWN)
    return tuple(
        _lead(way, totals[way], found.get(way, []), size, dates) for way, size in zip(ways, sizes, strict=True)
    )


def _lead(way: tuple[str, str], total: int, sources: list[str], size: int, dates: Mapping[str, str]) -> Lead:
    """Return the claims of one kind: those shown are the latest, and those without a date come after them."""
    latest = sorted(sources, key=lambda source: dates.get(source, ""), reverse=True)
    years = Counter(int(dates[source][:4]) for source in sources if source in dates)
    return Lead(*way, total, tuple(latest[:size]), tuple(sorted(years.items())))


def _dates(service: Service, iri: str) -> dict[str, str]:
    """Return when what leads to a thing was; where a claim has several dates, the first."""
    rows = queries.for_site("dates").answer(service, thing=iri).rows
    return {source or "": date or "" for source, date in sorted(rows, key=lambda row: row[1] or "", reverse=True)}


def shares(sizes: Sequence[int], most: int) -> list[int]:
    """Return how many of each group to show: all of the small ones, and of the large ones alike.

    >>> shares([3, 100, 50], 63)
    [3, 30, 30]
    """
    given = [0] * len(sizes)
    for left, place in enumerate(sorted(range(len(sizes)), key=lambda place: sizes[place]), start=-len(sizes)):
        given[place] = min(sizes[place], (most - sum(given)) // -left)
    return given


def _directly(lead: tuple[str | None, ...]) -> tuple[bool, str, str]:
    """Sort what leads here by itself before what does so through an attribution."""
    source, predicate = lead
    return predicate == str(CG.followsAttribution), predicate or "", source or ""


_ORDER_OF_KINDS = (
    "membership", "lineage", "office", "succession", "commitment", "norm", "acceptance", "treaty-action", "vote",
    "ballot", "sponsorship", "statement", "position", "attribution", "reply", "response", "listing", "measure",
    "implementation", "event", "participation", "relation", "count", "completeness", "publication", "project",
)  # fmt: skip
_ORDER = {kind: place for place, kind in enumerate(_ORDER_OF_KINDS)}
