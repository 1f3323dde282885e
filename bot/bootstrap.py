"""Puts the parts together: the one place where adapters meet the core. No work at import time."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from bot.catalogue.load import Catalogue
from bot.catalogue.load import load as load_services
from bot.catalogue.needs_file import FILE as NEEDS
from bot.catalogue.needs_file import NeedsFile
from bot.content.follow_up import Parts
from bot.content.responses import Responses
from bot.content.responses import load as load_wording
from bot.handoff.helplines import Helplines, load_helplines
from bot.handoff.queue import Queue
from bot.handoff.sealing import Seal, own_keys, read_keys
from bot.handoff.shelf import Shelf
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.safety.labels import HEADS as SAFETY_HEADS
from bot.settings import RESPONSES, SAFETY_CONTENT, SERVICES, Settings
from bot.stores.link import Link
from bot.stores.memory import MemoryTurns
from bot.stores.redis_turns import RedisTurns
from bot.stores.turns import TurnStore

if TYPE_CHECKING:  # spaCy and ONNX Runtime take seconds and 150 MB; the console and the catalogue need neither
    from bot.language.reader import Reader
    from bot.safety.detector import Detector

HEADS = (*SAFETY_HEADS, "role")


@cache
def load_reader(settings: Settings) -> Reader:
    """The reader of this process, loaded once. Raises ContentError or ModelError."""
    from bot.language.reader import Reader

    return Reader.load(tables=SAFETY_CONTENT / "cleanup.yml", build=settings.build_folder, names=HEADS)


@cache
def load_detector(settings: Settings) -> Detector:
    """The detector of this process, loaded once. Raises ContentError or ModelError."""
    from bot.safety.detector import Detector
    from bot.safety.patterns import Patterns

    return Detector(reader=load_reader(settings), patterns=Patterns.load(SAFETY_CONTENT / "patterns"))


@cache
def load_catalogue() -> Catalogue:
    """The service catalogue. Raises ContentError when it can't be trusted."""
    return load_services(SERVICES, today=date.today())


@cache
def load_responses() -> Responses:
    """The wording of the chat. Raises ContentError."""
    return load_wording(RESPONSES)


@cache
def load_parts() -> Parts:
    """The further parts of the topics. Raises ContentError."""
    return Parts(load_responses())


@cache
def needs_file() -> NeedsFile:
    """Where what was asked for and not found is counted."""
    return NeedsFile(Settings.from_env().state_folder / NEEDS)


@cache
def redis_link(settings: Settings) -> Link | None:
    """The way to Redis of this process; None in a service without. Raises SettingError."""
    return Link.to(settings.redis_url) if settings.redis_url else None


def make_turns(settings: Settings, *, prefix: str) -> TurnStore:
    """Where values under `prefix` (`bot/stores/keys.py`) are kept: Redis when there is one, else this process."""
    link = redis_link(settings)
    return RedisTurns(link, prefix=prefix) if link else MemoryTurns(most=settings.most_sessions)


def read_helplines(settings: Settings) -> Helplines:
    """The helplines that take handoffs; none as it ships. Raises ContentError."""
    return load_helplines(settings.helplines_folder, load_catalogue())


def load_seal(settings: Settings) -> Seal:
    """What seals handoffs. Raises SettingError."""
    given = settings.handoff_key.reveal()
    return Seal(read_keys(given) if given else own_keys(settings.state_folder / "handoff.key"))


def make_handoffs(settings: Settings) -> Queue:
    """The store of handoffs, not opened yet; the chat and the console share it. Raises SettingError."""
    return Queue(
        _shelf(settings), load_seal(settings), days=settings.handoff_days, visitor_seconds=settings.idle_seconds
    )


def _shelf(settings: Settings) -> Shelf:
    if not settings.handoff_url:
        return SqliteShelf(settings.state_folder / "handoffs.sqlite")
    from bot.handoff.redis_shelf import RedisShelf  # slow to import, and not needed by most processes

    return RedisShelf.of(settings.handoff_url.reveal())
