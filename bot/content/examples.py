"""Labelled messages: the safety voices of `data/safety/voices` and the topic examples of `data/nlu`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.errors import ContentError
from bot.vocabulary import Direction, Kind, Level, Role, Time, Topic

BECAUSE = frozenset(
    [
        "idiom",
        "sport",
        "work",
        "game",
        "film",
        "news",
        "past",
        "denied",
        "accident",
        "emotional",
        "neutral",
        "hypothetical",
        "misread",
        "safe_now",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCue:
    """A cue as a person marked it: `words` are those of the text that show it."""

    kind: Kind
    direction: Direction | None
    time: Time
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyExample:
    """A message with its level and cues, and who wrote it."""

    text: str
    level: Level
    cues: tuple[LabelledCue, ...]
    role: Role | None
    because: str | None
    pair: str | None
    voice: str
    hand: str
    register: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicExample:
    """A message with its topic, further topics it is as much about, and the role its words show."""

    text: str
    topic: Topic
    also: frozenset[Topic]
    role: Role | None
    voice: str


def load_safety(folder: Path) -> list[SafetyExample]:
    """All safety voices in `folder`. Raises ContentError with every problem."""
    examples: list[SafetyExample] = []
    problems: list[str] = []
    for path, document in _documents(folder, problems):
        voice = {key: str(document.get(key, "")) for key in ("voice", "hand", "register", "group")}
        problems += [f"{path.name}: {key} is missing" for key, value in voice.items() if not value]
        for number, entry in enumerate(document.get("messages") or [], 1):
            try:
                examples.append(_safety(entry, voice))
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                problems.append(f"{path.name}, message {number}: {error}")
    if problems:
        raise ContentError(problems)
    return examples


def _safety(entry: dict[str, Any], voice: dict[str, str]) -> SafetyExample:
    text, level = str(entry["text"]), Level(entry["level"])
    cues = tuple(_cue(cue, text) for cue in entry.get("cues") or [])
    because = entry.get("because")
    if level is Level.NONE and because not in BECAUSE:
        raise ValueError(f"a harmless message says why: one of {', '.join(sorted(BECAUSE))}")
    if level is not Level.NONE and not cues:
        raise ValueError("a message with a level has a cue")
    role = Role(entry["role"]) if entry.get("role") else None
    return SafetyExample(text=text, level=level, cues=cues, role=role, because=because, pair=entry.get("pair"), **voice)


def _cue(entry: dict[str, str], text: str) -> LabelledCue:
    ((label, words),) = entry.items()
    kind, direction, time = label.split()
    start = text.find(str(words))
    if start < 0:
        raise ValueError(f"the words {words!r} do not stand in the text")
    return LabelledCue(
        kind=Kind(kind),
        direction=None if direction == "-" else Direction(direction),
        time=Time(time),
        start=start,
        end=start + len(str(words)),
    )


def load_topics(folder: Path) -> list[TopicExample]:
    """All topic examples in `folder`. Raises ContentError with every problem."""
    examples: list[TopicExample] = []
    problems: list[str] = []
    for path, document in _documents(folder, problems):
        for block in document.get("nlu") or []:
            try:
                about = block["metadata"]
                role = Role(about["role"]) if about.get("role") else None
                topic, also = Topic(block["intent"]), frozenset(Topic(t) for t in about.get("also") or [])
                lines = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                problems.append(f"{path.name}: {error}")
                continue
            voice = str(about.get("voice", ""))
            examples += [TopicExample(text=t, topic=topic, also=also, role=role, voice=voice) for t in lines]
    if problems:
        raise ContentError(problems)
    return examples


def _documents(folder: Path, problems: list[str]) -> Iterable[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.rglob("*.yml")):
        try:
            document = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        except (OSError, yaml.YAMLError) as error:
            problems.append(f"{path.name}: {' '.join(str(error).split())}")
            continue
        if isinstance(document, dict):
            yield path, document
        else:
            problems.append(f"{path.name}: not a list of messages")
