"""Before and after in plain words; fewer messages of danger noticed stop a change."""

from dataclasses import dataclass

from bot.editor.judgement import Weight, compare


@dataclass(frozen=True)
class Read:
    kind: str
    text: str
    wanted: str
    got: str


def test_nothing_changed_nothing_told() -> None:
    same = [Read("level", "a", "urgent", "urgent"), Read("topic", "b", "money", "money")]
    assert compare(same, same) == []


def test_danger_that_is_missed_stops_it() -> None:
    before = [Read("level", "he has a bat", "emergency", "emergency")]
    found = compare(before, [Read("level", "he has a bat", "emergency", "none")])
    assert [finding.weight for finding in found] == [Weight.STOPS, Weight.STOPS]
    assert found[0].examples == ("“he has a bat”",)


def test_danger_lost_for_danger_won_is_to_be_looked_at() -> None:
    before = [Read("level", "a", "urgent", "urgent"), Read("level", "b", "urgent", "none")]
    after = [Read("level", "a", "urgent", "none"), Read("level", "b", "urgent", "urgent")]
    assert [finding.weight for finding in compare(before, after)] == [Weight.WARNS]


def test_calm_messages_and_topics_are_told_before_and_after() -> None:
    before = [
        Read("level", "hi", "none", "none"),
        Read("topic", "rent", "housing", "housing"),
        Read("topic", "dog", "pets", "money"),
    ]
    after = [
        Read("level", "hi", "none", "urgent"),
        Read("topic", "rent", "housing", "money"),
        Read("topic", "dog", "pets", "pets"),
    ]
    alarm, lost, won = compare(before, after)
    assert alarm.text == "1 message without danger would now be taken for danger" and alarm.weight is Weight.WARNS
    assert lost.text == "1 message that was understood is not any more"
    assert lost.examples == ("“rent”: housing, now money",) and lost.weight is Weight.TELLS
    assert won.text == "1 message that was not understood is now"


def test_a_message_that_was_not_judged_before_is_left_out() -> None:
    assert compare([], [Read("level", "new", "urgent", "none")]) == []
