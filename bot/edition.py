"""Which version of the content is served: its files, and the models that were trained from them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypeVar

from bot.settings import ROOT, Settings
from bot.vocabulary import know_topics

T = TypeVar("T")

# Below the content folder: the editions that were published, and the link to the one that is served.
EDITIONS, SERVED = "editions", "served"
ADDED = "bot/domain/added.yml"  # a part of Rasa's domain: one intent a line


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One version. name: `shipped`, or its commit. root: holds the content's trees. models: holds heads/ and rasa/."""

    name: str
    root: Path
    models: Path

    @classmethod
    def at(cls, folder: Path) -> Self:
        """The edition that publishing wrote into `folder`."""
        return cls(name=folder.name, root=folder / "content", models=folder / "models")

    @property
    def responses(self) -> Path:
        return self.root / "bot" / "domain" / "responses"

    @property
    def safety(self) -> Path:
        return self.root / "data" / "safety"

    @property
    def services(self) -> Path:
        return self.root / "data" / "services"

    @property
    def topics(self) -> Path:
        return self.root / "data" / "nlu"

    @property
    def handoff(self) -> Path:
        return self.root / "data" / "handoff"

    @property
    def replies(self) -> Path:
        return self.root / "data" / "helplines" / "replies.yml"

    @property
    def page_texts(self) -> Path:
        return self.root / "bot" / "widget" / "text"


SHIPPED = Edition(name="shipped", root=ROOT, models=ROOT / ".build")


def shipped(settings: Settings) -> Edition:
    """What came with the code."""
    return replace(SHIPPED, models=settings.build_folder)


def served(settings: Settings) -> Edition:
    """What a deployment serves: the edition that was published last, else what came with the code."""
    link = settings.content_folder / SERVED
    return Edition.at(link.resolve()) if link.exists() else shipped(settings)


def serve_from_now(settings: Settings, edition: Edition) -> None:
    """Let every process take up `edition`, in one step: a link is moved over another."""
    link = settings.content_folder / SERVED
    if edition.root == ROOT:
        link.unlink(missing_ok=True)
        return
    ahead = link.with_name(f".{SERVED}-{os.getpid()}")
    ahead.unlink(missing_ok=True)
    ahead.symlink_to(edition.root.parent.relative_to(settings.content_folder), target_is_directory=True)
    ahead.replace(link)


def listed(text: str) -> list[str]:
    """The topics in the text of `ADDED`."""
    return [line.removeprefix("- ").strip() for line in text.splitlines() if line.startswith("- ")]


def added_topics(root: Path) -> list[str]:
    """The topics that editors added to the content under `root`. A file that can't be read has none."""
    try:
        return listed((root / ADDED).read_text("utf-8"))
    except OSError:
        return []


_AHEAD: ContextVar[Edition | None] = ContextVar("ahead", default=None)
_here: list[Edition] = []


def edition() -> Edition:
    """What this process serves, or what it makes ready in this context."""
    if ahead := _AHEAD.get():
        return ahead
    if not _here:
        take_up(served(Settings.from_env()))
    return _here[0]


def take_up(new: Edition) -> None:
    """Serve `new` in this process from now on."""
    know_topics(added_topics(new.root))
    _here[:] = [new]


def later(load: Callable[[Settings], T], settings: Settings) -> Callable[[], T]:
    """`load`, to be called when it is needed, in the edition of now."""
    now = edition()

    def loaded() -> T:
        token = _AHEAD.set(now)
        try:
            return load(settings)
        finally:
            _AHEAD.reset(token)

    return loaded


@contextmanager
def making_ready(new: Edition) -> Iterator[None]:
    """Inside, `edition()` is `new`, while the rest of the process goes on with what it serves."""
    know_topics(added_topics(new.root))
    token = _AHEAD.set(new)
    try:
        yield
    finally:
        _AHEAD.reset(token)
