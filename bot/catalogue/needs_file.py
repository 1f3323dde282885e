"""The map of need in one small SQLite file of counts, shared by all processes of the action server."""

from collections.abc import Mapping
from pathlib import Path

from bot.catalogue.need_map import Gap, NeedMap
from bot.counts_file import CountsFile

FILE = "needs.sqlite"


class NeedsFile:
    """Counts in a file. Every call may raise CountsDown."""

    def __init__(self, path: Path) -> None:
        self._file = CountsFile(path, "needs", ("topic", "role", "nation"))

    def add(self, counts: Mapping[Gap, int]) -> None:
        """Add counts to those in the file."""
        self._file.add({gap.parts: count for gap, count in counts.items()})

    def read(self) -> NeedMap:
        """The map as it stands; empty while nothing was counted."""
        gaps = ((Gap.of(*parts), count) for *parts, count in self._file.read())
        return NeedMap({gap: count for gap, count in gaps if gap})
