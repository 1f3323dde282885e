"""The real gateway over canned replies, to look at every state of the front end without the assistant."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import yaml
from aiohttp import web

from bot.catalogue.cards import Card
from bot.catalogue.load import Catalogue
from bot.catalogue.load import load as load_services
from bot.content.notice import Care
from bot.edition import SHIPPED
from bot.gateway.app import make_app
from bot.gateway.conversation import Heard
from bot.gateway.plain import add_plain
from bot.gateway.replies import Choice, Incoming, Message, Reply
from bot.gateway.sessions import Session, Sessions
from bot.safety.cues import Screening
from bot.settings import Settings
from bot.stores.memory import MemoryTurns
from bot.vocabulary import Level
from tests.fakes import FakeDialogue

CANNED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "replies.yml").read_text("utf-8"))
EXIT = "https://weather.example/"


def _card(name: str | dict[str, Any]) -> Card:
    values = CANNED["cards"][name] if isinstance(name, str) else name
    return msgspec.convert({"open": None, **values}, Card)


def _message(values: dict[str, Any]) -> Message:
    return Message(
        id=secrets.token_urlsafe(6),
        sender="service",
        text=values["text"],
        topic=values.get("topic"),
        choices=tuple(Choice(title=title, payload=payload) for title, payload in values.get("choices", ())),
        services=tuple(_card(name) for name in values.get("services", ())),
        verdicts=tuple(values.get("verdicts", ())),
        lang=values.get("lang"),
    )


def reply(values: dict[str, Any]) -> Reply:
    """A reply from its canned values."""
    care = values.get("care")
    shown = care and Care(
        level=care["level"],
        kinds=tuple(care["kinds"]),
        lines=tuple(care["lines"]),
        services=tuple(_card(one) for one in care["services"]),
        langs=tuple(care.get("langs", ())),
        again=care.get("again", False),
    )
    return Reply(
        messages=tuple(_message(one) for one in values["messages"]),
        care=shown or msgspec.UNSET,
        role=values.get("role"),
        state=values.get("state", "bot"),
        degraded=values.get("degraded", False),
    )


@dataclass(slots=True, kw_only=True)
class Canned:
    """Stands where the conversation stands; what a test may set before, and look at after.

    `delay`: seconds before an answer. `said`: what visitors wrote or chose, each once.
    """

    catalogue: Catalogue
    desk: None = None
    noticing: None = None
    delay: float = 0.0
    said: list[str] = field(default_factory=list)
    opened: list[tuple[str | None, str | None]] = field(default_factory=list)
    dialogue: FakeDialogue = field(default_factory=FakeDialogue)
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def open(self, session: Session, *, language: str | None, nation: str | None) -> Reply:
        if session.conversation:  # a real session, not a look at the first screen
            self.opened.append((language, nation))
        return reply(CANNED["opening"])

    async def hear(self, incoming: Incoming) -> Heard:
        return Heard(screening=Screening(level=Level.NONE))

    async def answer(self, session: Session, incoming: Incoming, heard: Heard, *, seconds_left: float) -> Reply:
        await asyncio.sleep(self.delay)
        words = incoming.choice or incoming.text or ""
        self.said.append(words)
        return reply(next(one for one in CANNED["replies"] if one["said"] in words.lower() or not one["said"]))


@dataclass(slots=True, kw_only=True)
class Site:
    """A running gateway: where it is, what it was told, and who is talking to it."""

    url: str
    canned: Canned
    turns: MemoryTurns

    @property
    def sessions(self) -> int:
        """How many sessions are held."""
        return len(self.turns)


@contextmanager
def serving(app: web.Application, port: int = 0) -> Iterator[int]:
    """Serve an app on a port of loopback, in a thread of its own; the port."""
    loop = asyncio.new_event_loop()

    async def start() -> tuple[web.AppRunner, int]:
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner, runner.addresses[0][1]

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner, taken = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield taken
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@contextmanager
def running(
    *, idle_seconds: int = 1800, frame_hosts: str = "'self'", second_tab: str = "", port: int = 0
) -> Iterator[Site]:
    """The gateway over canned replies, running. `idle_seconds` may be shorter than a deployment could set."""
    canned = Canned(catalogue=load_services(SHIPPED.services, today=date(2026, 11, 25)))
    settings = Settings(
        exit_url=EXIT,
        idle_seconds=idle_seconds,
        frame_hosts=frame_hosts,
        exit_second_tab=second_tab,
        messages_a_minute=0,
        sessions_a_minute=0,
    )
    turns = MemoryTurns(most=1000)
    sessions = Sessions(turns, idle_seconds=idle_seconds, session_seconds=86400)
    app = make_app(settings, sessions=sessions, conversation=canned)  # type: ignore[arg-type]  # the same methods
    add_plain(app)
    with serving(app, port) as taken:
        yield Site(url=f"http://127.0.0.1:{taken}", canned=canned, turns=turns)
