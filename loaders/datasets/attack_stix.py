"""STIX 2 as ATT&CK writes it: the fields that are read, each named where it cannot be used."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from rdflib import URIRef

from graph.dates import Stated
from loaders.structured import Malformed

NUMBERS = {"intrusion-set": re.compile(r"G[0-9]{4}"), "campaign": re.compile(r"C[0-9]{4}")}
_PAGE = re.compile(r"https://attack\.mitre\.org/(?:groups|campaigns)/[GC][0-9]{4}/?")


class Unusable(ValueError):
    """An object that makes no record, with the field that is to blame."""

    def __init__(self, column: str, reason: object) -> None:
        super().__init__(str(reason))
        self.column = column


def objects_of(bundle: Any) -> list[Any]:
    """Return the objects of a bundle; raise Malformed where it is none."""
    if not isinstance(bundle, dict) or bundle.get("type") != "bundle":
        raise Malformed(1, "type", "not a STIX bundle: an object with the type 'bundle' is expected")
    objects = bundle.get("objects")
    if not isinstance(objects, list) or not objects:
        raise Malformed(1, "objects", "the bundle has no list of 'objects'")
    return objects


def text(entry: Any, column: str) -> str:
    """Return a field that an object must have, in words."""
    value = entry.get(column) if isinstance(entry, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise Unusable(column, f"the object has no {column!r} in words")
    return value


def aliases_of(entry: dict[str, Any]) -> list[Any]:
    """Return the names of a group or campaign; ATT&CK lists at least the one it goes by."""
    aliases = entry.get("aliases")
    if not isinstance(aliases, list):
        raise Unusable("aliases", "the object has no list of 'aliases'")
    return aliases


def reference(kind: str, entry: dict[str, Any]) -> tuple[str, URIRef]:
    """Return the number and the page that ATT&CK gives an object."""
    references = entry.get("external_references")
    own = [
        reference
        for reference in (references if isinstance(references, list) else [])
        if isinstance(reference, dict) and reference.get("source_name") == "mitre-attack"
    ]
    if len(own) != 1:
        raise Unusable("external_references", f"one of source 'mitre-attack' is expected, and there are {len(own)}")
    number, page = str(own[0].get("external_id")), str(own[0].get("url"))
    if not NUMBERS[kind].fullmatch(number):
        raise Unusable("external_id", f"{number!r} is no number of ATT&CK for this kind of object")
    if not _PAGE.fullmatch(page):
        raise Unusable("url", f"{page!r:.80} is no page of a group or campaign of ATT&CK")
    return number, URIRef(page.rstrip("/"))


def time(entry: dict[str, Any], column: str) -> Stated | None:
    """Read a moment as precisely as it is meant.

    ATT&CK knows months, written as the first day at midnight in some place, which is not said. Where that is another
    day of the calendar than the moment in universal time, only what both have in common is taken.
    """
    written = text(entry, column)
    try:
        one = datetime.fromisoformat(written.replace("Z", "+00:00")).astimezone(UTC)
        other = one + timedelta(hours=12)
    except (ValueError, OverflowError):
        raise Unusable(column, f"{written!r:.40} is not a moment as STIX writes it") from None
    if one.year != other.year:
        return None
    if one.month != other.month:
        return Stated(one.year)
    return Stated(one.year, one.month, one.day if one.day == other.day != 1 else None)
