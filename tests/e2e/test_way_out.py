"""The way out: one press or Shift three times, from anywhere, with everything down, and nothing to come back to."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.canned import EXIT, Site, running
from tests.e2e.steps import opened, said, way_out, write


def test_one_press_ends_the_session_and_opens_an_ordinary_site(page: Page, site: Site) -> None:
    """The server holds the session no more; Back does not lead to the chat."""
    before = site.sessions
    page.goto("data:text/html,<title>Before</title>before")
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    assert site.sessions == before + 1
    way_out(page).click()
    page.wait_for_url(EXIT)
    page.wait_for_timeout(300)
    assert site.sessions == before
    page.go_back()
    assert page.url.startswith("data:"), "the chat was replaced in the history"


def test_shift_three_times_leaves_while_typing(page: Page, site: Site) -> None:
    """From within the box, and with capitals before."""
    opened(page, f"{site.url}/chat")
    page.get_by_label("Your message").press_sequentially("She Is com")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(EXIT)


def test_capitals_and_slow_presses_do_not_leave(page: Page, site: Site) -> None:
    """Writing in capitals is no wish to leave, and three presses take five seconds at most."""
    page.clock.install()
    opened(page, f"{site.url}/chat")
    page.get_by_label("Your message").focus()
    for letter in "HELP":
        page.keyboard.press(f"Shift+{letter}")
    page.keyboard.press("Shift")
    expect(page.get_by_role("status").first).to_contain_text("two more times")
    page.clock.run_for(5100)
    expect(page.get_by_role("status").first).to_contain_text("Not leaving")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_timeout(200)
    assert page.url == f"{site.url}/chat"


def test_it_works_with_the_server_gone(page: Page) -> None:
    """The page knows the way by itself."""
    with running() as own:
        opened(page, f"{own.url}/chat")
        said(page, "housing")
    way_out(page).click()
    page.wait_for_url(EXIT)


def test_the_page_is_empty_before_the_other_site_has_come(page: Page, site: Site) -> None:
    """Words, title and notice are gone at once, however slow the network."""
    opened(page, f"{site.url}/chat")
    said(page, "he has a bat")
    page.route(f"{EXIT}**", lambda route: None)
    left = way_out(page).evaluate(
        "(link) => { link.click(); return [document.title, document.body.innerText.trim()]; }"
    )
    assert left == ["Loading", "Loading"]


def test_it_is_first_in_order_and_always_in_sight(page: Page, site: Site) -> None:
    """First stop of the Tab key; on screen after a long talk, at every width."""
    opened(page, f"{site.url}/chat")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Leave this page now")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    for words in ("housing", "long", "he has a bat", "long"):
        said(page, words)
    for width, height in ((320, 480), (360, 740), (768, 1024), (1920, 1080), (740, 360)):
        page.set_viewport_size({"width": width, "height": height})
        for edge in (0, 1e6):
            page.evaluate("(top) => scrollTo(0, top)", edge)
            expect(way_out(page)).to_be_in_viewport(ratio=1)
            assert _on_top(page), f"covered at {width}x{height}"


def test_a_keyboard_on_the_screen_takes_it_along(page: Page, site: Site) -> None:
    """What moves the seen part of the page moves the way out with it."""
    opened(page, f"{site.url}/chat")
    page.evaluate(
        """() => { Object.defineProperty(visualViewport, "offsetTop", { value: 280 });
        visualViewport.dispatchEvent(new Event("scroll")); }"""
    )
    moved = way_out(page).bounding_box()
    assert moved and moved["y"] >= 280


def _on_top(page: Page) -> bool:
    covered: bool = way_out(page).evaluate(
        """(link) => { const { x, y, width, height } = link.getBoundingClientRect();
        return [[2, 2], [width - 3, height - 3], [width / 2, height / 2]].every(([dx, dy]) =>
          link.contains(document.elementFromPoint(x + dx, y + dy)) || dx !== width / 2); }"""
    )
    return covered


@pytest.mark.parametrize("words", ["55", "watching"])
def test_danger_of_being_seen_brings_it_to_the_front(page: Page, site: Site, words: str) -> None:
    """It grows to the whole width; asked for in words, it is one Enter away."""
    opened(page, f"{site.url}/chat")
    small = way_out(page).bounding_box()
    said(page, words)
    large = way_out(page).bounding_box()
    assert small and large and large["width"] > 300 and large["height"] >= 60 > small["height"]
    if words == "55":
        expect(way_out(page)).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(EXIT)


def test_the_choice_to_leave_leaves_at_once(page: Page, site: Site) -> None:
    """The button of an answer does what it says without asking the server."""
    opened(page, f"{site.url}/chat")
    said(page, "something unclear")
    page.get_by_role("button", name="Leave this page").click()
    page.wait_for_url(EXIT)
    assert "/leave_quickly" not in site.canned.said


def test_a_second_tab_opens_where_a_deployment_wants_it(page: Page, context: BrowserContext) -> None:
    """Off unless set; an ordinary site as well, with no way back to the chat."""
    with running(second_tab=f"{EXIT}second") as own:
        opened(page, f"{own.url}/chat")
        with context.expect_page() as found:
            way_out(page).click()
        assert found.value.evaluate("opener") is None
        page.wait_for_url(EXIT)


def test_leaving_while_an_answer_is_on_its_way_leaves_nothing(page: Page, site: Site) -> None:
    """What is still being answered is not kept for somebody who has gone."""
    before = site.sessions
    opened(page, f"{site.url}/chat")
    said(page, "hello")
    site.canned.delay = 1.0
    write(page, "housing")
    page.wait_for_timeout(300)
    way_out(page).click()
    page.wait_for_url(EXIT)
    page.wait_for_timeout(1500)
    assert site.sessions == before


def test_leaving_one_tab_leaves_the_others(page: Page, context: BrowserContext, site: Site) -> None:
    """A second tab with the chat would still say what the first was about."""
    before = site.sessions
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    second = context.new_page()
    opened(second, f"{site.url}/chat")
    said(second, "hello")
    assert site.sessions == before + 2
    way_out(second).click()
    second.wait_for_url(EXIT)
    page.wait_for_url(EXIT)
    page.wait_for_timeout(300)
    assert site.sessions == before and len(context.pages) == 2


def test_the_note_says_what_leaving_can_not_do(page: Page, site: Site) -> None:
    """History, spyware, and no tip that can do harm."""
    opened(page, f"{site.url}/chat")
    page.get_by_text("What leaves a trace").click()
    about = page.locator(".about")
    for words in ("history", "software that watches", "private window", "can itself be noticed"):
        expect(about).to_contain_text(words)
    expect(about.locator("li").last).to_be_in_viewport()


def test_going_elsewhere_is_leaving_too(page: Page, site: Site) -> None:
    """Another address, then Back: the back-forward cache shows a blank page that moves on, or a fresh start."""
    before = site.sessions
    opened(page, f"{site.url}/chat")
    said(page, "housing and my canary")
    page.goto(f"{EXIT}elsewhere")
    page.wait_for_timeout(300)
    assert site.sessions == before
    page.go_back(wait_until="commit")
    page.wait_for_timeout(500)
    assert "canary" not in page.content()
    if page.url != EXIT:
        expect(page.locator(".doors button")).to_have_count(4)


def test_a_page_kept_by_the_browser_is_blank_and_moves_on(page: Page, site: Site) -> None:
    """What the back-forward cache would keep holds no word; brought back, it goes to the ordinary site."""
    opened(page, f"{site.url}/chat")
    said(page, "housing and my canary")
    kept: dict[str, Any] = page.evaluate(
        """() => { dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
        return { hidden: document.documentElement.hidden, text: document.documentElement.outerHTML,
                 box: document.getElementById("words").value }; }"""
    )
    assert kept["hidden"] and not re.search("canary|council", kept["text"]) and kept["box"] == ""
    page.evaluate('dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))')
    page.wait_for_url(EXIT)


def test_an_unsent_word_can_not_be_brought_back(page: Page, site: Site) -> None:
    """Ending takes the memory of undo along."""
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    page.get_by_label("Your message").press_sequentially("canary")
    page.get_by_role("button", name="End and erase").click()
    page.locator("#ask").get_by_role("button", name="End and erase").click()
    page.get_by_role("button", name="Start a new chat").click()
    expect(page.locator(".doors button")).to_have_count(4)
    page.get_by_label("Your message").focus()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Your message")).to_have_value("")


def test_printing_shows_nothing(page: Page, site: Site) -> None:
    """A printer in the hall gives a blank sheet."""
    opened(page, f"{site.url}/chat")
    write(page, "housing")
    page.emulate_media(media="print")
    expect(page.locator("body")).to_be_hidden()
    page.goto(f"{site.url}/plain")
    expect(page.locator("body")).to_be_hidden()
