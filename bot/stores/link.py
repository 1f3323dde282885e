"""Calls of Redis that never take longer than agreed, and scripts."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from redis.exceptions import NoScriptError, RedisError

from bot.rest import Rest
from bot.settings import Secret
from bot.stores.connection import SECONDS, Client, connect
from bot.stores.turns import StoreDown

Call = Callable[[Client], Awaitable[Any]]
REST_SECONDS = 1.0


class Script:
    """A script of this package, sent by its hash and in full when Redis doesn't know it."""

    def __init__(self, name: str) -> None:
        self.text = (Path(__file__).parent / f"{name}.lua").read_text()
        self.hash = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Link:
    """One client, shared by all stores of a process. After a call that hung, a moment passes before the next tries."""

    def __init__(self, client: Client, *, seconds: float = SECONDS) -> None:
        self._client, self._seconds = client, seconds
        self._rest = Rest(slow=SECONDS / 2, most=1, seconds=REST_SECONDS)

    @classmethod
    def to(cls, address: Secret, *, seconds: float = SECONDS) -> "Link":
        """Over `connect`; `seconds`: how long a call may take. Raises SettingError."""
        return cls(connect(address), seconds=seconds)

    async def call(self, call: Call) -> Any:
        """What Redis answers. Raises StoreDown."""
        if not self._rest.allows():
            raise StoreDown("resting")
        started = time.monotonic()
        answered = False
        try:
            async with asyncio.timeout(self._seconds):
                answer = await call(self._client)
            answered = True
            return answer
        except (RedisError, OSError, TimeoutError) as error:
            raise StoreDown(type(error).__name__) from error
        finally:
            self._rest.told(seconds=time.monotonic() - started, answered=answered)

    async def script(self, script: Script, keys: list[str], *arguments: Any) -> Any:
        """What a script answers. Raises StoreDown."""

        async def run(client: Client) -> Any:
            try:
                return await client.evalsha(script.hash, len(keys), *keys, *arguments)
            except NoScriptError:
                return await client.eval(script.text, len(keys), *keys, *arguments)

        return await self.call(run)

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()
