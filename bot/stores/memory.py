"""Values in this process, for a service without Redis: bounded, forgetting, erasable."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.stores.turns import GONE_SECONDS, Busy, Gone, Held, Lost


@dataclass(slots=True)
class _Line:
    """Those who wait for one value. An erased value gets a new line, so that the old one is known as over."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class MemoryTurns:
    """Values by key, at most `most` of them: the one not kept for longest goes first."""

    def __init__(self, *, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._lines: dict[str, _Line] = {}
        self._sealed: dict[str, float] = {}

    async def add(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keep a value for some seconds."""
        self._keep(key, value, seconds)

    async def read(self, key: str) -> bytes | None:
        """The value as last kept."""
        until, value = self._kept.get(key, (0.0, None))
        return value if until > self._clock() else None

    @asynccontextmanager
    async def turn(self, key: str, *, wait: float) -> AsyncIterator[Held]:
        """Hold the value, first come first served. Raises Busy, Gone, Lost."""
        line = self._lines.setdefault(key, _Line())
        line.waiting += 1
        try:
            try:
                async with asyncio.timeout(wait):
                    await line.lock.acquire()
            except TimeoutError as error:
                raise Busy from error
            try:
                if self._sealed.get(key, 0.0) > self._clock():
                    raise Gone
                held = Held(await self.read(key))
                yield held
                if self._lines.get(key) is not line:
                    raise Lost
                if held.new is not None:
                    self._keep(key, held.new, held.seconds)
            finally:
                line.lock.release()
        finally:
            line.waiting -= 1
            if not line.waiting and self._lines.get(key) is line:
                del self._lines[key]

    async def erase(self, key: str, *, seal: bool = False) -> bytes | None:
        """Forget a value at once; what it was."""
        value = await self.read(key)
        self._kept.pop(key, None)
        self._lines.pop(key, None)
        if seal:
            now = self._clock()
            self._sealed = {one: until for one, until in self._sealed.items() if until > now}
            self._sealed[key] = now + GONE_SECONDS
        return value

    async def ping(self) -> None:
        """Always there."""

    def __len__(self) -> int:
        self._forget()
        return len(self._kept)

    def _keep(self, key: str, value: bytes, seconds: float) -> None:
        self._kept[key] = (self._clock() + seconds, value)
        self._kept.move_to_end(key)
        self._forget()

    def _forget(self) -> None:
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if self._kept[oldest][0] > now and len(self._kept) <= self._most:
                return
            del self._kept[oldest]
