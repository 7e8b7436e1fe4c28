"""The codebook: all of the model, the lists and the codes and nothing else, on the page as in the PDF."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from pypdf.generic import Destination
from rdflib import OWL, RDF, Graph, Literal, URIRef
from reportlab.pdfbase.pdfmetrics import stringWidth

import ontology
from graph import model
from graph.terms import CG, DCTERMS, RDFS, SKOS, VOCAB
from graph.turtle import read
from loaders.curated import TABLES
from loaders.table import EVIDENCE_COLUMNS, columns
from ontology.codebook import EVIDENCE, Codebook, Reader
from ontology.coding import NO_RULE, Gap, gaps, level, values, variables
from ontology.parts import ROOMS, Words
from webapp import codebook
from webapp.codebook_pdf import CODES, COLUMNS, NAME_SIZE, broken
from webapp.pdf import UnprintableText, printable

RECORDED = [getattr(model, name) for name in model.__all__]
KINDS = {record.kind for record in RECORDED} | {"evidence"}
VOTE = VOCAB["vote"]
ABSTAIN = VOCAB["vote/abstain"]


@pytest.fixture(scope="module")
def codes() -> Graph:
    return ontology.load_codes()


@pytest.fixture(scope="module")
def book() -> Codebook:
    return codebook.book()


@pytest.fixture(scope="module")
def page(app: Flask) -> str:
    return app.test_client().get("/codebook").get_data(as_text=True)


@pytest.fixture(scope="module")
def pdf(app: Flask) -> bytes:
    return app.test_client().get("/codebook.pdf").data


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def leaves(reader: PdfReader) -> list[str]:
    """The text of each page of the PDF."""
    return [leaf.extract_text() for leaf in reader.pages]


Change = Callable[[Graph, Graph], object]


@cache
def shipped() -> tuple[Graph, Graph, Graph]:
    return ontology.load_ontology(), ontology.load_codes(), ontology.load_shapes()


def changed(*changes: Change) -> Codebook:
    """Return the codebook of the ontology after changes to its terms and codes."""
    terms, codes = (Graph() + graph for graph in shipped()[:2])
    for change in changes:
        change(terms, codes)
    return Reader(terms, codes, shipped()[2], {}).read()


def part(of: Codebook, room: str) -> Codebook:
    """Return one room alone, which is sooner written."""
    return dataclasses.replace(of, rooms=tuple(kept for kept in of.rooms if kept.name == room))


def without(subject: URIRef, predicate: URIRef) -> Change:
    return lambda terms, codes: [graph.remove((subject, predicate, None)) for graph in (terms, codes)]


def saying(subject: URIRef, predicate: URIRef, words: str) -> Change:
    return lambda _, codes: codes.set((subject, predicate, Literal(words, lang="en")))


def squeezed(text: str) -> str:
    return "".join(text.split())


def anchors(page: str, prefix: str) -> list[str]:
    return re.findall(rf' id="{prefix}([^"]+)"', page)


def listed(codes: Graph) -> set[str]:
    return {str(iri).removeprefix(VOCAB) for iri in codes.subjects(RDF.type, SKOS.ConceptScheme)}


def coded(codes: Graph) -> set[str]:
    return {str(iri).removeprefix(VOCAB).replace("/", ".") for iri in codes.subjects(RDF.type, SKOS.Concept)}


# All of it, and nothing else


def test_the_page_tells_of_every_kind_of_record_list_and_code_and_of_no_others(page: str, codes: Graph) -> None:
    assert set(anchors(page, "record-")) == KINDS
    assert set(anchors(page, "list-")) == listed(codes)
    assert set(anchors(page, "code-")) == coded(codes)


def test_the_pdf_tells_of_every_kind_of_record_list_and_code_and_of_no_others(
    reader: PdfReader, book: Codebook, codes: Graph
) -> None:
    entered = [title for title, depth, _ in entries(reader.outline) if depth == 1]
    parts = [part for room in book.rooms for part in (*room.kinds, *room.lists)]
    assert entered == [printable(part.words.label, "") for part in parts]
    linked = {note["/A"]["/URI"] for leaf in reader.pages for note in leaf.get("/Annots", ()) if "/A" in note}
    to_codes = {uri.removeprefix(VOCAB).replace("/", ".") for uri in linked if uri.startswith(VOCAB)}
    assert to_codes == listed(codes) | coded(codes)
    assert {str(record.cls) for record in RECORDED} <= linked


def test_the_words_of_every_kind_list_and_code_stand_on_the_page_and_in_the_pdf(
    page: str, leaves: list[str], book: Codebook
) -> None:
    on_page = squeezed(unescape(re.sub(r"<[^>]+>", "", page)))
    in_pdf = squeezed("".join(leaves))
    everything = [*book.kinds, *book.lists, *book.codes]
    assert len(everything) > 600
    for part in everything:
        words = part.words
        for text in (words.definition, *words.notes, *words.examples):
            assert squeezed(text) in on_page, (words.iri, text)
            # A paragraph may go over a page and then has the running head in its midst; rows of tables do not.
            halves = [printable(text, "")] if hasattr(part, "list_name") else printable(text, "").split(". ")
            assert any(squeezed(half) in in_pdf for half in halves), (words.iri, text)


def test_each_code_stands_in_its_list_in_the_order_of_the_file(book: Codebook) -> None:
    for of in book.lists:
        wanted = re.findall(rf"<{VOCAB}{of.words.name}/([\w-]+)> a skos:Concept", read(ontology.CODES).decode())
        assert [code.words.name for code in of.codes] == wanted


def test_rooms_are_those_of_the_model_and_a_list_stands_where_it_is_used(book: Codebook) -> None:
    assert tuple(room.name for room in book.rooms[: len(ROOMS)]) == ROOMS
    room_of = {kind.name: room.name for room in book.rooms for kind in room.kinds}
    assert room_of == {record.kind: record.__module__.rsplit(".", 1)[-1] for record in RECORDED} | {
        "evidence": "knowledge"
    }
    for room in book.rooms:
        for of in room.lists:
            users = {room_of[kind] for kind, _ in of.users}
            assert users == {room.name} or (room.name == "shared" and len(users) != 1)


def test_a_class_that_a_record_becomes_is_told_of_with_it(book: Codebook) -> None:
    terms = ontology.load_ontology()
    classes = {cls for cls in terms.subjects(RDF.type, OWL.Class) if isinstance(cls, URIRef)}
    told = {kind.words.iri for kind in book.kinds} | {low.words.iri for kind in book.kinds for low in kind.narrower}
    abstract = {CG.Actor, CG.Claim}
    assert classes - abstract == told


# Columns


@pytest.mark.parametrize("record", RECORDED, ids=lambda record: record.__name__)
def test_the_columns_are_those_of_the_table(record: type[model.Vote], book: Codebook) -> None:
    (kind,) = [kind for kind in book.kinds if kind.name == record.kind]
    told = (("id",) if kind.has_id else ()) + tuple(column.name for column in kind.columns)
    assert told == columns(record)
    assert [column.name for column in kind.keys] == [name for name, spec in record.specs().items() if spec.key]
    assert kind.table == next((name for name, (cls, _) in TABLES.items() if cls is record), "")


def test_the_columns_of_evidence_are_those_of_every_table() -> None:
    assert set(EVIDENCE) == {*EVIDENCE_COLUMNS, "bearing"}


def test_every_column_stands_on_the_page_with_its_list_or_kinds(page: str, book: Codebook) -> None:
    rows = dict(re.findall(r'<tr role="row" id="column-([^"]+)">(.*?)</tr>', page, re.DOTALL))
    own = [column for kind in book.kinds for column in kind.own_columns]
    assert set(rows) == {column.title for column in own}
    for column in own:
        links = set(re.findall(r'href="#([^"]+)"', rows[column.title]))
        wanted = {f"list-{column.spec.scheme}"} if column.spec.scheme else set()
        assert links == wanted | {f"record-{kind}" for kind in column.spec.kinds}


def test_a_row_without_columns_of_its_own_says_whose_they_are(page: str) -> None:
    (norm,) = re.findall(r'id="record-norm">(.*?)</section>', page, re.DOTALL)
    assert 'Its columns are those of <a href="#record-commitment">commitment</a>.' in norm


def test_identity_is_said_in_words(book: Codebook) -> None:
    kinds = {kind.name: kind for kind in book.kinds}
    assert kinds["membership"].identity.startswith(
        "One record for each combination of forum, member, role and spell. Two rows that agree in these are the same"
    )
    assert kinds["membership"].form == "membership/FORUM-MEMBER-ROLE-SPELL"
    assert kinds["forum"].identity.startswith("An editorial id, chosen once and never changed.")
    assert kinds["evidence"].identity.startswith("Made by the build")


def test_it_is_said_where_a_coder_writes(book: Codebook) -> None:
    where = {kind.name: kind.where for kind in book.kinds}
    assert where["membership"] == "table memberships.csv"
    assert where["evidence"] == "the last columns of every table"
    assert where["provision"] == "no table of its own is filled by hand"


def test_what_may_stand_in_a_column_is_said_in_words(book: Codebook) -> None:
    said = {
        column.title: "".join(text for text, _ in values(column, book))
        for kind in book.kinds
        for column in kind.columns
    }
    assert said["organisation.organ_of"] == "the id of an organisation or a state"
    assert said["implementation.commitment"] == "the id of a UN norm or a commitment"
    assert said["event.topics"] == "a code of topic, several parted by semicolons"
    assert said["membership.start"] == "a date as precise as the source: YYYY, YYYY-MM or YYYY-MM-DD"
    assert said["commitment.paraphrase"] == "words in English"


def test_rules_over_several_columns_are_told_apart_from_rules_of_form(book: Codebook) -> None:
    kinds = {kind.name: kind for kind in book.kinds}
    assert any("checked" in rule for rule in kinds["evidence"].rules)
    assert not [rule for kind in book.kinds for rule in kind.rules if "is named by an IRI" in rule]
    assert all(column.forms for kind in book.kinds for column in kind.columns if column.spec.shape == "code")
    assert book.rules


# Agreement


def test_every_column_that_is_compared_has_a_level_and_no_key_is_compared(page: str, book: Codebook) -> None:
    compared = [column for of_level in variables(book).values() for column in of_level]
    own = [column for kind in book.kinds for column in kind.own_columns]
    assert sorted(c.title for c in compared) == sorted(c.title for c in own if not c.spec.key)
    by_title = {column.title: level(column) for column in compared}
    assert by_title["vote.value"] == "nominal"
    assert by_title["statement.topics"] == "set"
    assert by_title["source.rank"] == "ordinal"
    assert by_title["membership.start"] == "interval"
    assert by_title["ballot.yes"] == "ratio"
    assert by_title["commitment.paraphrase"] == "read"
    assert set(by_title.values()) == set(codebook.LEVELS)


def test_it_is_said_that_no_figure_of_reliability_exists(page: str, leaves: list[str]) -> None:
    assert "No reliability figure exists yet." in page
    assert "No reliability figure exists yet." in " ".join(leaves)
    for name in ("Krippendorff's alpha", "Cohen's kappa"):
        assert name in unescape(page)


# What is missing


def test_no_rule_example_or_boundary_is_missing(book: Codebook) -> None:
    assert gaps(book) == ()


@pytest.mark.parametrize(
    ("subject", "predicate", "gap"),
    [
        (VOTE, SKOS.scopeNote, Gap("vote", "rule")),
        (VOTE, SKOS.definition, Gap("vote", "definition")),
        (ABSTAIN, SKOS.scopeNote, Gap("vote/abstain", "boundary")),
        (ABSTAIN, SKOS.example, Gap("vote/abstain", "example")),
        (ABSTAIN, SKOS.definition, Gap("vote/abstain", "definition")),
        (CG.Forum, SKOS.scopeNote, Gap("forum", "boundary")),
        (CG.Forum, SKOS.example, Gap("forum", "example")),
        (CG.voteValue, SKOS.definition, Gap("vote.value", "meaning")),
    ],
)
def test_what_is_missing_is_found(subject: URIRef, predicate: URIRef, gap: Gap, book: Codebook) -> None:
    assert gap in set(gaps(changed(without(subject, predicate)))) - set(gaps(book))


def test_a_list_that_a_column_needs_and_nobody_made_is_found(book: Codebook) -> None:
    lost = changed(without(VOTE, RDF.type))
    assert Gap("vote.value", "code list vote") in set(gaps(lost)) - set(gaps(book))


def test_a_list_shows_its_rule_or_that_none_is_written(app: Flask, book: Codebook) -> None:
    ruled = {f"list-{of.words.name}" for of in book.lists if of.words.notes}
    with app.app_context():
        page = codebook.write_text(changed(without(VOTE, SKOS.scopeNote)))
    shown = dict(re.findall(r'<section class="entry" id="(list-[^"]+)">(.*?)</section>', page, re.DOTALL))
    unruled = {name for name, section in shown.items() if f"<b>Rule</b> {NO_RULE}." in section}
    assert unruled == (shown.keys() - ruled) | {"list-vote"}
    assert re.search(r"Still to be written: .*\d+ rules?\b", page)


# The page


def test_anchors_are_unique_and_every_link_within_the_page_leads_somewhere(page: str) -> None:
    places = Counter(re.findall(r' id="([^"]+)"', page))
    assert [place for place, number in places.items() if number > 1] == []
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)


def test_terms_lists_and_codes_lead_to_their_own_pages(page: str, client: FlaskClient) -> None:
    local = set(re.findall(r'href="(/(?:ontology|vocab)/[^"]+)"', page))
    assert {"/ontology/Membership", "/ontology/voteValue", "/vocab/vote", "/vocab/vote/abstain"} <= local
    answers = {address: client.get(address).status_code for address in sorted(local)[::25]}
    assert set(answers.values()) <= {200, 303}, answers


def test_the_written_parts_stand_on_the_page_and_in_the_pdf(page: str, leaves: list[str]) -> None:
    for anchor in ("use", "rules", "two-coders", "nevers"):
        assert f'id="{anchor}"' in page
    assert "Attribution is a speech act" in page
    assert any("Attribution is a speech act" in leaf for leaf in leaves)


# The PDF


def test_the_pdf_is_the_same_bytes_whatever_the_order_of_sets(app: Flask, pdf: bytes) -> None:
    code = """
import hashlib
from flask import Flask
from webapp import codebook
app = Flask("webapp.app")
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
with app.app_context():
    print(hashlib.sha256(codebook.write_pdf(codebook.book())).hexdigest())
"""
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    assert done.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def test_the_pdf_says_what_it_is(reader: PdfReader, book: Codebook, leaves: list[str]) -> None:
    about = reader.metadata
    assert about is not None
    assert (about.title, about.author) == ("Codebook of the cyber governance graph", "cybergov editors")
    assert about.subject is not None
    assert book.version in about.subject
    assert about.creation_date is not None
    assert about.creation_date.date() == book.issued
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    for text in (f"Version {book.version}", "CC BY 4.0", book.citation):
        assert text in " ".join(leaves[0].split())


def test_bookmarks_and_contents_lead_to_the_pages_they_name(
    reader: PdfReader, book: Codebook, leaves: list[str]
) -> None:
    bookmarks = list(entries(reader.outline))
    parts = ["How to use this book", "Rules for all records", "Coding with two coders"]
    assert [title for title, depth, _ in bookmarks if depth == 0] == [
        *parts,
        *(room.title for room in book.rooms),
        "What is never said",
    ]
    first = reader.get_destination_page_number(bookmarks[0][2])
    assert first is not None
    lines = [line.strip() for leaf in leaves[1:first] for line in leaf.split("\n")]
    for title, _, place in bookmarks:
        number = reader.get_destination_page_number(place)
        assert number is not None
        assert squeezed(title) in squeezed(leaves[number])
        assert (title, str(number + 1)) in pairwise(lines)


def entries(outline: list[object], depth: int = 0) -> Iterator[tuple[str, int, Destination]]:
    for entry in outline:
        if isinstance(entry, list):
            yield from entries(entry, depth + 1)
        elif isinstance(entry, Destination):
            yield str(entry.title), depth, entry


def test_each_page_has_its_number_and_the_part_it_belongs_to(leaves: list[str]) -> None:
    for number, leaf in enumerate(leaves[1:], start=2):
        lines = leaf.split("\n")
        assert str(number) in lines
        assert any(line.startswith("Codebook of the cyber governance graph \u00b7 version") for line in lines)


def test_names_fit_their_cells(book: Codebook) -> None:
    columns = [(column.name, COLUMNS[0]) for kind in book.kinds for column in kind.columns]
    for name, width in [*columns, *((code.words.name, CODES[0]) for code in book.codes), ("x" * 90, CODES[0])]:
        lines = broken(name, width).split("\n")
        assert "".join(lines) == name
        assert max(stringWidth(line, "Courier", NAME_SIZE) for line in lines) <= width - 8


def test_the_pdf_is_made_once_and_sent_again_only_when_it_changed(client: FlaskClient) -> None:
    first = client.get("/codebook.pdf")
    assert first.content_type == "application/pdf"
    assert first.headers["Content-Disposition"].startswith('inline; filename="cybergov-codebook-')
    assert client.get("/codebook.pdf", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert codebook._pdf() is codebook._pdf()


# Text that means harm, and text that cannot be shown

HOSTILE = "<script>alert(1)</script> & <b>bold</b> </para> {{ 7*7 }}"


def test_a_hostile_label_is_shown_as_it_is_written(app: Flask) -> None:
    hostile = part(
        changed(
            saying(ABSTAIN, SKOS.prefLabel, HOSTILE),
            saying(ABSTAIN, SKOS.example, HOSTILE),
            saying(VOTE, SKOS.prefLabel, HOSTILE),
            lambda terms, _: terms.set((CG.voteValue, RDFS.label, Literal(HOSTILE, lang="en"))),
            lambda terms, _: terms.set((CG.Vote, SKOS.definition, Literal(HOSTILE, lang="en"))),
        ),
        "texts",
    )
    with app.app_context():
        page = codebook.write_text(hostile)
        written = PdfReader(io.BytesIO(codebook.write_pdf(hostile)))
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;") >= 5
    assert squeezed("".join(leaf.extract_text() for leaf in written.pages)).count(squeezed(HOSTILE)) >= 5


def test_a_hostile_address_of_a_source_is_no_script(app: Flask) -> None:
    link = URIRef('javascript:alert("1")')
    with app.app_context():
        page = codebook.write_text(changed(lambda _, codes: codes.add((ABSTAIN, DCTERMS.source, link))))
    assert 'href="javascript' not in page


def test_a_character_that_the_fonts_lack_is_refused_with_its_place(app: Flask) -> None:
    foreign = part(changed(saying(ABSTAIN, SKOS.example, "弃权")), "texts")
    with app.app_context(), pytest.raises(UnprintableText, match=r"U\+5F03 \(弃\) in code-vote\.abstain"):
        codebook.write_pdf(foreign)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Réseau, Größe, € – “x”", "Réseau, Größe, € – “x”"),
        ("Chișinău", "Chisinau"),
        ("Łódź", "Lódz"),
        ("Đà Nẵng, Iğdır", "Dà Nang, Igdir"),
        ("a\u2011b\u2009\u2192\u2009c \u2265 2", "a-b -> c >= 2"),
    ],
)
def test_letters_the_fonts_lack_lose_their_mark(text: str, shown: str) -> None:
    assert printable(text, "here") == shown


def test_words_without_a_label_are_called_by_their_name() -> None:
    book = changed(without(ABSTAIN, SKOS.prefLabel))
    assert [code.words.label for code in book.codes if code.words.iri == ABSTAIN] == ["abstain"]
    assert Words(iri=URIRef("https://example.org/a#b"), label="x").name == "b"
