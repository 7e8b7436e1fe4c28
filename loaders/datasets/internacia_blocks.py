"""Blocks of internacia-db that are forums of this graph, those that only look so, and its words for status."""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from graph.terms import ID

# By folder and name of the file: our forum, and the role that it has instead of members. Compared one by one.
BLOCKS: Mapping[str, tuple[URIRef, str]] = {
    "armscontrol/WASSENAAR": (ID["forum/wassenaar"], "participating-state"),
    "economic/CCASG": (ID["organisation/gcc"], "member"),
    "economic/ECOWAS": (ID["organisation/ecowas"], "member"),
    "economic/EU": (ID["organisation/eu"], "member"),
    "forum/ARF": (ID["forum/arf"], "member"),
    "military/FVEY": (ID["forum/five-eyes"], "member"),
    "military/NATO": (ID["organisation/nato"], "member"),
    "military/SCO": (ID["organisation/sco"], "member"),
    "political/AFUNION": (ID["organisation/african-union"], "member"),
    "political/ASEAN": (ID["organisation/asean"], "member"),
    "political/BRICS": (ID["forum/brics"], "member"),
    "political/COE": (ID["organisation/council-of-europe"], "member"),
    "political/G-20": (ID["forum/g20"], "member"),
    "political/G7": (ID["forum/g7"], "member"),
    "political/OAS": (ID["organisation/oas"], "member"),
    "political/OECD": (ID["organisation/oecd"], "member"),
    "political/OSCE": (ID["organisation/osce"], "participating-state"),
    "political/UN": (ID["organisation/un"], "member"),
    "trade/WTO": (ID["organisation/wto"], "member"),
}

_ANOTHER = "another list of a forum of this graph, older or by another body's sorting of countries"
_GROUP = "a group of states, whose members stand with the states and not as memberships"
_OTHER_THING = "a body of a like name that is not the one of this graph"
_FILLED = "a list filled with all members of the United Nations, or with territories: no list of members"
LEFT_OUT: Mapping[str, str] = {
    "intorg/FSB": _OTHER_THING,  # financial stability
    "intorg/IGF": _OTHER_THING,  # mining
    "military/QSD": _OTHER_THING,  # the Quad of leaders; ours is its group on cyber security
    "police/INTERPOL": _FILLED,  # 206, with the offices of territories
    "political/BRIC": _ANOTHER,
    "political/G7PLUS": _OTHER_THING,
    "political/NAM": _GROUP,
    "unagency/UNODC": _FILLED,
    "unregionalblocks/AFRICANGROUP": _GROUP,
    "unregionalblocks/ASIAPACIFICGROUP": _GROUP,
    "unregionalblocks/EEG": _GROUP,
    "unregionalblocks/GRULAC": _GROUP,
    "unregionalblocks/WEOG": _GROUP,
    "wbgroup/EUU": _ANOTHER,
}

# Types of blocks that sort countries, or are texts and markets without being organisations.
_SORTINGS = """
acronym agreement currency cuscurr customs dvdregion eccurr fta gaspipeline geographic govform lawsystem lawsuit patent
postal project pta railgauge teleregion traffichand travel unregionalblocks wbgroup writingdirection writingsystem
"""
NO_ORGANISATION = frozenset(_SORTINGS.split())

ROLES: Mapping[str, tuple[str, ...]] = {
    "member": ("member",),
    "founding_member": ("member", "founding-member"),
    "observer": ("observer",),
    "associate": ("partner",),
    "associated": ("partner",),
    "associate_member": ("partner",),
    "partner": ("partner",),
    "participant": ("participating-state",),
    "participating": ("participating-state",),
}
UNPLACED = ("recipient", "contributor", "represented", "funder", "cooperating", "validation", "extension")
