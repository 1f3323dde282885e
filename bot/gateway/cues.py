"""The signs of danger in a visitor's words, as they stand in what a person reads."""

from bot.handoff.records import ShownCue
from bot.language.redaction import redact
from bot.safety.cues import Cue, Screening
from bot.vocabulary import Level


def _shown(cue: Cue, level: Level, *, line: str | None = None, start: int = 0, end: int = 0) -> ShownCue:
    return ShownCue(kind=cue.kind, level=level, direction=cue.direction, time=cue.time, line=line, start=start, end=end)


def placed_in(message_id: str, screening: Screening) -> tuple[ShownCue, ...]:
    """The cues of a message of a talk."""
    return tuple(_shown(cue, screening.level, line=message_id, start=cue.start, end=cue.end) for cue in screening.cues)


def placed(cue: Cue, level: Level, text: str, clean: str) -> ShownCue:
    """A cue at its place in the text without numbers and addresses; without a place when its words were blotted out."""
    quote = redact(text[cue.start : cue.end])
    start = clean.find(quote) if quote else -1
    return _shown(cue, level, start=max(0, start), end=start + len(quote) if start >= 0 else 0)
