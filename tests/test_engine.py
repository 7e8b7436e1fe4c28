"""The local engine: every limit holds, every loss is made good, and one query's trouble is no other's."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    parse,
)

from graph.engine import (
    EngineBusy,
    EngineClosed,
    LocalEngine,
    OutOfMemory,
    QueryFailed,
    QueryKilled,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    StoreMissing,
    WrongForm,
)
from graph.guard import QueryTooNested, check

ROOT = Path(__file__).resolve().parents[1]
SIZE = 3000
ONE = "SELECT ?o WHERE { <http://x/s1> <http://x/name> ?o }"
ALL = "SELECT * WHERE { ?s ?p ?o }"
RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
MEMORY_BOMB = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c LIMIT 1"


def make_store(path: Path, name: str) -> Path:
    """Write a store of `SIZE` named things, with one triple in each of two named graphs."""
    store = Store(str(path))
    thing, label = NamedNode("http://x/s1"), NamedNode("http://x/name")
    store.bulk_extend(
        Quad(NamedNode(f"http://x/s{n}"), label, Literal(f"{name} {n}"), DefaultGraph()) for n in range(SIZE)
    )
    store.extend(Quad(thing, label, Literal(graph), NamedNode(f"http://x/{graph}")) for graph in ("red", "blue"))
    store.flush()
    return path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("snapshot") / "store", "old")


@pytest.fixture(scope="module")
def newer_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("snapshot") / "store", "new")


def local(store: Path, **changes: float) -> LocalEngine:
    settings = {"workers": 2, "deadline": 20, "max_bytes": 10_000_000, "memory": 1 << 30, "queue_limit": 20} | changes
    return LocalEngine(store, **settings)  # type: ignore[arg-type]


@pytest.fixture
def engine(store: Path) -> Iterator[LocalEngine]:
    with local(store) as engine:
        yield engine


@pytest.fixture
def lone(store: Path) -> Iterator[LocalEngine]:
    """An engine with a single worker, so that the order of things is known."""
    with local(store, workers=1) as engine:
        yield engine


def names(results: bytes) -> set[str]:
    return {row["o"]["value"] for row in json.loads(results)["results"]["bindings"]}


def gone(pid: int) -> bool:
    """Whether a process has ended; one that only waits to be reaped has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def soon(condition: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


@contextmanager
def running(*calls: Callable[[], object]) -> Iterator[list[object]]:
    """Run calls in threads, begun in this order, and collect what each returned or raised, as they end."""
    outcomes: list[object] = []

    def run(call: Callable[[], object]) -> None:
        try:
            outcomes.append(call())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    yield outcomes
    for thread in threads:
        thread.join()


# Answers


def test_select_ask_and_construct_return_what_they_promise(engine: LocalEngine) -> None:
    assert names(engine.select(ONE)) == {"old 1"}
    assert engine.ask("ASK { <http://x/s1> ?p ?o }") is True
    assert engine.ask("ASK { <http://x/nobody> ?p ?o }") is False
    assert engine.construct("DESCRIBE <http://x/s1>") == b'<http://x/s1> <http://x/name> "old 1" .\n'


def test_a_query_of_another_form_is_refused(engine: LocalEngine) -> None:
    with pytest.raises(WrongForm, match="needs a SELECT query, but got an ASK"):
        engine.select("ASK {}")
    with pytest.raises(WrongForm, match="needs an ASK query, but got a SELECT"):
        engine.ask(ALL)
    with pytest.raises(WrongForm, match="CONSTRUCT or DESCRIBE"):
        engine.construct(ALL)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values; charset=utf-8", "text/tab-separated-values; charset=utf-8"),
    ],
)
def test_solutions_and_truth_come_in_every_format(engine: LocalEngine, asked: str, named: str) -> None:
    answer = engine.answer(ONE, solutions=asked)
    assert (answer.kind, answer.media_type) == ("solutions", named)
    assert b"old 1" in answer.body
    truth = engine.answer("ASK {}", solutions=asked)
    assert (truth.kind, truth.media_type) == ("boolean", named)
    assert b"true" in truth.body


def test_csv_is_as_the_standard_has_it(engine: LocalEngine) -> None:
    assert engine.answer(ONE, solutions="text/csv").body == b"o\r\nold 1\r\n"


@pytest.mark.parametrize(
    "media_type",
    [
        "text/turtle",
        "application/n-triples",
        "application/n-quads",
        "application/ld+json",
        "application/rdf+xml",
        "application/trig",
    ],
)
def test_triples_come_in_every_format(engine: LocalEngine, media_type: str) -> None:
    query = "CONSTRUCT { ?s a <https://w3id.org/cybergov/ontology/Forum> } WHERE { ?s ?p 'old 1' }"
    answer = engine.answer(query, graph=media_type)
    assert answer.kind == "graph"
    assert answer.media_type.startswith(media_type)
    [triple] = parse(answer.body, format=RdfFormat.from_media_type(media_type))
    assert triple.subject == NamedNode("http://x/s1")
    if media_type in ("text/turtle", "application/trig"):
        assert b" a cg:Forum" in answer.body


def test_an_unknown_format_is_a_mistake_of_the_caller(engine: LocalEngine) -> None:
    with pytest.raises(ValueError, match="text/html"):
        engine.answer(ONE, solutions="text/html")


def test_a_large_result_arrives_whole(engine: LocalEngine) -> None:
    query = "SELECT ?a ?b WHERE { ?s ?p ?a . ?t ?q ?b } LIMIT 60000"
    assert len(json.loads(engine.select(query))["results"]["bindings"]) == 60_000


def test_graphs_named_replace_the_dataset(engine: LocalEngine) -> None:
    both = "SELECT ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    red, blue = "http://x/red", "http://x/blue"

    def found(query: str, **graphs: list[str]) -> set[str]:
        return names(engine.answer(query, **graphs).body)  # type: ignore[arg-type]

    assert len(found(both)) == SIZE + 2
    assert found(both, default_graphs=[red]) == {"red"}
    assert found(both, default_graphs=[red, blue]) == {"red", "blue"}
    assert found(both, named_graphs=[blue]) == {"blue"}
    assert found(both, named_graphs=[]) == set()
    assert found(f"SELECT ?o FROM <{blue}> {{ ?s ?p ?o }}") == {"blue"}
    assert found(f"SELECT ?o FROM <{blue}> {{ ?s ?p ?o }}", default_graphs=[red]) == {"red"}
    with pytest.raises(QuerySyntaxError, match="'red'"):
        found(both, default_graphs=["red"])


# Bad queries


def test_bad_syntax_keeps_the_place(engine: LocalEngine) -> None:
    with pytest.raises(QuerySyntaxError, match="error at 2:16") as refusal:
        engine.select("SELECT *\nWHERE { ?s ?p }")
    assert (refusal.value.status, refusal.value.line, refusal.value.column) == (400, 2, 16)


def test_text_that_is_no_text_is_bad_syntax(engine: LocalEngine) -> None:
    with pytest.raises(QuerySyntaxError):
        engine.select("SELECT * { ?s ?p '\ud800' }")


def test_an_update_changes_nothing(engine: LocalEngine) -> None:
    with pytest.raises(QuerySyntaxError):
        engine.select("DELETE WHERE { ?s ?p ?o }")
    assert names(engine.select(ONE)) == {"old 1"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process give up the network")
def test_workers_open_no_connection_even_past_the_guard(engine: LocalEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(QueryFailed, match="Permission denied"):
            engine.select(f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            listener.accept()


# Limits


def test_a_runaway_ends_at_its_deadline_and_is_gone(lone: LocalEngine) -> None:
    lone.select(ONE)
    [pid] = lone.pids()
    began = time.monotonic()
    with pytest.raises(QueryTimeout, match=r"limit of 0\.4 seconds") as refusal:
        lone.select(RUNAWAY, deadline=0.4)
    assert soon(lambda: gone(pid))
    assert 0.4 <= time.monotonic() - began < 0.9
    assert refusal.value.status == 504
    assert names(lone.select(ONE)) == {"old 1"}


def test_a_memory_bomb_ends_alone(store: Path) -> None:
    with local(store, memory=200 << 20) as engine:
        with pytest.raises(OutOfMemory, match="limit of 200 MB") as refusal:
            engine.select(MEMORY_BOMB)
        assert refusal.value.status == 503
        assert names(engine.select(ONE)) == {"old 1"}


def test_a_result_over_the_limit_is_no_result(engine: LocalEngine) -> None:
    for query, form in ((ALL, "select"), ("CONSTRUCT WHERE { ?s ?p ?o }", "construct")):
        with pytest.raises(ResultTooLarge, match="limit of 5,000 bytes") as refusal:
            getattr(engine, form)(query, max_bytes=5000)
        assert refusal.value.status == 413
    assert len(engine.select(ALL)) > 5000


def test_a_result_of_just_the_limit_is_given(engine: LocalEngine) -> None:
    size = len(engine.select(ONE))
    assert len(engine.select(ONE, max_bytes=size)) == size
    with pytest.raises(ResultTooLarge):
        engine.select(ONE, max_bytes=size - 1)


def test_a_full_queue_turns_the_next_away_at_once(store: Path) -> None:
    with local(store, workers=1, queue_limit=1) as engine:
        engine.select(ONE)
        with running(lambda: engine.select(RUNAWAY), lambda: engine.select(ONE)) as outcomes:
            began = time.monotonic()
            with pytest.raises(EngineBusy, match="its limit of 1;") as refusal:
                engine.select(ONE)
            assert time.monotonic() - began < 0.5
            assert (refusal.value.status, refusal.value.retry_after) == (503, 1)
            os.kill(engine.pids()[0], signal.SIGKILL)
        assert [type(outcome) for outcome in outcomes] == [QueryKilled, bytes]


def test_waiting_ends_too(lone: LocalEngine) -> None:
    lone.select(ONE)
    with running(lambda: lone.select(RUNAWAY)):
        for _ in range(30):  # more than the queue holds: whoever gave up waiting takes no place in it
            with pytest.raises(EngineBusy, match=r"within 0\.02 seconds"):
                lone.select(ONE, deadline=0.02)
        os.kill(lone.pids()[0], signal.SIGKILL)
    assert names(lone.select(ONE)) == {"old 1"}


def test_those_who_wait_are_served_in_order(lone: LocalEngine) -> None:
    lone.select(ONE)
    numbered = [partial(lone.select, f"SELECT ({n} AS ?o) {{}}") for n in range(8)]
    with running(lambda: lone.select(RUNAWAY), *numbered) as outcomes:
        os.kill(lone.pids()[0], signal.SIGKILL)
    assert isinstance(outcomes[0], QueryKilled)
    assert [names(body) for body in outcomes[1:]] == [{str(n)} for n in range(8)]  # type: ignore[arg-type]


def test_small_queries_are_answered_while_runaways_are_killed(store: Path) -> None:
    with local(store, workers=3) as engine:
        stop = threading.Event()

        def run_away() -> None:
            while not stop.is_set():
                with pytest.raises(QueryTimeout):
                    engine.select(RUNAWAY, deadline=0.15)

        with running(run_away, run_away) as outcomes:
            waits = []
            for _ in range(60):
                began = time.monotonic()
                assert names(engine.select(ONE)) == {"old 1"}
                waits.append(time.monotonic() - began)
                time.sleep(0.01)
            stop.set()
        assert outcomes == [None, None]
        assert sorted(waits)[-5] < 0.5


def test_the_processor_limit_is_the_last_resort(tmp_path: Path) -> None:
    code = "from graph import worker; worker.CPU_MARGIN = 1; worker.limit_cpu(0)\nwhile True: pass"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=30, check=False)
    assert ended.returncode == -signal.SIGXCPU


def test_nesting_is_refused_by_the_guard_and_survived_without_it(engine: LocalEngine) -> None:
    nested = "SELECT * " + "{" * 5_000 + "}" * 5_000
    with pytest.raises(QueryTooNested):
        check(nested)
    assert engine.answer(nested).kind == "solutions"
    with pytest.raises(QueryKilled, match="nested too deeply") as refusal:
        engine.select("SELECT * " + "{" * 300_000 + "}" * 300_000)
    assert refusal.value.status == 503
    assert names(engine.select(ONE)) == {"old 1"}


def test_long_chains_within_the_guard_are_survived(engine: LocalEngine) -> None:
    for sign in "+-*":
        chain = "ASK { FILTER(1" + f"{sign}1" * 8_000 + ") }"
        check(chain)
        with suppress(QueryTimeout):
            assert engine.answer(chain, deadline=0.5).kind == "boolean"


# Losses


def test_a_worker_killed_while_idle_is_not_noticed(lone: LocalEngine) -> None:
    lone.select(ONE)
    for _ in range(3):
        os.kill(lone.pids()[0], signal.SIGKILL)
        time.sleep(0.05)
        assert names(lone.select(ONE)) == {"old 1"}


def test_a_worker_killed_at_work_costs_one_query(lone: LocalEngine) -> None:
    lone.select(ONE)
    with running(lambda: lone.select(RUNAWAY)) as outcomes:
        os.kill(lone.pids()[0], signal.SIGKILL)
    assert type(outcomes[0]) is QueryKilled
    assert names(lone.select(ONE)) == {"old 1"}


def test_many_losses_leak_nothing(lone: LocalEngine) -> None:
    lone.select(ONE)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(5):
        with pytest.raises(QueryTimeout):
            lone.select(RUNAWAY, deadline=0.05)
    lone.select(ONE)
    assert soon(lambda: len(lone.pids()) == 1)
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after <= before


def test_workers_outlive_the_thread_that_first_asked(lone: LocalEngine) -> None:
    with running(lambda: lone.select(ONE)):
        pass
    pids = lone.pids()
    time.sleep(0.1)
    lone.select(ONE)
    assert lone.pids() == pids


def test_workers_start_when_first_needed(engine: LocalEngine) -> None:
    assert engine.pids() == []
    engine.select(ONE)
    assert len(engine.pids()) == 1


def test_close_leaves_no_process_and_no_one_waiting(store: Path) -> None:
    engine = local(store, workers=1)
    with running(lambda: engine.select(RUNAWAY), lambda: engine.select(ONE)) as outcomes:
        soon(lambda: bool(engine.pids()))
        pids = engine.pids()
        engine.close()
        assert all(map(gone, pids))
    assert [type(outcome) for outcome in outcomes] == [EngineClosed, EngineClosed]
    with pytest.raises(EngineClosed):
        engine.select(ONE)
    engine.close()


OWNER = f"""
import sys, threading, time
from pathlib import Path
from graph.engine import LocalEngine
engine = LocalEngine(Path(sys.argv[1]), workers=2, deadline=60, max_bytes=1000, memory=1 << 30, queue_limit=5)
for query in ({ONE!r}, {RUNAWAY!r}):
    threading.Thread(target=engine.select, args=(query,)).start()
time.sleep(0.5)
print(*engine.pids(), flush=True)
time.sleep(60)
"""


def test_workers_go_when_their_parent_is_killed(store: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) == 2
        assert not any(map(gone, pids))
        owner.kill()
    assert soon(lambda: all(map(gone, pids)))


FORKER = f"""
import os, sys, warnings
from pathlib import Path
from graph.engine import LocalEngine
warnings.simplefilter("ignore")
engine = LocalEngine(Path(sys.argv[1]), workers=1, deadline=20, max_bytes=1000, memory=1 << 30, queue_limit=5)
engine.select({ONE!r})
mine = engine.pids()
if os.fork() == 0:
    assert engine.pids() == []
    assert b"old 1" in engine.select({ONE!r})
    assert engine.pids() not in ([], mine)
    engine.close()
    os._exit(7)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 7
assert b"old 1" in engine.select({ONE!r}) and engine.pids() == mine
engine.close()
"""


def test_a_fork_has_workers_of_its_own(store: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FORKER, str(store)], cwd=ROOT, timeout=30, check=False, capture_output=True, text=True
    )
    assert (ended.returncode, ended.stderr) == (0, "")


# Snapshots


def test_moving_to_another_snapshot_loses_no_query(store: Path, newer_store: Path) -> None:
    with local(store, workers=3) as engine, ThreadPoolExecutor(4) as threads:
        moved = threading.Event()

        def ask() -> tuple[bool, set[str]]:
            after = moved.is_set()
            return after, names(engine.select(ONE))

        slow = threads.submit(engine.select, RUNAWAY, deadline=1)
        asked = [threads.submit(ask) for _ in range(400)]
        time.sleep(0.1)
        engine.reopen(newer_store)
        moved.set()
        asked += [threads.submit(ask) for _ in range(200)]
        answers = [one.result() for one in asked]
        assert {found for after, found in map(frozen, answers) if after} == {frozenset({"new 1"})}
        assert {found for _, found in map(frozen, answers)} == {frozenset({"old 1"}), frozenset({"new 1"})}
        assert isinstance(slow.exception(), QueryTimeout)
        assert len(engine.pids()) <= 4


def frozen(answer: tuple[bool, set[str]]) -> tuple[bool, frozenset[str]]:
    return answer[0], frozenset(answer[1])


def test_a_link_is_followed_when_it_is_opened(store: Path, newer_store: Path, tmp_path: Path) -> None:
    current = tmp_path / "current"
    current.symlink_to(store)
    with local(current, workers=1) as engine:
        current.unlink()
        current.symlink_to(newer_store)
        assert names(engine.select(ONE)) == {"old 1"}
        engine.reopen(current)
        assert names(engine.select(ONE)) == {"new 1"}


def test_a_store_that_is_not_there_is_refused_and_the_old_one_stays(engine: LocalEngine, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="nowhere"):
        local(tmp_path / "nowhere")
    with pytest.raises(StoreMissing, match="nowhere"):
        engine.reopen(tmp_path / "nowhere")
    assert names(engine.select(ONE)) == {"old 1"}


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("nothing\n")
    with local(tmp_path) as engine, pytest.raises(StoreMissing, match="can't be opened") as refusal:
        engine.select(ONE)
    assert refusal.value.status == 503


def test_the_workers_of_strangers_give_way_to_those_of_the_pages(store: Path) -> None:
    with local(store, niceness=7) as engine:
        engine.ask("ASK {}")
        (worker,) = engine.pids()
        assert os.getpriority(os.PRIO_PROCESS, worker) == os.getpriority(os.PRIO_PROCESS, 0) + 7


def test_time_in_line_for_a_worker_counts_towards_the_deadline(lone: LocalEngine) -> None:
    def run_away() -> None:
        with pytest.raises(QueryTimeout):
            lone.select(RUNAWAY, deadline=1)

    lone.ask("ASK {}")
    with running(run_away) as outcomes:
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(
            QueryTimeout, match=r"limit of 2 seconds, (0\.[89]|1\.\d) of them in line for a worker, and was"
        ):
            lone.select(RUNAWAY, deadline=2)
        assert 1.9 < time.monotonic() - began < 2.9
    assert outcomes == [None]
