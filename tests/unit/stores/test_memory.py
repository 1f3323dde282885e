"""Values in memory: what expires is gone, whether anyone asks or not."""

import asyncio

import pytest

from bot.stores.memory import MemoryTurns


async def test_what_expires_is_forgotten_without_being_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last visitor of the day leaves nothing behind."""
    monkeypatch.setattr("bot.stores.memory.SWEEP_SECONDS", 0.01)
    store = MemoryTurns(most=10)
    await store.add("a", b"canary", seconds=0.05)
    await store.add("b", b"canary", seconds=0.1)
    await asyncio.sleep(0.4)
    assert "canary" not in repr(vars(store))


async def test_a_crowd_pushes_out_the_oldest() -> None:
    """No more is held than agreed."""
    store = MemoryTurns(most=2)
    for key in "abc":
        await store.add(key, b"1", seconds=60)
    assert [await store.read(key) for key in "abc"] == [None, b"1", b"1"]


async def test_lines_are_forgotten_when_nobody_waits() -> None:
    """A thousand keys once held leave no lines behind."""
    store = MemoryTurns(most=10)
    for number in range(1000):
        async with store.turn(str(number), wait=1):
            pass
    assert not store._lines
