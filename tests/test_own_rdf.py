"""RDF of others: the way back from what a record states, and nothing that reaches beyond the file."""

from __future__ import annotations

import json

import own
import pytest
from own import contribution, items, meta, records, rejects
from test_own_tables import CONTEXT, LAUGHS, NTRIPLES, OBJECT, PREFIXES, TURTLE, WITH_CONTEXT

from graph.collect import Collection, Located
from graph.dates import Stated
from graph.model import Commitment, Membership
from graph.nquads import line
from graph.terms import GRAPH, ID
from loaders import curated
from loaders.own.statements import NotUsable

XSD = "<http://www.w3.org/2001/XMLSchema#"
CLAIM = "a cg:Membership ; cg:member <state/ALB> ; cg:forum <forum/foc> ; cg:role 'member' ; cg:spell 1"


def turtle(text: str) -> own.Contribution:
    return contribution("m.ttl", PREFIXES + text, meta("m.ttl"))


def test_all_that_the_tables_state_can_be_stated_again_as_rdf_and_changes_nothing_of_theirs() -> None:
    collection = Collection()
    for loader in curated.loaders(own.SAMPLE):
        collection.read(loader)
    before = set(collection.quads())
    things, disputed = set(collection.entries), sum(entry.disputed for entry in collection.entries.values())
    statements = b"".join(sorted({line(*quad[:3]) for quad in before}))
    loader = contribution("all.nt", statements, meta("all.nt")).loader(codes=own.codes())
    account = collection.read(loader)
    assert collection.passed_over == []
    assert account.rows == account.evidence == len(things)
    after = set(collection.quads())
    assert before <= after
    assert {graph for *_, graph in after - before} == {loader.graph}
    assert set(collection.entries) - things == {ID["source/contribution-members-that-we-know-of"]}
    assert sum(entry.disputed for entry in collection.entries.values()) == disputed


@pytest.mark.parametrize("name", ["_:m", "<https://example.org/m>", "[]"])
def test_a_claim_gets_the_identifier_that_it_has_by_what_it_says(name: str) -> None:
    (record,) = records(turtle(f"{name} {CLAIM} ." if name != "[]" else f"[] {CLAIM} ."))
    assert record.iri == ID["membership/foc-ALB-member-1"]


def test_evidence_and_its_source_are_nodes_of_their_own_and_state_dates_of_their_own() -> None:
    found = items(
        turtle(
            f"""_:m {CLAIM} ; cg:start "2024"^^{XSD}gYear> ; cg:evidence _:a , _:b .
_:a a cg:Evidence ; cg:source <source/aa-foc-2018> ; cg:verification "unchecked" .
_:b cg:source <source/new> ; cg:bearing "contradicts" ; cg:statedStart "2023"^^{XSD}gYear> ; cg:locator "p. 4" .
<source/new> a cg:Source ; cg:sourceKind "press" ; cg:sourceRank 4 ; <http://purl.org/dc/terms/title> "News"@en ."""
        )
    )
    made = [item.record for item in found if isinstance(item, Located) and isinstance(item.record, Membership)]
    assert [record.start for record in made] == [Stated(2024), Stated(2023)]
    assert [record.evidence[0].bearing for record in made] == ["supports", "contradicts"]
    assert made[1].evidence[0].source == ID["source/new"]


def test_a_paragraph_is_named_with_its_document() -> None:
    text = """<commitment/example> a cg:Commitment ; <http://www.w3.org/2000/01/rdf-schema#label> "Example"@en ;
cg:commitmentKind "norm" ; cg:commitmentStatus "adopted" ; cg:bindingness "political" ;
cg:statedIn "eu-reg-2019-796#art. 3" ."""
    (record,) = [i.record for i in items(turtle(text)) if isinstance(i, Located) and isinstance(i.record, Commitment)]
    assert record.stated_in == ID["provision/eu-reg-2019-796-art-3"]


def test_a_name_of_others_is_known_by_exact_match() -> None:
    text = CLAIM.replace("<forum/foc>", "<http://www.wikidata.org/entity/Q458>")
    assert records(turtle(f"_:m {text} ."))[0].iri == ID["membership/eu-ALB-member-1"]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        (f"<membership/foc-EST-member-1> {CLAIM} .", "membership/foc-EST", "this is membership/foc-ALB-member-1"),
        (f"_:m {CLAIM.replace('<forum/foc>', '<forum/nowhere>')} .", "cg:forum", "nothing has the identifier"),
        (f"_:m {CLAIM.replace('<forum/foc>', '_:x')} .", "cg:forum", "names nothing in this contribution"),
        (f"_:m {CLAIM.replace('<forum/foc>', '<https://example.org/f>')} .", "cg:forum", "nothing is known by"),
        (f"_:m {CLAIM.replace('<forum/foc>', '<state/EST>')} .", "cg:forum", "state/EST is a state, and forum or"),
        (f"_:m {CLAIM} ; cg:start 2020.5 .", "cg:start", "is no date, month or year but an xsd:decimal"),
        (f"_:m {CLAIM} ; cg:spell 2 .", "cg:spell", "there is room for one cg:spell"),
        (f"_:m a cg:Forum . _:m {CLAIM} .", "_:", "cannot be all of cg:Forum, cg:Membership"),
        (f"_:m {CLAIM} ; cg:evidence _:e .", "cg:evidence", "is not in this contribution"),
        (f"_:m {CLAIM} . _:e a cg:Evidence ; cg:locator 'p' .", "_:", "evidence is of nothing"),
        ("_:m cg:member <state/ALB> .", "_:", "what kind of thing this is"),
        ("_:e a cg:Event ; <http://www.w3.org/2000/01/rdf-schema#label> 'X' ; cg:eventKind 'conference' .", "_:",
         "needs an identifier of its own"),
        ("<event/x--y> a cg:Event ; cg:eventKind 'conference' .", "event/x--y", "cannot be part of an identifier"),
        ("<event/x> a cg:Event ; <http://www.w3.org/2000/01/rdf-schema#label> 'Konferenz'@de .", "rdfs:label",
         "is wanted in en, and this is in de"),
        ("<person/x> a cg:Person ; <http://www.w3.org/2000/01/rdf-schema#label> 'X' .", "cg:publicFunction",
         "for a public function only"),
        ("<forum/eu> a cg:Forum .", "rdfs:label", "needs rdfs:label"),
        ("<state/EST> a cg:State ; cg:isoAlpha3 <https://example.org/x> .", "cg:isoAlpha3", "words are wanted"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(text: str, column: str, words: str) -> None:
    (reject,) = rejects(turtle(text))
    assert reject.column.startswith(column)
    assert any(each in reject.reason for each in words.split("|")), reject.reason
    assert reject.line > 2


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        (f"_:m {CLAIM} ; cg:memberOff <forum/foc> .", "cg:memberOff", "is no property that can be used"),
        (f"_:m {CLAIM} ; cg:startNotBefore '2020-01-01' .", "cg:startNotBefore", "is no property"),
        (f"_:m {CLAIM} ; <http://www.w3.org/2002/07/owl#sameAs> <state/EST> .", "http://www.w3.org", "is no property"),
        ("_:m a cg:Memberhsip .", "rdf:type", "is no class of the model; nearest: cg:Membership"),
        ("_:m a cg:Claim .", "rdf:type", "cg:Claim is no class"),
        ("_:m a 'words' .", "rdf:type", "is no class"),
        ("<state/RUS> cg:attributedTo <operation/notpetya> . <operation/notpetya> cg:perpetrator <state/RUS> .",
         "cg:perpetrator", "is no property"),
    ],
)  # fmt: skip
def test_what_is_no_term_of_the_model_is_a_fault_of_the_file(text: str, column: str, words: str) -> None:
    found = rejects(turtle(text))
    assert [fault.is_row for fault in found] == [False] * len(found)
    assert any(fault.column.startswith(column) and words in fault.reason for fault in found)


def test_an_operation_leads_to_no_state_but_its_target() -> None:
    label = '<http://www.w3.org/2000/01/rdf-schema#label> "Example operation"@en'
    assert records(turtle(f"<operation/example> a cg:Operation ; {label} ; cg:target <state/EST> ."))
    for term in ("attributedTo", "assessedCountry", "initiator", "speaker"):
        assert rejects(turtle(f"<operation/example> a cg:Operation ; {label} ; cg:{term} <state/RUS> ."))


def test_a_contribution_states_nothing_in_the_graph_of_another() -> None:
    name = "members-that-we-know-of"
    for graph, number in ((GRAPH["source/memberships"], 1), (GRAPH["derived"], 1), (GRAPH[f"source/{name}"], 0)):
        quads = NTRIPLES.replace(" .\n", f" <{graph}> .\n")
        found = rejects(contribution("m.nq", quads, meta("m.nq")))
        assert bool(found) is bool(number)
        assert all("states nothing in the graph" in fault.reason for fault in found)
        trig = TURTLE.replace("<membership/", f"<{graph}> {{ <membership/", 1) + "}"
        assert bool(rejects(contribution("m.trig", trig, meta("m.trig")))) is bool(number)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("m.ttl", TURTLE[:200], r"m\.ttl:\d: not readable as Turtle"),
        ("m.ttl", TURTLE.encode("utf-16"), "not readable as Turtle"),
        ("m.ttl", "<relative> a <x> .", "not readable as Turtle"),
        ("m.nt", NTRIPLES + "<a> <b> broken .\n", r"m\.nt:7: not readable as N-Triples"),
        ("m.nt", "Côte".encode("latin-1"), "not readable"),
        ("m.rdf", "<rdf:RDF", "not readable as RDF/XML"),
        ("m.rdf", LAUGHS, "declares a DOCTYPE"),
        ("m.rdf", LAUGHS.decode().encode("utf-16"), "declares a DOCTYPE"),
        ("m.rdf", b'<!doctype r SYSTEM "file:///etc/passwd"><r/>', "declares a DOCTYPE"),
        ("m.jsonld", '{"@context": "https://example.org/c.jsonld"}', "refers to the context https://example.org/c.jsonld"),
        ("m.jsonld", '{"@context": [{}, "file:///etc/passwd"]}', "refers to the context file:///etc/passwd"),
        ("m.jsonld", '{"@context": {"@import": "https://example.org/c"}}', "refers to the context https://example.org/c"),
        ("m.jsonld", '{"@context": {"a": {"@id": "x:y", "@context": "https://example.org/c"}}}', "nothing is fetched"),
        ("m.jsonld", '{"@context": {}, "lost": 1}', "no @context has the key 'lost'"),
        ("m.jsonld", '{"@context": {', "broken JSON"),
        ("m.jsonld", "[" * 100_000, "nested too deeply|broken JSON"),
        ("m.pdf", "%PDF", "cannot say how to read .pdf"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(file: str, content: str | bytes, words: str) -> None:
    with pytest.raises(NotUsable, match=words):
        items(contribution(file, content, meta(file)))


def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.own.rdf.MOST_STATEMENTS", 3)
    with pytest.raises(NotUsable, match="more than 3 statements"):
        items(contribution("m.nt", NTRIPLES, meta("m.nt")))


def test_a_key_that_the_context_leaves_out_on_purpose_is_left_out_and_another_is_not() -> None:
    given = {**OBJECT, "kind": "cg:Membership", "remark": "x"}
    assert records(contribution("c.json", json.dumps([given]), WITH_CONTEXT))
    with pytest.raises(NotUsable, match="no @context has the key 'remarks'"):
        items(contribution("c.json", json.dumps([{**given, "remarks": "x"}]), WITH_CONTEXT))


def test_a_statement_on_a_statement_is_refused() -> None:
    text = f"_:m {CLAIM} . <state/EST> cg:member <<( <state/EST> cg:member <state/ALB> )>> ."
    assert any("statements about statements" in fault.reason for fault in rejects(turtle(text)))


def test_the_context_may_map_words_of_several_languages() -> None:
    context = {**CONTEXT, "name": {"@id": "http://www.w3.org/2000/01/rdf-schema#label", "@container": "@language"}}
    context |= {"id": "@id", "what": "cg:eventKind"}
    data = {
        "@context": context,
        "id": ID["event/example"],
        "kind": "cg:Event",
        "name": {"en": "A day"},
        "what": "conference",
    }
    assert records(contribution("m.jsonld", json.dumps(data), meta("m.jsonld")))[0].name == "A day"  # type: ignore[attr-defined]
