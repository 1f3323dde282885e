"""How fast danger is noticed, and what it takes to load: messages held apart by length, and one of 4,000 characters.

Run by `make bench`, or alone as `python -m tests.bench.screening`; writes its own place on deploy/docs/bench.md.
"""

import os
import statistics
import subprocess
import sys
import time

from threadpoolctl import threadpool_limits

from bot.bootstrap import load_detector
from bot.content.examples import load_safety
from bot.safety.detector import Detector
from bot.settings import ROOT, Settings
from tests.measured import DOCS, put

LONG = 4000  # characters, the most a message may have
ROUNDS = 20
SHORT_MS, LONG_MS, LOAD_SECONDS, LOAD_MB = 10.0, 50.0, 3.0, 300.0
# In a process of its own, so that nothing is loaded before.
_LOADING = """
import resource, time
import psutil
before, started = psutil.Process().memory_info().rss, time.monotonic()
from bot.bootstrap import load_detector
from bot.settings import Settings
load_detector(Settings()).screen("hello")
print(time.monotonic() - started, (psutil.Process().memory_info().rss - before) / 1e6)
"""


def milliseconds(detector: Detector, texts: list[str]) -> list[float]:
    """What each text took."""
    found = []
    for text in texts:
        started = time.perf_counter()
        detector.screen(text)
        found.append((time.perf_counter() - started) * 1000)
    return found


def table() -> str:
    """The figures with their targets."""
    done = subprocess.run([sys.executable, "-c", _LOADING], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, memory = map(float, done.stdout.split())
    detector = load_detector(Settings())
    told = [example.text for example in load_safety(ROOT / "tests" / "safety" / "voices")]
    short = [text for text in told if len(text) <= 500]
    full = [(text + " ") * (500 // (len(text) + 1)) for text in short[:200]]
    long = (" ".join(told) * 2)[:LONG]
    milliseconds(detector, short[:50])
    rows = []
    for name, texts, most in (
        (f"{len(short)} messages of up to 500 characters, as people write them", short, SHORT_MS),
        ("200 messages of just under 500 characters", full, SHORT_MS),
        (f"one of {LONG} characters, {ROUNDS} times", [long] * ROUNDS, LONG_MS),
    ):
        took = milliseconds(detector, texts)
        ninety_nine = statistics.quantiles(took, n=100, method="inclusive")[98]
        rows.append(
            (name, f"{statistics.median(took):.1f}", f"{ninety_nine:.1f}", f"≤ {most:.0f}", ninety_nine <= most)
        )
    rows.append(("to load, s", "", f"{seconds:.1f}", f"≤ {LOAD_SECONDS:.0f}", seconds <= LOAD_SECONDS))
    rows.append(("memory of it, MB", "", f"{memory:.0f}", f"≤ {LOAD_MB:.0f}", memory <= LOAD_MB))
    lines = ["| screening, one thread | median ms | 99 of 100 within | target | |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {a} | {b} | {aim} | {'met' if well else 'not met'} |" for name, a, b, aim, well in rows]
    return "\n".join(lines)


def main() -> None:
    """Print the table and put it on its page."""
    before = os.getloadavg()[0]
    with threadpool_limits(1):  # as in the service
        found = table()
    print(found)
    put(DOCS / "bench.md", "screening", found, command="python -m tests.bench.screening", load_before=before)


if __name__ == "__main__":
    main()
