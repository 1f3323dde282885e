"""The chat in a frame that a site made itself, without embed.js around it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import web
from playwright.sync_api import Frame, Page, expect

from tests.e2e.canned import EXIT, Site, running, serving
from tests.e2e.steps import ANSWER

WORKING = "allow-scripts allow-same-origin allow-forms"
POPUPS = f"{WORKING} allow-popups"


@pytest.fixture(scope="module")
def chat() -> Iterator[Site]:
    """The gateway, which lets sites on localhost frame it."""
    with running(frame_hosts="'self' http://localhost:*") as site:
        yield site


@contextmanager
def framing(chat: Site, attributes: str = "") -> Iterator[str]:
    """A site on another origin with a frame of its own; its address."""

    async def page(_: web.Request) -> web.Response:
        frame = f'<iframe src="{chat.url}/chat/frame" {attributes} width="400" height="600"></iframe>'
        return web.Response(text=f"<!doctype html><title>Host</title><p>A host</p>{frame}", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    with serving(app) as port:
        yield f"http://localhost:{port}/"


def talking(page: Page, url: str) -> Frame:
    """The chat in the frame, with something said in it."""
    page.goto("data:text/html,before")
    page.goto(url)
    frame = page.frames[1]
    frame.locator(".doors button").first.click()
    expect(frame.locator(ANSWER)).to_have_count(2)
    return frame


def leave(page: Page, frame: Frame, how: str) -> None:
    if how == "press":
        frame.locator("#leave").click()
        return
    frame.locator("#words").click()
    for _ in range(3):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("how", ["press", "shift"])
@pytest.mark.parametrize("sandbox", ["", f'sandbox="{WORKING} allow-top-navigation-by-user-activation"'])
def test_the_way_out_moves_the_page_around_it(page: Page, chat: Site, sandbox: str, how: str) -> None:
    """The frame itself replaces the site's page: the session is gone, and Back does not lead to it."""
    before = chat.sessions
    with framing(chat, sandbox) as url:
        frame = talking(page, url)
        leave(page, frame, how)
        page.wait_for_url(EXIT)
        page.wait_for_timeout(300)
        assert chat.sessions == before
        page.go_back()
        assert page.url.startswith("data:")


@pytest.mark.parametrize("how", ["press", "shift"])
def test_where_a_sandbox_holds_the_page_an_ordinary_site_opens_in_front(page: Page, chat: Site, how: str) -> None:
    """The page around can't be moved: it is covered, and the frame is blank with nothing to come back to."""
    before = chat.sessions
    with framing(chat, f'sandbox="{POPUPS}"') as url:
        frame = talking(page, url)
        with page.context.expect_page() as found:
            leave(page, frame, how)
        found.value.wait_for_url(EXIT)
        assert found.value.evaluate("opener") is None
        expect(page.frame_locator("iframe").locator("body")).to_be_empty()
        assert page.frames[1].url == "about:blank" and chat.sessions == before
        page.go_back()
        assert page.url.startswith("data:"), "no step back into the frame"


def test_where_a_sandbox_forbids_that_too_nothing_of_the_chat_is_left(page: Page, chat: Site) -> None:
    """The frame is blank and the session gone: all that can be done from within."""
    before = chat.sessions
    with framing(chat, f'sandbox="{WORKING}"') as url:
        leave(page, talking(page, url), "press")
        page.wait_for_timeout(600)
        assert page.frames[1].url == "about:blank" and chat.sessions == before
        assert len(page.context.pages) == 1


def test_nothing_is_offered_that_only_the_launcher_can_do(page: Page, chat: Site) -> None:
    """Nobody would hear the wish to hide the chat."""
    with framing(chat) as url:
        frame = talking(page, url)
        expect(frame.locator("#hide")).to_be_hidden()
