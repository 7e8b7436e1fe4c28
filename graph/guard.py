"""The guard: reads the text of a query from outside, and refuses what no worker should be given.

It decides on the raw text. Another parser is no judge, for where it reads differently there is a way past: parsers
differ in what ends a comment, whether `<` opens an IRI or compares, and when escapes turn into quotes. So every
reading that the engine could take is followed, and a query passes only if it is harmless in all of them.
"""

import re
import string
from bisect import bisect_left
from collections.abc import Iterator

from graph.errors import CyberGovError

MAX_BYTES = 16 * 1024
MAX_OPENERS = 500


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
    """The query would make this server send requests to another one."""

    status = 403

    def __init__(self, line: int) -> None:
        super().__init__(
            f"This endpoint does not call other endpoints, and line {line} reads like SERVICE; "
            "leave it out, and ask the other endpoint directly."
        )


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


def check(query: str, *, max_bytes: int = MAX_BYTES, max_openers: int = MAX_OPENERS) -> None:
    """Raise QueryRefused unless the query may be given to a worker."""
    size = len(query.encode(errors="surrogatepass"))
    if size > max_bytes:
        raise QueryTooLong(size, max_bytes)
    openers = sum(map(query.count, "([{!"))
    if openers > max_openers:
        raise QueryTooNested(openers, max_openers)
    if update := UPDATE.match(query):
        raise UpdateRefused(update["keyword"])
    for reading in {query, unescaped(query)}:
        refuse_service(reading)


def refuse_service(text: str) -> None:
    """Raise ServiceRefused if the text has a SERVICE clause in any of its readings."""
    if "service" not in text.casefold():
        return
    clauses = [found.start() for found in SERVICE.finditer(text) if not ends_variable(text[: found.start()])]
    for start, end in plain_code(text) if clauses else ():
        first = bisect_left(clauses, start)
        if first < len(clauses) and clauses[first] < end:
            raise ServiceRefused(line=text.count("\n", 0, clauses[first]) + 1)


def ends_variable(text: str) -> bool:
    """Whether what follows this text belongs to the name of a variable, as in `?service`."""
    return text.rstrip(WORD).endswith(("?", "$"))


def plain_code(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of what stands outside comments, strings and IRIs in at least one reading."""
    starts, known = [0], {0}
    while starts:
        start = starts.pop()
        mark = MARK.search(text, start)
        yield start, mark.start() if mark else len(text)
        for end in ways_on(text, mark.start()) if mark else ():
            if end not in known:
                known.add(end)
                starts.append(end)


def ways_on(text: str, mark: int) -> list[int]:
    """Return every place where plain code may go on after the mark at this position."""
    if only := ONLY_WAY.match(text, mark):
        return [only.end()]
    passed = (re.compile(way, re.DOTALL).match(text, mark) for way in WAYS_ON.get(text[mark], ()))
    return [way.end() for way in passed if way]


def unescaped(text: str) -> str:
    """Resolve escapes everywhere, as the standard has it; the local engine does so in strings and IRIs only."""
    return ESCAPE.sub(lambda escape: chr(int(escape[1] or escape[2], 16)), text)
