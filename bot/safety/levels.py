"""From cues to the level of a message, as the policy says."""

from collections.abc import Iterable

from bot.safety.cues import Cue
from bot.vocabulary import Kind, Level, Time

# Hurt or ill after hands on the neck (passed out, trouble breathing or swallowing) is an emergency hours later too.
_AFTER_THE_NECK = frozenset({Kind.STRANGULATION, Kind.MEDICAL})
# Urgent whatever their time.
NEVER_RED = frozenset({Kind.BEING_WATCHED, Kind.SELF_HARM, Kind.CHILD_USER})


def level_of(cues: Iterable[Cue]) -> Level:
    """The level that cues alone amount to."""
    level = Level.NONE
    live = [cue for cue in cues if cue.time is not Time.PAST]
    if {cue.kind for cue in live} >= _AFTER_THE_NECK:
        return Level.EMERGENCY
    for cue in live:
        if cue.time is Time.NOW and cue.kind not in NEVER_RED:
            return Level.EMERGENCY
        level = Level.URGENT
    return level
