"""Visitors made up for load: they open, choose a door, write, read, think, leave; some are in danger."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from bot.vocabulary import Role

DANGER = (
    "he is outside banging the door and he has got a bat",
    "she had her hands round my throat, i blacked out and now i can't swallow",
    "he's got a knife and he's coming up the stairs",
    "my wife is smashing the place up right now and the kids are screaming",
    "im locked in the bathroom he says hes going to kill me",
)
NATIONS = ("england", "scotland", "wales", "northern_ireland", None)
TRIES = 3  # as the widget
KINDS = ("open", "message", "choice", "danger", "page")


@dataclass(slots=True)
class Seen:
    """What visitors met: milliseconds by kind, errors and degraded answers by what they were."""

    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    errors: dict[str, int] = field(default_factory=dict)
    degraded: int = 0
    again: int = 0
    unseen_danger: int = 0

    def error(self, name: str) -> None:
        self.errors[name] = self.errors.get(name, 0) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What visitors do. think: mean seconds between an answer and the next message. danger: share of messages."""

    texts: Sequence[str]
    think: float = 6.0
    danger: float = 0.05
    choices: float = 0.25
    messages: int = 12


class Visitor:
    """One visit after another until the time is over."""

    def __init__(self, http: aiohttp.ClientSession, url: str, mix: Mix, seen: Seen, seed: int) -> None:
        self._http = http
        self._url = url
        self._mix = mix
        self._seen = seen
        self._random = random.Random(seed)

    async def live(self, until: float) -> None:
        """Visit until `until` on the monotonic clock. The first comes at a moment of its own."""
        await asyncio.sleep(self._random.random() * min(self._mix.think, 5.0))
        while time.monotonic() < until:
            await self._visit(until)

    async def _visit(self, until: float) -> None:
        await self._get("/chat")
        nation = self._random.choice(NATIONS)
        opened = await self._call("open", "/api/sessions", {"nation": nation} if nation else {}, None)
        if opened is None:
            await asyncio.sleep(1)
            return
        token = opened["token"]
        door = self._random.choice([role.value for role in Role])
        await self.say(token, "choice", {"choice": f'/door{{"role": "{door}"}}'})
        for _ in range(self._random.randint(2, 2 * self._mix.messages - 2)):
            await self._think()
            if time.monotonic() >= until:
                break
            await self._message(token)
        await self._call(None, "/api/sessions/end", {"token": token}, None)

    async def _think(self) -> None:
        if self._mix.think:
            await asyncio.sleep(min(self._random.expovariate(1 / self._mix.think), 5 * self._mix.think))

    async def _message(self, token: str) -> None:
        chance = self._random.random()
        if chance < self._mix.danger:
            await self.danger(token)
        elif chance < self._mix.danger + self._mix.choices:
            payload = self._random.choice(("/housing", "/children", "/police", "/feelings", "/safe_now", "/person"))
            await self.say(token, "choice", {"choice": payload})
        else:
            await self.say(token, "message", {"text": self._random.choice(self._mix.texts)})

    async def danger(self, token: str) -> None:
        """Write of danger; an answer without the care block of an emergency is counted as unseen."""
        reply = await self.say(token, "danger", {"text": self._random.choice(DANGER)})
        if reply is not None and (reply.get("care") or {}).get("level") != "emergency":
            self._seen.unseen_danger += 1

    async def say(self, token: str, kind: str, body: dict[str, str]) -> dict[str, object] | None:
        """One message with an id of its own, tried again as the widget does; its reply."""
        reply = await self._call(kind, "/api/messages", {"id": f"{self._random.getrandbits(64):x}", **body}, token)
        if reply and reply.get("degraded"):
            self._seen.degraded += 1
        return reply

    async def open(self) -> str:
        """A token."""
        opened = await self._call("open", "/api/sessions", {}, None)
        assert opened is not None
        return str(opened["token"])

    async def _call(self, kind: str | None, path: str, body: dict[str, object], token: str | None):  # type: ignore[no-untyped-def]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        started = time.perf_counter()
        for attempt in range(1, TRIES + 1):
            problem = ""
            try:
                async with self._http.post(self._url + path, json=body, headers=headers) as response:
                    if response.status < 300:
                        answer = await response.json() if response.status != 204 else None
                        if kind:
                            self._seen.times[kind].append((time.perf_counter() - started) * 1000)
                        return answer
                    problem = str(response.status)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                problem = type(error).__name__
            if problem.startswith("4") or attempt == TRIES:
                self._seen.error(f"{path} {problem}")
                return None
            self._seen.again += 1
            await asyncio.sleep(0.6 * attempt)

    async def _get(self, path: str) -> None:
        started = time.perf_counter()
        try:
            async with self._http.get(self._url + path) as response:
                await response.read()
                if response.status != 200:
                    self._seen.error(f"{path} {response.status}")
                    return
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._seen.error(f"{path} {type(error).__name__}")
            return
        self._seen.times["page"].append((time.perf_counter() - started) * 1000)
