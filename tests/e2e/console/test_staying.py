"""A worker who is there counts as there, whatever page is open or in front; one who has a chat no longer is told."""

from urllib.parse import parse_qs

from playwright.sync_api import Page, Request, Route, expect

from bot.vocabulary import Level
from tests.e2e.console.conftest import Console


def beat(page: Page) -> dict[str, list[str]]:
    """What the page says of itself next."""
    with page.expect_request("**/beat", timeout=30_000) as sent:
        pass
    request: Request = sent.value
    return parse_qs(request.post_data or "")


def test_another_page_keeps_the_chat_and_the_duty(console: Console) -> None:
    """Looking up a service is not leaving the visitor."""
    console.visitor("he pushed me down the stairs")
    ann = console.worker("ann")
    ann.get_by_role("button", name="Take").click()
    expect(ann.locator("mark")).to_have_text("pushed")
    ann.get_by_role("link", name="Services").click()
    assert beat(ann)["duty"] == ["on"]


def test_a_page_in_the_background_is_still_heard_of(console: Console) -> None:
    """Browsers slow down the clocks of pages nobody looks at: what the server tells keeps them going."""
    ann = console.worker("ann")
    ann.add_init_script("window.setInterval = () => 0")
    ann.goto(f"{console.url}/queue")
    for _ in range(2):
        assert beat(ann)["duty"] == ["on"]


def test_a_break_holds_in_every_tab(console: Console) -> None:
    """The tab that was opened before says so too, and does not put its worker back on duty."""
    ann = console.worker("ann")
    other = ann.context.new_page()
    other.goto(f"{console.url}/queue")
    other.get_by_role("button", name="On a break").click()
    expect(ann.get_by_text("You are on a break")).to_be_visible()
    assert beat(ann)["duty"] == ["break"]


def test_who_has_a_chat_no_longer_is_told(console: Console) -> None:
    """At once, and what was being written stays to be read."""
    one = console.visitor("he pushed me down the stairs")
    ann, ben = console.worker("ann"), console.worker("ben")
    ann.get_by_role("button", name="Take").click()
    ann.get_by_label("Your message").fill("I was about to say")
    console.ask(lambda store: store.take_over(one.id, "ben", "Ben"))  # type: ignore[arg-type]
    expect(ann.get_by_text("You don't have this chat any more")).to_be_visible()
    expect(ann.get_by_role("button", name="Send", exact=True)).to_have_count(0)
    expect(ann.get_by_label("Your message")).to_have_value("I was about to say")
    expect(ann.get_by_role("link", name="Back to the queue")).to_be_visible()
    ben.close()


def test_what_could_not_be_read_is_read_again(console: Console) -> None:
    """A line that broke for a moment hides no message, even when nothing more is written."""
    one = console.visitor("he pushed me down the stairs")
    ann = console.worker("ann")
    ann.get_by_role("button", name="Take").click()
    with ann.expect_request_finished(lambda request: "/said" in request.url):  # what the first event asks for
        pass
    ann.route("**/said?*", lambda route: route.abort(), times=1)
    with ann.expect_event("requestfailed"):
        console.writes(one, "are you there")
    expect(ann.locator(".said.visitor").last).to_contain_text("are you there")


def test_what_was_written_while_the_line_was_down_is_shown(console: Console) -> None:
    """The line comes back between two signs of life: the page reads at once what it missed."""
    one = console.visitor("he pushed me down the stairs")
    ann = console.worker("ann")
    ann.add_init_script("window.setInterval = () => 0")
    tries: list[Route] = []

    def down(route: Route) -> None:
        tries.append(route)
        if len(tries) == 2:
            console.writes(one, "are you there")
        route.abort()

    ann.route("**/live?*", down, times=2)
    ann.get_by_role("button", name="Take").click()
    expect(ann.locator(".said.visitor").last).to_contain_text("are you there")


def test_danger_of_who_waits_already_marks_the_title(console: Console) -> None:
    """Not only somebody new: whoever waits and now is in danger should not wait to be looked at."""
    one = console.visitor("he pushed me down the stairs")
    ann = console.worker("ann")
    ann.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    ann.goto(f"{console.url}/queue")
    expect(ann.locator(".item")).to_have_count(1)
    console.ask(lambda store: store.raise_severity(one.id, Level.EMERGENCY, ()))
    expect(ann).to_have_title("(1) Queue – Console")
