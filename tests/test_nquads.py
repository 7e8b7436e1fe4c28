"""N-Quads: sorted, each once, without blank nodes, and every text survives."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rdflib import XSD, BNode, Literal, URIRef, Variable

from graph import nquads
from graph.nquads import NotForTheGraph, line, write_sorted
from graph.terms import CG, ID

S, P, G = ID["state/EST"], CG.member, URIRef("https://w3id.org/cybergov/graph/derived")


def test_a_statement_is_one_line_with_its_graph() -> None:
    assert line(S, P, ID["state/LVA"], G) == (
        b"<https://w3id.org/cybergov/id/state/EST> <https://w3id.org/cybergov/ontology/member>"
        b" <https://w3id.org/cybergov/id/state/LVA> <https://w3id.org/cybergov/graph/derived> .\n"
    )


@pytest.mark.parametrize("term", [BNode("b"), Variable("x")])
def test_blank_nodes_and_variables_are_refused(term: BNode) -> None:
    with pytest.raises(NotForTheGraph, match="give the thing an identifier"):
        line(S, P, term)
    with pytest.raises(NotForTheGraph):
        line(term, P, S)


@given(st.text(), st.sampled_from([None, "en", "zh-Hans"]))
@example('"', None)
@example("\\", "en")
@example("\\u0041 \\n", None)
@example("a\r\nb\tc\x00\x08\x0c\x1f\x7f\x85\u2028\ufeff\ufffe", "en")
@example("🌍 é é \U0010ffff", None)
def test_any_text_comes_back_as_it_was_from_one_line(text: str, language: str | None) -> None:
    written = line(S, P, Literal(text, lang=language), G)
    assert written.count(b"\n") == 1
    (quad,) = ox.parse(written, format=ox.RdfFormat.N_QUADS)
    assert isinstance(quad.object, ox.Literal)
    assert quad.object.value == text
    assert quad.object.language == (language.lower() if language else None)
    assert quad.graph_name == ox.NamedNode(G)


def test_a_typed_value_keeps_its_type_and_spelling() -> None:
    written = line(S, P, Literal("007", datatype=XSD.integer, normalize=False))
    assert b'"007"^^<http://www.w3.org/2001/XMLSchema#integer>' in written


@given(st.lists(st.binary(max_size=6).map(lambda b: b.replace(b"\n", b"") + b"\n")), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_merging_runs_from_disk_gives_what_sorting_in_memory_gives(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], run: int
) -> None:
    path = tmp_path_factory.mktemp("runs") / "out.nq"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nquads, "RUN", run)
        count = write_sorted(iter(lines), path)
    assert path.read_bytes() == b"".join(sorted(set(lines)))
    assert count == len(set(lines))
    assert [file.name for file in path.parent.iterdir()] == ["out.nq"], "runs are gone"


def test_many_runs_do_not_need_many_lines_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nquads, "RUN", 10)
    lines = [b"%05d\n" % (n * 7919 % 1000) for n in range(2000)]
    assert write_sorted(iter(lines), tmp_path / "out.nq") == 1000
    written = (tmp_path / "out.nq").read_bytes().splitlines()
    assert written == sorted(written)
    assert len(written) == len(set(written)) == 1000
