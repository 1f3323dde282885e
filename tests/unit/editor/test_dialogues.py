"""A conversation becomes a test that reads back as it was."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.editor.dialogues import PATH, Turn, add_dialogue, sayings
from bot.errors import ContentError
from bot.settings import ROOT
from bot.vocabulary import Level, Topic


@given(st.text(min_size=1).filter(lambda text: text.split()))
def test_whatever_is_said_comes_back(text: str) -> None:
    """Quotes, colons, dashes, emoji: one entry, the words as they were but for their spaces."""
    turns = [Turn(say=text, topic=Topic.HOUSING), Turn(say="/safe_now", care=Level.NONE)]
    (entry,) = yaml.safe_load(add_dialogue(text, turns, "# A remark.\n"))
    assert entry["turns"] == [
        {"say": " ".join(text.split()), "expect": {"topic": "housing"}},
        {"say": "/safe_now", "expect": {"care": "none"}},
    ]


def test_dialogues_are_added_to_what_is_there_once() -> None:
    """What stood there stays as it is."""
    there = (ROOT / PATH).read_text()
    once = add_dialogue("a", [Turn(say="first", topic=Topic.PETS)], there)
    assert once.startswith(there) and sayings(once) == {"first"}
    assert add_dialogue("b", [Turn(say="first", topic=Topic.PETS)], once) == once
    assert sayings(add_dialogue("b", [Turn(say="second", topic=Topic.PETS)], once)) == {"first", "second"}


@pytest.mark.parametrize("turns", [[], [Turn(say=" ", topic=Topic.PETS)], [Turn(say="hello")]])
def test_a_test_that_tests_nothing_is_refused(turns: list[Turn]) -> None:
    """It would always be passed."""
    with pytest.raises(ContentError):
        add_dialogue("a", turns)


def test_the_shipped_file_can_be_read() -> None:
    """Empty as it ships."""
    assert sayings((ROOT / PATH).read_text()) == frozenset()
    with pytest.raises(ContentError):
        sayings("- name: x")
