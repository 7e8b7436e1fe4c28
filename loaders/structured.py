"""JSON and YAML of others: what a file holds, or what is wrong with it, with line and column.

YAML scalars stay text (`NO` is Norway and not false), and a key that stands twice is a fault, where the standard
parsers would keep the last and say nothing.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

import yaml

from graph.collect import Reject


class Malformed(ValueError):
    """A file that cannot be read, with the place."""

    def __init__(self, line: int, column: str, reason: str) -> None:
        super().__init__(reason)
        self.line, self.column = line, column

    def reject(self, file: str, *, is_row: bool = True) -> Reject:
        """Return it as a reject of the file; a row where the file is one of the many that are a row each."""
        return Reject(file, self.line, self.column, str(self), is_row)


def read_json(content: bytes) -> Any:
    """Return what JSON holds; raise Malformed."""
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique)
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error) from None
    except json.JSONDecodeError as error:
        reason = f"broken JSON: {error.msg} (character {error.colno} of the line); is the file whole?"
        raise Malformed(error.lineno, "-", reason) from None
    except RecursionError:
        raise Malformed(1, "-", "broken JSON: nested too deeply") from None


def read_yaml(content: bytes) -> Any:
    """Return what YAML holds, every scalar as text; raise Malformed."""
    try:
        return yaml.load(content.decode("utf-8-sig"), Loader=_Texts)
    except UnicodeDecodeError as error:
        raise _not_utf8(content, error) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        reason = f"broken YAML: {error.problem or error.context} (character {column} of the line); is the file whole?"
        raise Malformed(line, "-", reason) from None
    except yaml.YAMLError as error:
        raise Malformed(1, "-", f"broken YAML: {error}") from None
    except RecursionError:
        raise Malformed(1, "-", "broken YAML: nested too deeply") from None


def _not_utf8(content: bytes, error: UnicodeDecodeError) -> Malformed:
    line = content[: error.start].count(b"\n") + 1
    return Malformed(line, "-", f"not UTF-8 (byte {error.start}); save the file as UTF-8")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Malformed(1, key, f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


class _Texts(yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader):  # type: ignore[misc]
    """Constructs text, lists and mappings and nothing else."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Construct a mapping; refuse a key that stands twice."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                mark = key.start_mark
                raise Malformed(mark.line + 1, str(key.value), f"the key {key.value!r} stands twice")
            seen.add(key.value)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping
