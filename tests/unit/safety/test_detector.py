"""The rule that joins patterns and heads."""

import pytest

from bot.edition import SHIPPED
from bot.language.cleanup import Cleaner
from bot.language.reader import Read
from bot.safety.detector import Detector
from bot.safety.labels import ACTS, act
from bot.safety.patterns import Patterns
from bot.vocabulary import Direction, Kind, Level, Role, Time
from tests.fakes import read_as

PATTERNS = Patterns.load(SHIPPED.safety / "patterns")
CLEANER = Cleaner.load(SHIPPED.safety / "cleanup.yml")


class FakeReader:
    """Heads that say what the test tells them, for any window with the marker; nothing is wrong elsewhere."""

    def __init__(self, *, marker: str = "", level: dict[str, float] | None = None, **scores: dict[str, float]) -> None:
        self.marker, self.level, self.scores = marker, level or {"none": 1.0}, scores

    def read(self, text: str, parts: list[tuple[int, int]]) -> tuple[Read, list[Read]]:
        return self._read(text), [self._read(text[start:end]) for start, end in parts]

    def where(self, read: Read, column: int) -> None:
        return None

    def _read(self, text: str) -> Read:
        told = self.marker in text
        scores = {
            "level": dict.fromkeys(Level, 0.0) | (self.level if told else {"none": 1.0}),
            "kind": dict.fromkeys(Kind, 0.0) | (self.scores.get("kind", {}) if told else {}),
            "act": dict.fromkeys(ACTS, 0.0) | (self.scores.get("act", {}) if told else {}),
            "time": dict.fromkeys([*Time, "none"], 0.0) | (self.scores.get("time", {}) if told else {}),
            "role": dict.fromkeys([*Role, "none"], 0.0),
        }
        return read_as(CLEANER.clean(text), scores)  # type: ignore[arg-type]  # names in place of their enumerations


def detector(reader: FakeReader) -> Detector:
    return Detector(reader=reader, patterns=PATTERNS)  # type: ignore[arg-type]  # a fake with the same methods


UNSURE = {"none": 0.6, "urgent": 0.3, "emergency": 0.1}


def test_a_pattern_is_enough_where_the_heads_are_unsure() -> None:
    """What must never be missed does not wait for a classifier."""
    found = detector(FakeReader(level=UNSURE)).screen("he is outside with a bat")
    assert found.level is Level.EMERGENCY
    assert found.cues[0].kind is Kind.IMMEDIATE_DANGER


def test_a_pattern_is_not_heard_where_nothing_is_all_but_certain() -> None:
    """A figure of speech that no idiom list holds does not turn the screen red."""
    assert detector(FakeReader(level={"none": 0.95})).screen("he is outside with a bat").level is Level.NONE


def test_the_silent_call_is_heard_whatever_the_heads_say() -> None:
    """Two digits and nothing else tell a head nothing."""
    found = detector(FakeReader(level={"none": 0.99})).screen("55")
    assert found.level is Level.EMERGENCY
    assert detector(FakeReader(level={"none": 0.99})).screen("i am 55").level is Level.NONE


@pytest.mark.parametrize(
    "after", ["im hoarse since", "it hurts to swallow", "my voice sounds funny", "i lost consciousness"]
)
def test_what_hands_on_the_neck_leave_behind_is_an_emergency(after: str) -> None:
    """Beside strangulation, by a pattern or a head; without it, a cold."""
    assert detector(FakeReader(level=UNSURE)).screen(f"he strangled me on sunday and {after}").level is Level.EMERGENCY
    head = FakeReader(
        marker="pillow",
        level={"urgent": 0.9},
        kind={Kind.STRANGULATION: 0.9},
        act={act(Kind.STRANGULATION, Direction.TO_WRITER): 0.8},
        time={Time.RECENT: 0.9},
    )
    assert detector(head).screen(f"she used the pillow again, {after}").level is Level.EMERGENCY
    assert detector(FakeReader(level=UNSURE)).screen(f"terrible cold and {after}").level is not Level.EMERGENCY
    assert Kind.MEDICAL not in {cue.kind for cue in detector(FakeReader(level=UNSURE)).screen(f"a cold, {after}").cues}


def test_a_head_is_enough_without_a_pattern() -> None:
    """What nobody thought to list is noticed, with kind, direction and time."""
    reader = FakeReader(
        level={"emergency": 0.9},
        kind={Kind.MEDICAL: 0.9},
        act={act(Kind.MEDICAL, Direction.TO_OTHER): 0.8},
        time={Time.NOW: 0.9},
    )
    found = detector(reader).screen("his lips are a funny colour")
    assert found.level is Level.EMERGENCY
    assert [(c.kind, c.direction, c.time) for c in found.cues] == [(Kind.MEDICAL, Direction.TO_OTHER, Time.NOW)]


def test_one_line_in_a_long_story_is_enough() -> None:
    """The level of a message is that of its worst window."""
    story = "We went to town. " * 40 + "SIGN in the middle. " + "It rained again. " * 40
    reader = FakeReader(marker="SIGN", level={"urgent": 0.9}, kind={Kind.VIOLENCE: 0.9}, time={Time.RECENT: 1.0})
    found = detector(reader).screen(story)
    assert found.level is Level.URGENT
    cue = found.cues[0]
    assert "SIGN" in story[cue.start : cue.end]
    assert cue.end - cue.start < 300


def test_an_urgent_message_has_no_cue_of_this_minute() -> None:
    """Level and times agree: only an emergency is now."""
    reader = FakeReader(level={"urgent": 0.9}, kind={Kind.VIOLENCE: 0.9}, time={Time.NOW: 0.9, Time.RECENT: 0.1})
    assert detector(reader).screen("x").cues[0].time is Time.RECENT


def test_both_directions_are_reported_when_both_are_there() -> None:
    """We went for each other: neither is dropped."""
    acts = {act(Kind.VIOLENCE, Direction.TO_WRITER): 0.8, act(Kind.VIOLENCE, Direction.BY_WRITER): 0.7}
    reader = FakeReader(level={"urgent": 0.9}, kind={Kind.VIOLENCE: 0.9}, act=acts, time={Time.RECENT: 1.0})
    assert {c.direction for c in detector(reader).screen("x").cues} == {Direction.TO_WRITER, Direction.BY_WRITER}


def test_of_two_sides_the_one_the_whole_message_takes() -> None:
    """A blow on its own might be anybody's; the threat beside it says whose."""
    acts = {
        act(Kind.VIOLENCE, Direction.TO_WRITER): 0.5,
        act(Kind.VIOLENCE, Direction.BY_WRITER): 0.5,
        act(Kind.THREAT_TO_KILL, Direction.TO_WRITER): 0.95,
    }
    kinds: dict[str, float] = {Kind.VIOLENCE: 0.9, Kind.THREAT_TO_KILL: 0.9}
    reader = FakeReader(level={"urgent": 0.9}, kind=kinds, act=acts, time={Time.RECENT: 1.0})
    assert {c.direction for c in detector(reader).screen("x").cues} == {Direction.TO_WRITER}


@pytest.mark.parametrize(
    ("side", "beside"), [(Direction.BY_WRITER, Kind.HARM_TO_OTHER), (Direction.TO_CHILD, Kind.CHILD_AT_RISK)]
)
def test_what_the_policy_sets_beside_a_cue_is_there(side: Direction, beside: Kind) -> None:
    """A blow by the writer is harm to another too, and a child who is hit is a child at risk."""
    reader = FakeReader(
        level={"urgent": 0.9}, kind={Kind.VIOLENCE: 0.9}, act={act(Kind.VIOLENCE, side): 0.9}, time={Time.RECENT: 1.0}
    )
    assert {(c.kind, c.direction) for c in detector(reader).screen("x").cues} == {(Kind.VIOLENCE, side), (beside, side)}


def test_what_is_over_is_reported_and_raises_nothing() -> None:
    """Past and gone: the cue stands, the level is none."""
    reader = FakeReader(level={"none": 0.95}, act={act(Kind.VIOLENCE, Direction.TO_WRITER): 0.9}, time={Time.PAST: 0.9})
    found = detector(reader).screen("he hit me, thirty years ago, he is dead")
    assert found.level is Level.NONE
    assert [c.time for c in found.cues] == [Time.PAST]
