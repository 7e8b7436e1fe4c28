"""What a reader may choose from in the views, and how what stands in an address is understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import queries
from graph.dates import Stated
from graph.snapshot import Snapshot
from graph.terms import BASE, ID
from webapp.service import current_service
from webapp.things import short
from webapp.views.standing import BadChoice, UnknownName


@dataclass(frozen=True)
class Column:
    """A thing that states can be in, accept or vote on."""

    kind: str
    iri: str
    name: str
    states: int
    date: str
    number: str
    cybercrime: bool


@dataclass(frozen=True)
class Group:
    """States that may be chosen together."""

    iri: str
    name: str
    states: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """All that may be chosen in a snapshot."""

    states: Mapping[str, str]  # name by IRI, in order of names
    members: frozenset[str]  # of the United Nations, among the states
    groups: Mapping[str, Group]
    columns: tuple[Column, ...]

    @cached_property
    def named(self) -> Mapping[str, str]:
        """The name of every column."""
        return {column.iri: column.name for column in self.columns}

    @cached_property
    def forums(self) -> Mapping[str, str]:
        return {column.iri: column.name for column in self.columns if column.kind == "forum"}

    @cached_property
    def _states_by_name(self) -> Mapping[str, str]:
        return {name.casefold(): iri for iri, name in self.states.items()}

    @cached_property
    def _columns_by_name(self) -> Mapping[str, str]:
        return {column.name.casefold(): column.iri for column in reversed(self.columns)}

    def state(self, written: str) -> str:
        """Return the state that somebody wrote as code, kind/code, identifier or name."""
        code = f"{ID}state/{written.removeprefix(ID).removeprefix('state/').upper()}"
        iri = code if code in self.states else self._states_by_name.get(written.strip().casefold(), "")
        if not iri:
            raise UnknownName(f"There is no state {written!r} here. Write its code, as in DEU, or its English name.")
        return iri

    def group(self, written: str) -> Group:
        """Return a group of states that somebody wrote as kind/slug or name."""
        named = next((g for g in self.groups.values() if g.name.casefold() == written.strip().casefold()), None)
        found = self.groups.get(_iri(written)) or self.groups.get(f"{BASE}{written}") or named  # a code list's, too
        if not found:
            raise UnknownName(f"There is no group of states {written!r} here. Write it as in organisation/eu.")
        return found

    def forum(self, written: str) -> str:
        """Return a forum that somebody wrote as kind/slug, slug or name."""
        iris = (_iri(written), f"{ID}forum/{written}", f"{ID}organisation/{written}")
        by_name = (self._columns_by_name.get(written.strip().casefold(), ""),)
        found = next((iri for iri in (*iris, *by_name) if iri in self.forums), "")
        if not found:
            raise UnknownName(f"There is no forum with states {written!r} here. Write it as in osce or forum/foc.")
        return found

    def things(self, written: Iterable[str]) -> dict[str, str]:
        """Return identifier and name of texts, commitments or forums; raise UnknownName for what is none of these."""
        iris = [self._columns_by_name.get(one.strip().casefold()) or _iri(one) for one in written]
        others = [iri for iri in iris if iri not in self.named]
        names = dict(self.named)
        if others:
            for iri, name in queries.for_site("things_of_matrix").answer(current_service(), of=others).rows:
                names.setdefault(iri or "", name or "")
        if missing := [iri for iri in iris if iri not in names]:
            raise UnknownName(
                f"There is no text, commitment or forum {short(missing[0])!r} here. "
                "Write it as in document/paris-call-2018, or by its whole name."
            )
        return {iri: names[iri] for iri in iris}


def _iri(written: str) -> str:
    return written if written.startswith(ID) else f"{ID}{written}"


def _called(kind: str | None, name: str | None, number: str | None) -> str:
    """Return the name of a column; a norm is known by its number."""
    return f"{number}: {name}" if kind == "norm" and number else name or ""


@lru_cache(maxsize=4)
def _known(snapshot: Snapshot) -> Known:
    service = current_service()
    rows = queries.for_site("state_names").answer(service).rows
    states = {iri or "": name or "" for iri, name, _ in rows}
    members = frozenset(iri or "" for iri, _, kind in rows if kind == "UN member")
    found: dict[str, tuple[str, list[str]]] = {}
    for iri, name, state in queries.for_site("state_groups").answer(service).rows:
        found.setdefault(iri or "", (name or "", []))[1].append(state or "")
    groups = {iri: Group(iri, name, tuple(of)) for iri, (name, of) in found.items() if len(of) > 1}
    columns = tuple(
        Column(
            kind or "", iri or "", _called(kind, name, number), int(count or 0), date or "", number or "", bool(topic)
        )
        for kind, iri, name, count, date, number, topic in queries.for_site("matrix_columns").answer(service).rows
    )
    return Known(states, members, groups, columns)


def known() -> Known:
    """Return what may be chosen now; asked once for each snapshot."""
    return _known(current_service().snapshot)


def day(written: str) -> str:
    """Return a day as it stands in an address; raise BadChoice where it is none. Empty stays empty."""
    if written:
        try:
            whole = Stated.parse(written).day is not None
        except ValueError:
            whole = False
        if not whole:
            raise BadChoice(f"{written!r} is no day. Write a whole one, as in 2021-03-12.")
    return written


def within(given: Sequence[str], most: int, what: str) -> None:
    """Refuse more of something than can be shown."""
    if len(given) > most:
        raise BadChoice(f"That asks for {len(given)} {what}; at most {most} can be shown at once.")
