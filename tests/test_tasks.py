"""Tasks of real people, walked in a browser from the home page by menus, search, forms and links.

The answers that the pages must give are asked of the same sample by other queries, not written down here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from browsing import PHONE, opened
from playwright.sync_api import Browser, Download, Locator, Page, expect

import queries
from graph.engine import LocalEngine
from queries import Table
from webapp.reuse import has_asset
from webapp.things import readable

pytestmark = [
    pytest.mark.browser,
    # A browser that leaves cuts an answer short, and the test server then leaves the file of it to the collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"),
]

SVG = "{http://www.w3.org/2000/svg}"
ID = "https://w3id.org/cybergov/id/"
CG = "PREFIX cg: <https://w3id.org/cybergov/ontology/>\n"
ESTONIA, RUSSIA = "Estonia", "Russian Federation"
FOC = "Freedom Online Coalition"
LEFT = ("withdrawal notified", "withdrawn", "suspended", "expelled")
Row = dict[str, str]


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A person's page, at the door of the site."""
    for _, page in opened(browser, address, viewport={"width": 1280, "height": 900}):
        page.goto("/")
        yield page


@pytest.fixture
def asking(browser: Browser, address: str) -> Iterator[Page]:
    """The same, where a query with a mistake gets the status 400 on purpose, and the clipboard may be read."""
    allowed = ["clipboard-read", "clipboard-write"]
    for _, page in opened(browser, address, meant=(400,), permissions=allowed):
        page.goto("/")
        yield page


def rows(engine: LocalEngine, name: str, **values: str | list[str]) -> list[Row]:
    """Return the answer of a query of the library, a row a mapping."""
    return _rows(queries.find(name).answer(engine, **values))


def told(engine: LocalEngine, query: str) -> list[Row]:
    """Return the answer of any query."""
    return _rows(Table.read(engine.select(CG + query)))


def _rows(table: Table) -> list[Row]:
    return [dict(zip(table.columns, (value or "" for value in row), strict=True)) for row in table.rows]


def choose(page: Page, menu: str, entry: str) -> None:
    """Open a menu and choose an entry of it."""
    main = page.get_by_role("navigation", name="Main")
    main.locator("summary", has_text=menu).click()
    main.locator("details[open] a", has_text=entry).first.click()


def suggested(page: Page, box: Locator, words: str) -> None:
    """Type words, and choose the first suggestion by keyboard."""
    box.click()
    box.press_sequentially(words)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def cells(table: Locator) -> list[list[str]]:
    """Return the words in the body of a table, row by row; as they stand in the page, folded away or not."""
    read = "body => [...body.querySelectorAll('tr')].map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    return [row for body in table.locator("tbody").all() for row in body.evaluate(read)]


def taken(page: Page, link: Locator) -> str:
    """Return what a link to a file gives."""
    return page.request.get(link.get_attribute("href") or "").text()


def _read(download: Download) -> list[Row]:
    with download.path().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_who_voted_for_both_resolutions_of_2018(page: Page, engine: LocalEngine) -> None:
    """Did Singapore vote for both, and which states did the same? Where is a vote not on record?"""
    choose(page, "Views", "Matrix")
    page.get_by_role("link", name="UN votes since 2018").click()
    page.locator("summary", has_text="Choose states").click()
    page.get_by_label("Add all states of").select_option(value="organisation/un")
    page.get_by_role("button", name="Show").click()
    table = page.locator("table.matrix")
    heads = table.locator("thead tr").first.locator("th").all_inner_texts()
    first, second = (
        next(n for n, head in enumerate(heads) if f"resolution {of}:" in head) for of in ("73/27", "73/266")
    )
    marks = {
        row.locator("th").inner_text(): [
            row.locator("td").nth(n - 1).get_attribute("title") or "" for n in (first, second)
        ]
        for row in table.locator("tbody tr").all()
    }
    both = {state for state, (one, other) in marks.items() if "voted yes" in one and "voted yes" in other}
    votes = rows(engine, "votes_on_resolution", text=["document/a-res-73-27", "document/a-res-73-266"])
    yes = [(row["name"], row["ballot"]) for row in votes if row["vote"] == "yes"]
    assert both == {name for name, _ in yes if sum(name == other for other, _ in yes) == 2}
    assert "Singapore" in both
    recorded = {row["name"] for row in votes if row["ballot"].endswith("a-res-73-266")}
    for state, (_, other) in marks.items():
        assert ("not recorded" in other) == (state not in recorded), "who did not vote on record did not vote no"
    table.get_by_role("row", name="Singapore").locator("a.mark").first.click()
    expect(page.locator("h1")).to_contain_text("Singapore: yes")


def test_which_members_of_the_coalition_have_no_disclosure_policy_on_record(page: Page, engine: LocalEngine) -> None:
    members = {
        row["name"]
        for row in rows(engine, "members_of_forum", forum="forum/foc")
        if row["role"] == "member" and not row["end"] and "/state/" in row["member"]
    }
    policies = rows(engine, "measures_on_topic", topic="coordinated-vulnerability-disclosure")
    holders = {row["holder_name"] for row in policies if row["kind"] == "vulnerability disclosure policy"}
    choose(page, "Ask", "Questions")
    page.get_by_label("Words in the question").fill("members measure on record")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Members of a forum with and without a national measure").click()
    form = page.get_by_role("form", name="The question")
    form.get_by_label("Forum").select_option(label=FOC)
    form.get_by_label("Kind (required)").select_option(label="vulnerability disclosure policy")
    form.get_by_label("As of the day").fill("")
    form.get_by_role("button", name="Ask").click()
    answer = cells(page.locator(".answers table"))
    without = {row[0] for row in answer if "not recorded" in row}
    assert without == members - holders
    assert {row[0] for row in answer if "on record" in row} == members & holders
    assert 0 < len(without) < len(members)
    expect(page.locator("main")).to_contain_text("Not recorded does not say that the state has none")
    # The guide on disclosure says the same.
    choose(page, "Understand", "Guided reading")
    page.get_by_role("link", name="vulnerability disclosure").first.click()
    fold = page.locator("details", has_text="Members with no disclosure policy on record")
    fold.locator("summary").click()
    assert set(fold.locator("p a").all_inner_texts()) == without


def test_what_a_norm_asks_who_took_it_up_and_what_was_done(page: Page, engine: LocalEngine) -> None:
    page.locator("#q").fill("norm 13(c)")
    page.get_by_role("button", name="Search").click()
    page.locator("ul.hits a").first.click()
    norm = f"<{ID}norm/un-2015-13c>"
    asks = told(engine, f'SELECT ?text {{ {norm} cg:paraphrase ?text FILTER(LANG(?text) = "en") }}')[0]["text"]
    expect(page.locator(".paraphrase")).to_contain_text(asks)
    ties = page.locator(".card", has=page.get_by_role("heading", name="How it stands to other texts"))
    texts = rows(engine, "norms_and_elaborations", norm="norm/un-2015-13c")
    assert {row["relation"] for row in texts} >= {"elaborates", "reaffirms"}
    for row in texts:
        expect(ties).to_contain_text(f"{row['text_name']}: {row['relation']} this")
    assert rows(engine, "measures_for_commitment", commitment="norm/un-2015-13c") == []
    done = page.locator(".card", has=page.get_by_role("heading", name="Measures at home", exact=True))
    expect(done).to_contain_text("No measure is set against it here; there may be many.")
    # Another norm has some, and each says how it stands to the norm.
    suggested(page, page.get_by_role("banner").get_by_role("combobox", name="Search"), "norm 13(j)")
    expect(page.locator("h1")).to_contain_text("responsible reporting of ICT vulnerabilities")
    measures = rows(engine, "measures_for_commitment", commitment="norm/un-2015-13j")
    assert len(measures) > 3
    for row in measures:
        line = done.locator("li", has=page.get_by_role("link", name=row["name"], exact=True))
        expect(line).to_contain_text(row["relation"])
        expect(line).to_contain_text(row["state_name"])


def test_who_attributed_an_operation_and_what_the_accused_replied(page: Page, engine: LocalEngine) -> None:
    suggested(page, page.locator("#q"), "notpet")
    expect(page.locator("h1")).to_have_text("NotPetya")
    said = rows(engine, "attributions_of_operation", operation="operation/notpetya")
    acts = {row["act"]: row for row in said if row["what"] == "attribution"}
    section = page.locator("section", has=page.get_by_role("heading", name="Who attributed it, and to whom"))
    table = {row[0]: row for row in cells(section.locator("table").first)}
    assert set(table) == {row["name"] for row in acts.values()}
    for row in acts.values():
        assert table[row["name"]][1:4] == [readable(row["date"]), row["actor_name"], row["named_name"]]
    own = told(
        engine,
        f"SELECT DISTINCT ?act {{ ?act cg:ofOperation <{ID}operation/notpetya> ;"
        " a cg:Attribution ; cg:evidence/cg:source/cg:sourceRank ?rank FILTER(?rank <= 2) }",
    )
    figures = page.locator(".figures li")
    expect(figures.filter(has_text="on the speaker's own text")).to_contain_text(re.compile(rf"^\s*{len(own)}\b"))
    expect(figures.filter(has_text="official acts")).to_contain_text(re.compile(rf"^\s*{len(acts)}\b"))
    replies = {row["act"]: row for row in said if row["what"] == "reply"}
    assert {row["actor_name"] for row in replies.values()} == {RUSSIA}
    summary = page.locator(".summary")
    expect(summary).to_contain_text(f"{RUSSIA}: {len(replies)} replies on record")
    for row in replies.values():
        expect(summary).to_contain_text(row["stance"])
    words = page.locator("main").inner_text().lower()
    assert "responsible for" not in words
    assert "attacker" not in words


def test_who_was_a_member_on_a_day(page: Page, engine: LocalEngine) -> None:
    choose(page, "Views", "Map")
    page.get_by_label("Forum").select_option(value="forum/foc")
    page.get_by_label("As of (optional)").fill("2014-01-01")
    page.get_by_role("button", name="Show").click()
    members = rows(engine, "members_of_forum", forum="forum/foc", on="2014-01-01")
    there = {row["name"] for row in members if row["answer"] == "yes"}
    expect(page.locator("h1")).to_have_text(re.compile(rf"{FOC}: {len(there)} states .* on 1 January 2014"))
    expect(page.locator(".mapkeys li", has_text="member").first).to_contain_text(str(len(there)))
    table = cells(page.locator("table.maptable"))
    assert {row[0] for row in table if row[1] == "member"} == there
    file = list(csv.DictReader(io.StringIO(taken(page, page.locator("#table ~ p a", has_text="CSV").first))))
    assert {row["name"] for row in file if row["answer"] == "member"} == there
    later = {row["name"] for row in members if row["answer"] == "no"} - there
    assert later & {row[0] for row in table if row[1] == "not that day"}


def test_which_forums_two_states_share(page: Page, engine: LocalEngine) -> None:
    choose(page, "Views", "Compare")
    form = page.get_by_role("form", name="Compare states")
    form.get_by_label("State 1").fill(ESTONIA)
    form.get_by_label("State 2").fill(RUSSIA)
    form.get_by_role("button", name="Compare states").click()
    shared = {row["name"] for row in rows(engine, "common_forums", state="state/EST", other="state/RUS")}
    columns = page.locator("#forums .three > div").all()
    both, first, second = (set(column.locator(".thing").all_inner_texts()) for column in columns)
    assert both == shared
    assert FOC in first
    assert "BRICS" in second
    for names, state in ((first, "EST"), (second, "RUS")):
        known = {row["name"] for row in rows(engine, "forums_of_state", state=f"state/{state}")}
        assert names <= known - shared
    counts = [row for row in cells(page.locator("table.overlap")) if row[0] == "Forums"]
    assert counts[0][1:4] == [str(len(names)) for names in (both, first, second)]


def test_what_followed_a_process_and_when_it_met(page: Page, engine: LocalEngine) -> None:
    choose(page, "Views", "Timeline")
    lineage = rows(engine, "lineage_of_forum", forum="forum/un-oewg-2019")
    followed = next(row for row in lineage if row["relation"] == "succeeds" and row["other"].endswith("un-oewg-2019"))
    expect(page.locator("#ties + ul")).to_contain_text(f"{followed['name']} succeeds {followed['other_name']}")
    table = page.locator("table.timetable")
    sessions = rows(engine, "sessions_of_forum", forum="forum/un-oewg-2019")
    assert len(sessions) > 3
    for row in sessions:
        line = table.get_by_role("row").filter(has_text=row["name"])
        expect(line).to_contain_text(row["start"])
        expect(line).to_contain_text(row["end"] or row["start"])
    table.get_by_role("link", name=followed["name"]).click()
    expect(page.locator("h1")).to_have_text(followed["name"])
    expect(page.locator(".chain").get_by_role("list", name="before")).to_contain_text(followed["other_name"])


def test_a_query_with_a_mistake_is_mended_and_drawn(asking: Page, engine: LocalEngine) -> None:
    page = asking
    choose(page, "Ask", "SPARQL")
    box = page.locator(".cm-content" if has_asset("editor.mjs") else "#query")

    def write(text: str) -> None:
        box.click()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.insert_text(text)
        page.get_by_role("button", name="Run query").click()

    wrong = f"{CG}SELECT ?forum (COUNT(?m) AS ?members) {{\n  ?m a cg:Membership ; cg:forum ?forum\n}} GROUP ?forum"
    write(wrong)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"can't be read at line 4, column \d+"))
    assert page.locator("#query").input_value() == wrong, "what was written is still there"
    right = wrong.replace("GROUP ?forum", "GROUP BY ?forum")
    write(right)
    expect(alert).to_have_count(0)
    answer = {row["forum"]: row["members"] for row in _rows(Table.read(engine.select(right)))}
    expect(page.locator(".found")).to_contain_text(f"{len(answer)} rows")
    page.get_by_role("link", name="Chart").click()
    largest = max(answer.values(), key=int)
    expect(page.locator(".sheet")).to_contain_text(largest)
    with page.expect_download() as download:
        page.locator(".take").get_by_role("link", name="CSV", exact=True).click()
    assert {row["forum"]: row["members"] for row in _read(download.value)} == answer


def test_where_a_membership_was_read_and_how_it_is_cited_and_put_right(asking: Page, engine: LocalEngine) -> None:
    page = asking
    suggested(page, page.locator("#q"), "estoni")
    card = page.locator(".card", has=page.get_by_role("heading", name="Belongs to"))
    card.locator("li", has_text=FOC).get_by_text("why?").click()
    claim = "membership/foc-EST-member-1"
    expect(page).to_have_url(re.compile(f"/doc/{claim}$"))
    evidence = rows(engine, "evidence_of_claim", claim=claim)
    proofs = page.locator("ul.proofs li")
    expect(proofs).to_have_count(len(evidence))
    for row in evidence:
        proof = proofs.filter(has_text=row["says"])
        for words in (row["source_name"], row["locator"], row["verification"], f"source of rank {row['rank']}"):
            expect(proof).to_contain_text(words)
        expect(proof).to_contain_text(f"opened {readable(row['opened'])}")
        assert proof.get_by_role("link").first.get_attribute("href") == row["address"]
    page.locator("summary", has_text="Cite this page").click()
    page.get_by_role("button", name="Copy: BibTeX").click()
    expect(page.get_by_role("button", name="Copy: BibTeX")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@")
    assert f"/doc/{claim}" in copied
    assert re.search(r"snapshot|release", copied), "a citation says of which state of the data"
    page.locator(".report").get_by_role("link", name="Report an error on this page").click()
    expect(page.locator("pre.snip")).to_contain_text(f"/doc/{claim}")


def test_who_sits_where_with_a_state(page: Page, engine: LocalEngine) -> None:
    choose(page, "Views", "Network")
    form = page.get_by_role("form", name="What the network shows")
    suggested(page, form.get_by_role("combobox"), "eston")
    expect(form.get_by_role("combobox")).to_have_value("state/EST")
    form.get_by_role("button", name="Show").click()
    expect(page.locator(".netpanel h2")).to_have_text(ESTONIA)
    left_out = page.locator(".account").inner_text()

    def forums(state: str) -> set[str]:
        now = [
            row for row in rows(engine, "forums_of_state", state=state) if not row["end"] and row["role"] not in LEFT
        ]
        return {row["name"] for row in now if row["name"] not in left_out}

    near = page.locator(".netpanel .ties li")
    assert near.count() > 5
    for line in near.all():
        state = (line.get_by_role("link").get_attribute("href") or "").partition("node=")[2].partition("&")[0]
        shared = forums(unquote(state).partition("#")[0]) & forums("state/EST")
        expect(line.locator(".count")).to_have_text(str(len(shared)))
    # To a neighbour along a tie, by keyboard.
    page.locator("a.mark[data-id='state/EST']").focus()
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.id")
    assert chosen != "state/EST"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("node="))
    name = page.locator(".netpanel h2").inner_text()
    page.get_by_role("link", name="Centre here").click()
    expect(page).to_have_url(re.compile(f"focus={chosen}"))
    expect(page.locator(".netpanel h2")).to_have_text(name)
    marks = {mark.get_attribute("data-id") for mark in page.locator("svg a.mark").all()}
    assert {chosen, "state/EST"} <= marks
    takes = page.locator(".takes")
    svg = ElementTree.fromstring(taken(page, takes.get_by_role("link", name="SVG")))
    drawn = [
        one
        for one in svg.iter(f"{SVG}g")
        if one.get("class", "").startswith("mark ") and one.find(f"{SVG}title") is not None
    ]
    assert len(drawn) == len(marks)
    with page.expect_download() as download:
        takes.get_by_role("link", name="GraphML").first.click()
    graph = ElementTree.parse(download.value.path())
    nodes = {node.get("id", "").removeprefix(ID) for node in graph.iter("{http://graphml.graphdrawing.org/xmlns}node")}
    assert nodes == marks


def test_a_figure_in_a_guide_is_followed_to_its_query_and_file(
    browser: Browser, address: str, engine: LocalEngine
) -> None:
    """On a telephone, without JavaScript."""
    for _, page in opened(browser, address, **PHONE, java_script_enabled=False):
        page.goto("/")
        choose(page, "Understand", "Guided reading")
        page.get_by_role("link", name="Who attributes cyber operations, and how").first.click()
        acts = told(
            engine,
            "SELECT ?act ?speaker { ?act a cg:Attribution ; cg:speaker ?speaker ; cg:attributionStance ?stance"
            " FILTER(?stance != <https://w3id.org/cybergov/vocab/attribution-stance/reported-by-another>) }",
        )
        number, speakers = len({row["act"] for row in acts}), len({row["speaker"] for row in acts})
        story = page.locator("article")
        expect(story).to_contain_text(f"{number} official acts of attribution by {speakers} speakers")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        story.get_by_role("link", name="the query").first.click()
        expect(page.locator("h1")).to_have_text("Ask the graph")
        expect(page.locator(".found")).to_contain_text(f"{number} rows")
        with page.expect_download() as download:
            page.locator(".take").get_by_role("link", name="CSV", exact=True).click()
        assert {row["act"] for row in _read(download.value)} == {row["act"] for row in acts}
