"""Drawing the ontology on the server: who says what about what, as boxes, arrows and words placed by rule.

The rule of the overview: a claim stands in the middle, the actor whose claim it is on the left, what it is about on
the right. Arrows are its properties: one to an actor, and one to each thing that it must name, or else to the first
that it may name. Every class stands in the picture: as a claim, as a thing, or in the box of the class above it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

from rdflib import URIRef

from graph.terms import CG
from ontology.describe import Grammar
from ontology.parts import Field, Room, Term
from ontology.release import curie

MOST = 9  # neighbours of a class on each side
_LINE = 17
_PAD = 9


@dataclass(frozen=True)
class Line:
    """One line of words, with what it leads to."""

    x: float
    y: float
    text: str
    css: str = ""
    anchor: str = "start"
    href: str = ""
    title: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    css: str


@dataclass
class Drawing:
    """What the template draws: boxes, the paths of arrows, and words."""

    width: float
    height: float = 0
    description: str = ""
    boxes: list[Box] = field(default_factory=list)
    arrows: list[str] = field(default_factory=list)
    spine: str = ""
    lines: list[Line] = field(default_factory=list)

    def write(self, x: float, y: float, term: Term | None, text: str, css: str, anchor: str = "start") -> None:
        """Put words somewhere; those that name a term lead to its page and tell what it means."""
        href, title = (f"/ontology/{term.name}.html", f"{term.label}: {term.definition}") if term else ("", "")
        self.lines.append(Line(x, y, text, css, anchor, href, title))


@dataclass(frozen=True)
class Frame:
    """Where the columns stand (left edge and width), and whether properties are named at their arrows."""

    width: float
    actor: tuple[float, float]
    claim: tuple[float, float]
    thing: tuple[float, float]
    letters: int  # that fit into the width of a thing
    beside: bool

    @property
    def row(self) -> float:
        """The height of a claim."""
        return 48 if self.beside else 68


WIDE = Frame(1150, (16, 132), (356, 196), (778, 356), 47, True)
NARROW = Frame(356, (6, 42), (62, 154), (236, 114), 14, False)


@dataclass(frozen=True)
class Claim:
    """A claim with the properties that the picture shows, and how many it does not."""

    term: Term
    actor: Field | None
    things: tuple[Field, ...]
    other_actors: tuple[Field, ...]
    other_things: tuple[Field, ...]


class Reader:
    """What the rules need to know of the ontology."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar

    def claims(self, room: Room) -> list[Claim]:
        """Return the claims of a room; the class of all claims stands where what it leads to stands."""
        found = [self._claim(term) for term in self.grammar.classes if self.grammar.is_a(term.iri, CG.Claim)]
        return [claim for claim in found if self._room(claim) == room]

    def things(self, room: Room) -> list[Term]:
        """Return the classes of a room that are no claims and have no class above them."""
        terms = (term for term in self.grammar.classes if term.room == room)
        return [t for t in terms if not self.grammar.is_a(t.iri, CG.Claim) and not self.grammar.ancestors(t.iri)]

    def target(self, of: Field) -> Term:
        """Return the class whose box an arrow leads to: the topmost above the first that is named, of actors itself."""
        term = self.term(of.values[0])
        above = self.grammar.ancestors(term.iri)
        if self.grammar.is_a(term.iri, CG.Claim) or not above:
            return term
        return (term if len(of.values) == 1 else self.term(CG.Actor)) if self.is_actor(of) else above[-1]

    def term(self, iri: URIRef) -> Term:
        """Return one of our classes."""
        found = self.grammar.term(iri)
        if found is None:
            raise KeyError(iri)
        return found

    def below(self, term: Term) -> list[Term]:
        """Return the classes below a class, at any depth."""
        return [each for iri in term.below for each in (self.term(iri), *self.below(self.term(iri)))]

    def links(self, term: Term) -> list[Field]:
        """Return the properties of a class that lead to other classes of ours, required ones first."""
        own = [of for of in self.grammar.own_fields(term.iri) if of.values and all(map(self.grammar.term, of.values))]
        return sorted(own, key=lambda of: of.least == 0)

    def is_actor(self, of: Field) -> bool:
        """Tell whether a property names somebody who acts; a forum may stand where states may."""
        actors = [value for value in of.values if self.grammar.is_a(value, CG.Actor)]
        bodies = all(self.grammar.is_a(value, CG.Organisation) for value in actors)
        others = set(of.values) - {*actors, CG.Forum}
        return bool(actors) and not others and not (bodies and CG.Forum in of.values)

    def named(self, of: Field) -> str:
        """Return what a property leads to in a word or two."""
        if self.is_actor(of):
            tops = {self.term(value).label for value in of.values}
            return tops.pop() if len(tops) == 1 else self.term(CG.Actor).label
        return " or ".join(dict.fromkeys(self._top(value).label for value in of.values))

    def _top(self, iri: URIRef) -> Term:
        above = [term for term in self.grammar.ancestors(iri) if term.iri not in (CG.Claim, CG.Actor)]
        return above[-1] if above else self.term(iri)

    def _claim(self, term: Term) -> Claim:
        fields = self.links(term)
        actors = sorted(
            (of for of in fields if self.is_actor(of)), key=lambda of: (of.least == 0, of.values == (CG.State,))
        )  # where only a state may stand, it is more often spoken about than speaking
        if not any(of.least for of in actors):  # a body may apply though a forum may too
            actors = [of for of in fields if of.least and self.grammar.is_a(of.values[0], CG.Actor)][:1] + actors
        things = [of for of in fields if of not in actors]
        shown = [of for of in things if of.least] or things[:1] or actors[1:2]
        main = actors[0] if actors else None
        others = [of for of in fields if of is not main and of not in shown]
        return Claim(
            term,
            main,
            tuple(shown),
            tuple(of for of in others if of in actors),
            tuple(of for of in others if of in things),
        )

    def _room(self, claim: Claim) -> Room:
        return self.target(claim.things[0]).room if claim.term.iri == CG.Claim and claim.things else claim.term.room


def overview(grammar: Grammar, frame: Frame) -> Drawing:
    """Draw the classes of all rooms, one band a room."""
    reader, drawing = Reader(grammar), Drawing(frame.width)
    for (x, width), words in zip((frame.actor, frame.claim, frame.thing), _HEADS[frame.beside], strict=True):
        drawing.write(x + width / 2, 16, None, words, "head", "middle")
    y = 30.0
    for room in grammar.rooms:
        if reader.claims(room) or reader.things(room):
            y = _Band(drawing, frame, reader, room, y).draw() + 14
    drawing.height = round(y)
    drawing.description = (
        "Classes in bands by room. In each band claims stand in the middle. An arrow to the left leads to the actor "
        "whose claim it is, arrows to the right lead to what the claim is about. The lists of classes and properties "
        "below say the same in words."
    )
    return drawing


_HEADS = {True: ("who", "makes a claim", "about what"), False: ("who", "claims", "what")}


def _name(of: Field) -> str:
    return of.predicate.removeprefix(CG._NS)


class _Band:
    """One room of the overview, drawn from the top down."""

    def __init__(self, drawing: Drawing, frame: Frame, reader: Reader, room: Room, top: float) -> None:
        self.drawing, self.frame, self.reader, self.room, self.top = drawing, frame, reader, room, top
        self.y = top + 36
        self.middle: dict[str, float] = {}  # where the box of a thing has its middle, by name
        self.waiting: list[tuple[Field, float]] = []  # arrows whose box comes later

    def draw(self) -> float:
        """Draw it and return where it ends."""
        claims, things = self.reader.claims(self.room), self.reader.things(self.room)
        place = len(self.drawing.boxes)
        start = self.y
        groups: dict[str, list[Claim]] = {}
        for claim in claims:
            groups.setdefault(self.reader.target(claim.things[0]).name if claim.things else "", []).append(claim)
        for name, group in groups.items():
            self._group(self.reader.grammar.terms.get(name), group)
        ends = self.y
        for target in dict.fromkeys(self.reader.target(of).name for of, _ in self.waiting):
            if target not in self.middle:
                self._thing(self.reader.grammar.terms[target], self.y)
        if any(claim.actor for claim in claims):
            self._actors(start, ends - 8)
        before = next(iter(groups), "") if len(groups) == 1 else ""
        for term in things:
            if term.name not in self.middle and (term.iri != CG.Actor or not self.frame.beside):
                self._thing(term, self.y + self._down(before, term, self.y))
                before = term.name
        for of, y in self.waiting:
            self._right(y, self.middle[self.reader.target(of).name])
        x, width = self.frame.actor[0] - 6, self.frame.width - 2 * (self.frame.actor[0] - 6)
        self.drawing.boxes.insert(place, Box(x, self.top, width, self.y - self.top, f"band {self.room.name}"))
        self.drawing.write(x + _PAD, self.top + 21, None, self.room.title, "room")
        return self.y

    def _group(self, about: Term | None, claims: list[Claim]) -> None:
        """Draw the claims about one thing beside its box."""
        height = self._height(about) if about and about.name not in self.middle else 0
        rows = self.frame.row * len(claims)
        top = self.y
        end = top + max(height + 8, rows)
        if about and about.name not in self.middle:
            self._thing(about, top + (end - top - 8 - height) / 2)
        y = top + (end - top - rows) / 2
        for claim in claims:
            self._one(claim, y)
            y += self.frame.row
        self.y = end

    def _one(self, claim: Claim, top: float) -> None:
        """Draw a claim with its arrows."""
        (x, width), height = self.frame.claim, self.frame.row - 10
        middle = top + height / 2
        self.drawing.boxes.append(Box(x, top, width, height, "claim"))
        labels = [
            claim.term.label,
            *(term.label for term in self.reader.below(claim.term) if claim.term.iri != CG.Claim),
        ]
        shown = list({self.reader.target(of).name: of for of in reversed(claim.things)}.values())[::-1]
        first = middle + 5 if self.frame.beside else top + 19
        self.drawing.write(x + width / 2, first, claim.term, " · ".join(labels), "name", "middle")
        if claim.actor:
            end = sum(self.frame.actor)
            self.drawing.arrows.append(f"M{x} {middle}H{end + 2}")
            self._beside(claim.actor, claim.other_actors, x - 8, middle, "end")
        for number, of in enumerate(shown):
            y = middle + (number - (len(shown) - 1) / 2) * 22
            self.waiting.append((of, y))
            together = [other for other in claim.things if self.reader.target(other) == self.reader.target(of)]
            rest = (*together[1:], *(claim.other_things if number == len(shown) - 1 else ()))
            self._beside(of, rest, x + width + 10, y, "start")
        self._inside(claim, shown, top + 36)

    def _beside(self, of: Field, others: tuple[Field, ...], x: float, y: float, anchor: str) -> None:
        """Name a property at its arrow, and in small those that lead the same way."""
        if self.frame.beside:
            self.drawing.write(x, y - 5, self.reader.grammar.term(of.predicate), _name(of), "property", anchor)
            names = f"also {', '.join(map(_name, others))}" if others else ""
            letters = 31 if anchor == "end" else 25
            for number, text in enumerate(textwrap.wrap(names, letters, max_lines=2, placeholder=" …")):
                self.drawing.lines.append(Line(x, y + 13 + number * 13, text, "also", anchor, "", names))

    def _inside(self, claim: Claim, shown: list[Field], y: float) -> None:
        """Name the properties in the box of their claim, where there is no room at the arrows."""
        middle = self.frame.claim[0] + self.frame.claim[1] / 2
        if not self.frame.beside:
            if claim.actor:
                term = self.reader.grammar.term(claim.actor.predicate)
                self.drawing.write(middle, y, term, f"◂ {_name(claim.actor)}", "property", "middle")
                y += 15
            if shown:
                term = self.reader.grammar.term(shown[0].predicate)
                self.drawing.write(middle, y, term, f"{', '.join(map(_name, shown))} ▸", "property", "middle")

    def _right(self, y: float, to: float) -> None:
        start, end = sum(self.frame.claim), self.frame.thing[0] - 2
        if abs(y - to) < 1:
            self.drawing.arrows.append(f"M{start} {y}H{end}")
        else:
            bend = end - (end - start) * (0.3 if self.frame.beside else 0.5)
            self.drawing.arrows.append(
                f"M{start} {y}H{bend - 14:.0f}C{bend + 8:.0f} {y} {bend:.0f} {to:.0f} {end} {to:.0f}"
            )

    def _words(self, term: Term) -> list[tuple[Term | None, str, str]]:
        """Return the lines of a thing's box: term, text and style; what it leads to only in its own room."""
        letters = self.frame.letters
        lines: list[tuple[Term | None, str, str]] = [
            (term, part, "name") for part in textwrap.wrap(term.label, letters, break_long_words=False)
        ]
        if term.room != self.room:
            return lines
        kinds = [below.label for below in self.reader.below(term)]
        lines += [(None, part, "kinds") for part in textwrap.wrap(", ".join(kinds), letters + 4)]
        for of in self.reader.links(term)[: 4 if self.frame.beside else 2]:
            name, to = _name(of), self.reader.named(of)
            own = self.reader.grammar.term(of.predicate)
            text = (
                textwrap.shorten(f"{name} → {to}", letters + 3, placeholder=" …") if self.frame.beside else f"▸ {name}"
            )
            lines.append((own, text, "property"))
        return lines

    def _down(self, before: str, term: Term, y: float) -> float:
        """Draw an arrow down to a thing that the one before it must name, and return the room it takes."""
        own = self.reader.links(self.reader.grammar.terms[before]) if before else []
        of = next((of for of in own if of.least and self.reader.target(of) == term), None)
        if of is None:
            return 0
        x = self.frame.thing[0] + 24
        self.drawing.arrows.append(f"M{x} {y - 8}V{y + 18}")
        self.drawing.write(x + 10, y + 10, self.reader.grammar.term(of.predicate), _name(of), "property")
        return 20

    def _height(self, term: Term) -> float:
        return len(self._words(term)) * _LINE + 2 * _PAD

    def _thing(self, term: Term, top: float) -> None:
        """Draw the box of a thing; dashed where its own room is another."""
        (x, width), height = self.frame.thing, self._height(term)
        css = "claim again" if self.reader.grammar.is_a(term.iri, CG.Claim) else "thing"
        self.drawing.boxes.append(Box(x, top, width, height, css if term.room == self.room else f"{css} elsewhere"))
        for number, (own, text, style) in enumerate(self._words(term)):
            self.drawing.write(x + _PAD, top + _PAD + 12 + number * _LINE, own, text, style)
        self.middle[term.name] = top + height / 2
        self.y = max(self.y, top + height + 8)

    def _actors(self, top: float, bottom: float) -> None:
        x, width = self.frame.actor
        actor = self.reader.term(CG.Actor)
        kinds = self.reader.below(actor) if actor.room == self.room and self.frame.beside else []
        self.drawing.boxes.append(Box(x, top, width, max(bottom - top, 34 + len(kinds) * _LINE), "actor"))
        self.drawing.write(x + width / 2, top + 22, actor, actor.label, "name", "middle")
        for number, term in enumerate(kinds):
            self.drawing.write(x + width / 2, top + 44 + number * _LINE, term, term.label, "kinds", "middle")


@dataclass(frozen=True)
class _Branch:
    """One neighbour of a class: by which property, what it is, and which way the arrow points."""

    by: str
    property: Term | None
    to: str
    term: Term | None
    css: str
    out: bool = True


def neighbours(grammar: Grammar, term: Term) -> Drawing:
    """Draw a class with what it leads to and what leads to it: a spine with branches, for a narrow column."""
    drawing = Drawing(280)
    drawing.boxes.append(Box(1, 1, 278, 34, "self"))
    drawing.write(14, 23, None, term.label, "name")
    y = 44.0
    told = []
    for branches in (list(_out(grammar, term)), list(_into(grammar, term))):
        for branch in branches[:MOST]:
            _draw(drawing, branch, y)
            y += 48
        told += [f"{b.by} {'to' if b.out else 'from'} {b.to}" for b in branches]
        if len(branches) > MOST:
            drawing.write(28, y + 12, None, f"and {len(branches) - MOST} more, listed below", "also")
            y += 26
    drawing.spine = f"M18 35V{y - 20:.0f}"
    drawing.height = y
    drawing.description = f"{term.label}: {'; '.join(told)}."
    return drawing


def _draw(drawing: Drawing, branch: _Branch, y: float) -> None:
    left, width = 60.0, 219.0
    drawing.write(28, y + 12, branch.property, branch.by, "property")
    drawing.boxes.append(Box(left, y + 17, width, 25, branch.css))
    text = textwrap.shorten(branch.to, 27, placeholder=" …")
    drawing.write(left + 10, y + 34, branch.term, text, "name")
    drawing.arrows.append(f"M18 {y + 29.5}H{left - 2}" if branch.out else f"M{left} {y + 29.5}H20")


def _out(grammar: Grammar, term: Term) -> Iterator[_Branch]:
    reader = Reader(grammar)
    for iri in term.above:
        above = grammar.term(iri)
        css = "claim" if grammar.is_a(iri, CG.Claim) else "actor" if grammar.is_a(iri, CG.Actor) else "thing"
        yield _Branch("a kind of", None, above.label if above else curie(iri), above, css)
    for of in (*grammar.own_fields(term.iri), *(of for _, fields in grammar.inherited(term.iri) for of in fields)):
        name = curie(of.predicate).removeprefix("cg:")
        own = grammar.term(of.predicate)
        if of.code_list in grammar.lists:
            yield _Branch(name, own, grammar.lists[of.code_list].label, None, "list")
        elif of.values and all(map(grammar.term, of.values)):
            only = reader.term(of.values[0]) if len(of.values) == 1 else None
            css = "actor" if reader.is_actor(of) else "thing"
            yield _Branch(name, own, reader.named(of), only, css)


def _into(grammar: Grammar, term: Term) -> Iterator[_Branch]:
    for of in grammar.leads_to(term.iri):
        of_class, own = grammar.term(of.cls), grammar.term(of.predicate)
        if of_class and of_class != term:
            css = "claim" if grammar.is_a(of.cls, CG.Claim) else "thing"
            yield _Branch(curie(of.predicate).removeprefix("cg:"), own, of_class.label, of_class, css, False)
