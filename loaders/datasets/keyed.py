"""Files that are one thing each, as keys with values: which keys there must be, and what is wrong in words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.collect import Reject
from loaders.controls import control_in

NULL = ("", "null", "~")  # what YAML takes for no value, kept as text by our reader
LONGEST = 500  # signs in a name or a cell that becomes one


class Unusable(ValueError):
    """A thing that makes no claim, with the key at fault."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


@dataclass(frozen=True)
class Keys:
    """The keys of a kind of file: those that must be there, those read where they are, those known and left unread."""

    needed: Sequence[str]
    optional: Sequence[str] = ()
    unread: Sequence[str] = ()

    def of(self, held: Any) -> Mapping[str, Any]:
        """Return what a file holds, if it holds what it must; raise Unusable."""
        if not isinstance(held, dict):
            raise Unusable("-", "it holds no keys with values; is the file whole?")
        for key in self.needed:
            if key not in held:
                near = difflib.get_close_matches(key, list(self._unknown(held)), n=1, cutoff=0.6)
                hint = f"; is it the key {near[0]!r}?" if near else ""
                raise Unusable(key, f"the key {key!r} is missing{hint}")
        return held

    def strangers(self, file: str, held: Any, line: int = 1) -> Iterator[Reject]:
        """Yield a fault for each key that nobody told us of, for what it holds would be lost in silence."""
        for key in self._unknown(held):
            yield Reject(file, line, key, f"the key {key!r} is not known and was not read", is_row=False)

    def _unknown(self, held: Any) -> Iterator[str]:
        known = {*self.needed, *self.optional, *self.unread}
        return (str(key) for key in held if key not in known) if isinstance(held, dict) else iter(())


def words(held: Mapping[str, Any], key: str) -> str:
    """Return a text without blanks at its ends or doubled, empty where there is none; raise Unusable."""
    value = held.get(key, "")
    if value is None or value in NULL:
        return ""
    if not isinstance(value, str):
        raise Unusable(key, f"the value of {key!r} is no text")
    if control := control_in(value):
        raise Unusable(key, f"the value of {key!r} holds the control character {control}")
    if len(value) > LONGEST:
        raise Unusable(key, f"the value of {key!r} has {len(value)} signs, more than {LONGEST}")
    return " ".join(value.split())
