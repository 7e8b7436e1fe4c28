"""Abbreviations and statuses of the World Factbook that mean something here: reviewed by hand.

Its Quad is left out: it stood for the quartet on the Middle East as well.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from graph.terms import ID

# Our forum, and the role that it has instead of members.
FORUMS: Mapping[str, tuple[URIRef, str]] = {
    "ARF": (ID["forum/arf"], "member"),
    "ASEAN": (ID["organisation/asean"], "member"),
    "AU": (ID["organisation/african-union"], "member"),
    "BRICS": (ID["forum/brics"], "member"),
    "CE": (ID["organisation/council-of-europe"], "member"),
    "ECOWAS": (ID["organisation/ecowas"], "member"),
    "EU": (ID["organisation/eu"], "member"),
    "G-20": (ID["forum/g20"], "member"),
    "G-7": (ID["forum/g7"], "member"),
    "GCC": (ID["organisation/gcc"], "member"),
    "Interpol": (ID["organisation/interpol"], "member"),
    "ITU": (ID["organisation/itu"], "member"),
    "NATO": (ID["organisation/nato"], "member"),
    "OAS": (ID["organisation/oas"], "member"),
    "OECD": (ID["organisation/oecd"], "member"),
    "OSCE": (ID["organisation/osce"], "participating-state"),
    "SCO": (ID["organisation/sco"], "member"),
    "UN": (ID["organisation/un"], "member"),
    "WTO": (ID["organisation/wto"], "member"),
    "Wassenaar Arrangement": (ID["forum/wassenaar"], "participating-state"),
}

_EU = ID["organisation/eu"]
# What the list of the European Union means in our words: observer of the Assembly, and part without being counted.
LISTED_OTHERWISE: Mapping[tuple[URIRef, URIRef], URIRef | None] = {
    (ID["organisation/un"], _EU): ID["organisation/un-ga"],
    (ID["forum/g7"], _EU): None,
    (ID["organisation/oecd"], _EU): None,
}

ROLES: Mapping[str, tuple[str, ...]] = {
    "": ("member",),
    "Chinese Taipei": ("member",),  # the name of the membership
    "suspended": ("member", "suspended"),
    "observer": ("observer",),
    "partner": ("partner",),
    "partners": ("partner",),
    "dialogue partner": ("partner",),
    "dialogue member": ("partner",),
    "associate": ("partner",),
    "associate member": ("partner",),
    "associated member": ("partner",),
}
UNPLACED = (
    "accession candidate",
    "candidate",
    "candidate country",
    "candidates",
    "enhanced engagement",
    "excluded from formal participation since 1962",
    "subbureau",
)
