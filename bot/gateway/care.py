"""The care block: what stands on top of a reply while danger is in view. Wording: `data/safety/care.yml`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.catalogue.cards import cards
from bot.catalogue.load import Catalogue
from bot.catalogue.matching import Need
from bot.catalogue.records import Medium
from bot.content.care import BY_WRITER, CHILD, OTHER, SELF, WRITER, CareContent, Place
from bot.gateway.replies import Care
from bot.gateway.sessions import CareFrame, Session
from bot.safety.cues import PRESSING, Screening
from bot.vocabulary import Direction, Kind, Language, Level, Role

_OF_ONESELF = frozenset({Kind.SUICIDE, Kind.SELF_HARM})
MOST_KINDS = 3  # whose lines are shown: more is not read by anyone in danger


@dataclass(frozen=True, slots=True, kw_only=True)
class CareDesk:
    """Decides what the care block says and keeps the care frame of a session."""

    content: CareContent
    catalogue: Catalogue

    def after(self, session: Session, screening: Screening, at: datetime) -> Care | None:
        """The block for a message just screened; opens or widens the session's frame."""
        if screening.level is Level.NONE:
            return self._still(session, at)
        cues, kinds, directions = screening.live, screening.kinds, screening.done
        before = session.care
        level = Level.EMERGENCY if before and before.level is Level.EMERGENCY else screening.level
        frame = CareFrame(level, tuple(dict.fromkeys(kinds + (before.kinds if before else ()))), directions)
        session.care = frame
        audience = _audience(session.role, kinds, directions)
        places: list[Place] = [(screening.level.value, audience)]
        for kind in sorted(kinds, key=PRESSING.index)[:MOST_KINDS]:
            places.append(self._of_kind(kind, {cue.direction for cue in cues if cue.kind is kind}, audience, frame))
        return self._block(screening.level, kinds, places, session, at)

    def changed(self, session: Session, choice: str, at: datetime, *, typed: bool = False) -> Care | None:
        """The block after the visitor said what is true now: by a button, or by a typed yes or no, which may be
        meant otherwise and so lowers an emergency but never ends the frame."""
        frame = session.care
        if choice == "unsafe_now":
            kinds = frame.kinds if frame else (Kind.IMMEDIATE_DANGER,)
            directions = frame.directions if frame else ()
            session.care = CareFrame(Level.EMERGENCY, kinds, directions)
            audience = _audience(session.role, kinds, directions)
            return self._block(Level.EMERGENCY, kinds, [("emergency", audience)], session, at)
        if choice == "safe_now" and frame:
            lowered = frame.level is Level.EMERGENCY
            session.care = CareFrame(Level.URGENT, frame.kinds, frame.directions) if lowered or typed else None
        return self._still(session, at)

    def _still(self, session: Session, at: datetime) -> Care | None:
        frame = session.care
        if frame is None:
            return None
        return self._block(frame.level, frame.kinds, [("frame", frame.level.value)], session, at, again=True)

    def _of_kind(self, kind: Kind, directions: Iterable[Direction | None], audience: str, frame: CareFrame) -> Place:
        """Where the lines of a kind stand for who is spoken to."""
        said = self.content.kinds[kind]
        wanted = {Direction.BY_WRITER: BY_WRITER, Direction.TO_WRITER: WRITER}
        own = next((wanted.get(d, OTHER) for d in directions if d), audience)
        fit = ([CHILD] if Kind.CHILD_USER in frame.kinds else []) + [own, WRITER, *said]
        return ("kinds", kind.value, next(one for one in fit if said.get(one)))

    def _block(
        self, level: Level, kinds: tuple[Kind, ...], places: list[Place], session: Session, at: datetime, *,
        again: bool = False,
    ) -> Care:  # fmt: skip
        frame = session.care
        own = (
            frame is not None
            and Direction.BY_WRITER in frame.directions
            and Direction.TO_WRITER not in frame.directions
        )
        need = Need(
            role=Role.OWN_BEHAVIOUR if own else session.role,
            nation=session.nation,
            kinds=frozenset(kinds),
            level=level,
            language=session.language,
            channel=Medium.TEXT if Kind.BEING_WATCHED in kinds else None,
        )
        # Kinds share lines: each is said once.
        said = dict(line for place in places for line in self.content.lines(place, session.page))
        english = set(said.values()) <= {Language.ENGLISH}
        return Care(
            level=level.value,
            kinds=tuple(k.value for k in kinds),
            lines=tuple(said),
            services=cards(self.catalogue, need, at),
            again=again,
            langs=() if english else tuple(said.values()),
        )


def _audience(role: Role | None, kinds: Iterable[Kind], directions: Iterable[Direction]) -> str:
    """Whom the first lines speak to. Someone about to do harm never gets the lines for those who suffer it."""
    shown = set(directions)
    if Direction.BY_WRITER in shown and Direction.TO_WRITER not in shown:
        return BY_WRITER
    if Direction.TO_WRITER in shown:
        return WRITER
    if shown:
        return OTHER
    if _OF_ONESELF.intersection(kinds):
        return SELF
    return {Role.OWN_BEHAVIOUR: BY_WRITER, Role.SUPPORTER: OTHER}.get(role, WRITER) if role else WRITER
