"""Counts over Redis as it is in life: every key known and mortal, and an outage that no visitor notices."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import redis

from actions import needs as counting
from bot.bootstrap import make_insight, make_needs
from bot.catalogue.matching import Need
from bot.editor.insight import Counted, Entry, monday
from bot.settings import Settings
from bot.stores import keys
from bot.vocabulary import Nation, Role, Topic
from tests.redis_server import RedisServer

ASKED = Need(role=Role.VICTIM, nation=Nation.WALES, topics=(Topic.PETS,))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    with RedisServer() as running:
        monkeypatch.setenv("FINGERPOST_REDIS_URL", running.url)
        monkeypatch.delenv("FINGERPOST_INSIGHT_FOLDER", raising=False)
        counting.NEEDS.take()
        yield running
        counting.NEEDS.take()


async def _kept() -> int:
    needs = make_needs(Settings.from_env())
    return sum((await asyncio.to_thread(needs.read)).counts.values())


async def test_every_key_is_in_the_table_and_expires(server: RedisServer) -> None:
    """Nothing but topic, role, nation, week and numbers, and all of it gone in time."""
    counting.NEEDS.add(ASKED, ())
    await counting.write_down()
    entry = Entry(week=monday(datetime.now(UTC).date()), topic=Topic.HOUSING, what=Counted.HELPED)
    await asyncio.to_thread(make_insight(Settings.from_env()).add, {entry: 2})
    plain = redis.Redis(port=server.port)
    found = {key.decode(): plain.hgetall(key) for key in plain.scan_iter("*")}
    assert found == {
        f"{keys.COUNTS}needs": {b"pets|victim|wales": b"1"},
        f"{keys.COUNTS}topics:{entry.week}": {b"housing|helped": b"2"},
    }
    days = {key: plain.ttl(key) / 86400 for key in found}
    assert 399 < days[f"{keys.COUNTS}needs"] <= 400
    assert 52 * 7 < days[f"{keys.COUNTS}topics:{entry.week}"] <= 53 * 7 + 1


async def test_what_a_frozen_redis_does_not_take_is_counted_on(server: RedisServer) -> None:
    """An answer is never waited for; when Redis is back the counts are added."""
    assert server.process
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        counting.NEEDS.add(ASKED, ())
        writing = asyncio.create_task(counting.write_down())
        started, laps = time.monotonic(), 0
        while not writing.done():
            counting.NEEDS.add(ASKED, ())  # visitors go on asking, and are not held up
            laps += 1
            await asyncio.sleep(0.01)
        assert time.monotonic() - started < 8
        assert laps > 20
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    await counting.write_down()
    assert await _kept() in (laps + 1, laps + 2)  # what it had taken without saying so counts twice
    assert not counting.NEEDS.counts


async def test_a_redis_that_is_gone_fails_nobody(server: RedisServer) -> None:
    """Refused at once, kept in memory, added later."""
    port = server.port
    server.stop()
    counting.NEEDS.add(ASKED, ())
    await counting.write_down()
    assert sum(counting.NEEDS.counts.values()) == 1
    with RedisServer(port=port):
        await counting.write_down()
        assert await _kept() == 1


def test_a_folder_that_is_named_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]) -> None:
    """On one server the counts survive a Redis without a disk."""
    monkeypatch.setenv("FINGERPOST_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("FINGERPOST_INSIGHT_FOLDER", str(tmp_path))
    settings = Settings.from_env()
    entry = Entry(week=monday(date.today()), topic=Topic.HOUSING, what=Counted.HELPED)
    make_insight(settings).add({entry: 1})
    assert make_insight(settings).read() == {entry: 1}
