"""Rows of EuRepoC's files as values, the same for both versions; a cell that cannot be read is named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.dates import Stated
from loaders.datasets.eurepoc_codes import NOT_CODED
from loaders.datasets.eurepoc_versions import Lists, Version
from loaders.delimited import Row


@dataclass(frozen=True)
class Answer:
    """A response as the columns of the incident have it, by position."""

    family: str  # political or legal
    kind: str
    authority: str
    date: Stated | None


@dataclass(frozen=True)
class Incident:
    """A row of the file of incidents."""

    row: Row
    number: str
    title: str
    start: Stated | None
    end: Stated | None
    receivers: tuple[str, ...]
    categories: tuple[tuple[str, str], ...]
    initiators: tuple[str, ...]
    initiator_names: tuple[str, ...]
    answers: tuple[Answer, ...]
    unaligned: int  # responses whose columns do not run parallel


@dataclass(frozen=True)
class Attributed:
    """A row of the file of attributions: one act, and one initiator that it names."""

    row: Row
    incident: str
    number: str
    date: Stated | None
    type: str
    basis: str
    speaker: str
    actor: str
    initiator: str
    countries: tuple[str, ...]
    category: str


class BadCell(ValueError):
    """A cell that cannot be read, with its column."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def incident(row: Row, version: Version) -> Incident:
    """Read a row of the file of incidents; raise BadCell."""
    column = version.columns
    answers, unaligned = _answers(row, version)
    return Incident(
        row=row,
        number=whole_number(row, column["incident"]),
        title=_given(row[column["name"]]),
        start=_date(row, column["start"], version),
        end=_date(row, column["end"], version),
        receivers=_flat(row, column["receivers"], version),
        categories=_categories(row, version),
        initiators=_initiators(row, version),
        initiator_names=_flat(row, column["initiator names"], version),
        answers=answers,
        unaligned=unaligned,
    )


def attributed(row: Row, version: Version) -> Attributed:
    """Read a row of the file of attributions; raise BadCell."""
    column = version.columns
    number = row[column["attribution"]]
    country = row[column["attributed countries"]]
    return Attributed(
        row=row,
        incident=whole_number(row, column["attributed incident"]),
        number="" if number in NOT_CODED else whole_number(row, column["attribution"]),
        date=_date(row, column["attribution date"], version),
        type=_before_brackets(_given(row[column["attribution type"]])),
        basis=_given(row[column["attribution basis"]]),
        speaker=row[column["speaker"]],
        actor=_given(row[column["actor"]]),
        initiator=_given(row[column["initiator"]]),
        countries=codes(country) if version.by_code else (country,),
        category=_given(row[column["initiator category"]]),
    )


def codes(cell: str) -> tuple[str, ...]:
    """Return the codes in a cell such as `CN, RU`, once each."""
    return tuple(dict.fromkeys(part.strip() for part in cell.split(",")))


def whole_number(row: Row, column: str) -> str:
    """Return a number that is a key, which the data set writes 34 or 34.0; raise BadCell."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\.0)?", row[column])
    if match is None:
        raise BadCell(column, f"{row[column][:40]!r} is no number of a record")
    return str(int(match[1]))


def _date(row: Row, column: str, version: Version) -> Stated | None:
    try:
        return version.date(row[column])
    except ValueError as error:
        raise BadCell(column, str(error)) from None


def _lists(row: Row, column: str, version: Version) -> Lists:
    try:
        return () if row[column] in NOT_CODED else version.lists(row[column])
    except ValueError as error:
        raise BadCell(column, str(error)) from None


def _flat(row: Row, column: str, version: Version) -> tuple[str, ...]:
    """Return the values of a list once each, those that are not coded apart."""
    words = dict.fromkeys(word for part in _lists(row, column, version) for word in part)
    return tuple(word for word in words if word not in NOT_CODED)


def _initiators(row: Row, version: Version) -> tuple[str, ...]:
    found = _flat(row, version.columns["initiators"], version)
    return codes(",".join(found)) if version.by_code else found


def _categories(row: Row, version: Version) -> tuple[tuple[str, str], ...]:
    """Return category and subcategory of the receivers, which run parallel; without that, the category alone."""
    categories = _lists(row, version.columns["categories"], version)
    subcodes = _lists(row, version.columns["subcategories"], version)
    if [len(part) for part in subcodes] != [len(part) for part in categories]:
        subcodes = tuple(("",) * len(part) for part in categories)
    pairs = (
        (_before_brackets(category, of="Corporate"), _given(subcode))
        for part, below in zip(categories, subcodes, strict=True)
        for category, subcode in zip(part, below, strict=True)
    )
    return tuple(dict.fromkeys(pairs))


def _answers(row: Row, version: Version) -> tuple[tuple[Answer, ...], int]:
    answers: list[Answer] = []
    unaligned = 0
    for family in ("political", "legal"):
        columns = [version.columns[f"{family} {part}"] for part in ("type", "subtype", "country", "date")]
        if row[columns[0]] in NOT_CODED:
            continue
        cells = [_parts(row[column]) for column in columns]
        length = len(cells[0])
        cells = [[""] * length if cell == [""] else cell for cell in cells]
        if any(len(cell) != length for cell in cells):
            unaligned += length
            continue
        for _, kind, authority, date in zip(*cells, strict=True):
            answers.append(Answer(family, _given(kind), _given(authority), _answered(date, columns[3], version)))
    return tuple(answers), unaligned


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";")]


def _answered(date: str, column: str, version: Version) -> Stated | None:
    try:
        return version.date(date)
    except ValueError as error:
        raise BadCell(column, str(error)) from None


def _given(word: str) -> str:
    return "" if word in NOT_CODED else word


def _before_brackets(word: str, of: str = "") -> str:
    """Return a value without the examples or the rule that the data set puts behind it in brackets."""
    return word.partition(" (")[0].strip() if word.startswith(of) else word
