"""What actions read from a tracker."""

from rasa_sdk import Tracker

from actions.reading import Turn
from bot.vocabulary import Topic


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
