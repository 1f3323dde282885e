"""Redis as it is in life: holders that die, a server that freezes, fails or forgets, keys that must expire."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from bot.errors import SettingError
from bot.gateway.limits import Limits, RedisCounts
from bot.gateway.sessions import Sessions
from bot.settings import ROOT, Secret
from bot.stores import keys
from bot.stores.link import REST_SECONDS, Link
from bot.stores.redis_turns import RedisTurns
from bot.stores.turns import Lost, StoreDown
from tests.redis_server import RedisServer


@pytest.fixture
def server() -> Iterator[RedisServer]:
    with RedisServer() as running:
        yield running


@pytest.fixture
async def link(server: RedisServer) -> AsyncIterator[Link]:
    made = Link.to(Secret(server.url))
    yield made
    await made.close()


async def test_a_holder_that_died_loses_its_turn(link: Link) -> None:
    """Its lease ends, the next goes on from what was kept, and nothing late gets in."""
    store = RedisTurns(link, prefix="fp:t:", lease_seconds=0.3)
    await store.add("a", b"1", seconds=60)
    dead = store.turn("a", wait=1)
    held = await dead.__aenter__()
    started = time.monotonic()
    async with store.turn("a", wait=2) as next_one:
        next_one.keep(b"2", seconds=60)
    assert 0.2 < time.monotonic() - started < 1.5
    held.keep(b"late", seconds=60)
    with pytest.raises(Lost):
        await dead.__aexit__(None, None, None)
    assert await store.read("a") == b"2"


async def test_a_long_turn_keeps_its_place(link: Link) -> None:
    """A holder that is alive renews its lease."""
    store = RedisTurns(link, prefix="fp:t:", lease_seconds=1.5)
    async with store.turn("a", wait=1) as held:
        waiting = asyncio.create_task(_keep(store, "a", b"2"))
        await asyncio.sleep(2.5)
        assert not waiting.done()
        held.keep(b"1", seconds=60)
    await waiting
    assert await store.read("a") == b"2"


async def _keep(store: RedisTurns, key: str, value: bytes) -> None:
    async with store.turn(key, wait=5) as held:
        held.keep(value, seconds=60)


async def test_a_frozen_server_is_waited_for_a_second(server: RedisServer, link: Link) -> None:
    """Each call ends in time, and works again when the server does."""
    store = RedisTurns(link, prefix="fp:t:")
    await store.ping()
    assert server.process
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        with pytest.raises(StoreDown):
            async with store.turn("a", wait=1):
                pytest.fail("no turn")
        assert time.monotonic() - started < 1.5
        with pytest.raises(StoreDown, match="resting"):
            await store.ping()
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    await asyncio.sleep(REST_SECONDS)
    await store.add("a", b"1", seconds=60)
    assert await store.read("a") == b"1"


async def test_a_server_that_comes_back_empty_is_used_at_once(server: RedisServer, link: Link) -> None:
    """Old connections, lost scripts and lost keys are nothing to a new turn."""
    store = RedisTurns(link, prefix="fp:t:")
    await _keep(store, "a", b"1")
    server.stop()
    with pytest.raises(StoreDown):
        await store.read("a")
    server.start()
    server.wait()
    assert await store.read("a") is None
    await _keep(store, "a", b"2")
    assert await store.read("a") == b"2"


async def test_a_user_of_the_acl_may_be_refused(server: RedisServer) -> None:
    """A wrong password is an outage by name, and is not repeated."""
    redis.Redis(port=server.port).acl_setuser(
        "someone", enabled=True, passwords=["+right"], keys=["*"], commands=["+@all"]
    )
    wrong = Link.to(Secret(f"redis://someone:wrong-word@127.0.0.1:{server.port}/0"))
    with pytest.raises(StoreDown) as caught:
        await RedisTurns(wrong, prefix="fp:t:").ping()
    assert "wrong-word" not in repr(caught.value)
    await wrong.close()


@pytest.mark.parametrize(
    "address", ["http://a", "redis://", "redis://a:b:c/", "sentinel://a", "redis://a/x", "redis://a?x=1"]
)
def test_an_address_that_can_not_be_read_is_refused_without_repeating_it(address: str) -> None:
    """It may hold a password."""
    with pytest.raises(SettingError) as caught:
        Link.to(Secret(address))
    assert address not in str(caught.value)


async def test_every_key_is_in_the_table_and_expires(server: RedisServer, link: Link) -> None:
    """After sessions, turns, ends and limits: each key has a known prefix and a time to live."""
    sessions = Sessions(RedisTurns(link, prefix=keys.SESSIONS), idle_seconds=1800, session_seconds=86400)
    token, session = sessions.new()
    await sessions.add(token, session)
    conversations = RedisTurns(link, prefix=keys.CONVERSATIONS)
    await conversations.erase("c", seal=True)
    limits = Limits({"messages": 5}, RedisCounts(link, prefix=keys.LIMITS))
    await limits.over("messages", "192.0.2.1")
    async with sessions.turn(token, wait=1), conversations.turn("d", wait=1):
        plain = redis.Redis(port=server.port)
        found = [key.decode() for key in plain.scan_iter("*")]
        assert len(found) == 8
        known = (keys.SESSIONS, keys.CONVERSATIONS, keys.LIMITS)
        assert all(key.startswith(known) and plain.ttl(key) > 0 for key in found)
        assert not any("192.0.2.1" in key or token in key for key in found)
    await sessions.end(token)
    assert not plain.keys(f"{keys.SESSIONS}*")


def test_the_page_of_keys_is_the_table() -> None:
    """What engineers read is what the code keeps."""
    page = (ROOT / "deploy" / "docs" / "redis-keys.md").read_text()
    assert keys.table() in page


async def test_limits_count_for_all_processes_and_go_on_without_redis(server: RedisServer, link: Link) -> None:
    """Two gateways share one count; with Redis gone each counts alone."""
    most = {"messages": 3}
    here, there = (Limits(most, RedisCounts(link, prefix=keys.LIMITS)) for _ in range(2))
    counted = [await limits.over("messages", "192.0.2.1") for limits in (here, there, here, there)]
    assert counted == [False, False, False, True]
    assert not await here.over("messages", "192.0.2.2")
    server.stop()
    assert [await here.over("messages", "192.0.2.1") for _ in range(4)] == [False, False, False, True]
