"""What EuRepoC's words mean here: hand-made tables from its values to our codes, and the values that say nothing.

A value without an equivalent has no entry and makes no statement: corporate targets and science, for instance, are
wider than any sector of ours, and awareness raising is no advisory.
"""

from __future__ import annotations

from graph.record import coded
from graph.terms import thing

NOT_CODED = frozenset({"", "Not available", "None", "none", "nan", "NaN", "NaT"})
UNKNOWN = "Unknown"

# Words in columns of speakers and of responding countries that stand for a body which spoke or acted.
BODIES = {
    "EU (region)": thing("organisation", "eu"),
    "NATO (region)": thing("organisation", "nato"),
}

_STATE = "State institutions / political system"
_INFRASTRUCTURE = "Critical infrastructure"
_SOCIAL = "Social groups"

SECTORS = {
    (category, subcode): coded("sector", code)
    for category, subcode, code in (
        (_STATE, "Government / ministries", "public-administration"),
        (_STATE, "Civil service / administration", "public-administration"),
        (_STATE, "Other (e.g., embassies)", "public-administration"),
        (_STATE, "Legislative", "parliament-and-parties"),
        (_STATE, "Political parties", "parliament-and-parties"),
        (_STATE, "Election infrastructure / related systems", "elections"),
        (_STATE, "Military", "defence"),
        (_STATE, "Intelligence agencies", "defence"),
        (_STATE, "Police", "justice"),
        (_STATE, "Judiciary", "justice"),
        (_INFRASTRUCTURE, "Energy", "energy"),
        (_INFRASTRUCTURE, "Transportation", "transport"),
        (_INFRASTRUCTURE, "Finance", "finance"),
        (_INFRASTRUCTURE, "Health", "health"),
        (_INFRASTRUCTURE, "Water", "water"),
        (_INFRASTRUCTURE, "Telecommunications", "digital-infrastructure"),
        (_INFRASTRUCTURE, "Space", "space"),
        (_INFRASTRUCTURE, "Chemicals", "chemicals"),
        (_INFRASTRUCTURE, "Food", "food"),
        (_INFRASTRUCTURE, "Critical Manufacturing", "manufacturing"),
        (_INFRASTRUCTURE, "Defence industry", "defence-industry"),
        (_SOCIAL, "Advocacy / activists (e.g. human rights organizations)", "civil-society"),
        (_SOCIAL, "Political opposition / dissidents / expats", "civil-society"),
        (_SOCIAL, "Religious", "civil-society"),
        (_SOCIAL, "Ethnic", "civil-society"),
        ("Media", "", "media"),
        ("End user(s) / specially protected groups", "", "individuals"),
        ("International / supranational organization", "", "international-organisations"),
    )
}

# Attribution types by their words before the examples in brackets: the data set's own types, as our list translates
# them, and what kind of official act such a row tells of where a state speaks. None: the words do not tell.
TYPES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "Technical report": (("technical",), "technical"),
    "Political statement / report": (("official-policy",), "political"),
    "Political statement/report and indictment / sanctions": (("official-policy", "legal"), "political"),
    "Domestic legal action": (("legal",), "legal"),
    "Statement in media report and indictment / sanctions": (("unofficial-policy", "legal"), "legal"),
    "Statement in media report and political statement/technical report": (("unofficial-policy",), None),
    "Direct statement in media report": (("unofficial-policy",), None),
    "Anonymous statement in media report": (("unofficial-policy",), None),
    "Self-attribution in the course of the attack": (("self",), None),
    "Media report": ((), None),
    "Attribution given, type unclear": ((), None),
}
DIRECT, ANONYMOUS = "Direct statement in media report", "Anonymous statement in media report"

KIND_ORDER = ("political", "legal", "administrative-listing", "technical")  # of an act whose rows have several

# Authorities whose legal acts in this field are listings: they neither charge nor try.
LISTING_AUTHORITIES = (
    "Department of the Treasury",
    "Office of Foreign Assets Control",
    "Council of the European Union",
)

CONFIRMS = "Attacker confirms"
BY_A_STATE = frozenset(
    {
        "Attribution by receiver government / state entity",
        "Attribution by EU institution/agency",
        "Attribution by international organization",
    }
)
BY_THIRD_PARTY = "Attribution by third-party"  # another government, a firm or a laboratory: only the type can tell

LOCAL_OFFICES = ("Mayor", "Sheriff", "Premier of Nunavut", "Municipal", "State of ", "Board of Education", "County")

INITIATORS = {
    "State": "a state",
    "Non-state actor, state-affiliation suggested": "an actor that is no state, with a suggested affiliation to one",
    "State affiliated actor": "an actor with an affiliation to a state",
    "Non-state-group": "a group that is no state",
    "Individual hacker(s)": "individuals",
    "Unknown - not attributed": "unknown",
    "Unknown": "unknown",
}

# Responses, by the finer of the two words.
RESPONSES = {
    "Economic sanctions": coded("response-kind", "sanctions"),
    "Severance of diplomatic relations": coded("response-kind", "relations-severed"),
    "Diplomatic protest notes": coded("response-kind", "demarche"),
}
