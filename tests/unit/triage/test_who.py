"""Who does what to whom: the same words, read by their order."""

import pytest

from bot.triage.who import direction
from bot.vocabulary import Direction

TO, BY, CHILD, OTHER = Direction.TO_WRITER, Direction.BY_WRITER, Direction.TO_CHILD, Direction.TO_OTHER
ACTS = ["hits", "hit", "slapped", "kicked", "grabbed", "pushed", "choked", "threatened"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my wife hits me", TO),
        ("i hit my wife", BY),
        ("my husband slapped me in the kitchen", TO),
        ("i slapped my husband in the kitchen", BY),
        ("i got kicked by my boyfriend", TO),
        ("my boyfriend got kicked by me", BY),
        ("grabbed her last night", BY),
        ("grabbed me last night", TO),
        ("she says he hits her", OTHER),
        ("my brother hit his girlfriend", OTHER),
        ("he kicked our son", CHILD),
        ("i pushed my daughter", BY),
        ("her dad slapped the baby", CHILD),
        ("i was pushed", TO),
        ("we went to town and it rained", None),
    ],
)
def test_the_order_of_words_tells(text: str, expected: Direction | None) -> None:
    """Active, passive, dropped subjects, children and third people."""
    tokens = text.split()
    at = next((i for i, token in enumerate(tokens) if token in ACTS), 0)
    assert direction(tokens, at, at + 1) == expected


def test_a_full_stop_ends_the_reach() -> None:
    """Whoever stands in another sentence has no part in this act."""
    tokens = ["i", "love", "her", ".", "hits", "me"]
    assert direction(tokens, 4, 5) is not Direction.BY_WRITER
