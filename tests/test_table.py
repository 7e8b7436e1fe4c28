"""Tables: every row is a record or a reject that says where and why; nothing raises, nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import items, only_reject, record, rows_of, source, write_folder, written

from graph.collect import Collection, Item, Loader, Located, OutOfScope, Reject
from graph.dates import Stated
from graph.model import (
    Attribution,
    CapacityBuilding,
    Commitment,
    Membership,
    Norm,
    Organisation,
    Provision,
    Source,
    State,
    Vote,
)
from graph.record import Record, coded
from graph.terms import CG, ID
from loaders.curated import TABLES, loaders, unknown_files
from loaders.table import EVIDENCE_COLUMNS, RECOLLECTION, columns, read
from webapp.cli import recipe

OPENED = Stated.parse("2026-11-01")
SOURCES = {
    "issuer": source("issuer", 1, OPENED),
    "archive": source("archive", 2, OPENED),
    "scholar": source("scholar", 3, OPENED),
    "press": source("press", 4, OPENED),
    "lead": source("lead", 5, OPENED),
    "unopened": source("unopened", 1),
}
MEMBER = {"forum": "foc", "member": "EST", "role": "member", "spell": "1"}
ORG = {"id": "acme", "name": "Acme", "organisation_kind": "company"}
FUND = {"id": "x", "name": "X", "capacity_kind": "fund"}
CHECKED = {"status": "checked", "source": "issuer", "locator": "p. 1", "says": "Estonia joined."}
ATTRIBUTION = {
    "id": "x", "name": "X on Y", "speaker": "EST", "operations": "y", "attribution_kind": "political",
    "stance": "originates", "status": "checked", "locator": "p. 1", "says": "Said so.",
}  # fmt: skip


def test_a_good_row_is_a_record_with_its_evidence() -> None:
    made = record(Membership, {**MEMBER, "start": "2011", **CHECKED, "note": "to editors"}, SOURCES)
    assert isinstance(made, Membership)
    assert (made.forum, made.member, made.role) == (
        ID["forum/foc"],
        ID["state/EST"],
        coded("membership-role", "member"),
    )
    assert (made.spell, made.start, made.end) == (1, Stated(2011), None)
    (evidence,) = made.evidence
    assert (evidence.source, evidence.verification, evidence.bearing) == (ID["source/issuer"], "checked", "supports")
    assert (evidence.locator, evidence.says, evidence.note) == ("p. 1", "Estonia joined.", "to editors")


def test_what_a_row_leaves_empty_stays_empty() -> None:
    made = record(Membership, {**MEMBER, "source": "press", "status": "reported"}, SOURCES)
    (evidence,) = made.evidence
    assert (evidence.locator, evidence.says, evidence.note) == (None, None, None)
    assert {name for name, _, _ in made.values()} == {"forum", "member", "role", "spell"}


def test_a_row_without_a_source_rests_on_recollection() -> None:
    (evidence,) = record(Membership, MEMBER).evidence
    assert (evidence.source, evidence.verification) == (RECOLLECTION.iri, "unchecked")


@pytest.mark.parametrize(
    ("cls", "row", "column", "reason"),
    [
        (Membership, {**MEMBER, "start": "8 December 2011"}, "start", "write YYYY, YYYY-MM or YYYY-MM-DD"),
        (Membership, {**MEMBER, "start": "2011-02-30"}, "start", "no day of the calendar"),
        (Membership, {**MEMBER, "role": "Full Member"}, "role", "letters, digits and single hyphens"),
        (Membership, {**MEMBER, "role": ""}, "role", "a value is needed"),
        (Membership, {**MEMBER, "spell": "first"}, "spell", "not a whole number"),
        (Membership, {**MEMBER, "spell": "-1"}, "spell", "not a whole number"),
        (Membership, {**MEMBER, "spell": "1.5"}, "spell", "not a whole number"),
        (Membership, {**MEMBER, "spell": "²"}, "spell", "not a whole number"),
        (Membership, {**MEMBER, "spell": "9" * 5000}, "spell", "integer"),
        (Membership, {**MEMBER, "member": "document/x"}, "member", "is a document, but one of state"),
        (Membership, {**MEMBER, "member": "Estonia (Republic of)"}, "member", "letters, digits and single hyphens"),
        (Membership, {**MEMBER, "member": "state/"}, "member", "letters, digits and single hyphens"),
        (Organisation, {**ORG, "id": ""}, "id", "an id is needed"),
        (Organisation, {**ORG, "id": "Acme Inc."}, "id", "letters, digits and single hyphens"),
        (Organisation, {**ORG, "name": "  "}, "name", "a value is needed"),
        (Organisation, {**ORG, "homepage": "acme.example"}, "homepage", "not a web address"),
        (Organisation, {**ORG, "homepage": "javascript:alert(1)"}, "homepage", "not a web address"),
        (Organisation, {**ORG, "homepage": "https://a b"}, "homepage", "not a web address"),
        (Organisation, {**ORG, "homepage": "https://[x"}, "homepage", "not a web address"),
        (Organisation, {**ORG, "homepage": "https://a/%zz"}, "homepage", "not a web address"),
        (Organisation, {**ORG, "homepage": "https:///x"}, "homepage", "not a web address"),
        (Organisation, {**ORG, "same_as": "https://a; ftp://b"}, "same_as", "not a web address"),
        (Organisation, {**ORG, "name": "Ac\x00me"}, "name", "control character U+0000"),
        (Organisation, {**ORG, "note": "a\x1bb"}, "note", "control character U+001B"),
        (CapacityBuilding, {**FUND, "amount": "NaN"}, "amount", "write it in digits"),
        (CapacityBuilding, {**FUND, "amount": "1e9999999"}, "amount", "write it in digits"),
        (CapacityBuilding, {**FUND, "amount": "1,000"}, "amount", "write it in digits"),
        (CapacityBuilding, {**FUND, "amount": "ten"}, "amount", "write it in digits"),
        (Membership, {**MEMBER, "status": ""}, "status", "not one of checked, reported, unchecked"),
        (Membership, {**MEMBER, "status": "Checked"}, "status", "not one of checked, reported, unchecked"),
        (Membership, {**MEMBER, "status": "reported"}, "source", "a reported row needs a source"),
        (Membership, {**MEMBER, "source": "nowhere"}, "source", "sources.csv has no source 'nowhere'"),
        (Membership, {**MEMBER, "bearing": "perhaps"}, "bearing", "not one of supports, contradicts"),
        (Membership, {**MEMBER, "source": "lead", "status": "reported"}, "status", "rank 5"),
        (Membership, {**MEMBER, **CHECKED, "source": "lead"}, "status", "rank 5"),
        (Membership, {**MEMBER, **CHECKED, "locator": ""}, "locator", "where in the source"),
        (Membership, {**MEMBER, **CHECKED, "says": ""}, "says", "what the source says"),
        (Membership, {**MEMBER, **CHECKED, "source": "unopened"}, "source", "the day its source 'unopened' was opened"),
        (Membership, {**MEMBER, **CHECKED, "source": "scholar"}, "status", "rank 1 or 2; 'scholar' has rank 3"),
        (Membership, {**MEMBER, **CHECKED, "source": "press"}, "status", "rank 1 or 2; 'press' has rank 4"),
        (Attribution, {**ATTRIBUTION, "source": "scholar"}, "status", "rank 1 or 2 or 4"),
        (Norm, {"id": "n", "name": "N", "stated_in": "document/a#", "commitment_kind": "norm",
                "commitment_status": "adopted", "bindingness": "political"}, "stated_in", "names no paragraph"),
        (Norm, {"id": "n", "name": "N", "stated_in": "document/a#§", "commitment_kind": "norm",
                "commitment_status": "adopted", "bindingness": "political"}, "id", "letters, digits"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_bad_cell_is_a_reject_with_its_place_and_reason(
    cls: type[Record], row: dict[str, str], column: str, reason: str
) -> None:
    reject = only_reject(items(cls, row, sources=SOURCES))
    assert (reject.file, reject.line, reject.column) == ("test.csv", 2, column)
    assert reason in reject.reason
    assert str(reject) == f"test.csv:2: {column}: {reject.reason}"


@pytest.mark.parametrize(
    ("content", "line", "column", "reason"),
    [
        (b"", 1, "header", "columns missing"),
        (b"\n\n", 1, "header", "columns missing"),
        (written(Membership).replace(b"role,", b""), 1, "header", "columns missing: ['role']"),
        (written(Membership).replace(b"role,", b"rolle,"), 1, "header", "not known: ['rolle']"),
        (written(Membership).replace(b"role,", b"role,role,"), 1, "header", "twice"),
        (written(Membership).replace(b"source,status", b"status"), 1, "header", "missing: ['source']"),
        (written(Membership) + b"foc,EST,member,1,,,,,unchecked,,,,extra,more\n", 2, "-", "14 cells and the header 12"),
        (written(Membership) + b"foc,EST\n", 2, "-", "2 cells and the header 12"),
        (written(Membership) + b'foc,"EST,member\n\n\n', 2, "-", "broken CSV"),
        (written(Membership) + b'foc,"EST"x,member\n', 2, "-", "broken CSV"),
        (b'"forum\n', 1, "-", "broken CSV"),
        (written(Membership) + b"foc,\xc9st,member\n", 2, "-", "not UTF-8"),
        (b"\xff\xfe" + "forum".encode("utf-16-le"), 1, "-", "not UTF-8"),
        (b'"' + b"x" * 200_000 + b'"\n', 1, "-", "broken CSV: field larger"),
    ],
)
def test_a_table_that_cannot_be_read_is_a_reject_with_its_line(
    content: bytes, line: int, column: str, reason: str
) -> None:
    reject = only_reject(rows_of(read("test.csv", content, Membership, SOURCES)))
    assert (reject.line, reject.column) == (line, column)
    assert reason in reject.reason


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    first = {**MEMBER, "note": "over\ntwo lines"}
    second = {**MEMBER, "member": "LVA", "start": "soon"}
    good, bad = items(Membership, first, second)
    assert isinstance(good, Located)
    assert isinstance(bad, Reject)
    assert (good.line, bad.line) == (2, 4)


def test_good_rows_stay_good_beside_bad_ones() -> None:
    found = items(Membership, MEMBER, {**MEMBER, "start": "soon"}, {**MEMBER, "member": "LVA"})
    assert [type(item) for item in found] == [Located, Reject, Located]


def test_empty_lines_and_a_byte_order_mark_are_no_rows() -> None:
    content = b"\xef\xbb\xbf" + written(Membership, MEMBER) + b"\n\n"
    assert [type(item) for item in rows_of(read("test.csv", content, Membership, {}))] == [Located]


def test_columns_may_stand_in_any_order() -> None:
    header = list(reversed([*columns(State), *EVIDENCE_COLUMNS]))
    cells = {"id": "EST", "name": "Estonia", "state_kind": "un-member", "status": "unchecked"}
    content = "\n".join([",".join(header), ",".join(cells.get(name, "") for name in header)]).encode()
    (item,) = rows_of(read("test.csv", content, State, {}))
    assert isinstance(item, Located)
    assert item.record.iri == ID["state/EST"]


@pytest.mark.parametrize("source", ["issuer", "archive", "press"])
def test_that_something_was_said_in_public_can_be_checked_in_the_press(source: str) -> None:
    (evidence,) = record(Attribution, {**ATTRIBUTION, "source": source}, SOURCES).evidence
    assert (evidence.source, evidence.verification) == (ID[f"source/{source}"], "checked")


def test_rank_5_never_becomes_evidence() -> None:
    row = {**MEMBER, "source": "lead", "locator": "p. 3", "says": "What the lead says."}
    (evidence,) = record(Membership, row, SOURCES).evidence
    assert (evidence.locator, evidence.says) == (None, None), "a recollection has no place and no words"
    assert evidence.source == RECOLLECTION.iri


def test_rank_5_never_appears_in_the_graph(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        sources=[
            {"id": "lead", "title": "A blog", "rank": "5", "source_kind": "other", "address": "https://blog.example/"},
            {"id": "press", "title": "A paper", "rank": "4", "source_kind": "press"},
        ],
        states=[{"id": "EST", "name": "Estonia", "state_kind": "un-member", "source": "lead"}],
    )
    collection = Collection()
    accounts = {loader.name: collection.read(loader) for loader in loaders(folder)}
    assert not collection.rejects
    assert accounts["sources"].out_of_scope.total() == 1
    assert "rank 5" in next(iter(accounts["sources"].out_of_scope))
    terms = {str(part) for quad in collection.quads() for part in quad}
    assert str(ID["source/press"]) in terms
    assert not any("lead" in term or "blog" in term for term in terms)


def test_several_values_are_parted_by_semicolons_and_kept_once() -> None:
    made = record(Organisation, {**ORG, "aliases": "A; B ;A;; "})
    assert made.aliases == ("A", "B")


def test_a_paragraph_of_a_document_becomes_a_provision() -> None:
    row = {"id": "n", "name": "N", "stated_in": "document/a-70-174#para. 13 (a)", "commitment_kind": "norm",
           "commitment_status": "adopted", "bindingness": "political"}  # fmt: skip
    (norm,) = items(Norm, row)
    assert isinstance(norm, Located)
    assert isinstance(norm.record, Norm)
    (provision,) = norm.beside
    assert isinstance(provision, Provision)
    assert provision.iri == ID["provision/a-70-174-para-13-a"] == norm.record.stated_in
    assert provision.paragraph == "para. 13 (a)"


def test_a_commitments_own_status_and_that_of_its_evidence_are_two() -> None:
    row = {"id": "c", "name": "C", "stated_in": "document/a", "commitment_kind": "pledge", "bindingness": "political",
           "commitment_status": "in-force", "status": "reported", "source": "press"}  # fmt: skip
    made = record(Commitment, row, SOURCES)
    assert {p: v for _, p, v in made.triples()}[CG.commitmentStatus] == coded("commitment-status", "in-force")
    assert made.evidence[0].verification == "reported"


def test_an_unknown_country_is_refused_with_the_nearest_ids() -> None:
    collection = Collection()
    states = items(State, {"id": "EST", "name": "Estonia", "state_kind": "un-member"})
    members = items(Membership, {**MEMBER, "member": "ESTO"})
    collection.read(Loader("states", "States", lambda _: states))
    collection.read(Loader("memberships", "Memberships", lambda _: members))
    problems = {reject.column: reject for reject in collection.dangling(frozenset())}
    assert (problems["member"].file, problems["member"].line) == ("test.csv", 2)
    assert "nothing has the id 'state/ESTO'; nearest: state/EST" in problems["member"].reason
    assert set(problems) == {"member", "forum", "role", "state_kind"}


def test_an_unknown_code_is_refused_with_the_nearest_codes() -> None:
    collection = Collection()
    collection.read(Loader("m", "M", lambda _: items(Membership, {**MEMBER, "role": "membre"})))
    declared = frozenset(coded("membership-role", code) for code in ("member", "observer"))
    (problem,) = [reject for reject in collection.dangling(declared) if reject.column == "role"]
    assert problem.reason == "nothing has the id 'membre'; nearest: member"


@pytest.mark.parametrize("name", ["membership.csv", "memberships_foc.csv", "Memberships.csv", "extra-states.csv"])
def test_a_misspelt_file_name_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_folder(tmp_path, sources=[], memberships=[])
    (folder / "memberships-foc.csv").write_bytes(written(Membership))
    assert unknown_files(folder) == []
    (folder / name).write_bytes(b"")
    assert unknown_files(folder) == [name]
    with pytest.raises(Exception, match=f"(?s)belong to no table.*{name}"):
        recipe(folder)


def test_a_state_gets_its_names_in_other_languages_from_its_code(tmp_path: Path) -> None:
    row = {"id": "EST", "name": "Estonia", "state_kind": "un-member", "alpha2": "EE"}
    folder = write_folder(tmp_path, sources=[], states=[row])
    (states,) = [loader for loader in loaders(folder) if loader.name == "states"]
    (item,) = rows_of(states.load(Collection()))
    assert isinstance(item, Located)
    assert isinstance(item.record, State)
    assert {name.language: str(name) for name in item.record.names}["de"] == "Estland"


ODD = (
    "", "EST", "2011-02-30", "checked", "reported", "issuer", "lead", "x y", "document/a#1", "https://[", "=1+1",
    "\x00", "a; b", "contradicts", 'a "b"', "\r\n", "é",
)  # fmt: skip
GOOD = {
    "code": "member",
    "text": "words",
    "date": "2011",
    "integer": "1",
    "amount": "2.5",
    "address": "https://a.example/",
}
TABLE = st.sampled_from([cls for cls, _ in TABLES.values()] + [Source])


@st.composite
def any_tables(draw: st.DrawFn) -> tuple[type[Record], int, bytes]:
    """A table of a class with up to four rows: some good, some the same claim, some odd in a cell or in many."""
    cls, odd = draw(TABLE), draw(st.text(max_size=8))
    names = [*columns(cls), *(() if cls is Source else EVIDENCE_COLUMNS)]
    good = {"id": "x", "status": "unchecked"}
    good |= {name: GOOD.get(spec.shape) or f"{spec.kinds[0]}/x" for name, spec in cls.specs().items() if spec.in_table}
    chance = draw(st.randoms(use_true_random=False))
    rows = []
    for share in draw(st.lists(st.sampled_from([0.0, 0.05, 0.3, 1.0]), max_size=4)):
        rows.append({n: chance.choice((*ODD, odd)) if chance.random() < share else good.get(n, "") for n in names})
    return cls, len(rows), written(cls, *rows)


def account_of(found: list[Item]) -> tuple[Collection, int]:
    collection = Collection()
    account = collection.read(Loader("t", "T", lambda _: found))
    out = account.out_of_scope.total()
    assert account.rows == account.claims + account.evidence + out + account.rejects
    return collection, account.rows


@given(any_tables())
@settings(max_examples=100, deadline=None)
def test_every_row_of_any_table_is_accounted_for(table: tuple[type[Record], int, bytes]) -> None:
    cls, rows, content = table
    found = list(read("t.csv", content, cls, SOURCES))
    collection, accounted = account_of(found)
    assert accounted == rows, found
    terms = [str(part) for quad in collection.quads() for part in quad]
    if cls is not Source:  # a register may itself give this id to a source of another rank
        assert str(ID["source/lead"]) not in terms


@given(TABLE, st.binary(max_size=400), st.booleans())
@settings(max_examples=100, deadline=None)
def test_random_bytes_make_rejects_and_never_an_error(cls: type[Record], noise: bytes, with_header: bool) -> None:
    content = (written(cls) if with_header else b"") + noise
    for item in rows_of(read("t.csv", content, cls, SOURCES)):
        assert isinstance(item, Located | Reject | OutOfScope)


@pytest.mark.slow
@given(any_tables(), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8))
@settings(max_examples=1000, deadline=None)
def test_damaged_tables_make_rejects_and_never_an_error(
    table: tuple[type[Record], int, bytes], damage: list[tuple[int, int]]
) -> None:
    cls, _, content = table
    broken = bytearray(content)
    for place, byte in damage:
        broken[place % len(broken)] = byte
    account_of(list(read("t.csv", bytes(broken), cls, SOURCES)))


def test_every_reject_of_a_table_of_rubbish_has_a_place() -> None:
    found = items(Vote, *({"ballot": "b", "voter": voter} for voter in ("EST", "L V A", "")))
    assert [item.line for item in found if isinstance(item, Reject)] == [2, 3, 4]
