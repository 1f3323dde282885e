"""The service under load: the real processes over a Redis of their own, as `bot serve` starts them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import psutil

from bot.editor.rehearsal import PARTS, free_port
from bot.settings import ROOT
from tests.redis_server import RedisServer


class Place:
    """A running service. `settings` are more of its settings, by name in small letters."""

    def __init__(self, redis: RedisServer | None, **settings: str) -> None:
        self.ports = {part: free_port() for part in (*PARTS, "console", "metrics")}
        self.url = f"http://127.0.0.1:{self.ports['gateway']}"
        self.redis = redis
        named = {f"{part}_port": str(port) for part, port in self.ports.items()} | settings
        if redis:
            named["redis_url"] = redis.url
        self.env = {**os.environ} | {f"FINGERPOST_{name.upper()}": value for name, value in named.items()}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = ROOT / ".build" / "load.log"

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "bot", "serve"], cwd=ROOT, env=self.env, stdout=log, stderr=log
            )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                if json.load(answer)["ready"] and self.all_listen():
                    return
            time.sleep(0.3)
        raise AssertionError("not ready")

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def workers(self, part: str | None = None) -> list[psutil.Process]:
        """The living processes of a part, or all."""
        assert self.process
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie, or gone
                line = child.cmdline()
                if part is None or part in line:
                    found.append(child)
        return found

    def all_listen(self) -> bool:
        """Whether every process of every part takes connections."""
        try:
            found = [[c.status for c in process.net_connections("tcp")] for process in self.workers()]
        except psutil.NoSuchProcess:  # one is being replaced
            return False
        return all("LISTEN" in states for states in found)

    def memory(self) -> dict[str, float]:
        """Megabytes by part, Redis among them."""
        found = {part: sum(p.memory_info().rss for p in self.workers(part)) / 1e6 for part in PARTS}
        if self.redis and self.redis.process:
            found["redis"] = psutil.Process(self.redis.process.pid).memory_info().rss / 1e6
        return found

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time so far, by part: they don't depend on what else the machine does."""
        found = {part: sum(sum(p.cpu_times()[:2]) for p in self.workers(part)) for part in PARTS}
        if self.redis and self.redis.process:
            found["redis"] = sum(psutil.Process(self.redis.process.pid).cpu_times()[:2])
        return found


@contextlib.contextmanager
def running(*, redis: bool = True, **settings: str) -> Iterator[Place]:
    """A service without rate limits, since all visitors of a test have one address."""
    limits = {"messages_a_minute": "0", "sessions_a_minute": "0"}
    with RedisServer() if redis else contextlib.nullcontext() as server:
        place = Place(server, **limits, **settings)
        try:
            place.start()
            yield place
        finally:
            place.stop()
