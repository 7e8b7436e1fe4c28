"""Whose vote a cell is: data sets give a seat one name for all its years, and a state's votes stay its own."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from graph.dates import Stated
from graph.model import State
from graph.record import Evidence, coded
from graph.terms import ID
from loaders.known import Known

FORMER_STATE = coded("state-kind", "former-state")

YUGOSLAVIA = "a vote for Yugoslavia between 27 April 1992 and 1 November 2000, of which no record says whose it was"
ARAB_REPUBLIC = "a vote of the United Arab Republic of 1958 to 1961, of which there is no record"
TANGANYIKA = "a vote of Tanganyika, of which there is no record"
YEMEN = "a vote of the Yemen Arab Republic, of which there is no record"
ZANZIBAR = "a vote of Zanzibar, of which there is no record"
SEAT_OF_CHINA = "a vote for the seat of China before 25 October 1971, which the data set gives as one of Taiwan"

# By the state that a name or code means today: until which day or month (not included) the vote was whose. What is no
# state's id is the rule by which the vote is left out. A month that is not told apart counts as its first day.
_EVER = "9999"
_YUGOSLAVIA = (("1992-04-27", "YUG"), ("2000-11", YUGOSLAVIA), ("2006-06-03", "SCG"), (_EVER, "SRB"))
_UNION = ("1961-10-13", ARAB_REPUBLIC)
SPELLS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "RUS": (("1991-12-24", "SUN"), (_EVER, "RUS")),
    "YUG": _YUGOSLAVIA,
    "SCG": _YUGOSLAVIA,
    "SRB": _YUGOSLAVIA,
    "EGY": (("1958-02-21", "EGY"), _UNION, (_EVER, "EGY")),
    "SYR": (("1958-02-21", "SYR"), _UNION, (_EVER, "SYR")),
    "TZA": (("1964-04-26", TANGANYIKA), (_EVER, "TZA")),
    "TWN": ((_EVER, SEAT_OF_CHINA),),
}

# The same for names of former states of which there is no record, and no code for one.
NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Yemen Arab Republic": (("1990-05-22", YEMEN), (_EVER, "YEM")),
    "Zanzibar": ((_EVER, ZANZIBAR),),
}
FORMER = {"Yemen People's Republic": "YMD"}  # the code is that of ISO 3166-3
_RULES = {YUGOSLAVIA, ARAB_REPUBLIC, TANGANYIKA, YEMEN, ZANZIBAR, SEAT_OF_CHINA}


class NotKnownWhose(Exception):
    """A vote of which no record says whose it is; the words are the rule."""


class Voters:
    """Finds the state that voted under a name or code on a day."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._found: dict[tuple[str, str | None], tuple[tuple[str, URIRef | str], ...]] = {}

    def of(self, name: str, day: Stated, code: str | None = None) -> URIRef:
        """Return the state; raise ValueError where there is none or name and code disagree, else NotKnownWhose."""
        spells = self._found.get((name, code))
        if spells is None:
            spells = self._found[name, code] = tuple(
                (until, whose if whose in _RULES else ID[f"state/{whose}"]) for until, whose in self._spells(name, code)
            )
        whose = spells[0][1] if len(spells) == 1 else next(whose for until, whose in spells if str(day) < until)
        if isinstance(whose, URIRef):
            return whose
        raise NotKnownWhose(whose)

    def missing(self, names: set[str], evidence: Evidence) -> list[State]:
        """Return records of the former states among the names that nobody has entered."""
        wanted = [name for name in FORMER if name in names and not self._is_known(name)]
        return [State(id=FORMER[name], name=name, state_kind=FORMER_STATE, evidence=(evidence,)) for name in wanted]

    def _is_known(self, name: str) -> bool:
        return self._known.states.resolve(name, kind="state") is not None

    def _spells(self, name: str, code: str | None) -> tuple[tuple[str, str], ...]:
        if name in {*NAMES, *FORMER} and not self._is_known(name):
            return NAMES.get(name) or ((_EVER, FORMER[name]),)
        state = self._known.state(name)
        if code is not None and state not in self._meant(code):
            raise ValueError(f"{name!r} and the code {code!r} are not the same state")
        own = state.rsplit("/", 1)[-1]
        return SPELLS.get(own, ((_EVER, own),))

    def _meant(self, code: str) -> tuple[URIRef, ...]:
        """Return what a code can mean; one that was given out twice means both."""
        try:
            match = self._known.states.resolve(code, kind="state")
        except ValueError as error:
            return tuple(getattr(error, "candidates", ()))
        return (match.actor,) if match else ()
