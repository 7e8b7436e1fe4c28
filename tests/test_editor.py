"""The SPARQL editor: what a person gets who writes a query, with JavaScript and without."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import RULES, opened
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import TestResponse

from graph.engine import QuerySyntaxError, QueryTimeout
from queries import Table, catalogue
from webapp import answer_map, completion, editor
from webapp.reuse import has_asset

CG = "PREFIX cg: <https://w3id.org/cybergov/ontology/>\n"
NORMS = CG + "SELECT ?norm { ?norm a cg:Norm } ORDER BY ?norm"
MEMBERS = CG + "SELECT ?forum (COUNT(?m) AS ?members) { ?m a cg:Membership ; cg:forum ?forum } GROUP BY ?forum"
DATES = CG + "SELECT ?a ?date { ?a a cg:Attribution ; cg:date ?date }"
STATES = CG + "SELECT ?state (COUNT(?m) AS ?seats) { ?m cg:member ?state . ?state a cg:State } GROUP BY ?state"
vendored = pytest.mark.skipif(not has_asset("editor.mjs"), reason="installed with CYBERGOV_ASSETS=skip")


def get(client: FlaskClient, query: str, **more: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": query, **more}, headers={"Accept": "text/html"})


def post(client: FlaskClient, query: str, **more: str) -> TestResponse:
    return client.post("/sparql", data={"query": query, **more}, headers={"Accept": "text/html"})


# Without JavaScript


def test_the_form_leads_to_an_address_that_holds_query_and_view(client: FlaskClient) -> None:
    answer = post(client, NORMS, show="chart", timeout="5")
    assert answer.status_code == 303
    where = urlsplit(answer.location)
    assert (where.path, where.fragment) == ("/sparql", "answer")
    assert parse_qs(where.query) == {"query": [NORMS], "timeout": ["5"], "show": ["chart"]}


def test_the_button_pressed_last_counts(client: FlaskClient) -> None:
    fields = [("query", NORMS), ("show", "table"), ("show", "raw")]
    answer = client.post(
        "/sparql",
        data=urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"Accept": "text/html"},
    )
    assert parse_qs(urlsplit(answer.location).query)["show"] == ["raw"]


def test_a_query_too_long_for_an_address_is_answered_at_once_in_every_view(client: FlaskClient) -> None:
    long = NORMS + " #" + "x" * 9000
    for view in editor.VIEWS:
        answer = post(client, long, show=view)
        assert answer.status_code == 200
        assert "too long for a link" in answer.text
        assert '<button form="ask" name="show" value="chart"' in answer.text
        assert '<button class="plainly" form="ask" name="format" value="csv"' in answer.text


def test_a_program_that_posts_a_form_gets_its_answer_as_ever(client: FlaskClient) -> None:
    answer = client.post("/sparql", data={"query": NORMS, "show": "chart"}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"


def test_an_unknown_view_is_refused_with_those_there_are(client: FlaskClient) -> None:
    answer = get(client, NORMS, show="<b>pie")
    assert answer.status_code == 400
    assert "table, chart, map, raw" in answer.text
    assert "<b>pie" not in answer.text


def test_the_chart_has_the_numbers_of_the_answer(client: FlaskClient) -> None:
    text = get(client, MEMBERS, show="chart").text
    rows = json.loads(client.get("/sparql", query_string={"query": MEMBERS, "format": "json"}).data)["results"][
        "bindings"
    ]
    assert text.count('class="length') == len(rows)
    assert "<caption>members</caption>" in text
    assert 'href="/doc/forum/foc"' in text


def test_days_are_counted_by_year(client: FlaskClient) -> None:
    text = get(client, DATES, show="chart").text
    assert "rows of this answer by year of date" in text
    assert 'role="img"' in text


def test_states_are_put_on_a_map_with_a_legend_that_counts(client: FlaskClient) -> None:
    text = get(client, STATES, show="map").text
    assert 'class="tilemap"' in text
    assert "not in this answer" in text
    assert "by the column <em>seats</em>" in text


@pytest.mark.parametrize(("view", "needs"), [("chart", "a column of numbers"), ("map", "a column of states")])
def test_what_cannot_be_drawn_says_what_it_would_need(client: FlaskClient, view: str, needs: str) -> None:
    answer = get(client, NORMS, show=view)
    assert answer.status_code == 200
    assert needs in answer.text


def test_raw_is_the_text_that_programs_get(client: FlaskClient) -> None:
    text = get(client, NORMS, show="raw").text
    raw = client.get("/sparql", query_string={"query": NORMS, "format": "tsv"}).text
    assert html.escape(raw) in text


def test_every_view_offers_the_others_and_every_format(client: FlaskClient) -> None:
    text = get(client, NORMS, show="raw").text
    nav = text[text.index('<nav class="views"') : text.index("</nav>", text.index('<nav class="views"'))]
    assert re.findall(r">(\w+)</a>", nav) == ["Table", "Chart", "Map", "Raw"]
    assert nav.count('aria-current="page"') == 1
    for name in ("json", "xml", "csv", "tsv"):
        [link] = re.findall(rf'href="(/sparql\?[^"]*format={name})" download', text)
        assert client.get(html.unescape(link)).status_code == 200


def test_a_graph_is_offered_as_graphs_are_written(client: FlaskClient) -> None:
    text = get(client, CG + "CONSTRUCT { ?n a cg:Norm } WHERE { ?n a cg:Norm }").text
    for name in ("ttl", "nt", "jsonld", "rdf"):
        [link] = re.findall(rf'href="(/sparql\?[^"]*format={name})" download', text)
        assert client.get(html.unescape(link)).status_code == 200


def test_no_row_is_told_from_no(client: FlaskClient) -> None:
    text = get(client, CG + "SELECT * { ?s a cg:NoSuchThing }").text
    assert "<strong>0</strong> rows" in text
    assert "not recorded does not say that it is not so" in text


def test_a_first_part_is_said_to_be_one(client: FlaskClient) -> None:
    text = get(client, "SELECT * { ?s ?p ?o } LIMIT 600").text
    assert "<strong>600</strong> rows" in text
    assert "The first 500 are shown here" in text
    assert text.count("<tr>") == 501


def test_how_long_it_took_is_told_beside_the_page_which_stays_the_same(client: FlaskClient) -> None:
    first, second = get(client, NORMS), get(client, NORMS)
    assert re.fullmatch(r"query;dur=\d+", first.headers["Server-Timing"])
    assert first.text == second.text


def test_a_fault_is_shown_in_its_line_with_a_caret(client: FlaskClient) -> None:
    answer = get(client, CG + "SELECT ?s WHERE {\n  ?s a cg:Norm ; rdfs:label ?x .\n}")
    assert answer.status_code == 400
    assert "at line 3, column 28" in answer.text
    assert "add the line PREFIX rdfs: &lt;http://www.w3.org/2000/01/rdf-schema#&gt;" in answer.text
    [shown] = re.findall(r'<pre class="fault"[^>]*>(.*?)</pre>', answer.text, re.DOTALL)
    line, caret = html.unescape(shown).split("\n")
    assert line[: caret.index("^")].endswith("rdfs:label")
    assert 'data-line="3" data-column="28"' in answer.text


@pytest.mark.parametrize(
    ("query", "said", "line", "column"),
    [("SELEC", "error at 1:6: x", 1, 6), ("a\n\n", "at 9:1", 3, 1), ("", "at 1:1", 1, 1), ("x" * 500, "at 1:9", 1, 9)],
)  # fmt: skip
def test_a_fault_is_always_within_the_query(query: str, said: str, line: int, column: int) -> None:
    found = editor.fault(query, QuerySyntaxError(said))
    assert found
    assert (found.line, found.column) == (line, column)
    assert len(found.text) <= 121
    assert found.caret.index("^") <= len(found.text)


@pytest.mark.parametrize("error", [QuerySyntaxError("no place is named"), QueryTimeout(1)])
def test_what_has_no_place_is_no_fault_in_a_line(error: Exception) -> None:
    assert editor.fault("ASK {}", error) is None  # type: ignore[arg-type]


def test_an_unknown_prefix_is_told_without_a_guess(client: FlaskClient) -> None:
    text = get(client, "SELECT * { ?s a zz:Y }").text
    assert "No line says what the prefix zz: stands for." in text


def test_markup_in_names_and_answers_stays_text(client: FlaskClient) -> None:
    query = 'SELECT ("<script>x</script>" AS ?name) (3 AS ?n) {}'
    for view in editor.VIEWS:
        assert "<script>x" not in get(client, query, show=view).text


def test_every_query_of_the_library_is_an_example_under_one_topic(client: FlaskClient) -> None:
    found = [query.name for of in completion.examples().values() for query in of]
    assert sorted(found) == sorted(catalogue())
    text = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert all(html.escape(topic) in text for topic in completion.examples())


def test_the_words_offered_are_those_of_the_ontology(client: FlaskClient) -> None:
    answer = client.get("/sparql/vocabulary.json")
    assert answer.mimetype == "application/json"
    known = {term["name"]: term for term in answer.json["terms"]}
    assert known["cg:Attribution"]["kind"] == "class"
    assert "speech act" in known["cg:Attribution"]["says"]
    assert known["cg:attributedTo"]["kind"] == "property"
    assert known["membership-role:member"]["label"]
    assert all(name.split(":")[0] in answer.json["prefixes"] for name in known)
    assert "rdfs:label" in known


def test_the_page_works_where_nothing_was_installed_for_browsers(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.jinja_env.globals, "has_asset", lambda name: False)
    text = client.get("/sparql", headers={"Accept": "text/html"}).text
    assert "vendor/" not in text
    assert "<textarea" in text


# The map of an answer


def picture(columns: str, *rows: tuple[str | None, ...]) -> dict[str, str]:
    drawn = answer_map.draw(Table(tuple(columns.split()), list(rows)))
    assert drawn
    return {tile.code: tile.title for tile in drawn[0].tiles if "not in this answer" not in tile.title}


def state(code: str) -> str:
    return f"https://w3id.org/cybergov/id/state/{code}"


def test_a_state_has_the_name_and_the_value_that_the_answer_gives_it() -> None:
    found = picture("state name vote", (state("EST"), "Estonia", "yes"), (state("BRA"), "Brazil", "yes"))
    assert found == {"EST": "Estonia: yes", "BRA": "Brazil: yes"}


def test_a_column_that_tells_states_apart_is_taken() -> None:
    rows = [(state(code), "A/RES/73/27", vote) for code, vote in (("EST", "no"), ("BRA", "yes"), ("CHL", "yes"))]
    assert picture("state text vote", *rows) == {"EST": "EST: no", "BRA": "BRA: yes", "CHL": "CHL: yes"}


def test_several_values_of_a_state_are_not_made_one() -> None:
    found = picture("state vote", (state("EST"), "no"), (state("EST"), "yes"), (state("BRA"), "yes"))
    assert found["EST"] == "EST: several answers"


def test_states_alone_are_in_the_answer() -> None:
    assert picture("state", (state("EST"),)) == {"EST": "EST: in this answer"}


def test_many_numbers_are_put_into_classes_that_say_their_bounds() -> None:
    codes = ["AUT", "BEL", "BGR", "BRA", "CAN", "CHL", "CHN", "CZE", "DEU", "DNK", "ESP", "EST"]
    found = picture("state n", *((state(code), str(n)) for n, code in enumerate(codes, 1)))
    assert {title.partition(": ")[2] for title in found.values()} == {"1 to 3", "4 to 6", "7 to 9", "10 to 12"}


@pytest.mark.parametrize(
    "rows", [[], [("Estonia", "yes")], [(None, None)], [("https://w3id.org/cybergov/id/forum/foc", "1")]]
)
def test_an_answer_without_states_is_no_map(rows: list[tuple[str | None, ...]]) -> None:
    assert answer_map.draw(Table(("state", "vote"), rows)) is None


# In a browser


quiet = pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning")


def start(page: Page, query: str = "", **more: str) -> None:
    page.set_default_timeout(10_000)
    page.goto("/sparql" + (f"?{urlencode({'query': query, **more})}" if query else ""))
    page.locator(".cm-content").wait_for()


def written(page: Page) -> str:
    return page.locator("#query").input_value()


def write(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)


@pytest.mark.browser
@quiet
@vendored
def test_a_query_is_written_run_by_keyboard_and_there_again_on_back(page: Page) -> None:
    start(page)
    write(page, NORMS)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#answer")
    assert page.locator("tbody tr").count() == 6
    expect(page.locator(".found")).to_have_text(re.compile(r"6 rows · \d+ ms"))
    page.locator(".views a", has_text="Raw").click()
    page.locator("pre.answer").wait_for()
    page.go_back()
    page.locator("tbody tr").first.wait_for()
    assert written(page).strip() == NORMS


@pytest.mark.browser
@quiet
@vendored
def test_words_are_completed_with_their_prefix(page: Page) -> None:
    start(page)
    write(page, "SELECT * WHERE { ?a a Attributi")
    option = page.locator(".cm-tooltip-autocomplete li", has_text="cg:Attribution").first
    option.wait_for()
    option.click()
    assert written(page) == CG + "SELECT * WHERE { ?a a cg:Attribution"
    page.keyboard.insert_text(" ; cg:attributedT")
    page.keyboard.press("Control+ ")
    page.locator(".cm-tooltip-autocomplete li", has_text="cg:attributedTo").first.wait_for()
    page.wait_for_timeout(200)  # an Enter at once is taken for one of the text
    page.keyboard.press("Enter")
    assert written(page).endswith("; cg:attributedTo")
    assert written(page).count("PREFIX cg:") == 1


@pytest.mark.browser
@quiet
@vendored
def test_a_thing_is_found_by_its_name(page: Page) -> None:
    iri = "https://w3id.org/cybergov/id/forum/foc"
    found = [{"iri": iri, "name": "Freedom Online Coalition", "kind": "forum"}]
    page.route("**/suggest?q=freedom%20on", lambda route: route.fulfill(json=found))
    start(page)
    write(page, "SELECT * WHERE { VALUES ?forum { <freedom on")
    page.keyboard.press("Control+ ")
    page.locator(".cm-tooltip-autocomplete li", has_text="Freedom Online Coalition").click()
    assert written(page) == f"SELECT * WHERE {{ VALUES ?forum {{ <{iri}> "


@pytest.mark.browser
@quiet
@vendored
def test_a_variable_that_is_there_is_offered(page: Page) -> None:
    start(page)
    write(page, "SELECT ?longname WHERE { ?lon")
    page.locator(".cm-tooltip-autocomplete li", has_text="?longname").wait_for()


@pytest.mark.browser
@quiet
@vendored
def test_a_fault_is_marked_where_it_is(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)  # not watched: a browser logs the status 400 as an error
    page = context.new_page()
    start(page, CG + "SELECT ?s WHERE {\n  ?s a cg:Norm ; rdfs:label ?x .\n}")
    assert page.locator(".cm-lintRange-error").inner_text() == "rdfs:label"
    assert "line 3, column 28" in page.get_by_role("alert").inner_text()
    context.close()


@pytest.mark.browser
@quiet
@vendored
def test_an_example_fills_the_editor(page: Page) -> None:
    start(page)
    page.locator(".examples li a", has_text="Who chaired or served a forum").click()
    assert "cg:Office" in written(page)
    assert page.url.endswith("/sparql")


@pytest.mark.browser
@quiet
@vendored
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", MEMBERS, STATES, DATES])
def test_the_editor_breaks_no_rule_of_accessibility(browser: Browser, address: str, scheme: str, query: str) -> None:
    for _, page in opened(browser, address, color_scheme=scheme):
        for view in ("chart", "map") if query else ("table",):
            start(page, query, show=view)
            found = Axe().run(page, options=RULES).response["violations"]
            assert [f"{v['id']}: {[node['target'] for node in v['nodes']][:3]}" for v in found] == []


@pytest.mark.browser
@quiet
@vendored
@pytest.mark.parametrize("view", editor.VIEWS)
def test_the_editor_fits_a_phone(browser: Browser, address: str, view: str) -> None:
    for _, page in opened(browser, address, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True):
        start(page, STATES, show=view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
@quiet
def test_without_javascript_the_text_is_sent_and_seen_again(browser: Browser, address: str) -> None:
    for _, page in opened(browser, address, java_script_enabled=False):
        page.goto("/sparql")
        page.fill("textarea", MEMBERS)
        page.locator("form.editor button").first.click()
        page.locator(".views a", has_text="Chart").click()
        assert page.locator("table.bars tbody tr").count() > 3
        assert page.locator("textarea").input_value().strip() == MEMBERS.strip()
