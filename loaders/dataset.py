"""Data sets of others: what each says of itself, which files it has, and how its rows become records.

One module a data set, in `loaders/datasets`. Its `parse` is pure: files in, records and rejects out; it opens nothing
and knows no clock. `loaders.fetch` brings the files, `loaders.registry` knows which data sets there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rdflib import URIRef

from graph.collect import Collection, Item, Loader, Located
from graph.dates import Stated
from graph.errors import CyberGovError
from graph.model import Source
from graph.record import Evidence, Record, coded
from graph.terms import slug
from loaders.known import Known

Files = Mapping[str, bytes]  # by the name a file has in its data set; read when asked for
AnyRecord = TypeVar("AnyRecord", bound=Record)

CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
CC_BY_SA = URIRef("https://creativecommons.org/licenses/by-sa/4.0/")
MIT = URIRef("https://spdx.org/licenses/MIT")
EUPL = URIRef("https://spdx.org/licenses/EUPL-1.2")
PDDL = URIRef("https://opendatacommons.org/licenses/pddl/1-0/")


@dataclass(frozen=True)
class Origin:
    """Where a file can be fetched, pinned by its hash; or an archive, of which the wanted files are kept."""

    address: str
    name: str  # of the file in the data set; of an archive: the folder within it that is kept, or nothing for all
    sha256: str = ""  # an archive is made anew each time, so it is `DataSet.digest` that pins what is in it
    size: int = 0  # bytes, where known
    is_archive: bool = False


class MissingFile(CyberGovError, KeyError):
    """A data set was given without one of the files that it needs."""

    exit_code = 8

    def __init__(self, dataset: str, name: str) -> None:
        super().__init__(f"{dataset} needs the file {name}, which is not there; give all its files together.")
        self.file = name

    __str__ = Exception.__str__


class Given(Mapping[str, bytes]):
    """Files as they were given, with an answer in words where one is asked for that is not among them."""

    def __init__(self, dataset: str, files: Files) -> None:
        self._dataset, self._files = dataset, files

    def __getitem__(self, name: str) -> bytes:
        if name not in self._files:
            raise MissingFile(self._dataset, name)
        return self._files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True)
class Options:
    """What whoever loads may choose."""

    everything: bool = False  # also what the data set's rules of scope leave out by default


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """A data set of others in one version: its metadata, its files, and the way from them to records.

    `wanted` are patterns (as of `fnmatch`) of the names of the files that `parse` reads. `digest` pins a folder of
    files: see `loaders.fetch.digest`.
    """

    name: str  # of its command, its graph and its folder
    title: str
    publisher: str
    address: str  # its page, for people
    version: str
    licence: URIRef
    redistributable: bool  # whether what is made of it may be in a public build
    citation: str
    published: str = ""  # the date of this version, as precise as known
    source_id: str = ""  # where the register of sources has this version already under another name
    wanted: Sequence[str]
    origins: Sequence[Origin] = ()
    digest: str = ""
    parse: Callable[[Files, Known, Options], Iterator[Item]] = field(repr=False)

    @property
    def source(self) -> Source:
        """The data set in this version, as evidence names it."""
        return Source(
            id=self.source_id or slug(f"{self.name} {self.version}"),
            title=self.title,
            publisher=self.publisher,
            address=URIRef(self.address),
            rank=3,
            source_kind=coded("source-kind", "data-set"),
            version=self.version,
            published=Stated.parse(self.published) if self.published else None,
        )

    def evidence(self, locator: str, note: str | None = None) -> Evidence:
        """Return the evidence that a row of this data set is: reported, with the row's key as its place."""
        return Evidence(source=self.source.iri, verification="reported", locator=locator, note=note)

    def loader(self, files: Files, options: Options = Options(), *, strict: bool = False) -> Loader:
        """Return the data set as a build reads it: its own entry as a source, then what its rows make."""

        def load(collection: Collection) -> Iterator[Item]:
            yield Located(self.name, 0, self.source, is_row=False)
            yield from self.parse(Given(self.name, files), Known(collection), options)

        return Loader(
            self.name,
            self.title,
            load,
            self.licence,
            self.redistributable,
            strict,
            citation=self.citation,
            publisher=self.publisher,
        )


def again(known: AnyRecord, evidence: Evidence, **stated: Any) -> AnyRecord:
    """Return a known record as another source states it: the same identity, and of the rest only what it states.

    Fields that a record of the class cannot be without are those of the known one, and so agree with it.
    """
    needed = {name for name, spec in known.specs().items() if spec.required or spec.key}
    if "id" in known.__dataclass_fields__:
        needed.add("id")
    values = {name: getattr(known, name) for name in needed} | stated
    return type(known)(**values, evidence=(evidence,))
