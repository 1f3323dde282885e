"""Every state of the chat: no accessibility violation, no sideways scrolling, in light and in dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.canned import Site
from tests.e2e.conftest import outside
from tests.e2e.steps import ANSWER, opened, said, violations, write


def _ended(page: Page) -> None:
    said(page, "housing")
    page.get_by_role("button", name="End and erase").click()
    assert violations(page) == [], "while it asks"
    page.locator("#ask").get_by_role("button", name="End and erase").click()
    expect(page.get_by_role("button", name="Start a new chat")).to_be_visible()


def _ended_in_danger(page: Page) -> None:
    write(page, "fell silent")
    expect(page.get_by_role("button", name="Start a new chat")).to_be_visible()
    expect(page.get_by_role("link", name="Call 999").first).to_be_visible()
    expect(page.get_by_text("The lines still help")).to_be_visible()
    expect(page.locator("#care-title")).to_be_in_viewport(ratio=1)
    assert page.locator(".choices").count() == 0


def _not_sent(page: Page) -> None:
    page.route("**/api/messages", lambda route: route.abort())
    write(page, "can i get help with rent")
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=15_000)


def _no_start(page: Page) -> None:
    page.route("**/api/sessions", lambda route: route.fulfill(status=503, json={}))
    write(page, "hello")
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=15_000)


def _too_long(page: Page) -> None:
    write(page, "a word " * 1500)
    expect(page.get_by_role("button", name="Send it in 3 parts")).to_be_visible()


def _covered(page: Page) -> None:
    said(page, "housing")
    page.wait_for_timeout(800)  # until the page has scrolled to the answer: moving counts as being there
    page.clock.run_for(6 * 60_000)
    expect(page.get_by_role("button", name="Show the chat")).to_be_visible()


def _about(page: Page) -> None:
    page.get_by_text("What leaves a trace").click()


def _person(page: Page) -> None:
    page.route_web_socket(
        "**/api/live",
        lambda socket: socket.on_message(
            lambda _: (
                socket.send('{"type": "state", "state": "person", "name": "Sam"}'),
                socket.send('{"type": "message", "message": {"id": "p1", "from": "person", "text": "I am here."}}'),
            )
        ),
    )
    said(page, "waiting")
    expect(page.locator(".message.person")).to_be_visible()


def _strip(page: Page) -> None:
    said(page, "he has a bat")
    page.set_viewport_size({"width": 320, "height": 480})
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator("#strip")).to_be_visible()


def _said(words: str) -> Callable[[Page], None]:
    def reach(page: Page) -> None:
        said(page, words)

    return reach


STATES: dict[str, Callable[[Page], None]] = {
    "first screen": lambda page: None,
    "answer with cards and choices": _said("housing"),
    "emergency": _said("he has a bat"),
    "emergency out of sight": _strip,
    "urgent": _said("hand on my neck"),
    "urgent, said before": _said("she is asleep now"),
    "emergency, said before": _said("is it too late to be looked at"),
    "being watched": _said("watching"),
    "wish to leave": _said("55"),
    "long answer": _said("long"),
    "part of the service down": _said("degraded"),
    "ended": _ended,
    "ended in danger": _ended_in_danger,
    "not sent": _not_sent,
    "server not reached": _no_start,
    "too long": _too_long,
    "covered after a while": _covered,
    "what leaves a trace": _about,
    "waiting for a person": _said("waiting"),
    "a person writes": _person,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_no_violation_and_no_sideways_scrolling(browser: Browser, site: Site, state: str, scheme: str) -> None:
    """axe finds nothing; nothing is wider than 320 pixels of screen."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    outside(context)
    page = context.new_page()
    if state == "covered after a while":
        page.clock.install()
    opened(page, f"{site.url}/chat")
    STATES[state](page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


ROOM = """() => document.querySelector(".write").getBoundingClientRect().top -
  document.querySelector(".bar").getBoundingClientRect().bottom"""


@pytest.mark.parametrize(("width", "height"), [(740, 360), (320, 480), (360, 440)])
@pytest.mark.parametrize("words", ["housing", "he has a bat", "watching", "55"])
def test_a_small_screen_leaves_room_to_read(page: Page, site: Site, width: int, height: int, words: str) -> None:
    """A phone on its side, a small one, one with its keyboard open: what stays put takes less than half."""
    page.set_viewport_size({"width": width, "height": height})
    opened(page, f"{site.url}/chat")
    said(page, words)
    page.wait_for_timeout(500)
    assert page.evaluate(ROOM) > height / 2
    expect(page.locator("#leave")).to_be_in_viewport(ratio=1)
    if words != "55":
        newest = page.locator("#care > h2" if page.locator("#care").count() else f"{ANSWER} >> nth=1")
        expect(newest).to_be_in_viewport()
        expect(page.locator("#strip")).to_be_hidden()


@pytest.mark.parametrize("path", ["/chat", "/plain"])
def test_the_notice_says_the_number_large_and_folds_its_card(page: Page, site: Site, path: str) -> None:
    """What the first lines say is not said again before the question whether it happens now, but can be opened."""
    page.goto(site.url + path)
    page.locator("textarea").fill("he has a bat")
    page.locator(".write button").click()
    card = page.locator("#care details.card")
    expect(page.locator("#care > .ways .main")).to_have_text("Call 999")
    expect(card.locator(".hours")).to_be_hidden()
    card.locator("summary").press("Enter")
    expect(card.locator(".hours")).to_be_visible()
    assert violations(page) == []


def test_a_notice_said_before_leaves_room_for_the_answer(page: Page, site: Site) -> None:
    """On a phone, what was asked is answered on the same screen as the lines that stay at hand."""
    opened(page, f"{site.url}/chat")
    said(page, "hand on my neck")
    answer = said(page, "she is asleep now")
    expect(page.locator("#care").get_by_role("link", name="Call 0808 157 0001")).to_be_visible()
    expect(answer.locator(".said")).to_be_in_viewport(ratio=1)
    answer = said(page, "is it too late to be looked at")
    for line in ("Call 999", "Call 0808 157 0001"):
        expect(page.locator("#care").get_by_role("link", name=line).first).to_be_in_viewport(ratio=1)
    expect(answer.locator(".said")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("path", ["/plain", "/plain?language=cy", "/chat?language=cy", "/embed", "/demo"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_on_other_pages(browser: Browser, site: Site, path: str, scheme: str) -> None:
    """The forms, the Welsh chat, the guide and the made-up site are as clean."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site.url + path)
    if path.startswith("/plain"):
        page.locator("textarea").fill("he has a bat")
        page.locator(".write button").click()
        expect(page.locator("#care")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
