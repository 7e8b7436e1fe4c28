"""First national cybersecurity strategies, 2000 to 2024: one measure a state, as dated as the data set has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.model import Measure
from graph.record import coded
from graph.terms import BASE
from loaders.dataset import DataSet, Files, Options, Origin, again
from loaders.delimited import Layout, Row, rows
from loaders.known import Known

FILE = "inaugural_cybstrategies_2000_2024.csv"
LAYOUT = Layout(read=("Countries", "DATE", "Year", "cyb_strategy", "total_strategies"))
NONE_FOUND = "no strategy found by the data set up to 2024; that is not known to be none"
STRATEGY = coded("measure-kind", "national-strategy")

# A code of three letters and no other: "NA", for no value, is Namibia's code of two.
_FORMS = {
    "Countries": re.compile("[A-Z]{3}"),
    "cyb_strategy": re.compile("[01]"),
    "total_strategies": re.compile("[0-9]{1,3}"),
}
_MEANT = {
    "Countries": "a code of three capital letters",
    "cyb_strategy": "0 or 1",
    "total_strategies": "a count",
}


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a measure for each state with a dated first strategy; where the columns disagree the row is a reject."""
    strategies = [measure for measure in known.of(Measure) if measure.measure_kind == STRATEGY]
    for row in rows(FILE, files[FILE], LAYOUT):
        yield row if isinstance(row, Reject | FileRead) else _item(row, known, strategies)


def _item(row: Row, known: Known, strategies: list[Measure]) -> Item:
    for column, form in _FORMS.items():
        if not form.fullmatch(row[column]):
            return row.reject(column, f"{row[column][:80]!r} is not {_MEANT[column]}")
    try:
        state = known.state(row["Countries"])
    except ValueError as error:
        return row.reject("Countries", error)
    if row["DATE"] == row["Year"] == "NA":
        if (row["cyb_strategy"], row["total_strategies"]) != ("0", "0"):
            return row.reject("DATE", "there is no date, and another column counts a strategy")
        return OutOfScope(row.file, row.line, NONE_FOUND)
    try:
        date = _date(row["DATE"], row["Year"])
    except ValueError as error:
        return row.reject("DATE", error)
    evidence = DATASET.evidence(f"row {row['Countries']}", note=_doubt(row))
    curated = [one for one in strategies if one.measure_of == state and one.date and one.date.agrees_with(date)]
    if len(curated) == 1:
        return Located(row.file, row.line, again(curated[0], evidence, date=date))
    name = known.states.name(state)
    measure = Measure(
        id=f"{row['Countries'].lower()}-first-cybersecurity-strategy",
        name=f"{name}: first national cybersecurity strategy",
        measure_of=state,
        measure_kind=STRATEGY,
        date=date,
        evidence=(evidence,),
    )
    return Located(row.file, row.line, measure)


def _date(written: str, year: str) -> Stated:
    """Read YYYYMMDD. The first of a month, and of a year, stand for a day or month that the authors did not know."""
    if len(written) != 8 or not written.isdigit() or written[:4] != year:
        raise ValueError(f"{written!r} is not a date of the form YYYYMMDD in the year {year!r}")
    month, day = written[4:6], written[6:]
    parts = [year, month, day] if day != "01" else [year, month] if month != "01" else [year]
    return Stated.parse("-".join(parts))


def _doubt(row: Row) -> str | None:
    """Return what has to be said of a strategy that is dated and, by another column, not there."""
    if row["total_strategies"] == "0":
        return "The data set counts no strategy of this state in its column of totals, and dates one all the same"
    if row["cyb_strategy"] == "0":
        return "The data set says in another column that this state has no strategy, and dates one all the same"
    return None


DATASET = DataSet(
    name="national-strategies",
    title="Inaugural national cybersecurity strategies, 2000 to 2024",
    publisher="Nadiya Kostyuk",
    address="https://github.com/nadiyakostyuk/National-Cybersecurity-Strategy-Data",
    version="2026-01-19",
    licence=BASE["licence/none-stated"],
    redistributable=False,
    citation="Nadiya Kostyuk, National Cybersecurity Strategy Data, version of 19 January 2026",
    published="2026-01-19",
    wanted=(FILE,),
    origins=(
        Origin(
            address="https://raw.githubusercontent.com/nadiyakostyuk/National-Cybersecurity-Strategy-Data/"
            f"a3ca25289d09bc9f6cb4d5fe88a3eeea5c10ce57/data/{FILE}",
            name=FILE,
            sha256="b20dc271434f95f4473469aa9ea0450c6f42405f2ee1eb347fa5a725ba1ddf7c",
            size=4026,
        ),
    ),
    parse=parse,
)
