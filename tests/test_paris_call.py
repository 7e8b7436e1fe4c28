"""Supporters of the Paris Call: states join what is known of them, others come in as they are filed."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import folder, landscape, read, shared
from few import faults, few

from graph.collect import Account, Collection
from graph.dates import Stated
from graph.model import Acceptance, Event, Membership, Organisation
from graph.record import coded
from graph.terms import ID
from loaders.datasets.paris_call import DATASET, NO_PRINCIPLE, PRINCIPLES
from loaders.datasets.paris_call_codes import KINDS

STATE = '---\nname: "Allemagne"\ncategory: state\nnature: "UE"\nnationality: DEU\n---\n'
FIRM = '---\nname: "Acme Café"\ncategory: private-sector\nnature: "Entreprise"\nnationality: FRA\n---\n'


def _tables() -> Collection:
    return few("sources", "states", "organisations")


def _read(text: str, name: str = "some-one", collection: Collection | None = None) -> tuple[Collection, Account]:
    return read(DATASET, {f"_supporters/{name}.md": text.encode()}, collection or _tables())


def _organisation(collection: Collection, slug: str = "paris-call-some-one") -> Organisation:
    record = collection.entries[ID[f"organisation/{slug}"]].record
    assert isinstance(record, Organisation)
    return record


def _notes(collection: Collection, slug: str = "paris-call-some-one") -> str:
    entry = collection.entries[ID[f"organisation/{slug}"]]
    return "; ".join(evidence.note or "" for _, evidence, _ in entry.evidence.values())


def test_a_state_supports_and_subscribes_as_in_the_tables() -> None:
    collection, account = _read(STATE, collection=landscape())
    membership = collection.entries[ID["membership/paris-call-DEU-supporter-1"]].record
    assert isinstance(membership, Membership)
    assert (membership.start, account.evidence, account.made.total()) == (None, 1, 0)
    acceptance = collection.entries[ID["acceptance/paris-call-2018-DEU-subscription"]].record
    assert isinstance(acceptance, Acceptance)
    assert acceptance.date is None


def test_a_day_is_taken_only_where_the_file_has_one() -> None:
    collection, _ = _read(FIRM.replace("nationality", "date_signed: 2020-02-27\nnationality"))
    membership = collection.entries[ID["membership/paris-call-paris-call-some-one-supporter-1"]].record
    assert isinstance(membership, Membership)
    assert (membership.start, membership.still) == (Stated(2020, 2, 27), Stated(2025, 12, 25))


def test_a_firm_comes_in_as_it_is_filed_and_its_nationality_is_no_seat() -> None:
    collection, account = _read(FIRM)
    firm = _organisation(collection)
    assert (firm.name, firm.organisation_kind) == ("Acme Café", coded("organisation-kind", "company"))
    assert firm.stakeholder_group == coded("stakeholder-group", "private-sector")
    assert firm.based_in is None
    assert "France" in _notes(collection)
    assert (account.claims, account.made.total()) == (1, 3)


@pytest.mark.parametrize(("code", "slug"), [("ROM", "ROU"), ("SCG", "SRB"), ("MTG", "MNE")])
def test_codes_that_iso_does_not_have_are_read_as_the_data_set_means_them(code: str, slug: str) -> None:
    names = {"ROM": "Roumanie", "SCG": "Serbie", "MTG": "Monténégro"}
    collection, account = _read(STATE.replace("DEU", code).replace("Allemagne", names[code]))
    assert collection.passed_over == []
    assert ID[f"acceptance/paris-call-2018-{slug}-subscription"] in collection.entries
    assert account.evidence + account.claims == 1


def test_an_organisation_is_matched_by_its_very_name_and_country_alone() -> None:
    same = FIRM.replace("Acme Café", "Carnegie Endowment for International Peace").replace("FRA", "USA")
    collection, account = _read(same)
    assert account.made["organisation"] == 0
    assert ID["membership/paris-call-carnegie-supporter-1"] in collection.entries
    for other in (same.replace("USA", "FRA"), same.replace("nationality: USA\n", ""), same.replace("Peace", "Peaces")):
        collection, account = _read(other)
        assert account.made["organisation"] == 1
    collection, _ = _read(same.replace("USA", "FRA"))
    assert "perhaps the same: organisation/carnegie" in _notes(collection)


def test_an_organisation_of_states_has_no_nationality() -> None:
    text = '---\nname: "European Union"\ncategory: public-authority\nnature: ""\n---\n'
    collection, account = _read(text)
    assert account.made["organisation"] == 0
    assert ID["acceptance/paris-call-2018-eu-subscription"] in collection.entries


def test_no_category_and_no_nature_are_told_apart_and_said() -> None:
    collection, _ = _read("---\nname: Liceul\ncategory: \nnature:\nnationality: ROM\n---\n", "liceul-undefined-ROM")
    school = _organisation(collection, "paris-call-liceul-undefined-rom")
    assert (school.stakeholder_group, school.organisation_kind) == (None, coded("organisation-kind", "network"))
    assert "no nature" in _notes(collection, "paris-call-liceul-undefined-rom")
    collection, _ = _read(FIRM.replace('"Entreprise"', '""'))
    assert _organisation(collection).organisation_kind == coded("organisation-kind", "company")
    assert "no nature" in _notes(collection)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org", True),
        ("http://example.org/a?b=1", True),
        ("https://https:www.mod.example", False),
        ("https://HTTPS ://www.example.org", False),
        ("javascript:alert(1)", False),
        ("https://example.org/<script>", False),
    ],
)
def test_an_address_is_kept_where_it_is_one_and_missed_in_words(address: str, kept: bool) -> None:
    collection, _ = _read(FIRM.replace("nationality", f'website: "{address}"\nnationality'))
    assert (_organisation(collection).homepage is not None) is kept
    assert ("is none" in _notes(collection)) is not kept


def test_accounts_and_words_of_people_stay_unread() -> None:
    text = FIRM.replace("nationality", 'twitter: "@zanybird"\nlinkedin: "https://example.org/in/zanybird"\nnationality')
    collection, _ = _read(f"{text}I, Zanybird, support this.\n")
    assert not any("zanybird" in str(term).casefold() for quad in collection.quads() for term in quad)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (FIRM.replace("name:", "nom:"), "name"),
        (FIRM.replace("category:", "categorie:"), "category"),
        (FIRM.replace('"Acme Café"', '""'), "name"),
        (FIRM.replace("private-sector", "private"), "category"),
        (FIRM.replace("Entreprise", "Kolkhoze"), "nature"),
        (FIRM.replace("FRA", "FRX"), "nationality"),
        (FIRM.replace("FRA", "France"), "nationality"),
        (FIRM.replace("FRA", "[FRA]"), "nationality"),
        (FIRM.replace("nationality", "date_signed: 2020-02-30\nnationality"), "date_signed"),
        (FIRM.replace("nationality", 'name: "Other"\nnationality'), "name"),
        (FIRM.replace("Café", "\\x07"), "name"),
        (FIRM.replace("Café", "é" * 501), "name"),
        (FIRM[: len(FIRM) // 2], "-"),
        ("", "-"),
        (FIRM.replace('"Acme Café"', '"Acme'), "-"),
        (STATE.replace("Allemagne", "France"), "name"),
        (STATE.replace("Allemagne", "Germanie"), "name"),
        (STATE.replace("nationality: DEU\n", ""), "nationality"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_reject_that_names_the_key(text: str, column: str) -> None:
    collection, account = _read(text)
    (reject,) = collection.passed_over
    assert (reject.file, reject.column) == ("_supporters/some-one.md", column)
    assert (account.rows, account.rejects) == (1, 1)


def test_another_encoding_is_refused_and_a_new_key_is_told_of() -> None:
    collection, _ = read(DATASET, {"_supporters/some-one.md": FIRM.encode("latin-1")}, _tables())
    assert "UTF-8" in collection.passed_over[0].reason
    collection, account = _read(FIRM.replace("nationality", "novelty: 1\nnationality"))
    assert [(reject.column, reject.is_row) for reject in collection.passed_over] == [("novelty", False)]
    assert account.claims == 1


def test_markup_and_formulas_in_names_stay_words() -> None:
    collection, _ = _read(FIRM.replace("Acme Café", "<b>=HYPERLINK(1)</b>"))
    assert _organisation(collection).name == "<b>=HYPERLINK(1)</b>"


def test_an_event_is_the_known_one_of_the_same_days_or_a_further_one() -> None:
    text = (
        '---\nname: "Workshop"\ncity: "New York"\ncountry: "USA"\nstart_date: 2019-11-22\nend_date: 2019-11-22\n---\n'
    )
    files = {"_supporters/a.md": FIRM, "_events/some_workshop-2019-11-22-e57b351.md": text, "_events/other.md": text}
    collection, _ = read(DATASET, {name: content.encode() for name, content in files.items()}, _tables())
    event = collection.entries[ID["event/paris-call-some-workshop-2019-11-22-e57b351"]].record
    assert isinstance(event, Event)
    assert (event.city, event.country, event.end) == ("New York", ID["state/USA"], Stated(2019, 11, 22))
    (reject,) = collection.passed_over
    assert (reject.file, reject.column) == ("_events/other.md", "name")


def test_a_principle_that_the_tables_lack_is_not_copied() -> None:
    text = "title:\n  en: x\n" + "".join(f"principle-{number}:\n  short: x\n" for number in range(1, 10))
    files = {"_supporters/a.md": FIRM.encode(), PRINCIPLES: text.encode()}
    _, account = read(DATASET, files, _tables())
    assert dict(account.out_of_scope) == {NO_PRINCIPLE: 9}
    collection, account = read(DATASET, files | {PRINCIPLES: text.replace("principle-3", "third").encode()}, _tables())
    assert collection.passed_over[0].column == "principle-3"


def test_every_kind_is_one_of_the_code_list_and_an_empty_folder_is_told_of() -> None:
    assert {kind for (category, _), kind in KINDS.items() if category == ""} == {"network"}
    collection, _ = read(DATASET, {}, _tables())
    assert "no file of a supporter" in collection.passed_over[0].reason


@pytest.mark.slow
def test_the_real_files_are_accounted_for_and_read_twice_changes_nothing(tmp_path: Path) -> None:
    files = {name: content for name, content in folder(shared("paris_call")).items() if name[:2] in ("_s", "_e", "_d")}
    collection = landscape()
    disputed = {iri for iri, entry in collection.entries.items() if entry.disputed}
    _, account = read(DATASET, files, collection)
    assert collection.passed_over == []
    assert (account.rows, account.claims, account.evidence) == (1236, 1143, 93)
    assert account.made["organisation"] == 1128
    before = sorted(collection.quads())
    again, _ = read(DATASET, files, collection)
    assert sorted(again.quads()) == before
    assert {iri for iri, entry in again.entries.items() if entry.disputed} == disputed
    assert faults(again, DATASET, tmp_path) == []
