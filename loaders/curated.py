"""The curated tables: which there are, and how their files are found.

A table `memberships` is `memberships.csv` and every `memberships-*.csv` beside it, so that a long table can be kept
in parts by topic.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path

from rdflib import URIRef

from graph import model
from graph.collect import Collection, Item, Loader, Located, OutOfScope, Reject
from graph.model import Source, State
from graph.record import Record
from graph.terms import ID
from loaders.resolve import AmbiguousNameError, Resolver, territory_names
from loaders.table import RECOLLECTION, read

CURATED = Path(__file__).resolve().parent / "curated"
DATA_DATE = date(2026, 11, 22)  # the day up to which the tables were edited; nothing depends on today's clock

TABLES: dict[str, tuple[type[Record], str]] = {
    "states": (model.State, "State-like actors"),
    "recognitions": (model.Recognition, "Recognitions"),
    "regime_classifications": (model.RegimeClassification, "Classifications of regimes"),
    "successions": (model.Succession, "Successions of states"),
    "organisations": (model.Organisation, "Organisations and their organs"),
    "groups": (model.StateGroup, "Groups of states"),
    "persons": (model.Person, "Office-holders, authors and speakers"),
    "threat_actors": (model.ThreatActor, "Threat actors"),
    "forums": (model.Forum, "Forums and processes"),
    "lineage": (model.Lineage, "Lineage of forums"),
    "memberships": (model.Membership, "Memberships"),
    "offices": (model.Office, "Offices"),
    "events": (model.Event, "Events and sessions"),
    "participations": (model.Participation, "Participation in events"),
    "accreditations": (model.Accreditation, "Accreditation of stakeholders"),
    "documents": (model.Document, "Documents"),
    "decisions": (model.Decision, "Decisions"),
    "publications": (model.Publication, "Publications"),
    "norms": (model.Norm, "The eleven UN norms"),
    "commitments": (model.Commitment, "Commitments"),
    "proposals": (model.Proposal, "Proposals and expert texts"),
    "text_relations": (model.TextRelation, "Relations between texts"),
    "acceptances": (model.Acceptance, "Acceptances"),
    "treaty_actions": (model.TreatyAction, "Treaty actions"),
    "ballots": (model.Ballot, "Ballots"),
    "votes": (model.Vote, "Votes"),
    "sponsorships": (model.Sponsorship, "Sponsorships"),
    "statements": (model.Statement, "Statements"),
    "positions": (model.Position, "Positions on international law"),
    "alignments": (model.Alignment, "Alignments with acts of others"),
    "operations": (model.Operation, "Cyber operations"),
    "coordinations": (model.CoordinatedAttribution, "Coordinated attributions"),
    "attributions": (model.Attribution, "Official attributions"),
    "replies": (model.Reply, "Replies of those named"),
    "responses": (model.Response, "Responses to operations"),
    "regimes": (model.SanctionsRegime, "Sanctions regimes"),
    "listings": (model.Listing, "Sanctions listings"),
    "assessments": (model.Assessment, "Assessments by data sets"),
    "clusters": (model.Cluster, "Clusters of records"),
    "measures": (model.Measure, "National measures"),
    "implementations": (model.Implementation, "Implementation of commitments"),
    "capacity_building": (model.CapacityBuilding, "Capacity-building"),
    "projects": (model.Project, "Projects"),
    "reported_counts": (model.ReportedCount, "Reported counts"),
    "completeness": (model.Completeness, "Completeness of lists"),
}


@dataclass(frozen=True)
class Retired:
    """An identifier that was given up: what replaced it, if anything, and why."""

    replaced_by: str
    reason: str


@dataclass(frozen=True)
class Correction:
    """A statement that was found wrong and changed: since when, of what, what it was, what it is, by which source."""

    date: str
    about: str  # kind/slug of the thing or claim
    field: str
    was: str
    now: str
    source: str
    why: str


@cache
def corrections(folder: Path = CURATED) -> tuple[Correction, ...]:
    """Return the log of corrections, in the order of the file: by date and what they are about."""
    path = folder / "corrections.csv"
    if not path.exists():
        return ()
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(Correction(**row) for row in csv.DictReader(file))


@cache
def retired(folder: Path = CURATED) -> Mapping[str, Retired]:
    """Return the register of given-up identifiers by the old one."""
    path = folder / "retired.csv"
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {row["old"]: Retired(row["replaced_by"], row["reason"]) for row in csv.DictReader(file)}


def loaders(folder: Path = CURATED) -> tuple[Loader, ...]:
    """Return a loader for each table that has a file in the folder, the register of sources first."""
    register = [Located("sources.csv", 0, RECOLLECTION, is_row=False), *_register(folder)]
    known = {
        item.record.id: item.record
        for item in register
        if isinstance(item, Located) and isinstance(item.record, Source)
    }
    resolver = Resolver(_states(folder, known))
    tables = (
        Loader(name, title, partial(_table, files, cls, known, resolver))
        for name, (cls, title) in TABLES.items()
        if (files := _files(folder, name))
    )
    return (Loader("sources", "Sources", lambda _: _published(register)), *tables)


def landscape(folder: Path = CURATED) -> Collection:
    """Return what the tables of a folder state, against which other sources are read."""
    collection = Collection()
    for loader in loaders(folder):
        collection.read(loader)
    return collection


def unknown_files(folder: Path = CURATED) -> list[str]:
    """Return the names of files that no table reads: a misspelt name would otherwise be passed over."""
    read_by_tables = {path for name in (*TABLES, "sources", "retired", "corrections") for path in _files(folder, name)}
    return sorted(path.name for path in folder.glob("*.csv") if path not in read_by_tables)


def _files(folder: Path, name: str) -> list[Path]:
    return [path for path in (folder / f"{name}.csv",) if path.exists()] + sorted(folder.glob(f"{name}-*.csv"))


def _table(
    files: Iterable[Path], cls: type[Record], sources: Mapping[str, Source], resolver: Resolver, _: Collection
) -> Iterator[Item]:
    for path in files:
        for item in read(path.name, path.read_bytes(), cls, sources):
            yield _with_known_states(_with_names(item), resolver)


def _states(folder: Path, sources: Mapping[str, Source]) -> Iterator[State]:
    for path in _files(folder, "states"):
        for item in read(path.name, path.read_bytes(), State, sources):
            named = _with_names(item)
            if isinstance(named, Located) and isinstance(named.record, State):
                yield named.record


def _with_known_states(item: Item, resolver: Resolver) -> Item:
    """Reject a row that names a state nobody has entered, and say which one its name or code would mean."""
    if not isinstance(item, Located):
        return item
    for column, spec, value in item.record.values():
        if spec.shape == "reference" and isinstance(value, URIRef) and value.startswith(ID["state/"]):
            written = value.removeprefix(ID["state/"])
            if resolver.resolve(f"state/{written}") is None:
                reason = f"no state has the id {written!r}{_hint(written, resolver)}"
                return Reject(item.file, item.line, column, reason)
    return item


def _hint(written: str, resolver: Resolver) -> str:
    try:
        meant = resolver.resolve(written, kind="state")
    except AmbiguousNameError as error:
        return f"; {error}"
    if meant is not None:
        return f"; for {meant.name} write {meant.actor.rsplit('/', 1)[-1]}"
    near = resolver.nearest(written)
    return f"; nearest: {', '.join(near)}" if near else ""


def _with_names(item: Item) -> Item:
    """Give a state its names in the other languages of the United Nations and in German."""
    if isinstance(item, Located) and isinstance(item.record, State) and item.record.alpha2:
        record = dataclasses.replace(item.record, names=territory_names(item.record.alpha2))
        return dataclasses.replace(item, record=record)
    return item


def _register(folder: Path) -> Iterator[Item]:
    for path in _files(folder, "sources"):
        yield from read(path.name, path.read_bytes(), Source, {})


def _published(register: Iterable[Item]) -> Iterator[Item]:
    """Leave out sources of rank 5: they are leads, and no evidence names them."""
    for item in register:
        if isinstance(item, Located) and isinstance(item.record, Source) and item.record.rank == 5:
            yield OutOfScope(item.file, item.line, "a source of rank 5 is a lead and is not published")
        else:
            yield item
