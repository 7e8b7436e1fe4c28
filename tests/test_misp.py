"""The MISP galaxy: actors under MISP's own identity, who says which country, agencies, vendors, and undated parties."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from datasets import folder, landscape, read, shared
from few import faults

from graph.collect import Account, Collection, Located
from graph.model import Assessment, Cluster, Membership, Organisation, State, ThreatActor, TreatyAction
from graph.record import Evidence, Record, coded
from graph.terms import ID
from loaders.datasets import attack
from loaders.datasets.misp import ACTORS, AGENCIES, COUNTRIES, DATASET, VENDORS
from loaders.datasets.misp_actors import NO_ACTOR, ONE_PERSON
from loaders.datasets.misp_budapest import NO_ACT, NOT_NAMED
from loaders.datasets.misp_organisations import NO_FIRM, NO_STATE

ROOT = Path(__file__).resolve().parents[1]
EDITORS = ID["organisation/cybergov-editors"]
MISP, CFR = ID["organisation/misp"], ID["organisation/cfr"]
STIX = "11111111-2222-4333-8444-555555555555"
UNCHECKED = Evidence(source=ID["source/editors-recollection"], verification="unchecked")


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def entry(number: int, value: Any, related: Any = (), **meta: Any) -> dict[str, Any]:
    named = {key.replace("_", "-"): text for key, text in meta.items()}
    return {"description": "Words.", "meta": named, "related": list(related), "uuid": uuid(number), "value": value}


def cluster(kind: str, *values: Any) -> bytes:
    return json.dumps({"type": kind, "version": 1, "values": values}, indent=2, ensure_ascii=False).encode()


# What each file must have somewhere, so that a key that was given another name is noticed.
ACTOR = entry(
    901, "Pebble", country="RU", synonyms=["Stone"], refs=[], cfr_suspected_state_sponsor="Russian Federation"
)
AGENCY = entry(902, "Bureau of Moss", country="RU", synonyms=["Moosamt"])
VENDOR = entry(903, "Moss Ltd", official_refs=["https://moss.example/"])
COUNTRY = entry(904, "russia", ISO="RU", ISO3="RUS", budapest_convention="observers")


def files(
    *, actors: tuple[Any, ...] = (), agencies: tuple[Any, ...] = (), vendors: tuple[Any, ...] = (), countries: Any = ()
) -> dict[str, bytes]:
    return {
        ACTORS: cluster("threat-actor", ACTOR, *actors),
        AGENCIES: cluster("intelligence-agency", AGENCY, *agencies),
        VENDORS: cluster("surveillance-vendor", VENDOR, *vendors),
        COUNTRIES: cluster("country", COUNTRY, *countries),
    }


def ours() -> Collection:
    """A few records as our own tables and ATT&CK have them."""
    state, organ = coded("state-kind", "un-member"), coded("organisation-kind", "state-organ")
    quoting = Evidence(
        source=ID["source/attack-18-1"], verification="reported", locator=f"G0094, intrusion-set--{STIX}"
    )
    records: tuple[Record, ...] = (
        State(id="RUS", name="Russian Federation", state_kind=state, alpha2="RU", alpha3="RUS"),
        State(id="CHN", name="China", state_kind=state, alpha2="CN", alpha3="CHN"),
        State(id="BHR", name="Bahrain", state_kind=state, alpha2="BH", alpha3="BHR"),
        ThreatActor(id="apt28", name="APT28", attack_id="G0007"),
        ThreatActor(id="attack-g0044", name="Winnti Group", attack_id="G0044"),
        ThreatActor(id="attack-g0096", name="APT41", attack_id="G0096"),
        ThreatActor(id="attack-g0094", name="Kimsuky", attack_id="G0094", evidence=(quoting,)),
        ThreatActor(id="attack-g1003", name="Ember Bear", attack_id="G1003"),
        Organisation(id="cybergov-editors", name="Editors", organisation_kind=organ),
        Organisation(id="rus-gru", name="GRU", organisation_kind=organ, organ_of=ID["state/RUS"]),
        Organisation(id="chn-nsa", name="National Security Agency", organisation_kind=organ, organ_of=ID["state/CHN"]),
        TreatyAction(
            treaty=ID["document/budapest-convention"],
            actor=ID["state/CHN"],
            action=coded("treaty-action", "accession"),
        ),
        TreatyAction(
            treaty=ID["document/budapest-convention"],
            actor=ID["state/BHR"],
            action=coded("treaty-action", "signature"),
        ),
    )
    collection = Collection()
    for number, record in enumerate(records, start=2):
        given = record if record.evidence else type(record)(**{**vars(record), "evidence": (UNCHECKED,)})
        collection.add(Located("ours.csv", number, given), ID["x"])
    return collection


def taken(content: dict[str, bytes]) -> tuple[Collection, Account]:
    return read(DATASET, content, ours())


def record(collection: Collection, name: str) -> Any:
    return collection.entries[ID[name]].record


def own(number: int) -> str:
    return f"threat-actor/misp-{uuid(number)}"


def assessments(collection: Collection, subject: str) -> set[tuple[str, str]]:
    """Who names which country for an actor."""
    return {
        (found.assessor.rsplit("/", 1)[-1], str(found.country).rsplit("/", 1)[-1])
        for entry_ in collection.entries.values()
        if isinstance(found := entry_.record, Assessment) and found.subject == ID[subject]
    }


def notes(collection: Collection, name: str) -> str:
    return "; ".join(evidence.note or "" for _, evidence, _ in collection.entries[ID[name]].evidence.values())


def test_an_actor_is_itself_by_its_uuid_with_its_synonyms_as_further_names() -> None:
    collection, _ = taken(
        files(actors=(entry(1, " Stealth\tRock ", synonyms=["STEALTH ROCK", " Daggerfly", "狼毒草"]),))
    )
    actor = record(collection, own(1))
    assert (actor.name, actor.aliases, actor.attack_id) == ("Stealth Rock", ("Daggerfly", "狼毒草"), None)


def test_names_that_are_the_same_make_no_two_actors_one() -> None:
    collection, _ = taken(files(actors=(entry(1, "APT28"), entry(2, "APT28", synonyms=["Stone"]))))
    assert {record(collection, name).name for name in (own(1), own(2), "threat-actor/apt28")} == {"APT28"}
    assert len(collection.entries[ID["threat-actor/apt28"]].evidence) == 1


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (entry(1, "Fancy Bear", synonyms=["G0007"]), "apt28"),
        (entry(1, "Fancy Bear", synonyms=["G0007"], refs=["https://attack.mitre.org/groups/G0007/"]), "apt28"),
        (entry(1, "APT41", synonyms=["G0044", "G0096"]), "attack-g0096"),
        (entry(1, "apt 28", refs=["https://attack.mitre.org/wiki/Group/G0007"]), "apt28"),
        (entry(1, "Kimsuky", [{"dest-uuid": STIX, "type": "similar"}], synonyms=["G0086"]), "attack-g0094"),
    ],
)
def test_a_number_of_attack_makes_an_actor_the_one_that_has_it(given: dict[str, Any], same: str) -> None:
    collection, _ = taken(files(actors=(given,)))
    entry_ = collection.entries[ID[f"threat-actor/{same}"]]
    assert (ID[own(1)] in collection.entries, len(entry_.evidence), entry_.disputed) == (False, 2, False)
    assert not any("G0" in str(alias) for alias in entry_.record.aliases)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "given",
    [
        entry(1, "Saint Moss", refs=["https://attack.mitre.org/groups/G1003/"]),
        entry(1, "Umbrella", synonyms=["G0044", "G0096"]),
        entry(1, "Fancy Bear", synonyms=["G0007"], refs=["https://attack.mitre.org/groups/G0044"]),
        entry(1, "Charming Moss", synonyms=["G0058"]),
        entry(1, "Velvet", [{"dest-uuid": STIX, "type": "similar"}]),
        entry(1, "Kimsuky", [{"dest-uuid": STIX, "type": "uses"}]),
        entry(1, "A", refs=["https://example.org/?https://attack.mitre.org/groups/G0007"]),
    ],
)
def test_a_mere_reference_or_several_numbers_make_an_actor_its_own(given: dict[str, Any]) -> None:
    collection, _ = taken(files(actors=(given,)))
    assert ID[own(1)] in collection.entries


def test_the_same_main_name_makes_a_cluster_of_two_actors_and_a_further_name_does_not() -> None:
    given = (entry(1, "APT 28"), entry(2, "Boulder", synonyms=["APT28"]), entry(3, "APT41"), entry(4, "APT-41"))
    collection, _ = taken(files(actors=given))
    found = {
        entry_.record.id: entry_.record for entry_ in collection.entries.values() if isinstance(entry_.record, Cluster)
    }
    assert sorted(found) == [f"misp-{uuid(n)}" for n in (1, 3, 4)]
    cluster_ = found[f"misp-{uuid(1)}"]
    assert cluster_.records == (ID["threat-actor/apt28"], ID[own(1)])
    assert (cluster_.asserter, cluster_.confidence) == (EDITORS, coded("confidence", "low"))


def test_two_entries_that_claim_one_actor_are_both_their_own() -> None:
    collection, _ = taken(files(actors=(entry(1, "A", synonyms=["G0007"]), entry(2, "B", synonyms=["G0007"]))))
    assert {ID[own(1)], ID[own(2)]} < collection.entries.keys()


def test_what_an_entry_says_beside_of_attack_is_noted() -> None:
    collection, _ = taken(
        files(actors=(entry(1, "APT41", synonyms=["G0044", "G0096"]), entry(2, "B", synonyms=["G0058"])))
    )
    assert "G0044 as well" in notes(collection, "threat-actor/attack-g0096")
    assert notes(collection, own(2)) == "Gives the ATT&CK group G0058"


def test_the_country_is_misp_s_view_and_the_sponsor_the_council_s_and_they_need_not_agree() -> None:
    given = entry(1, "A", country="RU", attribution_confidence="50", cfr_suspected_state_sponsor="China")
    collection, _ = taken(files(actors=(given,)))
    assert assessments(collection, own(1)) == {("misp", "RUS"), ("cfr", "CHN")}
    assert notes(collection, f"assessment/misp-misp-{uuid(1)}-RUS") == "attribution-confidence: 50"
    assert {MISP, CFR} < collection.entries.keys()


def test_an_unknown_country_makes_no_assessment_and_is_told_from_none() -> None:
    given = (entry(1, "A", country="", cfr_suspected_state_sponsor="Unknown"), entry(2, "B"))
    collection, _ = taken(files(actors=given))
    assert assessments(collection, own(1)) == assessments(collection, own(2)) == set()
    assert notes(collection, own(1)) == "country is written as empty; cfr-suspected-state-sponsor is written as Unknown"
    assert notes(collection, own(2)) == ""


def test_an_actor_leads_to_no_state_by_itself() -> None:
    given = entry(1, "A", country="RU", cfr_suspected_victims=["China"], suspected_victims="China", GRU="Unit 1")
    collection, _ = taken(files(actors=(given,)))
    assert not [quad for quad in collection.quads() if quad[0] == ID[own(1)] and "/state/" in str(quad[2])]


def test_campaigns_and_persons_are_out_of_scope() -> None:
    given = (entry(1, "Soft Moss", threat_actor_classification=["operation"]), entry(2, "Nexus Zeta"))
    collection, account = taken(files(actors=given))
    assert (account.out_of_scope[NO_ACTOR], account.out_of_scope[ONE_PERSON]) == (1, 1)
    assert not {ID[own(1)], ID[own(2)]} & collection.entries.keys()


def test_an_agency_is_an_organ_of_its_state_without_the_marks_of_an_encyclopedia() -> None:
    given = entry(1, "es:Oficina de Musgo (page does not exist)[12],", country="CN", synonyms=["Moss Office[3]"])
    collection, _ = taken(files(agencies=(given,)))
    agency = record(collection, f"organisation/misp-{uuid(1)}")
    assert (agency.name, agency.aliases, agency.organ_of) == ("Oficina de Musgo", ("Moss Office",), ID["state/CHN"])


def test_an_agency_is_one_of_ours_by_name_and_state_and_never_by_name_alone() -> None:
    given = (
        entry(1, "GRU (Russian Federation)", country="RU", synonyms=["Main Directorate"]),
        entry(2, "National Security Agency (Bahrain)", country="BH"),
        entry(3, "GRU (China)", country="RU"),
    )
    collection, _ = taken(files(agencies=given))
    assert "Main Directorate" in record(collection, "organisation/rus-gru").aliases
    assert len(collection.entries[ID["organisation/chn-nsa"]].evidence) == 1
    assert [ID[f"organisation/misp-{uuid(n)}"] in collection.entries for n in (1, 2, 3)] == [False, True, True]


def test_an_agency_without_a_state_is_out_of_scope() -> None:
    _, account = taken(files(agencies=(entry(1, "Staff of a Union"),)))
    assert account.out_of_scope[NO_STATE] == 1


def test_a_vendor_is_a_company_and_software_is_not() -> None:
    given = (entry(1, "Rock & Sons", official_refs=["https://a.example/", "https://b.example/"]), entry(2, "FinFisher"))
    collection, account = taken(files(vendors=given))
    vendor = record(collection, f"organisation/misp-{uuid(1)}")
    assert (vendor.organisation_kind, vendor.homepage) == (coded("organisation-kind", "company"), None)
    assert str(record(collection, f"organisation/misp-{uuid(903)}").homepage) == "https://moss.example/"
    assert account.out_of_scope[NO_FIRM] == 1


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://a.example/<b>", "a.example", "https://a b.example/"]
)
def test_what_is_no_address_is_no_homepage(address: str) -> None:
    collection, _ = taken(files(vendors=(entry(1, "Rock", official_refs=[address]),)))
    assert record(collection, f"organisation/misp-{uuid(1)}").homepage is None


def test_a_party_adds_evidence_to_a_known_act_and_an_observer_is_a_role_without_dates() -> None:
    given = (
        entry(1, "china", ISO3="CHN", budapest_convention="parties"),
        entry(2, "bahrain", ISO3="BHR", budapest_convention="parties"),
        entry(3, "china again", ISO3="CHN"),
    )
    collection, account = taken(files(countries=given))
    assert len(collection.entries[ID["treaty-action/budapest-convention-CHN-accession"]].evidence) == 2
    assert len(collection.entries[ID["treaty-action/budapest-convention-BHR-signature"]].evidence) == 1
    assert (account.out_of_scope[NO_ACT], account.out_of_scope[NOT_NAMED]) == (1, 1)
    (role,) = (entry_.record for entry_ in collection.entries.values() if isinstance(entry_.record, Membership))
    assert (role.member, role.start, role.end, role.still) == (ID["state/RUS"], None, None, None)


@pytest.mark.parametrize(
    ("where", "given", "column"),
    [
        (ACTORS, {"actors": (entry(1, "A", country="XX"),)}, "country"),
        (ACTORS, {"actors": (entry(1, "A", country=["RU", "CN"]),)}, None),
        (ACTORS, {"actors": (entry(1, "A", country=7),)}, "country"),
        (ACTORS, {"actors": (entry(1, "A", cfr_suspected_state_sponsor="Atlantis"),)}, "cfr-suspected-state-sponsor"),
        (ACTORS, {"actors": (entry(1, "A", synonyms="B\u202eC"),)}, "synonyms"),
        (ACTORS, {"actors": (entry(1, "A", synonyms=[["B"]]),)}, "synonyms"),
        (ACTORS, {"actors": (entry(1, "A", attribution_confidence=["1", "2"]),)}, "attribution-confidence"),
        (ACTORS, {"actors": (entry(1, ""),)}, "value"),
        (ACTORS, {"actors": (entry(1, None),)}, "value"),
        (ACTORS, {"actors": (entry(1, "x" * 301),)}, "value"),
        (ACTORS, {"actors": (entry(1, "A\x07"),)}, "value"),
        (ACTORS, {"actors": (entry(1, "A") | {"uuid": "../../x"},)}, "uuid"),
        (ACTORS, {"actors": (entry(1, "A"), entry(1, "B"))}, "uuid"),
        (ACTORS, {"actors": (entry(1, "A") | {"meta": []},)}, "meta"),
        (ACTORS, {"actors": (entry(1, "A") | {"related": {}},)}, "related"),
        (ACTORS, {"actors": ("A",)}, "values"),
        (AGENCIES, {"agencies": (entry(1, "A", country="XX"),)}, "country"),
        (AGENCIES, {"agencies": (entry(1, "[1]", country="RU"),)}, "synonyms"),
        (VENDORS, {"vendors": (entry(1, "A", official_refs=[None]),)}, "official-refs"),
        (COUNTRIES, {"countries": (entry(1, "a", ISO3="XXX", budapest_convention="parties"),)}, "ISO3"),
        (COUNTRIES, {"countries": (entry(1, "a", ISO3="CHN", budapest_convention="yes"),)}, "budapest-convention"),
    ],
)
def test_an_entry_that_cannot_be_used_is_a_reject_with_its_line_and_key(
    where: str, given: dict[str, Any], column: str | None
) -> None:
    content = files(**given)
    collection, account = taken(content)
    if column is None:  # several countries are several assessments
        assert assessments(collection, own(1)) == {("misp", "RUS"), ("misp", "CHN")}
        return
    (reject,) = collection.passed_over
    assert (reject.file, reject.column, account.rejects) == (where, column, 1)
    if column not in ("uuid", "values"):
        assert uuid(1) in content[where].decode().splitlines()[reject.line - 1]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ('"type": "threat-actor"', '"type": "tool"', "type"),
        ('"values"', '"valeurs"', "values"),
        ('"country"', '"land"', "country"),
        ('"synonyms"', '"aliases"', "synonyms"),
        ('"cfr-suspected-state-sponsor"', '"cfr-sponsor"', "cfr-suspected-state-sponsor"),
        ('"refs"', '"links"', "refs"),
        ('"country": "RU"', '"country": "RU", "country": "CN"', "country"),
    ],
)
def test_a_key_that_is_renamed_or_doubled_is_a_fault_of_the_file_that_names_it(old: str, new: str, column: str) -> None:
    content = files()
    collection, account = taken(content | {ACTORS: content[ACTORS].decode().replace(old, new).encode()})
    (reject,) = collection.passed_over
    assert (reject.file, reject.column, account.faults, account.files[ACTORS]) == (ACTORS, column, 1, 0)
    assert ID[own(901)] not in collection.entries


@pytest.mark.parametrize(
    "broken",
    [
        files()[ACTORS][:200],
        files(actors=(entry(1, "Müsli"),))[ACTORS].decode().encode("latin-1"),
        b"",
        b"[]",
        b'{"type": "threat-actor", "values": []}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_cut_or_in_another_encoding_is_refused_whole_and_the_others_are_read(broken: bytes) -> None:
    collection, account = taken(files() | {ACTORS: broken})
    assert [reject.file for reject in collection.passed_over] == [ACTORS]
    assert (account.faults, account.rows) == (1, 3)


def test_a_file_that_is_missing_is_said_to_be() -> None:
    content = files()
    del content[VENDORS]
    collection, _ = taken(content)
    assert [(reject.file, reject.reason) for reject in collection.passed_over] == [(VENDORS, "the file is missing")]


def test_the_order_of_keys_means_nothing_and_hostile_names_stay_words() -> None:
    given = entry(1, "<script>alert(1)</script>", synonyms=["=cmd|' /C calc'!A0"], country="RU")
    turned = dict(reversed(given.items()))
    one, _ = taken(files(actors=(given,)))
    other, _ = taken(files(actors=(turned,)))
    assert sorted(one.quads()) == sorted(other.quads())
    assert record(one, own(1)).aliases == ("=cmd|' /C calc'!A0",)


@pytest.mark.slow
def test_the_real_files_are_accounted_for_read_twice_change_nothing_and_hold_against_the_shapes(tmp_path: Path) -> None:
    content = folder(shared("misp_galaxy"))
    collection, _ = read(attack.DATASET, folder(shared("mitre_attack", "enterprise-attack")))
    _, account = read(DATASET, content, collection)
    assert collection.passed_over == []
    assert account.rows == 1041 + 436 + 615 + 252
    assert (account.claims + account.evidence, account.out_of_scope.total()) == (2115, 229)
    assert account.evidence > 90  # of what the curated tables and ATT&CK know; the rest depends on them
    assert account.out_of_scope[NO_ACT] == 0
    speakers = [e.record.assessor for e in collection.entries.values() if isinstance(e.record, Assessment)]
    assert (speakers.count(MISP), speakers.count(CFR)) == (476 - 1, 91)  # one of 17 persons has a country
    before = sorted(collection.quads())
    read(DATASET, content, collection)
    assert sorted(collection.quads()) == before
    assert faults(collection, DATASET, tmp_path) == []


@pytest.mark.slow
def test_without_attack_the_real_actors_are_still_read() -> None:
    _, account = read(DATASET, folder(shared("misp_galaxy")), landscape())
    assert (account.rejects, account.faults, account.rows) == (0, 0, 2344)
