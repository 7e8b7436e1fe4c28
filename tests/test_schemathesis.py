"""The API as its own description has it: made-up requests find no failure, and every answer is one that was described.

Two of Schemathesis's checks do not apply. Parameters that nobody knows are passed over, as the SPARQL protocol wants,
so not every odd request is refused; and not every text is a query or the name of a thing, so not every plain one is
answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import negative_data_rejection, not_a_server_error, positive_data_acceptance
from schemathesis.core.transport import Response
from schemathesis.schemas import BaseSchema
from served import serving

from graph.snapshot import Snapshot

# One of each kind of operation; `make test-all` takes all of them.
KINDS = (
    r"^/(sparql|health|metrics|data\.ttl|\.well-known/void|states\.(json|csv|ttl)|operations\.json|competency\.json"
    r"|suggest|map\.(json|svg)|matrix\.csv|network\.graphml|timeline\.csv"
    r"|doc/\{kind\}/\{name\}\.(ttl|json|csv)|shapes\.nt|release/|release/\{release\}(/sparql)?"
    r"|queries/(forums_of_state|membership_matrix|common_forums)\.(json|csv|rq))$"
)
QUICK = settings(
    max_examples=2, deadline=None, database=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LONG = settings(QUICK, max_examples=6)
AT_ITS_LIMIT = (503, 504)


def holds(case: Case, response: Response) -> None:
    """Say that an answer is one that was described; a limit may be reached, if it is named."""
    excluded = [negative_data_rejection, positive_data_acceptance]
    if response.status_code in AT_ITS_LIMIT:
        assert re.search(r"limit|try again", response.text), response.text
        excluded.append(not_a_server_error)
    case.validate_response(response, excluded_checks=excluded)
    assert b"Traceback" not in response.content


@pytest.fixture(scope="module")
def whole(app: Flask) -> BaseSchema:
    """The description, asked of the application itself."""
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


@pytest.fixture(scope="module")
def some(whole: BaseSchema) -> BaseSchema:
    """One of each kind of operation."""
    return whole.include(path_regex=KINDS)


@pytest.fixture(scope="module")
def served(snapshot: Snapshot, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The description, asked of a real server, one of each kind of operation."""
    log = tmp_path_factory.mktemp("api") / "log"
    with serving(home, log, deadline=1, max_deadline=1) as server:
        before = server.children()
        yield schemathesis.openapi.from_url(f"{server.address}/api/openapi.json").include(path_regex=KINDS)
        assert server.children() == before
        assert "Traceback" not in log.read_text()


def ask_all(api: BaseSchema, bounds: settings) -> None:
    """Ask each operation as it is described, and as it is not."""
    asked = 0
    for operation in (result.ok() for result in api.get_all_operations()):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @bounds
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Case) -> None:
                nonlocal asked
                asked += 1
                holds(case, case.call(headers={"Accept-Encoding": "identity"}))

            try:
                ask()
            except Unsatisfiable:  # nothing can be wrong in what takes nothing
                assert mode == GenerationMode.NEGATIVE
    assert asked > 50


@pytest.mark.slow
def test_each_kind_of_request_gets_an_answer_that_was_described(some: BaseSchema) -> None:
    ask_all(some, QUICK)


@pytest.mark.slow
def test_every_request_gets_an_answer_that_was_described(whole: BaseSchema) -> None:
    ask_all(whole, LONG)


@pytest.mark.slow
def test_a_real_server_answers_as_was_described(served: BaseSchema) -> None:
    ask_all(served, LONG)
