"""What a visitor does, in words that several tests share."""

from typing import Any

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

ANSWER = ".message.service"
LEAVE = "Leave now"


def opened(page: Page, url: str) -> None:
    """The chat with its script at work."""
    page.goto(url)
    expect(page.locator(".doors button")).to_have_count(4)


def write(page: Page, words: str) -> None:
    """Words written and sent."""
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Send", exact=True).click()


def said(page: Page, words: str) -> Locator:
    """Words sent; the answer to them, seen."""
    before = page.locator(ANSWER).count()
    write(page, words)
    answer = page.locator(ANSWER).nth(before)
    expect(answer).to_be_visible()
    return answer


def way_out(page: Page) -> Locator:
    return page.get_by_role("link", name=LEAVE, exact=True)


def violations(page: Page) -> list[Any]:
    """What axe finds wrong, each with the first element it is about."""
    found = Axe().run(page)["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]
