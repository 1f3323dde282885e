"""The content repository: every published state of the content is a git commit with its author and reason."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from bot.errors import ContentError

# What editors may change, at the same places as in the code's own tree.
TREES = ("data", "bot/domain", "bot/widget/text")
SHIPPED = "shipped"  # the branch of what came with the code
AS_SHIPPED = "Content as shipped"
_NOT_CACHED = ":(exclude,glob)**/__pycache__/**"
_COMMIT = re.compile(r"[0-9a-f]{40}")
_FORMAT = "%x01%H%x00%an%x00%aI%x00%s%x00%(trailers:key=Approved-by,valueonly,separator=%x2C)%x00"
_QUIET = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One published state of the content. paths: the files that differ from the state before."""

    commit: str
    author: str
    reason: str
    at: datetime
    approved_by: str | None
    paths: frozenset[str]

    def touches(self, path: str) -> bool:
        """Whether it changed a file."""
        return path in self.paths


class History:
    """Reads and writes the commits of a bare repository; no file of a working tree is ever half-written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def open(cls, folder: Path, *, shipped: Path) -> "History":
        """The repository at `folder`, made from the content under `shipped` at first use. Raises ContentError.

        While nobody has published, it follows what a new version of the code ships.
        """
        history = cls(folder)
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            # Made beside and moved in one step: a start that breaks off leaves nothing behind.
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".content-") as room:
                made = cls(Path(room) / "content")
                made._git_alone("init", "--quiet", "--bare", "--initial-branch=main", str(made._folder))
                made._record(made._tree_of(shipped), author="Fingerpost", reason=AS_SHIPPED, approved_by=None, on=None)
                made._point(SHIPPED, "main")
                made._folder.rename(folder)
        elif history.new_shipped(shipped) and history._tree("main") == history._tree(SHIPPED):
            tree = history._tree_of(shipped)
            history._record(tree, author="Fingerpost", reason=AS_SHIPPED, approved_by=None, on=history.current().commit)
            history._point(SHIPPED, "main")
        return history

    def new_shipped(self, shipped: Path) -> bool:
        """Whether the code ships other content than when it was last taken in."""
        return self._tree_of(shipped) != self._tree(SHIPPED)

    def merge_shipped(self, shipped: Path) -> tuple[dict[str, str | None], list[str]]:
        """What new shipped content changes in the newest version, and the files where editors' words stay instead."""
        old, new, mine = self._files(SHIPPED), _texts(shipped), self._files("main")
        changed = {path: new.get(path) for path in {*old, *new} if old.get(path) != new.get(path)}
        return _merged(changed, old, mine)

    def shipped_taken_in(self, shipped: Path) -> None:
        """Remember that the shipped content was merged."""
        tree = self._tree_of(shipped)
        commit = self._git("commit-tree", tree, "-p", SHIPPED, "-m", AS_SHIPPED).decode().strip()
        self._point(SHIPPED, commit)

    def merge(self, texts: Mapping[str, str | None], *, base: str) -> tuple[dict[str, str | None], list[str]]:
        """Changes made on version `base` as they would be on the newest, and the files where others changed the same.

        Those files are not among the changes. When `base` is gone (the repository came back from an older copy), nobody
        can tell who changed what: every file that reads differently counts as changed by others.
        """
        if base == self.current().commit:
            return dict(texts), []
        return _merged(texts, self._files(base) if self._has(base) else {}, self._files("main"))

    def tree(self, commit: str | None = None) -> dict[str, str]:
        """The text of every content file, now or at a commit. Raises ContentError."""
        return self._files(_known(commit))

    def current(self) -> Release:
        """The newest published state."""
        return self._log("-1")[0]

    def all(self) -> list[Release]:
        """Every published state, newest first."""
        return self._log()

    def unpack(self, commit: str, into: Path, changes: Mapping[str, str | None] | None = None) -> None:
        """Write the content of a commit, with `changes` (None deletes), into the new folder `into`. Raises ContentError."""
        checked = {_inside(path): text for path, text in (changes or {}).items()}
        into.mkdir(parents=True)
        at = commit if commit in ("main", SHIPPED) else _known(commit)
        try:
            self._git("--work-tree", str(into.resolve()), "checkout", at, "--", ".", index=True)
        except ContentError:
            shutil.rmtree(into, ignore_errors=True)
            raise
        for path, text in checked.items():
            (into / path).parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                (into / path).unlink(missing_ok=True)
            else:
                (into / path).write_text(text, encoding="utf-8")

    def add(
        self, changes: Mapping[str, str | None], *, base: str, author: str, reason: str, approved_by: str | None
    ) -> Release:
        """Commit changed files (None deletes) on top of `base`. Raises ContentError when `base` is not the newest."""
        texts = {_inside(path): text.encode() if text is not None else None for path, text in changes.items()}
        self._commit(texts, author=author, reason=reason, approved_by=approved_by, on=_known(base))
        return self.current()

    def restore(self, commit: str, *, author: str, reason: str) -> Release:
        """Make an earlier state the newest again, as a commit of its own. Raises ContentError."""
        tree = self._git("rev-parse", f"{_known(commit)}^{{tree}}").decode().strip()
        self._record(tree, author=author, reason=reason, approved_by=None, on=self.current().commit)
        return self.current()

    def _log(self, *options: str) -> list[Release]:
        log = self._git("log", "--name-only", *options, f"--format={_FORMAT}", "main")
        entries = log.decode().split("\x01")
        return [_release(entry.strip()) for entry in entries if entry.strip()]

    def _commit(
        self, texts: Mapping[str, bytes | None], *, author: str, reason: str, approved_by: str | None, on: str
    ) -> None:
        with tempfile.TemporaryDirectory() as room:
            index = Path(room) / "index"
            self._git("read-tree", on, at=index)
            for path, text in texts.items():
                if text is None:
                    gone = f"0 {'0' * 40}\t{path}\n".encode()  # --force-remove would want a working tree
                    self._git("update-index", "--index-info", given=gone, at=index)
                else:
                    blob = self._git("hash-object", "-w", "--stdin", given=text).decode().strip()
                    self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", at=index)
            tree = self._git("write-tree", at=index).decode().strip()
        self._record(tree, author=author, reason=reason, approved_by=approved_by, on=on)

    def _tree_of(self, shipped: Path) -> str:
        """The tree object of the content under a folder."""
        with tempfile.TemporaryDirectory() as room:
            index = Path(room) / "index"
            present = [tree for tree in TREES if (shipped / tree).exists()]
            self._git("--work-tree", str(shipped), "add", "--force", "--", *present, _NOT_CACHED, at=index, cwd=shipped)
            return self._git("write-tree", at=index).decode().strip()

    def _tree(self, ref: str) -> str:
        return self._git("rev-parse", f"{ref}^{{tree}}").decode().strip()

    def _point(self, ref: str, commit: str) -> None:
        self._git("update-ref", f"refs/heads/{ref}", commit)

    def _has(self, commit: str) -> bool:
        try:
            self._git("cat-file", "-e", f"{_known(commit)}^{{commit}}")
        except ContentError:
            return False
        return True

    def _files(self, commit: str) -> dict[str, str]:
        with tempfile.TemporaryDirectory() as room:
            self.unpack(commit, Path(room) / "content")
            return _texts(Path(room) / "content")

    def _record(self, tree: str, *, author: str, reason: str, approved_by: str | None, on: str | None) -> None:
        message = _line(reason, "a reason") + (
            f"\n\nApproved-by: {_line(approved_by, 'a name')}" if approved_by else ""
        )
        name = _line(author, "a name")
        parent = ("-p", on) if on else ()
        commit = self._git("commit-tree", tree, *parent, "-m", message, author=name).decode().strip()
        try:
            # Compares and swaps: somebody who published in between is never overwritten.
            self._git("update-ref", "refs/heads/main", commit, on or "0" * 40)
        except ContentError as error:
            raise ContentError(
                ["Somebody has published since you began: look at their change, then try again."]
            ) from error

    def _git(
        self,
        *arguments: str,
        given: bytes = b"",
        at: Path | None = None,
        author: str = "Fingerpost",
        index: bool = False,
        cwd: Path | None = None,
    ) -> bytes:
        if index:
            with tempfile.TemporaryDirectory() as room:
                return self._git(*arguments, given=given, at=Path(room) / "index", author=author)
        place = f"--git-dir={self._folder.resolve()}"
        return self._git_alone(place, *arguments, given=given, at=at, author=author, cwd=cwd)

    def _git_alone(
        self,
        *arguments: str,
        given: bytes = b"",
        at: Path | None = None,
        author: str = "Fingerpost",
        cwd: Path | None = None,
    ) -> bytes:
        own = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
               (("NAME", author), ("EMAIL", "editor@fingerpost.invalid"))}  # fmt: skip
        env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | _QUIET | own
        if at:
            env["GIT_INDEX_FILE"] = str(at)
        done = _run_git(*arguments, given=given, env=env, cwd=cwd)
        if done.returncode:
            raise ContentError(["The content repository could not do that: is the file or version known?"])
        return done.stdout


def _run_git(
    *arguments: str, given: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        # No shell; paths, commits and texts are checked before. S607: every distribution has its own place for git.
        return subprocess.run(["git", *arguments], input=given, env=env, cwd=cwd, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise ContentError(["Changing content needs git, which is not installed here."]) from error


def _texts(root: Path) -> dict[str, str]:
    files: Iterable[Path] = (path for tree in TREES for path in sorted((root / tree).rglob("*")))
    return {
        f.relative_to(root).as_posix(): f.read_text("utf-8")
        for f in files
        if f.is_file() and "__pycache__" not in f.parts
    }


def _merged(
    changes: Mapping[str, str | None], base: Mapping[str, str], now: Mapping[str, str]
) -> tuple[dict[str, str | None], list[str]]:
    merged: dict[str, str | None] = {}
    conflicts: list[str] = []
    for path, text in changes.items():
        old, new = base.get(path), now.get(path)
        if new in (old, text):
            merged |= {path: text} if new != text else {}
        elif text == old:
            continue
        elif None in (old, new, text) or (both := _both(str(text), str(old), str(new))) is None:
            conflicts.append(path)
        else:
            merged[path] = both
    return merged, sorted(conflicts)


def _both(mine: str, base: str, theirs: str) -> str | None:
    """The text with the changes of both; None when they changed the same lines."""
    with tempfile.TemporaryDirectory() as room:
        paths = [Path(room) / name for name in ("mine", "base", "theirs")]
        for path, text in zip(paths, (mine, base, theirs), strict=True):
            path.write_text(text, "utf-8")
        done = _run_git("merge-file", "-p", *map(str, paths))
    return done.stdout.decode() if done.returncode == 0 else None


def _inside(path: str) -> str:
    parts = PurePosixPath(path).parts
    if ".." in parts or not any(path.startswith(f"{tree}/") for tree in TREES) or any(c in path for c in "\0\n:\\"):
        raise ContentError(["This file is not part of the content."])
    return PurePosixPath(path).as_posix()


def _known(commit: str | None) -> str:
    if commit is not None and not _COMMIT.fullmatch(commit):
        raise ContentError(["This version is not known."])
    return commit or "main"


def _line(text: str, what: str) -> str:
    line = " ".join(text.split())
    if not line:
        raise ContentError([f"Give {what}: it stands in the history."])
    return line


def _release(entry: str) -> Release:
    commit, author, at, reason, approved, paths = entry.split("\0")
    return Release(
        commit=commit,
        author=author,
        reason=reason,
        at=datetime.fromisoformat(at),
        approved_by=approved.strip() or None,
        paths=frozenset(paths.split()),
    )
