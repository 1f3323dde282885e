"""Values in Redis, shared by every process of the service: a fair line for each, with leases that a dead holder loses."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.stores.link import Link, Script
from bot.stores.turns import GONE_SECONDS, Busy, Gone, Held, Lost, StoreDown

LEASE_SECONDS = 3.0  # a holder that dies or freezes blocks its line no longer than this
BEAT_SECONDS = 1.0
LONGEST_TURN_SECONDS = 20.0
POLL_SECONDS = (0.005, 0.05)  # between looks at the line: first, at most


class RedisTurns:
    """Values under `prefix`, each with a time to live. All keys of one value lie in one slot of a cluster."""

    def __init__(self, link: Link, *, prefix: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self._link = link
        self._prefix = prefix
        self._lease = int(lease_seconds * 1000)
        self._begin, self._finish, self._erase = Script("begin"), Script("finish"), Script("erase")

    def _keys(self, key: str) -> list[str]:
        value = f"{self._prefix}{{{key}}}"
        return [value, f"{value}:line", f"{value}:leases", f"{value}:gone"]

    async def add(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keep a value for some seconds. Raises StoreDown."""
        await self._link.call(lambda redis: redis.set(self._keys(key)[0], value, px=_milliseconds(seconds)))

    async def read(self, key: str) -> bytes | None:
        """The value as last kept. Raises StoreDown."""
        value: bytes | None = await self._link.call(lambda redis: redis.get(self._keys(key)[0]))
        return value

    @asynccontextmanager
    async def turn(self, key: str, *, wait: float) -> AsyncIterator[Held]:
        """Hold the value, first come first served. Raises StoreDown, Busy, Gone, Lost."""
        keys, ticket = self._keys(key), secrets.token_hex(8)
        try:
            held = Held(await self._first(keys, ticket, wait))
            beat = asyncio.create_task(self._beat(keys, ticket))
            try:
                yield held
            finally:
                beat.cancel()
        except BaseException:
            with contextlib.suppress(StoreDown):
                await self._link.script(self._finish, keys[:3], ticket)
            raise
        new = (_milliseconds(held.seconds), held.new) if held.new is not None else ()
        if not await self._link.script(self._finish, keys[:3], ticket, *new):
            raise Lost

    async def erase(self, key: str, *, seal: bool = False) -> bytes | None:
        """Forget a value at once; what it was. Raises StoreDown."""
        sealed = _milliseconds(GONE_SECONDS) if seal else 0
        value: bytes | None = await self._link.script(self._erase, self._keys(key), sealed)
        return value

    async def ping(self) -> None:
        """Answer, or raise StoreDown."""
        await self._link.call(lambda redis: redis.ping())

    async def _first(self, keys: list[str], ticket: str, wait: float) -> bytes | None:
        """The value, once this ticket stands first. Raises StoreDown, Busy, Gone."""
        until = time.monotonic() + wait
        pause = POLL_SECONDS[0]
        while True:
            place, *value = await self._link.script(self._begin, keys, ticket, self._lease, 1)
            if place < 0:
                raise Gone
            if place == 0:
                return value[0]  # type: ignore[no-any-return]
            if time.monotonic() >= until:
                raise Busy
            await asyncio.sleep(pause)
            pause = min(pause * 2, POLL_SECONDS[1])

    async def _beat(self, keys: list[str], ticket: str) -> None:
        """Renew the lease of a long turn, up to the longest there may be."""
        for _ in range(int(LONGEST_TURN_SECONDS / BEAT_SECONDS)):
            await asyncio.sleep(BEAT_SECONDS)
            with contextlib.suppress(StoreDown):
                await self._link.script(self._begin, keys, ticket, self._lease, 0)


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
