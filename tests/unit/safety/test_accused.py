"""What somebody else says that the writer did."""

import pytest

from bot.safety.accused import accused


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("He'll tell them I punched him", "I punched him"),
        ("my ex is gonna say i locked her in", "i locked her in"),
        ("she claims that I grabbed her. I never laid a finger on her", "that I grabbed her"),
        ("they said i'd hurt the baby, its a lie", "i'd hurt the baby"),
        ("he accused me of hitting him, i didn't", "me of hitting him"),
        ("if I go she says she will tell school I slapped our son", "I slapped our son"),
    ],
)
def test_an_accusation_denied_or_threatened_is_found_where_it_stands(text: str, act: str) -> None:
    assert [text[start:end] for start, end in accused(text)] == [act]


@pytest.mark.parametrize(
    "text",
    [
        "she told the police I hit her and yes I did",
        "he says i strangled him and its true",
        "I told my mate I hit her, I never thought I would",
        "i said i will kill her if she goes",
        "she said i should kill myself",
        "she told me she would kill me if i left",
        "he says he never hit me",
        "I hit her last night",
        "my dad says if i move out he will stop eating",
        "she told her mum i hit her and if she goes back i will do it again",
        "",
    ],
)
def test_what_the_writer_says_admits_or_was_done_to_them_is_none(text: str) -> None:
    assert accused(text) == []


def test_long_text_is_searched_in_time_that_grows_with_it() -> None:
    assert accused("she says " * 2000) == accused("i i i said " * 1500) == []
