"""A whole service for tests: the real processes on free ports, stopped by their process ids."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import IO, Any, Self

from bot.settings import ROOT

PARTS = ("gateway", "rasa", "actions")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """Gateway, Rasa and action server, each in its own process."""

    def __init__(self, **settings: str) -> None:
        self.ports = {part: free_port() for part in (*PARTS, "metrics")}
        self.url = f"http://127.0.0.1:{self.ports['gateway']}"
        self._env = {**os.environ} | {f"FINGERPOST_{p.upper()}_PORT": str(n) for p, n in self.ports.items()}
        self._env |= {"FINGERPOST_MESSAGES_A_MINUTE": "0", "FINGERPOST_SESSIONS_A_MINUTE": "0"}  # all from one address
        self._env |= {f"FINGERPOST_{name.upper()}": value for name, value in settings.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # Files and not pipes: a pipe that nobody reads stops who writes into it.
        self._printed: dict[str, IO[bytes]] = {}

    def start(self, *parts: str) -> None:
        for part in parts or PARTS:
            self._printed[part] = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the part is stopped
            self.processes[part] = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve", part],
                env=self._env, cwd=ROOT, stdout=self._printed[part], stderr=subprocess.STDOUT,
            )  # fmt: skip

    def stop(self, *parts: str) -> str:
        """Stop parts; what they printed."""
        printed = ""
        for part in parts or PARTS:
            process = self.processes.pop(part, None)
            if process is None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            printed += self.printed(part)
            self._printed.pop(part).close()
        return printed

    def printed(self, part: str) -> str:
        """What a part has printed so far."""
        file = self._printed[part]
        file.seek(0)
        return file.read().decode(errors="replace")

    def wait_ready(self, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for part, process in self.processes.items():
                assert process.poll() is None, f"{part} stopped: {self.printed(part)[-2000:]}"
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/readyz", timeout=3) as answer,
            ):
                if answer.status == 200:
                    return
            time.sleep(0.3)
        raise AssertionError("not ready")

    def visitor(self, **opening: str) -> "Visitor":
        return Visitor(self.url, opening)


class Visitor:
    """Someone who writes to the service."""

    def __init__(self, url: str, opening: dict[str, str]) -> None:
        self._url = url
        self._token: str | None = None
        opened = self._post("/api/sessions", opening)
        self._token = opened["token"]
        self.first: dict[str, Any] = opened["reply"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def say(self, text: str) -> dict[str, Any]:
        return self._post("/api/messages", {"choice": text} if text.startswith("/") else {"text": text})

    def leave(self) -> None:
        self._post("/api/sessions/end", {"token": self._token})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            raw = answer.read()
        found: dict[str, Any] = json.loads(raw) if raw else {}
        return found


def running() -> Iterator[Service]:
    """A service for a whole test session, as talkative as it can be: even so it prints nothing of a visitor."""
    service = Service(log_level="debug")
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        service.stop()
