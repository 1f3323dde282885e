"""Serves the gateway until stopped."""

import secrets
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from bot.bootstrap import (
    load_catalogue,
    load_detector,
    load_responses,
    load_seal,
    make_handoffs,
    make_insight,
    make_turns,
    read_helplines,
    redis_link,
)
from bot.content.care import CareContent
from bot.content.notice import Notices
from bot.content.responses import in_languages, title
from bot.edition import edition
from bot.editor.inbox import FILE as INBOX
from bot.editor.inbox import Inbox
from bot.errors import ContentError
from bot.gateway.app import make_app
from bot.gateway.care import CareDesk
from bot.gateway.conversation import Conversation
from bot.gateway.dialogue import RasaDialogue
from bot.gateway.handoff import HandoffDesk
from bot.gateway.limits import Limits, MemoryCounts, RedisCounts
from bot.gateway.noticing import Noticing
from bot.gateway.plain import add_plain
from bot.gateway.sessions import Sessions
from bot.handoff.content import Wording
from bot.handoff.references import load_words
from bot.listen import Part, listen
from bot.safety.detector import Detector
from bot.sealing import Seal
from bot.settings import Settings
from bot.stores.keys import LIMITS, SESSIONS
from bot.vocabulary import help_topics

LONDON = ZoneInfo("Europe/London")
NOTICES = ("utter_inbox_first", "utter_inbox_notice")


async def build(settings: Settings) -> web.Application:
    """The gateway with its real parts. Raises ContentError or ModelError: it does not run without its detector."""
    catalogue = load_catalogue()
    detector = load_detector(settings)
    http = aiohttp.ClientSession()
    conversation = Conversation(
        detector=detector,
        care=CareDesk(notices=Notices(content=CareContent.load(edition().safety / "care.yml"), catalogue=catalogue)),
        catalogue=catalogue,
        responses=load_responses(),
        # Two for each process of Rasa keep it busy: one thinks while another asks the action server.
        dialogue=RasaDialogue(
            http, url=settings.rasa_url, seconds=settings.rasa_seconds, at_once=2 * settings.rasa_workers
        ),
        desk=make_desk(settings),
        noticing=make_noticing(settings, detector),
    )
    sessions = Sessions(
        make_turns(settings, prefix=SESSIONS),
        idle_seconds=settings.idle_seconds,
        session_seconds=settings.session_seconds,
    )
    link = redis_link(settings)
    limits = Limits(settings.most_a_minute, RedisCounts(link, prefix=LIMITS) if link else MemoryCounts())
    app = make_app(settings, sessions=sessions, conversation=conversation, limits=limits)
    add_plain(app)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await http.close()

    app.cleanup_ctx.append(closing)
    return app


async def close(settings: Settings) -> None:
    """Close what all editions share."""
    if link := redis_link(settings):
        await link.close()


def make_noticing(settings: Settings, detector: Detector) -> Noticing:
    """What counts topics, and keeps what was not understood where that is on. Raises ContentError or SettingError."""
    first, notice = (in_languages(load_responses(), name) for name in NOTICES)
    if settings.inbox and not (all(first.values()) and all(notice.values())):
        raise ContentError([f"{' or '.join(NOTICES)}: empty with inbox on"])
    return Noticing(
        counts=make_insight(settings),
        # Off, it only erases what was kept while it was on, which needs no key.
        inbox=Inbox(
            settings.learning_folder / INBOX,
            load_seal(settings) if settings.inbox else Seal([secrets.token_bytes(32)]),
        ),
        keeps=settings.inbox,
        first=first,
        notice=notice,
        vector=lambda words: detector.read(words).whole.vector.tolist(),
        today=lambda: datetime.now(LONDON).date(),
    )


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
        wording=Wording.load(edition().handoff / "wording.yml"),
        words=load_words(edition().handoff / "words.txt"),
        titles={topic: title(responses, f"utter_{topic}") for topic in help_topics()},
        days=settings.handoff_days,
    )


def make_ready(settings: Settings) -> None:
    """Load what takes long, so that `build` does not. Raises ContentError or ModelError."""
    load_detector(settings).screen("hello")  # the first pass of the encoder is slow: not for a visitor to wait for


def run(settings: Settings, *, shared: bool = False) -> None:
    """Listen on the public address; `shared` with other processes."""
    part = Part(build=build, make_ready=make_ready, close=close)
    listen(part, settings, host=settings.host, port=settings.gateway_port, shared=shared)
