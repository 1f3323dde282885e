"""A message that shows danger is answered whatever else is wrong; everything else waits its turn."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.gateway.app import make_app
from bot.gateway.dialogue import Said, Turn
from bot.gateway.limits import Limits, MemoryCounts
from bot.gateway.sessions import Sessions
from bot.settings import Settings
from bot.stores.memory import MemoryTurns
from bot.stores.turns import Held, StoreDown
from tests.fakes import Client, FakeDialogue, MakeClient, make_conversation

DANGER = "he has a bat"


class BreakableStore(MemoryTurns):
    """A store that can be down, altogether or when a turn ends."""

    down = False
    fails_at_end = False

    def _check(self) -> None:
        if self.down:
            raise StoreDown("ConnectionError")

    async def add(self, key: str, value: bytes, *, seconds: float) -> None:
        self._check()
        await super().add(key, value, seconds=seconds)

    @asynccontextmanager
    async def turn(self, key: str, *, wait: float) -> AsyncIterator[Held]:
        self._check()
        async with super().turn(key, wait=wait) as held:
            yield held
            if self.fails_at_end:
                raise StoreDown("TimeoutError")

    async def erase(self, key: str, *, seal: bool = False) -> bytes | None:
        self._check()
        return await super().erase(key, seal=seal)


class SlowDialogue(FakeDialogue):
    """Answers after a while."""

    seconds = 0.0

    async def say(self, turn: Turn) -> list[Said]:
        await asyncio.sleep(self.seconds)
        return await super().say(turn)


class Place:
    """A gateway whose parts can be broken."""

    def __init__(self) -> None:
        self.store = BreakableStore(most=100)
        self.dialogue = SlowDialogue()
        self.client: Client
        self.most = {"messages": 0, "sessions": 0}

    async def start(self, aiohttp_client: MakeClient) -> None:
        sessions = Sessions(self.store, idle_seconds=1800, session_seconds=86400)
        limits = Limits(self.most, MemoryCounts())
        app = make_app(Settings(), sessions=sessions, conversation=make_conversation(self.dialogue), limits=limits)
        self.client = await aiohttp_client(app)

    async def open(self) -> tuple[str, dict[str, Any]]:
        response = await self.client.post("/api/sessions", json={"nation": "wales"})
        body = await response.json()
        assert response.status == 201
        return body["token"], body["reply"]

    async def say(self, token: str, text: str, **more: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"}
        response = await self.client.post("/api/messages", json={"text": text, **more}, headers=headers)
        return response.status, await response.json()


@pytest.fixture
async def place(aiohttp_client: MakeClient) -> Place:
    made = Place()
    await made.start(aiohttp_client)
    return made


def saves(reply: dict[str, Any]) -> bool:
    """Whether a reply says what to do in an emergency."""
    return reply["care"]["level"] == "emergency" and "999" in reply["care"]["lines"][0]


async def test_danger_is_answered_with_the_store_down(place: Place) -> None:
    """Sessions out of reach: the care block and lines come, and an ordinary message gets lines too."""
    token, _ = await place.open()
    place.store.down = True
    status, reply = await place.say(token, DANGER)
    assert status == 200 and saves(reply) and reply["degraded"]
    status, reply = await place.say(token, "hello")
    assert status == 200 and reply["degraded"] and reply["messages"][0]["services"]


async def test_a_chat_opens_with_the_store_down(place: Place) -> None:
    """Nobody is turned away: the token works for danger, and is refused as ended once the store is back."""
    place.store.down = True
    token, first = await place.open()
    assert first["degraded"] and first["messages"][0]["services"]
    status, reply = await place.say(token, DANGER)
    assert status == 200 and saves(reply)
    place.store.down = False
    assert (await place.say(token, "hello"))[0] == 401


async def test_an_answer_that_could_not_be_kept_is_still_given(place: Place) -> None:
    """The store failing after the answer was made costs the visitor nothing."""
    token, _ = await place.open()
    place.store.fails_at_end = True
    status, reply = await place.say(token, DANGER)
    assert status == 200 and saves(reply) and not reply["degraded"]


async def test_an_end_that_could_not_erase_says_so(place: Place) -> None:
    """What is promised gone is not said to be gone when it is not."""
    token, _ = await place.open()
    place.store.down = True
    response = await place.client.post("/api/sessions/end", json={"token": token})
    assert response.status == 503 and "999" in (await response.json())["error"]["message"]


async def test_danger_in_a_chat_that_is_over_is_answered(place: Place) -> None:
    """A lost or ended session refuses ordinary words and never an emergency."""
    token, _ = await place.open()
    await place.client.post("/api/sessions/end", json={"token": token})
    assert (await place.say(token, "hello"))[0] == 401
    status, reply = await place.say(token, DANGER)
    assert status == 200 and saves(reply) and reply["state"] == "ended"


async def test_danger_with_a_made_up_token_is_refused(place: Place) -> None:
    """What is no token of ours is no visitor of ours."""
    assert (await place.say("nope", DANGER))[0] == 401


async def test_danger_is_not_queued_behind_an_earlier_message(place: Place) -> None:
    """With the message before still waiting for Rasa, the care block comes at once and is not forgotten."""
    token, _ = await place.open()
    place.dialogue.seconds = 5.0
    earlier = asyncio.create_task(place.say(token, "hello", id="one"))
    await asyncio.sleep(0.1)
    status, reply = await place.say(token, DANGER, id="two")
    assert not earlier.done(), "danger waited its turn"
    assert status == 200 and saves(reply)
    assert (await earlier)[0] == 200
    place.dialogue.seconds = 0.0
    status, after = await place.say(token, "thanks")
    assert saves(after), "the care frame was forgotten"
    assert (await place.say(token, DANGER, id="two"))[1] == reply


async def test_danger_sent_twice_gets_the_same_answer(place: Place) -> None:
    """A retry that overtakes the answer waits for it, also when the message is pressing."""
    token, _ = await place.open()
    place.dialogue.seconds = 0.9
    first, second = await asyncio.gather(*(place.say(token, DANGER, id="one") for _ in range(2)))
    assert first == second and len(place.dialogue.turns) == 1


async def test_the_next_thing_is_asked_without_rasa(place: Place) -> None:
    """Danger gets the follow-up that Rasa would give, not a word about a fault."""
    token, _ = await place.open()
    place.dialogue.down = True
    _, reply = await place.say(token, DANGER)
    assert reply["messages"][0]["text"] == "Can you get out?" and reply["messages"][0]["services"]


async def test_danger_is_never_over_a_limit(place: Place) -> None:
    """An address that sends too much is refused ordinary words, with a word of help, and gets the care block."""
    place.most["messages"] = 2
    token, _ = await place.open()
    statuses = [(await place.say(token, "hello"))[0] for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert "999" in (await place.say(token, "hello"))[1]["error"]["message"]
    status, reply = await place.say(token, DANGER)
    assert status == 200 and saves(reply) and not reply["degraded"]


async def test_too_many_chats_from_one_address_are_refused(place: Place) -> None:
    """With the one shape of errors."""
    place.most["sessions"] = 1
    await place.open()
    response = await place.client.post("/api/sessions")
    assert response.status == 429 and (await response.json())["error"]["code"] == "too_many"


async def test_a_body_that_does_not_come_is_not_waited_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that sends a byte now and then is cut off."""
    monkeypatch.setattr("bot.gateway.app.BODY_SECONDS", 0.2)
    token, _ = await place.open()

    async def drip() -> AsyncIterator[bytes]:
        yield b'{"text": '
        await asyncio.sleep(1)
        yield b'"a"}'

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    response = await place.client.post("/api/messages", data=drip(), headers=headers)
    assert response.status == 408
    assert json.loads(await response.text())["error"]["code"] == "too_slow"
