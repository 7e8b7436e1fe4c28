"""What `test_hostile` sends: queries without end, addresses that climb, requests that are none, and halves of some."""

from __future__ import annotations

MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&<!--"
DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"


def head(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


# Queries that never end, or want everything


def each(pattern: str, numbers: int) -> str:
    """Return a text once for each number, which stands in it as #."""
    return " ".join(pattern.replace("#", str(number)) for number in range(numbers))


def nested(opening: str, closing: str, depth: int, inside: str = "?s ?p ?o", around: str = "SELECT * {%s}") -> str:
    return around % (opening * depth + inside + closing * depth)


EXPRESSION = "SELECT * { BIND(%s AS ?x) }"
GRAPH_OF = " . ".join(f"?s{i} ?p{i} ?s{i + 1}" for i in range(500))
BOMBS = {
    "three unrelated patterns, counted": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "two unrelated patterns, sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f",
    "a path of 3,000 steps": f"SELECT * {{ ?s {'/'.join(['a'] * 3000)} ?o }}",
    "a path of any length over everything": "SELECT * { ?s (a|!a)* ?o }",
    "a path both ways, counted": "SELECT (COUNT(*) AS ?n) { ?s (!<x:a>|^!<x:b>)* ?o }",
    "a path of repeated repetitions": nested(
        "(", ")*", 9, "!<x:a>|^!<x:a>", "SELECT (COUNT(*) AS ?n) { ?s %s ?o }"
    ),
    "six lists of thirty values": "SELECT (COUNT(*) AS ?n) { "
    + each(f"VALUES ?v# {{ {' '.join(map(str, range(30)))} }}", 6) + " }",
    "500 patterns in a chain": f"SELECT * {{ {GRAPH_OF} }}",
    "500 patterns alike": f"SELECT * {{ {' . '.join(['?s ?p ?o'] * 500)} }}",
    "500 patterns that share nothing": f"SELECT * {{ {' . '.join(f'?a{i} a ?b{i}' for i in range(500))} }}",
    "a text that squares itself": "SELECT (STRLEN(?v7) AS ?n) { BIND('aaaaaaaaaaaaaaaa' AS ?v0) "
    + " ".join(f"BIND(REPLACE(?v{i}, 'a', ?v{i}) AS ?v{i + 1})" for i in range(7)) + " }",
    "a text that doubles itself": "SELECT (STRLEN(?v40) AS ?n) { BIND('aaaaaaaa' AS ?v0) "
    + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40)) + " }",
    "all pairs of texts in one": "SELECT (STRLEN(GROUP_CONCAT(?x)) AS ?n) "
    "{ ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?f)) AS ?x) }",
    "all pairs, told apart": "SELECT (COUNT(DISTINCT ?x) AS ?n) "
    "{ ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?f)) AS ?x) }",
    "all pairs as a graph": "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }",
    "everything that exists besides": "SELECT * "
    "{ ?s ?p ?o FILTER EXISTS { ?a ?b ?c . ?d ?e ?f FILTER(?c != ?f && ?c = ?s) } }",
    "a hundred optional parts that share nothing": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c "
    + each("OPTIONAL { ?a# ?b# ?c# }", 100) + " }",
    "a hundred MINUS": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c " + each("MINUS { ?a ?b# ?c# }", 100) + " }",
    "every pair in random order": "SELECT (RAND() AS ?r) { ?a ?b ?c . ?d ?e ?f } ORDER BY ?r",
    "groups in groups": nested("{", "}", 498),
    "brackets in brackets": nested("(", ")", 498, "1", EXPRESSION),
    "not not": nested("!", "", 498, "true", EXPRESSION),
    "OPTIONAL in OPTIONAL": nested("OPTIONAL {", "}", 498),
    "queries in queries": nested("{ SELECT * {", "} }", 240),
    "lists in lists": nested("(", ")", 498, "", "SELECT * { ?s ?p %s }"),
    "nameless nodes in nameless nodes": nested("[ a ", "]", 498, "1", "SELECT * { ?s ?p %s }"),
    "quoted triples in quoted triples": nested("<< ", " >> ?p ?o", 400),
    "annotations in annotations": nested("{| ?p ?o ", "|}", 400, "", "SELECT * { ?s ?p ?o %s }"),
    "a long sum": EXPRESSION % "+".join(["1"] * 8000),
    "a long disjunction": EXPRESSION % "||".join(["?o=1"] * 2500),
    "a long IN": EXPRESSION % f"?o IN ({','.join(map(str, range(3000)))})",
    "a long choice of paths": f"SELECT * {{ ?s {'|'.join(['a'] * 7000)} ?o }}",
    "a long choice of groups": f"SELECT * {{ {' UNION '.join(['{?s ?p ?o}'] * 450)} }}",
    "a text matched by a pattern of ambiguous repetitions": EXPRESSION
    % f"REGEX('{'a' * 5000}', '(a*)*(a*)*(a*)*b')",
    "every text matched by a greedy pattern": "SELECT * "
    "{ ?s ?p ?o FILTER(REGEX(STR(?o), '^(([a-z])+.)+[A-Z]([a-z])+$')) }",
    "a pattern of repeated repetitions": EXPRESSION % f"REGEX('aaaa', '{'(' * 9}a{'{1,100})' * 9}')",
    "a long IRI": f"SELECT * {{ <http://x/{'a' * 16_000}> ?p ?o }}",
    "a long number": EXPRESSION % ("9" * 10_000),
    "a long decimal": EXPRESSION % f"1.{'9' * 10_000} * 2.0",
    "a number with a long exponent": EXPRESSION % f"1e{'9' * 10_000}",
    "a date far away": EXPRESSION % f"'{'9' * 5000}-01-01'^^<http://www.w3.org/2001/XMLSchema#date>",
    "an offset beyond all numbers": f"SELECT * {{ ?s ?p ?o }} OFFSET {'9' * 30}",
    "a limit below nothing": "SELECT * { ?s ?p ?o } LIMIT -1",
}  # fmt: skip
QUICK = (
    "three unrelated patterns, counted", "two unrelated patterns, sorted", "a path of 3,000 steps",
    "a path of any length over everything", "six lists of thirty values", "500 patterns in a chain",
    "a text that squares itself", "groups in groups", "a long sum", "a long IRI", "a long decimal",
    "a text matched by a pattern of ambiguous repetitions",
)  # fmt: skip


# Addresses

ODD = [
    "/%ff", "/doc/state/%ff%fe", "/doc/state/%c0%ae%c0%ae", "/doc/%00/EST", "/id/state/%ed%a0%80", "/search?q=%ff",
    "/search?q=%ed%a0%80", "/states?kind=%ff", "/queries/%ff", "/vocab/%ff", "/search?q=%00", "/search?q=\udcff\udcfe",
    "/\udcff\udcfe", "/doc/state/E\u0301ST", "/%F4%90%80%80", "/search?q=%uD800", "/search?q=%", "/search?q=%zz",
    "/doc/state/" + "a" * 3500, "/search?q=" + "a" * 3500, "/search?q=" + "%22" * 1000, "/search?q=" + "(" * 1000,
    "/search?q=" + "NEAR(" * 500, "/search?q=a*%20OR%20b%20NOT%20c", "/search?q=name:x", "/search?q=-", "/search?q=^",
    "/states?page=-1", "/states?page=0", "/states?page=99999999999999999999999", "/states?page=1e9", "/states?page=%00",
    "/network?focus=" + "a" * 3000, "/network?focus=https://x/", "/queries/forums_of_state?state=" + "a" * 3000,
    "/queries/forums_of_state?state=%00", "/queries/forums_of_state?state=" + "&state=EST" * 300, "/doc/state/.ttl",
    "/doc/state/..ttl", "/doc//EST", "//doc/state/EST", "/doc/state/EST/", "/doc/state/EST//", "/;/?;=;&&&=&",
    "/sparql?query", "/sparql?query=", "/sparql?" + "&" * 3000, "/sparql?query=ASK{}&format=%00",
    "/sparql?query=ASK{}&timeout=nan", "/sparql?query=ASK{}&timeout=1e400", "/sparql?query=ASK{}&timeout=-1",
    "/sparql?query=ASK{}&timeout=" + "9" * 3000, "/sparql?query=ASK{}&default-graph-uri=" + "%20" * 1000,
    "/sparql?query=ASK{}" + "&default-graph-uri=x:" * 180, "/?format=" + "x" * 3000, "/?" + "a=b&" * 900,
]  # fmt: skip


CLIMBING = [
    "..", "%2e%2e", "%252e%252e", "..%5c", "..\\", "%2e%2e%5c", ".%00.", "....//", "%c0%ae%c0%ae", "%ef%bc%8e%ef%bc%8e",
    "..%00", "..;", "%2e.",
]  # fmt: skip
TARGETS = ["etc/passwd", "pyproject.toml", "manifest.json", "webapp/app.py", "search.sqlite", "store/CURRENT"]
PLACES = [
    "dumps",
    "static",
    "id",
    "doc",
    "doc/state",
    "queries",
    "vocab",
    "release",
    "release/{release}",
    "release/{release}/dumps",
    "release/{release}/static",
    "ontology",
    "codebook",
    "",
]


# Requests

BAD_CHUNKS = [b"zz\r\nASK {}\r\n0\r\n\r\n", b"-6\r\nASK {}\r\n0\r\n\r\n", b"3\r\nASK {}\r\n0\r\n\r\n",
    b"6;" + b"x" * 100_000 + b"\r\nASK {}\r\n0\r\n\r\n", b"0x6\r\nASK {}\r\n0\r\n\r\n", b"6 6\r\nASK {}\r\n0\r\n\r\n",
    b"6\r\nASK {}\r\n0\r\nHost evil\r\n\r\n", b"6_0\r\nASK {}\r\n0\r\n\r\n"]  # fmt: skip
POST = ("POST /sparql HTTP/1.1", "Host: x", f"Content-Type: {DIRECT}")
CHUNKED, CLOSE = "Transfer-Encoding: chunked", "Connection: close"
NO_REQUESTS = {
    "two hosts": head("GET / HTTP/1.1", "Host: a", "Host: b"),
    "length and chunks": head(*POST, "Content-Length: 6", CHUNKED)
    + b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    "chunks and length": head(*POST, CHUNKED, "Content-Length: 6") + b"0\r\n\r\nASK {}",
    "two lengths": head(*POST, "Content-Length: 6", "Content-Length: 0") + b"ASK {}",
    "a length twice": head(*POST, "Content-Length: 6", "Content-Length: 6") + b"ASK {}",
    "a list of lengths": head(*POST, "Content-Length: 6, 6") + b"ASK {}",
    "a length below nothing": head(*POST, "Content-Length: -6") + b"ASK {}",
    "a length with a plus": head(*POST, "Content-Length: +6") + b"ASK {}",
    "a length in hexadecimal": head(*POST, "Content-Length: 0x6") + b"ASK {}",
    "a length in words": head(*POST, "Content-Length: six") + b"ASK {}",
    "a length in other digits": head(*POST, "Content-Length: ٦") + b"ASK {}",
    "a length of everything": head(*POST, CLOSE, f"Content-Length: {'9' * 30}") + b"ASK {}",
    "a space before the colon": head(*POST, "Transfer-Encoding : chunked") + b"0\r\n\r\n",
    "chunks twice": head(*POST, CHUNKED, "Transfer-Encoding: identity") + b"0\r\n\r\n",
    "chunks before HTTP 1.1": head("POST /sparql HTTP/1.0", *POST[1:], CHUNKED) + b"6\r\nASK {}\r\n0\r\n\r\n",
    "a folded header": head("GET / HTTP/1.1", "Host: x", "X-A: b\r\n c"),
    "a zero in a header": head("GET / HTTP/1.1", "Host: x", "X-A: a\0b"),
    "a zero in the address": head("GET /\0 HTTP/1.1", "Host: x"),
    "a space in the address": head("GET /a b HTTP/1.1", "Host: x"),
    "no slash": head("GET health HTTP/1.1", "Host: x"),
    "a star": head("GET * HTTP/1.1", "Host: x"),
    "a method in small letters": head("get / HTTP/1.1", "Host: x"),
    "a method of markup": head("<script> / HTTP/1.1", "Host: x"),
    "a long method": head(f"{'A' * 3000} / HTTP/1.1", "Host: x"),
    "the second version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version to come": head("GET / HTTP/9.9", "Host: x"),
    "the first version": b"GET /\r\n\r\n",
    "a handshake": bytes.fromhex("16030100c8010000c40303") + bytes(100) + b"\n" + bytes(100) + b"\r\n\r\n",
    "nothing": b"\r\n\r\n",
    "a long line": head(f"GET /{'a' * 100_000} HTTP/1.1", "Host: x"),
    "a long header": head("GET / HTTP/1.1", "Host: x", f"X-A: {'a' * 9000}"),
    "many headers": head("GET / HTTP/1.1", "Host: x", *(f"X-{i}: a" for i in range(200))),
    "a megabyte of headers": head("GET / HTTP/1.1", "Host: x", *(f"X-{i}: {'a' * 8000}" for i in range(130))),
    "a header name with a space": head("GET / HTTP/1.1", "Host: x", "X A: b"),
    "a header without a colon": head("GET / HTTP/1.1", "Host: x", "XA"),
    "an unknown expectation": head("GET / HTTP/1.1", "Host: x", "Expect: the unexpected"),
    "a host that is none": head("GET / HTTP/1.1", CLOSE, f"Host: {MARKUP}"),
    **{f"bad chunks {n}": head(*POST, CHUNKED, CLOSE) + chunks for n, chunks in enumerate(BAD_CHUNKS)},
}  # fmt: skip


def get(target: str, *lines: str) -> bytes:
    return head(f"GET {target} HTTP/1.1", "Host: x", CLOSE, *lines)


NO_END = {  # of its head or its body, for who reads them strictly
    "lines without return": b"GET / HTTP/1.1\nHost: x\n\n",
    "returns without line": b"GET / HTTP/1.1\rHost: x\r\r\n\r\n",
    "every byte": bytes(range(256)) * 10,
    "chunks of lines without return": head(*POST, CHUNKED) + b"6\nASK {}\n0\n\n",
    "chunks beyond all bounds": head(*POST, CHUNKED) + b"F" * 20 + b"\r\nASK {}\r\n0\r\n\r\n",
}  # fmt: skip
ODD_REQUESTS = {
    "an address with a host": (get("http://elsewhere/health"), {200, 400}),
    "a tunnel": (head("CONNECT elsewhere HTTP/1.1", "Host: x", CLOSE), {400, 404, 405}),
    "options of all": (head("OPTIONS * HTTP/1.1", "Host: x", CLOSE), {200, 400, 404}),
    "a made-up method": (head("FOO / HTTP/1.1", "Host: x", CLOSE), {405}),
    "trace": (head("TRACE / HTTP/1.1", "Host: x", CLOSE, "Cookie: secret"), {405}),
    "two slashes": (get("//elsewhere/states/"), {404}),
    "a backslash": (get("/\\elsewhere/states/"), {404}),
    "a slash too many": (head("GET //states/ HTTP/1.1", "Host: elsewhere", CLOSE), {308, 404}),
    "a line in the address": (get("/states/?a=%0d%0aX-Evil:%201"), {308}),
    "a line in a name": (get("/id/state/EST%0d%0aX-Evil:%201"), {303, 404}),
    "a line in a query": (get("/id/state/EST?%0d%0aX-Evil:%201"), {303}),
    "a line in a dump's name": (get("/dumps/a%0d%0aX-Evil:%201"), {404}),
    "a proxy's headers": (
        get("/", "X-Forwarded-Host: elsewhere", "Forwarded: host=elsewhere", "X-Forwarded-Prefix: //elsewhere"), {200}
    ),
    "a server's variables": (get("/", "SCRIPT_NAME: /elsewhere", "PATH_INFO: /data", "REMOTE_USER: root"), {200, 400}),
    "another protocol": (get("/", "Upgrade: websocket"), {200, 400}),
    "five hundred ranges": (
        get("/dumps/statements.nq.gz", "Range: bytes=" + ",".join(f"{i}-" for i in range(500))), {200, 206, 416}
    ),
    "a range beyond the end": (get("/dumps/statements.nq.gz", f"Range: bytes={'9' * 40}-"), {416}),
    "a date that is none": (get("/", "If-Modified-Since: Thu, 99 Foo 99999 99:99:99 GMT"), {200}),
    "many cookies": (get("/", f"Cookie: {'a=b; ' * 1000}"), {200}),
    "bytes in headers": (get("/", "Accept: \udcff", "Accept-Language: é", "User-Agent: \udcfe\udcff"), {200}),
}  # fmt: skip
HALVES = {
    "nothing": b"",
    "half a line": b"GET /hea",
    "half a head": b"GET /health HTTP/1.1\r\nHost: x\r\nX-A",
    "half a body": head(*POST, "Content-Length: 100") + b"ASK",
    "half a chunk": head(*POST, CHUNKED) + b"64\r\nASK",
    "half a body that nobody wants": head(*POST[:2], "Content-Type: text/plain", "Content-Length: 9") + b"A",
    "a request that was answered": head("GET /health HTTP/1.1", "Host: x"),
}  # fmt: skip
