"""`make growth`: whether a message costs more late in a conversation, or beside many open connections."""

import asyncio
import os
import resource
import statistics
import time
from collections.abc import Sequence

import aiohttp

from bot.content.examples import load_topics
from bot.settings import ROOT
from tests.load.place import Place, running
from tests.load.visitors import Mix, Seen, Visitor
from tests.measured import DOCS, put

TURNS = (10, 100, 500)
WINDOW = 10  # turns looked at around each
SOCKETS = 2000


async def long_talk(place: Place, texts: Sequence[str]) -> dict[int, tuple[float, float]]:
    """Median milliseconds and processor milliseconds an answer, around each of TURNS of one conversation.

    The same messages are written in each window, so that they cost the same for what they say.
    """
    found: dict[int, tuple[float, float]] = {}
    async with aiohttp.ClientSession() as http:
        visitor = Visitor(http, place.url, Mix(texts=texts), Seen(), 1)
        token = await visitor.open()
        turn = 0
        for at in TURNS:
            while turn < at - WINDOW:
                await visitor.say(token, "message", {"text": texts[turn % len(texts)]})
                turn += 1
            found[at] = await _measured(place, visitor, token, texts[:WINDOW])
            turn += WINDOW
    return found


async def _measured(place: Place, visitor: Visitor, token: str, texts: Sequence[str]) -> tuple[float, float]:
    before = sum(place.cpu().values())
    times = []
    for text in texts:
        started = time.perf_counter()
        reply = await visitor.say(token, "message", {"text": text})
        assert reply is not None and reply["messages"]
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), (sum(place.cpu().values()) - before) * 1000 / len(texts)


async def beside_sockets(place: Place, texts: Sequence[str]) -> dict[int, tuple[float, float]]:
    """The same without and with SOCKETS open connections that say nothing."""
    found: dict[int, tuple[float, float]] = {}
    port = place.ports["gateway"]
    opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    async with aiohttp.ClientSession() as http:
        visitor = Visitor(http, place.url, Mix(texts=texts), Seen(), 2)
        token = await visitor.open()
        await _measured(place, visitor, token, texts[:WINDOW])
        for count in (0, SOCKETS):
            while len(opened) < count:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                assert b" 200 " in await reader.readline()
                opened.append((reader, writer))
            found[count] = await _measured(place, visitor, token, texts[: 4 * WINDOW])
        for _, writer in opened:
            writer.close()
    return found


def main() -> None:
    """Measure, print, and put it on its page."""
    before = os.getloadavg()[0]
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8192), most))
    texts = [example.text for example in load_topics(ROOT / "tests" / "nlu" / "voices")]
    lines = ["| | median ms | processor ms an answer |", "| --- | --- | --- |"]
    with running() as place:
        for turn, (median, cpu) in asyncio.run(long_talk(place, texts)).items():
            lines.append(f"| turn {turn} | {median:.0f} | {cpu:.1f} |")
        for count, (median, cpu) in asyncio.run(beside_sockets(place, texts)).items():
            lines.append(f"| {count} open connections | {median:.0f} | {cpu:.1f} |")
    print("\n".join(lines))
    put(DOCS / "load.md", "growth", "\n".join(lines), command="make growth", load_before=before)


if __name__ == "__main__":
    main()
