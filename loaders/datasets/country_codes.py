"""Codes of countries as one table: evidence for the codes of states, their Wikidata items and their UN names.

Territories have rows of their own in it and are no states here. A state's codes and English name must lead to one
state, or the row is a reject. The columns of UNTERM are left unread: they have Cyprus in the row of Bhutan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from rdflib import Literal, URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import State
from graph.record import Value
from loaders.dataset import PDDL, DataSet, Files, Options, Origin, again
from loaders.delimited import Layout, Row, rows
from loaders.known import Known
from loaders.resolve import AmbiguousNameError
from loaders.spelling import key

FILE = "country-codes.csv"
ALPHA2, ALPHA3, NUMERIC = "ISO3166-1-Alpha-2", "ISO3166-1-Alpha-3", "ISO3166-1-numeric"
ENGLISH, ITEM = "official_name_en", "wikidata_id"
UN_NAMES = {"fr": "official_name_fr", "es": "official_name_es", "ru": "official_name_ru", "ar": "official_name_ar"} | {
    "zh": "official_name_cn"
}
LAYOUT = Layout(
    read=(ALPHA2, ALPHA3, NUMERIC, ENGLISH, *UN_NAMES.values(), ITEM),
    unread=(
        *("FIFA", "Dial", "MARC", "is_independent", "GAUL", "FIPS", "WMO", "ITU", "IOC", "DS", "UNTERM *"),
        *("Global *", "Region *", "Sub-region *", "Intermediate Region *", "ISO4217-*", "M49", "Capital", "Continent"),
        *("* (LDC)", "* (LLDC)", "* (SIDS)", "TLD", "Languages", "Geoname ID", "CLDR display name", "EDGAR"),
    ),
)
TERRITORY = "a territory that is no state here"
OTHER_ITEMS = {"VAT": "Q237"}  # the item of the territory of Vatican City, and not that of the Holy See
_ITEM = re.compile(r"/wiki/(Q[1-9][0-9]*)")


class Disagreement(ValueError):
    """A cell that does not go with the others of its row."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield each state as the table has it; a territory is out of scope."""
    states = {state.alpha3: state for state in known.of(State) if state.alpha3 and state.alpha2}
    for row in rows(FILE, files[FILE], LAYOUT):
        yield row if isinstance(row, Reject | FileRead) else _item(row, states, known)


def _item(row: Row, states: dict[str, State], known: Known) -> Item:
    state = states.get(row[ALPHA3])
    try:
        if state is None:
            _must_be_no_state(row, known)
            return OutOfScope(row.file, row.line, TERRITORY)
        _must_agree(row, state, known)
        evidence = DATASET.evidence(f"{ALPHA3} = {row[ALPHA3]}")
        stated = again(
            state,
            evidence,
            alpha2=row[ALPHA2],
            alpha3=row[ALPHA3],
            numeric=row[NUMERIC].zfill(3),
            same_as=_wikidata(row, state),
            aliases=_further_names(row, state, known),
        )
    except Disagreement as fault:
        return row.reject(fault.column, fault)
    return Located(row.file, row.line, stated)


def _must_be_no_state(row: Row, known: Known) -> None:
    """Refuse a row whose code of three letters is nobody's while another of its codes, or its name, is a state's."""
    if not re.fullmatch("[A-Z]{3}", row[ALPHA3]):
        raise Disagreement(ALPHA3, f"{row[ALPHA3]!r} is no code of three letters")
    for column in (ALPHA2, NUMERIC, ENGLISH):
        found = _found(row[column], known)
        if found:
            raise Disagreement(ALPHA3, f"no state has the code {row[ALPHA3]!r}, and by {column} the row is {found}")


def _must_agree(row: Row, state: State, known: Known) -> None:
    for column in (ALPHA2, NUMERIC, ENGLISH):
        found = _found(row[column], known)
        if state.iri not in found:
            reason = f"{row[column]!r} does not mean {state.name}, which the code {row[ALPHA3]} stands for"
            raise Disagreement(column, reason)


def _found(text: str, known: Known) -> tuple[URIRef, ...]:
    try:
        match = known.states.resolve(text, kind="state")
    except AmbiguousNameError as error:
        return error.candidates
    return (match.actor,) if match else ()


def _wikidata(row: Row, state: State) -> tuple[URIRef, ...]:
    if not row[ITEM]:
        return ()
    address = urlsplit(row[ITEM])
    item = _ITEM.fullmatch(address.path)
    if address.netloc != "www.wikidata.org" or item is None:
        raise Disagreement(ITEM, f"{row[ITEM]!r} is no address of an item of Wikidata")
    if OTHER_ITEMS.get(state.id) == item[1]:
        return ()
    return (URIRef(f"http://www.wikidata.org/entity/{item[1]}"),)


def _further_names(row: Row, state: State, known: Known) -> tuple[Value, ...]:
    """Return the names at the United Nations that are spelt otherwise than the state's name in that language."""
    names: list[Value] = []
    labels = {key(name) for name in (state.name, *map(str, state.names))}
    for language, column in UN_NAMES.items():
        if not (name := row[column]):
            continue
        found = _found(name, known)
        if found and state.iri not in found:
            raise Disagreement(column, f"{name!r} does not mean {state.name}")
        if key(name) not in labels:
            names.append(Literal(name, lang=language))
    return tuple(names)


DATASET = DataSet(
    name="country-codes",
    title="Comprehensive table of country codes",
    publisher="datasets (GitHub)",
    address="https://github.com/datasets/country-codes",
    version="commit caa72d1, 2026-05-15",
    source_id="datasets-country-codes",
    licence=PDDL,
    redistributable=True,
    citation="Evan Wheeler and others, Comprehensive country codes, version of 15 May 2026",
    published="2026-05-15",
    wanted=(FILE,),
    origins=(
        Origin(
            address="https://raw.githubusercontent.com/datasets/country-codes/"
            f"caa72d1e0e5af8876c170bb36a9e4d64a01bba88/data/{FILE}",
            name=FILE,
            sha256="67b009b529330b0a6043551189f43faa785c9c3cc0011ad2bdb4eac876356c43",
            size=134003,
        ),
    ),
    parse=parse,
)
