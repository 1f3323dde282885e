"""Which answers help, where people leave, what is taken for what, and what is overdue: for those who change content."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
import structlog
from aiohttp import web
from markupsafe import Markup

from bot.catalogue.freshness import Freshness, freshness
from bot.catalogue.need_map import FEWEST, Row
from bot.catalogue.records import Catalogue
from bot.console.access import needs
from bot.console.charts import Bar, bars
from bot.console.keys import CATALOGUE, log
from bot.console.learning import LEARNING, Learning, learning, sweeping, today, topic_titles
from bot.console.rendering import page, words
from bot.content.library import items
from bot.content.responses import Responses
from bot.editor import confusion
from bot.editor.insight import SPANS, TopicRow, monday, rows
from bot.errors import CountsDown
from bot.vocabulary import Permission

events = structlog.get_logger()

MOST_BARS = 12
FEW_LISTED, MOST_LISTED = 8, 50
_MARKS = "utter_"
_NAMES = 152  # the longest names of topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something whose check is overdue. `link`: where it is changed."""

    title: str
    owner: str
    due: date
    link: str


def told(count: int | None) -> str:
    """A count as it reads, small ones held back."""
    return f"<{FEWEST}" if count is None else str(count)


def percent(share: float | None) -> str:
    """A share as it reads; a dash when too few were asked."""
    return "–" if share is None else f"{share:.0%}"


def overdue(responses: Responses, catalogue: Catalogue, day: date) -> list[Due]:
    """Answers and services past their review date, the longest overdue first."""
    found = [
        Due(
            title=_title(responses, item.name),
            owner=item.owner,
            due=item.review_due,
            link=f"/content/item/response.{item.name}.0",
        )
        for item in items(responses)
        if item.review_due < day
    ]
    found += [
        Due(
            title=service.name,
            owner=service.provenance.checked_by,
            due=service.provenance.review_due,
            link=f"/content/item/service.{service.id}",
        )
        for service in catalogue.services
        if freshness(service, catalogue.policy, day) is not Freshness.CURRENT
    ]
    return sorted(found, key=lambda one: (one.due, one.title))


def _title(responses: Responses, name: str) -> str:
    about = responses[name][0].get("metadata") or {}
    return str(about.get("title") or words(name.removeprefix(_MARKS)).capitalize())


def chart(found: Sequence[TopicRow], title: str, of: Callable[[TopicRow], int | None]) -> Markup:
    """The topics with the largest counts as lying bars; those held back stand in the table alone."""
    known = sorted(((of(row) or 0, row) for row in found if of(row)), key=lambda pair: (-pair[0], pair[1].topic))
    return bars([_bar(row, value, str(value)) for value, row in known[:MOST_BARS]], title=title, names=_NAMES)


def helpful_chart(found: Sequence[TopicRow]) -> Markup:
    """Least helpful first: those are to be looked at."""
    known = sorted((row.helpful, row.topic, row) for row in found if row.helpful is not None)
    return bars(
        [_bar(row, share * 100, percent(share)) for share, _, row in known[:MOST_BARS]],
        title="How many of those who said so found it helpful, in per cent",
        names=_NAMES,
    )


def _bar(row: TopicRow, value: float, reads: str) -> Bar:
    return Bar(label=words(row.topic).capitalize(), value=value, told=reads)


def _report(parts: Learning) -> confusion.Report | None:
    try:
        return confusion.read(parts.models)
    except (msgspec.DecodeError, OSError):
        return None


@needs(Permission.EDIT_CONTENT)
async def insight_page(request: web.Request) -> web.StreamResponse:
    """GET /content/insight?weeks=4"""
    parts, day = learning(request), today(request.app)
    asked = request.query.get("weeks", "")
    weeks = int(asked) if asked in map(str, SPANS) else SPANS[0]
    found: tuple[TopicRow, ...] = ()
    wanted: tuple[Row, ...] = ()
    down = False
    try:
        found = rows(await asyncio.to_thread(parts.counts.read), today=day, weeks=weeks)
        wanted = (await asyncio.to_thread(parts.needs.read)).rows()
    except CountsDown as error:
        down = True
        events.warning("counts not read", error=str(error))
    report = await asyncio.to_thread(_report, parts)
    log(request, "insight seen")
    return page(
        request,
        "insight.html",
        weeks=weeks,
        spans=SPANS,
        fewest=FEWEST,
        last=monday(day) - timedelta(days=1),
        rows=found,
        wanted=wanted,
        down=down,
        told=told,
        percent=percent,
        titles=topic_titles(parts.responses, chat=True),
        answered=chart(found, "How often a topic was answered", lambda row: row.answered),
        left=chart(found, "How often a visit ended after a topic", lambda row: row.left),
        helpful=helpful_chart(found),
        report=report,
        few=FEW_LISTED,
        most=MOST_LISTED,
        overdue=overdue(parts.responses, request.app[CATALOGUE], day),
    )


def add_routes(app: web.Application) -> None:
    app.router.add_get("/content/insight", insight_page)
    if LEARNING in app:
        app.cleanup_ctx.append(sweeping)
