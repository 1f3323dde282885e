"""Rasa's way to the action server: connections that stay open, and a time limit of ours instead of five minutes."""

from __future__ import annotations

from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig


class ActionsEndpoint(EndpointConfig):  # type: ignore[misc]  # Rasa has no types
    """One address, one session for all calls. Rasa makes a new one for each."""

    def __init__(self, url: str, *, seconds: float) -> None:
        super().__init__(url=url)
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._http: aiohttp.ClientSession | None = None

    async def request(self, method: str = "post", json: Any = None, **_: Any) -> Any:
        """The answer to one call. Raises ClientResponseError, aiohttp.ClientError, TimeoutError."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=self._timeout)
        try:
            return await self._once(self._http, method, json)
        except aiohttp.ClientConnectionError:
            # A server that restarts closes what lay open; actions only read, so a call may be made again.
            return await self._once(self._http, method, json)

    async def _once(self, http: aiohttp.ClientSession, method: str, json: Any) -> Any:
        async with http.request(method, self.url, json=json) as response:
            if response.status >= 400:
                # Without the body, which Rasa would log.
                raise ClientResponseError(response.status, response.reason, "")
            return await response.json()

    async def close(self) -> None:
        """Close what is open."""
        if self._http is not None:
            await self._http.close()
