"""Passes the changes of a shelf on to whoever asked for them, with one reader for the whole process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.handoff.records import Change, HandoffId, Happened, HelplineId
from bot.handoff.shelf import Shelf
from bot.handoff.store import StoreDown

WAIT_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 2.0
_MOST_WAITING = 200  # changes that one listener may lag behind before it is told to read everything again
_READ_AGAIN = Change(happened=Happened.READ_AGAIN)


@dataclass(eq=False, slots=True, kw_only=True)
class _Listener:
    handoff: HandoffId | None
    helplines: frozenset[HelplineId]
    waiting: asyncio.Queue[Change] = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))

    def wants(self, change: Change) -> bool:
        return (
            change.happened is Happened.READ_AGAIN
            or (self.handoff is not None and change.handoff == self.handoff)
            or (change.helpline is not None and change.helpline in self.helplines)
        )

    def hear(self, change: Change) -> None:
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            change = _READ_AGAIN
        self.waiting.put_nowait(change)


class Events:
    """Reads while anybody listens, and not otherwise."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._listeners: set[_Listener] = set()
        self._reader: asyncio.Task[None] | None = None
        self._started = asyncio.Event()

    @asynccontextmanager
    async def subscribe(
        self, *, handoff: HandoffId | None, helplines: Collection[HelplineId]
    ) -> AsyncIterator[AsyncIterator[Change]]:
        """Changes from now on: what happens after this is entered is heard."""
        listener = _Listener(handoff=handoff, helplines=frozenset(helplines))
        self._listeners.add(listener)
        try:
            if self._reader is None or self._reader.done():
                self._started.clear()
                self._reader = asyncio.create_task(self._read())
            await self._started.wait()
            yield _heard(listener)
        finally:
            self._listeners.discard(listener)

    async def aclose(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
            self._reader = None

    async def _read(self) -> None:
        cursor: str | None = None
        pause = 0.0
        while self._listeners:
            try:
                cursor, changes = await self._shelf.changes(cursor, wait=WAIT_SECONDS)
            except StoreDown:
                # Whatever was missed meanwhile is in the store: start at its end and have everyone read again.
                cursor, pause = None, min(_LONGEST_PAUSE_SECONDS, 2 * pause or 0.1)
                self._started.set()
                await asyncio.sleep(pause)
                continue
            if pause:
                pause, changes = 0.0, [*changes, _READ_AGAIN]
            self._started.set()
            for change in changes:
                for listener in self._listeners:
                    if listener.wants(change):
                        listener.hear(change)


async def _heard(listener: _Listener) -> AsyncIterator[Change]:
    while True:
        yield await listener.waiting.get()
