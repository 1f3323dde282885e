"""Accounts, sessions and the audit log in one SQLite file. Entries of the log can be added, never changed."""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

from bot.private_file import make_private
from bot.sealing import Seal, Unsealable
from bot.staff import audit
from bot.staff.errors import StaffError
from bot.staff.records import Account, AccountId, AccountState, Act, Entry, StaffSession, Stage
from bot.staff.secrets import backup_code_context, totp_context
from bot.vocabulary import StaffRole

FILE = "staff.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, shown_as TEXT NOT NULL, helpline TEXT, roles TEXT NOT NULL,
  state TEXT NOT NULL, created TEXT NOT NULL, password TEXT NOT NULL, totp BLOB NOT NULL, totp_step INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS invitations (
  account TEXT PRIMARY KEY REFERENCES accounts, secret TEXT NOT NULL, until TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS backup_codes (
  account TEXT NOT NULL REFERENCES accounts, code TEXT NOT NULL, PRIMARY KEY (account, code)
) STRICT;
CREATE TABLE IF NOT EXISTS devices (
  account TEXT NOT NULL REFERENCES accounts, device TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (account, device)
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
  id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, account TEXT NOT NULL REFERENCES accounts, stage TEXT NOT NULL,
  csrf TEXT NOT NULL, browser TEXT NOT NULL, started TEXT NOT NULL, seen TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS audit (
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
  helpline TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_ACCOUNT = "id, name, shown_as, helpline, roles, state, created, password, totp, totp_step"
_SESSION = "id, token_hash, account, stage, csrf, browser, started, seen"
_ENTRY = "number, at, actor, action, subject, helpline, detail, previous, hash"


class StaffStore:
    """One connection. Every method is one transaction; several processes may share the file."""

    def __init__(self, path: Path | str) -> None:
        if path != ":memory:":
            make_private(Path(path))
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, timeout=10.0, check_same_thread=False)
        self._db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON;"
        )
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Everything inside is kept as one, or none of it."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        with self._lock:  # a thread that checks a password must not step into another one's transaction
            return self._db.execute(statement, values)

    # accounts

    def add(self, account: Account) -> None:
        """Raises StaffError when the name is taken."""
        try:
            self._run(
                f"INSERT INTO accounts ({_ACCOUNT}) VALUES (?,?,?,?,?,?,?,?,?,?)",  # noqa: S608  # our own column names
                _account_row(account),
            )
        except sqlite3.IntegrityError as error:
            raise StaffError(f"there is an account named {account.name} already") from error

    def save(self, account: Account) -> None:
        """Write back a changed account."""
        row = _account_row(account)
        self._run(
            "UPDATE accounts SET name=?, shown_as=?, helpline=?, roles=?, state=?, created=?, password=?, totp=?,"
            " totp_step=? WHERE id=?",
            (*row[1:], row[0]),
        )

    def use_step(self, account: AccountId, step: int) -> bool:
        """Use up a time step of the authenticator; False when it or a later one was used already."""
        done = self._run("UPDATE accounts SET totp_step=? WHERE id=? AND totp_step<?", (step, account, step))
        return done.rowcount == 1

    def by_name(self, name: str) -> Account | None:
        return self._account("name=?", name)

    def by_id(self, account: AccountId) -> Account | None:
        return self._account("id=?", account)

    def accounts(self) -> tuple[Account, ...]:
        rows = self._run(f"SELECT {_ACCOUNT} FROM accounts ORDER BY name").fetchall()  # noqa: S608
        return tuple(_account(row) for row in rows)

    def _account(self, where: str, value: str) -> Account | None:
        row = self._run(f"SELECT {_ACCOUNT} FROM accounts WHERE {where}", (value,)).fetchone()  # noqa: S608
        return _account(row) if row else None

    # proofs

    def invite(self, account: AccountId, secret: str, until: datetime) -> None:
        """Keep the hash of a one-time secret; an earlier one is void."""
        self._run("INSERT OR REPLACE INTO invitations VALUES (?,?,?)", (account, secret, until.isoformat()))

    def invitation(self, account: AccountId, now: datetime) -> str | None:
        """The hash of the secret that is good now."""
        row = self._run("SELECT secret, until FROM invitations WHERE account=?", (account,)).fetchone()
        return row[0] if row and datetime.fromisoformat(row[1]) > now else None

    def void_invitation(self, account: AccountId) -> None:
        self._run("DELETE FROM invitations WHERE account=?", (account,))

    def set_backup_codes(self, account: AccountId, codes: Iterable[bytes]) -> None:
        """Replace the sealed digests of the backup codes. Call it within `together`."""
        self._run("DELETE FROM backup_codes WHERE account=?", (account,))
        for code in codes:
            self._run("INSERT INTO backup_codes VALUES (?,?)", (account, code.hex()))

    def backup_codes(self, account: AccountId) -> tuple[bytes, ...]:
        """The sealed digests of the codes that are left."""
        rows = self._run("SELECT code FROM backup_codes WHERE account=?", (account,)).fetchall()
        return tuple(bytes.fromhex(code) for (code,) in rows)

    def use_backup_code(self, account: AccountId, code: bytes) -> bool:
        """Use up a code; False when there is none such."""
        done = self._run("DELETE FROM backup_codes WHERE account=? AND code=?", (account, code.hex()))
        return done.rowcount == 1

    def backup_codes_left(self, account: AccountId) -> int:
        row = self._run("SELECT count(*) FROM backup_codes WHERE account=?", (account,)).fetchone()
        return int(row[0])

    def know_device(self, account: AccountId, device: str, until: datetime) -> None:
        self._run("INSERT OR REPLACE INTO devices VALUES (?,?,?)", (account, device, until.isoformat()))

    def device_known(self, account: AccountId, device: str, now: datetime) -> bool:
        row = self._run("SELECT until FROM devices WHERE account=? AND device=?", (account, device)).fetchone()
        return bool(row) and datetime.fromisoformat(row[0]) > now

    def forget_devices(self, account: AccountId) -> None:
        self._run("DELETE FROM devices WHERE account=?", (account,))

    def reseal(self, seal: Seal) -> tuple[str, ...]:
        """Seal anew what is under an older key. Returns the names of the accounts that no key given opens."""
        lost = set()
        with self.together():
            for account in self.accounts():
                try:
                    if account.totp and (totp := seal.renewed(account.totp, totp_context(account.id))):
                        self._run("UPDATE accounts SET totp=? WHERE id=?", (totp, account.id))
                except Unsealable:
                    lost.add(account.name)
                for code in self.backup_codes(account.id):
                    try:
                        if new := seal.renewed(code, backup_code_context(account.id)):
                            self._run("UPDATE backup_codes SET code=? WHERE code=?", (new.hex(), code.hex()))
                    except Unsealable:
                        lost.add(account.name)
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")  # or what the older key opens would stay in the log file
        return tuple(sorted(lost))

    # sessions

    def open_session(self, session: StaffSession) -> None:
        self._run(
            f"INSERT INTO sessions ({_SESSION}) VALUES (?,?,?,?,?,?,?,?)",  # noqa: S608
            (
                session.id, session.token_hash, session.account, session.stage.value, session.csrf, session.browser,
                session.started.isoformat(), session.seen.isoformat(),
            ),
        )  # fmt: skip

    def session(self, token_hash: str) -> StaffSession | None:
        row = self._run(f"SELECT {_SESSION} FROM sessions WHERE token_hash=?", (token_hash,)).fetchone()  # noqa: S608
        return _session(row) if row else None

    def sessions(self, account: AccountId) -> tuple[StaffSession, ...]:
        rows = self._run(
            f"SELECT {_SESSION} FROM sessions WHERE account=? ORDER BY seen DESC",  # noqa: S608
            (account,),
        )
        return tuple(_session(row) for row in rows)

    def touch(self, session: str, seen: datetime) -> None:
        self._run("UPDATE sessions SET seen=? WHERE id=?", (seen.isoformat(), session))

    def end_session(self, account: AccountId, session: str) -> bool:
        done = self._run("DELETE FROM sessions WHERE account=? AND id=?", (account, session))
        return done.rowcount == 1

    def end_sessions(self, account: AccountId) -> None:
        self._run("DELETE FROM sessions WHERE account=?", (account,))

    def end_stale(self, *, seen_before: datetime, started_before: datetime) -> None:
        """Erase sessions that ran out. Times compare as text: all are UTC in one format."""
        self._run(
            "DELETE FROM sessions WHERE seen<? OR started<?", (seen_before.isoformat(), started_before.isoformat())
        )

    # audit

    def log(self, act: Act, at: datetime) -> None:
        """Append to the audit log."""
        with self.together():
            row = self._run("SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1").fetchone()
            number, previous = row or (0, audit.START)
            made = audit.entry(number + 1, at.isoformat(timespec="milliseconds"), act, previous)
            self._run(
                f"INSERT INTO audit ({_ENTRY}) VALUES (?,?,?,?,?,?,?,?,?)",  # noqa: S608
                (
                    made.number, made.at, act.actor, act.action, act.subject, act.helpline, act.detail, made.previous,
                    made.hash,
                ),
            )  # fmt: skip

    def entries(self, *, before: int | None = None, most: int | None = None) -> Iterator[Entry]:
        """The log from its start; with `most`, the last so many, newest first."""
        if most is None:
            rows = self._run(f"SELECT {_ENTRY} FROM audit ORDER BY number")  # noqa: S608
        else:
            rows = self._run(
                f"SELECT {_ENTRY} FROM audit WHERE number<? ORDER BY number DESC LIMIT ?",  # noqa: S608
                (before or 1 << 62, most),
            )
        for number, at, actor, action, subject, helpline, detail, previous, made in rows:
            act = Act(actor=actor, action=action, subject=subject, helpline=helpline, detail=detail)
            yield Entry(number=number, at=at, act=act, previous=previous, hash=made)


def _account_row(account: Account) -> tuple[object, ...]:
    return (
        account.id, account.name, account.shown_as, account.helpline, json.dumps(sorted(account.roles)),
        account.state.value, account.created.isoformat(), account.password, account.totp, account.totp_step,
    )  # fmt: skip


def _account(row: tuple[str, str, str, str | None, str, str, str, str, bytes, int]) -> Account:
    return Account(
        id=AccountId(row[0]),
        name=row[1],
        shown_as=row[2],
        helpline=row[3],
        roles=frozenset(StaffRole(role) for role in json.loads(row[4])),
        state=AccountState(row[5]),
        created=datetime.fromisoformat(row[6]),
        password=row[7],
        totp=row[8],
        totp_step=row[9],
    )


def _session(row: tuple[str, str, str, str, str, str, str, str]) -> StaffSession:
    return StaffSession(
        id=row[0],
        token_hash=row[1],
        account=AccountId(row[2]),
        stage=Stage(row[3]),
        csrf=row[4],
        browser=row[5],
        started=datetime.fromisoformat(row[6]),
        seen=datetime.fromisoformat(row[7]),
    )
