"""What a site of the real web may do to a reader: redirect it, drip, send without end."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import web

from bot.content import fetching
from bot.content.fetching import over_https
from tests.contract.catalogue.in_thread import serving


async def _redirect(request: web.Request) -> web.Response:
    raise web.HTTPFound(request.query["to"])


async def _endless(request: web.Request) -> web.StreamResponse:
    async def body() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65536

    return web.Response(body=body())


async def _drip(request: web.Request) -> web.StreamResponse:
    async def body() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    return web.Response(body=body())


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A site on loopback; it speaks plain http, which only the first address may be, in this test."""
    app = web.Application()
    app.add_routes([web.get("/to", _redirect), web.get("/endless", _endless), web.get("/drip", _drip)])
    with serving(app) as base:
        yield base


@pytest.mark.parametrize("target", ["http://127.0.0.1:1/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "/to?to=/to"])
def test_no_redirect_leads_off_https(target: str, site: str) -> None:
    """Neither to somebody in between nor to a file of this machine."""
    with pytest.raises(OSError, match=r"away from https|is not allowed"):
        over_https(f"{site}/to?to={target}")


def test_an_answer_without_end_is_cut(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more than is allowed is enough to know."""
    monkeypatch.setattr(fetching, "MOST_BYTES", 1_000_000)
    assert len(over_https(f"{site}/endless")) == 1_000_001


def test_an_answer_that_drips_is_given_up(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then would hold an editor for ever."""
    monkeypatch.setattr(fetching, "ANSWER_SECONDS", 0.3)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        over_https(f"{site}/drip")
    assert time.monotonic() - started < 5
