"""A rehearsal: the real processes on free ports, and dialogues played with them before visitors meet the content."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

import yaml

from bot.errors import StartError
from bot.settings import PREFIX, ROOT

PARTS = ("gateway", "rasa", "actions")
_PORTS = range(20_000, 32_000)
DIALOGUES = ROOT / "tests" / "conversations" / "dialogues.yml"
_ALONE = {
    "REDIS_URL": "", "HANDOFF_URL": "", "GATEWAY_WORKERS": "1", "RASA_WORKERS": "1", "ACTIONS_WORKERS": "1",
    "SENTRY_DSN": "", "HOST": "127.0.0.1", "INTERNAL_HOST": "127.0.0.1", "RASA_HOST": "", "ACTIONS_HOST": "",
}  # fmt: skip


def free_port() -> int:
    """A port on loopback that nobody listens on, below those that outgoing connections take in the meantime.

    A Redis cluster listens 10,000 higher too: from a port near the end it would not start.
    """
    while True:
        port = secrets.choice(_PORTS)  # whatever seeds `random` meanwhile
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


class Service:
    """Gateway, Rasa and action server, each in its own process, stopped by their ids."""

    def __init__(self, **settings: str) -> None:
        self.ports = {part: free_port() for part in (*PARTS, "metrics")}
        self.url = f"http://127.0.0.1:{self.ports['gateway']}"
        self._env = {**os.environ} | {f"{PREFIX}{p.upper()}_PORT": str(n) for p, n in self.ports.items()}
        # All from one address.
        self._env |= {f"{PREFIX}MESSAGES_A_MINUTE": "0", f"{PREFIX}SESSIONS_A_MINUTE": "0"}
        self._env |= {f"{PREFIX}{name.upper()}": value for name, value in settings.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        # Files and not pipes: a pipe that nobody reads stops who writes into it.
        self._printed: dict[str, IO[bytes]] = {}

    def start(self, *parts: str) -> None:
        """Start parts, all when none is named."""
        for part in parts or PARTS:
            self._printed[part] = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the part is stopped
            self.processes[part] = subprocess.Popen(  # noqa: S603  # our own program
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
        """Raises StartError when a part stops, or is not ready in time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for part, process in self.processes.items():
                if process.poll() is not None:
                    raise StartError(f"{part} stopped: {self.printed(part)[-2000:]}")
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.url}/readyz", timeout=3) as answer,  # noqa: S310
            ):
                if answer.status == 200:
                    return
            time.sleep(0.3)
        raise StartError("not ready in time")

    def visitor(self, **opening: str) -> "Visitor":
        """Somebody who opens a chat."""
        return Visitor(self.url, opening)


class Visitor:
    """Someone who writes to the service."""

    def __init__(self, url: str, opening: Mapping[str, str]) -> None:
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
        """The reply to words, or to a button's payload."""
        return self._post("/api/messages", {"choice": text} if text.startswith("/") else {"text": text})

    def leave(self) -> None:
        """End the chat."""
        self._post("/api/sessions/end", {"token": self._token})

    def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        # S310: the address is that of our own processes on loopback.
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            raw = answer.read()
        found: dict[str, Any] = json.loads(raw) if raw else {}
        return found


def load_dialogues(path: Path = DIALOGUES) -> list[dict[str, Any]]:
    """The dialogues of a file: name, opening and turns, each with what is said and what must then be true."""
    found: list[dict[str, Any]] | None = yaml.safe_load(path.read_text("utf-8")) if path.exists() else None
    return found or []


def play(service: Service, dialogue: Mapping[str, Any]) -> list[str]:
    """What goes wrong in a dialogue, in plain words; nothing when all is as it must be."""
    with service.visitor(**dialogue.get("opening", {})) as visitor:
        for turn in dialogue["turns"]:
            if wrong := list(wrongs(visitor.say(turn["say"]), turn["expect"])):
                return [f"{dialogue['name']}: after “{turn['say']}” {one}" for one in wrong]
    return []


def wrongs(reply: Mapping[str, Any], expect: Mapping[str, Any]) -> Iterator[str]:
    """How a reply differs from what a dialogue says of it."""
    care = reply.get("care") or {"level": "none", "kinds": [], "lines": [], "services": []}
    said = " ".join(m["text"] for m in reply["messages"])
    topics = [m["topic"] for m in reply["messages"] if "topic" in m]
    cards = {card["id"] for m in reply["messages"] for card in m.get("services", [])}
    care_cards = {card["id"] for card in care["services"]}
    care_said = " ".join(care["lines"])
    topic = topics[0] if topics else None
    if reply["degraded"] or not reply["messages"]:
        yield "there is no proper answer"
    seen = {"role": reply["role"], "care": care["level"], "topic": topic}
    for key, wanted in expect.items():
        match key:
            case "role" | "care" | "topic":
                fits = seen[key] == wanted
            case "topic_in":
                fits = topic in wanted
            case "says":
                fits = all(part in said for part in wanted)
            case "not_says":
                fits = not any(part in said + care_said for part in wanted)
            case "services":
                fits = set(wanted) <= cards
            case "not_services":
                fits = not set(wanted) & (cards | care_cards)
            case "care_kinds":
                fits = set(wanted) <= set(care["kinds"])
            case "care_services":
                fits = set(wanted) <= care_cards
            case "care_says":
                fits = all(part in care_said for part in wanted)
            case _:
                raise ValueError(f"unknown expectation {key}")
        if not fits:
            yield _told(key, wanted, seen.get(key, ""), said)


_MEANS = {
    "role": "it should be read as from", "care": "the danger should be read as", "topic": "it should be about",
    "topic_in": "it should be about one of", "says": "the answer should say", "not_says": "the answer must not say",
    "services": "these services should be offered", "not_services": "these services must not be offered",
    "care_kinds": "the notice should be about", "care_services": "the notice should offer", "care_says": "the notice should say",
}  # fmt: skip


def _told(key: str, wanted: object, seen: object, said: str) -> str:
    names = ", ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
    instead = f", and is {seen or 'none'}" if key in ("role", "care", "topic") else ""
    return f"{_MEANS[key]} {names}{instead}. It said: “{said[:80]}…”".replace("_", " ")


def rehearse(dialogues: Sequence[Mapping[str, Any]], state: Path) -> Iterable[str]:
    """Everything that goes wrong when the edition served from the content folder `state` plays the dialogues. Raises StartError."""
    service = Service(
        state_folder=str(state / "state"),
        content_folder=str(state),
        **{name.lower(): value for name, value in _ALONE.items()},
    )
    service.start()
    try:
        service.wait_ready()
        return [wrong for dialogue in dialogues for wrong in play(service, dialogue)]
    finally:
        service.stop()
