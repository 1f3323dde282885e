"""Words that send somebody to a line "below" stand over that line's card."""

import re

import pytest

from bot.bootstrap import load_catalogue, load_responses
from bot.catalogue.matching import Need, match
from bot.catalogue.records import Purpose
from bot.content.follow_up import owner
from bot.content.responses import choose, conditions
from bot.vocabulary import Nation, Role, Topic
from tests.unit.catalogue.builders import at

NOON = at("2026-11-25 12:00")
NAMED = {
    "samaritans": "samaritans",
    "nspcc line": "nspcc-helpline",
    "respect phoneline": "respect-phoneline",
    "citizens advice": "citizens-advice",
    "money line": "financial-support-line",
    "stalking line": "national-stalking-helpline",
}
BELOW = re.compile(rf"\b(the|{'|'.join(NAMED)})(?: (?:help)?line)?,? below")


def said(role: Role | None, nation: Nation | None, *, to_them: bool = False) -> list[tuple[str, Topic, list[str]]]:
    """The responses that this reader gets with a line below, their topic, and what they call the lines.

    to_them: only what is worded for that role.
    """
    found = []
    for name, variations in load_responses().items():
        topic = Topic(name[6:]) if name[6:] in set(Topic) else owner(name)
        chosen = choose(variations, {"role": role, "nation": nation})
        if topic is None or chosen is None or (to_them and "role" not in conditions(chosen)):
            continue
        if words := BELOW.findall(" ".join(str(chosen["text"]).lower().split())):
            found.append((name, topic, words))
    return found


def shown(role: Role | None, nation: Nation | None, topic: Topic) -> list[str]:
    """The cards under it."""
    return [one.service.id for one in match(load_catalogue(), Need(role=role, nation=nation, topics=(topic,)), NOON)]


@pytest.mark.parametrize("nation", [None, Nation.ENGLAND, Nation.SCOTLAND, Nation.WALES])
def test_the_line_below_is_first_for_who_worries_about_what_they_do(nation: Nation | None) -> None:
    """Another is first only where it is named; for Northern Ireland there is no checked line for those who hurt."""
    services = load_catalogue().by_id
    meant = [one for one in said(Role.OWN_BEHAVIOUR, nation, to_them=True) if one[2] == ["the"]]
    assert len(meant) > 20
    for name, topic, _ in meant:
        first = services[shown(Role.OWN_BEHAVIOUR, nation, topic)[0]]
        assert first.purpose is Purpose.GENERAL and Role.OWN_BEHAVIOUR in first.roles, name


@pytest.mark.parametrize("nation", [None, *Nation])
@pytest.mark.parametrize("role", [None, *Role])
def test_a_line_that_is_named_is_on_a_card(role: Role | None, nation: Nation | None) -> None:
    """Whoever reads it, also before anything is known of them."""
    for name, topic, words in said(role, nation):
        lines = {NAMED[word] for word in words if word in NAMED}
        assert lines <= set(shown(role, nation, topic)), name
