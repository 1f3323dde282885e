"""What heads and encoder learn from: parts of messages with what stands in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.content.examples import LabelledCue, SafetyExample
from bot.language.stretches import stretches
from bot.safety.labels import NOTHING, act
from bot.safety.windows import windows
from bot.vocabulary import Level, Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A part of a labelled message: where it stands, its text, the level and the cues in it."""

    start: int
    text: str
    level: Level
    cues: tuple[LabelledCue, ...]
    example: SafetyExample

    @property
    def live(self) -> tuple[LabelledCue, ...]:
        """The cues that are not over."""
        return tuple(cue for cue in self.cues if cue.time is not Time.PAST)

    @property
    def time(self) -> str:
        """When it is: the nearest of its cues, NOTHING without one."""
        times = {cue.time for cue in self.cues}
        return next((t for t in (Time.NOW, Time.RECENT, Time.THREATENED, Time.PAST) if t in times), NOTHING)

    @property
    def acts(self) -> frozenset[str]:
        """Who does what to whom, past acts too."""
        return frozenset(act(cue.kind, cue.direction) for cue in self.cues if cue.direction)


def units(examples: Iterable[SafetyExample]) -> list[Unit]:
    """Every window of every message. A window without a cue of its own is harmless, whatever the message is."""
    return [_unit(example, *window) for example in examples for window in windows(example.text)]


def stories(examples: Iterable[SafetyExample]) -> list[tuple[Unit, list[Unit]]]:
    """Every stretch of every message that is read together, with its windows where it has more than one."""
    found: list[tuple[Unit, list[Unit]]] = []
    for example in examples:
        for group in stretches(windows(example.text)):
            parts = [_unit(example, *window) for window in group] if len(group) > 1 else []
            found.append((_unit(example, group[0][0], group[-1][1]), parts))
    return found


def _unit(example: SafetyExample, start: int, end: int) -> Unit:
    inside = tuple(cue for cue in example.cues if cue.start < end and cue.end > start)
    live = any(cue.time is not Time.PAST for cue in inside)
    level = example.level if live else Level.NONE
    return Unit(start=start, text=example.text[start:end], level=level, cues=inside, example=example)
