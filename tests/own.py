"""Contributions in tests: small tables and what describes them, read after the sample."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from rdflib import URIRef

from graph.collect import Collection, Item, Located, Reject
from graph.record import Record
from loaders import curated
from loaders.own.contribution import Contribution
from ontology import load_codes

SAMPLE = Path(__file__).resolve().parent / "sample"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
KIND = {"name": "kind", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "cg:Membership"}
COLUMNS = (
    {"name": "state", "propertyUrl": "cg:member"},
    {"name": "forum", "propertyUrl": "cg:forum"},
    {"name": "role", "propertyUrl": "cg:role"},
    {"name": "spell", "propertyUrl": "cg:spell", "datatype": "integer"},
    {"name": "since", "propertyUrl": "cg:start"},
)
HEADER = "state,forum,role,spell,since\n"
ROW = "Albania,foc,member,1,2024-05\n"


@cache
def sample() -> Collection:
    """Return what the sample states; not to be added to."""
    collection = Collection()
    for loader in curated.loaders(SAMPLE):
        collection.read(loader)
    return collection


@cache
def codes() -> frozenset[URIRef]:
    """Return all codes."""
    return frozenset(code for code in load_codes().subjects() if isinstance(code, URIRef))


def meta(
    file: str, columns: Sequence[Mapping[str, Any]] = (), kind: Mapping[str, Any] | None = KIND, **said: Any
) -> bytes:
    """Return CSVW metadata for a file; without columns none of a table."""
    schema = {key: said.pop(key) for key in ("primaryKey", "aboutUrl", "foreignKeys") if key in said}
    description = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": file,
        "dc:title": "Members that we know of",
        "dc:publisher": "Example Institute",
        "dc:license": CC_BY,
        "dc:source": "https://example.org/members",
        **said,
    }
    if columns:
        description["tableSchema"] = {"columns": [*columns, *([kind] if kind else [])], **schema}
    return json.dumps(description).encode()


def contribution(file: str, content: bytes | str, description: bytes | None = None, sheet: str = "") -> Contribution:
    """Return a contribution; by default one of memberships in a table."""
    whole = content.encode() if isinstance(content, str) else content
    return Contribution(file, whole, "meta.json", description or meta(file, COLUMNS), sheet)


def items(given: Contribution, collection: Collection | None = None) -> list[Item]:
    """Return what becomes of each row, after the sample, with codes held against the lists."""
    return list(given.loader(codes=codes()).load(collection or sample()))


def records(given: Contribution) -> list[Record]:
    """Return the records of the rows; nothing may be refused."""
    found = items(given)
    assert [item for item in found if isinstance(item, Reject)] == []
    return [item.record for item in found if isinstance(item, Located) and item.is_row]


def rejects(given: Contribution) -> list[Reject]:
    """Return what is refused."""
    return [item for item in items(given) if isinstance(item, Reject)]


def workbook(*rows: Sequence[Any], title: str = "members") -> bytes:
    """Return an XLSX file with one sheet."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
