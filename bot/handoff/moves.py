"""How a handoff may change: pure steps from one record to the next, each safe to take twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.handoff.records import (
    FINAL,
    Handoff,
    Happened,
    HelplineId,
    Note,
    Offer,
    Said,
    ShownCue,
    Summary,
    WorkerId,
)
from bot.handoff.store import NotYours, Over, Taken
from bot.vocabulary import HandoffMode, HandoffState, Level, Outcome, Sender

MOST_RAISED = 50  # cues kept beside the summary
BUCKETS = (30, 60, 120, 300, 600, 1800, 3600)  # seconds waited, by upper end
_RANK = {Level.NONE: 0, Level.URGENT: 1, Level.EMERGENCY: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A step taken: the new record, what to tell, and what to count for its helpline."""

    handoff: Handoff
    happened: Happened | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    forget_said: bool = False


def added(handoff: Handoff) -> Moved:
    """It is new."""
    reading = handoff.summary.reading
    whats = [
        "added",
        f"mode.{handoff.mode}",
        f"level.{handoff.severity}",
        *(f"cue.{kind}" for kind in handoff.kinds),
        *(f"topic.{topic}" for topic in reading.topics),
        *([f"role.{reading.role}"] if reading.role else []),
    ]
    return Moved(handoff=handoff, happened=Happened.ADDED, counts=dict.fromkeys(whats, 1))


def claim(handoff: Handoff, worker: WorkerId, name: str, now: datetime, *, seconds: float) -> Moved | None:
    """Raises Taken or Over."""
    if handoff.held:
        if handoff.claimed_by == worker:
            return None
        raise Taken
    if handoff.state is not HandoffState.WAITING:
        raise Over
    return Moved(
        handoff=_hold(handoff, worker, name, now, seconds), happened=Happened.CLAIMED, counts=_answered(handoff, now)
    )


def take_over(handoff: Handoff, worker: WorkerId, name: str, now: datetime, *, seconds: float) -> Moved | None:
    """Raises Over."""
    if not handoff.held:
        return claim(handoff, worker, name, now, seconds=seconds)
    if handoff.claimed_by == worker:
        return None
    return Moved(handoff=_hold(handoff, worker, name, now, seconds), happened=Happened.TAKEN_OVER)


def pick_up(handoff: Handoff, worker: WorkerId, name: str, now: datetime, *, seconds: float) -> Moved | None:
    """Raises Taken, or Over when it was taken back. Its outcome is written anew."""
    if handoff.state not in (HandoffState.LEFT, HandoffState.CLOSED):
        return claim(handoff, worker, name, now, seconds=seconds)
    again = replace(handoff, state=HandoffState.CLAIMED, mode=HandoffMode.LATER, outcome=None, ended=None)
    return Moved(
        handoff=_hold(again, worker, name, now, seconds),
        happened=Happened.CLAIMED,
        counts={f"outcome.{handoff.outcome}": -1} if handoff.outcome else {},
    )


def beat(handoff: Handoff, worker: WorkerId, now: datetime, *, seconds: float) -> Moved:
    """Raises NotYours."""
    _must_hold(handoff, worker)
    return Moved(handoff=replace(handoff, claimed_until=now + timedelta(seconds=seconds)))


def give_back(handoff: Handoff, worker: WorkerId) -> Moved | None:
    """Raises NotYours."""
    if handoff.state is HandoffState.WAITING and handoff.returned:
        return None
    _must_hold(handoff, worker)
    return _returned(handoff)


def release(handoff: Handoff, now: datetime) -> Moved | None:
    """Back to the queue, or left, when one side has vanished."""
    if _gone(handoff, now):
        return leave(handoff)
    if handoff.held and handoff.claimed_until is not None and handoff.claimed_until <= now:
        return _returned(handoff)
    return None


def visitor_here(handoff: Handoff, now: datetime, *, seconds: float) -> Moved | None:
    """Raises Over. Changes nothing when the visitor was heard of less than a minute ago."""
    _must_be_open(handoff)
    until = now + timedelta(seconds=seconds)
    if handoff.mode is HandoffMode.LATER or (handoff.visitor_until and until - handoff.visitor_until < _MINUTE):
        return None
    return Moved(handoff=replace(handoff, visitor_until=until))


def say(handoff: Handoff, said: Said, now: datetime, *, seconds: float) -> Moved:
    """Raises NotYours or Over."""
    if handoff.mode is HandoffMode.LATER:
        raise Over
    _must_be_open(handoff)
    if said.sender is Sender.VISITOR:
        until = now + timedelta(seconds=seconds)
        return Moved(handoff=replace(handoff, visitor_until=until), happened=Happened.SAID)
    if said.sender is Sender.PERSON:
        if said.worker is None:
            raise NotYours
        _must_hold(handoff, said.worker)
        return Moved(handoff=replace(handoff, state=HandoffState.TALKING), happened=Happened.SAID)
    return Moved(handoff=handoff, happened=Happened.SAID)


def raise_severity(handoff: Handoff, level: Level, cues: Sequence[ShownCue]) -> Moved | None:
    """Raises Over."""
    _must_be_open(handoff)
    fresh = tuple(cue for cue in cues if cue not in handoff.raised)
    higher = _RANK[level] > _RANK[handoff.severity]
    if not fresh and not higher:
        return None
    kinds = {cue.kind for cue in fresh} - set(handoff.kinds)
    return Moved(
        handoff=replace(
            handoff,
            severity=level if higher else handoff.severity,
            raised=(*handoff.raised, *fresh)[-MOST_RAISED:],
        ),
        happened=Happened.RAISED,
        counts={f"cue.{kind}": 1 for kind in kinds},
    )


def offer_transfer(
    handoff: Handoff,
    by: WorkerId,
    to_helpline: HelplineId,
    to_worker: WorkerId | None,
    now: datetime,
    *,
    agreed: bool,
) -> Moved | None:
    """Raises NotYours."""
    _must_hold(handoff, by)
    before = handoff.offer
    if before and (before.to_helpline, before.to_worker, before.by) == (to_helpline, to_worker, by):
        return None
    agreed = agreed or to_helpline == handoff.helpline
    offer = Offer(to_helpline=to_helpline, to_worker=to_worker, by=by, at=now, agreed=agreed)
    return Moved(handoff=replace(handoff, offer=offer), happened=Happened.OFFERED)


def answer_offer(handoff: Handoff, offered: datetime, *, yes: bool) -> Moved | None:
    """Changes nothing when that offer is gone or was answered with yes before. Raises Over."""
    _must_be_open(handoff)
    offer = handoff.offer
    if offer is None or offer.at != offered or offer.agreed:
        return None
    if not yes:
        return Moved(handoff=replace(handoff, offer=None), happened=Happened.DECLINED)
    return Moved(handoff=replace(handoff, offer=replace(offer, agreed=True)), happened=Happened.OFFERED)


def accept_transfer(
    handoff: Handoff, worker: WorkerId, name: str, helpline: HelplineId, now: datetime, *, seconds: float
) -> Moved | None:
    """Raises Taken."""
    offer = handoff.offer
    if offer is None or not handoff.held:
        if handoff.held and handoff.claimed_by == worker and handoff.helpline == helpline:
            return None
        raise Taken
    if offer.to_helpline != helpline or offer.to_worker not in (None, worker) or not offer.agreed:
        raise Taken
    taken = replace(_hold(handoff, worker, name, now, seconds), helpline=helpline)
    return Moved(handoff=taken, happened=Happened.TRANSFERRED, counts={"transferred": 1})


def decline_transfer(handoff: Handoff, worker: WorkerId, helpline: HelplineId) -> Moved:
    """Raises Taken."""
    offer = handoff.offer
    if offer is None or (offer.by != worker and not (offer.agreed and offer.to_helpline == helpline)):
        raise Taken
    return Moved(handoff=replace(handoff, offer=None), happened=Happened.DECLINED)


def note(handoff: Handoff, worker: WorkerId, text: str, note_id: str, now: datetime) -> Moved | None:
    """Raises Over when it was withdrawn."""
    if handoff.state is HandoffState.WITHDRAWN:
        raise Over
    if any(one.id == note_id for one in handoff.notes):
        return None
    one = Note(id=note_id, worker=worker, at=now, text=text)
    return Moved(handoff=replace(handoff, notes=(*handoff.notes, one)), happened=Happened.NOTED)


def close(handoff: Handoff, worker: WorkerId, outcome: Outcome, text: str, now: datetime) -> Moved | None:
    """Raises NotYours or Over."""
    if handoff.state is HandoffState.WITHDRAWN:
        raise Over
    if handoff.held or handoff.state is HandoffState.WAITING:
        _must_hold(handoff, worker)
    elif handoff.state is HandoffState.CLOSED and handoff.claimed_by != worker:
        raise NotYours
    if handoff.outcome is outcome:
        return None
    counts = {f"outcome.{outcome}": 1} | ({f"outcome.{handoff.outcome}": -1} if handoff.outcome else {})
    notes = (Note(id=f"close-{outcome}", worker=worker, at=now, text=text),) if text else ()
    closed = replace(
        handoff,
        state=HandoffState.CLOSED,
        outcome=outcome,
        notes=(*handoff.notes, *notes),
        ended=handoff.ended or now,
        claimed_by=worker,
        claimed_until=None,
        offer=None,
    )
    return Moved(handoff=closed, happened=Happened.CLOSED, counts=counts)


def leave(handoff: Handoff, now: datetime | None = None) -> Moved | None:
    """The visitor is gone; what was left for later, or is over, stays as it is."""
    if handoff.mode is HandoffMode.LATER or handoff.final or handoff.state is HandoffState.LEFT:
        return None
    left = replace(
        handoff,
        state=HandoffState.LEFT,
        ended=now or handoff.visitor_until,
        claimed_until=None,
        offer=None,
        visitor_until=None,
    )
    return Moved(handoff=left, happened=Happened.LEFT, counts={} if handoff.answered else {"abandoned": 1})


def withdraw(handoff: Handoff, now: datetime) -> Moved | None:
    """Raises Taken when a worker has it, Over when it is done. Nothing written is left in what is returned."""
    if handoff.state is HandoffState.WITHDRAWN:
        return None
    if handoff.held:
        raise Taken
    if handoff.state is not HandoffState.WAITING:
        raise Over
    empty = replace(
        handoff,
        state=HandoffState.WITHDRAWN,
        summary=Summary(lines=()),
        raised=(),
        notes=(),
        ended=now,
        visitor_until=None,
    )
    return Moved(handoff=empty, happened=Happened.WITHDRAWN, counts={"withdrawn": 1}, forget_said=True)


def keep_for_later(handoff: Handoff) -> Moved | None:
    """Raises Taken when a worker has it, Over when it is done."""
    if handoff.held:
        raise Taken
    _must_be_open(handoff)
    if handoff.mode is HandoffMode.LATER:
        return None
    later = replace(handoff, mode=HandoffMode.LATER, visitor_until=None)
    return Moved(handoff=later, happened=Happened.LATER, counts={"mode.here": -1, "mode.later": 1})


def feedback(handoff: Handoff, answer: str) -> Moved | None:
    """The last answer counts."""
    if handoff.feedback == answer:
        return None
    counts = {f"feedback.{answer}": 1} | ({f"feedback.{handoff.feedback}": -1} if handoff.feedback else {})
    return Moved(handoff=replace(handoff, feedback=answer), counts=counts)


def waited(handoff: Handoff, now: datetime) -> float:
    """Seconds since the visitor asked, or until a worker took it or it was over."""
    return ((handoff.answered or handoff.ended or now) - handoff.created).total_seconds()


def order(handoff: Handoff) -> tuple[int, datetime]:
    """Sorts a queue: the most severe first, then who asked first."""
    return -_RANK[handoff.severity], handoff.created


_MINUTE = timedelta(minutes=1)


def _hold(handoff: Handoff, worker: WorkerId, name: str, now: datetime, seconds: float) -> Handoff:
    return replace(
        handoff,
        state=handoff.state if handoff.held else HandoffState.CLAIMED,
        claimed_by=worker,
        claimed_name=name,
        claimed_until=now + timedelta(seconds=seconds),
        answered=handoff.answered or now,
        turn=handoff.turn + 1,
        offer=None,
    )


def _returned(handoff: Handoff) -> Moved:
    back = replace(
        handoff,
        state=HandoffState.WAITING,
        claimed_by=None,
        claimed_name=None,
        claimed_until=None,
        offer=None,
        returned=True,
        turn=handoff.turn + 1,
    )
    return Moved(handoff=back, happened=Happened.RELEASED, counts={"returned": 1})


def _answered(handoff: Handoff, now: datetime) -> dict[str, int]:
    if handoff.answered:
        return {}
    seconds = waited(handoff, now)
    if handoff.mode is HandoffMode.LATER:
        return {"answered": 1}  # nobody sat and waited
    bucket = next((str(end) for end in BUCKETS if seconds <= end), "more")
    return {"answered": 1, f"waited.{bucket}": 1, "waited_seconds": round(seconds)}


def _gone(handoff: Handoff, now: datetime) -> bool:
    return (
        handoff.state not in (*FINAL, HandoffState.LEFT)
        and handoff.visitor_until is not None
        and handoff.visitor_until <= now
    )


def _must_hold(handoff: Handoff, worker: WorkerId) -> None:
    if not handoff.held or handoff.claimed_by != worker:
        raise NotYours


def _must_be_open(handoff: Handoff) -> None:
    if handoff.final or handoff.state is HandoffState.LEFT:
        raise Over
