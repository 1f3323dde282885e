"""Two visitors and two workers: a race, a talk, a transfer, someone who leaves, and a page that is good to use."""

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bot.vocabulary import HandoffState, Level, Sender
from tests.e2e.console.conftest import Console


def clean(page: Page) -> None:
    found = Axe().run(page)["violations"]
    assert not found, [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_two_visitors_and_two_workers(console: Console) -> None:
    """The queue fills by itself; of two who take the same one wins; a chat moves on with its notes; leaving is said."""
    ann, ben = console.worker("ann"), console.worker("ben")
    expect(ann.get_by_text("Nobody is waiting to talk")).to_be_visible()
    first = console.visitor("he pushed me down the stairs")
    second = console.visitor("she has a knife", severity=Level.EMERGENCY)
    expect(ann.locator(".item")).to_have_count(2)
    expect(ann.locator(".item").first).to_contain_text("Emergency")
    expect(ben.locator(".item")).to_have_count(2)
    clean(ann)

    # Both press at once: the form that Ben's page held is a moment too late.
    take = ben.locator(".item form").first.get_attribute("action")
    csrf = ben.locator("body").get_attribute("data-csrf")
    ann.keyboard.press("j")
    ann.keyboard.press("c")
    expect(ann.get_by_role("heading", name=second.reference)).to_be_visible()
    late = ben.request.post(f"{console.url}{take}", form={"csrf": csrf or ""}, max_redirects=0)
    assert late.status in (404, 409)
    assert console.ask(lambda store: store.get(second.id)).claimed_by == "ann"

    # A talk, both ways, without reading the page again.
    console.writes(second, "are you real")
    expect(ann.locator(".said.visitor")).to_contain_text("are you real")
    ann.get_by_label("Your message").fill("I am, and I am here.")
    ann.keyboard.press("Control+Enter")
    expect(ann.locator(".said.person")).to_contain_text("I am, and I am here.")
    [_, answer] = console.ask(lambda store: store.messages(second.id))
    assert (answer.text, answer.name, answer.sender) == ("I am, and I am here.", "Ann", Sender.PERSON)
    clean(ann)

    # The transfer: a note, an offer, and Ben takes it.
    ann.get_by_text("Notes", exact=True).click()
    ann.get_by_label("A note for whoever has it next").fill("brother can come at six")
    ann.get_by_role("button", name="Keep", exact=True).click()
    ann.get_by_text("Pass it on").click()
    ann.locator("select[name=to]").select_option("worker:ben")
    ann.get_by_role("button", name="Offer").click()
    ben.get_by_role("button", name=f"Take it {second.reference}").click()
    expect(ben.get_by_text("brother can come at six")).to_be_visible()
    expect(ben.locator(".said.person")).to_contain_text("I am, and I am here.")

    # The visitor leaves: the worker sees that, nothing more, and can't write any longer.
    console.ask(lambda store: store.leave(second.id))
    expect(ben.get_by_text("The visitor has left.")).to_be_visible()
    expect(ben.get_by_label("Your message")).to_have_count(0)
    ben.get_by_role("radio", name="Lost").check()
    ben.get_by_role("button", name="Close", exact=True).click()
    expect(ben.get_by_role("heading", name="That was a hard one")).to_be_visible()
    clean(ben)
    assert console.ask(lambda store: store.get(second.id)).state is HandoffState.CLOSED
    assert console.ask(lambda store: store.get(first.id)).state is HandoffState.WAITING


def test_the_console_works_without_scripts(console: Console) -> None:
    """Taking, reading, a ready reply, sending and closing are forms."""
    one = console.visitor("he pushed me down the stairs")
    ann = console.worker("ann", java_script_enabled=False)
    ann.get_by_role("button", name="Take").click()
    expect(ann.locator("mark")).to_have_text("pushed")
    ann.get_by_text("Ready replies").click()
    ann.get_by_role("button", name="Hello", exact=True).click()
    expect(ann.get_by_label("Your message")).to_have_value(
        "Hello, I'm Ann. I'm a person, at North. I've read what you passed on, so you don't have to say it all again."
    )
    ann.get_by_role("button", name="Send", exact=True).click()
    expect(ann.locator(".said.person")).to_contain_text("I'm Ann")
    console.writes(one, "thank you")
    ann.reload()
    expect(ann.locator(".said.visitor")).to_contain_text("thank you")
    ann.get_by_text("Close the chat").click()
    ann.get_by_role("radio", name="Helped").check()
    ann.get_by_role("button", name="Close", exact=True).click()
    expect(ann.get_by_role("heading", name="That was a hard one")).to_be_visible()
    assert console.ask(lambda store: store.get(one.id)).state is HandoffState.CLOSED
