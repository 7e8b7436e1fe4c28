"""Words and codes of the repository of the Paris Call, and what they are here: reviewed by hand."""

from __future__ import annotations

# Codes that ISO 3166 does not have or no longer has; the table of countries beside the files names these by them.
CODES = {"ROM": "ROU", "SCG": "SRB", "MTG": "MNE"}
CATEGORIES = ("state", "private-sector", "civil-society", "public-authority")
KINDS = {
    ("private-sector", ""): "company",
    ("private-sector", "entreprise"): "company",
    ("private-sector", "association professionnelle"): "industry-association",
    ("private-sector", "chambre de commerce"): "industry-association",
    ("civil-society", ""): "ngo",
    ("civil-society", "organisation à but non lucratif"): "ngo",
    ("civil-society", "association"): "ngo",
    ("civil-society", "fédération"): "ngo",
    ("civil-society", "forum"): "ngo",
    ("civil-society", "ong"): "ngo",
    ("civil-society", "fondation"): "foundation",
    ("civil-society", "think tank"): "think-tank",
    ("civil-society", "centre de recherche"): "think-tank",
    ("civil-society", "université"): "university-institute",
    ("civil-society", "ecole"): "university-institute",
    ("civil-society", "académie"): "university-institute",
    ("civil-society", "entreprise"): "company",
    ("civil-society", "organisation internationale"): "international-organisation",
    ("public-authority", ""): "state-organ",
    ("public-authority", "agence"): "organ-of-organisation",  # two, both of the European Union
    ("public-authority", "autorité indépendante"): "state-organ",
    ("public-authority", "centre d'excellence"): "state-organ",
    ("public-authority", "collectivité locale"): "state-organ",
    ("public-authority", "commission consultative"): "state-organ",
    ("public-authority", "etat fédéré"): "state-organ",
    ("public-authority", "groupement d'intérêt public"): "state-organ",
    ("public-authority", "international organization"): "international-organisation",
    ("public-authority", "opérateur"): "state-organ",
    ("public-authority", "organisme public"): "state-organ",
    ("", ""): "network",
}

# By the name of the file: the event of the tables that it is, or the kind of a further one.
KNOWN_EVENTS = {
    "14th-annual-meeting-of-the-internet-governance-forum": "igf-2019",
    "forum-de-paris-sur-la-paix": "ppf-2",
}
EVENT_KINDS = {"e57b351": "workshop", "54b4f58": "consultation", "87f7351": "conference"}  # by the mark at its end
