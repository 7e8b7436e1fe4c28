"""An answer as a map: one tile for each state that it names, looking as the answer says of it.

Nothing is added up or decided here: a state of which an answer says several things is shown as just that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from graph.terms import ID
from queries import Table
from webapp import charts
from webapp.views import tilemap
from webapp.views.tilemap import Category, Picture

_STATE = f"{ID}state/"
_CLASSES = 4  # into which numbers are put, with about as many states in each
_IN, _SEVERAL = "in this answer", "several answers"
_ABSENT = Category("", "not in this answer", tilemap.NOTHING)


def draw(table: Table) -> tuple[Picture, str] | None:
    """Return a picture and the name of the column that it shows, or None where no column is of states."""
    places = range(len(table.columns))
    where = next((place for place in places if _is_states(table, place)), None)
    if where is None:
        return None
    said = {place: _by_state(table, where, place) for place in places if place != where and _is_text(table, place)}
    name = next((place for place, of in said.items() if _is_name(of)), None)
    names = {code: values[0] for code, values in said.get(name, {}).items()} if name is not None else {}
    told = _telling({place: of for place, of in said.items() if place != name})
    codes = {_code(row[where]) for row in table.rows if row[where]}
    classes = _classes(said[told]) if told is not None else {}
    values = _values(codes, said[told] if told is not None else {}, classes)
    picture = tilemap.draw(values, _categories(values, classes), names, others=_ABSENT)
    return picture, table.columns[told].replace("_", " ") if told is not None else ""


def _telling(said: Mapping[int, Mapping[str, Sequence[str]]]) -> int | None:
    """Return the first column that tells states apart, or else the first."""
    differing = (place for place, of in said.items() if len({tuple(values) for values in of.values()}) > 1)
    return next(differing, next(iter(said), None))


def _values(codes: set[str], said: Mapping[str, Sequence[str]], classes: Mapping[float, str]) -> dict[str, str]:
    """Return one value a state: what is said of it, or that several things are, or that it is in the answer."""
    found = {}
    for code in codes:
        values = said.get(code, ())
        one = values[0] if len(values) == 1 else _SEVERAL if values else _IN
        found[code] = classes[float(one)] if classes and len(values) == 1 else one
    return found


def _categories(values: Mapping[str, str], classes: Mapping[float, str]) -> tuple[Category, ...]:
    """Return how values look: the more the stronger where they are numbers, and else the more frequent."""
    ranked = list(dict.fromkeys(classes[number] for number in sorted(classes, reverse=True)))
    if not ranked:
        return tilemap.categories_of(values.values())
    labels = [*ranked, *sorted(set(values.values()) - set(ranked))]
    return tuple(Category(label, label, look) for label, look in zip(labels, tilemap.LOOKS, strict=False))


def _classes(said: Mapping[str, Sequence[str]]) -> Mapping[float, str]:
    """Return the words of the class of each number: from where to where it goes; none where not all are numbers."""
    every = [value for values in said.values() for value in values]
    if not all(map(charts.is_number, every)):
        return {}
    ranked = sorted(map(float, every))
    bounds = sorted({ranked[len(ranked) * n // _CLASSES] for n in range(_CLASSES)})
    found: dict[float, list[float]] = {bound: [] for bound in bounds}
    for number in ranked:
        found[max(bound for bound in bounds if bound <= number)].append(number)
    return {
        number: charts.said(of[0]) + (f" to {charts.said(of[-1])}" if of[-1] > of[0] else "")
        for of in found.values()
        for number in of
    }


def _by_state(table: Table, where: int, place: int) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for row in table.rows:
        state, value = row[where], row[place]
        if state and value:
            found.setdefault(_code(state), {})[value] = None
    return {code: list(values) for code, values in found.items()}


def _code(iri: str | None) -> str:
    return str(iri).removeprefix(_STATE)


def _is_states(table: Table, place: int) -> bool:
    found = [row[place] for row in table.rows if row[place]]
    return bool(found) and all(str(value).startswith(_STATE) for value in found)


def _is_text(table: Table, place: int) -> bool:
    found = [row[place] for row in table.rows if row[place]]
    return bool(found) and not any("://" in str(value) for value in found)


def _is_name(said: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether each state has one word of its own, and none is a number."""
    words = Counter(value for values in said.values() for value in values)
    one_each = all(len(values) == 1 for values in said.values()) and max(words.values()) == 1
    return (
        one_each and not any(charts.is_number(word) for word in words) and not any(word[:4].isdigit() for word in words)
    )
