"""What search engines read in a page: the data set and its things in the words of schema.org, as JSON-LD.

The types are the nearest plain ones. A state-like actor that is neither a member nor an observer of the United Nations
is a place here, which says nothing of its status.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from rdflib import DCTERMS, FOAF, SKOS

from graph.model import Source
from graph.record import Claim
from graph.terms import CG
from graph.void import DATASET
from webapp.descriptions import CC_BY, EDITORS, KEYWORDS, LEAD, TITLE, Dump
from webapp.things import Item, classes, kind_of, local

CONTEXT = "https://schema.org"
_TYPES = {
    "state": "Country", "organisation": "Organization", "group": "Organization", "forum": "Organization",
    "person": "Person", "event": "Event", "document": "CreativeWork", "decision": "CreativeWork",
    "publication": "CreativeWork", "commitment": "DefinedTerm", "norm": "DefinedTerm", "proposal": "DefinedTerm",
    "project": "Project", "statement": "Statement",
}  # fmt: skip
_TYPES_BY_CODE = {
    "state-kind/other-participant": "Place", "state-kind/former-state": "Place",
    "forum-kind/process": "EventSeries", "forum-kind/proposed-process": "EventSeries",
    "forum-kind/dialogue": "EventSeries", "forum-kind/conference-series": "EventSeries",
    "forum-kind/debate": "EventSeries",
    "document-kind/treaty": "Legislation", "document-kind/protocol": "Legislation",
    "document-kind/regulation": "Legislation", "document-kind/directive": "Legislation",
    "document-kind/report": "Report", "document-kind/consensus-report": "Report",
    "publication-kind/report": "Report", "publication-kind/study": "Report",
    "publication-kind/article": "ScholarlyArticle", "publication-kind/book": "Book",
    "publication-kind/chapter": "Chapter", "publication-kind/dataset": "Dataset",
    "publication-kind/webpage": "WebPage",
}  # fmt: skip
_KINDS = {"state": CG.stateKind, "forum": CG.forumKind, "document": CG.documentKind, "publication": CG.publicationKind}
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def is_found_by_name(kind: str) -> bool:
    """Tell whether things of a kind are for search engines: not claims, sources and evidence."""
    cls = classes().get(kind)
    return cls is not None and not issubclass(cls, Claim | Source) and not cls.wording


def of_thing(item: Item, address: str) -> dict[str, Any]:
    """Return a thing in the words of schema.org, with what a page on it shows first."""
    kind = _type(item)
    said = {
        "@context": CONTEXT,
        "@type": kind,
        "@id": item.iri,
        "url": _page(item.iri, address),
        "name": item.name,
        "alternateName": [*_texts(item, CG.abbreviation), *item.aliases],
        "description": [*_texts(item, DCTERMS.description), *_texts(item, CG.paraphrase)],
        "identifier": _identifiers(item),
        "sameAs": [*_iris(item, SKOS.exactMatch), *_iris(item, FOAF.homepage), *_iris(item, FOAF.page)],
        **_PARTICULAR.get(kind, _of_work if item.kind in _WORKS else _nothing)(item, address),
    }
    return {name: _plain(value) for name, value in said.items() if value}


def of_dataset(manifest: dict[str, Any], dumps: Iterable[Dump], address: str) -> dict[str, Any]:
    """Return the data set with its files."""
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "@id": DATASET,
        "name": TITLE,
        "description": LEAD,
        "url": f"{address}data",
        "license": str(CC_BY),
        "creator": {"@type": "Organization", "name": EDITORS},
        "keywords": list(KEYWORDS),
        "version": manifest["id"],
        "dateModified": manifest["data_date"],
        "isAccessibleForFree": True,
        "distribution": [_download(dump, address) for dump in dumps],
    }


def _download(dump: Dump, address: str) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": dump.name,
        "contentUrl": f"{address}dumps/{dump.name}",
        "encodingFormat": [dump.media_type, *([dump.packed] if dump.packed else [])],
        "contentSize": f"{dump.size} B",
        "sha256": dump.sha256,
    }


def _type(item: Item) -> str:
    """Return the type that the kind of identifier means, or a closer one by its code."""
    codes = _iris(item, _KINDS[item.kind]) if item.kind in _KINDS else []
    closer = [_TYPES_BY_CODE[short] for code in codes if (short := "/".join(code.rsplit("/", 2)[1:])) in _TYPES_BY_CODE]
    return closer[0] if closer else _TYPES.get(item.kind, "Thing")


def _identifiers(item: Item) -> list[Any]:
    """Return symbols and, of a country, its codes; those of other state-like actors may not be of ISO's giving."""
    codes = {} if _type(item) != "Country" else {"ISO 3166-1 alpha-2": CG.isoAlpha2, "ISO 3166-1 alpha-3": CG.isoAlpha3}
    coded = [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, predicate in codes.items()
        for value in _texts(item, predicate)
    ]
    return [*_texts(item, DCTERMS.identifier), *coded]


def _of_organisation(item: Item, address: str) -> dict[str, Any]:
    return {
        "foundingDate": _day(item, CG.founded) or _day(item, CG.start),
        "location": _place(item, address),
        "parentOrganization": _named(item, CG.organOf, address),
    }


def _of_event(item: Item, address: str) -> dict[str, Any]:
    return {
        "startDate": _day(item, CG.start),
        "endDate": _day(item, CG.end),
        "location": _place(item, address),
        "organizer": [*_named(item, CG.organiser, address), *_named(item, CG.sessionOf, address)],
    }


def _of_law(item: Item, address: str) -> dict[str, Any]:
    return {
        "legislationDate": _day(item, CG.date),
        "legislationIdentifier": _texts(item, DCTERMS.identifier),
        "legislationPassedBy": _named(item, CG.issuedBy, address),
    }


def _of_work(item: Item, address: str) -> dict[str, Any]:
    return {
        "datePublished": _day(item, CG.date),
        "publisher": [
            *_named(item, CG.issuedBy, address),
            *_named(item, DCTERMS.publisher, address),
        ],
        "author": [*_named(item, DCTERMS.creator, address), *_texts(item, CG.authorNames)],
        "about": [value.text for value in item.values.get(str(DCTERMS.subject), ())],
    }


def _of_term(item: Item, address: str) -> dict[str, Any]:
    return {
        "termCode": _texts(item, CG.number),
        "inDefinedTermSet": _named(item, CG.statedIn, address, "DefinedTermSet"),
    }


def _nothing(item: Item, address: str) -> dict[str, Any]:
    return {}


_WORKS = ("document", "decision", "publication", "statement")
_PARTICULAR = {
    "Organization": _of_organisation, "Event": _of_event, "EventSeries": _of_event, "Legislation": _of_law,
    "DefinedTerm": _of_term,
}  # fmt: skip


def _place(item: Item, address: str) -> list[dict[str, Any]]:
    country = _named(item, CG.takesPlaceIn, address, "Place") or _named(item, CG.basedIn, address, "Place")
    cities = [{"@type": "Place", "name": city} for city in _texts(item, CG.city)]
    return [*cities, *country]


def _named(item: Item, predicate: str, address: str, kind: str = "") -> list[dict[str, Any]]:
    """Return what a property leads to, by identifier and name, as what it is or as what it is used for."""
    return [
        {
            "@type": kind or _TYPES.get(kind_of(value.iri), "Thing"),
            "@id": value.iri,
            "name": value.text,
            "url": _page(value.iri, address),
        }
        for value in item.values.get(str(predicate), ())
    ]


def _page(iri: str, address: str) -> str:
    path = local(iri)
    return address + path.removeprefix("/") if path.startswith("/") else iri


def _texts(item: Item, predicate: str) -> list[str]:
    return [value.text for value in item.values.get(str(predicate), ())]


def _iris(item: Item, predicate: str) -> list[str]:
    return [value.iri for value in item.values.get(str(predicate), ())]


def _day(item: Item, predicate: str) -> str:
    """Return a date as precise as it is known; none where sources state several."""
    stated = [value for value in _iris(item, predicate) if _DAY.fullmatch(value)]
    return stated[0] if len(stated) == 1 else ""


def _plain(value: Any) -> Any:
    """Return the only one of several values by itself."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value
