"""Numbers for those who run a helpline: counts and waits per day, with small ones held back, as charts, tables and CSV."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aiohttp import web

from bot.console.access import needs
from bot.console.charts import Bar, bars, columns
from bot.console.desk import DayCount
from bot.console.keys import CLOCK, DESK, PLACES, log, me
from bot.console.rendering import LONDON, page, words
from bot.vocabulary import Permission

FEWEST = 5
"""A count below this could point at one person: it reads `<5`, and what beside it would give it away is held back too."""
SMALL, UNSHOWN = f"<{FEWEST}", "not shown"
Shown = int | str
"""A count, or the word in its place."""
SPANS = (7, 28, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One day, safe to show. `wait` is the average wait in minutes."""

    day: date
    arrived: Shown
    answered: Shown
    abandoned: Shown
    wait: float | None


def held_back(count: int) -> Shown:
    """`<5` for a count that is small but not nought."""
    return SMALL if 0 < count < FEWEST else count


def bar_of(label: str, count: Shown) -> Bar:
    """A bar that tells no more than the table."""
    return Bar(label=label, value=count if isinstance(count, int) else None, told=str(count))


def row(counted: DayCount) -> Row:
    """A day with small counts held back. A count held back can't be found by taking the others from the whole."""
    answered, abandoned = held_back(counted.answered), held_back(counted.abandoned)
    if answered == SMALL and abandoned not in (SMALL, 0):
        abandoned = UNSHOWN
    elif abandoned == SMALL and answered not in (SMALL, 0):
        answered = UNSHOWN
    return Row(
        day=counted.day,
        arrived=held_back(counted.arrived),
        answered=answered,
        abandoned=abandoned,
        wait=counted.waited / counted.timed / 60 if counted.timed >= FEWEST else None,
    )


def whole(counted: Sequence[DayCount]) -> Row:
    """All days together. Where a day is held back the sum is rounded to fives: less the other days it would tell that day."""
    days = [row(one) for one in counted]

    def rounded(count: Shown, shown: Iterable[Shown]) -> Shown:
        exact = isinstance(count, str) or all(isinstance(one, int) for one in shown)
        return count if exact else f"about {5 * round(int(count) / 5)}"

    total = row(
        DayCount(
            day=counted[-1].day,
            arrived=sum(one.arrived for one in counted),
            answered=sum(one.answered for one in counted),
            abandoned=sum(one.abandoned for one in counted),
            timed=sum(one.timed for one in counted),
            waited=sum(one.waited for one in counted),
        )
    )
    return replace(
        total,
        arrived=rounded(total.arrived, (day.arrived for day in days)),
        answered=rounded(total.answered, (day.answered for day in days)),
        abandoned=rounded(total.abandoned, (day.abandoned for day in days)),
    )


def summed(maps: Iterable[Mapping[str, int]]) -> list[tuple[str, Shown]]:
    """All days together, largest first, small ones held back and last."""
    total: Counter[str] = Counter()
    for one in maps:
        total.update(one)
    shown = [(words(name).capitalize(), held_back(count)) for name, count in total.most_common() if count]
    return sorted(shown, key=lambda pair: pair[1] == SMALL)


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
        [bar_of(f"{one.day.day} {one.day:%b}", one.arrived) for one in rows],
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
        total=whole(counted),
        arrived=arrived,
        waits=waits,
        lists={
            name: (bars([bar_of(label, count) for label, count in pairs], title=name), pairs)
            for name, pairs in lists.items()
        },
    )


@needs(Permission.SEE_NUMBERS)
async def numbers_csv(request: web.Request) -> web.StreamResponse:
    """GET /numbers.csv: the table of days, with the same counts held back."""
    helpline, _, counted = await _counted(request)
    file = io.StringIO()
    out = csv.writer(file)
    out.writerow(["day", "helpline", "asked", "answered", "gave_up", "average_wait_minutes"])
    for one in map(row, counted):
        wait = "" if one.wait is None else f"{one.wait:.1f}"
        out.writerow([one.day.isoformat(), helpline, one.arrived, one.answered, one.abandoned, wait])
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
