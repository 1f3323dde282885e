"""What is taken for what, and which examples draw messages away from their topic."""

from pathlib import Path

import numpy as np

from bot.editor.confusion import Confusion, Example, Hurting, Miss, judge, read, report, write
from bot.editor.pulls import pulling


def test_the_report_names_confusions(tmp_path: Path) -> None:
    """The most frequent first; it is read back as it was written, and none is none."""
    asked = [Example(text="a", topic="money"), Example(text="b", topic="housing"), Example(text="c", topic="pets")]
    misses = judge([*asked, Example(text="d", topic="pets")], lambda _: "housing")
    found = report(misses, [Hurting(text="x", topic="housing", pulls="pets", count=2)])
    assert found.confusions == (
        Confusion(asked="pets", taken_for="housing", count=2),
        Confusion(asked="money", taken_for="housing", count=1),
    )
    assert read(tmp_path) is None
    write(found, tmp_path)
    assert read(tmp_path) == found


def test_the_nearest_example_of_the_wrong_topic_is_the_one_that_hurts() -> None:
    """Each miss points at one example; those of other topics, however near, are not to blame."""
    examples = [
        Example(text="flat", topic="housing"),
        Example(text="cat", topic="housing"),
        Example(text="dog", topic="pets"),
    ]
    misses = [Miss(text=text, asked="pets", taken_for="housing") for text in ("kitten", "puss")]
    misses += [Miss(text="odd", asked="pets", taken_for="nothing")]
    found = pulling(
        misses, examples,
        of_misses=np.array([[0.1, 1], [0, 2], [1, 0]], np.float32),
        of_examples=np.array([[1, 0], [0.2, 1], [0, 1]], np.float32),
    )  # fmt: skip
    assert found == (Hurting(text="cat", topic="housing", pulls="pets", count=2),)


def test_nothing_missed_is_nothing_to_blame() -> None:
    """Nor are there vectors of nothing."""
    none = np.zeros((0, 2), np.float32)
    assert pulling([], [], of_misses=none, of_examples=none) == ()
