"""The two layouts of EuRepoC: the columns of its files by what they mean, and how cells are written.

Version 1.1 writes lists as Python literals or joined by "; ", and days where only a month or year is known (the first
of it). Version 1.3 joins by ";", writes a year where only that is known, and has two columns twice.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph.dates import Stated
from loaders.datasets.eurepoc_codes import NOT_CODED
from loaders.delimited import Layout

Lists = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Version:
    """A version of the data set: its files, their columns by what they mean, and its notations."""

    incidents: str  # names of files
    attributions: str
    receivers: str  # none where the version has no such file
    columns: dict[str, str]
    unread: Sequence[str]  # columns that are known and not read, as patterns
    repeated: tuple[str, ...]
    lists: Callable[[str], Lists]
    date: Callable[[str], Stated | None]
    by_code: bool  # whether initiators are read as codes of countries, of which one cell may hold several

    def layout(self, meanings: Sequence[str]) -> Layout:
        """Return the layout of a file of which the columns with these meanings are read."""
        return Layout(read=[self.columns[m] for m in meanings], unread=self.unread, repeated=self.repeated)


def python_lists(text: str) -> Lists:
    """Return the lists in a cell of version 1.1, `['a', 'b']` or `[['a'], ['b', 'c']]`; raise ValueError.

    >>> python_lists("['Estonia', 'Latvia']"), python_lists("[['Media', 'Other'], ['Unknown']]")
    ((('Estonia',), ('Latvia',)), (('Media', 'Other'), ('Unknown',)))
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the compiler thinks of backslashes in a cell
            found = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise ValueError("this is no list as the data set writes them") from None
    if not isinstance(found, list):
        raise ValueError("this is no list as the data set writes them")
    lists = tuple(tuple(part) if isinstance(part, list) else (part,) for part in found)
    if not all(isinstance(word, str) for part in lists for word in part):
        raise ValueError("the list holds something other than words")
    return tuple(tuple(word.strip() for word in part) for part in lists)


def joined_lists(text: str) -> Lists:
    """Return the values of a cell of version 1.3, joined by semicolons, each a word or a list.

    >>> joined_lists("Estonia;Korea, Republic of"), joined_lists("['EUROPE', 'EU'];['ASIA']")
    ((('Estonia',), ('Korea, Republic of',)), (('EUROPE', 'EU'), ('ASIA',)))
    """
    parts = (part.strip() for part in text.split(";"))
    return tuple(
        tuple(word for found in python_lists(part) for word in found) if part.startswith("[") else (part,)
        for part in parts
    )


def day_month_or_year(text: str) -> Stated | None:
    """Read a date of version 1.1, in which the first of a month or year stands for a day that is not known.

    >>> str(day_month_or_year("2014-01-01")), str(day_month_or_year("2021-05-01")), str(day_month_or_year("2017-06-27"))
    ('2014', '2021-05', '2017-06-27')
    """
    day = text.removesuffix(" 00:00:00")
    if day in NOT_CODED:
        return None
    stated = Stated.parse(day)
    if stated.day == 1:
        return Stated(stated.year) if stated.month == 1 else Stated(stated.year, stated.month)
    return stated


def as_written(text: str) -> Stated | None:
    """Read a date of version 1.3: `13.05.2021`, a year, or in some columns `2021-05-13`."""
    if text in NOT_CODED:
        return None
    match = re.fullmatch(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", text)
    return Stated.parse("-".join(reversed(match.groups())) if match else text.removesuffix(" 00:00:00"))


def _named(columns: Sequence[str]) -> dict[str, str]:
    return dict(zip(_MEANINGS, columns, strict=True))


_MEANINGS = (
    *("incident", "name", "start", "end", "receivers", "categories", "subcategories", "initiators", "initiator names"),
    *("political type", "political subtype", "political country", "political date"),
    *("legal type", "legal subtype", "legal country", "legal date"),
    *("attributed incident", "attribution", "attribution date", "attribution type", "attribution basis", "speaker"),
    *("actor", "initiator", "attributed countries", "initiator category"),
    *("receiver incident", "receiver country"),
)
INCIDENT, ATTRIBUTION, RECEIVER = _MEANINGS[:17], _MEANINGS[17:27], _MEANINGS[27:]

V1_1 = Version(
    incidents="EuRepoC_Global_Database_1.1.csv",
    attributions="EuRepoC_Attribution_dataset_1.1.csv",
    receivers="EuRepoC_Receiver_dataset_1.1.csv",
    columns=_named(
        (
            *("ID", "name", "start_date", "end_date", "receiver_country", "receiver_category"),
            *("receiver_category_subcode", "initiator_country", "initiator_name"),
            *("political_response_type", "political_response_type_subcode", "political_response_country"),
            *("political_response_date", "legal_response_type", "legal_response_type_subcode"),
            *("legal_response_country", "legal_response_date"),
            *("incident_ID", "attribution_ID", "attribution_date", "attribution_type", "attribution_basis"),
            *("attributing_country", "attributing_actor", "attributed_initiator", "attributed_initiator_country"),
            "attributed_initiator_category",
            *("ID", "receiver_country"),
        )
    ),
    unread=(
        *("description", "inclusion_criteria", "inclusion_criteria_subcode", "source_incident_detection_disclosure"),
        *("incident_type", "receiver_name", "receiver_region", "initiator_category", "initiator_category_subcode"),
        *("number_of_attributions", "attribution_date", "attribution_type", "attribution_basis", "attributing_actor"),
        *("attribution_it_company", "attributing_country", "attributed_initiator", "attributed_initiator_country"),
        *("attributed_initiator_category", "attributed_initiator_subcategory", "sources_attribution"),
        *("cyber_conflict_issue", "offline_conflict_*", "number_of_political_responses", "political_response_actor"),
        *("zero_days*", "MITRE_*", "user_interaction", "has_disruption", "data_theft", "disruption", "hijacking"),
        *("physical_effects_*", "*weighted_cyber_intensity", "target_multiplier", "impact_indicator*"),
        *("functional_impact", "intelligence_impact", "political_impact_*", "economic_impact*"),
        *("state_responsibility_indicator", "IL_breach_indicator*", "evidence_for_sanctions_indicator"),
        *("number_of_legal_responses", "legal_response_actor", "legal_response_indicator"),
        *("legal_attribution_reference*", "casualties", "sources_url", "receiver_category*"),
    ),
    repeated=(),
    lists=python_lists,
    date=day_month_or_year,
    by_code=False,
)

V1_3 = Version(
    incidents="eurepoc_global_dataset_1_3.csv",
    attributions="eurepoc_attribution_dataset_1_3.csv",
    receivers="",
    columns=_named(
        (
            *("incident_id", "name", "start_date", "end_date", "receiver_country", "receiver_category"),
            *("receiver_subcategory", "initiator_alpha_2", "initiator_name"),
            *("political_response_type", "political_response_subtype", "political_response_responding_country"),
            *("political_response_date", "legal_response_type", "legal_response_subtype"),
            *("legal_response_responding_country", "legal_response_date"),
            *("incident_id", "attribution_id", "attribution_date", "attribution_type", "attribution_basis"),
            *("attributing_country", "attributing_actor", "initiator_name", "initiator_alpha_2"),
            "initiator_category",
            *("incident_id", "receiver_country"),
        )
    ),
    unread=(
        *("description", "inclusion_criterion", "inclusion_criterion_subcode", "source_disclosure", "incident_type"),
        *("receiver_name", "receiver_country_alpha_2_code", "receiver_regions", "initiator_country"),
        *("initiator_category", "initiator_subcategory", "number_attributions", "attribution_id"),
        *("attribution_date", "attribution_type", "attribution_basis", "attributing_actor", "attributing_company"),
        *("attributing_country", "settled_initiator", "attribution_source_url", "cyber_conflict_issue"),
        *("offline_conflict_*", "number_political_responses", "political_response_responding_actor", "zero_days*"),
        *("mitre_*", "user_interaction", "has_disruption", "data_theft", "disruption", "hijacking"),
        *("physical_effects_*", "*weighted_intensity", "target_multiplier", "impact_indicator_*"),
        *("functional_impact", "intelligence_impact", "affected_*", "economic_impact*"),
        *("state_responsibility_actor", "il_breach_indicator*", "evidence_for_sanctions_indicator"),
        *("number_legal_responses", "legal_response_responding_actor", "attribution_legal_reference*"),
        *("response_indicator", "casualties", "source_url", "added_to_db", "updated_at"),
        *("attribution_year", "attribution_month", "attribution_day", "attribution_subtype", "settled_attribution"),
    ),
    repeated=("initiator_country", "initiator_category"),  # in the file of incidents, where neither is read
    lists=joined_lists,
    date=as_written,
    by_code=True,
)
