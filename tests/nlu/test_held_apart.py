"""Topics and roles on voices never seen: what is reached must not get worse.

The floors lie a little under what was measured (`make nlu-report`); the targets are higher.
"""

import pytest

from bot.content.examples import load_topics
from bot.understand import Understander
from tests.nlu.report import HELD_APART, Judged, judge, measures

FLOORS = {
    "topic, first is acceptable": 0.68,
    "topic, one of three is acceptable": 0.85,
    "role, where words show one": 0.68,
}


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge(load_topics(HELD_APART), Understander.load())


def test_topics_and_roles_of_voices_never_seen(judged: list[Judged]) -> None:
    """First topic, one of three, and role stay above their floors."""
    found = measures(judged)
    below = {name: str(found[name]) for name, floor in FLOORS.items() if found[name].value < floor}
    assert not below, below


def test_hardly_anyone_is_sent_away(judged: list[Judged]) -> None:
    """At most three in a hundred who ask about abuse are told it is not for this service."""
    assert measures(judged)["in scope sent away"].value <= 0.03
