"""A short follow-up finds the part of the topic it is after."""

import pytest

from bot.content.follow_up import Parts, Terms
from bot.content.responses import load
from bot.edition import SHIPPED
from bot.vocabulary import Topic

PARTS = Parts(load(SHIPPED.responses))
TERMS = Terms(load(SHIPPED.responses))


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


def test_wording_with_blanks_is_no_part_that_words_lead_to() -> None:
    assert "utter_safety_plan_whole" not in PARTS.of(Topic.SAFETY_PLAN)
    assert "utter_safety_plan_papers" in PARTS.of(Topic.SAFETY_PLAN)


def test_a_part_with_words_of_its_own_is_told_by_no_others() -> None:
    assert "utter_change_relapse" not in PARTS.of(Topic.CHANGE)
    assert PARTS.nearest(PARTS.of(Topic.CHANGE), "how do i make sure it never happens again") != "utter_change_relapse"
    assert TERMS.explaining("it happened again on friday") == "utter_change_relapse"
    assert TERMS.explaining("how do i make sure it never happens again") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what is a marac", "utter_police_marac"),
        ("whats an IDVA?", "utter_police_idva"),
        ("how does Clare’s Law work", "utter_police_clares_law"),
        ("and if she finds out im looking", "utter_tech_safety_found_out"),
        ("what if my wife's brother finds out", "utter_tech_safety_found_out"),
        ("how do i get her to come back", "utter_partner_left_back"),
        ("what is a solicitor", None),
        ("dramatic change, is it real", None),
        ("what did he find out about her", None),
    ],
)
def test_words_of_the_field_and_known_worries_have_an_answer_of_their_own(text: str, name: str | None) -> None:
    assert TERMS.explaining(text) == name


def test_what_was_explained_already_is_not_explained_again() -> None:
    assert TERMS.explaining("what is a marac", skip=["utter_police_marac"]) is None
