"""From cues to the level of a message, as the policy says."""

from collections.abc import Iterable

from bot.safety.cues import Cue
from bot.vocabulary import Kind, Level, Time

# Urgent whatever their time.
NEVER_RED = frozenset({Kind.BEING_WATCHED, Kind.SELF_HARM, Kind.CHILD_USER})


def level_of(cues: Iterable[Cue]) -> Level:
    """The level that cues alone amount to."""
    level = Level.NONE
    for cue in cues:
        if cue.time is Time.PAST:
            continue
        if cue.time is Time.NOW and cue.kind not in NEVER_RED:
            return Level.EMERGENCY
        level = Level.URGENT
    return level
