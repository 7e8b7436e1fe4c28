"""Every data set with its real files broken: what is wrong is said with its place, and no row is lost in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from datasets import SHARED, landscape

from graph.collect import Collection, Reject
from graph.errors import CyberGovError
from loaders.dataset import DataSet, Options
from loaders.local import local_files
from loaders.registry import DATASETS

FOLDERS = {
    "attack": "mitre_attack",
    "country-codes": "country_codes",
    "disclosure-programmes": "disclose_diodb",
    "eurepoc": "eurepoc",
    "factbook": "cia_factbook",
    "internacia": "internacia_db",
    "misp": "misp_galaxy",
    "national-strategies": "national_cyber_strategies",
    "paris-call": "paris_call",
    "sanctions-programmes": "opensanctions_meta",
    "unga-votes-wide": "unga_votes_pigeon",
    "unvotes": "unvotes",
}
FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "cut in half": lambda content: content[: len(content) // 2],
    "in UTF-16": lambda content: content.decode("utf-8", "replace").encode("utf-16"),
    "of bytes that are no text": lambda content: bytes(255 - byte for byte in content),
    "empty": lambda content: b"",
}


def real(dataset: DataSet) -> dict[str, bytes]:
    """Return the real files of a data set; skip where they are not at hand."""
    path = SHARED / FOLDERS[dataset.name]
    if not path.exists():
        pytest.skip(f"the real files of {dataset.name} are not beside the project")
    return dict(local_files(dataset, path))


def told(dataset: DataSet, files: dict[str, bytes]) -> tuple[list[Reject], Collection]:
    """Read files into the landscape; a clear refusal of the whole counts as one reject."""
    collection = landscape()
    try:
        collection.read(dataset.loader(files, Options()))
    except CyberGovError as error:
        return [Reject(dataset.name, 0, "-", str(error), is_row=False)], collection
    return collection.passed_over, collection


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("dataset", [d for d in DATASETS if d.name in FOLDERS], ids=lambda dataset: dataset.name)
def test_a_broken_file_is_told_with_its_place(dataset: DataSet, fault: str) -> None:
    files = real(dataset)
    before = {(reject.file, reject.line) for reject in told(dataset, files)[0]}
    largest = max(files, key=lambda name: len(files[name]))
    rejects, _ = told(dataset, files | {largest: FAULTS[fault](files[largest])})
    new = [reject for reject in rejects if (reject.file, reject.line) not in before]
    assert new, f"{largest} {fault} is read as if nothing were wrong"
    assert any(largest in (reject.file, *reject.reason.split()) or reject.file == dataset.name for reject in new)
    assert all(reject.reason and "Traceback" not in reject.reason for reject in new)


@pytest.mark.slow
@pytest.mark.parametrize("dataset", [d for d in DATASETS if d.name in FOLDERS], ids=lambda dataset: dataset.name)
def test_files_that_are_gone_are_named(dataset: DataSet) -> None:
    files = real(dataset)
    if len(files) > 10:
        pytest.skip("its files are rows of their own: one fewer is another edition")
    for name in files:
        rejects, _ = told(dataset, {other: content for other, content in files.items() if other != name})
        assert any(name in str(reject) for reject in rejects), name
