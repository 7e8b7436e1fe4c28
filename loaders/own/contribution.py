"""A contribution: a file with its description, as a loader that a build can read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection as Several
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

from rdflib import URIRef

from graph.collect import Collection, Item, Loader, Located
from loaders.own import description, rdf, tables, texts
from loaders.own.description import Description
from loaders.own.mapping import must_fit_the_model
from loaders.own.names import Landscape
from loaders.own.records import Codes, Records
from loaders.own.statements import MOST_BYTES, MOST_ROWS, Content, NotUsable

_DELIMITERS = {".csv": ",", ".txt": ",", ".tsv": "\t", ".tab": "\t"}
_WORKBOOKS = (".xlsx", ".xlsm")
_KNOWN = (*_DELIMITERS, *_WORKBOOKS, ".json", *rdf.FORMATS)


@dataclass(frozen=True)
class Contribution:
    """A file and its description, both as bytes, so that nothing else is ever opened."""

    file: str
    content: bytes
    meta_file: str
    meta: bytes
    sheet: str = ""

    @cached_property
    def description(self) -> Description:
        """What the contributor says of it; raise NotUsable."""
        for name, content in ((self.file, self.content), (self.meta_file, self.meta)):
            if len(content) > MOST_BYTES:
                raise NotUsable(f"{name} has more than {MOST_BYTES // 1_000_000} MB; split it.")
        return description.read(self.meta_file, self.meta, self.file)

    @property
    def name(self) -> str:
        """The name of its graph."""
        return self.description.name

    @property
    def sha256(self) -> str:
        """The hash of all that makes it what it is."""
        parts = (self.file, self.content, self.meta_file, self.meta, self.sheet)
        hashes = (hashlib.sha256(part if isinstance(part, bytes) else part.encode()).digest() for part in parts)
        return hashlib.sha256(b"".join(hashes)).hexdigest()

    def read(self) -> Content:
        """Return what the file says; raise NotUsable where it cannot be read at all."""
        suffix = PurePath(self.file).suffix.lower()
        said = self.description
        if said.context is not None:
            if suffix not in (".json", ".jsonld"):
                raise NotUsable(f"{self.meta_file} is a JSON-LD context, and {self.file} is no JSON.")
            return rdf.read_with_context(self.file, self.content, said.context, str(said.graph))
        if said.table is not None and said.has_columns:
            return self._table(suffix)
        if suffix not in rdf.FORMATS:
            what = "describes no columns" if suffix in _KNOWN else f"cannot say how to read {suffix or 'it'}"
            raise NotUsable(f"{self.file}: {self.meta_file} {what}; files read are {', '.join(_KNOWN)}.")
        return rdf.read(self.file, self.content, rdf.FORMATS[suffix], str(said.graph))

    def _table(self, suffix: str) -> Content:
        table = self.description.table
        must_fit_the_model(self.meta_file, table)
        if suffix in _DELIMITERS:
            sheet = texts.read_delimited(self.file, self.content, table, delimiter=_DELIMITERS[suffix])
        elif suffix in _WORKBOOKS:
            from loaders.own import sheets  # takes long to load

            sheet = sheets.read(self.file, self.content, table, self.sheet or self.description.sheet)
        elif suffix == ".json":
            sheet = texts.read_objects(self.file, self.content, table)
        else:
            raise NotUsable(f"{self.file} is no table that is read here; save it as CSV, XLSX or JSON.")
        if len(sheet.rows) > MOST_ROWS:
            raise NotUsable(f"{self.file} has more than {MOST_ROWS} rows; split it.")
        return tables.read(sheet, table)

    def loader(self, contributed: Several[URIRef] = (), codes: Codes | None = None) -> Loader:
        """Return it as a build reads it; `contributed` are the graphs of contributions, which it does not look at."""
        said = self.description

        def load(collection: Collection) -> Iterator[Item]:
            yield Located(self.file, 0, said.source, is_row=False)
            known = Landscape(collection, frozenset((*contributed, said.graph)))
            yield from Records(said.source, self.read(), known, codes).items(self.file)

        return Loader(
            said.name,
            said.title,
            load,
            said.licence,
            said.redistributable,
            strict=False,
            citation=f"{said.publisher}, {said.title}",
            publisher=said.publisher,
        )
