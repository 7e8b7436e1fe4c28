"""Regimes of the World: V-Dem's classification of states by year, 2000 to 2024, as V-Dem's and never as ours.

The column is `v2x_regime`, which V-Dem publishes in the table of its Episodes of Regime Transformation, `episodes.rda`.
A table of V-Dem's indices alone (`vdem_simple.rda`) has no such column, and types are not made up from indices: its
rows are out of scope. The ratings of Freedom House have no open licence and are not loaded at all.

V-Dem goes on under one code when one state succeeds another (`SRB` is Yugoslavia, then Serbia and Montenegro, then
Serbia). A year before a state here succeeded another is out of scope rather than said of the successor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Membership, Organisation, RegimeClassification, Succession
from graph.record import Evidence, coded
from graph.terms import BASE, ID
from loaders.dataset import DataSet, Files, Options, Origin
from loaders.known import Known
from loaders.rda import BrokenFrame, Cell, Frame, frame

EPISODES, INDICES = "episodes.rda", "vdem_simple.rda"
READ = ("country_text_id", "year", "v2x_regime")
_UNREAD = (
    "country_id country_name v2x_polyarchy v2x_polyarchy_codelow v2x_polyarchy_codehigh reg_start_year "
    "reg_end_year reg_id reg_type reg_trans dem_founding_elec aut_founding_elec row_regch_event "
    "row_regch_censored dem_ep dem_ep_id dem_ep_start_year dem_ep_end_year dem_pre_ep_year dem_ep_termination "
    "dem_ep_prch dem_ep_ptr dem_ep_subdep dem_ep_outcome dem_ep_outcome_agg dem_ep_censored aut_ep aut_ep_id "
    "aut_ep_start_year aut_ep_end_year aut_pre_ep_year aut_ep_termination aut_ep_prch aut_ep_pbr aut_ep_subreg "
    "aut_ep_outcome aut_ep_outcome_agg aut_ep_censored"
)
_INDICES_UNREAD = (
    "vdem_country_name country_id historical_date project historical histname codingstart codingend "
    "codingstart_contemp codingend_contemp codingstart_hist codingend_hist gapstart1 gapstart2 gapstart3 "
    "gapend1 gapend2 gapend3 gap_index vdem_cowcode extended_country_name GWn cown in_GW_system"
)
_INDICES = ("polyarchy", "libdem", "partipdem", "delibdem", "egaldem", "api", "mpi")
_BOUNDS = ("", "_codelow", "_codehigh", "_sd")

TYPES = ("closed-autocracy", "electoral-autocracy", "electoral-democracy", "liberal-democracy")  # 0 to 3
FIRST_YEAR = 2000
NOT_HERE = ("HKG", "PSB", "PSG", "SML", "VDR", "YMD", "ZZB")  # V-Dem's codes for Hong Kong, Gaza, Zanzibar ...

ONLY_INDICES = f"V-Dem's indices alone: the table has no column {READ[2]!r}, and types are not made up from indices"
TOO_EARLY = f"a year before {FIRST_YEAR}"
NO_ACTOR = "V-Dem's unit is no state-like actor here (a territory, a part of a state, a former state)"
NOT_CLASSIFIED = "V-Dem gives no type for the year"
BEFORE = "a year before the state succeeded another or joined the United Nations: which state V-Dem means is not said"

UN = ID["organisation/un"]
INSTITUTE = "v-dem"


@dataclass(frozen=True)
class Existence:
    """From which year on a code of V-Dem's can be taken for the state that has the code here."""

    known: Known

    def covers(self, state: URIRef, year: int) -> bool:
        """Tell whether the state was there at the end of the year, as far as is recorded here.

        Since 2000, it was unless it is recorded as a successor later; before that, only as a member of the United
        Nations, for V-Dem codes empires and colonies under the code of what came after them as well.
        """
        if year < self._succeeded.get(state, year):
            return False
        return year >= FIRST_YEAR or year >= self._joined.get(state, year + 1)

    @cached_property
    def _joined(self) -> dict[URIRef, int]:
        return {one.member: one.start.year for one in self.known.of(Membership) if one.forum == UN and one.start}

    @cached_property
    def _succeeded(self) -> dict[URIRef, int]:
        """The year in which a state succeeded another; where that is not dated, the last in which anyone did."""
        ended: dict[URIRef, int] = {}
        successions = list(self.known.of(Succession))
        for one in successions:
            if one.date:
                ended[one.predecessor] = max(one.date.year, ended.get(one.predecessor, 0))
        found: dict[URIRef, int] = {}
        for one in successions:
            year = one.date.year if one.date else ended.get(one.predecessor, 0)
            found[one.successor] = max(year, found.get(one.successor, 0))
        return found


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield what V-Dem says of each state here and each year; with `everything` for the years before 2000 as well."""
    if EPISODES in files:
        yield Located(EPISODES, 0, _institute(), is_row=False)
        yield from _classifications(files[EPISODES], known, options)
    if INDICES in files:
        yield from _indices(files[INDICES])


def _classifications(content: bytes, known: Known, options: Options) -> Iterator[Item]:
    try:
        table = frame(content, "episodes", READ, _UNREAD.split())
    except BrokenFrame as fault:
        yield Reject(EPISODES, 0, fault.column, str(fault), is_row=False)
        return
    existence = Existence(known)
    evidence = DATASET.evidence("the column v2x_regime of episodes, by country_text_id and year")
    for number in range(len(table)):
        yield _item(number, table, existence, evidence, options)
    yield FileRead(EPISODES, len(table))


def _item(number: int, table: Frame, existence: Existence, evidence: Evidence, options: Options) -> Item:
    """Return what a row makes; its number in the table stands for a line."""
    code, written, value = (table[column][number] for column in READ)
    line, year, type_ = number + 1, _whole(written), _whole(value)
    if not isinstance(code, str) or not code:
        return Reject(EPISODES, line, READ[0], f"{code!r} is no code of a country")
    if year is None or not 1000 < year < 10_000:
        return Reject(EPISODES, line, READ[1], f"{written!r} is no year")
    if year < FIRST_YEAR and not options.everything:
        return OutOfScope(EPISODES, line, TOO_EARLY)
    if code in NOT_HERE:
        return OutOfScope(EPISODES, line, NO_ACTOR)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return OutOfScope(EPISODES, line, NOT_CLASSIFIED)
    if type_ is None or not 0 <= type_ < len(TYPES):
        return Reject(EPISODES, line, READ[2], f"{value!r} is no type of V-Dem's: they are 0 to {len(TYPES) - 1}")
    try:
        state = existence.known.state(code)
    except ValueError as error:
        return Reject(EPISODES, line, READ[0], str(error))
    if not existence.covers(state, year):
        return OutOfScope(EPISODES, line, BEFORE)
    claim = RegimeClassification(
        state=state,
        classified_by=ID[f"organisation/{INSTITUTE}"],
        year=year,
        regime_type=coded("regime-type", TYPES[type_]),
        evidence=(evidence,),
    )
    return Located(EPISODES, line, claim)


def _indices(content: bytes) -> Iterator[Item]:
    try:
        unread = (*_INDICES_UNREAD.split(), *(f"v2x_{index}{bound}" for index in _INDICES for bound in _BOUNDS))
        table = frame(content, "vdem_simple", READ[:2], unread)
    except BrokenFrame as fault:
        yield Reject(INDICES, 0, fault.column, str(fault), is_row=False)
        return
    yield from (OutOfScope(INDICES, number, ONLY_INDICES) for number in range(1, len(table) + 1))
    yield FileRead(INDICES, len(table))


def _whole(value: Cell) -> int | None:
    """Return a number as R writes whole ones, or None where it is something else."""
    whole = isinstance(value, int | float) and math.isfinite(value) and value == int(value)
    return int(value) if whole else None  # type: ignore[arg-type]


def _institute() -> Organisation:
    return Organisation(
        id=INSTITUTE,
        name="V-Dem Institute",
        aliases=("Varieties of Democracy Institute",),
        abbreviation="V-Dem",
        organisation_kind=coded("organisation-kind", "university-institute"),
        based_in=ID["state/SWE"],
        city="Gothenburg",
        evidence=(DATASET.evidence("description of the package: headquarters of the project"),),
    )


DATASET = DataSet(
    name="vdem",
    title="Regimes of the World by V-Dem, in Episodes of Regime Transformation 15.0",
    publisher="V-Dem Institute",
    address="https://github.com/vdeminstitute/ERT",
    version="15.0",
    licence=BASE["licence/none-stated"],  # GPL-3 of the package around it; of the data themselves nothing is said there
    redistributable=False,
    citation="V-Dem Institute, Episodes of Regime Transformation 15.0, on the V-Dem Country-Year Dataset v15, 2025",
    published="2025-03-17",
    wanted=(EPISODES, INDICES),
    origins=(
        Origin(
            address="https://raw.githubusercontent.com/vdeminstitute/ERT/"
            f"15e539c7ba7387594e55d6a60e204f8b1ce3852e/data/{EPISODES}",
            name=EPISODES,
            sha256="f35a6ea5aeb30994d4474a659abcfab430e22383a9a8cc6c71eb058ff19494fa",
            size=158198,
        ),
    ),
    parse=parse,
)
