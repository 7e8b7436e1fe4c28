"""Dates as precise as their source: a year, a month or a day, and the bounds within which each can lie."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rdflib import XSD, Literal

_STATED = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Bounds(NamedTuple):
    """The first and the last day that a stated date can mean."""

    first: date
    last: date


@dataclass(frozen=True)
class Stated:
    """A date as a source states it.

    >>> Stated.parse("2011").bounds()
    Bounds(first=datetime.date(2011, 1, 1), last=datetime.date(2011, 12, 31))
    >>> str(Stated.parse("2016-02"))
    '2016-02'
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> Stated:
        """Read `2011`, `2011-12` or `2011-12-08`; raise ValueError for anything else, also for 2011-02-30."""
        match = _STATED.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD, as the source has it")
        stated = cls(*(int(part) if part else None for part in match.groups()))  # type: ignore[arg-type]
        try:
            stated.bounds()
        except ValueError:
            raise ValueError(f"{text!r} is no day of the calendar") from None
        return stated

    def bounds(self) -> Bounds:
        """Return the first and last day that the date can mean: 2011 gives 2011-01-01 and 2011-12-31."""
        first_month, last_month = (1, 12) if self.month is None else (self.month, self.month)
        first_day, last_day = 1, calendar.monthrange(self.year, last_month)[1]
        if self.day is not None:
            first_day = last_day = self.day
        return Bounds(date(self.year, first_month, first_day), date(self.year, last_month, last_day))

    def agrees_with(self, other: Stated) -> bool:
        """Tell whether both can mean the same day: 2011 agrees with 2011-12-08, and not with 2012."""
        mine, theirs = self.bounds(), other.bounds()
        return mine.first <= theirs.last and theirs.first <= mine.last

    def literal(self) -> Literal:
        """Return the typed literal of the stated precision, and no more."""
        datatype = XSD.date if self.day else XSD.gYearMonth if self.month else XSD.gYear
        return Literal(str(self), datatype=datatype, normalize=False)

    def __str__(self) -> str:
        parts = (f"{self.year:04}", self.month and f"{self.month:02}", self.day and f"{self.day:02}")
        return "-".join(part for part in parts if part)
