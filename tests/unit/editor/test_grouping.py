"""Messages that say nearly the same are looked at together."""

from bot.editor.grouping import group
from bot.editor.inbox import Missed


def test_near_duplicates_come_together_and_the_largest_group_first() -> None:
    messages = {
        "a": Missed(text="where is the form", vector=(1.0, 0.0)),
        "b": Missed(text="my dog is ill", vector=(0.0, 1.0)),
        "c": Missed(text="poorly dog", vector=(0.1, 1.0)),
    }
    assert group(messages) == [["b", "c"], ["a"]]


def test_without_vectors_only_the_same_words_come_together() -> None:
    messages = {"a": Missed(text="hello"), "b": Missed(text="hello", vector=(1.0,)), "c": Missed(text="bye")}
    assert group(messages) == [["a", "b"], ["c"]]
