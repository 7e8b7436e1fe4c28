"""The permanent identifiers: the rules for w3id.org lead each kind of identifier to what the application serves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

import ontology
from graph.terms import BASE, CG, GRAPH, ID, VOCAB

FOLDER = ontology.FOLDER / "w3id"
HOST = "cybergov.example"
RULES = (FOLDER / ".htaccess").read_text("utf-8")
RULE = re.compile(r"^RewriteRule (?P<pattern>\S+) (?P<target>\S+) \[(?P<flags>[^\]]+)\]$")
KNOWN = re.compile(r"(#.*|RewriteRule .*|RewriteEngine on|Options -MultiViews|)")


@dataclass(frozen=True)
class Rule:
    """One line of the rewrite rules: what it matches, where it leads, with what status."""

    pattern: re.Pattern[str]
    target: str
    status: int


def read_rules(text: str) -> list[Rule]:
    """Return the rules in their order; raise ValueError at a line that this reading does not know."""
    rules = []
    for line in text.splitlines():
        found = RULE.match(line)
        if not KNOWN.fullmatch(line) or (line.startswith("RewriteRule") and not found):
            raise ValueError(f"This line is not understood: {line}")
        if found:
            flags = dict(flag.partition("=")[::2] for flag in found["flags"].split(","))
            if set(flags) != {"R", "L"}:
                raise ValueError(f"These flags are not understood: {found['flags']}")
            rules.append(Rule(re.compile(found["pattern"]), found["target"], int(flags["R"])))
    return rules


def lead(rules: list[Rule], iri: str) -> tuple[int, str]:
    """Return the status and the address to which the first rule that matches leads; 404 and nothing where none does.

    As Apache reads them in a folder: patterns are matched against the path within it, without its leading slash.
    """
    path = iri.removeprefix(str(BASE).rstrip("/")).removeprefix("/")
    for rule in rules:
        if match := rule.pattern.search(path):
            return rule.status, re.sub(r"\$(\d)", lambda number: match[int(number[1])], rule.target)
    return 404, ""


SERVED = {
    str(BASE).rstrip("/"): "/",
    str(BASE): "/",
    str(ID["state/EST"]): "/doc/state/EST",
    str(ID["norm/un-2015-13k"]): "/doc/norm/un-2015-13k",
    f"{BASE}ontology": "/ontology",
    str(CG.Attribution): "/ontology/Attribution",
    str(CG.member): "/ontology/member",
    f"{BASE}ontology/context.jsonld": "/ontology/context.jsonld",
    f"{BASE}vocab": "/vocab",
    str(VOCAB["vote"]): "/vocab/vote",
    str(VOCAB["vote/yes"]): "/vocab/vote/yes",
    f"{BASE}shapes": "/shapes",
    f"{BASE}shapes/Membership-forum": "/shapes/Membership-forum",
    f"{BASE}alignments": "/alignments",
    f"{BASE}alignments/org": "/alignments/org",
    str(GRAPH["source/states"]): "/graph/source/states",
    str(GRAPH["derived"]): "/graph/derived",
}
LATER = {
    f"{BASE}ontology/0.1.0": "/ontology/0.1.0",
    f"{BASE}release/2026.11/doc/state/EST": "/release/2026.11/doc/state/EST",
}


@pytest.mark.parametrize("iri", [*SERVED, *LATER])
def test_each_kind_of_identifier_leads_to_its_address_by_303(iri: str) -> None:
    assert lead(read_rules(RULES), iri) == (303, f"https://{HOST}{(SERVED | LATER)[iri]}")


@pytest.mark.parametrize("iri", SERVED)
def test_the_application_serves_what_an_identifier_leads_to(iri: str, client: FlaskClient) -> None:
    _, address = lead(read_rules(RULES), iri)
    assert client.get(urlsplit(address).path, follow_redirects=True).status_code == 200


def test_a_thing_is_sent_where_the_application_itself_would_send_it(client: FlaskClient) -> None:
    _, address = lead(read_rules(RULES), str(ID["state/EST"]))
    assert client.get("/id/state/EST").headers["Location"] == urlsplit(address).path


@pytest.mark.parametrize(
    "iri", [f"{BASE}idea/x", f"{BASE}ontologyx", f"{BASE}vocabulary", f"{BASE}id/", f"{BASE}doc/a"]
)
def test_what_is_no_identifier_leads_nowhere(iri: str) -> None:
    assert lead(read_rules(RULES), iri) == (404, "")


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ("RewriteRule ^id/(.+)$ https://cybergov.example/id/$1 [R=302,L]", (302, "https://cybergov.example/id/a")),
        ("RewriteRule ^ident/(.+)$ https://cybergov.example/doc/$1 [R=303,L]", (404, "")),
    ],
)
def test_a_wrong_rule_is_found(line: str, by: tuple[int, str]) -> None:
    assert lead(read_rules(line), str(ID["a"])) == by


@pytest.mark.parametrize(
    "line", ["RewriteRule ^a$ /b", "RewriteRule ^a$ /b [R=303,L,QSA]", "RewriteCond %{HTTP_HOST} x"]
)
def test_a_line_that_is_not_understood_is_found(line: str) -> None:
    with pytest.raises(ValueError, match="not understood"):
        read_rules(line)


def test_one_word_is_to_be_changed_before_submitting() -> None:
    assert {urlsplit(rule.target).netloc for rule in read_rules(RULES)} == {HOST}
    assert f"`{HOST}`" in (FOLDER / "README.md").read_text("utf-8")
