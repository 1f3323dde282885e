"""Sessions in memory: found by the hash of a token that only the open page holds, forgotten when silent."""

import asyncio
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.gateway.replies import Reply
from bot.vocabulary import Direction, Kind, Level, Nation, Role

_REPLIES_KEPT = 40  # answers kept for messages that are sent again


@dataclass(slots=True)
class CareFrame:
    """Danger that was shown and not yet said to have changed."""

    level: Level
    kinds: tuple[Kind, ...]
    directions: tuple[Direction, ...]


@dataclass(slots=True, kw_only=True)
class Session:
    """One visit. Only the gateway changes it, one message at a time."""

    conversation: str
    started: float
    touched: float
    language: str = "en"
    role: Role | None = None
    nation: Nation | None = None
    door: Role | None = None
    children: bool | None = None
    care: CareFrame | None = None
    if_yes: str | None = None  # the choice that a plain yes to the last question makes
    if_no: str | None = None
    desk: bytes = b""  # what is remembered for a handoff, sealed
    replies: OrderedDict[str, Reply] = field(default_factory=OrderedDict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def remember(self, message_id: str, reply: Reply) -> None:
        """Keep the answer to a message, for the case that it is sent again."""
        self.replies[message_id] = reply
        while len(self.replies) > _REPLIES_KEPT:
            self.replies.popitem(last=False)


class Sessions:
    """All sessions of this process."""

    def __init__(
        self,
        *,
        idle_seconds: float,
        session_seconds: float,
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._idle_seconds = idle_seconds
        self._session_seconds = session_seconds
        self._most = most
        self._clock = clock
        self._held: OrderedDict[bytes, Session] = OrderedDict()  # longest silent first

    def open(self) -> tuple[str, Session]:
        """A new session and its token, which is kept nowhere."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        session = Session(conversation=secrets.token_urlsafe(16), started=now, touched=now)
        self._held[_key(token)] = session
        return token, session

    def find(self, token: str) -> Session | None:
        """The session of a token; None when it ended, fell silent or never was."""
        key = _key(token)
        session = self._held.get(key)
        if session is None or self._over(session):
            return None
        session.touched = self._clock()
        self._held.move_to_end(key)
        return session

    def holds(self, token: str) -> bool:
        """Whether a token opens a session. Asking keeps it no longer."""
        session = self._held.get(_key(token))
        return session is not None and not self._over(session)

    def end(self, token: str) -> Session | None:
        """Forget a session; what it was, for those who hold more of it."""
        return self._held.pop(_key(token), None)

    def sweep(self) -> list[Session]:
        """Forget what is over, and the longest silent when there are too many; what was forgotten."""
        over = [key for key, session in self._held.items() if self._over(session)]
        over += list(self._held)[: max(0, len(self._held) - len(over) - self._most)]
        return [session for key in dict.fromkeys(over) if (session := self._held.pop(key, None))]

    def __len__(self) -> int:
        return len(self._held)

    def _over(self, session: Session) -> bool:
        now = self._clock()
        return now - session.touched > self._idle_seconds or now - session.started > self._session_seconds


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
