"""What was asked for and not found, counted without anybody in it: role, nation and topic, nothing else.

A count below the threshold could be one person, so it is never shown by itself, and neither is a rest that
would give it away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from bot.catalogue.matching import Match, Need
from bot.vocabulary import CHAT_TOPICS, Nation, Role, Topic, topics

FEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Gap:
    """Somebody of this role and nation asked for this topic and no service fitted. None is unknown."""

    topic: Topic
    role: Role | None
    nation: Nation | None

    @property
    def parts(self) -> tuple[str, str, str]:
        """Topic, role and nation as they are kept; empty is unknown."""
        return self.topic.value, self.role or "", self.nation or ""

    @classmethod
    def of(cls, topic: str, role: str, nation: str) -> Self | None:
        """What was kept; None for a topic that is no longer one."""
        if topic not in topics():
            return None
        return cls(topic=Topic(topic), role=Role(role) if role else None, nation=Nation(nation) if nation else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the map; `gap` is None for all that is too rare to be named."""

    gap: Gap | None
    count: int


class Needs(Protocol):
    """Where the map is kept. Called from a thread: every call may take seconds, and may raise CountsDown."""

    def add(self, counts: Mapping[Gap, int]) -> None:
        """Add counts to those that are kept."""

    def read(self) -> "NeedMap":
        """The map as it stands; empty while nothing was counted."""


class NeedMap:
    """Counts of gaps. It takes no time, no session and no text, so none can leak from it."""

    def __init__(self, counts: Mapping[Gap, int] | None = None) -> None:
        self._counts: Counter[Gap] = Counter(counts or {})

    def add(self, need: Need, matches: Iterable[Match]) -> None:
        """Count every topic of a need that no match answers."""
        answered = {topic for match in matches for topic in match.service.topics}
        asked = [topic for topic in dict.fromkeys(need.topics) if topic not in answered and topic not in CHAT_TOPICS]
        self._counts.update(Gap(topic=topic, role=need.role, nation=need.nation) for topic in asked)

    def take(self) -> Mapping[Gap, int]:
        """The plain counts, and start again from nothing."""
        taken, self._counts = self._counts, Counter()
        return taken

    def put_back(self, counts: Mapping[Gap, int]) -> None:
        """Count on from counts that were taken."""
        self._counts.update(counts)

    @property
    def counts(self) -> Mapping[Gap, int]:
        """The plain counts, to be kept where only the service reads them."""
        return dict(self._counts)

    def rows(self, fewest: int = FEWEST) -> tuple[Row, ...]:
        """Most wanted first; counts below `fewest` share a row without a name, if that is large enough."""
        named = sorted(
            (Row(gap=gap, count=count) for gap, count in self._counts.items() if count >= fewest),
            key=lambda row: (-row.count, str(row.gap)),
        )
        rare = sum(count for count in self._counts.values() if count < fewest)
        return (*named, Row(gap=None, count=rare)) if rare >= fewest else tuple(named)
