"""Backs up what a charity must not lose and nothing that must not be kept: `backup.py staff.sqlite copy.sqlite`.

Kept: staff accounts, their backup codes (hashed and sealed) and the audit log. Left out: who is signed in, invitations, known
devices; and, by never being read here, handoffs, safeguarding records, sessions and conversations, whose promised
end no old copy may outlive. The wording, the services and the settings are files of the charity's own.
"""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

KEPT = ("accounts", "backup_codes", "audit")


def back_up(source: Path, target: Path) -> dict[str, int]:
    """Write the kept tables of `source` to a new file; rows by table. Raises OSError or sqlite3.Error, leaving no file."""
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    os.close(descriptor)
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.execute("BEGIN")  # one moment for all tables
            counts = {table: _copy(old, new, table) for table in KEPT}
            new.commit()
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return counts


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> int:
    made = old.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    if made is None:
        raise sqlite3.DatabaseError(f"{table} is missing: this is not the staff database")
    new.execute(made[0])
    rows = old.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608  # names of ours
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        new.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
    return len(rows)


if __name__ == "__main__":
    kept = back_up(Path(sys.argv[1]), Path(sys.argv[2]))
    print(", ".join(f"{name}: {count}" for name, count in kept.items()))  # noqa: T201  # for the person at the terminal
