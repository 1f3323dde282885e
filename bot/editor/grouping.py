"""Groups near-duplicates by the vectors kept with the messages, so that no encoder is needed to show them."""

from collections.abc import Mapping
from math import sqrt

from bot.editor.inbox import Missed

ALIKE = 0.8
"""Cosine from which two messages are shown as one group. A starting value: not measured on real messages."""


def group(messages: Mapping[str, Missed], *, alike: float = ALIKE) -> list[list[str]]:
    """Names of messages in groups, the largest first; each is alike to the first of its group."""
    groups: list[list[str]] = []
    for name, message in messages.items():
        for names in groups:
            first = messages[names[0]]
            if first.text == message.text or _cosine(first.vector, message.vector) >= alike:
                names.append(name)
                break
        else:
            groups.append([name])
    return sorted(groups, key=len, reverse=True)


def _cosine(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """0 for vectors that are missing or of different encoders."""
    if len(one) != len(other):
        return 0.0
    size = sqrt(sum(a * a for a in one)) * sqrt(sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / size if size else 0.0
