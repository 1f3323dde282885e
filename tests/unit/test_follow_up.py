"""A short follow-up finds the part of the topic it is after."""

from bot.content.follow_up import Parts
from bot.content.responses import load
from bot.settings import RESPONSES
from bot.vocabulary import Topic

PARTS = Parts(load(RESPONSES))


def test_a_refusal_leads_to_what_to_do_about_it() -> None:
    names = PARTS.of(Topic.HOUSING)
    assert PARTS.nearest(names, "and what if the council refuses me?") == "utter_housing_refused"


def test_coming_back_is_told_from_the_early_signs() -> None:
    names = PARTS.of(Topic.TIME_OUT)
    assert PARTS.nearest(names, "and when do i come back") == "utter_time_out_come_back"
    assert PARTS.nearest(names, "what signs in my jaw or fists") == "utter_time_out_signs"


def test_words_that_share_nothing_lead_nowhere() -> None:
    assert PARTS.nearest(PARTS.of(Topic.HOUSING), "purple elephants") is None
    assert PARTS.nearest([], "the council") is None


def test_the_parts_of_a_topic_are_its_own() -> None:
    assert "utter_change_door" not in PARTS.of(Topic.CHANGE)
    assert all(name.startswith("utter_children_") for name in PARTS.of(Topic.CHILDREN))
    assert PARTS.of(Topic.TIME_OUT)[-1] == "utter_time_out_more"
