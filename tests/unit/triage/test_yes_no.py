"""A plain yes or no is taken as one; anything that says more is not."""

import pytest

from bot.triage.yes_no import yes_or_no


@pytest.mark.parametrize(
    "text", ["yes", "Yeah.", "aye", "yes he is", "she is", "yep, right now", "they are", "YES PLEASE"]
)
def test_a_yes(text: str) -> None:
    assert yes_or_no(text) is True


@pytest.mark.parametrize(
    "text", ["no", "naw", "nope not now", "he's not", "she isn’t", "no thanks", "not really", "no im not"]
)
def test_a_no(text: str) -> None:
    assert yes_or_no(text) is False


@pytest.mark.parametrize(
    "text",
    ["", "yes but he's drunk", "no idea", "maybe", "i don't know", "yes and no", "ok", "ok thanks", "yes thanks", "thank you", "sure",
     "no he took the phone", "she's upstairs",
     "yes yes yes yes yes yes", "i", "he knows", "🙂"],
)  # fmt: skip
def test_what_says_more_is_read_as_words(text: str) -> None:
    assert yes_or_no(text) is None
