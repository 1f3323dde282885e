"""`make bench`: this service beside the stock `rasa init` pipeline on the same content, in one run.

Stock trains on a sample of our messages, which favours it. Both answer the same messages through HTTP and use the
same action server. Stock: DIET, TED and Rasa's own server, REST channel and stores. Ours: the whole way through the
gateway, danger screened on every message. Figures depend on the machine; the ratios are what counts. Writes only below `.build/bench`.
"""

import asyncio
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
import yaml

from bot.content.examples import load_topics
from bot.settings import ROOT, TOPICS
from tests.conversations.service import Service, free_port

FOLDER = ROOT / ".build" / "bench"
MESSAGES = 200  # each client count
CLIENTS = (1, 8)
STOCK_EXAMPLES = 12  # of each topic: with all of them the stock pipeline trains for hours on two cores
STOCK_CONFIG = {
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
    ],
}
Say = Callable[[aiohttp.ClientSession, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one side did: seconds, milliseconds by client count, megabytes."""

    training: float
    ready: float
    median: dict[int, float]
    p95: dict[int, float]
    rate: dict[int, float]
    memory: float


async def drive(say: Say, clients: int, texts: list[str]) -> tuple[float, float, float]:
    """Median and 95th percentile in ms, and answers a second, of `clients` at once."""
    times: list[float] = []
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:

        async def client(number: int) -> None:
            for text in texts[number::clients]:
                started = time.perf_counter()
                await say(http, f"bench-{clients}-{number}", text)
                times.append((time.perf_counter() - started) * 1000)

        started = time.perf_counter()
        await asyncio.gather(*(client(n) for n in range(clients)))
        seconds = time.perf_counter() - started
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], len(times) / seconds


def measure(say: Say, texts: list[str], training: float, ready: float, processes: list[int]) -> Figures:
    asyncio.run(drive(say, 1, texts[:20]))
    found = {clients: asyncio.run(drive(say, clients, texts)) for clients in CLIENTS}
    memory = sum(psutil.Process(pid).memory_info().rss for pid in processes) / 1e6
    return Figures(
        training=training,
        ready=ready,
        median={c: f[0] for c, f in found.items()},
        p95={c: f[1] for c, f in found.items()},
        rate={c: f[2] for c, f in found.items()},
        memory=memory,
    )


def ours(texts: list[str]) -> Figures:
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "bot.training", "--force"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    training = time.monotonic() - started
    service = Service()
    started = time.monotonic()
    service.start()
    try:
        service.wait_ready()
        ready = time.monotonic() - started
        tokens: dict[str, str] = {}

        async def say(http: aiohttp.ClientSession, sender: str, text: str) -> None:
            if sender not in tokens:
                async with http.post(f"{service.url}/api/sessions", json={}) as opened:
                    tokens[sender] = (await opened.json())["token"]
            headers = {"Authorization": f"Bearer {tokens[sender]}"}
            async with http.post(f"{service.url}/api/messages", json={"text": text}, headers=headers) as answer:
                assert (await answer.json())["messages"]

        return measure(say, texts, training, ready, [p.pid for p in service.processes.values()])
    finally:
        service.stop()


def stock(texts: list[str]) -> Figures:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (FOLDER / "config.yml").write_text(yaml.safe_dump(STOCK_CONFIG))
    rasa_port, actions_port = free_port(), free_port()
    (FOLDER / "endpoints.yml").write_text(
        yaml.safe_dump({"action_endpoint": {"url": f"http://127.0.0.1:{actions_port}/webhook"}})
    )
    (FOLDER / "credentials.yml").write_text("rest: {}\n")
    _write_sample(FOLDER / "nlu.yml")
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "FINGERPOST_ACTIONS_PORT": str(actions_port)}
    rasa = [sys.executable, "-W", "ignore", "-m", "rasa"]
    started = time.monotonic()
    subprocess.run(
        [*rasa, "train", "--config", str(FOLDER / "config.yml"), "--domain", "bot/domain",
         "--data", str(FOLDER / "nlu.yml"), "data/rules",
         "--out", str(FOLDER), "--fixed-model-name", "stock", "--quiet"],
        cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    training = time.monotonic() - started
    actions = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve", "actions"], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    )
    started = time.monotonic()
    server = subprocess.Popen(
        [*rasa, "run", "--model", str(FOLDER / "stock.tar.gz"), "--endpoints", str(FOLDER / "endpoints.yml"),
         "--credentials", str(FOLDER / "credentials.yml"), "--port", str(rasa_port), "--interface", "127.0.0.1"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{rasa_port}/webhooks/rest/webhook"
    try:
        while not _answers(url):
            assert time.monotonic() - started < 180, "the stock server never answered"
            time.sleep(0.2)
        ready = time.monotonic() - started

        async def say(http: aiohttp.ClientSession, sender: str, text: str) -> None:
            async with http.post(url, json={"sender": sender, "message": text}) as answer:
                await answer.json()

        return measure(say, texts, training, ready, [server.pid, actions.pid])
    finally:
        for process in (server, actions):
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _write_sample(path: Path) -> None:
    topics: dict[str, list[str]] = {}
    for example in load_topics(TOPICS):
        topics.setdefault(example.topic, []).append(example.text)
    blocks = [
        {"intent": topic, "examples": "".join(f"- {text}\n" for text in texts[:: max(1, len(texts) // STOCK_EXAMPLES)])}
        for topic, texts in topics.items()
    ]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True))


def _answers(url: str) -> bool:
    request = urllib.request.Request(
        url, b'{"sender": "ready", "message": "/greet"}', {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return bool(json.loads(answer.read()))
    except OSError:
        return False


def table(a: Figures, b: Figures) -> str:
    rows = [("training, s", a.training, b.training), ("start to first answer, s", a.ready, b.ready)]
    for clients in CLIENTS:
        rows += [
            (f"median at {clients} clients, ms", a.median[clients], b.median[clients]),
            (f"p95 at {clients} clients, ms", a.p95[clients], b.p95[clients]),
            (f"answers a second at {clients} clients", a.rate[clients], b.rate[clients]),
        ]
    rows.append(("memory of all processes, MB", a.memory, b.memory))
    lines = [f"{'':<34}{'this service':>14}{'stock':>12}{'ratio':>8}"]
    lines += [f"{name:<34}{x:>14.1f}{y:>12.1f}{x / y:>8.2f}" for name, x, y in rows]
    return "\n".join(lines)


def main() -> None:
    """Measure both and print the table."""
    texts = [example.text for example in load_topics(ROOT / "tests" / "nlu" / "voices")][:MESSAGES]
    print(f"{len(texts)} messages; the stock pipeline trains for several minutes", flush=True)
    print(
        f"trained on: this service all {len(load_topics(TOPICS))} messages, stock {STOCK_EXAMPLES} a topic", flush=True
    )
    theirs = stock(texts)
    print(table(ours(texts), theirs))


if __name__ == "__main__":
    main()
