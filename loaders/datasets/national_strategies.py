"""First national cybersecurity strategies, 2000 to 2024: one measure a state, as dated as the data set has it."""

from __future__ import annotations

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


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a measure for each state with a dated first strategy; where the columns disagree the row is a reject."""
    strategies = [measure for measure in known.of(Measure) if measure.measure_kind == STRATEGY]
    for row in rows(FILE, files[FILE], LAYOUT):
        yield row if isinstance(row, Reject | FileRead) else _item(row, known, strategies)


def _item(row: Row, known: Known, strategies: list[Measure]) -> Item:
    if row["DATE"] == "NA":
        return OutOfScope(row.file, row.line, NONE_FOUND)
    try:
        state, date = known.state(row["Countries"]), _date(row["DATE"], row["Year"])
    except ValueError as error:
        return row.reject("Countries" if "state" in str(error) else "DATE", error)
    evidence = DATASET.evidence(f"row {row['Countries']}", note=_doubt(row))
    for curated in strategies:
        if curated.measure_of == state and curated.date is not None and curated.date.agrees_with(date):
            return Located(row.file, row.line, again(curated, evidence, date=date))
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
    if row["total_strategies"] == "0":
        return "The data set counts no strategy of this state in its column of totals, and dates one all the same"
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
