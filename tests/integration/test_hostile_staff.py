"""Hostile forms at every page of the console, from somebody who may do everything: nothing answers 5xx."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.vocabulary import StaffRole
from tests.integration.test_hostile_requests import FUZZ, TEXT
from tests.unit.console.office import HTML, Browser, Office

PAGES = ROOT / "bot" / "console"
FIELDS = sorted(
    {
        name
        for path in PAGES.rglob("*.html")
        for name in re.findall(r'name="([a-z_]+)"', path.read_text("utf-8"))
        if name != "csrf"
    }
)
WORDS = TEXT.map(lambda text: text.encode("utf-8", "replace").decode())
# Which would end the session that asks, and the streams that don't end.
LEFT_OUT = {"/sign-out", "/live"}


class Target:
    """A console with everything in memory, its routes, and somebody of every role signed in."""

    def __init__(self, office: Office) -> None:
        self.office, self.loop = office, asyncio.new_event_loop()

    async def start(self) -> None:
        app = self.office.app()
        self.routes = sorted(
            {
                (route.method, route.resource.canonical)
                for route in app.router.routes()
                if route.resource and not any(part in route.resource.canonical for part in LEFT_OUT)
            }
        )
        self.server = TestServer(app)
        await self.server.start_server()
        self.browser = Browser(TestClient(self.server, cookie_jar=CookieJar(unsafe=True)))
        await self.office.enrol(self.browser, "sam", *StaffRole)

    async def stop(self) -> None:
        await self.browser.client.close()
        await self.server.close()
        await self.office.handoffs.aclose()

    async def ask(self, method: str, path: str, **how: Any) -> int:
        answer = await asyncio.wait_for(self.browser.raw(method, path, headers=HTML, **how), 20)
        return answer.status


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    async def made() -> Target:
        one = Target(Office(folder=tmp_path_factory.mktemp("console")))
        await one.start()
        return one

    loop = asyncio.new_event_loop()
    one = loop.run_until_complete(made())
    one.loop = loop
    yield one
    loop.run_until_complete(one.stop())
    loop.close()


def test_there_is_something_to_try(target: Target) -> None:
    """The routes and fields are read from the app and its pages."""
    assert len(target.routes) > 40 and len(FIELDS) > 20
    assert target.loop.run_until_complete(target.ask("GET", "/account")) == 200


@FUZZ
@given(data=st.data(), fields=st.dictionaries(st.sampled_from(FIELDS), WORDS, max_size=8), word=WORDS)
def test_any_form_at_any_page(target: Target, data: st.DataObject, fields: dict[str, str], word: str) -> None:
    """Each route with any value in its path, its query and its form, sent as our own pages send them."""
    method, path = data.draw(st.sampled_from(target.routes))
    path = re.sub(r"\{[^}]*\}", lambda _: quote(word[:40], safe="") or "x", path)
    how: dict[str, Any] = {"params": fields} if method == "GET" else {"data": {"csrf": target.browser.csrf, **fields}}
    assert target.loop.run_until_complete(target.ask(method, path, **how)) < 500, (method, path, fields)


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded; charset=nonsense"])
def test_a_form_that_is_none(target: Target, kind: str) -> None:
    """What no browser sends is refused."""
    headers = {**HTML, "Content-Type": kind}
    answer = target.loop.run_until_complete(target.browser.raw("POST", "/sign-in", data=b"\xff", headers=headers))
    assert answer.status in (400, 403)
