"""What the pages of the inbox and of insight find in the app, and what is due to be erased."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.catalogue.need_map import Needs
from bot.console.keys import CLOCK
from bot.console.rendering import LONDON
from bot.content.responses import Responses, title
from bot.editor.inbox import Inbox
from bot.editor.insight import Insight
from bot.vocabulary import help_topics, topics
from bot.web import beside

_SWEEP_SECONDS = 3600


class Drafting(Protocol):
    """Where changes of content are kept until they are published. Every call may raise ContentError."""

    def text(self, author: str, path: str) -> str:
        """A content file as this editor sees it, their draft laid over what is published; empty when there is none."""

    def keep(self, author: str, texts: Mapping[str, str]) -> None:
        """Put whole new texts, by path, into this editor's draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What was not understood, what was counted, what was asked for in vain, and where changes go.

    `on`: whether messages are kept now.
    `models`: where the report of confusions lies. `drafting` None: nothing can be filed, only looked at and erased.
    """

    inbox: Inbox
    counts: Insight
    needs: Needs
    on: bool
    models: Path
    responses: Responses
    drafting: Drafting | None = None


LEARNING: web.AppKey[Learning] = web.AppKey("learning", Learning)


def learning(request: web.Request) -> Learning:
    """The app's. Raises HTTPNotFound in a console without."""
    if LEARNING not in request.app:
        raise web.HTTPNotFound
    return request.app[LEARNING]


def today(app: web.Application) -> date:
    """The day where the people are whose messages are counted."""
    return app[CLOCK]().astimezone(LONDON).date()


def topic_titles(responses: Responses, *, chat: bool = False) -> dict[str, str]:
    """Titles of the topics that have answers, by their names, in the order of their titles."""
    found = {
        topic.value: title(responses, f"utter_{topic}")
        for topic in (topics() if chat else help_topics())
        if f"utter_{topic}" in responses
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


async def sweeping(app: web.Application) -> AsyncIterator[None]:
    """Erase what is due, every hour: also when the chat that wrote it is stopped."""

    async def sweep() -> None:
        while True:
            with contextlib.suppress(sqlite3.Error, OSError):
                await asyncio.to_thread(app[LEARNING].inbox.sweep, today(app))
            await asyncio.sleep(_SWEEP_SECONDS)

    async with beside(sweep()):
        yield
