"""What is derived: bounds, broader classes, names, and shortcuts from undisputed claims as of the data date."""

from __future__ import annotations

from datetime import date

import pytest
from rdflib import RDF, RDFS, XSD, Literal, URIRef
from tables import collected, source

from graph.derive import derive, superclasses
from graph.model import (
    Acceptance,
    Attribution,
    Forum,
    Membership,
    Norm,
    Operation,
    Organisation,
    State,
    TreatyAction,
    Vote,
)
from graph.record import Record, Triple
from graph.terms import CG, ID
from ontology import load_codes, load_ontology

ON = date(2026, 11, 21)
EST, FOC, BUDAPEST = ID["state/EST"], ID["forum/foc"], ID["document/budapest"]
MEMBER = {"forum": "foc", "member": "EST", "role": "member", "spell": "1"}
JOINED = {"treaty": "budapest", "actor": "EST", "action": "ratification", "effective": "2004-07-01"}
ACCEPTED = {"accepted": "norm/a", "actor": "EST", "mode": "national-reaffirmation"}
ACT = {"id": "a", "name": "EST on X", "speaker": "EST", "operations": "x", "attribution_kind": "political",
       "stance": "originates", "attributed_to": "RUS"}  # fmt: skip
A_LIST = source("a-list", rank=1)
ONTOLOGY, CODES = load_ontology(), load_codes()


def derived(*rows: tuple[type[Record], dict[str, str]], on: date = ON) -> set[Triple]:
    collection = collected(*rows)
    assert not collection.rejects
    return set(derive(collection, ONTOLOGY, CODES, on))


def members(*rows: dict[str, str], on: date = ON) -> set[Triple]:
    shortcuts = {CG.memberOf, CG.participatesIn}
    return {triple for triple in derived(*((Membership, row) for row in rows), on=on) if triple[1] in shortcuts}


def parties(*rows: dict[str, str], on: date = ON) -> set[Triple]:
    return {t for t in derived(*((TreatyAction, row) for row in rows), on=on) if t[1] == CG.partyTo}


def accepted(*rows: dict[str, str], on: date = ON) -> set[Triple]:
    return {t for t in derived(*((Acceptance, row) for row in rows), on=on) if t[1] == CG.hasAccepted}


@pytest.mark.parametrize(
    ("stated", "first", "last"),
    [
        ("2011", "2011-01-01", "2011-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2011-12-08", "2011-12-08", "2011-12-08"),
    ],
)
def test_bounds_are_days_for_dates_of_any_precision(stated: str, first: str, last: str) -> None:
    claim = ID["membership/foc-EST-member-1"]
    bounds = {p: o for s, p, o in derived((Membership, {**MEMBER, "start": stated, "end": stated})) if s == claim}
    for predicate, day in (
        (CG.startNotBefore, first),
        (CG.startNotAfter, last),
        (CG.endNotBefore, first),
        (CG.endNotAfter, last),
    ):
        assert bounds[predicate] == Literal(day, datatype=XSD.date)


def test_an_undated_claim_has_no_bounds() -> None:
    assert not [t for t in derived((Membership, MEMBER)) if "Not" in t[1]]


def test_still_so_has_a_first_day_only() -> None:
    found = {p: str(o) for _, p, o in derived((Membership, {**MEMBER, "still": "2017"})) if "Not" in p}
    assert found == {CG.stillSoNotBefore: "2017-01-01"}


def test_broader_classes_are_derived_and_the_stated_one_is_not() -> None:
    row = {"id": "un-2015-13a", "name": "N", "stated_in": "document/a", "commitment_kind": "norm",
           "commitment_status": "adopted", "bindingness": "political"}  # fmt: skip
    types = {o for s, p, o in derived((Norm, row)) if s == ID["norm/un-2015-13a"] and p == RDF.type}
    assert CG.Commitment in types
    assert CG.Norm not in types
    claim = {o for s, p, o in derived((Membership, MEMBER)) if s == ID["membership/foc-EST-member-1"]}
    assert CG.Claim in claim


def test_every_class_of_a_claim_is_below_claim() -> None:
    above = superclasses(ONTOLOGY)
    for cls in (CG.Membership, CG.Acceptance, CG.TreatyAction, CG.Vote, CG.Attribution, CG.Implementation):
        assert CG.Claim in above[cls]


@pytest.mark.parametrize("role", ["member", "participating-state", "founding-member"])
def test_an_open_membership_is_a_shortcut(role: str) -> None:
    assert members({**MEMBER, "role": role, "start": "2011"}) == {
        (EST, CG.memberOf, FOC),
        (EST, CG.participatesIn, FOC),
    }


@pytest.mark.parametrize("role", ["observer", "partner", "supporter", "signatory", "sponsoring-nation"])
def test_who_takes_part_without_being_a_member_is_no_member(role: str) -> None:
    assert members({**MEMBER, "role": role}) == {(EST, CG.participatesIn, FOC)}


@pytest.mark.parametrize("role", ["invited", "suspended", "expelled", "withdrawn-notified", "withdrawn-effective"])
def test_who_was_only_invited_or_left_takes_no_part(role: str) -> None:
    assert members({**MEMBER, "role": role}) == set()


@pytest.mark.parametrize(
    "row",
    [{"end": "2020"}, {"end": "2026-11-20"}, {"end": "2026"}, {"start": "2027"}, {"start": "2026-11-22"}],
    ids=str,
)
def test_a_membership_over_or_to_come_is_no_shortcut(row: dict[str, str]) -> None:
    assert members({**MEMBER, **row}) == set()


@pytest.mark.parametrize("row", [{"start": "2026-11-21"}, {"end": "2026-11-21"}, {"end": "2027"}, {}], ids=str)
def test_a_membership_open_on_the_data_date_is_a_shortcut(row: dict[str, str]) -> None:
    assert (EST, CG.memberOf, FOC) in members({**MEMBER, **row})


def test_shortcuts_follow_the_data_date() -> None:
    row = {**MEMBER, "start": "2011", "end": "2020"}
    assert (EST, CG.memberOf, FOC) in members(row, on=date(2015, 1, 1))
    assert members(row, on=date(2010, 12, 31)) == members(row, on=date(2021, 1, 1)) == set()


def test_who_left_and_joined_again_is_a_member() -> None:
    first = {**MEMBER, "start": "1985", "end": "2018"}
    again = {**MEMBER, "spell": "2", "start": "2023-07"}
    assert (EST, CG.memberOf, FOC) in members(first, again)
    assert members(first, again, on=date(2020, 1, 1)) == set()


def test_a_departure_ends_what_began_before_it_and_nothing_later() -> None:
    joined = {**MEMBER, "start": "2011"}
    left = {**MEMBER, "role": "withdrawn-effective", "start": "2018"}
    again = {**MEMBER, "spell": "2", "start": "2023"}
    assert members(joined, left) == set()
    assert (EST, CG.memberOf, FOC) in members(joined, left, again)
    assert (EST, CG.memberOf, FOC) in members(joined, {**left, "start": "2030"})
    assert (EST, CG.memberOf, FOC) in members(joined, {**left, "member": "LVA"})


def test_contradicted_claims_make_no_shortcut() -> None:
    assert members({**MEMBER, "bearing": "contradicts"}) == set()
    assert parties({**JOINED, "bearing": "contradicts"}) == set()
    assert accepted({**ACCEPTED, "bearing": "contradicts"}) == set()


def test_a_shortcut_holds_whichever_source_is_right() -> None:
    """Sources may differ about the year of joining; whether it is so today must not depend on which is right."""
    assert (EST, CG.memberOf, FOC) in members({**MEMBER, "start": "2011"}, {**MEMBER, "start": "2013"})
    assert members({**MEMBER, "start": "2011"}, {**MEMBER, "start": "2027"}) == set()
    assert members({**MEMBER, "end": "2030"}, {**MEMBER, "end": "2020"}) == set()
    assert parties(JOINED, {**JOINED, "effective": "2005-01-01"}) == {(EST, CG.partyTo, BUDAPEST)}
    assert parties(JOINED, {**JOINED, "effective": "2027-01-01"}) == set()
    assert accepted({**ACCEPTED, "end": "2030"}, {**ACCEPTED, "end": "2020"}) == set()


@pytest.mark.parametrize("action", ["ratification", "acceptance", "approval", "accession", "succession"])
def test_consent_in_force_makes_a_party(action: str) -> None:
    assert parties({**JOINED, "action": action}) == {(EST, CG.partyTo, BUDAPEST)}


@pytest.mark.parametrize(
    "row",
    [
        {"action": "signature"},
        {"action": "provisional-application"},
        {"action": "reservation"},
        {"effective": ""},
        {"effective": "", "date": "2003-05-12"},
        {"effective": "2026-11-22"},
        {"effective": "2026"},
    ],
    ids=str,
)
def test_nobody_is_party_before_the_treaty_is_sure_to_be_in_force_for_it(row: dict[str, str]) -> None:
    assert parties({**JOINED, **row}) == set()


def test_nobody_is_party_after_a_withdrawal_took_effect() -> None:
    gone = {"treaty": "budapest", "actor": "EST", "action": "withdrawal", "date": "2020", "effective": "2021-01-01"}
    assert parties(JOINED, gone) == set()
    assert parties(JOINED, gone, on=date(2020, 12, 31)) == {(EST, CG.partyTo, BUDAPEST)}
    assert parties(JOINED, {**gone, "actor": "LVA"}) == {(EST, CG.partyTo, BUDAPEST)}


@pytest.mark.parametrize("mode", ["treaty-consent", "national-reaffirmation", "subscription", "signed"])
def test_accepting_for_oneself_is_a_shortcut(mode: str) -> None:
    assert accepted({**ACCEPTED, "mode": mode}) == {(EST, CG.hasAccepted, ID["norm/a"])}


@pytest.mark.parametrize(
    "mode",
    ["opposed", "dissociated", "through-group", "present-at-adoption", "adopted-without-vote", "vote-for", "sponsored"],
)
def test_other_modes_are_no_acceptance_in_short(mode: str) -> None:
    assert accepted({**ACCEPTED, "mode": mode}) == set()


def test_an_acceptance_withdrawn_is_no_shortcut() -> None:
    assert accepted({**ACCEPTED, "end": "2025"}) == set()
    assert accepted({**ACCEPTED, "end": "2027"}) != set()


def test_a_claim_is_named_by_its_parts() -> None:
    rows = (
        (State, {"id": "EST", "name": "Estonia", "state_kind": "un-member"}),
        (Forum, {"id": "foc", "name": "Freedom Online Coalition", "forum_kind": "coalition"}),
        (Membership, MEMBER),
        (Membership, {**MEMBER, "member": "LVA"}),
    )
    names = {s: str(o) for s, p, o in derived(*rows) if p == RDFS.label and s.startswith(ID)}
    assert names[ID["membership/foc-EST-member-1"]] == "Estonia: member of Freedom Online Coalition"
    assert names[ID["membership/foc-LVA-member-1"]] == "LVA: member of Freedom Online Coalition"
    assert ID["state/EST"] not in names, "its name is stated, not derived"


def test_a_dispute_is_marked() -> None:
    marked = {s for s, p, _ in derived((Membership, {**MEMBER, "bearing": "contradicts"})) if p == CG.disputed}
    assert marked == {ID["membership/foc-EST-member-1"]}


def test_codes_have_labels_in_both_languages() -> None:
    code = URIRef("https://w3id.org/cybergov/vocab/verification/checked")
    labels = {o.language for s, p, o in derived() if s == code and p == RDFS.label and isinstance(o, Literal)}
    assert labels == {"en", "de"}


def test_no_derived_statement_leads_from_an_operation_to_a_state() -> None:
    """Nor the other way; an attribution stays between them, and the organisation that spoke is no shortcut."""
    rows = (
        (State, {"id": "RUS", "name": "Russia", "state_kind": "un-member"}),
        (State, {"id": "EST", "name": "Estonia", "state_kind": "un-member"}),
        (Organisation, {"id": "nato", "name": "NATO", "organisation_kind": "alliance"}),
        (Operation, {"id": "x", "name": "X", "targets": "EST"}),
        (Attribution, ACT),
        (Attribution, {**ACT, "id": "b", "name": "NATO on X", "speaker": "organisation/nato"}),
    )
    operation = ID["operation/x"]
    touching = {(p, o) for s, p, o in derived(*rows) if s == operation or o == operation}
    assert touching <= {(RDF.type, cls) for cls in superclasses(ONTOLOGY).get(CG.Operation, ())}


@pytest.mark.parametrize(
    ("cls", "rows", "about"),
    [
        (Membership, [MEMBER], "EST: member of foc"),
        (Vote, [{"ballot": "a-res-73-27", "voter": voter, "value": "yes"} for voter in ("EST", "FRA")], "a-res-73-27"),
    ],
)
def test_evidence_is_named_once_after_what_it_is_on_and_its_source(
    cls: type[Record], rows: list[dict[str, str]], about: str
) -> None:
    collection = collected(*((cls, row | {"source": "a-list"}) for row in rows), sources={"a-list": A_LIST})
    assert not collection.rejects
    triples = set(derive(collection, ONTOLOGY, CODES, ON))
    names = {value for node, predicate, value in triples if predicate == RDFS.label and "/id/evidence/" in node}
    assert names == {Literal(f"Evidence on {about}, from a-list", lang="en")}
