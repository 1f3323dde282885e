"""A value under a key that one holder at a time may change: the port behind sessions and Rasa's conversations."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.errors import FingerpostError

GONE_SECONDS = 10.0  # how long an erased value refuses to come back: longer than any message is under way


class StoreDown(FingerpostError):
    """The store gave no answer in time; the message is the kind of failure, never a value."""


class Busy(FingerpostError):
    """Others were before and did not finish within the time allowed."""


class Lost(FingerpostError):
    """The turn was over before it was finished, by its time limit or because the value was erased: nothing was kept."""


class Gone(FingerpostError):
    """The value was erased a moment ago and may not come back."""


@dataclass(slots=True)
class Held:
    """A value while it is one's turn. Set `new` to keep something in its place when the turn ends well."""

    value: bytes | None
    new: bytes | None = None
    seconds: float = 0.0

    def keep(self, value: bytes, *, seconds: float) -> None:
        """Keep `value` for `seconds` from now."""
        self.new, self.seconds = value, seconds


class TurnStore(Protocol):
    """Values that expire. Every call may raise StoreDown, within about a second."""

    async def add(self, key: str, value: bytes, *, seconds: float) -> None:
        """Keep a value for some seconds."""

    async def read(self, key: str) -> bytes | None:
        """The value as last kept, without waiting for a turn; None when there is none."""

    def turn(self, key: str, *, wait: float) -> AbstractAsyncContextManager[Held]:
        """Hold the value, first come first served. Entering raises Busy or Gone, leaving raises Lost.

        A body that raises keeps nothing.
        """

    async def erase(self, key: str, *, seal: bool = False) -> bytes | None:
        """Forget a value at once; what it was. A turn under way keeps nothing; sealed, none starts for a moment."""

    async def ping(self) -> None:
        """Answer, or raise StoreDown."""
