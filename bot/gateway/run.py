"""Serves the gateway until stopped."""

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from bot.bootstrap import load_catalogue, load_detector, load_responses, make_turns, redis_link
from bot.gateway.app import make_app
from bot.gateway.care import CareContent, CareDesk
from bot.gateway.conversation import Conversation
from bot.gateway.dialogue import RasaDialogue
from bot.gateway.limits import Limits, MemoryCounts, RedisCounts
from bot.gateway.plain import add_plain
from bot.gateway.sessions import Sessions
from bot.listen import listen
from bot.settings import SAFETY_CONTENT, Settings
from bot.stores.keys import LIMITS, SESSIONS


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
        # Two for each process of Rasa keep it busy: one thinks while another asks the action server.
        dialogue=RasaDialogue(
            http, url=settings.rasa_url, seconds=settings.rasa_seconds, at_once=2 * settings.rasa_workers
        ),
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
    add_plain(app)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await http.close()
        if link:
            await link.close()

    app.cleanup_ctx.append(closing)
    return app


def run(settings: Settings, *, shared: bool = False) -> None:
    """Listen on the public address; `shared` with other processes."""
    listen(build(settings), settings, host=settings.host, port=settings.gateway_port, shared=shared)
