"""The map of need: what was not found, and nobody in it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.matching import Match, Need
from bot.catalogue.need_map import Gap, NeedMap, Row
from bot.vocabulary import CHAT_TOPICS, Nation, Role, Topic
from tests.unit.catalogue.builders import service


def _match(*topics: Topic) -> Match:
    return Match(service=service(topics=frozenset(topics)), why="")


def test_a_topic_that_a_match_answers_is_no_gap() -> None:
    """Only what nobody helps with is counted."""
    counted = NeedMap()
    counted.add(Need(role=Role.VICTIM, topics=(Topic.HOUSING, Topic.PETS)), [_match(Topic.HOUSING)])
    assert counted.counts == {Gap(topic=Topic.PETS, role=Role.VICTIM, nation=None): 1}


def test_a_topic_named_twice_in_a_need_counts_once() -> None:
    """Saying it again makes no second person."""
    counted = NeedMap()
    counted.add(Need(topics=(Topic.PETS, Topic.PETS)), [])
    assert sum(counted.counts.values()) == 1


def test_what_is_about_the_chat_is_no_need() -> None:
    """Nobody looks for a service that says thanks."""
    counted = NeedMap()
    counted.add(Need(topics=tuple(CHAT_TOPICS)), [])
    assert counted.counts == {}
    assert {"greet", "thanks", "end_chat"} <= {topic.value for topic in CHAT_TOPICS}


def test_a_small_number_is_never_shown_by_itself() -> None:
    """Four people in one row could be found out; with others they are one row without a name."""
    few = Gap(topic=Topic.PETS, role=Role.VICTIM, nation=Nation.WALES)
    many = Gap(topic=Topic.WORK, role=Role.VICTIM, nation=Nation.WALES)
    other = Gap(topic=Topic.FAITH_CULTURE, role=None, nation=None)
    assert NeedMap({few: 4, many: 5}).rows() == (Row(gap=many, count=5),)
    assert NeedMap({few: 4, many: 5, other: 1}).rows() == (Row(gap=many, count=5), Row(gap=None, count=5))


GAPS = st.builds(
    Gap,
    topic=st.sampled_from(Topic),
    role=st.sampled_from([None, *Role]),
    nation=st.sampled_from([None, *Nation]),
)


@given(counts=st.dictionaries(GAPS, st.integers(1, 30), max_size=30), fewest=st.integers(2, 10))
def test_no_row_is_below_the_threshold_and_none_is_made_up(counts: dict[Gap, int], fewest: int) -> None:
    """Whatever was counted, shown rows are large enough, true, and the largest come first."""
    rows = NeedMap(counts).rows(fewest)
    named = [row for row in rows if row.gap]
    assert all(row.count >= fewest for row in rows)
    assert all(row.gap and counts[row.gap] == row.count for row in named)
    assert [row.count for row in named] == sorted((row.count for row in named), reverse=True)
    assert len([row for row in rows if row.gap is None]) <= 1
