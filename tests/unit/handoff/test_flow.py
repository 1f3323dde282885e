"""The way to a yes: what a summary holds, whatever was told, answered, struck and changed."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.edition import SHIPPED
from bot.handoff import flow
from bot.handoff.content import Wording
from bot.handoff.flow import MOST_CHARACTERS, MOST_TOLD, SHOWN_TOLD, Draft, Facts, Memory
from bot.handoff.records import HandoffId, HelplineId, ShownCue
from bot.vocabulary import Direction, HandoffMode, Kind, Level, Nation, Role, Time, Topic

WORDING = Wording.load(SHIPPED.handoff / "wording.yml")
TITLES = {Topic.HOUSING: "Somewhere to live"}
DRAFT = Draft(id=HandoffId("h"), reference="a-b-10", helpline=HelplineId("north"), mode=HandoffMode.LATER)


def cue(start: int, end: int, kind: Kind = Kind.VIOLENCE, time: Time = Time.RECENT) -> ShownCue:
    return ShownCue(kind=kind, level=Level.URGENT, direction=Direction.TO_WRITER, time=time, start=start, end=end)


def told(*texts: str, level: Level = Level.NONE, memory: Memory | None = None) -> Memory:
    memory = memory or Memory()
    for text in texts:
        memory = flow.remember(memory, text, level, [cue(0, 3)] if level is not Level.NONE else [])
    return memory


def test_danger_is_kept_when_there_is_too_much() -> None:
    """A long chat keeps what shows most, in the order it was written, and always the last message."""
    memory = told("he hit me", level=Level.URGENT)
    memory = told(*(f"message number {n}" for n in range(20)), memory=memory)
    assert len(memory.told) == MOST_TOLD
    assert memory.told[0].text == "he hit me" and memory.told[-1].text == "message number 19"
    shown = flow.shown_told(memory)
    assert len(shown) == SHOWN_TOLD and shown[0].text == "he hit me"


def test_a_cue_points_into_its_line_or_nowhere() -> None:
    """Words that were cut off, struck or said otherwise are not pointed at."""
    long = flow.remember(Memory(), "x" * 2000, Level.URGENT, [cue(0, 3), cue(1500, 1600)])
    assert len(long.told[0].text) == MOST_CHARACTERS
    assert [(c.start, c.end) for c in long.told[0].cues] == [(0, 3), (0, 0)]
    for draft in (replace(DRAFT, struck=frozenset({"told_1"})), flow.reworded(DRAFT, "told_1", "we argue")):
        reading = flow.summary(long, draft, Facts(), WORDING, TITLES).reading
        assert [(c.line, c.start, c.end) for c in reading.cues] == [(None, 0, 0)] * 2


def test_what_the_machine_noticed_goes_only_with_its_line() -> None:
    """Strike the line, and neither kinds nor level are passed on."""
    memory = flow.about(told("he hit me", level=Level.URGENT), Topic.HOUSING)
    facts = Facts(role=Role.VICTIM, nation=Nation.WALES, children=True)
    whole = flow.summary(memory, DRAFT, facts, WORDING, TITLES).reading
    assert whole.level is Level.URGENT and whole.cues and whole.topics == (Topic.HOUSING,)
    struck = replace(DRAFT, struck=frozenset({"noticed", "topics", "who", "nation"}))
    assert flow.summary(memory, struck, facts, WORDING, TITLES).reading == type(whole)()


def test_what_is_long_over_is_not_called_danger() -> None:
    """It is not in the line of what was noticed."""
    memory = flow.remember(Memory(), "he hit me in 1990", Level.NONE, [cue(0, 3, time=Time.PAST)])
    assert "noticed" not in [line.key for line in flow.lines(memory, DRAFT, Facts(), WORDING, TITLES)]


def test_questions_depend_on_the_mode_and_on_answers() -> None:
    """Who wants to talk here is not asked how to be reached; who wants no contact is not asked when."""

    def asked(draft: Draft, **answers: str) -> list[str]:
        keys = []
        while (ask := flow.next_ask(draft, WORDING)) is not None:
            keys.append(ask.key)
            draft = flow.answered(draft, ask.key, answers.get(ask.key))
        return keys

    assert asked(replace(DRAFT, mode=HandoffMode.HERE)) == ["wants", "living", "prefer", "needs"]
    assert asked(DRAFT) == ["wants", "living", "contact", "prefer", "needs"]
    full = asked(DRAFT, contact="By phone")
    assert full == ["wants", "living", "contact", "contact_to", "contact_when", "contact_how", "prefer", "needs"]


def test_an_answer_in_own_words_is_marked_as_such() -> None:
    """The console shows apart what the visitor said and what they chose."""
    draft = flow.answered(flow.answered(DRAFT, "wants", "someone to listen"), "living", "We live apart")
    lines = {line.key: line for line in flow.lines(Memory(), draft, Facts(), WORDING, TITLES)}
    assert lines["wants"].own and not lines["living"].own


def test_danger_in_an_answer_is_noticed_in_its_line() -> None:
    """The words stand once, in the line of the question."""
    memory = flow.note_answer(Memory(), "wants", "he hit me again", Level.URGENT, [replace(cue(3, 6), line="wants")])
    draft = flow.answered(DRAFT, "wants", "he hit me again")
    summary = flow.summary(memory, draft, Facts(), WORDING, TITLES)
    assert [line.text for line in summary.lines if line.own] == ["he hit me again"]
    assert summary.reading.level is Level.URGENT and summary.reading.cues[0].line == "wants"


KEYS = ("who", "told_1", "told_2", "wants", "noticed", "topics", "nation", "children", "prefer")


@settings(max_examples=200, deadline=None)
@given(
    struck=st.sets(st.sampled_from(KEYS)),
    words=st.dictionaries(st.sampled_from(KEYS), st.text(min_size=1, max_size=30)),
    texts=st.lists(st.text(min_size=1, max_size=700), max_size=12),
)
def test_nothing_is_passed_on_that_was_not_shown(struck: set[str], words: dict[str, str], texts: list[str]) -> None:
    """For any strikes and changes: the summary is the lines shown, less those struck, and cues point into them."""
    memory = told(*texts, level=Level.URGENT)
    draft = replace(DRAFT, words=words, struck=frozenset(struck), answers={"prefer": "A woman"})
    facts = Facts(role=Role.VICTIM, nation=Nation.WALES, children=False)
    shown = flow.lines(memory, draft, facts, WORDING, TITLES)
    summary = flow.summary(memory, draft, facts, WORDING, TITLES)
    assert list(summary.lines) == [line for line in shown if line.key not in struck]
    for one in summary.reading.cues:
        line = summary.line(one.line) if one.line else None
        assert one.line is None or (line is not None and one.end <= len(line.text) and line.own)
