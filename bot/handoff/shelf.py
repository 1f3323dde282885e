"""Where sealed handoffs lie: what the queue asks of SQLite or Redis. A shelf sees no words, only sealed bytes and tags."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from bot.handoff.records import Change, Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A sealed record. version counts its changes from 1; until: seconds since 1970, when it must be gone.

    tags are what it is found by; they are written, and not read again.
    """

    id: str
    version: int
    sealed: bytes
    until: float
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """All that one step changes, kept together or not at all. `row.version` is one more than what is replaced.

    said: a sealed message and the key that it is kept under once. counts: number by day, helpline and what.
    """

    row: Row
    changes: Sequence[Change] = ()
    counts: Mapping[tuple[date, str, str], int] = field(default_factory=dict)
    said: tuple[str, bytes] | None = None
    forget_said: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What came of a write. done is False when somebody else was first, and nothing was changed.

    seq: the place of the message; again: it was kept before, and nothing was changed now.
    """

    done: bool
    seq: int = 0
    again: bool = False


class Shelf(Protocol):
    """Every call may raise StoreDown. A write has reached the disk before it returns."""

    async def write(self, write: Write) -> Written: ...

    async def read(self, id: str) -> Row | None: ...

    async def tagged(self, tag: str) -> Sequence[Row]:
        """All rows that carry a tag, in no order."""

    async def said(self, id: str, *, after: int) -> Sequence[tuple[int, bytes]]:
        """Sealed messages above a seq, in order."""

    async def said_under(self, id: str, key: str) -> tuple[int, bytes] | None:
        """The message of a key."""

    async def tell(self, change: Change) -> None:
        """Pass on a change that is kept nowhere."""

    async def changes(self, cursor: str | None, *, wait: float) -> tuple[str, Sequence[Change]]:
        """Changes behind a cursor, and the cursor behind them; waits up to `wait` seconds for the first.

        Without a cursor: the end, and no changes.
        """

    async def put_briefly(self, place: str, name: str, sealed: bytes, *, until: float) -> None:
        """Keep a small value until an instant; the last one counts."""

    async def drop_briefly(self, place: str, name: str) -> None: ...

    async def kept_briefly(self, place: str, *, now: float) -> Mapping[str, bytes]:
        """The values of a place whose time is not over, by name."""

    async def tally(self, key: str, *, now: float, seconds: float, step: int = 1) -> int:
        """Add to a number that starts again at 0 some seconds after its first count; what it is now."""

    async def counts(self, helplines: Collection[str], *, first: date, last: date) -> Sequence[Count]: ...

    async def purge(self, now: float) -> Sequence[str]:
        """Erase rows whose time is over, their messages and tags; their ids."""

    async def check(self) -> None:
        """Return when what is written would be kept. Raises StoreDown."""

    async def aclose(self) -> None: ...
