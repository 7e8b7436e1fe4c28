"""Files for browsers, in `static` and as made by `hatch_build.py`: served as what they are."""

from __future__ import annotations

import mimetypes

_TYPES = {".mjs": "text/javascript", ".woff2": "font/woff2"}  # not known to every machine, and no browser guesses


def know_types() -> None:
    """Have the types known by which Flask serves files."""
    for suffix, media_type in _TYPES.items():
        mimetypes.add_type(media_type, suffix)
