"""The chat with JavaScript unavailable: the same conversation as plain forms."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.e2e import steps
from tests.e2e.canned import EXIT, Site
from tests.e2e.conftest import FLAGS, outside
from tests.e2e.steps import opened, said, way_out


def write(page: Page, words: str) -> None:
    """Words written and sent, and the new page that answers them seen: until then the old one stands."""
    steps.write(page, words)
    expect(page.locator(".message.own")).to_contain_text(words)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    outside(made)
    yield made
    made.close()


@pytest.mark.parametrize("path", ["/chat", "/chat/frame", "/plain"])
def test_a_choice_and_words_are_answered(page: Page, site: Site, path: str) -> None:
    """Every page of the chat works as forms; the words are told once each."""
    page.goto(site.url + path)
    page.get_by_role("button", name="Something is happening to me").click()
    expect(page.locator("body")).to_contain_text("You are believed here")
    write(page, "housing\nplease")
    expect(page.locator("ol li")).to_have_count(3)
    assert site.canned.said == ['/door{"role": "victim"}', "housing\nplease"]
    assert page.url == f"{site.url}/plain"


def test_cards_call_and_text_in_one_tap(page: Page, site: Site) -> None:
    """Numbers are links; a text starts with its word in it."""
    page.goto(f"{site.url}/plain")
    write(page, "housing")
    expect(page.get_by_role("link", name="Call 0808 157 0001")).to_have_attribute("href", "tel:08081570001")
    expect(page.get_by_role("link", name="Text WORD to 85999")).to_have_attribute("href", "sms:85999?body=WORD")
    expect(page.get_by_role("link", name="0300 157 0004")).to_have_attribute("href", "tel:03001570004")


def test_the_care_notice_stands_before_the_answer(page: Page, site: Site) -> None:
    """Danger is answered with 999 first."""
    page.goto(f"{site.url}/plain")
    write(page, "he has a bat")
    expect(page.locator("#care")).to_contain_text("Call 999 now")
    expect(page.locator('#care a[href="tel:999"]').first).to_be_in_viewport()
    assert page.locator("#care ~ .message.service").count() == 1


def test_the_way_out_is_a_plain_link_first_in_order(page: Page, site: Site) -> None:
    """Tab, Enter, gone; in a frame it moves the page around it."""
    page.goto(f"{site.url}/plain")
    write(page, "housing")
    expect(page.locator(".message.own")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this page now")).to_be_focused()
    expect(way_out(page)).to_have_attribute("target", "_top")
    way_out(page).click()
    page.wait_for_url(EXIT)


def test_the_browser_keeps_no_page_of_the_talk(page: Page, site: Site) -> None:
    """Back after leaving finds nothing kept: the browser would have to ask the server again."""
    page.goto(f"{site.url}/plain")
    write(page, "housing and my canary")
    way_out(page).click()
    page.wait_for_url(EXIT)
    page.route("**/plain", lambda route: route.abort())
    with contextlib.suppress(Error):
        page.go_back()
    page.wait_for_timeout(500)
    assert "canary" not in page.content() and "council" not in page.content()


def test_the_disk_of_the_device_holds_no_word(browser: Browser, site: Site, tmp_path: Path) -> None:
    """A visit to either chat, the browser closed: its whole profile, session files among it, has nothing of the talk."""
    device = browser.browser_type.launch_persistent_context(tmp_path, executable_path="/usr/bin/chromium", args=FLAGS)
    outside(device)
    page = device.pages[0]
    opened(page, f"{site.url}/chat")
    said(page, "zebracanary housing")
    page.goto(f"{site.url}/plain")
    write(page, "zebracanary housing")
    token = page.locator('[name="token"]').get_attribute("value")
    assert token
    write(page, "zebracanary again")
    way_out(page).click()
    page.wait_for_url(EXIT)
    device.close()
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert [path for path, raw in written.items() if b"/plain" in raw and "Sessions" in path.parts], "they were read"
    for words in ("zebracanary", "council must help", token):
        spelt = (words.encode(), words.encode("utf-16-le"))
        assert [path for path, raw in written.items() if any(one in raw for one in spelt)] == []


def test_stepping_back_through_an_erased_chat_shows_no_word(page: Page, site: Site) -> None:
    """Even when the browser sends every form again: the token opens nothing, the words stay off the screen."""
    page.goto(f"{site.url}/plain")
    for words in ("first canary", "housing canary"):
        write(page, words)
    page.get_by_role("button", name="End and erase").click()
    page.get_by_role("link", name="Leave now", exact=True).click()
    page.wait_for_url(EXIT)
    for _ in range(3):
        page.go_back()
        expect(page.locator("body")).to_contain_text("This chat has ended")
        assert "canary" not in page.content() and "council" not in page.content()


def test_the_token_is_in_no_address_and_no_cookie_is_set(page: Page, context: BrowserContext, site: Site) -> None:
    """It travels in a hidden field, by POST, and the page asks nobody else."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.goto(f"{site.url}/plain")
    write(page, "housing canary")
    token = page.locator('[name="token"]').get_attribute("value")
    assert token and len(token) >= 22
    write(page, "and more")
    assert page.locator('[name="token"]').get_attribute("value") == token
    assert not [
        line for line in asked if token in line or "canary" in line or site.url not in line.replace("data:", site.url)
    ]
    assert context.cookies() == []


def test_a_page_loaded_again_doubles_nothing(page: Page, site: Site) -> None:
    """The same form sent twice is answered once."""
    page.goto(f"{site.url}/plain")
    write(page, "hello")
    write(page, "housing")
    page.reload()
    expect(page.locator("ol li")).to_have_count(3)
    assert site.canned.said == ["hello", "housing"]


def test_end_and_erase_ends(page: Page, site: Site) -> None:
    """One press, and the server holds nothing more; then one may begin anew."""
    before = site.sessions
    page.goto(f"{site.url}/plain")
    write(page, "housing")
    assert site.sessions == before + 1
    page.get_by_role("button", name="End and erase").click()
    expect(page.locator("body")).to_contain_text("Its words are gone")
    assert site.sessions == before
    page.get_by_role("button", name="Start a new chat").click()
    expect(page.locator(".doors button")).to_have_count(4)


def test_a_draft_survives_a_choice(page: Page, site: Site) -> None:
    """What was typed and not sent comes back in the box."""
    page.goto(f"{site.url}/plain")
    write(page, "housing")
    page.get_by_label("Your message").fill("not yet sent")
    page.get_by_role("button", name="England").click()
    expect(page.get_by_label("Your message")).to_have_value("not yet sent")


def test_waiting_for_a_person_offers_to_look(page: Page, site: Site) -> None:
    """Without a live line there is a button that asks again and loses no draft."""
    page.goto(f"{site.url}/plain")
    write(page, "waiting")
    page.get_by_label("Your message").fill("half a line")
    page.get_by_role("button", name="Look for an answer").click()
    expect(page.get_by_label("Your message")).to_have_value("half a line")
    assert site.canned.said == ["waiting", '/handoff{"step": "look"}']


def test_earlier_answers_can_be_read_again(page: Page, site: Site) -> None:
    """They fold away above the newest."""
    page.goto(f"{site.url}/plain")
    write(page, "housing")
    write(page, "hello")
    page.get_by_text("Earlier answers").click()
    expect(page.locator("details ol li")).to_have_count(3)


def test_welsh_stays_welsh_through_the_forms(page: Page, site: Site) -> None:
    """The language of the page goes along; answers say that they are English."""
    page.goto(f"{site.url}/plain?language=cy&nation=wales")
    page.locator(".doors button").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator(".message.service").last).to_have_attribute("lang", "en")
    assert site.canned.opened == [("cy", "wales")]
    page.locator("textarea").fill("he has a bat")
    page.locator(".write button").click()
    expect(page.locator("#care")).to_have_attribute("lang", "en")
    expect(page.locator("#care-title")).to_have_attribute("lang", "cy")


def test_hostile_words_are_inert(page: Page, site: Site) -> None:
    """Markup stays words, and no link leads anywhere but to a phone or a safe page."""
    page.goto(f"{site.url}/plain")
    write(page, "markup <img src=x> </textarea><script>1</script>")
    expect(page.locator(".message.own")).to_contain_text("<img src=x> </textarea><script>1</script>")
    assert page.locator(".message img, .message script").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
