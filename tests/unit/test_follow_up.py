"""A short follow-up finds the part of the topic it is after."""

from bot.content.follow_up import nearest_part
from bot.content.responses import load, parts
from bot.settings import RESPONSES
from bot.vocabulary import Topic

WORDING = load(RESPONSES)


def test_a_refusal_leads_to_what_to_do_about_it() -> None:
    names = parts(WORDING, Topic.HOUSING)
    assert nearest_part(WORDING, names, "and what if the council refuses me?") == "utter_housing_refused"


def test_coming_back_is_told_from_the_early_signs() -> None:
    names = parts(WORDING, Topic.TIME_OUT)
    assert nearest_part(WORDING, names, "and when do i come back") == "utter_time_out_come_back"
    assert nearest_part(WORDING, names, "what signs in my jaw or fists") == "utter_time_out_signs"


def test_words_that_share_nothing_lead_nowhere() -> None:
    assert nearest_part(WORDING, parts(WORDING, Topic.HOUSING), "purple elephants") is None
    assert nearest_part(WORDING, [], "the council") is None


def test_the_parts_of_a_topic_are_its_own() -> None:
    assert "utter_change_door" not in parts(WORDING, Topic.CHANGE)
    assert all(name.startswith("utter_children_") for name in parts(WORDING, Topic.CHILDREN))
    assert parts(WORDING, Topic.TIME_OUT)[-1] == "utter_time_out_more"
