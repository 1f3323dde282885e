"""Sessions: found by the hash of a token that only the open page holds, forgotten when silent, erased when ended."""

import hashlib
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.editor.inbox import Missed
from bot.stores.turns import TurnStore
from bot.vocabulary import Direction, Kind, Language, Level, Nation, Role, Topic

_REPLIES_KEPT = 10  # answers kept for messages that are sent again: a page sends one at a time
_NONCE_BYTES = 12
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(slots=True)
class CareFrame:
    """Danger that was shown and not yet said to have changed."""

    level: Level
    kinds: tuple[Kind, ...]
    directions: tuple[Direction, ...]


@dataclass(slots=True, kw_only=True)
class Session:
    """One visit. started: seconds since 1970. replies: the latest answers as they were sent, by message id."""

    conversation: str
    started: float
    language: str = "en"  # what they speak, for the lines
    page: Language = Language.ENGLISH  # what the page is in, for the wording
    role: Role | None = None
    child: bool = False
    leaning: dict[Role, float] = field(default_factory=dict)  # what the words so far say of the role
    nation: Nation | None = None
    door: Role | None = None
    children: bool | None = None
    care: CareFrame | None = None
    if_yes: str | None = None  # the choice that a plain yes to the last question makes
    if_no: str | None = None
    topic: Topic | None = None  # the topic answered last
    asked_of: dict[Topic, bool] = field(default_factory=dict)  # topics asked "did this help?" of; whether it was said
    asked_just: bool = False  # whether the last answer asked it
    said: Missed | None = None  # redacted words that the last answer is to, only while editors' inbox is on
    said_in_danger: bool = False
    desk: bytes = b""  # what is remembered for a handoff, sealed
    replies: dict[str, bytes] = field(default_factory=dict)

    def remember(self, message_id: str, reply: bytes) -> None:
        """Keep the answer to a message, for the case that it is sent again."""
        self.replies[message_id] = reply
        while len(self.replies) > _REPLIES_KEPT:
            del self.replies[next(iter(self.replies))]


class NoSession(LookupError):
    """The token opens nothing: its session ended, fell silent or never was."""


class Sessions:
    """All sessions, wherever their store keeps them. Every call but `new` may raise StoreDown."""

    def __init__(
        self,
        store: TurnStore,
        *,
        idle_seconds: float,
        session_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._idle_seconds = idle_seconds
        self._session_seconds = session_seconds
        self._clock = clock

    def new(self) -> tuple[str, Session]:
        """A new session, not kept yet, and its token, which is kept nowhere."""
        return secrets.token_urlsafe(32), Session(conversation=secrets.token_urlsafe(16), started=self._clock())

    async def add(self, token: str, session: Session) -> None:
        """Keep a new session."""
        await self._store.add(_key(token), _sealed(token, session), seconds=self.seconds_left(session))

    async def find(self, token: str) -> Session:
        """The session as last kept, to read. Raises NoSession."""
        return self._read(token, await self._store.read(_key(token)))

    async def holds(self, token: str) -> bool:
        """Whether a token opens a session. Asking keeps it no longer."""
        try:
            await self.find(token)
        except NoSession:
            return False
        return True

    @asynccontextmanager
    async def turn(self, token: str, *, wait: float) -> AsyncIterator[Session]:
        """Hold a session, first come first served, to change it. Raises NoSession, Busy, Lost."""
        async with self._store.turn(_key(token), wait=wait) as held:
            session = self._read(token, held.value)
            yield session
            held.keep(_sealed(token, session), seconds=self.seconds_left(session))

    async def end(self, token: str) -> Session | None:
        """Forget a session; what it was, for those who hold more of it."""
        value = await self._store.erase(_key(token))
        try:
            return _opened(token, value) if value else None
        except (InvalidTag, msgspec.MsgspecError):
            return None

    async def ping(self) -> None:
        """Return when sessions can be reached."""
        await self._store.ping()

    def seconds_left(self, session: Session) -> float:
        """How long a session lasts if nothing more is said."""
        return min(self._idle_seconds, session.started + self._session_seconds - self._clock())

    def _read(self, token: str, value: bytes | None) -> Session:
        if value is None:
            raise NoSession
        try:
            session = _opened(token, value)
        except (InvalidTag, msgspec.MsgspecError) as error:
            raise NoSession from error
        if self.seconds_left(session) <= 0:
            raise NoSession
        return session


_SESSION = msgspec.msgpack.Decoder(Session)


def _sealed(token: str, session: Session) -> bytes:
    """A session as it is kept: to be read only with its token, which no store holds."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(token).encrypt(nonce, msgspec.msgpack.encode(session), None)


def _opened(token: str, value: bytes) -> Session:
    return _SESSION.decode(_cipher(token).decrypt(value[:_NONCE_BYTES], value[_NONCE_BYTES:], None))


def _cipher(token: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"seal" + token.encode("utf-8", "surrogatepass")).digest())


def is_token(text: str) -> bool:
    """Whether a text has the shape of our tokens."""
    return bool(_TOKEN.fullmatch(text))


def _key(token: str) -> str:
    """Not to be turned back into the token, which opens the session."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
