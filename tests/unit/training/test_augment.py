"""A message told from the other side changes who did it and nothing else."""

import pytest

from bot.training.augment import other_side


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("she grabbed my throat and i couldn't shout", "i grabbed her throat and she couldn't shout"),
        ("i pushed her into the sink", "she pushed me into the sink"),
        ("he's outside and i'm in the bath", "i'm outside and he's in the bath"),
        ("i broke her arm", "she broke my arm"),
        ("my tooth came out when he hit me", "his tooth came out when i hit him"),
    ],
)
def test_the_sides_are_exchanged(text: str, told: str) -> None:
    assert other_side(text) == told
    assert other_side(told) == text


@pytest.mark.parametrize(
    "text",
    ["he hit her and i saw", "my mum slapped me and she cried", "he hit us both, the kids too", "he left", "hello"],
)
def test_what_has_a_third_person_or_none_is_left_alone(text: str) -> None:
    assert other_side(text) is None
