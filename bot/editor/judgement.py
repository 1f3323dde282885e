"""What a change does to the understanding of messages, before and after, in plain terms."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

MOST_SHOWN = 8


class Weight(StrEnum):
    """What a finding means for publishing."""

    STOPS = "stops"
    WARNS = "warns"
    TELLS = "tells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know of a change, and the messages or places that show it."""

    weight: Weight
    text: str
    examples: tuple[str, ...] = ()


class Verdict(Protocol):
    """What should be read from a message and what was; `kind` is level or topic."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def wanted(self) -> str: ...
    @property
    def got(self) -> str: ...


def compare(before: Sequence[Verdict], after: Sequence[Verdict]) -> list[Finding]:
    """The differences between two judgings of the same messages; nothing when there are none."""
    was = {(one.kind, one.text): one for one in before}
    pairs = [(was[one.kind, one.text], one) for one in after if (one.kind, one.text) in was]
    danger = [pair for pair in pairs if pair[1].kind == "level" and pair[1].wanted != "none"]
    calm = [pair for pair in pairs if pair[1].kind == "level" and pair[1].wanted == "none"]
    topics = [pair for pair in pairs if pair[1].kind == "topic"]
    found = [
        *_danger("Danger", [(_noticed(a), _noticed(b), b) for a, b in danger]),
        *_danger("An emergency", [(a.got == "emergency", b.got == "emergency", b) for a, b in danger if b.wanted == "emergency"]),
    ]  # fmt: skip
    alarms = [b for a, b in calm if a.got == "none" and b.got != "none"]
    quiet = sum(a.got != "none" and b.got == "none" for a, b in calm)
    if alarms:
        more = len(alarms) - quiet
        weight = Weight.WARNS if more > 0 else Weight.TELLS
        found.append(_finding(weight, f"{_messages(len(alarms))} without danger would now be taken for danger", alarms))
    lost = [b for a, b in topics if a.got == a.wanted and b.got != b.wanted]
    won = [b for a, b in topics if a.got != a.wanted and b.got == b.wanted]
    if lost:
        text = f"{_messages(len(lost))} that {_were(len(lost))} understood {_are(len(lost))} not any more"
        found.append(_finding(Weight.WARNS if len(lost) > len(won) else Weight.TELLS, text, lost))
    if won:
        text = f"{_messages(len(won))} that {_were(len(won))} not understood {_are(len(won))} now"
        found.append(_finding(Weight.TELLS, text, won))
    return found


def _danger(what: str, told: Sequence[tuple[bool, bool, Verdict]]) -> Iterable[Finding]:
    """Stops when fewer are noticed than before; what is lost on the way is shown either way."""
    lost = [one for before, after, one in told if before and not after]
    won = sum(after and not before for before, after, _ in told)
    if lost:
        weight = Weight.STOPS if len(lost) > won else Weight.WARNS
        yield _finding(weight, f"{what} in {_messages(len(lost)).lower()} would not be noticed any more", lost)


def _noticed(one: Verdict) -> bool:
    return one.got != "none"


def _finding(weight: Weight, text: str, verdicts: Sequence[Verdict]) -> Finding:
    shown = tuple(
        f"“{one.text}”"
        + (f": {one.wanted.replace('_', ' ')}, now {one.got.replace('_', ' ')}" if one.kind == "topic" else "")
        for one in verdicts[:MOST_SHOWN]
    )
    return Finding(weight=weight, text=text, examples=shown)


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
