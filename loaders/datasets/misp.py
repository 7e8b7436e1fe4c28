"""The MISP galaxy: threat actors, intelligence agencies, surveillance vendors, and the Budapest Convention."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rdflib import URIRef

from graph.collect import Item, Located, Reject
from graph.model import Organisation
from graph.record import Evidence, coded
from loaders.dataset import CC0, DataSet, Files, Options, Origin
from loaders.datasets import misp_actors, misp_budapest, misp_organisations
from loaders.datasets.misp_clusters import Entry, entries
from loaders.known import Known

ACTORS, AGENCIES = "clusters/threat-actor.json", "clusters/intelligence-agencies.json"
VENDORS, COUNTRIES = "clusters/surveillance-vendor.json", "clusters/country.json"
COMMIT = "9434ace4eb925c9a1c9b3bccf014a25f9d14f0b0"


@dataclass(frozen=True)
class _Cluster:
    """A file, the type it says it has, keys that some entry in it must have, and what its entries become."""

    file: str
    kind: str
    keys: tuple[str, ...]
    read: Callable[[Iterable[Entry], Known], Iterator[Item]]


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield the records of each cluster, and the two organisations that speak in the first."""
    yield from _speakers(known)
    for cluster in _CLUSTERS:
        if cluster.file not in files:
            yield Reject(cluster.file, 1, "-", "the file is missing", is_row=False)
            continue
        usable: list[Entry] = []
        for item in entries(cluster.file, files[cluster.file], cluster.kind, cluster.keys):
            if isinstance(item, Entry):
                usable.append(item)
            else:
                yield item
        yield from cluster.read(usable, known)


def _says(locator: str, note: str | None) -> Evidence:
    return DATASET.evidence(locator, note=note)


def _speakers(known: Known) -> Iterator[Located]:
    evidence = (_says("the project that publishes the clusters", None),)
    project = Organisation(
        id="misp",
        name="MISP Project",
        aliases=("MISP",),
        organisation_kind=coded("organisation-kind", "technical-community"),
        homepage=URIRef("https://www.misp-project.org/"),
        evidence=evidence,
    )
    yield Located(ACTORS, 1, project, is_row=False)
    if known.get(misp_actors.CFR) is None:
        council = Organisation(
            id="cfr",
            name="Council on Foreign Relations",
            abbreviation="CFR",
            organisation_kind=coded("organisation-kind", "think-tank"),
            evidence=(_says(f"the body whose view stands under {misp_actors.SPONSOR}", None),),
        )
        yield Located(ACTORS, 1, council, is_row=False)


_CLUSTERS = (
    _Cluster(
        ACTORS,
        "threat-actor",
        misp_actors.KEYS,
        lambda found, known: misp_actors.threat_actors(found, known, _says),
    ),
    _Cluster(
        AGENCIES,
        "intelligence-agency",
        misp_organisations.AGENCY_KEYS,
        lambda found, known: misp_organisations.agencies(found, known, _says),
    ),
    _Cluster(
        VENDORS,
        "surveillance-vendor",
        misp_organisations.VENDOR_KEYS,
        lambda found, known: misp_organisations.vendors(found, _says),
    ),
    _Cluster(
        COUNTRIES,
        "country",
        misp_budapest.KEYS,
        lambda found, known: misp_budapest.countries(found, known, _says),
    ),
)


def _origin(file: str, sha256: str, size: int) -> Origin:
    address = f"https://raw.githubusercontent.com/MISP/misp-galaxy/{COMMIT}/{file}"
    return Origin(address=address, name=file, sha256=sha256, size=size)


DATASET = DataSet(
    name="misp",
    title="MISP galaxy: threat actors, intelligence agencies, surveillance vendors, countries",
    publisher="MISP Project",
    address="https://github.com/MISP/misp-galaxy",
    version="2026-08-06",
    licence=CC0,
    redistributable=True,
    citation="MISP Project, MISP galaxy, clusters as of 6 August 2026 (threat actors in version 349)",
    published="2026-08-06",
    wanted=(ACTORS, AGENCIES, VENDORS, COUNTRIES),
    origins=(
        _origin(ACTORS, "ad5829b51ae31ba6f0ba6ee6419cb0a8cdb5591ee75959be122f0cc251903d93", 1_399_343),
        _origin(AGENCIES, "efa7a1d76629265a37ad723fd4336e7222091fa050750c731e597fd983fea703", 188_205),
        _origin(VENDORS, "1bae1f2d6dbe621f486d17a6edc174607510b43c0f76925cce8f0e8306503d6e", 840_102),
        _origin(COUNTRIES, "4bf402a757ed8448c4ebd1b09c153914c4d4f9ef23605a10f8b1128600ff21ba", 143_353),
    ),
    parse=parse,
)
