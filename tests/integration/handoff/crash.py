"""Kills gateway, workers and Redis at random points of many handoffs, and counts what is lost or doubled.

`python -m tests.integration.handoff.crash --handoffs 2000 --store redis` prints what it did and found, as JSON.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from bot.editor.rehearsal import free_port
from bot.handoff.records import Handoff, Said
from bot.vocabulary import HandoffState, Sender
from tests.handoffs import NORTH, LoggedRedis, handoff, said
from tests.integration.handoff import players

VISITORS = 12  # at the same time
_WORKERS = ("ann", "ben")
_LONGEST_SECONDS = 300.0  # that anything may take


@dataclass
class Found:
    """What was acknowledged to visitors, and what they saw."""

    handoffs: dict[str, Handoff] = field(default_factory=dict)
    said: dict[str, list[Said]] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)
    steps: int = 0


class Stage:
    """The processes of one run."""

    def __init__(self, place: str, redis: LoggedRedis | None) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.integration.handoff.players"])
        self.place = place
        self.redis = redis
        self.port = free_port()
        self.kills: Counter[str] = Counter()
        self._running: dict[str, ForkServerProcess] = {}
        for name in ("gateway", *_WORKERS):
            self._start(name)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill_one(self) -> None:
        """SIGKILL to one of them, and start it again."""
        name = random.choice([*self._running, *(["redis"] if self.redis else [])])
        self.kills["worker" if name in _WORKERS else name] += 1
        if name == "redis" and self.redis:
            self.redis.kill()
            self.redis.start()
            return
        self._running[name].kill()
        self._running[name].join()
        self._start(name)

    def stop(self) -> None:
        for process in self._running.values():
            process.kill()
            process.join()

    def _start(self, name: str) -> None:
        target: Any = players.gateway if name == "gateway" else players.worker
        # Half of the workers come back as somebody else: what they held must fall back first.
        who = random.choice([name, f"{name}-{secrets.token_hex(2)}"])
        arguments = (self.place, self.port if name == "gateway" else who)
        process = self._context.Process(target=target, args=arguments, daemon=True)
        process.start()
        self._running[name] = process


async def run(*, count: int, store: str, every: int, seed: int) -> dict[str, Any]:
    """Lead `count` handoffs through while killing something every `every` steps or so; the report."""
    random.seed(seed)
    started = time.monotonic()
    with ExitStack() as stack:
        redis = stack.enter_context(LoggedRedis()) if store == "redis" else None
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stage = Stage(redis.url if redis else str(Path(folder) / "h.sqlite"), redis)
        stack.callback(stage.stop)
        found = Found()
        killing = asyncio.create_task(_kill(stage, found, every))
        try:
            places = asyncio.Semaphore(VISITORS)
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
                await asyncio.gather(*(_visitor(http, stage.url, found, places) for _ in range(count)))
        finally:
            killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
        report = await _compare(stage.place, found, count)
        return report | {
            "store": store,
            "handoffs": count,
            "kills": dict(stage.kills),
            "seconds": round(time.monotonic() - started, 1),
            "seed": seed,
        }


async def _kill(stage: Stage, found: Found, every: int) -> None:
    """At a random point after some more steps were taken, so that a slow machine still gets on."""
    due = random.randint(1, every)
    while True:
        if found.steps >= due:
            await asyncio.sleep(random.uniform(0, 0.1))
            await asyncio.to_thread(stage.kill_one)
            due = found.steps + random.randint(1, 2 * every)
        await asyncio.sleep(0.01)


async def _visitor(http: aiohttp.ClientSession, url: str, found: Found, places: asyncio.Semaphore) -> None:
    """Passes on, writes, and waits for the answers; asks again with the same id when an answer is lost."""
    async with places:
        one = handoff(f"words {secrets.token_hex(4)}", created=datetime.now(UTC))
        await _until_kept(http, f"{url}/add", msgspec.json.encode(one))
        found.handoffs[one.id] = one
        found.steps += 1
        found.said[one.id], found.seen[one.id] = [], []
        seq = 0
        for number in range(players.MESSAGES):
            message = said(f"line {number}", at=datetime.now(UTC))
            await _until_kept(http, f"{url}/say/{one.id}", msgspec.json.encode(message))
            found.said[one.id].append(message)
            found.steps += 1
            seq = await _answer_seen(http, url, one, f"re-{message.id}", found, seq)
            found.steps += 1


async def _answer_seen(http: aiohttp.ClientSession, url: str, one: Handoff, wanted: str, found: Found, seq: int) -> int:
    until = time.monotonic() + _LONGEST_SECONDS
    while wanted not in found.seen[one.id]:
        if time.monotonic() > until:
            raise AssertionError("no answer came")
        try:
            async with http.get(f"{url}/messages/{one.id}", params={"after": str(seq)}) as response:
                if response.status == 200:
                    for came in msgspec.json.decode(await response.read(), type=list[Said]):
                        found.seen[one.id].append(came.id)
                        seq = came.seq
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        await asyncio.sleep(0.05)
    return seq


async def _until_kept(http: aiohttp.ClientSession, url: str, body: bytes) -> None:
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        try:
            async with http.post(url, data=body) as response:
                if response.status == 204:
                    return
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was kept")


async def _compare(place: str, found: Found, count: int) -> dict[str, Any]:
    """Everything acknowledged against everything kept."""
    store = players.store_at(place)
    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        states = [(await store.get(one.id)).state for one in found.handoffs.values()]
        if all(state is HandoffState.CLOSED for state in states):
            break
        await asyncio.sleep(0.2)
    lost = doubled = 0
    for id, one in found.handoffs.items():
        kept = await store.get(one.id)
        words = Counter(m.id for m in await store.messages(one.id) if m.sender is Sender.VISITOR)
        lost += kept.summary != one.summary or kept.state is not HandoffState.CLOSED
        lost += sum(m.id not in words for m in found.said[id])
        doubled += sum(n - 1 for n in words.values())
        doubled += len(found.seen[id]) - len(set(found.seen[id]))
    today = datetime.now(UTC).date()
    counts = Counter[str]()
    for one_count in await store.count_by([NORTH], first=today - timedelta(days=1), last=today + timedelta(days=1)):
        counts[one_count.what] += one_count.number
    await store.aclose()
    told = {what: counts[what] for what in ("added", "answered", "outcome.helped")}
    doubled += sum(abs(number - count) for number in told.values())
    return {"lost": lost, "doubled": doubled, "counted": told, "given_back": counts["returned"]}


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--handoffs", type=int, default=2000)
    parser.add_argument("--store", choices=("sqlite", "redis"), default="redis")
    parser.add_argument("--every", type=int, default=30, help="steps of visitors between two kills, about")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = parser.parse_args()
    report = asyncio.run(run(count=chosen.handoffs, store=chosen.store, every=chosen.every, seed=chosen.seed))
    print(json.dumps(report))
    sys.exit(1 if report["lost"] or report["doubled"] else 0)


if __name__ == "__main__":
    main()
