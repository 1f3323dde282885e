"""A console with everything in memory, and browsers of people who work there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyotp
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from bot.bootstrap import load_catalogue, load_responses
from bot.catalogue.needs_file import NeedsFile
from bot.console.app import Parts, make_app
from bot.console.desk import Desk
from bot.console.keeping import Keeping
from bot.console.keys import Newsroom, Places
from bot.console.learning import Learning
from bot.content.replies import load
from bot.edition import SHIPPED
from bot.editor.drafts import FILE as DRAFTS
from bot.editor.drafts import Drafts
from bot.editor.inbox import Inbox
from bot.editor.insight_file import InsightFile
from bot.editor.jobs import Publishing
from bot.editor.publishing import Publisher
from bot.handoff.helplines import Helpline, Helplines
from bot.handoff.queue import Queue
from bot.handoff.records import HelplineId
from bot.sealing import Seal
from bot.settings import Settings
from bot.staff.accounts import Accounts
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Slowdown
from bot.staff.store import StaffStore
from bot.vocabulary import Nation, Role, StaffRole
from tests.handoffs import sqlite_queue
from tests.unit.staff.conftest import PASSWORD, Clock

HTML = {"Accept": "text/html"}
HELPLINES = Helplines(
    all=tuple(
        Helpline(id=HelplineId(id), name=name, services=(), roles=roles, nations=frozenset(Nation), children=children)
        for id, name, roles, children in (
            ("north", "Northern Line", frozenset({Role.VICTIM, Role.UNSURE}), True),
            ("south", "Southern Line", frozenset({Role.VICTIM}), False),
            ("west", "Western Line", frozenset({Role.OWN_BEHAVIOUR}), True),
        )
    )
)
PLACES = Places(names={str(one.id): one.name for one in HELPLINES.all}, helplines=HELPLINES)


@dataclass(slots=True)
class Browser:
    """Someone's browser at the console: forms are sent with the token that their page held."""

    client: TestClient
    secret: str = ""
    csrf: str = ""

    async def get(self, path: str, *, status: int = 200) -> str:
        async with self.client.get(path, headers=HTML) as response:
            text = await response.text()
            assert response.status == status, (path, response.status, text)
        self._keep(text)
        return text

    async def post(self, path: str, /, *, status: int = 200, **fields: str) -> str:
        async with self.client.post(path, data={"csrf": self.csrf, **fields}, headers=HTML) as response:
            text = await response.text()
            assert response.status == status, (path, response.status, text)
        self._keep(text)
        return text

    async def raw(self, method: str, path: str, **how: object) -> ClientResponse:
        response = await self.client.request(method, path, allow_redirects=False, **how)  # type: ignore[arg-type]
        if response.content_type == "text/event-stream":
            response.close()
        else:
            await response.read()
        return response

    def _keep(self, text: str) -> None:
        if found := re.search(r'(?:name="csrf" value|data-csrf)="([^"]+)"', text):
            self.csrf = found[1]


@dataclass(slots=True)
class FakeDrafting:
    """One draft of each editor, over nothing published."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    def text(self, author: str, path: str) -> str:
        return self.texts.get((author, path), "")

    def keep(self, author: str, texts: Mapping[str, str]) -> None:
        self.texts |= {(author, path): text for path, text in texts.items()}


@dataclass(slots=True, kw_only=True)
class Office:
    """The console's parts over one clock."""

    clock: Clock = field(default_factory=Clock)
    store: StaffStore = field(default_factory=lambda: StaffStore(":memory:"))
    settings: Settings = field(default_factory=Settings)
    keeping: Keeping = field(default_factory=lambda: Keeping(":memory:", seal=Seal([bytes(32)]), days=30))
    folder: Path
    drafting: FakeDrafting = field(default_factory=FakeDrafting)
    inbox_on: bool = True
    handoffs: Queue = field(init=False)

    def __post_init__(self) -> None:
        self.handoffs = sqlite_queue(self.folder / "handoffs.sqlite", self.clock)

    @property
    def learning(self) -> Learning:
        return Learning(
            inbox=Inbox(self.folder / "inbox.sqlite", Seal([bytes(32)])),
            counts=InsightFile(self.folder / "insight.sqlite"),
            needs=NeedsFile(self.folder / "needs.sqlite"),
            on=self.inbox_on,
            models=self.folder / "models",
            responses=load_responses(),
            drafting=self.drafting,
        )

    @property
    def accounts(self) -> Accounts:
        return Accounts(store=self.store, clock=self.clock)

    @property
    def newsroom(self) -> Newsroom:
        """Made when it is asked for: few tests change content."""
        publisher = Publisher.open(replace(self.settings, content_folder=self.folder / "content"))
        return Newsroom(publisher=publisher, publishing=Publishing(publisher), drafts=Drafts(self.folder / DRAFTS))

    def app(self):  # type: ignore[no-untyped-def]
        signing = SigningIn(
            store=self.store, seal=Seal([bytes(32)]), slowdown=Slowdown(clock=self.clock.seconds), clock=self.clock
        )
        parts = Parts(
            accounts=self.accounts,
            signing_in=signing,
            desk=Desk(store=self.handoffs, clock=self.clock),
            keeping=self.keeping,
            catalogue=load_catalogue(),
            replies=load(SHIPPED.replies),
            places=PLACES,
            newsroom=self.newsroom,
            clock=self.clock,
            learning=self.learning,
        )
        return make_app(self.settings, parts)

    def code(self, secret: str) -> str:
        self.clock.move(seconds=30)
        return pyotp.TOTP(secret).at(self.clock.now)

    async def enrol(self, browser: Browser, name: str, *roles: StaffRole, helpline: str | None = "north") -> str:
        """A new account, taken through the first sign-in. Returns the page with the backup codes."""
        _, secret = self.accounts.add(name, shown_as=name.title(), helpline=helpline, roles=roles, actor="test")
        await browser.get("/first")
        text = await browser.post("/first", name=name, secret=secret, password=PASSWORD, again=PASSWORD)
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', text)
        assert found, text
        browser.secret = found[1].replace(" ", "")
        return await browser.post("/authenticator", code=self.code(browser.secret))

    async def entered(
        self, browser: Browser, name: str, *roles: StaffRole, helpline: str | None = "north", page: str = ""
    ) -> Browser:
        """The browser of someone new who has signed in, at a page when one is named."""
        await self.enrol(browser, name, *roles, helpline=helpline)
        if page:
            await browser.get(page)
        return browser

    async def sign_in(self, browser: Browser, name: str) -> str:
        await browser.get("/sign-in")
        await browser.post("/sign-in", name=name, password=PASSWORD)
        return await browser.post("/second-factor", code=self.code(browser.secret))
