"""The way to a yes: what a visitor told, what they answer, strike and change, and the summary that comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.handoff.content import Ask, Wording
from bot.handoff.records import HandoffId, HelplineId, Line, Reading, ShownCue, Summary
from bot.vocabulary import HandoffMode, HandoffState, Kind, Level, Nation, Role, Time, Topic

MOST_TOLD = 8  # messages kept for a summary
SHOWN_TOLD = 4  # messages put into one
MOST_CHARACTERS = 600  # of one line
MOST_TOPICS = 6
_RANK = {Level.NONE: 0, Level.URGENT: 1, Level.EMERGENCY: 2}


class Step(StrEnum):
    """What a button on the way to a person does."""

    START = "start"
    GO_ON = "go_on"
    WHO = "who"
    MODE = "mode"
    PICK = "pick"
    SKIP = "skip"
    REVIEW = "review"
    CHANGE = "change"
    LINE = "line"
    LEAVE_OUT = "leave_out"
    PUT_BACK = "put_back"
    SAY_IT = "say_it"
    AGREE = "agree"
    NEVER_MIND = "never_mind"
    NUMBER = "number"
    LOOK = "look"
    KEEP_WAITING = "keep_waiting"
    LEAVE_IT = "leave_it"
    MOVE = "move"
    STOP = "stop"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message of the visitor's, as it may be passed on: without numbers and addresses, with the danger it shows."""

    key: str
    text: str
    level: Level = Level.NONE
    cues: tuple[ShownCue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A handoff before the yes. id and reference are drawn at its start, so that a yes sent twice is one handoff.

    asked: the question that waits for an answer. done: questions answered or skipped. editing: the line whose new
    words are awaited.
    """

    id: HandoffId
    reference: str
    helpline: HelplineId
    mode: HandoffMode | None = None
    asked: str | None = None
    done: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    editing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A handoff after the yes, as the chat remembers it. seen: seq of the last message shown; turn, state: what was told.

    nobody_told: the visitor knows that nobody is there to answer. asked: the offer of another helpline that they were
    asked about.
    """

    id: HandoffId
    reference: str
    helpline: HelplineId
    mode: HandoffMode
    since: float
    state: HandoffState = HandoffState.WAITING
    turn: int = 0
    seen: int = 0
    kept_told: bool = False
    wait_told: bool = False
    nobody_told: bool = False
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a chat remembers for a handoff; sealed within the session, gone with it.

    over: a talk that has ended and whose end the visitor has yet to be told; over_closed: a worker closed it.
    """

    told: tuple[Told, ...] = ()
    count: int = 0
    topics: tuple[Topic, ...] = ()
    draft: Draft | None = None
    passed: Passed | None = None
    over: HandoffId | None = None
    over_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the chat knows besides words."""

    role: Role | None = None
    nation: Nation | None = None
    children: bool | None = None


def remember(memory: Memory, text: str, level: Level, cues: Sequence[ShownCue]) -> Memory:
    """Keep a message for a summary; when there are too many, the least telling goes."""
    key = f"told_{memory.count + 1}"
    short = text[:MOST_CHARACTERS].strip()
    shown = tuple(_within(replace(cue, line=key), len(short)) for cue in cues)
    told = [*memory.told, Told(key=key, text=short, level=level, cues=shown)]
    if len(told) > MOST_TOLD:
        told.remove(min(told[:-1], key=_telling))
    return replace(memory, told=tuple(told), count=memory.count + 1)


def note_answer(memory: Memory, key: str, text: str, level: Level, cues: Sequence[ShownCue]) -> Memory:
    """Keep the danger that an answer to a question shows; its words stand in the line of the question."""
    told = [one for one in memory.told if one.key != key]
    if level is not Level.NONE:
        shown = tuple(_within(cue, min(len(text), MOST_CHARACTERS)) for cue in cues)
        told.append(Told(key=key, text=text[:MOST_CHARACTERS], level=level, cues=shown))
    return replace(memory, told=tuple(told))


def about(memory: Memory, topic: Topic) -> Memory:
    """Remember what an answer was about."""
    if topic in memory.topics:
        return memory
    return replace(memory, topics=(*memory.topics, topic)[-MOST_TOPICS:])


def shown_told(memory: Memory) -> tuple[Told, ...]:
    """The messages that a summary holds: those that show most, in the order they were written."""
    own = [one for one in memory.told if one.key.startswith("told_")]
    chosen = sorted(own, key=_telling, reverse=True)[:SHOWN_TOLD]
    return tuple(one for one in own if one in chosen)


def next_ask(draft: Draft, wording: Wording) -> Ask | None:
    """The question to ask now; None when all are answered or skipped."""
    return next((ask for ask in wording.asks if ask.key not in draft.done and _due(ask, draft)), None)


def answered(draft: Draft, key: str, text: str | None) -> Draft:
    """A question answered, or skipped."""
    answers = draft.answers | ({key: text[:MOST_CHARACTERS]} if text else {})
    return replace(draft, asked=None, done=(*draft.done, key), answers=answers)


def reworded(draft: Draft, key: str, text: str) -> Draft:
    """A line said in other words; it is back if it was struck."""
    words = draft.words | {key: text[:MOST_CHARACTERS]}
    return replace(draft, editing=None, words=words, struck=draft.struck - {key})


def lines(memory: Memory, draft: Draft, facts: Facts, wording: Wording, titles: Mapping[Topic, str]) -> list[Line]:
    """Every line there could be, struck ones too, in the order they are shown."""
    labels = wording.labels
    found: list[tuple[str, str, str, bool]] = []
    if facts.role is not None:
        found.append(("who", labels["who"], wording.who[facts.role], False))
    found += [(one.key, labels["told"], one.text, True) for one in shown_told(memory)]
    for ask in wording.asks:
        if ask.key in draft.answers and _due(ask, draft):
            text = draft.answers[ask.key]
            found.append((ask.key, ask.label, text, text not in [pick.text for pick in ask.choices]))
    if kinds := _kinds(memory):
        found.append(("noticed", labels["noticed"], ", ".join(wording.noticed[kind] for kind in kinds), False))
    if topics := [titles[topic] for topic in memory.topics if topic in titles]:
        found.append(("topics", labels["topics"], ", ".join(topics), False))
    if facts.nation is not None:
        found.append(("nation", labels["nation"], wording.nations[facts.nation], False))
    if facts.children is not None:
        text = wording.children["with" if facts.children else "without"]
        found.append(("children", labels["children"], text, False))
    return [
        Line(key=key, label=label, text=draft.words.get(key, text), own=own or key in draft.words)
        for key, label, text, own in found
    ]


def summary(memory: Memory, draft: Draft, facts: Facts, wording: Wording, titles: Mapping[Topic, str]) -> Summary:
    """What is passed on: nothing that was struck, and of the machine's reading only what stands in a line unchanged."""
    kept = tuple(line for line in lines(memory, draft, facts, wording, titles) if line.key not in draft.struck)
    keys = {line.key for line in kept} - set(draft.words)
    noticed = "noticed" in keys
    return Summary(
        lines=kept,
        reading=Reading(
            role=facts.role if "who" in keys else None,
            nation=facts.nation if "nation" in keys else None,
            topics=memory.topics if "topics" in keys else (),
            level=level(memory) if noticed else Level.NONE,
            cues=tuple(_placed(cue, keys) for cue in _cues(memory)) if noticed else (),
        ),
    )


def level(memory: Memory) -> Level:
    """The highest level of what was told."""
    return max((one.level for one in memory.told), key=_RANK.__getitem__, default=Level.NONE)


def _cues(memory: Memory) -> tuple[ShownCue, ...]:
    return tuple(cue for one in memory.told for cue in one.cues)


def _kinds(memory: Memory) -> tuple[Kind, ...]:
    return tuple(dict.fromkeys(cue.kind for cue in _cues(memory) if cue.time is not Time.PAST))


def _telling(told: Told) -> tuple[int, int, int]:
    return _RANK[told.level], len(told.cues), len(told.text)


def _due(ask: Ask, draft: Draft) -> bool:
    only = ask.only
    if only.mode is not None and only.mode is not draft.mode:
        return False
    return only.answer is None or draft.answers.get(only.answer) in only.among


def _within(cue: ShownCue, length: int) -> ShownCue:
    """A cue whose words were cut off points to none."""
    return cue if 0 <= cue.start < cue.end <= length else replace(cue, start=0, end=0)


def _placed(cue: ShownCue, keys: set[str]) -> ShownCue:
    """A cue whose line is not passed on as it was written points to no line."""
    return cue if cue.line in keys else replace(cue, line=None, start=0, end=0)
