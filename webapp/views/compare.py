"""Compare two or more states, or forums: what they share, what only one has, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from graph.terms import ID
from webapp.linked import table_response
from webapp.service import current_service
from webapp.things import local, short
from webapp.views.comparison import (
    Issue,
    Topic,
    positions,
    read_states,
    table_of,
    topics_of_forums,
    topics_of_states,
    votes,
)
from webapp.views.known import Known, day, known
from webapp.views.standing import BadChoice

bp = Blueprint("compare", __name__)

MOST = 5
_TRIES = (  # comparisons offered to those who have not chosen yet; only what the graph has is shown
    ("state", ("DEU", "FRA")),
    ("state", ("USA", "CHN")),
    ("state", ("BRA", "IND", "ZAF")),
    ("state", ("EST", "RUS")),
    ("forum", ("organisation/osce", "organisation/asean")),
    ("forum", ("forum/foc", "organisation/eu")),
    ("forum", ("organisation/nato", "organisation/eu")),
)


@dataclass(frozen=True)
class Chosen:
    """What is compared: states or forums, as of which day."""

    kind: str  # state or forum
    iris: tuple[str, ...]
    names: tuple[str, ...]
    on: str

    def query(self) -> str:
        """Return the part of an address after the question mark."""
        slugs = [short(iri).removeprefix("state/") for iri in self.iris]
        pairs = [(self.kind, slug) for slug in slugs] + ([("on", self.on)] if self.on else [])
        return urlencode(pairs, safe="/")

    @property
    def hrefs(self) -> list[tuple[str, str]]:
        """Name and page of each."""
        return [(name, local(iri)) for name, iri in zip(self.names, self.iris, strict=True)]


@dataclass(frozen=True)
class Comparison:
    """All that is laid side by side."""

    topics: list[Topic]
    votes: list[Issue] = field(default_factory=list)
    positions: list[Issue] = field(default_factory=list)

    def judged(self, issues: Sequence[Issue]) -> tuple[int, int]:
        """Return in how many issues at least two have a say, and in how many of these they agree."""
        both = [issue for issue in issues if issue.alike is not None]
        return len(both), sum(issue.alike is True for issue in both)


class Alone(BadChoice):
    """Only one was named: the page asks for another, a program must name it."""


@bp.get("/compare<any('','.csv','.json'):suffix>")
def compare(suffix: str) -> ResponseReturnValue:
    """States or forums side by side, as page or as a table of what is recorded."""
    there = known()
    try:
        chosen = _chosen(there)
    except BadChoice as error:
        if suffix:
            raise
        return _page(there, problem=str(error)), 200 if isinstance(error, Alone) else error.status
    if chosen is None:
        if suffix:
            raise BadChoice("Name what to compare, as in state=DEU&state=FRA or forum=osce&forum=asean.")
        return _page(there)
    found = lay_out(chosen)
    if suffix:
        issues = {"votes": found.votes, "positions": found.positions}
        response: Response = table_response(table_of(chosen.names, found.topics, issues), suffix[1:])
        return response
    return _page(there, chosen=chosen, found=found, headline=_headline(chosen, found))


def _page(there: Known, **parts: object) -> str:
    tries = [Chosen(kind, iris, names, "") for kind, iris, names in _tries(there)]
    return render_template("compare.html", known=there, tries=tries, most=MOST, given=_given(), **parts)


def _given() -> dict[str, list[str]]:
    """Return what the address names, by kind; `a=state/DEU` is another way to write `state=DEU`."""
    given = {kind: [one.strip() for one in request.args.getlist(kind) if one.strip()] for kind in ("state", "forum")}
    for one in request.args.getlist("a"):
        given["state" if one.startswith(("state/", f"{ID}state/")) else "forum"].append(one.strip())
    return given


def _chosen(there: Known) -> Chosen | None:
    """Return what is to be compared, nothing where nothing is named; raise BadChoice where it makes no sense."""
    given, on = _given(), day(request.args.get("on", ""))
    if given["state"] and given["forum"]:
        raise BadChoice("States can be compared with states, and forums with forums, but not one with the other.")
    kind = "forum" if given["forum"] else "state"
    iris = [there.forum(one) if kind == "forum" else there.state(one) for one in given[kind]]
    if not iris:
        return None
    names = there.forums if kind == "forum" else there.states
    if len(set(iris)) < len(iris):
        twice = next(iri for iri in iris if iris.count(iri) > 1)
        raise BadChoice(f"{names[twice]} is named twice; name something else beside it.")
    if len(iris) == 1:
        raise Alone(f"{names[iris[0]]} is named alone; add at least one more {kind} to compare it with.")
    if len(iris) > MOST:
        raise BadChoice(f"That names {len(iris)} {kind}s; at most {MOST} can be compared at once.")
    return Chosen(kind, tuple(iris), tuple(names[iri] for iri in iris), on)


def _tries(there: Known) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    found = []
    for kind, slugs in _TRIES:
        names = there.forums if kind == "forum" else there.states
        iris = tuple(f"{ID}state/{slug}" if kind == "state" else f"{ID}{slug}" for slug in slugs)
        if all(iri in names for iri in iris):
            found.append((kind, iris, tuple(names[iri] for iri in iris)))
    return found


def lay_out(chosen: Chosen) -> Comparison:
    """Read and sort what is recorded of those chosen."""
    service = current_service()
    if chosen.kind == "forum":
        return Comparison(topics_of_forums(service, chosen.iris, chosen.on))
    read = read_states(service, chosen.iris, chosen.on)
    topics = topics_of_states(service, read, chosen.on)
    return Comparison(topics, votes(read), positions(service, chosen.iris, chosen.on))


def _headline(chosen: Chosen, found: Comparison) -> str:
    """Return in one sentence how much they share."""
    count = {topic.key: len(topic.shared) for topic in found.topics}
    all_of = "both" if len(chosen.iris) == 2 else f"all {len(chosen.iris)}"
    if chosen.kind == "forum":
        return (
            f"{_and(chosen.names)} share {_number(count['members'], 'member')} on record, and "
            f"{_number(count['texts'], 'text')} with commitments."
        )
    ballots, alike = found.judged(found.votes)
    voted = f" They voted alike in {alike} of {_number(ballots, 'recorded ballot')}." if ballots else ""
    return (
        f"{_and(chosen.names)} are {all_of} in {_number(count['forums'], 'forum')} on record. In common they accepted "
        f"{_number(count['texts'], 'text')}, signed or joined {_number(count['treaties'], 'treaty')} "
        f"and attributed {_number(count['attributions'], 'operation')}.{voted}"
    )


def _and(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _number(count: int, what: str) -> str:
    plural = what if count == 1 else f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{count} {plural}"
