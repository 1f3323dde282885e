"""The map of need in one small SQLite file of counts, shared by all processes of the action server."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from bot.catalogue.need_map import Gap, NeedMap
from bot.errors import CountsDown
from bot.private_file import make_private

FILE = "needs.sqlite"
_WAIT_SECONDS = 0.5


class NeedsFile:
    """Counts in a file. Every call may raise CountsDown."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, counts: Mapping[Gap, int]) -> None:
        """Add counts to those in the file."""
        if not counts:
            return
        with self._open() as file:
            file.executemany(
                "INSERT INTO needs VALUES (?, ?, ?, ?) "
                "ON CONFLICT (topic, role, nation) DO UPDATE SET count = count + excluded.count",
                [(*gap.parts, count) for gap, count in counts.items()],
            )

    def read(self) -> NeedMap:
        """The map as it stands; empty while nothing was counted."""
        if not self._path.exists():
            return NeedMap()
        with self._open() as file:
            found = file.execute("SELECT topic, role, nation, count FROM needs").fetchall()
        gaps = ((Gap.of(*parts), count) for *parts, count in found)
        return NeedMap({gap: count for gap, count in gaps if gap})

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            make_private(self._path)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as file, file:
                file.execute(
                    "CREATE TABLE IF NOT EXISTS needs (topic, role, nation, count, UNIQUE (topic, role, nation))"
                )
                yield file
        except (sqlite3.Error, OSError) as error:
            raise CountsDown(type(error).__name__) from error
