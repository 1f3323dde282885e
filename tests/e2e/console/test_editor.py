"""An editor who has never seen the system: finds a sentence, changes it, sees it as the chat shows it, and keeps it."""

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from tests.e2e.console.conftest import Console


def accessible(page: Page) -> None:
    """axe finds nothing, and nothing is wider than the screen."""
    page.wait_for_load_state()
    found = Axe().run(page)["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def typing(console: Console, item: str, label: str, words: str) -> tuple[Page, FrameLocator]:
    """An editor who has typed something and not kept it, and the chat beside it."""
    page = console.worker("eve")
    page.goto(f"{console.url}/content/item/{item}")
    page.get_by_label(label).fill(words)
    return page, page.frame_locator("#preview")


def test_a_sentence_is_found_changed_seen_and_kept(console: Console) -> None:
    page = console.worker("eve")
    page.get_by_role("link", name="Content").click()
    accessible(page)
    page.get_by_role("searchbox").fill("priority need")
    page.locator("select[name=nation]").select_option("wales")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("row", name="in Wales").get_by_role("link").click()
    accessible(page)
    said = page.get_by_label("What the chat says")
    said.fill("Just leave. Ring 0808 157 0199.")
    expect(page.get_by_text("0808 157 0199 is no number of the catalogue.")).to_be_visible()
    expect(page.get_by_text("never say")).to_be_visible()
    said.fill("In Wales the council must help you.")
    expect(page.frame_locator("#preview").get_by_text("In Wales the council must help you.")).to_be_visible()
    expect(page.get_by_text("7 of 90 words")).to_be_visible()
    page.get_by_role("button", name="Desktop").click()
    page.get_by_role("button", name="Keep in my changes").click()
    expect(page.get_by_text("Kept in your changes")).to_be_visible()
    page.get_by_role("link", name="My changes").click()
    expect(page.locator("ins").first).to_be_visible()
    accessible(page)
    page.get_by_label("Why").fill("Shorter")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("This waits for another editor")).to_be_visible()


def test_a_wording_in_welsh_is_made_seen_and_found(console: Console) -> None:
    page = console.worker("eve")
    page.goto(f"{console.url}/content/item/response.utter_money.0")
    page.get_by_label("On a page in").select_option("Welsh")
    page.get_by_role("button", name="Add a wording").click()
    expect(page.get_by_text("Nobody who speaks Welsh has read this yet.")).to_be_visible()
    accessible(page)
    page.get_by_label("What the chat says").fill("Nid oes rhaid ichi aros oherwydd arian.")
    chat = page.frame_locator("#preview")
    expect(chat.get_by_text("Nid oes rhaid ichi aros")).to_be_visible()
    expect(chat.locator("html")).to_have_attribute("lang", "cy")
    page.get_by_role("button", name="Keep in my changes").click()
    page.goto(f"{console.url}/content?language=cy&topic=money&due=speaker")
    expect(page.get_by_role("row", name="in Welsh").get_by_text("needs a Welsh speaker")).to_be_visible()
    accessible(page)
    page.get_by_role("row", name="in Welsh").get_by_role("link").click()
    page.get_by_label("Still to be read").fill("")
    expect(page.get_by_text("Nobody who speaks Welsh has read this yet.")).to_be_hidden()
    page.goto(f"{console.url}/content/item/care.emergency")
    page.get_by_label("On a page in").select_option("Polish")
    page.get_by_role("button", name="Add a wording").click()
    expect(page.get_by_role("link", name="in Polish")).to_be_visible()
    accessible(page)


def test_a_wording_is_seen_as_a_visitor_of_a_nation_and_a_door(console: Console) -> None:
    """What is typed stays while another visitor is looked at; the strict policy lets the page do it."""
    page, chat = typing(console, "response.utter_housing.0", "What the chat says", "Typed just now.")
    expect(chat.get_by_text("Typed just now.")).to_be_visible()
    page.get_by_label("As somebody who lives").select_option("wales")
    expect(page.get_by_role("status").get_by_role("link", name="in Wales")).to_be_visible()
    expect(chat.get_by_text("Typed just now.")).to_be_hidden()
    accessible(page)
    page.get_by_label("Through the door").select_option("victim")
    page.get_by_label("As somebody who lives").select_option("")
    expect(chat.get_by_text("Typed just now.")).to_be_visible()
    expect(page.get_by_label("What the chat says")).to_have_value("Typed just now.")


def test_emergency_wording_is_seen_as_a_visitor_in_danger_gets_it(console: Console) -> None:
    page, chat = typing(console, "care.kinds.weapon", "To someone who does it", "Put it down.")
    expect(chat.get_by_text("Put distance")).to_be_visible()
    page.get_by_label("Through the door").select_option("own_behaviour")
    expect(chat.get_by_text("Put it down.")).to_be_visible()
    expect(chat.get_by_text("Put distance")).to_be_hidden()
    expect(page.get_by_role("status").get_by_text("To someone who does it")).to_be_visible()
    page.get_by_label("How pressing it is").select_option("emergency")
    expect(chat.locator(".care.emergency")).to_be_visible()
    expect(page.get_by_label("To someone who does it")).to_have_value("Put it down.")
    accessible(page)


PAGES = ("", "/item/response.utter_housing.0", "/item/care.emergency", "/item/service.samaritans", "/item/reply.hello",
         "/item/examples.money", "/item/note.examples",
         "/new/topic", "/new/service", "/new/reply",
         "/changes", "/history", "/progress")  # fmt: skip


def test_an_example_is_found_and_taken_out(console: Console) -> None:
    page = console.worker("eve")
    page.goto(f"{console.url}/content/item/examples.money")
    accessible(page)
    page.get_by_role("searchbox", name="Words").fill("wages")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", name="Messages that are there already")).to_be_in_viewport()
    first = page.locator("#others li").first
    message = first.locator(".grow").inner_text()
    first.get_by_role("button").click()
    expect(page.get_by_text("Kept in your changes")).to_be_visible()
    page.get_by_role("link", name="My changes").click()
    expect(page.locator("del").get_by_text(message)).to_be_visible()
    accessible(page)


def test_every_page_works_on_a_phone(console: Console) -> None:
    page = console.worker("eve")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES:
        page.goto(f"{console.url}/content{path}")
        accessible(page)


def test_without_scripts_a_change_is_kept_too(console: Console) -> None:
    page = console.worker("eve", java_script_enabled=False)
    page.goto(f"{console.url}/content/item/response.utter_greet.0")
    page.get_by_label("What the chat says").fill("Hello.")
    page.get_by_role("button", name="Keep in my changes").click()
    expect(page.get_by_text("Kept in your changes")).to_be_visible()
