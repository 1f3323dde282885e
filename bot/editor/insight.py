"""How often each topic was answered, helped, and was the last: counts by week, with small ones held back."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, Self

from bot.catalogue.need_map import FEWEST
from bot.vocabulary import Topic, topics

SPANS = (4, 12, 52)
"""Weeks that can be looked at together."""
KEPT_WEEKS = 53


class Counted(StrEnum):
    """What happened to an answer."""

    ANSWERED = "answered"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    LEFT = "left"  # the visitor ended the chat or left the page after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is counted together. week: its Monday; nothing finer is ever known."""

    week: date
    topic: Topic
    what: Counted

    @classmethod
    def of(cls, week: date, topic: str, what: str) -> Self | None:
        """What was kept; None for a topic that is no longer one."""
        known = topic in topics() and what in set(Counted)
        return cls(week=week, topic=Topic(topic), what=Counted(what)) if known else None


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


class Insight(Protocol):
    """Where the counts are kept. Called from a thread: every call may take seconds, and may raise CountsDown."""

    def add(self, counts: Mapping[Entry, int]) -> None:
        """Add counts to those that are kept."""

    def read(self) -> Mapping[Entry, int]:
        """All counts; a topic that is no longer one is left out."""

    def sweep(self, today: date) -> None:
        """Erase counts older than `KEPT_WEEKS`."""


class Tally:
    """Counts in memory until they are written down. It takes no session, no text and no time but the week."""

    def __init__(self) -> None:
        self._counts: Counter[Entry] = Counter()

    def add(self, topic: Topic, what: Counted, today: date) -> None:
        """Count one answer."""
        self._counts[Entry(week=monday(today), topic=topic, what=what)] += 1

    def take(self) -> Mapping[Entry, int]:
        """The counts, and start again from nothing."""
        taken, self._counts = self._counts, Counter()
        return taken

    def put_back(self, counts: Mapping[Entry, int]) -> None:
        """Count on from counts that were taken."""
        self._counts.update(counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """One topic over a span, safe to show: a count from 1 to 4 is None."""

    topic: Topic
    answered: int | None
    helped: int | None
    not_helped: int | None
    left: int | None

    @property
    def helpful(self) -> float | None:
        """The share of those asked who said yes, 0 to 1; None when nobody or too few were asked."""
        if self.helped is None or self.not_helped is None or not self.helped + self.not_helped:
            return None
        return self.helped / (self.helped + self.not_helped)


def rows(counts: Mapping[Entry, int], *, today: date, weeks: int) -> tuple[TopicRow, ...]:
    """The topics of the last whole weeks, the most answered first.

    The week that is running is left out, so that nobody can watch a count move while one person is there. No sum
    over topics is given, from which a count held back could be worked out.
    """
    end = monday(today)
    begin = end - timedelta(weeks=weeks)
    summed: Counter[tuple[Topic, Counted]] = Counter()
    for entry, count in counts.items():
        if begin <= entry.week < end:
            summed[entry.topic, entry.what] += count
    found = [_row(topic, summed) for topic in topics() if any(summed[topic, what] for what in Counted)]
    return tuple(sorted(found, key=lambda row: (-(row.answered or 0), row.topic)))


def _row(topic: Topic, summed: Mapping[tuple[Topic, Counted], int]) -> TopicRow:
    return TopicRow(
        topic=topic,
        answered=held_back(summed[topic, Counted.ANSWERED]),
        helped=held_back(summed[topic, Counted.HELPED]),
        not_helped=held_back(summed[topic, Counted.NOT_HELPED]),
        left=held_back(summed[topic, Counted.LEFT]),
    )


def held_back(count: int) -> int | None:
    """None for a count that is small but not nought: it could be one person."""
    return None if 0 < count < FEWEST else count
