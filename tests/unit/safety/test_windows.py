"""Windows cover a message whole, in order, none too long."""

from hypothesis import given
from hypothesis import strategies as st

from bot.safety.windows import MOST_CHARACTERS, windows


@given(st.text(alphabet="ab .!?\n", max_size=2000))
def test_every_character_is_read(text: str) -> None:
    """Nothing between two windows is lost, and no window outgrows its size."""
    spans = windows(text)
    covered = 0
    for start, end in spans:
        assert start <= covered
        assert end - start <= max(MOST_CHARACTERS, len(text) if len(spans) == 1 else 0)
        covered = max(covered, end)
    assert covered == len(text)


def test_two_sentences_of_one_story_are_read_together() -> None:
    """Windows overlap by a sentence, so that neighbours meet in one of them."""
    text = " ".join(f"This is sentence number {n} of a long story." for n in range(20))
    spans = windows(text)
    for number in range(19):
        pair = f"number {number} of a long story. This is sentence number {number + 1} of"
        assert any(pair in text[start:end] for start, end in spans), number
