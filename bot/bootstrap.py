"""Puts the parts together: the one place where adapters meet the core. No work at import time."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import structlog

from bot.catalogue.load import Catalogue
from bot.catalogue.load import load as load_services
from bot.catalogue.need_map import Needs
from bot.catalogue.needs_file import FILE as NEEDS
from bot.catalogue.needs_file import NeedsFile
from bot.content.follow_up import Parts, Terms
from bot.content.responses import Responses
from bot.content.responses import load as load_wording
from bot.edition import Edition, edition
from bot.editor.insight import Insight
from bot.editor.insight_file import FILE as INSIGHT
from bot.editor.insight_file import InsightFile
from bot.handoff.helplines import Helplines, load_helplines
from bot.handoff.queue import Queue
from bot.handoff.shelf import Shelf
from bot.handoff.sqlite_shelf import SqliteShelf
from bot.safety.labels import HEADS as SAFETY_HEADS
from bot.sealing import Seal, load_keys
from bot.settings import Settings
from bot.stores.counts import RedisInsight, RedisNeeds
from bot.stores.link import Link
from bot.stores.memory import MemoryTurns
from bot.stores.redis_turns import RedisTurns
from bot.stores.turns import TurnStore

log = structlog.get_logger()

if TYPE_CHECKING:  # spaCy and ONNX Runtime take seconds and 150 MB; the console and the catalogue need neither
    from bot.language.reader import Reader
    from bot.safety.detector import Detector

HEADS = (*SAFETY_HEADS, "role")


# One of each an edition: while a process makes the next one ready, the one before goes on answering.
_one_an_edition = lru_cache(maxsize=2)


def load_reader(settings: Settings) -> Reader:
    """The reader of this edition, loaded once. Raises ContentError or ModelError."""
    return _reader(settings, edition())


@_one_an_edition
def _reader(settings: Settings, served: Edition) -> Reader:
    from bot.language.reader import Reader

    return Reader.load(
        tables=served.safety / "cleanup.yml",
        heads=served.models / "heads",
        tokenizer=settings.build_folder / "encoder" / "tokenizer.json",
        names=HEADS,
    )


def load_detector(settings: Settings) -> Detector:
    """The detector of this edition, loaded once. Raises ContentError or ModelError."""
    return _detector(settings, edition())


@_one_an_edition
def _detector(settings: Settings, served: Edition) -> Detector:
    from bot.safety.detector import Detector
    from bot.safety.patterns import Patterns

    return Detector(reader=load_reader(settings), patterns=Patterns.load(served.safety / "patterns"))


def load_catalogue() -> Catalogue:
    """The service catalogue of this edition, without its bad records, which are told in the log.

    Raises ContentError when it can't be trusted: without its rules, or without an emergency line.
    """
    return _catalogue(edition())


@_one_an_edition
def _catalogue(served: Edition) -> Catalogue:
    catalogue = load_services(served.services, today=date.today(), strict=False)
    for problem in catalogue.problems:
        log.error("service left out", problem=str(problem))
    return catalogue


def load_responses() -> Responses:
    """The wording of the chat in this edition. Raises ContentError."""
    return _responses(edition())


@_one_an_edition
def _responses(served: Edition) -> Responses:
    return load_wording(served.responses)


def load_parts() -> Parts:
    """The further parts of the topics in this edition. Raises ContentError."""
    return _parts(edition())


@_one_an_edition
def _parts(served: Edition) -> Parts:
    return Parts(_responses(served))


def load_terms() -> Terms:
    """The words and worries that have an answer of their own in this edition. Raises ContentError."""
    return _terms(edition())


@_one_an_edition
def _terms(served: Edition) -> Terms:
    return Terms(_responses(served))


def make_needs(settings: Settings) -> Needs:
    """Where what was asked for and not found is counted."""
    if settings.counts_in_redis:
        return RedisNeeds(settings.redis_url)
    return NeedsFile(settings.learning_folder / NEEDS)


def make_insight(settings: Settings) -> Insight:
    """Where it is counted what became of answers; gateway and console share it."""
    if settings.counts_in_redis:
        return RedisInsight(settings.redis_url)
    return InsightFile(settings.learning_folder / INSIGHT)


@cache
def redis_link(settings: Settings) -> Link | None:
    """The way to Redis of this process; None in a service without. Raises SettingError."""
    return Link.to(settings.redis_url) if settings.redis_url else None


@cache
def make_turns(settings: Settings, *, prefix: str) -> TurnStore:
    """Where values under `prefix` (`bot/stores/keys.py`) are kept, one in a process: Redis when there is one, else memory."""
    link = redis_link(settings)
    return RedisTurns(link, prefix=prefix) if link else MemoryTurns(most=settings.most_sessions)


def read_helplines(settings: Settings) -> Helplines:
    """The helplines that take handoffs; none as it ships. What closes one is told in the log. Raises ContentError."""
    helplines = load_helplines(settings.helplines_folder, load_catalogue())
    for problem in helplines.problems:
        log.error("helpline lacks a service", problem=str(problem))
    return helplines


def load_seal(settings: Settings) -> Seal:
    """What seals handoffs. Raises SettingError."""
    path = settings.state_folder / "handoff.key"
    return Seal(load_keys(settings.handoff_key.reveal(), setting="FINGERPOST_HANDOFF_KEY", path=path))


def load_staff_seal(settings: Settings) -> Seal:
    """What seals second factors, backup codes and safeguarding records. Raises SettingError."""
    path = settings.state_folder / "staff.key"
    return Seal(load_keys(settings.staff_key.reveal(), setting="FINGERPOST_STAFF_KEY", path=path))


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
