"""Names to actors: which state or organisation a name or a code means, and a refusal where it could mean several.

Nothing is guessed. Spelling is forgiven where it carries no meaning (case, accents, punctuation, spaces, "the"), a
former state's name never means its successor, and a name that two actors share is an error that names both.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from babel import Locale
from rdflib import Literal, URIRef

from graph.errors import CyberGovError
from graph.model import Organisation, State
from graph.terms import ID, thing
from loaders.spelling import FURTHER_NAMES, agreed_code, key, not_a_state, without_article

LANGUAGES = ("fr", "es", "ru", "zh", "ar", "de")  # beside English, which is a record's own name

# Where CLDR names the territory that a code stands for, and not the actor that uses the code.
_ACTOR_NOT_TERRITORY = {
    "PS": {
        "fr": "État de Palestine",
        "es": "Estado de Palestina",
        "ru": "Государство Палестина",
        "zh": "巴勒斯坦国",
        "ar": "دولة فلسطين",
        "de": "Staat Palästina",
    },
    "VA": {
        "fr": "Saint-Siège",
        "es": "Santa Sede",
        "ru": "Святой Престол",
        "zh": "教廷",
        "ar": "الكرسي الرسولي",
        "de": "Heiliger Stuhl",
    },
}

# Names in use for more than one state. That one of them is a state's name at the United Nations makes it no clearer.
_SHARED_NAMES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Korea", "Corée", "Corea", "Корея", "كوريا"), ("KOR", "PRK")),
    (("Congo", "Kongo", "Конго", "刚果", "الكونغو"), ("COD", "COG")),
    (("China, Taiwan", "Taiwan, China", "Republic of China"), ("CHN", "TWN")),
    (("CS",), ("CSK", "SCG")),  # a code that ISO 3166 gave out twice
)

_ARTICLE = re.compile(r"(?:l['’ʼ]|(?:les|la|le|los|las|el|die|der|das)\s)\s*(?=\w)", re.IGNORECASE)


@dataclass(frozen=True)
class Match:
    """The one actor that a name or code means."""

    actor: URIRef
    name: str  # in English


class AmbiguousNameError(CyberGovError, ValueError):
    """A name that several actors go by; `candidates` holds them, in the order of their identifiers."""

    status = 400

    def __init__(self, text: str, candidates: Iterable[URIRef]) -> None:
        self.candidates = tuple(sorted(candidates))
        ids = ", ".join(actor.removeprefix(ID) for actor in self.candidates)
        super().__init__(f"{text!r} can mean {ids}; write the one that is meant.")


class Resolver:
    """Finds actors by identifier, ISO code and name, as far as the records given to it state them."""

    def __init__(self, records: Iterable[State | Organisation]) -> None:
        self._names: dict[URIRef, str] = {}
        self._exact: defaultdict[str, set[URIRef]] = defaultdict(set)
        self._by_key: defaultdict[str, set[URIRef]] = defaultdict(set)
        self._by_alpha2: dict[str, set[URIRef]] = {}
        self._spelt: dict[str, str] = {}
        for record in records:
            self._add(record)
        for names, slugs in _SHARED_NAMES:
            sharing = {thing("state", slug) for slug in slugs} & self._names.keys()
            for name in names:
                self._by_key[key(name)] |= sharing

    def resolve(self, text: str, kind: str | None = None) -> Match | None:
        """Return the actor meant, or None where no record has that name or code.

        With a kind, only actors of that kind are thought of: in a column of countries "AU" is Australia, elsewhere
        it may be the African Union as well. Raise AmbiguousNameError where several remain.
        """
        found = {actor for actor in self._candidates(text.strip()) if _is_of(kind, actor)}
        if len(found) > 1:
            raise AmbiguousNameError(text, found)
        return next((Match(actor, self._names[actor]) for actor in found), None)

    def name(self, actor: URIRef) -> str:
        """Return the English name of an actor; raise KeyError where no record states one."""
        return self._names[actor]

    def nearest(self, text: str) -> list[str]:
        """Return up to three known names that look like the text: a suggestion for people, never an answer."""
        close = difflib.get_close_matches(key(text), self._spelt, n=3, cutoff=0.75)
        return list(dict.fromkeys(self._spelt[spelling] for spelling in close))

    def _add(self, record: State | Organisation) -> None:
        self._names[record.iri] = record.name
        for identifier in (str(record.iri), f"{record.kind}/{record.id}", record.id, *_codes(record)):
            self._exact[identifier].add(record.iri)
        if isinstance(record, State) and record.alpha2:
            self._by_alpha2[record.alpha2] = {record.iri}
        for name in _all_names(record):
            if spelling := key(name):
                self._by_key[spelling].add(record.iri)
                self._spelt.setdefault(spelling, name)

    def _candidates(self, text: str) -> set[URIRef]:
        text = without_article(text)
        found = self._exact.get(_without_leading_zeros(text), set()) | self._by_key.get(key(text), set())
        if not found and (article := _ARTICLE.match(text)):
            found = self._by_key.get(key(text[article.end() :]), set())
        return found or self._by_agreed_code(text)

    def _by_agreed_code(self, text: str) -> set[URIRef]:
        """Ask what others know, after all our own names; a name that is known to be no state's is not asked for."""
        code = agreed_code(text) if not_a_state(text) is None else None
        return self._by_alpha2.get(code, set()) if code else set()


def territory_names(alpha2: str) -> tuple[Literal, ...]:
    """Return a state's names in the languages of the United Nations other than English, and in German.

    They are those of CLDR; a former state has none there.
    """
    own = _ACTOR_NOT_TERRITORY.get(alpha2)
    if own is not None:
        return tuple(Literal(own[language], lang=language) for language in LANGUAGES)
    known = ((language, Locale(language).territories.get(alpha2)) for language in LANGUAGES)
    return tuple(Literal(name, lang=language) for language, name in known if name)


def _codes(record: State | Organisation) -> Iterator[str]:
    """Codes are matched as they are written: "NO" is Norway, and "no" is a word."""
    if isinstance(record, State):
        yield from (code for code in (record.alpha2, record.alpha3) if code)
        if record.numeric:
            yield _without_leading_zeros(record.numeric)


def _all_names(record: State | Organisation) -> Iterator[str]:
    yield record.name
    yield from map(str, record.aliases)
    if isinstance(record, State):
        yield from map(str, record.names)
        yield from FURTHER_NAMES.get(record.id, ())
    else:
        yield from (str(name) for name in (record.abbreviation, record.name_de) if name)


def _without_leading_zeros(text: str) -> str:
    return text.lstrip("0") if re.fullmatch(r"[0-9]{1,3}", text) else text


def _is_of(kind: str | None, actor: URIRef) -> bool:
    return kind is None or actor.startswith(ID[f"{kind}/"])
