"""A message that says the answer was beside the point, and those that say something of their own."""

import pytest

from bot.triage.not_it import not_it


@pytest.mark.parametrize(
    "text",
    [
        "that's not it",
        "Thats not it",
        "no that is not what i asked",
        "not what I meant!",
        "nope, wrong answer",
        "you've misunderstood me",
        "you didn’t understand",
        "i didn't ask that",
        "that isn't what i was asking",
        "it wasn't my question",
    ],
)
def test_that_is_not_it(text: str) -> None:
    """However it is typed."""
    assert not_it(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "not now",
        "that's not ok",
        "he says it's not abuse",
        "it's not my fault",
        "that's not it, he also took my keys and the car",
        "i didn't say that to him",
        "she got it wrong",
        "is that not what i need to tell the police",
    ],
)
def test_other_words_say_something_of_their_own(text: str) -> None:
    """They are answered, and nothing else."""
    assert not not_it(text)
