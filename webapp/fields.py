"""The form of a question: what each of its parameters may be, what was given for it, and what is wrong with that.

A form is lenient where the catalogue is strict: a thing may be given by what it is called, and a wrong value comes back
with the reason beside it and with what may have been meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

import queries
from graph.errors import CyberGovError
from graph.search import mended, same, search
from graph.snapshot import Snapshot
from graph.terms import CG
from queries import BadParameter, Parameter
from webapp.documentation import grammar
from webapp.service import current_service
from webapp.things import kind_of, short

MOST_VALUES = 100  # that one address may give for a parameter
MOST_OPTIONS = 60  # things to choose from in a list; of more, names are looked for
SPARE = 2  # empty rows for further values
_ANYTHING = "rdfs:Resource"


class TooMany(CyberGovError):
    """More values than a page asks for at once."""

    status = 400


@dataclass(frozen=True)
class Given:
    """One value as it was given: what it stands for, or what is wrong with it and what may have been meant."""

    text: str
    value: str = ""
    name: str = ""
    problem: str = ""
    near: tuple[tuple[str, str], ...] = ()  # identifier and name
    unknown: bool = False  # wrong only because nothing is called so

    @property
    def shown(self) -> str:
        """What stands in the input."""
        return self.value or self.text


@dataclass(frozen=True)
class Field:
    """One parameter in the form."""

    parameter: Parameter
    what: str  # the kind of thing, or code list, in words
    suggest: str = ""  # the address of suggestions
    options: tuple[tuple[str, str], ...] = ()
    given: tuple[Given, ...] = ()
    problem: str = ""  # with the parameter as a whole
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> list[Given]:
        """The inputs: one for each value, and empty ones where there may be more."""
        spare = SPARE if self.parameter.many else 0
        return [*self.given, *([Given("")] * max(spare, 0 if self.given else 1))]

    @property
    def values(self) -> list[str]:
        """What the question is asked with."""
        return [given.value for given in self.given]


@dataclass(frozen=True)
class Form:
    """A question's form as it was filled in; one that is empty holds the examples."""

    fields: tuple[Field, ...]
    is_example: bool
    status: int = 200

    @property
    def problem(self) -> str:
        """The first thing that is wrong, in words."""
        wrong = ((of, [of.problem, *(entry.problem for entry in of.given)]) for of in self.fields)
        return next((f"{of.parameter.name}: {told}" for of, said in wrong for told in said if told), "")

    def instead(self, wrong: Given, value: str) -> str:
        """Return what an address asks with when a value stands in for one that is wrong."""
        given = {
            of.parameter.name: [value if entry is wrong else entry.shown for entry in of.given] for of in self.fields
        }
        return urlencode(given, doseq=True, safe="/")

    @property
    def values(self) -> dict[str, list[str]]:
        """The values by parameter, without those that were not given."""
        return {of.parameter.name: of.values for of in self.fields if of.given}


@dataclass(frozen=True)
class _Things:
    """What things of a class there are: the kinds of their identifiers, and themselves where they are few."""

    kinds: tuple[str, ...]
    options: tuple[tuple[str, str], ...]


def read(query: queries.Query, given: Mapping[str, Sequence[str]]) -> Form:
    """Return the form of a question with what was given; with its examples where nothing was."""
    plain = {p.name: _cleaned(p, given.get(p.name, ())) for p in query.parameters}
    is_example = not any(plain.values())
    fields = tuple(_field(p, plain[p.name], query.examples()[p.name], is_example) for p in query.parameters)
    wrong = [entry for of in fields for entry in of.given if entry.problem]
    if not wrong and not any(of.problem for of in fields):
        return Form(fields, is_example)
    only_unknown = wrong and all(entry.unknown for entry in wrong)
    return Form(fields, is_example, 404 if only_unknown else 400)


def _cleaned(parameter: Parameter, texts: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))
    if len(found) > MOST_VALUES:
        raise TooMany(f"A page asks for at most {MOST_VALUES} values of {parameter.name} at once, not {len(found)}.")
    return found


def _field(parameter: Parameter, texts: tuple[str, ...], examples: tuple[str, ...], is_example: bool) -> Field:
    suggest, options = "", tuple[tuple[str, str], ...]()
    if parameter.shape == "iri":
        what, things = _called(parameter.cls), things_of(current_service().snapshot, parameter.cls)
        suggest, options = "/suggest" + (f"?kind={','.join(things.kinds)}" if things.kinds else ""), things.options
    elif parameter.shape == "code":
        of = grammar().lists[parameter.scheme]
        what, options = of.label.lower(), tuple((code.name, code.label) for code in of.codes)
    else:
        what = "a day" if parameter.shape == "date" else "words"
    shown = _examples(parameter, examples, dict(options))
    given = shown if is_example else _filled(parameter, texts, options)
    problem = ""
    if parameter.required and not given:
        problem = "A value is needed."
    elif len(given) > 1 and not parameter.many:
        problem = f"One value is needed, not {len(given)}."
    return Field(parameter, what, suggest, options, given, problem, tuple((of.value, of.name) for of in shown))


def _examples(parameter: Parameter, texts: Sequence[str], options: Mapping[str, str]) -> tuple[Given, ...]:
    """Return the values in the file of the query: they are right, though a small graph may not know all of them."""
    iris = {text: _iri(parameter, text) for text in texts} if parameter.shape == "iri" else {}
    names = _known(parameter.cls, list(iris.values())) if iris else {}
    return tuple(Given(text, text, names.get(iris[text], "") if iris else options.get(text, text)) for text in texts)


def _called(cls: str) -> str:
    term = grammar().term(CG[cls.removeprefix("cg:")]) if cls != _ANYTHING else None
    return term.label.lower() if term else "anything"


@lru_cache(maxsize=128)
def things_of(snapshot: Snapshot, cls: str) -> _Things:
    """Return what there is of a class in a snapshot, the one that is served."""
    if cls == _ANYTHING:
        return _Things((), ())
    named = {"class": str(CG[cls.removeprefix("cg:")])}
    rows = queries.for_site("things_of_class").answer(current_service(), **named).rows
    options = tuple((short(iri or ""), name or "") for iri, name in rows) if len(rows) <= MOST_OPTIONS else ()
    return _Things(tuple(sorted({kind_of(iri or "") for iri, _ in rows})), options)


def _filled(parameter: Parameter, texts: Sequence[str], options: Sequence[tuple[str, str]]) -> tuple[Given, ...]:
    """Return what each of some texts stands for."""
    if parameter.shape == "iri":
        return _things_given(parameter, texts)
    return tuple(_plain(parameter, text, dict(options)) for text in texts)


def _plain(parameter: Parameter, text: str, codes: Mapping[str, str]) -> Given:
    if parameter.shape == "code" and text not in codes:
        return Given(text, problem=f"There is no {text!r} in this list.", unknown=True)
    try:
        parameter.term(text)
    except BadParameter as error:
        return Given(text, problem=str(error))
    return Given(text, text, codes.get(text, text))


def _things_given(parameter: Parameter, texts: Sequence[str]) -> tuple[Given, ...]:
    """Return the things that texts name: by identifier, or by what one thing of the class alone is called."""
    direct = {text: _iri(parameter, text) for text in texts}
    known = _known(parameter.cls, [iri for iri in direct.values() if iri])
    called = {text: _called_so(parameter.cls, text) for text in texts if direct[text] not in known}
    known |= _known(parameter.cls, [iri for iris in called.values() for iri in iris])
    return tuple(_given(parameter, text, direct[text], called.get(text, []), known) for text in texts)


def _given(parameter: Parameter, text: str, direct: str, called: Sequence[str], known: Mapping[str, str]) -> Given:
    fitting = [direct] if direct in known else [iri for iri in called if iri in known]
    if len(fitting) == 1:
        return Given(text, short(fitting[0]), known[fitting[0]])
    of = _called(parameter.cls) if parameter.cls != _ANYTHING else "thing"
    if fitting:
        near = tuple((short(iri), known[iri]) for iri in fitting)
        return Given(text, problem=f"Several things of this kind ({of}) are called {text!r}.", near=near, unknown=True)
    return Given(
        text,
        problem=f"Nothing of this kind ({of}) is called {text!r} here.",
        near=_near(parameter.cls, text),
        unknown=bool(direct) or bool(re.search(r"\w", text)),
    )


def _iri(parameter: Parameter, text: str) -> str:
    try:
        return parameter.term(text)[1:-1]
    except BadParameter:
        return ""


def _known(cls: str, iris: Sequence[str]) -> dict[str, str]:
    """Return those of some things that there are, of a class, with what they are called."""
    of = {"class": str(CG[cls.removeprefix("cg:")])} if cls != _ANYTHING else {}
    found: dict[str, str] = {}
    if asked := list(dict.fromkeys(iris)):
        for iri, name in queries.for_site("these_things").answer(current_service(), thing=asked, **of).rows:
            found.setdefault(iri or "", name or short(iri or ""))
    return found


def _called_so(cls: str, text: str) -> list[str]:
    """Return the things of kinds that a class has which are called just so."""
    snapshot = current_service().snapshot
    hits = search(snapshot.search, text, 10, things_of(snapshot, cls).kinds)
    return [hit.iri for hit in hits if same(text, hit.matched)]


def _near(cls: str, text: str) -> tuple[tuple[str, str], ...]:
    snapshot = current_service().snapshot
    kinds, words = things_of(snapshot, cls).kinds, text.rsplit("/", 1)[-1]
    hits = search(snapshot.search, words, 5, kinds) or search(snapshot.search, mended(snapshot.search, words), 5, kinds)
    known = _known(cls, [hit.iri for hit in hits])
    return tuple((short(hit.iri), known[hit.iri]) for hit in hits if hit.iri in known)
