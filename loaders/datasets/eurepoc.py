"""EuRepoC, the European Repository of Cyber Incidents: operations, reported official attributions, and assessments.

An operation of ours that carries the number of an incident is that incident. Whom the data set names as initiator is
its assessment, never an attribution. Names of firms and persons, descriptions, impact scores and the indicators of
international law are left out: the first two have no place in the graph, the last two no term in the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from graph.collect import FileRead, Item, Located, OutOfScope, Reject
from graph.model import Operation
from graph.terms import BASE
from loaders.dataset import DataSet, Files, Options, Origin, again
from loaders.datasets import eurepoc_rows
from loaders.datasets.eurepoc_actors import CODED_UNKNOWN, NO_STATE, NOT_STATED
from loaders.datasets.eurepoc_acts import Attributions, Told
from loaders.datasets.eurepoc_operations import Incidents, Landscape, located
from loaders.datasets.eurepoc_rows import Attributed, BadCell, Incident
from loaders.datasets.eurepoc_versions import ATTRIBUTION, INCIDENT, RECEIVER, V1_1, V1_3, Version
from loaders.delimited import Row, rows
from loaders.known import Known, UnknownName
from loaders.resolve import AmbiguousNameError

RECEIVER_RULES = {
    NOT_STATED: "the data set does not code the country of the receiver",
    CODED_UNKNOWN: "the data set codes the country of the receiver as unknown",
    NO_STATE: "the receiver is in a region or territory, or is a body that is not known here, and no state",
}


def parse(version: Version, files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Yield the operations, then what the files of attributions and of receivers say of them."""
    for name in filter(None, (version.incidents, version.attributions, version.receivers)):
        if name not in files:
            yield Reject(name, 1, "-", "the file is missing; the data set is not whole without it", is_row=False)
    data_set = DATASETS[version.incidents]
    landscape = Landscape(known, data_set.evidence)
    attributed = list(_attributed(version, files))
    named = {(row.incident, word) for row in attributed if isinstance(row, Attributed) for word in row.countries}
    incidents = Incidents({}, frozenset(named))
    yield from _incidents(version, files, landscape, incidents)
    yield from _attributions(attributed, landscape, incidents, version.columns)
    if version.receivers:
        yield from _receivers(version, files, landscape, incidents.operations)


def _read(name: str, meanings: tuple[str, ...], version: Version, files: Files) -> Iterator[Row | Reject | FileRead]:
    if name in files:
        yield from rows(name, files[name], version.layout(meanings))


def _incidents(version: Version, files: Files, landscape: Landscape, incidents: Incidents) -> Iterator[Item]:
    for row in _read(version.incidents, INCIDENT, version, files):
        if isinstance(row, Reject | FileRead):
            yield row
            continue
        try:
            incident = eurepoc_rows.incident(row, version)
            if incident.number in incidents.operations:
                raise BadCell(version.columns["incident"], f"incident {incident.number} stands twice")
            _must_be_known(incident, version, landscape)
            item = located(incident, landscape, incidents)
        except BadCell as error:
            yield row.reject(error.column, error)
        else:
            yield item


def _must_be_known(incident: Incident, version: Version, landscape: Landscape) -> None:
    """Raise BadCell for a name that is neither that of a state nor known to be none."""
    found = [("receivers", word) for word in incident.receivers]
    found += [("initiators", word) for word in incident.initiators]
    found += [(f"{answer.family} country", answer.authority) for answer in incident.answers]
    for meaning, word in found:
        try:
            landscape.actors.speaker(word)
        except (UnknownName, AmbiguousNameError) as error:
            raise BadCell(version.columns[meaning], str(error)) from None


def _attributed(version: Version, files: Files) -> Iterator[Attributed | Reject | FileRead]:
    for row in _read(version.attributions, ATTRIBUTION, version, files):
        if isinstance(row, Reject | FileRead):
            yield row
            continue
        try:
            yield eurepoc_rows.attributed(row, version)
        except BadCell as error:
            yield row.reject(error.column, error)


def _attributions(
    rows: Iterable[Attributed | Reject | FileRead],
    landscape: Landscape,
    incidents: Incidents,
    columns: Mapping[str, str],
) -> Iterator[Item]:
    """Yield what became of each row, once all are known: acts and assessments are of several."""
    attributions = Attributions(landscape, incidents, columns)
    found: list[Told | Reject | FileRead] = []
    for row in rows:
        if isinstance(row, Reject | FileRead):
            found.append(row)
            continue
        try:
            found.append(attributions.take(row))
        except BadCell as error:
            found.append(row.row.reject(error.column, error))
    attributions.settle()
    for entry in found:
        yield attributions.item(entry) if isinstance(entry, Told) else entry


def _receivers(
    version: Version, files: Files, landscape: Landscape, operations: dict[str, Operation]
) -> Iterator[Item]:
    for row in _read(version.receivers, RECEIVER, version, files):
        if isinstance(row, Reject | FileRead):
            yield row
            continue
        try:
            yield _receiver(row, version, landscape, operations)
        except BadCell as error:
            yield row.reject(error.column, error)
        except (UnknownName, AmbiguousNameError) as error:
            yield row.reject(version.columns["receiver country"], error)


def _receiver(row: Row, version: Version, landscape: Landscape, operations: dict[str, Operation]) -> Item:
    number = eurepoc_rows.whole_number(row, version.columns["receiver incident"])
    operation = operations.get(number)
    if operation is None:
        raise BadCell(version.columns["receiver incident"], f"no incident {number} was read")
    target = landscape.actors.target(row[version.columns["receiver country"]])
    if isinstance(target, str) and target in RECEIVER_RULES:
        return OutOfScope(row.file, row.line, RECEIVER_RULES[target])
    if target not in operation.targets:
        raise BadCell(version.columns["receiver country"], f"the file of incidents has no such receiver for {number}")
    evidence = landscape.evidence(f"incident {number}, receivers", None)
    return Located(row.file, row.line, again(operation, evidence, targets=operation.targets))


_REPUBLISHED = "https://raw.githubusercontent.com/michalbcz/eurepoc-database-analysis/7b12d54e41d3d6104268ac201a0c484a86932111/data/"

# The licence of the original could not be read; the repository that carries version 1.1 unchanged cannot give one.
DATASET = DataSet(
    name="eurepoc",
    title="EuRepoC Global Database",
    publisher="European Repository of Cyber Incidents",
    address="https://zenodo.org/records/7848941",
    version="1.1",
    licence=BASE["licence/none-stated"],
    redistributable=False,
    citation="European Repository of Cyber Incidents, EuRepoC Global Database, version 1.1",
    wanted=(V1_1.incidents, V1_1.attributions, V1_1.receivers),
    origins=(
        Origin(
            address=f"{_REPUBLISHED}{V1_1.incidents}",
            name=V1_1.incidents,
            sha256="114f10531a92a1038700ed19d4c4c83e97354ff3803186578f10325355ac6c03",
            size=3505064,
        ),
        Origin(
            address=f"{_REPUBLISHED}{V1_1.attributions}",
            name=V1_1.attributions,
            sha256="8448566dabb7e8e75c503eabded1528e8a50acb7492197dc0c1efefc169683ff",
            size=584157,
        ),
        Origin(
            address=f"{_REPUBLISHED}{V1_1.receivers}",
            name=V1_1.receivers,
            sha256="80fa650aa87f9b5ba88703c3cae0994a107b6d369bb20e344b890189eebc8c6e",
            size=558400,
        ),
    ),
    parse=partial(parse, V1_1),
)

DATASET_1_3 = DataSet(
    name="eurepoc-1-3",
    title="EuRepoC Global Dataset",
    publisher="European Repository of Cyber Incidents",
    address="https://zenodo.org/records/14965395",
    version="1.3",
    licence=BASE["licence/none-stated"],
    redistributable=False,
    citation="European Repository of Cyber Incidents, EuRepoC Global Dataset, version 1.3",
    source_id="eurepoc-1-3",
    wanted=(V1_3.incidents, V1_3.attributions),
    parse=partial(parse, V1_3),
)

DATASETS = {V1_1.incidents: DATASET, V1_3.incidents: DATASET_1_3}
