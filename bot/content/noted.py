"""What is noted of content that is looked after as a whole, and whether it says all that it has to."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.vocabulary import topics

NOTED = ("owner", "source", "checked", "review_due")
# Files that say it of themselves; those of the page's words do too.
WHOLE = ("data/safety/care.yml", "data/handoff/wording.yml", "data/helplines/replies.yml")
# Where it stands of what is many small files, by the kind of content.
NOTES = "data/notes.yml"
KINDS = ("examples", "safety_examples")


def own_notes(examples: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """What is noted of the example messages of single topics, in the place of what holds for all."""
    return examples.get("topics") or {}


def overridden(noted: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A note with what is said in its place."""
    return {**noted, **{name: value for name, value in own.items() if value}}


def noted_problems(root: Path) -> Iterable[str]:
    """What is looked after as a whole and doesn't say by whom, on what ground, since when and until when."""
    for path in (*(root / place for place in WHOLE), *sorted((root / "bot/widget/text").glob("*.json"))):
        try:
            noted = _read(path)
        except (OSError, yaml.YAMLError):
            continue  # whoever reads it for its words says so
        yield from _problems(path.relative_to(root).as_posix(), noted)
    try:
        notes = _read(root / NOTES)
        examples = notes.get("examples") or {}
        for kind in KINDS:
            yield from _problems(f"{NOTES}: {kind}", notes.get(kind) or {})
        for topic, own in own_notes(examples).items():
            if topic not in topics():
                yield f"{NOTES}: there is no topic called {topic!r}"
            yield from _problems(f"{NOTES}: examples of {topic}", overridden(examples, own))
    except (OSError, yaml.YAMLError, AttributeError) as error:
        yield f"{NOTES}: {' '.join(str(error).split())}"


def _read(path: Path) -> dict[str, Any]:
    document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  # makes strings only; reads JSON too
    return document if isinstance(document, dict) else {}


def _problems(where: str, noted: Mapping[str, Any]) -> Iterable[str]:
    yield from (f"{where}: {name} is missing" for name in NOTED if not str(noted.get(name, "")).strip())
    days = {name: str(noted[name]) for name in ("checked", "review_due") if noted.get(name)}
    wrong = [name for name, day in days.items() if not _is_day(day)]
    yield from (f"{where}: {name} must be a day like 2026-11-30, not {days[name]!r}" for name in wrong)
    if len(days) == 2 and not wrong and days["review_due"] <= days["checked"]:
        yield f"{where}: review_due must come after checked"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
