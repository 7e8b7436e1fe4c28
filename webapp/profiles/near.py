"""The neighbours of what is no state or forum: what it shares most with, each with what that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from webapp.profiles.parts import Grid, Sentence
from webapp.profiles.subject import Subject

_TOGETHER = "Acts on record here; it says that they were spoken of together, not that the same hand is behind both."


def _grid(
    subject: Subject, asked: str, parameter: str, columns: Sequence[tuple[str, str]], title: str, note: str = ""
) -> list[Grid]:
    """Return the things that an answer lists, with its other columns under the words given for them."""
    rows = subject.ask(asked, **{parameter: subject.iri})
    found: tuple[tuple[Sentence, ...], ...] = tuple(
        ((subject.value(row["other"]),), *((row.get(name, "0"),) for name, _ in columns[1:]))
        for row in rows
        if "other" in row
    )
    return [Grid(title, tuple(word for _, word in columns), found, note)] if found else []


def beside_operation(subject: Subject) -> list[Grid]:
    """Return the operations that are spoken of together with it."""
    columns = (
        ("other", "operation"),
        ("acts", "in the same act"),
        ("groups", "same group named"),
        ("waves", "same wave"),
    )
    return _grid(subject, "near_operation", "operation", columns, "Spoken of together with it", _TOGETHER)


def beside_organisation(subject: Subject) -> list[Grid]:
    """Return who works with an organisation."""
    columns = (
        ("other", "actor"),
        ("projects", "projects"),
        ("activities", "capacity building"),
        ("works", "publications"),
    )
    return _grid(subject, "near_organisation", "organisation", columns, "Works with", "Shared on record here.")


def beside_group(subject: Subject) -> list[Grid]:
    """Return the groups that are named together with a group."""
    columns = (("other", "group"), ("acts", "named in the same act"), ("operations", "on the same operation"))
    return _grid(subject, "near_group", "group", columns, "Named together with it", _TOGETHER)


def beside_person(subject: Subject) -> list[Grid]:
    """Return those who write with a person."""
    columns = (("other", "author"), ("works", "publications together"))
    return _grid(subject, "near_author", "person", columns, "Writes with")


def beside_work(subject: Subject) -> list[Grid]:
    """Return works that are about the same texts, by the same authors, on the same topics."""
    columns = (
        ("other", "work"),
        ("subjects", "same text or body"),
        ("authors", "same author"),
        ("topics", "same topic"),
    )
    return _grid(subject, "near_work", "work", columns, "On the same subjects", "What is shared on record here.")


BESIDE: Mapping[str, Callable[[Subject], list[Grid]]] = {
    "operation": beside_operation,
    "organisation": beside_organisation,
    "threat-actor": beside_group,
    "person": beside_person,
    "project": beside_work,
    "publication": beside_work,
}
