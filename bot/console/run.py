"""Serves the console until stopped."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import web

from bot.bootstrap import load_catalogue, make_handoffs, read_helplines
from bot.console.app import Parts, make_app
from bot.console.desk import Desk
from bot.console.keeping import FILE as KEEPING_FILE
from bot.console.keeping import Keeping
from bot.console.keys import Places
from bot.console.replies import load as load_replies
from bot.listen import listen
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.secrets import Seal
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Slowdown
from bot.staff.store import FILE, StaffStore

MADE_UP = "Made-up"
"""How the names of helplines begin that were invented to show the console: each page then says so."""


def _clock() -> datetime:
    return datetime.now(UTC)


def build(settings: Settings) -> web.Application:
    """The console with its real parts. Raises SettingError, ContentError or StartError."""
    store = StaffStore(settings.state_folder / FILE)
    seal = Seal.from_setting(settings.staff_key.reveal(), settings.state_folder)
    handoffs = make_handoffs(settings)
    keeping = Keeping(settings.state_folder / KEEPING_FILE, seal=seal, days=settings.handoff_days)
    parts = Parts(
        accounts=Accounts(store=store, clock=_clock),
        signing_in=SigningIn(store=store, seal=seal, slowdown=Slowdown(clock=time.monotonic), clock=_clock),
        desk=Desk(store=handoffs, clock=_clock),
        keeping=keeping,
        catalogue=load_catalogue(),
        replies=load_replies(),
        places=_places(settings),
        clock=_clock,
    )
    app = make_app(settings, parts)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await handoffs.aclose()
        keeping.close()
        store.close()

    app.cleanup_ctx.append(closing)
    return app


def _places(settings: Settings) -> Places:
    names = {str(one.id): one.name for one in read_helplines(settings).all}
    return Places(names=names, made_up=any(name.startswith(MADE_UP) for name in names.values()))


def run(settings: Settings, *, shared: bool = False) -> None:
    """Listen on the staff's address."""
    listen(build(settings), settings, host=settings.console_host, port=settings.console_port, shared=shared)
