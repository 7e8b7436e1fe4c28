"""What every format comes to: statements about subjects, each with its place, before the model is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.errors import CyberGovError

MOST_BYTES = 50_000_000  # of a file, and of a description
MOST_ROWS = 100_000
MOST_STATEMENTS = 2_000_000


class NotUsable(CyberGovError, ValueError):
    """A contribution or description that cannot be read at all; the message names the file and, if known, the place."""

    status = 400
    exit_code = 2


class Unusable(ValueError):
    """A value that cannot be used, with its column, cell or property."""

    def __init__(self, column: str, reason: object) -> None:
        super().__init__(str(reason))
        self.column = column


@dataclass(frozen=True)
class Given:
    """One value as it was given: a datatype is a local name of XSD, the place a column, cell or property."""

    text: str
    place: str
    is_name: bool = False  # an IRI, or a name that holds within the contribution only
    language: str = ""
    datatype: str = ""


@dataclass
class Subject:
    """Something that statements are made about: its IRI, or a name that holds within the contribution only."""

    name: str
    line: int
    statements: list[tuple[str, Given]] = field(default_factory=list)

    def of(self, predicate: str) -> list[Given]:
        """Return the values of one property."""
        return [given for said, given in self.statements if said == predicate]


@dataclass(frozen=True)
class Row:
    """What one row says: in a table perhaps of several things, in RDF of one. The key is how people find it."""

    line: int
    key: str
    subjects: tuple[Subject, ...]


@dataclass(frozen=True)
class BadRow:
    """A row that could not be turned into statements."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Content:
    """All that a file says; `faults` are those of the whole file, `rows_read` is counted where rows are read.

    `evidence` are subjects that are no rows, since they only say what others rest on.
    """

    rows: tuple[Row | BadRow, ...]
    rows_read: int
    faults: tuple[BadRow, ...] = ()
    evidence: tuple[Subject, ...] = ()
