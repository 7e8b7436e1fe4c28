"""Spellings of names: what carries no meaning in them, which further names states go by, and which are nobody's.

A name that our own records do not have is looked up in the library `countrynames`, and its answer is taken only where
CLDR names that territory so in one of the languages read here. Either alone is wrong too often: the library holds
demonyms, towns and counties ("Russian", "Hamburg", "Norfolk") and has Estonian "Nikaraagua" under Nigeria.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from babel import Locale
from countrynames.data import DATA

# Names that data sets and documents use for states of today, beside those that the tables of states hold.
FURTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "AUS": ("Commonwealth of Australia",),
    "BOL": ("Bolivia, Plurinational State of", "Bolivie (État plurinational de)", "Bolivia (Estado Plurinacional de)"),
    "COD": ("République démocratique du Congo", "Congo, Dem. Rep."),
    "COG": ("Congo, Rep.",),
    "COM": ("Comoros Islands", "Union des Comores"),
    "CZE": ("République tchèque",),
    "DDR": ("Deutsche Demokratische Republik", "République démocratique allemande"),
    "DEU": ("Bundesrepublik Deutschland", "République fédérale d'Allemagne"),
    "EGY": ("Egypt, Arab Republic of", "Egypt, Arab Rep."),
    "FJI": ("Fiji Islands",),
    "FSM": (
        "Micronesia, Fed. Sts.",
        "Micronésie (États fédérés de)",
        "États fédérés de Micronésie",
        "Micronesia (Estados Federados de)",
    ),
    "GBR": ("Royaume-Uni de Grande-Bretagne et d'Irlande du Nord",),
    "IRL": ("Ireland, Republic of", "Republic of Ireland"),
    "IRN": ("Iran, Islamic Rep.", "Iran (République islamique d')", "Irán (República Islámica del)"),
    "ITA": ("Italian Republic",),
    "KAZ": ("Kazajstán",),
    "KGZ": ("Kirghizistan",),
    "KIR": ("Kiribati Islands",),
    "KNA": ("Federation of Saint Kitts and Nevis", "Saint-Kitts-et-Nevis", "Saint Kitts y Nevis"),
    "KOR": ("Korea, Rep.", "République de Corée", "República de Corea"),
    "LAO": ("Lao PDR", "République démocratique populaire lao", "República Democrática Popular Lao"),
    "MCO": ("Principauté de Monaco",),
    "MDA": ("République de Moldova", "República de Moldova"),
    "MLT": ("Republic of Malta", "Malta Republic"),
    "MMR": ("Union of Burma", "Birmanie"),
    "NLD": ("Pays-Bas (Royaume des)", "Países Bajos (Reino de los)"),
    "NPL": ("Federal Democratic Republic of Nepal",),
    "NZL": ("Nueva Zelandia",),
    "PRK": (
        "Korea, Dem. Rep.",
        "Korea, Dem. People's Rep.",
        "République populaire démocratique de Corée",
        "República Popular Democrática de Corea",
    ),
    "RUS": ("Fédération de Russie", "Federación de Rusia"),
    "SAU": ("Arabia Saudita",),
    "SLV": ("République d'El Salvador",),
    "SYR": ("République arabe syrienne", "República Árabe Siria"),
    "TUR": ("Republic of Turkey", "Republic of Türkiye", "Turkey (Türkiye)"),
    "TZA": ("République-Unie de Tanzanie", "República Unida de Tanzanía"),
    "URY": ("Oriental Republic of Uruguay",),
    "USA": ("États-Unis d'Amérique", "Estados Unidos de América"),
    "UZB": ("Uzbekistan, Rep. of",),
    "VAT": ("Holy See (Vatican City)",),
    "VEN": ("Venezuela, RB", "Venezuela (République bolivarienne du)", "Venezuela (República Bolivariana de)"),
    "YEM": ("Yemen, Rep.", "Yemen, Republic of"),
}

# Names in columns of countries that are no state's name here: territories are told by ISO 3166, these by hand.
_BODIES = (
    "Asia Pacific Economic Cooperation; Association of Southeast Asian Nations; European Commission; European Union; "
    "International Association of Athletics Federations; Interpol; ISIS; Islamic State; NATO; OSCE; UNICEF; "
    "Organization for Security and Cooperation in Europe; United Nations; United Nations Organization; "
    "United Nations Economic and Social Council; United Nations Environment Programme; World Anti-Doping Agency; "
    "World Health Organization; African Union; Commonwealth of Independent States; Arab League"
)
_REGIONS = (
    "Africa; Antarctica; Asia; Balkans; Caribbean; Caucasus; Central America; Central Asia; East Asia; Eastern Asia; "
    "Eastern Europe; Europe; Global; Gulf Countries; Latin America; Mena Region; Middle East; North Africa; "
    "North America; Northeast Africa; Northeast Asia; Northern Europe; Oceania; Pacific; South America; South Asia; "
    "South China Sea; Southeast Asia; Southern Africa; Southern Europe; Sub-Saharan Africa; West Africa; "
    "Western Europe; World"
)
_PARTS = (
    "Abkhazia; Akrotiri; Artsakh; Artsakh (Nagorno-Karabakh); Channel Islands; Crimea; Dhekelia; England; Faeroe "
    "Islands; French Southern and Antarctic Lands; Gaza; Gaza Strip; Gaza, Gaza Strip; Hong Kong; Hong Kong SAR; "
    "Hong Kong, China; Iraqi Kurdistan; Kurdistan; Macao; Macao SAR, China; Macao, China; Macau; Netherlands "
    "Antilles; Niue; Northern Cyprus; Northern Ireland; Palestinian Territories; Palestinian Territory; Paracel "
    "Islands; Pitcairn; Scotland; Somaliland; South Ossetia; Spratly Islands; Territoires palestiniens; Tibet; "
    "Transnistria; Turkish Republic of Northern Cyprus; Virgin Islands; Wales; West Bank; West Bank and Gaza; "
    "Western Sahara; Zanzibar"
)
_FORMER = (
    "Austria-Hungary; Democratic Republic of Vietnam; Democratic Yemen; North Yemen; Ottoman Empire; Prussia; "
    "Republic of Vietnam; South Vietnam; South Yemen; Tanganyika; United Arab Republic; Yemen Arab Republic; "
    "Yemen People's Republic; People's Democratic Republic of Yemen"
)

# Beside those of the United Nations and German, in which the records of states have their names.
_LANGUAGES = "bg cs da el et fa fi he hi hr hu id it ja ka ko lt lv nb nl pl pt ro sk sl sq sr sv tr uk vi"
_OF_THE_TERRITORY = {"PS", "VA"}  # where CLDR names the territory and not the actor
_BRACKETED_ARTICLE = re.compile(r"\s*\((?:l['’ʼ]|les?|la|las|los|el|the)\)\s*$", re.IGNORECASE)
_TRAILING_REGION = re.compile(r"\s*\(region\)\s*$", re.IGNORECASE)


def key(name: str) -> str:
    """Return what is left of a name when case, accents, punctuation, spaces and "the" are taken away.

    Signs above and below letters are accents in Latin, Greek, Cyrillic and Arabic; elsewhere they are vowels.

    >>> key("Côte d’Ivoire") == key("Cote d'Ivoire"), key("Viet Nam") == key("Vietnam"), key("The U.K.")
    (True, True, 'uk')
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    letters = "".join(sign if _is_letter(sign) else " " for sign in plain if not _is_accent(sign))
    words = re.sub(r"\bst\b", "saint", letters).split()
    return "".join(word for word in words if word != "the")


def without_article(name: str) -> str:
    """Return a name without the article that lists of the United Nations put behind it: "Bahamas (les)"."""
    return _BRACKETED_ARTICLE.sub("", name)


def agreed_code(name: str) -> str | None:
    """Return the alpha-2 code that the library gives a name, where CLDR in one of its languages does so as well."""
    spelling = key(name)
    codes = _library().get(spelling, set())
    if len(codes) != 1:
        return None
    (code,) = codes
    return code if code not in _OF_THE_TERRITORY and spelling in _cldr().get(code, set()) else None


def not_a_state(name: str) -> str | None:
    """Return what a name stands for instead of a state, in words for people, where that is known."""
    if _TRAILING_REGION.search(name):
        return "a region or a body, and no state"
    return _nobodies().get(key(name))


def _is_accent(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f" or "\u064b" <= sign <= "\u0655"


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or unicodedata.category(sign).startswith("M")


@cache
def _library() -> Mapping[str, set[str]]:
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for code, names in DATA.items():
        for name in names:
            codes[key(name)].add(code)
    return dict(codes)


@cache
def _cldr() -> Mapping[str, set[str]]:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for language in _LANGUAGES.split():
        for code, name in Locale(language).territories.items():
            names[code].add(key(name))
    return dict(names)


@cache
def _nobodies() -> Mapping[str, str]:
    told = {
        "a body, and no state": _BODIES,
        "a region, and no state": _REGIONS,
        "a part of a state or a territory, and no state here": _PARTS,
        "a former state that is none of those here": _FORMER,
    }
    return {key(name): reason for reason, names in told.items() for name in names.split("; ")}
