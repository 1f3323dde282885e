"""For everyone: keyboard, zoom, spacing, colours of one's own, no motion, right to left, read aloud."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.canned import EXIT, Site
from tests.e2e.conftest import outside
from tests.e2e.steps import ANSWER, opened, said, violations, way_out, write

SPACING = """(() => { const sheet = new CSSStyleSheet();
sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }" +
  "p { margin-bottom: 2em !important; }");
document.adoptedStyleSheets = [sheet]; })()"""
CUT = """() => [...document.querySelectorAll("p, button, a, li, h1, h2, h3")].filter((one) => one.offsetParent &&
  !one.closest(".unseen, .skip") && getComputedStyle(one).position !== "absolute" &&
  (one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).display !== "inline")).map((one) => one.outerHTML.slice(0, 120))"""


LAST_STANDS_RIGHT = """(one) => { const [text] = one.childNodes, range = document.createRange();
const at = (place) => { range.setStart(text, place); range.setEnd(text, place + 1); return range.getBoundingClientRect().x; };
return at(text.length - 1) > at(text.length - 2); }"""


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Tab until what bears a name has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.textContent || document.activeElement.id).trim()") == name:
            return
    raise AssertionError(f"{name} can't be reached by keyboard")


def test_a_whole_conversation_by_keyboard_alone(page: Page, site: Site) -> None:
    """Choose, write, read the notice, end, start again, leave: no pointer, and the focus never gets lost."""
    opened(page, f"{site.url}/chat")
    tab_to(page, "Something is happening to me")
    page.keyboard.press("Enter")
    expect(page.locator(ANSWER)).to_have_count(2)
    expect(page.locator(ANSWER).nth(1)).to_be_focused()
    tab_to(page, "words")
    page.keyboard.type("he has a bat")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("help")
    page.keyboard.press("Enter")
    expect(page.locator("#care")).to_be_visible()
    assert site.canned.said[-1] == "he has a bat\nhelp"
    for _ in range(30):  # back up from the box, as the answers stand above it
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.closest('#care') !== null"):
            break
    tab_to(page, "It's happening now")
    page.keyboard.press("Space")
    expect(page.locator(ANSWER)).to_have_count(4)
    assert page.evaluate("document.activeElement !== document.body")
    tab_to(page, "End and erase")
    page.keyboard.press("Enter")
    expect(page.locator("#ask button").first).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Start a new chat")
    page.keyboard.press("Enter")
    expect(page.locator(".doors button")).to_have_count(4)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    tab_to(page, "Leave now")
    page.keyboard.press("Enter")
    page.wait_for_url(EXIT)


@pytest.mark.parametrize("percent", [200, 400])
def test_zoomed_in_nothing_is_lost(browser: Browser, site: Site, percent: int) -> None:
    """A screen of 1280 by 1024 at 200 % and 400 %: no sideways scrolling, the way out in sight, the box usable."""
    width, height = 1280 * 100 // percent, 1024 * 100 // percent
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=percent / 100)
    page = context.new_page()
    opened(page, f"{site.url}/chat")
    said(page, "he has a bat")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(way_out(page)).to_be_in_viewport(ratio=1)
    bar = page.locator(".bar").bounding_box()
    assert bar and bar["height"] < height / 2.5, "the bar leaves room to read"
    page.get_by_label("Your message").scroll_into_view_if_needed()
    write(page, "housing")
    expect(page.locator("ol li")).to_have_count(3)
    context.close()


def test_text_spacing_of_ones_own_cuts_nothing(page: Page, site: Site) -> None:
    """Letters, words, lines and paragraphs set apart as WCAG asks."""
    opened(page, f"{site.url}/chat")
    page.evaluate(SPACING)
    said(page, "housing")
    said(page, "he has a bat")
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_targets_are_large_enough(page: Page, site: Site) -> None:
    """44 pixels where it matters, 24 everywhere."""
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    said(page, "he has a bat")
    found: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll("a, button, textarea, summary")]
        .filter((one) => one.offsetParent && !one.matches(".inline, .skip"))
        .map((one) => [one.textContent.slice(0, 30), one.getBoundingClientRect().height,
          one.matches(".way, .leave, .choices button, #send, textarea")])"""
    )
    assert len(found) > 10
    for name, height, matters in found:
        assert height >= (44 if matters else 24), (name, height)


def test_forced_colours_keep_edges(browser: Browser, site: Site) -> None:
    """With the system's own colours, notice, buttons and messages still have an edge."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, forced_colors="active")
    page = context.new_page()
    opened(page, f"{site.url}/chat")
    said(page, "he has a bat")
    for part in (".care", ".leave", ".way", ".own .said", "#send"):
        style = page.locator(part).first.evaluate(
            "(one) => { const style = getComputedStyle(one); return style.borderTopStyle + parseFloat(style.borderTopWidth); }"
        )
        assert style.startswith("solid") and not style.endswith("solid0"), part
    assert violations(page) == []
    context.close()


def test_no_motion_for_those_who_want_none(browser: Browser, site: Site) -> None:
    """Nothing glides, nothing scrolls by itself over time."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = context.new_page()
    opened(page, f"{site.url}/chat")
    answer = said(page, "long")
    assert answer.evaluate("(one) => getComputedStyle(one).animationName") == "none"
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    context.close()


def test_only_what_is_new_is_read_out(page: Page, site: Site) -> None:
    """The conversation is a log, a danger an alert, the rest a quiet status; buttons for copying keep silent."""
    opened(page, f"{site.url}/chat")
    said(page, "he has a bat")
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    expect(page.get_by_role("alert", name="This comes first")).to_be_visible()
    expect(page.locator("#state")).to_have_attribute("role", "status")
    assert page.locator(".message .tools:not([aria-live=off])").count() == 0
    expect(page.locator(ANSWER).last).to_have_attribute("aria-label", "Automated service")


def test_arabic_is_read_from_right_to_left(page: Page, site: Site) -> None:
    """Fixed texts of a language written from the right find everything on its own side."""
    opened(page, f"{site.url}/chat?language=ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator("#words").fill("he has a bat")
    page.locator("#send").click()
    expect(page.locator(ANSWER).last).to_have_attribute("lang", "en")
    left = page.locator("#leave").bounding_box()
    own = page.locator(".message.own").bounding_box()
    assert left and left["x"] < 40 and own and own["x"] < 40
    for english in (page.locator("#care"), page.locator(ANSWER).last):
        assert english.evaluate("(one) => getComputedStyle(one).direction") == "ltr"
    assert page.locator("#care > p").first.evaluate(LAST_STANDS_RIGHT), "English goes on to be read from the left"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


def test_an_answer_can_be_copied_whole(browser: Browser, site: Site) -> None:
    """Words, list, and every number, as lines of plain text; the chat says what that leaves behind."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    opened(page, f"{site.url}/chat")
    answer = said(page, "housing")
    answer.get_by_role("button", name="Copy").click()
    expect(page.locator("#state")).to_contain_text("stays on this device")
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in ("You don't have to sleep in danger", "Ask for the housing", "Made-up Men's Line", "0808 157 0001"):
        assert words in copied
    assert "Automated service" not in copied and "Copy" not in copied
    context.close()


VOICES = """Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "en-GB", localService: LOCAL, name: "A voice" }], spoken: [],
  cancel() { this.stopped = true; }, speak(what) { this.spoken.push(what.text); } } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };"""


def test_an_answer_is_read_aloud_by_a_voice_of_the_device(page: Page, site: Site) -> None:
    """A press reads, another stops."""
    page.add_init_script(VOICES.replace("LOCAL", "true"))
    opened(page, f"{site.url}/chat")
    answer = said(page, "housing")
    answer.get_by_role("button", name="Read aloud").click()
    assert "You don't have to sleep in danger" in page.evaluate("speechSynthesis.spoken")[0]
    answer.get_by_role("button", name="Stop reading").click()
    assert page.evaluate("speechSynthesis.stopped") and page.evaluate("speechSynthesis.spoken.length") == 1
    expect(answer.get_by_role("button", name="Read aloud")).to_be_visible()


def test_a_voice_that_sends_words_away_is_not_offered(page: Page, site: Site) -> None:
    """Some voices live on somebody's server: no button then."""
    page.add_init_script(VOICES.replace("LOCAL", "false"))
    opened(page, f"{site.url}/chat")
    answer = said(page, "housing")
    expect(answer.get_by_role("button", name="Copy")).to_be_visible()
    assert answer.get_by_role("button", name="Read aloud").count() == 0


def test_welsh_is_whole_and_answers_say_they_are_english(browser: Browser, site: Site) -> None:
    """`lang` and `dir` are right for the page and for what differs."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    outside(context)
    page = context.new_page()
    opened(page, f"{site.url}/chat?language=cy")
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.locator(".doors button").first.click()
    expect(page.locator(ANSWER).last).to_have_attribute("lang", "en")
    expect(page.locator(".choices").last).to_have_attribute("lang", "en")
    page.locator("#words").fill("he has a bat")
    page.locator("#send").click()
    expect(page.locator("#care")).to_have_attribute("lang", "en")
    expect(page.locator("#care-title")).to_have_attribute("lang", "cy")
    expect(page.get_by_role("link", name="Gadael nawr", exact=True)).to_be_visible()
    context.close()


def test_what_is_said_in_the_language_of_the_page_says_so(page: Page, site: Site) -> None:
    """An answer with its choices, and each line of a notice; services are in English."""
    opened(page, f"{site.url}/chat?language=cy")
    page.locator("#words").fill("Mae ganddo gyllell")
    page.locator("#send").click()
    expect(page.locator(ANSWER).last).to_have_attribute("lang", "cy")
    expect(page.locator(ANSWER).last.locator(".cards")).to_have_attribute("lang", "en")
    expect(page.locator(".choices").last).to_have_attribute("lang", "cy")
    expect(page.locator("#care > p", has_text="Ffoniwch")).to_have_attribute("lang", "cy")
    expect(page.locator("#care > p", has_text="weapon")).to_have_attribute("lang", "en")
