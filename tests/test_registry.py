"""The list of data sets, plug-ins, and builds with what was fetched: a name is given once, and so is a graph."""

from __future__ import annotations

import csv
import dataclasses
import re
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
import tiny
from rdflib import URIRef

from graph.build import BuildRefused, Recipe, Report, build, gather
from graph.collect import FileRead, Item, Loader, Located, OutOfScope, Reject
from graph.model import State
from graph.record import coded
from graph.snapshot import Snapshot
from graph.terms import BASE, GRAPH, thing
from loaders import registry
from loaders.cache import digest
from loaders.dataset import CC0, CC_BY_SA, EUPL, MIT, PDDL, DataSet, Files, Options, again
from loaders.datasets import wikidata
from loaders.endpoint import Endpoint
from loaders.fetch import take
from loaders.known import Known
from loaders.registry import BadPlugIn, UnknownDataSet, datasets, find, loaders
from webapp import cli
from webapp.sources import licence

COUNTRIES = b"LTU,Lithuania\nEST,Estonia\n-,nobody\nXXX\n"


def parse(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """A state a line; a line with a hyphen is out of scope, one without a name is a reject."""
    lines = files["countries.csv"].decode().splitlines()
    for number, text in enumerate(lines, 1):
        code, _, name = text.partition(",")
        if code == "-" and not options.everything:
            yield OutOfScope("countries.csv", number, "a line without a code")
        elif not name:
            yield Reject("countries.csv", number, "=name", "there is no name")
        else:
            yield Located("countries.csv", number, state(code if code != "-" else "NOB", name.title(), known))
    yield FileRead("countries.csv", len(lines))


def state(code: str, name: str, known: Known) -> State:
    evidence = EXAMPLE.evidence(f"line {code}")
    there = known.get(thing("state", code))
    if isinstance(there, State):
        return again(there, evidence)
    return State(id=code, name=name, state_kind=coded("state-kind", "un-member"), evidence=(evidence,))


EXAMPLE = DataSet(
    name="example", title="Examples", publisher="Nobody", address="https://example.org/", version="1", licence=CC0,
    redistributable=True, citation="Nobody, Examples, version 1", wanted=("countries.csv",),
    digest=digest({"countries.csv": COUNTRIES}), parse=parse,
)  # fmt: skip


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have other data sets in the list than ours."""
    return lambda *given: monkeypatch.setattr(registry, "DATASETS", given)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have plug-ins: names, and what their entry points load or raise."""

    def install(**plug_ins: Any) -> None:
        def load(plug_in: EntryPoint) -> Any:
            given = plug_ins[plug_in.name]
            if isinstance(given, BaseException):
                raise given
            return given

        points = [EntryPoint(name, "their.module:DATASET", registry.GROUP) for name in plug_ins]
        monkeypatch.setattr(EntryPoint, "load", load)
        monkeypatch.setattr(registry, "entry_points", lambda group: points if group == registry.GROUP else [])

    return install


def tables(folder: Path) -> Recipe:
    """Write tables of one state, and the code for sources that are data sets."""
    recipe = tiny.write(folder, tiny.ESTONIA)
    with (recipe.codes / "all.ttl").open("a") as codes:
        codes.write('<https://w3id.org/cybergov/vocab/source-kind/data-set> a skos:Concept ; skos:prefLabel "x"@en .')
    return recipe


def named(name: str, **more: Any) -> DataSet:
    return dataclasses.replace(EXAMPLE, name=name, **more)


def test_names_of_our_data_sets_are_given_once_and_are_no_tables() -> None:
    names = [dataset.name for dataset in datasets()]
    assert len(names) == len(set(names))
    assert not {name.replace("-", "_") for name in names} & set(registry.OURS)
    assert all(registry._NAME.fullmatch(name) for name in names)


def test_every_data_set_says_what_is_needed_to_cite_fetch_and_pass_it_on() -> None:
    for dataset in datasets():
        assert dataset.title
        assert dataset.publisher
        assert dataset.citation
        assert dataset.version
        assert dataset.address.startswith("https://")
        assert str(dataset.licence).startswith("https://")
        assert dataset.wanted


def test_a_data_set_is_found_by_its_name_or_the_nearest_are_told(listed) -> None:
    listed(EXAMPLE, named("other"))
    assert find("example") is EXAMPLE
    with pytest.raises(UnknownDataSet, match=r"no data set 'exampel'\. Nearest: example\."):
        find("exampel")
    with pytest.raises(UnknownDataSet, match=r"There are: example, other\."):
        find("zzz")


def test_plug_ins_come_after_ours_in_a_fixed_order(listed, installed) -> None:
    listed(EXAMPLE)
    installed(zeta=named("a"), alpha=(named(name) for name in ("c", "b")))
    assert [dataset.name for dataset in datasets()] == ["example", "c", "b", "a"]


class Hostile(DataSet):
    """A data set that would name another graph."""

    def loader(self, *given: Any, **options: Any) -> Loader:
        return dataclasses.replace(super().loader(*given, **options), name="states")


HOSTILE = Hostile(**{field.name: getattr(named("theirs"), field.name) for field in dataclasses.fields(DataSet)})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (ImportError("no module named their"), "it does not load (ImportError: no module named their)"),
        (SystemExit(3), "it does not load (SystemExit: 3)"),
        (None, "it does not load"),
        (7, "it does not load"),
        ([], "it gives no DataSet"),
        ("example", "it gives no DataSet"),
        ([named("theirs"), "more"], "it gives no DataSet"),
        (DataSet, "it does not load"),
        (HOSTILE, "it gives no DataSet"),
        (EXAMPLE, "the name 'example' belongs to a data set of this program"),
        (named("states"), "the name 'states' belongs to a curated table"),
        (named("threat-actors"), "the name 'threat-actors' belongs to a curated table"),
        (named("sources"), "the name 'sources' belongs to a curated table"),
        ([named("theirs"), named("theirs")], "the name 'theirs' belongs to the plug-in theirs"),
        (named("../states"), "'../states' is no name"),
        (named("a b"), "'a b' is no name"),
        (named(""), "'' is no name"),
        (named("Theirs"), "'Theirs' is no name"),
    ],
    ids=str,
)
def test_a_plug_in_that_cannot_be_used_is_refused_by_name(given: Any, words: str, listed, installed) -> None:
    listed(EXAMPLE)
    installed(theirs=given)
    with pytest.raises(BadPlugIn) as refusal:
        datasets()
    assert "The plug-in theirs (their.module:DATASET)" in str(refusal.value)
    assert words in str(refusal.value)


def test_two_plug_ins_cannot_have_one_name(listed, installed) -> None:
    listed()
    installed(first=named("theirs"), second=named("theirs"))
    with pytest.raises(BadPlugIn, match=r"The plug-in second .* belongs to the plug-in first"):
        datasets()


def grabs(files: Files, known: Known, options: Options) -> Iterator[Item]:
    """Rows of a plug-in that states what is not so of a state that the tables have, and of a source's own graph."""
    there = known.get(thing("state", "EST"))
    assert isinstance(there, State)
    evidence = THEIRS.evidence("line 1")
    yield Located("states.csv", 2, dataclasses.replace(there, aliases=("Elbonia",), evidence=(evidence,)))
    graph = State(id="NEW", name="Newland", state_kind=coded("state-kind", "un-member"), evidence=(evidence,))
    object.__setattr__(graph, "graph", GRAPH["source/states"])
    yield Located("states.csv", 3, graph)


THEIRS = named("theirs", parse=grabs)


def test_a_plug_in_states_in_its_own_graph_only_whatever_its_rows_say(listed, installed, tmp_path: Path) -> None:
    listed()
    installed(theirs=THEIRS)
    recipe = tables(tmp_path)
    take(THEIRS, tmp_path / "home", {"countries.csv": b""}, "here")
    before = {quad for quad in gather(recipe, Report()).quads if quad[3] == GRAPH["source/states"]}
    content = gather(with_data_sets(recipe, tmp_path / "home"), Report())
    assert {quad for quad in content.quads if quad[3] == GRAPH["source/states"]} == before
    theirs = {str(value) for _, _, value, graph in content.quads if graph == GRAPH["source/theirs"]}
    assert {"Elbonia", "Newland"} <= theirs
    graphs = {graph for *_, graph in content.quads if graph.startswith(GRAPH["source/"])}
    assert graphs == {GRAPH["source/states"], GRAPH["source/sources"], GRAPH["source/theirs"]}


def with_data_sets(recipe: Recipe, home: Path, **options: Any) -> Recipe:
    return dataclasses.replace(recipe, loaders=(*recipe.loaders, *loaders(home, **options)))


@pytest.fixture
def here(listed, tmp_path: Path) -> Path:
    """A home that has the files of one data set of two."""
    listed(named("absent"), EXAMPLE)
    take(EXAMPLE, tmp_path / "home", {"countries.csv": COUNTRIES}, "here")
    return tmp_path / "home"


def test_loaders_are_those_whose_files_are_here(here: Path) -> None:
    (loader,) = loaders(here)
    assert (loader.name, loader.graph, loader.strict) == ("example", GRAPH["source/example"], False)
    assert loaders(here, strict=True)[0].strict
    with pytest.raises(UnknownDataSet):
        loaders(here, everything=["exampel"])
    with pytest.raises(registry.NoFiles, match="cybergov fetch absent"):
        loaders(here, everything=["absent"])


def test_a_build_takes_them_in_and_says_where_each_row_went(here: Path, tmp_path: Path) -> None:
    recipe = with_data_sets(tables(tmp_path), here)
    heard: list[tuple[str, int]] = []
    snapshot, report = build(recipe, here, lambda _: None, lambda source, rows: heard.append((source, rows)))
    account = report.accounts["example"]
    assert (account.claims, account.evidence, account.out_of_scope.total(), account.rejects) == (1, 1, 1, 1)
    assert account.files == {"countries.csv": 4}
    assert dict(account.made)["state"] == 1
    (reject,) = report.passed_over["example"]
    assert (reject.line, reject.reason) == (4, "there is no name")
    manifest = snapshot.manifest()
    assert manifest["passed_over"] == {"example": 1}
    assert manifest["rows"]["example"]["rejects"] == 1
    with (snapshot.path / "rejects.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == [
            {
                "source": "example",
                "file": "countries.csv",
                "line": "4",
                "column": "'=name",
                "reason": "there is no name",
            }
        ]
    assert "rejects.csv" in manifest["files"]
    assert ("example", 0) in heard


def test_the_same_files_build_the_same_bytes(here: Path, tmp_path: Path) -> None:
    recipe = tables(tmp_path)
    first, _ = build(with_data_sets(recipe, here), here)
    take(EXAMPLE, tmp_path / "other", {"countries.csv": COUNTRIES}, "elsewhere")
    second, _ = build(with_data_sets(recipe, tmp_path / "other"), tmp_path / "other")
    assert first.id == second.id
    for one, other in ((first.statements, second.statements), (first.merged, second.merged)):
        assert one.read_bytes() == other.read_bytes()
    assert (first.path / "rejects.csv").read_bytes() == (second.path / "rejects.csv").read_bytes()


def test_without_a_reject_there_is_no_file_of_them(listed, tmp_path: Path) -> None:
    listed(EXAMPLE)
    take(EXAMPLE, tmp_path / "home", {"countries.csv": b"LTU,Lithuania\n"}, "here")
    snapshot, _ = build(with_data_sets(tables(tmp_path), tmp_path / "home"), tmp_path / "home")
    assert not (snapshot.path / "rejects.csv").exists()


def test_a_strict_build_refuses_a_reject_of_a_data_set(here: Path, tmp_path: Path) -> None:
    recipe = tables(tmp_path)
    with pytest.raises(BuildRefused, match=r"countries\.csv:4: =name: there is no name"):
        build(with_data_sets(recipe, here, strict=True), here)


def test_all_of_a_data_set_may_be_asked_for(here: Path, tmp_path: Path) -> None:
    recipe = tables(tmp_path)
    report = Report()
    gather(with_data_sets(recipe, here, everything=["example"]), report)
    assert (report.accounts["example"].claims, report.accounts["example"].out_of_scope.total()) == (2, 0)


def test_the_metadata_cite_each_data_set_with_its_licence(here: Path, tmp_path: Path) -> None:
    content = gather(with_data_sets(tables(tmp_path), here), Report())
    said = {str(p).rsplit("/", 1)[-1]: str(o) for s, p, o, _ in content.quads if s == GRAPH["source/example"]}
    assert said["bibliographicCitation"] == EXAMPLE.citation
    assert URIRef(said["license"]) == CC0


# The commands


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a command in a home of its own, on a recipe that builds in a moment."""
    monkeypatch.setenv("CYBERGOV_HOME", str(tmp_path / "home"))
    tables(tmp_path)
    real = cli.recipe

    def recipe(folder: Path, **options: Any) -> Recipe:
        whole = tiny.read(folder.parent)
        given = real(folder, **options)
        return dataclasses.replace(given, **{part: getattr(whole, part) for part in PARTS})

    monkeypatch.setattr(tiny, "recipe", real)
    monkeypatch.setattr(cli, "recipe", recipe)

    def runner(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        tables = ("--tables", tmp_path / "tables") if arguments[0] in ("build", "check") else ()
        code = cli.main([str(argument) for argument in (*arguments, *tables)])
        return (code, *capsys.readouterr())

    return runner


PARTS = ("ontology", "codes", "shapes", "checks", "questions")


@pytest.fixture
def given(listed, tmp_path: Path) -> Path:
    """A file of one data set, which may be given away, and of one which may not."""
    listed(EXAMPLE, named("private", redistributable=False), named("absent", wanted=("absent.csv",)))
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "countries.csv").write_bytes(COUNTRIES)
    return tmp_path / "given"


def test_what_was_fetched_is_listed_built_and_accounted_for(run, given: Path, tmp_path: Path) -> None:
    code, out, err = run("fetch", "example", "private", "--from", given)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "example: 1 file, 39 bytes are here; the next build reads them.",
        "private: 1 file, 39 bytes are here; the next build reads them.",
    ]
    lines = [line.split() for line in run("sources")[1].splitlines()]
    assert lines == [
        ["name", "version", "licence", "public", "files", "title"],
        ["example", "1", "CC0", "1.0", "yes", "pinned", "Examples"],
        ["private", "1", "CC0", "1.0", "no", "pinned", "Examples"],
        ["absent", "1", "CC0", "1.0", "yes", "-", "Examples"],
    ]
    code, out, err = run("build")
    assert code == 0, err
    assert "example 4 1 1 1 1 0 1 source, 1 state" in {" ".join(line.split()) for line in out.splitlines()}
    assert "both agree for every source.\n" in out
    assert "1 rejects are passed over, of example; `cybergov check` lists them." in out
    assert "1 data set may not be redistributed and stays out of a public build: private." in out
    assert Snapshot((tmp_path / "home" / "current").resolve()).manifest()["passed_over"] == {"example": 1}


def test_check_lists_rules_and_rejects(run, given: Path) -> None:
    run("fetch", "example", "--from", given)
    code, out, _ = run("check")
    assert code == 0
    assert "example: 1 rows out of scope: a line without a code" in out
    assert "example: countries.csv:4: =name: there is no name" in out
    assert "All other rows are usable" in out


def test_the_options_of_a_build_choose_what_is_read(run, given: Path) -> None:
    run("fetch", "example", "private", "--from", given)

    def sources(*options: str) -> set[str]:
        code, out, err = run("check", *options)
        assert code == 0, err
        return {line.split()[0] for line in out.splitlines()[1:4]} & {"states", "example", "private"}

    assert sources() == {"states", "example"}
    assert sources("--only-curated") == {"states"}
    assert "a line without a code" not in run("check", "--all", "example")[1]
    assert "private" in run("check", "--private")[1]
    assert "stays out" not in run("check", "--private")[1]
    code, _, err = run("build", "--strict")
    assert code == 2
    assert "countries.csv:4: =name: there is no name" in err
    code, _, err = run("check", "--all", "absent")
    assert (code, "cybergov fetch absent" in err) == (8, True)


def test_other_files_than_the_pinned_ones_are_taken_with_a_warning(run, given: Path) -> None:
    (given / "countries.csv").write_bytes(COUNTRIES + b"LVA,Latvia\n")
    code, out, err = run("fetch", "example", "--from", given)
    assert code == 0
    assert "are here" in out
    assert err.startswith("cybergov: these are not the files of version 1")
    assert "others" in run("sources")[1]


def test_fetching_all_tells_each_failure_and_keeps_the_rest(run, given: Path) -> None:
    code, out, err = run("fetch", "--all-known", "--from", given)
    assert code == 8
    assert "example: 1 file" in out
    first, last = err.splitlines()
    assert "holds no file of absent; looked for absent.csv" in first
    assert last == "cybergov: 1 of 3 data sets were not fetched; the others are here."


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "Name the data sets to fetch, or give --all-known"),
        (("example", "--all-known"), 2, "Name the data sets to fetch, or give --all-known"),
        (("exampel",), 2, "Nearest: example."),
        (("example",), 8, "example has no address to be fetched from"),
        (("example", "--from", "nowhere"), 8, "There is no file or folder nowhere"),
    ],
)
def test_a_fetch_that_cannot_be_is_told_in_one_sentence(
    arguments: tuple[str, ...], code: int, words: str, run, given: Path
) -> None:
    ended, out, err = run("fetch", *arguments)
    assert (ended, out) == (code, "")
    assert err.startswith("cybergov: ")
    assert err.count("\n") == 1
    assert words in err


def test_wikidata_is_asked_by_whoever_says_who_asks(run, listed, monkeypatch: pytest.MonkeyPatch) -> None:
    def collect(endpoint: Endpoint, folder: Path, known: Known) -> None:
        assert endpoint.contact == "editors@example.org"
        assert known.state("EST")
        folder.mkdir()
        (folder / "states-1-of-1.json").write_bytes(b"{}")

    listed(wikidata.DATASET)
    monkeypatch.setattr(wikidata, "collect", collect)
    code, out, err = run("fetch", "wikidata")
    assert (code, out) == (2, "")
    assert "Set CYBERGOV_CONTACT" in err
    monkeypatch.setenv("CYBERGOV_CONTACT", "editors@example.org")
    assert run("fetch", "wikidata") == (0, "wikidata: 1 file, 2 bytes are here; the next build reads them.\n", "")
    assert "  here " in run("sources")[1]


def test_two_sources_of_one_name_are_refused(here: Path, tmp_path: Path) -> None:
    recipe = with_data_sets(with_data_sets(tables(tmp_path), here), here)
    with pytest.raises(BuildRefused, match=r"would write one graph; the old snapshot stays:\n  example$"):
        gather(recipe, Report())


def test_contributions_are_read_after_data_sets_and_left_out_with_them(
    run, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribution = Loader("own-table", "A table of somebody's", lambda _: ())
    monkeypatch.setattr(cli, "contributions", lambda home: (contribution,))
    run("fetch", "example", "--from", given)
    names = [line.split()[0] for line in run("check")[1].splitlines()]
    assert names.index("example") + 1 == names.index("own-table")
    assert "own-table" not in run("check", "--only-curated")[1]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (CC0, "CC0 1.0"),
        (CC_BY_SA, "CC BY-SA 4.0"),
        (MIT, "MIT"),
        (EUPL, "EUPL-1.2"),
        (BASE["licence/none-stated"], "none stated"),
        (PDDL, "PDDL 1.0"),
        (URIRef("https://spdx.org/licenses/CC-BY-4.0.html"), "CC-BY-4.0"),
        (URIRef("https://example.org/terms"), "terms at example.org"),
    ],
)
def test_licences_are_called_as_people_do(address: URIRef, name: str) -> None:
    assert licence(address) == name


def test_the_readmes_table_has_every_data_set() -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    rows: dict[str, str] = {}
    for names, public in re.findall(r"^\| ((?:`[a-z0-9-]+`(?:, )?)+) \|.*\| (yes|no) \|$", readme, re.MULTILINE):
        rows |= dict.fromkeys(re.findall(r"`([^`]+)`", names), public)
    for dataset in registry.DATASETS:
        assert rows[dataset.name] == ("yes" if dataset.redistributable else "no"), dataset.name


def test_a_damaged_file_is_told_by_sources_and_stops_a_build(run, given: Path, tmp_path: Path) -> None:
    run("fetch", "example", "--from", given)
    (kept,) = (tmp_path / "home" / "sources" / "example").glob("files-*/countries.csv")
    kept.write_bytes(b"LVA,Latvia\n")
    code, _, err = run("build")
    assert (code, "cybergov fetch example" in err) == (8, True)
    kept.unlink()
    assert "damaged" in run("sources")[1]
    assert run("build")[0] == 8
