"""A console and a way to open browsers at it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from tests.unit.console.office import Browser, Office

Opener = Callable[[], Awaitable[Browser]]


@pytest.fixture
async def office(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    made = Office(folder=tmp_path, inbox_on=getattr(request, "param", True))
    yield made
    await made.handoffs.aclose()


@pytest.fixture
async def opened(office: Office) -> AsyncIterator[Opener]:
    """Opens one more browser, each with cookies of its own."""
    server = TestServer(office.app())
    await server.start_server()
    browsers: list[TestClient] = []

    async def one() -> Browser:
        client: TestClient = TestClient(server, cookie_jar=aiohttp.CookieJar(unsafe=True))
        browsers.append(client)
        return Browser(client)

    yield one
    for browser in browsers:
        await browser.session.close()
    await server.close()


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2id with little memory, so that hundreds of sign-ins take seconds."""
    monkeypatch.setattr("bot.staff.secrets._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
