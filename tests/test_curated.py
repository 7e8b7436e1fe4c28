"""The tables that ship: complete where they say so, sourced throughout, and free of what is never said."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, Literal, URIRef

import queries
from graph.build import DERIVED, Content, Report, build
from graph.model import Attribution, Norm, Operation, Reply, Source, State, Statement, ThreatActor
from graph.nquads import line
from graph.record import Claim, Thing, coded
from graph.terms import CG, ID
from graph.validate import check_queries
from loaders.curated import CURATED, DATA_DATE, TABLES, retired, unknown_files
from webapp.cli import recipe

SAID_IN_PUBLIC = (Attribution, Reply, Statement)
FILES = sorted(CURATED.glob("*.csv"))
REGISTERS = {"retired.csv", "corrections.csv"}  # that no table of claims reads
WITHOUT_ROWS = {"clusters", "recognitions", "regime_classifications"}  # nobody has filled these yet


@pytest.fixture(scope="module")
def store(content: Content) -> ox.Store:
    """The same, to be asked."""
    store = ox.Store()
    merged = b"".join({line(*quad[:3]) for quad in content.quads})
    store.bulk_load(merged, format=ox.RdfFormat.N_TRIPLES)
    return store


def rows() -> Iterator[tuple[str, int, dict[str, str]]]:
    for path in FILES:
        with path.open(newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                yield path.name, number, row


def records(content: Content, *classes: type) -> list:
    return [entry.record for entry in content.collection.entries.values() if isinstance(entry.record, classes)]


def test_no_row_is_rejected_and_every_row_is_accounted_for(content: Content, report: Report) -> None:
    assert content.collection.rejects == []
    assert unknown_files() == []
    in_files = Counter(name.partition(".")[0].partition("-")[0] for name, _, _ in rows() if name not in REGISTERS)
    assert {name: account.rows for name, account in report.accounts.items()} == in_files
    assert all(account.rejects == 0 for account in report.accounts.values())


def test_there_is_much_to_read(content: Content, report: Report) -> None:
    triples = {quad[:3] for quad in content.quads}
    assert len(triples) >= 30_000
    filled = {name for name, account in report.accounts.items() if account.rows}
    assert filled & set(TABLES) == set(TABLES) - WITHOUT_ROWS


def test_the_united_nations_have_193_members_with_codes_of_their_own(content: Content) -> None:
    member = coded("state-kind", "un-member")
    members = [state for state in records(content, State) if state.state_kind == member]
    assert len(members) == 193
    for code in ("alpha2", "alpha3", "numeric"):
        codes = [getattr(state, code) for state in members]
        assert None not in codes
        assert len(set(codes)) == 193
    assert all(state.id == state.alpha3 for state in members)
    joined = {a for a, p, b, _ in content.quads if p == CG.memberOf and b == ID["organisation/un"]}
    assert joined == {state.iri for state in members}


def test_no_two_states_share_a_code(content: Content) -> None:
    for code in ("alpha2", "alpha3", "numeric"):
        counted = Counter(getattr(state, code) for state in records(content, State) if getattr(state, code))
        assert [value for value, count in counted.items() if count > 1] == []


def test_there_are_eleven_norms_in_order(content: Content) -> None:
    norms = records(content, Norm)
    assert sorted(norm.id for norm in norms) == [f"un-2015-13{letter}" for letter in "abcdefghijk"]
    assert {norm.number for norm in norms} == {f"13({letter})" for letter in "abcdefghijk"}
    assert all(norm.paraphrase and norm.adopted_by for norm in norms)


def test_every_query_check_finds_nothing(store: ox.Store) -> None:
    assert [str(problem) for problem in check_queries(store, queries.CHECKS)] == []


def test_no_claim_is_without_evidence(content: Content) -> None:
    bare = [
        iri for iri, e in content.collection.entries.items() if isinstance(e.record, Claim | Thing) and not e.evidence
    ]
    assert bare == []


def test_no_operation_or_threat_actor_leads_to_a_state_in_one_step_except_as_its_target(
    content: Content,
) -> None:
    kinds = {iri: type(entry.record) for iri, entry in content.collection.entries.items()}
    suspects = {iri for iri, kind in kinds.items() if kind in (Operation, ThreatActor)}
    states = {iri for iri, kind in kinds.items() if kind is State}
    assert suspects
    for subject, predicate, value, graph in content.quads:
        if subject in suspects and value in states:
            assert predicate == CG.target, (subject, value)
            assert graph != DERIVED
        assert not (subject in states and value in suspects), (subject, predicate, value)


def test_no_derived_statement_says_who_did_it(content: Content) -> None:
    allowed = {CG.memberOf, CG.participatesIn, CG.hasAccepted, CG.partyTo, RDF.type}
    links = {p for s, p, o, graph in content.quads if graph == DERIVED and isinstance(o, URIRef)}
    assert links <= allowed


def test_solidarity_and_listings_name_no_state_as_responsible(content: Content) -> None:
    silent = {coded("attribution-stance", stance) for stance in ("solidarity-without-attribution", "takes-note")}
    assert [act.id for act in records(content, Attribution) if act.stance in silent and act.attributed_to] == []


def test_what_is_checked_says_where_what_and_in_a_source_of_rank_that_was_opened(content: Content) -> None:
    sources = {source.iri: source for source in records(content, Source)}
    checked = 0
    for entry in content.collection.entries.values():
        for _, evidence, _ in entry.evidence.values():
            source = sources[evidence.source]
            assert source.rank != 5
            if evidence.verification == "checked":
                checked += 1
                said = isinstance(entry.record, SAID_IN_PUBLIC)
                assert source.rank in ((1, 2, 4) if said else (1, 2)), entry.record.iri
                assert evidence.locator, entry.record.iri
                assert evidence.says, entry.record.iri
                assert source.opened, source.id
                assert source.opened.bounds().last <= DATA_DATE, source.id
            elif evidence.verification == "reported":
                assert source.rank is not None, entry.record.iri
    assert checked > 1000


def test_sources_are_listed_once_and_lead_somewhere(content: Content) -> None:
    listed = [row for name, _, row in rows() if name == "sources.csv"]
    assert [i for i, n in Counter(row["id"] for row in listed).items() if n > 1] == []
    addresses = Counter(row["address"].rstrip("/") for row in listed if row["address"])
    assert [address for address, count in addresses.items() if count > 1] == []
    for row in listed:
        assert row["title"], row["id"]
        assert row["rank"] in "12345", row["id"]


def test_no_row_stands_twice() -> None:
    counted = Counter((name, *sorted(row.items())) for name, _, row in rows())
    assert [row for row, count in counted.items() if count > 1] == []


def test_dates_that_were_recorded_lie_before_the_data_date(content: Content) -> None:
    """What is said of the future stands in an end or an entry into force; nothing has happened yet."""
    from graph.dates import Stated

    late = []
    for record in records(content, *SAID_IN_PUBLIC):
        if isinstance(record.date, Stated) and record.date.bounds().first > DATA_DATE:
            late.append(record.iri)
    assert late == []


FORBIDDEN = {
    "a registry": re.compile(
        "|".join(["pypi" + r"\.org", "pytho" + "nhosted", "regist" + r"ry\.npm", "arti" + "factory"])
    ),
    "a machine path": re.compile(r"(?<![\w/.:~-])/(?:ro" + "ot|wo" + "rk|ho" + "me|tm" + r"p|Us" + r"ers)/\w"),
    "an e-mail address": re.compile(r"(?<![/\w.+-])[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE),
    "a birth date": re.compile(
        r"\b(?:born (?:on|in)|date of birth|d\.?o\.?b\.?[: ]|birth ?date|geboren)\b", re.IGNORECASE
    ),
    "a passport": re.compile(r"\bpassport\b", re.IGNORECASE),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_table_holds(what: str) -> None:
    found = [
        f"{name}:{number}: {column}: {cell[:80]}"
        for name, number, row in rows()
        for column, cell in row.items()
        if FORBIDDEN[what].search(cell or "")
    ]
    assert found == []


def test_every_table_is_plain_text() -> None:
    for path in FILES:
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf"), path.name
        assert b"\x00" not in raw, path.name
        assert raw.endswith(b"\n"), path.name
        assert raw.decode("utf-8"), path.name


def test_what_was_given_up_is_not_in_use_and_its_successor_is(content: Content) -> None:
    for old, row in retired().items():
        assert URIRef(old) not in content.collection.entries
        assert row.reason
        assert not row.replaced_by or URIRef(row.replaced_by) in content.collection.entries


def test_disputes_are_few_and_keep_both_sides(content: Content) -> None:
    disputed = [entry for entry in content.collection.entries.values() if entry.disputed]
    assert len(disputed) < len(content.collection.entries) / 50
    for entry in disputed:
        assert len(entry.evidence) > 1 or any(e.bearing == "contradicts" for _, e, _ in entry.evidence.values())


def test_names_hold_words_and_no_iri(content: Content) -> None:
    label = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
    for subject, predicate, value, _ in content.quads:
        if predicate == label and subject.startswith(ID):
            assert isinstance(value, Literal)
            assert "https://w3id.org/" not in value, subject
            assert value.strip() == str(value), subject


@pytest.mark.slow
def test_what_ships_builds(tmp_path: Path) -> None:
    snapshot, made = build(recipe(), tmp_path)
    snapshot.verify()
    assert made.counts["statements"] >= 30_000
    assert sum(made.seconds.values()) < 600
