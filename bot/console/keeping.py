"""What helplines write for themselves: safeguarding records, sealed, and who asked for a debrief. One SQLite file."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.private_file import make_private
from bot.sealing import Seal, Unsealable

log = structlog.get_logger()

FILE = "console.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS safeguarding (
  id TEXT PRIMARY KEY, helpline TEXT NOT NULL, raised TEXT NOT NULL, sealed BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS debriefs (worker TEXT PRIMARY KEY, helpline TEXT NOT NULL, asked TEXT NOT NULL) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A safeguarding record. `about` is who is at risk, `facts` what is known and how, `done` what was done about it."""

    id: str
    helpline: str
    raised: datetime
    chat: str
    reference: str
    raised_by: str
    about: str
    facts: str
    done: str
    answer: str = ""
    answered_by: str = ""
    closed: bool = False


class Keeping:
    """Safeguarding records and debriefs. A record is erased `days` after it was raised, answered or not."""

    def __init__(self, path: Path | str, *, seal: Seal, days: int) -> None:
        if path != ":memory:":
            make_private(Path(path))
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
        self._db.executescript(_TABLES)
        self._seal = seal
        self.days = days

    def close(self) -> None:
        self._db.close()

    def raise_concern(
        self,
        *,
        helpline: str,
        chat: str,
        reference: str,
        raised_by: str,
        about: str,
        facts: str,
        done: str,
        now: datetime,
    ) -> Concern:
        """Keep a new record."""
        concern = Concern(
            id=secrets.token_hex(8), helpline=helpline, raised=now, chat=chat, reference=reference, raised_by=raised_by,
            about=about, facts=facts, done=done,
        )  # fmt: skip
        self._db.execute(
            "INSERT INTO safeguarding VALUES (?,?,?,?)",
            (concern.id, helpline, now.isoformat(), self._sealed(concern)),
        )
        return concern

    def concerns(self, helpline: str) -> tuple[Concern, ...]:
        """All of one helpline that a key given opens, open ones first, then the newest."""
        rows = self._db.execute(
            "SELECT id, helpline, raised, sealed FROM safeguarding WHERE helpline=? ORDER BY raised DESC", (helpline,)
        ).fetchall()
        found = [concern for row in rows if (concern := self._opened(row))]
        return tuple(sorted(found, key=lambda concern: concern.closed))

    def concern(self, helpline: str, concern: str) -> Concern | None:
        row = self._db.execute(
            "SELECT id, helpline, raised, sealed FROM safeguarding WHERE helpline=? AND id=?", (helpline, concern)
        ).fetchone()
        return self._opened(row) if row else None

    def answer(self, concern: Concern, *, answer: str, answered_by: str, closed: bool) -> Concern:
        """Keep what the lead decided."""
        changed = replace(concern, answer=answer, answered_by=answered_by, closed=closed)
        self._db.execute("UPDATE safeguarding SET sealed=? WHERE id=?", (self._sealed(changed), concern.id))
        return changed

    def reseal(self) -> int:
        """Seal records anew that are under an older key. Returns how many no key given opens."""
        lost = 0
        for id, sealed in self._db.execute("SELECT id, sealed FROM safeguarding").fetchall():
            try:
                if new := self._seal.renewed(sealed, _context(id)):  # one answered meanwhile is under the first key
                    self._db.execute("UPDATE safeguarding SET sealed=? WHERE id=? AND sealed=?", (new, id, sealed))
            except Unsealable:
                lost += 1
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return lost

    def erased_on(self, concern: Concern) -> datetime:
        return concern.raised + timedelta(days=self.days)

    def ask_debrief(self, helpline: str, worker: str, now: datetime) -> None:
        self._db.execute("INSERT OR REPLACE INTO debriefs VALUES (?,?,?)", (worker, helpline, now.isoformat()))

    def debriefs(self, helpline: str) -> Mapping[str, datetime]:
        """Who asked, and when."""
        rows = self._db.execute("SELECT worker, asked FROM debriefs WHERE helpline=? ORDER BY asked", (helpline,))
        return {worker: datetime.fromisoformat(asked) for worker, asked in rows}

    def debriefed(self, helpline: str, worker: str) -> None:
        self._db.execute("DELETE FROM debriefs WHERE helpline=? AND worker=?", (helpline, worker))

    def sweep(self, now: datetime) -> None:
        """Erase what has run out."""
        limit = (now - timedelta(days=self.days)).isoformat()
        self._db.execute("DELETE FROM safeguarding WHERE raised<=?", (limit,))
        self._db.execute("DELETE FROM debriefs WHERE asked<=?", (limit,))
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _sealed(self, concern: Concern) -> bytes:
        inside = {
            name: getattr(concern, name)
            for name in ("chat", "reference", "raised_by", "about", "facts", "done", "answer", "answered_by", "closed")
        }
        return self._seal.seal(json.dumps(inside).encode(), _context(concern.id))

    def _opened(self, row: tuple[str, str, str, bytes]) -> Concern | None:
        try:
            inside: dict[str, Any] = json.loads(self._seal.open(row[3], _context(row[0])))
        except Unsealable:  # one that can't be read hides no other
            log.error("safeguarding record sealed under another key", record=row[0])
            return None
        return Concern(id=row[0], helpline=row[1], raised=datetime.fromisoformat(row[2]), **inside)


def _context(record: str) -> str:
    return f"safeguarding {record}"
