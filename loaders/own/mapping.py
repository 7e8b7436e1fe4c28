"""Whether a table's description fits the model: found before a row is read, and said of the description."""

from __future__ import annotations

from collections.abc import Iterator

from csvw.metadata import Column, Table
from csvw.metadata_utils import NAMESPACES

from graph.record import Record
from loaders.own.grammar import CLASSES, TYPE, class_of, expanded, is_term, unknown
from loaders.own.statements import NotUsable, Unusable

_VARIABLES = {"_row", "_sourceRow", "_name"}


def must_fit_the_model(file: str, table: Table) -> None:
    """Refuse a description that leaves a column without meaning, or names what the model does not have."""
    used = {str(name) for column in table.tableSchema.columns for name in _variables(column)}
    problems = [*_kinds(table), *_columns(table, used), *_names(table, used)]
    if problems:
        raise NotUsable(f"{file}: " + "; ".join(problems) + ".")


def property_of(column: Column) -> str:
    """Return the property that a column stands for, or nothing."""
    template = column.inherit("propertyUrl")
    return whole(str(template)) if template else ""


def whole(text: str) -> str:
    """Return a term with its prefix, ours or one of those that CSVW knows, written out."""
    prefix, colon, local = text.partition(":")
    return str(NAMESPACES[prefix]) + local if colon and prefix in NAMESPACES else expanded(text)


def _types(table: Table) -> set[str]:
    stated = (column.inherit("valueUrl") for column in table.tableSchema.columns if property_of(column) == TYPE)
    return {whole(str(template)) for template in stated if template}


def _kinds(table: Table) -> Iterator[str]:
    if not any(property_of(column) == TYPE for column in table.tableSchema.columns):
        yield "no column says what a row is; add a virtual one with propertyUrl rdf:type and a valueUrl as cg:Event"
    for iri in sorted(_types(table)):
        if "{" not in iri:
            try:
                class_of([iri], "rdf:type")
            except Unusable as error:
                yield str(error)


def _columns(table: Table, used: set[str]) -> Iterator[str]:
    cls = _only_class(table)
    for column in table.tableSchema.columns:
        predicate = property_of(column)
        if column.suppressOutput:
            continue
        if "{" in predicate:
            yield f"the propertyUrl of {column.header!r} should be one property, without braces"
        elif predicate and not is_term(cls, predicate):
            yield f"column {column.header!r}: {unknown(cls, predicate)}"
        elif not predicate and column.header not in used:
            yield f"the column {column.header!r} maps to nothing; give it a propertyUrl, or suppressOutput: true"


def _only_class(table: Table) -> type[Record] | None:
    """Return the class of all rows, where they are of one and each says something of one thing."""
    types, about = _types(table), {str(column.inherit("aboutUrl")) for column in table.tableSchema.columns}
    return CLASSES.get(next(iter(types))) if len(types) == len(about) == 1 else None


def _names(table: Table, used: set[str]) -> Iterator[str]:
    there = {column.header for column in table.tableSchema.columns if not column.virtual}
    for name in sorted(used - there - _VARIABLES):
        yield f"a template names the column {name!r}, and there is none"
    for name in table.tableSchema.primaryKey or []:
        if name not in there:
            yield f"the primaryKey names the column {name!r}, and there is none"


def _variables(column: Column) -> set[str]:
    templates = (column.inherit("aboutUrl"), column.inherit("valueUrl"))
    return {str(name) for template in templates if template for name in template.variable_names}
