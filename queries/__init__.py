"""The questions the product answers, each a `.rq` file that runs as it stands in any SPARQL editor.

The comments on top say what it answers and what it takes; a parameter is a `VALUES` line with a real example,
repeated in every scope that uses it. The catalogue swaps in checked terms, never text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from graph import model
from graph.dates import Stated
from graph.errors import CyberGovError
from graph.record import Record
from graph.terms import ID, XSD, thing

FOLDER = Path(__file__).resolve().parent
CHECKS = FOLDER / "checks"

_COMMENT = re.compile(r"#\s*(title|description|topic|show|by|param|competency):\s*(.*)")
_CODE = re.compile(r"[A-Za-z0-9-]+")
_NOT_IN_IRIS = ' <>"{}|\\^`\n\r\t'
_KINDS = {"cg:Treaty": "document", "cg:Process": "forum", "cg:Organ": "organisation"}  # classes without a table
_SHOWN_AS = ("table", "bar", "map", "network", "timeline")


class UnknownQuery(CyberGovError):
    """There is no query of that name."""

    status = 404

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no query called {name!r}. There are: {', '.join(known)}.")


class BadParameter(CyberGovError):
    """A parameter that is missing, unknown or not of its kind."""

    status = 400


class Answers(Protocol):
    """What a query needs of an engine."""

    def select(self, query: str) -> bytes:
        """Return SPARQL JSON results."""
        ...


@dataclass(frozen=True)
class Parameter:
    """A parameter as the query's comment declares it: `# param: state iri cg:State required many`."""

    name: str
    shape: str  # iri, date, text or code
    cls: str = ""  # of an iri: the class of the things it may name
    required: bool = False
    many: bool = False
    scheme: str = ""  # of a code: the code list

    @classmethod
    def read(cls, words: str) -> Parameter:
        """Read the comment's words after `param:`."""
        name, shape, *rest = words.split()
        named = next((word for word in rest if word not in ("required", "optional", "many")), "")
        of, scheme = ("", named) if shape == "code" else (named, "")
        return cls(name, shape, of, "required" in rest, "many" in rest, scheme)

    def term(self, value: str) -> str:
        """Return a value as a SPARQL term; raise BadParameter where it is not of the parameter's kind."""
        try:
            if self.shape == "iri":
                return str(ox.NamedNode(self._iri(value)))
            if self.shape == "date":
                return str(ox.Literal(_day(value), datatype=ox.NamedNode(XSD.date)))
            if self.shape == "code" and not _CODE.fullmatch(value):
                raise ValueError("a code is written in letters, digits and hyphens")
            return str(ox.Literal(value))
        except ValueError as error:
            raise BadParameter(f"{value!r} is no value for the parameter {self.name}: {error}.") from None

    def _iri(self, value: str) -> str:
        if value.startswith(("http://", "https://")):
            if any(sign in value for sign in _NOT_IN_IRIS):
                raise ValueError("an IRI holds no spaces, quotes or brackets")
            return value
        kind, slash, name = value.partition("/")
        if slash and not _CODE.fullmatch(kind):
            raise ValueError(f"{kind!r} is no kind of thing")
        if slash:
            return thing(kind, name)
        return thing(_kind(self.cls), value)


@dataclass(frozen=True)
class Table:
    """An answer: column names, and rows of plain values with None where nothing is bound."""

    columns: tuple[str, ...]
    rows: list[tuple[str | None, ...]]

    @classmethod
    def read(cls, results: bytes) -> Table:
        """Read SPARQL JSON results."""
        answer = json.loads(results)
        columns = tuple(answer["head"]["vars"])
        rows = [
            tuple(row[name]["value"] if name in row else None for name in columns)
            for row in answer["results"]["bindings"]
        ]
        return cls(columns, rows)


@dataclass(frozen=True)
class Query:
    """One question of the catalogue."""

    name: str
    title: str
    description: str
    show: str
    parameters: tuple[Parameter, ...]
    competency: Mapping[int, str]  # the competency questions of the ontology that it answers, by number
    text: str
    topic: str = ""  # under which it stands in the library
    by: tuple[str, ...] = ()  # the columns to draw: what is so of a state on a map, or the number of bars

    @classmethod
    def read(cls, path: Path) -> Query:
        """Read a query file; raise ValueError where its comments lack a title or say something unknown."""
        text = path.read_text(encoding="utf-8")
        said: dict[str, list[str]] = {}
        for line in text.splitlines():
            if match := _COMMENT.fullmatch(line):
                said.setdefault(match[1], []).append(match[2].strip())
        show = said.get("show", ["table"])[0]
        if "title" not in said or show not in _SHOWN_AS:
            raise ValueError(f"{path.name} needs a `# title:`, and `# show:` one of {', '.join(_SHOWN_AS)}")
        parameters = tuple(Parameter.read(words) for words in said.get("param", ()))
        asked = {int(number): words for number, _, words in (a.partition(" ") for a in said.get("competency", ()))}
        return cls(
            path.stem,
            said["title"][0],
            " ".join(said.get("description", ())),
            show,
            parameters,
            asked,
            text,
            topic=said.get("topic", [""])[0],
            by=tuple(" ".join(said.get("by", ())).split()),
        )

    def bind(self, **values: str | Sequence[str]) -> str:
        """Return the query with the given values in its VALUES lines.

        With no value at all it runs with its own examples. Otherwise a required parameter must be given, and an
        optional one that is absent loses its lines.
        """
        given = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in values.items()}
        given = {name: value for name, value in given.items() if value}
        if not given:
            return self.text
        if unknown := sorted(set(given) - {parameter.name for parameter in self.parameters}):
            takes = ", ".join(parameter.name for parameter in self.parameters) or "none"
            raise BadParameter(f"{self.name} has no parameter {unknown[0]!r}. It takes: {takes}.")
        text = self.text
        for parameter in self.parameters:
            text = _put(text, parameter, given.get(parameter.name, ()))
        return text

    def widest(self) -> str:
        """Return the query with its own examples where a value is needed, and without its optional parameters."""
        text = self.text
        for parameter in self.parameters:
            text = text if parameter.required else _put(text, parameter, ())
        return text

    def answer(self, engine: Answers, **values: str | Sequence[str]) -> Table:
        """Ask an engine."""
        return Table.read(engine.select(self.bind(**values)))

    def examples(self) -> Mapping[str, tuple[str, ...]]:
        """Return the example values that stand in the file, IRIs as kind/slug."""
        found: dict[str, tuple[str, ...]] = {}
        for parameter in self.parameters:
            if match := _values_line(parameter.name).search(self.text):
                found[parameter.name] = tuple(_plain(term) for term in re.findall(r'<[^>]*>|"[^"]*"', match[0]))
        return found


def _put(text: str, parameter: Parameter, values: Sequence[str]) -> str:
    if not values and parameter.required:
        raise BadParameter(f"A value for the parameter {parameter.name} is needed.")
    if len(values) > 1 and not parameter.many:
        raise BadParameter(f"The parameter {parameter.name} takes one value, not {len(values)}.")
    terms = " ".join(dict.fromkeys(parameter.term(value) for value in values))  # one given twice would double rows
    line = f"VALUES ?{parameter.name} {{ {terms} }}\n" if values else ""
    return _values_line(parameter.name).sub(lambda match: match[1] + line if line else "", text)


def _values_line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^([ \t]*)VALUES \?{re.escape(name)} \{{[^}}\n]*\}}[ \t]*\n", re.MULTILINE)


def _plain(term: str) -> str:
    return term[1:-1].removeprefix(ID)


def _day(value: str) -> str:
    stated = Stated.parse(value)
    if stated.day is None:
        raise ValueError("a whole day is needed, as in 2021-03-12")
    return value


def _kind(cls: str) -> str:
    if cls in _KINDS:
        return _KINDS[cls]
    name = cls.removeprefix("cg:")
    for record in _records(Record):
        if record.__name__ == name:
            return record.kind
    raise ValueError(f"write it as kind/name, since {cls} is not one kind of thing")


def _records(cls: type[Record]) -> Iterator[type[Record]]:
    for below in cls.__subclasses__():
        yield from _records(below)
        if below.__name__ in model.__all__:
            yield below


@cache
def catalogue() -> Mapping[str, Query]:
    """Return all queries by name."""
    return {path.stem: Query.read(path) for path in sorted(FOLDER.glob("*.rq"))}


def competency() -> list[tuple[int, str, Query]]:
    """Return the competency questions of the ontology in the order of their numbers, each with the query for it."""
    asked = [(number, words, query) for query in catalogue().values() for number, words in query.competency.items()]
    return sorted(asked, key=lambda one: one[0])


def find(name: str) -> Query:
    """Return one query; raise UnknownQuery with the names there are."""
    if name not in catalogue():
        raise UnknownQuery(name, list(catalogue()))
    return catalogue()[name]


@cache
def for_site(name: str) -> Query:
    """Return one of the queries that pages are made of; they stand in `queries/site`."""
    return Query.read(FOLDER / "site" / f"{name}.rq")
