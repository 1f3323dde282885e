"""Turns a conversation into a test: an entry of the dialogues that must keep going as they went.

They are content (`data/tests/dialogues.yml`): whoever publishes decides what must stay true, the history has their
author and reason, and a change set can be tried against them before it goes live. The tests of the code read the
same file beside their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from bot.editor.quoting import quoted
from bot.errors import ContentError
from bot.vocabulary import Level, Topic

PATH = "data/tests/dialogues.yml"
_LONGEST_NAME = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a visitor writes, or the payload they press, and what must be true of the answer; None: anything may."""

    say: str
    topic: Topic | None = None
    care: Level | None = None


def add_dialogue(name: str, turns: Sequence[Turn], current: str = "") -> str:
    """The file of dialogues with one more; unchanged when it holds these turns already. Raises ContentError."""
    if not turns or not all(turn.say.strip() for turn in turns):
        raise ContentError(["A test needs something that a visitor writes."])
    if not any(turn.topic or turn.care for turn in turns):
        raise ContentError(["Say what must come back: a test without that is always passed."])
    steps = "".join(f"  - say: {quoted(' '.join(turn.say.split()))}\n    expect: {_expected(turn)}\n" for turn in turns)
    if steps in current:
        return current
    before = (current.rstrip("\n") + "\n") if current.strip() else ""
    return before + f"- name: {quoted(' '.join(name.split())[:_LONGEST_NAME])}\n  turns:\n" + steps


def sayings(current: str) -> frozenset[str]:
    """Everything that is said in the dialogues of a file. Raises ContentError."""
    try:
        dialogues = yaml.load(current, Loader=yaml.CSafeLoader) or []
        return frozenset(str(turn["say"]) for one in dialogues for turn in one["turns"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ContentError([f"{PATH} can't be read"]) from error


def _expected(turn: Turn) -> str:
    pairs = {"topic": turn.topic, "care": turn.care}
    return "{" + ", ".join(f"{key}: {value.value}" for key, value in pairs.items() if value) + "}"
