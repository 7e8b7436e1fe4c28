"""The style of a picture in a file of its own: few programs know the variables of a page, so colours stand as such."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_STATIC = Path(__file__).resolve().parent.parent / "static"
_COLOUR = re.compile(r"--([a-z]+): (?:light-dark\()?(#[0-9a-f]{6})")
_FONTS = {"var(--sans)": "Inter, system-ui, sans-serif", "var(--serif)": "Georgia, serif"}


@cache
def of(name: str) -> str:
    """Return the part of a style sheet that belongs to the picture, in the light colours."""
    found = _COLOUR.findall((_STATIC / "style.css").read_text(encoding="utf-8"))
    colours = dict(reversed(found))  # the first of a name counts
    text = (_STATIC / name).read_text(encoding="utf-8").partition("/* On pages only */")[0]
    for variable, family in _FONTS.items():
        text = text.replace(variable, family)
    return re.sub(r"var\(--([a-z]+)\)", lambda match: colours[match[1]], text)
