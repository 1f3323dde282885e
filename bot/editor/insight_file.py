"""The counts of topics in one small SQLite file, shared by all processes of the gateway and the console."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

from bot.editor.insight import KEPT_WEEKS, Entry
from bot.errors import CountsDown
from bot.private_file import make_private

FILE = "insight.sqlite"
_WAIT_SECONDS = 0.5


class InsightFile:
    """Counts in a file. Every call may raise CountsDown."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, counts: Mapping[Entry, int]) -> None:
        """Add counts to those in the file."""
        if not counts:
            return
        with self._open() as file:
            file.executemany(
                "INSERT INTO insight VALUES (?, ?, ?, ?) "
                "ON CONFLICT (week, topic, what) DO UPDATE SET count = count + excluded.count",
                [(e.week.isoformat(), e.topic.value, e.what.value, count) for e, count in counts.items()],
            )

    def read(self) -> dict[Entry, int]:
        """All counts; a topic that is no longer one is left out."""
        if not self._path.exists():
            return {}
        with self._open() as file:
            found = file.execute("SELECT week, topic, what, count FROM insight").fetchall()
        entries = ((Entry.of(date.fromisoformat(week), topic, what), count) for week, topic, what, count in found)
        return {entry: count for entry, count in entries if entry}

    def sweep(self, today: date) -> None:
        """Erase counts older than a year."""
        if self._path.exists():
            with self._open() as file:
                oldest = today - timedelta(weeks=KEPT_WEEKS)
                file.execute("DELETE FROM insight WHERE week < ?", (oldest.isoformat(),))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            make_private(self._path)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as file, file:
                file.execute(
                    "CREATE TABLE IF NOT EXISTS insight (week TEXT, topic TEXT, what TEXT, count INTEGER, "
                    "UNIQUE (week, topic, what))"
                )
                yield file
        except (sqlite3.Error, OSError) as error:
            raise CountsDown(type(error).__name__) from error
