"""What both web apps share: work beside the requests, what never becomes one, where one comes from, its route's name."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping

from aiohttp import hdrs, web


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


Refuse = Callable[[int], web.Response]
REFUSE: web.AppKey[Refuse] = web.AppKey("refuse", Callable)  # type: ignore[arg-type]
"""The answer of an app, by HTTP status, to what never reaches it: no HTTP, or a line longer than is read."""


def add_headers(response: web.StreamResponse, headers: Mapping[str, str]) -> None:
    """Headers of every answer, where the answer has none of that name itself."""
    for name, value in headers.items():
        response.headers.setdefault(name, value)


def address_of(request: web.Request, proxies: int) -> str:
    """Where a request comes from, as the outermost of our own `proxies` saw it."""
    if proxies:
        seen = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, [])).split(",")
        if len(seen) >= proxies and seen[-proxies].strip():
            return seen[-proxies].strip()
    return request.remote or ""


NO_FORM = (ValueError, LookupError)
"""What reading a form raises that is none: parts without an end, bytes that are no text, encodings there are not."""


def route_name(request: web.Request) -> str:
    """The pattern of the route: an address itself may hold what somebody wrote."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
