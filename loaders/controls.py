"""Control characters: signs that no text of ours holds, since XML, and so some answers, cannot carry them."""

from __future__ import annotations

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def control_in(text: str) -> str | None:
    r"""Return the first control character of a text as people name it, or None.

    >>> control_in("a\x07b"), control_in("two\nlines")
    ('U+0007', None)
    """
    found = _CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
