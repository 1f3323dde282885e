"""When a schedule is open, by the wall clock of its zone, through clock changes, holidays and closures."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.catalogue.records import DAY, BankHolidays, Interval, Schedule
from bot.vocabulary import Nation

AHEAD = 28  # days looked ahead for the next change
_SUBDIVISION = {
    Nation.ENGLAND: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.WALES: "WLS",
    Nation.NORTHERN_IRELAND: "NIR",
}


@lru_cache(maxsize=256)
def _bank_holidays(nation: Nation, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=_SUBDIVISION[nation], years=year))


def is_bank_holiday(day: date, nation: Nation) -> bool:
    """True on a bank holiday of that nation."""
    return day in _bank_holidays(nation, day.year)


def intervals_on(schedule: Schedule, day: date) -> tuple[Interval, ...] | None:
    """The spans that open on that local day; None when the hours of the day are not known.

    A one-off closure goes before a bank holiday, a bank holiday before a season, a season before the week.
    """
    if any(closure.first <= day <= closure.last for closure in schedule.closures):
        return ()
    if schedule.always:
        return (Interval(opens=0, closes=DAY),)
    if schedule.week is None:
        return None
    if schedule.bank_holidays is not BankHolidays.AS_USUAL and is_bank_holiday(day, schedule.holidays_of):
        if schedule.bank_holidays is BankHolidays.UNKNOWN:
            return None
        return () if schedule.bank_holidays is BankHolidays.CLOSED else schedule.bank_holidays
    week = next((s.week for s in schedule.seasons if s.first <= day <= s.last), schedule.week)
    return week[day.weekday()]


def spans_of(schedule: Schedule, day: date) -> tuple[tuple[Interval, ...], bool]:
    """All open spans of one local day, the evening before running on included; and if the day is known."""
    own, before = intervals_on(schedule, day), intervals_on(schedule, day - timedelta(days=1))
    night = (Interval(opens=0, closes=span.closes - DAY) for span in before or () if span.closes > DAY)
    return (*night, *(own or ())), own is not None


def is_open(schedule: Schedule, at: datetime) -> bool | None:
    """Open at that instant (aware); None when what would decide it is unknown."""
    local = at.astimezone(ZoneInfo(schedule.zone))
    minute = local.hour * 60 + local.minute
    spans, known = spans_of(schedule, local.date())
    if any(span.opens <= minute < span.closes for span in spans):
        return True
    return False if known else None


def next_change(schedule: Schedule, at: datetime) -> datetime | None:
    """The first instant after `at`, as local time, when open, closed or unknown turns into another of them.

    None when nothing changes within `AHEAD` days.
    """
    zone = ZoneInfo(schedule.zone)
    now = is_open(schedule, at)
    first = at.astimezone(zone).date()
    for ahead in range(AHEAD):
        for instant in _edges(schedule, first + timedelta(days=ahead), zone):
            if instant > at and is_open(schedule, instant) is not now:
                return instant.astimezone(zone)
    return None


def _edges(schedule: Schedule, day: date, zone: ZoneInfo) -> list[datetime]:
    """Every instant of a local day at which something may change, in order."""
    midnight = datetime(day.year, day.month, day.day)
    spans, _ = spans_of(schedule, day)
    minutes = {0, *(span.opens for span in spans), *(span.closes for span in spans)}
    before, after = (moment.replace(tzinfo=zone).utcoffset() for moment in (midnight, midnight + timedelta(days=1)))
    if before != after:  # the clock itself moves today, at an hour only the zone knows: look at every quarter
        minutes |= set(range(0, DAY, 15))
    return sorted(
        (midnight + timedelta(minutes=minute)).replace(tzinfo=zone, fold=fold).astimezone(UTC)
        for minute in minutes
        if minute < DAY
        for fold in (0, 1)
    )
