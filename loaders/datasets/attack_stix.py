"""STIX 2 as ATT&CK writes it: the fields that are read, each named where it cannot be used."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from rdflib import URIRef

from graph.dates import Stated
from loaders.structured import Malformed

NUMBERS = {"intrusion-set": re.compile(r"G[0-9]{4}"), "campaign": re.compile(r"C[0-9]{4}")}
ENDS = ("source_ref", "target_ref")

# The relations of campaigns to groups in version 18.1, which lie in a folder with many thousand others.
RELATIONS = (
    "0a69d74a-7662-4d18-99b4-bc1a574b35b4",
    "2f87d195-6eb2-49d2-8dcf-a7bd4163cd09",
    "31aebdb8-ce4d-4d31-a144-7a5c354bfd7c",
    "3b2680f0-aa69-4766-ab41-9123373ffa4e",
    "3cde6cab-a70e-45d3-b1e5-a7a6ba08241e",
    "4b66e057-adbc-498d-99ee-156e0d17bd53",
    "4d407dda-944a-4974-b1c2-0a04d2c9ee4c",
    "538e5653-137a-4ce2-8b08-5ba69caa794a",
    "751e795e-7c1a-4ba1-bb20-636aed025df9",
    "7c78e819-d227-4469-967d-08dc9f50edc9",
    "7e632f9c-c55b-4aef-8bdc-56e0317375ee",
    "88015217-a3df-4654-bea1-b1d8241b67ee",
    "90647f03-38a4-4364-a3af-53640a81360e",
    "920874f2-f1e1-4981-9469-4ee45b6218a7",
    "990a03f8-5813-4fa8-b948-976730d4d285",
    "a3adcf1b-a48a-4fab-bc61-5e0b0aeaaca6",
    "b109514b-66b3-4c06-8b1d-4f89e1f2cfde",
    "c1b3aa1d-ffc8-4ca9-8214-aa671c5d27f6",
    "d3717846-eaab-4fde-99f6-a972dec9323b",
    "dd10cc43-3f46-42f4-9230-69a0e2751ab2",
    "ddbd85c0-2b3a-4311-966b-abc2e658c340",
    "e662ff77-e38c-4a8b-ac49-cfb98ad01b47",
    "f0ce9b1b-9184-4071-9b02-1eb2f38f5856",
    "f113a6b7-ffe0-4fe4-9c29-75936a093f7a",
    "f372697e-b661-4995-9920-4ec0a9060ebb",
)
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
