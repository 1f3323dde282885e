"""What to say about a service's hours at this minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.catalogue.clock import is_open, next_change
from bot.catalogue.records import Channel, Confidence, Schedule, Service
from bot.catalogue.wording import HoursWords, Wording, default_wording

STALE_HOURS = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """`open` is None when nobody can be sure. `closes` and `opens` are local times, when they are known."""

    open: bool | None
    text: str
    closes: datetime | None = None
    opens: datetime | None = None


def certain(service: Service, schedule: Schedule, at: datetime) -> bool:
    """Whether the record is good enough to say open or closed: reviewed in time, hours sure and not old."""
    if service.emergency_line and schedule.always:
        return True
    if service.provenance.confidence is Confidence.NUMBER or at.date() > service.provenance.review_due:
        return False
    return schedule.seen is None or at.date() - schedule.seen <= STALE_HOURS


def status(service: Service, at: datetime, *, channel: Channel | None = None, wording: Wording | None = None) -> Status:
    """The state of a channel (the main one by default) at an aware instant, in the wording files' words."""
    if at.tzinfo is None:
        raise ValueError("the time must say its zone")
    words = (wording or default_wording()).hours
    schedule = (channel or service.public[0]).schedule
    now = is_open(schedule, at) if certain(service, schedule, at) else None
    if now is None:
        return Status(open=None, text=words.unknown)
    if now and schedule.always and not schedule.closures:
        return Status(open=True, text=words.always)
    change = next_change(schedule, at)
    if now:
        text = words.open_until.format(time=words.clock(change)) if change and _near(change, at) else words.open
        return Status(open=True, text=text, closes=change)
    if change is None or is_open(schedule, change) is None:
        return Status(open=False, text=words.closed)
    return Status(open=False, text=_opens(change, at.astimezone(ZoneInfo(schedule.zone)), words), opens=change)


def _near(change: datetime, at: datetime) -> bool:
    """A closing time more than a day off would be misread as today's."""
    return change - at <= timedelta(days=1)


def _opens(opens: datetime, now: datetime, words: HoursWords) -> str:
    days = (opens.date() - now.date()).days
    template = (
        words.opens_today
        if days == 0
        else words.opens_tomorrow
        if days == 1
        else words.opens_on_day
        if days < 7
        else words.opens_on_date
    )
    date = f"{opens.day} {words.months[opens.month - 1]}"
    return template.format(time=words.clock(opens), day=words.days[opens.weekday()], date=date)
