"""Serves the gateway until stopped."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from bot.bootstrap import (
    load_catalogue,
    load_detector,
    load_responses,
    load_seal,
    make_handoffs,
    make_turns,
    read_helplines,
    redis_link,
)
from bot.content.responses import title
from bot.gateway.app import make_app
from bot.gateway.care import CareContent, CareDesk
from bot.gateway.conversation import Conversation
from bot.gateway.dialogue import RasaDialogue
from bot.gateway.handoff import HandoffDesk
from bot.gateway.limits import Limits, MemoryCounts, RedisCounts
from bot.gateway.sessions import Sessions
from bot.handoff.content import Wording
from bot.handoff.references import load_words
from bot.listen import listen
from bot.settings import HANDOFF_CONTENT, SAFETY_CONTENT, Settings
from bot.stores.keys import LIMITS, SESSIONS
from bot.vocabulary import CHAT_TOPICS, Topic


async def build(settings: Settings) -> web.Application:
    """The gateway with its real parts. Raises ContentError or ModelError: it does not run without its detector."""
    catalogue = load_catalogue()
    detector = load_detector(settings)
    detector.screen("hello")  # the first pass of the encoder is slow: not for a visitor to wait for
    http = aiohttp.ClientSession()
    conversation = Conversation(
        detector=detector,
        care=CareDesk(content=CareContent.load(SAFETY_CONTENT / "care.yml"), catalogue=catalogue),
        catalogue=catalogue,
        responses=load_responses(),
        dialogue=RasaDialogue(http, url=settings.rasa_url, seconds=settings.rasa_seconds),
        desk=make_desk(settings),
    )
    sessions = Sessions(
        make_turns(settings, prefix=SESSIONS),
        idle_seconds=settings.idle_seconds,
        session_seconds=settings.session_seconds,
    )
    link = redis_link(settings)
    counts = RedisCounts(link, prefix=LIMITS) if link else MemoryCounts()
    limits = Limits(settings.most_a_minute, counts)
    app = make_app(settings, sessions=sessions, conversation=conversation, limits=limits)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await http.close()
        if link:
            await link.close()

    app.cleanup_ctx.append(closing)
    return app


def make_desk(settings: Settings) -> HandoffDesk | None:
    """The desk for handoffs; None where no helpline takes any. Raises ContentError or SettingError."""
    helplines = read_helplines(settings)
    if not helplines.all:
        return None
    responses = load_responses()
    return HandoffDesk(
        store=make_handoffs(settings),
        seal=load_seal(settings),
        helplines=helplines,
        catalogue=load_catalogue(),
        wording=Wording.load(HANDOFF_CONTENT / "wording.yml"),
        words=load_words(HANDOFF_CONTENT / "words.txt"),
        titles={topic: title(responses, f"utter_{topic}") for topic in Topic if topic not in CHAT_TOPICS},
        days=settings.handoff_days,
    )


def run(settings: Settings, *, shared: bool = False) -> None:
    """Listen on the public address; `shared` with other processes."""
    listen(build(settings), settings, host=settings.host, port=settings.gateway_port, shared=shared)
