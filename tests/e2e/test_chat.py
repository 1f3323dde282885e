"""The chat in a real browser: written to, answered, left, and nothing behind."""

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.conversations.service import Service

ANSWER = ".message.service"


def write(page: Page, words: str) -> None:
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Send").click()


def opened(page: Page, service: Service) -> None:
    page.goto(f"{service.url}/chat")
    expect(page.get_by_role("button", name="Something is happening to me")).to_be_visible()


def test_a_visitor_writes_reads_and_leaves(page: Page, service: Service) -> None:
    """The first screen has four doors; words get an answer with a line; one press leads to an ordinary site."""
    opened(page, service)
    expect(page.locator(".choices button")).to_have_count(4)
    assert page.title() == "Chat"
    write(page, "can the council house a single man if he leaves because of abuse")
    expect(page.locator(ANSWER).nth(1)).to_contain_text("council")
    expect(page.locator('a[href^="tel:"]').first).to_be_visible()
    page.get_by_role("link", name="Leave now", exact=True).click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("council")


def test_danger_stands_on_top(page: Page, service: Service) -> None:
    """The care notice comes before the answer, names 999, and stays through a polite message."""
    opened(page, service)
    write(page, "hes outside banging the door hes got a bat")
    care = page.locator("#care")
    expect(care).to_contain_text("Call 999 now")
    expect(care.locator('a[href="tel:999"]').first).to_be_visible()
    write(page, "thanks")
    expect(page.locator(".message.own")).to_have_count(2)
    expect(care).to_contain_text("999")


def test_shift_three_times_leaves_while_typing(page: Page, service: Service) -> None:
    """The keyboard is a way out too."""
    opened(page, service)
    page.get_by_label("Your message").type("she is com")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")


def test_the_way_out_is_first_and_always_in_sight(page: Page, service: Service) -> None:
    """First in tab order, on screen after a long talk, and works with the server gone."""
    opened(page, service)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-leave')")
    for words in (
        "what happens to what i write here",
        "can i get my own bank account",
        "he wont let me see my mum",
    ):
        write(page, words)
        page.wait_for_timeout(300)
    leave = page.get_by_role("link", name="Leave now", exact=True)
    expect(leave).to_be_in_viewport()
    page.route("**/api/**", lambda route: route.abort())
    leave.click()
    page.wait_for_url("https://www.bbc.co.uk/weather")


def test_nothing_is_kept_and_nobody_else_is_told(page: Page, context: BrowserContext, service: Service) -> None:
    """No cookie, no storage, no request off our origin, no words in any address."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, service)
    write(page, "zebracanary my wife slaps me")
    expect(page.locator(ANSWER).nth(1)).to_be_visible()
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert all(url.startswith((service.url, "data:")) for url in asked), asked
    assert not any("zebracanary" in url for url in asked) and "zebracanary" not in page.title()


def test_hostile_text_is_only_text(page: Page, service: Service) -> None:
    """Markup that is written stays what it is."""
    opened(page, service)
    write(page, "<img src=x onerror=\"document.title='broken'\"> <b>bold</b>")
    expect(page.locator(".message.own")).to_contain_text("<b>bold</b>")
    assert page.title() == "Chat"


def test_a_lost_network_loses_no_words(page: Page, service: Service) -> None:
    """A message that could not be sent stays in sight, and is sent once when the network is back."""
    opened(page, service)
    page.route("**/api/messages", lambda route: route.abort())
    write(page, "can i get help with rent")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=15000)
    expect(page.locator(".message.own")).to_contain_text("help with rent")
    page.unroute("**/api/messages")
    again.click()
    expect(page.locator(ANSWER).nth(1)).to_be_visible()
    expect(page.locator(".message.own")).to_have_count(1)


def test_the_keyboard_alone_is_enough(page: Page, service: Service) -> None:
    """A whole exchange without a pointer."""
    opened(page, service)
    page.locator(".choices button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(ANSWER).nth(1)).to_be_visible()
    page.get_by_label("Your message").focus()
    page.keyboard.type("is it abuse if she only shouts")
    page.keyboard.press("Enter")
    expect(page.locator(ANSWER).nth(2)).to_be_visible()


def test_no_accessibility_violations_and_no_sideways_scrolling(page: Page, service: Service) -> None:
    """axe finds nothing on the first screen, with an answer, and with the care notice; 320 pixels are enough."""
    opened(page, service)
    for words in (None, "what is coercive control", "hes outside banging the door hes got a bat"):
        if words:
            before = page.locator(ANSWER).count()
            write(page, words)
            expect(page.locator(ANSWER).nth(before)).to_be_visible()
        found = Axe().run(page)["violations"]
        assert found == [], [(v["id"], v["nodes"][0]["html"]) for v in found]
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
