"""Which messages go on from the one before them."""

import pytest

from bot.triage.goes_on import goes_on


@pytest.mark.parametrize(
    "text", ["what about my daughter", "And if she finds out?", "but he never hit me before", "how about tonight"]
)
def test_a_short_message_that_begins_with_a_joining_word_goes_on(text: str) -> None:
    assert goes_on(text)


@pytest.mark.parametrize(
    "text",
    ["", "my daughter is hit by her boyfriend", "andrew hits me", "sofa bed", "so " + "he came home and shouted " * 3],
)
def test_a_message_that_stands_alone_or_is_long_does_not(text: str) -> None:
    assert not goes_on(text)
