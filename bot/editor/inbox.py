"""The inbox of what was not understood: sealed, without session or time, each message gone after 14 days."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from bot.private_file import make_private
from bot.sealing import Seal, Unsealable

FILE = "inbox.sqlite"
KEPT_DAYS = 14
_WAIT_SECONDS = 0.5


class Pile(StrEnum):
    """Who may see a message: editors, or only the safeguarding lead."""

    EDITORS = "editors"
    SAFETY = "safety"


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A redacted message, the topics it might have been with their confidence, and its vector if there is one."""

    text: str
    guesses: tuple[tuple[str, float], ...] = ()
    vector: tuple[float, ...] = ()


class Inbox:
    """Messages in a file. Every call may raise sqlite3.Error; the caller must not let that reach a visitor."""

    def __init__(self, path: Path, seal: Seal) -> None:
        self._path, self._seal = path, seal

    def add(self, missed: Missed, *, urgent: bool, today: date) -> str:
        """Keep a message; one with an emergency or urgent cue goes to the safeguarding lead only."""
        name, pile = secrets.token_hex(16), Pile.SAFETY if urgent else Pile.EDITORS
        sealed = self._seal.seal(msgspec.json.encode(missed), _context(name, pile))
        with self._open() as file:
            # no timestamp, and no rowid, which would tell in which order messages came
            file.execute("INSERT INTO inbox VALUES (?, ?, ?, ?)", (name, pile, _last_day(today), sealed))
        return name

    def read(self, pile: Pile, *, today: date) -> dict[str, Missed]:
        """The messages of a pile by name, in no order of time. Those that are due or can't be opened are left out."""
        if not self._path.exists():
            return {}
        with self._open() as file:
            rows = file.execute(
                "SELECT name, sealed FROM inbox WHERE pile = ? AND last_day >= ? ORDER BY name",
                (pile, today.toordinal()),
            ).fetchall()
        found = {}
        for name, sealed in rows:
            try:
                found[name] = msgspec.json.decode(self._seal.open(sealed, _context(name, pile)), type=Missed)
            except Unsealable:
                continue
        return found

    def drop(self, name: str) -> None:
        """Erase one message: filed, or of no use."""
        with self._open() as file:
            file.execute("DELETE FROM inbox WHERE name = ?", (name,))

    def move(self, name: str, pile: Pile, *, today: date) -> bool:
        """Put a message on another pile, to be kept no longer than it would have been; False when it is gone."""
        other = Pile.SAFETY if pile is Pile.EDITORS else Pile.EDITORS
        found = self.read(other, today=today).get(name)
        if found is None:
            return False
        sealed = self._seal.seal(msgspec.json.encode(found), _context(name, pile))
        with self._open() as file:
            file.execute("UPDATE inbox SET pile = ?, sealed = ? WHERE name = ?", (pile, sealed, name))
        return True

    def sweep(self, today: date) -> None:
        """Erase what is due; to be called at start and then by the hour. `read` shows nothing that is due in between."""
        if self._path.exists():
            with self._open() as file:
                file.execute("DELETE FROM inbox WHERE last_day < ?", (today.toordinal(),))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        make_private(self._path)
        with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as file, file:
            file.execute("PRAGMA secure_delete = ON")
            file.execute(
                "CREATE TABLE IF NOT EXISTS inbox (name TEXT PRIMARY KEY, pile TEXT, last_day INTEGER, sealed BLOB) "
                "WITHOUT ROWID"
            )
            yield file


def _last_day(today: date) -> int:
    """The last day a message is kept, nothing finer than the week it came in: at most 14 days, at least 8."""
    monday = today - timedelta(days=today.weekday())
    return (monday + timedelta(days=KEPT_DAYS)).toordinal()


def _context(name: str, pile: str) -> str:
    return f"inbox {pile} {name}"
