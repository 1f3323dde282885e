"""Serves the console until stopped."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import cache

import structlog
from aiohttp import web

from bot.bootstrap import (
    load_catalogue,
    load_responses,
    load_seal,
    load_staff_seal,
    make_handoffs,
    make_insight,
    make_needs,
    read_helplines,
)
from bot.console.app import Parts, make_app
from bot.console.content import Changes
from bot.console.desk import Desk
from bot.console.keeping import FILE as KEEPING_FILE
from bot.console.keeping import Keeping
from bot.console.keys import Newsroom, Places
from bot.console.learning import Learning
from bot.content.replies import load as load_replies
from bot.edition import edition
from bot.editor.drafts import FILE as DRAFTS
from bot.editor.drafts import Drafts
from bot.editor.inbox import FILE as INBOX
from bot.editor.inbox import Inbox
from bot.editor.jobs import Publishing
from bot.editor.publishing import Publisher
from bot.listen import Part, listen
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Slowdown
from bot.staff.store import FILE, StaffStore

log = structlog.get_logger()

MADE_UP = "Made-up"
"""How the names of helplines begin that were invented to show the console: each page then says so."""


def _clock() -> datetime:
    return datetime.now(UTC)


async def build(settings: Settings) -> web.Application:
    """The console with its real parts. Raises SettingError, ContentError or StartError."""
    store = StaffStore(settings.state_folder / FILE)
    seal = load_staff_seal(settings)
    handoffs = make_handoffs(settings)
    keeping = Keeping(settings.state_folder / KEEPING_FILE, seal=seal, days=settings.handoff_days)
    accounts, records = store.reseal(seal), keeping.reseal()
    if accounts or records:
        log.error("sealed under no staff key given", count=len(accounts) + records)
    parts = Parts(
        accounts=Accounts(store=store, clock=_clock),
        signing_in=SigningIn(store=store, seal=seal, slowdown=Slowdown(clock=time.monotonic), clock=_clock),
        desk=Desk(store=handoffs, clock=_clock),
        keeping=keeping,
        catalogue=load_catalogue(),
        replies=load_replies(edition().replies),
        places=_places(settings),
        newsroom=newsroom(settings),
        clock=_clock,
        learning=Learning(
            inbox=Inbox(settings.learning_folder / INBOX, load_seal(settings)),
            counts=make_insight(settings),
            needs=make_needs(settings),
            on=settings.inbox,
            models=edition().models,
            responses=load_responses(),
            drafting=Changes(newsroom(settings), _clock),
        ),
    )
    app = make_app(settings, parts)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await handoffs.aclose()
        keeping.close()
        store.close()

    app.cleanup_ctx.append(closing)
    return app


@cache
def newsroom(settings: Settings) -> Newsroom:
    """Where content is changed, one in a process: it outlives the edition it publishes. Raises ContentError."""
    publisher = Publisher.open(settings)
    drafts = Drafts(settings.state_folder / DRAFTS)
    return Newsroom(publisher=publisher, publishing=Publishing(publisher), drafts=drafts)


def _places(settings: Settings) -> Places:
    helplines = read_helplines(settings)
    names = {str(one.id): one.name for one in helplines.all}
    return Places(names=names, made_up=any(name.startswith(MADE_UP) for name in names.values()), helplines=helplines)


def run(settings: Settings, *, shared: bool = False) -> None:
    """Listen on the staff's address."""
    listen(Part(build=build), settings, host=settings.console_host, port=settings.console_port, shared=shared)
