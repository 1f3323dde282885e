"""What keeps an open page true: events as they happen, and the heartbeat that says its worker is still there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.console.access import COOKIES, needs
from bot.console.chats import may_see
from bot.console.desk import Duty, Event
from bot.console.forms import fields
from bot.console.headers import HEADERS
from bot.console.keys import DESK, SIGNING_IN, STOPPING, me
from bot.handoff.store import StoreDown
from bot.vocabulary import Permission

_STILL_SECONDS = 10.0  # a page in the background beats when it is told something: its own clock is slowed down


@needs(Permission.TAKE_CHATS, quiet=True)
async def live(request: web.Request) -> web.StreamResponse:
    """GET /live?chat=id: events of the helpline, and of one chat that the one who asks has. Ends with the session."""
    chat = request.query.get("chat", "")
    if chat:
        found = await request.app[DESK].get(me(request).helpline, chat)
        if found is None or not may_see(me(request), found):
            raise web.HTTPNotFound
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"} | HEADERS)
    await response.prepare(request)
    token = request.cookies.get(request.app[COOKIES].session, "")
    events = request.app[DESK].events(me(request).helpline, chat)
    with contextlib.suppress(ConnectionError, StoreDown):
        async for event in _with_pauses(events, request.app[STOPPING]):
            if request.app[SIGNING_IN].find(token) is None:
                await response.write(b"event: ended\ndata:\n\n")
                break
            text = f"event: {event.name}\ndata: {event.chat}\n\n" if event else "event: still\ndata:\n\n"
            await response.write(text.encode())
    return response


async def _with_pauses(changes: AsyncIterator[Event], stopping: asyncio.Event) -> AsyncIterator[Event | None]:
    """Events, and None when there was none for a while."""
    yield None
    following = asyncio.ensure_future(anext(changes))
    stop = asyncio.ensure_future(stopping.wait())
    try:
        while not stopping.is_set():
            done, _ = await asyncio.wait({following, stop}, timeout=_STILL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if stop in done:
                return
            if not done:
                yield None
                continue
            try:
                yield following.result()
            except StopAsyncIteration:
                return
            following = asyncio.ensure_future(anext(changes))
    finally:
        stop.cancel()
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration, StoreDown):
            await following


@needs(Permission.TAKE_CHATS, quiet=True)
async def beat(request: web.Request) -> web.StreamResponse:
    """POST /beat: the page is open. Answers whether the visitor of `chat` writes now, and how many wait."""
    duty, chat = await fields(request, "duty", "chat")
    who, desk = me(request), request.app[DESK]
    name = who.account.name
    if duty in (Duty.ON, Duty.BREAK):
        await desk.present(who.helpline, name, who.account.shown_as, Duty(duty))
    kept = await desk.beat(who.helpline, name)
    return web.json_response({"waiting": len(await desk.queue(who.helpline)), "mine": chat in kept})


def add_routes(app: web.Application) -> None:
    app.router.add_get("/live", live)
    app.router.add_post("/beat", beat)
