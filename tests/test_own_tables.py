"""Anyone's own tables: what a row becomes, in every format; and everything that a hostile or careless file may hold."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import datetime

import own
import pytest
from openpyxl import Workbook
from own import COLUMNS, HEADER, KIND, ROW, contribution, items, meta, records, rejects, workbook

from graph.collect import FileRead, Located, OutOfScope
from graph.dates import Stated
from graph.model import Membership, Organisation, Source
from graph.terms import ID
from loaders.own.statements import NotUsable

PREFIXES = "@prefix cg: <https://w3id.org/cybergov/ontology/> .\n@base <https://w3id.org/cybergov/id/> .\n"
TURTLE = (
    PREFIXES + "<membership/foc-ALB-member-1> a cg:Membership ; cg:member <state/ALB> ; cg:forum <forum/foc> ;\n"
    " cg:role <https://w3id.org/cybergov/vocab/membership-role/member> ; cg:spell 1 ;\n"
    ' cg:start "2024-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> .\n'
)
NTRIPLES = "".join(
    f"<{ID['membership/foc-ALB-member-1']}> <{predicate}> {value} .\n"
    for predicate, value in (
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "<https://w3id.org/cybergov/ontology/Membership>"),
        ("https://w3id.org/cybergov/ontology/member", f"<{ID['state/ALB']}>"),
        ("https://w3id.org/cybergov/ontology/forum", f"<{ID['forum/foc']}>"),
        ("https://w3id.org/cybergov/ontology/role", "<https://w3id.org/cybergov/vocab/membership-role/member>"),
        ("https://w3id.org/cybergov/ontology/spell", '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("https://w3id.org/cybergov/ontology/start", '"2024-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
    )
)
XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cg="https://w3id.org/cybergov/ontology/">\n'
    f'<cg:Membership rdf:about="{ID["membership/foc-ALB-member-1"]}"><cg:member rdf:resource="{ID["state/ALB"]}"/>\n'
    f'<cg:forum rdf:resource="{ID["forum/foc"]}"/>\n'
    '<cg:role rdf:resource="https://w3id.org/cybergov/vocab/membership-role/member"/><cg:spell>1</cg:spell>\n'
    "<cg:start>2024-05</cg:start></cg:Membership></rdf:RDF>"
)
CONTEXT = {
    "cg": "https://w3id.org/cybergov/ontology/",
    "kind": "@type",
    "state": "cg:member",
    "forum": "cg:forum",
    "role": "cg:role",
    "spell": "cg:spell",
    "since": "cg:start",
    "remark": None,
}
OBJECT = {"state": "Albania", "forum": "foc", "role": "member", "spell": 1, "since": "2024-05"}
JSON_LD = {"@context": CONTEXT, "kind": "cg:Membership", **OBJECT}
WITH_CONTEXT = json.dumps(
    {"@context": CONTEXT, "dc:title": "Members that we know of", "dc:publisher": "Example Institute"}
).encode()
CELLS = (("state", "forum", "role", "spell", "since"), ("Albania", "foc", "member", 1, "2024-05"))
FORMATS = {
    "m.csv": (HEADER + ROW, None),
    "m.tsv": ((HEADER + ROW).replace(",", "\t"), None),
    "m.xlsx": (workbook(*CELLS), None),
    "m.json": (json.dumps([OBJECT]), None),
    "c.json": (json.dumps([{**OBJECT, "kind": "cg:Membership", "remark": "left out"}]), WITH_CONTEXT),
    "m.jsonld": (json.dumps(JSON_LD), meta("m.jsonld")),
    "m.ttl": (TURTLE, meta("m.ttl")),
    "m.trig": (TURTLE, meta("m.trig")),
    "m.nt": (NTRIPLES, meta("m.nt")),
    "m.nq": (NTRIPLES, meta("m.nq")),
    "m.rdf": (XML, meta("m.rdf")),
}


@pytest.mark.parametrize("file", FORMATS)
def test_every_format_gives_the_same_record_with_the_contribution_as_its_source(file: str) -> None:
    content, description = FORMATS[file]
    (record,) = records(contribution(file, content, description))
    assert isinstance(record, Membership)
    assert record.iri == ID["membership/foc-ALB-member-1"]
    assert (record.member, record.start) == (ID["state/ALB"], Stated(2024, 5))
    (evidence,) = record.evidence
    assert evidence.source == ID["source/contribution-members-that-we-know-of"]
    assert (evidence.verification, evidence.bearing) == ("reported", "supports")
    assert evidence.locator


@pytest.mark.parametrize("file", FORMATS)
def test_every_row_is_accounted_for(file: str) -> None:
    content, description = FORMATS[file]
    found = items(contribution(file, content, description))
    assert [item.rows for item in found if isinstance(item, FileRead)] == [1]
    assert sum(isinstance(item, Located) and item.is_row for item in found) == 1


def described(*columns: dict[str, object], file: str = "m.csv", **said: object) -> bytes:
    changed = {str(column["name"]): column for column in columns}
    return meta(file, [changed.pop(str(column["name"]), column) for column in COLUMNS] + list(changed.values()), **said)


@pytest.mark.parametrize(
    ("column", "cell", "start"),
    [
        ({"datatype": {"base": "date", "format": "dd.MM.yyyy"}}, "03.05.2024", Stated(2024, 5, 3)),
        ({"datatype": {"base": "date", "format": "M/d/yyyy"}}, "5/3/2024", Stated(2024, 5, 3)),
        ({"datatype": "gYear"}, "2024", Stated(2024)),
        ({"datatype": "date"}, "2024-05-03", Stated(2024, 5, 3)),
        ({"null": ["n/a", "-"]}, "n/a", None),
        ({}, "", None),
        ({"default": "2020"}, "", Stated(2020)),
    ],
)
def test_a_cell_is_read_as_its_datatype_says(column: dict[str, object], cell: str, start: Stated | None) -> None:
    description = described({"name": "since", "propertyUrl": "cg:start", **column})
    (record,) = records(contribution("m.csv", f"{HEADER}Albania,foc,member,1,{cell}\n", description))
    assert isinstance(record, Membership)
    assert record.start == start


@pytest.mark.parametrize("role", ["member", "https://w3id.org/cybergov/vocab/membership-role/member"])
@pytest.mark.parametrize("forum", ["foc", "forum/foc", str(ID["forum/foc"]), "Freedom Online Coalition"])
@pytest.mark.parametrize("state", ["ALB", "AL", "state/ALB", "Albania", "Albanien", str(ID["state/ALB"])])
def test_a_thing_is_meant_by_identifier_code_or_name(state: str, forum: str, role: str) -> None:
    (record,) = records(contribution("m.csv", f"{HEADER}{state},{forum},{role},1,\n"))
    assert record.iri == ID["membership/foc-ALB-member-1"]


def test_templates_make_identifiers_and_one_row_may_speak_of_several_things() -> None:
    about = "https://w3id.org/cybergov/id/organisation/{id}"
    columns = (
        {"name": "id", "propertyUrl": "cg:abbreviation", "aboutUrl": about},
        {"name": "name", "propertyUrl": "rdfs:label", "aboutUrl": about, "lang": "en"},
        {"name": "other", "propertyUrl": "skos:altLabel", "aboutUrl": about, "separator": ";"},
        {"name": "deutsch", "propertyUrl": "skos:altLabel", "aboutUrl": about, "lang": "de"},
        {"name": "call", "suppressOutput": True},
        {"name": "k1", "virtual": True, "propertyUrl": "rdf:type", "valueUrl": "cg:Organisation", "aboutUrl": about},
        {
            "name": "k2",
            "virtual": True,
            "propertyUrl": "cg:organisationKind",
            "default": "think-tank",
            "aboutUrl": about,
        },
        {"name": "m1", "virtual": True, "propertyUrl": "cg:member", "valueUrl": about},
        {
            "name": "m2",
            "virtual": True,
            "propertyUrl": "cg:forum",
            "valueUrl": "https://w3id.org/cybergov/id/forum/{call}",
        },
        {"name": "m3", "virtual": True, "propertyUrl": "cg:role", "default": "supporter"},
        {"name": "m4", "virtual": True, "propertyUrl": "cg:spell", "default": "1"},
    )
    text = "id,name,other,deutsch,call\nexample-lab,Example Lab,Lab;The Example Lab,Beispiellabor,foc\n"
    (row,) = [
        i for i in items(contribution("m.csv", text, meta("m.csv", columns))) if isinstance(i, Located) and i.is_row
    ]
    organisation, membership = row.record, row.beside[0]
    assert isinstance(organisation, Organisation)
    assert organisation.aliases == ("Lab", "The Example Lab")
    assert str(organisation.name_de) == "Beispiellabor"
    assert membership.iri == ID["membership/foc-example-lab-supporter-1"]


def test_a_table_may_have_its_header_below_a_title_comments_and_another_dialect() -> None:
    text = "Members of forums\n\nstate;forum;role;spell;since\n# checked by hand\n'Albania';foc; member ;1;2024\n"
    dialect = {"delimiter": ";", "skipRows": 2, "commentPrefix": "#", "quoteChar": "'", "trim": True}
    (record,) = records(contribution("m.csv", text, meta("m.csv", COLUMNS, dialect=dialect)))
    assert record.iri == ID["membership/foc-ALB-member-1"]
    (wrong,) = rejects(
        contribution("m.csv", text.replace("Albania", "Albanio"), meta("m.csv", COLUMNS, dialect=dialect))
    )
    assert (wrong.line, wrong.column) == (5, "state")


def test_a_table_without_header_is_read_by_the_places_of_its_columns() -> None:
    description = meta("m.csv", COLUMNS, dialect={"header": False})
    assert len(records(contribution("m.csv", ROW, description))) == 1
    (fault,) = rejects(contribution("m.csv", "Albania,foc\n", description))
    assert "2 columns" in fault.reason


@pytest.mark.parametrize(
    ("encoding", "dialect"),
    [("utf-8", {}), ("utf-8-sig", {}), ("latin-1", {"encoding": "latin-1"}), ("utf-16", {"encoding": "utf-16"})],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_encoding_is_that_of_the_dialect(encoding: str, dialect: dict[str, str], ending: str) -> None:
    description = described({"name": "note", "propertyUrl": "skos:editorialNote"}, dialect=dialect)
    text = f"{HEADER.strip()},note\n{ROW.strip()},Genève\n".replace("\n", ending)
    (record,) = records(contribution("m.csv", text.encode(encoding), description))
    assert record.evidence[0].note == "Genève"


def test_columns_may_stand_in_any_order_and_go_by_titles() -> None:
    description = described({"name": "state", "titles": ["Country", "Land"], "propertyUrl": "cg:member"})
    text = "forum,since,Country,spell,role\nfoc,2024,Albania,1,member\n"
    assert records(contribution("m.csv", text, description))[0].iri == ID["membership/foc-ALB-member-1"]


def test_the_table_of_a_group_is_the_one_of_the_file() -> None:
    table = json.loads(meta("m.csv", COLUMNS))
    common = {key: table.pop(key) for key in list(table) if ":" in key or key == "@context"}
    group = {**common, "tables": [table, {**table, "url": "https://example.org/other.csv"}]}
    assert len(records(contribution("m.csv", HEADER + ROW, json.dumps(group).encode()))) == 1
    with pytest.raises(NotUsable, match=r"describes 'm.csv', .*other.csv.* and the file is 'third.csv'"):
        items(contribution("third.csv", HEADER + ROW, json.dumps(group).encode()))


# What is wrong with a file


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ((HEADER + ROW).replace(",", ";"), "header", "is the delimiter ';'"),
        (HEADER.replace("since", "state") + ROW, "state", "stands 2 times"),
        (HEADER.replace("since", "sinse") + ROW, "since", "is missing; nearest: sinse"),
        (HEADER.replace("since", "since,more") + ROW.replace("\n", ",x\n"), "more", "is not described"),
        ("", "header", "the file is empty"),
        ("Members\n\n" + HEADER + ROW, "state", "is missing"),
    ],
)
def test_a_header_that_is_not_the_described_one_is_a_fault_that_names_the_column(
    text: str, column: str, words: str
) -> None:
    found = rejects(contribution("m.csv", text))
    assert not any(fault.is_row for fault in found)
    assert any(words in fault.reason and fault.column == column for fault in found), found


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("Albanio,foc,member,1,2024", "state", "nearest: Albania"),
        ("Albania,OEWG,member,1,2024", "forum", "can mean forum/un-oewg-2019, forum/un-oewg-2021"),
        ("Albania,fco,member,1,2024", "forum", "is the identifier, code or name of no forum or organisation"),
        ("Albania,state/EST,member,1,2024", "forum", "no forum or organisation"),
        ("Albania,forum/nowhere,member,1,2024", "cg:forum", "nothing has the identifier forum/nowhere"),
        ("Albania,foc,membr,1,2024", "role", "nearest: member"),
        ("Albania,foc,vote/yes,1,2024", "role", "cannot be part of an identifier"),
        ("Albania,foc,member,one,2024", "spell", "not what the description allows"),
        ("Albania,foc,member,-1,2024", "spell", "is not a whole number"),
        ("Albania,foc,member,,2024", "cg:spell", "needs cg:spell"),
        ("Albania,foc,member,1,3.5.2024", "since", "is not a date"),
        ("Albania,foc,member,1,2024-02-30", "since", "no day of the calendar"),
        ("Albania,foc,member,1", "spell", "4 cells and the header 5"),
        ("Albania,foc,member,1,2024,x", "since", "6 cells and the header 5"),
        ("Alb\0ania,foc,member,1,2024", "state", "control character U+0000"),
        ("Albania,foc,member,1,2024\x0b", "since", "control character U+000B"),
        (",,,,", "row 2", "says nothing of a thing or a claim"),
        ("=HYPERLINK(1),foc,member,1,2024", "state", "of no"),
        ("<script>alert(1)</script>,foc,member,1,2024", "state", "of no"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_line_and_column(row: str, column: str, words: str) -> None:
    given = contribution("m.csv", f"{HEADER}{ROW}{row}\n")
    (reject,) = rejects(given)
    assert (reject.file, reject.line, reject.column) == ("m.csv", 3, column)
    assert words in reject.reason
    assert [item.rows for item in items(given) if isinstance(item, FileRead)] == [2]


def test_lines_are_counted_where_cells_hold_line_ends() -> None:
    description = described({"name": "note", "propertyUrl": "skos:editorialNote"})
    text = HEADER.strip() + ',note\nAlbania,foc,member,1,2024,"two\nlines"\nAlbanio,foc,member,1,2024,\n'
    (reject,) = rejects(contribution("m.csv", text, description))
    assert reject.line == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ((HEADER + 'Albania,foc,"member,1,2024\n').encode(), "broken CSV"),
        ((HEADER + "Côte d'Ivoire,foc,member,1,2024\n").encode("latin-1"), "m.csv:2: not utf-8"),
        (f"{HEADER}{'x' * 200_000},foc,member,1,2024\n".encode(), "field larger than field limit"),
    ],
)
def test_a_broken_file_is_refused_whole(content: bytes, words: str) -> None:
    with pytest.raises(NotUsable, match=words):
        items(contribution("m.csv", content))


def test_a_huge_file_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("loaders.own.contribution.MOST_BYTES", 2_000)
    with pytest.raises(NotUsable, match=r"more than 0 MB"):
        items(contribution("m.csv", HEADER + ROW * 100))
    monkeypatch.undo()
    monkeypatch.setattr("loaders.own.texts.MOST_ROWS", 10)
    with pytest.raises(NotUsable, match="more than 10 rows"):
        items(contribution("m.csv", HEADER + ROW * 20))


def test_a_primary_key_that_stands_twice_is_refused_and_else_names_the_row() -> None:
    description = meta("m.csv", COLUMNS, primaryKey=["state", "forum"])
    (reject,) = rejects(contribution("m.csv", HEADER + ROW + ROW, description))
    assert (reject.line, reject.column) == (3, "state, forum")
    (record,) = records(contribution("m.csv", HEADER + ROW, description))
    assert record.evidence[0].locator == "row Albania, foc"


def test_markup_formulas_and_long_words_stay_the_words_they_are() -> None:
    description = described({"name": "note", "propertyUrl": "skos:editorialNote"})
    for words in ("<script>alert(1)</script>", "=1+1", '"><img src=x>', "x" * 100_000, "{state}", "a@b\u202ec"):
        out = io.StringIO()
        csv.writer(out).writerow(["Albania", "foc", "member", "1", "2024", words])
        (record,) = records(contribution("m.csv", f"{HEADER.strip()},note\n{out.getvalue()}", description))
        assert record.evidence[0].note == words


def test_markup_in_every_field_makes_a_record_or_a_reject_and_never_a_name() -> None:
    for place in range(5):
        cells = ROW.strip().split(",")
        cells[place] = "<b>x</b>"
        (reject,) = rejects(contribution("m.csv", HEADER + ",".join(cells)))
        assert reject.column == HEADER.strip().split(",")[place]


# What is wrong with a description


@pytest.mark.parametrize(
    ("description", "words"),
    [
        (described({"name": "since"}), "'since' maps to nothing"),
        (
            described({"name": "since", "propertyUrl": "cg:stat"}),
            "cg:stat is no property .* on a cg:Membership; nearest",
        ),
        (described({"name": "since", "propertyUrl": "cg:yesCount"}), "cg:yesCount is no property .* cg:Membership"),
        (described({"name": "since", "propertyUrl": "https://schema.org/name"}), "schema:name|schema.org/name is no"),
        (described({"name": "since", "propertyUrl": "cg:{state}"}), "without braces"),
        (meta("m.csv", COLUMNS, {**KIND, "valueUrl": "cg:Memberhsip"}), "cg:Memberhsip is no class.*cg:Membership"),
        (meta("m.csv", COLUMNS, None), "no column says what a row is"),
        (
            described({"name": "since", "propertyUrl": "cg:start", "valueUrl": "x/{nobody}"}),
            "names the column 'nobody'",
        ),
        (described({"name": "since", "propertyUrl": "cg:start", "datatype": "dat"}), "Invalid value for property: dat"),
        (described({"name": "since", "propertyUrl": "cg:start", "seperator": ";"}), "Invalid property seperator"),
        (meta("m.csv", COLUMNS, primaryKey="nobody"), "primaryKey names the column 'nobody'"),
        (meta("m.csv", COLUMNS, foreignKeys=[{"columnReference": "state"}]), "foreignKeys are not read"),
        (meta("m.csv", tableSchema="https://example.org/schema.json"), "nothing is opened or fetched"),
        (meta("m.csv", tableSchema="file:///etc/passwd"), "nothing is opened or fetched"),
        (meta("m.csv", COLUMNS, dialect="/etc/passwd"), "nothing is opened or fetched"),
        (meta("m.csv", COLUMNS, dialect={"headerRowCount": 2}), "one header row"),
        (meta("other.csv", COLUMNS), "describes 'other.csv', and the file is 'm.csv'"),
        (meta("m.csv"), "describes no columns"),
        (b"[]", "no description"),
        (b"{}", "has no @context"),
        (b'{"@context": "https://example.org/context.jsonld"}', "has no @context.*nothing is fetched"),
        (b'{"@context": ', "broken JSON"),
        (b'{"url": 1, "url": 2}', "stands twice"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"@context": "http://www.w3.org/ns/csvw", "dc:title": "x", "dc:publisher": "y"}', "no CSVW metadata"),
        (described(**{"dc:title": ""}), "needs a dc:title"),
        (described(**{"dc:publisher": None}), "needs a dc:title and a dc:publisher"),
        (described(**{"dc:title": "?!"}), "no short name"),
        (described(**{"dc:license": "free as in beer"}), "is not a web address"),
        (described(**{"dc:issued": "lately"}), "is not a date"),
    ],
)
def test_a_description_that_cannot_be_used_says_what_to_mend(description: bytes, words: str) -> None:
    with pytest.raises(NotUsable, match=words):
        items(contribution("m.csv", HEADER + ROW, description))


@pytest.mark.parametrize(
    ("licence", "public"),
    [
        (own.CC_BY, True),
        ("https://creativecommons.org/publicdomain/zero/1.0/", True),
        ("https://creativecommons.org/licenses/by-sa/4.0/", True),
        ("https://spdx.org/licenses/MIT", True),
        ("https://opendatacommons.org/licenses/odbl/1-0/", True),
        ("https://creativecommons.org/licenses/by-nc/4.0/", False),
        ("https://creativecommons.org/licenses/by-nd/4.0/", False),
        ("https://example.org/all-rights-reserved", False),
        ("https://example.org/?https://creativecommons.org/licenses/by/4.0/", False),
        (None, False),
    ],
)
def test_only_what_everyone_may_pass_on_is_public(licence: str | None, public: bool) -> None:
    loader = contribution("m.csv", HEADER + ROW, described(**{"dc:license": licence})).loader()
    assert loader.redistributable is public
    assert loader.name == "members-that-we-know-of"


# Evidence

EVIDENCE = (
    *COLUMNS,
    {"name": "source", "propertyUrl": "cg:source"},
    {"name": "status", "propertyUrl": "cg:verification"},
    {"name": "page", "propertyUrl": "cg:locator"},
    {"name": "says", "propertyUrl": "cg:says"},
    {"name": "sourcetitle", "propertyUrl": "dc:title"},
    {"name": "rank", "propertyUrl": "cg:sourceRank"},
    {"name": "sourcekind", "propertyUrl": "cg:sourceKind"},
    {"name": "opened", "propertyUrl": "cg:retrieved"},
)
WIDE = "state,forum,role,spell,since,source,status,page,says,sourcetitle,rank,sourcekind,opened\n"


def witnessed(cells: str) -> own.Contribution:
    return contribution("m.csv", f"{WIDE}Albania,foc,member,1,2024,{cells}\n", meta("m.csv", EVIDENCE))


@pytest.mark.parametrize("named", ["aa-foc-2018", "source/aa-foc-2018", str(ID["source/aa-foc-2018"])])
def test_evidence_may_name_a_source_of_the_register(named: str) -> None:
    (record,) = records(witnessed(f"{named},,,,,,,"))
    assert (record.evidence[0].source, record.evidence[0].locator) == (ID["source/aa-foc-2018"], None)


def test_evidence_may_bring_a_source_that_is_known_by_its_address() -> None:
    given = witnessed("https://example.org/list,checked,p. 3,Names Albania,The list,1,official-page,2026-11-01")
    (row,) = [item for item in items(given) if isinstance(item, Located) and item.is_row]
    source = next(record for record in row.beside if isinstance(record, Source)) if row.beside else row.record
    membership = next(record for record in (row.record, *row.beside) if isinstance(record, Membership))
    assert isinstance(source, Source)
    assert (source.title, source.rank) == ("The list", 1)
    assert membership.evidence[0].source == source.iri
    assert membership.evidence[0].verification == "checked"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (",checked,p. 3,Names Albania,,,,", "status", "needs a source of rank 1 or 2"),
        ("aa-foc-2018,checked,,Names it,,,,", "status", "says where in the source"),
        ("aa-foc-2018,checked,p. 1,,,,,", "status", "says where in the source"),
        ("aa-foc-2018,certain,,,,,,", "status", "not one of checked, reported, unchecked"),
        ("aa-foc-2018,,,,Another title,,,", "sourcetitle", "leave its description out"),
        ("nobody,,,,,,,", "source", "no source is called 'nobody'"),
        ("https://example.org/l,checked,p. 1,x,T,1,official-page,", "source", "the day its source"),
        ("https://example.org/l,checked,p. 1,x,T,4,press,2026-11-01", "status", "rank 1 or 2"),
        ("https://example.org/l,,,,T,5,other,", "source", "rank 5 is a lead"),
        ("https://example.org/l,,,,T,1,,", "source", "say of which kind it is"),
        (",,,,Only a title,,,", "sourcetitle", "needs its address"),
    ],
)
def test_evidence_that_breaks_the_rules_is_refused(cells: str, column: str, words: str) -> None:
    (reject,) = rejects(witnessed(cells))
    assert (reject.column, reject.line) == (column, 2)
    assert words in reject.reason


def test_a_lead_is_no_source_and_its_words_are_left_out() -> None:
    (row,) = [
        i
        for i in items(witnessed("https://example.org/l,unchecked,p. 1,x,T,5,other,"))
        if isinstance(i, Located) and i.is_row
    ]
    (evidence,) = row.record.evidence
    assert evidence.source == ID["source/contribution-members-that-we-know-of"]
    assert (evidence.verification, evidence.says) == ("unchecked", None)


def test_a_source_that_is_a_lead_is_out_of_scope() -> None:
    text = PREFIXES + '<source/my-blog> a cg:Source ; cg:sourceRank 5 ; cg:sourceKind "other" .'
    assert any(isinstance(item, OutOfScope) for item in items(contribution("m.ttl", text, meta("m.ttl"))))


# Workbooks


def test_a_date_in_a_workbook_is_as_precise_as_it_is_shown() -> None:
    for shown, start in (("yyyy", Stated(2024)), ("mmm yyyy", Stated(2024, 5)), ("dd/mm/yyyy", Stated(2024, 5, 3))):
        book = Workbook()
        for row in (CELLS[0], ("Albania", "foc", "member", 1, datetime(2024, 5, 3))):
            book.active.append(row)
        book.active["E2"].number_format = shown
        (record,) = records(contribution("m.xlsx", own.saved(book)))
        assert isinstance(record, Membership)
        assert record.start == start


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("E2", "=DATE(2024,5,3)", "has no stored value"),
        ("B2", "#REF!", "the error #REF!"),
        ("E2", datetime(2024, 5, 3, 14, 30), "is no date, month or year"),
        ("D2", 1.5, "is not a whole number"),
        ("A2", "Albanio", "nearest: Albania"),
        ("G2", "stray", "its column has no name"),
    ],
)
def test_a_cell_that_cannot_be_used_is_named_as_the_spreadsheet_names_it(cell: str, value: object, words: str) -> None:
    book = Workbook()
    for row in CELLS:
        book.active.append(row)
    book.active[cell] = value
    (reject,) = rejects(contribution("m.xlsx", own.saved(book)))
    assert (reject.line, reject.column) == (2, cell)
    assert words in reject.reason


def test_merged_cells_below_the_header_are_refused_and_above_it_passed_over() -> None:
    book = Workbook()
    for row in (("Our members",), *CELLS, ("Estonia", "foc", "member", 1, "2011")):
        book.active.append(row)
    book.active.merge_cells("A1:E1")
    description = meta("m.xlsx", COLUMNS, dialect={"skipRows": 1})
    assert len(records(contribution("m.xlsx", own.saved(book), description))) == 2
    book.active.merge_cells("B3:B4")
    (fault,) = rejects(contribution("m.xlsx", own.saved(book), description))
    assert fault.column == "B3:B4"
    assert not fault.is_row


def test_of_several_sheets_one_is_named_and_hidden_ones_are_not_guessed() -> None:
    book = Workbook()
    book.active.title = "draft"
    for row in CELLS:
        book.create_sheet("final") if "final" not in book.sheetnames else None
        book["final"].append(row)
    with pytest.raises(NotUsable, match=r"2 sheets that are not hidden \(draft, final\)"):
        items(contribution("m.xlsx", own.saved(book)))
    assert len(records(contribution("m.xlsx", own.saved(book), sheet="final"))) == 1
    assert len(records(contribution("m.xlsx", own.saved(book), meta("m.xlsx#final", COLUMNS)))) == 1
    book["draft"].sheet_state = "hidden"
    book.active = book["final"]
    assert len(records(contribution("m.xlsx", own.saved(book)))) == 1
    with pytest.raises(NotUsable, match="no sheet 'fianl'"):
        items(contribution("m.xlsx", own.saved(book), sheet="fianl"))


def rezipped(content: bytes, name: str, change: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change if part == name else old.read(part))
    return out.getvalue()


def test_a_workbook_that_would_unpack_without_end_is_not_unpacked() -> None:
    bomb = rezipped(workbook(*CELLS), "xl/worksheets/sheet1.xml", b"0" * 250_000_000)
    assert len(bomb) < 1_000_000
    with pytest.raises(NotUsable, match="unpacks to more than 200 MB"):
        items(contribution("m.xlsx", bomb))


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities_is_refused(encoding: str) -> None:
    hostile = LAUGHS.decode().encode(encoding)
    with pytest.raises(NotUsable, match=r"declares a DOCTYPE in xl/worksheets/sheet1\.xml"):
        items(contribution("m.xlsx", rezipped(workbook(*CELLS), "xl/worksheets/sheet1.xml", hostile)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", workbook(*CELLS)[:3000]])
def test_what_is_no_workbook_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(NotUsable, match="no readable XLSX workbook"):
        items(contribution("m.xlsx", content))


def test_a_cell_far_away_takes_no_long_time() -> None:
    book = Workbook()
    for row in CELLS:
        book.active.append(row)
    book.active["XFD90000"] = "far"
    (reject,) = rejects(contribution("m.xlsx", own.saved(book)))
    assert reject.column == "XFD90000"


# JSON


@pytest.mark.parametrize(
    ("data", "column", "words"),
    [
        ([OBJECT, {**OBJECT, "sinse": "2024"}], "sinse", "is not described; nearest: since"),
        ([OBJECT, {**OBJECT, "since": {"year": 2024}}], "since", "text, a number"),
        ([OBJECT, ["Albania"]], "-", "should be an object"),
        ([OBJECT, {**OBJECT, "spell": 1.5}], "spell", "not a whole number"),
    ],
)
def test_an_object_that_cannot_be_used_is_refused_with_its_line(data: object, column: str, words: str) -> None:
    (reject,) = rejects(contribution("m.json", json.dumps(data, indent=1)))
    assert (reject.line, reject.column) == (9, column)
    assert words in reject.reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"state": "Albania"}', "should be an array"),
        ('[{"state": "Albania"', "broken JSON"),
        ('[{"state": 1, "state": 2}]', "stands twice"),
        ("[" * 100_000, "nested too deeply|broken JSON"),
    ],
)
def test_broken_json_is_refused_whole(text: str, words: str) -> None:
    with pytest.raises(NotUsable, match=words):
        items(contribution("m.json", text))
