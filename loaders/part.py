"""Half a file: what a download that broke off left behind, and by what its other half is known."""

from __future__ import annotations

import hashlib
from pathlib import Path

from graph.snapshot import sha256
from loaders.dataset import Origin


class Part:
    """A file on its way: what came so far, and the mark by which the server knows the version it is of."""

    def __init__(self, folder: Path, origin: Origin) -> None:
        folder.mkdir(exist_ok=True)
        self.origin = origin
        self.path = folder / hashlib.sha256(f"{origin.address} {origin.sha256}".encode()).hexdigest()[:16]
        self._note = self.path.with_suffix(".mark")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def mark(self) -> str:
        """What the server called the version of which this is a part: a strong tag or a date."""
        return self._note.read_text(encoding="latin-1") if self._note.exists() else ""

    @property
    def is_done(self) -> bool:
        """Whether this is the pinned file already."""
        return bool(self.origin.sha256 and self.size) and sha256(self.path) == self.origin.sha256

    def begin(self, mark: str) -> None:
        """Begin anew, with another version."""
        self.clear()
        self._note.write_text(mark, encoding="latin-1")

    def clear(self) -> None:
        self._note.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
