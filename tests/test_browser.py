"""In a real browser: nobody is shut out, nothing is asked of other hosts, and it works without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import RULES, opened
from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    # A browser that leaves cuts an answer short, and the test server then leaves the file of it to the collector.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"),
]

PAGES = {
    "home": "/",
    "list": "/states",
    "thing": "/doc/state/EST",
    "operation": "/doc/operation/notpetya",
    "claim": "/doc/membership/foc-EST-member-1",
    "network": "/network",
    "network around a state": "/network?focus=state/EST",
    "network of texts": "/network?question=texts",
    "timeline": "/timeline",
    "timeline of a state": "/timeline?about=state/EST",
    "timeline of attributions": "/timeline?about=attributions",
    "map": "/map?show=members&of=forum/foc&on=2019-06-30",
    "matrix": "/matrix?group=organisation/nato&set=votes",
    "comparison of states": "/compare?state=EST&state=RUS",
    "comparison of three": "/compare?state=EST&state=RUS&state=FRA",
    "comparison of forums": "/compare?forum=nato&forum=organisation/eu",
    "comparison to be chosen": "/compare",
    "map of a vote": "/map?show=vote&of=ballot/a-res-73-27",
    "sparql": "/sparql",
    "sparql answer": "/sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fcybergov%2Fontology%2FNorm%3E%20%7D",  # noqa: E501
    "queries": "/queries",
    "query": "/queries/forums_of_state",
    "competency": "/competency",
    "coverage": "/coverage",
    "editing": "/editing",
    "corrections": "/corrections",
    "search": "/search?q=estonia",
    "data": "/data",
    "ontology": "/ontology",
    "term": "/ontology/Membership.html",
    "code list": "/vocab/attribution-kind",
    "shapes": "/shapes",
    "alignments": "/alignments",
    "help": "/help",
    "glossary": "/glossary",
    "guides": "/guides",
    "guide on norms": "/guides/eleven-norms",
    "guide on processes": "/guides/from-gge-to-global-mechanism",
    "guide on attributions": "/guides/who-attributes-and-how",
    "guide on disclosure": "/guides/vulnerability-disclosure",
    "state that others speak of": "/doc/state/RUS",
    "forum": "/doc/forum/foc",
    "norm": "/doc/norm/un-2015-13j",
    "resolution": "/doc/document/a-res-73-27",
    "ballot": "/doc/ballot/a-res-73-27",
    "organisation": "/doc/organisation/nato",
    "report": "/report?about=/doc/state/EST",
    "search without a result": "/search?q=estoina",
    "query with a map": "/queries/measures_of_members",
    "query with bars": "/queries/verification_by_kind",
    "query with a wrong value": "/queries/membership_matrix?state=Estoina",
    "sparql chart": "/sparql?show=chart&query=SELECT%20%3Fc%20%28COUNT%28%2A%29%20AS%20%3Fn%29%20%7B%20%3Fs%20a%20%3Fc%20%7D%20GROUP%20BY%20%3Fc%20LIMIT%209",  # noqa: E501
    "error": "/doc/state/ESTO",
}


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    for _, page in opened(browser, address, color_scheme=request.param):
        yield page


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_breaks_no_rule_of_accessibility_in_either_theme(themed: Page, path: str) -> None:
    themed.goto(path)
    found = Axe().run(themed, options=RULES).response["violations"]
    told = [f"{v['id']}: {v['help']}: {[node['target'] for node in v['nodes']][:3]}" for v in found]
    assert told == []


def test_the_two_themes_are_two(browser: Browser, address: str) -> None:
    colours = set()
    for scheme in ("light", "dark"):
        for _, page in opened(browser, address, color_scheme=scheme):
            page.goto("/")
            colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_fits_a_phone_without_scrolling_sideways(phone: Page, path: str) -> None:
    phone.goto(path)
    wide, wider = phone.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
    assert wider <= wide == 390


@pytest.mark.parametrize("path", ["/", "/states", "/doc/state/EST"])
def test_text_may_be_twice_as_large(browser: Browser, address: str, path: str) -> None:
    """As WCAG 1.4.10 has it: 320 pixels of width are 1280 enlarged four times."""
    for _, page in opened(browser, address, viewport={"width": 320, "height": 256}):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_reaches_search_and_the_first_result(page: Page) -> None:
    page.goto("/states")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("estonia")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=estonia")
    for _ in range(40):
        if (page.evaluate("document.activeElement.getAttribute('href')") or "").startswith("/doc/"):
            break
        page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none", "one sees where one is"
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/state/EST")
    assert page.locator("h1").inner_text() == "Estonia"


def test_the_skip_link_leads_past_the_menu(page: Page) -> None:
    page.goto("/states")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_why_a_statement_is_here_opens_by_keyboard(page: Page) -> None:
    page.goto("/doc/state/EST")
    summary = page.locator("section details.why summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("section details.why").first.get_attribute("open") is not None
    assert page.locator("section details.why ul.proofs li").first.is_visible()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_is_whole_without_javascript(plain: Page, page: Page, path: str) -> None:
    plain.goto(path)
    page.goto(path)
    assert plain.locator("h1").inner_text()
    assert len(plain.locator("main").inner_text()) >= 0.9 * len(page.locator("main").inner_text())


def test_everything_can_be_done_without_javascript(plain: Page) -> None:
    plain.goto("/")
    plain.fill("#q", "paris call")
    plain.locator("form.big button").click()
    plain.locator("ul.hits a", has_text="Paris Call").first.click()
    assert "Paris Call" in plain.locator("h1").inner_text()
    plain.goto("/states")
    whole = plain.locator("tbody tr").count()
    plain.locator("select[name=kind]").select_option(index=1)
    plain.locator("form.facets button").click()
    assert "kind=" in plain.url
    assert 0 < plain.locator("tbody tr").count() < whole
    plain.goto("/sparql")
    plain.locator("textarea").fill("SELECT * { ?norm a <https://w3id.org/cybergov/ontology/Norm> }")
    plain.locator("form.editor button").first.click()
    assert plain.locator("tbody tr").count() == 6
    plain.goto("/network")
    assert plain.locator("svg a.mark").count() > 10
    plain.locator("svg a.mark").last.click()
    assert "node=" in plain.url


def test_the_network_has_its_colours_and_labels(page: Page) -> None:
    page.goto("/network?focus=state/EST")
    kinds = page.evaluate(
        "[...new Set([...document.querySelectorAll('svg .mark :is(circle, path)')].map(c => getComputedStyle(c).fill))]"
    )
    assert len(kinds) >= 3
    assert page.locator("svg text").count() > 5
