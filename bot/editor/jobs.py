"""One job at a time: trying out, publishing and going back run beside the pages, which only look at how far they are."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

import structlog

from bot.editor.judgement import Finding, Weight
from bot.editor.publishing import Publisher, Trial
from bot.errors import ContentError, FingerpostError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is. steps: what was said, in order. about: the change set or version it is about."""

    state: Literal["idle", "running", "done", "failed"] = "idle"
    act: Literal["try", "publish", "back", ""] = ""
    about: str = ""
    steps: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[str, ...] = ()
    commit: str = ""
    seconds: float = 0.0

    @property
    def stopped(self) -> bool:
        """Whether something found stops it."""
        return any(finding.weight is Weight.STOPS for finding in self.findings)


@dataclass(slots=True)
class Publishing:
    """Runs one job at a time beside the pages, which only look at how far it is."""

    publisher: Publisher
    _progress: Progress = field(default_factory=Progress)
    _began: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _tried: Trial | None = None

    def progress(self) -> Progress:
        """How far the job under way is, or how the last one ended."""
        now = self._progress
        return replace(now, seconds=time.monotonic() - self._began) if now.state == "running" else now

    def try_out(self, about: str, changes: Mapping[str, str | None]) -> None:
        """Begin to try a change set out. Raises ContentError when another job runs."""
        self._begin("try", about, lambda: self._try(changes))

    def publish(
        self, about: str, changes: Mapping[str, str | None], *, author: str, reason: str, approved_by: str | None,
        done: Callable[[str], None],
    ) -> None:  # fmt: skip
        """Begin to publish a change set; `done` gets the commit when it is kept. Raises ContentError when another job runs."""

        def work() -> str:
            trial = self._try_again(changes)
            if trial.stopped:
                return ""
            kept = self.publisher.publish(trial, author=author, reason=reason, approved_by=approved_by, say=self._say)
            self._tried = None
            done(kept.commit)
            return kept.commit

        self._begin("publish", about, work)

    def roll_back(self, commit: str, *, author: str, reason: str) -> None:
        """Begin to go back to a version. Raises ContentError when another job runs."""
        self._begin(
            "back", commit, lambda: self.publisher.roll_back(commit, author=author, reason=reason, say=self._say).commit
        )

    def _try(self, changes: Mapping[str, str | None]) -> str:
        self._forget()
        self._tried = self.publisher.try_out(changes, self._say)
        self._progress = replace(self._progress, findings=self._tried.findings)
        return ""

    def _try_again(self, changes: Mapping[str, str | None]) -> Trial:
        """The trial of just now when it was of the same change on the same version; else a new one."""
        tried = self._tried
        same = tried is not None and (tried.changes, tried.base) == (dict(changes), self.publisher.current().commit)
        if tried is None or not same or not tried.folder.exists():
            self._try(changes)
        else:
            self._progress = replace(self._progress, findings=tried.findings)
        assert self._tried is not None  # noqa: S101  # just tried
        return self._tried

    def _forget(self) -> None:
        if self._tried is not None:
            self.publisher.drop(self._tried)
            self._tried = None

    def _say(self, line: str) -> None:
        self._progress = replace(self._progress, steps=(*self._progress.steps, line))

    def _begin(self, act: Literal["try", "publish", "back"], about: str, work: Callable[[], str]) -> None:
        if not self._lock.acquire(blocking=False):
            raise ContentError(["Something is being tried or published already. Wait until it is done."])
        self._began = time.monotonic()
        self._progress = Progress(state="running", act=act, about=about)
        threading.Thread(target=self._work, args=(work,), daemon=True).start()

    def _work(self, work: Callable[[], str]) -> None:
        with self._freed():
            try:
                commit = work()
            except FingerpostError as error:
                problems = tuple(str(error).splitlines())
                self._progress = replace(self._progress, state="failed", problems=problems)
            except Exception as error:  # the last net: what is served stays, and the page says that it failed
                log.error("publishing failed", error=type(error).__name__)
                said = "Something went wrong on our side. What visitors see is as it was."
                self._progress = replace(self._progress, state="failed", problems=(said,))
            else:
                self._progress = replace(self._progress, state="done", commit=commit)

    @contextmanager
    def _freed(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._progress = replace(self._progress, seconds=time.monotonic() - self._began)
            self._lock.release()
