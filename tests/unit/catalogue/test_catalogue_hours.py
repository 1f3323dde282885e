"""Opening hours: told right at this minute, and never claimed when nobody knows."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue.clock import is_open, next_change
from bot.catalogue.hours import status
from bot.catalogue.reader import Entry
from bot.catalogue.records import (
    ALWAYS,
    BankHolidays,
    Closure,
    Confidence,
    Interval,
    Schedule,
    Season,
)
from bot.catalogue.timetable import schedule as read_schedule
from bot.vocabulary import Nation
from tests.unit.catalogue.builders import LONDON, at, hours, provenance, service

CASES = yaml.load((Path(__file__).parent / "hours_cases.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
OPEN = {"yes": True, "no": False, "unknown": None}


def _cases() -> list[Any]:
    return [
        pytest.param(group["hours"], case, id=f"{group['says']} ({case['at']})")
        for group in CASES
        for case in group["cases"]
    ]


@pytest.mark.parametrize(("written", "case"), _cases())
def test_the_hours_an_editor_writes_are_what_a_visitor_is_told(written: Any, case: dict[str, str]) -> None:
    """Every case of the data file holds, from the editor's text to the visitor's."""
    problems: list[Any] = []
    node = yaml.compose(yaml.safe_dump(written))
    assert node is not None
    record = service(schedule=read_schedule(Entry("x.yml", "hours", node, problems)))
    told = status(record, at(case["at"]))
    assert problems == []
    assert (told.open, told.text) == (OPEN[case["open"]], case["text"])


# The slow and obvious way: real dates and times, one minute after the other.

_PARTS = {
    Nation.ENGLAND: "ENG",
    Nation.SCOTLAND: "SCT",
    Nation.WALES: "WLS",
    Nation.NORTHERN_IRELAND: "NIR",
}
_CALENDARS = {
    nation: frozenset(holidays.country_holidays("GB", subdiv=part, years=range(2019, 2033)))
    for nation, part in _PARTS.items()
}


def _spans_that_begin(schedule: Schedule, day: date) -> tuple[Interval, ...] | None:
    for closure in schedule.closures:
        if closure.first <= day and day <= closure.last:
            return ()
    if schedule.always:
        return (Interval(opens=0, closes=1440),)
    if schedule.week is None:
        return None
    if day in _CALENDARS[schedule.holidays_of]:
        if schedule.bank_holidays == BankHolidays.CLOSED:
            return ()
        if schedule.bank_holidays == BankHolidays.UNKNOWN:
            return None
        if schedule.bank_holidays != BankHolidays.AS_USUAL:
            return schedule.bank_holidays
    for season in schedule.seasons:
        if season.first <= day and day <= season.last:
            return season.week[day.weekday()]
    return schedule.week[day.weekday()]


def slow_is_open(schedule: Schedule, instant: datetime) -> bool | None:
    """Lay out yesterday's and today's spans as wall-clock times; look whether the clock shows one."""
    wall = instant.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    today = _spans_that_begin(schedule, wall.date())
    for day in (wall.date(), wall.date() - timedelta(days=1)):
        for span in _spans_that_begin(schedule, day) or ():
            start = datetime.combine(day, time()) + timedelta(minutes=span.opens)
            end = datetime.combine(day, time()) + timedelta(minutes=span.closes)
            if start <= wall < end:
                return True
    return None if today is None else False


def slow_next_change(schedule: Schedule, instant: datetime, days: int) -> datetime | None:
    """Walk on minute by minute until the answer is another one."""
    now = slow_is_open(schedule, instant)
    minute = instant.astimezone(UTC).replace(second=0, microsecond=0)
    for _ in range(days * 24 * 60):
        minute += timedelta(minutes=1)
        if slow_is_open(schedule, minute) is not now:
            return minute
    return None


def _utc(instant: datetime | None) -> datetime | None:
    """In UTC, since Python never calls two times of the repeated hour equal across zones."""
    return instant.astimezone(UTC) if instant else None


@st.composite
def spans(draw: st.DrawFn) -> tuple[Interval, ...]:
    """Up to three spans of a day, the last perhaps past midnight, on quarter hours or any minute."""
    edges = draw(st.lists(st.integers(0, 1439), max_size=6, unique=True).map(sorted))
    found = [Interval(opens=a, closes=b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) % 2 and edges[-1] > 0:
        found.append(Interval(opens=edges[-1], closes=1440 + draw(st.integers(0, edges[0] if found else 300))))
    return tuple(found)


def weeks() -> st.SearchStrategy[tuple[tuple[Interval, ...], ...]]:
    """Seven days."""
    return st.tuples(*[spans()] * 7)


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
STRETCHES = st.tuples(DAYS, st.integers(0, 60)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))
SCHEDULES = st.builds(
    Schedule,
    always=st.sampled_from([False, False, False, True]),
    week=st.one_of(weeks(), weeks(), weeks(), st.none()),
    bank_holidays=st.one_of(st.sampled_from(BankHolidays), spans()),
    holidays_of=st.sampled_from(list(_PARTS)),
    seasons=st.lists(st.builds(lambda s, w: Season(first=s[0], last=s[1], week=w), STRETCHES, weeks()), max_size=2).map(
        tuple
    ),
    closures=st.lists(st.builds(lambda s: Closure(first=s[0], last=s[1]), STRETCHES), max_size=2).map(tuple),
    zone=st.sampled_from(["Europe/London", "Europe/London", "Europe/Dublin", "America/New_York"]),
)
TEN_YEARS = st.integers(0, 11 * 366 * 24 * 60).map(lambda m: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
CHANGE_DAYS = (
    "2024-03-31",
    "2024-10-27",
    "2025-03-30",
    "2025-10-26",
    "2026-03-29",
    "2026-10-25",
    "2027-03-28",
)
CLOCK_CHANGES = st.sampled_from([datetime.fromisoformat(f"{day}T00:00+00:00") for day in CHANGE_DAYS])
AROUND_CHANGES = st.builds(lambda day, minute: day + timedelta(minutes=minute), CLOCK_CHANGES, st.integers(-300, 300))
INSTANTS = st.one_of(TEN_YEARS, TEN_YEARS, AROUND_CHANGES)


@settings(max_examples=600, deadline=None)
@given(schedule=SCHEDULES, instant=INSTANTS)
def test_open_now_agrees_with_the_slow_way(schedule: Schedule, instant: datetime) -> None:
    """Over ten years of minutes, clock changes more often than their share, both ways say the same."""
    assert is_open(schedule, instant) is slow_is_open(schedule, instant)


@settings(max_examples=40, deadline=None)
@given(schedule=SCHEDULES, instant=INSTANTS)
def test_the_next_change_agrees_with_walking_there(schedule: Schedule, instant: datetime) -> None:
    """The next opening or closing is the first minute at which the slow way changes its mind."""
    found = _utc(next_change(schedule, instant))
    walked = slow_next_change(schedule, instant, days=2)
    if walked is not None:
        assert found == walked
    else:
        assert found is None or found > instant + timedelta(days=2)


@pytest.mark.parametrize("minute", range(0, 24 * 60, 15))
@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_every_quarter_of_the_days_the_clocks_change(day: str, minute: int) -> None:
    """Through both nights of the clock change, opening and closing come when the wall clock says."""
    schedule = hours(sat="20:00-01:00", sun="01:15-01:45, 12:00-12:30")
    instant = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(hours=2) + timedelta(minutes=minute)
    assert is_open(schedule, instant) is slow_is_open(schedule, instant)
    change = _utc(next_change(schedule, instant))
    assert change is not None
    assert change == (slow_next_change(schedule, instant, days=1) or change)
    assert slow_is_open(schedule, change) is not slow_is_open(schedule, instant)


def test_a_time_without_a_zone_is_refused() -> None:
    """A naive time could be anybody's, so it is an error and not a guess."""
    with pytest.raises(ValueError, match="zone"):
        status(service(), datetime(2026, 11, 25, 12, 0))


def test_a_number_we_trust_with_hours_we_do_not_makes_no_claim() -> None:
    """Confidence `number` shows the number and says to check the hours."""
    record = service(schedule=hours(wed="09:00-17:00"), provenance=provenance(confidence=Confidence.NUMBER))
    assert status(record, at("2026-11-25 12:00")).open is None


def test_a_record_past_its_review_is_not_shown_as_certain() -> None:
    """The day after the review date nothing is claimed; on the day itself it still is."""
    record = service()
    assert status(record, at("2027-02-01 12:00")).open is True
    assert status(record, at("2027-02-02 12:00")).open is None


def test_an_emergency_line_that_never_closes_stays_certain_past_its_review() -> None:
    """999 does not turn into 'check hours' because an editor was on holiday."""
    assert status(service(emergency_line=True, schedule=ALWAYS), at("2027-02-02 12:00")).open is True


def test_closing_and_opening_times_come_with_the_words() -> None:
    """Programs get the instants, in local time."""
    record = service(schedule=hours(wed="09:00-17:00", thu="10:00-12:00"))
    assert status(record, at("2026-11-25 12:00")).closes == datetime(2026, 11, 25, 17, tzinfo=LONDON)
    assert status(record, at("2026-11-25 18:00")).opens == datetime(2026, 11, 26, 10, tzinfo=LONDON)
