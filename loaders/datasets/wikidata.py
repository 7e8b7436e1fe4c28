"""Wikidata's items for the states, organisations and forums here, found by what identifies them and never by a name.

`collect` asks the query service and writes its answers as files, `parse` reads those files. A state is found by its
code in ISO 3166-1 (P298); an organisation or forum by its official website (P856), or by ROR (P6782) or ISNI (P213)
where it is known here by such. An identifier that several items have, or several records here, identifies nothing.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rdflib import URIRef

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Forum, Organisation, State
from loaders.dataset import CC0, DataSet, Files, Options, again
from loaders.domains import host_of, without_www
from loaders.endpoint import Endpoint, rows
from loaders.known import Known

SERVICE = "https://query.wikidata.org/sparql"
ENTITY = "http://www.wikidata.org/entity/"
PAGE = 1000  # rows of one request
BATCH = 100  # identifiers of one request

NOT_OURS = "an identifier that nothing here has"
SEVERAL = "an identifier that several items of Wikidata have, or several records here, and so identifies neither"

_ITEM = re.compile(rf"{ENTITY}Q[1-9][0-9]*")
_PART = re.compile(r"([a-z0-9]+)-([0-9]+)-of-([0-9]+)\.json")


@dataclass(frozen=True)
class Identifier:
    """A property of Wikidata by which records here are found."""

    name: str  # of its files
    property: str
    prefix: str = ""  # of the addresses by which a record is known elsewhere; the rest is the identifier
    is_address: bool = False
    is_small: bool = False  # whether its letters are small ones

    def key(self, written: str) -> str:
        """Return what is left of a written identifier when differences that mean nothing are taken away."""
        if not self.is_address:
            plain = written.replace(" ", "")
            return plain.lower() if self.is_small else plain.upper()
        if (host := host_of(written)) is None:
            return ""
        parts = urlsplit(written)
        return f"{without_www(host)}{parts.path.rstrip('/')}?{parts.query}".rstrip("?")


STATES = Identifier("states", "P298")
WEBSITES = Identifier("websites", "P856", is_address=True)
ROR = Identifier("ror", "P6782", prefix="https://ror.org/", is_small=True)
ISNI = Identifier("isni", "P213", prefix="https://isni.org/isni/")
ALL = (STATES, WEBSITES, ROR, ISNI)

Found = State | Organisation | Forum


def wanted_of(known: Known, identifier: Identifier) -> dict[str, list[Found]]:
    """Return the records here by an identifier of theirs, in the order of the identifiers."""
    found: defaultdict[str, list[Found]] = defaultdict(list)
    for record in _records(known, identifier):
        for key in {identifier.key(written) for written in _written(record, identifier)} - {""}:
            found[key].append(record)
    return dict(sorted(found.items()))


def collect(endpoint: Endpoint, folder: Path, known: Known) -> list[Path]:
    """Ask for the items of all records here and write the answers into a folder, all of them or none; return them.

    What stood in the folder is replaced once everything has come.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        coming = Path(name) / "coming"
        coming.mkdir()
        for identifier in ALL:
            pages = list(_asked(endpoint, identifier, known))
            for number, page in enumerate(pages, start=1):
                (coming / f"{identifier.name}-{number}-of-{len(pages)}.json").write_bytes(page)
        if folder.exists():
            folder.rename(Path(name) / "old")
        coming.rename(folder)
    return sorted(folder.iterdir())


def _asked(endpoint: Endpoint, identifier: Identifier, known: Known) -> Iterator[bytes]:
    """Yield the pages of all items that have an identifier: of all there are for states, else of those asked for."""
    head = f"SELECT ?item ?value WHERE {{\n  ?item <http://www.wikidata.org/prop/direct/{identifier.property}> ?value"
    order = "ORDER BY ?value ?item"
    if identifier is STATES:
        yield from endpoint.pages(f"{head} .\n}}\n{order}", PAGE)
        return
    terms = [term for key in wanted_of(known, identifier) for term in _terms(key, identifier)]
    for number, begin in enumerate(range(0, len(terms), BATCH)):
        if number:
            endpoint.sleep(endpoint.pause)
        values = " ".join(terms[begin : begin + BATCH])
        yield from endpoint.pages(f"{head} .\n  VALUES ?value {{ {values} }}\n}}\n{order}", PAGE)


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield the record that an answer's identifier means once more, with the item as another name for it."""
    parts = {name: match for name in sorted(files) if (match := _PART.fullmatch(name))}
    if not parts:
        yield Reject("states-1-of-1.json", 0, "-", "no answers of Wikidata are here; collect them", is_row=False)
    for identifier in ALL:
        names = [name for name, match in parts.items() if match[1] == identifier.name]
        if missing := _missing([parts[name] for name in names]):
            reason = f"the answers are not whole: {missing} is not here; collect them anew"
            yield Reject(names[0], 0, "-", reason, is_row=False)
            continue
        yield from _matched(files, names, identifier, known)


def _missing(parts: Sequence[re.Match[str]]) -> str:
    """Return what is not there of a set of numbered parts, or nothing."""
    wholes = {int(match[3]) for match in parts}
    if len(wholes) > 1:
        return f"one set of parts alone (they are of {', '.join(map(str, sorted(wholes)))})"
    gone = {number for whole in wholes for number in range(1, whole + 1)} - {int(match[2]) for match in parts}
    return f"part {min(gone)} of {max(wholes)}" if gone else ""


@dataclass(frozen=True)
class Row:
    """A solution with its place: an item and what it is identified by."""

    file: str
    line: int
    item: str
    value: str


def _matched(files: Files, names: Iterable[str], identifier: Identifier, known: Known) -> Iterator[Item]:
    ours = wanted_of(known, identifier)
    theirs: defaultdict[str, list[Row]] = defaultdict(list)
    for name in names:
        try:
            found = rows(files[name])
        except ValueError as error:
            yield Reject(name, 0, "-", f"{error}; collect the answers anew", is_row=False)
            continue
        for line, row in enumerate(found, start=1):
            read = _row(name, line, row)
            if isinstance(read, Row):
                theirs[identifier.key(read.value)].append(read)
            else:
                yield read
        yield FileRead(name, len(found))
    for key, several in theirs.items():
        yield from _items(several, ours.get(key, []), identifier)


def _row(file: str, line: int, row: dict[str, dict[str, str]]) -> Row | Reject:
    for column in ("item", "value"):
        if column not in row:
            return Reject(file, line, column, f"the column {column!r} is missing")
    item, value = row["item"]["value"], row["value"]["value"]
    if not _ITEM.fullmatch(item):
        return Reject(file, line, "item", f"{item[:100]!r} is no item of Wikidata")
    return Row(file, line, item, value)


def _items(several: list[Row], records: list[Found], identifier: Identifier) -> Iterator[Item]:
    """Yield what becomes of the rows with one identifier, by the records here that have it."""
    candidates = {row.item for row in several}
    if len(records) == 1 and len(candidates) > 1:
        candidates &= set(_known_items(records[0]))  # one that is known here already is the one that is meant
    for row in several:
        if not records:
            yield OutOfScope(row.file, row.line, NOT_OURS)
        elif len(records) > 1 or candidates != {row.item}:
            yield OutOfScope(row.file, row.line, SEVERAL)
        else:
            yield _again(row, records[0], identifier)


def _again(row: Row, record: Found, identifier: Identifier) -> Located | Reject:
    have = _known_items(record)
    if have and row.item not in have:
        number = have[0].removeprefix(ENTITY)
        return Reject(row.file, row.line, "item", f"{record.kind}/{record.id} is known as {number} here already")
    locator = f"{row.item.removeprefix(ENTITY)}, {identifier.property} = {row.value}"
    evidence = DATASET.evidence(locator)
    same = (URIRef(row.item),)
    if isinstance(record, Organisation):  # which is told from an organ by what it is an organ of
        return Located(row.file, row.line, again(record, evidence, same_as=same, organ_of=record.organ_of))
    return Located(row.file, row.line, again(record, evidence, same_as=same))


def _records(known: Known, identifier: Identifier) -> Iterator[Found]:
    if identifier is STATES:
        yield from known.of(State)
    else:
        yield from known.of(Organisation)
        yield from known.of(Forum)


def _written(record: Found, identifier: Identifier) -> Iterator[str]:
    if isinstance(record, State):
        yield from (code for code in (record.alpha3,) if code)
    elif identifier.is_address:
        yield from (str(page) for page in (record.homepage,) if page)
    else:
        yield from (page.removeprefix(identifier.prefix) for page in record.same_as if identifier.prefix in page)


def _terms(key: str, identifier: Identifier) -> Iterator[str]:
    """Yield an identifier as a query has it: an address in each of the ways in which it may be written."""
    if not identifier.is_address:
        yield json.dumps(key)
        return
    for scheme in ("https", "http"):
        for www in ("", "www."):
            yield f"<{scheme}://{www}{key}>"
            if "?" not in key:
                yield f"<{scheme}://{www}{key}/>"


def _known_items(record: Found) -> list[str]:
    return [str(page) for page in record.same_as if page.startswith(ENTITY)]


DATASET = DataSet(
    name="wikidata",
    title="Wikidata's items for states, organisations and forums",
    publisher="Wikidata",
    address="https://www.wikidata.org/",
    version="as collected",
    licence=CC0,
    redistributable=True,
    citation="Wikidata contributors, Wikidata, answers of its query service",
    wanted=tuple(f"{identifier.name}-*-of-*.json" for identifier in ALL),
    parse=parse,
)
