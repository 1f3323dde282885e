"""A browser, and a gateway with canned replies, for all tests of this ring."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.canned import EXIT, Site, running

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The back-forward cache is on, as with visitors: Playwright would turn it off.
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield chromium
        chromium.close()


def outside(context: BrowserContext) -> None:
    """The ordinary sites that the way out leads to are answered by the test itself."""
    for pattern in ("https://www.bbc.co.uk/**", f"{EXIT}**"):
        context.route(pattern, lambda route: route.fulfill(body="<title>Weather</title>rain", content_type="text/html"))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone of 360 by 740, with nothing in it."""
    made = browser.new_context(viewport={"width": 360, "height": 740})
    outside(made)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def _shared() -> Iterator[Site]:
    with running() as site:
        yield site


@pytest.fixture
def site(_shared: Site) -> Iterator[Site]:
    """The gateway over canned replies, as nobody had talked to it."""
    _shared.canned.said.clear()
    _shared.canned.opened.clear()
    yield _shared
    _shared.canned.delay = 0.0
