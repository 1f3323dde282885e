"""Counts of topics: by week, without anybody in them, small ones held back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.editor.insight import KEPT_WEEKS, Counted, Entry, Tally, rows
from bot.editor.insight_file import FILE, InsightFile
from bot.vocabulary import Topic

MONDAY = date(2026, 3, 2)


def counts(what: Counted, number: int, topic: Topic = Topic.HOUSING, week: date = MONDAY) -> dict[Entry, int]:
    return {Entry(week=week, topic=topic, what=what): number}


@pytest.mark.parametrize("weekday", range(7))
def test_nothing_finer_than_a_week_is_counted(weekday: int) -> None:
    """Whatever the day, the entry is that of the Monday."""
    tally = Tally()
    tally.add(Topic.HOUSING, Counted.ANSWERED, MONDAY + timedelta(days=weekday))
    assert tally.take() == counts(Counted.ANSWERED, 1)
    assert tally.take() == {}


@pytest.mark.parametrize(("count", "shown"), [(1, None), (4, None), (5, 5)])
def test_small_counts_are_held_back(count: int, shown: int | None) -> None:
    """From one to four could be one person."""
    (row,) = rows(counts(Counted.ANSWERED, count), today=MONDAY + timedelta(weeks=1), weeks=4)
    assert (row.answered, row.left) == (shown, 0)


def test_the_running_week_is_not_shown() -> None:
    """Nobody can watch a count move while one person is there."""
    held = counts(Counted.ANSWERED, 50)
    assert rows(held, today=MONDAY + timedelta(days=6), weeks=4) == ()
    assert len(rows(held, today=MONDAY + timedelta(days=7), weeks=4)) == 1
    assert rows(held, today=MONDAY + timedelta(weeks=5), weeks=4) == ()


def test_how_helpful_is_told_only_of_enough_who_said() -> None:
    """A share out of a count held back would give it away."""
    later = MONDAY + timedelta(weeks=1)
    (row,) = rows(counts(Counted.HELPED, 15) | counts(Counted.NOT_HELPED, 5), today=later, weeks=4)
    assert row.helpful == 0.75
    (few,) = rows(counts(Counted.HELPED, 15) | counts(Counted.NOT_HELPED, 2), today=later, weeks=4)
    assert few.helpful is None


def test_the_file_adds_up_and_forgets_after_a_year(tmp_path: Path) -> None:
    """Reading and sweeping make nothing; two processes' counts come together."""
    file = InsightFile(tmp_path / FILE)
    file.sweep(MONDAY)
    assert file.read() == {} and not list(tmp_path.iterdir())
    file.add(counts(Counted.HELPED, 2))
    InsightFile(tmp_path / FILE).add(counts(Counted.HELPED, 3))
    assert file.read() == counts(Counted.HELPED, 5)
    file.sweep(MONDAY + timedelta(weeks=KEPT_WEEKS))
    assert file.read() == counts(Counted.HELPED, 5)
    file.sweep(MONDAY + timedelta(weeks=KEPT_WEEKS, days=1))
    assert file.read() == {}
