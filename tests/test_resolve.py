"""Names to actors, on the states and organisations that ship: what is found, what is refused and why."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from countrynames import to_code
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal

from graph.collect import Collection, Reject
from graph.model import Organisation, State
from graph.terms import thing
from loaders import curated
from loaders.resolve import LANGUAGES, AmbiguousNameError, Resolver, territory_names
from loaders.spelling import FURTHER_NAMES, agreed_code, key, not_a_state

SAMPLE = Path(__file__).resolve().parent / "sample"
SHARED = {"Congo"}  # the only name of a state here that another state goes by as well


def _actors() -> tuple[State | Organisation, ...]:
    collection = Collection()
    for loader in curated.loaders():
        if loader.name in ("states", "organisations"):
            collection.read(loader)
    records = (entry.record for entry in collection.entries.values())
    return tuple(record for record in records if isinstance(record, State | Organisation))


ACTORS = _actors()
STATES = tuple(actor for actor in ACTORS if isinstance(actor, State))
RESOLVER = Resolver(ACTORS)


def _names(state: State) -> tuple[str, ...]:
    return (state.name, *map(str, state.aliases), *map(str, state.names))


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("DEU", "DEU"),
        ("state/DEU", "DEU"),
        ("https://w3id.org/cybergov/id/state/DEU", "DEU"),
        ("DE", "DEU"),
        ("276", "DEU"),
        ("4", "AFG"),
        ("004", "AFG"),
        ("NA", "NAM"),
        ("Deutschland", "DEU"),
        ("Allemagne", "DEU"),
        ("l'Allemagne", "DEU"),
        ("Alemania", "DEU"),
        ("Германия", "DEU"),
        ("德国", "DEU"),
        ("ألمانيا", "DEU"),
        ("  FEDERAL REPUBLIC OF GERMANY ", "DEU"),
        ("The Netherlands", "NLD"),
        ("Kingdom of the Netherlands", "NLD"),
        ("die Niederlande", "NLD"),
        ("Holland", "NLD"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("Ivory Coast", "CIV"),
        ("Viet Nam", "VNM"),
        ("Vietnam", "VNM"),
        ("DPRK", "PRK"),
        ("North Korea", "PRK"),
        ("Korea, Republic of", "KOR"),
        ("朝鲜", "PRK"),
        ("U.K.", "GBR"),
        ("Great Britain", "GBR"),
        ("us", "USA"),
        ("Russia", "RUS"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Iran (Islamic Republic of)", "IRN"),
        ("Bolivia", "BOL"),
        ("St. Kitts & Nevis", "KNA"),
        ("Saint Kitts and Nevis", "KNA"),
        ("Bosnia-Herzegovina", "BIH"),
        ("Democratic Republic of Congo", "COD"),
        ("Конго - Киншаса", "COD"),
        ("Swaziland", "SWZ"),
        ("Burma", "MMR"),
        ("Holy See", "VAT"),
        ("Heiliger Stuhl", "VAT"),
        ("Palestine", "PSE"),
        ("دولة فلسطين", "PSE"),
        ("Kosovo", "XKX"),
        ("Taiwan, Province of China", "TWN"),
    ],
)
def test_a_state_is_found_by_code_and_by_name_in_many_languages(text: str, slug: str) -> None:
    match = RESOLVER.resolve(text)
    assert match is not None
    assert match.actor == thing("state", slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Iran, Islamic Republic of", "IRN"),
        ("Iran, Islamic Rep.", "IRN"),
        ("iran, islamic republic of", "IRN"),
        ("Russian Federation", "RUS"),
        ("Korea, Dem. Rep.", "PRK"),
        ("République de Corée", "KOR"),
        ("République tchèque", "CZE"),
        ("Bahamas (les)", "BHS"),
        ("Afghanistan (l')", "AFG"),
        ("Chad (el)", "TCD"),
        ("Duitsland", "DEU"),
        ("Niemcy", "DEU"),
        ("Repubblica Dominicana", "DOM"),
        ("日本", "JPN"),
        ("ガーナ", "GHA"),
        ("대한민국", "KOR"),
        ("ישראל", "ISR"),
    ],
)
def test_a_state_is_found_by_the_spellings_of_data_sets_and_of_further_languages(text: str, slug: str) -> None:
    match = RESOLVER.resolve(text, "state")
    assert match is not None
    assert match.actor == thing("state", slug)


@pytest.mark.parametrize(
    "text", ["Nikaraagua", "Nigeri", "Norfolk", "Nga", "Hamburg", "German", "Kazakh SSR", "America"]
)
def test_what_the_library_of_names_says_alone_is_not_believed(text: str) -> None:
    assert to_code(text) is not None
    assert agreed_code(text) is None
    assert RESOLVER.resolve(text, "state") is None


@pytest.mark.parametrize("text", ["Germanny", "Switzerlandd", "Afghanisttan"])
def test_a_misspelt_name_is_not_matched_by_likeness(text: str) -> None:
    assert to_code(text, fuzzy=True) is not None
    assert RESOLVER.resolve(text, "state") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("EU (region)", "a region or a body"),
        ("Global (region)", "a region or a body"),
        ("Middle East", "a region"),
        ("ISIS", "a body"),
        ("UNICEF", "a body"),
        ("Hong Kong", "a part of a state"),
        ("Scotland", "a part of a state"),
        ("West Bank and Gaza", "a part of a state"),
        ("Turkish Republic of Northern Cyprus", "a part of a state"),
        ("Yemen Arab Republic", "a former state"),
        ("South Vietnam", "a former state"),
    ],
)
def test_a_name_that_is_no_states_is_refused_and_it_is_known_what_it_is(text: str, told: str) -> None:
    assert RESOLVER.resolve(text, "state") is None
    assert str(not_a_state(text)).startswith(told)


@pytest.mark.parametrize("text", ["Puerto Rico", "Gibraltar", "Greenland", "Åland Islands", "Macau", "Jersey", "Guam"])
def test_a_territory_is_no_state(text: str) -> None:
    assert RESOLVER.resolve(text, "state") is None


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.id)
def test_no_name_of_a_state_is_in_the_table_of_names_that_are_nobodys(state: State) -> None:
    assert [name for name in (*_names(state), *FURTHER_NAMES.get(state.id, ())) if not_a_state(name)] == []


def test_further_names_are_those_of_the_state_alone_and_of_states_there_are() -> None:
    states = {state.id: state for state in STATES}
    assert FURTHER_NAMES.keys() <= states.keys()
    for slug, names in FURTHER_NAMES.items():
        for name in names:
            match = RESOLVER.resolve(name, "state")
            assert match is not None
            assert match.actor == states[slug].iri
            assert to_code(name) in (None, states[slug].alpha2)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("USSR", "SUN"),
        ("Soviet Union", "SUN"),
        ("SU", "SUN"),
        ("810", "SUN"),
        ("Serbia and Montenegro", "SCG"),
        ("Federal Republic of Yugoslavia", "SCG"),
        ("Yugoslavia", "YUG"),
        ("East Germany", "DDR"),
        ("Czechoslovakia", "CSK"),
    ],
)
def test_a_former_states_name_never_means_its_successor(text: str, slug: str) -> None:
    match = RESOLVER.resolve(text)
    assert match is not None
    assert match.actor == thing("state", slug)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("nato", "nato"),
        ("OTAN", "nato"),
        ("North Atlantic Treaty Organisation", "nato"),
        ("Europäische Union", "eu"),
        ("organisation/un", "un"),
        ("Vereinte Nationen", "un"),
        ("Gulf Cooperation Council", "gcc"),
    ],
)
def test_an_organisation_is_found_by_name_and_abbreviation(text: str, slug: str) -> None:
    match = RESOLVER.resolve(text)
    assert match is not None
    assert match.actor == thing("organisation", slug)


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Korea", ["KOR", "PRK"]),
        ("Corée", ["KOR", "PRK"]),
        ("Congo", ["COD", "COG"]),
        ("Kongo", ["COD", "COG"]),
        ("China, Taiwan", ["CHN", "TWN"]),
        ("CS", ["CSK", "SCG"]),
    ],
)
def test_a_name_of_two_states_is_refused_with_both(text: str, slugs: list[str]) -> None:
    with pytest.raises(AmbiguousNameError) as refusal:
        RESOLVER.resolve(text)
    assert refusal.value.candidates == tuple(thing("state", slug) for slug in slugs)
    assert all(slug in str(refusal.value) for slug in slugs)


def test_a_code_is_clear_where_the_kind_of_actor_is() -> None:
    with pytest.raises(AmbiguousNameError):
        RESOLVER.resolve("AU")
    as_state, as_organisation = RESOLVER.resolve("AU", "state"), RESOLVER.resolve("AU", "organisation")
    assert as_state is not None
    assert as_organisation is not None
    assert (as_state.name, as_organisation.name) == ("Australia", "African Union")


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "the", "EU (region)", "Unknown", "Not available", "N/A", "na", "no", "0", "000", "999"],
)
def test_what_names_no_actor_is_refused(text: str) -> None:
    assert RESOLVER.resolve(text) is None


@pytest.mark.parametrize("text", ["Russian", "Germny", "Asia", "Northern Cyprus", "England", "Lucia", "XX"])
def test_nothing_is_guessed_from_likeness(text: str) -> None:
    assert RESOLVER.resolve(text) is None


def test_a_suggestion_for_people_is_no_answer() -> None:
    assert RESOLVER.resolve("Germny") is None
    assert "Germany" in RESOLVER.nearest("Germny")
    assert RESOLVER.nearest("zzzzzzzz") == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.id)
def test_every_name_of_a_state_means_that_state_or_is_refused_as_shared(state: State) -> None:
    for name in _names(state):
        if name in SHARED:
            with pytest.raises(AmbiguousNameError):
                RESOLVER.resolve(name, "state")
            continue
        match = RESOLVER.resolve(name, "state")
        assert match is not None, name
        assert match.actor == state.iri, name


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.id)
def test_every_code_of_a_state_means_that_state(state: State) -> None:
    for code in filter(None, (state.id, state.alpha2, state.alpha3, state.numeric)):
        match = RESOLVER.resolve(code, "state")
        assert match is not None
        assert match.actor == state.iri


@given(state=st.sampled_from(STATES), data=st.data())
def test_case_accents_and_punctuation_carry_no_meaning(state: State, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in _names(state) if name not in SHARED]))
    respell = data.draw(st.sampled_from([str.upper, str.lower, str.title, "The {}".format, " {}. ".format]))
    assert RESOLVER.resolve(respell(name), "state") == RESOLVER.resolve(name, "state")


@given(st.text(max_size=40))
def test_any_text_is_answered_or_refused_in_words(text: str) -> None:
    known = {actor.iri for actor in ACTORS}
    try:
        match = RESOLVER.resolve(text)
        found = {match.actor} if match else set()
    except AmbiguousNameError as error:
        found = set(error.candidates)
    assert found <= known


def test_there_are_193_members_of_the_united_nations() -> None:
    kinds = [str(state.state_kind).rsplit("/", 1)[-1] for state in STATES]
    assert kinds.count("un-member") == 193
    assert kinds.count("un-observer") == 2


def test_every_state_of_today_has_its_name_in_all_languages() -> None:
    for state in STATES:
        if not str(state.state_kind).endswith("/former-state"):
            assert tuple(name.language for name in state.names) == LANGUAGES, state.id


def test_a_territory_that_cldr_does_not_name_has_no_names() -> None:
    assert territory_names("SU") == ()
    assert Literal("Estland", lang="de") in territory_names("EE")


def test_signs_that_are_vowels_are_no_accents() -> None:
    assert key("घाना") != key("गिनी")
    assert key("ガーナ") != key("カーナ")
    assert key("Гана") == key("ГАНА")


def test_keys_forget_only_what_carries_no_meaning() -> None:
    assert key("Guinea-Bissau") == key("guinea bissau")
    assert key("Guinea") != key("Guinea-Bissau")
    assert key("Niger") != key("Nigeria")
    assert key("Бельгия") == key("бельгия")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Germany", "no state has the id 'Germany'; for Germany write DEU"),
        ("DE", "no state has the id 'DE'; for Germany write DEU"),
        ("Estnia", "no state has the id 'Estnia'; nearest: Estonia"),
        ("ZZZ", "no state has the id 'ZZZ'"),
    ],
)
def test_a_table_that_names_no_state_is_told_which_id_its_word_would_mean(
    tmp_path: Path, written: str, reason: str
) -> None:
    for name in ("sources.csv", "states.csv", "forums.csv"):
        shutil.copy(SAMPLE / name, tmp_path)
    header = "forum,member,role,spell,start,end,still,source,status,locator,says,note"
    (tmp_path / "memberships.csv").write_text(f"{header}\nfoc,{written},member,1,,,,,unchecked,,,\n")
    rejects = [
        item for loader in curated.loaders(tmp_path) for item in loader.load(Collection()) if isinstance(item, Reject)
    ]
    (reject,) = rejects
    assert (reject.file, reject.line, reject.column) == ("memberships.csv", 2, "member")
    assert reject.reason.startswith(reason)
