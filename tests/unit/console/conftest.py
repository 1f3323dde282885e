"""A console and a way to open browsers at it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.unit.console.office import Browser, Office

Opener = Callable[[], Awaitable[Browser]]


@pytest.fixture
def office() -> Office:
    return Office()


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
