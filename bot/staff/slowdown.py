"""Slows down guessing without letting anyone lock others out.

Wrong tries count for the pair of account and client, for the client, and for the account. Only the last could be
used against its owner, so it never applies to a device that the owner signed in from before. All of it lives in
memory for an hour, under keyed hashes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.staff.errors import WaitFirst

_FORGET_SECONDS = 3600.0
_LONGEST_SECONDS = 900.0
_MOST_KEYS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who tries: the mark of an address, and whether the browser is one this account signed in from before."""

    mark: str
    known: bool = False


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    last: float = 0.0


@dataclass(slots=True)
class Slowdown:
    """Free tries: 5 for a client on an account, 30 for a client, 20 for an account from unknown devices."""

    clock: Callable[[], float]
    _counts: dict[str, _Count] = field(default_factory=dict)

    def check(self, account: str, client: Client) -> None:
        """Raises WaitFirst while this client must wait. A try that is refused here is not counted."""
        now = self.clock()
        wait = max(self._left(key, free, now) for key, free in _keys(account, client))
        if wait > 0:
            raise WaitFirst(int(wait) + 1)

    def wrong(self, account: str, client: Client) -> None:
        """Count a wrong try."""
        now = self.clock()
        if len(self._counts) > _MOST_KEYS:
            self._forget(now)
        for key, _ in _keys(account, client):
            count = self._counts.setdefault(key, _Count())
            count.wrong, count.last = self._wrong(count, now) + 1, now

    def right(self, account: str, client: Client) -> None:
        """The owner is here: their client starts afresh on this account. Other counts stay."""
        self._counts.pop(_pair(account, client), None)

    def _left(self, key: str, free: int, now: float) -> float:
        count = self._counts.get(key)
        if count is None or (over := self._wrong(count, now) - free) < 0:
            return 0.0
        return count.last + min(_LONGEST_SECONDS, 15.0 * 2.0 ** min(over, 10)) - now

    def _wrong(self, count: _Count, now: float) -> int:
        return 0 if now - count.last > _FORGET_SECONDS else count.wrong

    def _forget(self, now: float) -> None:
        self._counts = {key: count for key, count in self._counts.items() if self._wrong(count, now)}


def _pair(account: str, client: Client) -> str:
    return f"pair {account} {client.mark} {client.known}"


def _keys(account: str, client: Client) -> Iterable[tuple[str, int]]:
    yield _pair(account, client), 5
    if not client.known:
        yield f"client {client.mark}", 30
        yield f"account {account}", 20
