"""Accounts, sign-in sessions and entries of the audit log, as frozen records."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.vocabulary import StaffRole

AccountId = NewType("AccountId", str)
SessionToken = NewType("SessionToken", str)
"""What the browser holds. Only its hash is stored."""


class AccountState(StrEnum):
    """`invited` has a one-time secret and nothing else that lets anyone in."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class Stage(StrEnum):
    """How far a session has come. Only `full` opens anything but the next step."""

    ENROL = "enrol"
    SECOND_FACTOR = "second_factor"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A member of staff. `helpline` is None for those who belong to the whole service.

    `shown_as` is the name a visitor reads. `totp` is sealed; `totp_step` is the last time step that was used up.
    """

    id: AccountId
    name: str
    shown_as: str
    helpline: str | None
    roles: frozenset[StaffRole]
    state: AccountState
    created: datetime
    password: str = ""
    totp: bytes = b""
    totp_step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSession:
    """A signed-in browser. `id` names it in lists; the token's hash finds it. `csrf` is bound to it."""

    id: str
    token_hash: str
    account: AccountId
    stage: Stage
    csrf: str
    browser: str
    started: datetime
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that was done or looked at: names and ids only, never what anyone wrote."""

    actor: str
    action: str
    subject: str = ""
    helpline: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An act in the audit log. `hash` covers every field and the hash before it."""

    number: int
    at: str
    act: Act
    previous: str
    hash: str
