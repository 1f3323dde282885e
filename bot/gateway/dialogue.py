"""The gateway's way to Rasa: one message in, its answers out, never longer than agreed."""

import asyncio
import base64
import contextlib
import time
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import msgspec

from bot import metrics
from bot.errors import FingerpostError
from bot.rest import Rest

PRESSING_SECONDS = 1.0  # a message that shows danger has its care block already: the follow-up may not hold it up
CROWDED_SECONDS = 0.1  # the same with a line before Rasa: the gateway then says the follow-up itself
STALE = 3  # connections that may have been closed meanwhile, tried before a fresh one
SLOW_SECONDS = 0.5
SLOW_BEFORE_REST = 3
REST_SECONDS = 2.0


class DialogueDown(FingerpostError):
    """Rasa gave no answer, an empty one, or one that can't be read."""


class Said(msgspec.Struct, frozen=True):
    """One message of Rasa: its text, buttons and what an action attached."""

    text: str = ""
    buttons: list[dict[str, Any]] = []
    custom: dict[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the visitor on its way to Rasa: redacted words or the payload of a choice.

    pressing: danger, which waits for nobody. seconds_left: how long Rasa may remember the conversation, its own
    measure when None. features: what reading these very words gave, as the encoder's featurizer takes it; may be empty.
    """

    conversation: str
    text: str
    facts: dict[str, Any]
    screening: dict[str, Any]
    pressing: bool = False
    seconds_left: float | None = None
    features: bytes = b""


class Dialogue(Protocol):
    """Who answers."""

    async def say(self, turn: Turn) -> list[Said]:
        """The answers to a turn, at least one. Raises DialogueDown."""

    async def forget(self, conversation: str) -> None:
        """Erase a conversation. Raises DialogueDown."""


class RasaDialogue:
    """Rasa in its own process, over HTTP on a private address.

    Few ordinary messages are asked at once and the others wait here, so that a pressing one meets a short line
    behind them; it goes past the wait.
    """

    def __init__(
        self, http: aiohttp.ClientSession, *, url: str, seconds: float, at_once: int = 8, rest: Rest | None = None
    ) -> None:
        self._http = http
        self._url = url
        self._seconds = seconds
        self._places = asyncio.Semaphore(at_once)
        self._rest = rest or Rest(slow=SLOW_SECONDS, most=SLOW_BEFORE_REST, seconds=REST_SECONDS)

    async def say(self, turn: Turn) -> list[Said]:
        """The answers to a turn. Raises DialogueDown."""
        if turn.pressing:
            seconds = CROWDED_SECONDS if self._places.locked() else PRESSING_SECONDS
            return await self._ask(turn, min(seconds, self._seconds))
        try:
            async with asyncio.timeout(self._seconds):
                await self._places.acquire()
        except TimeoutError as error:
            raise DialogueDown("crowded") from error
        try:
            return await self._ask(turn, self._seconds)
        finally:
            self._places.release()

    async def _ask(self, turn: Turn, seconds: float) -> list[Said]:
        if not self._rest.allows():
            raise DialogueDown("resting")
        body = {
            "text": turn.text,
            "facts": turn.facts,
            "screening": turn.screening,
            "seconds_left": turn.seconds_left,
            "features": base64.b64encode(turn.features).decode(),
        }
        started = time.monotonic()
        answered = False
        try:
            said = _decode(await self._call("POST", turn.conversation, body, seconds))
            answered = True
            return said
        finally:
            took = time.monotonic() - started
            self._rest.told(seconds=took, answered=answered)
            metrics.dialogue_seconds.observe(took)

    async def forget(self, conversation: str) -> None:
        """Erase a conversation. Raises DialogueDown."""
        await self._call("DELETE", conversation, None, self._seconds)

    async def _call(self, method: str, conversation: str, body: dict[str, Any] | None, seconds: float) -> bytes:
        url = f"{self._url}/conversations/{conversation}"
        try:
            async with asyncio.timeout(seconds):
                for _ in range(STALE):
                    # A Rasa that stops, or takes up a new edition, closes its connections: there may be several here.
                    # One that died half way kept nothing of the message.
                    with contextlib.suppress(aiohttp.ClientConnectionError):
                        return await self._once(method, url, body)
                return await self._once(method, url, body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise DialogueDown(type(error).__name__) from error

    async def _once(self, method: str, url: str, body: dict[str, Any] | None) -> bytes:
        async with self._http.request(method, url, json=body) as response:
            if response.status >= 400:
                raise DialogueDown(str(response.status))
            return await response.read()


def _decode(raw: bytes) -> list[Said]:
    try:
        said = msgspec.json.decode(raw, type=list[Said])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DialogueDown("unreadable") from error
    if not said:
        # An action server or store that is down, and a model that is missing, all answer with nothing.
        raise DialogueDown("empty")
    return said
