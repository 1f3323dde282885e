"""Editions are taken up while visitors come and go: nobody is left without an answer."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot import listen
from bot.edition import EDITIONS, Edition, edition, serve_from_now, take_up
from bot.editor.rehearsal import free_port
from bot.settings import Settings

SWAPS, CLIENTS, LONGEST_SECONDS = 12, 6, 5.0


def make(settings: Settings, name: str) -> Edition:
    folder = settings.content_folder / EDITIONS / name
    (folder / "content").mkdir(parents=True)
    return Edition.at(folder)


async def test_every_request_is_answered_while_editions_come_and_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen, "WATCH_SECONDS", 0.02)
    settings, port, before = Settings(content_folder=tmp_path), free_port(), edition()
    answered: list[str] = []
    longest = 0.0

    async def say(_: web.Request) -> web.Response:
        return web.Response(text=name_of[id(_.app)])

    name_of: dict[int, str] = {}

    async def build(_: Settings) -> web.Application:
        app = web.Application()
        app.router.add_get("/", say)
        name_of[id(app)] = edition().name
        apps.append(app)  # kept, so that no other app gets its number
        return app

    apps: list[web.Application] = []
    editions = [make(settings, f"e{number}") for number in range(SWAPS)]
    serve_from_now(settings, editions[0])
    take_up(editions[0])
    server = asyncio.create_task(listen._listen(listen.Part(build=build), settings, "127.0.0.1", port, False))
    stop = asyncio.Event()

    async def client() -> None:
        nonlocal longest
        while not stop.is_set():
            started = time.monotonic()
            # A connection of its own each time: those made at the very moment are the ones at risk.
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as http,
                http.get(f"http://127.0.0.1:{port}/") as answer,
            ):
                answered.append(await answer.text())
            longest = max(longest, time.monotonic() - started)

    try:
        await asyncio.sleep(0.3)
        clients = [asyncio.create_task(client()) for _ in range(CLIENTS)]
        for one in editions[1:]:
            serve_from_now(settings, one)
            await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.gather(*clients)
    finally:
        server.cancel()
        await asyncio.gather(server, return_exceptions=True)
        take_up(before)
    assert answered[-1] == editions[-1].name and {one.name for one in editions} <= set(answered)
    assert longest < LONGEST_SECONDS


def test_content_out_of_reach_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A volume that can't be read stops nobody: what is served goes on, and it is told once."""

    def closed(_: Settings) -> Edition:
        raise PermissionError

    monkeypatch.setattr(listen, "served", closed)
    assert listen._wanted(Settings()) == listen._wanted(Settings()) == edition()
    assert "".join(capsys.readouterr()).count("content out of reach") == 1
