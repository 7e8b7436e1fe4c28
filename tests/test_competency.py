"""The competency questions: each has a query, and the page tells how many rows it has on the snapshot it serves."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny
from flask.testing import FlaskClient

import queries
from graph.build import BuildRefused, build
from graph.snapshot import Snapshot
from queries import Query
from webapp.app import create_app
from webapp.service import Service

WANTED = range(1, 49)


def unanswered(asked: Sequence[tuple[int, str, Query]]) -> list[str]:
    """Return what is wrong with a list of questions: missing or repeated numbers, words that ask nothing."""
    numbers = Counter(number for number, _, _ in asked)
    wrong = [f"{number} has no query" for number in WANTED if number not in numbers]
    wrong += [f"{number} stands {count} times" for number, count in numbers.items() if count > 1]
    wrong += [f"{number} is no competency question" for number in numbers if number not in WANTED]
    return wrong + [f"{number} is no question" for number, words, _ in asked if not words.endswith("?")]


def test_every_competency_question_has_one_query() -> None:
    assert unanswered(queries.competency()) == []


def test_a_question_without_a_query_is_found() -> None:
    asked = queries.competency()
    assert unanswered(asked[1:]) == ["1 has no query"]
    assert unanswered([*asked, asked[0]]) == ["1 stands 2 times"]
    assert unanswered([*asked, (49, "Why", asked[0][2])]) == ["49 is no competency question", "49 is no question"]


def test_the_manifest_counts_the_rows_of_every_question(snapshot: Snapshot) -> None:
    store = ox.Store.read_only(str(snapshot.store))
    answers = snapshot.manifest()["answers"]
    for _, _, query in queries.competency():
        solutions = store.query(query.widest())
        assert isinstance(solutions, ox.QuerySolutions)
        assert answers[query.name] == len(list(solutions)), query.name
    assert any(answers.values())


@pytest.mark.parametrize("question", ["ASK { ?s ?p ?o }", "SELECT ?s WHERE { ?s ?p", "SELECT * { ?s ?p ?o } LIMIT x"])
def test_a_build_is_refused_and_names_the_question_that_fails(question: str, tmp_path: Path) -> None:
    recipe = dataclasses.replace(tiny.write(tmp_path, tiny.ESTONIA), questions={"wrong": question})
    with pytest.raises(BuildRefused, match="no answer") as refusal:
        build(recipe, tmp_path / "home")
    assert refusal.value.problems[0].startswith("wrong: ")


def test_a_build_counts_the_rows_of_its_questions(tmp_path: Path) -> None:
    everything = "SELECT DISTINCT ?s WHERE { ?s a <https://w3id.org/cybergov/ontology/State> }"
    recipe = dataclasses.replace(tiny.write(tmp_path, tiny.ESTONIA, tiny.LATVIA), questions={"states": everything})
    assert build(recipe, tmp_path / "home")[0].manifest()["answers"] == {"states": 2}


def test_without_its_optional_parameters_a_query_asks_about_everything() -> None:
    query = queries.find("denied_attributions")
    assert "VALUES ?replier" in query.text
    assert "VALUES ?replier" not in query.widest()
    assert queries.find("positions_on_issue").widest() == queries.find("positions_on_issue").text


def test_the_page_lists_every_question_with_its_rows(client: FlaskClient, snapshot: Snapshot) -> None:
    answers = snapshot.manifest()["answers"]
    page = client.get("/competency").get_data(as_text=True)
    for number, _, query in queries.competency():
        assert f'id="q{number}"' in page
        assert f'href="/queries/{query.name}"' in page
    none = sum(not answers[query.name] for _, _, query in queries.competency())
    assert page.count("none yet") == none
    assert f"{none} of them the data cannot answer yet" in page


def test_the_list_is_there_for_programs(client: FlaskClient, snapshot: Snapshot) -> None:
    header, *rows = csv.reader(io.StringIO(client.get("/competency.csv").get_data(as_text=True)))
    assert header == ["number", "question", "query", "rows"]
    answers = snapshot.manifest()["answers"]
    assert [(int(row[0]), row[2], int(row[3])) for row in rows] == [
        (number, query.name, answers[query.name]) for number, _, query in queries.competency()
    ]
    assert len(client.get("/competency.json").get_json()) == len(rows)


def test_a_snapshot_older_than_a_question_says_that_its_rows_were_not_counted(service: Service) -> None:
    older = dict(service.manifest)
    older["answers"] = {name: rows for name, rows in service.manifest["answers"].items() if name != "forums_open"}
    with_older = dataclasses.replace(service, manifest=older, settings=dataclasses.replace(service.settings))
    client = create_app(with_older).test_client()
    assert client.get("/competency").get_data(as_text=True).count("not counted") == 1
    first = client.get("/competency.json").get_json()[0]
    assert (first["query"], first["rows"]) == ("forums_open", None)
