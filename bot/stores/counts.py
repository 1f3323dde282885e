"""Counts in Redis, which all machines add to and read: numbers by topic, and nothing of whoever was counted.

They are written once a minute from a thread beside the answers, so a connection of their own, opened and closed each
time, costs nothing and can't hold up a visitor's.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.catalogue.need_map import Gap, NeedMap
from bot.editor.insight import KEPT_WEEKS, Entry, monday
from bot.errors import CountsDown
from bot.settings import Secret
from bot.stores.connection import Client
from bot.stores.keys import COUNTS
from bot.stores.link import Link, Script
from bot.stores.turns import StoreDown

NEEDS_DAYS = 400  # from the last that was counted
_ADD = Script("add")
_BETWEEN = "|"
_PATIENCE = 5.0  # seconds, connecting among them: no visitor waits for it

Clock = Callable[[], datetime]
Use = Callable[[Link], Awaitable[Any]]


def _now() -> datetime:
    return datetime.now(UTC)


class _Hashes:
    """Hashes of numbers. When an answer of Redis is lost, what it was given is added twice."""

    def __init__(self, address: Secret) -> None:
        self._address = address

    def add(self, key: str, counts: Mapping[str, int], *, until: datetime) -> None:
        """Add to the numbers of a hash, which is gone at an aware instant. Raises CountsDown."""
        pairs = [part for pair in counts.items() for part in pair]
        self._with_link(lambda link: link.script(_ADD, [COUNTS + key], int(until.timestamp()), *pairs))

    def read(self, keys: list[str]) -> list[dict[str, int]]:
        """The numbers of each hash, none where there is no such hash. Raises CountsDown."""

        async def all_of(client: Client) -> Any:
            pipeline = client.pipeline(transaction=False)
            for key in keys:
                pipeline.hgetall(COUNTS + key)
            return await pipeline.execute()

        found = self._with_link(lambda link: link.call(all_of))
        return [{field.decode(): int(count) for field, count in counts.items()} for counts in found]

    def _with_link(self, use: Use) -> Any:
        async def work() -> Any:
            link = Link.to(self._address, seconds=_PATIENCE)
            try:
                return await use(link)
            finally:
                await link.close()

        try:
            return asyncio.run(work())
        except StoreDown as error:
            raise CountsDown(str(error)) from error


class RedisNeeds:
    """The map of need as one hash. Every call may raise CountsDown."""

    KEY = "needs"

    def __init__(self, address: Secret, *, clock: Clock = _now) -> None:
        self._hashes, self._clock = _Hashes(address), clock

    def add(self, counts: Mapping[Gap, int]) -> None:
        """Add counts to those in Redis."""
        if counts:
            named = {_BETWEEN.join(gap.parts): count for gap, count in counts.items()}
            self._hashes.add(self.KEY, named, until=self._clock() + timedelta(days=NEEDS_DAYS))

    def read(self) -> NeedMap:
        """The map as it stands; empty while nothing was counted."""
        (found,) = self._hashes.read([self.KEY])
        gaps = ((Gap.of(*name.split(_BETWEEN)), count) for name, count in found.items())
        return NeedMap({gap: count for gap, count in gaps if gap})


class RedisInsight:
    """The counts of topics, a hash a week, each gone in time by itself. Every call may raise CountsDown."""

    def __init__(self, address: Secret, *, clock: Clock = _now) -> None:
        self._hashes, self._clock = _Hashes(address), clock

    def add(self, counts: Mapping[Entry, int]) -> None:
        """Add counts to those in Redis."""
        for week in {entry.week for entry in counts}:
            named = {_BETWEEN.join((e.topic, e.what)): count for e, count in counts.items() if e.week == week}
            gone = week + timedelta(weeks=KEPT_WEEKS, days=1)
            self._hashes.add(_key(week), named, until=datetime.combine(gone, time(), UTC))

    def read(self) -> dict[Entry, int]:
        """All counts; a topic that is no longer one is left out."""
        this = monday(self._clock().date() + timedelta(days=1))  # where the visitors are it may be Monday already
        weeks = [this - timedelta(weeks=back) for back in range(KEPT_WEEKS + 1)]
        found = zip(weeks, self._hashes.read([_key(week) for week in weeks]), strict=True)
        entries = (
            (Entry.of(week, *name.split(_BETWEEN)), count) for week, counts in found for name, count in counts.items()
        )
        return {entry: count for entry, count in entries if entry}

    def sweep(self, today: date) -> None:
        """Nothing: each week is gone by itself."""


def _key(week: date) -> str:
    return f"topics:{week.isoformat()}"
