"""Rate limits: by address, without the address."""

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.gateway.limits import MOST_IN_LANE, Limits, MemoryCounts
from bot.web import address_of


class Clock:
    """A clock that stands still until it is moved."""

    now = 6000.0

    def __call__(self) -> float:
        return self.now


def make(most: int) -> tuple[Limits, MemoryCounts, Clock]:
    clock = Clock()
    counts = MemoryCounts(clock=clock)
    return Limits({"messages": most}, counts, clock=clock), counts, clock


async def test_a_minute_later_all_is_forgotten() -> None:
    """Over the limit now, free again in the next minute, and no count is left."""
    limits, counts, clock = make(1)
    assert [await limits.over("messages", "192.0.2.1") for _ in range(2)] == [False, True]
    clock.now += 60
    assert not await limits.over("messages", "192.0.2.1")
    assert len(counts._counts) == 1


async def test_the_address_is_not_kept() -> None:
    """Only a hash, whose key is another after five minutes."""
    limits, counts, clock = make(5)
    await limits.over("messages", "192.0.2.1")
    first = set(counts._counts)
    assert "192.0.2.1" not in repr(vars(counts))
    clock.now += 300
    await limits.over("messages", "192.0.2.1")
    assert {name.split(":")[1] for name in counts._counts}.isdisjoint(name.split(":")[1] for name in first)


async def test_one_network_of_the_sixth_version_counts_as_one() -> None:
    """Who has 2^64 addresses doesn't have 2^64 limits."""
    limits, _, _ = make(1)
    assert not await limits.over("messages", "2001:db8::1")
    assert await limits.over("messages", "2001:db8::ffff:2")
    assert not await limits.over("messages", "2001:db8:0:1::1")


async def test_no_limit_counts_nothing() -> None:
    """A limit of 0 is none."""
    limits, counts, _ = make(0)
    assert not any([await limits.over("messages", "192.0.2.1") for _ in range(50)])
    assert not counts._counts


async def test_the_lane_of_those_over_the_limit_has_an_end() -> None:
    """A flood fills its own lane, not the memory."""
    limits, _, _ = make(1)
    async with limits.lane():
        limits._in_lane = MOST_IN_LANE
        with pytest.raises(web.HTTPTooManyRequests):
            async with limits.lane():
                pytest.fail("let in")


@pytest.mark.parametrize(
    ("proxies", "seen", "address"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
    ],
)
def test_only_our_own_proxies_are_believed(proxies: int, seen: str, address: str) -> None:
    """A header that a visitor made up changes nothing."""

    class Transport:
        def get_extra_info(self, name: str, default: object = None) -> object:
            return ("192.0.2.7", 1) if name == "peername" else default

    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": seen}, transport=Transport())
    assert address_of(request, proxies) == address
