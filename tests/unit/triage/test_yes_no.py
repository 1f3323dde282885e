"""A plain yes or no is taken as one; anything that says more is not."""

import pytest

from bot.triage.yes_no import beside, yes_or_no


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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yeah i had been drinking", "i had been drinking"),
        ("No. I'm in the spare room", "I'm in the spare room"),
        ("aye, two weans at the school", "two weans at the school"),
        ("yes", "yes"), ("yes he is right now", "yes he is right now"), ("no not tonight", "no not tonight"),
        ("nothing helps me sleep", "nothing helps me sleep"), ("never felt so low before", "never felt so low before"),
        ("not sure what to do", "not sure what to do"), ("yesterday he threw it at me", "yesterday he threw it at me"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_a_message_says_beside_its_yes_or_no(text: str, says: str) -> None:
    assert beside(text) == says
