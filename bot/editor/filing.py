"""Files a message where the assistant learns from it: the change of a content file, as text, for an editor's draft."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.content.examples import BECAUSE
from bot.editor.quoting import quoted
from bot.errors import ContentError
from bot.vocabulary import UNDIRECTED, Direction, Kind, Level, Time

VOICE = "editors"
SAFETY_EXAMPLES = f"data/safety/voices/{VOICE}.yml"
TOPICS = "data/nlu/"
EXAMPLES = f"{TOPICS}{VOICE}/"
_HEAD = 'version: "3.1"\nnlu:\n'
_SAFETY_HEAD = (
    f"voice: {VOICE}\nhand: {VOICE}\nabout: Messages that the safeguarding lead labelled in the console.\n"
    "register: plain\ngroup: editors\nmessages:\n"
)
_INTENT, _MESSAGE = "- intent: ", "    - "
_ENTRY = re.compile(f"^(?={_INTENT})", re.MULTILINE)
_MARKUP = re.compile(r"[\[\]{}()]")


def examples_path(topic: str) -> str:
    """The file of the examples that editors gave a topic."""
    return f"{EXAMPLES}{topic}.yml"


def examples_in(text: str) -> Iterator[tuple[str, str]]:
    """Topic and message of every example in a file."""
    topic = ""
    for line in text.splitlines():
        if line.startswith(_INTENT):
            topic = line.removeprefix(_INTENT).strip()
        elif line.startswith(_MESSAGE):
            yield topic, line.removeprefix(_MESSAGE).strip()


def without_example(text: str, topic: str, message: str) -> str | None:
    """The file without a message of a topic, and without what it was the last of; None when nothing is left to learn from."""
    head, *entries = _ENTRY.split(text)
    kept = []
    for entry in entries:
        there = list(examples_in(entry))
        if (topic, message) not in there:
            kept.append(entry)
        elif any(one != (topic, message) for one in there):
            lines = entry.splitlines(keepends=True)
            kept.append("".join(line for line in lines if line.strip() != f"- {message}"))
    return head + "".join(kept) if kept else None


def file_example(topic: str, text: str, current: str = "") -> str:
    """The examples file of `topic` with the message added; unchanged if it holds it already. Raises ValueError."""
    # brackets would be read as markup of the training data, and a line break would start another example
    line = " ".join(_MARKUP.sub(" ", text).split()).lstrip("- ")
    if not line:
        raise ValueError("the message has no words to learn from")
    example = f"{_MESSAGE}{line}\n"
    # a file whose last example was taken out holds an empty list, to which nothing can be added
    before = (current.rstrip("\n") + "\n") if _INTENT in current else _HEAD
    if example in before.splitlines(keepends=True):
        return current
    head = f"{_INTENT}{topic}\n  metadata: {{voice: {VOICE}}}\n  examples: |\n"
    last = before.rfind(_INTENT)
    open_block = last >= 0 and before[last:].startswith(head)
    return before + ("" if open_block else head) + example


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a message shows, as the safeguarding lead reads it. words: those of the message that show it.

    A message that is not about danger has a `because` in place of the rest.
    """

    level: Level
    kind: Kind | None = None
    direction: Direction | None = None
    time: Time | None = None
    words: str = ""
    because: str = ""


def label_of(typed: Mapping[str, str]) -> Label:
    """The label of a filled-in form; what is no choice of it counts as not chosen. Raises ContentError without a level."""

    if typed["level"] not in set(Level):
        raise ContentError(["Say how pressing it is. If it is not about danger, that is “No cue”."])
    return Label(
        level=Level(typed["level"]),
        kind=Kind(typed["kind"]) if typed["kind"] in set(Kind) else None,
        direction=Direction(typed["direction"]) if typed["direction"] in set(Direction) else None,
        time=Time(typed["time"]) if typed["time"] in set(Time) else None,
        words=typed["words"],
        because=typed["because"],
    )


def file_safety(text: str, label: Label, current: str = "") -> str:
    """The file of labelled safety examples with the message added. Raises ContentError with what is missing."""
    line = " ".join(text.split())
    if problems := list(_problems(line, label)):
        raise ContentError(problems)
    entry = f"- text: {quoted(line)}\n  role: null\n  level: {label.level}\n"
    if label.level is Level.NONE:
        entry += f"  because: {label.because}\n"
    else:
        direction = "-" if label.kind in UNDIRECTED else label.direction
        entry += f"  cues:\n  - {label.kind} {direction} {label.time}: {quoted(label.words)}\n"
    before = (current.rstrip("\n") + "\n") if "- text: " in current else _SAFETY_HEAD
    return before if entry in before else before + entry


def _problems(line: str, label: Label) -> list[str]:
    if not line:
        return ["The message has no words to learn from."]
    if label.level is Level.NONE:
        return [] if label.because in BECAUSE else ["Say why it is not about danger."]
    found = []
    if label.kind is None:
        found.append("Say what kind of danger it shows.")
    elif label.direction is None and label.kind not in UNDIRECTED:
        found.append("Say who does it to whom.")
    if label.time is None:
        found.append("Say when it happens.")
    if not label.words.strip() or label.words not in line:
        found.append("Copy the words that show it out of the message, exactly as they stand there.")
    return found
