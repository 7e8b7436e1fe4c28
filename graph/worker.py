"""A worker: a process of its own that opens one snapshot and answers one query at a time, within limits.

pyoxigraph can neither stop a query nor bound its memory, and a failed allocation or a deep query ends the whole
process. So queries run here, where the parent can kill them and nothing else is lost. Run as a script by `graph.pool`,
and anew after every query that had to be killed, it imports little: `typing` takes longer to load than the engine.

Requests and answers are frames: a status byte, a length, and that many bytes.
"""

from __future__ import annotations

import _thread
import ctypes
import marshal
import os
import resource
import select
import sys

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

    Dataset = tuple[tuple[str, ...], tuple[str, ...]] | None
    Request = tuple[str, str, str, Dataset, float, int]

# What a frame is. READY and NO_STORE open a worker's life; PART is a piece of a body; the others end an answer.
READY, NO_STORE, PART, SOLUTIONS, BOOLEAN, GRAPH, BAD_QUERY, TOO_LARGE, NO_MEMORY, FAILED = range(10)
HEADER_SIZE = 5

SOLUTION_FORMATS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
GRAPH_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
}
PREFIXES = {
    "cg": "https://w3id.org/cybergov/ontology/",
    "dcterms": "http://purl.org/dc/terms/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
WITH_PREFIXES = {RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML}

PIECE = 1 << 18
STACK = 64 << 20
CORES = os.cpu_count() or 1
CPU_MARGIN = 10


def frame(status: int, payload: bytes | bytearray = b"") -> bytes:
    """Return one frame: a status byte, a length of four bytes, and the payload."""
    return bytes((status, *len(payload).to_bytes(HEADER_SIZE - 1, "big"))) + payload


class TooLarge(Exception):
    """The body outgrew the limit; raised inside `write`, where it stops the engine."""


class Answering:
    """The file an answer is written to: sends pieces to the parent as they come, up to a number of bytes."""

    def __init__(self, pipe: int, max_bytes: int) -> None:
        self._pipe = pipe
        self._left = max_bytes
        self._piece = bytearray()

    def write(self, data: bytes) -> int:
        """Take bytes from the serialiser."""
        self._left -= len(data)
        if self._left < 0:
            raise TooLarge
        self._piece += data
        if len(self._piece) >= PIECE:
            send(self._pipe, frame(PART, self._piece))
            self._piece.clear()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the serialiser calls this, and `finish` sends what is left."""

    def finish(self, status: int) -> None:
        """Send the rest and say what kind of answer it was."""
        send(self._pipe, frame(status, self._piece))


def send(pipe: int, data: bytes) -> None:
    """Write all of `data`; a pipe may take less at a time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def read(pipe: int, size: int) -> bytes:
    """Read exactly `size` bytes, or end this process if the parent has closed its side."""
    data = bytearray()
    while len(data) < size:
        piece = os.read(pipe, size - len(data))
        if not piece:
            os._exit(0)
        data += piece
    return bytes(data)


def write_result(
    result: QuerySolutions | QueryBoolean | QueryTriples, out: IO[bytes], solutions: str, graph: str
) -> int:
    """Write a result to `out` in the format for its kind, and return the kind."""
    if isinstance(result, QueryTriples):
        form = GRAPH_FORMATS[graph]
        if form in WITH_PREFIXES:
            serialize(result, out, form, prefixes=PREFIXES)
        else:
            result.serialize(out, form)
        return GRAPH
    result.serialize(out, SOLUTION_FORMATS[solutions])
    return BOOLEAN if isinstance(result, QueryBoolean) else SOLUTIONS


def evaluate(store: Store, query: str, dataset: Dataset) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Run a query on the whole store, or on the default graphs and named graphs given and no others."""
    if dataset is None:
        return store.query(query)
    default, named = dataset
    return store.query(
        query,
        default_graph=[graph_name(iri) for iri in default],
        named_graphs=[graph_name(iri) for iri in named],
    )


def graph_name(iri: str) -> NamedNode:
    """Return the name of a graph; one that can't be a name is the asker's mistake, as bad syntax is."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise SyntaxError(f"the graph {iri!r} has no valid IRI ({error})") from None


def live(path: str, memory: int, requests: int, answers: int) -> None:
    """Serve, and end the whole process when that ends: the main thread waits for the parent, not for this one."""
    try:
        serve(path, memory, requests, answers)
    except BrokenPipeError:
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def serve(path: str, memory: int, requests: int, answers: int) -> None:
    """Open the store and answer requests until the parent goes away."""
    try:
        store = Store.read_only(path)
    except Exception as error:
        send(answers, frame(NO_STORE, str(error).encode()))
        os._exit(1)
    lower(resource.RLIMIT_AS, address_space() + memory)
    send(answers, frame(READY))
    while True:
        size = int.from_bytes(read(requests, HEADER_SIZE)[1:], "big")
        answer(store, marshal.loads(read(requests, size)), answers)


def answer(store: Store, request: Request, answers: int) -> None:
    """Send the result of one query, or what went wrong."""
    query, solutions, graph, dataset, deadline, max_bytes = request
    limit_cpu(deadline)
    out = Answering(answers, max_bytes)
    try:
        kind = write_result(evaluate(store, query, dataset), out, solutions, graph)  # type: ignore[arg-type]
        out.finish(kind)
    except Exception as error:
        send(answers, frame(*explained(error)))


def explained(error: Exception) -> tuple[int, bytes]:
    """Return the status and the message that tell the parent what went wrong."""
    if isinstance(error, TooLarge):
        return TOO_LARGE, b""
    if isinstance(error, MemoryError):
        return NO_MEMORY, b""
    status = BAD_QUERY if isinstance(error, SyntaxError | UnicodeEncodeError) else FAILED
    return status, " ".join(str(error).split()).encode(errors="replace")


def limit_cpu(deadline: float) -> None:
    """Allow this query its time on every core: the last resort, should the parent be stopped and not kill us."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + deadline * CORES + CPU_MARGIN))


def address_space() -> int:
    """Return how many bytes this process maps now, with the store open and idle; 0 where that can't be known."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def lower(limit: int, wanted: int) -> None:
    """Set a limit of this process, never above what the system grants; some systems know no such limit."""
    _, hard = resource.getrlimit(limit)
    try:
        resource.setrlimit(limit, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    except (OSError, ValueError):
        return


PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
SOCKET_CALL = {"x86_64": 41, "aarch64": 198}
EACCES = 13
SIGKILL = 9


class Instruction(ctypes.Structure):
    """One instruction of a kernel packet filter (`struct sock_filter`)."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class Program(ctypes.Structure):
    """A list of instructions (`struct sock_fprog`)."""

    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(Instruction)))


LANDLOCK_CREATE, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT = 444, 445, 446  # the same numbers on every machine
LANDLOCK_VERSION, LANDLOCK_PORT = 1, 2
BIND_TCP, CONNECT_TCP = 1, 2
KNOWS_PORTS = 4  # the first version of Landlock that tells one port from another
AF_INET, SOCK_STREAM, SOCK_KIND, IPPROTO_TCP = 2, 1, 0xF, 6
LOAD, EQUAL, AND, RETURN = 0x20, 0x15, 0x54, 0x06
NUMBER, FIRST, SECOND, THIRD = 0, 16, 24, 32  # where the call and the low words of its arguments are, on these machines


class Rules(ctypes.Structure):
    """What Landlock is to watch over (`struct landlock_ruleset_attr`)."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class Port(ctypes.Structure):
    """A port and what may be done with it (`struct landlock_net_port_attr`)."""

    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


def kernel(call: int, *arguments: object) -> int:
    """Make a system call, and raise OSError where it fails."""
    library = ctypes.CDLL(None, use_errno=True)
    passed = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    result = int(library.syscall(ctypes.c_long(call), *passed))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def why_no_door() -> str:
    """Return why a worker can't be held to one port on this machine; empty where it can."""
    if sys.platform != "linux" or os.uname().machine not in SOCKET_CALL:
        return f"there is no way to confine a worker on {sys.platform} and {os.uname().machine}"
    try:
        version = kernel(LANDLOCK_CREATE, None, 0, LANDLOCK_VERSION)
    except OSError as error:
        return f"the kernel has no Landlock ({error.strerror})"
    if version < KNOWS_PORTS:
        return f"the kernel's Landlock has version {version}, and {KNOWS_PORTS} is the first that knows ports"
    return ""


def forbid_network() -> None:
    """Make the kernel refuse every socket: the engine executes SERVICE, and cannot be told not to.

    The guard refuses such queries before they come here; this holds should one ever slip through.
    """
    socket_call = SOCKET_CALL.get(os.uname().machine)
    if socket_call is None:
        return
    filter_calls(
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 1, socket_call),
        (RETURN, 0, 0, 0x00050000 | EACCES),  # it is socket(): fail with EACCES
        (RETURN, 0, 0, 0x7FFF0000),  # go on
    )


def leave_a_door(port: int) -> None:
    """Make the kernel refuse every connection but by TCP to this port, or raise OSError where it can't.

    Landlock looks at TCP alone, so sockets of any other kind are refused. It looks at the port and at no address; the
    port is a passing one that only the gateway knows.
    """
    if reason := why_no_door():
        raise OSError(reason)
    rules = Rules(0, BIND_TCP | CONNECT_TCP)
    ruleset = kernel(LANDLOCK_CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    kernel(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_PORT, ctypes.byref(Port(CONNECT_TCP, port)), 0)
    kernel(LANDLOCK_RESTRICT, ruleset, 0)
    os.close(ruleset)
    filter_calls(
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 9, SOCKET_CALL[os.uname().machine]),  # anything but socket(): go on
        (LOAD, 0, 0, FIRST),
        (EQUAL, 0, 6, AF_INET),
        (LOAD, 0, 0, SECOND),
        (AND, 0, 0, SOCK_KIND),
        (EQUAL, 0, 3, SOCK_STREAM),
        (LOAD, 0, 0, THIRD),
        (EQUAL, 2, 0, 0),
        (EQUAL, 1, 0, IPPROTO_TCP),
        (RETURN, 0, 0, 0x00050000 | EACCES),
        (RETURN, 0, 0, 0x7FFF0000),
    )


def filter_calls(*instructions: tuple[int, int, int, int]) -> None:
    """Put every system call from now on through a filter; raise OSError where the kernel takes none."""
    count = len(instructions)
    program = Program(count, (Instruction * count)(*(Instruction(*one) for one in instructions)))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def confine(parent: int, door: int, niceness: int = 0) -> None:
    """Set what holds for the whole life of this process: no core file, no life without the parent, no network.

    With a `door` there is a way out after all, to that port of this machine. With `niceness` it gives way to others.
    """
    lower(resource.RLIMIT_CORE, 0)
    os.unsetenv("RUST_BACKTRACE")  # a crash that strangers cause is one line in the log
    os.nice(niceness)
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, SIGKILL)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if door:
        leave_a_door(door)
    elif sys.platform == "linux":
        forbid_network()
    if os.getppid() != parent:
        os._exit(0)


def main() -> None:
    """Serve in a thread with a large stack, while the main thread waits for the parent to go away."""
    path, (parent, memory, door, niceness) = sys.argv[1], map(int, sys.argv[2:])
    answers = os.dup(1)
    os.dup2(2, 1)
    confine(parent, door, niceness)
    _thread.stack_size(STACK)
    _thread.start_new_thread(live, (path, memory, 0, answers))
    gone = select.poll()
    gone.register(0, 0)  # no event asked for: wakes only when the other side is closed
    gone.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
