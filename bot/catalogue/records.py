"""A service as the catalogue knows it: frozen records, read from one file each, compared by value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from bot.catalogue.numbers import normal
from bot.vocabulary import Kind, Nation, Role, Topic

UK = (Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES, Nation.NORTHERN_IRELAND)
DAY = 24 * 60


class Confidence(StrEnum):
    """How well a record is supported, best first."""

    DATED = "dated"  # a dated check that cites the service's own page
    OWN = "own"  # seen on the organisation's own page, date unknown
    NUMBER = "number"  # the number is sure, the hours are not
    SECOND = "second"  # only other people's pages


class Medium(StrEnum):
    """A way to reach a service."""

    PHONE = "phone"
    TEXT = "text"
    WEBCHAT = "webchat"
    EMAIL = "email"
    BSL = "bsl"
    WEBSITE = "website"


WRITTEN = (Medium.TEXT, Medium.WEBCHAT)  # for those who can't be heard talking


class Gender(StrEnum):
    """Whose gender matters to a single-gender line; most visitors never say."""

    MAN = "man"
    WOMAN = "woman"


class Purpose(StrEnum):
    """When a service is offered at all."""

    EMERGENCY = "emergency"  # only when life is at stake now
    GENERAL = "general"  # whatever the topic
    SPECIALIST = "specialist"  # only when one of its topics or cues came up
    LISTENING = "listening"  # whatever the topic, after the others


class Access(StrEnum):
    """What a visitor may need to be able to use a line."""

    BSL = "bsl"
    INTERPRETER = "interpreter"
    TEXT_RELAY = "text_relay"


class BankHolidays(StrEnum):
    """What happens on a bank holiday when it has no hours of its own."""

    CLOSED = "closed"
    AS_USUAL = "as usual"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Minutes since local midnight of the day it opens; past midnight `closes` is above 1440."""

    opens: int
    closes: int


Week = tuple[tuple[Interval, ...], ...]  # Monday first, seven days


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """Another week, first and last day included."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which nobody answers, first and last day included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Wall-clock hours in `zone`. `week` is None when they are unknown, `always` when nobody ever closes."""

    always: bool = False
    week: Week | None = None
    bank_holidays: BankHolidays | tuple[Interval, ...] = BankHolidays.UNKNOWN
    holidays_of: Nation = Nation.ENGLAND
    seasons: tuple[Season, ...] = ()
    closures: tuple[Closure, ...] = ()
    zone: str = "Europe/London"
    seen: date | None = None


UNKNOWN_HOURS = Schedule()
ALWAYS = Schedule(always=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way in. `value` is a number, an address or a link; None when the website says how."""

    medium: Medium
    value: str | None
    schedule: Schedule = UNKNOWN_HOURS
    say: str | None = None  # the word to text
    area: str | None = None  # the part of the country this number is for
    nation: Nation | None = None  # the nation that part lies in
    staff_only: bool = False

    @property
    def number(self) -> str | None:
        """The number in the one spelling numbers are compared by; None when this channel has none."""
        return normal(self.value) if self.value and self.medium in (Medium.PHONE, Medium.TEXT) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a record comes from and when a person must look again."""

    url: str | None
    note: str
    confidence: Confidence
    checked_on: date
    checked_by: str
    review_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Who runs the service."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One line people can be sent to. `audience` is the `for` text of a card; `file` is where it was read."""

    id: str
    name: str
    organisation: Organisation
    audience: str
    purpose: Purpose
    nations: frozenset[Nation]
    roles: frozenset[Role]
    channels: tuple[Channel, ...]
    provenance: Provenance
    summary: str
    gender: Gender | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    kinds: frozenset[Kind] = frozenset()
    topics: frozenset[Topic] = frozenset()
    communities: frozenset[Topic] = frozenset()
    languages: tuple[str, ...] = ("en",)
    access: frozenset[Access] = frozenset()
    url: str | None = None
    cost: str | None = None
    note: str | None = None
    editor_note: str | None = None
    emergency_line: bool = False
    refuge: bool = False
    national_line: bool = False
    file: str = field(default="", compare=False)

    @property
    def public(self) -> tuple[Channel, ...]:
        """The channels a visitor may use, in the record's order: the first is the main one."""
        return tuple(channel for channel in self.channels if not channel.staff_only)

    def takes(self, role: Role) -> bool:
        """Whether it is for who comes by that door. Who is not sure is one side, the other or both."""
        return role in self.roles or (role is Role.UNSURE and {Role.VICTIM, Role.OWN_BEHAVIOUR} <= self.roles)

    def channel(self, medium: Medium) -> Channel | None:
        """The first public channel of that medium."""
        return next((channel for channel in self.public if channel.medium is medium), None)

    def reach(self, wish: Medium | None) -> Channel | None:
        """The channel that answers a wish: the main one for no wish, either written one for a written one."""
        if wish is None:
            return self.public[0]
        wishes = (wish, *WRITTEN) if wish in WRITTEN else (wish,)
        return next((found for medium in wishes if (found := self.channel(medium))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong in a content file, in words for whoever edits it. Lines count from 1."""

    file: str
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Emergency lines by id, days of grace after a review, what never to list, numbers with no record."""

    emergency_lines: tuple[str, ...]
    grace_days: int
    emergency_grace_days: int
    other_numbers: frozenset[str]
    withdrawn_names: frozenset[str]
    withdrawn_numbers: frozenset[str]


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalogue:
    """Every good record by name, the policy, and the problems of those left out. Equal only to itself."""

    services: tuple[Service, ...]
    policy: Policy
    problems: tuple[Problem, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Service]:
        """The services by their id."""
        return {service.id: service for service in self.services}

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The ids of records that are there and can't be used."""
        return frozenset(Path(problem.file).stem for problem in self.problems) - self.by_id.keys()

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number a text may name, in the spelling numbers are compared by."""
        own = {channel.number for service in self.services for channel in service.channels if channel.number}
        return frozenset(own) | self.policy.other_numbers
