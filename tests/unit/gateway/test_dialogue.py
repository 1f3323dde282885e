"""The way to Rasa: short lines, short waits, and a rest for who is slow."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.gateway.dialogue import DialogueDown, RasaDialogue, Turn

MakeServer = Callable[[web.Application], Awaitable[TestServer]]


def turn(*, pressing: bool = False) -> Turn:
    return Turn(conversation="c", text="hello", facts={}, screening={}, pressing=pressing)


class Rasa:
    """Answers after `seconds`, with `body`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.body = '[{"text": "An answer."}]'
        self.at_once = self.most_at_once = 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/conversations/{id}", self._say)
        return app

    async def _say(self, _: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)
        self.at_once -= 1
        return web.Response(text=self.body)


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
async def client(aiohttp_client: Callable[[web.Application], Awaitable[TestClient]], rasa: Rasa) -> TestClient:  # type: ignore[type-arg]
    return await aiohttp_client(rasa.app())


def make(client: TestClient, seconds: float = 2.5, at_once: int = 4) -> RasaDialogue:  # type: ignore[type-arg]
    return RasaDialogue(client.session, url=str(client.make_url("")).rstrip("/"), seconds=seconds, at_once=at_once)


async def test_danger_goes_past_the_line(client: TestClient, rasa: Rasa) -> None:  # type: ignore[type-arg]
    """Thirty ordinary messages wait, four at a time; a pressing one is asked at once."""
    rasa.seconds = 0.1
    dialogue = make(client)
    crowd = [asyncio.create_task(dialogue.say(turn())) for _ in range(30)]
    await asyncio.sleep(0.05)
    started = time.monotonic()
    assert await dialogue.say(turn(pressing=True))
    assert time.monotonic() - started < 0.3
    assert not all(task.done() for task in crowd)
    await asyncio.gather(*crowd)
    assert rasa.most_at_once == 5


async def test_danger_does_not_wait_as_long_as_the_rest(client: TestClient, rasa: Rasa) -> None:  # type: ignore[type-arg]
    """A second is all the follow-up may take."""
    rasa.seconds = 2.0
    started = time.monotonic()
    with pytest.raises(DialogueDown):
        await make(client).say(turn(pressing=True))
    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("body", ["", "[]", "{}", "\x00\xff<html>", '[{"text": 7}]'])
async def test_an_answer_that_is_none_is_an_outage(client: TestClient, rasa: Rasa, body: str) -> None:  # type: ignore[type-arg]
    """Nothing, empty and unreadable are all the same to a visitor."""
    rasa.body = body
    with pytest.raises(DialogueDown):
        await make(client).say(turn())


async def test_who_is_slow_rests(client: TestClient, rasa: Rasa) -> None:  # type: ignore[type-arg]
    """After three that took too long the next is told at once."""
    rasa.seconds = 5.0
    dialogue = make(client, seconds=0.6)
    for _ in range(3):
        with pytest.raises(DialogueDown, match="Timeout"):
            await dialogue.say(turn())
    started = time.monotonic()
    with pytest.raises(DialogueDown, match="resting"):
        await dialogue.say(turn())
    assert time.monotonic() - started < 0.1


async def test_nobody_there_is_an_outage() -> None:
    """A refused connection is told at once."""
    async with aiohttp.ClientSession() as http:
        with pytest.raises(DialogueDown):
            await RasaDialogue(http, url="http://127.0.0.1:9", seconds=1).say(turn())
