"""Staff of a made-up helpline, a clock that the test moves, and everything in memory."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher

from bot.sealing import Seal
from bot.staff.accounts import Accounts
from bot.staff.records import Account, SessionToken, StaffSession
from bot.staff.signing_in import SigningIn
from bot.staff.slowdown import Client, Slowdown
from bot.staff.store import StaffStore
from bot.vocabulary import StaffRole

PASSWORD = "copper lantern ferry"
HERE = Client(mark="here")


@dataclass(slots=True)
class Clock:
    """Stands still until moved."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 2, 9, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(slots=True, kw_only=True)
class Office:
    """Accounts and the way in, over one store."""

    clock: Clock
    store: StaffStore
    accounts: Accounts
    signing_in: SigningIn
    secret: str = ""

    def session(self, token: SessionToken) -> StaffSession:
        found = self.signing_in.find(token)
        assert found
        return found[1]

    def code(self) -> str:
        """What the authenticator shows now; a step later than the one before."""
        self.clock.move(seconds=30)
        return pyotp.TOTP(self.secret).at(self.clock.now)

    def newcomer(self, name: str = "sam", roles: tuple[StaffRole, ...] = (StaffRole.WORKER,)) -> tuple[str, ...]:
        """Someone who went through the first sign-in. Returns their backup codes."""
        _, secret = self.accounts.add(name, shown_as=name.title(), helpline="north", roles=roles, actor="test")
        token = self.signing_in.first(name, secret, PASSWORD, client=HERE, browser="Firefox")
        session = self.session(token)
        self.secret = self.signing_in.totp_secret(session)
        return self.signing_in.enrol(session, self.code(), client=HERE)

    def signed_in(self, name: str = "sam") -> tuple[Account, StaffSession, SessionToken]:
        halfway = self.session(self.signing_in.password(name, PASSWORD, client=HERE, browser="Firefox"))
        self.signing_in.second(halfway, self.code(), client=HERE)
        token = self.signing_in.full(halfway, client=HERE)
        found = self.signing_in.find(token)
        assert found
        return *found, token


@pytest.fixture
def office() -> Iterator[Office]:
    clock = Clock()
    with StaffStore(":memory:") as store:
        yield Office(
            clock=clock,
            store=store,
            accounts=Accounts(store=store, clock=clock),
            signing_in=SigningIn(
                store=store, seal=Seal([bytes(32)]), slowdown=Slowdown(clock=clock.seconds), clock=clock
            ),
        )


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2id with little memory, so that hundreds of sign-ins take seconds."""
    monkeypatch.setattr("bot.staff.secrets._HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
