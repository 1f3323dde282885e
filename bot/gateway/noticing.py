"""What editors learn from answers: counts, and where a charity switched it on, messages that were not understood.

Nothing here may hold up or change an answer but by the question whether it helped: what can't be written down is
counted as such and given up.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import msgspec
import structlog

from bot import metrics
from bot.editor.inbox import Inbox, Missed
from bot.editor.insight import Counted, Insight, Tally
from bot.gateway.dialogue import Said
from bot.gateway.replies import Feedback, Message, Verdict
from bot.gateway.sessions import Session
from bot.triage.not_it import not_it
from bot.vocabulary import CHAT_TOPICS, Language, Topic, topics
from bot.web import beside

log = structlog.get_logger()

MOST_ASKED = 3  # times a visit that "did this help?" is asked: it must not become a nuisance
_WRITE_SECONDS, _WRITES_A_SWEEP = 60, 60
_COUNTS = {Verdict.YES: Counted.HELPED, Verdict.NO: Counted.NOT_HELPED, Verdict.NOT_IT: Counted.NOT_HELPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticing:
    """Notices what becomes of answers.

    keeps: whether messages that were not understood are kept. first, notice: what tells the visitor so on the first
    screen, and when they ask what happens to their words, by language.
    vector: the sentence vector of words, slow.
    """

    counts: Insight
    inbox: Inbox
    keeps: bool
    first: Mapping[str, str]
    notice: Mapping[str, str]
    vector: Callable[[str], Sequence[float]]
    today: Callable[[], date]
    tally: Tally = field(default_factory=Tally)
    _later: set[asyncio.Task[None]] = field(default_factory=set)
    _failing: set[str] = field(default_factory=set)

    def welcome(self, message: Message) -> Message:
        """The first screen, with what is kept said before its last paragraph, which asks; as it is when nothing is."""
        *before, last = message.text.split("\n\n")
        return self._told(message, [*before, _in(message, self.first), last])

    def _told(self, message: Message, paragraphs: list[str]) -> Message:
        return msgspec.structs.replace(message, text="\n\n".join(paragraphs)) if self.keeps else message

    def before(self, session: Session, words: str | None) -> None:
        """A message came: when it says that the last answer was not it, keep what that one answered."""
        said, session.said = session.said, None
        if said is not None and words and not_it(words):
            self._keep(said, urgent=session.said_in_danger)

    def after(
        self, session: Session, words: str | None, said: list[Said], messages: list[Message], *, danger: bool
    ) -> list[Message]:
        """The answer as it goes out. `words`: redacted, None for a button. `danger`: shown now or still in view."""
        guesses = [tuple(guess) for one in said for guess in one.custom.get("guesses", [])]
        missed = Missed(text=words, guesses=tuple(guesses)) if words and not not_it(words) else None
        if missed and any(one.custom.get("missed") for one in said):
            self._keep(missed, urgent=danger)
        elif missed and self.keeps:
            session.said, session.said_in_danger = missed, danger
        messages = [
            self._told(one, [one.text, _in(one, self.notice)]) if one.topic == Topic.PRIVACY else one
            for one in messages
        ]
        return self._ask(session, messages, danger=danger)

    def _ask(self, session: Session, messages: list[Message], *, danger: bool) -> list[Message]:
        """Count the topic; ask whether it helped, but not in danger, twice of one topic, or twice in a row."""
        asked_just, session.asked_just = session.asked_just, False
        at = next((at for at, one in enumerate(messages) if _topic(one)), None)
        topic = None if at is None else _topic(messages[at])
        if at is None or topic is None:
            return messages
        session.topic = topic
        self.tally.add(topic, Counted.ANSWERED, self.today())
        if danger or asked_just or topic in session.asked_of or len(session.asked_of) >= MOST_ASKED:
            return messages
        session.asked_of[topic], session.asked_just = False, True
        verdicts = tuple(v.value for v in Verdict if v is not Verdict.NOT_IT or session.said)
        asked = msgspec.structs.replace(messages[at], verdicts=verdicts)
        return [*messages[:at], asked, *messages[at + 1 :]]

    def judged(self, session: Session, feedback: Feedback) -> None:
        """What a visitor pressed; counted once a topic, and only when it was asked."""
        if session.asked_of.get(feedback.topic) is not False:
            return
        session.asked_of[feedback.topic] = True
        self.tally.add(feedback.topic, _COUNTS[feedback.verdict], self.today())
        if feedback.verdict is Verdict.NOT_IT and session.said is not None and session.topic is feedback.topic:
            self._keep(session.said, urgent=session.said_in_danger)
            session.said = None

    def left(self, session: Session) -> None:
        """A visit was ended by its page."""
        if session.topic is not None:
            self.tally.add(session.topic, Counted.LEFT, self.today())

    async def beside(self, _: object) -> AsyncIterator[None]:
        """Write down and erase what is due, for as long as the gateway runs and at its end."""
        async with beside(self._writing()):
            yield
        if self._later:
            await asyncio.wait(self._later, timeout=_WRITE_SECONDS / 10)
        await self.write_down()

    async def _writing(self) -> None:
        while True:
            await self.sweep()
            for _ in range(_WRITES_A_SWEEP):
                await asyncio.sleep(_WRITE_SECONDS)
                await self.write_down()

    async def write_down(self) -> None:
        """Move the counts to where they are kept; what can't be written is counted on."""
        taken = self.tally.take()
        if not await self._tried("counts", asyncio.to_thread(self.counts.add, taken)):
            self.tally.put_back(taken)

    async def sweep(self) -> None:
        """Erase what is due, also what was kept before the inbox was switched off."""
        await self._tried("sweep", asyncio.to_thread(self.inbox.sweep, self.today()))
        await self._tried("sweep", asyncio.to_thread(self.counts.sweep, self.today()))

    def _keep(self, missed: Missed, *, urgent: bool) -> None:
        if not self.keeps:
            return
        task = asyncio.create_task(self._add(missed, urgent=urgent))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _add(self, missed: Missed, *, urgent: bool) -> None:
        await self._tried("inbox", asyncio.to_thread(self._written, missed, urgent))

    def _written(self, missed: Missed, urgent: bool) -> None:
        # Of the redacted words: the vector of the words as typed could give away what was blotted out.
        vector = tuple(round(float(number), 4) for number in self.vector(missed.text))
        self.inbox.add(msgspec.structs.replace(missed, vector=vector), urgent=urgent, today=self.today())

    async def _tried(self, what: str, work: Awaitable[Any]) -> bool:
        try:
            await work
        except Exception as error:  # whatever it is, its text may quote the visitor, and nobody waits for it
            metrics.not_kept.labels(what).inc()
            if what not in self._failing:  # where there is no disk for it, once is enough
                log.warning("not written down", what=what, error=type(error).__name__)
            self._failing.add(what)
            return False
        self._failing.discard(what)
        return True


def _in(message: Message, words: Mapping[str, str]) -> str:
    """Words in the language of the message they join."""
    return words[message.lang or Language.ENGLISH]


def _topic(message: Message) -> Topic | None:
    """The topic of an answer; None for what is about the chat itself."""
    topic = Topic(message.topic) if message.topic in topics() else None
    return None if topic in CHAT_TOPICS else topic
