"""Screens one message: patterns for what must never be missed, trained heads for what nobody thought to list.

The rule that joins them (deploy/docs/safety/detector.md):
- the level is the higher of what a pattern and what the level head say;
- a kind is there when a pattern found it, or when the kind head is sure enough in some window;
- direction and time of a cue are the pattern's where it read them, else the heads'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.language.reader import Read, Reader
from bot.safety.cues import Cue, Screening
from bot.safety.labels import act
from bot.safety.levels import level_of
from bot.safety.patterns import Patterns
from bot.safety.windows import windows
from bot.vocabulary import UNDIRECTED, Direction, Kind, Level, Time

EMERGENCY_AT = 0.5
URGENT_AT = 0.5
KIND_AT = 0.5
KINDS = tuple(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One window of a message and what the heads make of it."""

    start: int
    end: int
    read: Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A message read once: its windows, and the whole for those who want one answer."""

    text: str
    windows: tuple[Window, ...]
    whole: Read


class Detector:
    """Screens messages. Loads nothing after it was made; safe to call from several threads."""

    def __init__(self, *, reader: Reader, patterns: Patterns) -> None:
        self._reader = reader
        self._patterns = patterns

    def read(self, text: str) -> Reading:
        """Read a message, in one pass of the encoder."""
        spans = windows(text)
        reads = self._reader.read([text[start:end] for start, end in spans])
        cut = tuple(Window(start=s, end=e, read=r) for (s, e), r in zip(spans, reads, strict=True))
        return Reading(text=text, windows=cut, whole=reads[0] if len(reads) == 1 else _mean(reads))

    def screen(self, text: str) -> Screening:
        """The level and the cues of a message. Never raises, whatever the text."""
        return self.judge(self.read(text))

    def judge(self, reading: Reading) -> Screening:
        """The same for a message already read."""
        cues: list[Cue] = []
        level = Level.NONE
        for window in reading.windows:
            found = self._shifted(window)
            level = _higher(level, level_of(found))
            scored = _level(window.read.scores["level"])
            level = _higher(level, scored)
            cues += self._with_heads(found, window, scored)
        return Screening(level=level, cues=tuple(_each_once(cues)))

    def _shifted(self, window: Window) -> list[Cue]:
        return [
            Cue(kind=c.kind, direction=c.direction, time=c.time, start=c.start + window.start, end=c.end + window.start)
            for c in self._patterns.find(window.read.clean)
        ]

    def _with_heads(self, found: Sequence[Cue], window: Window, level: Level) -> list[Cue]:
        """The patterns' cues and those of the heads beside them."""
        cues = list(found)
        if level is Level.NONE:
            return cues
        scores = window.read.scores
        kinds = [Kind(name) for name, p in scores["kind"].items() if p >= KIND_AT]
        if not kinds and not found:
            kinds = [Kind(max(scores["kind"].items(), key=lambda item: item[1])[0])]
        time = Time(max((t for t in Time if t is not Time.PAST), key=lambda t: scores["time"][t]))
        known = {cue.kind for cue in found}
        for kind in kinds:
            if kind not in known:
                start, end = self._reader.where(window.read, KINDS.index(kind)) or (0, window.end - window.start)
                direction = _direction(kind, scores["act"])
                cues.append(Cue(kind=kind, direction=direction, time=time, start=start + window.start, end=end + window.start))
        return cues


def _level(scores: Mapping[str, float]) -> Level:
    if scores[Level.EMERGENCY] >= EMERGENCY_AT:
        return Level.EMERGENCY
    return Level.URGENT if scores[Level.EMERGENCY] + scores[Level.URGENT] >= URGENT_AT else Level.NONE


def _higher(a: Level, b: Level) -> Level:
    order = (Level.NONE, Level.URGENT, Level.EMERGENCY)
    return max(a, b, key=order.index)


def _direction(kind: Kind, acts: Mapping[str, float]) -> Direction | None:
    if kind in UNDIRECTED:
        return None
    likely = {d: acts[act(kind, d)] for d in Direction}
    return max(likely, key=lambda d: likely[d])


def _each_once(cues: Sequence[Cue]) -> list[Cue]:
    """Overlapping windows see the same cue twice: one of each kind and direction, the shortest span."""
    best: dict[tuple[Kind, Direction | None], Cue] = {}
    for cue in cues:
        key = (cue.kind, cue.direction)
        if key not in best or cue.end - cue.start < best[key].end - best[key].start:
            best[key] = cue
    return sorted(best.values(), key=lambda cue: (cue.start, cue.end))


def _mean(reads: Sequence[Read]) -> Read:
    """One reading of a long message: the mean of its windows."""
    first = reads[0]
    scores = {
        head: {label: sum(r.scores[head][label] for r in reads) / len(reads) for label in table}
        for head, table in first.scores.items()
    }
    return Read(clean=first.clean, vector=first.vector, pieces=first.pieces, scores=scores)
