"""Serves the console until stopped."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from aiohttp import web

from bot.bootstrap import load_catalogue
from bot.console.app import make_app
from bot.console.keys import Places
from bot.listen import listen
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.secrets import Seal
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Slowdown
from bot.staff.store import FILE, StaffStore


def _clock() -> datetime:
    return datetime.now(UTC)


def build(settings: Settings) -> web.Application:
    """The console with its real parts. Raises SettingError or StartError."""
    store = StaffStore(settings.state_folder / FILE)
    signing = SigningIn(
        store=store,
        seal=Seal.from_setting(settings.staff_key.reveal(), settings.state_folder),
        slowdown=Slowdown(clock=time.monotonic),
        clock=_clock,
    )
    app = make_app(
        settings,
        accounts=Accounts(store=store, clock=_clock),
        signing=signing,
        catalogue=load_catalogue(),
        places=Places(names={}),
        clock=_clock,
    )

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        store.close()

    app.cleanup_ctx.append(closing)
    return app


def run(settings: Settings) -> None:
    """Listen on the staff's address."""
    listen(build(settings), host=settings.console_host, port=settings.console_port)
