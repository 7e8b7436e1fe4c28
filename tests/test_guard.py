"""The guard: what it refuses, what it must let pass, and that no spelling of SERVICE gets by."""

import contextlib
import http.server
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, Store

from graph.guard import (
    Call,
    QueryRefused,
    QueryTooLong,
    QueryTooNested,
    ServiceRefused,
    ServiceUnclear,
    TooManyCalls,
    UpdateRefused,
    check,
    redirected,
)

ENDPOINT = "http://127.0.0.1:1/"  # a port the engine itself never calls
PROLOGUE = f"PREFIX : <{ENDPOINT}> PREFIX ex: <{ENDPOINT}> PREFIX service: <{ENDPOINT}> PREFIX odd: <http://h:80>\n"


def accepted(query: str) -> bool:
    """Whether the engine can read a query; evaluating it may fail for all we care."""
    try:
        Store().query(query)
    except (SyntaxError, UnicodeEncodeError):
        return False
    except OSError:
        return True
    except RuntimeError as error:  # an identifier with brackets after it calls a function, and asks no endpoint
        if "custom function" not in str(error):
            raise
    return True


def calls_service(query: str) -> bool:
    """Whether the engine reads SERVICE as a keyword: then, and only then, the query breaks when it is misspelt."""
    misspelt = query
    for letters in {query[i : i + 7] for i in range(len(query)) if query[i : i + 7].lower() == "service"}:
        misspelt = misspelt.replace(letters, "z" + letters[1:])
    return accepted(query) and not accepted(misspelt)


def passes(query: str) -> bool:
    try:
        check(query)
    except ServiceRefused:
        return False
    return True


ATTACKS = {
    "plain": "SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }",
    "lower case": "service silent<http://127.0.0.1:1/>{ ?a ?b ?c }",
    "less-than that looks like an IRI": "?a ?x ?b FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:1/>{ ?a ?b ?c }",
    "carriage return ends the comment": "# harmless \rSERVICE <http://127.0.0.1:1/> { ?a ?b ?c }",
    "escaped quotes around it": r"""FILTER("\u0022" != 1) SERVICE ex: { ?a ?b ?c } FILTER("\u0022" != 1)""",
    "quote in an IRI": "?a <http://h/'> ?b . SERVICE ex: { ?a ?b ?c } ?a <http://h/'> ?b",
    "hash in an IRI": "?a <http://h/#x> ?b SERVICE ex: { ?a ?b ?c }",
    "comments in every gap": "SERVICE#'\n#\"\n SILENT # <x\n ex:e # {\r { ?a ?b ?c }",
    "glued to its name": "SERVICEex:e{ ?a ?b ?c }",
    "glued to silent and its name": "SERVICESILENTex:e{ ?a ?b ?c }",
    "a name that starts with it": "service:e { ?a ?b ?c }",
    "glued to a number": "?a ?b 1SERVICE ex: { ?a ?b ?c }",
    "glued to a boolean": "?a ?b trueSERVICE ex: { ?a ?b ?c }",
    "a name that can't be an IRI and so ends early": "?a ?b odd:SERVICE ex: { ?a ?b ?c }",
    "after an escaped quote in a name": r"?a ex:\' ?b . SERVICE ex: { ?a ?b ?c } ?a ex:\' ?b",
    "after an escaped hash in a name": r"?a ex:\# ?b . SERVICE ex: { ?a ?b ?c }",
    "after four quotes": "?a ?b ''''x''' . SERVICE ex: { ?a ?b ?c } ?a ?b ''",
    "in what is no long string after all": r"VALUES ?x {'''a' } SERVICE ex: { ?a ?b ?c } #\uD800'''",
    "after a string with a backslash": r"""?a ?b "\\" . SERVICE ex: { ?a ?b ?c } ?a ?b "\\" """,
    "in a subquery": "{ SELECT * { OPTIONAL { SERVICE ex: { ?a ?b ?c } } } }",
    "in EXISTS": "FILTER EXISTS { SERVICE ex: { ?a ?b ?c } }",
    "with a variable": "VALUES ?e { ex: } SERVICE ?e { ?a ?b ?c }",
    "behind one that is only a comment": "# SERVICE #\nSERVICE ex: { ?a ?b ?c }",
    "behind one that is only a string": "?a ?b 'SERVICE #' . SERVICE ex: { ?a ?b ?c }",
}
HARMLESS = {
    "comment": "# SERVICE <http://h/> { ?a ?b ?c }\n?a ?b ?c",
    "string": "?a ?b 'SERVICE <http://h/> { }' , \"service ?x {\"",
    "long string": "?a ?b '''it's\n SERVICE <http://h/> { }'''",
    "IRI": "?a <http://h/service> ?b . <http://h/service#service> ?b ?c",
    "variable": "?service ?b ?c . OPTIONAL { ?my_service ?service ?c }",
    "two variables before a group": "{ SELECT ?service ?x { ?service ?b ?x } }",
    "prefixed name": "?a ex:service ?b ; service:a ?c . ?c a ex:Service . { ?a ?b ?c }",
    "language tag and literal": "?a ?b 'service'@en . FILTER(CONTAINS(?c, 'service'))",
    "comparison": "?a ?b ?c FILTER(?a < ?b && ?b > ?a) # SERVICE ex: {\n",
}


def query_of(pattern: str) -> str:
    return f"{PROLOGUE}SELECT * WHERE {{\n{pattern}\n}}"


@pytest.mark.parametrize("pattern", ATTACKS.values(), ids=ATTACKS.keys())
def test_service_is_refused_however_it_is_written(pattern: str) -> None:
    assert calls_service(query_of(pattern)), "the engine reads no SERVICE here, so this tests nothing"
    with pytest.raises(ServiceRefused, match="SERVICE") as refusal:
        check(query_of(pattern))
    assert refusal.value.status == 403


@pytest.mark.parametrize("pattern", HARMLESS.values(), ids=HARMLESS.keys())
def test_the_word_service_is_no_offence(pattern: str) -> None:
    assert accepted(query_of(pattern))
    check(query_of(pattern))


def test_service_spelt_with_escapes_is_refused_for_engines_that_resolve_them_first() -> None:
    with pytest.raises(ServiceRefused):
        check(query_of(r"\u0053ERVICE <http://h/> \U0000007b ?a ?b ?c }"))


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(ServiceRefused, match="line 2 "):
        check("SELECT * {\n SERVICE <http://h/> { ?a ?b ?c } }")


letters = st.tuples(*(st.sampled_from([c, c.upper()]) for c in "service")).map("".join)
noise = st.sampled_from(["'", '"', "'''", '"""', "<", ">", "#", "\\", "SERVICE ex: {", "{", "}", "x", " ", r"\u0022"])
noises = st.lists(noise, max_size=5).map("".join)
gap = st.one_of(
    st.sampled_from(["", " ", "\n", "\r", "\t"]),
    st.builds("#{}{}".format, noises, st.sampled_from(["\n", "\r", "\r\n"])),
)
name = st.sampled_from(
    ["<http://127.0.0.1:1/>", "<http://127.0.0.1:1/'>", "ex:", "ex:service", r"ex:\'", ":", "service:a", "odd:x", "?e"]
)
text = st.one_of(
    noises.map(lambda raw: "'" + raw.replace("'", "").replace("\\", "") + "'"),
    noises.map(lambda raw: '"' + raw.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    noises.map(lambda raw: "'''" + raw.replace("\\", "").rstrip("'").replace("'''", "''") + "'''"),
    noises.map(lambda raw: '"""' + raw.replace("\\", "").rstrip('"').replace('"""', "") + '"""'),
    st.sampled_from([r"'\u0022'", "''", '""', "1", "true", "?c"]),
)
triple = st.builds("{}{}{} {}{}".format, name, gap, name, text, gap)
comparison = st.builds("FILTER({}<{})".format, text, st.one_of(text, name))
clause = st.builds(
    "{}{}{}{}{}{}{{{}}}".format, letters, gap, st.sampled_from(["", "SILENT", "silent"]), gap, name, gap, triple
)
element = st.one_of(triple.map("{}.".format), triple, comparison, clause, gap)
structured = st.lists(element, min_size=1, max_size=5).map("".join)
random = st.lists(
    st.one_of(
        letters, noise, name, text, gap, st.sampled_from(["FILTER(", ")", ".", ";", "?", "$", "^^", "@", "GRAPH "])
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(structured, random))
@example("?a ?b ?c FILTER(1<?b)SERVICE#>\n<http://127.0.0.1:1/>{?a ?b ?c}")
def test_nothing_in_which_the_engine_reads_service_gets_by(pattern: str) -> None:
    query = query_of(pattern)
    assert not (passes(query) and calls_service(query))


# Where some endpoints may be called

LISTED = "https://listed.example/sparql"
OTHER = "https://other.example/sparql?x=1"
FOLLOWED = {
    "plain": f"SERVICE <{LISTED}> {{ ?a ?b ?c }}",
    "in other letters, silent, on lines": f"Service\n Silent\t<{LISTED}>\r\n{{ ?a ?b ?c }}",
    "right after a brace": f"{{SERVICE <{LISTED}>{{ ?a ?b ?c }}}}",
    "after a triple without a full stop": f"?a ?b ?c SERVICE <{LISTED}> {{ ?a ?b ?c }}",
    "two, of two endpoints": f"SERVICE <{LISTED}> {{ ?a ?b ?c }} SERVICE <{OTHER}> {{ ?a ?b ?c }}",
    "after IRIs and texts of all kinds": f"""?a <http://h/#x> "it's", '''#''' . # it's\n SERVICE <{LISTED}> {{}}""",
    "after a comparison": f"?a ?b ?c FILTER(?a < ?c && ?c > ?a)\n SERVICE <{LISTED}> {{ ?a ?b ?c }}",
    "in a subquery": f"{{ SELECT * {{ OPTIONAL {{ SERVICE <{LISTED}> {{ ?a ?b ?c }} }} }} }}",
    "in EXISTS": f"?a ?b ?c FILTER EXISTS {{ SERVICE <{LISTED}> {{ ?a ?b ?c }} }}",
}
NOT_FOLLOWED = {
    **ATTACKS,
    "a longer address": f"SERVICE <{LISTED}x> {{ ?a ?b ?c }}",
    "a shorter address": f"SERVICE <{LISTED[:-1]}> {{ ?a ?b ?c }}",
    "another scheme": f"SERVICE <{LISTED.replace('https', 'http')}> {{ ?a ?b ?c }}",
    "the address in other letters": f"SERVICE <{LISTED.upper()}> {{ ?a ?b ?c }}",
    "an escape in the address": f"SERVICE <{LISTED.replace('h', chr(92) + 'u0068', 1)}> {{ ?a ?b ?c }}",
    "a listed one before": f"SERVICE <{LISTED}> {{ ?a ?b ?c }} SERVICE ex: {{ ?a ?b ?c }}",
    "a listed one after": f"SERVICE ex: {{ ?a ?b ?c }} SERVICE <{LISTED}> {{ ?a ?b ?c }}",
    "a listed one around": f"SERVICE <{LISTED}> {{ SERVICE ex: {{ ?a ?b ?c }} }}",
    "a listed one in a comment in the gap": f"SERVICE #<{LISTED}> {{\n ex: {{ ?a ?b ?c }}",
    "a comment in the gap": f"SERVICE #\n <{LISTED}> {{ ?a ?b ?c }}",
    "no space": f"SERVICE<{LISTED}> {{ ?a ?b ?c }}",
    "no space before": f"?a ?b 1SERVICE <{LISTED}> {{ ?a ?b ?c }}",
    "a prefixed name of it": "SERVICE listed: { ?a ?b ?c }",
    "a name in which a dot comes before": f"?a ex:b.SERVICE <{LISTED}> {{ ?a ?b ?c }}",
    "a name that ends so": f"?a ex:service <{LISTED}> {{ ?a ?b ?c }}",
}


@pytest.mark.parametrize("pattern", FOLLOWED.values(), ids=FOLLOWED.keys())
def test_a_listed_endpoint_is_followed(pattern: str) -> None:
    query = query_of(pattern)
    calls = check(query, services=[LISTED, OTHER])
    assert calls_service(redirected(query, calls, lambda *_: ENDPOINT))
    assert [query[call.start : call.end] for call in calls] == [f"<{call.endpoint}>" for call in calls]
    with pytest.raises(ServiceRefused, match="does not call other endpoints"):
        check(query)


@pytest.mark.parametrize("pattern", NOT_FOLLOWED.values(), ids=NOT_FOLLOWED.keys())
def test_an_endpoint_that_is_not_listed_or_not_plainly_named_is_refused(pattern: str) -> None:
    with pytest.raises(ServiceRefused, match=f"calls only <{LISTED}>") as refusal:
        check(f"PREFIX listed: <{LISTED}> {query_of(pattern)}", services=[LISTED])
    assert refusal.value.status == 403


@pytest.mark.parametrize("pattern", HARMLESS.values(), ids=HARMLESS.keys())
def test_the_word_service_is_no_call(pattern: str) -> None:
    assert check(query_of(pattern), services=[LISTED]) == []


def test_nothing_but_the_address_is_changed_where_a_call_is_followed() -> None:
    text = f"'SERVICE <{LISTED}> {{' # SERVICE <{LISTED}> {{\n"
    query = query_of(f"?a ?b {text} SERVICE SILENT <{LISTED}> {{ ?a ?b <{LISTED}> , {text} }}")
    [call] = check(query, services=[OTHER, LISTED])
    assert redirected(query, [call], lambda endpoint, silent: f"http://gate/{len(endpoint)}/{silent}") == query_of(
        f"?a ?b {text} SERVICE SILENT <http://gate/{len(LISTED)}/True> {{ ?a ?b <{LISTED}> , {text} }}"
    )


def test_what_may_be_a_comment_or_a_call_is_refused_with_the_way_out() -> None:
    pattern = f"?a <http://h/#x> ?b . SERVICE <{LISTED}> {{ ?a ?b ?c }}"
    with pytest.raises(ServiceUnclear, match="begin a new line before SERVICE"):
        check(query_of(pattern), services=[LISTED])
    assert check(query_of(pattern.replace("SERVICE", "\nSERVICE")), services=[LISTED])


def test_prefixes_on_the_same_line_make_nothing_unclear() -> None:
    assert check(f"BASE <http://h/#> PREFIX x: <http://h/#> ASK {{ SERVICE <{LISTED}> {{ }} }}", services=[LISTED])


def test_a_query_has_a_limit_of_calls() -> None:
    call = f"SERVICE <{LISTED}> {{ ?a ?b ?c }}\n"
    assert len(check(query_of(call * 10), services=[LISTED])) == 10
    with pytest.raises(TooManyCalls, match="11 SERVICE clauses and the limit is 10"):
        check(query_of(call * 11), services=[LISTED])


def test_a_refusal_says_why_nothing_is_called() -> None:
    with pytest.raises(ServiceRefused, match=r"does not call other endpoints \(the kernel is old\), and line 1"):
        check(f"ASK {{ SERVICE <{LISTED}> {{ }} }}", why_none="the kernel is old")


@dataclass
class Reached:
    """Two ports: one stands for the gateway, and whoever comes to the other has got past the guard."""

    gate: str
    elsewhere: str
    arrived: list[str] = field(default_factory=list)
    store: Store = field(default_factory=Store)


class Gate(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"http://x/s"}}]}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def reached() -> Iterator[Reached]:
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gate) as gate,
        socket.create_server(("127.0.0.1", 0), backlog=50) as trap,
    ):
        found = Reached(f"http://127.0.0.1:{gate.server_port}/key/0", f"127.0.0.1:{trap.getsockname()[1]}")
        thing = NamedNode("http://x/s")
        found.store.add(Quad(thing, NamedNode("http://x/p"), thing))

        def watch() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, address = trap.accept()
                    found.arrived.append(str(address))
                    connection.close()

        threading.Thread(target=gate.serve_forever, args=(0.02,), daemon=True).start()
        watching = threading.Thread(target=watch)
        watching.start()
        yield found
        gate.shutdown()
        trap.shutdown(socket.SHUT_RDWR)
        watching.join()
        assert not found.arrived


# In what is made up, `@` stands for the address at which nobody may arrive; <https://@/listed> is the listed endpoint.
anywhere = st.sampled_from(
    ["<http://@/>", "<https://@/listed/>", "<https://@/LISTED>", "<//@/listed>", "<listed>", "<>", "<#>", "<listed'>",
     "l:", "b:listed", "?e", "$service", "<https://@/\\u006cisted>", "<https://@/listed#>", "<listed\u00a0>"]
)  # fmt: skip
space = st.sampled_from(
    [*[" "] * 12, "\n", "\n", "\t", "\r", "", "\u00a0", "\u2028", "\x0b", "\x0c", "\x85", "\ufeff", "\0"]
)
word = st.one_of(
    st.sampled_from(["SERVICE", "service"]),
    letters,
    st.sampled_from(["\u017fERVICE", r"\u0053ERVICE", "SERV\u0130CE", "SERVICES", "xSERVICE", "?service", ":service"]),
)
asked = st.one_of(st.just("<https://@/listed>"), anywhere)
body = st.sampled_from(["?a ?b ?c", "?a ?b ?c", "{?a ?b ?c}", ""])
plainly = st.builds(
    "{} {}<https://@/listed>{{{}}}".format, letters.map("\n{}".format), st.sampled_from(["", "silent "]), body
)
oddly = st.builds(
    "{}{}{}{}{}{}{}{{{}}}".format,
    space, st.one_of(letters, word), st.one_of(space, space, gap), st.sampled_from(["", "", "SILENT "]),
    space, asked, space, body,
)  # fmt: skip
federated = st.one_of(plainly, plainly, oddly)
quoted = st.builds("{0}{1}{2}".format, noises, federated, noises)
piece = st.one_of(
    federated,
    federated,
    triple.map("{}.".format),
    comparison,
    st.builds("?a ?b {0}{1}{0} .".format, st.sampled_from(["'", '"', "'''", '"""']), quoted),
    st.builds("#{}\n".format, quoted),
    st.builds("?a ?b <http://x/#{}> .".format, st.sampled_from(["", "'", '"'])),
    st.builds("{{{}}}".format, federated),
    st.builds("OPTIONAL{{{}}}".format, federated),
    st.builds("FILTER EXISTS{{{}}}".format, federated),
    st.builds("FILTER(1<?b){}".format, federated),
    st.builds("VALUES ?e {{<http://@/>}}{}".format, federated),
    st.builds("{}#{}{}{}".format, space, noises, st.sampled_from(["\r", "\n"]), federated),
    st.builds("?a {}{}".format, st.sampled_from(["ex:", "ex:b.", "?b ", ":"]), federated.map(str.lstrip)),
    st.builds("?a ?b ?c FILTER(1<?b #>{}\n)".format, federated.map(lambda text: text.replace("\n", " "))),
    gap,
)


@st.composite
def made_up(draw: st.DrawFn) -> str:
    """A pattern, often with something put in, left out or put in the place of something else."""
    text = draw(st.lists(piece, min_size=1, max_size=4).map("".join))
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        place, length = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
        text = text[:place] + draw(st.one_of(noise, word, space)) + text[place + length :]
    return text


def written(pattern: str, reached: Reached) -> str:
    prologue = "BASE <https://@/> PREFIX l: <https://@/listed> PREFIX b: <https://@/>\n"
    return (prologue + query_of(pattern).replace(ENDPOINT, "http://@/")).replace("@", reached.elsewhere)


def evaluated(query: str, store: Store) -> bool:
    """Evaluate a query to its end, and tell whether the engine could read it."""
    try:
        for _ in store.query(query):  # type: ignore[union-attr]
            pass
    except (SyntaxError, UnicodeEncodeError):
        return False
    except OSError:
        return True
    except RuntimeError as error:  # an identifier with brackets after it calls a function, and asks no endpoint
        if "custom function" not in str(error):
            raise
    return True


def keyword(query: str, call: Call) -> int:
    """Return where the keyword of a call stands."""
    return [found.start() for found in re.finditer("service", query[: call.start], re.IGNORECASE | re.ASCII)][-1]


def outcome(query: str, reached: Reached) -> str:
    """Return what became of a query, and hold that no request left it but those through the gate."""
    try:
        calls = check(query, services=[f"https://{reached.elsewhere}/listed"])
    except QueryRefused as refusal:
        return type(refusal).__name__
    assert {query[call.start : call.end] for call in calls} <= {f"<https://{reached.elsewhere}/listed>"}
    readable = evaluated(redirected(query, calls, lambda *_: reached.gate), reached.store)
    assert not reached.arrived, "a request went elsewhere"
    if not readable:
        return f"{len(calls)} calls, no SPARQL"
    without = query
    for call in reversed(calls):
        place = keyword(query, call)
        assert not accepted(f"{query[:place]}z{query[place + 1 :]}"), "what was exchanged was no call"
        without = f"{without[:place]}GRAPH <http://x/>{without[call.end :]}"
    assert accepted(without), "something else was exchanged"
    assert not calls_service(without), "the engine reads SERVICE where the guard does not"
    return f"{len(calls)} calls"


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up())
@example("SERVICE <https://@/listed> {?a ?b ?c}")
@example("?a ?b ?c FILTER(1<?b)SERVICE#>\n<https://@/listed>{?a ?b ?c}")
@example("?a ?b '''x''' . SERVICE <https://@/listed> {?a ?b ?c} SERVICE SILENT <https://@/listed> {?a ?b ?c}")
def test_no_request_leaves_but_through_the_gateway(reached: Reached, pattern: str) -> None:
    outcome(written(pattern, reached), reached)


@pytest.mark.slow
def test_no_request_leaves_but_through_the_gateway_in_a_long_run(reached: Reached) -> None:
    outcomes: Counter[str] = Counter()

    @settings(max_examples=15_000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(made_up())
    def run(pattern: str) -> None:
        outcomes[outcome(written(pattern, reached), reached)] += 1

    run()
    print(*outcomes.most_common(), sep="\n")
    assert outcomes["1 calls"] + outcomes["2 calls"] > 1000, "most of what was made up tests nothing"


@pytest.mark.parametrize(
    "unit", ["service#", "'", '"', "<", '\\"', "service ?a ", "'''\"\"\"", "service:a{", "SERVICE <", "\"'<#\n"]
)
def test_the_guard_is_quick_on_any_text(unit: str) -> None:
    query = (unit * 16_000)[:15_900].replace("{", "")
    began = time.process_time()
    passes(query)
    passes(query + " SERVICE <x> {")
    assert time.process_time() - began < 1


@pytest.mark.parametrize("unit", ["'", '"', "<", "'''\"\"\"", "\"'<#\n", f"<{LISTED}>", "service ?a "])
def test_the_guard_is_quick_where_calls_are_followed(unit: str) -> None:
    query = f"SERVICE <{LISTED}> {{\n" * 10 + (unit * 16_000)[:15_000]
    began = time.process_time()
    with contextlib.suppress(QueryRefused):
        check(query, services=[LISTED])
    assert time.process_time() - began < 1


def test_a_long_query_is_refused_with_the_limit() -> None:
    with pytest.raises(QueryTooLong, match="16,384") as refusal:
        check("ASK {}" + " " * 16_384)
    assert refusal.value.status == 413
    check("ASK {}" + " " * 16_384, max_bytes=20_000)


def test_length_counts_bytes() -> None:
    with pytest.raises(QueryTooLong, match="30,006 bytes"):
        check("ASK {}" + "é" * 15_000)


@pytest.mark.parametrize("opener", ["{", "(", "[", "!"])
def test_a_nested_query_is_refused_with_the_limit(opener: str) -> None:
    with pytest.raises(QueryTooNested, match="500") as refusal:
        check("ASK " + opener * 5_000)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "# a note\nPREFIX ex: <http://h/>\nBASE <http://h/> delete WHERE { ?a ?b ?c }",
        "LOAD <http://h/>",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <a:a>",
        "ADD <a:a> TO <a:b>",
        "MOVE <a:a> TO <a:b>",
        "COPY <a:a> TO <a:b>",
        "WITH <a:a> DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }",
    ],
)
def test_an_update_is_told_that_this_is_read_only(update: str) -> None:
    with pytest.raises(UpdateRefused, match="read-only") as refusal:
        check(update)
    assert refusal.value.status == 400


def test_a_query_about_updates_is_a_query() -> None:
    check("PREFIX load: <http://h/> SELECT ?delete WHERE { ?delete load:insert 'INSERT DATA {}' }")
