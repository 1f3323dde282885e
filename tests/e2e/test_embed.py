"""The chat on somebody else's site: a launcher, a frame, and a wall between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.e2e.canned import EXIT, Site, running, serving
from tests.e2e.steps import violations

HOSTILE = """
* { display: none !important; color: #fff !important; font-size: 2px !important; transform: scale(.1) !important;
    opacity: 0 !important; pointer-events: none !important; z-index: -1 !important; visibility: hidden !important; }
html, body, main, body p, body h1 { display: block !important; opacity: 1 !important; transform: none !important;
  visibility: visible !important; }
iframe, button { width: 1px !important; height: 1px !important; position: static !important; filter: invert(1) !important; }
body { transform: translate(50px, 50px) !important; overflow: hidden !important; }
"""
# What a session recorder takes in: every change of the page, every key and press, every frame it can open.
RECORDER = """
window.recorded = [];
const take = (what) => recorded.push(String(what));
for (const kind of ["keydown", "keypress", "input", "click", "pointerdown", "focusin", "message", "paste"])
  addEventListener(kind, (event) =>
    take(kind + (event.key ?? "") + JSON.stringify(event.data ?? "") + (event.target?.outerHTML ?? "")), true);
new MutationObserver(() => take(document.documentElement.outerHTML))
  .observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
setInterval(() => {
  take(document.documentElement.outerHTML);
  for (const host of document.querySelectorAll("*")) if (host.shadowRoot) take(host.shadowRoot.innerHTML);
  for (let at = 0; at < window.length; at++) try { take(window[at].document.documentElement.outerHTML); } catch { take("wall"); }
}, 50);
"""


@dataclass(slots=True, kw_only=True)
class Host:
    """A site that embeds the chat. `attributes` are those of the script tag."""

    chat: str = ""
    attributes: str = ""
    css: str = ""
    script: str = ""
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()

        async def page(_: web.Request) -> web.Response:
            policy = (
                f"default-src 'none'; script-src 'self' {self.chat}; frame-src {self.chat}; style-src 'self'; "
                "require-trusted-types-for 'script'"
            )
            body = (
                '<!doctype html><html lang="en"><head><title>Host</title><link rel="stylesheet" href="/host.css">'
                '<script src="/host.js"></script></head><body><main><h1>A host</h1><p>Some words</p></main>'
                f'<script src="{self.chat}/embed.js" {self.attributes} async></script></body></html>'
            )
            return web.Response(
                text=body,
                content_type="text/html",
                headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"},
            )

        async def css(_: web.Request) -> web.Response:
            return web.Response(text=self.css, content_type="text/css")

        async def script(_: web.Request) -> web.Response:
            return web.Response(text=self.script, content_type="text/javascript")

        app.router.add_get("/", page)
        app.router.add_get("/host.css", css)
        app.router.add_get("/host.js", script)
        return app


@pytest.fixture(scope="module")
def chat() -> Iterator[Site]:
    """The gateway, which lets sites on localhost embed it."""
    with running(frame_hosts="'self' http://localhost:*") as site:
        yield site


@contextmanager
def hosting(chat: Site, **values: str) -> Iterator[Host]:
    """A host on another origin, and another site, than the chat."""
    host = Host(chat=chat.url, **values)
    with serving(host.app()) as port:
        host.url = f"http://localhost:{port}/"
        yield host


def launcher(page: Page) -> tuple[int, int]:
    """Where the launcher is pressed: its shadow is closed, to tests as to the page."""
    size = page.viewport_size
    assert size
    return size["width"] - 60, size["height"] - 40


def opened(page: Page) -> FrameLocator:
    page.wait_for_function("document.querySelector('chat-launcher')")
    page.mouse.click(*launcher(page))
    page.wait_for_timeout(200)
    frame = next(frame for frame in _until(page) if "/chat/frame" in frame.url)
    frame.wait_for_selector(".doors button")
    return frame  # type: ignore[return-value]  # it finds things like a locator does


def _until(page: Page) -> list:  # type: ignore[type-arg]
    for _ in range(50):
        if any("/chat/frame" in frame.url for frame in page.frames):
            break
        page.wait_for_timeout(100)
    return page.frames


def test_one_line_puts_a_quiet_launcher_and_the_chat_on_a_site(page: Page, chat: Site) -> None:
    """Nothing of the chat loads before the press; then it opens, hides, and is kept."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with hosting(chat) as host:
        page.goto(host.url)
        page.wait_for_function("document.querySelector('chat-launcher')")
        page.wait_for_timeout(200)
        assert [url for url in asked if url.startswith(chat.url)] == [f"{chat.url}/embed.js"]
        frame = opened(page)
        frame.get_by_role("button", name="Something is happening").click()
        expect(frame.get_by_text("You are believed here")).to_be_visible()
        frame.get_by_role("button", name="Hide").click()
        expect(frame.locator(".said").first).to_be_hidden()
        page.wait_for_timeout(200)
        page.mouse.click(*launcher(page))
        expect(frame.get_by_text("You are believed here")).to_be_visible()
        assert violations(page) == []


def test_a_strict_policy_is_kept_and_globals_and_styles_untouched(page: Page, chat: Site) -> None:
    """No report of a broken policy, no new global, no style of the host changed."""
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    look = (
        "JSON.stringify([...document.body.querySelectorAll('*'), document.body].map((one) =>"
        " [...getComputedStyle(one)].map((name) => getComputedStyle(one)[name])))"
    )
    with hosting(chat, script="window.before = Object.keys(window);") as host:
        page.route(f"{chat.url}/embed.js", lambda route: route.abort())
        page.goto(host.url)
        bare = page.evaluate(look)
        page.unroute(f"{chat.url}/embed.js")
        broken.clear()
        page.goto(host.url)
        page.wait_for_function("document.querySelector('chat-launcher')")
        assert page.evaluate(look) == bare
        assert page.evaluate("Object.keys(window).filter((name) => !before.includes(name))") == ["before"]
        opened(page)
        assert broken == []


def test_hostile_css_changes_nothing(page: Page, chat: Site) -> None:
    """Hidden, shrunk, moved, made transparent: the launcher and the chat stand as they should."""
    page.set_viewport_size({"width": 1000, "height": 800})
    with hosting(chat) as calm:
        page.goto(calm.url)
        opened(page)
        frame = next(one for one in page.frames if "/chat/frame" in one.url)
        wanted = frame.frame_element().bounding_box()
    with hosting(chat, css=HOSTILE) as host:
        page.goto(host.url)
        opened(page)
        frame = next(one for one in page.frames if "/chat/frame" in one.url)
        assert frame.frame_element().bounding_box() == wanted
        assert wanted and wanted["width"] > 400 and wanted["height"] > 600
        box = frame.locator("#words")
        box.click()
        page.keyboard.type("hello")
        assert box.input_value() == "hello"


def test_a_recorder_on_the_host_sees_nothing(page: Page, chat: Site) -> None:
    """Keys, changes, frames: nothing of the talk reaches the page around it, nor does the page know where it is."""
    with hosting(chat, script=RECORDER) as host:
        page.goto(host.url)
        frame = opened(page)
        frame.locator("#words").click()
        page.keyboard.type("zebracanary")
        page.keyboard.press("Enter")
        expect(frame.locator(".message.own")).to_contain_text("zebracanary")
        expect(frame.locator(".message.service")).to_have_count(2)
        page.wait_for_timeout(300)
        recorded = page.evaluate("recorded.join('\\n')")
        assert "A host" in recorded and "chat-launcher" in recorded, "the recorder works"
        assert page.evaluate("window.length") == 0, "the page can't even count the frame"
        for words in ("zebracanary", "believed", "follow", "token"):
            assert words not in recorded
        assert frame.evaluate("document.referrer") == ""


@pytest.mark.parametrize("where", ["host", "frame"])
def test_shift_three_times_leaves_from_host_and_frame(page: Page, chat: Site, where: str) -> None:
    """The whole page goes, and the session with it; the host's own question, whether to leave, is not asked."""
    before = chat.sessions
    page.set_viewport_size({"width": 1000, "height": 800})
    questions: list[str] = []
    page.on("dialog", lambda dialog: (questions.append(dialog.type), dialog.dismiss()))
    with hosting(chat, script="addEventListener('beforeunload', (event) => event.preventDefault());") as host:
        page.goto("data:text/html,before")
        page.goto(host.url)
        frame = opened(page)
        frame.get_by_role("button", name="Something is happening").click()
        expect(frame.get_by_text("You are believed here")).to_be_visible()
        if where == "frame":
            frame.locator("#words").click()
        else:
            page.mouse.click(20, 20)
        for _ in range(3):
            page.keyboard.press("Shift")
        page.wait_for_url(EXIT, timeout=5000)
        assert questions == []
        page.wait_for_timeout(400)
        assert chat.sessions == before
        page.go_back()
        assert page.url.startswith("data:"), "the host's page was replaced in the history"


def test_shift_three_times_leaves_before_the_chat_was_opened(page: Page, chat: Site) -> None:
    """The host's page itself can be left the same way."""
    with hosting(chat) as host:
        page.goto(host.url)
        page.wait_for_function("document.querySelector('chat-launcher')")
        left = page.evaluate(
            """() => { for (let press = 0; press < 3; press++) dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" }));
            return [document.title, document.documentElement.outerHTML]; }"""
        )
        assert left == ["\u200b", "<html><head><title>\u200b</title></head></html>"], "emptied at once"
        page.wait_for_url(EXIT)


def test_the_way_out_in_the_frame_moves_the_whole_page(page: Page, chat: Site) -> None:
    """Also when the chat's server has gone meanwhile."""
    with hosting(chat) as host:
        page.goto(host.url)
        frame = opened(page)
        page.route(f"{chat.url}/**", lambda route: route.abort())
        frame.get_by_role("link", name="Leave now", exact=True).click()
        page.wait_for_url(EXIT)


KEYBOARD = """(left) => {
for (const name in left) Object.defineProperty(visualViewport, name, { value: left[name], configurable: true });
visualViewport.dispatchEvent(new Event("resize")); }"""


@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024)])
def test_a_keyboard_on_the_screen_pushes_nothing_out_of_sight(page: Page, chat: Site, width: int, height: int) -> None:
    """Where a keyboard takes the lower 300 pixels and moves what is seen, the frame stands in what is left."""
    page.set_viewport_size({"width": width, "height": height})
    with hosting(chat) as host:
        page.goto(host.url)
        frame = opened(page)
        before = frame.frame_element().bounding_box()
        page.evaluate(KEYBOARD, {"height": height - 300, "offsetTop": 280})
        page.wait_for_timeout(200)
        box = frame.frame_element().bounding_box()
        assert box and box["y"] >= 280 and box["y"] + box["height"] <= height - 300 + 280
        way_out = frame.get_by_role("link", name="Leave now", exact=True).bounding_box()
        assert way_out and way_out["y"] >= 280, "in what is seen"
        page.evaluate(KEYBOARD, {"height": height, "offsetTop": 0})
        page.wait_for_timeout(200)
        assert frame.frame_element().bounding_box() == before


def test_attributes_set_words_corner_colour_language_and_nation(page: Page, chat: Site) -> None:
    """Each by a data- attribute; what is malformed is left out."""
    chat.canned.opened.clear()
    page.set_viewport_size({"width": 1000, "height": 800})
    attributes = (
        'data-start="Siarad â ni" data-position="left" data-colour="#ffcc00" data-language="cy" data-nation="wales"'
    )
    with hosting(chat, attributes=attributes) as host:
        page.goto(host.url)
        page.wait_for_function("document.querySelector('chat-launcher')")
        page.mouse.click(60, 760)
        frame = next(one for one in _until(page) if "/chat/frame" in one.url)
        frame.wait_for_selector(".doors button")
        found = frame.frame_element().bounding_box()
        assert found and found["x"] < 50
        assert frame.evaluate("document.documentElement.lang") == "cy"
        assert frame.evaluate("getComputedStyle(document.getElementById('send')).backgroundColor") == "rgb(255, 204, 0)"
        assert frame.evaluate("getComputedStyle(document.getElementById('send')).color") == "rgb(0, 0, 0)"
        frame.locator(".doors button").first.click()
        expect(frame.locator(".message.service")).to_have_count(2)
        assert chat.canned.opened == [("cy", "wales")]
    page.goto(f"{chat.url}/chat/frame?colour=red;}}&nation=mars&language=xx")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("html[data-colour], html[data-nation]").count() == 0


def test_only_sites_that_are_listed_may_embed(page: Page, context: BrowserContext) -> None:
    """A frame on any other site stays empty."""
    with running() as own, hosting(own) as host:
        page.goto(host.url)
        page.wait_for_function("document.querySelector('chat-launcher')")
        page.mouse.click(*launcher(page))
        page.wait_for_timeout(700)
        assert not any(
            frame.locator(".doors").count()
            for frame in page.frames
            if frame != page.main_frame and "chat-error" not in frame.url
        )


def test_the_demo_site_works_as_shipped(page: Page, chat: Site) -> None:
    """A made-up charity's page, under the gateway's own strict policy."""
    page.goto(f"{chat.url}/demo")
    frame = opened(page)
    frame.get_by_role("button", name="Something is happening").click()
    expect(frame.get_by_text("You are believed here")).to_be_visible()


def test_the_guide_shows_lines_that_work(page: Page, chat: Site) -> None:
    """What one copies names this very gateway."""
    page.goto(f"{chat.url}/embed")
    expect(page.locator("pre").first).to_contain_text(f'<script src="{chat.url}/embed.js" async></script>')
