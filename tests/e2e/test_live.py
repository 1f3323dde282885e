"""A person takes over: their messages come by themselves, are clearly theirs, and survive a lost line."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.canned import Site
from tests.e2e.steps import opened, said


@dataclass(slots=True)
class Line:
    """The server's end of the live line."""

    sockets: list[WebSocketRoute] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **frame: Any) -> None:
        self.sockets[-1].send(json.dumps(frame))

    def says(self, words: str, message_id: str) -> None:
        self.send(type="message", message={"id": message_id, "from": "person", "text": words})


@pytest.fixture
def line(page: Page) -> Line:
    made = Line()

    def connected(socket: WebSocketRoute) -> None:
        made.sockets.append(socket)
        socket.on_message(lambda frame: made.heard.append(json.loads(frame)))

    page.route_web_socket("**/api/live", connected)
    return made


def waiting(page: Page, site: Site, line: Line) -> None:
    opened(page, f"{site.url}/chat")
    said(page, "waiting")
    expect(page.locator("#state")).to_have_text("Waiting for a person. You can go on writing here.")
    for _ in range(50):
        if line.heard:
            return
        page.wait_for_timeout(50)


def test_no_line_is_opened_before_a_person_is_awaited(page: Page, site: Site, line: Line) -> None:
    """The first frame is the token; the address carries nothing."""
    opened(page, f"{site.url}/chat")
    said(page, "housing")
    page.wait_for_timeout(200)
    assert not line.sockets
    said(page, "waiting")
    page.wait_for_timeout(300)
    assert list(line.heard[0]) == ["token"] and len(line.heard[0]["token"]) >= 22
    assert line.sockets[0].url.endswith("/api/live")


def test_a_person_is_named_and_clearly_not_the_service(page: Page, site: Site, line: Line) -> None:
    """Name above the words, for eyes and screen readers, and a look of its own."""
    waiting(page, site, line)
    line.send(type="state", state="person", name="Sam")
    expect(page.locator("#state")).to_have_text("You are writing with Sam.")
    line.send(type="typing", typing=True)
    expect(page.locator("#state")).to_have_text("The person is writing")
    line.says("I am here.", "p1")
    theirs = page.locator(".message.person")
    expect(theirs).to_have_attribute("aria-label", "Sam")
    expect(theirs.locator(".who")).to_be_visible()
    expect(page.locator("#state")).to_have_text("You are writing with Sam.")
    border = "(one) => getComputedStyle(one).borderTopColor + getComputedStyle(one).borderTopWidth"
    assert theirs.locator(".said").evaluate(border) != page.locator(".service .said").first.evaluate(border)
    line.says("I am here.", "p1")
    page.wait_for_timeout(150)
    assert theirs.count() == 1, "a frame sent twice is shown once"


def test_a_lost_line_is_taken_up_again(page: Page, site: Site, line: Line) -> None:
    """The visitor is told, and the token opens the new line."""
    waiting(page, site, line)
    line.send(type="state", state="person", name="Sam")
    line.sockets[0].close()
    expect(page.locator("#state")).to_have_text("Connection lost. Trying again.")
    expect(page.locator("#state")).to_have_text("You are writing with Sam.", timeout=8000)
    assert len(line.sockets) == 2 and line.heard[0] == line.heard[1]


def test_back_with_the_service_and_the_end_are_said(page: Page, site: Site, line: Line) -> None:
    """Who answers is never in doubt; the end wipes the page."""
    waiting(page, site, line)
    line.send(type="state", state="bot")
    expect(page.get_by_text("You are back with the automated service.")).to_be_visible()
    expect(page.locator("#state")).to_have_text("")
    said(page, "waiting")
    page.wait_for_timeout(300)
    line.send(type="state", state="ended")
    expect(page.get_by_text("Its words are gone")).to_be_visible()


def test_a_persons_words_are_inert_too(page: Page, site: Site, line: Line) -> None:
    """Whoever writes, markup stays words; a frame nobody knows is no harm."""
    waiting(page, site, line)
    line.send(type="constructor")
    line.says("<img src=x onerror=\"document.title='broken'\"><script>1</script>", "p1")
    expect(page.locator(".message.person")).to_contain_text("<img src=x")
    assert page.title() == "Chat" and page.locator(".message img").count() == 0


def test_a_person_who_comes_while_the_chat_is_covered_is_told_of(page: Page, site: Site, line: Line) -> None:
    """Not a word of theirs shows, but that they are there; the end is put off and warned of anew."""
    page.clock.install()
    waiting(page, site, line)
    page.wait_for_timeout(800)  # until the page has scrolled to the answer: moving counts as being there
    page.clock.run_for(28 * 60_000 + 5000)
    expect(page.locator("#pause")).to_contain_text("ends in two minutes")
    line.send(type="state", state="person", name="Sam")
    line.says("Take your time.", "p1")
    expect(page.locator("#pause")).to_contain_text("You are writing with Sam.")
    expect(page.get_by_text("Take your time.")).to_be_hidden()
    page.clock.run_for(28 * 60_000 + 5000)
    expect(page.locator("#pause")).to_contain_text("ends in two minutes")
    page.get_by_role("button", name="Show the chat").click()
    expect(page.get_by_text("Take your time.")).to_be_visible()
