"""Publishing: a change is tried on a copy of the content, and kept and served only when nothing stops it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import structlog

from bot.content import check, services
from bot.edition import EDITIONS, SHIPPED, Edition, serve_from_now, served, shipped
from bot.editor.dialogues import PATH as KEPT_DIALOGUES
from bot.editor.history import History, Release
from bot.editor.items import Tree
from bot.editor.judgement import Finding, Weight, compare
from bot.editor.rehearsal import DIALOGUES, load_dialogues, rehearse
from bot.errors import ContentError
from bot.settings import ROOT, Settings
from bot.training import judge
from bot.training.run import NOTE, fingerprint, trained

log = structlog.get_logger()

_TRIAL = ".trial-"
_FORGOTTEN_SECONDS = 24 * 3600  # after which a trial that was broken off is removed
_JUDGED = "judged.json"
READABLE = 0o750  # the other parts may run as other users of the same group
KEPT = 10  # editions that can be gone back to at once; older ones are trained again
# Content that models or patterns are made of: a change here is judged on messages held apart.
JUDGED = (
    "data/nlu/", "data/safety/", "data/rules/", "data/stories/",
    "bot/domain/intents.yml", "bot/domain/added.yml", "bot/domain/slots.yml",
)  # fmt: skip

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A change on a copy of the version `base`: where the copy lies, and what was found."""

    base: str
    changes: Mapping[str, str | None]
    folder: Path
    findings: tuple[Finding, ...]

    @property
    def stopped(self) -> bool:
        """Whether it must not be published."""
        return any(finding.weight is Weight.STOPS for finding in self.findings)


class Publisher:
    """Keeps the versions of the content, tries changes out, and lets the service take them up."""

    def __init__(self, settings: Settings, history: History) -> None:
        self._settings, self._history = settings, history
        self._editions = settings.content_folder / EDITIONS
        self._tree = lru_cache(maxsize=4)(history.tree)

    @classmethod
    def open(cls, settings: Settings) -> "Publisher":
        """With the repository in the content folder, made at first use. Raises ContentError."""
        return cls(settings, History.open(settings.content_folder / "history.git", shipped=ROOT))

    def current(self) -> Release:
        """The newest version."""
        return self._history.current()

    def history(self) -> list[Release]:
        """Every version, the newest first."""
        return self._history.all()

    def tree(self, commit: str | None = None) -> Tree:
        """The text of every content file, of the newest version or another. Raises ContentError."""
        return self._tree(commit or self.current().commit)

    def merge(self, texts: Mapping[str, str | None], *, base: str) -> tuple[dict[str, str | None], list[str]]:
        """Changes made on an older version as they would be on the newest, and the files where others did the same."""
        return self._history.merge(texts, base=base)

    def new_shipped(self) -> bool:
        """Whether the code came with other content than what was taken in last."""
        return self._history.new_shipped(ROOT)

    def merge_shipped(self) -> tuple[dict[str, str | None], list[str]]:
        """What that content would change, and the files where the editors' words stay instead."""
        return self._history.merge_shipped(ROOT)

    def shipped_taken_in(self) -> None:
        """Remember that it was merged."""
        self._history.shipped_taken_in(ROOT)

    # Trying out

    def try_out(self, changes: Mapping[str, str | None], say: Say) -> Trial:
        """Apply whole new texts (None deletes) to a copy, and check, train, judge and rehearse it.

        Raises FingerpostError when it can't be tried; what is wrong with the content is among the findings.
        """
        base = self.current().commit
        with self._copy() as folder:
            say("Checking every text, button, number and source")
            self._history.unpack(base, folder / "content", changes)
            findings = [Finding(weight=Weight.STOPS, text=problem) for problem in self._problems(folder / "content")]
            if not findings:
                self._make_models(folder, served(self._settings), say)
                findings += self._judged(folder, changes, say)
                findings += self._rehearsed(folder, say)
        return Trial(base=base, changes=changes, folder=folder, findings=tuple(findings))

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        """A folder to make an edition in, which a failure takes away again."""
        self._editions.mkdir(mode=READABLE, parents=True, exist_ok=True)
        for old in self._editions.glob(f"{_TRIAL}*"):
            if time.time() - old.stat().st_mtime > _FORGOTTEN_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=self._editions, prefix=_TRIAL))
        folder.chmod(folder.stat().st_mode | READABLE)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def drop(self, trial: Trial) -> None:
        """Forget a trial."""
        shutil.rmtree(trial.folder, ignore_errors=True)

    def _make_models(self, folder: Path, like: Edition, say: Say) -> None:
        """The models of the copy: those of the edition `like` when they fit, else trained ones."""
        new = Edition.at(folder)
        _link_models(like.models, new.models)
        if trained(new):
            return
        say("Learning from the examples: this takes a minute or two")
        shutil.rmtree(new.models, ignore_errors=True)
        self._run(say, "bot.training", str(folder))

    def _judged(self, folder: Path, changes: Mapping[str, str | None], say: Say) -> list[Finding]:
        now = served(self._settings)
        was, new = self._judged_file(now), folder / _JUDGED
        if not any(path.startswith(JUDGED) for path in changes):
            if was.exists():
                shutil.copy(was, new)
            return []
        if judge.read(was) is None:
            say("Reading messages held apart, as it is now")
            self._run(say, "bot.training.judge", str(ROOT if now.name == "shipped" else now.root.parent), str(was))
        say("Reading the same messages, as it would be")
        self._run(say, "bot.training.judge", str(folder), str(new))
        before, after = judge.read(was) or [], judge.read(new) or []
        if not after:
            return [Finding(weight=Weight.WARNS, text="No messages held apart are installed here: nothing was judged.")]
        return compare(before, after) or [Finding(weight=Weight.TELLS, text=f"{len(after)} messages read as before.")]

    def _judged_file(self, one: Edition) -> Path:
        """Where it stands what an edition makes of messages held apart. What came with the code may be read-only, and
        is other content with the next version."""
        if one.name != "shipped":
            return one.root.parent / _JUDGED
        return self._settings.content_folder / f"judged-{fingerprint(one.root)[:16]}.json"

    def _rehearsed(self, folder: Path, say: Say) -> list[Finding]:
        if not DIALOGUES.exists():
            return [Finding(weight=Weight.WARNS, text="No dialogues are installed here: nothing was rehearsed.")]
        dialogues = [*load_dialogues(), *load_dialogues(folder / "content" / KEPT_DIALOGUES)]
        say(f"Holding {len(dialogues)} conversations with it")
        with tempfile.TemporaryDirectory() as room:
            state = Path(room)
            (state / EDITIONS).symlink_to(self._editions.resolve())
            serve_from_now(replace(self._settings, content_folder=state), Edition.at(state / EDITIONS / folder.name))
            wrong = list(rehearse(dialogues, state))
        if wrong:
            text = f"{len(wrong)} of {len(dialogues)} conversations go wrong"
            return [Finding(weight=Weight.STOPS, text=text, examples=tuple(wrong[:8]))]
        return [Finding(weight=Weight.TELLS, text=f"All {len(dialogues)} conversations went as they should.")]

    def _run(self, say: Say, module: str, *arguments: str) -> None:
        """A step in a process of its own, whose lines are told. Raises ContentError."""
        env = {**os.environ, "PYTHONWARNINGS": "ignore", "TQDM_DISABLE": "1"}
        command = [sys.executable, "-m", module, *arguments]
        with subprocess.Popen(  # noqa: S603  # our own program
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout or ():
                if line.startswith("  "):
                    say(line.strip())
            failed = (process.stderr.read() if process.stderr else "").strip()
        if process.returncode:
            raise ContentError([failed.splitlines()[-1] if failed else f"{module} stopped ({process.returncode})"])

    # Publishing

    def publish(self, trial: Trial, *, author: str, reason: str, approved_by: str | None, say: Say) -> Release:
        """Keep a change in the history and let the service take it up.

        Raises ContentError when something stops it, or when others published since; what is served then stays.
        """
        if trial.stopped:
            raise ContentError([finding.text for finding in trial.findings if finding.weight is Weight.STOPS])
        say("Keeping the new version")
        kept = self._history.add(trial.changes, base=trial.base, author=author, reason=reason, approved_by=approved_by)
        trial.folder.rename(self._editions / kept.commit)
        self._serve(kept, say)
        return kept

    def roll_back(self, commit: str, *, author: str, reason: str, say: Say) -> Release:
        """Make an earlier version the newest again, and let the service take it up.

        Raises ContentError when it can't be made ready; the history and what is served are then as they were.
        """
        say("Bringing the earlier version back")
        before = self._edition_of(commit)
        with self._copy() as folder:
            self._history.unpack(commit, folder / "content")
            if problems := self._problems(folder / "content"):
                raise ContentError(problems)
            self._make_models(folder, before, say)
            if before.name == commit and (before.root.parent / _JUDGED).exists():
                shutil.copy(before.root.parent / _JUDGED, folder / _JUDGED)
            kept = self._history.restore(commit, author=author, reason=reason)
            folder.rename(self._editions / kept.commit)
        self._serve(kept, say)
        return kept

    def _edition_of(self, commit: str) -> Edition:
        """The edition of a version; the one that is served when its own is not kept any more."""
        one = Edition.at(self._editions / commit)
        if one.models.exists():
            return one
        return shipped(self._settings) if self.history()[-1].commit == commit else served(self._settings)

    def _serve(self, kept: Release, say: Say) -> None:
        say("Letting the service take it up: nobody's conversation is broken off")
        serve_from_now(self._settings, Edition.at(self._editions / kept.commit))
        log.info("published", edition=kept.commit)
        old = sorted(
            (f for f in self._editions.iterdir() if not f.name.startswith(".")), key=lambda f: f.stat().st_mtime
        )
        for folder in old[:-KEPT]:
            shutil.rmtree(folder, ignore_errors=True)

    def _problems(self, root: Path) -> list[str]:
        records, today = root / "data/services", date.today()
        report = services.check(records, today=today, texts=services.read_texts(root))
        return [
            *check.problems(root),
            *_page_problems(root),
            *report.broken, *report.forbids_start, *report.expired, *report.conflicting, *report.unknown_numbers,
            *check.helpline_problems(self._settings.helplines_folder, records, today=today),
        ]  # fmt: skip


def _page_problems(root: Path) -> Iterator[str]:
    """Every language of the page says all that English said when it came, and nothing is left empty."""
    wanted = json.loads((SHIPPED.page_texts / "en.json").read_text("utf-8"))
    for path in sorted((root / "bot/widget/text").glob("*.json")):
        try:
            told = json.loads(path.read_text("utf-8"))
            empty = [
                name for part in ("page", "chat") for name in wanted[part] if not str(told[part].get(name, "")).strip()
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield f"bot/widget/text/{path.name}: {error}"
        else:
            yield from (f"bot/widget/text/{path.name}: {name} is empty or missing" for name in empty)
    if not (root / "bot/widget/text/en.json").exists():
        yield "bot/widget/text/en.json is missing"


def _link_models(old: Path, new: Path) -> None:
    """The same models under other names: they are only ever replaced whole."""
    for file in (f for part in ("heads", "rasa", NOTE) for f in (old / part, *(old / part).rglob("*")) if f.is_file()):
        to = new / file.relative_to(old)
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, to)
        except OSError:  # another disk, or one that knows no links
            shutil.copy2(file, to)
