"""A gateway and a worker, each in a process of its own that may be killed at any moment."""

import asyncio
import contextlib
from pathlib import Path

import msgspec
from aiohttp import web

from bot.handoff.queue import Queue
from bot.handoff.records import Handoff, HandoffId, Said, WorkerId
from bot.handoff.redis_shelf import RedisShelf
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.handoff.store import HandoffError
from bot.sealing import Seal
from bot.vocabulary import Outcome, Sender
from tests.handoffs import KEYS, NORTH

CLAIM_SECONDS = 1.5
MESSAGES = 2  # that a visitor writes and a worker answers before it is closed


def store_at(place: str) -> Queue:
    """The store of a Redis address or a file's path."""
    shelf = RedisShelf.of(place) if place.startswith("redis:") else SqliteShelf(Path(place))
    return Queue(shelf, Seal(KEYS), claim_seconds=CLAIM_SECONDS)


def gateway(place: str, port: int) -> None:
    """Takes handoffs and messages over HTTP, answers when they are kept, and gives back what vanished workers held."""
    asyncio.run(_gateway(place, port))


def worker(place: str, name: str) -> None:
    """Claims what waits, answers each message once, closes when all are answered."""
    asyncio.run(_worker(place, name))


async def _gateway(place: str, port: int) -> None:
    store = store_at(place)

    async def add(request: web.Request) -> web.Response:
        handoff = msgspec.json.decode(await request.read(), type=Handoff)
        return await _kept(store.add(handoff))

    async def say(request: web.Request) -> web.Response:
        said = msgspec.json.decode(await request.read(), type=Said)
        return await _kept(store.say(HandoffId(request.match_info["id"]), said))

    async def messages(request: web.Request) -> web.Response:
        try:
            found = await store.messages(HandoffId(request.match_info["id"]), after=int(request.query["after"]))
        except HandoffError:
            return web.Response(status=503)
        return web.Response(body=msgspec.json.encode([one for one in found if one.sender is Sender.PERSON]))

    app = web.Application()
    app.router.add_post("/add", add)
    app.router.add_post("/say/{id}", say)
    app.router.add_get("/messages/{id}", messages)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
    while True:
        with contextlib.suppress(HandoffError):
            await store.release_stale()
        await asyncio.sleep(0.5)


async def _kept(keeping: object) -> web.Response:
    try:
        await keeping  # type: ignore[misc]  # a call of the store
    except HandoffError:
        return web.Response(status=503)
    return web.Response(status=204)


async def _worker(place: str, name: str) -> None:
    store, me = store_at(place), WorkerId(name)
    while True:
        try:
            for waiting in (await store.waiting(NORTH))[:4]:
                with contextlib.suppress(HandoffError):
                    await store.claim(waiting.handoff.id, me, name)
            for mine in await store.open_of(me):
                await _answer(store, mine.id, me)
        except HandoffError:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.02)


async def _answer(store: Queue, id: HandoffId, me: WorkerId) -> None:
    said = await store.messages(id)
    asked = [one for one in said if one.sender is Sender.VISITOR]
    answered = {one.id for one in said if one.sender is Sender.PERSON}
    for one in asked:
        if f"re-{one.id}" not in answered:
            answer = Said(id=f"re-{one.id}", sender=Sender.PERSON, at=one.at, text=f"re {one.text}", worker=me)
            await store.say(id, answer)
    if len(asked) == MESSAGES:
        await store.close(id, me, Outcome.HELPED)
    else:
        await store.beat(id, me)
