"""What was asked for and not found: counted in memory as people ask, written down beside the answers."""

import asyncio
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from bot.bootstrap import make_needs
from bot.catalogue.need_map import NeedMap
from bot.errors import CountsDown
from bot.settings import Settings
from bot.web import beside

log = structlog.get_logger()

NEEDS = NeedMap()
_WRITE_SECONDS = 60


async def keeping(_: web.Application) -> AsyncIterator[None]:
    """Write the counts down every minute and at the end."""

    async def keep() -> None:
        while True:
            await asyncio.sleep(_WRITE_SECONDS)
            await write_down()

    async with beside(keep()):
        yield
    await write_down()


async def write_down() -> None:
    """Move what was counted to where it is kept; what can't be written is counted on."""
    taken = NEEDS.take()
    try:
        await asyncio.to_thread(make_needs(Settings.from_env()).add, taken)
    except CountsDown as error:
        NEEDS.put_back(taken)
        log.warning("needs not written down", error=type(error).__name__)
