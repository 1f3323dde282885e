"""The whole service as it runs: a visitor reaches a worker, nothing they write is left behind, and others are unharmed."""

import asyncio
import base64
import json
import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.editor.rehearsal import Service, Visitor
from bot.handoff.queue import Queue
from bot.handoff.records import HelplineId, Said, WorkerId
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.sealing import Seal, own_keys
from bot.vocabulary import HandoffState, Outcome, Sender

NORTH, ANN = HelplineId("north"), WorkerId("ann")
CANARY = "zebracanary8842"
HELPLINES = str(Path(__file__).parent / "helplines")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(state_folder=str(tmp_path / "state"), helplines_folder=HELPLINES)
    service.start()
    try:
        service.wait_ready(300)
        yield service
    finally:
        service.stop()


def button(reply: dict[str, Any], title: str) -> str | None:
    choices = [choice for message in reply["messages"] for choice in message.get("choices", [])]
    return next((choice["payload"] for choice in choices if choice["title"] == title), None)


def passed_on(visitor: Visitor) -> dict[str, Any]:
    reply = visitor.say("can I talk to a person please")
    start = button(reply, "Pass this to a person")
    assert start, reply
    here = button(visitor.say(start), "Talk here now")
    assert here
    reply = visitor.say(here)
    while (skip := button(reply, "Skip this")) is not None:
        reply = visitor.say(skip)
    agree = button(reply, "Yes, pass this on")
    assert agree
    return visitor.say(agree)


async def talk(service: Service, store: Queue, visitor: Visitor) -> None:
    """A worker claims over the store; both write, over the live line and by HTTP."""
    handoff = (await store.waiting(NORTH))[0].handoff
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{service.url}/api/live", headers={"Origin": service.url}) as socket,
    ):
        await socket.send_json({"token": visitor._token})
        await store.claim(handoff.id, ANN, "Ann")
        message = Said(
            id=secrets.token_hex(4), sender=Sender.PERSON, at=datetime.now(UTC), text="Hello, Ann here", worker=ANN
        )
        await store.say(handoff.id, message)
        frames: list[dict[str, Any]] = []
        async with asyncio.timeout(60):
            while not any(f.get("message", {}).get("from") == "person" for f in frames):
                frames.append(json.loads((await socket.receive()).data))
        assert {"type": "state", "state": "person", "name": "Ann"} in frames
        reply = await asyncio.to_thread(visitor.say, f"thank you {CANARY} he has a key")
        assert reply["state"] == "person"
        said = await store.messages(handoff.id)
        assert [m.text for m in said] == ["Hello, Ann here", f"thank you {CANARY} he has a key"]
        await store.close(handoff.id, ANN, Outcome.HELPED)
        async with asyncio.timeout(60):
            while json.loads((await socket.receive()).data) != {"type": "state", "state": "bot"}:
                pass


def test_a_visitor_talks_to_a_worker_and_leaves_nothing_readable(service: Service, tmp_path: Path) -> None:
    """HTTP, live line, real store: there, back, and nothing of it in logs or on disk in plain words."""

    async def run() -> None:
        store = Queue(
            SqliteShelf(tmp_path / "state" / "handoffs.sqlite"), Seal(own_keys(tmp_path / "state/handoff.key"))
        )
        await store.present(NORTH, ANN, "Ann", until=datetime.now(UTC) + timedelta(minutes=5))
        visitor = await asyncio.to_thread(service.visitor, nation="england")
        await asyncio.to_thread(visitor.say, '/door{"role": "victim"}')
        await asyncio.to_thread(visitor.say, f"{CANARY} my wife slaps me when she drinks")
        reply = await asyncio.to_thread(passed_on, visitor)
        assert reply["state"] == "waiting"
        await talk(service, store, visitor)
        reply = await asyncio.to_thread(visitor.say, "can the council help me with a place to live")
        assert reply["state"] == "bot" and reply["degraded"] is False
        await asyncio.to_thread(visitor.leave)
        other = await asyncio.to_thread(service.visitor, nation="wales")
        await asyncio.to_thread(other.say, '/door{"role": "victim"}')
        await asyncio.to_thread(passed_on, other)
        handoff_id = (await store.waiting(NORTH))[0].handoff.id
        await asyncio.to_thread(other.leave)
        assert (await store.get(handoff_id)).state is HandoffState.LEFT
        await store.aclose()

    asyncio.run(run())
    printed = service.stop()
    assert CANARY not in printed and "slaps" not in printed
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"handoffs.sqlite", "handoff.key"}
    for path in files:
        assert CANARY.encode() not in path.read_bytes(), path.name
        assert path.stat().st_mode & 0o077 == 0 or path.suffix in (".sqlite-wal", ".sqlite-shm"), path.name


def test_with_the_store_out_of_reach_the_chat_says_so_and_goes_on(service: Service, tmp_path: Path) -> None:
    """Nobody is told that anything was passed on; readiness names what is degraded; 999 still comes."""
    visitor = service.visitor(nation="england")
    visitor.say('/door{"role": "victim"}')
    start = button(visitor.say("can I talk to a person please"), "Pass this to a person")
    assert start
    file = tmp_path / "state" / "handoffs.sqlite"
    for path in file.parent.glob("handoffs.sqlite*"):
        path.unlink()
    file.mkdir()  # nothing can be kept there now
    os.utime(file)
    service.stop("gateway")
    service.start("gateway")
    _wait_alive(service)
    visitor = service.visitor(nation="england")
    visitor.say('/door{"role": "victim"}')
    reply = visitor.say(start)
    assert reply["degraded"] is True and reply["messages"][0]["services"]
    assert visitor.say("he is at the door with a knife now")["care"]["level"] == "emergency"


def _wait_alive(service: Service) -> None:
    import time
    import urllib.error
    import urllib.request

    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{service.url}/readyz", timeout=3)
        except urllib.error.HTTPError as error:
            told = json.loads(error.read())
            if told["degraded"] == ["handoffs"]:
                return
        except OSError:
            pass
        time.sleep(0.3)
    raise AssertionError("never degraded as it should be")


def test_a_key_from_settings_seals_and_a_wrong_one_stops_the_start(tmp_path: Path) -> None:
    """The message names the setting and shows nothing of its value."""
    bad = base64.b64encode(b"too short").decode()
    service = Service(state_folder=str(tmp_path), helplines_folder=HELPLINES, handoff_key=bad)
    service.start("gateway")
    process = service.processes["gateway"]
    process.wait(180)
    printed = service.stop("gateway")
    assert process.returncode == 1
    assert "FINGERPOST_HANDOFF_KEY" in printed and bad not in printed
