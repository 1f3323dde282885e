"""Opening hours as editors write them, read into a `Schedule`."""

import re
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.catalogue.reader import Entry, Fields, Unreadable, day, one_of
from bot.catalogue.records import (
    ALWAYS,
    DAY,
    UNKNOWN_HOURS,
    BankHolidays,
    Closure,
    Interval,
    Schedule,
    Season,
    Week,
)
from bot.vocabulary import Nation

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def schedule(entry: Entry | None) -> Schedule:
    """`24/7`, `unknown`, or days with their hours, bank holidays, seasons and closures."""
    if entry is None:
        return UNKNOWN_HOURS
    if isinstance(entry.node, yaml.ScalarNode):
        return entry.read(_word) or UNKNOWN_HOURS
    fields = entry.fields()
    bank, nation, zone, seen = (fields.take(n) for n in ("bank holidays", "holidays of", "time zone", "seen"))
    seasons = tuple(_season(item) for item in _items(fields.take("seasons")))
    closures = tuple(_closure(item) for item in _items(fields.take("closed")))
    always = fields.take("every day")
    if always is not None and always.text() == "24 hours":
        return Schedule(always=True, closures=tuple(c for c in closures if c))
    if always is not None:
        fields.by_name["mon-sun"] = always
    week = _week(fields)
    return Schedule(
        week=week,
        bank_holidays=(bank.read(_bank_holidays) if bank else None) or BankHolidays.UNKNOWN,
        holidays_of=(nation.read(one_of(Nation)) if nation else None) or Nation.ENGLAND,
        seasons=tuple(season for season in seasons if season),
        closures=tuple(closure for closure in closures if closure),
        zone=(zone.read(_zone) if zone else None) or "Europe/London",
        seen=seen.read(day) if seen else None,
    )


def _items(entry: Entry | None) -> list[Entry]:
    return list(entry.items()) if entry else []


def _word(text: str) -> Schedule:
    if text == "24/7":
        return ALWAYS
    if text == "unknown":
        return UNKNOWN_HOURS
    raise Unreadable(f"'{text}' should be 24/7, unknown, or days such as 'mon-fri: 09:00-17:00' on lines below")


def _week(fields: Fields) -> Week:
    week: list[tuple[Interval, ...]] = [()] * 7
    for name in list(fields.by_name):
        entry = fields.by_name.pop(name)
        days = _days(name)
        if not days:
            entry.problem("is not a day; write mon, tue-thu, or sat,sun")
            continue
        hours = entry.read(intervals)
        for number in days if hours is not None else ():
            if week[number]:
                entry.problem(f"{DAYS[number]} has hours already")
            week[number] = hours or ()
    for number in range(7):
        late = max((interval.closes for interval in week[number]), default=0) - DAY
        first = min((interval.opens for interval in week[(number + 1) % 7]), default=DAY)
        if late > first:
            fields.entry.problem(f"the hours of {DAYS[number]} run into those of the day after")
    return tuple(week)


def _days(name: str) -> list[int]:
    """The day numbers of `mon`, `mon-thu`, `fri-mon` or `sat,sun`; empty when it is none of these."""
    found: list[int] = []
    for part in name.lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if first not in DAYS or (dash and last not in DAYS):
            return []
        start = DAYS.index(first)
        length = (DAYS.index(last) - start) % 7 if dash else 0
        found += [(start + step) % 7 for step in range(length + 1)]
    return found


def intervals(text: str) -> tuple[Interval, ...]:
    """`09:00-12:30, 13:30-17:00`, `18:00-02:00` past midnight, `24 hours`, or `closed`."""
    if text == "closed":
        return ()
    if text == "24 hours":
        return (Interval(opens=0, closes=DAY),)
    found: list[Interval] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)\s*", part)
        if not match:
            raise Unreadable(f"'{part.strip()}' should be a time span such as 09:00-17:00, or closed")
        h1, m1, h2, m2 = (int(piece) for piece in match.groups())
        opens, closes = h1 * 60 + m1, h2 * 60 + m2
        if opens >= DAY or closes > DAY or m1 > 59 or m2 > 59:
            raise Unreadable(f"'{part.strip()}' has a time that no clock shows")
        if opens == closes:
            raise Unreadable(f"'{part.strip()}' opens and closes at the same time; write closed or 24 hours")
        if closes < opens:
            closes += DAY
        if found and opens < found[-1].closes:
            raise Unreadable(f"'{part.strip()}' starts before the span in front of it has ended")
        found.append(Interval(opens=opens, closes=closes))
    return tuple(found)


def _bank_holidays(text: str) -> BankHolidays | tuple[Interval, ...]:
    return BankHolidays(text) if text in tuple(BankHolidays) else intervals(text)


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unreadable(f"'{text}' is not a time zone such as Europe/London") from None
    return text


def _season(entry: Entry) -> Season | None:
    fields = entry.fields()
    span = _span(fields)
    week = _week(fields)
    return Season(first=span[0], last=span[1], week=week) if span else None


def _closure(entry: Entry) -> Closure | None:
    fields = entry.fields()
    span = _span(fields)
    fields.take("why")
    fields.rest()
    return Closure(first=span[0], last=span[1]) if span else None


def _span(fields: Fields) -> tuple[date, date] | None:
    first, last = fields.need("from"), fields.need("until")
    start = first.read(day) if first else None
    end = last.read(day) if last else None
    if start is None or end is None:
        return None
    if last and end < start:
        last.problem("comes before 'from'")
        return None
    return start, end
