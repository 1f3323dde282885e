"""Screens one message: patterns for what must never be missed, trained heads for what nobody thought to list.

The rule that joins them (deploy/docs/safety/detector.md):
- the level of a window is the higher of what its patterns and what the level head say, the head of the window and, with less
  weight, of the whole message ("chapter nine has the husband …" is no danger); a pattern is not heard where the
  head is all but certain that nothing is wrong (a novel, a stage, a figure of speech), unless it is all that was said ("55");
- a kind is there when a pattern found it, or when the kind head is sure enough;
- direction is the act head's where it is sure, else the pattern's; a message seldom has two sides, so each act weighs with what
  else its window and the whole message say of that side; time is the pattern's, else the time head's;
- what the writer does to somebody is harm to another beside its own kind, what is done to a child is a child at risk;
- hurt or ill after hands on the neck is an emergency, whenever it was; what is a sign of it only then ("hoarse since") has
  patterns that are heard only then;
- the level of the message is the highest of its windows;
- what somebody says or threatens to say that the writer did is no cue, unless they admit it (`accused.py`);
- a message that is no more than the age of somebody else shows nothing (`ages.py`).
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from bot.language.reader import Read, Reader
from bot.safety.accused import accused
from bot.safety.ages import only_an_age
from bot.safety.cues import Cue, Screening
from bot.safety.labels import act
from bot.safety.levels import level_of
from bot.safety.patterns import Patterns
from bot.safety.windows import windows
from bot.vocabulary import UNDIRECTED, Direction, Kind, Level, Time

EMERGENCY_AT = 0.4
# Low: where it is honestly unclear between nothing and urgent, the policy takes urgent.
URGENT_AT = 0.08
CONTEXT = 0.3  # how much the whole message weighs beside a window of it
KIND_AT = 0.25
KIND_ALONE_AT = 0.5  # a kind seen this surely is urgent, whatever the level says
DIRECTION_AT = 0.3
BOTH_AT = 0.6  # done to the writer and by the writer in one breath: both, only if both are as sure as this
PAST_AT = 0.5
DEAF_AT = 0.9
AGREED_AT = 0.5
CONTRADICTED_AT = 0.75
KINDS = tuple(Kind)
DIRECTED = tuple(kind for kind in Kind if kind not in UNDIRECTED)
SIDES = {side: tuple(act(kind, side) for kind in DIRECTED) for side in Direction}  # the acts done on each side
# A grown-up spoken to as a child stops reading: an age of somebody else is not taken for the writer's on a mere guess.
NEVER_GUESSED = frozenset({Kind.CHILD_USER})
OPPOSED = {Direction.TO_WRITER, Direction.BY_WRITER}
HARM = frozenset(
    {
        Kind.VIOLENCE, Kind.STRANGULATION, Kind.WEAPON, Kind.THREAT_TO_KILL, Kind.SEXUAL_VIOLENCE, Kind.MEDICAL,
        Kind.IMMEDIATE_DANGER,
    }
)  # fmt: skip
# By policy a cue of the first sort, done in that direction, stands beside one of the second.
IMPLIED = ((HARM, Direction.BY_WRITER, Kind.HARM_TO_OTHER), (frozenset(Kind), Direction.TO_CHILD, Kind.CHILD_AT_RISK))


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
        """Read a message, whole and by windows, in one pass of the encoder."""
        spans = windows(text)
        whole, reads = self._reader.read(text, spans)
        cut = tuple(Window(start=s, end=e, read=r) for (s, e), r in zip(spans, reads, strict=True))
        return Reading(text=text, windows=cut, whole=whole)

    def screen(self, text: str) -> Screening:
        """The level and the cues of a message. Never raises, whatever the text."""
        return self.judge(self.read(text))

    def judge(self, reading: Reading) -> Screening:
        """The same for a message already read."""
        if only_an_age(reading.whole.clean.text):
            return Screening(level=Level.NONE)
        cues: list[Cue] = []
        level = Level.NONE
        whole = _sides(reading.whole.scores["act"])
        for window in reading.windows:
            acts = _sided(window.read.scores["act"], whole)
            found = _shifted(window, self._patterns.find(window.read.clean), acts)
            levels = _in_context(window.read.scores["level"], reading.whole.scores["level"])
            if levels[Level.NONE] >= DEAF_AT:
                # Sure of nothing, it is still not deaf to what patterns and the head of kinds both see.
                found = [cue for cue in found if window.read.scores["kind"][cue.kind] >= AGREED_AT]
            found += _shifted(window, self._patterns.alone(window.read.clean), acts)
            scored = _level(levels)
            if scored is Level.NONE and max(window.read.scores["kind"].values()) >= KIND_ALONE_AT:
                scored = Level.URGENT
            seen = self._with_heads(found, window, scored, acts)
            for kind in {cue.kind for cue in seen if cue.time is not Time.PAST}:
                seen += _shifted(window, self._patterns.find(window.read.clean, when=kind), acts)
            level = _higher(_higher(level, scored), level_of(seen))
            cues += seen
        claims = accused(reading.text) if cues else []
        kept = [cue for cue in cues if cue.kind in UNDIRECTED or not any(a <= cue.start < b for a, b in claims)]
        if len(kept) < len(cues) and level is not Level.EMERGENCY:
            level = level_of(kept)
        return Screening(level=level, cues=tuple(_each_once(_implied(kept))))

    def _with_heads(self, found: Sequence[Cue], window: Window, level: Level, acts: Mapping[str, float]) -> list[Cue]:
        """The patterns' cues and those of the heads beside them."""
        cues = list(found)
        scores = window.read.scores
        time = _time(scores["time"], level)
        if time is None:
            return cues
        kinds = _kinds(scores, level)
        if not kinds and not found and level is not Level.NONE:
            kinds = [max((kind for kind in KINDS if kind not in NEVER_GUESSED), key=lambda kind: scores["kind"][kind])]
        known = {cue.kind for cue in found}
        if _contradicts(found, scores["act"]):
            known.add(Kind.HARM_TO_OTHER)
        for kind in kinds:
            if kind in known:
                continue
            start, end = self._reader.where(window.read, KINDS.index(kind)) or (0, window.end - window.start)
            place = {"start": start + window.start, "end": end + window.start}
            directions = _directions(kind, acts, [cue.direction for cue in found if cue.direction])
            cues += [Cue(kind=kind, direction=d, time=time, **place) for d in directions]
        return cues


def _shifted(window: Window, cues: Iterable[Cue], acts: Mapping[str, float]) -> list[Cue]:
    """The patterns' cues of a window, their places those of the message, their direction the surer reading."""
    return [
        dataclasses.replace(
            cue, start=cue.start + window.start, end=cue.end + window.start, direction=_surer(cue, acts)
        )
        for cue in cues
    ]


def _sides(acts: Mapping[str, float]) -> dict[Direction, float]:
    """How sure each side is: as sure as the surest act on it."""
    return {side: max(acts[name] for name in names) for side, names in SIDES.items()}


def _sided(acts: Mapping[str, float], whole: Mapping[Direction, float]) -> dict[str, float]:
    """The acts of a window, each weighed by how sure its side is in the window and in the whole message.

    The geometric mean of the act and of both sides' mean.
    """
    own = _sides(acts)
    return {name: sqrt(acts[name] * sqrt(own[side] * whole[side])) for side, names in SIDES.items() for name in names}


def _implied(cues: Sequence[Cue]) -> list[Cue]:
    """The cues and those that by policy stand beside them."""
    live = [cue for cue in cues if cue.time is not Time.PAST]
    told = {cue.kind for cue in live}
    beside = []
    for kinds, side, kind in IMPLIED:
        cue = next((cue for cue in live if cue.direction is side and cue.kind in kinds), None)
        if cue and kind not in told:
            beside.append(dataclasses.replace(cue, kind=kind))
    return [*cues, *beside]


def _contradicts(found: Sequence[Cue], acts: Mapping[str, float]) -> bool:
    """Whether the words read plainly say it is done to the writer, and the heads only lean to the writer doing it.

    Who is told to stop while hiding from somebody may not write again.
    """
    to_writer = any(cue.direction is Direction.TO_WRITER for cue in found)
    return to_writer and acts[act(Kind.HARM_TO_OTHER, Direction.BY_WRITER)] < CONTRADICTED_AT


def _kinds(scores: Mapping[str, Mapping[str, float]], level: Level) -> list[Kind]:
    """The kinds the heads are sure of. What is over is not among the live kinds: there the act head tells."""
    if level is not Level.NONE:
        return [Kind(name) for name, p in scores["kind"].items() if p >= KIND_AT]
    acts = scores["act"]
    return [k for k in Kind if k not in UNDIRECTED and any(acts[act(k, d)] >= DIRECTION_AT for d in Direction)]


def _time(scores: Mapping[str, float], level: Level) -> Time | None:
    """When it is, as far as the level allows: an urgent message is not about this minute, a harmless one only of the past."""
    if level is Level.NONE:
        return Time.PAST if scores[Time.PAST] >= PAST_AT else None
    allowed = [t for t in Time if t is not Time.PAST and (t is not Time.NOW or level is Level.EMERGENCY)]
    return max(allowed, key=lambda t: scores[t])


def _in_context(own: Mapping[str, float], whole: Mapping[str, float]) -> dict[str, float]:
    """The level of a window as the whole message lets it be read: the weighted geometric mean of both, summing to 1."""
    weighed = {level: own[level] ** (1 - CONTEXT) * whole[level] ** CONTEXT for level in own}
    total = sum(weighed.values()) or 1.0
    return {level: weight / total for level, weight in weighed.items()}


def _level(scores: Mapping[str, float]) -> Level:
    if scores[Level.EMERGENCY] >= EMERGENCY_AT:
        return Level.EMERGENCY
    return Level.URGENT if scores[Level.EMERGENCY] + scores[Level.URGENT] >= URGENT_AT else Level.NONE


def _higher(a: Level, b: Level) -> Level:
    order = (Level.NONE, Level.URGENT, Level.EMERGENCY)
    return max(a, b, key=order.index)


def _directions(kind: Kind, acts: Mapping[str, float], read: Sequence[Direction] = ()) -> Sequence[Direction | None]:
    """Every direction of a kind that is sure; else those `read` from the words beside it, else the likeliest.

    None for kinds that have none.
    """
    if kind in UNDIRECTED:
        return [None]
    weights = {side: acts[act(kind, side)] for side in Direction}
    sure = {side: weight for side, weight in weights.items() if weight >= DIRECTION_AT}
    if sure.keys() >= OPPOSED and min(sure[side] for side in OPPOSED) < BOTH_AT:
        del sure[min(OPPOSED, key=lambda side: sure[side])]
    return list(sure) or list(dict.fromkeys(read)) or [max(weights, key=lambda side: weights[side])]


def _surer(cue: Cue, acts: Mapping[str, float]) -> Direction | None:
    """The direction of a pattern's cue: the act head's where it is sure, else the pattern's, else the likeliest."""
    if cue.kind in UNDIRECTED:
        return cue.direction
    likely = max(Direction, key=lambda side: acts[act(cue.kind, side)])
    sure = acts[act(cue.kind, likely)] >= DIRECTION_AT
    return likely if sure or cue.direction is None else cue.direction


def _each_once(cues: Sequence[Cue]) -> list[Cue]:
    """Overlapping windows see the same cue twice: one of each kind and direction, the shortest span."""
    best: dict[tuple[Kind, Direction | None], Cue] = {}
    for cue in cues:
        key = (cue.kind, cue.direction)
        if key not in best or cue.end - cue.start < best[key].end - best[key].start:
            best[key] = cue
    return sorted(best.values(), key=lambda cue: (cue.start, cue.end))
