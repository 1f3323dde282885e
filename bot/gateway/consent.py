"""The way to a yes: what would be passed on, line by line, and nothing before the visitor has agreed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.gateway.desk_parts import STATES, Answer, DeskParts, payload, service_message
from bot.gateway.replies import Choice
from bot.gateway.sessions import Session
from bot.handoff import flow
from bot.handoff.flow import Draft, Memory, Passed, Step
from bot.handoff.records import Handoff, HandoffId
from bot.handoff.references import new_reference
from bot.handoff.store import HandoffError
from bot.vocabulary import HandoffMode, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(DeskParts):
    """Questions, the lines to be passed on, and the yes."""

    async def _start(self, session: Session, memory: Memory, who: str | None) -> Answer:
        if who in set(Role):
            session.role = session.door = Role(str(who))
        if session.role is None:
            choices = tuple(
                Choice(title=self.wording.titles[role], payload=payload(Step.WHO, pick=role.value)) for role in Role
            )
            return Answer(messages=(self._message("who", extra=choices),))
        candidates = self._candidates(session, memory)
        if not candidates:
            return Answer(messages=(self._message("nobody", services=self._lines(session)),))
        try:
            here = [one for one in candidates if await self._staffed(one)]
        except HandoffError as error:
            return self._down("failed", session, error)
        helpline = (here or list(candidates))[0]
        draft = Draft(
            id=HandoffId(secrets.token_urlsafe(12)), reference=new_reference(self.words), helpline=helpline.id
        )
        self._save(session, replace(memory, draft=draft))
        message = self._message(
            "how_open" if here else "how_shut",
            helpline=helpline.name,
            services=() if here else self._lines(session),
            extra=tuple(
                self._choice(mode.value, Step.MODE, pick=mode.value)
                for mode in HandoffMode
                if here or mode is HandoffMode.LATER
            ),
            choices=("number", "never_mind"),
        )
        return Answer(messages=(message,))

    async def _on_draft(
        self, session: Session, memory: Memory, draft: Draft, step: Step, key: str | None, pick: str | None
    ) -> Answer:
        if step in (Step.NUMBER, Step.NEVER_MIND):
            self._save(session, replace(memory, draft=None))
            words = "numbers" if step is Step.NUMBER else "never_mind"
            return Answer(messages=(self._message(words, services=self._lines(session)),))
        if step is Step.MODE and pick in set(HandoffMode):
            return await self._ask(session, memory, replace(draft, mode=HandoffMode(str(pick))))
        if draft.mode is None:
            return await self._start(session, replace(memory, draft=None), None)
        if step is Step.AGREE:
            return await self._agree(session, memory, draft, draft.mode)
        if step in (Step.PICK, Step.SKIP) and draft.asked and draft.asked == key:
            ask = self.wording.ask(draft.asked)
            number = int(pick) if pick and pick.isdigit() else -1
            picked = ask.choices[number].text if ask and 0 <= number < len(ask.choices) and step is Step.PICK else None
            return await self._ask(session, memory, flow.answered(draft, draft.asked, picked))
        return await self._on_lines(session, memory, draft, step, key)

    async def _on_lines(self, session: Session, memory: Memory, draft: Draft, step: Step, key: str | None) -> Answer:
        known = [line.key for line in self._all_lines(session, memory, draft)]
        if key in known:
            if step is Step.LEAVE_OUT:
                return self._keep(session, memory, replace(draft, struck=draft.struck | {key}), self._review)
            if step is Step.PUT_BACK:
                return self._keep(session, memory, replace(draft, struck=draft.struck - {key}), self._review)
            if step is Step.SAY_IT:
                self._save(session, replace(memory, draft=replace(draft, editing=key)))
                return Answer(messages=(self._message("say_it", choices=("back",)),))
            if step is Step.LINE:
                return self._one(session, memory, draft, key)
        if step is Step.CHANGE:
            return self._which(session, memory, draft)
        return await self._ask(session, memory, replace(draft, editing=None))

    async def _ask(self, session: Session, memory: Memory, draft: Draft) -> Answer:
        """The next question, or the whole to say yes to."""
        ask = flow.next_ask(draft, self.wording)
        if ask is None:
            return self._keep(session, memory, draft, self._review)
        self._save(session, replace(memory, draft=replace(draft, asked=ask.key)))
        picks = tuple(
            Choice(title=one.title, payload=payload(Step.PICK, key=ask.key, pick=str(number)))
            for number, one in enumerate(ask.choices)
        )
        skip = Choice(title=self.wording.titles["skip"], payload=payload(Step.SKIP, key=ask.key))
        return Answer(messages=(service_message(ask.text, choices=(*picks, skip)),))

    def _keep(
        self, session: Session, memory: Memory, draft: Draft, then: Callable[[Session, Memory, Draft], Answer]
    ) -> Answer:
        memory = replace(memory, draft=draft)
        self._save(session, memory)
        return then(session, memory, draft)

    def _review(self, session: Session, memory: Memory, draft: Draft) -> Answer:
        lines = [line for line in self._all_lines(session, memory, draft) if line.key not in draft.struck]
        text = "\n".join(f"{line.label}: {line.text}" for line in lines) or self.wording.says["empty"]
        message = self._message(
            "review",
            helpline=self._name(draft),
            lines=text,
            days=str(self.days),
            choices=("pass_on", "change", "never_mind"),
        )
        return Answer(messages=(message,))

    def _which(self, session: Session, memory: Memory, draft: Draft) -> Answer:
        struck = self.wording.says["struck"]
        lines = self._all_lines(session, memory, draft)
        labels = [line.label for line in lines]
        choices = []
        for place, line in enumerate(lines):
            count = labels[: place + 1].count(line.label)
            title = line.label if labels.count(line.label) == 1 else f"{line.label} {count}"
            title += f" ({struck})" if line.key in draft.struck else ""
            choices.append(Choice(title=title, payload=payload(Step.LINE, key=line.key)))
        return Answer(messages=(self._message("which", extra=tuple(choices), choices=("back",)),))

    def _one(self, session: Session, memory: Memory, draft: Draft, key: str) -> Answer:
        line = next(one for one in self._all_lines(session, memory, draft) if one.key == key)
        out = key in draft.struck
        steps = [("put_back", Step.PUT_BACK)] if out else [("leave_out", Step.LEAVE_OUT), ("say_it", Step.SAY_IT)]
        choices = tuple(self._choice(title, step, key=key) for title, step in steps)
        words = "one_out" if out else "one"
        message = self._message(words, label=line.label, text=line.text, extra=choices, choices=("back",))
        return Answer(messages=(message,))

    async def _agree(self, session: Session, memory: Memory, draft: Draft, mode: HandoffMode) -> Answer:
        """Pass it on. Nothing is said to be passed on before it is kept for good."""
        now = self.now()
        summary = flow.summary(memory, draft, self._facts(session), self.wording, self.titles)
        handoff = Handoff(
            id=draft.id,
            reference=draft.reference,
            helpline=draft.helpline,
            conversation=session.conversation,
            mode=mode,
            created=now,
            summary=summary,
            severity=summary.reading.level,
        )
        try:
            kept = await self.store.add(handoff)
        except HandoffError as error:
            return self._down("failed", session, error, choices=("pass_on", "number"))
        passed = Passed(
            id=kept.id,
            reference=kept.reference,
            helpline=kept.helpline,
            mode=kept.mode,
            since=kept.created.timestamp(),
            nobody_told=mode is HandoffMode.HERE and await self._seen_deserted(draft),
        )
        self._save(session, replace(memory, draft=None, passed=passed, over=None))
        return self._passed(session, passed)

    async def _seen_deserted(self, draft: Draft) -> bool:
        """Whether it is known that who was there before the questions has gone."""
        try:
            return await self._deserted(draft)
        except HandoffError:
            return False

    def _passed(self, session: Session, passed: Passed) -> Answer:
        here = passed.mode is HandoffMode.HERE
        words = "passed_alone" if passed.nobody_told else "passed_here"
        message = self._message(
            words if here else "passed_later",
            helpline=self._name(passed),
            reference=spoken(passed.reference),
            services=self._lines(session),
            choices=("leave_it", "stop") if here else ("take_back",),
        )
        return Answer(messages=(message,), state=STATES[passed.state] if here else "bot")


def spoken(reference: str) -> str:
    """As it is read out: no hyphens."""
    return reference.replace("-", " ")
