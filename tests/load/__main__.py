"""`make load`: visitors at once on a real service, on loopback, for a while; how long they waited, errors, memory.

Danger is measured apart. `--saturate` takes the thinking out of ordinary visitors, so that everything but danger is as
busy as the machine allows, while a few visitors in danger write at a steady pace.
"""

import argparse
import asyncio
import os
import shlex
import statistics
import sys
import time

import aiohttp

from bot.content.examples import load_topics
from bot.settings import ROOT
from tests.load.place import Place, running
from tests.load.visitors import KINDS, Mix, Seen, Visitor
from tests.measured import DOCS, names, put

WARM_UP_SECONDS = 10
DANGER_A_SECOND = 2.0
DANGER_P99 = 150.0
FLAT = 1.1  # memory at the end over memory after warming up
PAGE = DOCS / "load.md"
MOST_VISITORS, MOST_SECONDS = 2000, 3600


async def load(place: Place, mix: Mix, visitors: int, seconds: float, *, saturate: bool) -> Seen:
    """What `visitors` at once met in `seconds`."""
    seen = Seen()
    until = time.monotonic() + seconds
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=30)) as http:
        living = [Visitor(http, place.url, mix, seen, number).live(until) for number in range(visitors)]
        if saturate:
            living.append(_danger(Visitor(http, place.url, mix, seen, visitors), until))
        await asyncio.gather(*living)
    return seen


async def _danger(visitor: Visitor, until: float) -> None:
    """Write of danger at a steady pace, whatever the answers take."""
    tokens = [await visitor.open() for _ in range(20)]
    written: list[asyncio.Task[None]] = []
    while time.monotonic() < until:
        written.append(asyncio.create_task(visitor.danger(tokens[len(written) % len(tokens)])))
        await asyncio.sleep(1 / DANGER_A_SECOND)
    await asyncio.gather(*written)


def percentiles(times: list[float]) -> tuple[float, float, float]:
    """p50, p95, p99 in the unit given."""
    if len(times) < 2:
        return (times or [0.0])[0], (times or [0.0])[0], (times or [0.0])[0]
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def report(seen: Seen, seconds: float, before: dict[str, float], after: dict[str, float], cpu: dict[str, float]) -> str:
    """The figures as a page shows them."""
    lines = ["| | number | p50 ms | p95 ms | p99 ms |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        times = seen.times[kind]
        lines.append(f"| {kind} | {len(times)} | " + " | ".join(f"{value:.0f}" for value in percentiles(times)) + " |")
    answers = sum(len(seen.times[kind]) for kind in ("message", "choice", "danger"))
    errors = ", ".join(f"{name}: {count}" for name, count in sorted(seen.errors.items())) or "0"
    lines += [
        "",
        f"{answers / seconds:.1f} answers a second. Errors: {errors}. Degraded answers: {seen.degraded}. "
        f"Sent again: {seen.again}. Danger not seen as danger: {seen.unseen_danger}.",
        "Memory, MB after warming up and at the end: "
        + ", ".join(f"{part} {before[part]:.0f} → {after[part]:.0f}" for part in after)
        + ".",
        "Processor time, ms an answer: "
        + ", ".join(f"{part} {1000 * used / max(1, answers):.1f}" for part, used in cpu.items())
        + ".",
        f"Errors none: {_said(not seen.errors)}. Danger within {DANGER_P99:.0f} ms in 99 of 100: "
        f"{_said(percentiles(seen.times['danger'])[2] <= DANGER_P99)}. "
        f"Memory flat, within a tenth: {_said(sum(after.values()) <= FLAT * sum(before.values()))}.",
    ]
    return "\n".join(lines)


def _said(met: bool) -> str:
    return "met" if met else "not met"


def main() -> None:
    """Read the options, run, print. Exit code 1 when a visitor met an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--visitors", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--think", type=float, default=6.0, help="mean seconds between an answer and the next message")
    parser.add_argument("--saturate", action="store_true")
    parser.add_argument("--gateways", type=int, default=1)
    parser.add_argument("--rasas", type=int, default=1)
    parser.add_argument("--memory", action="store_true", help="without Redis")
    parser.add_argument("--keep", choices=names(PAGE), help="put the figures at this place of deploy/docs/load.md")
    chosen = parser.parse_args()
    load_before = os.getloadavg()[0]
    visitors, seconds = min(chosen.visitors, MOST_VISITORS), min(chosen.seconds, MOST_SECONDS)
    texts = [example.text for example in load_topics(ROOT / "tests" / "nlu" / "voices")]
    mix = Mix(texts=texts, think=0.0 if chosen.saturate else chosen.think, danger=0.0 if chosen.saturate else 0.05)
    workers = {"gateway_workers": str(chosen.gateways), "rasa_workers": str(chosen.rasas)}
    with running(redis=not chosen.memory, **workers) as place:
        asyncio.run(load(place, mix, min(visitors, 20), WARM_UP_SECONDS, saturate=False))
        before, used = place.memory(), place.cpu()
        seen = asyncio.run(load(place, mix, visitors, seconds, saturate=chosen.saturate))
        cpu = {part: now - used[part] for part, now in place.cpu().items()}
        found = report(seen, seconds, before, place.memory(), cpu)
        print(found)
    if chosen.keep:
        put(
            PAGE,
            chosen.keep,
            found,
            command=f"python -m tests.load {shlex.join(sys.argv[1:])}",
            load_before=load_before,
        )
    if seen.errors or seen.unseen_danger:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
