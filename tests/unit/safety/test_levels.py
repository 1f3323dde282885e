"""From cues to a level, as the policy says."""

import pytest

from bot.safety.cues import Cue
from bot.safety.levels import level_of
from bot.vocabulary import Direction, Kind, Level, Time


def cue(kind: Kind, time: Time) -> Cue:
    return Cue(kind=kind, direction=Direction.TO_WRITER, time=time, start=0, end=4)


@pytest.mark.parametrize(
    ("cues", "level"),
    [
        ([], Level.NONE),
        ([(Kind.STRANGULATION, Time.RECENT)], Level.URGENT),
        ([(Kind.STRANGULATION, Time.RECENT), (Kind.MEDICAL, Time.RECENT)], Level.EMERGENCY),
        ([(Kind.STRANGULATION, Time.PAST), (Kind.MEDICAL, Time.RECENT)], Level.URGENT),
        ([(Kind.VIOLENCE, Time.NOW)], Level.EMERGENCY),
        ([(Kind.BEING_WATCHED, Time.NOW)], Level.URGENT),
        ([(Kind.VIOLENCE, Time.PAST)], Level.NONE),
    ],
)
def test_the_level_that_cues_amount_to(cues: list[tuple[Kind, Time]], level: Level) -> None:
    assert level_of([cue(kind, time) for kind, time in cues]) is level
