"""What a contributor says of a file: its name, title, publisher, source and licence, and how it is to be read.

The description is CSVW metadata, of which `csvw` reads the table, or JSON with a JSON-LD context and the same
properties beside it. Nothing it refers to is opened: schemas, dialects and contexts stand in it or are refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from csvw.metadata import Table, TableGroup
from rdflib import URIRef

from graph.dates import Stated
from graph.model import Source
from graph.terms import BASE, GRAPH, slug
from loaders.own.evidence import own_source
from loaders.own.statements import NotUsable
from loaders.own.values import address, is_open
from loaders.structured import Malformed, read_json

CSVW = "http://www.w3.org/ns/csvw"
NO_LICENCE = BASE["licence/none-stated"]
_INLINE = ("tableSchema", "dialect")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Description:
    """A contribution's own words on itself, and either a table or a JSON-LD context or, of RDF, neither."""

    name: str
    title: str
    publisher: str
    licence: URIRef
    source: Source
    table: Table | None = None
    sheet: str = ""
    context: Any = None

    @property
    def graph(self) -> URIRef:
        """The graph that holds what the contribution states."""
        return GRAPH[f"source/{self.name}"]

    @property
    def redistributable(self) -> bool:
        """Whether it may be in a public build: only under a licence that lets everyone pass it on."""
        return is_open(self.licence)

    @property
    def has_columns(self) -> bool:
        """Whether it describes columns."""
        return self.table is not None and bool(self.table.tableSchema.columns)


def read(file: str, content: bytes, described: str) -> Description:
    """Return the description of a file by its name; raise NotUsable, which says what to mend."""
    try:
        data = read_json(content)
    except Malformed as error:
        raise NotUsable(f"{file}:{error.line}: {error.column}: {error}.") from None
    if not isinstance(data, dict):
        raise NotUsable(f"{file} is no description: it should be a JSON object with an @context.")
    if not _is_csvw(data.get("@context")):
        if not isinstance(data.get("@context"), dict | list):
            raise NotUsable(
                f"{file} has no @context: write {CSVW!r}, or a JSON-LD context itself (nothing is fetched)."
            )
        return _described(file, data, context=data["@context"])
    _must_be_whole(file, data)
    table, common = _table(file, data, described)
    return _described(file, common, table=table)


def _is_csvw(context: Any) -> bool:
    return context == CSVW or (isinstance(context, list) and bool(context) and context[0] == CSVW)


def _must_be_whole(file: str, data: Any) -> None:
    """Refuse what would have to be opened or fetched, before anything else sees it."""
    if isinstance(data, list):
        for value in data:
            _must_be_whole(file, value)
    elif isinstance(data, Mapping):
        for key, value in data.items():
            if key in _INLINE and not isinstance(value, Mapping):
                raise NotUsable(f"{file}: {key} is {value!r}, and nothing is opened or fetched; write it out here.")
            if key == "foreignKeys" and value:
                raise NotUsable(
                    f"{file}: foreignKeys are not read; references are held against the graph. Leave them out."
                )
            if key == "base" and value == "json":
                raise NotUsable(f"{file}: the datatype json is not read; describe the parts as columns.")
            _must_be_whole(file, value)


def _table(file: str, data: dict[str, Any], described: str) -> tuple[Table, dict[str, Any]]:
    """Return the table that describes a file, and what is said of it or of the group it is in."""
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        try:
            if "tables" in data:
                group = TableGroup.fromvalue(data)
                tables, common = group.tables, dict(group.common_props)
            else:
                tables, common = [Table.fromvalue(data)], {}
        except (ValueError, TypeError, AssertionError, LookupError, AttributeError) as error:
            raise NotUsable(f"{file} is no CSVW metadata: {error or type(error).__name__}.") from None
    if doubts:
        raise NotUsable(f"{file}: {'; '.join(dict.fromkeys(str(doubt.message) for doubt in doubts))}. Mend it.")
    fitting = [table for table in tables if _file_of(table) == described]
    if len(fitting) != 1:
        urls = ", ".join(repr(str(table.url)) for table in tables)
        raise NotUsable(f"{file} describes {urls or 'no table'}, and the file is {described!r}; mend its url.")
    table = fitting[0]
    if isinstance(table.dialect, str) or (table.dialect and table.dialect.headerRowCount > 1):
        raise NotUsable(f"{file}: one header row is read; skip what stands above it by skipRows.")
    return table, common | table.common_props


def _file_of(table: Table) -> str:
    return str(table.url).partition("#")[0].rpartition("/")[2]


def _described(file: str, said: dict[str, Any], table: Table | None = None, context: Any = None) -> Description:
    title = _words(said, "dc:title", "dcterms:title")
    publisher = _words(said, "dc:publisher", "dcterms:publisher") or _words(said, "dc:creator", "dcterms:creator")
    if not title or not publisher:
        raise NotUsable(f"{file} needs a dc:title and a dc:publisher (or dc:creator): evidence names them.")
    name = slug(_words(said, "dc:identifier", "dcterms:identifier") or title)
    if not name or len(name) > _LONGEST_NAME:
        raise NotUsable(f"{file}: no short name can be made of {title!r}; give a dc:identifier of letters and hyphens.")
    try:
        written = _words(said, "dc:license", "dcterms:license")
        where = _words(said, "dc:source", "dcterms:source")
        issued = _words(said, "dc:issued", "dcterms:issued") or _words(said, "dc:modified", "dcterms:modified")
        about = {
            "title": title,
            "publisher": publisher,
            "address": address(where) if where else None,
            "published": Stated.parse(issued) if issued else None,
        }
        licence = address(written) if written else NO_LICENCE
    except ValueError as error:
        raise NotUsable(f"{file}: {error}.") from None
    sheet = str(table.url).partition("#")[2] if table is not None else ""
    return Description(name, title, publisher, licence, own_source(name, about), table, sheet, context)


def _words(said: Mapping[str, Any], *properties: str) -> str:
    """Return what a property says, in one line; of several values all, of several languages English."""
    value = next((said[name] for name in properties if name in said), None)
    values = value if isinstance(value, list) else [value]
    english = [one for one in values if isinstance(one, Mapping) and str(one.get("@language", "")).startswith("en")]
    return "; ".join(filter(None, map(_one, english or values)))


def _one(value: Any) -> str:
    if isinstance(value, Mapping):
        value = next(
            (value[key] for key in ("@value", "@id", "schema:name", "foaf:name", "dc:title") if key in value), ""
        )
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""
