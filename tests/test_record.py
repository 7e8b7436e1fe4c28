"""Identity: an IRI comes from the identity key alone, whatever is corrected, added or loaded again."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, Literal, URIRef
from tables import collected, record, source

from graph.collect import Collection
from graph.dates import Stated
from graph.model import CapacityBuilding, Membership, Provision, Succession, Vote
from graph.record import Claim, Record, Thing, term
from graph.terms import CG, ID, slug, thing
from loaders.curated import TABLES

SOURCES = {
    "home": source("home", 1, Stated.parse("2026-11-01")),
    "press": source("press", 4, Stated.parse("2026-11-02")),
}
KEY = {"forum": "foc", "member": "EST", "role": "member", "spell": "1"}
ROW = {**KEY, "start": "2011", "source": "press", "status": "reported"}
MEMBERSHIP = "membership/foc-EST-member-1"


@pytest.mark.parametrize(
    "corrected",
    [
        {"start": "2012"},
        {"start": "2011-12-08", "end": "2020"},
        {"still": "2026"},
        {"source": "", "status": "unchecked"},
        {"source": "home", "status": "checked", "locator": "p. 3", "says": "joined in 2011"},
        {"locator": "list", "note": "to be looked at"},
    ],
    ids=str,
)
def test_correcting_a_claim_never_changes_its_identifier(corrected: dict[str, str]) -> None:
    before, after = record(Membership, ROW, SOURCES), record(Membership, ROW | corrected, SOURCES)
    assert before != after
    assert before.iri == after.iri == ID[MEMBERSHIP]


def test_a_vote_keeps_its_identifier_when_its_value_is_corrected() -> None:
    row = {"ballot": "a-res-73-27", "voter": "EST", "value": "no"}
    assert record(Vote, row).iri == record(Vote, row | {"value": "abstain"}).iri == ID["vote/a-res-73-27-EST"]


@pytest.mark.parametrize("changed", [{"forum": "oewg"}, {"member": "LVA"}, {"role": "observer"}, {"spell": "2"}])
def test_another_key_is_another_claim(changed: dict[str, str]) -> None:
    assert record(Membership, ROW | changed, SOURCES).iri != record(Membership, ROW, SOURCES).iri


def test_a_second_source_adds_evidence_to_the_same_claim() -> None:
    second = ROW | {"source": "home", "status": "reported"}
    collection = collected((Membership, ROW), (Membership, second), sources=SOURCES)
    (iri,) = collection.entries
    assert iri == ID[MEMBERSHIP]
    assert set(collection.entries[iri].evidence) == {
        ID["evidence/membership-foc-EST-member-1-press"],
        ID["evidence/membership-foc-EST-member-1-home"],
    }


def test_loading_twice_changes_nothing() -> None:
    once = collected((Membership, ROW), sources=SOURCES)
    twice = collected((Membership, ROW), (Membership, ROW), sources=SOURCES)
    assert statements(once) == statements(twice)


def test_two_statements_of_one_source_are_two_pieces_of_evidence() -> None:
    """A source may give a start on one page and an end on another."""
    other = ROW | {"locator": "p. 9", "start": "", "end": "2020"}
    collection = collected((Membership, ROW), (Membership, other), sources=SOURCES)
    assert len(collection.entries[ID[MEMBERSHIP]].evidence) == 2


def test_the_order_of_rows_does_not_change_which_claims_there_are() -> None:
    other = ROW | {"member": "LVA"}
    there = collected((Membership, ROW), (Membership, other), sources=SOURCES)
    back = collected((Membership, other), (Membership, ROW), sources=SOURCES)
    assert statements(there) == statements(back)


def test_two_identities_with_one_slug_are_refused_with_both_places() -> None:
    one = {"predecessor": "state/A-B", "successor": "state/C"}
    other = {"predecessor": "state/A", "successor": "state/B-C"}
    collection = collected((Succession, one), (Succession, other))
    (reject,) = collection.rejects
    assert (reject.file, reject.line) == ("succession-3.csv", 2)
    assert "succession-2.csv:2" in reject.reason
    assert "share the identifier" in reject.reason
    assert len(collection.entries) == 1


def test_evidence_of_two_claims_never_shares_an_identifier() -> None:
    """Claim `SUN-RUS-home` by source `x` and claim `SUN-RUS` by source `home-x` spell alike."""
    sources = {"home-x": source("home-x", 1), "x": source("x", 1)}
    one = {"predecessor": "SUN", "successor": "RUS", "source": "home-x", "status": "reported"}
    other = {"predecessor": "SUN", "successor": "state/RUS-home", "source": "x", "status": "reported"}
    collection = collected((Succession, one), (Succession, other), sources=sources)
    (reject,) = collection.rejects
    assert (reject.file, reject.line) == ("succession-3.csv", 2)
    assert "succession-2.csv:2" in reject.reason


@given(st.text())
def test_a_slug_holds_letters_digits_and_single_hyphens_for_any_text(words: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(words))


@given(st.text() | st.from_regex(r"[A-Za-z0-9-]{1,9}", fullmatch=True))
def test_an_identifier_is_a_slug_or_refused(name: str) -> None:
    with suppress(ValueError):
        assert re.fullmatch(r"https://w3id\.org/cybergov/id/state/[A-Za-z0-9-]+", thing("state", name))


@given(st.text())
def test_a_provision_of_any_paragraph_has_an_identifier_or_is_refused(paragraph: str) -> None:
    provision = Provision(provision_of=ID["document/a-70-174"], paragraph=paragraph)
    try:
        iri = provision.iri
    except ValueError:
        assert slug(paragraph) == ""
    else:
        assert re.fullmatch(r".*/provision/a-70-174-[a-z0-9-]+", iri)


@pytest.mark.parametrize("name", ["", "-", "a--b", "-a", "a-", "a b", "a/b", "é", "a.b", "a\n", "a%20", "../x"])
def test_what_is_no_slug_makes_no_identifier(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits and single hyphens"):
        thing("state", name)


@pytest.mark.parametrize("cls", [cls for cls, _ in TABLES.values()], ids=lambda cls: cls.__name__)
def test_every_class_has_an_identity_of_its_own(cls: type[Record]) -> None:
    keys = [name for name, spec in cls.specs().items() if spec.key]
    assert issubclass(cls, Thing) is not bool(keys)
    assert issubclass(cls, Claim | Thing)
    dated = [name for name, spec in cls.specs().items() if spec.key and spec.shape in ("date", "amount", "address")]
    assert not dated, "a date, a sum or an address can be corrected, so it is no part of an identity"


def test_kinds_are_not_shared_by_classes() -> None:
    kinds = [cls.kind for cls, _ in TABLES.values()]
    assert len(kinds) == len(set(kinds))


def test_values_become_typed_terms() -> None:
    row = {"id": "x", "name": "Fund", "capacity_kind": "trust-fund", "amount": "1500000.50", "start": "2019"}
    made = record(CapacityBuilding, row)
    objects = {predicate: value for _, predicate, value in made.triples()}
    assert objects[CG.amount] == Literal("1500000.50", datatype=XSD.decimal)
    assert objects[CG.start] == Literal("2019", datatype=XSD.gYear)
    assert objects[CG.capacityKind] == URIRef("https://w3id.org/cybergov/vocab/capacity-kind/trust-fund")
    assert term(7, Membership.specs()["spell"]) == Literal("7", datatype=XSD.integer)


def test_a_misspelt_term_raises() -> None:
    with pytest.raises(AttributeError):
        _ = CG.memberShip


def statements(collection: Collection) -> set[tuple[str, ...]]:
    """Return what is stated, without the graph, which here is one per row."""
    return {tuple(str(part) for part in quad[:3]) for quad in collection.quads()}
