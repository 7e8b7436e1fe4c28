"""Judgements as SSSOM mapping sets: tab-separated values that tools for mappings read.

Two sets: how texts stand to each other, and which records of several sources are one. Predicates are terms of our own,
never SKOS matches: a confidence-building measure that concerns the same object as a norm is not the same concept. Our
confidence is a code, and SSSOM asks for a number, so it has a column of its own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import queries
from graph.terms import CG, ID, VOCAB

FILE = "text-relations.sssom.tsv"
MATCHES_FILE = "record-matches.sssom.tsv"
MEDIA_TYPE = "text/tab-separated-values; charset=utf-8"

_CC_BY = "https://creativecommons.org/licenses/by/4.0/"
_UNSPECIFIED = "https://w3id.org/sssom/license/unspecified"  # SSSOM's own word, for what may not be passed on
_EXTENSION = "confidence_code"
_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_label",
    "object_id",
    "object_label",
    "object_type",
    "object_source",
    "mapping_justification",
    "author_id",
    "author_label",
    "see_also",
    "comment",
    _EXTENSION,
)
_MATCHES_ONLY = ("object_type", "object_source")
_ENTITIES = ("subject_id", "predicate_id", "object_id", "object_source", "author_id", _EXTENSION)
_MANY_VALUED = ("author_label", "see_also")
_COMPACT = re.compile(rf"(?:{re.escape(ID)}|{re.escape(VOCAB)})(?P<kind>[A-Za-z0-9-]+)/(?P<name>[A-Za-z0-9-]+)")
_TERM = re.compile(rf"{re.escape(str(CG._NS))}(?P<name>[A-Za-z]+)")


@dataclass(frozen=True)
class MappingSet:
    """What a set says of itself, and its columns."""

    file: str
    title: str
    description: str
    columns: tuple[str, ...]


RELATIONS = MappingSet(
    file=FILE,
    title="Relations between texts of cyber diplomacy",
    description="How norms, confidence-building measures, principles, acts and reports stand to each other: "
    "judgements, each with its reason and its asserter. No predicate is a SKOS match.",
    columns=tuple(name for name in _COLUMNS if name not in _MATCHES_ONLY),
)
MATCHES = MappingSet(
    file=MATCHES_FILE,
    title="Matches of records between sources",
    description="Pairs of records that are judged to be about one act, operation or group, each with reason and "
    "confidence; and rows of data sets, as literals, that are evidence for a record which other sources state too. "
    "Nothing is merged by a pair; a row that is evidence was taken for the record itself.",
    columns=_COLUMNS,
)


def text_relations(engine: queries.Answers, manifest: Mapping[str, Any]) -> str:
    """Return all relations between texts of a snapshot, as text of an SSSOM file."""
    rows = _rows(engine, "sssom", "semapv:ManualMappingCuration")  # every relation is somebody's judgement
    return mapping_set(rows, _version(manifest))


def record_matches(engine: queries.Answers, manifest: Mapping[str, Any]) -> str:
    """Return all matches of records in a snapshot, as text of an SSSOM file.

    Some were made by hand and some by rule; which, and why, is in the comment. A private build may hold what may not be
    passed on, and so its file states no licence.
    """
    rows = _rows(engine, "sssom_matches", "semapv:UnspecifiedMatching")
    return mapping_set(rows, _version(manifest), MATCHES, _CC_BY if manifest["public"] else _UNSPECIFIED)


def mapping_set(
    rows: Iterable[Mapping[str, str | None]], version: str, what: MappingSet = RELATIONS, licence: str = _CC_BY
) -> str:
    """Return rows of slots as text: metadata behind #, then one line a row."""
    prefixes = {"cg": str(CG._NS), "semapv": "https://w3id.org/semapv/vocab/"}
    out = io.StringIO()
    table = csv.DictWriter(out, what.columns, delimiter="\t", lineterminator="\n")
    table.writeheader()
    for row in rows:
        cells = {name: _one_line(row.get(name) or "") for name in what.columns}
        for name in _ENTITIES:
            if name in cells:
                cells[name] = _curie(cells[name], prefixes)
        for name in _MANY_VALUED:
            cells[name] = cells[name].replace("\\", "\\\\").replace("|", "\\|")
        table.writerow(cells)
    return "".join(f"#{line}\n" for line in _metadata(prefixes, version, what, licence)) + out.getvalue()


def _rows(engine: queries.Answers, query: str, justification: str) -> list[dict[str, str | None]]:
    table = queries.for_site(query).answer(engine)
    return [dict(zip(table.columns, row, strict=True), mapping_justification=justification) for row in table.rows]


def _version(manifest: Mapping[str, Any]) -> str:
    return f"{manifest['data_date']} {manifest['id']}"


def _metadata(prefixes: Mapping[str, str], version: str, what: MappingSet, licence: str) -> Iterable[str]:
    yield "curie_map:"
    for prefix, namespace in sorted(prefixes.items()):
        yield f"  {prefix}: {namespace}"
    yield f"mapping_set_id: https://w3id.org/cybergov/dumps/{what.file}"
    yield f'mapping_set_version: "{version}"'
    yield f"mapping_set_title: {what.title}"
    yield f'mapping_set_description: "{what.description}"'
    yield f"license: {licence}"
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
    if term := _TERM.fullmatch(iri):
        return f"cg:{term['name']}"
    match = _COMPACT.fullmatch(iri)
    if match is None:
        raise ValueError(f"{iri} is neither a thing nor a code of this graph")
    prefix = f"cybergov.{match['kind']}"
    prefixes[prefix] = iri.removesuffix(match["name"])
    return f"{prefix}:{match['name']}"


WRITERS = {FILE: text_relations, MATCHES_FILE: record_matches}
