"""Roll calls of the General Assembly from 1946 to June 2024 in a wide table: one line a roll call, one column a member.

A row, for the account, is a vote: one cell of a member in a line that can be read. The table names no texts, so that a
line is a ballot only by the number of its roll call: for those that serve this graph by hand and only where date and
totals are those on record, for others by what the package unvotes says of the same number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import repeat

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.model import Ballot
from graph.record import Evidence
from graph.terms import BASE
from loaders.dataset import DataSet, Files, Options, Origin
from loaders.datasets import unga_unvotes
from loaders.datasets.unga_voters import NotKnownWhose, Voters
from loaders.datasets.unga_votes import ABSTAIN, BY_RCID, NO, NOT_VOTING, OTHER_TOPIC, YES, Ballots, vote
from loaders.delimited import Layout, Row, rows
from loaders.known import Known

FILE = "ungaVoting_003.csv"
MEMBERS = re.findall(
    "[A-Z]{3}",
    """
AFG AGO ALB AND ARE ARG ARM ATG AUS AUT AZE BDI BEL BEN BFA BGD BGR BHR BHS BIH BLR BLZ BOL BRA BRB BRN BTN BWA
CAF CAN CHE CHL CHN CIV CMR COD COG COL COM CPV CRI CUB CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESP EST ETH
FIN FJI FRA FSM GAB GBR GEO GHA GIN GMB GNB GNQ GRC GRD GTM GUY HND HRV HTI HUN IDN IND IRL IRN IRQ ISL ISR ITA
JAM JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAR MCO MDA MDG MDV MEX
MHL MKD MLI MLT MMR MNE MNG MOZ MRT MUS MWI MYS NAM NER NGA NIC NLD NOR NPL NRU NZL OMN PAK PAN PER PHL PLW PNG
POL PRK PRT PRY QAT ROU RUS RWA SAU SDN SEN SGP SLB SLE SLV SMR SOM SRB SSD STP SUR SVK SVN SWE SWZ SYC SYR TCD
TGO THA TJK TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR URY USA UZB VCT VEN VNM VUT WSM YEM ZAF ZMB ZWE
""",
)
LAYOUT = Layout(read=("rcid", "date", *MEMBERS), unread=("me", "nu", "di", "hr", "co", "ec"))  # topics, none of ICT

MOST_DIGITS = 6
NO_MEMBER = "9"
VALUES = {"1": YES, "2": ABSTAIN, "3": NO, "8": NOT_VOTING}

NOT_A_MEMBER = "no vote: not a member at the time, by the data set"
EMPTY = "no vote recorded: the cell is empty"
TWICE = "a roll call whose number stands twice, so that neither can be told"
NO_TEXT = "a roll call of which no text is known"
OTHER_TOTALS = "a roll call by hand whose date or totals are not those on record, so that it is not known to be the one"


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield a vote for each cell of a roll call whose ballot is known."""
    reader, cells = _Reader(known, options), 0
    items = list(rows(FILE, files[FILE], LAYOUT))
    times = Counter(item["rcid"] for item in items if isinstance(item, Row))
    for item in items:
        if isinstance(item, Reject):  # a line without cells to count
            yield Reject(item.file, item.line, item.column, item.reason, is_row=False)
        elif isinstance(item, Row):
            cells += len(MEMBERS)
            yield from reader.votes(item, is_twice=times[item["rcid"]] > 1)
    yield FileRead(FILE, cells)


class _Reader:
    def __init__(self, known: Known, options: Options) -> None:
        self._ballots, self._voters = Ballots(known), Voters(known)
        self._everything = options.everything
        self._by_rcid = dict(_numbered(known)) if options.everything else {}

    def votes(self, row: Row, *, is_twice: bool) -> Iterator[Item]:
        """Yield what each cell of a roll call becomes."""
        try:
            date = Stated.parse(row["date"])
        except ValueError as error:
            yield from repeat(row.reject("date", error), len(MEMBERS))
            return
        found = self._ballot(row, date)
        if isinstance(found, str) or is_twice:
            yield from repeat(OutOfScope(row.file, row.line, found if isinstance(found, str) else TWICE), len(MEMBERS))
            return
        evidence = (DATASET.evidence(f"rcid {row['rcid']}"),)
        for member in MEMBERS:
            yield self._cell(row, member, date, found, evidence)

    def _ballot(self, row: Row, date: Stated) -> Ballot | str:
        """Return the ballot that a roll call is, or the rule that leaves it out."""
        number = row["rcid"]
        resolution = BY_RCID.get(int(number)) if number.isdecimal() and len(number) < MOST_DIGITS else None
        if resolution is None:
            return self._by_rcid.get(f"rcid {number}", NO_TEXT) if self._everything else OTHER_TOPIC
        ballot = self._ballots.on(resolution.symbol)
        if ballot is None or not _is_on_record(ballot, row, date):
            return OTHER_TOTALS
        return ballot

    def _cell(self, row: Row, member: str, date: Stated, ballot: Ballot, evidence: tuple[Evidence, ...]) -> Item:
        code = _code(row[member])
        if code in ("", NO_MEMBER):
            return OutOfScope(row.file, row.line, NOT_A_MEMBER if code else EMPTY)
        if code not in VALUES:
            return row.reject(member, f"{row[member]!r} is no code of a vote; known are 1, 2, 3, 8 and 9")
        try:
            voter = self._voters.of(member, date)
        except NotKnownWhose as rule:
            return OutOfScope(row.file, row.line, str(rule))
        except ValueError as error:
            return row.reject(member, error)
        return Located(row.file, row.line, vote(ballot.iri, voter, VALUES[code], evidence))


def _is_on_record(ballot: Ballot, row: Row, date: Stated) -> bool:
    counts = Counter(_code(row[member]) for member in MEMBERS)
    totals = (ballot.yes, ballot.no, ballot.abstain) == (counts["1"], counts["3"], counts["2"])
    return totals and ballot.date is not None and ballot.date.agrees_with(date)


def _code(cell: str) -> str:
    """Return a code as it is meant: some columns hold it as a decimal number."""
    return cell.removesuffix(".0")


def _numbered(known: Known) -> Iterator[tuple[str, Ballot]]:
    """Yield the ballots that the package unvotes numbers, by what its evidence says of their place there."""
    source = unga_unvotes.DATASET.source.iri
    for ballot in known.of(Ballot):
        for evidence in ballot.evidence:
            if evidence.source == source and evidence.locator:
                yield evidence.locator, ballot


DATASET = DataSet(
    name="unga-votes-wide",
    title="UN General Assembly roll calls 1946-2024",
    publisher="Pigeon-Effect; data: Erik Voeten and others",
    address="https://github.com/Pigeon-Effect/Mapping-UNGA-Voting-Alliances",
    version="2025-06-24",
    licence=BASE["licence/none-stated"],
    redistributable=False,
    citation="Pigeon-Effect, Mapping UNGA Voting Alliances, version of 24 June 2025; data: Erik Voeten and others",
    source_id="pigeon-unga-votes",
    wanted=(FILE,),
    origins=(
        Origin(
            address="https://raw.githubusercontent.com/Pigeon-Effect/Mapping-UNGA-Voting-Alliances/"
            f"4a2353a59cf42de98878b23840fc27b075218d77/docs/static/{FILE}",
            name=FILE,
            sha256="42948eab4adac8302b78a02ca08e4ef0a82a752320bf634b8b26eb7a5dd2bf12",
            size=2885408,
        ),
    ),
    parse=parse,
)
