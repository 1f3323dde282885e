"""The chat's side of handoffs: the hooks of the conversation, waiting, and a talk while the bot is silent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import structlog

from bot.content.notice import Care
from bot.gateway.consent import Consent, spoken
from bot.gateway.cues import placed, placed_in
from bot.gateway.desk_parts import STATES, Answer, of_talk, payload
from bot.gateway.replies import Choice, Message
from bot.gateway.sessions import Session
from bot.handoff import flow
from bot.handoff.content import Ask, Wording
from bot.handoff.flow import Draft, Memory, Passed, Step
from bot.handoff.records import HELD, Handoff, HandoffId, Offer, Said
from bot.handoff.store import HandoffError, NoHandoff, Over, Taken
from bot.language.redaction import redact
from bot.safety.cues import Screening
from bot.vocabulary import HandoffMode, HandoffState, Level, Sender, Topic, topics

log = structlog.get_logger()

WAIT_SECONDS = 300  # after which other ways are offered again
MOST_BUTTONS = 5
_ANSWERS = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffDesk(Consent):
    """Everything a chat does about handoffs. Without helplines it does nothing."""

    # Hooks of the conversation

    async def takes(self, session: Session, level: Level) -> bool:
        """Whether the next words are for a person or for a question of ours, and not for the bot.

        While a person is awaited or there, and when nobody can say because the store is down, they are.
        """
        memory = await self._synced(session)
        if memory.passed is not None and memory.passed.mode is HandoffMode.HERE:
            return True
        draft = memory.draft
        # Danger is never taken for the answer to a question of ours.
        return draft is not None and level is not Level.EMERGENCY and _waits_for_words(draft, self.wording)

    async def hear(self, session: Session, message_id: str, text: str, screening: Screening) -> Answer:
        """Words that `takes` said are ours."""
        memory = self.memory(session)
        draft = memory.draft
        if memory.passed is None or memory.passed.mode is HandoffMode.LATER:
            if draft is not None and draft.editing:
                return self._keep(session, memory, flow.reworded(draft, draft.editing, text.strip()), self._review)
            if draft is not None and draft.asked:
                cues = placed_in(draft.asked, screening)
                memory = flow.note_answer(memory, draft.asked, text.strip(), screening.level, cues)
                return await self._ask(session, memory, flow.answered(draft, draft.asked, text.strip()))
            return Answer()
        return await self._say(session, memory.passed, message_id, text, screening)

    async def silent(self, session: Session, *, alarm: bool = False) -> Answer | None:
        """The answer to a button of the bot's while a person is awaited or there; None when the bot may answer.

        alarm: the button says that it is happening now, which raises the place in the queue.
        """
        memory = await self._synced(session)
        if memory.passed is None or memory.passed.mode is HandoffMode.LATER:
            return None
        if alarm:
            try:
                await self.store.raise_severity(memory.passed.id, Level.EMERGENCY, ())
            except HandoffError as error:
                log.warning("handoffs out of reach", error=type(error).__name__)
        talking = memory.passed.state in HELD
        what, choices = ("with_person", ()) if talking else ("in_queue", ("leave_it", "stop"))
        message = self._message(what, choices=choices)
        pending = await self.pending(session)
        return replace(pending, messages=(*pending.messages, message))

    async def pass_on(self, session: Session, message_id: str, text: str | None, screening: Screening) -> None:
        """Danger that was answered at once, beside an earlier message: whoever is awaited or there reads it too.

        text: None for a button that says it is happening now. Safe to do twice; shows the visitor nothing, so that
        what a person said meanwhile is still news.
        """
        passed = self.memory(session).passed
        if passed is None or not _here(passed):
            return
        try:
            if text is None:
                await self.store.raise_severity(passed.id, Level.EMERGENCY, ())
            else:
                await self._hand_on(passed, message_id, text, screening)
        except HandoffError as error:
            log.warning("danger not passed on", error=type(error).__name__)

    async def hear_later(self, session: Session, message_id: str, text: str | None, screening: Screening) -> None:
        """The same once the earlier message is done, which may have been the yes; with nobody there it is remembered."""
        passed = (await self._synced(session)).passed
        if passed is not None and _here(passed):
            await self.pass_on(session, message_id, text, screening)
        elif text is not None:
            self.remember(session, text, screening)

    def state(self, session: Session) -> str:
        """Who answers in this chat, as far as it is known without asking the store."""
        passed = self.memory(session).passed
        return STATES.get(passed.state, "bot") if passed is not None and _here(passed) else "bot"

    def remember(self, session: Session, text: str, screening: Screening) -> None:
        """Keep what was written to the bot, for a summary the visitor may agree to."""
        if not self.helplines.all:
            return
        clean = redact(text)
        cues = [placed(cue, screening.level, text, clean) for cue in screening.cues]
        self._save(session, flow.remember(self.memory(session), clean, screening.level, cues))

    async def after(
        self, session: Session, messages: list[Message], care: Care | None, *, alone: bool = False
    ) -> list[Message]:
        """The bot's messages, with the end of a talk told first and the way to a person added. alone: the bot is down."""
        if not self.helplines.all:
            return messages
        memory = self.memory(session)
        for topic in (Topic(m.topic) for m in messages if m.topic in topics()):
            memory = flow.about(memory, topic)
        over = self._over(session, memory)
        self._save(session, replace(memory, over=None))
        wanted = alone or any(m.topic == Topic.PERSON for m in messages) or memory.draft is not None
        if messages and (wanted or care is not None) and self._candidates(session, memory):
            step, title = (Step.GO_ON, "go_on") if memory.draft else (Step.START, "ask")
            choices = (self._choice(title, step), *messages[-1].choices)[:MOST_BUTTONS]
            messages = [*messages[:-1], msgspec.structs.replace(messages[-1], choices=choices)]
        return [*over, *messages]

    async def choose(self, session: Session, step: Step, key: str | None, pick: str | None) -> Answer:
        """A button of ours. One that no longer fits starts again where the visitor is."""
        memory = await self._synced(session)
        passed, draft = memory.passed, memory.draft
        if step is Step.FEEDBACK:
            return await self._feedback(key, pick)
        if passed is not None and passed.mode is HandoffMode.HERE:
            return await self._while_passed(session, passed, step, key, pick)
        if step is Step.STOP and passed is not None:
            return await self._withdraw(session, passed)
        if draft is None:
            if step is Step.AGREE and passed is not None:
                return self._passed(session, passed)
            return await self._start(session, memory, None if step is not Step.WHO else pick)
        if step in (Step.START, Step.WHO):
            return await self._start(session, replace(memory, draft=None), pick if step is Step.WHO else None)
        return await self._on_draft(session, memory, draft, step, key, pick)

    async def pending(self, session: Session) -> Answer:
        """What has come since it was last asked for: for the chat that can't hold a line open."""
        memory = await self._synced(session)
        if memory.passed is None or memory.passed.mode is HandoffMode.LATER:
            over = self._over(session, memory)
            self._save(session, replace(memory, over=None))
            return Answer(messages=tuple(over))
        try:
            handoff = await self.store.visitor_here(memory.passed.id)
            said = await self.store.messages(memory.passed.id, after=memory.passed.seen)
            messages, passed = await self.news(session, memory.passed, handoff, said)
        except (Over, NoHandoff):
            return await self.pending(session)  # it ended this very moment
        except HandoffError as error:
            return self._down("not_kept", session, error, state=STATES[memory.passed.state])
        self._save(session, replace(memory, passed=passed))
        return Answer(messages=messages, state=STATES[passed.state])

    async def leave(self, session: Session) -> None:
        """The session is over: a worker sees that the visitor has left; what was left for later stays."""
        memory = self.memory(session)
        if memory.passed is None or memory.passed.mode is HandoffMode.LATER:
            return
        try:
            await self.store.leave(memory.passed.id)
        except HandoffError as error:
            # It is seen to have been left when the visitor is not heard of.
            log.warning("leaving postponed", error=type(error).__name__)

    async def alive(self) -> bool:
        """Whether the store keeps what it is given."""
        try:
            await self.store.check()
        except HandoffError:
            return False
        return True

    # What the live line shares

    async def news(
        self, session: Session, passed: Passed, handoff: Handoff, said: Sequence[Said]
    ) -> tuple[tuple[Message, ...], Passed]:
        """What the visitor has yet to see, in order, and what is remembered after it. Raises HandoffError.

        Every message has an id that is always the same, so that a page shows it once, whichever way it came.
        """
        messages = []
        if handoff.turn != passed.turn:
            name = handoff.claimed_name or ""
            helpline = self._name(handoff)
            about = f"{handoff.id}-turn-{handoff.turn}"
            if handoff.held:
                words = "moved" if passed.state in HELD else "joined"
                messages.append(self._message(words, id=about, name=name, helpline=helpline))
            elif handoff.state is HandoffState.WAITING:
                messages.append(self._message("back_in_queue", id=about, choices=("leave_it", "stop")))
        messages += [of_talk(one) for one in said if one.sender is not Sender.VISITOR]
        seen = max((one.seq for one in said), default=passed.seen)
        if (offer := handoff.offer) and not offer.agreed and _stamp(offer) != passed.asked:
            messages.append(self._may_move(handoff, offer, seen=seen))
            passed = replace(passed, asked=_stamp(offer))
        told = passed.nobody_told and handoff.turn == passed.turn
        passed = replace(passed, turn=handoff.turn, seen=seen, state=handoff.state, nobody_told=told)
        if _awaited(handoff) and not told and await self._deserted(handoff):
            message = self._message(
                "nobody_now",
                id=f"{handoff.id}-nobody-{handoff.turn}",
                helpline=self._name(handoff),
                services=self._lines(session),
                choices=("keep_waiting", "leave_it", "stop"),
            )
            messages.append(message)
            passed = replace(passed, nobody_told=True)
        waited = self.now().timestamp() - passed.since
        if handoff.state is HandoffState.WAITING and waited > WAIT_SECONDS and not passed.wait_told:
            choices = ("keep_waiting", "leave_it", "stop")
            messages.append(self._message("still_waiting", id=f"{handoff.id}-wait", choices=choices))
            passed = replace(passed, wait_told=True)
        return tuple(messages), passed

    def _may_move(self, handoff: Handoff, offer: Offer, *, seen: int) -> Message:
        """Whether another helpline may have what was passed on and said. seen: seq of the last message before it."""
        stamp = _stamp(offer)
        return self._message(
            "may_move",
            id=f"{handoff.id}-move-{stamp}-{seen}",
            name=handoff.claimed_name or "",
            helpline=self._called(offer.to_helpline),
            extra=tuple(self._choice(f"move_{pick}", Step.MOVE, key=stamp, pick=pick) for pick in ("yes", "no")),
        )

    def end(self, session: Session, id: HandoffId, *, closed: bool) -> Message:
        """The last message of a talk."""
        return self._message(
            "closed" if closed else "ended",
            id=f"{id}-end",
            services=self._lines(session),
            extra=tuple(
                Choice(
                    title=self.wording.titles[f"helped_{answer}"], payload=payload(Step.FEEDBACK, key=id, pick=answer)
                )
                for answer in ("yes", "no")
                if closed
            ),
        )

    # Waiting and talking

    async def _say(self, session: Session, passed: Passed, message_id: str, text: str, screening: Screening) -> Answer:
        try:
            await self._hand_on(passed, message_id, text, screening)
        except (Over, NoHandoff):
            await self._synced(session)
            return await self.pending(session)
        except HandoffError as error:
            return self._down("not_kept", session, error, state=STATES[passed.state])
        # Words of their own take the buttons of a question away: one that stands is asked again.
        memory = self.memory(session)
        if memory.passed is not None and memory.passed.asked:
            self._save(session, replace(memory, passed=replace(memory.passed, asked="")))
        answer = await self.pending(session)
        memory = self.memory(session)
        if memory.passed is None or memory.passed.kept_told or answer.state != "waiting":
            return answer
        self._save(session, replace(memory, passed=replace(memory.passed, kept_told=True)))
        kept = self._message("kept", choices=("leave_it", "stop"))
        return replace(answer, messages=(*answer.messages, kept))

    async def _hand_on(self, passed: Passed, message_id: str, text: str, screening: Screening) -> None:
        """Words to the person awaited or there, and the place in the queue that they ask for. Raises HandoffError."""
        cues = placed_in(message_id, screening)
        said = Said(id=message_id, sender=Sender.VISITOR, at=self.now(), text=text, cues=cues)
        await self.store.say(passed.id, said)
        if screening.level is not Level.NONE:
            await self.store.raise_severity(passed.id, screening.level, cues)

    async def _while_passed(
        self, session: Session, passed: Passed, step: Step, key: str | None, pick: str | None
    ) -> Answer:
        if step is Step.MOVE and key and pick in _ANSWERS:
            return await self._move(session, passed, key, yes=pick == "yes")
        if step is Step.STOP:
            return await self._withdraw(session, passed)
        if step is Step.LEAVE_IT:
            return await self._leave_for_later(session, passed)
        if step is Step.AGREE:
            return self._passed(session, passed)
        pending = await self.pending(session)
        if pending.messages or step is not Step.LOOK:
            silent = await self.silent(session) if not pending.messages else None
            return silent or pending
        return replace(pending, messages=(self._message("nothing_new"),))

    async def _move(self, session: Session, passed: Passed, key: str, *, yes: bool) -> Answer:
        """The answer to whether another helpline may have it, which both sides read in the talk."""
        try:
            handoff = await self.store.get(passed.id)
            if handoff.offer and _stamp(handoff.offer) == key:
                await self.store.answer_offer(passed.id, handoff.offer.at, yes=yes)
                words = self.wording.says["moves" if yes else "stays"].format(name=handoff.claimed_name or "")
                id = f"{passed.id}-moves-{key}"
                await self.store.say(passed.id, Said(id=id, sender=Sender.SERVICE, at=self.now(), text=words.strip()))
        except (Over, NoHandoff):
            await self._synced(session)
        except HandoffError as error:
            return self._down("not_kept", session, error, state=STATES[passed.state])
        return await self.pending(session)

    async def _withdraw(self, session: Session, passed: Passed) -> Answer:
        try:
            await self.store.withdraw(passed.id)
        except Taken:
            return Answer(messages=(self._message("someone_has_it"),), state="person" if _here(passed) else "bot")
        except (Over, NoHandoff):
            pass
        except HandoffError as error:
            return self._down("failed", session, error, state=STATES[passed.state] if _here(passed) else "bot")
        self._save(session, replace(self.memory(session), passed=None, over=None))
        return Answer(messages=(self._message("stopped", services=self._lines(session)),))

    async def _leave_for_later(self, session: Session, passed: Passed) -> Answer:
        try:
            await self.store.keep_for_later(passed.id)
        except (Taken, Over, NoHandoff):
            return await self.pending(session)
        except HandoffError as error:
            return self._down("not_kept", session, error, state=STATES[passed.state])
        self._save(session, replace(self.memory(session), passed=replace(passed, mode=HandoffMode.LATER)))
        message = self._message(
            "left_for_later",
            helpline=self._name(passed),
            reference=spoken(passed.reference),
            services=self._lines(session),
            choices=("take_back",),
        )
        return Answer(messages=(message,))

    async def _feedback(self, key: str | None, pick: str | None) -> Answer:
        if key and pick in _ANSWERS:
            try:
                await self.store.feedback(HandoffId(key), str(pick))
            except HandoffError as error:
                log.warning("feedback lost", error=type(error).__name__)
        return Answer(messages=(self._message("thanks"),))

    async def _synced(self, session: Session) -> Memory:
        """The memory, after looking where the handoff stands; as it was when the store is down."""
        memory = self.memory(session)
        passed = memory.passed
        if passed is None or passed.mode is HandoffMode.LATER:
            return memory
        try:
            handoff = await self.store.get(passed.id)
        except NoHandoff:
            handoff = None
        except HandoffError as error:
            log.warning("handoffs out of reach", error=type(error).__name__)
            return memory
        if handoff is not None and handoff.state in STATES:
            return memory
        closed = handoff is not None and handoff.state is HandoffState.CLOSED
        memory = replace(memory, passed=None, over=passed.id, over_closed=closed)
        self._save(session, memory)
        return memory

    def _over(self, session: Session, memory: Memory) -> list[Message]:
        return [] if memory.over is None else [self.end(session, memory.over, closed=memory.over_closed)]


def _stamp(offer: Offer) -> str:
    """Tells one offer of a handoff from the next."""
    return f"{offer.at.timestamp():.3f}"


def _waits_for_words(draft: Draft, wording: Wording) -> bool:
    ask: Ask | None = wording.ask(draft.asked) if draft.asked else None
    return draft.editing is not None or (ask is not None and ask.free)


def _awaited(handoff: Handoff) -> bool:
    return handoff.state is HandoffState.WAITING and handoff.mode is HandoffMode.HERE


def _here(passed: Passed) -> bool:
    return passed.mode is HandoffMode.HERE
