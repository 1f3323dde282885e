"""The detector on voices it has never seen: what it reaches must not get worse.

The floors lie a little under what was measured (`make safety-report`); the targets of the policy are higher, and
`deploy/docs/safety/measured.md` says how far they are.
"""

import pytest

from bot.bootstrap import load_detector
from bot.content.examples import load_safety
from bot.settings import Settings
from bot.vocabulary import Level
from tests.safety.report import HELD_APART, Judged, judge, measures, share

FLOORS = {
    "sensitivity, emergency or urgent": 0.97,
    "precision of emergency": 0.87,
    "exact level": 0.87,
    "direction, messages of pairs": 0.86,
}


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(load_safety(HELD_APART), load_detector(Settings()).screen)


def test_danger_is_noticed_on_voices_never_seen(judged: list[Judged]) -> None:
    """Sensitivity, precision, level and direction stay above their floors."""
    found = measures(judged)
    below = {name: str(found[name]) for name, floor in FLOORS.items() if found[name].value < floor}
    assert not below, below


def test_ordinary_messages_stay_calm(judged: list[Judged]) -> None:
    """Hardly a neutral or emotional message turns the screen red."""
    for because in ("neutral", "emotional"):
        group = [j for j in judged if j.example.because == because]
        assert share(group, lambda j: j.screening.level is Level.EMERGENCY).value <= 0.05
