"""Handoffs, stores and a Redis of its own for tests."""

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

from redis import Redis
from redis.exceptions import ConnectionError as Refused

from bot.catalogue.load import Catalogue
from bot.catalogue.load import load as load_services
from bot.edition import SHIPPED
from bot.editor.rehearsal import free_port
from bot.gateway.handoff import HandoffDesk
from bot.handoff.content import Wording
from bot.handoff.helplines import Helpline, Helplines
from bot.handoff.queue import Queue
from bot.handoff.records import Handoff, HandoffId, HelplineId, Line, Reading, Said, ShownCue, Summary, WorkerId
from bot.handoff.redis_shelf import RedisShelf
from bot.handoff.references import load_words
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.handoff.store import HandoffStore
from bot.sealing import Seal
from bot.vocabulary import (
    Direction,
    HandoffMode,
    Kind,
    Level,
    Nation,
    Role,
    Sender,
    Time,
    Topic,
)

NORTH, SOUTH = HelplineId("north"), HelplineId("south")
ANN, BEN = WorkerId("ann"), WorkerId("ben")
KEYS = (b"k" * 32,)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


class Clock:
    """A time that moves when told to."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **much: float) -> None:
        self.at += timedelta(**much)


def shown(kind: Kind = Kind.VIOLENCE, level: Level = Level.URGENT, **more: Any) -> ShownCue:
    return ShownCue(kind=kind, level=level, direction=Direction.TO_WRITER, time=Time.RECENT, **more)


def handoff(text: str = "he pushed me down the stairs", **more: Any) -> Handoff:
    """A handoff with sensible parts, any of them replaced."""
    whole: dict[str, Any] = {
        "id": HandoffId(secrets.token_hex(8)),
        "reference": f"maple-lantern-{10 + secrets.randbelow(90)}",
        "helpline": NORTH,
        "conversation": "c1",
        "mode": HandoffMode.HERE,
        "created": NOON,
        "severity": Level.URGENT,
        "summary": Summary(
            lines=(Line(key="told_1", label="In your words", text=text, own=True),),
            reading=Reading(
                role=Role.VICTIM,
                topics=(Topic.HOUSING,),
                level=Level.URGENT,
                cues=(shown(line="told_1", start=3, end=9),),
            ),
        ),
    } | more
    return Handoff(**whole)


def said(text: str, sender: Sender = Sender.VISITOR, worker: WorkerId | None = None, **more: Any) -> Said:
    whole: dict[str, Any] = {"id": secrets.token_hex(6), "at": NOON} | more
    return Said(sender=sender, text=text, worker=worker, **whole)


class LoggedRedis:
    """A redis-server on a free port that has every change on disk before it answers; killed and started at will."""

    def __init__(self, *, fsync: str = "always") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        options = {
            "port": self.port, "bind": "127.0.0.1", "dir": self.folder, "save": "", "appendonly": "yes",
            "appendfsync": self._fsync, "aof-use-rdb-preamble": "no",
        }  # fmt: skip
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(["redis-server", *arguments], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        with Redis(port=self.port) as client:
            while time.monotonic() < until:
                try:
                    client.ping()
                    return
                except Refused:
                    time.sleep(0.02)
                except Exception:  # still reading its file
                    time.sleep(0.02)
        raise AssertionError("redis-server does not answer")

    def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def sqlite_queue(path: Path, now: Callable[[], datetime], **more: Any) -> Queue:
    return Queue(SqliteShelf(path), Seal(KEYS), now=now, **more)


def redis_queue(url: str, now: Callable[[], datetime], **more: Any) -> Queue:
    return Queue(RedisShelf.of(url), Seal(KEYS), now=now, **more)


@cache
def _catalogue() -> Catalogue:
    return load_services(SHIPPED.services, today=NOON.date())


def helplines() -> Helplines:
    """Two made-up helplines, one for each side."""
    return Helplines(
        all=(
            Helpline(
                id=NORTH,
                name="North line",
                services=("mens-advice-line",),
                roles=frozenset({Role.VICTIM, Role.UNSURE}),
                nations=frozenset({Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES}),
            ),
            Helpline(
                id=SOUTH,
                name="South line",
                services=("respect-phoneline",),
                roles=frozenset({Role.OWN_BEHAVIOUR}),
                nations=frozenset({Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES}),
            ),
        )
    )


def make_desk(store: HandoffStore, now: Callable[[], datetime], given: Helplines | None = None) -> HandoffDesk:
    """The chat's desk over a store, with the wording and services that ship."""
    return HandoffDesk(
        store=store,
        seal=Seal(KEYS),
        helplines=given or helplines(),
        catalogue=_catalogue(),
        wording=Wording.load(SHIPPED.handoff / "wording.yml"),
        words=load_words(SHIPPED.handoff / "words.txt"),
        titles={Topic.HOUSING: "Somewhere to live"},
        now=now,
    )
