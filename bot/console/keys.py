"""What the pages of the console find in the app and in a request."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bot.catalogue.records import Catalogue
from bot.console.desk import Chat, Desk
from bot.console.keeping import Keeping
from bot.content.replies import CannedReply
from bot.editor.drafts import Drafts
from bot.editor.jobs import Publishing
from bot.editor.publishing import Publisher
from bot.handoff.helplines import Helplines
from bot.handoff.records import HelplineId
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.records import Account, Act, StaffSession
from bot.staff.roles import permissions
from bot.staff.signing_in import SigningIn
from bot.vocabulary import Permission, Role

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Clock = Callable[[], datetime]

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
ACCOUNTS: web.AppKey[Accounts] = web.AppKey("accounts", Accounts)
SIGNING_IN: web.AppKey[SigningIn] = web.AppKey("signing_in", SigningIn)
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Callable)  # type: ignore[arg-type]  # a key wants a class
STOPPING: web.AppKey[asyncio.Event] = web.AppKey("stopping", asyncio.Event)
"""Set when the process is told to stop, so that open pages don't hold it up."""
HASHING: web.AppKey[asyncio.Semaphore] = web.AppKey("hashing", asyncio.Semaphore)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Names of helplines by id, whom they take, and whether they are invented to show the console."""

    names: Mapping[str, str]
    made_up: bool = False
    helplines: Helplines = field(default_factory=Helplines)

    def may_get(self, chat: Chat) -> dict[str, str]:
        """Names of the other helplines that this chat may be passed on to."""
        role = Role(chat.role) if chat.role else None
        source = HelplineId(chat.helpline)
        return {
            id: name
            for id, name in self.names.items()
            if id != source and self.helplines.may_pass(source, HelplineId(id), role=role, kinds=chat.kinds)
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Newsroom:
    """Where content is changed: the versions, the change sets on their way, and the job under way."""

    publisher: Publisher
    publishing: Publishing
    drafts: Drafts


NEWSROOM: web.AppKey[Newsroom] = web.AppKey("newsroom", Newsroom)
CATALOGUE: web.AppKey[Catalogue] = web.AppKey("catalogue", Catalogue)
PLACES: web.AppKey[Places] = web.AppKey("places", Places)
DESK: web.AppKey[Desk] = web.AppKey("desk", Desk)
KEEPING: web.AppKey[Keeping] = web.AppKey("keeping", Keeping)
REPLIES: web.AppKey[tuple[CannedReply, ...]] = web.AppKey("replies", tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who asks, in which session."""

    account: Account
    session: StaffSession

    def may(self, permission: Permission) -> bool:
        return permission in permissions(self.account.roles)

    @property
    def helpline(self) -> str:
        """The helpline whose chats they see. Pages that need one are closed to those without."""
        if self.account.helpline is None:
            raise web.HTTPForbidden
        return self.account.helpline


ME: web.RequestKey[SignedIn] = web.RequestKey("me", SignedIn)


def me(request: web.Request) -> SignedIn:
    """Who asks. Only behind the guard."""
    return request[ME]


def log(request: web.Request, action: str, subject: str = "", detail: str = "") -> None:
    """Write into the audit log what the one who asks did or saw."""
    account = me(request).account
    act = Act(actor=account.name, action=action, subject=subject, helpline=account.helpline or "", detail=detail)
    request.app[ACCOUNTS].store.log(act, request.app[CLOCK]())
