"""The catalogue as columns, an array a property: ten thousand services are ranked at once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bot.catalogue.clock import spans_of
from bot.catalogue.hours import STALE_HOURS
from bot.catalogue.records import (
    Access,
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
Numbers = NDArray[np.int64]

OPEN, CLOSED, UNKNOWN = 1, 0, -1


class Table:
    """Columns over `services`, in the order that decides ties: more ways in, narrower, by name."""

    def __init__(self, services: tuple[Service, ...], policy: Policy) -> None:
        self.services = tuple(sorted(services, key=_tie))
        rows = self.services
        self.size = len(rows)
        self.closed_circle = _flags(bool(s.communities) for s in rows)
        self.communities = {topic: _flags(topic in s.communities for s in rows) for topic in topics()}
        self.none: Flags = np.zeros(self.size, dtype=bool)
        self.roles = {role: _flags(role in s.roles for s in rows) for role in Role}
        self.nations = {nation: _flags(nation in s.nations for s in rows) for nation in Nation}
        self.nation_count: Numbers = np.array([len(s.nations) for s in rows], dtype=np.int64)
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
        self._schedules: dict[Schedule, int] = {}
        place = self._schedules.setdefault
        self._main: Numbers = np.array(
            [place(s.public[0].schedule, len(self._schedules)) for s in rows], dtype=np.int64
        )
        self._by_medium: dict[Medium, Numbers] = {}
        for medium in Medium:
            chosen = (s.reach(medium) or s.public[0] for s in rows)
            self._by_medium[medium] = np.array(
                [place(channel.schedule, len(self._schedules)) for channel in chosen], dtype=np.int64
            )
        self._vital = _flags(s.emergency_line for s in rows)
        self._sure = _flags(s.provenance.confidence is not Confidence.NUMBER for s in rows)
        self._due: Numbers = np.array([s.provenance.review_due.toordinal() for s in rows], dtype=np.int64)
        grace = np.where(self._vital, policy.emergency_grace_days, policy.grace_days)
        self._expires = self._due + grace
        order = list(self._schedules)
        self._always = _flags(schedule.always for schedule in order)
        self._stale: Numbers = np.array(
            [(s.seen + STALE_HOURS).toordinal() if s.seen else date.max.toordinal() for s in order],
            dtype=np.int64,
        )
        self._zones: dict[str, list[tuple[int, Schedule]]] = defaultdict(list)
        for schedule, number in self._schedules.items():
            self._zones[schedule.zone].append((number, schedule))
        self._plans: dict[str, tuple[date, Numbers, Numbers]] = {}

    def usable(self, today: date) -> Flags:
        """Which records are not past their grace."""
        fit: Flags = self._expires >= today.toordinal()
        return fit

    def open_at(self, at: datetime, medium: Medium | None) -> Numbers:
        """OPEN, CLOSED or UNKNOWN for each, by the channel that answers the wish, else the main one."""
        states = np.empty(len(self._schedules), dtype=np.int64)
        for zone, members in self._zones.items():
            local = at.astimezone(ZoneInfo(zone))
            spans, base = self._plan(zone, members, local.date())
            minute = local.hour * 60 + local.minute
            hit = spans[(spans[:, 1] <= minute) & (minute < spans[:, 2]), 0]
            states[base[:, 0]] = base[:, 1]
            states[hit] = OPEN
        today = at.date().toordinal()
        chosen = self._main if medium is None else self._by_medium[medium]
        sure = self._sure & (self._due >= today) & (self._stale[chosen] >= today)
        sure |= self._vital & self._always[chosen]
        return np.where(sure, states[chosen], UNKNOWN)

    def _plan(self, zone: str, members: list[tuple[int, Schedule]], day: date) -> tuple[Numbers, Numbers]:
        """A day's spans (schedule, opens, closes) and the state outside them; kept for that day."""
        kept = self._plans.get(zone)
        if kept is None or kept[0] != day:
            spans, base = [], []
            for number, schedule in members:
                found, known = spans_of(schedule, day)
                spans += [(number, span.opens, span.closes) for span in found]
                base.append((number, CLOSED if known else UNKNOWN))
            kept = (day, np.array(spans, dtype=np.int64).reshape(-1, 3), np.array(base, dtype=np.int64))
            self._plans[zone] = kept
        return kept[1], kept[2]


def _flags(values: Iterable[bool]) -> Flags:
    return np.fromiter(values, dtype=bool)


def _tie(service: Service) -> tuple[int, int, str, str]:
    ways_in = len({channel.medium for channel in service.public})
    return -ways_in, len(service.topics) + len(service.kinds), service.name, service.id
