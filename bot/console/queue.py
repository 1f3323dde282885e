"""The queue: who waits, in the order to take them; one's own chats; finding someone who rings with a reference."""

from typing import Any

from aiohttp import web

from bot.console.access import needs
from bot.console.desk import Chat, Duty
from bot.console.forms import fields
from bot.console.keys import DESK, log, me
from bot.console.rendering import page
from bot.handoff.store import TooManyGuesses
from bot.vocabulary import Permission


async def listed(request: web.Request) -> dict[str, Any]:
    """What the queue shows to the one who asks."""
    who, desk = me(request), request.app[DESK]
    name = who.account.name
    return {
        "waiting": await desk.queue(who.helpline),
        "offered": await desk.offers(who.helpline, name),
        "mine": [chat for chat in await desk.going_on(who.helpline) if chat.worker == name],
        "team": await desk.on_duty(who.helpline),
    }


async def own_duty(request: web.Request) -> Duty:
    """Whether the one who asks takes chats now."""
    who = me(request)
    if who.account.helpline is None:
        return Duty.OFF
    on = await request.app[DESK].on_duty(who.account.helpline)
    return next((one.duty for one in on if one.worker == who.account.name), Duty.OFF)


@needs(Permission.TAKE_CHATS)
async def queue_page(request: web.Request) -> web.StreamResponse:
    """GET /queue"""
    log(request, "queue seen")
    return page(request, "queue.html", duty=await own_duty(request), found=None, **await listed(request))


@needs(Permission.TAKE_CHATS, quiet=True)
async def queue_list(request: web.Request) -> web.StreamResponse:
    """GET /queue/list: the part of the page that changes."""
    return page(request, "queue_list.html", **await listed(request))


@needs(Permission.TAKE_CHATS)
async def set_duty(request: web.Request) -> web.StreamResponse:
    """POST /duty"""
    [chosen] = await fields(request, "duty")
    if chosen not in Duty.__members__.values():
        raise web.HTTPBadRequest
    who = me(request)
    await request.app[DESK].present(who.helpline, who.account.name, who.account.shown_as, Duty(chosen))
    log(request, "duty changed", detail=chosen)
    raise web.HTTPSeeOther("/queue")


@needs(Permission.TAKE_CHATS)
async def find(request: web.Request) -> web.StreamResponse:
    """POST /find: the chat of a reference that someone reads out on the phone."""
    chat = await _sought(request)
    if chat is not None:
        if chat.over and (chat.final or chat.worker != me(request).account.name):
            return page(request, "chat_over.html", chat=chat)
        raise web.HTTPSeeOther(f"/chats/{chat.id}")
    shown = await listed(request)
    return page(request, "queue.html", status=404, duty=await own_duty(request), found=False, **shown)


@needs(Permission.TAKE_CHATS)
async def pick_up(request: web.Request) -> web.StreamResponse:
    """POST /find/take: what is over goes on, for who rings and has the reference."""
    chat = await _sought(request)
    if chat is None:
        raise web.HTTPNotFound
    account = me(request).account
    await request.app[DESK].pick_up(chat, account.name, account.shown_as)
    log(request, "chat picked up", subject=chat.id)
    raise web.HTTPSeeOther(f"/chats/{chat.id}")


async def _sought(request: web.Request) -> Chat | None:
    [reference] = await fields(request, "reference")
    who = me(request)
    try:
        chat = await request.app[DESK].by_reference(who.helpline, reference.strip()[:60], who.account.name)
    except TooManyGuesses as error:
        raise web.HTTPTooManyRequests from error
    log(request, "reference sought", subject=chat.id if chat else "", detail="" if chat else "nothing found")
    return chat


def add_routes(app: web.Application) -> None:
    app.router.add_get("/queue", queue_page)
    app.router.add_get("/queue/list", queue_list)
    app.router.add_post("/duty", set_duty)
    app.router.add_post("/find", find)
    app.router.add_post("/find/take", pick_up)
