"""Which topics are taken for each other, and which examples hurt: the report that the insight page reads."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

FILE = "understanding.json"


class Confusion(msgspec.Struct, frozen=True, kw_only=True):
    """How often a message of one topic was taken for another."""

    asked: str
    taken_for: str
    count: int


class Hurting(msgspec.Struct, frozen=True, kw_only=True):
    """An example of a topic, and how many messages of another topic went wrong with it as the nearest one."""

    text: str
    topic: str
    pulls: str
    count: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a judging found, the most frequent confusion first."""

    confusions: tuple[Confusion, ...] = ()
    hurting: tuple[Hurting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A message that was put under another topic than people gave it."""

    text: str
    asked: str
    taken_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A message and the topic an editor gave it."""

    text: str
    topic: str


def judge(examples: Iterable[Example], understand: Callable[[str], str]) -> tuple[Miss, ...]:
    """Ask for the topic of every message; those that come back as another."""
    asked = ((example, understand(example.text)) for example in examples)
    return tuple(
        Miss(text=example.text, asked=example.topic, taken_for=taken_for)
        for example, taken_for in asked
        if taken_for != example.topic
    )


def report(misses: Iterable[Miss], hurting: Iterable[Hurting] = ()) -> Report:
    """What is to be shown of misses, the most frequent confusion first."""
    counts = Counter((miss.asked, miss.taken_for) for miss in misses)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Report(
        confusions=tuple(Confusion(asked=asked, taken_for=taken, count=count) for (asked, taken), count in ranked),
        hurting=tuple(hurting),
    )


def write(report: Report, build: Path) -> None:
    """Put the report beside the model."""
    build.mkdir(parents=True, exist_ok=True)
    (build / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(report)))


def read(build: Path) -> Report | None:
    """The last report; None if there is none. Raises msgspec.DecodeError when it is not one."""
    try:
        return msgspec.json.decode((build / FILE).read_bytes(), type=Report)
    except FileNotFoundError:
        return None
