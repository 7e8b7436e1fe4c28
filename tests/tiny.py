"""A build that takes a second: a handful of rows, one shape and one check. Run as a script, it builds in a process.

python tests/tiny.py FOLDER [STAGE]   builds FOLDER/tables into FOLDER/home, and stays in STAGE for ever
"""

from __future__ import annotations

import dataclasses
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tables import write_folder

from graph.build import Recipe, build
from webapp.cli import recipe

ONTOLOGY = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix cg: <https://w3id.org/cybergov/ontology/> .
cg:State rdfs:subClassOf cg:Actor .
"""
CODES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/cybergov/vocab/state-kind/un-member> a skos:Concept ; skos:prefLabel "UN member"@en .
<https://w3id.org/cybergov/vocab/source-kind/other> a skos:Concept ; skos:prefLabel "other"@en .
"""
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix cg: <https://w3id.org/cybergov/ontology/> .
[] a sh:NodeShape ; sh:targetClass cg:State ; sh:property [
    sh:path rdfs:label ; sh:pattern "^[A-Z]" ; sh:message "A state's name begins with a capital letter." ] .
"""
CHECK = """# title: Two states share a name
PREFIX cg: <https://w3id.org/cybergov/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?a ?b WHERE { ?a a cg:State ; rdfs:label ?name . ?b a cg:State ; rdfs:label ?name . FILTER(STR(?a) < STR(?b)) }
"""
ESTONIA = {"id": "EST", "name": "Estonia", "state_kind": "un-member"}
LATVIA = {"id": "LVA", "name": "Latvia", "state_kind": "un-member"}


def write(folder: Path, *states: dict[str, str], **tables: list[dict[str, str]]) -> Recipe:
    """Write tables, terms, the shape and the check into a folder, and return the recipe for them."""
    write_folder(folder / "tables", **{"sources": [], "states": list(states), **tables})
    for name, text in (("core", ONTOLOGY), ("codes", CODES), ("shapes", SHAPES)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "all.ttl").write_text(text)
    (folder / "checks").mkdir(exist_ok=True)
    (folder / "checks" / "names.rq").write_text(CHECK)
    return read(folder)


def read(folder: Path) -> Recipe:
    """Return the recipe for what `write` wrote."""
    whole = recipe(folder / "tables")
    files = {"ontology": "core", "codes": "codes", "shapes": "shapes", "checks": "checks"}
    return dataclasses.replace(whole, **{part: folder / name for part, name in files.items()})  # type: ignore[arg-type]


def main(folder: Path, stay_in: str = "") -> None:
    """Build, or begin to."""

    def told(stage: str) -> None:
        print(stage, flush=True)
        if stage == stay_in:
            time.sleep(600)

    print(build(read(folder), folder / "home", told)[0].id)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
