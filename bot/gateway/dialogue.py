"""The gateway's way to Rasa: one message in, its answers out, never longer than agreed."""

from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import msgspec

from bot.errors import FingerpostError


class DialogueDown(FingerpostError):
    """Rasa gave no answer, an empty one, or one that can't be read."""


class Said(msgspec.Struct, frozen=True):
    """One message of Rasa: its text, buttons and what an action attached."""

    text: str = ""
    buttons: list[dict[str, Any]] = []
    custom: dict[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the visitor on its way to Rasa: redacted words or the payload of a choice."""

    conversation: str
    text: str
    facts: dict[str, Any]
    screening: dict[str, Any]


class Dialogue(Protocol):
    """Who answers."""

    async def say(self, turn: Turn) -> list[Said]:
        """The answers to a turn, at least one. Raises DialogueDown."""

    async def forget(self, conversation: str) -> None:
        """Erase a conversation. Raises DialogueDown."""


class RasaDialogue:
    """Rasa in its own process, over HTTP on a private address."""

    def __init__(self, http: aiohttp.ClientSession, *, url: str, seconds: float) -> None:
        self._http = http
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def say(self, turn: Turn) -> list[Said]:
        """The answers to a turn. Raises DialogueDown."""
        body = {"text": turn.text, "facts": turn.facts, "screening": turn.screening}
        raw = await self._call("POST", turn.conversation, body)
        try:
            said = msgspec.json.decode(raw, type=list[Said])
        except msgspec.MsgspecError as error:
            raise DialogueDown("unreadable") from error
        if not said:
            # An action server or store that is down, and a model that is missing, all answer with nothing.
            raise DialogueDown("empty")
        return said

    async def forget(self, conversation: str) -> None:
        """Erase a conversation. Raises DialogueDown."""
        await self._call("DELETE", conversation, None)

    async def _call(self, method: str, conversation: str, body: dict[str, Any] | None) -> bytes:
        try:
            async with self._http.request(
                method, f"{self._url}/conversations/{conversation}", json=body, timeout=self._timeout
            ) as response:
                if response.status >= 400:
                    raise DialogueDown(str(response.status))
                return await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise DialogueDown(type(error).__name__) from error
