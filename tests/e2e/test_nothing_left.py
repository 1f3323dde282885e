"""Promises of privacy, kept by the whole running service: nothing stays on the device, in transit or on the server."""

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.editor.rehearsal import Service
from bot.settings import ROOT
from tests.e2e.canned import Site
from tests.e2e.steps import ANSWER, opened, said, violations, way_out, write

CANARY = "zebracanary"
WEATHER = "https://www.bbc.co.uk/weather"
STORED = """async () => ({ local: localStorage.length, session: sessionStorage.length, cookie: document.cookie,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length, name: window.name, state: history.state })"""
EMPTY = {"local": 0, "session": 0, "cookie": "", "databases": 0, "caches": 0, "workers": 0, "name": "", "state": None}


def test_a_whole_visit_leaves_nothing_and_tells_nobody(page: Page, context: BrowserContext, service: Service) -> None:
    """No cookie, no storage of any kind, no request off origin, no referrer, no word in any address or title."""
    asked: list[str] = []
    titles: set[str] = set()
    page.on("request", lambda one: asked.append(f"{one.url} referer={one.headers.get('referer', '')}"))
    opened(page, f"{service.url}/chat")
    for words in (
        f"{CANARY} my wife slaps me",
        "can the council house me",
        "hes outside banging the door hes got a bat",
    ):
        said(page, words)
        titles.add(page.title())
    assert context.cookies() == []
    assert page.evaluate(STORED) == EMPTY
    assert titles == {"Chat"} and page.url == f"{service.url}/chat"
    assert page.evaluate("history.length") <= 2
    for line in asked:
        assert line.startswith((service.url, "data:", "blob:")), line
        assert CANARY not in line and line.endswith("referer="), line
    way_out(page).click()
    page.wait_for_url(WEATHER)
    sent = [line for line in asked if line.startswith("https://")]
    assert [line.split()[0] for line in sent] == [WEATHER] and sent[0].endswith("referer=")
    page.go_back()
    assert CANARY not in page.content() and "council" not in page.content()


def test_the_server_holds_no_byte_after_leaving(page: Page, service: Service) -> None:
    """The words are in no log of any process and in no file that changed, and the token opens nothing."""
    started = time.time()
    opened(page, f"{service.url}/chat")
    with page.expect_request("**/api/messages") as found:
        write(page, f"{CANARY} she hits me and i want a place to stay")
    token = found.value.headers["authorization"]
    expect(page.locator(ANSWER).nth(1)).to_be_visible()
    write(page, f"{CANARY} " + "<x onload=1>" * 20)
    expect(page.locator(ANSWER).nth(2)).to_be_visible()
    way_out(page).click()
    page.wait_for_url(WEATHER)
    page.wait_for_timeout(500)
    after = page.request.post(f"{service.url}/api/messages", headers={"Authorization": token}, data={"text": "hello"})
    assert after.status == 401
    printed = service.stop()
    service.start()
    service.wait_ready()
    secret = token.removeprefix("Bearer ")
    assert printed and CANARY not in printed and secret not in printed
    for path in _changed_since(started):
        raw = path.read_bytes()
        assert CANARY.encode() not in raw and secret.encode() not in raw, path


def _changed_since(moment: float) -> Iterator[Path]:
    """Every file below the project and below the folder of temporary files that was written since; not our own notes."""
    roots = [ROOT / name for name in (".build", ".state", ".content", "bot", "actions", "data", "deploy")] + [
        Path(os.environ.get("TMPDIR", "/tmp"))
    ]
    for root in roots:
        for folder, names, files in os.walk(root):
            names[:] = [name for name in names if not re.match(r"playwright|pytest|org\\.chromium|\\.org", name)]
            for name in files:
                path = Path(folder) / name
                if (
                    path.is_file()
                    and not path.is_symlink()
                    and path.stat().st_mtime >= moment
                    and os.access(path, os.R_OK)
                ):
                    if root.name == "tmp" and not name.endswith((".db", ".sqlite", ".db-wal", ".log", ".rdb", ".aof")):
                        continue
                    yield path


def test_the_page_forgets_what_it_knew(page: Page, site: Site) -> None:
    """After the end neither the document, nor the page's globals, nor its heap hold a word or the token."""
    opened(page, f"{site.url}/chat")
    page.get_by_label("Your message").click()
    with page.expect_request("**/api/messages") as found:
        page.keyboard.type(CANARY)
        page.keyboard.press("Enter")
    token = found.value.headers["authorization"].removeprefix("Bearer ")
    expect(page.locator(ANSWER)).to_have_count(2)
    before = _heap(page)
    assert CANARY in before and token in before, "while it is open both are found"
    page.get_by_role("button", name="End and erase").click()
    page.locator("#ask").get_by_role("button", name="End and erase").click()
    expect(page.get_by_role("button", name="Start a new chat")).to_be_visible()
    assert CANARY not in page.content()
    assert page.evaluate("[...document.querySelectorAll('textarea')].map((box) => box.value).join('')") == ""
    heap = _heap(page)
    assert "Start a new chat" in heap, "the heap was read"
    assert CANARY not in heap
    assert token not in heap


def _heap(page: Page) -> str:
    session = page.context.new_cdp_session(page)
    chunks: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: chunks.append(event["chunk"]))
    session.send("HeapProfiler.enable")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot")
    return "\n".join(json.loads("".join(chunks))["strings"])


def test_the_store_of_sessions_is_empty_after_leaving(page: Page, site: Site) -> None:
    """What the gateway held under the token's hash is gone, and the dialogue was told to forget."""
    before = site.sessions
    opened(page, f"{site.url}/chat")
    said(page, f"{CANARY} housing")
    forgotten = len(site.canned.dialogue.forgotten)
    way_out(page).click()
    page.wait_for_url("https://weather.example/")
    page.wait_for_timeout(300)
    assert site.sessions == before
    assert len(site.canned.dialogue.forgotten) == forgotten + 1


def test_hostile_words_are_inert(page: Page, site: Site) -> None:
    """Markup, script addresses and broken characters stay words, whoever they come from."""
    opened(page, f"{site.url}/chat")
    answer = said(
        page, "markup <img src=x onerror=\"document.title='broken'\"> \u202e\u0000</script><svg onload=alert(1)>"
    )
    expect(page.locator(".message.own")).to_contain_text("<svg onload=alert(1)>")
    expect(answer).to_contain_text("<img src=x")
    assert page.title() == "Chat"
    assert page.locator(".message :is(img, script, svg)").count() == 0
    assert page.locator("[href^='javascript'], [onload], [onerror]").count() == 0


def test_danger_stands_on_top_and_stays(page: Page, service: Service) -> None:
    """The care notice comes before the answer, names 999, and stays through a polite message."""
    opened(page, f"{service.url}/chat")
    said(page, "hes outside banging the door hes got a bat")
    care = page.locator("#care")
    expect(care).to_contain_text("Call 999 now")
    expect(care.locator('a[href="tel:999"]').first).to_be_in_viewport()
    assert page.locator("#care ~ .message.service").count() == 1
    said(page, "thanks")
    expect(care).to_contain_text("999")
    assert violations(page) == []


def test_a_safety_plan_is_made_from_choices_and_copied(browser: Browser, service: Service) -> None:
    """Part after part, each to copy, and the whole of what was taken; nothing of it is stored."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    opened(page, f"{service.url}/chat")
    page.get_by_role("button", name="Something is happening to me").click()
    expect(page.locator(ANSWER)).to_have_count(2)
    said(page, "i need a safety plan")
    page.get_by_role("button", name="If I leave").click()
    expect(page.locator(ANSWER).filter(has_text="pack a little").last).to_be_visible()
    page.get_by_role("button", name="The children").click()
    expect(page.locator(ANSWER).filter(has_text="which room to go to").last).to_be_visible()
    page.get_by_role("button", name="My plan to copy").click()
    plan = page.locator(ANSWER).filter(has_text="Your plan so far").last
    expect(plan).to_be_visible()
    plan.get_by_role("button", name="Copy").click()
    expect(page.locator("#state")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "passports" in copied and "which room to go to" in copied
    assert "Your phone:" not in copied, "only the parts that were taken"
    assert page.evaluate(STORED) == EMPTY
    context.close()


def test_the_real_service_answers_without_javascript(browser: Browser, service: Service) -> None:
    """A whole way through the forms: a door, words, danger, the end."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service.url}/chat")
    page.get_by_role("button", name="Something is happening to me").click()
    write(page, "can the council house a single man if he leaves because of abuse")
    expect(page.locator(ANSWER).filter(has_text="council").first).to_be_visible()
    write(page, "hes outside banging the door hes got a bat")
    expect(page.locator("#care")).to_contain_text("Call 999 now")
    page.get_by_role("button", name="End and erase").click()
    expect(page.locator("body")).to_contain_text("This chat has ended")
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("part", ["rasa", "actions"])
def test_with_a_part_down_the_page_says_so_and_gives_lines(page: Page, service: Service, part: str) -> None:
    """The gateway answers alone: lines that work, and 999 in danger."""
    service.stop(part)
    try:
        opened(page, f"{service.url}/chat")
        said(page, "hes outside banging the door hes got a bat")
        expect(page.locator("#care")).to_contain_text("Call 999 now")
        expect(page.locator('#care a[href^="tel:0"]').first).to_be_visible()
        expect(page.locator("#state")).to_contain_text("Part of the service is not working")
    finally:
        service.start(part)
        service.wait_ready()
