"""Files of EuRepoC in small, in both layouts, written by hand with the dirt that the real ones have."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Iterable, Mapping
from functools import cache

from few import few

from graph.collect import Account, Collection
from loaders.dataset import DataSet
from loaders.datasets.eurepoc import DATASET
from loaders.datasets.eurepoc_versions import V1_1, V1_3

INCIDENT_COLUMNS = (
    "ID,name,description,start_date,end_date,receiver_name,receiver_country,receiver_region,receiver_category,"
    "receiver_category_subcode,initiator_name,initiator_country,number_of_political_responses,"
    "political_response_date,political_response_type,political_response_type_subcode,political_response_country,"
    "political_response_actor,number_of_legal_responses,legal_response_date,legal_response_type,"
    "legal_response_type_subcode,legal_response_country,legal_response_actor,IL_breach_indicator,sources_url"
)
ATTRIBUTION_COLUMNS = (
    "incident_ID,attribution_ID,attribution_date,attribution_type,attribution_basis,attributing_actor,"
    "attribution_it_company,attributing_country,attributed_initiator,attributed_initiator_country,"
    "attributed_initiator_category"
)
RECEIVER_COLUMNS = "ID,receiver_country,receiver_region,receiver_name,receiver_category,receiver_category_subcode"

POLITICAL = "Political statement / report (e.g., on government / state agency websites)"
TECHNICAL = "Technical report (e.g., by IT-companies, Citizen Lab, EFF)"
DIRECT = (
    "Direct statement in media report (e.g., Reuters article cites the attribution statements by a person) / "
    "self-attribution via social media"
)
BY_STATE = "Attribution by receiver government / state entity"
BY_FIRM = "IT-security community attributes attacker"

INCIDENT = {
    "ID": "5000",
    "name": "A sentence about who did what to whom",
    "start_date": "2022-03-15",
    "end_date": "2022-04-01",
    "receiver_country": "['Estonia']",
    "receiver_category": "[['Media']]",
    "initiator_country": "['Unknown']",
}
ATTRIBUTION = {
    "incident_ID": "5000",
    "attribution_ID": "70.0",
    "attribution_date": "2022-05-17",
    "attribution_type": POLITICAL,
    "attribution_basis": BY_STATE,
    "attributing_actor": "Government",
    "attributing_country": "Estonia",
    "attributed_initiator_country": "Russia",
    "attributed_initiator_category": "State",
}
RECEIVER = {"ID": "5000", "receiver_country": "Estonia", "receiver_name": "A firm", "receiver_category": "Media"}


def text(columns: str, rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return a CSV file of rows, with nothing in the cells that they do not give."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns.split(","), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def files(
    incidents: Iterable[Mapping[str, str]] = ({},),
    attributions: Iterable[Mapping[str, str]] = (),
    receivers: Iterable[Mapping[str, str]] = (),
) -> dict[str, bytes]:
    """Return the three files of version 1.1, each row being what it changes of a plain one."""
    return {
        V1_1.incidents: text(INCIDENT_COLUMNS, [INCIDENT | row for row in incidents]),
        V1_1.attributions: text(ATTRIBUTION_COLUMNS, [ATTRIBUTION | row for row in attributions]),
        V1_1.receivers: text(RECEIVER_COLUMNS, [RECEIVER | row for row in receivers]),
    }


# Version 1.3 has two columns of incidents twice, which a dictionary cannot hold.
_INCIDENTS_1_3 = """\
"incident_id","name","start_date","end_date","receiver_country","receiver_category","receiver_subcategory",\
"initiator_name","initiator_country","initiator_alpha_2","initiator_category","settled_initiator","initiator_country",\
"initiator_category","political_response_date","political_response_type","political_response_subtype",\
"political_response_responding_country","legal_response_date","legal_response_type","legal_response_subtype",\
"legal_response_responding_country","updated_at"
6000,"A sentence","15.03.2022","2022","Estonia;EU (region);Korea, Republic of",\
"Critical infrastructure;Media;State institutions / political system","Energy;Not available;Military",\
"Unknown","China","CN, RU","State","True","China","State",\
"Not available","Not available","Not available","Not available",\
"2022-06-01;2022-07-01","Peaceful means;Peaceful means","Economic sanctions;Economic sanctions","Estonia;Latvia","x"
6001,"Another","Not available","Not available","Not available","Unknown","Not available",\
"Not available","Not available","Not available","Not available","","Unknown","Unknown",\
"Not available","Not available","Not available","Not available",\
"Not available","Not available","Not available","Not available","x"
"""
_ATTRIBUTIONS_1_3 = f"""\
"attribution_id","incident_id","attribution_year","attribution_date","attribution_basis","attribution_type",\
"attributing_country","attributing_actor","initiator_name","initiator_alpha_2","initiator_country","initiator_category"
80,6000,"2022","17.05.2022","{BY_STATE}","{POLITICAL}","Estonia","Government",\
"Unknown","CN, RU","China, Russia","Unknown"
81,6001,"","Not available","{BY_FIRM}","{TECHNICAL}","Not available","Not available",\
"Unknown","Unknown","Unknown","Unknown"
"""


def files_1_3() -> dict[str, bytes]:
    """Return the two files of version 1.3."""
    return {V1_3.incidents: _INCIDENTS_1_3.encode(), V1_3.attributions: _ATTRIBUTIONS_1_3.encode()}


@cache
def _known() -> Collection:
    return few("states", "organisations", "operations", "attributions", "responses", "threat_actors")


def known() -> Collection:
    """Return the tables that the data set is resolved against; records are not copied, for nothing changes one."""
    collection = copy.copy(_known())
    collection.entries = {iri: copy.copy(entry) for iri, entry in collection.entries.items()}
    for entry in collection.entries.values():
        entry.evidence, entry.types, entry.added = dict(entry.evidence), dict(entry.types), dict(entry.added)
    collection.passed_over, collection.accounts = [], {}
    collection._evidence_owners = dict(collection._evidence_owners)
    return collection


def read(
    content: Mapping[str, bytes], collection: Collection | None = None, dataset: DataSet = DATASET
) -> tuple[Collection, Account]:
    """Read files into a collection, by default what is known, and return both."""
    collection = known() if collection is None else collection
    return collection, collection.read(dataset.loader(content))
