"""A real console process over one state folder, workers' browsers at it, and visitors as the chat puts them there."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from bot.bootstrap import load_staff_seal, make_handoffs
from bot.editor.rehearsal import free_port
from bot.handoff.queue import Queue
from bot.handoff.records import Handoff, Said
from bot.settings import ROOT, Settings
from bot.staff.accounts import Accounts
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Client, Slowdown
from bot.staff.store import FILE, StaffStore
from bot.vocabulary import Sender, StaffRole
from tests.handoffs import handoff

expect.set_options(timeout=30_000)  # a busy machine is no failure

PASSWORD = "copper lantern ferry"
PEOPLE = {
    "ann": (StaffRole.WORKER, "north"),
    "ben": (StaffRole.SUPERVISOR, "north"),
    "sue": (StaffRole.WORKER, "east"),
    "eve": (StaffRole.EDITOR, "north"),
}
WORKERS = ("ann", "ben", "sue")  # who take chats
T = TypeVar("T")


@dataclass
class Console:
    """The process, its state, and what visitors do in it."""

    settings: Settings
    env: dict[str, str]
    browser: Browser
    keys: dict[str, str]

    @property
    def url(self) -> str:
        return self.settings.console_address

    def worker(self, name: str, **how: Any) -> Page:
        """Someone signed in; a worker is taking chats."""
        page = self.browser.new_context(viewport={"width": 1440, "height": 900}, **how).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("Sign-in name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/second-factor")
        page.get_by_label("Code from your authenticator app").fill(pyotp.TOTP(self.keys.pop(name)).now())
        page.get_by_role("button", name="Sign in").click()
        if name in WORKERS:
            page.get_by_role("button", name="Taking chats").click()
        return page

    def visitor(self, text: str, **more: Any) -> Handoff:
        return self.ask(lambda store: store.add(handoff(text, created=datetime.now(UTC), **more)))

    def writes(self, one: Handoff, text: str) -> None:
        said = Said(id=secrets.token_hex(6), sender=Sender.VISITOR, at=datetime.now(UTC), text=text)
        self.ask(lambda store: store.say(one.id, said))

    def ask(self, question: Callable[[Queue], Coroutine[Any, Any, T]]) -> T:
        """One question to the store, from a thread of its own: the browser's loop runs in this one."""

        async def answer() -> T:
            store = make_handoffs(self.settings)
            try:
                return await question(store)
            finally:
                await store.aclose()

        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(lambda: asyncio.run(answer())).result()


def _accounts(settings: Settings) -> dict[str, str]:
    clock = lambda: datetime.now(UTC) - timedelta(minutes=2)  # noqa: E731  # leaves the code of now unused
    keys = {}
    with StaffStore(settings.state_folder / FILE) as store:
        accounts = Accounts(store=store, clock=clock)
        seal = load_staff_seal(settings)
        ways = SigningIn(store=store, seal=seal, slowdown=Slowdown(clock=time.monotonic), clock=clock)
        for name, (role, helpline) in PEOPLE.items():
            _, secret = accounts.add(name, shown_as=name.title(), helpline=helpline, roles=[role], actor="test")
            token = ways.first(name, secret, PASSWORD, client=Client(mark="test"), browser="")
            found = ways.find(token)
            assert found
            keys[name] = ways.totp_secret(found[1])
            ways.enrol(found[1], pyotp.TOTP(keys[name]).at(clock()), client=Client(mark="test"))
    return keys


@pytest.fixture
def console(browser: Browser, tmp_path: Path) -> Iterator[Console]:
    helplines = tmp_path / "helplines"
    helplines.mkdir()
    for name, service, role in (
        ("north", "mens-advice-line", "victim"),
        ("east", "mankind-initiative", "victim"),
        ("south", "respect-phoneline", "own_behaviour"),
    ):
        (helplines / f"{name}.yml").write_text(f"name: {name.title()}\nservices: [{service}]\nroles: [{role}]\n")
    env = {
        "FINGERPOST_STATE_FOLDER": str(tmp_path / "state"),
        "FINGERPOST_CONTENT_FOLDER": str(tmp_path / "content"),
        "FINGERPOST_HELPLINES_FOLDER": str(helplines),
        "FINGERPOST_CONSOLE_PORT": str(free_port()),
    }
    settings = Settings.from_env(env)
    settings.state_folder.mkdir()
    keys = _accounts(settings)
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve", "console"], env=os.environ | env, cwd=ROOT)
    try:
        wait(process, f"{settings.console_address}/healthz")
        yield Console(settings=settings, env=env, browser=browser, keys=keys)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait(process: subprocess.Popen[bytes], url: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the console stopped"
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=3):
            return
        time.sleep(0.2)
    raise AssertionError("the console is not ready")
