"""The guard: reads the text of a query from outside, and refuses what no worker should be given.

It decides on the raw text. Another parser is no judge, for where it reads differently there is a way past: parsers
differ in what ends a comment, whether `<` opens an IRI or compares, and when escapes turn into quotes. So every
reading that the engine could take is followed, and a query passes only if it is harmless in all of them.

Where other endpoints may be called, the same holds: no reading may have a SERVICE clause that is not one of those, and
such a clause must be one in every reading, for its address is then exchanged for that of `graph.gateway`.
"""

import re
import string
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from graph.errors import CyberGovError

MAX_BYTES = 16 * 1024
MAX_OPENERS = 500
MAX_CALLS = 10


class QueryRefused(CyberGovError):
    """Base of what the guard raises."""

    status = 400
    exit_code = 7


class QueryTooLong(QueryRefused):
    """The text is longer than the limit."""

    status = 413

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(
            f"The query has {size:,} bytes and the limit is {limit:,}; shorten it, or split it into several."
        )


class QueryTooNested(QueryRefused):
    """The text has so many brackets that it could exhaust the stack of the engine."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            f"The query has {count:,} of the characters ( [ {{ ! and the limit is {limit:,}; "
            "write long lists of values with one variable, or split the query into several."
        )


class ServiceRefused(QueryRefused):
    """The query would make this server send requests to one that it does not call."""

    status = 403

    def __init__(self, line: int, services: Collection[str] = (), why_none: str = "") -> None:
        if services:
            text = (
                f"Line {line} reads like SERVICE, and this endpoint calls only {listed(services)}; "
                "write SERVICE, a space and one of these exactly so, with no comment between, or leave it out."
            )
        else:
            reason = f" ({why_none})" if why_none else ""
            text = (
                f"This endpoint does not call other endpoints{reason}, and line {line} reads like SERVICE; "
                "leave it out, and ask the other endpoint directly."
            )
        super().__init__(text)


class ServiceUnclear(QueryRefused):
    """What reads like SERVICE might be part of a comment or of a text, and so can't be exchanged."""

    def __init__(self, line: int) -> None:
        super().__init__(
            f"Line {line} reads like SERVICE in one way and like part of a comment or a text in another; "
            "begin a new line before SERVICE, or leave it out."
        )


class TooManyCalls(QueryRefused):
    """The query has more SERVICE clauses than one query may have."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            f"The query has {count:,} SERVICE clauses and the limit is {limit:,}; split it into several queries."
        )


@dataclass(frozen=True)
class Call:
    """A SERVICE clause that may be followed, and where the name of its endpoint stands, brackets included."""

    endpoint: str
    silent: bool
    start: int
    end: int


class UpdateRefused(QueryRefused):
    """The text is a SPARQL update."""

    def __init__(self, keyword: str) -> None:
        super().__init__(
            f"This endpoint is read-only and {keyword.upper()} is an update; use SELECT, ASK, CONSTRUCT or DESCRIBE."
        )


# White space and comments. Here and below, `*+` takes all it can and gives nothing back, so that no text takes long.
GAP = r"(?:\s++|\#[^\r\n]*+)*+"

UPDATE = re.compile(
    rf"""{GAP} (?: (?:BASE | PREFIX {GAP} [^\s:<]*:) {GAP} <[^>]*> {GAP} )*+
    (?P<keyword> INSERT | DELETE | LOAD | CLEAR | DROP | CREATE | ADD | MOVE | COPY | WITH ) \b""",
    re.VERBOSE | re.IGNORECASE,
)

# SERVICE, the name of an endpoint and an opening brace; the engine needs no space between them. A name may be of
# anything but space and punctuation, which is more than SPARQL allows. Looking ahead also finds one inside another.
VARIABLE = r"[?$][^\s!-/:-@\[-^`{-~]++"
PREFIXED = r"[^\s!-,/:-@\[-^`{-~]*+:(?:[^\s!-$&-,/;-@\[-^`{-~]++|\\.)*+"
SERVICE = re.compile(
    rf"(?=SERVICE{GAP}(?:SILENT{GAP})?(?:<[^>]*>|{VARIABLE}|{PREFIXED}){GAP}\{{)",
    re.IGNORECASE,
)
WORD = string.ascii_letters + string.digits + "_"

# The one way to write a SERVICE clause that may be followed. Nothing in it can be read as a mark but the `<`.
PLAIN_SERVICE = re.compile(
    r"(?<![^\s{}])SERVICE\s+(?P<silent>SILENT\s+)?(?P<name><(?P<endpoint>[!-~]+?)>)\s*\{", re.ASCII | re.IGNORECASE
)
PROLOGUE = re.compile(
    rf"""{GAP} (?: (?:BASE | PREFIX {GAP} [^\s:\#<>'"\\(){{}}\[\]]*:) {GAP} <[^\s<>"{{}}|^`\\]*> {GAP} )*+""",
    re.VERBOSE | re.IGNORECASE,
)

# Where a reading leaves plain code, and how it goes on. There is one way only past a comment and past a long string
# whose escapes are sure to be valid. Where an escape is none, or an IRI is none, the engine tries the other ways.
MARK = re.compile(r"""[#<'"\\]""")
ONLY_WAY = re.compile(
    r"""\#[^\r\n]*+ | \'{3} (?: [^'\\]++ | \\[tbnrf"'\\] | '(?!'') )*+ \'{3}"""
    r"""| "{3} (?: [^"\\]++ | \\[tbnrf"'\\] | "(?!"") )*+ "{3}""",
    re.VERBOSE,
)
WAYS_ON = {
    "<": (r"""<[^\x00-\x20<>"{}|^`]*+>""", "<"),
    "'": (r"'(?:[^'\\\r\n]++|\\.)*+'", r"'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}"),
    '"': (r'"(?:[^"\\\r\n]++|\\.)*+"', r'"{3}(?:[^"\\]++|\\.|"(?!""))*+"{3}'),
    "\\": (r"\\.",),
}

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U(00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4})")


def check(
    query: str,
    *,
    services: Collection[str] = (),
    why_none: str = "",
    max_bytes: int = MAX_BYTES,
    max_openers: int = MAX_OPENERS,
) -> list[Call]:
    """Return the calls of `services` in a query; raise QueryRefused unless it may be given to a worker.

    A query with calls may only be given to one that can't connect anywhere, or after `redirected`.
    """
    size = len(query.encode(errors="surrogatepass"))
    if size > max_bytes:
        raise QueryTooLong(size, max_bytes)
    openers = sum(map(query.count, "([{!"))
    if openers > max_openers:
        raise QueryTooNested(openers, max_openers)
    if update := UPDATE.match(query):
        raise UpdateRefused(update["keyword"])
    for reading in {unescaped(query)} - {query}:
        calls_in(reading, services, why_none)
    return calls_in(query, services, why_none)


def redirected(query: str, calls: Collection[Call], address: Callable[[str, bool], str]) -> str:
    """Return the query with another address for each endpoint it calls, and nothing else changed."""
    for call in sorted(calls, key=lambda call: call.start, reverse=True):
        query = f"{query[: call.start]}<{address(call.endpoint, call.silent)}>{query[call.end :]}"
    return query


def calls_in(text: str, services: Collection[str], why_none: str) -> list[Call]:
    """Return the SERVICE clauses of a text, or raise QueryRefused if one may not be followed in any of its readings."""
    if "service" not in text.casefold():
        return []
    clauses = [found.start() for found in SERVICE.finditer(text) if not ends_variable(text[: found.start()])]
    plain = {found.start(): found for found in PLAIN_SERVICE.finditer(text) if found["endpoint"] in services}
    if len(plain) > MAX_CALLS:
        raise TooManyCalls(len(plain), MAX_CALLS)
    met = set()
    for start, mark, _ in readings(text) if clauses else ():
        for clause in clauses[bisect_left(clauses, start) : bisect_left(clauses, mark)]:
            if clause not in plain:
                raise ServiceRefused(text.count("\n", 0, clause) + 1, services, why_none)
            met.add(clause)
    calls = [plain[clause] for clause in sorted(met)]
    for _, mark, ends in readings(text, prologue(text)) if calls else ():
        for call in calls:
            if hides(call, mark, ends):
                raise ServiceUnclear(text.count("\n", 0, call.start()) + 1)
    return [Call(call["endpoint"], bool(call["silent"]), *call.span("name")) for call in calls]


def hides(call: re.Match[str], mark: int, ends: list[int]) -> bool:
    """Whether any of a clause is inside the comment, string or IRI that begins at this mark; its own IRI is no harm."""
    return mark < call.end() and mark != call.start("name") and any(end > call.start() for end in ends)


def prologue(text: str) -> int:
    """Return where the declarations at the start end, which can be read in one way only."""
    found = PROLOGUE.match(text)
    return found.end() if found else 0


def listed(services: Collection[str]) -> str:
    """Return addresses as they stand in a query."""
    return ", ".join(f"<{service}>" for service in services)


def ends_variable(text: str) -> bool:
    """Whether what follows this text belongs to the name of a variable, as in `?service`."""
    return text.rstrip(WORD).endswith(("?", "$"))


def readings(text: str, start: int = 0) -> Iterator[tuple[int, int, list[int]]]:
    """Yield what stands outside comments, strings and IRIs in at least one reading from `start` on.

    Each piece comes as its start, its end, and every place where such text may go on after the mark that ends it.
    """
    starts, known = [start], {start}
    while starts:
        start = starts.pop()
        mark = MARK.search(text, start)
        ends = ways_on(text, mark.start()) if mark else []
        yield start, mark.start() if mark else len(text), ends
        starts += set(ends) - known
        known.update(ends)


def ways_on(text: str, mark: int) -> list[int]:
    """Return every place where plain code may go on after the mark at this position."""
    if only := ONLY_WAY.match(text, mark):
        return [only.end()]
    passed = (re.compile(way, re.DOTALL).match(text, mark) for way in WAYS_ON.get(text[mark], ()))
    return [way.end() for way in passed if way]


def unescaped(text: str) -> str:
    """Resolve escapes everywhere, as the standard has it; the local engine does so in strings and IRIs only."""
    return ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), text)
