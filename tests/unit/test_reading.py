"""What actions read from a tracker."""

from collections.abc import Iterator

import pytest
from rasa_sdk import Tracker

from actions.reading import Turn
from bot.vocabulary import Topic, know_topics, topics


def turn(text: str, **ranking: float) -> Turn:
    message = {
        "text": text,
        "intent": {"name": next(iter(ranking))},
        "intent_ranking": [{"name": name, "confidence": sure} for name, sure in ranking.items()],
    }
    return Turn.of(Tracker("someone", {}, message, [], False, None, {}, "action_listen"))


def test_two_names_of_one_matter_are_as_sure_as_both_and_not_offered_beside_each_other() -> None:
    read = turn("im scared for the children", child_worry=0.48, children=0.47, money=0.3)
    assert read.topic is Topic.CHILD_WORRY and round(read.confidence, 2) == 0.95
    assert read.others(Topic.CHILD_WORRY, 0.25) == [Topic.MONEY]


def test_topics_of_two_matters_are_each_as_sure_as_they_are() -> None:
    read = turn("where can i go with no money", housing=0.5, money=0.4)
    assert read.confidence == 0.5 and read.others(Topic.HOUSING, 0.25) == [Topic.MONEY]


@pytest.fixture
def nothing_added(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is known once stays known in a process; not beyond the test."""
    with monkeypatch.context() as patch:
        patch.setattr("bot.vocabulary._added", {})
        topics.cache_clear()
        yield
    topics.cache_clear()


@pytest.mark.usefixtures("nothing_added")
def test_a_topic_that_editors_add_is_read_from_then_on() -> None:
    """The topics are kept between turns, and a new one is none the later for it."""
    assert turn("my bees", bees=0.9, housing=0.1).ranking == ((Topic.HOUSING, 0.1),)
    know_topics(["bees"])
    read = turn("my bees", bees=0.9, housing=0.1)
    assert read.topic == "bees" and read.topic is topics()[-1] and read.confidence == 0.9
