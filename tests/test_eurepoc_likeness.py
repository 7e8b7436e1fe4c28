"""Operations that look alike: a judgement with its reason where nothing speaks against it, and never a merge."""

from __future__ import annotations

import pytest
from eurepoc import files, known, read

from graph.dates import Stated
from graph.model import Cluster, Operation
from graph.record import Evidence
from graph.terms import ID
from loaders.operations import Operations
from loaders.resolve import AmbiguousNameError

UNCHECKED = Evidence(source=ID["source/editors-recollection"], verification="unchecked")


def operation(name: str, start: str = "", targets: str = "", identifier: tuple[str, ...] = ()) -> Operation:
    return Operation(
        id="x-" + name.split()[0].lower(),
        name=name,
        start=Stated.parse(start) if start else None,
        targets=tuple(ID[f"state/{slug}"] for slug in targets.split()),
        identifier=identifier,
        evidence=(UNCHECKED,),
    )


@pytest.mark.parametrize(
    ("known_one", "title", "start", "targets", "confidence"),
    [
        (("WannaCry", "2017-05", "GBR"), "Wanna Cry in hospitals, 2017", "2017-05-12", "GBR DEU", "medium"),
        (("WannaCry", "2017-05", ""), "WannaCry", "2017-05-12", "GBR", "low"),
        (("WannaCry", "", "GBR"), "WannaCry", "2017-05-12", "GBR", "low"),
        (("WannaCry", "2017-05", "GBR"), "WannaCry", "2019-05-12", "GBR", None),
        (("WannaCry", "2017-05", "GBR"), "WannaCry", "2017-05-12", "DEU", None),
        (("WannaCry", "2017-05", "GBR"), "Wannacryptor", "2017-05-12", "GBR", None),
        (("Attack campaign of 2017", "2017-05", "GBR"), "Attack campaign of 2017", "2017-05-12", "GBR", None),
        (("Tick", "2017-05", "GBR"), "Tick", "2017-05-12", "GBR", None),
    ],
)
def test_a_name_in_a_title_is_weighed_with_time_and_targets(
    known_one: tuple[str, str, str], title: str, start: str, targets: str, confidence: str | None
) -> None:
    found = list(Operations([operation(*known_one)]).like(title, operation("Other", start, targets)))
    assert [likeness.confidence for likeness in found] == ([confidence] if confidence else [])
    assert all(repr(known_one[0]) in likeness.reason for likeness in found)


def test_a_number_that_two_operations_carry_is_refused() -> None:
    operations = Operations([operation("One", identifier=("N 1",)), operation("Two", identifier=("N 1", "N 2"))])
    found = operations.identified("N 2")
    assert found is not None
    assert found.name == "Two"
    assert operations.identified("N 3") is None
    with pytest.raises(AmbiguousNameError, match=r"operation/x-one, operation/x-two"):
        operations.identified("N 1")


def test_an_incident_whose_title_holds_the_name_of_an_operation_is_another_operation_and_a_judgement() -> None:
    row = {"name": "Microsoft Exchange Hack: a bank", "start_date": "2021-03-01", "receiver_country": "['France']"}
    collection, account = read(files([row]))
    assert account.made["operation"] == account.made["cluster"] == 1
    cluster = collection.entries[ID["cluster/eurepoc-5000-microsoft-exchange"]].record
    assert isinstance(cluster, Cluster)
    assert cluster.records == (ID["operation/microsoft-exchange"], ID["operation/eurepoc-5000"])
    before = known().entries[ID["operation/microsoft-exchange"]]
    after = collection.entries[ID["operation/microsoft-exchange"]]
    assert (after.record, after.evidence) == (before.record, before.evidence)
