"""The shelf of the embedded default: one SQLite file, every write on disk before it counts, nothing left when erased."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TypeVar

from bot.handoff.records import Change, Count, HandoffId, Happened, HelplineId
from bot.handoff.shelf import Row, Write, Written
from bot.handoff.store import StoreDown
from bot.private_file import make_private

_BUSY_SECONDS = 5.0
_LOOK_SECONDS = 0.1  # between two looks for changes of other processes
_CHANGES_KEPT_SECONDS = 600.0
_COUNTS_KEPT = "-400 days"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, version INTEGER NOT NULL, sealed BLOB NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS rows_until ON rows (until);
CREATE TABLE IF NOT EXISTS tags (tag TEXT, id TEXT, PRIMARY KEY (tag, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_id ON tags (id);
CREATE TABLE IF NOT EXISTS said (id TEXT, seq INTEGER, key TEXT, sealed BLOB, PRIMARY KEY (id, seq), UNIQUE (id, key));
CREATE TABLE IF NOT EXISTS changes (seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, happened TEXT, handoff TEXT, helpline TEXT);
CREATE TABLE IF NOT EXISTS counts (day TEXT, helpline TEXT, what TEXT, number INTEGER, PRIMARY KEY (day, helpline, what));
CREATE TABLE IF NOT EXISTS brief (place TEXT, name TEXT, sealed BLOB, until REAL, PRIMARY KEY (place, name));
CREATE TABLE IF NOT EXISTS tallies (key TEXT PRIMARY KEY, number INTEGER, until REAL);
"""

T = TypeVar("T")


class SqliteShelf:
    """A file that several processes of one machine share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="handoffs")
        self._connection: sqlite3.Connection | None = None

    async def write(self, write: Write) -> Written:
        return await self._do(lambda db: _write(db, write))

    async def read(self, id: str) -> Row | None:
        def read(db: sqlite3.Connection) -> Row | None:
            return next(iter(_rows(db, "SELECT id, version, sealed, until FROM rows WHERE id = ?", id)), None)

        return await self._look(read)

    async def tagged(self, tag: str) -> Sequence[Row]:
        query = "SELECT r.id, version, sealed, until FROM rows r JOIN tags t ON t.id = r.id WHERE t.tag = ?"
        return await self._look(lambda db: _rows(db, query, tag))

    async def said(self, id: str, *, after: int) -> Sequence[tuple[int, bytes]]:
        query = "SELECT seq, sealed FROM said WHERE id = ? AND seq > ? ORDER BY seq"
        return await self._look(lambda db: db.execute(query, (id, after)).fetchall())

    async def said_under(self, id: str, key: str) -> tuple[int, bytes] | None:
        query = "SELECT seq, sealed FROM said WHERE id = ? AND key = ?"
        return await self._look(lambda db: db.execute(query, (id, key)).fetchone())

    async def tell(self, change: Change) -> None:
        await self._do(lambda db: _tell(db, [change]))

    async def changes(self, cursor: str | None, *, wait: float) -> tuple[str, Sequence[Change]]:
        if cursor is None:
            end = await self._look(lambda db: db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])
            return str(end), []
        query = "SELECT seq, happened, handoff, helpline FROM changes WHERE seq > ? ORDER BY seq"
        until = time.monotonic() + wait
        while True:
            found = await self._look(lambda db: db.execute(query, (int(cursor),)).fetchall())
            if found or time.monotonic() >= until:
                last = str(found[-1][0]) if found else cursor
                return last, [_change(happened, handoff, helpline) for _, happened, handoff, helpline in found]
            await asyncio.sleep(_LOOK_SECONDS)

    async def put_briefly(self, place: str, name: str, sealed: bytes, *, until: float) -> None:
        query = "INSERT OR REPLACE INTO brief VALUES (?, ?, ?, ?)"
        await self._do(lambda db: db.execute(query, (place, name, sealed, until)))

    async def drop_briefly(self, place: str, name: str) -> None:
        await self._do(lambda db: db.execute("DELETE FROM brief WHERE place = ? AND name = ?", (place, name)))

    async def kept_briefly(self, place: str, *, now: float) -> Mapping[str, bytes]:
        query = "SELECT name, sealed FROM brief WHERE place = ? AND until > ?"
        return dict(await self._look(lambda db: db.execute(query, (place, now)).fetchall()))

    async def tally(self, key: str, *, now: float, seconds: float, step: int = 1) -> int:
        def tally(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM tallies WHERE until <= ?", (now,))
            if step:
                add = "INSERT INTO tallies VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET number = number + ?"
                db.execute(add, (key, step, now + seconds, step))
            found = db.execute("SELECT number FROM tallies WHERE key = ?", (key,)).fetchone()
            return int(found[0]) if found else 0

        return await self._do(tally)

    async def counts(self, helplines: Collection[str], *, first: date, last: date) -> Sequence[Count]:
        def counts(db: sqlite3.Connection) -> list[Count]:
            query = (
                "SELECT day, helpline, what, number FROM counts WHERE day BETWEEN ? AND ? ORDER BY day, helpline, what"
            )
            return [
                Count(day=date.fromisoformat(day), helpline=HelplineId(helpline), what=what, number=number)
                for day, helpline, what, number in db.execute(query, (first.isoformat(), last.isoformat()))
                if helpline in helplines and number
            ]

        return await self._look(counts)

    async def purge(self, now: float) -> Sequence[str]:
        erased = await self._do(lambda db: _purge(db, now))
        await self._look(_empty_log)
        return erased

    async def check(self) -> None:
        await self._look(lambda db: db.execute("SELECT 1 FROM rows LIMIT 1").fetchone())

    async def aclose(self) -> None:
        def close() -> None:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

        await asyncio.get_running_loop().run_in_executor(self._thread, close)
        self._thread.shutdown(wait=False)

    async def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Change things in one transaction, all of them or none. Raises StoreDown."""

        def change(db: sqlite3.Connection) -> T:
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
            return result

        return await self._look(change)

    async def _look(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Work in the shelf's own thread. Raises StoreDown."""

        def do() -> T:
            try:
                return work(self._open())
            except (sqlite3.Error, OSError) as error:
                self._drop()
                raise StoreDown(type(error).__name__) from error

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, do)
        except RuntimeError as error:
            raise StoreDown("closed") from error

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            make_private(self._path)
            db = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
                db.execute(f"PRAGMA {pragma}")
            db.executescript(_SCHEMA)
            self._connection = db
        return self._connection

    def _drop(self) -> None:
        """A connection that failed is not trusted again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _write(db: sqlite3.Connection, write: Write) -> Written:
    row = write.row
    found = db.execute("SELECT version FROM rows WHERE id = ?", (row.id,)).fetchone()
    if (found[0] if found else 0) != row.version - 1:
        return Written(done=False)
    seq = 0
    if write.said is not None:
        key, sealed = write.said
        before = db.execute("SELECT seq FROM said WHERE id = ? AND key = ?", (row.id, key)).fetchone()
        if before:
            return Written(done=False, seq=before[0], again=True)
        seq = db.execute("SELECT coalesce(max(seq), 0) + 1 FROM said WHERE id = ?", (row.id,)).fetchone()[0]
        db.execute("INSERT INTO said VALUES (?, ?, ?, ?)", (row.id, seq, key, sealed))
    db.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?)", (row.id, row.version, row.sealed, row.until))
    db.execute("DELETE FROM tags WHERE id = ?", (row.id,))
    db.executemany("INSERT INTO tags VALUES (?, ?)", [(tag, row.id) for tag in row.tags])
    if write.forget_said:
        db.execute("DELETE FROM said WHERE id = ?", (row.id,))
    db.executemany(
        "INSERT INTO counts VALUES (?, ?, ?, ?) "
        "ON CONFLICT (day, helpline, what) DO UPDATE SET number = number + excluded.number",
        [(day.isoformat(), helpline, what, number) for (day, helpline, what), number in write.counts.items()],
    )
    _tell(db, write.changes)
    return Written(done=True, seq=seq)


def _tell(db: sqlite3.Connection, changes: Sequence[Change]) -> None:
    db.executemany(
        "INSERT INTO changes (at, happened, handoff, helpline) VALUES (?, ?, ?, ?)",
        [(time.time(), change.happened.value, change.handoff, change.helpline) for change in changes],
    )


def _change(happened: str, handoff: str | None, helpline: str | None) -> Change:
    return Change(
        happened=Happened(happened),
        handoff=HandoffId(handoff) if handoff else None,
        helpline=HelplineId(helpline) if helpline else None,
    )


def _rows(db: sqlite3.Connection, query: str, value: str) -> list[Row]:
    return [
        Row(id=id, version=version, sealed=sealed, until=until)
        for id, version, sealed, until in db.execute(query, (value,))
    ]


def _purge(db: sqlite3.Connection, now: float) -> list[str]:
    erased = [id for (id,) in db.execute("SELECT id FROM rows WHERE until <= ?", (now,))]
    for table in ("rows", "tags", "said"):
        db.executemany(f"DELETE FROM {table} WHERE id = ?", [(id,) for id in erased])  # noqa: S608  # our own names
    db.execute("DELETE FROM brief WHERE until <= ?", (now,))
    db.execute("DELETE FROM changes WHERE at <= ?", (time.time() - _CHANGES_KEPT_SECONDS,))
    db.execute(f"DELETE FROM counts WHERE day < date(?, 'unixepoch', '{_COUNTS_KEPT}')", (now,))  # noqa: S608
    return erased


def _empty_log(db: sqlite3.Connection) -> None:
    """The write-ahead log keeps old pages until it is emptied."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
