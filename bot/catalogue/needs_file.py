"""Where the map of need is kept: one small SQLite file of counts, shared by all processes of the action server."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from bot.catalogue.need_map import Gap, NeedMap
from bot.private_file import make_private
from bot.vocabulary import Nation, Role, Topic

FILE = "needs.sqlite"
_WAIT_SECONDS = 0.5


class NeedsFile:
    """Counts in a file. Every call may raise sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, counts: Mapping[Gap, int]) -> None:
        """Add counts to those in the file."""
        if not counts:
            return
        make_private(self._path)
        with closing(self._open()) as file, file:
            file.execute("CREATE TABLE IF NOT EXISTS needs (topic, role, nation, count, UNIQUE (topic, role, nation))")
            file.executemany(
                "INSERT INTO needs VALUES (?, ?, ?, ?) "
                "ON CONFLICT (topic, role, nation) DO UPDATE SET count = count + excluded.count",
                [(gap.topic, gap.role or "", gap.nation or "", count) for gap, count in counts.items()],
            )

    def read(self) -> NeedMap:
        """The map as it stands; empty while nothing was counted."""
        if not self._path.exists():
            return NeedMap()
        with closing(self._open()) as file:
            rows = file.execute("SELECT topic, role, nation, count FROM needs").fetchall()
        return NeedMap(
            {
                Gap(
                    topic=Topic(topic), role=Role(role) if role else None, nation=Nation(nation) if nation else None
                ): count
                for topic, role, nation, count in rows
            }
        )

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=_WAIT_SECONDS)
