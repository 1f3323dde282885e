"""The real processes with breakable wires between them, and the ways to break them."""

import asyncio
import base64
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

import redis

from bot.editor.rehearsal import PARTS, free_port
from bot.handoff.queue import Queue
from bot.handoff.redis_shelf import RedisShelf
from bot.sealing import Seal
from bot.settings import ROOT
from tests.faults.clock import Clocks
from tests.faults.proxy import Mode, Proxy
from tests.handoffs import KEYS, NORTH
from tests.redis_server import RedisServer

WIRED = ("rasa", "actions", "redis")
ALL = (*PARTS, "console")
HELPLINES = ROOT / "tests" / "integration" / "handoff" / "helplines"


class Place:
    """Gateway, Rasa, action server, console and Redis. Whoever calls Rasa, actions or Redis does so over a wire."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="faults-")
        self.clocks = Clocks(Path(self._folder.name, "clocks"))
        self.redis = RedisServer("appendonly yes", "appendfsync always")
        real = {part: free_port() for part in (*ALL, "metrics")}
        self.wires = {part: Proxy(free_port(), self.redis.port if part == "redis" else real[part]) for part in WIRED}
        self.url = f"http://127.0.0.1:{real['gateway']}"
        self.console_url = f"http://127.0.0.1:{real['console']}"
        self.metrics_url = f"http://127.0.0.1:{real['metrics']}/metrics"
        wired = {part: self.wires[part].port for part in ("rasa", "actions")}
        # Each part listens on its own port and calls the others over their wires.
        self._ports = {part: real | wired | {part: real[part]} for part in ALL}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = Path(self._folder.name, "logs")
        self.logs.mkdir()
        self._compiled = Path(self._folder.name, "compiled")

    def __enter__(self) -> Self:
        self.redis.__enter__()
        for wire in self.wires.values():
            wire.start()
        try:
            for part in ALL:
                self.start(part)
            self.wait_ready(300)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for wire in self.wires.values():
            wire.stop()
        self.redis.__exit__()
        self._folder.cleanup()

    def start(self, part: str, *, log_to: Path | None = None) -> None:
        """Start a part, as whatever runs the service would when it is gone; what it prints goes to its log."""
        env = {**os.environ} | {
            f"FINGERPOST_{name.upper()}_PORT": str(port) for name, port in self._ports[part].items()
        }
        # A part that starts again finds its modules compiled, as in the images; without, Rasa compiles for half its start.
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        env["PYTHONPYCACHEPREFIX"] = str(self._compiled)
        env |= self.clocks.env(part)
        keys = ",".join(base64.b64encode(key).decode() for key in KEYS)
        for name, value in {
            "REDIS_URL": f"redis://127.0.0.1:{self.wires['redis'].port}/0",
            "HANDOFF_URL": f"redis://127.0.0.1:{self.wires['redis'].port}/1",
            "HANDOFF_KEY": keys,
            "HELPLINES_FOLDER": str(HELPLINES),
            "SESSIONS_A_MINUTE": "0",
            "MESSAGES_A_MINUTE": "0",
            "STATE_FOLDER": str(Path(self._folder.name, "state")),
        }.items():
            env[f"FINGERPOST_{name}"] = value
        with (log_to or self.logs / f"{part}.log").open("ab") as log:
            command = [sys.executable, "-W", "ignore", "-m", "bot", "serve", part]
            self.processes[part] = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)

    def console_answers(self) -> bool:
        """Whether staff can come to the page on which they sign in."""
        try:
            with urllib.request.urlopen(f"{self.console_url}/sign-in", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def waiting(self) -> list[str]:
        """The references of all handoffs that wait, as Redis has them."""

        async def read() -> list[str]:
            store = Queue(RedisShelf.of(f"redis://127.0.0.1:{self.redis.port}/1"), Seal(KEYS))
            try:
                return [place.handoff.reference for place in await store.waiting(NORTH)]
            finally:
                await store.aclose()

        return asyncio.run(read())

    def ready(self) -> tuple[bool, str]:
        """Whether all is well, and what the gateway says of it."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return answer.status == 200, answer.read().decode()
        except urllib.error.HTTPError as error:
            return False, error.read().decode()
        except OSError as error:
            return False, type(error).__name__

    def wait_ready(self, seconds: float) -> float:
        """How long it took until all was well. Raises AssertionError."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if self.ready()[0]:
                return time.monotonic() - started
            time.sleep(0.2)
        raise AssertionError(f"not ready after {seconds} s: {self.ready()[1]}")

    def signal(self, part: str, what: signal.Signals) -> None:
        process = self.redis.process if part == "redis" else self.processes[part]
        assert process
        process.send_signal(what)

    def kill(self, part: str) -> None:
        if part == "redis":
            self.redis.stop()
            return
        self.processes[part].kill()
        self.processes[part].wait()

    def again(self, part: str) -> None:
        """Start what was killed."""
        if part == "redis":
            self.redis.start()
            self.redis.wait()
        else:
            self.start(part)

    def fill_log(self, part: str) -> None:
        """Start a part again with no room left for what it prints."""
        self.kill(part)
        self.start(part, log_to=Path("/dev/full"))
        self.wait_ready(60)

    def wire(self, part: str, mode: Mode) -> None:
        self.wires[part].set(mode)

    def fill(self, most: int) -> None:
        """Let Redis have no room for more than `most` bytes; 0 for no limit."""
        redis.Redis(port=self.redis.port).config_set("maxmemory", most)

    def lose(self) -> None:
        """Restart Redis without its data."""
        self.redis.stop()
        for path in sorted(self.redis.folder.rglob("*.aof*"), reverse=True):
            path.unlink()
        self.redis.start()
        self.redis.wait()

    def written(self) -> bytes:
        """Everything that was written down anywhere: logs, Redis's files and values, metrics."""
        found = [path.read_bytes() for path in self.logs.iterdir()]
        found += [path.read_bytes() for path in self.redis.folder.rglob("*") if path.is_file()]
        with urllib.request.urlopen(self.metrics_url, timeout=5) as answer:
            found.append(answer.read())
        for number in (0, 1):
            plain = redis.Redis(port=self.redis.port, db=number)
            for key in plain.scan_iter("*"):
                found += [key, plain.dump(key) or b""]
        return b"\n".join(found)
