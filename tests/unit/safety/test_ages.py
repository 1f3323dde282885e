"""An age of somebody else is no danger."""

import pytest

from bot.safety.ages import only_an_age


@pytest.mark.parametrize(
    "text",
    [
        "my daughter is 14",
        "hes 15",
        "our eldest is thirteen",
        "my girl's nearly 11",
        "yeah she's 9 now",
        "they are 3 and 5",
        "my little brother is 15 in june",
        "the twins are 8.",
    ],
)
def test_an_age_is_only_an_age(text: str) -> None:
    assert only_an_age(text)


@pytest.mark.parametrize(
    "text",
    [
        "i'm 14",
        "im 15",
        "i am twelve",
        "my dad hits me and he is 40",
        "my daughter is 14 and he hits her",
        "she was 14 when it started",
        "my son is 12 he is hiding",
        "he has 2 knives",
        "the pain is 10",
        "my husband is 15",
        "hes on his way 10 minutes",
        "she took 14",
        "my ex is here now",
        "55",
        "",
    ],
)
def test_what_says_more_is_read_as_ever(text: str) -> None:
    assert not only_an_age(text)
