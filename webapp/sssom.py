"""Relations between texts as an SSSOM mapping set: tab-separated values that tools for mappings read.

Predicates are codes of our own list, never SKOS matches: a confidence-building measure that concerns the same object
as a norm is not the same concept. Our confidence is a code, and SSSOM asks for a number, so it has a column of its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

import queries
from graph.terms import CG, ID, VOCAB

FILE = "text-relations.sssom.tsv"
MEDIA_TYPE = "text/tab-separated-values; charset=utf-8"

_JUSTIFICATION = "semapv:ManualMappingCuration"  # every relation is somebody's judgement
_EXTENSION = "confidence_code"
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_label",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_id",
    "author_label",
    "see_also",
    "comment",
    _EXTENSION,
)
_ENTITIES = ("subject_id", "predicate_id", "object_id", "author_id", _EXTENSION)
_MANY_VALUED = ("author_label", "see_also")
_COMPACT = re.compile(rf"(?:{re.escape(ID)}|{re.escape(VOCAB)})(?P<kind>[A-Za-z0-9-]+)/(?P<name>[A-Za-z0-9-]+)")


def text_relations(engine: queries.Answers, manifest: Mapping[str, Any]) -> str:
    """Return all relations between texts of a snapshot, as text of an SSSOM file."""
    table = queries.for_site("sssom").answer(engine)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return mapping_set(rows, f"{manifest['data_date']} {manifest['id']}")


def mapping_set(rows: Iterable[Mapping[str, str | None]], version: str) -> str:
    """Return rows of slots as text: metadata behind #, then one line a row."""
    prefixes = {"cg": str(CG._NS), "semapv": "https://w3id.org/semapv/vocab/"}
    out = io.StringIO()
    table = csv.DictWriter(out, _COLUMNS, delimiter="\t", lineterminator="\n")
    table.writeheader()
    for row in rows:
        cells = {name: _one_line(row.get(name) or "") for name in _COLUMNS}
        cells["mapping_justification"] = _JUSTIFICATION
        for name in _ENTITIES:
            cells[name] = _curie(cells[name], prefixes)
        for name in _MANY_VALUED:
            cells[name] = cells[name].replace("\\", "\\\\").replace("|", "\\|")
        table.writerow(cells)
    return "".join(f"#{line}\n" for line in _metadata(prefixes, version)) + out.getvalue()


def _metadata(prefixes: Mapping[str, str], version: str) -> Iterable[str]:
    yield "curie_map:"
    for prefix, namespace in sorted(prefixes.items()):
        yield f"  {prefix}: {namespace}"
    yield f"mapping_set_id: https://w3id.org/cybergov/dumps/{FILE}"
    yield f'mapping_set_version: "{version}"'
    yield "mapping_set_title: Relations between texts of cyber diplomacy"
    yield (
        'mapping_set_description: "How norms, confidence-building measures, principles, acts and reports stand to each '
        'other: judgements, each with its reason and its asserter. No predicate is a SKOS match."'
    )
    yield "license: https://creativecommons.org/licenses/by/4.0/"
    yield "extension_definitions:"
    yield f"- slot_name: {_EXTENSION}"
    yield "  property: cg:confidence"
    yield "  type_hint: linkml:uriOrCurie"


def _one_line(text: str) -> str:
    """Return words with one space between them: a row stays one line, whatever its justification holds."""
    return " ".join(text.split())


def _curie(iri: str, prefixes: dict[str, str]) -> str:
    """Shorten an identifier of ours, and note the prefix it needs; each kind of thing and each list has one."""
    if not iri:
        return ""
    match = _COMPACT.fullmatch(iri)
    if match is None:
        raise ValueError(f"{iri} is neither a thing nor a code of this graph")
    prefix = f"cybergov.{match['kind']}"
    prefixes[prefix] = iri.removesuffix(match["name"])
    return f"{prefix}:{match['name']}"
