"""Change sets on their way: what an editor changed and has not published, with what others said of it."""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec.structs import replace

from bot.errors import ContentError
from bot.private_file import make_private

FILE = "drafts.sqlite"
_WAIT_SECONDS = 5.0


class State(StrEnum):
    """Where a change set stands. `waiting`: for a second person's yes."""

    OPEN = "open"
    WAITING = "waiting"
    PUBLISHED = "published"
    DROPPED = "dropped"


_ENDED = {
    State.PUBLISHED: "These changes are published already: see History. To change it once more, begin anew from there.",
    State.DROPPED: "These changes were dropped already: nothing of them is left. If it is still wanted, change it anew.",
}


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of a change set."""

    author: str
    at: datetime
    text: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A change set. base: the version it began from. texts: whole new files by path; None takes a file away."""

    id: str
    author: str
    base: str
    changed: datetime
    texts: dict[str, str | None] = {}
    reason: str = ""
    state: State = State.OPEN
    approved_by: str = ""
    comments: tuple[Comment, ...] = ()

    @property
    def ended(self) -> str:
        """How it ended and what can be done then, in plain words; empty while it is open or waits."""
        return _ENDED.get(self.state, "")


class Drafts:
    """All change sets in one file. Each change is read and written in one step, so that nobody's is lost."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def of(self, author: str) -> Draft | None:
        """The change set that an editor works on, open or waiting."""
        return next(iter(self.all(State.OPEN, State.WAITING, author=author)), None)

    def all(self, *states: State, author: str = "") -> list[Draft]:
        """The change sets in these states, the one changed last in front."""
        if not self._path.exists():
            return []
        with self._open() as file:
            found = [one for one in _all(file) if one.state in states and author in ("", one.author)]
        return sorted(found, key=lambda draft: draft.changed, reverse=True)

    def get(self, id: str) -> Draft:
        """One change set. Raises ContentError."""
        with self._open() as file:
            return _get(file, id)

    def put(self, author: str, base: str, texts: Mapping[str, str | None], now: datetime) -> Draft:
        """Keep changed files in the editor's change set, or begin one at version `base`. Raises ContentError."""
        with self._open() as file:
            mine = next((d for d in _all(file) if d.author == author and d.state in (State.OPEN, State.WAITING)), None)
            if mine is None:
                mine = Draft(id=secrets.token_hex(8), author=author, base=base, changed=now)
            if mine.state is State.WAITING:
                raise ContentError(["Your changes wait for approval. Take them back first, then go on changing."])
            return _write(file, replace(mine, changed=now, texts={**mine.texts, **texts}))

    def take_out(self, id: str, paths: Iterable[str], now: datetime) -> Draft:
        """Leave files out of a change set again; without any it is dropped. Raises ContentError."""
        gone = set(paths)

        def without(draft: Draft) -> Draft:
            texts = {path: text for path, text in draft.texts.items() if path not in gone}
            return replace(draft, texts=texts, state=State.OPEN if texts else State.DROPPED)

        return self._update(id, now, without)

    def say(self, id: str, author: str, text: str, now: datetime) -> Draft:
        """Put a comment under a change set. Raises ContentError."""
        if not text.strip():
            raise ContentError(["There is nothing in the comment."])
        comment = Comment(author=author, at=now, text=text.strip())
        return self._update(id, now, lambda draft: replace(draft, comments=(*draft.comments, comment)))

    def change(self, id: str, now: datetime, **parts: object) -> Draft:
        """Put other parts into a change set. Raises ContentError when it is published or dropped already."""
        return self._update(id, now, lambda draft: replace(draft, **parts))

    def published(
        self, id: str, texts: Mapping[str, str | None], commit: str, now: datetime, *, approved_by: str = ""
    ) -> None:
        """End a change set of which `texts` were published as `commit`.

        What was edited while that went on stays, open, on top of `commit`. One that was dropped meanwhile stays dropped.
        """
        with self._open() as file:
            draft = _get(file, id)
            if draft.ended:
                return
            left = {path: text for path, text in draft.texts.items() if path not in texts or texts[path] != text}
            if left:
                _write(file, replace(draft, changed=now, texts=left, base=commit, reason="", state=State.OPEN))
            else:
                _write(file, replace(draft, changed=now, state=State.PUBLISHED, approved_by=approved_by))

    def _update(self, id: str, now: datetime, change: Callable[[Draft], Draft]) -> Draft:
        with self._open() as file:
            draft = _get(file, id)
            if draft.ended:
                raise ContentError([draft.ended])
            return _write(file, replace(change(draft), changed=now))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        make_private(self._path)
        with closing(sqlite3.connect(self._path, timeout=_WAIT_SECONDS)) as file, file:
            file.execute("CREATE TABLE IF NOT EXISTS drafts (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID")
            file.execute("BEGIN IMMEDIATE")  # what is read is what is written: nobody comes in between
            yield file


def _all(file: sqlite3.Connection) -> list[Draft]:
    return [_read(body) for (body,) in file.execute("SELECT body FROM drafts")]


def _write(file: sqlite3.Connection, draft: Draft) -> Draft:
    file.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?)", (draft.id, msgspec.json.encode(draft)))
    return draft


def _get(file: sqlite3.Connection, id: str) -> Draft:
    row = file.execute("SELECT body FROM drafts WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise ContentError(["There is no such change set."])
    return _read(row[0])


def _read(body: bytes) -> Draft:
    return msgspec.json.decode(body, type=Draft)
