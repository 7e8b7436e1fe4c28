"""The guard: what it refuses, what it must let pass, and that no spelling of SERVICE gets by."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from graph.guard import QueryTooLong, QueryTooNested, ServiceRefused, UpdateRefused, check

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


@pytest.mark.parametrize(
    "unit", ["service#", "'", '"', "<", '\\"', "service ?a ", "'''\"\"\"", "service:a{", "SERVICE <", "\"'<#\n"]
)
def test_the_guard_is_quick_on_any_text(unit: str) -> None:
    query = (unit * 16_000)[:15_900].replace("{", "")
    began = time.perf_counter()
    passes(query)
    passes(query + " SERVICE <x> {")
    assert time.perf_counter() - began < 1


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
