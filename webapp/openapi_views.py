"""What programs can ask of the views: the files behind map, matrix, comparison, network and timeline."""

from __future__ import annotations

from typing import Any, NamedTuple

from webapp.negotiate import JSON, SVG

_MEDIA = {"csv": "text/csv", "json": JSON, "svg": SVG, "graphml": "application/graphml+xml"}


class Taken(NamedTuple):
    """A parameter of a view: its name, what it says, an example, and whether several may be given."""

    name: str
    says: str
    example: str = ""  # several are parted by spaces
    many: bool = False

    def described(self) -> dict[str, Any]:
        """Return it as OpenAPI has it."""
        one: dict[str, Any] = {"type": "string"}
        found: dict[str, Any] = {
            "name": self.name, "in": "query", "required": False, "description": self.says,
            "schema": {"type": "array", "items": one} if self.many else one,
        }  # fmt: skip
        if self.many:
            found |= {"style": "form", "explode": True}
        if self.example:
            found["example"] = self.example.split() if self.many else self.example
        return found


_ON = Taken("on", "As of this day, as in 2021-03-12; without it as last recorded.")
VIEWS: dict[str, tuple[str, tuple[str, ...], tuple[Taken, ...]]] = {
    "map": (
        "What each state is on record for",
        ("csv", "json", "svg"),
        (
            Taken("show", "What to show: members, parties, accepted, vote, position or measure.", "members"),
            Taken("of", "Of which forum, treaty, text, ballot, issue or kind of measure.", "forum/foc"),
            _ON,
        ),
    ),
    "matrix": (
        "States by texts, treaties, votes and forums",
        ("csv", "json"),
        (
            Taken("state", "A state, by code or name.", "EST", many=True),
            Taken("group", "All states of a group or forum.", many=True),
            Taken("of", "A text, treaty, vote or forum as a column.", "forum/foc", many=True),
            Taken("set", "A ready-made set of columns: main, norms, cybercrime, votes or forums.", many=True),
            _ON,
            Taken("sort", "Order of the states: name or total."),
        ),
    ),
    "compare": (
        "States or forums side by side",
        ("csv", "json"),
        (
            Taken("state", "Two to five states; this or forum is needed.", "EST FRA", many=True),
            Taken("forum", "Two to five forums, in place of states.", many=True),
            _ON,
        ),
    ),
    "network": (
        "Ties that answer a question",
        ("csv", "json", "svg", "graphml"),
        (
            Taken("question", "together, overlap, attributions, texts or around.", "together"),
            Taken("focus", "The thing that it is about.", "state/EST"),
            Taken("expand", "A node whose neighbours are added.", many=True),
            _ON,
            Taken("all", "1 for all ties, not only those in the picture."),
        ),
    ),
    "timeline": (
        "What happened when",
        ("csv", "json", "svg"),
        (
            Taken("about", "processes, votes, attributions, memberships, or a thing.", "processes"),
            Taken("from", "The first year.", "1998"),
            Taken("to", "The last year.", "2026"),
        ),
    ),
}


def files() -> list[tuple[str, str, str, dict[str, Any], list[dict[str, Any]]]]:
    """Return of each file of a view its path, name, summary, content and parameters."""
    found = []
    for view, (summary, forms, taken) in VIEWS.items():
        for form in forms:
            schema = {"type": ["array", "object"]} if form == "json" else {"type": "string"}
            content = {_MEDIA[form]: {"schema": schema}}
            found.append((f"/{view}.{form}", f"{view}_{form}", summary, content, [one.described() for one in taken]))
    return found
