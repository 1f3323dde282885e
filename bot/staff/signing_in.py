"""Signing in: a password, then an authenticator or backup code, and the session that follows."""

import contextlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.sealing import Seal, Unsealable
from bot.staff.errors import Refused, SecretLost
from bot.staff.records import Account, AccountState, Act, SessionToken, StaffSession, Stage
from bot.staff.secrets import (
    backup_code_context,
    backup_codes,
    digest,
    hash_password,
    new_totp,
    password_fits,
    random_token,
    tidy,
    totp_context,
    totp_step,
)
from bot.staff.slowdown import Client, Slowdown
from bot.staff.store import StaffStore

IDLE_MINUTES = 30
SESSION_HOURS = 12
HALFWAY_MINUTES = 10
DEVICE_DAYS = 180
_TOUCH_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIn:
    """The way in and out. Every method that opens a session returns its token once; only a hash is kept."""

    store: StaffStore
    seal: Seal
    slowdown: Slowdown
    clock: Callable[[], datetime]

    def client(self, address: str, name: str, device: str | None) -> Client:
        """Who tries, without keeping their address."""
        account = self.store.by_name(name)
        known = bool(account and device and self.store.device_known(account.id, digest(device), self.clock()))
        return Client(mark=self.seal.marks(f"address {address}")[0], known=known)

    def first(self, name: str, secret: str, password: str, *, client: Client, browser: str) -> SessionToken:
        """The first sign-in sets the password and leads to the second factor. Raises Refused, WaitFirst, WeakPassword."""
        self.slowdown.check(name, client)
        account = self.store.by_name(name)
        kept = self.store.invitation(account.id, self.clock()) if account else None
        if account is None or kept is None or not hmac.compare_digest(kept, digest(tidy(secret))):
            self._wrong(name, client, account, "first sign-in refused")
            raise Refused("that name and one-time secret don't fit together")
        hashed = hash_password(password, name=name)
        totp = self.seal.seal(new_totp().encode(), totp_context(account.id))
        with self.store.together():
            self.store.save(replace(account, password=hashed, totp=totp, totp_step=0))
            self.store.end_sessions(account.id)
            self._log(account, "password set")
            return self._open(account, Stage.ENROL, browser)

    def password(self, name: str, password: str, *, client: Client, browser: str) -> SessionToken:
        """The first factor. Raises Refused or WaitFirst. Takes as long whether or not the account exists."""
        self.slowdown.check(name, client)
        account = self.store.by_name(name)
        stored = account.password if account and account.state is AccountState.ACTIVE else ""
        if not password_fits(stored, password) or account is None:
            self._wrong(name, client, account, "password refused")
            raise Refused("that name and password don't fit together")
        return self._open(account, Stage.SECOND_FACTOR, browser)

    def totp_secret(self, session: StaffSession) -> str:
        """The authenticator secret to show while it is being set up. Raises Refused once it is, or SecretLost."""
        account = self._owner(session)
        if session.stage is not Stage.ENROL:
            raise Refused("the second factor is set up already")
        return self._totp(account)

    def enrol(self, session: StaffSession, code: str, *, client: Client) -> tuple[str, ...]:
        """Prove the authenticator: the account is active, the secret used up. Returns the ten backup codes, shown once.

        Raises Refused, WaitFirst or SecretLost.
        """
        account = self._owner(session)
        if session.stage is not Stage.ENROL:
            raise Refused("the second factor is set up already")
        self._code(account, code, client)
        with self.store.together():
            self.store.save(replace(self._owner(session), state=AccountState.ACTIVE))
            self.store.void_invitation(account.id)
            codes = self._backup_codes(account)
            self._log(account, "second factor set up")
        return codes

    def second(self, session: StaffSession, code: str, *, client: Client) -> None:
        """The second factor: a code of the authenticator, or a backup code. Raises Refused, WaitFirst or SecretLost."""
        account = self._owner(session)
        if session.stage is not Stage.SECOND_FACTOR:
            raise Refused("sign in with your password first")
        self._code(account, code, client, backup=True)

    def full(self, session: StaffSession, *, client: Client) -> SessionToken:
        """A new full session in place of one whose factors were both shown: the token from before is void."""
        account = self._owner(session)
        with self.store.together():
            self.store.end_session(account.id, session.id)
            self._log(account, "signed in")
            token = self._open(account, Stage.FULL, session.browser)
        self.slowdown.right(account.name, client)
        return token

    def know_device(self, account: Account) -> str:
        """A secret for this browser, so that guessing elsewhere never slows its owner down."""
        device = random_token()
        until = self.clock() + timedelta(days=DEVICE_DAYS)
        self.store.know_device(account.id, digest(device), until)
        return device

    def find(self, token: str) -> tuple[Account, StaffSession] | None:
        """The account and session of a token that is good now."""
        session = self.store.session(digest(token))
        if session is None:
            return None
        account = self.store.by_id(session.account)
        now = self.clock()
        idle = timedelta(minutes=IDLE_MINUTES if session.stage is Stage.FULL else HALFWAY_MINUTES)
        old = now - session.seen > idle or now - session.started > timedelta(hours=SESSION_HOURS)
        wanted = AccountState.INVITED if session.stage is Stage.ENROL else AccountState.ACTIVE
        if account is None or account.state is not wanted or old:
            self.store.end_session(session.account, session.id)
            return None
        return account, session

    def seen(self, session: StaffSession) -> None:
        """The owner did something. Halfway sessions are not prolonged."""
        now = self.clock()
        if session.stage is Stage.FULL and (now - session.seen).total_seconds() >= _TOUCH_SECONDS:
            self.store.touch(session.id, now)

    def sign_out(self, account: Account, session: StaffSession) -> None:
        with self.store.together():
            self.store.end_session(account.id, session.id)
            self._log(account, "signed out")

    def revoke(self, account: Account, session_id: str) -> bool:
        """End one of the account's own sessions."""
        with self.store.together():
            ended = self.store.end_session(account.id, session_id)
            if ended:
                self._log(account, "session ended")
        return ended

    def new_backup_codes(self, account: Account) -> tuple[str, ...]:
        """Ten new codes; those from before are void."""
        with self.store.together():
            codes = self._backup_codes(account)
            self._log(account, "backup codes renewed")
        return codes

    def sweep(self) -> None:
        """Erase sessions that ran out."""
        now = self.clock()
        self.store.end_stale(
            seen_before=now - timedelta(minutes=IDLE_MINUTES), started_before=now - timedelta(hours=SESSION_HOURS)
        )

    def _code(self, account: Account, code: str, client: Client, *, backup: bool = False) -> None:
        self.slowdown.check(account.name, client)
        typed = tidy(code)
        step = totp_step(self._totp(account), typed, at=self.clock(), used=account.totp_step)
        if step is not None and self.store.use_step(account.id, step):
            return
        if backup and self._use_backup_code(account, typed):
            self._log(account, "backup code used")
            return
        self._wrong(account.name, client, account, "code refused")
        raise Refused("that code is wrong or was used already")

    def _totp(self, account: Account) -> str:
        try:
            return self.seal.open(account.totp, totp_context(account.id)).decode()
        except Unsealable as error:
            raise SecretLost("Your second factor can't be read any more. Your administrator can help.") from error

    def _backup_codes(self, account: Account) -> tuple[str, ...]:
        codes, context = backup_codes(), backup_code_context(account.id)
        self.store.set_backup_codes(account.id, tuple(self.seal.seal(digest(c).encode(), context) for c in codes))
        return codes

    def _use_backup_code(self, account: Account, typed: str) -> bool:
        wanted, context = digest(typed).encode(), backup_code_context(account.id)
        with self.store.together():
            for sealed in self.store.backup_codes(account.id):
                with contextlib.suppress(Unsealable):
                    if hmac.compare_digest(self.seal.open(sealed, context), wanted):
                        return self.store.use_backup_code(account.id, sealed)
        return False

    def _owner(self, session: StaffSession) -> Account:
        account = self.store.by_id(session.account)
        if account is None or account.state is AccountState.DISABLED:
            raise Refused("this account is closed")
        return account

    def _open(self, account: Account, stage: Stage, browser: str) -> SessionToken:
        token = random_token()
        now = self.clock()
        self.store.open_session(
            StaffSession(
                id=secrets.token_hex(8),
                token_hash=digest(token),
                account=account.id,
                stage=stage,
                csrf=random_token(),
                browser=browser,
                started=now,
                seen=now,
            )
        )
        return SessionToken(token)

    def _wrong(self, name: str, client: Client, account: Account | None, action: str) -> None:
        self.slowdown.wrong(name, client)
        if account is not None:  # what was typed as an unknown name may be a password: it is never written down
            self._log(account, action)

    def _log(self, account: Account, action: str) -> None:
        act = Act(actor=account.name, action=action, subject=account.name, helpline=account.helpline or "")
        self.store.log(act, self.clock())
