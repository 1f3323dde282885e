"""How much one address may send in a minute, without keeping the address: a hash under a key that lives minutes."""

import asyncio
import hashlib
import ipaddress
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web

from bot import metrics
from bot.stores.link import Link, Script
from bot.stores.turns import StoreDown

MINUTE = 60
KEY_MINUTES = 5  # a whole number of windows: a new key never falls inside one
MOST_IN_LANE = 50


class Counts(Protocol):
    """Where the counting is done."""

    async def key(self, epoch: int) -> bytes:
        """The secret of these minutes. Raises StoreDown."""

    async def add(self, name: str) -> int:
        """Count one more under a name that lives a minute; how many there are. Raises StoreDown."""


class MemoryCounts:
    """Counts of this process."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._window = 0
        self._counts: dict[str, int] = {}
        self._key = (-1, b"")

    async def key(self, epoch: int) -> bytes:
        """The secret of these minutes; the one before is forgotten."""
        if self._key[0] != epoch:
            self._key = (epoch, secrets.token_bytes(16))
        return self._key[1]

    async def add(self, name: str) -> int:
        """Count one more."""
        window = int(self._clock() // MINUTE)
        if window != self._window:
            self._window, self._counts = window, {}
        self._counts[name] = self._counts.get(name, 0) + 1
        return self._counts[name]


class RedisCounts:
    """Counts of all processes together."""

    def __init__(self, link: Link, *, prefix: str) -> None:
        self._link = link
        self._prefix = prefix
        self._count = Script("count")
        self._key = (-1, b"")

    async def key(self, epoch: int) -> bytes:
        """The secret of these minutes, made by whoever asks first. Raises StoreDown."""
        if self._key[0] != epoch:
            name = f"{self._prefix}key:{epoch}"
            life = KEY_MINUTES * MINUTE
            await self._link.call(lambda redis: redis.set(name, secrets.token_bytes(16), ex=life, nx=True))
            self._key = (epoch, await self._link.call(lambda redis: redis.get(name)) or secrets.token_bytes(16))
        return self._key[1]

    async def add(self, name: str) -> int:
        """Count one more. Raises StoreDown."""
        return int(await self._link.script(self._count, [f"{self._prefix}{name}"], MINUTE))


class Limits:
    """Says who is over. A limit of 0 is none."""

    def __init__(self, most: Mapping[str, int], counts: Counts, *, clock: Callable[[], float] = time.time) -> None:
        self._most = most
        self._counts = counts
        self._own = MemoryCounts(clock=clock)
        self._clock = clock
        self._lane = asyncio.Lock()
        self._in_lane = 0

    async def over(self, limit: str, address: str) -> bool:
        """Count a request of `address`; whether it is over the limit. With the store down this process counts alone."""
        most = self._most[limit]
        if most <= 0:
            return False
        try:
            count = await self._add(self._counts, limit, address)
        except StoreDown:
            count = await self._add(self._own, limit, address)
        if count > most:
            metrics.refused.labels(limit).inc()
        return count > most

    async def _add(self, counts: Counts, limit: str, address: str) -> int:
        now = self._clock()
        key = await counts.key(int(now // (KEY_MINUTES * MINUTE)))
        hashed = hashlib.blake2b(_network(address).encode(), key=key, digest_size=12).hexdigest()
        return await counts.add(f"{limit}:{hashed}:{int(now // MINUTE)}")

    @asynccontextmanager
    async def lane(self) -> AsyncIterator[None]:
        """One at a time for those who are over: danger is still found, and a flood slows only itself."""
        if self._in_lane >= MOST_IN_LANE:
            raise web.HTTPTooManyRequests
        self._in_lane += 1
        try:
            async with self._lane:
                yield
        finally:
            self._in_lane -= 1


def _network(address: str) -> str:
    """One visitor of the sixth version of IP has a whole network of addresses."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else address
