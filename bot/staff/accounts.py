"""The life of an account: added, changed, disabled, given a new start. Every step stands in the audit log."""

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.staff.errors import StaffError
from bot.staff.records import Account, AccountId, AccountState, Act
from bot.staff.secrets import digest, one_time_secret
from bot.staff.store import StaffStore
from bot.vocabulary import StaffRole

INVITATION_HOURS = 72

_NAME = re.compile(r"[a-z][a-z0-9.-]{0,38}[a-z0-9]")
_HELPLINE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """Acts on accounts. `actor` is the account name of who does it, or `command line`."""

    store: StaffStore
    clock: Callable[[], datetime]

    def add(
        self, name: str, *, shown_as: str, helpline: str | None, roles: Iterable[StaffRole], actor: str
    ) -> tuple[Account, str]:
        """A new account and the one-time secret for its first sign-in. Raises StaffError."""
        if not _NAME.fullmatch(name):
            raise StaffError("a sign-in name has 2 to 40 small letters, digits, dots and dashes, such as sam.k")
        if helpline is not None and not _HELPLINE.fullmatch(helpline):
            raise StaffError("a helpline is named by its id: small letters, digits and dashes")
        account = Account(
            id=AccountId(secrets.token_hex(8)),
            name=name,
            shown_as=_shown(shown_as),
            helpline=helpline,
            roles=_roles(roles, helpline),
            state=AccountState.INVITED,
            created=self.clock(),
        )
        with self.store.together():
            self.store.add(account)
            secret = self._invite(account)
            self._log(actor, "account added", account, detail=" ".join(sorted(account.roles)))
        return account, secret

    def set_roles(self, name: str, roles: Iterable[StaffRole], *, actor: str) -> Account:
        """Other roles, from the next request on. Raises StaffError."""
        account = self.named(name)
        changed = replace(account, roles=_roles(roles, account.helpline))
        with self.store.together():
            self.store.save(changed)
            self._log(actor, "roles changed", changed, detail=" ".join(sorted(changed.roles)))
        return changed

    def show_as(self, name: str, shown_as: str, *, actor: str) -> Account:
        """Another name for visitors to read. Raises StaffError."""
        changed = replace(self.named(name), shown_as=_shown(shown_as))
        with self.store.together():
            self.store.save(changed)
            self._log(actor, "shown name changed", changed)
        return changed

    def disable(self, name: str, *, actor: str) -> Account:
        """Nobody signs in as this account any more, and who is signed in is out at once. Raises StaffError."""
        changed = replace(self.named(name), state=AccountState.DISABLED, password="", totp=b"")
        with self.store.together():
            self.store.save(changed)
            self._wipe(changed)
            self._log(actor, "account disabled", changed)
        return changed

    def reset(self, name: str, *, actor: str) -> tuple[Account, str]:
        """A fresh start after a lost second factor or for a disabled account: everything old is void.

        Returns the account and its new one-time secret. Raises StaffError.
        """
        changed = replace(self.named(name), state=AccountState.INVITED, password="", totp=b"")
        with self.store.together():
            self.store.save(changed)
            self._wipe(changed)
            secret = self._invite(changed)
            self._log(actor, "second factor reset", changed)
        return changed, secret

    def named(self, name: str) -> Account:
        """The account of that sign-in name. Raises StaffError."""
        account = self.store.by_name(name)
        if account is None:
            raise StaffError(f"there is no account named {name}")
        return account

    def _invite(self, account: Account) -> str:
        secret = one_time_secret()
        self.store.invite(account.id, digest(secret), self.clock() + timedelta(hours=INVITATION_HOURS))
        return secret

    def _wipe(self, account: Account) -> None:
        self.store.end_sessions(account.id)
        self.store.forget_devices(account.id)
        self.store.set_backup_codes(account.id, ())
        self.store.void_invitation(account.id)

    def _log(self, actor: str, action: str, account: Account, *, detail: str = "") -> None:
        act = Act(actor=actor, action=action, subject=account.name, helpline=account.helpline or "", detail=detail)
        self.store.log(act, self.clock())


def _shown(text: str) -> str:
    shown = " ".join(text.split())
    if not 1 <= len(shown) <= 40:
        raise StaffError("the name shown to visitors has 1 to 40 characters")
    return shown


def _roles(roles: Iterable[StaffRole], helpline: str | None) -> frozenset[StaffRole]:
    found = frozenset(roles)
    if not found:
        raise StaffError(f"name at least one role: {', '.join(StaffRole)}")
    talking = found & {StaffRole.WORKER, StaffRole.SUPERVISOR, StaffRole.SAFEGUARDING_LEAD}
    if talking and helpline is None:
        raise StaffError(f"{', '.join(sorted(talking))} belong to a helpline: name it")
    return found
