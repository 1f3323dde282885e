"""Both ends at once: a visitor's browser at a real gateway, workers' browsers at a real console, one state between them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.editor.rehearsal import free_port
from bot.settings import ROOT
from tests.e2e.canned import EXIT
from tests.e2e.conftest import outside
from tests.e2e.console.conftest import Console, wait
from tests.e2e.steps import violations, way_out, write

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def chat(console: Console) -> Iterator[str]:
    """The address of a gateway beside the console. No Rasa: people are reached without the bot."""
    port = free_port()
    env = console.env | {
        "FINGERPOST_GATEWAY_PORT": str(port),
        "FINGERPOST_RASA_PORT": str(free_port()),
        "FINGERPOST_ACTIONS_PORT": str(free_port()),
        "FINGERPOST_METRICS_PORT": str(free_port()),
        "FINGERPOST_EXIT_URL": EXIT,
    }
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve", "gateway"], env=os.environ | env, cwd=ROOT)
    try:
        wait(process, f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def visitor(browser: Browser, chat: str, words: str, **how: Any) -> Page:
    """Someone who was hurt, wrote, read what goes to a person, and said yes."""
    context = browser.new_context(viewport=PHONE, **how)
    outside(context)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{chat}/chat")
    page.get_by_role("button", name="Something is happening to me").click()
    expect(page.get_by_role("button", name="Pass this to a person")).to_be_visible()
    write(page, words)
    expect(page.locator(".message.own").last).to_contain_text(words)
    for press in ("Pass this to a person", "Talk here now"):
        page.get_by_role("button", name=press).last.click()
    yes, skip = page.get_by_role("button", name="Yes, pass this on"), page.get_by_role("button", name="Skip this")
    expect(yes.or_(skip)).to_be_visible()
    while skip.is_visible():
        asked = page.locator(".message.service").count()
        skip.click()
        expect(page.locator(".message.service")).not_to_have_count(asked)
        expect(yes.or_(skip)).to_be_visible()
    yes.click()
    expect(page.get_by_text("You're in the queue")).to_be_visible()
    return page


def test_two_visitors_two_workers_another_helpline_and_the_way_out(
    console: Console, chat: str, browser: Browser
) -> None:
    """Taken once, talked both ways, moved with a yes, and left with one press, as both sides see it."""
    ann, ben, sue = console.worker("ann"), console.worker("ben"), console.worker("sue")
    first = visitor(browser, chat, "he pushed me down the stairs")
    second = visitor(browser, chat, "she keeps all my money")

    # Both workers see both; who is quicker has it.
    expect(ann.get_by_role("button", name="Take the chat")).to_have_count(2)
    expect(ben.get_by_role("button", name="Take the chat")).to_have_count(2)
    ann.get_by_role("button", name="Take the chat").first.click()
    expect(ann.locator("mark").first).to_contain_text("pushed me")
    expect(ben.get_by_role("button", name="Take the chat")).to_have_count(1)
    ben.get_by_role("button", name="Take the chat").click()
    expect(first.get_by_text("Ann from North is here")).to_be_visible()
    expect(second.get_by_text("Ben from North is here")).to_be_visible()

    # Both ways, while the visitor's network comes and goes.
    ann.get_by_label("Your message").fill("Hello, are you safe to write?")
    ann.keyboard.press("Control+Enter")
    expect(first.locator(".message.person")).to_contain_text("are you safe to write")
    first.context.set_offline(True)
    write(first, "yes he is out until six")
    expect(first.get_by_role("button", name="Try again")).to_be_visible()
    ann.get_by_label("Your message").fill("Take your time.")
    ann.keyboard.press("Control+Enter")
    first.context.set_offline(False)  # the page sends again by itself, and shows what came meanwhile
    expect(ann.locator(".said.visitor")).to_have_count(1)
    expect(ann.locator(".said.visitor")).to_contain_text("yes he is out until six")
    expect(first.locator(".message.person").last).to_contain_text("Take your time.")

    # Another helpline, with the visitor's yes and not before.
    ann.get_by_text("Pass it on").click()
    ann.locator("select[name=to]").select_option("helpline:east")
    ann.get_by_role("button", name="Offer").click()
    expect(ann.get_by_text("The visitor is being asked whether East may have it")).to_be_visible()
    question = first.get_by_text("Ann would like to pass you on to East")
    expect(question).to_be_visible()
    assert violations(first) == []
    assert sue.get_by_role("button", name="Take it").count() == 0
    first.get_by_role("button", name="Yes, they may have it").click()
    sue.get_by_role("button", name="Take it").click()
    expect(sue.locator(".said.visitor")).to_contain_text("yes he is out until six")
    expect(first.get_by_text("Sue from East is with you now")).to_be_visible()

    # The way out: the worker sees that the visitor has left, nothing more.
    way_out(first).click()
    first.wait_for_url(EXIT)
    expect(sue.get_by_text("The visitor has left.")).to_be_visible()

    # A worker's network breaks: the visitor keeps what is said, and reads on when it is back.
    ben.context.set_offline(True)
    write(second, "are you there")
    expect(second.locator(".message.own").last).to_contain_text("are you there")
    ben.context.set_offline(False)
    expect(ben.locator(".said.visitor").last).to_contain_text("are you there")

    # A worker's laptop is closed: the visitor goes back to the queue, is told, and a colleague goes on.
    ben.context.close()
    expect(second.get_by_text("You're back in the queue")).to_be_visible(timeout=120_000)
    ann.get_by_role("link", name="Queue", exact=True).click()
    ann.get_by_role("button", name="Take the chat").click()
    expect(second.get_by_text("Ann from North is here")).to_be_visible()
    expect(ann.locator(".said.visitor").last).to_contain_text("are you there")
