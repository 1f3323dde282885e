"""Two processes of gateway and of Rasa over one Redis: any serves any visitor, and stopping one loses no message."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import aiohttp
import pytest
import redis

from bot.editor.rehearsal import free_port
from bot.settings import ROOT
from bot.stores import keys
from tests.load.place import Place, running
from tests.load.visitors import Mix, Seen, Visitor

MIX = Mix(texts=["can the council help me", "i need money"], think=0.0)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with running(gateway_workers="2", rasa_workers="2") as made:
        yield made


async def talk(place: Place, visitors: int, messages: int) -> tuple[Seen, list[list[dict[str, object] | None]]]:
    """Visitors who each open a new connection for every message, so that any process may get it; their replies."""
    seen = Seen()
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as http:

        async def one(number: int) -> list[dict[str, object] | None]:
            visitor = Visitor(http, place.url, MIX, seen, number)
            token = await visitor.open()
            await visitor.say(token, "choice", {"choice": '/door{"role": "supporter"}'})
            return [await visitor.say(token, "message", {"text": MIX.texts[n % 2]}) for n in range(messages)]

        replies = await asyncio.gather(*(one(number) for number in range(visitors)))
    return seen, list(replies)


async def test_any_process_knows_every_visitor(place: Place) -> None:
    """The door chosen through one gateway is known through the other, and both are used."""
    gateways = place.workers("gateway")
    before = [sum(process.cpu_times()[:2]) for process in gateways]
    seen, replies = await talk(place, visitors=6, messages=6)
    after = [sum(process.cpu_times()[:2]) for process in gateways]
    assert not seen.errors and not seen.degraded
    assert {reply["role"] for row in replies for reply in row if reply} == {"supporter"}
    assert len(gateways) == 2 and all(now > then for then, now in zip(before, after, strict=True))
    assert 'fingerpost_requests_total{route="/api/messages",status="200"} 42.0' in await asyncio.to_thread(
        numbers, place
    )


def numbers(place: Place) -> str:
    """The metrics of all gateways together."""
    with urllib.request.urlopen(f"http://127.0.0.1:{place.ports['metrics']}/metrics", timeout=5) as answer:
        return str(answer.read().decode())


async def test_a_message_sent_to_two_processes_is_answered_once(place: Place) -> None:
    """The same id through both gateways at once: one answer, the same for both."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
        async with http.post(f"{place.url}/api/sessions", json={}) as opened:
            token = (await opened.json())["token"]

        async def send() -> str:
            headers = {"Authorization": f"Bearer {token}"}
            body = {"id": "the-same", "text": "can the council help me"}
            async with http.post(f"{place.url}/api/messages", json=body, headers=headers) as answer:
                assert answer.status == 200
                return await answer.text()

        assert len(set(await asyncio.gather(*(send() for _ in range(8))))) == 1


async def test_redis_never_holds_a_word_and_nothing_after_the_end(place: Place) -> None:
    """All that Redis would write to a disk, while the chat is open and after: no word, no token; then no key either."""
    assert place.redis
    plain = redis.Redis(port=place.redis.port)
    plain.config_set("rdbcompression", "no")

    def kept() -> tuple[bytes, set[bytes]]:
        plain.save()
        held = {key for kind in (keys.SESSIONS, keys.CONVERSATIONS) for key in plain.scan_iter(f"{kind}*")}
        return (place.redis.folder / "dump.rdb").read_bytes(), held

    _, before = kept()
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{place.url}/api/sessions", json={}) as answer:
            token = (await answer.json())["token"]
        body = {"text": "zebracanary can the council help me"}
        async with http.post(
            f"{place.url}/api/messages", json=body, headers={"Authorization": f"Bearer {token}"}
        ) as answer:
            assert answer.status == 200
        dump, during = kept()
        assert len(during - before) >= 2, "session and conversation are there"
        assert b"zebracanary" not in dump and token.encode() not in dump
        async with http.post(f"{place.url}/api/sessions/end", json={"token": token}) as answer:
            assert answer.status == 204
    dump, after = kept()
    assert b"zebracanary" not in dump and token.encode() not in dump
    assert not (after & during) - before


@pytest.mark.parametrize("part", ["gateway", "rasa"])
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGKILL])
async def test_a_process_that_stops_loses_no_message(place: Place, part: str, told: signal.Signals) -> None:
    """Told to stop or killed while visitors write: each message is answered, and another process takes its place."""
    before = {process.pid for process in place.workers(part)}
    talking = asyncio.create_task(talk(place, visitors=8, messages=25))
    await asyncio.sleep(0.5)
    os.kill(min(before), told)
    seen, replies = await talking
    assert not seen.errors
    assert all(reply and reply["messages"] for row in replies for reply in row)
    if told is signal.SIGTERM:
        assert not seen.degraded
    until = time.monotonic() + 60
    while len({process.pid for process in place.workers(part)}) < 2 or not place.all_listen():
        assert time.monotonic() < until, "not started again"
        await asyncio.sleep(0.3)
    assert {process.pid for process in place.workers(part)} != before


def test_what_is_under_way_is_finished_before_a_gateway_stops() -> None:
    """A message that waits for a slow Rasa when the gateway is told to stop is still answered."""
    port, rasa = free_port(), socket.create_server(("127.0.0.1", 0))  # takes connections and never answers
    settings = {
        "gateway_port": port,
        "rasa_port": rasa.getsockname()[1],
        "metrics_port": free_port(),
        "rasa_seconds": 2.0,
    }
    env = {**os.environ} | {f"FINGERPOST_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "bot", "serve", "gateway"], cwd=ROOT, env=env)
    try:
        url = f"http://127.0.0.1:{port}"
        token = opened(url)
        request = urllib.request.Request(
            f"{url}/api/messages",
            b'{"text": "can the council help me"}',
            {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        timer = subprocess.Popen(["sh", "-c", f"sleep 0.7; kill -TERM {process.pid}"])
        started = time.monotonic()
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.load(answer)["messages"]
        assert time.monotonic() - started > 1.5
        assert process.wait(10) == 0
        timer.wait()
    finally:
        process.kill()
        process.wait()
        rasa.close()


def opened(url: str) -> str:
    """The token of a session, once the gateway is up."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(f"{url}/api/sessions", method="POST"), timeout=5
            ) as answer:
                return str(json.load(answer)["token"])
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.2)
