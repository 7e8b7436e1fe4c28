"""The landscape: as broad as promised, kind by kind nearly all sourced, and every commitment tied to its paragraph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from graph.build import Content
from graph.collect import Entry
from graph.model import (
    Attribution,
    CapacityBuilding,
    Commitment,
    Event,
    Forum,
    Membership,
    Norm,
    Operation,
    Organisation,
    Position,
    Proposal,
    Publication,
    Source,
    Statement,
)
from graph.record import Record, coded
from graph.terms import CG, ID
from webapp.inventory import ENOUGH

LEAST = {  # what the landscape is to hold at least; it may only grow
    Commitment: 300,
    Operation: 100,
    Attribution: 300,
    Event: 200,
    Publication: 150,
    CapacityBuilding: 40,
}
NAMED_BY_OTHERS = coded("attribution-stance", "reported-by-another")  # told by another speaker, and not official


def entries(content: Content, cls: type[Record]) -> list[Entry]:
    return [entry for entry in content.collection.entries.values() if isinstance(entry.record, cls)]


def kinds(content: Content) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind with the best verification of each of its claims or things."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in content.collection.entries.values():
        if entry.evidence:
            found[entry.record.kind].append(entry.verification)
    yield from sorted(found.items())


@pytest.mark.parametrize(("cls", "least"), LEAST.items(), ids=lambda value: getattr(value, "__name__", str(value)))
def test_there_is_as_much_as_the_landscape_is_to_hold(content: Content, cls: type[Record], least: int) -> None:
    found = [entry for entry in entries(content, cls) if not _counts_nowhere(entry.record)]
    assert len(found) >= least


def _counts_nowhere(record: Record) -> bool:
    """Tell whether something is no undertaking that was accepted, or no official act of who is said to have spoken."""
    return isinstance(record, Proposal) or (isinstance(record, Attribution) and record.stance == NAMED_BY_OTHERS)


def test_sixty_forums_and_processes_are_on_record(content: Content) -> None:
    forums = {entry.record.iri for entry in entries(content, Forum)}
    both = {entry.record.iri for entry in entries(content, Organisation) if CG.Forum in entry.types}
    assert len(forums | both) >= 60


def test_of_each_kind_nine_in_ten_are_checked_or_reported(content: Content) -> None:
    few = {}
    for kind, found in kinds(content):
        sourced = sum(status != "unchecked" for status in found)
        if 100 * sourced < ENOUGH * len(found):
            few[kind] = f"{sourced} of {len(found)}"
    assert few == {}


def test_half_of_the_attributions_rest_on_the_speakers_own_text(content: Content) -> None:
    ranks = {entry.record.iri: entry.record.rank for entry in entries(content, Source)}  # type: ignore[attr-defined]
    acts = [entry for entry in entries(content, Attribution) if not _counts_nowhere(entry.record)]
    own = [
        entry
        for entry in acts
        if any(e.verification != "unchecked" and (ranks[e.source] or 9) <= 2 for _, e, _ in entry.evidence.values())
    ]
    assert 2 * len(own) >= len(acts)


def test_every_commitment_has_document_and_paragraph(content: Content) -> None:
    undertakings = [entry.record for cls in (Commitment, Norm) for entry in entries(content, cls)]
    undertakings = [record for record in undertakings if not isinstance(record, Proposal)]
    without = [record.id for record in undertakings if not _has_paragraph(record)]
    assert without == []


def _has_paragraph(record: Any) -> bool:
    return "#" in record.stated_in or "/provision/" in record.stated_in


def test_twenty_states_or_groups_have_stances_by_topic(content: Content) -> None:
    issues = defaultdict(set)
    for entry in entries(content, Position):
        issues[entry.record.holder].add(entry.record.issue)  # type: ignore[attr-defined]
    assert sum(len(found) >= 4 for found in issues.values()) >= 20


def test_claims_by_those_most_named_are_collected_too(content: Content) -> None:
    speakers = Counter(entry.record.speaker for entry in entries(content, Attribution))  # type: ignore[attr-defined]
    for state in ("CHN", "RUS", "IRN"):
        assert speakers[ID[f"state/{state}"]] >= 3, state


def test_who_left_is_on_record_with_the_day(content: Content) -> None:
    ended = {
        (record.forum, record.member)
        for entry in entries(content, Membership)
        if isinstance(record := entry.record, Membership) and record.end is not None
    }
    for forum, state in (
        ("organisation/eu", "GBR"), ("organisation/council-of-europe", "RUS"), ("forum/foc", "USA"),
        ("organisation/oas", "NIC"), ("organisation/ecowas", "MLI"),
    ):  # fmt: skip
        assert (ID[forum], ID[f"state/{state}"]) in ended, (forum, state)


def test_statements_on_international_law_are_there_for_thirty_holders(content: Content) -> None:
    position = coded("statement-kind", "national-position")
    speakers = {
        record.speaker
        for entry in entries(content, Statement)
        if isinstance(record := entry.record, Statement) and record.statement_kind == position
    }
    assert len(speakers) >= 30
