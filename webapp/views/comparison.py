"""Two to five states, or forums, beside each other: what they share and what only one of them has, topic by topic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import queries
from queries import Table
from webapp.things import local, readable
from webapp.views.standing import Cell, Recorded, cells, recorded

_TAKES_PART = ("M", "E", "X", "S", "O", "U")
_ACCEPTED = ("P", "R", "S", "E", "C", "G")
_VOICES = ("yes", "no", "abstain")  # votes that can be alike; not to vote is no voice
_OUT = ("invited", "suspended", "expelled", "withdrawn")  # roles in which nobody takes part
_WIDTH = 320  # of a bar


@dataclass(frozen=True)
class Link:
    """Something that is recorded: its words, and the claim with its evidence."""

    words: str
    href: str


@dataclass(frozen=True)
class Item:
    """A thing that at least one of those compared has, with what each has of it."""

    iri: str
    name: str
    has: tuple[tuple[Link, ...], ...]  # in the order of those compared; empty where nothing is recorded

    @property
    def href(self) -> str:
        return local(self.iri)

    @property
    def who(self) -> tuple[int, ...]:
        """The places of those that have it."""
        return tuple(place for place, links in enumerate(self.has) if links)


@dataclass(frozen=True)
class Part:
    """A stretch of a bar."""

    key: str
    x: float
    width: float


@dataclass(frozen=True)
class Topic:
    """One topic: its items, and how they fall into shared and single."""

    key: str
    title: str
    what: str  # a count of what
    items: tuple[Item, ...]
    members: int  # how many are compared
    note: str = ""

    @cached_property
    def shared(self) -> list[Item]:
        """What all of them have."""
        return [item for item in self.items if len(item.who) == self.members]

    def only(self, place: int) -> list[Item]:
        """What one of them alone has."""
        return [item for item in self.items if item.who == (place,)]

    @cached_property
    def some(self) -> list[Item]:
        """What more than one has, but not all."""
        return [item for item in self.items if 1 < len(item.who) < self.members]

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        """Class and number of each stretch: shared, some, and each alone."""
        alone = [(f"only{place}", len(self.only(place))) for place in range(self.members)]
        return [("shared", len(self.shared)), ("some", len(self.some)), *alone]

    @cached_property
    def bar(self) -> list[Part]:
        """The stretches as a bar of fixed width."""
        total, x, parts = max(1, len(self.items)), 0.0, []
        for key, number in self.counts:
            width = _WIDTH * number / total
            if number:
                parts.append(Part(key, round(x, 1), round(max(width - 2, 1), 1)))
            x += width
        return parts


@dataclass(frozen=True)
class Issue:
    """Things on which each of those compared has said or done something of its own: an issue of law, or a ballot."""

    iri: str
    name: str
    date: str
    said: tuple[tuple[Link, ...], ...]
    alike: bool | None  # None where fewer than two said something

    @property
    def href(self) -> str:
        return local(self.iri)


def has(iris: Sequence[str], rows: Iterable[tuple[str, str, str, Link]]) -> tuple[Item, ...]:
    """Gather rows of who, thing, name of it and what is recorded into items, by name."""
    found: dict[str, dict[str, list[Link]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, str] = {}
    for who, thing, name, link in rows:
        names[thing] = name
        if link not in found[thing][who]:
            found[thing][who].append(link)
    items = [Item(thing, names[thing], tuple(tuple(of[iri]) for iri in iris)) for thing, of in found.items()]
    return tuple(sorted(items, key=lambda item: (item.name.casefold(), item.iri)))


def _read(name: str, engine: queries.Answers, **values: str | Sequence[str]) -> list[dict[str, str]]:
    return _rows(queries.find(name).answer(engine, **{key: value for key, value in values.items() if value}))


def _rows(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.columns, (cell or "" for cell in row), strict=True)) for row in table.rows]


def _by(date: str, on: str) -> bool:
    """Tell whether something with a date, as precise as it is, may have happened by a day; undated it may."""
    return not on or date <= on[: len(date)]


# States


@dataclass(frozen=True)
class States:
    """What is recorded of states, read once."""

    iris: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    names: Mapping[str, str]

    def topic(self, key: str, title: str, what: str, acts: Sequence[str], letters: Sequence[str]) -> Topic:
        """Return a topic of the things for which a state has one of the marks by one of the acts, for sure."""
        rows = (
            (state, of, self.names[of], Link(one.words, one.href))
            for (state, of), cell in self.cells.items()
            for one in cell.recorded
            if one.act in acts and one.mark.letter in letters and one.standing == "yes" and of in self.names
        )
        return Topic(key, title, what, has(self.iris, rows), len(self.iris))


def read_states(engine: queries.Answers, iris: Sequence[str], on: str) -> States:
    """Read memberships, acceptances, treaty actions, votes and measures of states, as of a day."""
    rows = recorded(engine, iris, (), on)
    others = sorted({row.of for row in rows})
    named = queries.for_site("things_of_matrix").answer(engine, of=others).rows if others else []
    return States(tuple(iris), cells(rows), {iri or "": name or "" for iri, name in named})


def topics_of_states(engine: queries.Answers, read: States, on: str) -> list[Topic]:
    """Return forums, texts, treaties, attributions and measures."""
    forums = read.topic("forums", "Forums", "forums", ("membership",), _TAKES_PART)
    texts = read.topic("texts", "Texts accepted or sponsored", "texts", ("acceptance", "sponsorship"), _ACCEPTED)
    treaties = read.topic("treaties", "Treaties signed or joined", "treaties", ("treaty action",), _ACCEPTED)
    return [forums, texts, treaties, _attributions(engine, read.iris, on), _measures(engine, read.iris, on)]


def _attributions(engine: queries.Answers, iris: Sequence[str], on: str) -> Topic:
    named: dict[tuple[str, str, str], list[dict[str, str]]] = defaultdict(list)
    for row in _rows(queries.for_site("attributions_of_states").answer(engine, state=list(iris))):
        if _by(row["date"], on):
            named[row["state"], row["operation"], row["act"]].append(row)
    rows = [
        (state, operation, of[0]["operation_name"], Link(_act(of), local(act)))
        for (state, operation, act), of in named.items()
    ]
    note = "Operations on which each made or joined an official act on record; an act says who spoke, not who did it."
    return Topic("attributions", "Operations attributed", "operations", has(iris, rows), len(iris), note)


def _act(rows: Sequence[Mapping[str, str]]) -> str:
    """Return one act in words; it has a row for each actor that it names."""
    first, names = rows[0], sorted({row["named_name"] for row in rows if row["named_name"]})
    named = f"naming {', '.join(names)}" if names else "no state or organ named"
    return f"{first['stance']} ({first['part']}), {readable(first['date']) or 'undated'}, {named}"


def _measures(engine: queries.Answers, iris: Sequence[str], on: str) -> Topic:
    rows = []
    for state in iris:
        for row in _read("measures_of_state", engine, state=state):
            if _by(row["date"], on):
                link = Link(f"{row['name']}, {readable(row['date']) or 'undated'}", local(row["measure"]))
                rows.append((state, row["kind"], row["kind"].capitalize(), link))
    note = "Kinds of national measures, each measure with its date. None recorded does not mean that there is none."
    items = tuple(Item("", item.name, item.has) for item in has(iris, rows))
    return Topic("measures", "National measures", "kinds of measures", items, len(iris), note)


def votes(read: States) -> list[Issue]:
    """Return the ballots on whole texts in which at least one of them has a recorded vote, in order of time."""
    said: dict[tuple[str, str], dict[str, Recorded]] = defaultdict(dict)
    for (state, of), cell in read.cells.items():
        for one in cell.recorded:
            if one.act == "vote" and one.standing == "yes":
                said[of, one.about][state] = one
    issues = []
    for (of, _), by in said.items():
        values = [by[iri].code for iri in read.iris if iri in by and by[iri].code in _VOICES]
        links = tuple((Link(by[iri].said, by[iri].href),) if iri in by else () for iri in read.iris)
        alike = len(set(values)) == 1 if len(values) > 1 else None
        date = next(iter(by.values())).date
        issues.append(Issue(of, read.names.get(of, next(iter(by.values())).about_name), date, links, alike))
    return sorted(issues, key=lambda issue: (issue.date, issue.name))


def positions(engine: queries.Answers, iris: Sequence[str], on: str) -> list[Issue]:
    """Return the issues of international law on which at least one has a recorded position."""
    said: dict[str, dict[str, list[tuple[str, Link]]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, str] = {}
    for row in _read("positions_of_states", engine, state=list(iris), on=on):
        names[row["issue"]] = row["issue_name"]
        doubt = ", by that day or not is undetermined" if row["said_by_then"] == "undetermined" else ""
        link = Link(f"{row['stance_name']}, {readable(row['date']) or 'undated'}{doubt}", local(row["claim"]))
        said[row["issue"]][row["state"]].append((row["stance"], link))
    issues = []
    for issue, by in said.items():
        stances = [frozenset(stance for stance, _ in by[iri]) for iri in iris if iri in by]
        alike = len(set(stances)) == 1 if len(stances) > 1 else None
        links = tuple(tuple(link for _, link in by.get(iri, ())) for iri in iris)
        issues.append(Issue(issue, names[issue], "", links, alike))
    return sorted(issues, key=lambda issue: issue.name)


# Forums


def topics_of_forums(engine: queries.Answers, iris: Sequence[str], on: str) -> list[Topic]:
    """Return members, commitments adopted, and lineage."""
    members, texts, lineage = [], [], []
    for forum in iris:
        for row in _read("members_of_forum", engine, forum=forum, on=on):
            if row["answer"] in ("yes", "") and (on or not row["end"]) and row["role"] not in _OUT:
                since = f"{row['role']}, {readable(row['start']) or 'undated'}"
                members.append((forum, row["member"], row["name"], Link(since, local(row["claim"]))))
        for row in _read("lineage_of_forum", engine, forum=forum):
            words = f"{row['relation']} {row['other_name']}"
            lineage.append((forum, row["subject"], row["name"], Link(words, local(row["claim"]))))
    for row in _rows(queries.for_site("texts_of_forums").answer(engine, forum=list(iris))):
        if _by(row["date"], on):
            words = f"{row['bindingness']}, {readable(row['date']) or 'undated'}"
            texts.append((row["forum"], row["text"], row["text_name"], Link(words, local(row["text"]))))
    size = len(iris)
    return [
        Topic(
            "members", "Members", "members", has(iris, members), size, "Members, supporters and others who take part."
        ),
        Topic(
            "texts", "Texts with commitments", "texts", has(iris, texts), size, "Adopted by the forum or its organs."
        ),
        Topic(
            "lineage",
            "Where they come from",
            "related forums",
            has(iris, lineage),
            size,
            "Mandates, predecessors and parallels.",
        ),
    ]


# As a table


def table_of(names: Sequence[str], topics: Sequence[Topic], issues: Mapping[str, Sequence[Issue]]) -> Table:
    """Return one row for each thing and each of those compared that has it, with what is recorded and where."""
    columns = ("topic", "thing", "name", "who", "recorded", "claim", "held_by", "of", "alike")
    rows: list[tuple[str | None, ...]] = []
    for topic in topics:
        for item in topic.items:
            for who, links in zip(names, item.has, strict=True):
                held, size = str(len(item.who)), str(topic.members)
                rows += [(topic.key, item.iri, item.name, who, one.words, one.href, held, size, None) for one in links]
    for key, of in issues.items():
        for issue in of:
            alike = {True: "yes", False: "no", None: None}[issue.alike]
            for who, links in zip(names, issue.said, strict=True):
                held, size = str(sum(map(bool, issue.said))), str(len(names))
                rows += [(key, issue.iri, issue.name, who, one.words, one.href, held, size, alike) for one in links]
    return Table(columns, rows)
