"""Numbers for those who run a helpline: counts and waits per day, with small ones held back, as charts, tables and CSV."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from bot.console.access import needs
from bot.console.charts import Bar, bars, columns
from bot.console.desk import DayCount
from bot.console.keys import CLOCK, DESK, PLACES, log, me
from bot.console.rendering import LONDON, page, words
from bot.vocabulary import Permission

FEWEST = 5
"""A count below this could point at one person: it reads `<5`, and so does what could be worked out from it."""
SPANS = (7, 28, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One day, safe to show. A count is None when it is small; `wait` is the average wait in minutes."""

    day: date
    arrived: int | None
    answered: int | None
    abandoned: int | None
    wait: float | None


def held_back(count: int) -> int | None:
    """None for a count that is small but not nought."""
    return None if 0 < count < FEWEST else count


def told(count: int | None) -> str:
    """As it reads in a table."""
    return f"<{FEWEST}" if count is None else str(count)


def row(counted: DayCount) -> Row:
    """A day with small counts held back. A count held back can't be found by taking the others from the whole."""
    parts = (counted.answered, counted.abandoned)
    answered, abandoned = (held_back(count) for count in parts)
    if (answered is None) != (abandoned is None):
        answered, abandoned = None if counted.answered else 0, None if counted.abandoned else 0
    return Row(
        day=counted.day,
        arrived=held_back(counted.arrived),
        answered=answered,
        abandoned=abandoned,
        wait=counted.waited / counted.timed / 60 if counted.timed >= FEWEST else None,
    )


def summed(maps: Iterable[Mapping[str, int]]) -> list[tuple[str, int | None]]:
    """All days together, largest first, small ones held back and last."""
    total: Counter[str] = Counter()
    for one in maps:
        total.update(one)
    shown = [(words(name).capitalize(), held_back(count)) for name, count in total.most_common() if count]
    return sorted(shown, key=lambda pair: pair[1] is None)


async def _counted(request: web.Request) -> tuple[str, int, tuple[DayCount, ...]]:
    own, names = me(request).account.helpline, request.app[PLACES].names
    helpline = own or request.query.get("helpline", "") or next(iter(names), "")
    if own is None and helpline not in names:
        raise web.HTTPNotFound
    asked = request.query.get("days", "28")
    days = int(asked) if asked in map(str, SPANS) else 28
    last = request.app[CLOCK]().astimezone(LONDON).date()
    counted = await request.app[DESK].counts(helpline, last - timedelta(days=days - 1), last)
    by_day = {one.day: one for one in counted}
    every = [last - timedelta(days=back) for back in range(days - 1, -1, -1)]
    return helpline, days, tuple(by_day.get(day, DayCount(day=day)) for day in every)


@needs(Permission.SEE_NUMBERS)
async def numbers_page(request: web.Request) -> web.StreamResponse:
    """GET /numbers?days=28&helpline=id"""
    helpline, days, counted = await _counted(request)
    rows = [row(one) for one in counted]
    arrived = columns(
        [Bar(label=f"{one.day.day} {one.day:%b}", value=one.arrived, told=told(one.arrived)) for one in rows],
        title="People who asked for a person, per day",
    )
    waits = columns(
        [
            Bar(
                label=f"{one.day.day} {one.day:%b}",
                value=one.wait or 0,
                told=f"{one.wait:.0f} min" if one.wait else "too few",
            )
            for one in rows
        ],
        title="Average wait in minutes, per day",
    )
    lists = {
        "How chats ended": summed(one.outcomes for one in counted),
        "Cues": summed(one.kinds for one in counted),
        "Topics": summed(one.topics for one in counted),
    }
    totals = DayCount(
        day=counted[-1].day,
        arrived=sum(one.arrived for one in counted),
        answered=sum(one.answered for one in counted),
        abandoned=sum(one.abandoned for one in counted),
        timed=sum(one.timed for one in counted),
        waited=sum(one.waited for one in counted),
    )
    log(request, "numbers seen", subject=helpline)
    return page(
        request,
        "numbers.html",
        helpline=helpline,
        places=request.app[PLACES].names if me(request).account.helpline is None else {},
        days=days,
        spans=SPANS,
        fewest=FEWEST,
        rows=list(reversed(rows)),
        total=row(totals),
        told=told,
        arrived=arrived,
        waits=waits,
        lists={name: (bars([Bar(label=k, value=v, told=told(v)) for k, v in pairs], title=name), pairs)
               for name, pairs in lists.items()},
    )  # fmt: skip


@needs(Permission.SEE_NUMBERS)
async def numbers_csv(request: web.Request) -> web.StreamResponse:
    """GET /numbers.csv: the table of days, with the same counts held back."""
    helpline, _, counted = await _counted(request)
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(["day", "helpline", "asked", "answered", "gave_up", "average_wait_minutes"])
    for one in map(row, counted):
        wait = "" if one.wait is None else f"{one.wait:.1f}"
        out.writerow([one.day.isoformat(), helpline, *map(told, (one.arrived, one.answered, one.abandoned)), wait])
    log(request, "numbers exported", subject=helpline)
    return web.Response(
        text=file.getvalue(),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="numbers.csv"'},
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/numbers", numbers_page)
    app.router.add_get("/numbers.csv", numbers_csv)
