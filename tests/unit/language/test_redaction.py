"""Redaction: what could name or reach a person is blotted out, the rest stays as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.redaction import redact


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("ring me on 07700 900123", "ring me on [phone]"),
        ("+44 7700 900 123 is mine", "[phone] is mine"),
        ("(0161) 496 0000 after six", "[phone] after six"),
        ("write to jo.b+x@mail.example.co.uk", "write to [e-mail]"),
        ("i live at SW1A 1AA", "i live at [postcode]"),
        ("near m1 1ae, top flat", "near [postcode], top flat"),
        ("card 4111 1111 1111 1111", "card [number]"),
        ("my account is 12-34-56 12345678", "my account is [number]"),
        ("NI number AB 12 34 56 C", "NI number [number]"),
        ("it is on https://example.org/u/joe", "it is on [link]"),
        ("he is @some.one_22 there", "he is [profile] there"),
    ],
)
def test_what_names_a_person_is_blotted_out(text: str, redacted: str) -> None:
    """Each kind of trace becomes a mark that reads as a word."""
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    ["call 999 or 112", "i rang 101 and 111", "press 55", "he is 42, we have 3 kids", "since 2019", "£1,200 a month",
     "at 10.30 on 01/02/2024", "24/7 for 12 years", "2 beers and 1 vodka"],
)  # fmt: skip
def test_ordinary_numbers_stay(text: str) -> None:
    """Emergency numbers, ages, sums, dates and times are part of what is said."""
    assert redact(text) == text


@given(st.text(max_size=300))
def test_redaction_never_fails_and_is_settled(text: str) -> None:
    """Any text goes through, and going through again changes nothing."""
    once = redact(text)
    assert redact(once) == once
