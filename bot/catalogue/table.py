"""The catalogue as columns, an array a property: ten thousand services are ranked at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.catalogue.clock import spans_of
from bot.catalogue.hours import STALE_HOURS
from bot.catalogue.records import (
    Access,
    Channel,
    Confidence,
    Gender,
    Medium,
    Policy,
    Purpose,
    Schedule,
    Service,
)
from bot.vocabulary import Kind, Nation, Role, topics

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]  # places in a column
States = NDArray[np.int8]
Minutes = NDArray[np.int16]  # of a day
Days = NDArray[np.int32]

OPEN, CLOSED, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)


class Table:
    """Columns over `services`, in the order that decides ties: more ways in, narrower, by name."""

    def __init__(self, services: tuple[Service, ...], policy: Policy) -> None:
        self.services = tuple(sorted(services, key=_tie))
        rows = self.services
        self.size = len(rows)
        self.closed_circle = _flags(bool(s.communities) for s in rows)
        self.communities = {topic: _flags(topic in s.communities for s in rows) for topic in topics()}
        self.none: Flags = np.zeros(self.size, dtype=bool)
        self.roles = {role: _flags(s.takes(role) for s in rows) for role in Role}
        self.nations = {nation: _flags(nation in s.nations for s in rows) for nation in Nation}
        self.nation_count = np.array([len(s.nations) for s in rows], dtype=np.int8)
        self.topics = {topic: _flags(topic in s.topics for s in rows) for topic in topics()}
        self.kinds = {kind: _flags(kind in s.kinds for s in rows) for kind in Kind}
        self.purposes = {purpose: _flags(s.purpose is purpose for s in rows) for purpose in Purpose}
        self.genders = {gender: _flags(s.gender is gender for s in rows) for gender in Gender}
        self.access = {need: _flags(need in s.access for s in rows) for need in Access}
        self.media = {medium: _flags(s.channel(medium) is not None for s in rows) for medium in Medium}
        self.reach = {medium: _flags(s.reach(medium) is not None for s in rows) for medium in Medium}
        self.answered = _flags(any(c.medium is not Medium.WEBSITE for c in s.public) for s in rows)
        self.national = _flags(s.national_line for s in rows)
        self.children_only = _flags(s.maximum_age is not None and s.maximum_age <= 18 for s in rows)
        self.languages: dict[str, Flags] = {
            code: _flags(code in s.languages for s in rows) for code in {c for s in rows for c in s.languages}
        }
        self._hours(rows, policy)

    def _hours(self, rows: tuple[Service, ...], policy: Policy) -> None:
        numbers: dict[Schedule, int] = {}

        def schedules(chosen: Iterable[Channel]) -> Rows:
            return np.array([numbers.setdefault(c.schedule, len(numbers)) for c in chosen], dtype=np.intp)

        self._schedules: dict[Medium | None, Rows] = {None: schedules(s.public[0] for s in rows)}
        for medium in Medium:
            self._schedules[medium] = schedules(s.reach(medium) or s.public[0] for s in rows)
        self._zones: dict[str, list[tuple[int, Schedule]]] = defaultdict(list)
        for schedule, number in numbers.items():
            self._zones[schedule.zone].append((number, schedule))
        self._always = _flags(schedule.always for schedule in numbers)
        self._stale = _days((s.seen + STALE_HOURS if s.seen else date.max) for s in numbers)
        self._vital = _flags(s.emergency_line for s in rows)
        self._sure = _flags(s.provenance.confidence is not Confidence.NUMBER for s in rows)
        self._due = _days(s.provenance.review_due for s in rows)
        self._expires = self._due + np.where(self._vital, policy.emergency_grace_days, policy.grace_days)
        self._plans: dict[str, _Plan] = {}
        self._today: tuple[date, Flags, dict[Medium | None, Flags]] | None = None

    def usable(self, today: date) -> Flags:
        """Which records are not past their grace."""
        return self._trust(today)[0]

    def open_at(self, at: datetime, medium: Medium | None, rows: Rows) -> States:
        """OPEN, CLOSED or UNKNOWN for each of the rows, by the channel that answers the wish, else the main one."""
        states: States = np.empty(len(self._always), dtype=np.int8)
        for zone, members in self._zones.items():
            local = at.astimezone(ZoneInfo(zone))
            plan = self._plan(zone, members, local.date())
            minute = local.hour * 60 + local.minute
            states[plan.schedules] = plan.otherwise
            states[plan.numbers[(plan.opens <= minute) & (minute < plan.closes)]] = OPEN
        _, sure = self._trust(at.date())
        return np.where(sure[medium][rows], states[self._schedules[medium][rows]], UNKNOWN)

    def _trust(self, today: date) -> tuple[Flags, dict[Medium | None, Flags]]:
        """Whose record may be shown, and whose hours are sure, by medium; kept for that day."""
        kept = self._today
        if kept is None or kept[0] != today:
            day = today.toordinal()
            current = self._sure & (self._due >= day)
            sure = {
                medium: current & (self._stale[chosen] >= day) | self._vital & self._always[chosen]
                for medium, chosen in self._schedules.items()
            }
            kept = self._today = today, self._expires >= day, sure
        return kept[1], kept[2]

    def _plan(self, zone: str, members: list[tuple[int, Schedule]], day: date) -> "_Plan":
        kept = self._plans.get(zone)
        if kept is None or kept.day != day:
            kept = self._plans[zone] = _plan(members, day)
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A day's spans, each with its schedule's number and its minutes, and each schedule's state outside them."""

    day: date
    numbers: Rows
    opens: Minutes
    closes: Minutes
    schedules: Rows
    otherwise: States


def _plan(members: list[tuple[int, Schedule]], day: date) -> _Plan:
    spans, otherwise = [], []
    for number, schedule in members:
        found, known = spans_of(schedule, day)
        spans += [(number, span.opens, span.closes) for span in found]
        otherwise.append(CLOSED if known else UNKNOWN)
    return _Plan(
        day=day,
        numbers=np.array([number for number, _, _ in spans], dtype=np.intp),
        opens=np.array([opens for _, opens, _ in spans], dtype=np.int16),
        closes=np.array([closes for _, _, closes in spans], dtype=np.int16),
        schedules=np.array([number for number, _ in members], dtype=np.intp),
        otherwise=np.array(otherwise, dtype=np.int8),
    )


def _flags(values: Iterable[bool]) -> Flags:
    return np.fromiter(values, dtype=bool)


def _days(values: Iterable[date]) -> Days:
    return np.fromiter((day.toordinal() for day in values), dtype=np.int32)


def _tie(service: Service) -> tuple[int, int, str, str]:
    ways_in = len({channel.medium for channel in service.public})
    return -ways_in, len(service.topics) + len(service.kinds), service.name, service.id
