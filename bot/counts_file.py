"""Counts in one small SQLite file that several processes add to and read: some words, and how often."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bot.errors import CountsDown
from bot.private_file import make_private

_WAIT_SECONDS = 0.5


class CountsFile:
    """One table, a row for what its `columns` say together. Every call may raise CountsDown."""

    def __init__(self, path: Path, table: str, columns: tuple[str, ...]) -> None:
        self._path = path
        names, values = ", ".join(columns), ", ".join("?" * (len(columns) + 1))
        self._make = f"CREATE TABLE IF NOT EXISTS {table} ({names}, count, UNIQUE ({names}))"
        add = f"INSERT INTO {table} VALUES ({values}) ON CONFLICT ({names})"  # noqa: S608  # names of our own, never a value
        self._add = f"{add} DO UPDATE SET count = count + excluded.count"
        self._read = f"SELECT {names}, count FROM {table}"  # noqa: S608

    def add(self, counts: Mapping[tuple[str, ...], int]) -> None:
        """Add counts to those in the file."""
        if counts:
            with self.opened() as file:
                file.executemany(self._add, [(*words, count) for words, count in counts.items()])

    def read(self) -> list[tuple[Any, ...]]:
        """The words and the count of every row; none while nothing was counted."""
        if not self._path.exists():
            return []
        with self.opened() as file:
            return file.execute(self._read).fetchall()

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The file in one transaction, made when it is not there."""
        try:
            make_private(self._path)
            with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as file, file:
                file.execute(self._make)
                yield file
        except (sqlite3.Error, OSError) as error:
            raise CountsDown(type(error).__name__) from error
