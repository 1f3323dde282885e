"""References: spoken, written down, found again, hard to guess."""

import re
from pathlib import Path

import pytest

from bot.edition import SHIPPED
from bot.errors import ContentError
from bot.handoff.references import MISS_SECONDS, MISSES_OF_HELPLINE, load_words, new_reference, normal

WORDS = load_words(SHIPPED.handoff / "words.txt")


def test_a_reference_is_two_words_and_two_digits() -> None:
    """Short enough for a phone, and the same however it is written."""
    for _ in range(200):
        reference = new_reference(WORDS)
        assert re.fullmatch(r"[a-z]{3,9}-[a-z]{3,9}-[1-9]\d", reference)
        spoken = reference.replace("-", ", ").title()
        assert normal(spoken) == reference == normal(reference.replace("-", " "))


def test_guessing_one_takes_longer_than_it_is_kept() -> None:
    """A helpline that misses as often as it may for thirty days finds, of a thousand that wait, less than one."""
    space = len(WORDS) ** 2 * 90
    guesses = MISSES_OF_HELPLINE * 30 * 86400 / MISS_SECONDS
    assert len(WORDS) >= 900
    assert guesses * 1000 / space < 1


def test_no_two_words_are_one_letter_apart() -> None:
    """What is misheard by a letter is no other reference."""
    seen: set[str] = set()
    for word in WORDS:
        forms = {word[:n] + "." + word[n + 1 :] for n in range(len(word))}
        assert not forms & seen, word
        seen |= forms


def test_words_that_can_not_be_used_are_named(tmp_path: Path) -> None:
    """All at once."""
    path = tmp_path / "words.txt"
    path.write_text("maple\nMaple\nno\n")
    with pytest.raises(ContentError) as error:
        load_words(path)
    assert "'Maple'" in str(error.value) and "'no'" in str(error.value) and "500" in str(error.value)
