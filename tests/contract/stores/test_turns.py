"""What every store of turns promises, in memory and in Redis of every kind."""

import asyncio

import pytest

from bot.stores.memory import MemoryTurns
from bot.stores.redis_turns import RedisTurns
from bot.stores.turns import Busy, Gone, Lost, TurnStore
from tests.contract.stores.conftest import Stores


async def in_line(store: TurnStore, key: str) -> int:
    """How many hold or wait for a value."""
    if isinstance(store, MemoryTurns):
        return store._lines[key].waiting if key in store._lines else 0
    assert isinstance(store, RedisTurns)
    return int(await store._link.call(lambda redis: redis.zcard(store._keys(key)[1])))


async def test_what_is_kept_can_be_read(stores: Stores) -> None:
    """By every process, and nothing where nothing was kept."""
    assert await stores.there.read("a") is None
    await stores.here.add("a", b"\x00one", seconds=60)
    assert await stores.there.read("a") == b"\x00one"


async def test_a_turn_changes_the_value(stores: Stores) -> None:
    """It sees what is there and keeps what it was given."""
    async with stores.here.turn("b", wait=1) as held:
        assert held.value is None
        held.keep(b"1", seconds=60)
    async with stores.there.turn("b", wait=1) as held:
        assert held.value == b"1"
        held.keep(b"2", seconds=60)
    assert await stores.here.read("b") == b"2"


async def test_a_turn_that_keeps_nothing_changes_nothing(stores: Stores) -> None:
    """Looking is not touching."""
    await stores.here.add("c", b"1", seconds=60)
    async with stores.here.turn("c", wait=1):
        pass
    assert await stores.here.read("c") == b"1"


async def test_a_turn_that_fails_keeps_nothing_and_lets_the_next_in(stores: Stores) -> None:
    """An error half way leaves what was before."""
    await stores.here.add("d", b"1", seconds=60)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012  # what fails is the body of a turn
        async with stores.here.turn("d", wait=1) as held:
            held.keep(b"2", seconds=60)
            raise ZeroDivisionError
    async with stores.there.turn("d", wait=0.2) as held:
        assert held.value == b"1"


async def test_a_value_expires(stores: Stores) -> None:
    """Whoever kept it, by adding or in a turn."""
    await stores.here.add("e", b"1", seconds=0.2)
    async with stores.here.turn("f", wait=1) as held:
        held.keep(b"1", seconds=0.2)
    await asyncio.sleep(0.3)
    assert await stores.there.read("e") is None
    async with stores.there.turn("f", wait=1) as held:
        assert held.value is None


async def test_turns_come_in_the_order_of_asking(stores: Stores) -> None:
    """Ten messages on two processes, asked for while the first is answered: none is lost, none overtakes."""
    order: list[int] = []
    all_asked = asyncio.Event()

    async def message(number: int) -> None:
        store = (stores.here, stores.there)[number % 2]
        async with store.turn("g", wait=20) as held:
            await all_asked.wait()
            order.append(number)
            held.keep((held.value or b"") + bytes([number]), seconds=60)

    tasks = []
    for number in range(10):
        tasks.append(asyncio.create_task(message(number)))
        while await in_line(stores.here, "g") < len(tasks):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    all_asked.set()
    await asyncio.gather(*tasks)
    assert order == list(range(10))
    assert await stores.here.read("g") == bytes(range(10))


async def test_waiting_has_an_end(stores: Stores) -> None:
    """Who can't have a turn in time is told, and the holder is not disturbed."""
    async with stores.here.turn("h", wait=1) as held:
        with pytest.raises(Busy):
            async with stores.there.turn("h", wait=0.1):
                pytest.fail("two at once")
        held.keep(b"1", seconds=60)
    assert await stores.there.read("h") == b"1"


async def test_what_was_erased_does_not_come_back(stores: Stores) -> None:
    """A turn under way when the value is erased keeps nothing; what was erased is told."""
    await stores.here.add("i", b"1", seconds=60)
    with pytest.raises(Lost):  # noqa: PT012  # told when the turn ends
        async with stores.here.turn("i", wait=1) as held:
            assert await stores.there.erase("i") == b"1"
            held.keep(b"2", seconds=60)
    assert await stores.here.read("i") is None
    assert await stores.here.erase("i") is None


async def test_a_sealed_value_refuses_turns_that_come_late(stores: Stores) -> None:
    """A message that was on its way when its conversation was erased starts nothing."""
    await stores.here.erase("j", seal=True)
    with pytest.raises(Gone):
        async with stores.there.turn("j", wait=1):
            pytest.fail("came back")


async def test_one_value_does_not_wait_for_another(stores: Stores) -> None:
    """Lines are for one value each."""
    async with stores.here.turn("k", wait=1), stores.there.turn("l", wait=0.1):
        pass


async def test_the_store_answers(stores: Stores) -> None:
    """A store that is there says nothing when asked."""
    await stores.here.ping()
