"""The counts of topics in one small SQLite file, shared by all processes of the gateway and the console."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from bot.counts_file import CountsFile
from bot.editor.insight import KEPT_WEEKS, Entry

FILE = "insight.sqlite"


class InsightFile:
    """Counts in a file. Every call may raise CountsDown."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = CountsFile(path, "insight", ("week", "topic", "what"))

    def add(self, counts: Mapping[Entry, int]) -> None:
        """Add counts to those in the file."""
        self._file.add({(e.week.isoformat(), e.topic.value, e.what.value): count for e, count in counts.items()})

    def read(self) -> dict[Entry, int]:
        """All counts; a topic that is no longer one is left out."""
        entries = ((Entry.of(date.fromisoformat(week), *rest), count) for week, *rest, count in self._file.read())
        return {entry: count for entry, count in entries if entry}

    def sweep(self, today: date) -> None:
        """Erase counts older than a year."""
        if self._path.exists():
            with self._file.opened() as file:
                oldest = today - timedelta(weeks=KEPT_WEEKS)
                file.execute("DELETE FROM insight WHERE week < ?", (oldest.isoformat(),))
