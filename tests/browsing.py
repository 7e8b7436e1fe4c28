"""A real browser on the sample: fixtures, and a watch on every page for requests to other hosts and for errors."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
GIVEN = [
    "--no-sandbox", "--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}  # for axe
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MEANT = (404,)  # statuses of pages that tests ask for on purpose; the browser logs each as an error


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The sample served on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing, and continuous integration must not pass over the browser tests.")
        pytest.skip("Chromium is not installed; `apt-get install chromium` runs these tests.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=GIVEN)
        yield browser
        browser.close()


def is_elsewhere(address: str) -> bool:
    """Tell whether an address is of another host; one that the page holds itself (data:, blob:) has none."""
    return urlsplit(address).hostname not in ("127.0.0.1", None)


def opened(
    browser: Browser, address: str, meant: tuple[int, ...] = MEANT, **options: object
) -> Iterator[tuple[BrowserContext, Page]]:
    """Give a page, and fail at the end if it asked another host or reported an error."""
    context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]
    page, trouble = context.new_page(), []
    page.on("request", lambda r: is_elsewhere(r.url) and trouble.append(f"asked {r.url}"))
    page.on("pageerror", lambda error: trouble.append(f"error {error}"))
    page.on(
        "console",
        lambda told: (
            told.type == "error"
            and not any(f"status of {status}" in told.text for status in meant)
            and trouble.append(told.text)
        ),
    )
    page.on(
        "response", lambda got: "/static/" in got.url and got.status >= 400 and trouble.append(f"missing {got.url}")
    )
    yield context, page
    context.close()
    assert not trouble, trouble


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    for _, page in opened(browser, address):
        yield page


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    for _, page in opened(browser, address, **PHONE):
        yield page


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """A page with JavaScript off."""
    for _, page in opened(browser, address, java_script_enabled=False):
        yield page
