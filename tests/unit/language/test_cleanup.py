"""Clean-up: hidden words show, and every character knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.edition import SHIPPED
from bot.language.cleanup import Cleaner

CLEANER = Cleaner.load(SHIPPED.safety / "cleanup.yml")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("she str@ngled me", "she strangled me"),
        ("s u i c i d e", "suicide"),
        ("k.n.i.f.e", "knife"),
        ("he k*lled it", "he killed it"),
        ("ѕhе ѕауѕ", "she says"),
        ("strang\u200bled", "strangled"),
        ("stoppppp it", "stop it"),
        ("ｆｕｌｌ", "full"),
        ("it’s “fine”", 'it\'s "fine"'),
        ("wot r u doin", "what are you doin"),
        ("cannae breathe", "can't breathe"),
    ],
)
def test_what_hides_words_is_undone(text: str, plain: str) -> None:
    """Stars, spaces, look-alikes, zero-width characters, stretched letters and text-speak become plain words."""
    assert CLEANER.clean(text).text == plain


def test_emoji_of_danger_become_words() -> None:
    """A knife is a knife, drawn or written."""
    assert "knife" in CLEANER.clean("he has a 🔪").text


@pytest.mark.parametrize(
    ("text", "word"),
    [("oh she str@ngled me", "str@ngled"), ("i s a y 🔪", "🔪"), ("a\u200bb  knife", "knife")],
)
def test_a_span_points_into_the_original(text: str, word: str) -> None:
    """What was found in the plain text can be shown in what was written."""
    clean = CLEANER.clean(text)
    plain = CLEANER.clean(word).text.strip()
    start = clean.text.index(plain)
    begin, end = clean.span(start, start + len(plain))
    assert text[begin:end] == word


@given(st.text(max_size=400))
def test_any_text_is_cleaned(text: str) -> None:
    """Never an exception; one origin a character, inside the original, never going back."""
    clean = CLEANER.clean(text)
    assert len(clean.origins) == len(clean.text)
    assert all(0 <= origin < len(text) for origin in clean.origins)
    assert list(clean.origins) == sorted(clean.origins)


@given(st.text(max_size=200), st.integers(0, 200))
def test_parts_of_a_clean_text_are_the_whole(text: str, cut: int) -> None:
    """Cut anywhere, no character is lost, and each part knows its own places."""
    clean, cut = CLEANER.clean(text), min(cut, len(text))
    first, second = clean.part(0, cut), clean.part(cut, len(text))
    assert first.text + second.text == clean.text
    assert first.original + second.original == text
    assert (*first.origins, *(origin + cut for origin in second.origins)) == clean.origins
