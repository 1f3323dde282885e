"""What a handoff is: the summary a visitor agreed to, where it stands, and what is said in it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.catalogue.cards import Card
from bot.vocabulary import (
    Direction,
    HandoffMode,
    HandoffState,
    Kind,
    Level,
    Nation,
    Outcome,
    Role,
    Sender,
    Time,
    Topic,
)

HandoffId = NewType("HandoffId", str)
WorkerId = NewType("WorkerId", str)
HelplineId = NewType("HelplineId", str)

FINAL = frozenset({HandoffState.CLOSED, HandoffState.WITHDRAWN})
HELD = frozenset({HandoffState.CLAIMED, HandoffState.TALKING})


class Standing:
    """What the state of a handoff means, for the record and for every view of it."""

    __slots__ = ()
    state: HandoffState

    @property
    def held(self) -> bool:
        """Whether a worker has it now and the visitor is there."""
        return self.state in HELD

    @property
    def final(self) -> bool:
        """Whether it is over and takes no more words."""
        return self.state in FINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line the visitor saw and agreed to. own: their own words; else a choice of theirs or what was noticed."""

    key: str
    label: str
    text: str
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCue:
    """A sign of danger and the words that show it: characters `start` to `end` of the line `line`.

    `line` is None when the words are not in the summary (left out, or blotted out); for a cue found while waiting or
    talking it is the id of that message.
    """

    kind: Kind
    level: Level
    direction: Direction | None
    time: Time
    line: str | None = None
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the machine concluded, kept apart from what the visitor said. Empty when the visitor struck it."""

    role: Role | None = None
    nation: Nation | None = None
    topics: tuple[Topic, ...] = ()
    level: Level = Level.NONE
    cues: tuple[ShownCue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is passed on: the lines in the order they were shown, and the machine's reading."""

    lines: tuple[Line, ...]
    reading: Reading = Reading()

    def line(self, key: str) -> Line | None:
        """The line of that key, if it was passed on."""
        return next((line for line in self.lines if line.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a worker wrote down for colleagues; never shown to the visitor."""

    id: str
    worker: WorkerId
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A transfer that waits for the other side's answer. to_worker is None for whoever is free.

    agreed: the visitor said yes, or need not be asked since it stays at their helpline. Until then the other helpline
    sees nothing of it.
    """

    to_helpline: HelplineId
    to_worker: WorkerId | None
    by: WorkerId
    at: datetime
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff(Standing):
    """One handoff. All instants are aware; `severity` is the highest level seen and agreed to, raised while it lasts.

    visitor_until: when a visitor who talks here counts as gone unless they show themselves again. claimed_until: when
    the claim falls back unless the worker's page is heard of. answered: first claim. returned: it fell back once. turn: how often
    it changed hands, so that what is said about that can be told apart.
    """

    id: HandoffId
    reference: str
    helpline: HelplineId
    conversation: str
    mode: HandoffMode
    created: datetime
    summary: Summary
    state: HandoffState = HandoffState.WAITING
    severity: Level = Level.NONE
    raised: tuple[ShownCue, ...] = ()
    visitor_until: datetime | None = None
    claimed_by: WorkerId | None = None
    claimed_name: str | None = None
    claimed_until: datetime | None = None
    answered: datetime | None = None
    returned: bool = False
    turn: int = 0
    offer: Offer | None = None
    notes: tuple[Note, ...] = ()
    outcome: Outcome | None = None
    ended: datetime | None = None
    feedback: str | None = None

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of danger in it, each once, the newest first; what is long over is left out."""
        cues = (*reversed(self.raised), *self.summary.reading.cues)
        return tuple(dict.fromkeys(cue.kind for cue in cues if cue.time is not Time.PAST))


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message of a talk. `id` is the sender's own, so that sending it twice says it once.

    seq counts 1, 2, 3 … within one handoff in the order in which they were kept; 0 before that.
    """

    id: str
    sender: Sender
    at: datetime
    text: str
    seq: int = 0
    worker: WorkerId | None = None
    name: str | None = None
    services: tuple[Card, ...] = ()
    cues: tuple[ShownCue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a helpline's queue and why it is there. number counts from 1; waited is in seconds."""

    number: int
    handoff: Handoff
    level: Level
    kinds: tuple[Kind, ...]
    waited: float
    returned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """A worker whose queue page is open. `on_break` workers count as on duty for colleagues, not for visitors."""

    worker: WorkerId
    name: str
    until: datetime
    on_break: bool = False


class Happened(StrEnum):
    """What a change says has happened. It carries no words: whoever is told reads the store again."""

    ADDED = "added"
    CLAIMED = "claimed"
    RELEASED = "released"  # the worker vanished or gave it back
    TAKEN_OVER = "taken_over"
    SAID = "said"
    RAISED = "raised"
    OFFERED = "offered"
    TRANSFERRED = "transferred"
    DECLINED = "declined"
    NOTED = "noted"
    LATER = "later"  # who waited here leaves it for later
    LEFT = "left"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    TYPING_VISITOR = "typing_visitor"
    TYPING_PERSON = "typing_person"
    LINE_LOST = "line_lost"  # the visitor's page can't be reached now
    LINE_BACK = "line_back"
    DUTY = "duty"  # who is on duty has changed
    READ_AGAIN = "read_again"  # changes may have been missed: read everything again


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event. `handoff` and `helpline` are None where it concerns none or all."""

    happened: Happened
    handoff: HandoffId | None = None
    helpline: HelplineId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often something was counted for one helpline on one day. Outlives the handoffs; holds no words.

    what: `added`, `mode.<mode>`, `level.<level>`, `cue.<kind>`, `topic.<topic>`, `role.<role>`, `answered`,
    `waited.<bucket>`, `waited_seconds`, `abandoned`, `withdrawn`, `returned`, `transferred`, `outcome.<outcome>`,
    `feedback.<answer>`. Buckets are named by their upper end in seconds, `waited.60`; the last is `waited.more`.
    """

    day: date
    helpline: HelplineId
    what: str
    number: int
