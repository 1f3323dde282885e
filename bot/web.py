"""What both web apps share: work beside the requests for as long as the app runs, and the name of a route for logs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine

from aiohttp import web


@contextlib.asynccontextmanager
async def beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run `work` until the block ends, then stop it and wait until it has."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def route_name(request: web.Request) -> str:
    """The pattern of the route: an address itself may hold what somebody wrote."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
