"""`make bench`: this service beside the stock `rasa init` pipeline on the same content, in one run.

Stock trains on a sample of our messages, which favours it. Both answer the same messages through HTTP and use the
same action server. Stock: DIET, TED and Rasa's own server, REST channel and stores. Ours: the whole way through the
gateway, danger screened on every message. Figures depend on the machine; the ratios are what counts. An answer without words
is counted, not taken for a fast one. Writes `deploy/docs/bench.md`, and models below `.build`. Bounded: half an hour for
stock's training, a few minutes for each long conversation.
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

from bot import observability
from bot.content.examples import load_topics
from bot.edition import SHIPPED
from bot.editor.rehearsal import Service, free_port
from bot.settings import ROOT, Settings
from tests.measured import DOCS, put

FOLDER = ROOT / ".build" / "bench"
MESSAGES = 200  # each client count
CLIENTS = (1, 8)
WINDOW, LAST_TURN = 10, 500  # the turns looked at: around the fifth, and around this one
LONG_SECONDS = 300.0  # then a long conversation ends where it has got to
TRAINING_SECONDS = 1800.0
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
Say = Callable[[aiohttp.ClientSession, str, str], Awaitable[bool]]  # whether there was a proper answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one side did: seconds, milliseconds by client count, megabytes, milliseconds at the fifth and at a late turn."""

    training: float
    ready: float
    median: dict[int, float]
    p95: dict[int, float]
    rate: dict[int, float]
    memory: float
    silent: int
    early: float
    late: float
    turn: int


async def drive(say: Say, clients: int, texts: list[str]) -> tuple[float, float, float, int]:
    """Median and 95th percentile in ms, answers a second, and how many had no words, of `clients` at once."""
    times: list[float] = []
    silent = 0
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:

        async def client(number: int) -> None:
            nonlocal silent
            for text in texts[number::clients]:
                started = time.perf_counter()
                silent += not await say(http, f"bench-{clients}-{number}", text)
                times.append((time.perf_counter() - started) * 1000)

        started = time.perf_counter()
        await asyncio.gather(*(client(n) for n in range(clients)))
        seconds = time.perf_counter() - started
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], len(times) / seconds, silent


async def long_talk(say: Say, texts: list[str]) -> tuple[float, float, int]:
    """Median ms around the fifth turn of one conversation and around a late one, with the same messages; which that was."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:

        async def window() -> float:
            times = []
            for text in texts[:WINDOW]:
                started = time.perf_counter()
                await say(http, "bench-long", text)
                times.append((time.perf_counter() - started) * 1000)
            return statistics.median(times)

        early, turn, until = await window(), WINDOW, time.monotonic() + LONG_SECONDS
        while turn < LAST_TURN - WINDOW // 2 and time.monotonic() < until:
            await say(http, "bench-long", texts[turn % len(texts)])
            turn += 1
        return early, await window(), turn + WINDOW // 2


def measure(say: Say, texts: list[str], training: float, ready: float, processes: list[int]) -> Figures:
    async def warm_up() -> None:
        async with aiohttp.ClientSession() as http:
            for text in texts[:20]:
                await say(http, "bench-warm", text)

    asyncio.run(warm_up())
    found = {clients: asyncio.run(drive(say, clients, texts)) for clients in CLIENTS}
    memory = sum(psutil.Process(pid).memory_info().rss for pid in processes) / 1e6
    early, late, turn = asyncio.run(long_talk(say, texts))
    return Figures(
        training=training,
        ready=ready,
        median={c: f[0] for c, f in found.items()},
        p95={c: f[1] for c, f in found.items()},
        rate={c: f[2] for c, f in found.items()},
        memory=memory,
        silent=sum(f[3] for f in found.values()),
        early=early,
        late=late,
        turn=turn,
    )


def floor(texts: list[str]) -> float:
    """Median ms of reading a message in this process: encoder and classifiers, no dialogue, no network."""
    from bot.components.hosting import load_agent

    observability.configure(
        Settings(), part="bench"
    )  # without it every message is printed, which costs more than reading it
    agent, _ = load_agent(Settings())
    from rasa.core.channels.channel import UserMessage

    async def read() -> float:
        times = []
        for text in texts:
            started = time.perf_counter()
            await agent.processor.parse_message(UserMessage(text))
            times.append((time.perf_counter() - started) * 1000)
        return statistics.median(times[10:])

    return asyncio.run(read())


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

        async def say(http: aiohttp.ClientSession, sender: str, text: str) -> bool:
            if sender not in tokens:
                async with http.post(f"{service.url}/api/sessions", json={}) as opened:
                    tokens[sender] = (await opened.json())["token"]
            headers = {"Authorization": f"Bearer {tokens[sender]}"}
            async with http.post(f"{service.url}/api/messages", json={"text": text}, headers=headers) as answer:
                reply = await answer.json()
                return bool(reply["messages"]) and not reply["degraded"]

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
    write_sample(FOLDER / "nlu.yml")
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "FINGERPOST_ACTIONS_PORT": str(actions_port)}
    rasa = [sys.executable, "-W", "ignore", "-m", "rasa"]
    started = time.monotonic()
    with (FOLDER / "training.log").open("wb") as log:
        subprocess.run(
            [*rasa, "train", "--config", str(FOLDER / "config.yml"), "--domain", "bot/domain",
             "--data", str(FOLDER / "nlu.yml"), "data/rules",
             "--out", str(FOLDER), "--fixed-model-name", "stock", "--quiet"],
            cwd=ROOT, env=env, check=True, stdout=log, stderr=log, timeout=TRAINING_SECONDS,
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

        async def say(http: aiohttp.ClientSession, sender: str, text: str) -> bool:
            async with http.post(url, json={"sender": sender, "message": text}) as answer:
                return bool(await answer.json())

        return measure(say, texts, training, ready, [server.pid, actions.pid])
    finally:
        for process in (server, actions):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def write_sample(path: Path) -> None:
    topics: dict[str, list[str]] = {}
    for example in load_topics(SHIPPED.topics):
        topics.setdefault(example.topic, []).append(example.text)
    blocks = [
        {
            "intent": str(topic),
            "examples": "".join(f"- {text}\n" for text in texts[:: max(1, len(texts) // STOCK_EXAMPLES)]),
        }
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


def table(a: Figures, b: Figures, read: float) -> str:
    """Every figure beside stock's, with the target where there is one and whether it was met."""
    few, many = CLIENTS
    # Name, ours, stock's, what ours over stock's must be.
    rows: list[tuple[str, float, float, str]] = [
        (f"answers a second, {many} at once", a.rate[many], b.rate[many], "≥ 5"),
        (f"median ms, {few} at once", a.median[few], b.median[few], "≤ 0.25"),
        (f"95th percentile ms, {few} at once", a.p95[few], b.p95[few], ""),
        (f"median ms, {many} at once", a.median[many], b.median[many], ""),
        (f"95th percentile ms, {many} at once", a.p95[many], b.p95[many], ""),
        ("start to first answer, s", a.ready, b.ready, "≤ 0.25"),
        ("memory of all processes, MB", a.memory, b.memory, "≤ 0.33"),
        ("training, s", a.training, b.training, "≤ 0.1"),
    ]
    lines = ["| | this service | stock | ratio | target | |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {name} | {x:.1f} | {y:.1f} | {x / y:.2f} | {aim} | {met(x / y, aim)} |" for name, x, y, aim in rows]
    for name, one, aim in (("this service", a, "≤ 1.2"), ("stock", b, "")):
        ratio, turns = one.late / one.early, f"ms at turn 5, at turn {one.turn}"
        lines.append(
            f"| {name}: {turns} | {one.early:.1f} | {one.late:.1f} | {ratio:.2f} | {aim} | {met(ratio, aim)} |"
        )
    over = a.median[few] / read
    lines += [
        f"| answers without words, or degraded, of {len(CLIENTS) * MESSAGES} | {a.silent} | {b.silent} | | | |",
        f"| reading alone (encoder, classifiers), median ms; a whole turn over it | {read:.1f} | | {over:.1f} | | |",
    ]
    return "\n".join(lines)


def met(ratio: float, target: str) -> str:
    """Whether a ratio reaches a target such as "≤ 0.25"; nothing without one."""
    if not target:
        return ""
    sign, number = target.split()
    return "met" if (ratio >= float(number) if sign == "≥" else ratio <= float(number)) else "not met"


def main() -> None:
    """Measure both, print the table and put it on its page."""
    before = os.getloadavg()[0]
    texts = [example.text for example in load_topics(ROOT / "tests" / "nlu" / "voices")][:MESSAGES]
    trained = len(load_topics(SHIPPED.topics))
    print(f"{len(texts)} messages; the stock pipeline trains for several minutes", flush=True)
    theirs = stock(texts)
    found = table(ours(texts), theirs, floor(texts))
    told = f"Trained on: this service all {trained} messages, stock about {STOCK_EXAMPLES} a topic. {len(texts)} messages held apart."
    print(f"{told}\n\n{found}")
    put(DOCS / "bench.md", "bench", f"{told}\n\n{found}", command="make bench", load_before=before)
    subprocess.run([sys.executable, "-m", "tests.bench.screening"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
